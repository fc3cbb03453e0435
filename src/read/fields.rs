//! Which fields of a JSON object (or columns of a table) are the page or the text, the id, the address and the headline,
//! and what becomes of the others.
//!
//! Fields are found by name, whatever the case of its letters. What is not used up is passed through as it came.

use serde_json::{Map, Value};

use super::place::{PROVENANCE, Place};
use super::{Options, guess};
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

/// Usual names of the field that holds the page.
const HTML: &[&str] = &[
    "html",
    "raw_html",
    "html_content",
    "page_html",
    "html_source",
    "source_html",
    "content_html",
    "body_html",
    "article_html",
    "full_html",
    "html_text",
    "htmltext",
    "html_body",
    "html_raw",
    "rawhtml",
    "page_source",
    "page_content",
    "response_body",
    "markup",
    "page",
    "source",
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

/// The field that `--flat` makes.
const FLAT: &str = "flat";

/// The record in an object that stands at that place. An error says why there is no record.
pub fn record(mut object: Map<String, Value>, place: &Place<'_>, options: &Options) -> Result<Record, String> {
    let (text, html) = match take_content(&mut object, options)? {
        Content::Text(text) => (text, None),
        Content::Page(page) => (String::new(), Some(page)),
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
    let (extra, warnings) = rename_taken(object, options);
    let mut record = Record { id: id.unwrap_or_else(|| place.id()), url, title, text, html, extra, warnings };
    annotate(&mut record, place, options);
    Ok(record)
}

/// Adds to a record what the options ask for: its raw content, its provenance, an address if it has none.
pub fn annotate(record: &mut Record, place: &Place<'_>, options: &Options) {
    if options.keep_raw {
        let raw = record.html.as_ref().unwrap_or(&record.text).clone();
        record.extra.shift_insert(0, RAW.to_owned(), Value::String(raw));
    }
    if options.provenance {
        place.note(&mut record.extra);
    }
    if record.url.is_none() {
        record.url.clone_from(&options.url);
    }
}

/// Whether a field of that name may hold a page or a text.
pub fn may_hold_content(name: &str, options: &Options) -> bool {
    let is_usual = |usual: &[&str]| usual.iter().any(|usual| usual.eq_ignore_ascii_case(name));
    match (&options.html_field, &options.text_field) {
        (None, None) => is_usual(HTML) || is_usual(TEXT),
        (html, text) => [html, text].into_iter().flatten().any(|named| named == name),
    }
}

/// What a record is about.
enum Content {
    Text(String),
    Page(String),
}

/// Takes the page or the text out of the object. A page is preferred: it says more.
fn take_content(object: &mut Map<String, Value>, options: &Options) -> Result<Content, String> {
    let (name, is_page) = match html_field(object, options) {
        Ok(Some(name)) => (name, true),
        Ok(None) => (text_field(object, options)?, false),
        Err(reason) if options.text_field.is_none() => return Err(reason),
        Err(_) => (text_field(object, options)?, false),
    };
    match object.shift_remove(&name) {
        Some(Value::String(page)) if is_page || guess::is_page(page.as_bytes()) => Ok(Content::Page(page)),
        Some(Value::String(text)) => Ok(Content::Text(text)),
        _ => Err("no text".to_owned()),
    }
}

/// The name of the field that holds the page, if there is one. An error if one was named that is of no use.
fn html_field(object: &Map<String, Value>, options: &Options) -> Result<Option<String>, String> {
    if let Some(name) = &options.html_field {
        return named_field(object, name, "page").map(Some);
    }
    if options.text_field.is_some() {
        return Ok(None);
    }
    // Names such as `page` and `source` may stand for a number or an outlet: markup tells.
    let is_page = |name: &&str, value: &Value| {
        value.as_str().is_some_and(|page| {
            if name.to_ascii_lowercase().contains("html") { !page.trim().is_empty() } else { page.contains("</") }
        })
    };
    Ok(candidates(object, HTML)
        .find(|name| object.get(*name).is_some_and(|value| is_page(name, value)))
        .map(str::to_owned))
}

/// The name of the field that holds the text.
fn text_field(object: &Map<String, Value>, options: &Options) -> Result<String, String> {
    if let Some(name) = &options.text_field {
        return named_field(object, name, "text");
    }
    let mut reason = "no text: no field has a usual name (--text-field or --html-field names another)".to_owned();
    for name in candidates(object, TEXT) {
        match object.get(name) {
            Some(value) if is_text(value) => return Ok(name.to_owned()),
            Some(Value::String(_)) => reason = format!("no text: the field `{name}` is empty"),
            _ => reason = format!("no text: the field `{name}` is not a string"),
        }
    }
    Err(reason)
}

/// A field that was named, if it holds what it should.
fn named_field(object: &Map<String, Value>, name: &str, what: &str) -> Result<String, String> {
    match object.get(name) {
        Some(value) if is_text(value) => Ok(name.to_owned()),
        Some(Value::String(_)) => Err(format!("no {what}: the field `{name}` is empty")),
        Some(_) => Err(format!("no {what}: the field `{name}` is not a string")),
        None => Err(format!("no {what}: there is no field `{name}`")),
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
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
        // Objects have few keys: to look at all of them takes less than to look one up.
        let mut alike = object.keys().map(String::as_str).filter(|key| key.eq_ignore_ascii_case(name));
        let first = alike.next()?;
        if first == *name { Some(first) } else { alike.find(|key| key == name).or(Some(first)) }
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
fn rename_taken(object: Map<String, Value>, options: &Options) -> (Map<String, Value>, Vec<Warning>) {
    let is_taken = |name: &str| {
        TAKEN.contains(&name)
            || (options.keep_raw && name == RAW)
            || (options.flat && name == FLAT)
            || (options.provenance && name == PROVENANCE)
    };
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
