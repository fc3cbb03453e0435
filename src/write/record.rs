//! The bytes of one record: its JSON line or its text. Key order and escapes are part of the format.

use std::io::{self, Write};

use serde::ser::{Serialize, SerializeSeq, Serializer};
use serde_json::Value;
use serde_json::ser::Formatter;

use super::Detail;
use crate::article::{Article, Kind, Record, Removed};
use crate::bytes;

/// Version of the record's format.
pub const SCHEMA_VERSION: u32 = 1;

/// The record as one line of JSON, line feed included.
pub fn line(record: &Record, article: &Article, detail: Detail, is_flat_shown: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(article.text.len() + article.text.len() / 8 + 1024);
    entry(&mut out, "schema_version", &SCHEMA_VERSION);
    text_entry(&mut out, "id", &article.id);
    match &article.url {
        Some(url) => text_entry(&mut out, "url", url),
        None => entry(&mut out, "url", &()),
    }
    text_entry(&mut out, "text", &article.text);
    entry(&mut out, "metadata", &article.metadata);
    entry(&mut out, "confidence", &rounded(article.confidence));
    let flat = article.flat.as_deref().unwrap_or(&record.text);
    entry(&mut out, "removed", &RemovedList { flat, removed: &article.removed, detail });
    entry(&mut out, "warnings", &article.warnings);
    if let Some(flat) = article.flat.as_deref().filter(|_| is_flat_shown) {
        text_entry(&mut out, "flat", flat);
    }
    for (name, value) in &record.extra {
        match value {
            Value::String(text) => text_entry(&mut out, name, text),
            value => entry(&mut out, name, value),
        }
    }
    out.extend_from_slice(b"}\n");
    out
}

/// Adds a key and its value to an object that has not ended.
fn entry(out: &mut Vec<u8>, name: &str, value: &impl Serialize) {
    key(out, name);
    // Neither writing to memory nor serializing strings, numbers and string keys can fail.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(out, OneLine));
}

/// The same for texts, which most of a record is.
fn text_entry(out: &mut Vec<u8>, name: &str, text: &str) {
    key(out, name);
    string(out, text);
}

fn key(out: &mut Vec<u8>, name: &str) {
    out.push(if out.is_empty() { b'{' } else { b',' });
    string(out, name);
    out.push(b':');
}

/// Writes a string as JSON has it, and as [`OneLine`] does.
fn string(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    let mut rest = text;
    loop {
        let (plain, after) = rest.split_at(bytes::run(rest.as_bytes(), is_odd));
        out.extend_from_slice(plain.as_bytes());
        let mut after = after.chars();
        let Some(c) = after.next() else { break };
        match c {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '\0'..'\u{20}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                // Writing to memory cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
        rest = after.as_str();
    }
    out.push(b'"');
}

/// Whether a byte does not stand in a JSON string as it is: beside what JSON escapes, the first bytes of what looks like the
/// end of a line.
#[inline]
fn is_odd(byte: u8) -> bool {
    (byte < b' ') | (byte == b'"') | (byte == b'\\') | (byte == 0xc2) | (byte == 0xe2)
}

/// Any value as one line of JSON, line feed included.
pub fn one_line(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    // As above: this cannot fail for what it is used for.
    let _ = value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, OneLine));
    bytes.push(b'\n');
    bytes
}

/// The text of the record, line feed included. It holds no form feed, which stands between documents.
pub fn text(text: &str) -> Vec<u8> {
    let mut bytes = text.replace('\u{c}', "\n").into_bytes();
    bytes.push(b'\n');
    bytes
}

/// A probability with four decimals.
pub fn rounded(confidence: f32) -> f64 {
    let confidence = if confidence.is_finite() { f64::from(confidence).clamp(0.0, 1.0) } else { 0.0 };
    (confidence * 1e4).round().abs() / 1e4
}

/// What was removed, told in that detail.
pub struct RemovedList<'a> {
    /// The text that it was removed from.
    pub flat: &'a str,
    /// What was removed.
    pub removed: &'a [Removed],
    /// How much to tell.
    pub detail: Detail,
}

impl Serialize for RemovedList<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = if self.detail == Detail::None { &[] } else { self.removed };
        let mut list = serializer.serialize_seq(Some(shown.len()))?;
        for Removed { kind, rule, span, path } in shown {
            let text = (self.detail == Detail::Text).then(|| self.flat.get(span.clone()).unwrap_or_default());
            let path = path.as_deref();
            list.serialize_element(&RemovedItem { kind: *kind, rule, start: span.start, end: span.end, path, text })?;
        }
        list.end()
    }
}

