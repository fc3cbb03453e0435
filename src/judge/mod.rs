//! Judging: what each segment of a document is, and what within a body segment is not body.

mod check;
pub mod crf;
pub mod examples;
pub(crate) mod features;
mod fold;
mod gather;
pub mod gold;
mod literals;
mod matcher;
pub mod pack;
mod portal;
pub mod evidence;
pub mod pack;
pub mod page;
pub mod rules;
pub mod shape;
pub mod tokens;
pub mod train;

use crate::article::{Cut, Verdict};

/// What the judges decided about one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Number of the portal's pack in the rule set, if the portal was recognised.
    pub portal: Option<u32>,
    /// One per segment.
    pub verdicts: Vec<Verdict>,
    /// In order of their place in the text; never overlapping.
    pub cuts: Vec<Cut>,
    /// Estimated probability, from 0 to 1, that the body is complete and clean.
    pub confidence: f32,
}
