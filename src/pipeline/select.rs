//! Which records of the input a run is about: a share of them, a sample, the first so many, those behind a place.
//!
//! What is chosen depends on where a record stands in the input and on nothing else, so that the same is chosen again.

use crate::error::Error;
use crate::read::Item;

/// What to choose. The default is everything.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Selection {
    /// Records to leave out at the start: they are read, and that is all. For going on where a run stopped.
    pub skip: u64,
    /// Of the records that are skipped, how many were chosen; they count towards `limit`.
    pub chosen: u64,
    /// Only every so manieth.
    pub share: Option<Share>,
    /// Only a sample.
    pub sample: Option<Sample>,
    /// Only the first so many of those that are left.
    pub limit: Option<u64>,
}

/// One of `of` equal shares: every `of`th record, beginning with the `number`th.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Share {
    /// Which one, from 1.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

/// A sample: each record has the same chance, decided by its place and a seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The chance, from 0 to 1.
    pub chance: f64,
    /// Another seed, another sample.
    pub seed: u64,
}

impl Share {
    /// Whether what stands behind `position` others belongs to it.
    #[must_use]
    pub fn has(self, position: u64) -> bool {
        position % self.of.max(1) == self.number.saturating_sub(1)
    }
}

impl Sample {
    fn has(self, position: u64) -> bool {
        // 53 bits are what a float holds exactly.
        let draw = (mixed(self.seed ^ mixed(position)) >> 11) as f64 / (1u64 << 53) as f64;
        draw < self.chance
    }
}

/// The items that a selection leaves of others, each with its position: how many records and failures stand before it.
#[derive(Debug)]
pub struct Selected<I> {
    items: I,
    selection: Selection,
    position: u64,
    chosen: u64,
}

impl<I> Selected<I> {
    /// Chooses among `items`.
    pub fn new(items: I, selection: Selection) -> Selected<I> {
        Selected { items, selection, position: 0, chosen: selection.chosen }
    }
}

impl<I: Iterator<Item = Item>> Iterator for Selected<I> {
    type Item = (u64, Item);

    fn next(&mut self) -> Option<(u64, Item)> {
        loop {
            if self.selection.limit.is_some_and(|limit| self.chosen >= limit) {
                return None;
            }
            let item = self.items.next()?;
            let skipped = self.position < self.selection.skip;
            if matches!(item, Item::Notice(_)) {
                if skipped {
                    continue;
                }
                return Some((self.position, item));
            }
            let position = self.position;
            self.position += 1;
            // A file that cannot be read stands for unknown many records: a sample does not hide that.
            let is_file = matches!(item, Item::Failure(Error::File { .. }));
            let wanted = self.selection.share.is_none_or(|share| share.has(position))
                && self.selection.sample.is_none_or(|sample| is_file || sample.has(position));
            if wanted && !skipped {
                self.chosen += 1;
                return Some((position, item));
            }
        }
    }
}

/// 64 bits that look random: the last step of SplitMix64.
pub(crate) fn mixed(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;

    fn positions(count: u64, selection: Selection) -> Vec<u64> {
        let records = (0..count).map(|_| Item::Record(Record::default()));
        Selected::new(records, selection).map(|(position, _)| position).collect()
    }

    #[test]
    fn shares_are_disjoint_and_make_up_the_whole() {
        let share = |number| Selection { share: Some(Share { number, of: 3 }), ..Selection::default() };
        let mut all: Vec<u64> = (1..=3).flat_map(|number| positions(100, share(number))).collect();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        assert_eq!(positions(7, share(2)), [1, 4]);
    }

    #[test]
    fn a_sample_has_the_size_asked_for_and_is_the_same_again() {
        let sample = |seed| Selection { sample: Some(Sample { chance: 0.1, seed }), ..Selection::default() };
        let first = positions(10_000, sample(1));
        assert!((900..1100).contains(&first.len()), "{}", first.len());
        assert_eq!(first, positions(10_000, sample(1)));
        assert_ne!(first, positions(10_000, sample(2)));
        let all = Selection { sample: Some(Sample { chance: 1.0, seed: 0 }), ..Selection::default() };
        assert_eq!(positions(100, all).len(), 100);
    }

    #[test]
    fn going_on_behind_a_place_chooses_what_is_left() {
        let sample = Some(Sample { chance: 0.5, seed: 7 });
        let whole = Selection { sample, limit: Some(40), ..Selection::default() };
        let all = positions(1000, whole);
        assert_eq!(all.len(), 40);
        for done in [0, 1, 17, 40] {
            let skip = all.get(done).copied().unwrap_or(999);
            let rest = Selection { skip, chosen: done as u64, ..whole };
            assert_eq!(positions(1000, rest), all[done..]);
        }
    }

    #[test]
    fn files_that_cannot_be_read_are_in_every_sample() {
        let failures = (0..10).map(|_| Item::Failure(Error::file("a", "b")));
        let none = Selection { sample: Some(Sample { chance: 0.0, seed: 0 }), ..Selection::default() };
        assert_eq!(Selected::new(failures, none).count(), 10);
    }
}
