//! MHTML: a page that a browser saved whole, with its images and frames as parts of a MIME message. Yields the page; of the
//! other parts, nothing. Decodes no more than it yields.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::{memchr, memchr_iter, memmem};

use super::charset::{self, Decoded, Hints};
use super::open::Input;
use super::place::Place;
use super::sources::Source;
use super::{Item, Options, fields, whole};
use crate::article::Record;
use crate::error::Error;

/// Content types of pages.
const PAGES: &[&str] = &["text/html", "application/xhtml+xml"];

/// Headers that are needed.
const HEADERS: &[&str] = &[
    "content-id",
    "content-location",
    "content-transfer-encoding",
    "content-type",
    "mime-version",
    "snapshot-content-location",
];

/// Base64 as it comes: with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Reads the page, and says what else is to be said about its file.
pub fn read(source: &Source, input: Input, options: &Options) -> Vec<Item> {
    let whole = match whole::read(source, input, options) {
        Ok(whole) => whole,
        Err(items) => return items,
    };
    let item = match record(source, &whole.bytes) {
        Ok(mut record) => {
            fields::annotate(&mut record, &Place::whole(source), options);
            Item::Record(record)
        }
        Err(reason) => Item::Failure(Error::file(&source.label, reason)),
    };
    std::iter::once(item).chain(whole.tail).collect()
}

/// Whether content starts like a message of related parts.
pub fn is_message(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let name = memchr(b':', head).and_then(|end| head.get(..end)).unwrap_or_default();
    let is_header = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    let headers = if is_header { Headers::read(head).0 } else { Headers(Vec::new()) };
    headers.get("mime-version").is_some() && headers.media_type() == "multipart/related"
}

/// The page in a file, or why there is none.
fn record(source: &Source, file: &[u8]) -> Result<Record, String> {
    let (headers, body) = Headers::read(file);
    if headers.get("mime-version").is_none() && headers.get("content-type").is_none() {
        return Err("not MHTML: it does not begin with MIME headers".to_owned());
    }
    let saved_from = headers.address("snapshot-content-location");
    let boundary = headers.parameter("boundary").filter(|boundary| !boundary.is_empty());
    let delimiter = boundary.map(|boundary| format!("--{boundary}"));
    let page = if headers.media_type().starts_with("multipart/") {
        let delimiter = delimiter.as_deref().ok_or("no page: its header names no boundary between the parts")?;
        page(parts(body, delimiter), headers.parameter("start").as_deref())?
    } else {
        Some(Part { headers, body, is_complete: true }).filter(Part::is_page)
    };
    let page = page.ok_or("no page: no part of it is HTML")?;
    if !page.is_complete {
        return Err("truncated: the file ends within the page".to_owned());
    }
    let url = page.headers.address("content-location").or(saved_from);
    let hints = Hints { declared: page.headers.get("content-type"), url: url.as_deref() };
    let Decoded { text: html, warnings } = charset::page(page.content()?.into_owned(), hints);
    if html.trim().is_empty() {
        return Err("no page: there is nothing but white space".to_owned());
    }
    Ok(Record { id: source.id.clone(), url, html: Some(html), warnings, ..Record::default() })
}

/// The part that is the page: the one that the message starts with, or, if that only frames others, the largest of those.
fn page<'a>(parts: impl Iterator<Item = Part<'a>>, start: Option<&str>) -> Result<Option<Part<'a>>, String> {
    let mut pages: Vec<Part<'a>> = parts.filter(Part::is_page).collect();
    let is_start = |page: &Part<'_>| start.is_some() && page.headers.get("content-id") == start;
    let root = pages.iter().position(is_start).unwrap_or(0);
    if pages.is_empty() {
        return Ok(None);
    }
    let root = pages.swap_remove(root);
    if !is_frameset(&root.content()?) {
        return Ok(Some(root));
    }
    Ok(Some(pages.into_iter().max_by_key(|page| page.body.len()).unwrap_or(root)))
}

/// Whether a page holds frames in place of a body.
fn is_frameset(page: &[u8]) -> bool {
    let tags = memchr_iter(b'<', page).filter_map(|at| page.get(at + 1..));
    let starts = |tag: &[u8], name: &[u8]| tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    tags.map(|tag| (starts(tag, b"frameset"), starts(tag, b"body")))
        .find(|(is_frameset, is_body)| *is_frameset || *is_body)
        .is_some_and(|(is_frameset, _)| is_frameset)
}

