//! Parquet: one record per row, columns by their names. What columns hold passes through as JSON; numbers, truth values,
//! lists and groups as such, dates, times and decimals as text, bytes that are no text as base64.
//!
//! Only so much of a column is held as a few rows need. The file must be one that can be sought in: what comes from a pipe
//! or compressed goes through a temporary file.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{self, AssertUnwindSafe};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use serde_json::{Map, Number, Value};

use super::charset::{self, Hints};
use super::decompress::Tail;
use super::open::Input;
use super::place::Place;
use super::sources::Source;
use super::{Item, Options, Records, fields, footer};
use crate::article::{Record, Warning};
use crate::error::Error;
use crate::limits;

/// Values of a column that are read at once.
const BATCH: usize = 32;

/// The records of one input.
pub struct Parquet {
    source: Source,
    /// `None` after the end, or after an error.
    rows: Option<RowIter<'static>>,
    /// Rows that the file says it has.
    count: i64,
    /// Rows read.
    number: u64,
    /// What is to be said first.
    pending: Option<Item>,
}

impl Parquet {
    /// The records of a file that can be sought in.
    pub fn of_file(source: Source, mut file: File, options: &Options) -> Result<Parquet, Error> {
        let length = file.metadata().map_or(0, |metadata| metadata.len());
        let (rows, count) = rows(&mut file, options).map_err(|reason| Error::file(&source.label, reason))?;
        // The start was read to tell the format.
        options.meter.add(length.saturating_sub(limits::SNIFF_BYTES as u64));
        Ok(Parquet { source, rows: Some(rows), count, number: 0, pending: None })
    }

    /// The records of any input.
    pub fn of_input(source: Source, input: Input, options: &Options) -> Result<Parquet, Error> {
        let fail = |reason: &dyn ToString| Error::file(&source.label, reason.to_string());
        let mut file = tempfile::tempfile().map_err(|error| fail(&format!("no temporary file: {error}")))?;
        let limit = limits::SPOOL_BYTES;
        let mut pending = None;
        match io::copy(&mut input.take(limit + 1), &mut file) {
            Ok(length) if length > limit => return Err(fail(&format!("more than {limit} bytes unpacked"))),
            Ok(_) => {}
            Err(error) => match Tail::of(&error) {
                None => return Err(fail(&error)),
                Some(Tail::Zeros) => pending = Some(Item::Notice(format!("{}: {error}", source.label))),
                Some(Tail::Garbage) => pending = Some(Item::Failure(fail(&error))),
            },
        }
        file.seek(SeekFrom::Start(0)).map_err(|error| fail(&error))?;
        let (rows, count) = rows(&mut file, options).map_err(|reason| fail(&reason))?;
        Ok(Parquet { source, rows: Some(rows), count, number: 0, pending })
    }

    fn failure(&self, reason: impl Into<String>) -> Item {
        Item::Failure(Error::Numbered { file: self.source.label.clone(), record: self.number, reason: reason.into() })
    }

    /// The record in a row.
    fn record(&self, row: Row, options: &Options) -> Result<Record, String> {
        let mut warnings = Vec::new();
        let mut object = Map::new();
        for (name, field) in row.into_columns() {
            let value = value(&name, field, options, &mut warnings);
            object.insert(name, value);
        }
        let size: usize = object.values().filter_map(Value::as_str).map(str::len).sum();
        if size > options.max_record_bytes {
            return Err(format!("{size} bytes, more than {} (--max-record-bytes); skipped", options.max_record_bytes));
        }
        let place = Place { source: &self.source, number: Some(self.number), record: self.number, offset: None };
        let mut record = fields::record(object.into_iter().collect(), &place, options)?;
        warnings.append(&mut record.warnings);
        record.warnings = warnings;
        Ok(record)
    }
}

