//! Which format an input has: by its name, by its first bytes. Reads nothing itself.

use std::borrow::Cow;

use encoding_rs::Encoding;
use memchr::memmem;
use serde::de::IgnoredAny;

use super::{Format, mhtml};
use crate::limits;

/// Elements that a fragment of a page may start with; the list of the WHATWG's "MIME sniffing".
const ELEMENTS: &[&str] = &[
    "html", "head", "body", "title", "meta", "link", "base", "style", "script", "noscript", "iframe", "div", "main",
    "article", "section", "header", "table", "h1", "h2", "p", "a", "b", "br", "font", "span", "ul", "ol",
];

/// Elements that only a whole page starts with.
const WHOLE: &[&str] = &["html", "head", "body"];

impl Format {
    /// The format that the extension of a file's name stands for.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Format> {
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => Some(Format::Text),
            "html" | "htm" | "xhtml" | "xht" | "shtml" => Some(Format::Html),
            "mhtml" | "mht" => Some(Format::Mhtml),
            "jsonl" | "ndjson" | "jsonlines" | "jl" | "json" => Some(Format::Jsonl),
            "warc" | "wet" => Some(Format::Warc),
            "csv" => Some(Format::Csv),
            "tsv" | "tab" => Some(Format::Tsv),
            "parquet" | "pq" => Some(Format::Parquet),
            _ => None,
        }
    }
}

/// The format that content looks like; `None` if it is binary.
pub fn format(head: &[u8]) -> Option<Format> {
    if head.starts_with(b"WARC/") {
        return Some(Format::Warc);
    }
    if head.starts_with(b"PAR1") {
        return Some(Format::Parquet);
    }
    if mhtml::is_message(head) {
        return Some(Format::Mhtml);
    }
    let head = match Encoding::for_bom(head) {
        Some((encoding, mark)) => {
            let (text, _) = encoding.decode_without_bom_handling(head.get(mark..).unwrap_or_default());
            Cow::Owned(text.into_owned().into_bytes())
        }
        None => Cow::Borrowed(head),
    };
    if head.iter().take(limits::BINARY_PROBE_BYTES).any(|byte| *byte == 0) {
        return None;
    }
    Some(if is_json_lines(&head) {
        Format::Jsonl
    } else if is_markup(&head) {
        Format::Html
    } else {
        Format::Text
    })
}

/// Whether this is evidently a whole HTML page, and not text with some markup in it.
pub fn is_page(content: &[u8]) -> bool {
    starts_with_element(after_prolog(content), WHOLE)
}

/// Whether this is an HTML page or a piece of one.
fn is_markup(content: &[u8]) -> bool {
    starts_with_element(after_prolog(content), ELEMENTS)
}

fn starts_with_element(content: &[u8], elements: &[&str]) -> bool {
    let starts_with = |content: &[u8], name: &[u8]| {
        content.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && content.get(name.len()).is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/'))
    };
    let Some(tag) = content.strip_prefix(b"<") else {
        return false;
    };
    if let Some(name) = tag.get(..8).filter(|start| start.eq_ignore_ascii_case(b"!doctype")) {
        return starts_with(tag.get(name.len()..).unwrap_or_default().trim_ascii_start(), b"html");
    }
    elements.iter().any(|name| starts_with(tag, name.as_bytes()))
}

/// What follows white space, comments and processing instructions, such as an XML declaration.
fn after_prolog(content: &[u8]) -> &[u8] {
    let mut rest = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
    loop {
        rest = rest.trim_ascii_start();
        let end = if rest.starts_with(b"<!--") {
            memmem::find(rest, b"-->").map(|at| at + 3)
        } else if rest.starts_with(b"<?") {
            memchr::memchr(b'>', rest).map(|at| at + 1)
        } else {
            return rest;
        };
        // What is not closed hides all that follows.
        rest = end.and_then(|end| rest.get(end..)).unwrap_or_default();
    }
}

fn is_json_lines(head: &[u8]) -> bool {
    if head.trim_ascii_start().first() != Some(&b'{') {
        return false;
    }
    let complete = head.iter().rposition(|byte| *byte == b'\n').map(|end| head.get(..end).unwrap_or_default());
    let lines = complete.unwrap_or(head);
    // One good line is enough: others may be broken.
    let parses = lines.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    });
    // A first line longer than what is looked at cannot be parsed; that it starts with a key must do.
    let starts_like_an_object =
        || head.trim_ascii_start().get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"\""));
    let long = complete.is_none() && head.len() >= limits::SNIFF_BYTES;
    parses || (long && starts_like_an_object())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_text_by_how_they_start() {
        for (content, format, whole) in [
            ("<!DOCTYPE html><title>x</title>", Format::Html, true),
            ("\u{feff}\n <!doctype HTML PUBLIC \"-//W3C\">", Format::Html, true),
            ("<?xml version=\"1.0\"?>\n<!-- a > b -->\n<html xmlns=\"x\">", Format::Html, true),
            ("<!-- saved from url=(0024)https://contoh.example/ -->\n<HTML>", Format::Html, true),
            ("<head\n>", Format::Html, true),
            ("<body", Format::Html, true),
            ("<div class=\"isi\">", Format::Html, false),
            ("<p>Harga beras naik.</p>", Format::Html, false),
            ("<?xml version=\"1.0\"?><rss version=\"2.0\">", Format::Text, false),
            ("<!doctype svg>", Format::Text, false),
            ("<headline>", Format::Text, false),
            ("<!-- tidak ditutup <html>", Format::Text, false),
            ("Kata <html> di tengah kalimat.", Format::Text, false),
            ("< 5 persen", Format::Text, false),
            ("", Format::Text, false),
        ] {
            assert_eq!(super::format(content.as_bytes()), Some(format), "{content}");
            assert_eq!(is_page(content.as_bytes()), whole, "{content}");
        }
        let utf16: Vec<u8> = "\u{feff}<html>".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(super::format(&utf16), Some(Format::Html));
    }
}
