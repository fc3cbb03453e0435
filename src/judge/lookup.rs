//! From hashes that are known beforehand to slots of their own, in one look.
//!
//! Whether a feature has weights cannot be foretold, and a table that probes takes one wrong turn in three; asked thousands of
//! times a document, that is what weighing costs. So each hash gets a slot of its own: a few of its bits choose a pilot, and
//! the pilot was chosen so that the hashes that share it meet no other (Belazzougui, Botelho and Dietzfelbinger, "Hash,
//! displace, and compress", 2009; here without the compression). What stands in the slots is the caller's business.

/// A slot for each of some hashes, all different. Other hashes share these slots.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    pilots: Vec<u8>,
    /// How many slots there are, without those of `rest`.
    slots: u32,
    /// The hashes for which no pilot was found, sorted, each with its slot, behind all others: none, as good as always.
    rest: Vec<(u32, u32)>,
}

impl Lookup {
    /// Slots for those hashes, which are all different.
    pub(super) fn new(hashes: &[u32]) -> Lookup {
        let groups = (hashes.len() / 2).next_power_of_two();
        let mut lookup = Lookup { pilots: vec![0; groups], slots: 0, rest: Vec::new() };
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); groups];
        hashes.iter().for_each(|hash| members[lookup.group(*hash)].push(*hash));
        let mut order: Vec<usize> = (0..groups).collect();
        // The largest first, while there is room.
        order.sort_by_key(|group| std::cmp::Reverse(members[*group].len()));
        // Tightly packed, the slots stay in fast memory.
        lookup.slots = (hashes.len() + hashes.len() / 8 + 1) as u32;
        let mut taken = vec![false; lookup.slots as usize];
        for group in order {
            match lookup.pilot_for(&members[group], &taken) {
                Some(pilot) => {
                    lookup.pilots[group] = pilot;
                    members[group].iter().for_each(|hash| taken[lookup.place(*hash, pilot)] = true);
                }
                None => lookup.rest.extend(members[group].iter().map(|hash| (*hash, 0))),
            }
        }
        lookup.rest.sort_unstable();
        (lookup.slots..).zip(&mut lookup.rest).for_each(|(slot, (_, own))| *own = slot);
        lookup
    }

    /// A pilot that leads each of some hashes to a slot that no other has.
    fn pilot_for(&self, members: &[u32], taken: &[bool]) -> Option<u8> {
        let mut own = Vec::with_capacity(members.len());
        (0..=u8::MAX).filter(|_| members.len() <= MOST_MEMBERS).find(|pilot| {
            own.clear();
            members.iter().all(|hash| {
                let slot = self.place(*hash, *pilot);
                let is_free = !taken[slot] && !own.contains(&slot);
                own.push(slot);
                is_free
            })
        })
    }

    #[inline]
    fn group(&self, hash: u32) -> usize {
        (hash ^ (hash >> 15)) as usize & self.pilots.len().wrapping_sub(1)
    }

    #[inline]
    fn place(&self, hash: u32, pilot: u8) -> usize {
        let mixed = (hash ^ u32::from(pilot).wrapping_mul(0x85eb_ca6b)).wrapping_mul(0x9e37_79b1);
        // The highest bits, which all others have a part in.
        (u64::from(mixed) * u64::from(self.slots) >> 32) as usize
    }

    /// How many slots there are.
    pub(super) fn slots(&self) -> usize {
        self.slots as usize + self.rest.len()
    }

    /// The slot of a hash: its own, if it has one.
    #[inline]
    pub(super) fn slot(&self, hash: u32) -> usize {
        let pilot = self.pilots.get(self.group(hash)).copied().unwrap_or(0);
        let place = self.place(hash, pilot);
        if self.rest.is_empty() { place } else { self.find_in_rest(hash).unwrap_or(place) }
    }

    #[cold]
    fn find_in_rest(&self, hash: u32) -> Option<usize> {
        let found = self.rest.binary_search_by_key(&hash, |(key, _)| *key);
        found.ok().and_then(|at| self.rest.get(at)).map(|(_, slot)| *slot as usize)
    }
}

/// For more hashes that share a pilot none is looked for.
const MOST_MEMBERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn each_hash_has_a_slot_of_its_own() {
        for count in [0u32, 1, 2, 3, 100, 5_000] {
            // Well mixed, as hashes of features are; and as badly as can be.
            for hash in [|i: u32| i.wrapping_mul(0x9e37_79b1).rotate_left(7), |i: u32| i << 15] {
                let hashes: Vec<u32> = (0..count).map(hash).collect();
                let lookup = Lookup::new(&hashes);
                let mut slots: Vec<usize> = hashes.iter().map(|hash| lookup.slot(*hash)).collect();
                slots.sort_unstable();
                slots.dedup();
                assert_eq!(slots.len(), hashes.len());
                assert!((0..count + 1_000).map(hash).all(|hash| lookup.slot(hash) < lookup.slots()));
            }
        }
    }
}
