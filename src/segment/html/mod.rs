//! Pages: a segment is a block of inline content, in reading order.
//!
//! A page is parsed within limits, and flattened: its visible words, block by block, become the text that judging, spans
//! and removals refer to. What the elements around each block say is kept beside it as evidence. Nothing is decided here.

mod by_name;
mod elements;
mod flatten;
mod frames;
mod gate;
mod parse;
mod tags;

pub use elements::{ClassWord, Element, Elements, Within, attribute};
pub use flatten::{Block, Inline, Markup, Style, flatten};
pub use frames::open_frame;
pub use parse::parse;
