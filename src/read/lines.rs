//! Splits bytes into lines of bounded length. What is longer is skipped without being held in memory.

use std::io::{self, BufRead, BufReader, Read};

/// What one step of reading lines found. The line itself is in the buffer.
#[derive(Debug, Eq, PartialEq)]
pub enum Step {
    /// A line, without its line feed. The last one may have had none.
    Line,
    /// A line that was too long, of this many bytes.
    TooLong(u64),
    /// The end of the input.
    End,
}

/// Lines of an input.
pub struct Lines<R> {
    input: BufReader<R>,
    offset: u64,
}

impl<R: Read> Lines<R> {
    /// The lines of `input`, the first of which starts at that offset.
    pub fn new(input: R, offset: u64) -> Lines<R> {
        // Little enough that what is read is still in the caches when it is taken.
        Lines { input: BufReader::with_capacity(32 * 1024, input), offset }
    }

    /// Where the next line starts.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads the next line into `line`, which is cleared first. After an error, `line` holds what was read of it.
    pub fn next(&mut self, limit: usize, line: &mut Vec<u8>) -> io::Result<Step> {
        line.clear();
        let mut length: u64 = 0;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(step(length, limit, length == 0));
            }
            let end = memchr::memchr(b'\n', buffer);
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            length += part.len() as u64;
            if length <= limit as u64 {
                line.extend_from_slice(part);
            } else {
                line.clear();
            }
            let consumed = part.len() + usize::from(end.is_some());
            self.input.consume(consumed);
            self.offset += consumed as u64;
            if end.is_some() {
                return Ok(step(length, limit, false));
            }
        }
    }
}

fn step(length: u64, limit: usize, ended: bool) -> Step {
    match length {
        _ if ended => Step::End,
        length if length > limit as u64 => Step::TooLong(length),
        _ => Step::Line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_skipped_and_measured() {
        let mut lines = Lines::new(&b"satu\n\n12345678\n1234567\nakhir"[..], 3);
        let mut line = Vec::new();
        let mut next = || (lines.next(7, &mut line).unwrap(), String::from_utf8(line.clone()).unwrap());
        assert_eq!(next(), (Step::Line, "satu".to_owned()));
        assert_eq!(next(), (Step::Line, String::new()));
        assert_eq!(next(), (Step::TooLong(8), String::new()));
        assert_eq!(next(), (Step::Line, "1234567".to_owned()));
        assert_eq!(next(), (Step::Line, "akhir".to_owned()));
        assert_eq!(next().0, Step::End);
        assert_eq!(next().0, Step::End);
        assert_eq!(lines.offset(), 3 + 28);
    }
}
