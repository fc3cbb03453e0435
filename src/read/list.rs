//! Lists of files: paths, one a line or with NULs between them, read as they are needed. Paths are meant as they stand:
//! no globs, no comments, no quotes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Bytes that a path in a list may have.
const PATH_BYTES: u64 = 64 * 1024;

/// The paths in one list.
pub struct List {
    input: BufReader<Box<dyn Read + Send>>,
    label: String,
    /// What stands between paths.
    separator: u8,
    found: bool,
    ended: bool,
}

impl List {
    /// Opens a list; `-` is standard input. If there is a NUL near its start, NULs stand between its paths.
    pub fn open(path: &Path) -> Result<List, Error> {
        let is_standard_input = path == Path::new("-");
        let label = if is_standard_input { "standard input".to_owned() } else { path.to_string_lossy().into_owned() };
        let fail = |error: io::Error| Error::file(&label, error);
        let input: Box<dyn Read + Send> =
            if is_standard_input { Box::new(io::stdin()) } else { Box::new(File::open(path).map_err(fail)?) };
        let mut input = BufReader::with_capacity(64 * 1024, input);
        let has_nul = memchr::memchr(0, input.fill_buf().map_err(fail)?).is_some();
        Ok(List { input, label, separator: if has_nul { 0 } else { b'\n' }, found: false, ended: false })
    }

    fn read(&mut self) -> io::Result<Option<PathBuf>> {
        loop {
            let mut path = Vec::new();
            if self.input.by_ref().take(PATH_BYTES).read_until(self.separator, &mut path)? == 0 {
                return Ok(None);
            }
            let is_whole = path.last() == Some(&self.separator);
            if !is_whole && path.len() as u64 == PATH_BYTES {
                return Err(io::Error::other(format!("not a list of files: a path of over {PATH_BYTES} bytes")));
            }
            if is_whole {
                path.pop();
            }
            if self.separator == b'\n' && path.ends_with(b"\r") {
                path.pop();
            }
            if !path.is_empty() {
                return Ok(Some(to_path(path)));
            }
        }
    }
}

impl Iterator for List {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read() {
            Ok(Some(path)) => {
                self.found = true;
                Some(Ok(path))
            }
            Ok(None) => {
                self.ended = true;
                (!self.found).then(|| Err(Error::file(&self.label, "empty: the list names no file")))
            }
            Err(error) => {
                self.ended = true;
                Some(Err(Error::file(&self.label, error)))
            }
        }
    }
}

#[cfg(unix)]
fn to_path(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn to_path(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}
