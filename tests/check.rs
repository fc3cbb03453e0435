//! `kupas check` for a user's own fixtures: what is compared, what is shown, what is rewritten.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

use kupas::cleaner::{Cleaner, Options};
use kupas::fixture::{self, Fixture, FixtureError};

const ARTICLE: &str = "Jembatan Gantung di Desa Sukamaju Selesai Diperbaiki\n\n\
    Warga Desa Sukamaju kembali memakai jembatan gantung yang putus sejak banjir bulan lalu, kata kepala desa setempat.\n\n\
    Perbaikan berlangsung tiga pekan dan dikerjakan bersama oleh warga serta petugas dinas pekerjaan umum kabupaten.\n";

fn cleaner() -> Cleaner {
    Cleaner::new(Options::default()).expect("the built-in packs and weights")
}

/// A folder with one fixture in it, made of the article.
fn folder() -> (tempfile::TempDir, Fixture) {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("artikel.txt");
    fs::write(&input, ARTICLE).unwrap();
    let fixture = Fixture::create(&input, &folder.path().join("contoh/jembatan"), &cleaner()).unwrap();
    (folder, fixture)
}

fn differences(folder: &Path) -> String {
    Fixture::read(folder).unwrap().check(&cleaner()).iter().map(ToString::to_string).collect()
}

fn edit(path: &Path, from: &str, to: &str) {
    let content = fs::read_to_string(path).unwrap();
    assert!(content.contains(from), "{} has no `{from}`:\n{content}", path.display());
    fs::write(path, content.replace(from, to)).unwrap();
}

#[test]
fn a_new_fixture_expects_what_comes_out() {
    let (folder, fixture) = folder();
    assert_eq!(fs::read_to_string(fixture.folder.join("input.txt")).unwrap(), ARTICLE);
    assert!(fixture.text.as_deref().unwrap().contains("Perbaikan berlangsung tiga pekan"));
    assert_eq!(fixture::find(folder.path()).unwrap(), std::slice::from_ref(&fixture.folder));
    assert_eq!(differences(&fixture.folder), "");
}

#[test]
fn a_file_of_html_becomes_a_fixture_with_a_page() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("artikel.HTM");
    fs::write(&page, "<html><body><p>Warga kembali memakai jembatan gantung.</p></body></html>").unwrap();
    let fixture = Fixture::create(&page, &folder.path().join("contoh/jembatan"), &cleaner()).unwrap();
    assert_eq!(fixture.record.html, Some(fs::read_to_string(&page).unwrap()));
    assert_eq!(fs::read(fixture.folder.join("input.html")).unwrap(), fs::read(&page).unwrap());
    assert_eq!(fixture::find(folder.path()).unwrap(), std::slice::from_ref(&fixture.folder));

    fs::write(fixture.folder.join("input.txt"), ARTICLE).unwrap();
    assert_eq!(fixture::find(folder.path()).unwrap(), std::slice::from_ref(&fixture.folder));
    let error = Fixture::read(&fixture.folder).unwrap_err();
    assert!(matches!(error, FixtureError::TwoInputs(_)), "{error}");
}

#[test]
fn a_text_that_differs_is_shown_and_can_be_accepted() {
    let (_folder, fixture) = folder();
    edit(&fixture.folder.join("expected.txt"), "tiga pekan", "dua pekan");
    let shown = differences(&fixture.folder);
    assert!(shown.contains("- Perbaikan berlangsung dua pekan"), "{shown}");
    assert!(shown.contains("+ Perbaikan berlangsung tiga pekan"), "{shown}");

    let written = Fixture::read(&fixture.folder).unwrap().update(&cleaner()).unwrap();
    assert_eq!(written, ["expected.txt"]);
    assert_eq!(differences(&fixture.folder), "");
}

