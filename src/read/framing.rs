//! Splits a WARC file into records, by the lengths that they state and, where these are wrong, at the line that the next
//! record starts with. Never holds more of a record than allowed, never allocates by a stated length.

use std::io::{self, ErrorKind, Read};

use memchr::memmem;

use super::decompress::Tail;
use super::open::Input;
use crate::limits;

/// After so many wrong lengths in a file none is believed any more: looking for the truth costs time.
const WRONG_LENGTHS: u32 = 16;

/// Bytes that are looked at behind a record to see whether it ends there.
const LOOK_AHEAD: usize = 16;

/// What one step found.
pub enum Frame {
    /// A record.
    Record(Block),
    /// So many bytes that belong to no record. They are skipped.
    Garbage(u64),
    /// A record that cannot be used, and why.
    Unusable(String),
    /// The end of the input.
    End,
}

/// A record: its headers, names in lower case, and its block of bytes.
pub struct Block {
    headers: Vec<(String, String)>,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether the length that it states is wrong.
    pub is_length_wrong: bool,
}

impl Block {
    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }
}

/// The records of an input.
pub struct Frames {
    input: Input,
    /// What has been read and not been consumed starts at `at`.
    buffer: Vec<u8>,
    at: usize,
    /// Where in the input the unconsumed bytes start.
    offset: u64,
    ended: bool,
    /// What ended the input, unless it was its end.
    error: Option<io::Error>,
    wrong_lengths: u32,
}

/// How a record's block ended.
enum End {
    Complete,
    WrongLength,
    TooLong(u64),
    Torn,
}

impl Frames {
    /// The records of `input`.
    pub fn new(input: Input) -> Frames {
        Frames { input, buffer: Vec::new(), at: 0, offset: 0, ended: false, error: None, wrong_lengths: 0 }
    }

    /// Where the next record, or what stands in its place, starts.
    pub fn offset(&mut self) -> u64 {
        self.skip_line_ends();
        self.offset
    }

    /// Whether nothing is left.
    pub fn is_at_end(&mut self) -> bool {
        self.ahead(1).is_empty()
    }

    /// What ended the input, unless it was its end.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// The next record. Its block may have `limit` bytes.
    pub fn next(&mut self, limit: usize) -> Frame {
        self.skip_line_ends();
        if self.ahead(1).is_empty() {
            return Frame::End;
        }
        if !is_start(self.ahead(LOOK_AHEAD)) {
            return Frame::Garbage(self.skip_to_next_start());
        }
        let headers = match self.headers() {
            Ok(headers) => headers,
            Err(reason) => {
                self.skip_to_next_start();
                return Frame::Unusable(reason);
            }
        };
        let stated = header(&headers, "content-length").and_then(|length| length.parse().ok());
        let mut bytes = Vec::new();
        let end = self.block(stated, limit, &mut bytes);
        if matches!(end, End::WrongLength) {
            self.wrong_lengths = self.wrong_lengths.saturating_add(1);
        }
        match end {
            End::Complete => Frame::Record(Block { headers, bytes, is_length_wrong: false }),
            End::WrongLength => Frame::Record(Block { headers, bytes, is_length_wrong: true }),
            End::TooLong(length) => {
                Frame::Unusable(format!("{length} bytes, more than {limit} (--max-record-bytes); skipped"))
            }
            End::Torn => Frame::Unusable(self.why_torn("record")),
        }
    }

    /// Whether the input was ended by something else than its end or what may follow compressed data.
    fn is_cut(&self) -> bool {
        self.error.as_ref().is_some_and(|error| Tail::of(error).is_none())
    }

    fn why_torn(&mut self, what: &str) -> String {
        match self.error.take_if(|error| Tail::of(error).is_none()) {
            Some(error) => error.to_string(),
            None => format!("truncated: the file ends within the {what}"),
        }
    }