/// A part of a message.
struct Part<'a> {
    headers: Headers,
    body: &'a [u8],
    /// Whether it ends where another part begins, or the message does.
    is_complete: bool,
}

impl Part<'_> {
    fn is_page(&self) -> bool {
        PAGES.contains(&self.headers.media_type().as_str())
    }

    /// Its bytes, the encoding for transport undone.
    fn content(&self) -> Result<Cow<'_, [u8]>, String> {
        let encoding = self.headers.get("content-transfer-encoding").unwrap_or("binary").to_ascii_lowercase();
        match encoding.as_str() {
            "7bit" | "8bit" | "binary" => Ok(Cow::Borrowed(self.body)),
            "quoted-printable" => Ok(Cow::Owned(quoted_printable(self.body))),
            "base64" => base64(self.body).map(Cow::Owned),
            _ => Err(format!("its page comes in an unknown encoding for transport: {encoding}")),
        }
    }
}

/// The parts of a message's body, which lines with this delimiter separate.
fn parts<'a>(body: &'a [u8], delimiter: &'a str) -> impl Iterator<Item = Part<'a>> {
    // Where such a line begins, where it ends, and whether it is the last.
    let mut lines = memmem::find_iter(body, delimiter).filter_map(move |at| {
        let is_at_start = at.checked_sub(1).is_none_or(|before| body.get(before) == Some(&b'\n'));
        let rest = body.get(at + delimiter.len()..).filter(|_| is_at_start)?;
        let end = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
        match rest.get(..end)?.trim_ascii() {
            b"" => Some((at, at + delimiter.len() + end, false)),
            b"--" => Some((at, at + delimiter.len() + end, true)),
            // Another delimiter, which begins like this one.
            _ => None,
        }
    });
    let mut open = lines.next();
    std::iter::from_fn(move || {
        let (_, start, _) = open.filter(|(.., is_last)| !is_last)?;
        open = lines.next();
        let part = match open {
            // The line end before a delimiter belongs to it.
            Some((end, ..)) => body.get(start..end).map(|part| {
                let part = part.strip_suffix(b"\n").unwrap_or(part);
                part.strip_suffix(b"\r").unwrap_or(part)
            }),
            None => body.get(start..),
        };
        let (headers, body) = Headers::read(part?);
        Some(Part { headers, body, is_complete: open.is_some() })
    })
}

