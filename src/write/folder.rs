//! One file of text per record, in a folder, with the layout of the input where ids tell it.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;

use super::atomic::hidden_beside;
use super::{AtomicFile, Mark, Rendered, Renderer, Sink, names};
use crate::error::Error;

/// How many files are put on disk at the same time: one after the other, each would wait for the disk alone.
const SYNCING: usize = 16;

/// A folder that gets one file per record. Files of former runs with the same names are replaced, others stay.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    renderer: Renderer,
    /// Hashes of the names given in this run, in lower case since some systems do not tell cases apart. Eight bytes a record.
    given: HashSet<u64>,
    /// The folder that was last made or found, to spare asking again.
    last: PathBuf,
    /// What it takes to go on after a crash.
    notes: Option<Notes>,
}

/// What a run that can be taken up again keeps: which names were given, and what is not on disk for certain.
#[derive(Debug)]
struct Notes {
    /// The file with the hashes of all names given: what a run that goes on cannot know otherwise.
    names: PathBuf,
    at: Mark,
    /// Hashes that are not in that file yet.
    fresh: Vec<u8>,
    /// Files written since the last mark.
    written: Vec<PathBuf>,
}

impl Folder {
    /// The folder at `root`, made if it is missing, for text or Markdown.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new(root: &Path, renderer: Renderer) -> Result<Folder, Error> {
        fs::create_dir_all(root).map_err(|error| Error::output(root.to_string_lossy(), error))?;
        let (root, last) = (root.to_path_buf(), root.to_path_buf());
        Ok(Folder { root, renderer, given: HashSet::new(), last, notes: None })
    }

    /// As [`Folder::new`], but going on where a run stopped: at `mark`, or at the beginning if there is none. Beside
    /// `beside` stands, hidden, which names were given.
    ///
    /// # Errors
    /// If the folder cannot be made, or what should be there is not.
    pub fn resume(root: &Path, renderer: Renderer, beside: &Path, mark: Option<Mark>) -> Result<Folder, Error> {
        let mut folder = Folder::new(root, renderer)?;
        let hidden =
            |ending| hidden_beside(beside, ending).map_err(|error| Error::output(beside.to_string_lossy(), error));
        let (journal, names) = (hidden(".kupas")?, hidden(".kupas.names")?);
        let at = mark.unwrap_or_default();
        // After the last record no names are needed any more.
        if !at.sealed {
            folder.given = read_names(&names, at.length).map_err(|error| {
                let advice = format!("{error}; remove {} to begin anew", journal.to_string_lossy());
                Error::output(names.to_string_lossy(), io::Error::other(advice))
            })?;
        }
        folder.notes = Some(Notes { names, at, fresh: Vec::new(), written: Vec::new() });
        Ok(folder)
    }

    fn extension(&self) -> &'static str {
        if self.renderer == Renderer::Markdown { "md" } else { "txt" }
    }

    /// Where the record goes: a path that no other record of this run has.
    fn place(&mut self, id: &str) -> io::Result<PathBuf> {
        let extension = self.extension();
        let parts = names::path_for(id, extension);
        if self.claim(&parts.join("/"))
            && let Some(path) = self.make_folders(&parts)?
        {
            return Ok(path);
        }
        let mut name = names::flat(id, extension);
        let mut number = 2;
        while !self.claim(&name) || self.root.join(&name).is_dir() {
            name = names::numbered(id, extension, number);
            number += 1;
        }
        Ok(self.root.join(name))
    }

    fn claim(&mut self, path: &str) -> bool {
        let hash = names::fnv(&path.to_lowercase());
        let is_new = self.given.insert(hash);
        if let (true, Some(notes)) = (is_new, &mut self.notes) {
            notes.fresh.extend_from_slice(&hash.to_le_bytes());
        }
        is_new
    }

    /// Makes the folders on the way; `None` if something else stands there: a file, a link, or a folder in the file's place.
    fn make_folders(&mut self, parts: &[String]) -> io::Result<Option<PathBuf>> {
        let Some((name, folders)) = parts.split_last() else {
            return Ok(None);
        };
        let mut path = self.root.clone();
        if self.last != folders.iter().fold(path.clone(), |path, folder| path.join(folder)) {
            for folder in folders {
                path.push(folder);
                match fs::create_dir(&path) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                        if !fs::symlink_metadata(&path)?.is_dir() {
                            return Ok(None);
                        }
                    }
                    Err(error) => return Err(error),
                }
            }
            self.last = path;
        }
        let path = self.last.join(name);
        Ok((!path.is_dir()).then_some(path))
    }
}

