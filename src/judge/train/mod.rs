//! Learning: weights from annotated articles.

pub mod learn;
mod owlqn;
