//! A table from hashes to small values, for hashes that are well mixed already.
//!
//! Open addressing in memory that is sized once, so that neither filling nor asking allocates.

/// So many slots are looked at for one hash: of the hashes of a text made so that they meet there is room for the first ones only,
/// and the others cost no more.
const MOST_STEPS: usize = 256;

/// A table of values of which one, `empty`, stands for none.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Table<V> {
    slots: Vec<(u32, V)>,
    empty: V,
}

impl<V: Copy + PartialEq> Table<V> {
    /// A table for up to `most` different hashes; it is at most half full.
    pub(super) fn new(most: usize, empty: V) -> Table<V> {
        Table { slots: vec![(0, empty); (2 * most + 1).next_power_of_two()], empty }
    }

    /// The value of a hash, if it has one.
    #[inline]
    pub(super) fn get(&self, hash: u32) -> Option<V> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        for _ in 0..self.slots.len().min(MOST_STEPS) {
            let Some(&(key, value)) = self.slots.get(at) else { break };
            // One branch for both, which mostly goes the same way: whether a hash is known cannot be foretold.
            if (key == hash) | (value == self.empty) {
                return Some(value).filter(|value| *value != self.empty);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Gives a hash another value, made from the one it has (`empty` if none), and returns the old one. Hashes that there is no
    /// room for have no value.
    #[inline]
    pub(super) fn change(&mut self, hash: u32, change: impl FnOnce(V) -> V) -> V {
        let place = self.place(hash).and_then(|place| self.slots.get_mut(place));
        let Some((key, value)) = place else {
            return self.empty;
        };
        let before = *value;
        (*key, *value) = (hash, change(before));
        before
    }

    /// The slot of a hash, or the empty one that it would take.
    #[inline]
    fn place(&self, hash: u32) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & mask;
        for _ in 0..self.slots.len().min(MOST_STEPS) {
            let (key, value) = self.slots.get(at)?;
            if *key == hash || *value == self.empty {
                return Some(at);
            }
            at = (at + 1) & mask;
        }
        None
    }
}

/// Says of most hashes that are not in a set that they are not: one bit for each possible low end of a hash, `64 * N` in all.
#[derive(Clone, Debug)]
pub(super) struct Sieve<const N: usize>([u64; N]);

impl<const N: usize> Sieve<N> {
    #[inline]
    pub(super) fn may_hold(&self, hash: u32) -> bool {
        self.0[(hash >> 6) as usize % N] & (1 << (hash & 63)) != 0
    }

    #[inline]
    pub(super) fn add(&mut self, hash: u32) {
        self.0[(hash >> 6) as usize % N] |= 1 << (hash & 63);
    }
}

impl<const N: usize> Default for Sieve<N> {
    fn default() -> Sieve<N> {
        Sieve([0; N])
    }
}

/// As a [`Sieve`], with two bits for each hash, so that it hardly ever errs as long as it holds no more than a few hashes for each of
/// its `N` words.
#[derive(Clone, Debug)]
pub(super) struct FineSieve<const N: usize>([u64; N]);

impl<const N: usize> FineSieve<N> {
    /// Adds a hash, and says whether it may have been there.
    #[inline]
    pub(super) fn add(&mut self, hash: u32) -> bool {
        let bits = 1 << (hash & 63) | 1 << (hash >> 6 & 63);
        let word = &mut self.0[(hash >> 12) as usize % N];
        let held = *word & bits == bits;
        *word |= bits;
        held
    }
}

impl<const N: usize> Default for FineSieve<N> {
    fn default() -> FineSieve<N> {
        FineSieve([0; N])
    }
}

#[cfg(test)]
mod tests {
    use super::{FineSieve, MOST_STEPS, Table};

    #[test]
    fn a_fine_sieve_holds_what_is_put_in_and_hardly_anything_else() {
        let mut sieve: FineSieve<64> = FineSieve::default();
        let hashes: Vec<u32> = (1..100u32).map(|i| i.wrapping_mul(0x9e37_79b1)).collect();
        assert!(hashes.iter().filter(|hash| sieve.add(**hash)).count() <= 2);
        assert!(hashes.iter().all(|hash| sieve.add(*hash)));
    }

    #[test]
    fn what_is_put_in_is_found_even_where_hashes_meet() {
        let mut table = Table::new(6, 0);
        for hash in [0, 16, 32, 7, u32::MAX, 48] {
            assert_eq!(table.get(hash), None);
            table.change(hash, |_| hash.wrapping_add(2));
        }
        assert_eq!(table.change(16, |value| value + 1), 18);
        assert_eq!(
            [0, 16, 32, 7, u32::MAX, 48, 64].map(|hash| table.get(hash)),
            [Some(2), Some(19), Some(34), Some(9), Some(1), Some(50), None]
        );
        assert_eq!(Table::<u32>::default().get(1), None);
    }

    #[test]
    fn of_hashes_made_to_meet_the_first_are_found_and_the_others_cost_no_more() {
        let mut table = Table::new(1_000, 0);
        let hashes: Vec<u32> = (1..1_000).map(|high| high << 16).collect();
        for hash in &hashes {
            table.change(*hash, |_| *hash);
        }
        let found = hashes.iter().take_while(|hash| table.get(**hash) == Some(**hash)).count();
        assert_eq!((found, table.get(hashes[MOST_STEPS])), (MOST_STEPS, None));
    }
}
