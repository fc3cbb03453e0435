//! What features weigh: a row of whole numbers each, found by the feature's hash, and sums of such rows.
//!
//! Summing is most of what judging costs, and waiting for memory most of summing: rows are small, those of frequent features
//! stand together, and each holds its feature's hash. Knows nothing of sequences.

use std::borrow::Cow;
use std::hint::select_unpredictable;

use super::lookup::Lookup;
use super::rows::{LANES, MAX_LABELS};
use super::weigher::Groups;

/// Weights of features, one per label.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FeatureWeights {
    labels: usize,
    /// Features with many weights, which are the most frequent ones, and all others.
    tiers: [Tier; TIERS],
    scale: f32,
    /// Bits of features' hashes: most features that weigh nothing are told by these alone, in fast memory.
    sieve: Vec<u64>,
    /// What groups of features weigh.
    groups: Groups,
}

/// What some features weigh.
#[derive(Clone, Debug, Default, PartialEq)]
struct Tier {
    /// From a feature's hash to the number of its row.
    lookup: Lookup,
    /// Rows of weights: multiples of `scale`, less the weight of label 0, in whose place, with one before, stands the feature's
    /// hash. In one place with its weights it costs no look of its own.
    rows: Vec<i16>,
}

/// How many tiers there are: apart from all others, the features that are asked for most take little memory.
const TIERS: usize = 2;

/// From so many weights on a feature is one of the frequent ones.
const FREQUENT: usize = 4;

/// Sums of weights: what stands in place of the first label and the one before means nothing.
pub(super) type Totals = [i32; MAX_LABELS + LANES];

/// Sums of nothing.
pub(super) const EMPTY: Totals = [0; MAX_LABELS + LANES];

impl FeatureWeights {
    /// The weights of `(feature, label, weight)` entries; those whose label is out of range are ignored.
    pub(super) fn new(labels: usize, entries: &[(u32, u8, f32)]) -> FeatureWeights {
        let entries = in_order(labels, entries);
        let features = || entries.chunk_by(|a, b| a.0 == b.0);
        // Where label 0 has a weight, it is taken from all others.
        let base = |own: &[(u32, u8, f32)]| own.iter().find(|entry| entry.1 == 0).map_or(0.0, |entry| entry.2);
        let mut hashes: [Vec<u32>; TIERS] = Default::default();
        let mut largest = 0.0f32;
        for own in features() {
            let base = base(own);
            largest = own.iter().fold(largest.max(base.abs()), |most, entry| most.max((entry.2 - base).abs()));
            hashes[tier_of(own)].push(own[0].0);
        }
        // So large that as many weights as are looked up at once can be summed.
        let most = f32::from(i16::MAX / AT_ONCE as i16 - 1);
        let scale = (largest / most).max(f32::MIN_POSITIVE);
        // The cast cuts off, which half of one makes rounding.
        let whole = |weight: f32| (weight / scale + 0.5f32.copysign(weight)) as i16;
        let width = width(labels);
        let [frequent, others] = hashes.each_ref().map(|hashes| Tier::new(hashes, width));
        let mut places = [frequent.1.iter(), others.1.iter()];
        let mut tiers = [frequent.0, others.0];
        for own in features() {
            let tier = tier_of(own);
            let Some(place) = places[tier].next() else { continue };
            let row = &mut tiers[tier].rows[*place as usize * width..][..width];
            let base = base(own);
            row.fill(if base == 0.0 { 0 } else { whole(-base) });
            for (_, label, weight) in own {
                row[usize::from(*label) + 1] = whole(weight - base);
            }
            [row[0], row[1]] = key(own[0].0);
        }
        let count: usize = hashes.iter().map(Vec::len).sum();
        let mut sieve = vec![0; (count * SIEVE_BITS / 64).next_power_of_two()];
        for hash in hashes.iter().flatten() {
            let (word, bits) = sieve_place(sieve.len(), *hash);
            sieve[word] |= bits;
        }
        FeatureWeights { labels, tiers, scale, sieve, groups: Groups::default() }
    }

    /// The weights of a feature against that of label 0, one per label, if it has any.
    pub(super) fn of(&self, feature: u32) -> Option<Vec<f32>> {
        let others = self.row(feature)?.iter().skip(2).take(self.labels.checked_sub(1)?);
        Some(std::iter::once(0.0).chain(others.map(|weight| f32::from(*weight) * self.scale)).collect())
    }

    /// Whether a feature weighs anything.
    pub(super) fn know(&self, feature: u32) -> bool {
        self.row(feature).is_some()
    }

    fn row(&self, feature: u32) -> Option<&[i16]> {
        self.tiers.iter().find_map(|tier| tier.row(feature, width(self.labels)))
    }

    /// Whether a feature may weigh anything: 1 or 0. Of those that weigh nothing, few may.
    #[inline]
    pub(super) fn may_know(&self, feature: u32) -> usize {
        let (word, bits) = sieve_place(self.sieve.len(), feature);
        self.sieve.get(word).map_or(0, |held| usize::from(held & bits == bits))
    }

