//! Weighing: features go from where they are written right into the sums of their weights.
//!
//! Most come in groups that follow from a few small numbers, such as the look of a line, and lines of the same look come
//! again and again: what a group weighs is kept. Weights are whole numbers, so that their sums are the same however they
//! came about.

use std::sync::OnceLock;

use super::feature_weights::{AT_ONCE, EMPTY, FeatureWeights, Totals};
use super::features::{Features, Sink, finish};

/// What groups of features weigh, by their keys, once that was asked: first come, first kept.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// None until the first is kept.
    slots: OnceLock<Box<[Slot]>>,
}

/// Room for one group, in as much memory as the processor fetches at once.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Slot(OnceLock<Group>);

/// The weights of a group's features.
#[derive(Debug)]
struct Group {
    key: [u8; 8],
    /// Their sums as in [`Totals`], but that the first two numbers say how many there are, and how large the sums are.
    sums: [i16; WIDTH],
}

/// So many groups are kept.
const SLOTS: usize = 1 << 14;
/// In so many slots a group looks for room.
const PLACES: usize = 4;
/// Groups are kept of models whose rows have up to so many numbers.
const WIDTH: usize = 24;

impl Groups {
    fn slots(&self) -> &[Slot] {
        self.slots.get_or_init(|| (0..SLOTS).map(|_| Slot::default()).collect())
    }
}

/// What is kept is no part of what a model is.
impl Clone for Groups {
    fn clone(&self) -> Groups {
        Groups::default()
    }
}

impl PartialEq for Groups {
    fn eq(&self, _: &Groups) -> bool {
        true
    }
}

/// Weighs the features of one position after the other.
#[derive(Debug)]
pub(super) struct Weigher<'a> {
    weights: &'a FeatureWeights,
    slots: &'a [Slot],
    totals: Totals,
    /// Sums of groups, and how much may be added before they must go to the totals.
    sums: [i16; WIDTH],
    room: i16,
    /// Features that may weigh something, to be looked up together.
    waiting: [u32; WAITING],
    count: usize,
    /// Room for the features of a group.
    features: Features,
    /// How many features were weighed.
    work: u64,
}

/// So many features at most wait to be looked up.
const WAITING: usize = 4 * AT_ONCE;