    /// The header lines of the record that starts here.
    fn headers(&mut self) -> Result<Vec<(String, String)>, String> {
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut length = 0;
        let mut is_version = true;
        loop {
            let mut line = Vec::new();
            let is_complete = self.take_line(limits::WARC_HEADER_BYTES, &mut line);
            length += line.len();
            if length > limits::WARC_HEADER_BYTES {
                return Err(format!("more than {} bytes of headers", limits::WARC_HEADER_BYTES));
            }
            if !is_complete {
                return Err(self.why_torn("headers"));
            }
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end();
            if std::mem::take(&mut is_version) {
                continue;
            }
            if line.is_empty() {
                return Ok(headers);
            }
            match (headers.last_mut(), line.split_once(':')) {
                // A line that starts with a space goes on with the one before.
                (Some((_, value)), _) if line.starts_with([' ', '\t']) => {
                    value.push(' ');
                    value.push_str(line.trim_start());
                }
                (_, Some((name, value))) => headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
                (_, None) => {}
            }
        }
    }

    /// The block of a record of which the headers have been read.
    fn block(&mut self, stated: Option<u64>, limit: usize, bytes: &mut Vec<u8>) -> End {
        let believed = stated.filter(|stated| *stated <= limit as u64 && self.wrong_lengths < WRONG_LENGTHS);
        let Some(stated) = believed else {
            let most = stated.filter(|stated| *stated > limit as u64);
            let (is_at_start, length) = self.take_to_next_start(most, limit, bytes);
            return match is_at_start {
                _ if length > limit as u64 => End::TooLong(length),
                _ if Some(length) == stated => End::Complete,
                true => End::WrongLength,
                // Nothing tells this from a file that was cut.
                false => End::Torn,
            };
        };
        while (bytes.len() as u64) < stated {
            let missing = usize::try_from(stated - bytes.len() as u64).unwrap_or(usize::MAX);
            let ahead = self.ahead(1);
            let part = ahead.get(..missing).unwrap_or(ahead);
            if part.is_empty() {
                return if self.give_back_from_start(bytes) { End::WrongLength } else { End::Torn };
            }
            bytes.extend_from_slice(part);
            let taken = part.len();
            self.consume(taken);
        }
        let ahead = self.ahead(LOOK_AHEAD);
        let line_ends = ahead.iter().take_while(|byte| matches!(**byte, b'\r' | b'\n')).count();
        let after = ahead.get(line_ends..).unwrap_or_default();
        // What stands behind a proper end and is no record is rubbish, and none of this record's.
        if after.is_empty() || is_start(after) || ahead.starts_with(b"\r\n\r\n") {
            return End::Complete;
        }
        // Too long, and the next record is in it; or too short.
        let more = ahead.to_vec();
        bytes.extend_from_slice(&more);
        self.consume(more.len());
        if self.give_back_from_start(bytes) {
            return End::WrongLength;
        }
        match self.take_to_next_start(None, limit, bytes) {
            (_, length) if length > limit as u64 => End::TooLong(length),
            (false, _) if self.is_cut() => End::Torn,
            _ => End::WrongLength,
        }
    }

    /// Gives the record that starts within these bytes, and what follows it, back to the input; whether there is one.
    fn give_back_from_start(&mut self, bytes: &mut Vec<u8>) -> bool {
        let starts = memmem::find_iter(bytes, b"WARC/");
        let mut starts =
            starts.filter(|at| bytes.get(..*at).is_none_or(|before| before.is_empty() || before.ends_with(b"\n")));
        let Some(start) = starts.find(|at| bytes.get(*at..).is_some_and(is_start)) else {
            return false;
        };
        let rest = bytes.split_off(start);
        trim_line_ends(bytes);
        self.offset -= rest.len() as u64;
        let mut buffer = rest;
        buffer.extend_from_slice(self.buffer.get(self.at..).unwrap_or_default());
        self.buffer = buffer;
        self.at = 0;
        true
    }

