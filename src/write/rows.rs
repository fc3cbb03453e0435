//! Parquet: records as rows with typed columns, in row groups that are small enough to be held.
//!
//! Lists are three-level lists as the format's specification asks for; `extra` is JSON.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type as Schema, TypePtr};
use serde_json::Value;

use super::columns::{COLUMNS, Type};
use super::encode::Bottom;
use crate::limits;

/// A record's values, one for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The values.
    pub values: Vec<Value>,
    /// About how many bytes they are.
    pub bytes: usize,
}

impl Row {
    /// A row of these values.
    pub(super) fn new(values: Vec<Value>) -> Row {
        let mut bytes = 0;
        let mut left: Vec<&Value> = values.iter().collect();
        while let Some(value) = left.pop() {
            match value {
                Value::String(text) => bytes += text.len(),
                Value::Array(items) => left.extend(items),
                Value::Object(fields) => left.extend(fields.values()),
                Value::Null | Value::Bool(_) | Value::Number(_) => bytes += 8,
            }
        }
        Row { values, bytes }
    }
}

/// A Parquet file being written.
pub struct Rows {
    /// `None` once it is sealed.
    writer: Option<SerializedFileWriter<Counted>>,
    sealed: Option<Box<dyn Bottom>>,
    group: Vec<Row>,
    bytes: usize,
    length: u64,
}

impl Rows {
    /// Starts a file.
    pub fn new(bottom: Box<dyn Bottom>) -> io::Result<Rows> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(Default::default()))
            .set_created_by(format!("kupas {}", env!("CARGO_PKG_VERSION")))
            .build();
        let schema = schema().map_err(io::Error::other)?;
        let bottom = Counted { bottom, bytes: 0 };
        let writer = SerializedFileWriter::new(bottom, schema, Arc::new(properties)).map_err(failure)?;
        Ok(Rows { writer: Some(writer), sealed: None, group: Vec::new(), bytes: 0, length: 0 })
    }

    /// Adds a row.
    pub fn add(&mut self, row: &Row) -> io::Result<()> {
        self.bytes += row.bytes;
        self.group.push(row.clone());
        if self.bytes >= limits::ROW_GROUP_BYTES || self.group.len() >= limits::ROW_GROUP_ROWS {
            self.end_group()?;
        }
        Ok(())
    }

    /// Bytes of it, once it is sealed.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Writes what is left and the footer.
    pub fn seal(&mut self) -> io::Result<()> {
        self.end_group()?;
        let Some(writer) = self.writer.take() else {
            return Ok(());
        };
        // Writes the footer, too.
        let Counted { mut bottom, bytes } = writer.into_inner().map_err(failure)?;
        self.length = bytes;
        bottom.flush()?;
        bottom.sync()?;
        self.sealed = Some(bottom);
        Ok(())
    }

    /// Puts what was sealed in place.
    pub fn publish(self) -> io::Result<()> {
        self.sealed.map_or(Ok(()), Bottom::publish)
    }

    fn end_group(&mut self) -> io::Result<()> {
        let rows = std::mem::take(&mut self.group);
        self.bytes = 0;
        if let (false, Some(writer)) = (rows.is_empty(), &mut self.writer) {
            write_group(writer, &rows).map_err(failure)?;
        }
        Ok(())
    }
}

fn write_group(writer: &mut SerializedFileWriter<Counted>, rows: &[Row]) -> Result<(), ParquetError> {
    let mut group = writer.next_row_group()?;
    for (number, (_, of)) in COLUMNS.iter().enumerate() {
        let values = || rows.iter().map(|row| row.values.get(number).unwrap_or(&Value::Null));
        let leaves: Vec<Leaf> = match of {
            Type::Text | Type::Number | Type::Fraction | Type::Json => vec![Leaf::plain(values())],
            Type::Texts => vec![Leaf::listed(values(), |item| item)],
            Type::Things(fields) => fields
                .iter()
                .map(|(name, _)| Leaf::listed(values(), |item| item.get(name).unwrap_or(&Value::Null)))
                .collect(),
        };
        for leaf in leaves {
            let Some(mut column) = group.next_column()? else {
                return Err(ParquetError::General("fewer columns than expected".to_owned()));
            };
            leaf.write(column.untyped())?;
            column.close()?;
        }
    }
    group.close()?;
    Ok(())
}

/// Counts the bytes on their way to the bottom.
struct Counted {
    bottom: Box<dyn Bottom>,
    bytes: u64,
}

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.bottom.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.bottom.flush()
    }
}