impl<'a> Weigher<'a> {
    /// A weigher with those weights.
    pub(super) fn new(weights: &'a FeatureWeights) -> Weigher<'a> {
        Weigher {
            weights,
            slots: weights.groups().slots(),
            totals: EMPTY,
            sums: [0; WIDTH],
            room: i16::MAX,
            waiting: [0; WAITING],
            count: 0,
            features: Features::default(),
            work: 0,
        }
    }

    /// Sets the scores of labels to the sums of the weights of what was written since the last time.
    pub(super) fn set_scores(&mut self, scores: &mut [f32]) {
        self.look_up();
        self.carry();
        self.weights.set_scores(&self.totals, scores);
    }

    /// How many features were weighed.
    pub(super) fn work(&self) -> u64 {
        self.work
    }

    /// Puts a feature among those to be looked up, if it may weigh something. There must be room.
    #[inline]
    fn wait(&mut self, feature: u32) {
        if let Some(next) = self.waiting.get_mut(self.count) {
            *next = feature;
        }
        // No branch: which features weigh something cannot be foretold.
        self.count += self.weights.may_know(feature);
    }

    fn look_up(&mut self) {
        self.weights.add(self.waiting.get(..self.count).unwrap_or(&self.waiting), &mut self.totals);
        self.count = 0;
    }

    #[inline]
    fn add(&mut self, group: &Group) {
        let [count, largest, ..] = group.sums;
        if self.room < largest {
            self.carry();
        }
        self.room -= largest;
        self.work += u64::from(count as u16);
        for lane in 0..WIDTH {
            self.sums[lane] = self.sums[lane].wrapping_add(group.sums[lane]);
        }
    }

    /// Adds the sums of groups to the totals.
    #[inline(never)]
    fn carry(&mut self) {
        for lane in 0..WIDTH {
            self.totals[lane] += i32::from(self.sums[lane]);
        }
        (self.sums, self.room) = ([0; WIDTH], i16::MAX);
    }

    /// Adds a group that is not kept, and keeps it if there is room.
    #[cold]
    #[inline(never)]
    fn add_new(&mut self, key: [u8; 8], write: impl FnOnce(&mut Features)) {
        self.features.clear();
        write(&mut self.features);
        let features = self.features.hashes();
        if features.len() > AT_ONCE || self.weights.width() > WIDTH {
            self.work += features.len() as u64;
            self.weights.add(features, &mut self.totals);
            return;
        }
        let mut totals = EMPTY;
        self.weights.add(features, &mut totals);
        let mut group = Group { key, sums: [0; WIDTH] };
        let mut largest = 0;
        for (sum, total) in group.sums.iter_mut().zip(totals).skip(2) {
            // So few weights sum to no more than fits.
            *sum = total as i16;
            largest = largest.max(sum.saturating_abs());
        }
        (group.sums[0], group.sums[1]) = (features.len() as i16, largest);
        self.add(&group);
        if let Some(slot) = places(self.slots, key).find(|slot| slot.0.get().is_none()) {
            // If another thread comes first, the group may be kept next time.
            let _ = slot.0.set(group);
        }
    }
}

impl Sink for Weigher<'_> {
    fn clear(&mut self) {
        self.totals = EMPTY;
        self.sums = [0; WIDTH];
        self.room = i16::MAX;
        self.count = 0;
    }

    #[inline]
    fn push(&mut self, hash: u32, _name: impl FnOnce() -> String) {
        if self.count == WAITING {
            self.look_up();
        }
        self.wait(finish(hash));
        self.work += 1;
    }

    #[inline]
    fn extend(&mut self, hashes: &[u32]) {
        self.work += hashes.len() as u64;
        for hashes in hashes.chunks(WAITING) {
            if self.count + hashes.len() > WAITING {
                self.look_up();
            }
            hashes.iter().for_each(|feature| self.wait(*feature));
        }
    }

    #[inline]
    fn group(&mut self, key: [u8; 8], write: impl FnOnce(&mut Features)) {
        match kept(self.slots, key) {
            Some(group) => self.add(group),
            None => self.add_new(key, write),
        }
    }

    fn groups(&mut self, keys: &[[u8; 8]], write: impl Fn([u8; 8], &mut Features)) {
        for keys in keys.chunks(u64::BITS as usize) {
            // Nothing but what all groups need that are kept: sums stay in registers, and slots are waited for together.
            let (mut sums, mut room, mut count, mut others) = (self.sums, self.room, 0, 0u64);
            for (number, key) in keys.iter().enumerate() {
                match kept(self.slots, *key) {
                    Some(group) if group.sums[1] <= room => {
                        count += u64::from(group.sums[0] as u16);
                        room -= group.sums[1];
                        for (sum, more) in sums.iter_mut().zip(&group.sums) {
                            *sum = sum.wrapping_add(*more);
                        }
                    }
                    _ => others |= 1 << number,
                }
            }
            (self.sums, self.room) = (sums, room);
            self.work += count;
            for (number, key) in keys.iter().enumerate().filter(|_| others > 0) {
                if others >> number & 1 > 0 {
                    self.group(*key, |features| write(*key, features));
                }
            }
        }
    }
}

/// What is kept of a group.
#[inline]
fn kept(slots: &[Slot], key: [u8; 8]) -> Option<&Group> {
    places(slots, key).filter_map(|slot| slot.0.get()).find(|group| group.key == key)
}