    /// Takes bytes up to the next line that a record starts with, but no more than `most`. Keeps up to `limit` in `bytes`.
    /// Says whether there is such a line, and how many bytes there are with those that were in `bytes`.
    fn take_to_next_start(&mut self, most: Option<u64>, limit: usize, bytes: &mut Vec<u8>) -> (bool, u64) {
        let most = most.unwrap_or(u64::MAX);
        let mut length = bytes.len() as u64;
        let mut is_line_start = bytes.last().is_none_or(|byte| *byte == b'\n');
        while length < most {
            let ahead = self.ahead(LOOK_AHEAD);
            let is_at_start = is_line_start && is_start(ahead);
            if ahead.is_empty() || is_at_start {
                if length <= limit as u64 {
                    trim_line_ends(bytes);
                    length = length.min(bytes.len() as u64);
                }
                return (is_at_start, length);
            }
            let line = memchr::memchr(b'\n', ahead).map_or(ahead.len(), |end| end + 1);
            let count = usize::try_from(most - length).unwrap_or(usize::MAX).min(line);
            let part = ahead.get(..count).unwrap_or_default();
            is_line_start = part.ends_with(b"\n");
            length += count as u64;
            if length <= limit as u64 {
                bytes.extend_from_slice(part);
            }
            self.consume(count);
        }
        (false, length)
    }

    /// Goes on to the next line that a record starts with; how many bytes are between.
    fn skip_to_next_start(&mut self) -> u64 {
        self.take_to_next_start(None, 0, &mut Vec::new()).1
    }

    /// Takes a line; whether it is complete. What is longer than `limit` is left.
    fn take_line(&mut self, limit: usize, line: &mut Vec<u8>) -> bool {
        loop {
            let ahead = self.ahead(1);
            let end = memchr::memchr(b'\n', ahead);
            let part = ahead.get(..end.map_or(ahead.len(), |end| end + 1)).unwrap_or_default();
            line.extend_from_slice(part);
            let taken = part.len();
            self.consume(taken);
            if end.is_some() || line.len() > limit {
                return true;
            }
            if taken == 0 {
                return false;
            }
        }
    }

    fn skip_line_ends(&mut self) {
        loop {
            let ahead = self.ahead(1);
            let count = ahead.iter().take_while(|byte| matches!(**byte, b'\r' | b'\n')).count();
            if count == 0 {
                return;
            }
            self.consume(count);
        }
    }

    /// Unconsumed bytes: so many at least, unless the input ends before.
    fn ahead(&mut self, count: usize) -> &[u8] {
        while self.buffer.len() - self.at < count && !self.ended {
            self.buffer.drain(..self.at);
            self.at = 0;
            let start = self.buffer.len();
            self.buffer.resize(start + 64 * 1024, 0);
            let read = match self.input.read(self.buffer.get_mut(start..).unwrap_or_default()) {
                Ok(read) => {
                    self.ended = read == 0;
                    read
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => 0,
                Err(error) => {
                    self.error = Some(error);
                    self.ended = true;
                    0
                }
            };
            self.buffer.truncate(start + read);
        }
        self.buffer.get(self.at..).unwrap_or_default()
    }

    fn consume(&mut self, count: usize) {
        self.at += count;
        self.offset += count as u64;
    }
}

/// Whether a record starts here: `WARC/1.0` or another version, alone on its line.
fn is_start(bytes: &[u8]) -> bool {
    matches!(bytes, [b'W', b'A', b'R', b'C', b'/', b'0'..=b'9', b'.', b'0'..=b'9', after @ ..]
        if after.iter().find(|byte| !byte.is_ascii_digit()).is_none_or(|byte| matches!(byte, b'\r' | b'\n' | b' ')))
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Takes off the two line ends that stand between records.
fn trim_line_ends(bytes: &mut Vec<u8>) {
    for _ in 0..2 {
        if bytes.ends_with(b"\n") {
            bytes.pop();
            if bytes.ends_with(b"\r") {
                bytes.pop();
            }
        }
    }
}
