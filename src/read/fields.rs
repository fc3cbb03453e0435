//! Which fields of a JSON object are the text, the id, the address and the headline, and what becomes of the others.
//!
//! Fields are found by name, whatever the case of its letters. What is not used up is passed through as it came.

use serde_json::{Map, Value};

use super::Options;
use crate::article::{Record, Warning};

/// Usual names of the field that holds the text, the likeliest first.
const TEXT: &[&str] = &[
    "text",
    "content",
    "raw_content",
    "body",
    "isi",
    "konten",
    "article",
    "maintext",
    "main_text",
    "article_text",
    "full_text",
    "fulltext",
    "raw_text",
    "raw",
    "plain_text",
    "plaintext",
    "teks",
    "artikel",
    "isi_berita",
    "berita",
    "articlebody",
    "article_body",
    "article_content",
    "content_text",
    "text_content",
    "cleaned_text",
    "document",
    "story",
    "kandungan",
];

/// Usual names of the field that holds the id.
const ID: &[&str] =
    &["id", "_id", "doc_id", "docid", "article_id", "articleid", "news_id", "record_id", "uuid", "guid"];

/// Usual names of the field that holds the address.
const URL: &[&str] = &["url", "link", "page_url", "article_url", "news_url", "permalink", "uri", "href", "tautan"];

/// Usual names of the field that holds the headline.
const TITLE: &[&str] = &["title", "judul", "headline", "tajuk"];

/// Keys of the output record, which fields that are passed through cannot have.
const TAKEN: &[&str] = &["schema_version", "id", "url", "text", "metadata", "confidence", "removed", "warnings"];

/// The field that `--keep-raw` makes.
const RAW: &str = "raw";

/// The record in an object. `place` is its id if it has none of its own. An error says why there is no record.
pub fn record(
    mut object: Map<String, Value>,
    place: impl FnOnce() -> String,
    options: &Options,
) -> Result<Record, String> {
    let text_field = text_field(&object, options)?;
    let Some(Value::String(text)) = object.shift_remove(&text_field) else {
        return Err("no text".to_owned());
    };
    let id = find(&object, options.id_field.as_deref(), ID, |value| match value {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let url = find(&object, options.url_field.as_deref(), URL, string);
    let title = find(&object, None, TITLE, string);
    // Under these names the output says the same again; under others the fields stay.
    for (name, used) in [("id", &id), ("url", &url)] {
        let spent = object.get(name).is_some_and(|value| value.is_null() || is_text_of(value, used.as_deref()));
        if spent {
            object.shift_remove(name);
        }
    }
    let (mut extra, warnings) = rename_taken(object, options.keep_raw);
    if options.keep_raw {
        keep_raw(&mut extra, &text);
    }
    Ok(Record { id: id.unwrap_or_else(place), url, title, text, html: None, extra, warnings })
}

/// Puts the raw text in front of the fields that are passed through.
pub fn keep_raw(extra: &mut Map<String, Value>, text: &str) {
    extra.shift_insert(0, RAW.to_owned(), Value::String(text.to_owned()));
}

/// The name of the field that holds the text.
fn text_field(object: &Map<String, Value>, options: &Options) -> Result<String, String> {
    let is_text = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    if let Some(name) = &options.text_field {
        return match object.get(name) {
            Some(value) if is_text(value) => Ok(name.clone()),
            Some(Value::String(_)) => Err(format!("no text: the field `{name}` is empty")),
            Some(_) => Err(format!("no text: the field `{name}` is not a string")),
            None => Err(format!("no text: there is no field `{name}`")),
        };
    }
    let mut reason = "no text: no field has a usual name (--text-field names another)".to_owned();
    for name in candidates(object, TEXT) {
        match object.get(name) {
            Some(value) if is_text(value) => return Ok(name.to_owned()),
            Some(Value::String(_)) => reason = format!("no text: the field `{name}` is empty"),
            _ => reason = format!("no text: the field `{name}` is not a string"),
        }
    }
    Err(reason)
}

/// The first field that is of use: the one named, or those with usual names.
fn find(
    object: &Map<String, Value>,
    named: Option<&str>,
    usual: &[&str],
    usable: impl Fn(&Value) -> Option<String>,
) -> Option<String> {
    match named {
        Some(name) => object.get(name).and_then(usable),
        None => candidates(object, usual).find_map(|name| object.get(name).and_then(&usable)),
    }
}

/// The object's keys among the usual names, in the order of those.
fn candidates<'a>(object: &'a Map<String, Value>, usual: &'a [&str]) -> impl Iterator<Item = &'a str> {
    usual.iter().filter_map(|name| {
        object
            .get_key_value(*name)
            .map(|(key, _)| key.as_str())
            .or_else(|| object.keys().map(String::as_str).find(|key| key.eq_ignore_ascii_case(name)))
    })
}

fn string(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Whether the value, written as text, is that text.
fn is_text_of(value: &Value, text: Option<&str>) -> bool {
    match value {
        Value::String(value) => value.is_empty() || Some(value.as_str()) == text,
        Value::Number(value) => Some(value.to_string().as_str()) == text,
        _ => false,
    }
}

/// Gives fields with names of our own others, and says so.
fn rename_taken(object: Map<String, Value>, raw_taken: bool) -> (Map<String, Value>, Vec<Warning>) {
    let is_taken = |name: &str| TAKEN.contains(&name) || (raw_taken && name == RAW);
    if !object.keys().any(|name| is_taken(name)) {
        return (object, Vec::new());
    }
    let mut renamed = Map::new();
    let mut warnings = Vec::new();
    let names: Vec<String> = object.keys().cloned().collect();
    for (name, value) in object {
        if !is_taken(&name) {
            renamed.insert(name, value);
            continue;
        }
        let mut other = format!("input_{name}");
        while names.contains(&other) {
            other.insert_str(0, "input_");
        }
        warnings.push(Warning {
            code: "renamed-field".to_owned(),
            message: format!("the input's field `{name}` is passed through as `{other}`"),
        });
        renamed.insert(other, value);
    }
    (renamed, warnings)
}
