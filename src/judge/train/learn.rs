//! Learning the weights of a conditional random field from labelled sequences.
//!
//! Maximises the penalised likelihood (Sha and Pereira 2003). Only pairs of feature and label that occur are
//! given a weight, as in CRFsuite. The work is split into a fixed number of parts whose results are added in
//! order, so that the weights do not depend on the number of threads.

use std::collections::{BTreeMap, HashMap};

use rayon::prelude::*;

use super::owlqn;
use crate::judge::crf::{BuildPassThrough, Lattice, Model, forward_backward};

/// A mean weight smaller than this changes no verdict and is not kept.
const LEAST_WEIGHT: f32 = 0.02;

/// Sequences are dealt to this many parts.
const PARTS: usize = 16;

/// A labelled sequence: for each position its features and its label.
#[derive(Clone, Debug, Default)]
pub struct Sequence {
    labels: Vec<u8>,
    features: Vec<u32>,
    ends: Vec<u32>,
    /// The scores that each position has before anything is learned, row by row; empty for none.
    base: Vec<f32>,
}

impl Sequence {
    /// How many positions there are.
    #[allow(clippy::len_without_is_empty)] // nobody asks
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Gives a position another label.
    pub fn relabel(&mut self, position: usize, label: u8) {
        if let Some(known) = self.labels.get_mut(position) {
            *known = label;
        }
    }

    /// Appends a position.
    pub fn push(&mut self, features: &[u32], label: u8) {
        self.features.extend_from_slice(features);
        self.ends.push(self.features.len() as u32);
        self.labels.push(label);
    }

    /// Drops what lies further than `margin` positions before the first and after the last that is not label 0.
    pub fn trim(&mut self, margin: usize) {
        let first = self.labels.iter().position(|label| *label != 0);
        let last = self.labels.iter().rposition(|label| *label != 0);
        let (Some(first), Some(last)) = (first, last) else {
            return;
        };
        self.keep(first.saturating_sub(margin)..(last + margin + 1).min(self.labels.len()));
    }

    /// Keeps only those positions.
    pub fn keep(&mut self, positions: std::ops::Range<usize>) {
        let mut kept = Sequence::default();
        for position in positions {
            kept.push(self.position(position), self.labels[position]);
        }
        *self = kept;
    }

    /// The features of a position.
    pub fn position(&self, position: usize) -> &[u32] {
        let start = if position == 0 { 0 } else { self.ends[position - 1] as usize };
        &self.features[start..self.ends[position] as usize]
    }
}

/// How to learn.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Weight of the L1 penalty.
    pub l1: f64,
    /// Weight of the L2 penalty.
    pub l2: f64,
    /// The most steps to take.
    pub iterations: usize,
    /// Features seen fewer times than this are left out.
    pub least: u32,
}

/// Learned weights, ready to be written to a file or made into a [`Model`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    /// Number of labels.
    pub labels: usize,
    /// `(feature, label, weight)`, sorted by feature and label; no weight is zero.
    pub entries: Vec<(u32, u8, f32)>,
    /// Transitions, row by row.
    pub transitions: Vec<f32>,
}

impl Weights {
    /// The mean of several sets of weights over the same labels; a weight that a set lacks counts as zero.
    #[must_use]
    pub fn mean(sets: &[Weights]) -> Weights {
        let share = 1.0 / sets.len().max(1) as f32;
        let mut sums: BTreeMap<(u32, u8), f32> = BTreeMap::new();
        let mut transitions = vec![0.0; sets.first().map_or(0, |set| set.transitions.len())];
        for set in sets {
            for (feature, label, weight) in &set.entries {
                *sums.entry((*feature, *label)).or_default() += weight * share;
            }
            transitions.iter_mut().zip(&set.transitions).for_each(|(sum, weight)| *sum += weight * share);
        }
        let kept = sums.into_iter().filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT);
        let entries = kept.map(|((feature, label), weight)| (feature, label, weight)).collect();
        Weights { labels: sets.first().map_or(0, |set| set.labels), entries, transitions }
    }

    /// These weights on top of a base over the same labels, without those that change no verdict.
    #[must_use]
    pub fn on(self, base: Option<&Weights>) -> Weights {
        let Some(base) = base else {
            return self;
        };
        let mut sums: BTreeMap<(u32, u8), f32> = BTreeMap::new();
        for (feature, label, weight) in base.entries.iter().chain(&self.entries) {
            *sums.entry((*feature, *label)).or_default() += weight;
        }
        let kept = sums.into_iter().filter(|(_, weight)| weight.abs() >= LEAST_WEIGHT);
        let entries = kept.map(|((feature, label), weight)| (feature, label, weight)).collect();
        let transitions = base.transitions.iter().zip(&self.transitions).map(|(a, b)| a + b).collect();
        Weights { labels: base.labels, entries, transitions }
    }

    /// The model with these weights.
    #[must_use]
    pub fn model(&self) -> Model {
        Model::new(self.labels, &self.entries, &self.transitions)
    }
}