#[test]
fn only_metadata_that_the_fixture_names_counts() {
    let (_folder, fixture) = folder();
    let path = fixture.folder.join("record.json");
    fs::write(&path, r#"{"url": "https://contoh.id/1", "metadata": {"editors": []}}"#).unwrap();
    assert_eq!(differences(&fixture.folder), "");

    fs::write(&path, r#"{"url": "https://contoh.id/1", "metadata": {"editors": ["Sari Dewi"]}}"#).unwrap();
    assert_eq!(differences(&fixture.folder), "record.json\n  - editors: \"Sari Dewi\"\n  + editors: []\n");

    Fixture::read(&fixture.folder).unwrap().update(&cleaner()).unwrap();
    let record: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(record, serde_json::json!({"url": "https://contoh.id/1", "metadata": {"editors": []}}));
}

#[test]
fn a_verdict_that_differs_is_shown_with_its_line() {
    let (_folder, fixture) = folder();
    edit(&fixture.folder.join("verdicts.tsv"), "5\tparagraph\t", "5\tcaption\t");
    let shown = differences(&fixture.folder);
    assert!(shown.contains("-    5 caption      Perbaikan berlangsung"), "{shown}");
    assert!(shown.contains("+    5 paragraph    Perbaikan berlangsung"), "{shown}");
}

#[test]
fn text_in_verdicts_is_for_the_reader_only() {
    let (_folder, fixture) = folder();
    edit(&fixture.folder.join("verdicts.tsv"), "Perbaikan berlangsung", "Apa pun");
    assert_eq!(differences(&fixture.folder), "");
}

#[test]
fn a_fixture_is_never_overwritten_by_a_new_one() {
    let (folder, fixture) = folder();
    let again = Fixture::create(&folder.path().join("artikel.txt"), &fixture.folder, &cleaner());
    assert!(matches!(again, Err(FixtureError::Exists(_))));
}

#[test]
fn an_expectation_that_could_never_fail_is_an_error() {
    let (folder, fixture) = folder();
    fs::write(fixture.folder.join("record.json"), r#"{"metadata": {"author": "Sari Dewi"}}"#).unwrap();
    let error = Fixture::read(&fixture.folder).unwrap_err().to_string();
    assert!(error.ends_with("record.json: unknown key `metadata.author`"), "{error}");

    let empty = folder.path().join("kosong");
    fs::create_dir(&empty).unwrap();
    assert!(matches!(fixture::find(&empty), Err(FixtureError::Empty(_))));
}

#[test]
fn a_file_that_does_not_have_its_form_is_named_with_the_line() {
    let (_folder, fixture) = folder();
    edit(&fixture.folder.join("verdicts.tsv"), "5\tparagraph\t", "5\tparagraf\t");
    let error = Fixture::read(&fixture.folder).unwrap_err().to_string();
    assert!(error.contains("verdicts.tsv:3: unknown kind `paragraf`"), "{error}");
}

fn kupas(arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kupas")).args(arguments).output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&all).into_owned())
}

#[test]
fn the_exit_code_says_whether_anything_differs() {
    let (folder, fixture) = folder();
    let root = folder.path().to_str().unwrap();
    assert_eq!(kupas(&["check", root]), (Some(0), "1 fixtures: 1 as expected, 0 different\n".to_owned()));

    edit(&fixture.folder.join("expected.txt"), "tiga pekan", "dua pekan");
    let (code, shown) = kupas(&["check", root]);
    assert_eq!(code, Some(1));
    assert!(shown.contains("contoh/jembatan") && shown.ends_with("0 as expected, 1 different\n"), "{shown}");

    let (code, shown) = kupas(&["check", root, "--update"]);
    assert_eq!(code, Some(0));
    assert!(shown.contains("expected.txt") && !shown.contains("record.json"), "{shown}");
    assert_eq!(kupas(&["check", root]).0, Some(0));
}

#[test]
fn a_new_fixture_stays_in_its_folder() {
    let (folder, _) = folder();
    let root = folder.path().join("uji");
    let input = folder.path().join("artikel.txt");
    let new = |name: &str| kupas(&["check", root.to_str().unwrap(), "--new", input.to_str().unwrap(), "--as", name]);
    for name in ["../luar", "/luar", "a//b", ".", "a b", ""] {
        let (code, shown) = new(name);
        assert_eq!(code, Some(2), "{name}: {shown}");
    }
    assert!(!root.exists());
    assert_eq!(new("contoh.id/baru").0, Some(0));
    assert!(root.join("contoh.id/baru/expected.txt").is_file());
}

#[test]
fn a_broken_fixture_does_not_hide_the_others() {
    let (folder, fixture) = folder();
    let broken = folder.path().join("rusak");
    fs::create_dir(&broken).unwrap();
    fs::write(broken.join("input.txt"), ARTICLE).unwrap();
    fs::write(broken.join("record.json"), "{").unwrap();
    edit(&fixture.folder.join("expected.txt"), "tiga pekan", "dua pekan");
    let (code, shown) = kupas(&["check", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(1));
    assert!(shown.contains("record.json: "), "{shown}");
    assert!(shown.contains("2 fixtures: 0 as expected, 1 different, 1 broken\n"), "{shown}");
}
