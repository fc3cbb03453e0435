//! From hashes that are known beforehand to places of their own, in one look.
//!
//! Whether a feature has weights cannot be foretold, and a table that probes takes one wrong turn in three; asked thousands of
//! times a document, that is what weighing costs. So each hash gets a place of its own: a few of its bits choose a pilot, and
//! the pilot was chosen so that the hashes that share it meet no other (Belazzougui, Botelho and Dietzfelbinger, "Hash,
//! displace, and compress", 2009; here without the compression). Whether a hash is one of them is not asked: what stands in the
//! place tells that as well.

/// A place for each of some hashes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    pilots: Vec<u8>,
    /// How many places pilots lead to.
    places: usize,
    /// The hashes for which no pilot was found, sorted, with their places, which are behind all others: none, as good as always.
    rest: Vec<(u32, u32)>,
}

impl Lookup {
    /// Places for those hashes, all different; and those places, in the same order.
    pub(super) fn new(hashes: &[u32]) -> (Lookup, Vec<u32>) {
        let groups = (hashes.len() / 3).next_power_of_two();
        let places = if hashes.is_empty() { 0 } else { hashes.len() + hashes.len() / 8 + 1 };
        let mut lookup = Lookup { pilots: vec![0; groups], places, rest: Vec::new() };
        // The hashes with their numbers, those of one group together: where each group's begin, and last of all where they end.
        let mut starts = vec![0_u32; groups + 1];
        for hash in hashes {
            starts[lookup.group(*hash) + 1] += 1;
        }
        let largest = starts.iter().copied().max().unwrap_or(0) as usize;
        let mut ends = 0;
        for start in &mut starts {
            ends += *start;
            *start = ends;
        }
        let mut next = starts.clone();
        let mut members = vec![(0, 0); hashes.len()];
        for (hash, number) in hashes.iter().zip(0u32..) {
            let place = &mut next[lookup.group(*hash)];
            members[*place as usize] = (*hash, number);
            *place += 1;
        }
        // The largest groups first, while there is room.
        let of = |group: usize| starts[group] as usize..starts[group + 1] as usize;
        let mut by_size: Vec<Vec<u32>> = vec![Vec::new(); largest + 1];
        for group in 0..groups {
            by_size[of(group).len()].push(group as u32);
        }
        let mut found = vec![0; hashes.len()];
        let (mut taken, mut own) = (vec![false; places], Vec::new());
        for group in by_size.iter().skip(1).rev().flatten() {
            let (group, members) = (*group as usize, &members[of(*group as usize)]);
            let pilot = pilot_for(members, &taken, &mut own);
            lookup.pilots[group] = pilot.unwrap_or(0);
            for (hash, number) in members {
                let place = pilot.map(|pilot| place(*hash, pilot, places));
                place.into_iter().for_each(|place| taken[place] = true);
                let place = place.unwrap_or(lookup.count()) as u32;
                found[*number as usize] = place;
                if pilot.is_none() {
                    lookup.rest.push((*hash, place));
                }
            }
        }
        lookup.rest.sort_unstable();
        (lookup, found)
    }

    /// How many places there are in all; some stay empty.
    pub(super) fn count(&self) -> usize {
        self.places + self.rest.len()
    }

    #[inline]
    fn group(&self, hash: u32) -> usize {
        hash.rotate_left(16) as usize & self.pilots.len().wrapping_sub(1)
    }

    /// The place of a hash, unless it is one of the rest; for one that has none, that of another, or an empty one.
    #[inline]
    pub(super) fn get(&self, hash: u32) -> usize {
        let pilot = self.pilots.get(self.group(hash)).copied().unwrap_or(0);
        place(hash, pilot, self.places)
    }

    /// The place of a hash that is one of the rest: those for which no pilot was found, as good as always none.
    #[inline]
    pub(super) fn get_in_rest(&self, hash: u32) -> Option<usize> {
        let found = self.rest.binary_search_by_key(&hash, |(key, _)| *key);
        found.ok().and_then(|at| self.rest.get(at)).map(|(_, place)| *place as usize)
    }

    /// Whether pilots lead to all hashes.
    #[inline]
    pub(super) fn is_perfect(&self) -> bool {
        self.rest.is_empty()
    }
}

/// A pilot that leads each of some hashes to a place that no other has. `own` is room for those places.
fn pilot_for(members: &[(u32, u32)], taken: &[bool], own: &mut Vec<usize>) -> Option<u8> {
    (0..=u8::MAX).filter(|_| members.len() <= MOST_MEMBERS).find(|pilot| {
        own.clear();
        members.iter().all(|(hash, _)| {
            let place = place(*hash, *pilot, taken.len());
            let is_free = !taken[place] && !own.contains(&place);
            own.push(place);
            is_free
        })
    })
}

/// To which of so many places a pilot leads a hash.
#[inline]
fn place(hash: u32, pilot: u8, places: usize) -> usize {
    let mixed = (hash ^ u32::from(pilot)).wrapping_mul(0x9e37_79b1);
    // The highest bits, which all others have a part in.
    ((u64::from(mixed) * places as u64) >> 32) as usize
}

/// For more hashes that share a pilot none is looked for.
const MOST_MEMBERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn each_hash_has_its_place() {
        assert_eq!(Lookup::default().get(0), 0);
        for count in [0u32, 1, 2, 3, 100, 5_000] {
            // Well mixed, as hashes of features are; and as badly as can be.
            for hash in [|i: u32| i.wrapping_mul(0x9e37_79b1).rotate_left(7), |i: u32| i << 15] {
                let hashes: Vec<u32> = (0..count).map(hash).collect();
                let (lookup, mut places) = Lookup::new(&hashes);
                for (hash, place) in hashes.iter().zip(&places) {
                    assert_eq!(lookup.get_in_rest(*hash).unwrap_or(lookup.get(*hash)), *place as usize);
                }
                places.sort_unstable();
                places.dedup();
                assert_eq!(places.len(), hashes.len());
                assert!(places.iter().all(|place| (*place as usize) < lookup.count()));
            }
        }
    }
}