impl Records for Parquet {
    fn next(&mut self, options: &Options) -> Option<Item> {
        if let Some(item) = self.pending.take() {
            return Some(item);
        }
        let rows = self.rows.as_mut()?;
        let row = guarded(|| rows.next().transpose());
        let missing = self.count.saturating_sub_unsigned(self.number);
        self.number += 1;
        let reason = match row {
            Ok(Some(row)) => {
                return Some(match self.record(row, options) {
                    Ok(record) => Item::Record(record),
                    Err(reason) => self.failure(reason),
                });
            }
            Ok(None) if missing <= 0 => None,
            Ok(None) => Some("corrupt Parquet data: the rows end here".to_owned()),
            Err(reason) => Some(reason),
        };
        self.rows = None;
        Some(self.failure(format!("{}; it and {} more rows were not read", reason?, missing.saturating_sub(1).max(0))))
    }
}

/// The rows of a file, and how many there should be. An error says why there are none.
fn rows(file: &mut File, options: &Options) -> Result<(RowIter<'static>, i64), String> {
    footer::check(file)?;
    let file = file.try_clone().map_err(|error| error.to_string())?;
    guarded(|| {
        let reader = SerializedFileReader::new(file)?;
        let metadata = reader.metadata().file_metadata();
        let count = metadata.num_rows();
        let columns = metadata.schema().get_fields().iter().map(|column| column.name().to_owned()).collect::<Vec<_>>();
        Ok((RowIter::from_file_into(Box::new(reader)).with_batch_size(BATCH), count, columns))
    })
    .and_then(|(rows, count, columns)| {
        if count == 0 {
            return Err("no records: the table has no rows".to_owned());
        }
        if columns.iter().any(|name| fields::may_hold_content(name, options)) {
            return Ok((rows, count));
        }
        let columns = columns.iter().take(20).map(String::as_str).collect::<Vec<_>>().join(", ");
        Err(format!("no column has a usual name (--text-field or --html-field names another); there are: {columns}"))
    })
}

/// Runs the Parquet crate, which panics on some malformed files.
fn guarded<T>(read: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, String> {
    match panic::catch_unwind(AssertUnwindSafe(read)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(format!("corrupt Parquet data: {error}")),
        Err(_) => Err("corrupt Parquet data".to_owned()),
    }
}

/// A column's value as JSON. How deep it nests is bounded with the schema.
fn value(name: &str, field: Field, options: &Options, warnings: &mut Vec<Warning>) -> Value {
    let float = |value: f64| Number::from_f64(value).map_or(Value::Null, Value::Number);
    match field {
        Field::Null => Value::Null,
        Field::Bool(value) => Value::Bool(value),
        Field::Byte(value) => value.into(),
        Field::Short(value) => value.into(),
        Field::Int(value) => value.into(),
        Field::Long(value) => value.into(),
        Field::UByte(value) => value.into(),
        Field::UShort(value) => value.into(),
        Field::UInt(value) => value.into(),
        Field::ULong(value) => value.into(),
        Field::Float16(value) => float(f64::from(value)),
        // The shortest digits that mean this number, not those of its neighbour in double precision.
        Field::Float(value) => value.to_string().parse().map_or(Value::Null, float),
        Field::Double(value) => float(value),
        Field::Str(value) => Value::String(value),
        Field::Bytes(value) => match String::from_utf8(value.data().to_vec()) {
            Ok(value) => Value::String(value),
            Err(error) if fields::may_hold_content(name, options) => {
                let decoded = charset::page(error.into_bytes(), Hints::default());
                warnings.extend(decoded.warnings);
                Value::String(decoded.text)
            }
            Err(error) => Value::String(BASE64.encode(error.as_bytes())),
        },
        Field::Group(row) => row
            .into_columns()
            .into_iter()
            .map(|(name, field)| {
                let value = value(&name, field, options, warnings);
                (name, value)
            })
            .collect::<Map<_, _>>()
            .into(),
        Field::ListInternal(list) => {
            list.elements().iter().map(|field| value("", field.clone(), options, warnings)).collect()
        }
        Field::MapInternal(map) => map
            .entries()
            .iter()
            .map(|(key, field)| {
                let key = match value("", key.clone(), options, warnings) {
                    Value::String(key) => key,
                    key => key.to_string(),
                };
                (key, value("", field.clone(), options, warnings))
            })
            .collect::<Map<_, _>>()
            .into(),
        other => Value::String(other.to_string()),
    }
}
