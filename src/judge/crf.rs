//! A linear-chain conditional random field over hashed features: scoring, best path, marginals.
//!
//! Lafferty, McCallum and Pereira, "Conditional Random Fields" (2001). Labels are numbers from 0; what they
//! mean is the caller's business. Everything here is linear in the length of the sequence, and nothing
//! allocates once a [`Lattice`] has grown to its size. Learning lives in `train`.

use std::collections::HashMap;

/// The score of what must not be.
pub const NEVER: f32 = -1.0e6;

/// Learned weights: for each feature a row with one weight per label, and one weight per pair of labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    labels: usize,
    rows: HashMap<u32, u32, BuildPassThrough>,
    weights: Vec<f32>,
    transitions: Vec<f32>,
}

impl Model {
    /// A model over that many labels, from `(feature, label, weight)` entries and a matrix of transitions,
    /// row by row, from the label before to the label after.
    ///
    /// A missing transition weighs nothing; entries whose label is out of range are ignored.
    #[must_use]
    pub fn new(
        labels: usize,
        entries: impl IntoIterator<Item = (u32, u8, f32)>,
        transitions: &[f32],
    ) -> Model {
        let mut rows: HashMap<u32, u32, BuildPassThrough> = HashMap::default();
        let mut weights: Vec<f32> = Vec::new();
        for (feature, label, weight) in entries {
            if usize::from(label) >= labels {
                continue;
            }
            let next = (weights.len() / labels.max(1)) as u32;
            let row = *rows.entry(feature).or_insert(next) as usize;
            if row as u32 == next {
                weights.resize(weights.len() + labels, 0.0);
            }
            weights[row * labels + usize::from(label)] = weight;
        }
        let mut matrix = transitions.to_vec();
        matrix.resize(labels * labels, 0.0);
        Model {
            labels,
            rows,
            weights,
            transitions: matrix,
        }
    }

    /// How many labels there are.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// The weights of a feature, one per label, if it has any.
    #[must_use]
    pub fn row(&self, feature: u32) -> Option<&[f32]> {
        let start = *self.rows.get(&feature)? as usize * self.labels;
        self.weights.get(start..start + self.labels)
    }

    /// The weight of a transition.
    #[must_use]
    pub fn transition(&self, from: usize, to: usize) -> f32 {
        self.transitions
            .get(from * self.labels + to)
            .copied()
            .unwrap_or(0.0)
    }

    /// Appends the scores of one position, one per label, to a lattice.
    pub fn push_scores(&self, features: &[u32], lattice: &mut Lattice) {
        let start = lattice.scores.len();
        lattice.scores.resize(start + self.labels, 0.0);
        let scores = &mut lattice.scores[start..];
        for &feature in features {
            if let Some(row) = self.row(feature) {
                for (score, weight) in scores.iter_mut().zip(row) {
                    *score += weight;
                }
            }
        }
    }

    /// The best path through a lattice: one label per position.
    #[must_use]
    pub fn best_path(&self, lattice: &mut Lattice) -> Vec<u8> {
        let labels = self.labels;
        let length = lattice.length(labels);
        if length == 0 {
            return Vec::new();
        }
        lattice.best.clear();
        lattice.best.extend_from_slice(&lattice.scores);
        lattice.back.clear();
        lattice.back.resize(length * labels, 0);
        for position in 1..length {
            let (done, rest) = lattice.best.split_at_mut(position * labels);
            let before = &done[(position - 1) * labels..];
            for to in 0..labels {
                let mut best = (0u8, f32::NEG_INFINITY);
                for (from, score) in before.iter().enumerate() {
                    let score = score + self.transitions[from * labels + to];
                    if score > best.1 {
                        best = (from as u8, score);
                    }
                }
                rest[to] += best.1;
                lattice.back[position * labels + to] = best.0;
            }
        }
        let last = &lattice.best[(length - 1) * labels..];
        let mut label = (0..labels).fold(0, |best, label| {
            if last[label] > last[best] {
                label
            } else {
                best
            }
        });
        let mut path = vec![0; length];
        for position in (0..length).rev() {
            path[position] = label as u8;
            label = usize::from(lattice.back[position * labels + label]);
        }
        path
    }

