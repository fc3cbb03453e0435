//! Which tokens of a window are weighed: those from which a cut may begin or end, and on from there until nothing but body
//! is left.
//!
//! Most tokens of a window are the middle of ordinary sentences. Cuts begin or end at the ends of segments, at words that
//! open them, and where rules point, so that the model sets out from there, in both directions, and turns back once it has
//! been sure of body for a while. Decides nothing: what was weighed is decoded as if everything else were body.

use std::ops::Range;

use super::crf::{Direction, Ends, Lattice, Model, Origin};
use super::spans::SpanEvidence;
use super::sweep::{BACKWARD, FORWARD};
use super::weigher::Weigher;

/// So much probability may be left to cuts where the model is sure of body, and for so many tokens it must be.
const DOUBT: f32 = 0.01;
const CALM: usize = 2;

/// What speaks for a token being body beside its evidence: in doubt, text is kept.
const IN_DOUBT: f32 = 0.3;

/// What a position is, beside what [`SpanEvidence::edges`] says: whether it has been weighed, and by the first pass.
const WEIGHED: u8 = 4;
const PASSED: u8 = 8;

/// Weighs the tokens of windows, one window after the other, in the same memory.
#[derive(Debug)]
pub struct Scan<'a> {
    model: &'a Model,
    weigher: Weigher<'a>,
    lattice: Lattice,
    /// By position of the window: whether passes set out from it, and whether it has been weighed.
    marks: Vec<u8>,
}

impl<'a> Scan<'a> {
    /// A scan with that model.
    #[must_use]
    pub fn new(model: &'a Model) -> Scan<'a> {
        Scan { model, weigher: Weigher::new(model.weights()), lattice: Lattice::spare(), marks: Vec::new() }
    }

    /// Ends it: how many features were weighed.
    #[must_use]
    pub fn into_work(self) -> u64 {
        self.lattice.keep();
        self.weigher.work()
    }

    /// Weighs what must be of a window. `certain` holds the labels that rules settle, by position, or nothing.
    pub fn window(&mut self, evidence: &SpanEvidence<'_>, certain: &[Option<u8>]) {
        self.marks.clear();
        self.marks.extend_from_slice(evidence.edges());
        for (mark, _) in self.marks.iter_mut().zip(certain).filter(|(_, label)| label.is_some()) {
            *mark |= FORWARD | BACKWARD;
        }
        let length = self.marks.len();
        self.lattice.clear();
        self.lattice.resize(length);
        self.pass(Direction::Forward, 0..length, evidence, certain);
        self.marks.iter_mut().filter(|mark| **mark & WEIGHED != 0).for_each(|mark| *mark |= PASSED);
        self.pass(Direction::Backward, (0..length).rev(), evidence, certain);
    }

    /// The first stretch from a position on that was weighed.
    #[must_use]
    pub fn stretch_from(&self, position: usize) -> Option<Range<usize>> {
        let is_weighed = |mark: &u8| mark & WEIGHED != 0;
        let rest = self.marks.get(position..)?;
        let start = position + rest.iter().position(is_weighed)?;
        let weighed = self.marks.get(start..)?.iter().take_while(|mark| is_weighed(mark));
        Some(start..start + weighed.count())
    }

    /// The probabilities of labels, row by row, and the best path through a stretch, body on both sides of it.
    pub fn decode(&mut self, stretch: &Range<usize>) -> (&[f32], &[u8]) {
        let ends =
            Ends { before: (stretch.start > 0).then_some(0), after: (stretch.end < self.marks.len()).then_some(0) };
        let marks = self.marks.get(stretch.clone()).unwrap_or_default();
        let missed =
            marks.iter().position(|mark| mark & PASSED == 0).map_or(stretch.end, |missed| stretch.start + missed);
        // Passes took what lies beyond the window for body, which is left open here.
        if ends.after.is_none() {
            self.model.pass_again(&mut self.lattice, stretch.clone().rev(), Direction::Backward, Origin::Nowhere);
        }
        if ends.before.is_none() {
            self.model.pass_again(&mut self.lattice, stretch.start..missed, Direction::Forward, Origin::Nowhere);
        }
        // From the first position on that only the pass backward has reached, another has to go forward.
        let origin = match ends.before {
            _ if missed > stretch.start => Origin::Neighbour,
            Some(label) => Origin::Label(label),
            None => Origin::Nowhere,
        };
        self.model.pass(&mut self.lattice, missed..stretch.end, Direction::Forward, origin);
        self.model.decode_part(&mut self.lattice, stretch.clone(), ends)
    }

    fn pass(
        &mut self,
        direction: Direction,
        positions: impl Iterator<Item = usize>,
        evidence: &SpanEvidence<'_>,
        certain: &[Option<u8>],
    ) {
        let edge = if direction == Direction::Forward { FORWARD } else { BACKWARD };
        let mut calm = CALM;
        // What is not weighed is body.
        let mut origin = Origin::Label(0);
        for position in positions {
            let mark = self.marks.get(position).copied().unwrap_or(0);
            if calm >= CALM && mark & (edge | WEIGHED) == 0 {
                origin = Origin::Label(0);
                continue;
            }
            if mark & edge != 0 {
                calm = 0;
            }
            if mark & WEIGHED == 0 {
                self.weigh(position, evidence, certain.get(position).copied().flatten());
            }
            let body = match certain.get(position).copied().flatten() {
                Some(label) => f32::from(u8::from(label == 0)),
                None => self.model.advance(&mut self.lattice, position, direction, origin),
            };
            origin = Origin::Neighbour;
            calm = if 1.0 - body < DOUBT { calm + 1 } else { 0 };
        }
    }

    fn weigh(&mut self, position: usize, evidence: &SpanEvidence<'_>, certain: Option<u8>) {
        if let Some(mark) = self.marks.get_mut(position) {
            *mark |= WEIGHED;
        }
        if let Some(label) = certain {
            self.model.settle(&mut self.lattice, position, label.into());
        } else {
            evidence.of(position, &mut self.weigher);
            let scores = self.lattice.scores_mut(self.model.labels(), position);
            self.weigher.set_scores(scores);
            if let Some(score) = scores.first_mut() {
                *score += IN_DOUBT;
            }
            self.model.expect(&mut self.lattice, position);
        }
    }
}
