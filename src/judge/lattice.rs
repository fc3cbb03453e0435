//! The scores of a sequence, what passes through it have found, and the ways in which they go.

use std::cell::Cell;

use super::crf::NEVER;
use super::rows::width;
use crate::spare::{keep, take};

thread_local! {
    static NUMBERS: Cell<Vec<Vec<f32>>> = const { Cell::new(Vec::new()) };
}

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

/// The scores of one sequence, and room to decode it, for those of its positions whose scores were asked for.
#[derive(Clone, Debug, Default)]
pub struct Lattice {
    pub(super) rows: Rows,
    pub(super) back: Vec<u8>,
    /// What was decoded last: rows that are not padded.
    pub(super) marginals: Vec<f32>,
    pub(super) path: Vec<u8>,
}

impl Lattice {
    /// A lattice of no length, with the room that the thread has kept.
    #[must_use]
    pub fn spare() -> Lattice {
        let rows = Rows { numbers: take(&NUMBERS), ..Rows::default() };
        Lattice { rows, marginals: take(&NUMBERS), ..Lattice::default() }
    }

    /// Keeps its room for the thread's next sequence.
    pub fn keep(self) {
        // What is kept last is taken first.
        keep(&NUMBERS, self.marginals);
        keep(&NUMBERS, self.rows.numbers);
    }

    /// Forgets the sequence, keeping the memory.
    pub fn clear(&mut self) {
        self.rows.blocks.clear();
        self.rows.numbers.clear();
    }

    /// Makes it so many positions long. What a position had, it keeps.
    pub fn resize(&mut self, length: usize) {
        self.rows.blocks.resize(length, NONE);
    }

    /// Makes room for the scores of so many positions, as many as will be asked for.
    pub fn reserve(&mut self, labels: usize, count: usize) {
        self.rows.numbers.reserve_exact(count * ROWS * width(labels));
    }

    /// The scores of a position, one per label, to constrain them.
    pub fn scores_mut(&mut self, labels: usize, position: usize) -> &mut [f32] {
        let width = width(labels);
        let Some(block) = self.rows.blocks.get_mut(position) else {
            return &mut [];
        };
        let numbers = &mut self.rows.numbers;
        if *block == NONE {
            let (end, size) = (numbers.len(), ROWS * width);
            *block = (end / size) as u32;
            if numbers.capacity() - end < size {
                // Less than a vector would take by itself: sequences can be very long.
                numbers.reserve_exact((end / 4).max(AT_FIRST * size));
            }
            numbers.resize(end + size, 0.0);
            // What pads rows is no label.
            numbers.iter_mut().skip(end).take(width).for_each(|score| *score = NEVER);
        }
        let start = *block as usize * ROWS * width;
        numbers.get_mut(start..start + labels).unwrap_or_default()
    }

    /// The scores of a position, one per label; nothing if they were never asked for.
    #[must_use]
    pub fn scores(&self, labels: usize, position: usize) -> &[f32] {
        let block = self.rows.blocks.get(position).copied().unwrap_or(NONE);
        let start = block as usize * ROWS * width(labels);
        self.rows.numbers.get(start..start + labels).unwrap_or_default()
    }

    /// How many positions there is room for.
    pub(super) fn length(&self) -> usize {
        self.rows.blocks.len()
    }
}

/// Rows of numbers, padded, some for each position that has any: few positions of a long sequence may have.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    /// By position: the number of its block, or [`NONE`].
    blocks: Vec<u32>,
    /// One block of rows after the other.
    numbers: Vec<f32>,
}

/// When there is no room for a position, it is made for so many at least.
const AT_FIRST: usize = 16;

/// Stands for no block.
const NONE: u32 = u32::MAX;

/// So many rows has a block: those below.
pub(super) const ROWS: usize = 4;
/// The scores of labels, padded with [`NEVER`].
pub(super) const SCORES: usize = 0;
/// Their exponentials, once [`super::crf::Model::expect`] was asked for them.
pub(super) const EMISSIONS: usize = 1;
/// How probable each label is given what a pass to the position has seen, once passes have come there.
pub(super) const FORWARD: usize = 2;
pub(super) const BACKWARD: usize = 3;

impl Rows {
    /// The rows of a position, each of `W` numbers; of one that has none, zeros.
    #[inline]
    pub(super) fn at<const W: usize>(&self, position: usize) -> &[[f32; W]; ROWS] {
        let block = self.blocks.get(position).copied().unwrap_or(NONE) as usize;
        self.numbers.as_chunks::<W>().0.as_chunks::<ROWS>().0.get(block).unwrap_or(const { &[[0.0; W]; ROWS] })
    }

    /// The same to be changed; `None` of a position that has none.
    #[inline]
    pub(super) fn at_mut<const W: usize>(&mut self, position: usize) -> Option<&mut [[f32; W]; ROWS]> {
        let block = *self.blocks.get(position)? as usize;
        self.numbers.as_chunks_mut::<W>().0.as_chunks_mut::<ROWS>().0.get_mut(block)
    }
}

impl Direction {
    /// Which row holds what passes in this direction have found.
    pub(super) fn row(self) -> usize {
        match self {
            Direction::Forward => FORWARD,
            Direction::Backward => BACKWARD,
        }
    }
}
