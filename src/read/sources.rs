//! Which files to read: inputs as typed become sources, lazily. Opens nothing.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

use glob::MatchOptions;
use walkdir::WalkDir;

use super::list::List;
use crate::error::Error;

/// A stream of bytes to read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file; `None`: standard input.
    pub path: Option<PathBuf>,
    /// What it is called in messages: its path as it was given.
    pub label: String,
    /// What it is called in ids: its path relative to the input it was found by.
    pub id: String,
}

/// What looking for sources yields.
#[derive(Debug)]
pub enum Found {
    /// A file to read.
    Source(Source),
    /// An input that leads nowhere.
    Failure(Error),
    /// Something left out.
    Notice(String),
}

/// The sources of all inputs, in order.
pub struct Sources {
    inputs: std::vec::IntoIter<Input>,
    /// Lists of files, which come after the inputs.
    lists: std::vec::IntoIter<PathBuf>,
    list: Option<List>,
    walk: Option<Walk>,
    /// Canonical paths that are left out of walks.
    exclude: Vec<PathBuf>,
}

/// An input, and the folder that ids of files in it are relative to.
#[derive(Debug)]
enum Input {
    Typed(PathBuf),
    Matched { path: PathBuf, base: PathBuf },
}

/// A folder being walked.
struct Walk {
    entries: Box<dyn Iterator<Item = walkdir::Result<walkdir::DirEntry>> + Send>,
    root: PathBuf,
    /// The root without links, if anything is to be left out.
    canonical: Option<PathBuf>,
    base: PathBuf,
    found: bool,
}

impl Sources {
    /// The sources that these inputs lead to, and then those that the lists name. Without any, standard input.
    pub fn new(inputs: &[PathBuf], lists: &[PathBuf], exclude: &[PathBuf]) -> Sources {
        let mut typed: Vec<Input> = inputs.iter().cloned().map(Input::Typed).collect();
        if typed.is_empty() && lists.is_empty() {
            typed.push(Input::Typed(PathBuf::from("-")));
        }
        let exclude = exclude.iter().filter_map(|path| path.canonicalize().ok()).collect();
        Sources { inputs: typed.into_iter(), lists: Vec::from(lists).into_iter(), list: None, walk: None, exclude }
    }

    fn next_input(&mut self) -> Option<Result<Input, Error>> {
        if let Some(input) = self.inputs.next() {
            return Some(Ok(input));
        }
        loop {
            if let Some(list) = &mut self.list {
                if let Some(path) = list.next() {
                    return Some(path.map(|path| {
                        // Files from many folders: their whole paths tell them apart.
                        let base = path.ancestors().last().map(PathBuf::from).unwrap_or_default();
                        Input::Matched { path, base }
                    }));
                }
                self.list = None;
            }
            match List::open(&self.lists.next()?) {
                Ok(list) => self.list = Some(list),
                Err(failure) => return Some(Err(failure)),
            }
        }
    }

    fn start(&mut self, input: Input) -> Option<Found> {
        let (path, base) = match input {
            Input::Typed(path) if path == Path::new("-") => {
                return Some(Found::Source(standard_input()));
            }
            Input::Typed(path) => {
                if path.symlink_metadata().is_err()
                    && let Some(pattern) = path.to_str().filter(|text| text.contains(['*', '?', '[']))
                {
                    return self.expand(pattern);
                }
                let base =
                    if path.is_dir() { path.clone() } else { path.parent().map(PathBuf::from).unwrap_or_default() };
                (path, base)
            }
            Input::Matched { path, base } => (path, base),
        };
        if !path.is_dir() {
            return Some(Found::Source(Source::file(path, &base)));
        }
        self.walk = Some(Walk::new(path, base, !self.exclude.is_empty()));
        None
    }

