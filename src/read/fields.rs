//! Which fields of a JSON object (or columns of a table) are the page or the text, the id, the address and the headline,
//! and what becomes of the others.
//!
//! Fields are found by name, whatever the case of its letters. What is not used up is passed through as it came.

use std::fmt;

use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::{Deserializer, Map, Value};

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

/// A field's name and value.
pub type Field = (String, Value);

/// The fields of a record, each name once, in their order.
pub type Fields = Vec<Field>;

/// The fields of the JSON object that a text is. Of a name that stands twice, the last value counts, in the place of the first.
pub fn parse(json: &str) -> serde_json::Result<Fields> {
    let mut reader = Deserializer::from_str(json);
    let fields = reader.deserialize_map(Entries)?;
    reader.end()?;
    Ok(fields)
}

/// The entries of an object.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a map")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::with_capacity(8);
        while let Some((name, value)) = entries.next_entry::<String, Value>()? {
            if let Some((_, first)) = fields.iter_mut().find(|(other, _)| *other == name) {
                *first = value;
                continue;
            }
            fields.push((name, value));
            if fields.len() > FEW {
                let mut all: Map<String, Value> = fields.into_iter().collect();
                while let Some((name, value)) = entries.next_entry()? {
                    all.insert(name, value);
                }
                return Ok(all.into_iter().collect());
            }
        }
        Ok(fields)
    }
}

/// Fields up to which it costs little to compare the name of each with all others.
const FEW: usize = 32;

