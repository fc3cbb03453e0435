//! WARC and WET: what crawlers store. Pages and texts become records; requests, images, redirects, error pages and the
//! like are counted and left out. How bytes are split into WARC records is [`framing`](super::framing)'s matter.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::charset::{self, Decoded, Hints};
use super::decompress::Tail;
use super::framing::{Block, Frame, Frames};
use super::open::Input;
use super::place::Place;
use super::sources::Source;
use super::{Item, Options, Records, fields, guess, http};
use crate::article::{Record, Warning};
use crate::error::Error;

/// Reasons for leaving records out that are counted one by one.
const REASONS: usize = 12;

/// Content types of pages.
const PAGES: &[&str] = &["text/html", "application/xhtml+xml", "application/vnd.wap.xhtml+xml"];

/// Content types that say nothing, or nothing that could not be a page: the first bytes decide.
const VAGUE: &[&str] = &["", "application/octet-stream", "application/xml", "text/xml", "unknown/unknown", "unk"];

/// The records of one input.
pub struct Warc {
    source: Source,
    frames: Frames,
    /// WARC records seen, of any sort.
    number: u64,
    /// Why records were left out, and how many.
    left_out: BTreeMap<String, u64>,
    ended: bool,
}

/// What a WARC record is to us.
enum Use {
    Record(Box<Record>),
    LeaveOut(String),
}

impl Warc {
    /// The records of `input`.
    pub fn new(source: Source, input: Input) -> Warc {
        Warc { source, frames: Frames::new(input), number: 0, left_out: BTreeMap::new(), ended: false }
    }

    fn failure(&self, reason: impl Into<String>) -> Item {
        Item::Failure(Error::Numbered { file: self.source.label.clone(), record: self.number, reason: reason.into() })
    }

    fn leave_out(&mut self, reason: String) {
        let reason = if self.left_out.len() < REASONS { reason } else { "other".to_owned() };
        *self.left_out.entry(reason).or_default() += 1;
    }

    /// What is to be said at the end, one thing at a time.
    fn end(&mut self) -> Option<Item> {
        if let Some(error) = self.frames.take_error() {
            return Some(match Tail::of(&error) {
                Some(Tail::Zeros) => Item::Notice(format!("{}: {error}", self.source.label)),
                Some(Tail::Garbage) | None => Item::Failure(Error::file(&self.source.label, error)),
            });
        }
        if self.ended {
            return None;
        }
        self.ended = true;
        if self.number == 0 {
            return Some(Item::Failure(Error::file(&self.source.label, "no records: no line starts a WARC record")));
        }
        let count: u64 = self.left_out.values().sum();
        let reasons: Vec<String> = self.left_out.iter().map(|(reason, count)| format!("{count} {reason}")).collect();
        let label = &self.source.label;
        (count > 0).then(|| {
            let reasons = reasons.join(", ");
            Item::Notice(format!("{label}: left out {count} of {} records that hold no page: {reasons}", self.number))
        })
    }

    fn record(&self, block: Block, offset: u64, options: &Options) -> Result<Use, String> {
        let mut warnings = Vec::new();
        if block.is_length_wrong {
            let stated = block.header("content-length").unwrap_or("none");
            warn(&mut warnings, "wrong-length", format!("the WARC record's length is not the one stated ({stated})"));
        }
        if let Some(reason) = block.header("warc-truncated") {
            warn(&mut warnings, "cut-by-crawler", format!("the crawler did not store the whole page: {reason}"));
        }
        let url = block.header("warc-target-uri").map(|url| url.trim_matches(['<', '>']).to_owned());
        let id = block.header("warc-record-id").map(|id| id.trim_matches(['<', '>']).to_owned());
        let date = block.header("warc-date").map(str::to_owned);
        let content = match content(block, options)? {
            Ok(content) => content,
            Err(reason) => return Ok(Use::LeaveOut(reason)),
        };
        if content.is_cut {
            warn(&mut warnings, "cut-by-crawler", "the HTTP payload ends before its end".to_owned());
        }
        let hints = Hints { declared: content.content_type.as_deref(), url: url.as_deref() };
        let decode = if content.is_page { charset::page } else { charset::plain };
        let Decoded { text, warnings: more } = decode(content.payload, hints);
        if text.trim().is_empty() {
            return Ok(Use::LeaveOut("empty".to_owned()));
        }
        warnings.extend(more);
        let place =
            Place { source: &self.source, number: Some(self.number), record: self.number, offset: Some(offset) };
        let mut extra = Map::new();
        if let Some(date) = date {
            extra.insert("warc_date".to_owned(), Value::String(date));
        }
        let id = id.filter(|id| !id.is_empty()).unwrap_or_else(|| place.id());
        let (text, html) = if content.is_page { (String::new(), Some(text)) } else { (text, None) };
        let mut record = Record { id, url, title: None, text, html, extra, warnings };
        fields::annotate(&mut record, &place, options);
        Ok(Use::Record(Box::new(record)))
    }
}

