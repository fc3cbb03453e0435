//! The repository is tidy: what people agreed on and no compiler checks.
// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use kupas::judge::rules::RuleSet;
use kupas::{Article, Kind, Record};
use regex::Regex;

/// Lines that a file of the program may have.
const LONGEST: usize = 600;

#[test]
fn no_rust_file_names_a_portal() {
    let rules = RuleSet::with_dirs(&[]).unwrap();
    let mut names = BTreeSet::new();
    for pack in rules.packs() {
        names.extend(pack.hosts.iter().cloned());
        names.extend(pack.names.iter().cloned());
    }
    assert!(names.len() > 100, "the packs name {} portals", names.len());
    let names: Vec<String> = names.iter().map(|name| regex::escape(name)).collect();
    let named = Regex::new(&format!(r"\b(?:{})\b", names.join("|"))).unwrap();
    for (path, text) in files(&["src"], &["rs"]) {
        for (number, line) in without_tests(&text).lines().enumerate() {
            if let Some(found) = named.find(line) {
                panic!(
                    "{}:{}: names the portal {}; that belongs into a pack",
                    path.display(),
                    number + 1,
                    found.as_str()
                );
            }
        }
    }
}

#[test]
fn every_file_says_first_what_it_does() {
    for (path, text) in files(&["src", "tests"], &["rs"]) {
        assert!(text.starts_with("//!"), "{}: does not start with a line on what it does", path.display());
    }
}

#[test]
fn files_are_short() {
    for (path, text) in files(&["src"], &["rs"]) {
        let lines = text.lines().count();
        let most = if path.ends_with("src/main.rs") { 50 } else { LONGEST };
        assert!(lines <= most, "{}: {lines} lines, {most} are enough", path.display());
    }
}

#[test]
fn nothing_is_left_to_be_done_or_tied_to_a_machine() {
    // Put together, so that this file does not find itself.
    let notes = Regex::new(&format!(r"\b(?:{}|{})\b", "TO\x44O", "FIX\x4dE")).unwrap();
    let places = Regex::new(r#"(?:^|[\s"'(=])/(?:home|root|Users|work|tmp)/\w"#).unwrap();
    let everywhere = [".ci", "benches", "docs", "fuzz", "models", "packs", "src", "tests", "."];
    for (path, text) in files(&everywhere, &["rs", "md", "toml", "txt", "css", "run", "sh"]) {
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), number + 1);
            assert!(!notes.is_match(line), "{place}: do it, or write an issue");
            assert!(!places.is_match(line), "{place}: names a machine's folder");
        }
    }
}

#[test]
fn documents_name_every_kind_key_and_warning() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let manual = fs::read_to_string(root().join("docs/manual.md")).unwrap();
    for kind in Kind::ALL {
        let row = format!("| `{}` |", kind.name());
        assert!(readme.contains(&row), "README.md: no kind {}", kind.name());
    }
    let line =
        kupas::write::Renderer::Jsonl(kupas::write::Detail::None).render(&Record::default(), &Article::default()).bytes;
    let record: serde_json::Value = serde_json::from_slice(&line).unwrap();
    let metadata = record["metadata"].as_object().unwrap();
    for key in record.as_object().unwrap().keys().chain(metadata.keys()) {
        let first = Regex::new(&format!(r"(?m)^\| (?:`\w+`, )?`{key}`")).unwrap();
        assert!(first.is_match(&readme), "README.md: no row for key {key}");
    }
    let codes = Regex::new(r#"code: "([a-z0-9-]+)""#).unwrap();
    let mut found = 0;
    for (path, text) in files(&["src"], &["rs"]) {
        for code in codes.captures_iter(without_tests(&text)) {
            found += 1;
            assert!(
                manual.contains(&format!("| `{}` |", &code[1])),
                "docs/manual.md: no warning {}, which {} gives",
                &code[1],
                path.display()
            );
        }
    }
    assert!(found >= 5, "{found} codes of warnings found");
}

#[test]
fn every_promise_names_tests_that_exist() {
    let text = fs::read_to_string(root().join("docs/reliability.md")).unwrap();
    let named = Regex::new(r"`((?:tests|src)/[\w/]+\.rs)::(\w+)`").unwrap();
    let mut found = 0;
    for test in named.captures_iter(&text) {
        found += 1;
        let file = fs::read_to_string(root().join(&test[1]))
            .unwrap_or_else(|_| panic!("docs/reliability.md: there is no {}", &test[1]));
        let pattern = format!(r"#\[test\]\s*(?:#\[[^\]]*\]\s*)*fn {}\(", &test[2]);
        assert!(
            Regex::new(&pattern).unwrap().is_match(&file),
            "docs/reliability.md: {} has no test {}",
            &test[1],
            &test[2]
        );
    }
    assert!(found > 30, "{found} tests named");
}

#[test]
fn no_dependency_maps_files_or_speaks_to_the_network() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    let lock: toml::Table = lock.parse().unwrap();
    let unwanted = [
        "curl",
        "hyper",
        "memmap",
        "memmap2",
        "mmap",
        "mio",
        "native-tls",
        "openssl",
        "reqwest",
        "rustls",
        "serde_yaml",
        "tokio",
        "ureq",
        "yaml-rust",
    ];
    for package in lock["package"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        assert!(!unwanted.contains(&name), "Cargo.lock: {name}");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of those folders (`.`: of the root alone) that end so or are called so, with their text, sorted.
fn files(folders: &[&str], endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in folders {
        let depth = if *folder == "." { 1 } else { usize::MAX };
        let walk = walkdir::WalkDir::new(root().join(folder)).max_depth(depth).sort_by_file_name();
        // What begins with a dot is built or installed, and not ours.
        let ours =
            |entry: &walkdir::DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
        for entry in walk.into_iter().filter_entry(ours).filter_map(Result::ok) {
            let path = entry.path();
            let ending = path.extension().or(path.file_name());
            let ending = ending.and_then(|ending| ending.to_str());
            if entry.file_type().is_file() && ending.is_some_and(|e| endings.contains(&e)) {
                let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                found.push((path.strip_prefix(root()).unwrap().to_path_buf(), text));
            }
        }
    }
    assert!(!found.is_empty());
    found
}

/// A source file up to its tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or_default()
}
