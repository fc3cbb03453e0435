//! Learning: weights from annotated articles.

pub mod folds;
pub mod learn;
mod owlqn;