/// The values of a column with what says where they belong: how much of the way down is there, and from where it repeats.
struct Leaf<'a> {
    values: Vec<&'a Value>,
    depths: Vec<i16>,
    repeats: Option<Vec<i16>>,
}

impl<'a> Leaf<'a> {
    /// A column with one value a row.
    fn plain(values: impl Iterator<Item = &'a Value>) -> Leaf<'a> {
        let mut leaf = Leaf { values: Vec::new(), depths: Vec::new(), repeats: None };
        for value in values {
            leaf.push(value, 0);
        }
        leaf
    }

    /// A column, or a field of one, with a list in every row.
    fn listed(values: impl Iterator<Item = &'a Value>, field: impl Fn(&'a Value) -> &'a Value) -> Leaf<'a> {
        let mut leaf = Leaf { values: Vec::new(), depths: Vec::new(), repeats: None };
        let mut repeats = Vec::new();
        for value in values {
            let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
            if items.is_empty() {
                leaf.depths.push(0);
                repeats.push(0);
            }
            for (number, item) in items.iter().enumerate() {
                leaf.push(field(item), 1);
                repeats.push(i16::from(number > 0));
            }
        }
        leaf.repeats = Some(repeats);
        leaf
    }

    fn push(&mut self, value: &'a Value, depth: i16) {
        if value.is_null() {
            self.depths.push(depth);
        } else {
            self.depths.push(depth + 1);
            self.values.push(value);
        }
    }

    fn write(&self, column: &mut ColumnWriter<'_>) -> Result<(), ParquetError> {
        let (depths, repeats) = (Some(self.depths.as_slice()), self.repeats.as_deref());
        match column {
            ColumnWriter::ByteArrayColumnWriter(column) => {
                let text = |value: &&Value| match value {
                    Value::String(text) => ByteArray::from(text.as_str()),
                    other => ByteArray::from(other.to_string().into_bytes()),
                };
                let values: Vec<ByteArray> = self.values.iter().map(text).collect();
                column.write_batch(&values, depths, repeats)?;
            }
            ColumnWriter::Int64ColumnWriter(column) => {
                let values: Vec<i64> = self.values.iter().map(|value| value.as_i64().unwrap_or(0)).collect();
                column.write_batch(&values, depths, repeats)?;
            }
            ColumnWriter::DoubleColumnWriter(column) => {
                let values: Vec<f64> = self.values.iter().map(|value| value.as_f64().unwrap_or(0.0)).collect();
                column.write_batch(&values, depths, repeats)?;
            }
            _ => return Err(ParquetError::General("a column of another type than expected".to_owned())),
        }
        Ok(())
    }
}

/// Every value is optional, every list is there and may be empty.
fn schema() -> Result<TypePtr, ParquetError> {
    let mut columns = Vec::with_capacity(COLUMNS.len());
    for (name, of) in COLUMNS {
        columns.push(match of {
            Type::Text | Type::Number | Type::Fraction | Type::Json => value(name, of)?,
            Type::Texts => list(name, value("element", Type::Text)?)?,
            Type::Things(fields) => {
                let fields: Result<Vec<TypePtr>, _> = fields.iter().map(|(name, of)| value(name, *of)).collect();
                let element = Schema::group_type_builder("element").with_repetition(Repetition::REQUIRED);
                list(name, Arc::new(element.with_fields(fields?).build()?))?
            }
        });
    }
    Ok(Arc::new(Schema::group_type_builder("record").with_fields(columns).build()?))
}

fn value(name: &str, of: Type) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match of {
        Type::Number => (Physical::INT64, None),
        Type::Fraction => (Physical::DOUBLE, None),
        Type::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        Type::Text | Type::Texts | Type::Things(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    };
    let leaf = Schema::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    Ok(Arc::new(leaf.with_logical_type(logical).build()?))
}

fn list(name: &str, element: TypePtr) -> Result<TypePtr, ParquetError> {
    let items = Schema::group_type_builder("list").with_repetition(Repetition::REPEATED).with_fields(vec![element]);
    let list = Schema::group_type_builder(name).with_repetition(Repetition::REQUIRED);
    let list = list.with_logical_type(Some(LogicalType::List)).with_fields(vec![Arc::new(items.build()?)]);
    Ok(Arc::new(list.build()?))
}

/// What failed below is what failed.
fn failure(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        other => io::Error::other(other),
    }
}
