//! CSV and TSV: one record per row, columns by the names in the first row. A row that is no record costs itself only.

use serde_json::{Map, Value};

use super::charset::{self, Hints};
use super::decompress::Tail;
use super::open::Input;
use super::place::Place;
use super::rows::{Rows, Step, delimiter_of};
use super::sources::Source;
use super::{Item, Options, Records, decode, fields, guess, open};
use crate::article::Record;
use crate::error::Error;
use crate::limits;

/// The records of one input.
pub struct Table {
    source: Source,
    rows: Rows<Input>,
    names: Vec<String>,
    /// Rows found below the first.
    number: u64,
    ended: bool,
}

impl Table {
    /// The records of `input`, which starts so many bytes into the decompressed file. Without a delimiter, the one that
    /// stands most often in the first row.
    pub fn new(source: Source, input: Input, start: u64, delimiter: Option<u8>) -> Table {
        let input = open::peek(input, limits::SNIFF_BYTES);
        let delimiter = delimiter.unwrap_or_else(|| delimiter_of(input.head()));
        let rows = Rows::new(Box::new(input) as Input, start, delimiter);
        Table { source, rows, names: Vec::new(), number: 0, ended: false }
    }

    fn failure(&self, reason: impl Into<String>) -> Item {
        let (file, line) = (self.source.label.clone(), self.rows.line());
        Item::Failure(Error::Record { file, line, column: None, reason: reason.into() })
    }

    /// Takes the names of the columns from the row last read. An error says why there can be no records.
    fn read_names(&mut self, options: &Options) -> Result<(), String> {
        let mut names: Vec<String> = Vec::new();
        for (index, field) in self.rows.fields().enumerate() {
            let name = String::from_utf8_lossy(field).trim().to_owned();
            let mut name = if name.is_empty() { format!("column_{}", index + 1) } else { name };
            if names.contains(&name) {
                name = format!("{name}_{}", index + 1);
            }
            names.push(name);
        }
        if !names.iter().any(|name| fields::may_hold_content(name, options)) {
            let names = names.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ");
            return Err(format!(
                "no column has a usual name (--text-field or --html-field names another); the first row says: {names}"
            ));
        }
        self.names = names;
        Ok(())
    }

    /// The record in the row last read.
    fn record(&self, options: &Options) -> Result<Record, String> {
        let mut object = Map::new();
        let mut warnings = Vec::new();
        let count = self.rows.fields().count();
        if count != self.names.len() {
            return Err(format!("{count} fields in a table of {} columns", self.names.len()));
        }
        for (name, field) in self.names.iter().zip(self.rows.fields()) {
            let is_page = guess::is_page(field);
            let text = if is_page {
                let decoded = charset::page(field.to_vec(), Hints::default());
                warnings.extend(decoded.warnings);
                decoded.text
            } else {
                let (text, replaced) = decode::utf8(field.to_vec());
                warnings.extend(decode::warning(replaced));
                text
            };
            object.insert(name.clone(), Value::String(text));
        }
        let place = Place {
            source: &self.source,
            number: Some(self.rows.line()),
            record: self.number,
            offset: Some(self.rows.offset()),
        };
        let mut record = fields::record(object.into_iter().collect(), &place, options)?;
        warnings.append(&mut record.warnings);
        record.warnings = warnings;
        Ok(record)
    }

    /// What is to be said at the end, one thing at a time.
    fn end(&mut self) -> Option<Item> {
        if let Some(error) = self.rows.take_error() {
            return Some(match Tail::of(&error) {
                Some(Tail::Zeros) => Item::Notice(format!("{}: {error}", self.source.label)),
                Some(Tail::Garbage) | None => Item::Failure(Error::file(&self.source.label, error)),
            });
        }
        let is_empty = !std::mem::replace(&mut self.ended, true) && self.number == 0;
        let what = if self.names.is_empty() { "there are only blank lines" } else { "there is only a row of names" };
        is_empty.then(|| Item::Failure(Error::file(&self.source.label, format!("no records: {what}"))))
    }
}

impl Records for Table {
    fn next(&mut self, options: &Options) -> Option<Item> {
        loop {
            if self.ended {
                return self.end();
            }
            let step = self.rows.next(options.max_record_bytes);
            if step == Step::End {
                return self.end();
            }
            if self.names.is_empty() && step == Step::Row {
                if let Err(reason) = self.read_names(options) {
                    self.ended = true;
                    return Some(self.failure(reason));
                }
                continue;
            }
            self.number += 1;
            let reason = match step {
                Step::Row => match self.record(options) {
                    Ok(record) => return Some(Item::Record(record)),
                    Err(reason) => reason,
                },
                Step::TooLong(length) => format!(
                    "{length} bytes, more than {} (--max-record-bytes); skipped. A quote that is not closed makes long rows",
                    options.max_record_bytes
                ),
                Step::TooWide => "more columns than any table has; skipped".to_owned(),
                Step::Torn => self.rows.why_torn(),
                Step::End => return None,
            };
            if self.names.is_empty() {
                // Without names the rows below mean nothing.
                self.ended = true;
            }
            return Some(self.failure(reason));
        }
    }
}