    /// What groups of features weigh, as far as that was asked.
    pub(super) fn groups(&self) -> &Groups {
        &self.groups
    }

    /// How many numbers a row has, the two before the second label's included.
    pub(super) fn width(&self) -> usize {
        width(self.labels)
    }

    /// Sets the scores of labels to the sums of the features' weights.
    pub(super) fn sum(&self, features: &[u32], scores: &mut [f32]) {
        let mut totals = EMPTY;
        self.add(features, &mut totals);
        self.set_scores(&totals, scores);
    }

    /// Sets the scores of labels to sums of weights.
    pub(super) fn set_scores(&self, totals: &Totals, scores: &mut [f32]) {
        let totals = totals.get(1..=scores.len()).unwrap_or_default();
        for (score, total) in scores.iter_mut().zip(totals) {
            *score = *total as f32 * self.scale;
        }
        if let Some(first) = scores.first_mut() {
            *first = 0.0;
        }
    }

    /// Adds the features' weights to sums.
    pub(super) fn add(&self, features: &[u32], totals: &mut Totals) {
        match width(self.labels) {
            8 => self.add_rows::<8>(features, totals),
            16 => self.add_rows::<16>(features, totals),
            24 => self.add_rows::<24>(features, totals),
            32 => self.add_rows::<32>(features, totals),
            _ => self.add_rows::<{ MAX_LABELS + LANES }>(features, totals),
        }
    }

    fn add_rows<const W: usize>(&self, features: &[u32], totals: &mut Totals) {
        for features in features.chunks(AT_ONCE) {
            let mut sums = [0; W];
            let (mut waiting, mut count) = ([0; AT_ONCE], features.len());
            waiting.iter_mut().zip(features).for_each(|(waiting, feature)| *waiting = *feature);
            // An empty row stands for what has none, which is not that of a feature only if there are rows.
            for tier in self.tiers.iter().filter(|tier| !tier.rows.is_empty()) {
                count = tier.sum_rows::<W>(&mut waiting, count, &mut sums);
            }
            if let Some(totals) = totals.first_chunk_mut::<W>() {
                for lane in 0..W {
                    totals[lane] += i32::from(sums[lane]);
                }
            }
        }
        for tier in self.tiers.iter().filter(|tier| !tier.lookup.is_perfect()) {
            tier.add_rest::<W>(features, totals);
        }
    }
}

impl Tier {
    /// Those features, with rows that hold their hashes, but no weights yet; and the numbers of those rows.
    fn new(hashes: &[u32], width: usize) -> (Tier, Vec<u32>) {
        let (lookup, places) = Lookup::new(hashes);
        let mut rows = vec![0; lookup.count() * width];
        // An empty row is no feature's: it holds a hash that does not lead there.
        for (number, row) in rows.chunks_exact_mut(width).enumerate() {
            let other = (0..=u32::MAX).find(|hash| lookup.get(*hash) != number);
            [row[0], row[1]] = key(other.unwrap_or(0));
        }
        (Tier { lookup, rows }, places)
    }

    fn row(&self, feature: u32, width: usize) -> Option<&[i16]> {
        let number = self.lookup.get_in_rest(feature).unwrap_or_else(|| self.lookup.get(feature));
        self.rows.get(number * width..(number + 1) * width).filter(|row| hash_in(row) == feature)
    }

    /// Adds the rows of the first `count` features to their sum, which fits, and puts those that have none first: returns how
    /// many. Loops over arrays of `W` numbers, few enough to stay in registers, which the compiler turns into vector
    /// instructions: as wide ones as there are, if it does not see what becomes of the sums.
    #[inline(never)]
    fn sum_rows<const W: usize>(&self, features: &mut [u32; AT_ONCE], count: usize, sums: &mut [i16; W]) -> usize {
        let mut own = *sums;
        let rows = self.rows.as_chunks::<W>().0;
        let zeros = const { &[0; W] };
        let mut others = 0;
        for i in 0..count.min(AT_ONCE) {
            let feature = features[i];
            let found = rows.get(self.lookup.get(feature)).unwrap_or(zeros);
            let is_own = hash_in(found) == feature;
            // Which way a branch goes could not be foretold.
            let row = select_unpredictable(is_own, found, zeros);
            for lane in 0..W {
                own[lane] = row[lane].wrapping_add(own[lane]);
            }
            if let Some(place) = features.get_mut(others) {
                *place = feature;
            }
            others += usize::from(!is_own);
        }
        *sums = own;
        others
    }

    /// Adds the weights of features to which no pilot leads.
    #[cold]
    fn add_rest<const W: usize>(&self, features: &[u32], totals: &mut Totals) {
        for feature in features.iter().filter(|feature| self.lookup.get_in_rest(**feature).is_some()) {
            for (total, weight) in totals.iter_mut().zip(self.row(*feature, W).unwrap_or_default()) {
                *total += i32::from(*weight);
            }
        }
    }
}

