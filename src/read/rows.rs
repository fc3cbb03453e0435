//! Splits CSV and its kin into rows and fields, in bounded memory: what is too long or too wide is skipped unread.

use std::io::{self, BufRead, BufReader, ErrorKind, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::decompress::Tail;
use crate::limits;

/// What one step found. The row itself is in [`Rows::fields`].
#[derive(Debug, Eq, PartialEq)]
pub enum Step {
    /// A row.
    Row,
    /// A row that was too long, of this many bytes.
    TooLong(u64),
    /// A row with more fields than any table has.
    TooWide,
    /// A row that the end of the input cut.
    Torn,
    /// The end of the input.
    End,
}

/// The rows of an input.
pub struct Rows<R> {
    input: BufReader<R>,
    parser: Reader,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// How many fields the row last read has.
    count: usize,
    /// Where we are.
    at: u64,
    at_line: u64,
    /// Where the row last read starts.
    offset: u64,
    line: u64,
    /// What ended the input, unless it was its end.
    error: Option<io::Error>,
}

impl<R: Read> Rows<R> {
    /// The rows of `input`, which starts so many bytes into the decompressed file.
    pub fn new(input: R, start: u64, delimiter: u8) -> Rows<R> {
        Rows {
            input: BufReader::with_capacity(128 * 1024, input),
            parser: ReaderBuilder::new().delimiter(delimiter).build(),
            fields: vec![0; 16 * 1024],
            ends: vec![0; 64],
            count: 0,
            at: start,
            at_line: 1,
            offset: start,
            line: 1,
            error: None,
        }
    }

    /// Where the row last read starts: its byte in the decompressed input.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Where the row last read starts: its line, from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// What ended the input, unless it was its end.
    pub fn take_error(&mut self) -> Option<io::Error> {
        self.error.take()
    }

    /// Why the row last read is torn.
    pub fn why_torn(&mut self) -> String {
        match self.error.take_if(|error| Tail::of(error).is_none()) {
            Some(error) => error.to_string(),
            None => "truncated: a quote is not closed".to_owned(),
        }
    }

    /// The fields of the row last read, as they were between the delimiters, quotes undone.
    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let ends = self.ends.get(..self.count).unwrap_or_default();
        let starts = std::iter::once(&0).chain(ends);
        starts.zip(ends).map(|(start, end)| self.fields.get(*start..*end).unwrap_or_default())
    }

    /// Reads the next row, which may have `limit` bytes.
    pub fn next(&mut self, limit: usize) -> Step {
        self.skip_blank_lines();
        (self.offset, self.line) = (self.at, self.at_line);
        let (mut length, mut quotes, mut last) = (0, 0, 0);
        let (mut filled, mut count, mut is_too_wide) = (0, 0, false);
        let is_at_end = loop {
            let buffer = fill(&mut self.input, &mut self.error);
            let is_at_end = buffer.is_empty();
            let (result, read, written, ends) = self.parser.read_record(
                buffer,
                self.fields.get_mut(filled..).unwrap_or_default(),
                self.ends.get_mut(count..).unwrap_or_default(),
            );
            let taken = buffer.get(..read).unwrap_or_default();
            quotes += memchr::memchr_iter(b'"', taken).count();
            self.at_line += memchr::memchr_iter(b'\n', taken).count() as u64;
            last = taken.last().copied().unwrap_or(last);
            self.input.consume(read);
            self.at += read as u64;
            length += read as u64;
            filled += written;
            count += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if length > limit as u64 => filled = 0,
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if count >= limits::COLUMNS => (is_too_wide, count) = (true, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break is_at_end,
                ReadRecordResult::End => return Step::End,
            }
        };
        self.count = count;
        if length > limit as u64 {
            Step::TooLong(length)
        } else if is_at_end && self.is_torn(quotes, last) {
            Step::Torn
        } else if is_too_wide {
            Step::TooWide
        } else {
            Step::Row
        }
    }

    /// Whether the row that the end of the input ended is not all there: reading failed, or a quote is still open.
    fn is_torn(&self, quotes: usize, last: u8) -> bool {
        let is_cut = self.error.as_ref().is_some_and(|error| Tail::of(error).is_none());
        // A line feed that ends the input is part of a field only within quotes. Without one, and with a quote too many,
        // nobody can tell.
        let is_open = last != b'\n' || self.fields().last().is_some_and(|field| field.ends_with(b"\n"));
        is_cut || (quotes % 2 == 1 && is_open)
    }

    fn skip_blank_lines(&mut self) {
        loop {
            let buffer = fill(&mut self.input, &mut self.error);
            let blank = buffer.iter().take_while(|byte| matches!(**byte, b'\r' | b'\n')).count();
            if blank == 0 {
                return;
            }
            self.at_line += memchr::memchr_iter(b'\n', buffer.get(..blank).unwrap_or_default()).count() as u64;
            self.input.consume(blank);
            self.at += blank as u64;
        }
    }
}