    /// Puts what the glob matches in front of the other inputs.
    fn expand(&mut self, pattern: &str) -> Option<Found> {
        let options =
            MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };
        let paths = match glob::glob_with(pattern, options) {
            Ok(paths) => paths,
            Err(error) => {
                return Some(Found::Failure(Error::file(pattern, format!("no such file, and not a glob: {error}"))));
            }
        };
        let base = glob_base(pattern);
        // A pattern with `**` finds the files itself; walking the folders it finds as well would read them twice.
        let recursive = pattern.contains("**");
        let mut failure = None;
        let mut matched = Vec::new();
        for path in paths {
            match path {
                Ok(path) if recursive && path.is_dir() => {}
                Ok(path) => matched.push(Input::Matched { path, base: base.clone() }),
                Err(error) => failure = Some(Error::file(error.path().to_string_lossy(), error.error())),
            }
        }
        if matched.is_empty() && failure.is_none() {
            failure = Some(Error::file(pattern, "no file matches"));
        }
        matched.extend(self.inputs.by_ref());
        self.inputs = matched.into_iter();
        failure.map(Found::Failure)
    }
}

impl Iterator for Sources {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            if let Some(walk) = &mut self.walk {
                if let Some(found) = walk.next(&self.exclude) {
                    return Some(found);
                }
                self.walk = None;
            }
            let input = match self.next_input()? {
                Ok(input) => input,
                Err(failure) => return Some(Found::Failure(failure)),
            };
            if let Some(found) = self.start(input) {
                return Some(found);
            }
        }
    }
}

impl Source {
    fn file(path: PathBuf, base: &Path) -> Source {
        let relative = path.strip_prefix(base).unwrap_or(&path);
        let parts = relative.components().filter(|part| *part != Component::CurDir);
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        Source { id: parts.join("/"), label: path.to_string_lossy().into_owned(), path: Some(path) }
    }
}

impl Walk {
    fn new(root: PathBuf, base: PathBuf, canonical: bool) -> Walk {
        let entries = WalkDir::new(&root)
            .sort_by_file_name()
            .into_iter()
            // Hidden files are not articles; among them are the leftovers of our own unfinished output.
            .filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry.file_name()));
        let canonical = if canonical { root.canonicalize().ok() } else { None };
        Walk { entries: Box::new(entries), root, canonical, base, found: false }
    }

    fn next(&mut self, exclude: &[PathBuf]) -> Option<Found> {
        loop {
            let Some(entry) = self.entries.next() else {
                let empty = !std::mem::replace(&mut self.found, true);
                return empty
                    .then(|| Found::Notice(format!("{}: no file in this folder", self.root.to_string_lossy())));
            };
            self.found = true;
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return Some(Found::Failure(self.walk_error(&error))),
            };
            let kind = entry.file_type();
            if kind.is_dir() {
                self.found = entry.depth() > 0;
                continue;
            }
            let path = entry.into_path();
            if self.is_excluded(&path, exclude) {
                return Some(Found::Notice(format!("{}: left out, it is the output", path.to_string_lossy())));
            }
            if kind.is_symlink() {
                return Some(Found::Notice(format!("{}: left out, links are not followed", path.to_string_lossy())));
            }
            if !kind.is_file() {
                return Some(Found::Notice(format!("{}: left out, not a regular file", path.to_string_lossy())));
            }
            return Some(Found::Source(Source::file(path, &self.base)));
        }
    }

    fn is_excluded(&self, path: &Path, exclude: &[PathBuf]) -> bool {
        let Some(canonical) = &self.canonical else {
            return false;
        };
        let Ok(relative) = path.strip_prefix(&self.root) else {
            return false;
        };
        let path = canonical.join(relative);
        exclude.iter().any(|excluded| path.starts_with(excluded))
    }

    fn walk_error(&self, error: &walkdir::Error) -> Error {
        let path = error.path().unwrap_or(&self.root).to_string_lossy();
        match error.io_error() {
            Some(reason) => Error::file(path, reason),
            None => Error::file(path, error),
        }
    }
}

impl std::fmt::Debug for Sources {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Sources")
            .field("inputs", &self.inputs)
            .field("walk", &self.walk)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Walk {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Walk").field("root", &self.root).finish_non_exhaustive()
    }
}

fn standard_input() -> Source {
    Source { path: None, label: "standard input".to_owned(), id: "stdin".to_owned() }
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_encoded_bytes().first() == Some(&b'.')
}

/// The folder that a glob starts from: its components before the first with a wildcard.
fn glob_base(pattern: &str) -> PathBuf {
    let plain = |part: &std::path::Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[']);
    Path::new(pattern).components().take_while(plain).collect()
}