/// Learns weights over `labels` labels. With a `base`, what is learned is what differs from it: the penalties draw towards
/// the base, and the result is to be added to it.
///
/// `progress` is told of every step: its number from 1, and the penalised negative log likelihood.
#[must_use]
pub fn learn(
    sequences: &[Sequence],
    labels: usize,
    settings: Settings,
    base: Option<&Weights>,
    progress: impl FnMut(usize, f64),
) -> Weights {
    let (names, mut data) = number_features(sequences, settings.least);
    if let Some(base) = base {
        let model = base.model();
        data.par_iter_mut().zip(sequences).for_each(|(numbered, sequence)| numbered.base = scores(&model, sequence));
    }
    let table = Pairs::new(&data, names.len());
    let states = table.labels.len();
    let mut x = vec![0.0; states + labels * labels];
    let known = base.map(|base| base.transitions.iter().map(|weight| f64::from(*weight)).collect());
    let known: Vec<f64> = known.unwrap_or_else(|| vec![0.0; labels * labels]);
    let objective = Objective { data: &data, table: &table, labels, l2: settings.l2, known: &known };
    owlqn::minimise(&mut x, settings.l1, settings.iterations, |x, gradient| objective.value(x, gradient), progress);
    let mut entries = Vec::new();
    for (feature, name) in names.iter().enumerate() {
        for pair in table.range(feature as u32) {
            if x[pair] != 0.0 {
                entries.push((*name, table.labels[pair], x[pair] as f32));
            }
        }
    }
    entries.sort_unstable_by_key(|(feature, label, _)| (*feature, *label));
    let transitions = x[states..].iter().map(|weight| *weight as f32).collect();
    Weights { labels, entries, transitions }
}

/// The scores of a sequence's positions, row by row.
fn scores(model: &Model, sequence: &Sequence) -> Vec<f32> {
    let mut lattice = Lattice::default();
    for position in 0..sequence.len() {
        model.push_scores(sequence.position(position), &mut lattice);
    }
    (0..sequence.len()).flat_map(|position| lattice.scores(model.labels(), position)).copied().collect()
}

/// Replaces hashes by numbers from 0, in order of first occurrence; rare features are dropped.
fn number_features(sequences: &[Sequence], least: u32) -> (Vec<u32>, Vec<Sequence>) {
    let mut counts: HashMap<u32, u32, BuildPassThrough> = HashMap::default();
    for feature in sequences.iter().flat_map(|sequence| &sequence.features) {
        *counts.entry(*feature).or_default() += 1;
    }
    let mut numbers: HashMap<u32, u32, BuildPassThrough> = HashMap::default();
    let mut names = Vec::new();
    let mut data = Vec::with_capacity(sequences.len());
    for sequence in sequences {
        let mut numbered = Sequence::default();
        let mut features = Vec::new();
        for position in 0..sequence.labels.len() {
            features.clear();
            for feature in sequence.position(position) {
                if counts.get(feature).copied().unwrap_or(0) >= least {
                    features.push(*numbers.entry(*feature).or_insert_with(|| {
                        names.push(*feature);
                        names.len() as u32 - 1
                    }));
                }
            }
            numbered.push(&features, sequence.labels[position]);
        }
        data.push(numbered);
    }
    (names, data)
}

