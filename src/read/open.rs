//! Opens a source: undoes compression and tells the format; of text, takes the byte order mark off and turns UTF-16 into
//! UTF-8.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use super::decode::{ByteOrder, Utf16Reader};
use super::decompress::{Compression, Decompressor};
use super::sources::Source;
use super::{Format, Options, guess};
use crate::error::Error;
use crate::limits;

/// Decompressed bytes.
pub type Input = Box<dyn Read + Send>;

/// A source that has been opened.
pub struct Opened {
    /// Its format.
    pub format: Format,
    /// Its bytes. Of text, UTF-8 but for mistakes, without a byte order mark; of the other formats, as they are.
    pub input: Input,
    /// How many bytes of the decompressed source stand before them.
    pub start: u64,
    /// The source itself, if it is a file that can be sought in and is not compressed.
    pub file: Option<File>,
}

/// Opens a source and tells its format. An error if it cannot be opened or is nothing that can be read.
pub fn open(source: &Source, options: &Options) -> Result<Opened, Error> {
    let fail = |reason: &dyn ToString| Error::file(&source.label, reason.to_string());
    let (raw, file): (Input, _) = match &source.path {
        None => (Box::new(io::stdin()), None),
        Some(path) => {
            let file = open_file(path).map_err(|error| fail(&error))?;
            let same = file.try_clone().ok().filter(|_| path.is_file());
            (Box::new(file), same)
        }
    };
    let raw = peek(options.meter.count(raw), Compression::MAGIC_BYTES);
    if raw.head().is_empty() && raw.error.is_none() {
        return Err(fail(&"empty: there is nothing to read"));
    }
    let (named, stem) = source.path.as_deref().map_or((None, None), split_name);
    let found = Compression::from_magic(raw.head());
    let compression = match (found, named) {
        // Cut before the magic number ends.
        (None, Some(named)) if raw.head().len() < Compression::MAGIC_BYTES => Some(named),
        (None, Some(named)) => {
            return Err(fail(&format!("named like {} data, but is something else", named.name())));
        }
        (found, _) => found,
    };
    let input: Input = match compression {
        None => Box::new(raw),
        Some(compression) => Box::new(Decompressor::new(compression, BufReader::with_capacity(64 * 1024, raw))),
    };
    let input = peek(input, limits::SNIFF_BYTES);
    let format = match options.format.or(stem.and_then(Format::from_extension)) {
        Some(format) => format,
        None => guess::format(input.head())
            .ok_or_else(|| fail(&"looks like a binary file (--from text reads it all the same)"))?,
    };
    let (input, start) = if format.is_text() { without_mark(Box::new(input)) } else { (Box::new(input) as Input, 0) };
    Ok(Opened { format, input, start, file: file.filter(|_| compression.is_none()) })
}

impl Format {
    /// Whether its bytes are text in UTF-8, or in UTF-16 with a byte order mark.
    fn is_text(self) -> bool {
        match self {
            Format::Text | Format::Jsonl | Format::Csv | Format::Tsv => true,
            Format::Html | Format::Mhtml | Format::Warc | Format::Parquet => false,
        }
    }
}

/// Opens a file that has bytes and an end: a regular file or a pipe, links followed.
fn open_file(path: &Path) -> io::Result<File> {
    let kind = std::fs::metadata(path)?.file_type();
    #[cfg(unix)]
    let is_pipe = std::os::unix::fs::FileTypeExt::is_fifo(&kind);
    #[cfg(not(unix))]
    let is_pipe = false;
    if kind.is_file() || is_pipe { File::open(path) } else { Err(io::Error::other("not a regular file")) }
}

/// What a file's name says: its compression, and the extension before that.
fn split_name(path: &Path) -> (Option<Compression>, Option<&str>) {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.and_then(Compression::from_extension) {
        None => (None, extension),
        Some(compression) => {
            let stem = path.file_stem().map(Path::new);
            (Some(compression), stem.and_then(Path::extension).and_then(|extension| extension.to_str()))
        }
    }
}

/// Takes the byte order mark off, says how long it was, and turns UTF-16 into UTF-8.
fn without_mark(input: Input) -> (Input, u64) {
    let mut input = peek(input, 3);
    let (mark, order) = match input.head() {
        [0xef, 0xbb, 0xbf] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(ByteOrder::Little)),
        [0xfe, 0xff, ..] => (2, Some(ByteOrder::Big)),
        _ => (0, None),
    };
    input.head.set_position(mark);
    let input: Input = match order {
        None => Box::new(input),
        Some(order) => Box::new(Utf16Reader::new(input, order)),
    };
    (input, mark)
}

/// Reads up to `count` bytes ahead; they, and an error met on the way, come again when read from the result.
pub fn peek(mut input: Input, count: usize) -> Peeked {
    let mut head = Vec::with_capacity(count);
    let error = input.by_ref().take(count as u64).read_to_end(&mut head).err();
    Peeked { head: Cursor::new(head), error, rest: input }
}

/// An input of which the first bytes are known.
pub struct Peeked {
    head: Cursor<Vec<u8>>,
    error: Option<io::Error>,
    rest: Input,
}

impl Peeked {
    /// The first bytes.
    pub fn head(&self) -> &[u8] {
        self.head.get_ref()
    }
}

impl Read for Peeked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.head.read(buffer)?;
        if read > 0 || buffer.is_empty() {
            return Ok(read);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.read(buffer),
        }
    }
}
