//! A text file: one document.

use std::io::Read;

use serde_json::Map;

use super::decompress::Tail;
use super::open::Input;
use super::sources::Source;
use super::{Item, Options, decode, fields};
use crate::article::Record;
use crate::error::Error;

/// Reads the document, and says what else is to be said about its file.
pub fn read(source: &Source, input: Input, options: &Options) -> (Item, Option<Item>) {
    let failure = |reason: &dyn ToString| Item::Failure(Error::file(&source.label, reason.to_string()));
    let limit = options.max_record_bytes;
    let mut bytes = Vec::new();
    let mut tail = None;
    if let Err(error) = input.take((limit as u64).saturating_add(1)).read_to_end(&mut bytes) {
        match Tail::of(&error) {
            None => return (failure(&error), None),
            Some(Tail::Zeros) => tail = Some(Item::Notice(format!("{}: {}", source.label, Tail::Zeros))),
            Some(Tail::Garbage) => tail = Some(failure(&Tail::Garbage)),
        }
    }
    if bytes.len() > limit {
        return (failure(&format!("longer than {limit} bytes (--max-record-bytes)")), tail);
    }
    let (text, replaced) = decode::utf8(bytes);
    if text.trim().is_empty() {
        return (failure(&"no text: there is nothing but white space"), tail);
    }
    let mut extra = Map::new();
    if options.keep_raw {
        fields::keep_raw(&mut extra, &text);
    }
    let warnings = decode::warning(replaced).into_iter().collect();
    let record = Record { id: source.id.clone(), url: None, title: None, text, html: None, extra, warnings };
    (Item::Record(record), tail)
}
