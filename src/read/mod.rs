//! Reading: from files, folders, globs and standard input to records.
//!
//! Finds the inputs, undoes compression, decodes, and splits into records. Whatever is wrong with an input becomes an
//! item of its own, and reading goes on with the next. Does not judge or change text.

mod decode;
mod decompress;
mod fields;
mod jsonl;
mod lines;
mod open;
mod sources;
mod surrogates;
mod text;

use std::path::PathBuf;

pub use self::decompress::Compression;
use self::jsonl::Jsonl;
use self::sources::{Found, Sources};
use crate::article::Record;
use crate::error::Error;
use crate::limits;

/// What reading yields.
#[derive(Debug)]
pub enum Item {
    /// A record.
    Record(Record),
    /// A record, file or folder that could not be used.
    Failure(Error),
    /// Something that cost nothing but is worth knowing.
    Notice(String),
}

/// The formats that can be read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Format {
    /// One document per file.
    Text,
    /// One JSON object per line.
    Jsonl,
}

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format of every input; `None`: by name, then by content.
    pub format: Option<Format>,
    /// Name of the JSON field that holds the text; `None`: the first usable one with a usual name.
    pub text_field: Option<String>,
    /// Name of the JSON field that holds the id; `None`: the first usable one with a usual name.
    pub id_field: Option<String>,
    /// Name of the JSON field that holds the page's address; `None`: the first usable one with a usual name.
    pub url_field: Option<String>,
    /// Bytes that a record may have; longer ones are skipped without being held in memory.
    pub max_record_bytes: usize,
    /// Whether each record passes its raw text through, as the field `raw`.
    pub keep_raw: bool,
    /// Files and folders to leave out when walking folders, such as the output.
    pub exclude: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            format: None,
            text_field: None,
            id_field: None,
            url_field: None,
            max_record_bytes: limits::RECORD_BYTES,
            keep_raw: false,
            exclude: Vec::new(),
        }
    }
}

/// Reads inputs one after the other, in the order given; folders in sorted order.
#[derive(Debug)]
pub struct Reader {
    sources: Sources,
    options: Options,
    current: Option<Jsonl>,
    /// What is still to be said about a document that has been yielded.
    pending: Option<Item>,
}

impl Reader {
    /// A reader of these files, folders and globs; `-`, or no input at all, is standard input.
    #[must_use]
    pub fn new(inputs: &[PathBuf], options: Options) -> Reader {
        let sources = Sources::new(inputs, &options.exclude);
        Reader { sources, options, current: None, pending: None }
    }
}

impl Iterator for Reader {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.pending.take() {
                return Some(item);
            }
            if let Some(lines) = &mut self.current {
                if let Some(item) = lines.next(&self.options) {
                    return Some(item);
                }
                self.current = None;
            }
            let source = match self.sources.next()? {
                Found::Source(source) => source,
                Found::Failure(failure) => return Some(Item::Failure(failure)),
                Found::Notice(notice) => return Some(Item::Notice(notice)),
            };
            match open::open(&source, &self.options) {
                Err(failure) => return Some(Item::Failure(failure)),
                Ok((Format::Jsonl, input)) => self.current = Some(Jsonl::new(source, input)),
                Ok((Format::Text, input)) => {
                    let (item, pending) = text::read(&source, input, &self.options);
                    self.pending = pending;
                    return Some(item);
                }
            }
        }
    }
}
