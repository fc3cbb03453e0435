//! A linear-chain conditional random field over hashed features: scoring, best path, marginals.
//!
//! Lafferty, McCallum and Pereira, "Conditional Random Fields" (2001). Labels are numbers from 0; what they
//! mean is the caller's business. Everything here is linear in the length of the sequence, and nothing
//! allocates once a [`Lattice`] has grown to its size. Learning lives in `train`.

use std::ops::Range;

use super::feature_weights::FeatureWeights;
pub use super::lattice::{Direction, Ends, Lattice, Origin};
use super::lattice::{EMISSIONS, ROWS, SCORES};
use super::rows::{MAX_LABELS, exponentials, is_same, multiply, normalise, product, width};

/// The score of what must not be.
pub const NEVER: f32 = -1.0e6;

/// Calls a method of the model that is written for rows of one width, for that of its own rows.
macro_rules! by_width {
    ($model:ident.$method:ident($($argument:expr),*)) => {
        match width($model.labels) {
            8 => $model.$method::<8>($($argument),*),
            16 => $model.$method::<16>($($argument),*),
            24 => $model.$method::<24>($($argument),*),
            _ => $model.$method::<MAX_LABELS>($($argument),*),
        }
    };
}

/// Learned weights: for each feature a row with one weight per label, and one weight per pair of labels.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    labels: usize,
    weights: FeatureWeights,
    /// From the label before to the label after, rows padded.
    transitions: Vec<f32>,
    /// By label, row by row: how far behind it another one must be not to be on the best path to any label.
    leads: Vec<f32>,
    /// Exponentials of the transitions, rows padded; and the same from the label after to the label before.
    exp: Vec<f32>,
    exp_back: Vec<f32>,
}

impl Model {
    /// A model over that many labels, from `(feature, label, weight)` entries and a matrix of transitions,
    /// row by row, from the label before to the label after.
    ///
    /// A missing transition weighs nothing; entries whose label is out of range are ignored.
    #[must_use]
    pub fn new(labels: usize, entries: &[(u32, u8, f32)], transitions: &[f32]) -> Model {
        let (given, labels) = (labels, labels.min(MAX_LABELS));
        let width = width(labels);
        let mut model = Model {
            labels,
            weights: FeatureWeights::new(labels, entries),
            transitions: vec![0.0; labels * width],
            leads: vec![f32::NEG_INFINITY; labels * labels],
            exp: vec![0.0; labels * width],
            exp_back: vec![0.0; labels * width],
        };
        for from in 0..labels {
            for to in 0..labels {
                let weight = transitions.get(from * given + to).copied().unwrap_or(0.0);
                let factor = f64::from(weight).exp() as f32;
                model.transitions[from * width + to] = weight;
                model.exp[from * width + to] = factor;
                model.exp_back[to * width + from] = factor;
            }
        }
        for (i, lead) in model.leads.iter_mut().enumerate() {
            let (best, other) = (i / labels * width, i % labels * width);
            for to in 0..labels {
                let gain = model.transitions[other + to] - model.transitions[best + to];
                // A little more, for rounding.
                *lead = lead.max(gain + 1e-2);
            }
        }
        model
    }

    /// How many labels there are.
    #[must_use]
    pub fn labels(&self) -> usize {
        self.labels
    }

    /// What each feature weighs.
    #[must_use]
    pub(super) fn weights(&self) -> &FeatureWeights {
        &self.weights
    }

    /// The weight of a transition.
    #[must_use]
    pub fn transition(&self, from: usize, to: usize) -> f32 {
        self.transitions.get(from * width(self.labels) + to).copied().unwrap_or(0.0)
    }

    /// Appends the scores of one position, one per label, to a lattice.
    pub fn push_scores(&self, features: &[u32], lattice: &mut Lattice) {
        let position = lattice.length();
        lattice.resize(position + 1);
        self.set_scores(features, lattice, position);
    }

    /// Sets the scores of one position of a lattice that is long enough.
    pub fn set_scores(&self, features: &[u32], lattice: &mut Lattice, position: usize) {
        self.weights.sum(features, lattice.scores_mut(self.labels, position));
    }

