//! What features weigh: a row of whole numbers each, found by the feature's hash, and sums of such rows.
//!
//! Summing is most of what judging costs, and waiting for memory most of summing: rows are small, those of frequent features
//! stand together, and each holds its feature's hash. Knows nothing of sequences.

use super::lookup::Lookup;
use super::rows::{LANES, MAX_LABELS};

/// Weights of features, one per label.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct FeatureWeights {
    labels: usize,
    /// From a feature's hash to the number of its row.
    lookup: Lookup,
    /// Rows of weights, the first of zeros: multiples of `scale`, less the weight of label 0, in whose place, with one before,
    /// stands the feature's hash. In one place with its weights it costs no look of its own. Rows with most weights come first:
    /// they are those of the most frequent features, and so stand together.
    rows: Vec<i16>,
    scale: f32,
}

impl FeatureWeights {
    /// The weights of `(feature, label, weight)` entries; those whose label is out of range are ignored.
    pub(super) fn new(labels: usize, entries: impl IntoIterator<Item = (u32, u8, f32)>) -> FeatureWeights {
        let mut entries: Vec<(u32, u8, f32)> = entries.into_iter().collect();
        entries.retain(|entry| usize::from(entry.1) < labels);
        if !entries.is_sorted_by_key(|entry| entry.0) {
            entries.sort_by_key(|entry| entry.0);
        }
        let width = width(labels);
        let mut features: Vec<&[(u32, u8, f32)]> = entries.chunk_by(|a, b| a.0 == b.0).collect();
        features.sort_by_key(|own| std::cmp::Reverse(own.len()));
        let mut rows = vec![0; (features.len() + 1) * width];
        let hashes: Vec<u32> = features.iter().filter_map(|own| own.first()).map(|entry| entry.0).collect();
        // Where label 0 has a weight, it is taken from all others.
        let base = |own: &[(u32, u8, f32)]| own.iter().find(|entry| entry.1 == 0).map_or(0.0, |entry| entry.2);
        let largest = |own: &&[(u32, u8, f32)]| {
            let weights = own.iter().map(|entry| (entry.2 - base(own)).abs());
            weights.fold(base(own).abs(), f32::max)
        };
        // So large that as many weights as are looked up at once can be summed.
        let most = f32::from(i16::MAX / AT_ONCE as i16 - 1);
        let scale = (features.iter().map(largest).fold(0.0, f32::max) / most).max(f32::MIN_POSITIVE);
        for ((feature, own), row) in hashes.iter().zip(features).zip(rows.chunks_exact_mut(width).skip(1)) {
            // The cast cuts off, which half of one makes rounding.
            let whole = |weight: f32| (weight / scale + 0.5f32.copysign(weight)) as i16;
            let base = base(own);
            if base != 0.0 {
                row.fill(whole(-base));
            }
            for (_, label, weight) in own {
                row[usize::from(*label) + 1] = whole(weight - base);
            }
            [row[0], row[1]] = key(*feature);
        }
        FeatureWeights { labels, lookup: Lookup::new(&hashes), rows, scale }
    }

    /// The weights of a feature against that of label 0, one per label, if it has any.
    pub(super) fn of(&self, feature: u32) -> Option<Vec<f32>> {
        let row = self.rows.chunks_exact(width(self.labels)).nth(self.lookup.get(feature) as usize)?;
        let others = row.iter().skip(2).take(self.labels.checked_sub(1)?).map(|weight| f32::from(*weight) * self.scale);
        row.starts_with(&key(feature)).then(|| std::iter::once(0.0).chain(others).collect())
    }

    /// Whether a feature weighs anything.
    pub(super) fn know(&self, feature: u32) -> bool {
        let row = self.rows.get(self.lookup.get(feature) as usize * width(self.labels)..);
        row.is_some_and(|row| row.starts_with(&key(feature)))
    }

    /// Sets the scores of labels to the sums of the features' weights.
    pub(super) fn sum(&self, features: &[u32], scores: &mut [f32]) {
        match width(self.labels) {
            8 => self.add_rows::<8>(features, scores),
            16 => self.add_rows::<16>(features, scores),
            24 => self.add_rows::<24>(features, scores),
            32 => self.add_rows::<32>(features, scores),
            _ => self.add_rows::<{ MAX_LABELS + LANES }>(features, scores),
        }
    }

    /// The sum of the features' rows of `W` numbers, few enough to stay in registers. Loops over arrays, which the compiler
    /// turns into vector instructions.
    fn add_rows<const W: usize>(&self, features: &[u32], scores: &mut [f32]) {
        let rows = self.rows.as_chunks::<W>().0;
        let mut totals = [0i32; W];
        let mut numbers = [0u32; AT_ONCE];
        for features in features.chunks(AT_ONCE) {
            // All are looked up before any is added, so that the processor need not wait for one after the other; and without
            // a branch, as which way it goes cannot be foretold.
            for (number, feature) in numbers.iter_mut().zip(features) {
                let found = self.lookup.get(*feature);
                let own = rows.get(found as usize).map_or([0; 2], |row| [row[0], row[1]]);
                *number = found & u32::from(own == key(*feature)).wrapping_neg();
            }
            // So few rows cannot sum to more than fits; what stands in place of the keys means nothing.
            let mut sums = [0i16; W];
            for number in numbers.iter().take(features.len()) {
                let Some(row) = rows.get(*number as usize) else {
                    continue;
                };
                for lane in 0..W {
                    sums[lane] = sums[lane].wrapping_add(row[lane]);
                }
            }
            for lane in 0..W {
                totals[lane] += i32::from(sums[lane]);
            }
        }
        for (score, total) in scores.iter_mut().zip(totals.iter().skip(1)) {
            *score = *total as f32 * self.scale;
        }
        if let Some(first) = scores.first_mut() {
            *first = 0.0;
        }
    }
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

/// So many features are looked up at once.
const AT_ONCE: usize = 16;