#[derive(serde::Serialize)]
struct RemovedItem<'a> {
    kind: Kind,
    rule: &'a str,
    start: usize,
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// Compact JSON in which nothing looks like the end of a line to any reader: some take U+0085, U+2028 and U+2029 for one.
struct OneLine;

impl Formatter for OneLine {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        // The first bytes of those three; few texts have one.
        while let Some(at) = memchr::memchr2(0xc2, 0xe2, rest.as_bytes()) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut after = from.chars();
            match after.next() {
                Some(c @ ('\u{85}' | '\u{2028}' | '\u{2029}')) => write!(writer, "\\u{:04x}", u32::from(c))?,
                Some(c) => writer.write_all(c.encode_utf8(&mut [0; 4]).as_bytes())?,
                None => {}
            }
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Metadata, Warning};
    use serde_json::json;

    fn parts() -> (Record, Article) {
        let text = "Baca juga: Harga\nHarga naik.".to_owned();
        let removed =
            vec![Removed { kind: Kind::ReadAlso, rule: "id/read-also/prefix".to_owned(), span: 0..16, path: None }];
        let article = Article {
            id: "a".to_owned(),
            text: "Harga naik.".to_owned(),
            confidence: 0.123_456,
            metadata: Metadata { portal: Some("contoh.example".to_owned()), ..Metadata::default() },
            removed,
            warnings: vec![Warning { code: "c".to_owned(), message: "m".to_owned() }],
            ..Article::default()
        };
        let mut record = Record { id: "a".to_owned(), text, ..Record::default() };
        record.extra.insert("tanggal".to_owned(), json!("kemarin"));
        (record, article)
    }

    #[test]
    fn every_key_is_there_in_its_order() {
        let (record, article) = parts();
        let line = String::from_utf8(line(&record, &article, Detail::None, false)).unwrap();
        assert_eq!(
            line,
            "{\"schema_version\":1,\"id\":\"a\",\"url\":null,\"text\":\"Harga naik.\",\"metadata\":{\"title\":null,\
             \"authors\":[],\"editors\":[],\"published\":null,\"modified\":null,\"portal\":\"contoh.example\",\"place\":null,\
             \"dateline\":null,\"section\":null,\"description\":null,\"tags\":[],\"captions\":[],\"source\":null,\
             \"related\":[],\"language\":null,\"image\":null,\"canonical_url\":null},\"confidence\":0.1235,\"removed\":[],\
             \"warnings\":[{\"code\":\"c\",\"message\":\"m\"}],\"tanggal\":\"kemarin\"}\n"
        );
    }

    #[test]
    fn removals_are_told_as_asked() {
        let (record, article) = parts();
        let removed = |detail| {
            serde_json::from_slice::<Value>(&line(&record, &article, detail, false)).unwrap()["removed"].clone()
        };
        let spans = json!([{"kind": "read_also", "rule": "id/read-also/prefix", "start": 0, "end": 16}]);
        assert_eq!(removed(Detail::None), json!([]));
        assert_eq!(removed(Detail::Spans), spans);
        assert_eq!(removed(Detail::Text)[0]["text"], "Baca juga: Harga");
    }

    #[test]
    fn strings_are_written_alike_by_hand_and_by_the_serializer() {
        let all: String = ('\0'..'\u{2100}').chain(['\u{fffd}', '😀']).collect();
        for text in [all.as_str(), "", "\u{2028}", "enam belas huruf\"", "lebih dari enam belas huruf saja \n, lalu ’"]
        {
            let mut written = Vec::new();
            string(&mut written, text);
            written.push(b'\n');
            assert_eq!(written, one_line(&text), "{text}");
        }
    }

    #[test]
    fn no_reader_sees_a_line_end_within_a_record() {
        let (mut record, mut article) = parts();
        article.text = "a\u{85}b\u{2028}c\u{2029}d\re“f”".to_owned();
        record.extra.insert("k\u{2028}".to_owned(), json!(["\u{85}"]));
        let line = String::from_utf8(line(&record, &article, Detail::None, false)).unwrap();
        let body = line.strip_suffix('\n').unwrap();
        assert!(!body.contains(['\n', '\r', '\u{b}', '\u{c}', '\u{1c}', '\u{85}', '\u{2028}', '\u{2029}']), "{body}");
        let parsed: Value = serde_json::from_str(body).unwrap();
        assert_eq!(parsed["text"], article.text);
        assert_eq!(parsed["k\u{2028}"], json!(["\u{85}"]));
    }

    #[test]
    fn confidence_is_always_a_probability() {
        for (given, written) in [(f32::NAN, 0.0), (2.0, 1.0), (-0.0, 0.0), (0.970_04, 0.97)] {
            assert!((rounded(given) - written).abs() < 1e-12);
            assert!(rounded(given).is_sign_positive());
        }
    }
}
