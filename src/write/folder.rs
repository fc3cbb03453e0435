//! One file of text per record, in a folder, with the layout of the input where ids tell it.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{AtomicFile, Rendered, Renderer, Sink, names};
use crate::error::Error;

/// A folder that gets one file per record. Files of former runs with the same names are replaced, others stay.
#[derive(Debug)]
pub struct Folder {
    root: PathBuf,
    renderer: Renderer,
    /// Hashes of the names given in this run, in lower case since some systems do not tell cases apart. Eight bytes a record.
    given: HashSet<u64>,
    /// The folder that was last made or found, to spare asking again.
    last: PathBuf,
}

impl Folder {
    /// The folder at `root`, made if it is missing, for text or Markdown.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new(root: &Path, renderer: Renderer) -> Result<Folder, Error> {
        fs::create_dir_all(root).map_err(|error| Error::output(root.to_string_lossy(), error))?;
        Ok(Folder { root: root.to_path_buf(), renderer, given: HashSet::new(), last: root.to_path_buf() })
    }

    /// Where the record goes: a path that no other record of this run has.
    fn place(&mut self, id: &str) -> io::Result<PathBuf> {
        let parts = names::path_for(id);
        if self.claim(&parts.join("/"))
            && let Some(path) = self.make_folders(&parts)?
        {
            return Ok(path);
        }
        let mut name = names::flat(id);
        let mut number = 2;
        while !self.claim(&name) || self.root.join(&name).is_dir() {
            name = names::numbered(id, number);
            number += 1;
        }
        Ok(self.root.join(name))
    }

    fn claim(&mut self, path: &str) -> bool {
        self.given.insert(names::fnv(&path.to_lowercase()))
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

impl Sink for Folder {
    fn renderer(&self) -> Renderer {
        self.renderer
    }

    fn write(&mut self, record: &Rendered) -> Result<(), Error> {
        let mut path = self.place(&record.id).map_err(|error| Error::output(self.root.to_string_lossy(), error))?;
        if self.renderer == Renderer::Markdown {
            path.set_extension("md");
        }
        // Complete or not there, but without waiting for the disk at every one of many small files.
        let written = AtomicFile::create_beside(path.clone()).and_then(|mut file| {
            file.write_all(&record.bytes)?;
            file.commit_unsynced()
        });
        written.map_err(|error| Error::output(path.to_string_lossy(), error))
    }
}