/// The penalised negative log likelihood, without the L1 part.
struct Objective<'a> {
    data: &'a [Sequence],
    table: &'a Pairs,
    labels: usize,
    l2: f64,
    /// The transitions of the base.
    known: &'a [f64],
}

impl Objective<'_> {
    /// The value at `x`; its gradient is written into `gradient`.
    fn value(&self, x: &[f64], gradient: &mut [f64]) -> f64 {
        let states = self.table.labels.len();
        let transitions: Vec<f64> = x[states..].iter().zip(self.known).map(|(weight, known)| weight + known).collect();
        let exp: Vec<f64> = transitions.iter().map(|weight| weight.exp()).collect();
        let part = self.data.len().div_ceil(PARTS).max(1);
        let parts: Vec<(f64, Vec<f64>)> = self
            .data
            .par_chunks(part)
            .map(|sequences| {
                let mut gradient = vec![0.0; x.len()];
                let mut work = Work::default();
                let value = sequences
                    .iter()
                    .map(|sequence| work.add(sequence, self.table, x, self.labels, &transitions, &exp, &mut gradient))
                    .sum();
                (value, gradient)
            })
            .collect();
        let mut value = 0.0;
        gradient.fill(0.0);
        for (part_value, part_gradient) in parts {
            value += part_value;
            gradient.iter_mut().zip(&part_gradient).for_each(|(sum, part)| *sum += part);
        }
        for (slope, weight) in gradient.iter_mut().zip(x) {
            value += self.l2 * weight * weight;
            *slope += 2.0 * self.l2 * weight;
        }
        value
    }
}

/// Which labels occur with which feature: the parameters of the model.
struct Pairs {
    starts: Vec<u32>,
    labels: Vec<u8>,
}

impl Pairs {
    fn new(data: &[Sequence], features: usize) -> Pairs {
        let mut seen = vec![0u64; features];
        for sequence in data {
            for (position, label) in sequence.labels.iter().enumerate() {
                for feature in sequence.position(position) {
                    seen[*feature as usize] |= 1 << label;
                }
            }
        }
        let mut starts = Vec::with_capacity(features + 1);
        let mut labels = Vec::new();
        for mask in seen {
            starts.push(labels.len() as u32);
            labels.extend((0..64).filter(|label| mask & (1 << label) != 0));
        }
        starts.push(labels.len() as u32);
        Pairs { starts, labels }
    }

    fn range(&self, feature: u32) -> std::ops::Range<usize> {
        self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize
    }
}

/// Room for one sequence's passes.
#[derive(Default)]
struct Work {
    scores: Vec<f32>,
    forward: Vec<f64>,
    backward: Vec<f64>,
}

impl Work {
    /// Adds a sequence's share of the gradient; returns its negative log likelihood.
    #[allow(clippy::too_many_arguments)] // the parts of one formula; a struct would only rename them
    fn add(
        &mut self,
        sequence: &Sequence,
        pairs: &Pairs,
        x: &[f64],
        labels: usize,
        transitions: &[f64],
        exp: &[f64],
        gradient: &mut [f64],
    ) -> f64 {
        let length = sequence.labels.len();
        let states = pairs.labels.len();
        self.scores.clear();
        self.scores.resize(length * labels, 0.0);
        for position in 0..length {
            let row = &mut self.scores[position * labels..(position + 1) * labels];
            if let Some(base) = sequence.base.get(position * labels..(position + 1) * labels) {
                row.copy_from_slice(base);
            }
            for feature in sequence.position(position) {
                for pair in pairs.range(*feature) {
                    row[usize::from(pairs.labels[pair])] += x[pair] as f32;
                }
            }
        }
        let log_partition = forward_backward(labels, &self.scores, exp, &mut self.forward, &mut self.backward);
        let mut gold = 0.0;
        let mut probability = vec![0.0; labels];
        for position in 0..length {
            let here = position * labels;
            let label = usize::from(sequence.labels[position]);
            gold += f64::from(self.scores[here + label]);
            let mut sum = 0.0;
            for (value, (a, b)) in probability.iter_mut().zip(self.forward[here..].iter().zip(&self.backward[here..])) {
                *value = a * b;
                sum += *value;
            }
            probability.iter_mut().for_each(|value| *value /= sum);
            for feature in sequence.position(position) {
                for pair in pairs.range(*feature) {
                    let seen = usize::from(pairs.labels[pair]);
                    gradient[pair] += probability[seen] - f64::from(u8::from(seen == label));
                }
            }
            if position == 0 {
                continue;
            }
            let before = usize::from(sequence.labels[position - 1]);
            gold += transitions[before * labels + label];
            gradient[states + before * labels + label] -= 1.0;
            // What reaches each label here, apart from the transition that leads to it.
            let highest = self.scores[here..here + labels].iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let arrive: Vec<f64> = (0..labels)
                .map(|to| f64::from(self.scores[here + to] - highest).exp() * self.backward[here + to])
                .collect();
            let mut total = 0.0;
            for from in 0..labels {
                let a = self.forward[here - labels + from];
                for to in 0..labels {
                    total += a * exp[from * labels + to] * arrive[to];
                }
            }
            for from in 0..labels {
                let a = self.forward[here - labels + from] / total;
                if a > 0.0 {
                    for to in 0..labels {
                        gradient[states + from * labels + to] += a * exp[from * labels + to] * arrive[to];
                    }
                }
            }
        }
        log_partition - gold
    }
}

