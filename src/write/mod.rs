//! Writing: from articles to bytes, and bytes to where they go.
//!
//! Beside the formats for programs stands what is shown to people: escaping, the view of an explanation, its report.
//! Rendering a record is pure and happens on the worker threads; a sink takes what was rendered, in input order.
//! Nothing here is lost silently: every sink reports what it could not write, and a file appears only when complete.

mod atomic;
mod columns;
mod csv;
mod dolma;
pub mod dump_report;
mod encode;
pub mod escape;
mod failures;
mod files;
mod folder;
pub mod journal;
mod names;
mod record;
pub mod report;
mod rows;
mod shell;
mod stream;
pub mod view;

use crate::article::{Article, Record};
use crate::error::Error;

pub use self::atomic::AtomicFile;
pub use self::failures::Failure;
pub use self::files::{Files, Mark, Names, Plan, ShardSize};
pub use self::folder::Folder;
pub use self::rows::Row;
pub use self::stream::Stream;

/// How records are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Renderer {
    /// One JSON object per line.
    Jsonl(Detail),
    /// The same with the flattened text of pages, as `flat`.
    Flat(Detail),
    /// The clean text alone, with a line feed at its end.
    Text,
    /// The same as Markdown.
    Markdown,
    /// Comma-separated values; `raw` ones may start like formulas.
    Csv {
        /// What the column `removed` says.
        detail: Detail,
        /// Whether cells that start like formulas stay as they are.
        raw: bool,
    },
    /// Rows for a Parquet file.
    Rows(Detail),
    /// Attributes for the Dolma toolkit: spans to take out of the record's text.
    Dolma,
    /// No bytes at all.
    Nothing,
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
    /// Whether documents are text that a separator stands between.
    #[must_use]
    pub fn is_text(self) -> bool {
        matches!(self, Renderer::Text | Renderer::Markdown)
    }

    /// The bytes of one record.
    #[must_use]
    pub fn render(self, record: &Record, article: &Article) -> Rendered {
        let bytes = match self {
            Renderer::Jsonl(detail) => record::line(record, article, detail, false),
            Renderer::Flat(detail) => record::line(record, article, detail, true),
            Renderer::Text => record::text(&article.text),
            Renderer::Markdown => record::text(article.markdown.as_deref().unwrap_or(&article.text)),
            Renderer::Csv { detail, raw } => csv::line(&columns::row(record, article, detail), raw),
            Renderer::Dolma => dolma::line(record, article),
            Renderer::Rows(_) | Renderer::Nothing => Vec::new(),
        };
        let row = match self {
            Renderer::Rows(detail) => Some(Row::new(columns::row(record, article, detail))),
            _ => None,
        };
        let input_bytes = article.flat.as_ref().unwrap_or(&record.text).len();
        Rendered { id: article.id.clone(), input_bytes, text_bytes: article.text.len(), bytes, row }
    }
}

/// A record, ready to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Rendered {
    /// The record's id.
    pub id: String,
    /// Bytes of its text before it was cleaned; of a page, flattened.
    pub input_bytes: usize,
    /// Bytes of text that are left of it.
    pub text_bytes: usize,
    /// What to write, where that is bytes.
    pub bytes: Vec<u8>,
    /// What to write, where that is a row.
    pub row: Option<Row>,
}

impl Rendered {
    /// About how many bytes there are to write.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len() + self.row.as_ref().map_or(0, |row| row.bytes)
    }
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

    /// Whether what is being written has the size it should have: it is to be sealed and published, then.
    fn is_full(&self) -> bool {
        false
    }

    /// Writes all that is held back; nothing is added any more to what is being written. Called when it is full, and
    /// after the last record.
    ///
    /// # Errors
    /// If it cannot be written to the end.
    fn seal(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Puts what was sealed in its place.
    ///
    /// # Errors
    /// If that fails; what stood there is as it was then.
    fn publish(&mut self) -> Result<(), Error> {
        Ok(())
    }

    /// Whether all that was taken so far can be made to last at this moment.
    fn can_mark(&self) -> bool {
        false
    }

    /// Makes all that was taken so far last, and says how far that is.
    ///
    /// # Errors
    /// If it cannot be put on disk.
    fn mark(&mut self) -> Result<Mark, Error> {
        Ok(Mark::default())
    }
}

/// Where records go that are not to be written.
#[derive(Clone, Copy, Debug)]
pub struct Nowhere;

impl Sink for Nowhere {
    fn renderer(&self) -> Renderer {
        Renderer::Nothing
    }

    fn write(&mut self, _record: &Rendered) -> Result<(), Error> {
        Ok(())
    }
}