/// What headers of a message or a part say: the first of each that is needed, in one line.
struct Headers(Vec<(&'static str, String)>);

impl Headers {
    /// The headers that stand at the beginning, and what follows them.
    fn read(bytes: &[u8]) -> (Headers, &[u8]) {
        let mut headers: Vec<(&'static str, String)> = Vec::new();
        let mut rest = bytes.trim_ascii_start();
        // Whether what goes on in the next line is needed.
        let mut is_needed = false;
        while !rest.is_empty() {
            let (line, after) = rest.split_at(memchr(b'\n', rest).map_or(rest.len(), |end| end + 1));
            rest = after;
            let line = line.trim_ascii_end();
            if line.is_empty() {
                break;
            }
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                if let Some((_, value)) = headers.last_mut().filter(|_| is_needed) {
                    value.push(' ');
                    value.push_str(String::from_utf8_lossy(line).trim());
                }
                continue;
            }
            let (name, value) = line.split_at(memchr(b':', line).unwrap_or(0));
            let name = HEADERS.iter().find(|known| known.as_bytes().eq_ignore_ascii_case(name.trim_ascii()));
            let name = name.filter(|name| headers.iter().all(|(given, _)| given != *name));
            is_needed = name.is_some();
            let value = value.strip_prefix(b":").unwrap_or(value);
            headers.extend(name.map(|name| (*name, String::from_utf8_lossy(value).trim().to_owned())));
        }
        (Headers(headers), rest)
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    /// The content type without its parameters.
    fn media_type(&self) -> String {
        let value = self.get("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// A parameter of the content type.
    fn parameter(&self, name: &str) -> Option<String> {
        let (_, mut rest) = self.get("content-type")?.split_once(';')?;
        loop {
            let (key, after) = rest.split_once('=')?;
            let after = after.trim_start();
            let (value, next) = match after.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => after.split_at(after.find(';').unwrap_or(after.len())),
            };
            // What stands before has no value.
            let key = key.rsplit(';').next().unwrap_or_default().trim();
            if key.eq_ignore_ascii_case(name) {
                return Some(value.trim().to_owned());
            }
            rest = next;
        }
    }

    /// The address in a header, if it is one of the web.
    fn address(&self, name: &str) -> Option<String> {
        // Long ones are broken over lines.
        let address: String = self.get(name)?.split_whitespace().collect();
        (address.starts_with("https://") || address.starts_with("http://")).then_some(address)
    }
}

/// What quoted-printable text stands for. What is not well-formed stays as it is.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'=', rest) {
        let (plain, escape) = rest.split_at(at);
        bytes.extend_from_slice(plain);
        let after = escape.get(1..).unwrap_or_default();
        let blanks = after.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
        rest = match (after, after.get(blanks)) {
            ([high, low, after @ ..], _) if digit(*high).is_some() && digit(*low).is_some() => {
                bytes.extend(digit(*high).zip(digit(*low)).map(|(high, low)| high << 4 | low));
                after
            }
            // The line goes on in the next.
            (_, Some(b'\n') | None) => after.get(blanks + 1..).unwrap_or_default(),
            _ => {
                bytes.push(b'=');
                after
            }
        };
    }
    bytes.extend_from_slice(rest);
    bytes
}

/// What base64 stands for; what is no letter of it is passed over.
fn base64(text: &[u8]) -> Result<Vec<u8>, String> {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut letters: Vec<u8> = text.iter().copied().filter(is_letter).collect();
    // One letter alone stands for nothing.
    letters.truncate(letters.len() - usize::from(letters.len() % 4 == 1));
    BASE64.decode(letters).map_err(|error| format!("its page is no base64: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_printable_is_undone_and_what_is_not_stays() {
        for (text, expected) in [
            ("Caf=C3=A9 =3D x", "Café = x"),
            ("satu =\r\ndua=  \r\n tiga =\nempat", "satu dua tiga empat"),
            ("a =b c=", "a =b c"),
            ("a==3D=x=3", "a===x=3"),
            ("baris\r\nbaris", "baris\r\nbaris"),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8(quoted_printable(text.as_bytes())).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn base64_is_undone_however_it_is_broken_and_padded() {
        for text in ["SGFyZ2EgYmVyYXM=", "SGFy\r\nZ2Eg YmVy\nYXM", "SGFyZ2EgYmVyYXM=\r\n\r\n", "SGFyZ2EgYmVyYXMx!"] {
            assert!(base64(text.as_bytes()).unwrap().starts_with(b"Harga beras"), "{text:?}");
        }
        assert_eq!(base64(b"A").unwrap(), b"");
    }

    #[test]
    fn parameters_may_be_quoted_or_broken_over_lines() {
        let read = |header: &str| Headers::read(header.as_bytes()).0;
        for header in [
            "Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"--a; b=c\"\r\n\r\nx",
            "content-type: multipart/related; flag; Boundary = \"--a; b=c\"",
        ] {
            assert_eq!(read(header).parameter("boundary").as_deref(), Some("--a; b=c"), "{header}");
            assert_eq!(read(header).media_type(), "multipart/related");
        }
        assert_eq!(read("Content-Type: a/b; boundary=xyz ; start=1").parameter("boundary").as_deref(), Some("xyz"));
        for header in ["", "Content-Type: a/b", "Content-Type: a/b; boundary", "Content-Type: a/b; boundary=\"x"] {
            assert_eq!(read(header).parameter("boundary"), None, "{header}");
        }
    }

    #[test]
    fn frames_in_place_of_a_body_are_told_from_a_page() {
        for (page, expected) in [
            ("<html><head></head><FRAMESET cols=1><frame src=x></frameset><noframes><body>x", true),
            ("<html><body><p>x</p><frameset>", false),
            ("<p>frameset</p>", false),
            ("", false),
        ] {
            assert_eq!(is_frameset(page.as_bytes()), expected, "{page}");
        }
    }
}
