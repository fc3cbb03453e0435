//! What a run that can be taken up again notes beside its output: what it is about, and how far it is.
//!
//! The journal is a hidden file beside the output. It is replaced as a whole, so that it is always one state or the next; a
//! lock beside it keeps a second run away. Knows nothing of what the state means.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::atomic::{AtomicFile, hidden_beside};

/// Version of the journal's format.
const FORMAT: u32 = 1;

/// What a run is about. Only a run with the same of all these goes on where another stopped.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Identity {
    /// The version of the program.
    pub version: String,
    /// The program itself, with the rules and weights that are built in.
    pub program: String,
    /// The user's own packs.
    pub packs: String,
    /// The user's own weights.
    pub weights: String,
    /// The files that are read.
    pub input: String,
    /// The flags that what is written depends on.
    pub options: String,
}

impl Identity {
    /// In what two runs differ.
    #[must_use]
    pub fn differences(&self, other: &Identity) -> Vec<&'static str> {
        let pairs = [
            ("version of kupas", &self.version, &other.version),
            ("build of kupas", &self.program, &other.program),
            ("packs", &self.packs, &other.packs),
            ("weights", &self.weights, &other.weights),
            ("input", &self.input, &other.input),
            ("options", &self.options, &other.options),
        ];
        pairs.into_iter().filter(|(_, a, b)| a != b).map(|(name, _, _)| name).collect()
    }
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// It is that of another run.
    #[error("{}: that run had other {}; remove that file to begin anew", path.to_string_lossy(), what.join(" and other "))]
    Other {
        /// The journal.
        path: PathBuf,
        /// In what the runs differ.
        what: Vec<&'static str>,
    },
    /// Another process is at work on the same output.
    #[error("{}: another run is writing the same output", path.to_string_lossy())]
    Locked {
        /// The lock.
        path: PathBuf,
    },
    /// It holds something else.
    #[error("{}: not a journal of this version: {reason}", path.to_string_lossy())]
    Broken {
        /// The journal.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be read or written.
    #[error("{}: {source}", path.to_string_lossy())]
    Io {
        /// The journal or the lock.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// The journal of a run.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    identity: Identity,
    /// Held as long as the run lasts.
    lock: Option<(File, PathBuf)>,
}

#[derive(Deserialize, Serialize)]
struct Content<S> {
    journal_version: u32,
    identity: Identity,
    complete: bool,
    state: Option<S>,
}

/// What a journal says about an earlier run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Earlier<S> {
    /// There was none, or it did not come far enough.
    Nothing,
    /// It stopped in this state.
    Stopped(S),
    /// It came to its end, in this state.
    Complete(S),
}

impl Journal {
    /// The journal beside `output`, and what it says. The run is that of `identity`.
    ///
    /// # Errors
    /// If it is the journal of another run, if that one is still going on, or if it cannot be read or written.
    pub fn open<S>(output: &Path, identity: Identity) -> Result<(Journal, Earlier<S>), JournalError>
    where
        S: DeserializeOwned + Serialize,
    {
        let fail = |path: &Path, source| JournalError::Io { path: path.to_path_buf(), source };
        let path = hidden_beside(output, ".kupas").map_err(|error| fail(output, error))?;
        let lock = hidden_beside(output, ".kupas.lock").map_err(|error| fail(output, error))?;
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(&lock);
        let file = file.map_err(|error| fail(&lock, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::Locked { path: lock }),
            // Some file systems have no locks: then there is none.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(error)) => return Err(fail(&lock, error)),
        }
        let journal = Journal { path, identity, lock: Some((file, lock)) };
        let earlier = journal.read()?;
        if earlier.is_none() {
            // From now on, another run is told apart.
            journal.write::<S>(None, false).map_err(|error| fail(&journal.path, error))?;
        }
        Ok((journal, earlier.unwrap_or(Earlier::Nothing)))
    }

    fn read<S: DeserializeOwned>(&self) -> Result<Option<Earlier<S>>, JournalError> {
        let path = || self.path.clone();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(JournalError::Io { path: path(), source }),
        };
        let content: Content<S> = serde_json::from_slice(&bytes)
            .map_err(|error| JournalError::Broken { path: path(), reason: error.to_string() })?;
        if content.journal_version != FORMAT {
            let reason = format!("version {}", content.journal_version);
            return Err(JournalError::Broken { path: path(), reason });
        }
        let what = self.identity.differences(&content.identity);
        if !what.is_empty() {
            return Err(JournalError::Other { path: path(), what });
        }
        Ok(Some(match content.state {
            None => Earlier::Nothing,
            Some(state) if content.complete => Earlier::Complete(state),
            Some(state) => Earlier::Stopped(state),
        }))
    }

    /// Notes a state.
    ///
    /// # Errors
    /// If it cannot be put on disk; what was noted before still is, then.
    pub fn note<S: Serialize>(&self, state: &S) -> io::Result<()> {
        self.write(Some(state), false)
    }

    /// Notes that the run has come to its end.
    ///
    /// # Errors
    /// If that cannot be put on disk.
    pub fn complete<S: Serialize>(&self, state: &S) -> io::Result<()> {
        self.write(Some(state), true)
    }

    /// Where it stands.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn write<S: Serialize>(&self, state: Option<&S>, complete: bool) -> io::Result<()> {
        let identity = self.identity.clone();
        let content = Content { journal_version: FORMAT, identity, complete, state };
        AtomicFile::replace_alone(&self.path, &serde_json::to_vec(&content)?)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if let Some((file, path)) = self.lock.take() {
            // Removed while it is still held, so that nobody's lock is taken away.
            let _ = fs::remove_file(path);
            drop(file);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(input: &str) -> Identity {
        Identity { input: input.to_owned(), ..Identity::default() }
    }

    #[test]
    fn a_state_is_found_again_by_the_same_run_only() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("a.jsonl");
        let (journal, earlier) = Journal::open::<u32>(&output, identity("x")).unwrap();
        assert_eq!(earlier, Earlier::Nothing);
        journal.note(&7).unwrap();
        drop(journal);
        let (journal, earlier) = Journal::open::<u32>(&output, identity("x")).unwrap();
        assert_eq!(earlier, Earlier::Stopped(7));
        journal.complete(&9).unwrap();
        drop(journal);
        assert_eq!(Journal::open::<u32>(&output, identity("x")).unwrap().1, Earlier::Complete(9));
        let error = Journal::open::<u32>(&output, identity("y")).unwrap_err();
        assert!(error.to_string().contains("that run had other input; remove"), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn two_runs_cannot_have_one_output() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("a.jsonl");
        let (_journal, _) = Journal::open::<u32>(&output, identity("x")).unwrap();
        assert!(matches!(Journal::open::<u32>(&output, identity("x")), Err(JournalError::Locked { .. })));
    }

    #[test]
    fn what_is_no_journal_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("a.jsonl");
        fs::write(folder.path().join(".a.jsonl.kupas"), "punya orang lain").unwrap();
        assert!(matches!(Journal::open::<u32>(&output, identity("x")), Err(JournalError::Broken { .. })));
    }
}
