//! Every folder below `fixtures/` that holds an `input.txt` is a test: adding one adds no Rust.
//!
//! `cargo run -- check fixtures --update` rewrites the expectations; read the diff before you commit it.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::path::Path;

use kupas::cleaner::{Cleaner, Options};
use kupas::fixture::{self, Fixture};

#[test]
fn every_fixture_comes_out_as_expected() {
    let cleaner = Cleaner::new(Options::default()).expect("the built-in packs and weights");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = fixture::find(&root).unwrap();
    let mut report = String::new();
    let mut failed = 0;
    for folder in &folders {
        let fixture = Fixture::read(folder).unwrap_or_else(|error| panic!("{error}"));
        let differences = fixture.check(&cleaner);
        if !differences.is_empty() {
            failed += 1;
            report.push_str(&format!(
                "\n{}\n",
                folder.strip_prefix(&root).unwrap_or(folder).display()
            ));
            report.extend(differences.iter().map(ToString::to_string));
        }
    }
    assert!(
        failed == 0,
        "{failed} of {} fixtures differ\n{report}",
        folders.len()
    );
}

#[test]
fn every_fixture_says_what_it_expects() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for folder in fixture::find(&root).unwrap() {
        let fixture = Fixture::read(&folder).unwrap_or_else(|error| panic!("{error}"));
        let name = folder.display();
        assert!(fixture.text.is_some(), "{name} has no expected.txt");
        assert!(fixture.verdicts.is_some(), "{name} has no verdicts.tsv");
        assert!(
            fixture
                .description
                .is_some_and(|d| d.contains_key("metadata")),
            "{name} expects no metadata"
        );
    }
}
