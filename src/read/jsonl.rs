//! JSON Lines: one record per line. A line that is no record costs itself only.
//!
//! Of a key that stands twice in an object the last value counts. Numbers keep all their digits.

use super::decompress::Tail;
use super::fields;
use super::lines::{Lines, Step};
use super::open::Input;
use super::place::Place;
use super::sources::Source;
use super::{Item, Options, Records, decode, surrogates};
use crate::article::{Record, Warning};
use crate::error::Error;

/// The records of one input.
pub struct Jsonl {
    source: Source,
    lines: Lines<Input>,
    /// Number of the line last read, from 1.
    number: u64,
    /// Records found, lines that are none among them; blank lines are not.
    found: u64,
    /// Where the line last read starts.
    offset: u64,
    line: Vec<u8>,
    ended: bool,
    pending: Option<Item>,
}

impl Jsonl {
    /// The records of `input`, which starts so many bytes into the decompressed file.
    pub fn new(source: Source, input: Input, start: u64) -> Jsonl {
        Jsonl {
            source,
            lines: Lines::new(input, start),
            number: 0,
            found: 0,
            offset: start,
            // Memory that grows step by step is taken from the system anew at each step.
            line: Vec::with_capacity(LINE_BYTES),
            ended: false,
            pending: None,
        }
    }

    fn failure(&self, column: Option<usize>, reason: impl Into<String>) -> Item {
        Item::Failure(Error::Record {
            file: self.source.label.clone(),
            line: self.number,
            column,
            reason: reason.into(),
        })
    }

    fn record(&self, options: &Options) -> Result<Record, Unusable> {
        let (line, replaced) = decode::utf8_of(&self.line);
        let mut warnings: Vec<Warning> = decode::warning(replaced).into_iter().collect();
        let fields = match fields::parse(&line) {
            Ok(fields) => fields,
            Err(error) => {
                let Some((repaired, count)) = surrogates::repair(&line) else {
                    return Err(malformed(&line, &error));
                };
                warnings.push(Warning {
                    code: "lone-surrogate".to_owned(),
                    message: format!(
                        "{count} half surrogate pair(s) in escapes such as \\ud83d were replaced by U+FFFD"
                    ),
                });
                fields::parse(&repaired).map_err(|error| malformed(&repaired, &error))?
            }
        };
        let place =
            Place { source: &self.source, number: Some(self.number), record: self.found, offset: Some(self.offset) };
        let mut record = fields::record(fields, &place, options).map_err(|reason| Unusable { column: None, reason })?;
        warnings.append(&mut record.warnings);
        record.warnings = warnings;
        Ok(record)
    }
}

impl Records for Jsonl {
    fn next(&mut self, options: &Options) -> Option<Item> {
        loop {
            if let Some(item) = self.pending.take() {
                return Some(item);
            }
            if self.ended {
                return None;
            }
            self.number += 1;
            self.offset = self.lines.offset();
            match self.lines.next(options.max_record_bytes, &mut self.line) {
                Ok(Step::Line) => {}
                Ok(Step::TooLong(length)) => {
                    self.found += 1;
                    let limit = options.max_record_bytes;
                    return Some(
                        self.failure(None, format!("{length} bytes, more than {limit} (--max-record-bytes); skipped")),
                    );
                }
                Ok(Step::End) => {
                    self.ended = true;
                    return (self.found == 0).then(|| {
                        Item::Failure(Error::file(&self.source.label, "no records: there are only blank lines"))
                    });
                }
                Err(error) => {
                    self.ended = true;
                    match Tail::of(&error) {
                        // The data is complete, so what has been read of the last line is all of it.
                        Some(Tail::Zeros) => {
                            self.pending = Some(Item::Notice(format!("{}: {error}", self.source.label)))
                        }
                        Some(Tail::Garbage) => {
                            self.pending = Some(Item::Failure(Error::file(&self.source.label, error)))
                        }
                        // The last line is torn; its half is not a record.
                        None => return Some(self.failure(None, error.to_string())),
                    }
                }
            }
            if self.line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.found += 1;
            let record = self.record(options);
            // The next line is hardly as long as a long one.
            self.line.clear();
            self.line.shrink_to(KEPT_BYTES);
            return Some(match record {
                Ok(record) => Item::Record(record),
                Err(Unusable { column, reason }) => self.failure(column, reason),
            });
        }
    }
}

/// Bytes that most lines have at most, and bytes of memory that are kept from one line to the next.
const LINE_BYTES: usize = 32 * 1024;
const KEPT_BYTES: usize = 256 * 1024;

/// Why a line is no record, and where in it.
struct Unusable {
    column: Option<usize>,
    reason: String,
}

fn malformed(line: &str, error: &serde_json::Error) -> Unusable {
    if !line.trim_start().starts_with('{') {
        return Unusable { column: None, reason: "not a JSON object".to_owned() };
    }
    // The parser counts lines too, and sees only one.
    let message = error.to_string();
    let reason = message.rsplit_once(" at line ").map_or(message.as_str(), |(reason, _)| reason);
    Unusable { column: Some(error.column()), reason: format!("malformed JSON: {reason}") }
}

impl std::fmt::Debug for Jsonl {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Jsonl")
            .field("source", &self.source)
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}
