//! Input made to hurt: huge, deep, repeated, invisible or damaged. Cleaning must come back, lose nothing, and stay on a small
//! stack. Nothing is timed here; what is not linear would not finish.
//!
//! `MUTATE=100000 cargo test --release --test hostile mutated` runs that many mutated inputs instead of the usual number.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;
mod generated;

use std::sync::LazyLock;
use std::thread;

use common::Place;
use generated::{BREAKS, CHROME, NOISE, PROSE, Random, documents, mutated};
use kupas::article::{Article, Record};
use kupas::cleaner::{Cleaner, Options};
use rayon::iter::{IntoParallelIterator, ParallelIterator};

static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Options::default()).expect("the built-in packs and weights"));

const MB: usize = 1_000_000;

/// Bytes of stack on which everything here is cleaned: an eighth of what a thread usually has.
const STACK: usize = 256 << 10;

/// Cleans a text on a small stack and asserts that nothing of it is lost.
fn clean(text: String) -> Article {
    // Patterns are compiled when they are first needed, which takes what stack their compiler needs, whatever the input.
    LazyLock::force(&CLEANER);
    let small = thread::Builder::new().stack_size(STACK);
    let work = small.spawn(move || {
        let record = Record { text, ..Record::default() };
        let article = CLEANER.clean(&record);
        assert_nothing_lost(&record.text, &article);
        article
    });
    work.unwrap().join().unwrap_or_else(|_| panic!("cleaning panicked"))
}

fn assert_nothing_lost(input: &str, article: &Article) {
    let seen = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || c.is_ascii_punctuation()).count();
    let removed: usize = article.removed.iter().map(|removed| seen(&input[removed.span.clone()])).sum();
    assert_eq!(removed + seen(&article.text), seen(input));
}

fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes / piece.len())
}

/// Sentences of words in no order: nothing that could be taken for said before.
fn sentences(bytes: usize) -> String {
    let words: Vec<&str> =
        PROSE.iter().flat_map(|line| line.split(' ')).filter(|word| word.chars().all(char::is_lowercase)).collect();
    let mut random = Random::new(1);
    let mut text = String::new();
    while text.len() < bytes {
        text.push_str("Warga");
        (0..20).for_each(|_| text.extend([" ", words[random.below(words.len())]]));
        text.push_str(". ");
    }
    text
}

#[test]
fn a_megabyte_in_one_line() {
    let article = clean(sentences(MB));
    assert!(article.text.len() > MB / 2, "{} bytes are left", article.text.len());
}

#[test]
fn two_hundred_thousand_short_lines() {
    clean("a\n".repeat(200_000));
    clean("Kata Pendek\n\n".repeat(200_000));
    clean((0..200_000).map(|number| format!("{number}\n")).collect());
    clean((0..200_000).map(|number| format!("kata{number} ")).collect());
}

#[test]
fn headlines_without_end_above_an_article() {
    let below = sentences(1_000);
    clean((0..190_000).map(|number| format!("Berita Kota {number}\n")).collect::<String>() + &below);
    clean((0..190_000).map(|day| format!("{} Januari 2020\n", day % 31 + 1)).collect::<String>() + &below);
    clean("Kata. Baca juga: x\n".repeat(200_100));
}

#[test]
fn a_megabyte_of_one_phrase_of_chrome() {
    for piece in [
        "Baca juga: ",
        "Baca juga",
        "baca juga:",
        "(Baca juga: ",
        "BACA JUGA:\n",
        "[Gambas:Video 20detik]",
        "Foto: ",
        "JAKARTA, KOMPAS.com - ",
    ] {
        clean(repeated(piece, MB));
    }
}

#[test]
fn a_megabyte_of_every_mark() {
    for piece in [
        "(", ")", "[", "\"", "'", ".", ":", "/", "-", "*", "&", "#", "@", "|", "…", "“", "”", "\\", "&amp;", "://",
        "1/", "1:", "a/",
    ] {
        clean(repeated(piece, MB / 8));
    }
    // Marks do not count as the length of a line, so that this is a short one.
    for mark in ["?", "%", "|", "/", "."] {
        clean("Kata ".to_owned() + &repeated(mark, 3 * MB));
    }
    clean(repeated("(", MB));
    clean("(".repeat(MB / 2) + &")".repeat(MB / 2));
    clean(repeated("[(", MB / 2) + &repeated(")]", MB / 2));
}

