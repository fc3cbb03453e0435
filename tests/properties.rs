//! What holds for every input: nothing is lost, nothing is invented, threads do not matter, work grows with the input only.
//!
//! Inputs are the seeds, the fixtures, and text made by a fixed seed. A failure names the input's number, which is all that is
//! needed to make it again.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;
mod generated;

use std::sync::LazyLock;

use common::Place;
use generated::{Random, documents, text};
use kupas::article::{Article, Record};
use kupas::cleaner::{Cleaner, Options};
use kupas::pipeline;
use kupas::read::{self, Item, Reader};
use kupas::write::{Detail, Files, Renderer};
use serde_json::json;

static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Options::default()).expect("the built-in packs and weights"));

/// How many inputs are made for each property.
const MADE: u64 = 150;

/// The documents of the repository, then made ones, with names.
fn inputs(seed: u64) -> Vec<(String, String)> {
    let mut inputs = documents();
    let made: Vec<(String, String)> = (0..MADE)
        .map(|number| {
            let mut random = Random::new(seed ^ number);
            (format!("made input {number}"), text(&mut random, &inputs))
        })
        .collect();
    inputs.extend(made);
    inputs
}

fn record(text: &str) -> Record {
    Record { id: "r".to_owned(), text: text.to_owned(), ..Record::default() }
}

/// What a reader sees of a text, white space and marks of direction aside.
fn visible(text: &str) -> String {
    let unseen = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().filter(|c| !unseen(*c)).collect()
}

/// Asserts that text and removed spans together are the input, each stretch of it once and in order.
#[track_caller]
fn assert_whole(name: &str, input: &str, article: &Article) {
    let mut kept = String::new();
    let mut at = 0;
    for removed in &article.removed {
        let span = removed.span.clone();
        assert!(at <= span.start && span.start < span.end, "{name}: {span:?} overlaps, is empty or out of order");
        assert!(input.get(span.clone()).is_some(), "{name}: {span:?} does not fall on characters");
        kept.push_str(&input[at..span.start]);
        at = span.end;
    }
    kept.push_str(&input[at..]);
    assert_eq!(visible(&kept), visible(&article.text), "{name}");
}

#[test]
fn kept_and_removed_rebuild_the_input() {
    for (name, input) in inputs(1) {
        let article = CLEANER.clean(&record(&input));
        assert_whole(&name, &input, &article);
    }
}

#[test]
fn keeping_and_dropping_kinds_loses_nothing_either() {
    use kupas::article::Kind;
    let options = Options {
        keep: vec![Kind::Dateline, Kind::Caption, Kind::Title],
        drop: vec![Kind::Heading],
        ..Options::default()
    };
    let cleaner = Cleaner::new(options).unwrap();
    for (name, input) in inputs(2) {
        assert_whole(&name, &input, &cleaner.clean(&record(&input)));
    }
}

#[test]
fn text_is_paragraphs_of_visible_characters() {
    for (name, input) in inputs(3) {
        let article = CLEANER.clean(&record(&input));
        let stray = article
            .text
            .chars()
            .find(|c| c.is_control() && *c != '\n' || c.is_whitespace() && !matches!(c, ' ' | '\n'));
        assert_eq!(stray, None, "{name}");
        if article.text.is_empty() {
            continue;
        }
        for paragraph in article.text.split("\n\n") {
            assert!(!paragraph.is_empty() && paragraph.trim() == paragraph, "{name}: {paragraph:?}");
            assert!(!paragraph.contains('\n') && !paragraph.contains("  "), "{name}: {paragraph:?}");
        }
    }
}

#[test]
fn confidence_is_a_probability_and_explaining_agrees_with_cleaning() {
    for (name, input) in inputs(4) {
        let record = record(&input);
        let article = CLEANER.clean(&record);
        assert!((0.0..=1.0).contains(&article.confidence), "{name}: {}", article.confidence);
        let explanation = CLEANER.explain(&record);
        assert_eq!(explanation.article, article, "{name}");
        assert_eq!(explanation.rows.len(), explanation.segments.len(), "{name}");
    }
}