/// The record of those fields that stands at that place. An error says why there is no record.
pub fn record(mut fields: Fields, place: &Place<'_>, options: &Options) -> Result<Record, String> {
    let (text, html) = match take_content(&mut fields, options)? {
        Content::Text(text) => (text, None),
        Content::Page(page) => (String::new(), Some(page)),
    };
    let id = find(&fields, options.id_field.as_deref(), ID, |value| match value {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let url = find(&fields, options.url_field.as_deref(), URL, string);
    let title = find(&fields, None, TITLE, string);
    // Under these names the output says the same again; under others the fields stay.
    for (name, used) in [("id", &id), ("url", &url)] {
        let spent = |value: &Value| value.is_null() || is_text_of(value, used.as_deref());
        if let Some(at) = fields.iter().position(|(other, value)| other == name && spent(value)) {
            fields.remove(at);
        }
    }
    let (extra, warnings) = rename_taken(fields, options);
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

/// Takes the page or the text out of the fields. A page is preferred: it says more.
fn take_content(fields: &mut Fields, options: &Options) -> Result<Content, String> {
    let (at, is_page) = match html_field(fields, options) {
        Ok(Some(at)) => (at, true),
        Ok(None) => (text_field(fields, options)?, false),
        Err(reason) if options.text_field.is_none() => return Err(reason),
        Err(_) => (text_field(fields, options)?, false),
    };
    match fields.remove(at) {
        (_, Value::String(page)) if is_page || guess::is_page(page.as_bytes()) => Ok(Content::Page(page)),
        (_, Value::String(text)) => Ok(Content::Text(text)),
        _ => Err("no text".to_owned()),
    }
}

/// Where the field is that holds the page, if there is one. An error if one was named that is of no use.
fn html_field(fields: &[Field], options: &Options) -> Result<Option<usize>, String> {
    if let Some(name) = &options.html_field {
        return named_field(fields, name, "page").map(Some);
    }
    if options.text_field.is_some() {
        return Ok(None);
    }
    // Names such as `page` and `source` may stand for a number or an outlet: markup tells.
    let is_page = |name: &str, value: &Value| {
        value.as_str().is_some_and(|page| {
            if name.to_ascii_lowercase().contains("html") { !page.trim().is_empty() } else { page.contains("</") }
        })
    };
    let page = candidates(fields, HTML).find(|(_, name, value)| is_page(name, value));
    Ok(page.map(|(at, _, _)| at))
}

/// Where the field is that holds the text.
fn text_field(fields: &[Field], options: &Options) -> Result<usize, String> {
    if let Some(name) = &options.text_field {
        return named_field(fields, name, "text");
    }
    let mut reason = None;
    for (at, name, value) in candidates(fields, TEXT) {
        match value {
            value if is_text(value) => return Ok(at),
            Value::String(_) => reason = Some(format!("no text: the field `{name}` is empty")),
            _ => reason = Some(format!("no text: the field `{name}` is not a string")),
        }
    }
    let none = || "no text: no field has a usual name (--text-field or --html-field names another)".to_owned();
    Err(reason.unwrap_or_else(none))
}

/// Where a field is that was named, if it holds what it should.
fn named_field(fields: &[Field], name: &str, what: &str) -> Result<usize, String> {
    let Some(at) = fields.iter().position(|(other, _)| other == name) else {
        return Err(format!("no {what}: there is no field `{name}`"));
    };
    match fields.get(at) {
        Some((_, value)) if is_text(value) => Ok(at),
        Some((_, Value::String(_))) => Err(format!("no {what}: the field `{name}` is empty")),
        _ => Err(format!("no {what}: the field `{name}` is not a string")),
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

/// The first field that is of use: the one named, or those with usual names.
fn find(
    fields: &[Field],
    named: Option<&str>,
    usual: &[&str],
    usable: impl Fn(&Value) -> Option<String>,
) -> Option<String> {
    match named {
        Some(name) => fields.iter().find(|(other, _)| other == name).and_then(|(_, value)| usable(value)),
        None => candidates(fields, usual).find_map(|(_, _, value)| usable(value)),
    }
}

/// The fields with usual names, in the order of those, each with its place.
fn candidates<'a>(fields: &'a [Field], usual: &'a [&str]) -> impl Iterator<Item = (usize, &'a str, &'a Value)> {
    // Hardly any usual name has its length and its first letter in common with a name that is there.
    let marks = fields.iter().fold(0, |marks, (name, _)| marks | mark(name));
    let possible = usual.iter().filter(move |name| marks & mark(name) != 0);
    possible.filter_map(|usual| {
        // Records have few fields: to look at all of them takes less than to look one up.
        let mut alike = fields.iter().enumerate().filter(|(_, (name, _))| name.eq_ignore_ascii_case(usual));
        let first = alike.next()?;
        let best =
            if first.1.0 == *usual { first } else { alike.find(|(_, (name, _))| name == usual).unwrap_or(first) };
        let (at, (name, value)) = best;
        Some((at, name.as_str(), value))
    })
}

/// A bit for the length of a name and its first letter, case aside.
fn mark(name: &str) -> u64 {
    let letter = name.as_bytes().first().map_or(0, |letter| usize::from(letter | 0x20));
    1 << ((name.len() + 11 * letter) % 64)
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
fn rename_taken(fields: Fields, options: &Options) -> (Map<String, Value>, Vec<Warning>) {
    let is_taken = |name: &str| {
        TAKEN.contains(&name)
            || (options.keep_raw && name == RAW)
            || (options.flat && name == FLAT)
            || (options.provenance && name == PROVENANCE)
    };
    if !fields.iter().any(|(name, _)| is_taken(name)) {
        return (fields.into_iter().collect(), Vec::new());
    }
    let mut renamed = Map::new();
    let mut warnings = Vec::new();
    let names: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
    for (name, value) in fields {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_as_maps_are() {
        let many = |name: &dyn Fn(usize) -> usize| {
            let fields: Vec<String> = (0..100).map(|at| format!("\"{}\":{at}", name(at))).collect();
            format!("{{{}}}", fields.join(","))
        };
        for json in [
            "{}",
            " { } ",
            r#"{"id":"1","text":"Harga \"naik\"\nlagi \u00e9\ud83d\ude00 \/ \\ \b\f\r\t"}"#,
            "\t{ \"a\" : 1.50e+3 , \"b\":[1,{\"c\":null}],\"d\" :true}\r",
            r#"{"a":"x","b":"\u201c\ud83d\uDE00\u00e9\/\b\f\r\t\\\"","c":"d"} "#,
            r#"{"a":"\ude00","b":"c"}"#,
            r#"{"a":"\ud83dx","b":"c"}"#,
            r#"{"a":"\ud83d\u0041"}"#,
            r#"{"a":"\u+041"}"#,
            r#"{"a":"\u00g1"}"#,
            r#"{"a":"\x"}"#,
            "{\"a\":\"\u{1}\"}",
            "{\"a\":\"\n\"}",
            r#"{"a":"\u00"#,
            r#"{"a":"\"#,
            r#"{"a":"x" ,"b":"y",}"#,
            r#"{"a":"x""b":"y"}"#,
            r#"{"a""x"}"#,
            r#"{"a":"x"}{"#,
            r#"{"a":"x","b":null,"a":"y"}"#,
            r#"{"a":"x","a":"y"}"#,
            r#"{"a":"x","b":[{"c":["d",1.0]}] ,"e":true, "f":12345678901234567890 }"#,
            r#"{"a":"x","b":[1}"#,
            r#"{"a":"x","b":1x}"#,
            r#"{"a":"x","b":nul}"#,
            &format!(r#"{{"a":"x","b":{}1{}}}"#, "[".repeat(126), "]".repeat(126)),
            &format!(r#"{{"a":"x","b":{}1{}}}"#, "[".repeat(127), "]".repeat(127)),
            r#"{"a":-0,"b":12345678901234567890123,"c":"é – “x”","":"\u0000"}"#,
            r#"{"a":1,"b":2,"a":{"x":[]}}"#,
            r#"{"a\n":"", "a\n":"b"}"#,
            "",
            "[]",
            "1",
            "{",
            "{}x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{,}",
            "{1:2}",
            r#"{"a":"\ud83d"}"#,
            r#"{"a":"x"#,
            "\u{feff}{}",
            &many(&|at| at),
            &many(&|at| at % 20),
            &many(&|at| at % 40),
            &many(&|at| at)[..300],
        ] {
            let map = serde_json::from_str::<Map<String, Value>>(json);
            let map = map.map(|map| map.into_iter().collect()).map_err(|error| error.to_string());
            assert_eq!(parse(json).map_err(|error| error.to_string()), map, "{json}");
        }
    }
}
