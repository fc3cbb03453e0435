//! A file that appears only when it is complete. What stood there before stays until then, whatever happens.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file being written beside its target, as `.<name>.<pid>.tmp`. Dropped without [`AtomicFile::commit`], it is gone.
#[derive(Debug)]
pub struct AtomicFile {
    file: Option<File>,
    temporary: PathBuf,
    target: PathBuf,
}

impl AtomicFile {
    /// Starts a file that is to stand at `target`; a link there is followed.
    ///
    /// # Errors
    /// If the folder is missing or cannot be written.
    pub fn create(target: &Path) -> io::Result<AtomicFile> {
        let target = target.canonicalize().unwrap_or_else(|_| target.to_path_buf());
        AtomicFile::create_beside(target)
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
        let name = target.file_name().ok_or_else(|| io::Error::other("not the name of a file"))?;
        let mut hidden = OsString::from(".");
        hidden.push(name);
        hidden.push(format!(".{}.tmp", std::process::id()));
        let temporary = target.with_file_name(hidden);
        let create = || OpenOptions::new().write(true).create_new(true).open(&temporary);
        let file = match create() {
            // Left over from a process that was killed and had our number.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&temporary)?;
                create()?
            }
            other => other?,
        };
        Ok(AtomicFile { file: Some(file), temporary, target })
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
        if !self.temporary.as_os_str().is_empty() {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// The folder that a file stands in.
#[cfg(unix)]
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
