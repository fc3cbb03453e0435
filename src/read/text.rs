//! A text file: one document.

use super::open::Input;
use super::place::Place;
use super::sources::Source;
use super::{Item, Options, decode, fields, whole};
use crate::article::Record;
use crate::error::Error;

/// Reads the document, and says what else is to be said about its file.
pub fn read(source: &Source, input: Input, options: &Options) -> Vec<Item> {
    let whole = match whole::read(source, input, options) {
        Ok(whole) => whole,
        Err(items) => return items,
    };
    let (text, replaced) = decode::utf8(whole.bytes);
    let item = if text.trim().is_empty() {
        Item::Failure(Error::file(&source.label, "no text: there is nothing but white space"))
    } else {
        let mut record = Record {
            id: source.id.clone(),
            text,
            warnings: decode::warning(replaced).into_iter().collect(),
            ..Record::default()
        };
        fields::annotate(&mut record, &Place::whole(source), options);
        Item::Record(record)
    };
    std::iter::once(item).chain(whole.tail).collect()
}
