//! From hashes that are known beforehand to numbers, in one look.
//!
//! Whether a feature has weights cannot be foretold, and a table that probes takes one wrong turn in three; asked thousands of
//! times a document, that is what weighing costs. So each hash gets a slot of its own: a few of its bits choose a pilot, and
//! the pilot was chosen so that the hashes that share it meet no other (Belazzougui, Botelho and Dietzfelbinger, "Hash,
//! displace, and compress", 2009; here without the compression). Whether a hash is one of them is not asked: what the number
//! stands for tells that as well.

/// A number for each of some hashes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    pilots: Vec<u8>,
    /// The numbers by slot, 0 for none: their lower halves, and where there are larger ones what is above them.
    low: Vec<u16>,
    high: Vec<u16>,
    /// The hashes for which no pilot was found, sorted, with their numbers: none, as good as always.
    rest: Vec<(u32, u32)>,
}

impl Lookup {
    /// The numbers 1, 2, … for those hashes, all different, in their order.
    pub(super) fn new(hashes: &[u32]) -> Lookup {
        let groups = (hashes.len() / 3).next_power_of_two();
        let mut lookup = Lookup { pilots: vec![0; groups], ..Lookup::default() };
        let mut slots = vec![0_u32; hashes.len() + hashes.len() / 8 + 1];
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
        for (hash, number) in hashes.iter().zip(1..) {
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
        let mut own = Vec::new();
        for group in by_size.iter().skip(1).rev().flatten() {
            let (group, members) = (*group as usize, &members[of(*group as usize)]);
            match pilot_for(members, &slots, &mut own) {
                Some(pilot) => {
                    lookup.pilots[group] = pilot;
                    for (hash, number) in members {
                        let place = place(*hash, pilot, slots.len());
                        slots[place] = *number;
                    }
                }
                None => lookup.rest.extend(members),
            }
        }
        lookup.rest.sort_unstable();
        lookup.low = slots.iter().map(|number| *number as u16).collect();
        if hashes.len() > usize::from(u16::MAX) {
            lookup.high = slots.iter().map(|number| (*number >> 16) as u16).collect();
        }
        lookup
    }

    #[inline]
    fn group(&self, hash: u32) -> usize {
        hash.rotate_left(16) as usize & self.pilots.len().wrapping_sub(1)
    }

    /// The number of a hash, unless it is one of the rest; for one that has none, that of another, or 0.
    #[inline]
    pub(super) fn get(&self, hash: u32) -> u32 {
        let pilot = self.pilots.get(self.group(hash)).copied().unwrap_or(0);
        let place = place(hash, pilot, self.low.len());
        let half = |halves: &[u16]| halves.get(place).map_or(0, |half| u32::from(*half));
        half(&self.low) | half(&self.high) << 16
    }

    /// The number of a hash that is one of the rest: those that got no slot of their own, as good as always none.
    #[inline]
    pub(super) fn get_in_rest(&self, hash: u32) -> Option<u32> {
        let found = self.rest.binary_search_by_key(&hash, |(key, _)| *key);
        found.ok().and_then(|at| self.rest.get(at)).map(|(_, number)| *number)
    }

    /// Whether all hashes have slots of their own.
    #[inline]
    pub(super) fn is_perfect(&self) -> bool {
        self.rest.is_empty()
    }
}

/// A pilot that leads each of some hashes to a slot that no other has. `own` is room for those slots.
fn pilot_for(members: &[(u32, u32)], slots: &[u32], own: &mut Vec<usize>) -> Option<u8> {
    // Most share it with none.
    if let [(hash, _)] = members {
        return (0..=u8::MAX).find(|pilot| slots[place(*hash, *pilot, slots.len())] == 0);
    }
    (0..=u8::MAX).filter(|_| members.len() <= MOST_MEMBERS).find(|pilot| {
        own.clear();
        members.iter().all(|(hash, _)| {
            let place = place(*hash, *pilot, slots.len());
            let is_free = slots[place] == 0 && !own.contains(&place);
            own.push(place);
            is_free
        })
    })
}

/// To which of so many slots a pilot leads a hash.
#[inline]
fn place(hash: u32, pilot: u8, slots: usize) -> usize {
    let mixed = (hash ^ u32::from(pilot)).wrapping_mul(0x9e37_79b1);
    // The highest bits, which all others have a part in.
    ((u64::from(mixed) * slots as u64) >> 32) as usize
}

/// For more hashes that share a pilot none is looked for.
const MOST_MEMBERS: usize = 32;

#[cfg(test)]
mod tests {
    use super::Lookup;

    #[test]
    fn each_hash_has_its_number() {
        assert_eq!(Lookup::default().get(0), 0);
        for count in [0u32, 1, 2, 3, 100, 5_000, 70_000] {
            // Well mixed, as hashes of features are; and as badly as can be.
            for hash in [|i: u32| i.wrapping_mul(0x9e37_79b1).rotate_left(7), |i: u32| i << 15] {
                let hashes: Vec<u32> = (0..count).map(hash).collect();
                let lookup = Lookup::new(&hashes);
                for (hash, number) in hashes.iter().zip(1..) {
                    assert_eq!(lookup.get_in_rest(*hash).unwrap_or(lookup.get(*hash)), number);
                }
            }
        }
    }
}
