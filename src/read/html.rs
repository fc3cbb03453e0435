//! An HTML file: one page, in whatever encoding. Parses nothing; of wrappers that browsers put around a saved page it
//! takes the address.

use super::charset::{self, Decoded, Hints};
use super::open::Input;
use super::place::Place;
use super::sources::Source;
use super::{Item, Options, fields, whole};
use crate::article::Record;
use crate::error::Error;

/// Bytes at the start of a page in which a browser's note on where it was saved from may stand.
const NOTE_BYTES: usize = 2048;

/// Reads the page, and says what else is to be said about its file.
pub fn read(source: &Source, input: Input, options: &Options) -> Vec<Item> {
    let whole = match whole::read(source, input, options) {
        Ok(whole) => whole,
        Err(items) => return items,
    };
    let saved_from = saved_from(&whole.bytes);
    let url = options.url.clone().or(saved_from);
    let Decoded { text: html, warnings } = charset::page(whole.bytes, Hints { declared: None, url: url.as_deref() });
    let item = if html.trim().is_empty() {
        Item::Failure(Error::file(&source.label, "no page: there is nothing but white space"))
    } else {
        let mut record = Record { id: source.id.clone(), url, html: Some(html), warnings, ..Record::default() };
        fields::annotate(&mut record, &Place::whole(source), options);
        Item::Record(record)
    };
    std::iter::once(item).chain(whole.tail).collect()
}

/// The address in the comment that browsers, and tools like them, put into pages they save.
fn saved_from(page: &[u8]) -> Option<String> {
    let head = page.get(..NOTE_BYTES).unwrap_or(page);
    let after = |mark: &[u8]| memchr::memmem::find(head, mark).and_then(|at| head.get(at + mark.len()..));
    let address = match after(b"<!-- saved from url=(") {
        // Four digits count the characters of the address.
        Some(counted) => counted.get(memchr::memchr(b')', counted)? + 1..)?,
        None => after(b"<!--\n Page saved with").and(after(b" url: "))?,
    };
    let address = address.split(|byte| byte.is_ascii_whitespace()).next()?;
    let address = std::str::from_utf8(address).ok()?;
    (address.starts_with("https://") || address.starts_with("http://")).then(|| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::saved_from;

    #[test]
    fn browsers_note_where_they_saved_a_page_from() {
        let address = Some("https://contoh.example/berita/1?a=b");
        for (page, expected) in [
            ("<!DOCTYPE html>\n<!-- saved from url=(0035)https://contoh.example/berita/1?a=b -->\n<html>", address),
            ("<!DOCTYPE html> <html><!--\n Page saved with Alat \n url: x -->", None),
            (
                "<html><!--\n Page saved with Alat \n url: https://contoh.example/berita/1?a=b \n saved date: x -->",
                address,
            ),
            ("<!-- saved from url=(0014)about:internet -->", None),
            ("<!-- saved from url=(0014", None),
            ("<html><p>url: https://contoh.example/berita/1", None),
        ] {
            assert_eq!(saved_from(page.as_bytes()).as_deref(), expected, "{page}");
        }
    }
}