    /// The probability of each label at each position, row by row, and the logarithm of the partition function.
    pub fn marginals<'a>(&self, lattice: &'a mut Lattice) -> (&'a [f32], f64) {
        let labels = self.labels;
        let length = lattice.length(labels);
        let Lattice {
            scores,
            forward,
            backward,
            exp,
            marginals,
            ..
        } = lattice;
        exp.clear();
        exp.extend(
            self.transitions
                .iter()
                .map(|weight| f64::from(*weight).exp()),
        );
        let log_partition = forward_backward(labels, scores, exp, forward, backward);
        marginals.clear();
        marginals.extend(
            forward
                .iter()
                .zip(backward.iter())
                .map(|(a, b)| (a * b) as f32),
        );
        // Scaling leaves every position's products summing to one up to rounding; make it exact.
        for row in marginals.chunks_mut(labels.max(1)) {
            let sum: f32 = row.iter().sum();
            if sum > 0.0 {
                row.iter_mut().for_each(|value| *value /= sum);
            }
        }
        debug_assert_eq!(marginals.len(), length * labels);
        (marginals, log_partition)
    }
}

/// The scores of one sequence, and room to decode it.
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    scores: Vec<f32>,
    best: Vec<f32>,
    back: Vec<u8>,
    forward: Vec<f64>,
    backward: Vec<f64>,
    exp: Vec<f64>,
    marginals: Vec<f32>,
}

impl Lattice {
    /// Forgets the sequence, keeping the memory.
    pub fn clear(&mut self) {
        self.scores.clear();
    }

    /// The scores of a position, one per label, to constrain them.
    pub fn scores_mut(&mut self, labels: usize, position: usize) -> &mut [f32] {
        self.scores
            .get_mut(position * labels..(position + 1) * labels)
            .unwrap_or_default()
    }

    fn length(&self, labels: usize) -> usize {
        self.scores.len() / labels.max(1)
    }
}

/// Scaled forward and backward passes (Rabiner 1989, section V.A). On return, the product of `forward` and
/// `backward` at a position is proportional to the labels' probabilities; the result is the logarithm of the
/// partition function. `exp` holds the exponentials of the transitions.
pub(super) fn forward_backward(
    labels: usize,
    scores: &[f32],
    exp: &[f64],
    forward: &mut Vec<f64>,
    backward: &mut Vec<f64>,
) -> f64 {
    let length = scores.len() / labels.max(1);
    forward.clear();
    forward.resize(length * labels, 0.0);
    backward.clear();
    backward.resize(length * labels, 1.0);
    let mut log_partition = 0.0;
    // Emissions, shifted by each position's highest score so that they fit.
    let mut emissions = vec![0.0f64; length * labels];
    for (position, row) in scores.chunks(labels.max(1)).enumerate() {
        let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        log_partition += f64::from(highest);
        for (label, score) in row.iter().enumerate() {
            emissions[position * labels + label] = f64::from(score - highest).exp();
        }
    }
    let mut scales = vec![1.0; length];
    for position in 0..length {
        let here = position * labels;
        if position == 0 {
            forward[..labels].copy_from_slice(&emissions[..labels]);
        } else {
            let (done, rest) = forward.split_at_mut(here);
            let before = &done[here - labels..];
            let row = &mut rest[..labels];
            for (from, weight) in before.iter().enumerate() {
                if *weight > 0.0 {
                    for (value, factor) in
                        row.iter_mut().zip(&exp[from * labels..(from + 1) * labels])
                    {
                        *value += weight * factor;
                    }
                }
            }
            for (value, emission) in row.iter_mut().zip(&emissions[here..here + labels]) {
                *value *= emission;
            }
        }
        let sum: f64 = forward[here..here + labels].iter().sum();
        let scale = if sum > 0.0 { sum } else { f64::MIN_POSITIVE };
        scales[position] = scale;
        log_partition += scale.ln();
        forward[here..here + labels]
            .iter_mut()
            .for_each(|value| *value /= scale);
    }
    for position in (0..length.saturating_sub(1)).rev() {
        let next = (position + 1) * labels;
        let (head, tail) = backward.split_at_mut(next);
        let row = &mut head[position * labels..];
        for (from, value) in row.iter_mut().enumerate() {
            let factors = &exp[from * labels..(from + 1) * labels];
            let mut sum = 0.0;
            for to in 0..labels {
                sum += factors[to] * emissions[next + to] * tail[to];
            }
            *value = sum / scales[position + 1];
        }
    }
    log_partition
}

