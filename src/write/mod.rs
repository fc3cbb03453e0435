//! Writing: one file per output format, escaping, and what is shown to people.

pub mod escape;
pub mod report;
pub mod view;