impl Notes {
    /// Puts all that was written and given on disk.
    fn sync(&mut self, root: &Path) -> Result<Mark, Error> {
        sync_files(&self.written)?;
        sync_folders(&self.written, root)?;
        self.written.clear();
        if !self.fresh.is_empty() {
            let file = OpenOptions::new().append(true).create(true).open(&self.names);
            let added = file.and_then(|mut file| file.write_all(&self.fresh).and_then(|()| file.sync_all()));
            added.map_err(|error| Error::output(self.names.to_string_lossy(), error))?;
        }
        self.at.length += self.fresh.len() as u64;
        self.fresh.clear();
        Ok(self.at)
    }
}

/// The names given up to a mark, which says how long their file was then. What was added later is given anew.
fn read_names(path: &Path, length: u64) -> io::Result<HashSet<u64>> {
    let file = OpenOptions::new().read(true).write(true).open(path);
    let mut file = match file {
        Err(error) if error.kind() == io::ErrorKind::NotFound && length == 0 => return Ok(HashSet::new()),
        other => other?,
    };
    if file.metadata()?.len() < length {
        return Err(io::Error::other("what an earlier run noted is gone"));
    }
    file.set_len(length)?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.as_chunks::<8>().0.iter().map(|hash| u64::from_le_bytes(*hash)).collect())
}

fn sync_files(paths: &[PathBuf]) -> Result<(), Error> {
    let sync = |paths: &[PathBuf]| {
        paths.iter().try_for_each(|path| {
            // Windows syncs only what may be written.
            let file = OpenOptions::new().read(true).write(cfg!(windows)).open(path);
            file.and_then(|file| file.sync_all()).map_err(|error| Error::output(path.to_string_lossy(), error))
        })
    };
    thread::scope(|scope| {
        let start = |paths| thread::Builder::new().spawn_scoped(scope, move || sync(paths));
        let threads: Result<Vec<_>, _> = paths.chunks(paths.len().div_ceil(SYNCING).max(1)).map(start).collect();
        let threads = threads.map_err(|error| Error::Threads(error.to_string()))?;
        let panicked = |_| Err(Error::Threads("a thread panicked".to_owned()));
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(panicked))
    })
}

/// Puts the names of files on disk: the folders they stand in, up to the root.
fn sync_folders(files: &[PathBuf], root: &Path) -> Result<(), Error> {
    let mut folders = BTreeSet::new();
    for file in files {
        let above = file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        // Where one is known, so are those above it.
        above.map_while(|folder| folders.insert(folder).then_some(())).for_each(drop);
    }
    if cfg!(unix) {
        for folder in folders {
            let synced = File::open(folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| Error::output(folder.to_string_lossy(), error))?;
        }
    }
    Ok(())
}

impl Sink for Folder {
    fn renderer(&self) -> Renderer {
        self.renderer
    }

    fn write(&mut self, record: &Rendered) -> Result<(), Error> {
        let path = self.place(&record.id).map_err(|error| Error::output(self.root.to_string_lossy(), error))?;
        let file = match &self.notes {
            None => AtomicFile::create_beside(path.clone()),
            // What a killed run leaves behind of it is used up by the run that goes on.
            Some(_) => AtomicFile::partial_beside(path.clone()),
        };
        // Complete or not there, but without waiting for the disk at every one of many small files.
        let written = file.and_then(|mut file| {
            file.write_all(&record.bytes)?;
            file.commit_unsynced()
        });
        written.map_err(|error| Error::output(path.to_string_lossy(), error))?;
        if let Some(notes) = &mut self.notes {
            notes.at.records += 1;
            notes.at.bytes += record.size() as u64;
            notes.written.push(path);
        }
        Ok(())
    }

    fn seal(&mut self) -> Result<(), Error> {
        if let Some(notes) = &mut self.notes {
            notes.at.sealed = true;
        }
        Ok(())
    }

    fn publish(&mut self) -> Result<(), Error> {
        match self.notes.as_ref().map(|notes| (fs::remove_file(&notes.names), notes)) {
            Some((Err(error), notes)) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::output(notes.names.to_string_lossy(), error))
            }
            _ => Ok(()),
        }
    }

    fn can_mark(&self) -> bool {
        self.notes.is_some()
    }

    fn mark(&mut self) -> Result<Mark, Error> {
        self.notes.as_mut().map_or(Ok(Mark::default()), |notes| notes.sync(&self.root))
    }
}
