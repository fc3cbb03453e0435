//! Where a record stands: its id if it has none of its own, and its provenance.

use serde_json::{Map, Value, json};

use super::sources::Source;

/// Name of the field that `--provenance` adds.
pub const PROVENANCE: &str = "provenance";

/// The place of a record.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The input that it stands in.
    pub source: &'a Source,
    /// The number that its id ends in, from 1; `None` if it is all of the input.
    pub number: Option<u64>,
    /// Which record of the input it is, from 1.
    pub record: u64,
    /// Where it starts, in bytes of the decompressed input, if that can be said.
    pub offset: Option<u64>,
}

impl<'a> Place<'a> {
    /// The place of a record that is all of its input.
    pub fn whole(source: &'a Source) -> Place<'a> {
        Place { source, number: None, record: 1, offset: Some(0) }
    }

    /// The id of a record that has none of its own.
    pub fn id(&self) -> String {
        match self.number {
            None => self.source.id.clone(),
            Some(number) => format!("{}:{number}", self.source.id),
        }
    }

    /// Puts the provenance in front of the fields that are passed through.
    pub fn note(&self, extra: &mut Map<String, Value>) {
        let file = if self.source.path.is_some() { &self.source.label } else { "-" };
        let provenance = json!({"file": file, "record": self.record, "offset": self.offset});
        extra.shift_insert(0, PROVENANCE.to_owned(), provenance);
    }
}
