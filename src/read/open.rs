//! Opens a source: undoes compression, takes the byte order mark off, turns UTF-16 into UTF-8, and tells the format.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use serde::de::IgnoredAny;

use super::decode::{ByteOrder, Utf16Reader};
use super::decompress::{Compression, Decompressor};
use super::sources::Source;
use super::{Format, Options};
use crate::error::Error;
use crate::limits;

/// Bytes that are UTF-8 but for mistakes, without a byte order mark.
pub type Input = Box<dyn Read + Send>;

/// Opens a source and tells its format. An error if it cannot be opened or is nothing that can be read.
pub fn open(source: &Source, options: &Options) -> Result<(Format, Input), Error> {
    let fail = |reason: &dyn ToString| Error::file(&source.label, reason.to_string());
    let raw: Input = match &source.path {
        None => Box::new(io::stdin()),
        Some(path) => Box::new(open_file(path).map_err(|error| fail(&error))?),
    };
    let raw = peek(raw, Compression::MAGIC_BYTES);
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
    let input = peek(without_mark(input), limits::SNIFF_BYTES);
    let format = match options.format.or(stem.and_then(Format::from_extension)) {
        Some(format) => format,
        None => {
            guess(input.head()).ok_or_else(|| fail(&"looks like a binary file (--from text reads it all the same)"))?
        }
    };
    Ok((format, Box::new(input)))
}

impl Format {
    /// The format that the extension of a file's name stands for.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Format> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Format::Text),
            "jsonl" | "ndjson" | "jsonlines" | "jl" | "json" => Some(Format::Jsonl),
            _ => None,
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

/// The format that content looks like; `None` if it is binary.
fn guess(head: &[u8]) -> Option<Format> {
    if head.iter().take(limits::BINARY_PROBE_BYTES).any(|byte| *byte == 0) {
        return None;
    }
    if head.trim_ascii_start().first() != Some(&b'{') {
        return Some(Format::Text);
    }
    let complete = head.iter().rposition(|byte| *byte == b'\n').map(|end| head.get(..end).unwrap_or_default());
    let lines = complete.unwrap_or(head);
    // One good line is enough: others may be broken.
    let parses = lines.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    });
    // A first line longer than what is looked at cannot be parsed; that it starts with a key must do.
    let starts_like_an_object =
        || head.trim_ascii_start().get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    let long = complete.is_none() && head.len() >= limits::SNIFF_BYTES;
    Some(if parses || (long && starts_like_an_object()) { Format::Jsonl } else { Format::Text })
}

/// Takes the byte order mark off and turns UTF-16 into UTF-8.
fn without_mark(input: Input) -> Input {
    let mut input = peek(input, 3);
    let (mark, order) = match input.head() {
        [0xef, 0xbb, 0xbf] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(ByteOrder::Little)),
        [0xfe, 0xff, ..] => (2, Some(ByteOrder::Big)),
        _ => (0, None),
    };
    input.head.set_position(mark);
    match order {
        None => Box::new(input),
        Some(order) => Box::new(Utf16Reader::new(input, order)),
    }
}

/// Reads up to `count` bytes ahead; they, and an error met on the way, come again when read from the result.
fn peek(mut input: Input, count: usize) -> Peeked {
    let mut head = Vec::with_capacity(count);
    let error = input.by_ref().take(count as u64).read_to_end(&mut head).err();
    Peeked { head: Cursor::new(head), error, rest: input }
}

/// An input of which the first bytes are known.
struct Peeked {
    head: Cursor<Vec<u8>>,
    error: Option<io::Error>,
    rest: Input,
}

impl Peeked {
    fn head(&self) -> &[u8] {
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
