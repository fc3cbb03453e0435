//! A file that appears only when it is complete. What stood there before stays until then, whatever happens.
//!
//! Until then it stands beside its target under a hidden name. That is gone with the process, or, if a later process is to
//! go on with it, stays.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// A file being written beside its target, as `.<name>.<pid>.tmp`. Dropped without [`AtomicFile::commit`], it is gone,
/// unless it is [partial](AtomicFile::partial).
#[derive(Debug)]
pub struct AtomicFile {
    file: Option<File>,
    temporary: PathBuf,
    target: PathBuf,
    /// Whether it stays when dropped.
    partial: bool,
}

impl AtomicFile {
    /// Starts a file that is to stand at `target`; a link there is followed.
    ///
    /// # Errors
    /// If the folder is missing or cannot be written.
    pub fn create(target: &Path) -> io::Result<AtomicFile> {
        AtomicFile::create_beside(resolved(target))
    }

    /// Starts a file that is to stand at `target`, or goes on with it behind its first `length` bytes. Until it is
    /// committed it stands beside its target as `.<name>.part`, and stays there if the process ends.
    ///
    /// # Errors
    /// If the folder cannot be written, or what stands there is shorter than `length`.
    pub fn partial(target: &Path, length: u64) -> io::Result<AtomicFile> {
        AtomicFile::part_of(resolved(target), length)
    }

    /// As [`AtomicFile::partial`] from the beginning, but a link at `target` is replaced.
    pub(super) fn partial_beside(target: PathBuf) -> io::Result<AtomicFile> {
        AtomicFile::part_of(target, 0)
    }

    fn part_of(target: PathBuf, length: u64) -> io::Result<AtomicFile> {
        let temporary = hidden_beside(&target, ".part")?;
        let mut file = OpenOptions::new().write(true).create(length == 0).truncate(false).open(&temporary)?;
        let there = file.metadata()?;
        if !there.is_file() || there.len() < length {
            let reason = format!("{} holds {} bytes of {length}", temporary.to_string_lossy(), there.len());
            return Err(io::Error::other(reason));
        }
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        Ok(AtomicFile { file: Some(file), temporary, target, partial: true })
    }

    /// As [`AtomicFile::replace`], but what a process leaves behind that is killed is used up by the next.
    ///
    /// # Errors
    /// If any of it fails; the target is as it was then.
    pub fn replace_alone(target: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = AtomicFile::partial(target, 0)?;
        file.write_all(content)?;
        file.commit()
    }

    /// As [`AtomicFile::partial`], but if the file was committed already, with at least `length` bytes, that is taken back.
    ///
    /// # Errors
    /// If the folder cannot be written, or neither stands there.
    pub fn reopen(target: &Path, length: u64) -> io::Result<AtomicFile> {
        if length > 0 && matches!(AtomicFile::find_partial(target)?, Found::Whole(there) if there >= length) {
            let target = resolved(target);
            fs::rename(&target, hidden_beside(&target, ".part")?)?;
        }
        AtomicFile::partial(target, length)
    }

    /// Whether a partial file for `target` is there; if not, what length the target itself has.
    ///
    /// # Errors
    /// If `target` is not the name of a file.
    pub fn find_partial(target: &Path) -> io::Result<Found> {
        let target = resolved(target);
        if hidden_beside(&target, ".part")?.symlink_metadata().is_ok() {
            return Ok(Found::Partial);
        }
        Ok(fs::metadata(&target).map_or(Found::Nothing, |target| Found::Whole(target.len())))
    }

    /// Waits until all that was written is on disk.
    ///
    /// # Errors
    /// If it cannot be put there.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Makes `content` all that stands at `target`; a link there is followed.
    ///
    /// # Errors
    /// If any of it fails; the target is as it was then.
    pub fn replace(target: &Path, content: &[u8]) -> io::Result<()> {
        let mut file = AtomicFile::create(target)?;
        file.write_all(content)?;
        file.commit()
    }

    /// As [`AtomicFile::create`], but a link at `target` is replaced.
    pub(super) fn create_beside(target: PathBuf) -> io::Result<AtomicFile> {
        let temporary = hidden_beside(&target, &format!(".{}.tmp", std::process::id()))?;
        let create = || OpenOptions::new().write(true).create_new(true).open(&temporary);
        let file = match create() {
            // Left over from a process that was killed and had our number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&temporary)?;
                create()?
            }
            other => other?,
        };
        Ok(AtomicFile { file: Some(file), temporary, target, partial: false })
    }

    /// Puts the file in place; it and its name are on disk when this returns.
    ///
    /// # Errors
    /// If any of that fails; the target is as it was then.
    pub fn commit(mut self) -> io::Result<()> {
        if let Some(file) = &self.file {
            file.sync_all()?;
        }
        self.put_in_place()?;
        #[cfg(unix)]
        File::open(folder_of(&self.target))?.sync_all()?;
        Ok(())
    }

    /// Puts the file in place without waiting for the disk: safe if the process is killed, not if the power fails.
    pub(super) fn commit_unsynced(mut self) -> io::Result<()> {
        self.put_in_place()
    }

    fn put_in_place(&mut self) -> io::Result<()> {
        if let Ok(former) = fs::symlink_metadata(&self.target)
            && former.is_file()
        {
            fs::set_permissions(&self.temporary, former.permissions())?;
        }
        self.file = None;
        fs::rename(&self.temporary, &self.target)?;
        self.temporary = PathBuf::new();
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::Error::other("already closed")),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for AtomicFile {
    fn drop(&mut self) {
        self.file = None;
        if !self.partial && !self.temporary.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// What there is of a file that was begun.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Found {
    /// The part that was written.
    Partial,
    /// A file of this length in its place.
    Whole(u64),
    /// Neither.
    Nothing,
}

/// The file that a link leads to.
fn resolved(target: &Path) -> PathBuf {
    target.canonicalize().unwrap_or_else(|_| target.to_path_buf())
}

/// A hidden name beside a file.
pub(super) fn hidden_beside(target: &Path, ending: &str) -> io::Result<PathBuf> {
    let name = target.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(ending);
    Ok(target.with_file_name(hidden))
}

/// The folder that a file stands in.
#[cfg(unix)]
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
