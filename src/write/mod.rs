//! Writing: from articles to bytes, and bytes to where they go.
//!
//! Beside the formats for programs stands what is shown to people: escaping, the view of an explanation, its report.
//! Rendering a record is pure and happens on the worker threads; a sink takes what was rendered, in input order.
//! Nothing here is lost silently: every sink reports what it could not write, and a file appears only when complete.

mod atomic;
mod encode;
pub mod escape;
mod folder;
mod names;
mod record;
pub mod report;
mod stream;
pub mod view;

use crate::article::{Article, Record};
use crate::error::Error;
use crate::pipeline::Totals;

pub use self::atomic::AtomicFile;
pub use self::folder::Folder;
pub use self::stream::Stream;

/// How records are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renderer {
    /// One JSON object per line.
    Jsonl(Detail),
    /// The clean text alone, with a line feed at its end.
    Text,
}

/// What a record says about the stretches of input that are not in its text.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Detail {
    /// Nothing: `removed` is empty.
    #[default]
    None,
    /// Kind, rule and place.
    Spans,
    /// Kind, rule, place, and the text itself.
    Text,
}

impl Renderer {
    /// The bytes of one record.
    #[must_use]
    pub fn render(self, record: &Record, article: &Article) -> Rendered {
        let bytes = match self {
            Renderer::Jsonl(detail) => record::line(record, article, detail),
            Renderer::Text => record::text(article),
        };
        Rendered { id: article.id.clone(), is_empty: article.text.is_empty(), bytes }
    }
}

/// A record, ready to be written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Rendered {
    /// The record's id.
    pub id: String,
    /// Whether no text is left of it.
    pub is_empty: bool,
    /// What to write.
    pub bytes: Vec<u8>,
}

/// Where records go.
pub trait Sink {
    /// How records are to be rendered for this sink.
    fn renderer(&self) -> Renderer;

    /// Takes the next record.
    ///
    /// # Errors
    /// If it cannot be written; the run ends then.
    fn write(&mut self, record: &Rendered) -> Result<(), Error>;

    /// Makes sure that all is written, and puts it in place. Called once, after the last record.
    ///
    /// # Errors
    /// If it cannot be written to the end.
    fn finish(&mut self, totals: &Totals) -> Result<(), Error>;
}