/// Of which tier a feature with those entries is.
fn tier_of(entries: &[(u32, u8, f32)]) -> usize {
    usize::from(entries.len() < FREQUENT)
}

/// The entries by their features, without those whose label is out of range.
fn in_order(labels: usize, entries: &[(u32, u8, f32)]) -> Cow<'_, [(u32, u8, f32)]> {
    let fits = |entry: &(u32, u8, f32)| usize::from(entry.1) < labels;
    if entries.is_sorted_by_key(|entry| entry.0) && entries.iter().all(fits) {
        return Cow::Borrowed(entries);
    }
    let mut entries: Vec<_> = entries.iter().copied().filter(fits).collect();
    entries.sort_by_key(|entry| entry.0);
    Cow::Owned(entries)
}

/// How many numbers a row of weights has: its feature's hash takes the place of the first label, and one more. Beyond what is
/// usual, all have the same.
fn width(labels: usize) -> usize {
    match (labels + 1).next_multiple_of(LANES) {
        width @ ..=32 => width,
        _ => MAX_LABELS + LANES,
    }
}

/// The hash of a feature as it stands in its row.
#[inline]
fn key(feature: u32) -> [i16; 2] {
    let [a, b, c, d] = feature.to_le_bytes();
    [i16::from_le_bytes([a, b]), i16::from_le_bytes([c, d])]
}

/// The hash of the feature whose row it is.
#[inline]
fn hash_in(row: &[i16]) -> u32 {
    match row {
        [low, high, ..] => u32::from(*low as u16) | u32::from(*high as u16) << 16,
        _ => 0,
    }
}

/// Where the two bits of a feature's hash stand in a sieve of so many words, a power of two: which word, and which bits of it.
#[inline]
fn sieve_place(words: usize, feature: u32) -> (usize, u64) {
    let bits = 1 << (feature & 63) | 1 << (feature >> 6 & 63);
    ((feature >> 12) as usize & words.wrapping_sub(1), bits)
}

/// So many bits has a sieve for each feature, or up to twice as many.
const SIEVE_BITS: usize = 6;

/// So many features are looked up at once; the sum of so many weights fits in 16 bits.
pub(super) const AT_ONCE: usize = 16;

#[cfg(test)]
mod tests {
    use super::FeatureWeights;

    #[test]
    fn hashes_that_share_all_that_is_looked_at_weigh_too() {
        // For so many hashes of one group there is no pilot.
        let entries = (0..100u32).chain((1..400).map(|i| i << 20)).map(|feature| (feature, (feature % 3) as u8, 1.0));
        let weights = FeatureWeights::new(3, &entries.collect::<Vec<_>>());
        assert!(weights.tiers.iter().any(|tier| !tier.lookup.is_perfect()));
        let mut scores = [0.0; 3];
        weights.sum(&[1, 2, 2, 4, 5, 101, 1 << 20, 77], &mut scores);
        let of = |feature: u32| weights.of(feature).unwrap_or_else(|| vec![0.0; 3]);
        let sum =
            |label: usize| [1, 2, 2, 4, 5, 101, 1 << 20, 77].map(|feature| of(feature)[label]).iter().sum::<f32>();
        for (label, score) in scores.into_iter().enumerate() {
            assert!((score - sum(label)).abs() < 1e-3, "{label}: {score}");
        }
        assert!(weights.know(99) && !weights.know(101));
    }

    #[test]
    fn any_hash_can_be_that_of_a_feature() {
        for feature in [0, 1, u32::MAX] {
            let weights = FeatureWeights::new(3, &[(feature, 1, 1.0)]);
            let mut scores = [0.0; 3];
            weights.sum(&[5, feature], &mut scores);
            assert!((scores[1] - 1.0).abs() < 1e-3, "{feature}: {scores:?}");
        }
    }

    #[test]
    fn built_in_weights_are_found_in_one_look() {
        let learned = crate::judge::weights::Learned::builtin().unwrap();
        for weights in [learned.segments, learned.general, learned.pages, learned.spans] {
            let weights = FeatureWeights::new(weights.labels, &weights.entries);
            assert!(weights.tiers.iter().all(|tier| tier.lookup.is_perfect()));
        }
    }

    #[test]
    fn no_feature_without_weights_has_a_row() {
        let entries: Vec<_> = (0..3_000u32).map(|i| (i.wrapping_mul(0x9e37_79b1) | 1, (i % 5) as u8, 0.5)).collect();
        let weights = FeatureWeights::new(5, &entries);
        assert!(entries.iter().all(|entry| weights.know(entry.0)));
        assert!((0..20_000).map(|i| i * 2).chain([u32::MAX - 1]).all(|feature| !weights.know(feature)));
    }
}
