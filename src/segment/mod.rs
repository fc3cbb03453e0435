//! Segmenting: a document's text as the blocks that judging decides on.

pub mod html;
mod text;

pub use text::{is_line_break, line_breaks, segments};
