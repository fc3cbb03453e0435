//! What every target holds against what comes out: the oracles.
//!
//! A target that only looked for panics would miss what costs users most: text that silently goes missing, output that no
//! input holds, work that explodes. Each oracle here is one of the promises in `docs/reliability.md`.

use std::sync::LazyLock;

use kupas::article::{Article, Record};
use kupas::cleaner::{Cleaner, Explanation, Options};
use kupas::read::{Item, Options as ReadOptions, Reader};

/// The cleaner, with the built-in packs and weights.
pub static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Options::default()).unwrap_or_else(|error| panic!("built-in packs: {error}")));

/// What a reader would see of the text: the characters that print, white space aside.
fn seen(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().filter(|c| c.is_alphanumeric() || c.is_ascii_punctuation())
}

/// Cleans a record and holds the oracles against what comes out.
pub fn check(record: &Record) {
    let article = CLEANER.clean(record);
    sound(record, &article);
    // Explaining costs several times as much as cleaning, and so may cleaning again: one input in eight each.
    match (record.text.len() + record.html.as_ref().map_or(0, String::len)) % 8 {
        0 => assert_eq!(article, explain(record).article, "explaining and cleaning differ"),
        1 => settles(&article),
        _ => {}
    }
}

/// Explains a record and holds all oracles against what comes out, work included.
pub fn explain(record: &Record) -> Explanation {
    let explanation = CLEANER.explain(record);
    let flat = sound(record, &explanation.article);
    let most = (WORK_PER_BYTE * flat.len() + WORK_AT_LEAST) as u64;
    let work = explanation.judgement.work;
    assert!(work <= most, "{work} features for {} bytes", flat.len());
    explanation
}

fn sound<'a>(record: &'a Record, article: &'a Article) -> &'a str {
    let flat = article.flat.as_deref().unwrap_or(&record.text);
    conserved(flat, article);
    extracted(flat, article);
    bounded(record, flat, article);
    plain(&article.text);
    flat
}

/// Cleaning what is clean only takes away, and comes to rest.
fn settles(article: &Article) {
    let mut text = article.text.clone();
    for _ in 0..PASSES {
        let record = Record { text, ..Record::default() };
        let again = CLEANER.clean(&record);
        sound(&record, &again);
        if seen(&again.text).eq(seen(&record.text)) {
            return;
        }
        text = again.text;
    }
    panic!("cleaning again and again has not come to rest");
}

/// So often real articles are cleaned at most until nothing changes any more, many times over.
const PASSES: usize = 32;

/// Kept and removed together are all of the text, each once.
fn conserved(flat: &str, article: &Article) {
    let mut end = 0;
    let mut removed = 0;
    for piece in &article.removed {
        assert!(piece.span.start >= end, "removed spans overlap or are out of order");
        end = piece.span.end;
        let text = flat.get(piece.span.clone());
        removed += seen(text.expect("a removed span is no stretch of the text")).count();
    }
    assert_eq!(removed + seen(&article.text).count(), seen(flat).count(), "kept and removed are not all of the text");
}

/// What is kept stands in the text, in order.
fn extracted(flat: &str, article: &Article) {
    let mut input = seen(flat);
    for c in seen(&article.text) {
        assert!(input.any(|other| other == c), "the clean text holds what the input does not");
    }
}

/// Output grows with the input, not beyond it.
fn bounded(record: &Record, flat: &str, article: &Article) {
    if let Some(html) = &record.html {
        // A character reference of five bytes can stand for six, and a NUL for the three of U+FFFD.
        let most = html.len() + html.len() / 5 + 2 * html.matches('\0').count() + 16;
        assert!(flat.len() <= most, "{} bytes from a page of {}", flat.len(), html.len());
    }
    // Between two paragraphs stand two line feeds, where there may have been one.
    assert!(article.text.len() <= 2 * flat.len(), "{} bytes of text from {}", article.text.len(), flat.len());
}

/// How many features a byte of text may cost, and how many any document may.
const WORK_PER_BYTE: usize = 512;
const WORK_AT_LEAST: usize = 100_000;

/// No control characters but line feeds.
fn plain(text: &str) {
    let control = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(control, None, "a control character in the text");
}

/// Reads a file as the command line would, and cleans what comes of it. Returns how many items came, records and others.
///
/// # Panics
/// If an oracle does not hold.
pub fn read_and_check(name: &str, data: &[u8]) -> (usize, usize) {
    let folder = tempfile::Builder::new().prefix("kupas-fuzz").tempdir_in(memory());
    let folder = folder.unwrap_or_else(|error| panic!("no folder to work in: {error}"));
    let path = folder.path().join(name);
    std::fs::write(&path, data).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (mut records, mut others) = (0, 0);
    for item in Reader::new(&[path], ReadOptions { max_record_bytes: 1 << 20, ..ReadOptions::default() }) {
        match item {
            Item::Record(record) => {
                records += 1;
                assert!(record.text.len() <= 3 << 20, "a record beyond the limit");
                if records <= 4 {
                    check(&record);
                }
            }
            _ => others += 1,
        }
        assert!(records + others <= data.len() * 2048 + 16, "more items than bytes");
    }
    assert!(records + others > 0, "an input that came to nothing without a word");
    (records, others)
}

/// A folder that is held in memory, where there is one.
fn memory() -> std::path::PathBuf {
    let shared = std::path::Path::new("/dev/shm");
    if shared.is_dir() { shared.to_path_buf() } else { std::env::temp_dir() }
}