/// Feature hashes are well mixed already: hashing them again would only cost time.
#[derive(Clone, Copy, Debug, Default)]
pub struct BuildPassThrough;

impl std::hash::BuildHasher for BuildPassThrough {
    type Hasher = PassThrough;

    fn build_hasher(&self) -> PassThrough {
        PassThrough(0)
    }
}

/// See [`BuildPassThrough`].
#[derive(Clone, Copy, Debug, Default)]
pub struct PassThrough(u64);

impl std::hash::Hasher for PassThrough {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 << 8) | u64::from(*byte);
        }
    }

    fn write_u32(&mut self, value: u32) {
        // The table takes its control bits from the top of the hash, its buckets from the bottom.
        self.0 = u64::from(value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

#[cfg(test)]
mod tests {
    use super::{Lattice, Model, NEVER};

    fn lattice(model: &Model, sequence: &[&[u32]]) -> Lattice {
        let mut lattice = Lattice::default();
        for features in sequence {
            model.push_scores(features, &mut lattice);
        }
        lattice
    }

    /// Two labels that like to stay, and two features that each speak for one of them.
    fn model() -> Model {
        Model::new(2, [(7, 0, 1.0), (8, 1, 1.5)], &[0.5, -0.5, -0.5, 0.5])
    }

    #[test]
    fn the_best_path_weighs_neighbours() {
        let model = model();
        assert_eq!(
            model.best_path(&mut lattice(&model, &[&[7], &[7], &[8], &[7], &[7]])),
            [0, 0, 0, 0, 0]
        );
        assert_eq!(
            model.best_path(&mut lattice(&model, &[&[7], &[8], &[8], &[9]])),
            [0, 1, 1, 1]
        );
        assert_eq!(model.best_path(&mut Lattice::default()), Vec::<u8>::new());
    }

    #[test]
    fn constraints_hold() {
        let model = model();
        let mut constrained = lattice(&model, &[&[7], &[7], &[7]]);
        constrained.scores_mut(2, 1)[0] = NEVER;
        assert_eq!(model.best_path(&mut constrained), [0, 1, 0]);
    }

    #[test]
    fn marginals_agree_with_summing_over_all_paths() {
        let model = model();
        let sequence: [&[u32]; 3] = [&[7], &[8, 7], &[9]];
        let mut total = 0.0;
        let mut first = [0.0f64; 2];
        for path in 0..8usize {
            let label = |position: usize| (path >> position) & 1;
            let mut score = 0.0;
            for (position, features) in sequence.iter().enumerate() {
                for feature in *features {
                    score += model.row(*feature).map_or(0.0, |row| row[label(position)]);
                }
                if position > 0 {
                    score += model.transition(label(position - 1), label(position));
                }
            }
            total += f64::from(score).exp();
            first[label(0)] += f64::from(score).exp();
        }
        let mut lattice = lattice(&model, &sequence);
        let (marginals, log_partition) = model.marginals(&mut lattice);
        assert!((log_partition - total.ln()).abs() < 1e-6);
        assert!((f64::from(marginals[0]) - first[0] / total).abs() < 1e-6);
    }
}