#[test]
fn threads_do_not_matter() {
    let records: Vec<Record> =
        inputs(5).into_iter().map(|(name, input)| Record { id: name, text: input, ..Record::default() }).collect();
    let place = Place::new();
    let clean = |threads: usize| {
        let name = format!("{threads}.jsonl");
        let mut sink = Files::one(Renderer::Jsonl(Detail::Text), &place.path(&name)).unwrap();
        let items: Vec<Item> = records.iter().cloned().map(Item::Record).collect();
        let options = pipeline::Options { threads, ..pipeline::Options::default() };
        pipeline::run(items.into_iter(), &CLEANER, &mut sink, &mut (), &options).unwrap();
        place.read(&name)
    };
    let one = clean(1);
    // Which records the pipeline cleans together does not matter either.
    let alone = |record| Renderer::Jsonl(Detail::Text).render(record, &CLEANER.clean(record)).bytes;
    assert!(records.iter().flat_map(alone).eq(one.iter().copied()), "records cleaned alone come out otherwise");
    assert!(clean(2) == one, "two threads write other bytes than one");
    assert!(clean(8) == one, "eight threads write other bytes than one");
}

#[test]
fn threads_do_not_matter_on_the_command_line() {
    let place = Place::new();
    let lines: String =
        inputs(6).iter().map(|(name, input)| format!("{}\n", json!({"id": name, "text": input}))).collect();
    place.write("in.jsonl", lines);
    let clean = |threads: &str| place.run(&["clean", "in.jsonl", "--threads", threads, "--removed", "text"]);
    let one = clean("1");
    assert!(one.stdout.len() > 100_000, "{}", one.stderr);
    for threads in ["2", "8"] {
        let other = clean(threads);
        assert!(other.stdout == one.stdout, "{threads} threads write other bytes than one");
        assert_eq!((other.code, &other.stderr), (one.code, &one.stderr));
    }
}

#[test]
fn any_bytes_come_through_as_text() {
    let place = Place::new();
    let documents = documents();
    for number in 0..MADE {
        let mut random = Random::new(number << 32);
        let bytes = bytes(&mut random, &documents);
        let file = place.write("in.txt", &bytes);
        for item in read_as(&file, read::Format::Text) {
            let Item::Record(record) = item else { continue };
            assert_whole(&format!("made bytes {number}"), &record.text, &CLEANER.clean(&record));
        }
    }
}

#[test]
fn any_bytes_come_through_as_json_lines() {
    let place = Place::new();
    let documents = documents();
    for number in 0..MADE {
        let mut random = Random::new(number << 40);
        let mut lines = Vec::new();
        for id in 0..3 {
            let line = json!({"id": id, "text": text(&mut random, &documents)}).to_string();
            lines.extend(damaged(line.into_bytes(), &mut random));
            lines.push(b'\n');
        }
        let file = place.write("in.jsonl", &lines);
        for item in read_as(&file, read::Format::Jsonl) {
            let Item::Record(record) = item else { continue };
            assert_whole(&format!("made lines {number}"), &record.text, &CLEANER.clean(&record));
        }
    }
}

fn read_as(file: &std::path::Path, format: read::Format) -> Reader {
    Reader::new(&[file.to_owned()], read::Options { format: Some(format), ..read::Options::default() })
}

/// Bytes of text with damage, or no text at all.
fn bytes(random: &mut Random, documents: &[(String, String)]) -> Vec<u8> {
    if random.below(4) == 0 {
        return (0..random.below(2_000)).map(|_| random.next() as u8).collect();
    }
    damaged(text(random, documents).into_bytes(), random)
}

/// The same bytes, a few of them changed, lost or halves of surrogates.
fn damaged(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(4) {
            0 => bytes.truncate(at),
            1 => drop(bytes.splice(at..at, *b"\xed\xa0\xbd\xed\xb8\x80")),
            2 => drop(bytes.splice(at..at, [random.next() as u8])),
            _ => drop(bytes.splice(at..bytes.len().min(at + 1), [])),
        }
    }
    bytes
}

/// Work is counted, not timed: features that were weighed.
#[test]
fn work_grows_no_faster_than_the_input() {
    let documents = documents();
    for (name, piece) in &documents {
        let work = |times: usize| CLEANER.explain(&record(&format!("{piece}\n").repeat(times))).judgement.work;
        let (some, more) = (work(8), work(32));
        // Four times the text; a document that came out nearly empty is judged a second time. Quadratic were sixteen.
        assert!(more <= 10 * some, "{name}: {some} features for 8 copies, {more} for 32");
    }
}

#[test]
fn a_clean_body_stays_as_it_is() {
    let mut changed = Vec::new();
    for (name, input) in documents() {
        let once = CLEANER.clean(&record(&input)).text;
        let twice = CLEANER.clean(&record(&once)).text;
        if twice != once {
            changed.push(name);
        }
    }
    // Without the paragraphs around it that gave it away, a heading of this one reads as a link.
    changed.retain(|name| !name.contains("article-about-google-news-and-whatsapp"));
    assert!(changed.is_empty(), "cleaning again changes {changed:#?}");
}