/// What is buffered, at least a byte unless the input has ended.
fn fill<'a, R: Read>(input: &'a mut BufReader<R>, failed: &mut Option<io::Error>) -> &'a [u8] {
    while input.buffer().is_empty() && failed.is_none() {
        match input.fill_buf() {
            Ok([]) => break,
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => *failed = Some(error),
        }
    }
    input.buffer()
}

/// The delimiter that stands most often in the first line, quoted fields left out; a comma if there is none.
pub fn delimiter_of(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let plain = line.split(|byte| *byte == b'"').step_by(2);
    let bytes = plain.collect::<Vec<_>>().concat();
    let often = |delimiter: u8| memchr::memchr_iter(delimiter, &bytes).count();
    // Of the last two, which are as often, the later wins.
    [b'|', b'\t', b';', b','].into_iter().max_by_key(|delimiter| often(*delimiter)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(input: &[u8], limit: usize) -> Vec<(Step, u64, u64, Vec<String>)> {
        let mut rows = Rows::new(input, 0, delimiter_of(input));
        let mut found = Vec::new();
        loop {
            let step = rows.next(limit);
            if step == Step::End {
                return found;
            }
            let fields = rows.fields().map(|field| String::from_utf8_lossy(field).into_owned()).collect();
            found.push((step, rows.line(), rows.offset(), fields));
        }
    }

    fn row(line: u64, offset: u64, fields: &[&str]) -> (Step, u64, u64, Vec<String>) {
        (Step::Row, line, offset, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn rows_know_where_they_start() {
        assert_eq!(
            all(b"id,text\r\n\n1,\"a\nb \"\"c\"\"\"\r\n2,\n\n3,x", 99),
            [
                row(1, 0, &["id", "text"]),
                row(3, 10, &["1", "a\nb \"c\""]),
                row(5, 25, &["2", ""]),
                row(7, 29, &["3", "x"])
            ]
        );
        for (input, fields) in [("a;b,c;d\n", 3), ("a\tb\n", 2), ("a|b|c", 3), ("\"a;b;c\",d\n", 2), ("a b\n", 1)] {
            assert_eq!(all(input.as_bytes(), 99)[0].3.len(), fields, "{input}");
        }
    }

    #[test]
    fn rows_that_are_too_long_or_too_wide_are_skipped() {
        let input = format!("a,b\n{},x\n1,2\n{}\n3,4\n", "y".repeat(500_000), ",".repeat(limits::COLUMNS * 2));
        let rows = all(input.as_bytes(), 100_000);
        assert_eq!(rows[1].0, Step::TooLong(500_003));
        assert_eq!(rows[2], row(3, 500_007, &["1", "2"]));
        assert_eq!(rows[3].0, Step::TooWide);
        assert_eq!(rows[4].3, ["3", "4"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_a_cut() {
        for (input, last) in [
            ("a,b\n1,\"x\n", Step::Torn),
            ("a,b\n1,\"x", Step::Torn),
            ("a,b\n1,\"x\"", Step::Row),
            ("a,b\n1,5\" pipa\n", Step::Row),
            ("a,b\n1,", Step::Row),
        ] {
            assert_eq!(all(input.as_bytes(), 99).pop().unwrap().0, last, "{input}");
        }
    }
}
