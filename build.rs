//! Reads `packs/**/*.toml` for the crate, in sorted order, so that the binary needs no files beside it and no time to read them,
//! and works out beforehand what can be told of their patterns.
#![allow(clippy::print_stdout, reason = "cargo reads directives from standard output")]
#![allow(dead_code, reason = "files of the crate of which only parts are needed here")]

#[path = "src/article.rs"]
mod article;
#[path = "src/pattern.rs"]
mod pattern;

#[path = "src/judge"]
mod judge {
    pub mod byte_set;
    pub mod ends;
    pub mod gates;
    pub mod heads;
    pub mod openings;
    pub mod pack;
    pub mod program;

    /// What packs must satisfy beyond their schema, the crate's tests see to.
    pub mod check {
        use super::pack::{Pack, PackError};

        pub fn check(_: &Pack, _: usize) -> Result<(), PackError> {
            Ok(())
        }

        pub fn check_patterns(_: &Pack) -> Result<(), PackError> {
            Ok(())
        }
    }
}

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use judge::gates::{Gates, required_literals};
use judge::pack::{Pack, parse};
use judge::program::Program;
use serde_json::Value;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=packs");
    println!("cargo::rerun-if-changed=build.rs");
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("packs");
    let mut packs = Vec::new();
    for group in ["common", "lang", "portal"] {
        for file in toml_files(&root.join(group))? {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let pack = parse(&format!("packs/{group}/{name}"), &fs::read_to_string(&file)?);
            packs.push(pack.map_err(io::Error::other)?);
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("patterns.rs"), patterns(&packs))?;
    let mut with_lines = Vec::new();
    for pack in &packs {
        let lines: Vec<usize> = pack.rules.iter().map(|rule| rule.line).collect();
        let mut pack = serde_json::to_value(pack)?;
        pack["rules"].as_array_mut().into_iter().flatten().for_each(leave_out_defaults);
        with_lines.push((pack, lines));
    }
    fs::write(out.join("packs.json"), serde_json::to_string(&with_lines)?)
}

/// Takes out of a rule what it need not say: reading nothing is fastest.
fn leave_out_defaults(rule: &mut Value) {
    let says_something = |value: &Value| match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(list) => !list.is_empty(),
        _ => true,
    };
    if let Value::Object(keys) = rule {
        keys.retain(|_, value| says_something(value));
    }
}

/// What is known of the patterns of all rules, as Rust: a list of `Known`, sorted by pattern.
fn patterns(packs: &[Pack]) -> String {
    let patterns = packs.iter().flat_map(|pack| &pack.rules).filter_map(|rule| rule.full_pattern());
    let known: BTreeMap<String, String> = patterns
        .filter_map(|pattern| {
            let hir = regex_syntax::parse(&pattern).ok()?;
            let (literals, gates) = (required_literals(&pattern), Gates::of(&hir));
            let program = Program::of(&hir).map_or_else(|| "None".to_owned(), |program| format!("Some({program})"));
            let facts = format!("Facts {{ gates: {gates:?}, program: {program} }}");
            let known = format!("Known {{ pattern: {pattern:?}, literals: &{literals:?}, facts: {facts} }},\n");
            Some((pattern, known))
        })
        .collect();
    let known: Vec<String> = known.into_values().collect();
    format!("[\n{}]\n", known.concat())
}

/// The pack files of a folder, sorted; none if there is no such folder.
fn toml_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
