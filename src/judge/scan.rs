//! Which tokens of a window are weighed: those from which a cut may begin or end, and on from there until nothing but body
//! is left.
//!
//! Most tokens of a window are the middle of ordinary sentences. Cuts begin or end at the ends of segments, at words that
//! open them, and where rules point, so that the model sets out from there, in both directions, and turns back once it has
//! been sure of body for a while. Decides nothing: what was weighed is decoded as if everything else were body.

use std::ops::Range;

use super::crf::{Direction, Front, Lattice, Model, NEVER};
use super::features::Features;
use super::spans::SpanEvidence;

/// So much probability may be left to cuts where the model is sure of body, and for so many tokens it must be.
const DOUBT: f32 = 0.01;
const CALM: usize = 2;

/// What speaks for a token being body beside its evidence: in doubt, text is kept.
const IN_DOUBT: f32 = 0.3;

/// Weighs the tokens of windows, one window after the other, in the same memory.
#[derive(Debug)]
pub struct Scan<'a> {
    model: &'a Model,
    features: Features,
    front: Front,
    lattice: Lattice,
    /// By position of the window: whether it has been weighed.
    weighed: Vec<bool>,
    /// How many features were weighed.
    pub work: u64,
}

impl<'a> Scan<'a> {
    /// A scan with that model.
    #[must_use]
    pub fn new(model: &'a Model) -> Scan<'a> {
        Scan {
            model,
            features: Features::default(),
            front: Front::default(),
            lattice: Lattice::default(),
            weighed: Vec::new(),
            work: 0,
        }
    }

    /// Weighs what must be of a window and returns the stretches that were, in order. `certain` holds the labels that rules
    /// settle, by position.
    pub fn window(&mut self, evidence: &SpanEvidence<'_>, certain: &[Option<u8>]) -> Vec<Range<usize>> {
        let length = evidence.len();
        self.weighed.clear();
        self.weighed.resize(length, false);
        self.lattice.resize(self.model.labels(), length);
        self.pass(Direction::Forward, 0..length, evidence, certain);
        self.pass(Direction::Backward, (0..length).rev(), evidence, certain);
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for position in (0..length).filter(|position| self.weighed.get(*position) == Some(&true)) {
            match stretches.last_mut() {
                Some(last) if last.end == position => last.end += 1,
                _ => stretches.push(position..position + 1),
            }
        }
        stretches
    }

    /// The scores of a stretch, body on both sides of it, to be decoded.
    pub fn take(&self, stretch: &Range<usize>, part: &mut Lattice) {
        let labels = self.model.labels();
        part.take_from(&self.lattice, labels, stretch.clone());
        if stretch.start > 0 {
            let scores = part.scores_mut(labels, 0).iter_mut().enumerate();
            scores.for_each(|(label, score)| *score += self.model.transition(0, label));
        }
        if stretch.end < self.weighed.len() {
            let scores = part.scores_mut(labels, stretch.len() - 1).iter_mut().enumerate();
            scores.for_each(|(label, score)| *score += self.model.transition(label, 0));
        }
    }

    fn pass(
        &mut self,
        direction: Direction,
        positions: impl Iterator<Item = usize>,
        evidence: &SpanEvidence<'_>,
        certain: &[Option<u8>],
    ) {
        let labels = self.model.labels();
        self.model.set_out(&mut self.front, 0);
        let mut calm = CALM;
        for position in positions {
            let weighed = self.weighed.get(position) == Some(&true);
            let sets_out = evidence.sets_out(position, direction) || certain.get(position).is_some_and(Option::is_some);
            if sets_out {
                if calm >= CALM {
                    self.model.set_out(&mut self.front, 0);
                }
                calm = 0;
            }
            if calm >= CALM && !weighed {
                continue;
            }
            if !weighed {
                self.weigh(position, evidence, certain.get(position).copied().flatten());
            }
            let body = self.model.advance(&mut self.front, self.lattice.scores(labels, position), direction);
            calm = if 1.0 - body < DOUBT { calm + 1 } else { 0 };
        }
    }

    fn weigh(&mut self, position: usize, evidence: &SpanEvidence<'_>, certain: Option<u8>) {
        if let Some(weighed) = self.weighed.get_mut(position) {
            *weighed = true;
        }
        let labels = self.model.labels();
        if let Some(label) = certain {
            for (i, score) in self.lattice.scores_mut(labels, position).iter_mut().enumerate() {
                *score = if i == usize::from(label) { 0.0 } else { NEVER };
            }
            return;
        }
        evidence.of(position, &mut self.features);
        self.work += self.features.hashes().len() as u64;
        self.model.set_scores(self.features.hashes(), &mut self.lattice, position);
        if let Some(score) = self.lattice.scores_mut(labels, position).first_mut() {
            *score += IN_DOUBT;
        }
    }
}
