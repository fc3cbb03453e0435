//! From hashes that are known beforehand to numbers, in one look.
//!
//! Whether a feature has weights cannot be foretold, and a table that probes takes one wrong turn in three; asked thousands of
//! times a document, that is what weighing costs. So each hash gets a slot of its own: a few of its bits choose a pilot, and
//! the pilot was chosen so that the hashes that share it meet no other (Belazzougui, Botelho and Dietzfelbinger, "Hash,
//! displace, and compress", 2009; here without the compression).

/// A number for each of some hashes; 0 for all others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    pilots: Vec<u8>,
    /// Hashes and their numbers.
    slots: Vec<(u32, u32)>,
    /// The base-2 logarithm of how many slots there are.
    bits: u32,
    /// The hashes for which no slot was found, sorted: none, as good as always.
    rest: Vec<(u32, u32)>,
}

impl Lookup {
    /// The numbers 1, 2, … for those hashes, all different, in their order.
    pub(super) fn new(hashes: &[u32]) -> Lookup {
        let groups = (hashes.len() / 2).next_power_of_two();
        let slots = (hashes.len() + hashes.len() / 4).next_power_of_two();
        let mut lookup = Lookup {
            pilots: vec![0; groups],
            slots: vec![(0, 0); slots],
            bits: slots.trailing_zeros(),
            rest: Vec::new(),
        };
        let mut members: Vec<Vec<(u32, u32)>> = vec![Vec::new(); groups];
        for (hash, number) in hashes.iter().zip(1..) {
            members[lookup.group(*hash)].push((*hash, number));
        }
        let mut order: Vec<usize> = (0..groups).collect();
        // The largest first, while there is room.
        order.sort_by_key(|group| std::cmp::Reverse(members[*group].len()));
        for group in order {
            match lookup.pilot_for(&members[group]) {
                Some(pilot) => {
                    lookup.pilots[group] = pilot;
                    for member in &members[group] {
                        let slot = lookup.slot(member.0, pilot);
                        lookup.slots[slot] = *member;
                    }
                }
                None => lookup.rest.extend(&members[group]),
            }
        }
        lookup.rest.sort_unstable();
        lookup
    }

    /// A pilot that leads each of some hashes to a slot that no other has.
    fn pilot_for(&self, members: &[(u32, u32)]) -> Option<u8> {
        let mut taken = Vec::with_capacity(members.len());
        (0..=u8::MAX).filter(|_| members.len() <= MOST_MEMBERS).find(|pilot| {
            taken.clear();
            members.iter().all(|(hash, _)| {
                let slot = self.slot(*hash, *pilot);
                let is_free = self.slots[slot].1 == 0 && !taken.contains(&slot);
                taken.push(slot);
                is_free
            })
        })
    }

    #[inline]
    fn group(&self, hash: u32) -> usize {
        (hash ^ (hash >> 15)) as usize & self.pilots.len().wrapping_sub(1)
    }

    #[inline]
    fn slot(&self, hash: u32, pilot: u8) -> usize {
        let mixed = (hash ^ u32::from(pilot).wrapping_mul(0x85eb_ca6b)).wrapping_mul(0x9e37_79b1);
        // The highest bits, which all others have a part in.
        (u64::from(mixed) << self.bits >> 32) as usize
    }

    /// The number of a hash, or 0.
    #[inline]
    pub(super) fn get(&self, hash: u32) -> u32 {
        let pilot = self.pilots.get(self.group(hash)).copied().unwrap_or(0);
        let (key, number) = self.slots.get(self.slot(hash, pilot)).copied().unwrap_or_default();
        // No branch: which way it goes cannot be foretold.
        let number = number & u32::from(key == hash).wrapping_neg();
        if self.rest.is_empty() { number } else { number | self.find_in_rest(hash) }
    }

    #[cold]
    fn find_in_rest(&self, hash: u32) -> u32 {
        let found = self.rest.binary_search_by_key(&hash, |(key, _)| *key);
        found.ok().and_then(|at| self.rest.get(at)).map_or(0, |(_, number)| *number)
    }
}

/// For more hashes that share a pilot none is looked for.
const MOST_MEMBERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn each_hash_has_its_number_and_others_have_none() {
        assert_eq!(Lookup::default().get(0), 0);
        for count in [0u32, 1, 2, 3, 100, 5_000] {
            // Well mixed, as hashes of features are; and as badly as can be.
            for hash in [|i: u32| i.wrapping_mul(0x9e37_79b1).rotate_left(7), |i: u32| i << 15] {
                let hashes: Vec<u32> = (0..count).map(hash).collect();
                let lookup = Lookup::new(&hashes);
                for (hash, number) in hashes.iter().zip(1..) {
                    assert_eq!(lookup.get(*hash), number);
                }
                assert!((count..count + 1_000).map(hash).all(|hash| lookup.get(hash) == 0));
            }
        }
    }
}
