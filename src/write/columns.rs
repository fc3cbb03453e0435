//! The columns of a record in formats that have columns: their names, their order, their types.

use serde_json::Value;

use super::Detail;
use super::record::{RemovedList, SCHEMA_VERSION, rounded};
use crate::article::{Article, Metadata, Record};

/// What a column holds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Type {
    /// Text, or nothing.
    Text,
    /// A whole number.
    Number,
    /// A number.
    Fraction,
    /// A list of texts.
    Texts,
    /// A list of things with these fields: of text, or, where marked, whole numbers.
    Things(&'static [(&'static str, Type)]),
    /// Anything, as JSON, or nothing.
    Json,
}

/// The columns, in order. What stands in the record's `metadata` has a column of its own.
pub const COLUMNS: [(&str, Type); 25] = [
    ("schema_version", Type::Number),
    ("id", Type::Text),
    ("url", Type::Text),
    ("text", Type::Text),
    ("title", Type::Text),
    ("authors", Type::Texts),
    ("editors", Type::Texts),
    ("published", Type::Text),
    ("modified", Type::Text),
    ("portal", Type::Text),
    ("place", Type::Text),
    ("dateline", Type::Text),
    ("section", Type::Text),
    ("description", Type::Text),
    ("tags", Type::Texts),
    ("captions", Type::Texts),
    ("source", Type::Text),
    ("related", Type::Things(&[("title", Type::Text), ("url", Type::Text)])),
    ("language", Type::Text),
    ("image", Type::Text),
    ("canonical_url", Type::Text),
    ("confidence", Type::Fraction),
    (
        "removed",
        Type::Things(&[
            ("kind", Type::Text),
            ("rule", Type::Text),
            ("start", Type::Number),
            ("end", Type::Number),
            ("path", Type::Text),
            ("text", Type::Text),
        ]),
    ),
    ("warnings", Type::Things(&[("code", Type::Text), ("message", Type::Text)])),
    ("extra", Type::Json),
];

/// A record's values, one for each of [`COLUMNS`].
pub fn row(record: &Record, article: &Article, detail: Detail) -> Vec<Value> {
    let Metadata {
        title,
        authors,
        editors,
        published,
        modified,
        portal,
        place,
        dateline,
        section,
        description,
        tags,
        captions,
        source,
        related,
        language,
        image,
        canonical_url,
    } = &article.metadata;
    let flat = article.flat.as_deref().unwrap_or(&record.text);
    let extra = if record.extra.is_empty() { Value::Null } else { Value::Object(record.extra.clone()) };
    vec![
        SCHEMA_VERSION.into(),
        article.id.as_str().into(),
        article.url.as_deref().into(),
        article.text.as_str().into(),
        title.as_deref().into(),
        authors.as_slice().into(),
        editors.as_slice().into(),
        published.as_deref().into(),
        modified.as_deref().into(),
        portal.as_deref().into(),
        place.as_deref().into(),
        dateline.as_deref().into(),
        section.as_deref().into(),
        description.as_deref().into(),
        tags.as_slice().into(),
        captions.as_slice().into(),
        source.as_deref().into(),
        list(related),
        language.as_deref().into(),
        image.as_deref().into(),
        canonical_url.as_deref().into(),
        rounded(article.confidence).into(),
        list(RemovedList { flat, removed: &article.removed, detail }),
        list(&article.warnings),
        extra,
    ]
}

/// A list of plain things as a value.
fn list(things: impl serde::Serialize) -> Value {
    serde_json::to_value(things).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_record_has_a_column() {
        let (record, article) = (Record::default(), Article::default());
        assert_eq!(row(&record, &article, Detail::None).len(), COLUMNS.len());
        let Value::Object(metadata) = serde_json::to_value(&article.metadata).unwrap() else { panic!() };
        for key in metadata.keys() {
            assert!(COLUMNS.iter().any(|(name, _)| name == key), "no column {key}");
        }
    }
}