    /// The probability of each label at each position, row by row, and the best path: one label per position.
    pub fn decode<'a>(&self, lattice: &'a mut Lattice) -> (&'a [f32], &'a [u8]) {
        let length = lattice.length();
        self.pass_through(lattice);
        self.decode_part(lattice, 0..length, Ends::default())
    }

    /// The same for some positions of a lattice, over which passes went in both directions, from those ends.
    pub fn decode_part<'a>(&self, lattice: &'a mut Lattice, part: Range<usize>, ends: Ends) -> (&'a [f32], &'a [u8]) {
        by_width!(self.join(lattice, part.clone()));
        // A path that takes the likeliest label everywhere misses at most the sum of what these leave; if that is less than
        // a half, all other paths together are less likely, and there is nothing to search.
        lattice.path.clear();
        let mut missed = 0.0;
        for row in lattice.marginals.chunks_exact(self.labels.max(1)) {
            let likeliest = match row.first() {
                Some(p) if *p > 0.5 => (0, *p),
                _ => (0u8..).zip(row).fold((0, 0.0), |best, (label, p)| if *p > best.1 { (label, *p) } else { best }),
            };
            missed += 1.0 - likeliest.1;
            lattice.path.push(likeliest.0);
        }
        if missed >= 0.49 {
            by_width!(self.search(lattice, part, ends));
        }
        (&lattice.marginals, &lattice.path)
    }

    /// The best path through a lattice: one label per position.
    #[must_use]
    pub fn best_path(&self, lattice: &mut Lattice) -> Vec<u8> {
        let length = lattice.length();
        by_width!(self.search(lattice, 0..length, Ends::default()));
        lattice.path.clone()
    }

    /// Finds the best path through some positions.
    fn search<const W: usize>(&self, lattice: &mut Lattice, part: Range<usize>, ends: Ends) {
        let labels = self.labels;
        let Lattice { rows, back, path, .. } = lattice;
        path.clear();
        let transitions = self.transitions.as_chunks::<W>().0;
        back.clear();
        back.resize(part.len() * labels, 0);
        let mut scores = part.map(|position| &rows.at::<W>(position)[SCORES]);
        let Some(first) = scores.next().filter(|_| labels > 0) else {
            return;
        };
        // Scores of the best paths to each label of a position; where they come from is written to `back`.
        let mut before = *first;
        if let Some(weights) = ends.before.and_then(|label| transitions.get(label)) {
            before.iter_mut().zip(weights).for_each(|(score, weight)| *score += weight);
        }
        for (scores, back) in scores.zip(back.chunks_exact_mut(labels).skip(1)) {
            let (first, highest) = (0..labels).fold((0, f32::NEG_INFINITY), |best, label| {
                if before[label] > best.1 { (label, before[label]) } else { best }
            });
            let leads = &self.leads[first * labels..(first + 1) * labels];
            // Only differences count; without the rest they keep their precision however long the sequence.
            before.iter_mut().for_each(|score| *score -= highest);
            let mut best = [f32::NEG_INFINITY; W];
            let mut origin = [0u32; W];
            for (from, ((score, lead), weights)) in before.iter().zip(leads).zip(transitions).enumerate() {
                if from != first && -score > *lead {
                    continue;
                }
                for lane in 0..W {
                    let through = score + weights[lane];
                    let better = through > best[lane];
                    best[lane] = if better { through } else { best[lane] };
                    origin[lane] = if better { from as u32 } else { origin[lane] };
                }
            }
            for lane in 0..W {
                before[lane] = best[lane] + scores[lane];
            }
            for (back, origin) in back.iter_mut().zip(origin) {
                *back = origin as u8;
            }
        }
        if let Some(after) = ends.after {
            before.iter_mut().zip(0..labels).for_each(|(score, label)| *score += self.transition(label, after));
        }
        let mut label = (0..labels).fold(0, |best, label| if before[label] > before[best] { label } else { best });
        for back in back.chunks_exact(labels).rev() {
            path.push(label as u8);
            label = usize::from(back[label]);
        }
        path.reverse();
    }

    /// The probability of each label at each position, row by row.
    pub fn marginals<'a>(&self, lattice: &'a mut Lattice) -> &'a [f32] {
        let length = lattice.length();
        self.pass_through(lattice);
        by_width!(self.join(lattice, 0..length));
        &lattice.marginals
    }

    /// Passes over all positions in both directions.
    fn pass_through(&self, lattice: &mut Lattice) {
        let length = lattice.length();
        (0..length).for_each(|position| self.expect(lattice, position));
        self.pass(lattice, 0..length, Direction::Forward, Origin::Nowhere);
        self.pass(lattice, (0..length).rev(), Direction::Backward, Origin::Nowhere);
    }

    /// Passes over some positions, which stand in the order of the direction.
    pub fn pass(
        &self,
        lattice: &mut Lattice,
        positions: impl Iterator<Item = usize>,
        direction: Direction,
        mut origin: Origin,
    ) {
        for position in positions {
            self.advance(lattice, position, direction, origin);
            origin = Origin::Neighbour;
        }
    }

    /// Passes again over some positions, from another origin than before, as far as that makes a difference.
    pub fn pass_again(
        &self,
        lattice: &mut Lattice,
        positions: impl Iterator<Item = usize>,
        direction: Direction,
        origin: Origin,
    ) {
        by_width!(self.step_again(lattice, positions, direction, origin));
    }

    fn step_again<const W: usize>(
        &self,
        lattice: &mut Lattice,
        positions: impl Iterator<Item = usize>,
        direction: Direction,
        mut origin: Origin,
    ) {
        for position in positions {
            let before = lattice.rows.at::<W>(position)[direction.row()];
            self.step::<W>(lattice, position, direction, origin);
            if is_same(&before, &lattice.rows.at(position)[direction.row()]) {
                break;
            }
            origin = Origin::Neighbour;
        }
    }

    /// Finds the probabilities of labels at some positions from what passes in both directions have found.
    fn join<const W: usize>(&self, lattice: &mut Lattice, part: Range<usize>) {
        let Lattice { rows, marginals, .. } = lattice;
        marginals.clear();
        // Sequences can be very long: room for all of it, and no more.
        marginals.reserve_exact(part.len() * self.labels);
        for position in part {
            let [_, emissions, forward, backward] = rows.at::<W>(position);
            let mut row = [0.0; W];
            for lane in 0..W {
                // Both passes have counted the evidence of the position itself.
                row[lane] = forward[lane] * backward[lane] / emissions[lane];
            }
            normalise(&mut row);
            marginals.extend_from_slice(row.get(..self.labels).unwrap_or_default());
        }
    }

    /// Prepares the scores of a position, which stay as they are from then on, for passes and for decoding.
    pub fn expect(&self, lattice: &mut Lattice, position: usize) {
        by_width!(self.exponentials_at(lattice, position));
    }

    fn exponentials_at<const W: usize>(&self, lattice: &mut Lattice, position: usize) {
        if let Some(own) = lattice.rows.at_mut::<W>(position) {
            own[EMISSIONS] = exponentials(&own[SCORES]);
        }
    }

    /// Says that a position has that label, whatever its neighbours have: no pass has to go there.
    pub fn settle(&self, lattice: &mut Lattice, position: usize, label: usize) {
        // Asked for, the position has room.
        lattice.scores_mut(self.labels, position);
        by_width!(self.settle_at(lattice, position, label));
    }

    fn settle_at<const W: usize>(&self, lattice: &mut Lattice, position: usize, label: usize) {
        let Some(own) = lattice.rows.at_mut::<W>(position) else { return };
        *own = [[UNLIKELY; W]; ROWS];
        own.iter_mut().filter_map(|row| row.get_mut(label)).for_each(|value| *value = 1.0);
        own[SCORES] = [NEVER; W];
        own[SCORES].iter_mut().skip(label).take(1).for_each(|score| *score = 0.0);
    }

    /// Moves a pass to a position, which [`Model::expect`] has been asked for, and returns the probability of label 0 there, given
    /// what was passed.
    ///
    /// The scaled passes of `forward_backward` in single precision: what lies further behind the likeliest label than that
    /// can hold changes no verdict.
    pub fn advance(&self, lattice: &mut Lattice, position: usize, direction: Direction, origin: Origin) -> f32 {
        by_width!(self.step(lattice, position, direction, origin))
    }

    fn step<const W: usize>(
        &self,
        lattice: &mut Lattice,
        position: usize,
        direction: Direction,
        origin: Origin,
    ) -> f32 {
        let (factors, before) = match direction {
            Direction::Forward => (&self.exp, position.checked_sub(1)),
            Direction::Backward => (&self.exp_back, position.checked_add(1)),
        };
        let factors = factors.as_chunks::<W>().0;
        let rows = &mut lattice.rows;
        let factors = match origin {
            Origin::Nowhere => None,
            Origin::Label(label) => factors.get(label).copied(),
            Origin::Neighbour => before.map(|before| product(&rows.at::<W>(before)[direction.row()], factors)),
        };
        let Some(own) = rows.at_mut::<W>(position) else {
            return 0.0;
        };
        let mut row = own[EMISSIONS];
        if let Some(factors) = factors {
            multiply(&mut row, &factors);
        }
        normalise(&mut row);
        own[direction.row()] = row;
        row[0]
    }
}