#[test]
fn very_long_words() {
    for piece in ["a", "A", "Aa", "aB", "1", "_", "é", "İ", "文", "\u{fffd}"] {
        clean(repeated(piece, MB / 8));
    }
    clean("www.".to_owned() + &repeated("contoh.", MB));
    clean("https://contoh.example/".to_owned() + &repeated("a/b?c=d&", MB));
}

#[test]
fn nothing_that_anyone_could_see() {
    for piece in ["\n", "\r\n", "\r", " ", "\t", "\0", "\u{b}", "\u{200b}", "\u{feff}", "\u{a0}", "\u{85}", "\u{2028}"]
    {
        let article = clean(repeated(piece, MB / 8));
        assert_eq!(article.text, "", "{piece:?}");
        assert_eq!(article.removed, [], "{piece:?}");
    }
    assert_eq!(clean(String::new()).text, "");
}

#[test]
fn marks_that_combine_or_turn_the_text_around() {
    for piece in [
        "a\u{301}",
        "\u{301}",
        "\u{202e}abc\u{202c}",
        "\u{2066}",
        "\u{200f}",
        "\u{200d}",
        "👩\u{200d}",
        "\u{fe0f}",
        "\u{e0041}",
    ] {
        clean(repeated(piece, MB / 8));
    }
}

#[test]
fn nuls_and_controls_between_words() {
    let article = clean("Harga\0beras\u{1}naik \u{1b}[31mlagi\u{7f}.\n".repeat(1_000));
    assert!(!article.text.contains(|c: char| c.is_control() && c != '\n'));
}

#[test]
fn bytes_of_surrogates_are_replaced_and_counted() {
    let place = Place::new();
    let prose = common::prose(1);
    let mut bytes = prose.clone().into_bytes();
    bytes.extend(b" \xed\xa0\xbd\xed\xb8\x80 ");
    bytes.extend(prose.as_bytes());
    place.write("a.txt", bytes);
    let ran = place.run(&["clean", "a.txt"]);
    let record = &ran.expect(0, 1, 0).records()[0];
    assert!(record["text"].as_str().unwrap().contains("\u{fffd}"), "{record}");
    assert_eq!(record["warnings"][0]["code"], "invalid-utf8");
}

/// The largest record that is read, on the command line under a limit of memory that is far below what anything quadratic
/// would take.
#[test]
#[cfg(target_os = "linux")]
fn the_largest_record_is_cleaned_in_bounded_memory() {
    // A test that is not optimised would take minutes over the largest.
    let (size, kilobytes) = if cfg!(debug_assertions) { (2 * MB, 400_000) } else { (19 * MB, 3_000_000) };
    let prose = sentences(size);
    let shapes = [
        ("paragraphs", prose.replace(". ", ".\n\n")),
        ("one line", prose),
        ("words", repeated("a ", size)),
        ("lines", repeated("a\n", size)),
        ("marks", repeated("(", size)),
    ];
    for (name, text) in shapes {
        let place = Place::new();
        place.write("a.txt", text);
        let binary = env!("CARGO_BIN_EXE_kupas");
        // Of memory that is written to: how much address space the allocator sets aside differs from run to run.
        let limited = format!("ulimit -d {kilobytes}; exec {binary} clean a.txt --threads 1 --output out.jsonl");
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", &limited]).current_dir(place.path("."));
        let output = shell.output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(place.path("out.jsonl").exists(), "{name}");
    }
}

#[test]
fn more_lines_than_are_judged_one_by_one_are_kept_together_and_reported() {
    let article = clean("Kata Pendek\n".repeat(250_000));
    let codes: Vec<&str> = article.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert!(codes.contains(&"too-many-lines"), "{codes:?}");
}

#[test]
fn mutated_documents() {
    let count: u64 = std::env::var("MUTATE").map_or(12_000, |number| number.parse().unwrap());
    let documents = documents();
    (0..count).into_par_iter().for_each(|number| {
        let mut random = Random::new(number);
        let text = String::from_utf8_lossy(&mutated(&mut random, &documents, b'\n', &[CHROME, PROSE, NOISE, BREAKS]))
            .into_owned();
        let record = Record { text, ..Record::default() };
        let cleaned = std::panic::catch_unwind(|| CLEANER.clean(&record));
        let article =
            cleaned.unwrap_or_else(|_| panic!("mutated input {number} makes cleaning panic: {:?}", record.text));
        assert_nothing_lost(&record.text, &article);
    });
}
