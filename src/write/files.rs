//! Records into a file, or into one file after the other. Each appears when it is complete.
//!
//! A file that is to be taken up again after a crash says at certain places how much of it stands: at the ends of its blocks.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::atomic::{AtomicFile, Found};
use super::csv;
use super::encode::{Blocks, Bottom};
use super::rows::Rows;
use super::{Rendered, Renderer, Sink};
use crate::error::Error;
use crate::limits;
use crate::read::Compression;

/// What stands between documents of text: a line with a form feed.
pub(super) const SEPARATOR: &[u8] = b"\x0c\n";

/// The names of the files that a run writes: one, or a pattern with a place for a number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Names {
    /// One file.
    One(PathBuf),
    /// A file for every number from 0: what stands before the number, how many digits it has at least, what stands behind.
    Many(String, usize, String),
}

/// When a file is full. A record is never cut.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ShardSize {
    /// With so many records.
    Records(u64),
    /// With so many bytes of records, before compression.
    Bytes(u64),
}

/// How far the output is: all of this is on disk.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Mark {
    /// Number of the file being written.
    pub file: u64,
    /// Its length.
    pub length: u64,
    /// Records in it.
    pub records: u64,
    /// Bytes of them before compression.
    pub bytes: u64,
    /// Whether it is complete, and waits for its name or has it already.
    pub sealed: bool,
}

/// What is written into which files.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Plan {
    /// How records are written.
    pub renderer: Renderer,
    /// The files.
    pub names: Names,
    /// When each of many is full.
    pub size: Option<ShardSize>,
    /// Bytes of records that are written and compressed as one piece.
    pub block_bytes: usize,
}

/// A file of records, or many.
#[derive(Debug)]
pub struct Files {
    plan: Plan,
    /// Whether a crash leaves behind what can be gone on with.
    partial: bool,
    at: Mark,
    open: Option<Open>,
}

/// The file being written.
enum Open {
    Lines(Blocks),
    Rows(Box<Rows>),
}

impl Names {
    /// The names that a path stands for: `{}` or `{:05}` in it is a number.
    ///
    /// # Errors
    /// Says what is wrong with a pattern.
    pub fn parse(path: &Path) -> Result<Names, String> {
        let Some((before, rest)) = path.to_str().and_then(|text| text.split_once('{')) else {
            return Ok(Names::One(path.to_path_buf()));
        };
        let wrong = || "a number's place is written {} or, for five digits, {:05}, once".to_owned();
        let (inside, behind) = rest.split_once('}').ok_or_else(wrong)?;
        let width = match inside.strip_prefix(":0") {
            Some(digits) => digits.parse().ok().filter(|width| (1..=19).contains(width)).ok_or_else(wrong)?,
            None if inside.is_empty() => 1,
            None => return Err(wrong()),
        };
        if behind.contains(['{', '}']) || before.contains('}') {
            return Err(wrong());
        }
        Ok(Names::Many(before.to_owned(), width, behind.to_owned()))
    }

    /// The path of the file of that number.
    #[must_use]
    pub fn path(&self, number: u64) -> PathBuf {
        match self {
            Names::One(path) => path.clone(),
            Names::Many(before, width, behind) => {
                let width = *width;
                PathBuf::from(format!("{before}{number:0width$}{behind}"))
            }
        }
    }

    /// Whether there can be more than one.
    #[must_use]
    pub fn is_many(&self) -> bool {
        matches!(self, Names::Many(..))
    }

    /// A path that stands for all of them, for what belongs to all.
    #[must_use]
    pub fn common(&self) -> PathBuf {
        match self {
            Names::One(path) => path.clone(),
            Names::Many(before, _, behind) => PathBuf::from(format!("{before}N{behind}")),
        }
    }

    /// How the files are compressed, by the end of their name.
    fn compression(&self) -> Option<Compression> {
        let path = self.path(0);
        path.extension().and_then(|extension| Compression::from_extension(extension.to_str()?))
    }
}