/// What [`NEVER`] leaves of a probability.
const UNLIKELY: f32 = 1e-13;

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
    for (position, slot) in scales.iter_mut().enumerate() {
        let here = position * labels;
        if position == 0 {
            forward[..labels].copy_from_slice(&emissions[..labels]);
        } else {
            let (done, rest) = forward.split_at_mut(here);
            let before = &done[here - labels..];
            let row = &mut rest[..labels];
            for (from, weight) in before.iter().enumerate() {
                if *weight > 0.0 {
                    for (value, factor) in row.iter_mut().zip(&exp[from * labels..(from + 1) * labels]) {
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
        *slot = scale;
        log_partition += scale.ln();
        forward[here..here + labels].iter_mut().for_each(|value| *value /= scale);
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
    use super::{Direction, Ends, Lattice, Model, NEVER, Origin, forward_backward};

    fn lattice(model: &Model, sequence: &[&[u32]]) -> Lattice {
        let mut lattice = Lattice::default();
        for features in sequence {
            model.push_scores(features, &mut lattice);
        }
        lattice
    }

    /// Two labels that like to stay, and two features that each speak for one of them.
    fn model() -> Model {
        Model::new(2, &[(7, 0, 1.0), (8, 1, 1.5)], &[0.5, -0.5, -0.5, 0.5])
    }

    #[test]
    fn the_best_path_weighs_neighbours() {
        let model = model();
        assert_eq!(model.best_path(&mut lattice(&model, &[&[7], &[7], &[8], &[7], &[7]])), [0, 0, 0, 0, 0]);
        assert_eq!(model.best_path(&mut lattice(&model, &[&[7], &[8], &[8], &[9]])), [0, 1, 1, 1]);
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
    fn passes_that_go_again_find_what_they_would_have_found_at_once() {
        let model = model();
        let sequence: [&[u32]; 6] = [&[7], &[8], &[8, 8], &[9], &[7], &[8]];
        for settled in [None, Some(0), Some(2), Some(5)] {
            let mut afresh = lattice(&model, &sequence);
            let mut again = afresh.clone();
            if let Some(position) = settled {
                afresh.scores_mut(2, position)[0] = NEVER;
            }
            for (position, _) in sequence.iter().enumerate() {
                model.expect(&mut again, position);
            }
            settled.into_iter().for_each(|position| model.settle(&mut again, position, 1));
            let body = Origin::Label(0);
            model.pass(&mut again, 0..6, Direction::Forward, body);
            model.pass(&mut again, (0..6).rev(), Direction::Backward, body);
            model.pass_again(&mut again, 0..6, Direction::Forward, Origin::Nowhere);
            model.pass_again(&mut again, (0..6).rev(), Direction::Backward, Origin::Nowhere);
            let want = model.decode(&mut afresh);
            let got = model.decode_part(&mut again, 0..6, Ends::default());
            assert_eq!(got.1, want.1, "{settled:?}");
            assert!(got.0.iter().zip(want.0).all(|(a, b)| (a - b).abs() < 1e-5), "{settled:?} {got:?} {want:?}");
        }
    }

    #[test]
    fn a_part_is_decoded_between_its_ends() {
        let model = model();
        let sequence: [&[u32]; 5] = [&[7], &[9], &[8], &[9], &[9]];
        let mut whole = lattice(&model, &sequence);
        for position in [0, 4] {
            whole.scores_mut(2, position)[1] = NEVER;
        }
        let (want, path) = model.decode(&mut whole);
        let want = want[2..8].to_vec();
        let mut part = lattice(&model, &sequence);
        (1..4).for_each(|position| model.expect(&mut part, position));
        model.pass(&mut part, 1..4, Direction::Forward, Origin::Label(0));
        model.pass(&mut part, (1..4).rev(), Direction::Backward, Origin::Label(0));
        let got = model.decode_part(&mut part, 1..4, Ends { before: Some(0), after: Some(0) });
        assert_eq!(got.1, &path[1..4]);
        assert!(got.0.iter().zip(&want).all(|(a, b)| (a - b).abs() < 1e-5), "{got:?} {want:?}");
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
                    score += model.weights().of(*feature).map_or(0.0, |row| row[label(position)]);
                }
                if position > 0 {
                    score += model.transition(label(position - 1), label(position));
                }
            }
            total += f64::from(score).exp();
            first[label(0)] += f64::from(score).exp();
        }
        let mut lattice = lattice(&model, &sequence);
        let marginals = model.marginals(&mut lattice);
        assert!((f64::from(marginals[0]) - first[0] / total).abs() < 1e-6);
        assert!((f64::from(marginals[1]) - first[1] / total).abs() < 1e-6);
    }

    #[test]
    fn learning_and_judging_pass_through_a_sequence_alike() {
        let labels = 11;
        let transitions: Vec<f32> = (0..121).map(|i| ((i * 37) % 19) as f32 / 7.0 - 1.3).collect();
        let entries = (0..400u32).map(|i| (i % 40, (i * 7 % 11) as u8, (i % 23) as f32 / 9.0 - 1.0));
        let entries: Vec<_> = entries.collect();
        let model = Model::new(labels, &entries, &transitions);
        let features: Vec<u32> = (0..60).map(|i| i * i % 45).collect();
        let sequence: Vec<&[u32]> = features.chunks(4).collect();
        let scores: Vec<f32> = sequence
            .iter()
            .flat_map(|features| {
                (0..labels).map(|label| {
                    features.iter().filter_map(|f| model.weights().of(*f)).map(|row| row[label]).sum::<f32>()
                })
            })
            .collect();
        let exp: Vec<f64> = transitions.iter().map(|weight| f64::from(*weight).exp()).collect();
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        forward_backward(labels, &scores, &exp, &mut forward, &mut backward);
        let mut lattice = lattice(&model, &sequence);
        let marginals = model.marginals(&mut lattice);
        assert_eq!(marginals.len(), forward.len());
        for (got, (a, b)) in marginals.iter().zip(forward.iter().zip(&backward)) {
            assert!((f64::from(*got) - a * b).abs() < 1e-6, "{got} {a} {b}");
        }
        let path = model.best_path(&mut lattice);
        let score = |path: &[u8]| -> f32 {
            let steps = path.windows(2).map(|pair| model.transition(pair[0].into(), pair[1].into()));
            let states = path.iter().enumerate().map(|(i, label)| scores[i * labels + usize::from(*label)]);
            steps.sum::<f32>() + states.sum::<f32>()
        };
        for changed in 0..path.len() * labels {
            let mut other = path.clone();
            other[changed / labels] = (changed % labels) as u8;
            assert!(score(&other) <= score(&path) + 1e-4, "{other:?} beats {path:?}");
        }
    }
}
