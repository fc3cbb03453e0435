//! The documents are true: every `$ …` line of their console blocks is run, and what it prints is what they show.
//!
//! - Each document has a folder of its own, with copies of `seeds/`, `fixtures/` and `packs/`.
//! - A block fenced as ```` ```text berita.txt ```` (a language, then the name of a file) is written into it first.
//! - Every command must succeed. A command without output below it may print anything.
//! - In output, `...` stands for anything within a line, and on a line of its own for any number of lines.
//! - A block fenced as ```` ```console jq ```` is skipped where there is no `jq`.
//!
//! `DOCS=overwrite cargo test --test docs` rewrites output that has changed and holds no `...`; read the diff.
#![cfg(unix)]
// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use kupas::judge::gold;
use regex::Regex;

#[test]
fn every_example_does_what_it_shows() {
    let failures: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = documents().into_iter().map(|path| scope.spawn(move || run(&path))).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap()).collect()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn gold_in_the_documents_is_gold() {
    let mut found = 0;
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for block in blocks(&text) {
            if block.words.get(1).is_some_and(|name| name == "gold.jsonl") {
                for line in &block.lines {
                    gold::parse(line).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                    found += 1;
                }
            }
        }
    }
    assert!(found > 0, "no document shows what gold looks like");
}

#[test]
fn links_between_documents_lead_somewhere() {
    let link = Regex::new(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)").unwrap();
    for path in documents() {
        let text = fs::read_to_string(&path).unwrap();
        for found in link.captures_iter(&text) {
            let target = path.parent().unwrap().join(&found[1]);
            assert!(target.exists(), "{}: no such file: {}", path.display(), &found[1]);
        }
    }
}

#[test]
fn the_commands_for_newcomers_are_those_that_ci_runs() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let ci = fs::read_to_string(root().join(".ci/run")).unwrap();
    let commands: Vec<String> = blocks(&readme)
        .into_iter()
        .filter(|block| block.words.first().is_some_and(|word| word == "sh"))
        .flat_map(|block| block.lines)
        .filter(|line| line.starts_with("cargo"))
        .collect();
    assert_eq!(commands.len(), 2, "{commands:?}");
    for command in commands {
        assert!(ci.contains(&command), ".ci/run does not run `{command}`");
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The project's documents.
fn documents() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [".", "docs", "models", "packs"] {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        found.extend(entries.map(|entry| entry.unwrap().path()));
    }
    found.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    found.sort();
    found
}

/// A fenced block.
struct Block {
    /// What stands behind the fence.
    words: Vec<String>,
    /// Number of its first line in the document, from 0.
    start: usize,
    lines: Vec<String>,
}

fn blocks(text: &str) -> Vec<Block> {
    let mut found: Vec<Block> = Vec::new();
    let mut open = false;
    for (number, line) in text.lines().enumerate() {
        match line.strip_prefix("```") {
            Some(_) if open => open = false,
            Some(info) => {
                open = true;
                found.push(Block {
                    words: info.split_whitespace().map(str::to_owned).collect(),
                    start: number + 1,
                    lines: Vec::new(),
                });
            }
            None if open => found.last_mut().unwrap().lines.push(line.to_owned()),
            None => {}
        }
    }
    found
}

/// A command of a console block and the output below it.
struct Example {
    command: String,
    /// Number of the first line of output in the document, from 0.
    start: usize,
    output: Vec<String>,
}

fn examples(block: &Block) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    for (number, line) in block.lines.iter().enumerate() {
        let start = block.start + number + 1;
        match (line.strip_prefix("$ "), line.strip_prefix("> ")) {
            (Some(command), _) => found.push(Example { command: command.to_owned(), start, output: Vec::new() }),
            (None, Some(more)) if found.last().is_some_and(|e| e.command.ends_with('\\')) => {
                let example = found.last_mut().unwrap();
                example.command.push('\n');
                example.command.push_str(more);
                example.start = start;
            }
            _ => found.last_mut().expect("a console block starts with a command").output.push(line.clone()),
        }
    }
    found
}