impl Records for Warc {
    fn next(&mut self, options: &Options) -> Option<Item> {
        loop {
            let offset = self.frames.offset();
            let block = match self.frames.next(options.max_record_bytes) {
                Frame::Record(block) => block,
                Frame::Unusable(reason) => {
                    self.number += 1;
                    return Some(self.failure(reason));
                }
                Frame::Garbage(_) if self.number == 0 && self.frames.is_at_end() => return self.end(),
                Frame::Garbage(count) => {
                    let reason = format!("{count} bytes at offset {offset} belong to no WARC record; skipped");
                    return Some(Item::Failure(Error::file(&self.source.label, reason)));
                }
                Frame::End => return self.end(),
            };
            self.number += 1;
            match self.record(block, offset, options) {
                Ok(Use::Record(record)) => return Some(Item::Record(*record)),
                Ok(Use::LeaveOut(reason)) => self.leave_out(reason),
                Err(reason) => return Some(self.failure(reason)),
            }
        }
    }
}

/// The page or text in a WARC record.
struct Content {
    payload: Vec<u8>,
    content_type: Option<String>,
    is_page: bool,
    is_cut: bool,
}

/// The page or text in a WARC record, or why there is none. An error if there should be one.
fn content(block: Block, options: &Options) -> Result<Result<Content, String>, String> {
    let kind = block.header("warc-type").unwrap_or("untyped").to_ascii_lowercase();
    let content_type = block.header("content-type").map(str::to_owned);
    let is_robots =
        block.header("warc-target-uri").is_some_and(|uri| uri.trim_end_matches('>').ends_with("/robots.txt"));
    let (payload, content_type, is_cut) = match kind.as_str() {
        _ if is_robots => return Ok(Err("robots.txt".to_owned())),
        // Some store the payload without the headers that it came with.
        "response" if !is_http(content_type.as_deref(), &block.bytes) => (block.bytes, content_type, false),
        "response" => {
            let response = http::response(block.bytes, options.max_record_bytes)?;
            if !(200..300).contains(&response.status) {
                return Ok(Err(format!("status {}", response.status)));
            }
            (response.payload, response.content_type, response.is_cut)
        }
        "resource" | "conversion" => (block.bytes, content_type, false),
        _ => return Ok(Err(kind)),
    };
    let media_type = content_type.as_deref().and_then(|value| value.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    let is_page = PAGES.contains(&media_type.as_str())
        || ((media_type == "text/plain" || VAGUE.contains(&media_type.as_str())) && guess::is_page(&payload));
    if !is_page && media_type != "text/plain" {
        return Ok(Err(if media_type.is_empty() { "of unknown type".to_owned() } else { media_type }));
    }
    Ok(Ok(Content { payload, content_type, is_page, is_cut }))
}

fn is_http(content_type: Option<&str>, bytes: &[u8]) -> bool {
    content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("application/http"))
        || bytes.starts_with(b"HTTP/")
}

fn warn(warnings: &mut Vec<Warning>, code: &str, message: String) {
    warnings.push(Warning { code: code.to_owned(), message });
}