#[cfg(test)]
mod tests {
    use super::{Objective, Pairs, Sequence, Settings, learn, number_features};
    use crate::judge::crf::Lattice;

    #[test]
    fn learns_from_neighbours_what_a_position_does_not_say() {
        // Feature 1 tells label 1, feature 2 label 0; 9 tells nothing.
        let mut sequence = Sequence::default();
        for _ in 0..20 {
            for (feature, label) in [(1, 1), (9, 1), (1, 1), (1, 1), (2, 0), (2, 0), (9, 0), (2, 0)] {
                sequence.push(&[feature], label);
            }
        }
        let settings = Settings { l1: 0.05, l2: 0.01, iterations: 100, least: 1 };
        let weights = learn(&[sequence], 2, settings, None, |_, _| ());
        let model = weights.model();
        let mut lattice = Lattice::default();
        for feature in [1, 9, 1, 2, 9, 9, 2] {
            model.push_scores(&[feature], &mut lattice);
        }
        assert_eq!(model.best_path(&mut lattice), [1, 1, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn the_gradient_is_that_of_the_value() {
        let mut sequence = Sequence::default();
        for i in 0..40u32 {
            sequence.push(&[i % 7, i % 5 + 10], (i * i % 3) as u8);
        }
        let (names, data) = number_features(&[sequence], 1);
        let table = Pairs::new(&data, names.len());
        let size = table.labels.len() + 9;
        let objective = Objective { data: &data, table: &table, labels: 3, l2: 0.1, known: &[0.0; 9] };
        let mut x: Vec<f64> = (0..size).map(|i| ((i * 37 % 11) as f64 - 5.0) / 4.0).collect();
        let mut gradient = vec![0.0; size];
        let mut unused = vec![0.0; size];
        objective.value(&x, &mut gradient);
        for i in 0..size {
            let here = x[i];
            x[i] = here + 1e-2;
            let above = objective.value(&x, &mut unused);
            x[i] = here - 1e-2;
            let below = objective.value(&x, &mut unused);
            x[i] = here;
            assert!(
                ((above - below) / 2e-2 - gradient[i]).abs() < 1e-2,
                "{i}: {} {}",
                (above - below) / 2e-2,
                gradient[i]
            );
        }
    }

    #[test]
    fn the_same_sequences_give_the_same_weights() {
        let mut sequence = Sequence::default();
        for i in 0..100u32 {
            sequence.push(&[i % 7, i % 5 + 10], (i % 3) as u8);
        }
        let data = vec![sequence; 40];
        let settings = Settings { l1: 0.1, l2: 0.1, iterations: 30, least: 1 };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| learn(&data, 3, settings, None, |_, _| ()))
        };
        assert_eq!(run(1), run(4));
    }
}
