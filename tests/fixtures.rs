//! Every folder below `fixtures/` that holds an `input.txt` or an `input.html` is a test: adding one adds no Rust.
//!
//! `cargo run -- check fixtures/PORTAL/SLUG --update` rewrites the expectations of one; read the diff before you commit it.
//! What is expected and does not come out yet stands, with its reason, in `fixtures/known-differences.tsv`.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;

use kupas::cleaner::{Cleaner, Options};
use kupas::fixture::{self, Fixture};

/// Fixtures whose expectation is right and whose result is not yet, each with the reason, in a file of their own. One
/// that comes out right has to leave the file.
#[test]
fn every_fixture_comes_out_as_expected() {
    let cleaner = Cleaner::new(Options::default()).expect("the built-in packs and weights");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let known = known_differences(&root);
    let mut report = String::new();
    for folder in fixture::find(&root).unwrap() {
        let fixture = Fixture::read(&folder).unwrap_or_else(|error| panic!("{error}"));
        let name = folder.strip_prefix(&root).unwrap_or(&folder).display().to_string();
        let differences = fixture.check(&cleaner);
        let body_differs = differences.iter().any(|difference| difference.file == "expected.txt");
        match (known.get(&name), differences.is_empty()) {
            (None, true) => {}
            (Some(_), true) => report.push_str(&format!("\n{name}: comes out right now; take it off the list\n")),
            (Some(kind), false) if body_differs && kind != "body" => {
                report.push_str(&format!("\n{name}: now the body differs, too\n"));
            }
            (Some(_), false) => {}
            (None, false) => {
                report.push_str(&format!("\n{name}\n"));
                report.extend(differences.iter().map(ToString::to_string));
            }
        }
    }
    assert!(report.is_empty(), "fixtures differ\n{report}");
}

/// Name of the fixture, and what differs: `body`, `metadata` or `kinds`.
fn known_differences(root: &Path) -> BTreeMap<String, String> {
    let list = std::fs::read_to_string(root.join("known-differences.tsv")).unwrap();
    let known: BTreeMap<String, String> = list
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut cells = line.splitn(3, '\t');
            let cell = |cell: Option<&str>| cell.unwrap_or_default().to_owned();
            let (name, kind, reason) = (cell(cells.next()), cell(cells.next()), cell(cells.next()));
            assert!(["body", "metadata", "kinds"].contains(&kind.as_str()), "{line}: what differs?");
            assert!(!reason.is_empty(), "{line}: the reason is missing");
            let is_there = ["input.txt", "input.html"].iter().any(|input| root.join(&name).join(input).is_file());
            assert!(is_there, "{name}: no such fixture");
            (name, kind)
        })
        .collect();
    assert!(known.keys().map(String::as_str).is_sorted());
    known
}

#[test]
fn every_fixture_says_what_it_expects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for folder in fixture::find(&root).unwrap() {
        let fixture = Fixture::read(&folder).unwrap_or_else(|error| panic!("{error}"));
        let name = folder.display();
        assert!(fixture.text.is_some(), "{name} has no expected.txt");
        assert!(fixture.verdicts.is_some(), "{name} has no verdicts.tsv");
        assert!(fixture.description.is_some_and(|d| d.contains_key("metadata")), "{name} expects no metadata");
    }
}