/// Runs a document's examples; what went wrong.
fn run(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let blocks = blocks(&text);
    if !blocks.iter().any(is_console) {
        return Vec::new();
    }
    let folder = tempfile::tempdir().unwrap();
    for name in ["seeds", "fixtures", "packs"] {
        copy(&root().join(name), &folder.path().join(name));
    }
    let mut failures = Vec::new();
    let mut changes: Vec<(Example, String)> = Vec::new();
    for block in &blocks {
        if !is_console(block) {
            if let [_, name] = block.words.as_slice() {
                let file = folder.path().join(name);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, block.lines.join("\n") + "\n").unwrap();
            }
            continue;
        }
        if let Some(tool) = block.words.get(1).filter(|tool| !is_there(tool)) {
            eprintln!("{}:{}: skipped, there is no {tool}", path.display(), block.start);
            continue;
        }
        for example in examples(block) {
            let (well, printed) = shell(&example.command, folder.path());
            let shown = example.output.join("\n");
            let place = format!("{}:{}", path.display(), example.start);
            if !well {
                failures.push(format!("{place}: failed: {}\n{printed}", example.command));
            } else if !shown.is_empty() && !agrees(&shown, &printed) {
                failures.push(format!("{place}: {}\n--- shown\n{shown}\n--- printed\n{printed}", example.command));
                if !shown.contains("...") {
                    changes.push((example, printed));
                }
            }
        }
    }
    if std::env::var_os("DOCS").is_some_and(|value| value == "overwrite") {
        overwrite(path, &text, &changes);
    }
    failures
}

fn is_console(block: &Block) -> bool {
    block.words.first().is_some_and(|word| word == "console")
}

fn is_there(tool: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(tool).is_file())
}

/// Runs a command in a folder; whether it succeeded, and what it printed.
fn shell(command: &str, folder: &Path) -> (bool, String) {
    let binary = Path::new(env!("CARGO_BIN_EXE_kupas")).parent().unwrap();
    let mut path = vec![binary.to_path_buf()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{command}")])
        .current_dir(folder)
        .env("PATH", std::env::join_paths(path).unwrap())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    (output.status.success(), printed.trim_end().to_owned())
}

/// Whether what was printed is what is shown. White space at the ends of lines does not count.
fn agrees(shown: &str, printed: &str) -> bool {
    let mut pattern = String::from("^");
    for line in shown.lines() {
        if line.trim() == "..." {
            pattern.push_str(r"(?s:\n.*)?");
            continue;
        }
        let parts: Vec<String> = line.trim_end().split("...").map(regex::escape).collect();
        pattern.push_str(r"\n");
        pattern.push_str(&parts.join(".*"));
        pattern.push_str(r"[ \t]*");
    }
    pattern.push('$');
    Regex::new(&pattern).unwrap().is_match(&format!("\n{printed}"))
}

fn overwrite(path: &Path, text: &str, changes: &[(Example, String)]) {
    let mut lines: Vec<&str> = text.lines().collect();
    for (example, printed) in changes.iter().rev() {
        let range = example.start..example.start + example.output.len();
        lines.splice(range, printed.lines().map(str::trim_end));
    }
    if !changes.is_empty() {
        fs::write(path, lines.join("\n") + "\n").unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn shown_output_is_compared_as_the_rules_say() {
    assert!(agrees("a ... c\n...\nd", "a b c\nx\ny\nd"));
    assert!(agrees("...\nd", "d"));
    assert!(agrees("a\n\nb", "a\n\nb"));
    assert!(!agrees("a\nb", "a\nx\nb"));
    assert!(!agrees("a\nb", "ab"));
    assert!(!agrees("a", "ab"));
    assert!(!agrees("a ... c", "a b\nc"));
}