/// The slots in which a group may be kept.
#[inline]
fn places(slots: &[Slot], key: [u8; 8]) -> impl Iterator<Item = &Slot> {
    let mixed = u64::from_le_bytes(key).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let first = (mixed >> (u64::BITS - SLOTS.ilog2())) as usize;
    (0..PLACES).filter_map(move |step| slots.get(first ^ step))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::judge::evidence::Evidence;
    use crate::judge::page::Page;
    use crate::judge::rules::RuleSet;
    use crate::judge::spans::SpanEvidence;
    use crate::judge::windows::Body;
    use crate::segment::segments;

    /// Numbers without order, the same each time.
    fn random(state: &mut u32) -> u32 {
        *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *state >> 8
    }

    /// Weights of some features, large and small.
    fn weights(labels: usize, features: &[u32]) -> FeatureWeights {
        let mut state = 7;
        let mut entries = Vec::new();
        for feature in features.iter().filter(|feature| **feature % 8 > 0) {
            for _ in 0..3 {
                let weight = random(&mut state) % 2_000;
                entries.push((*feature, (random(&mut state) as usize % labels) as u8, weight as f32 / 100.0 - 10.0));
            }
        }
        entries.sort_unstable_by_key(|entry| (entry.0, entry.1));
        entries.dedup_by_key(|entry| (entry.0, entry.1));
        FeatureWeights::new(labels, &entries)
    }

    fn sum(weights: &FeatureWeights, features: &[u32], labels: usize) -> Vec<f32> {
        let mut scores = vec![1.0; labels];
        weights.sum(features, &mut scores);
        scores
    }

    #[test]
    fn groups_weigh_the_same_kept_or_not() {
        for labels in [1, 7, 15, 23, 24, 40] {
            let features: Vec<u32> = (0..4_000).map(|i| finish(i % 3_000)).collect();
            let weights = weights(labels, &features);
            let mut weigher = Weigher::new(&weights);
            // More groups than are kept, some of them with more features than can be; and each a second time.
            for i in (0..2 * SLOTS as u32).chain(0..100) {
                let own: Vec<u32> = (0..i % 40).map(|step| (i * 7 + step * 13) % 4_000).collect();
                let [a, b, c, d] = i.to_le_bytes();
                weigher.clear();
                for (number, part) in (0..).zip(own.chunks(20)) {
                    weigher.group([number, a, b, c, d, 0, 0, 0], |features| {
                        part.iter().for_each(|feature| features.push(*feature, String::new));
                    });
                }
                weigher.push(i, String::new);
                let mut all: Vec<u32> = own.into_iter().map(finish).collect();
                all.push(finish(i));
                weigher.extend(&all);
                let mut scores = vec![1.0; labels];
                weigher.set_scores(&mut scores);
                all.extend_from_within(..);
                assert_eq!(scores, sum(&weights, &all, labels));
            }
        }
    }

    #[test]
    fn groups_weigh_the_same_together_as_their_features_do() {
        // More groups at once than are looked up together, more weight than fits in sixteen bits, more features than can be kept.
        let keys: Vec<[u8; 8]> = (0..200u64).map(|i| (i % 90).to_le_bytes()).collect();
        let own = |key: [u8; 8]| (0..u32::from(key[0]) % 19).map(move |step| u32::from(key[0]) * 20 + step);
        let all: Vec<u32> = keys.iter().flat_map(|key| own(*key)).map(finish).collect();
        for labels in [1, 15, 23, 40] {
            let weights = weights(labels, &all);
            let mut weigher = Weigher::new(&weights);
            for round in 0..3 {
                weigher.clear();
                weigher.groups(&keys, |key, features| own(key).for_each(|feature| features.push(feature, String::new)));
                let mut scores = vec![1.0; labels];
                weigher.set_scores(&mut scores);
                assert_eq!(scores, sum(&weights, &all, labels), "{labels} labels, round {round}");
            }
            assert_eq!(weigher.work(), 3 * all.len() as u64);
        }
    }

    /// Texts of all that lines and tokens can look like.
    fn soup(state: &mut u32) -> String {
        const WORDS: &[&str] = &[
            "Warga",
            "desa",
            "JAKARTA",
            "yang",
            "di",
            "itu",
            "memperbaiki",
            "jembatan",
            "Baca",
            "juga",
            ":",
            ".",
            "?",
            "“Itu”",
            "(abc/def)",
            "-",
            "--",
            "–",
            "2023",
            "3 Maret 2023",
            "08:15",
            "WIB",
            "Kompas.com",
            "BBC",
            "\u{a0}",
            "\u{200b}",
            "kata.Dia",
            "世界。",
            "é",
            "|",
            "https://contoh.example/a",
            "1.",
            "Penulis",
            "Editor",
            "Simak",
            "video",
            "ini",
        ];
        let mut text = String::new();
        for _ in 0..random(state) % 30 {
            for _ in 0..[3, 9, 30, 80][random(state) as usize % 4] {
                text += WORDS[random(state) as usize % WORDS.len()];
                text += if random(state).is_multiple_of(9) { "" } else { " " };
            }
            text += [".\n", "\n", "\n\n", " jembatan bambu.\n"][random(state) as usize % 4];
        }
        text
    }

    #[test]
    fn the_same_key_means_the_same_features() {
        let rules = RuleSet::with_dirs(&[]).unwrap();
        let mut written: Vec<(bool, Vec<u32>)> = Vec::new();
        let mut known: Option<[FeatureWeights; 2]> = None;
        // What is written is collected first, then weighed.
        for round in 0..2 {
            let mut state = 3;
            let mut before = std::mem::take(&mut written).into_iter();
            let mut weighers = known.as_ref().map(|weights| weights.each_ref().map(Weigher::new));
            for number in 0..120u32 {
                let text = soup(&mut state);
                let title = (number % 2 > 0).then(|| "Warga Desa Memperbaiki Jembatan Bambu".to_owned());
                let record = Record { text, title, ..Record::default() };
                let (text, cut) = (record.text.as_str(), segments(&record.text));
                let page = Page::new(&record, &cut, &rules);
                let evidence = Evidence::new(&page, &rules, text);
                let body = Body::new(text, &page, &cut, |i| i % 7 < 5, &rules);
                let spans =
                    body.windows.iter().map(|window| SpanEvidence::new(text, &page, &rules, &body, window.clone()));
                let spans: Vec<_> = spans.collect();
                let lines = (0..page.lines.len()).map(|i| (None, i));
                let tokens = spans.iter().flat_map(|span| (0..span.edges().len()).map(move |i| (Some(span), i)));
                for (span, i) in lines.chain(tokens) {
                    let Some(weighers) = &mut weighers else {
                        let mut features = Features::default();
                        match span {
                            None => evidence.of(i, &mut features),
                            Some(span) => span.of(i, &mut features),
                        }
                        written.push((span.is_some(), features.hashes().to_vec()));
                        continue;
                    };
                    let weigher = &mut weighers[usize::from(span.is_some())];
                    match span {
                        None => evidence.of(i, weigher),
                        Some(span) => span.of(i, weigher),
                    }
                    let mut scores = vec![0.0; 15];
                    weigher.set_scores(&mut scores);
                    let (_, features) = before.next().unwrap_or_default();
                    assert_eq!(scores, sum(weigher.weights, &features, 15), "round {round} {text:?} {i}");
                }
            }
            assert_eq!(before.next(), None);
            if known.is_none() {
                let of = |is_span: bool| {
                    let own = written.iter().filter(|(span, _)| *span == is_span);
                    let mut features: Vec<u32> = own.flat_map(|(_, features)| features).copied().collect();
                    features.sort_unstable();
                    features.dedup();
                    weights(15, &features)
                };
                known = Some([of(false), of(true)]);
            }
        }
    }
}