impl Files {
    /// Records to one file, which appears when the run ends well.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn one(renderer: Renderer, path: &Path) -> Result<Files, Error> {
        let names = Names::One(path.to_path_buf());
        Files::new(Plan { renderer, names, size: None, block_bytes: limits::BLOCK_BYTES })
    }

    /// Records to the files of a plan. If the run yields nothing but failures, what stood there stays. Pipes and devices
    /// are written as they are.
    ///
    /// # Errors
    /// If the first file cannot be created.
    pub fn new(plan: Plan) -> Result<Files, Error> {
        let mut files = Files { plan, partial: false, at: Mark::default(), open: None };
        files.open()?;
        Ok(files)
    }

    /// As [`Files::new`], but going on where a run stopped: at `mark`, or at the beginning if there is none.
    ///
    /// # Errors
    /// If what should be there is not.
    pub fn resume(plan: Plan, mark: Option<Mark>) -> Result<Files, Error> {
        let at = mark.unwrap_or_default();
        let mut files = Files { plan, partial: true, at, open: None };
        if files.at.sealed {
            files.publish_sealed()?;
            files.next_file();
        } else if at.file == 0 || at.records > 0 {
            // Any other file is opened when there is something for it.
            files.open()?;
        }
        Ok(files)
    }

    /// The path of the file being written.
    fn path(&self) -> PathBuf {
        self.plan.names.path(self.at.file)
    }

    fn fail(&self, error: io::Error) -> Error {
        Error::output(self.path().to_string_lossy(), error)
    }

    fn open(&mut self) -> Result<(), Error> {
        let path = self.path();
        let special = fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file());
        let bottom = if special {
            OpenOptions::new().write(true).open(&path).map(|file| Box::new(file) as Box<dyn Bottom>)
        } else if self.partial {
            AtomicFile::partial(&path, self.at.length).map(|file| Box::new(file) as Box<dyn Bottom>)
        } else {
            AtomicFile::create(&path).map(|file| Box::new(file) as Box<dyn Bottom>)
        };
        let bottom = bottom.map_err(|error| self.fail(error))?;
        self.open = Some(if matches!(self.plan.renderer, Renderer::Rows(_)) {
            Open::Rows(Box::new(Rows::new(bottom).map_err(|error| self.fail(error))?))
        } else {
            let mut blocks = Blocks::new(bottom, self.plan.names.compression(), self.plan.block_bytes, self.at.length);
            if let Renderer::Csv { .. } = self.plan.renderer
                && self.at.length == 0
            {
                blocks.add(csv::header().as_bytes()).map_err(|error| self.fail(error))?;
            }
            Open::Lines(blocks)
        });
        Ok(())
    }

    /// Puts a file in place that an earlier run sealed, unless it did so itself.
    fn publish_sealed(&mut self) -> Result<(), Error> {
        let path = self.path();
        let length = self.at.length;
        let published = AtomicFile::find_partial(&path).and_then(|found| match found {
            Found::Partial => AtomicFile::partial(&path, length)?.commit(),
            Found::Whole(there) if there == length => Ok(()),
            Found::Whole(_) | Found::Nothing => Err(io::Error::other("what an earlier run wrote is gone")),
        });
        published.map_err(|error| self.fail(error))
    }

    fn next_file(&mut self) {
        self.at = Mark { file: self.at.file + 1, ..Mark::default() };
    }
}

impl Sink for Files {
    fn renderer(&self) -> Renderer {
        self.plan.renderer
    }

    fn write(&mut self, record: &Rendered) -> Result<(), Error> {
        if self.open.is_none() {
            self.open()?;
        }
        let is_first = self.at.records == 0;
        let written = match &mut self.open {
            Some(Open::Lines(blocks)) if self.plan.renderer.is_text() && !is_first => {
                // In one piece, so that a block never ends in between.
                let mut bytes = SEPARATOR.to_vec();
                bytes.extend_from_slice(&record.bytes);
                blocks.add(&bytes)
            }
            Some(Open::Lines(blocks)) => blocks.add(&record.bytes),
            Some(Open::Rows(rows)) => record.row.as_ref().map_or(Ok(()), |row| rows.add(row)),
            None => Ok(()),
        };
        written.map_err(|error| self.fail(error))?;
        self.at.records += 1;
        self.at.bytes += record.size() as u64;
        Ok(())
    }

    fn is_full(&self) -> bool {
        match self.plan.size {
            None => false,
            Some(ShardSize::Records(most)) => self.at.records >= most,
            Some(ShardSize::Bytes(most)) => self.at.bytes >= most,
        }
    }

    fn can_mark(&self) -> bool {
        match &self.open {
            None => true,
            Some(Open::Lines(blocks)) => blocks.is_between_blocks(),
            Some(Open::Rows(_)) => false,
        }
    }

    fn mark(&mut self) -> Result<Mark, Error> {
        let synced = match &mut self.open {
            Some(Open::Lines(blocks)) => blocks.sync().map(|()| blocks.length()),
            Some(Open::Rows(rows)) => Ok(rows.length()),
            None => Ok(self.at.length),
        };
        self.at.length = synced.map_err(|error| self.fail(error))?;
        Ok(self.at)
    }

    fn seal(&mut self) -> Result<(), Error> {
        let sealed = match &mut self.open {
            Some(Open::Lines(blocks)) => blocks.seal().map(|()| blocks.length()),
            Some(Open::Rows(rows)) => rows.seal().map(|()| rows.length()),
            None => return Ok(()),
        };
        self.at.length = sealed.map_err(|error| self.fail(error))?;
        self.at.sealed = true;
        Ok(())
    }

    fn publish(&mut self) -> Result<(), Error> {
        let published = match self.open.take() {
            Some(Open::Lines(blocks)) => blocks.publish(),
            Some(Open::Rows(rows)) => rows.publish(),
            None => return Ok(()),
        };
        published.map_err(|error| self.fail(error))?;
        self.next_file();
        Ok(())
    }
}

impl std::fmt::Debug for Open {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Open::Lines(_) => "Lines",
            Open::Rows(_) => "Rows",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_has_one_place_for_a_number() {
        let name = |path: &str| Names::parse(Path::new(path)).map(|names| names.path(7).to_string_lossy().into_owned());
        assert_eq!(name("a/b.jsonl"), Ok("a/b.jsonl".to_owned()));
        assert_eq!(name("a/b-{}.jsonl.gz"), Ok("a/b-7.jsonl.gz".to_owned()));
        assert_eq!(name("a/{:05}"), Ok("a/00007".to_owned()));
        for wrong in ["{", "}{", "a{}b{}", "{x}", "{:0}", "{:99}", "{:5}", "{:00}", "{}}"] {
            assert!(name(wrong).is_err(), "{wrong}");
        }
    }
}
