//! The scores of a sequence, what passes through it have found, and the ways in which they go.

use super::crf::NEVER;
use super::rows::width;

/// The labels on either side of some positions, where they are known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// The label before the first.
    pub before: Option<usize>,
    /// The label after the last.
    pub after: Option<usize>,
}

/// Which way a pass goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Direction {
    /// From the start to the end.
    Forward,
    /// From the end to the start.
    Backward,
}

/// Where a pass comes from when it reaches a position.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// The sequence begins there, or nothing is known.
    Nowhere,
    /// From a position of that label.
    Label(usize),
    /// From the position beside it, which the pass has reached before.
    Neighbour,
}

/// The scores of one sequence, and room to decode it. Rows are padded, those of scores with [`NEVER`].
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    /// One row per position.
    pub(super) scores: Vec<f32>,
    /// Their exponentials, as far as [`super::crf::Model::expect`] was asked for them.
    pub(super) emissions: Vec<f32>,
    /// How probable each label is given what a pass to the position has seen, as far as passes have come.
    pub(super) forward: Vec<f32>,
    pub(super) backward: Vec<f32>,
    pub(super) back: Vec<u8>,
    /// What was decoded last: rows that are not padded.
    pub(super) marginals: Vec<f32>,
    pub(super) path: Vec<u8>,
}

impl Lattice {
    /// Forgets the sequence, keeping the memory.
    pub fn clear(&mut self) {
        self.scores.clear();
        self.emissions.clear();
        self.forward.clear();
        self.backward.clear();
    }

    /// Makes room for the scores of so many positions. What a position had, it keeps.
    pub fn resize(&mut self, labels: usize, length: usize) {
        // What pads rows is no label.
        self.scores.resize(length * width(labels), NEVER);
        for rows in [&mut self.emissions, &mut self.forward, &mut self.backward] {
            rows.resize(length * width(labels), 0.0);
        }
    }

    /// The scores of a position, one per label, to constrain them.
    pub fn scores_mut(&mut self, labels: usize, position: usize) -> &mut [f32] {
        let start = position * width(labels);
        self.scores.get_mut(start..start + labels).unwrap_or_default()
    }

    /// The scores of a position, one per label.
    #[must_use]
    pub fn scores(&self, labels: usize, position: usize) -> &[f32] {
        let start = position * width(labels);
        self.scores.get(start..start + labels).unwrap_or_default()
    }

    /// What passes in a direction have found.
    pub(super) fn passed(&self, direction: Direction) -> &[f32] {
        match direction {
            Direction::Forward => &self.forward,
            Direction::Backward => &self.backward,
        }
    }

    pub(super) fn length(&self, labels: usize) -> usize {
        self.scores.len() / width(labels)
    }
}
