//! Reading: from files, folders, globs and standard input to records.
//!
//! Finds the inputs, undoes compression, decodes, and splits into records. Whatever is wrong with an input becomes an
//! item of its own, and reading goes on with the next. Does not judge or change text.

mod charset;
mod decode;
mod decompress;
mod fields;
mod footer;
mod framing;
mod guess;
mod html;
mod http;
mod jsonl;
mod lines;
mod list;
mod mhtml;
mod open;
mod parquet;
mod place;
mod prescan;
mod rows;
mod sources;
mod surrogates;
mod survey;
mod table;
mod text;
mod warc;
mod whole;

use std::path::PathBuf;

pub use self::decompress::Compression;
use self::jsonl::Jsonl;
use self::open::Opened;
use self::parquet::Parquet;
use self::sources::{Found, Source, Sources};
pub use self::survey::{Meter, Survey};
use self::table::Table;
use self::warc::Warc;
use crate::article::Record;
use crate::error::Error;
use crate::limits;
use crate::pipeline::Share;

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
    /// One page per file.
    Html,
    /// One page per file, as browsers save it with its images.
    Mhtml,
    /// One JSON object per line.
    Jsonl,
    /// What crawlers store: WARC, and WET, which is WARC that holds text.
    Warc,
    /// One row per record, under a row with the names of the columns; commas, or what stands in their place.
    Csv,
    /// The same with tabs.
    Tsv,
    /// One row per record, columns by their names.
    Parquet,
}

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The format of every input; `None`: by name, then by content.
    pub format: Option<Format>,
    /// Name of the field or column that holds the text; `None`: the first usable one with a usual name.
    pub text_field: Option<String>,
    /// Name of the field or column that holds the page; `None`: the first usable one with a usual name.
    pub html_field: Option<String>,
    /// Name of the field or column that holds the id; `None`: the first usable one with a usual name.
    pub id_field: Option<String>,
    /// Name of the field or column that holds the page's address; `None`: the first usable one with a usual name.
    pub url_field: Option<String>,
    /// The address of every record that states none.
    pub url: Option<String>,
    /// Bytes that a record may have; longer ones are skipped without being held in memory.
    pub max_record_bytes: usize,
    /// Whether each record passes its raw text through, as the field `raw`.
    pub keep_raw: bool,
    /// Whether the output puts the flattened text of a page into the field `flat`, so that no field of the input may.
    pub flat: bool,
    /// Whether each record says where it stood, as the field `provenance`.
    pub provenance: bool,
    /// Lists of more files to read, after the inputs: one path a line, or with NULs between them; `-`: standard input.
    pub files_from: Vec<PathBuf>,
    /// Only every so manieth file; `None`: all.
    pub share: Option<Share>,
    /// Counts what is read.
    pub meter: Meter,
    /// Files and folders to leave out when walking folders, such as the output.
    pub exclude: Vec<PathBuf>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            format: None,
            text_field: None,
            html_field: None,
            id_field: None,
            url_field: None,
            url: None,
            max_record_bytes: limits::RECORD_BYTES,
            keep_raw: false,
            flat: false,
            provenance: false,
            files_from: Vec::new(),
            share: None,
            meter: Meter::default(),
            exclude: Vec::new(),
        }
    }
}

/// The records of one input.
trait Records: Send {
    /// The next record, or what is wrong with it; `None` at the end.
    fn next(&mut self, options: &Options) -> Option<Item>;
}

/// What was read of an input that is one document.
struct Document(std::vec::IntoIter<Item>);

impl Records for Document {
    fn next(&mut self, _: &Options) -> Option<Item> {
        self.0.next()
    }
}

/// Reads inputs one after the other, in the order given; folders in sorted order.
pub struct Reader {
    sources: Sources,
    options: Options,
    current: Option<Box<dyn Records>>,
    /// Files found so far, and inputs that lead nowhere.
    found: u64,
}

impl Reader {
    /// A reader of these files, folders and globs; `-`, or no input and no list at all, is standard input.
    #[must_use]
    pub fn new(inputs: &[PathBuf], options: Options) -> Reader {
        let sources = Sources::new(inputs, &options.files_from, &options.exclude);
        Reader { sources, options, current: None, found: 0 }
    }

    fn open(&self, source: Source) -> Result<Box<dyn Records>, Error> {
        let Opened { format, input, start, file } = open::open(&source, &self.options)?;
        let options = &self.options;
        Ok(match format {
            Format::Text => Box::new(Document(text::read(&source, input, options).into_iter())),
            Format::Html => Box::new(Document(html::read(&source, input, options).into_iter())),
            Format::Mhtml => Box::new(Document(mhtml::read(&source, input, options).into_iter())),
            Format::Jsonl => Box::new(Jsonl::new(source, input, start)),
            Format::Warc => Box::new(Warc::new(source, input)),
            Format::Parquet => Box::new(match file {
                Some(file) => Parquet::of_file(source, file, options)?,
                None => Parquet::of_input(source, input, options)?,
            }),
            Format::Csv => Box::new(Table::new(source, input, start, None)),
            Format::Tsv => Box::new(Table::new(source, input, start, Some(b'\t'))),
        })
    }
}

impl Iterator for Reader {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(records) = &mut self.current {
                if let Some(item) = records.next(&self.options) {
                    return Some(item);
                }
                self.current = None;
            }
            let found = self.sources.next()?;
            if !matches!(found, Found::Notice(_)) {
                self.found += 1;
                if self.options.share.is_some_and(|share| !share.has(self.found - 1)) {
                    continue;
                }
            }
            let source = match found {
                Found::Source(source) => source,
                Found::Failure(failure) => return Some(Item::Failure(failure)),
                Found::Notice(notice) => return Some(Item::Notice(notice)),
            };
            match self.open(source) {
                Ok(records) => self.current = Some(records),
                Err(failure) => return Some(Item::Failure(failure)),
            }
        }
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reader").field("sources", &self.sources).finish_non_exhaustive()
    }
}
