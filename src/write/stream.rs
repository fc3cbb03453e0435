//! All records into one stream: standard output, or a file that appears when it is complete.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::encode::{Plain, Target, buffered, layered};
use super::{AtomicFile, Rendered, Renderer, Sink};
use crate::error::Error;
use crate::pipeline::Totals;
use crate::read::Compression;

/// What stands between documents of text: a line with a form feed.
const SEPARATOR: &[u8] = b"\x0c\n";

/// One stream of records.
pub struct Stream {
    renderer: Renderer,
    name: String,
    target: Option<Box<dyn Target>>,
    is_first: bool,
}

impl Stream {
    /// Records to `writer`, which messages call `name`.
    pub fn to_writer(renderer: Renderer, name: &str, writer: impl Write + Send + 'static) -> Stream {
        let target = Some(buffered(Plain(writer)));
        Stream { renderer, name: name.to_owned(), target, is_first: true }
    }

    /// Records to a file, which appears when the run ends well, compressed if its name ends in `.gz` or `.zst`. If the
    /// run yields nothing but failures, what stood there stays. Pipes and devices are written as they are.
    ///
    /// # Errors
    /// If the file cannot be created.
    pub fn to_file(renderer: Renderer, path: &Path) -> Result<Stream, Error> {
        let name = path.to_string_lossy().into_owned();
        let compression = path.extension().and_then(|extension| Compression::from_extension(extension.to_str()?));
        let special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
        let target = if special {
            OpenOptions::new().write(true).open(path).and_then(|file| layered(file, compression))
        } else {
            AtomicFile::create(path).and_then(|file| layered(file, compression))
        };
        let target = target.map_err(|error| Error::output(&name, error))?;
        Ok(Stream { renderer, name, target: Some(target), is_first: true })
    }
}

impl Sink for Stream {
    fn renderer(&self) -> Renderer {
        self.renderer
    }

    fn write(&mut self, record: &Rendered) -> Result<(), Error> {
        let Some(target) = &mut self.target else {
            return Ok(());
        };
        let separated = self.renderer == Renderer::Text && !std::mem::replace(&mut self.is_first, false);
        let separator: &[u8] = if separated { SEPARATOR } else { b"" };
        let written = target.write_all(separator).and_then(|()| target.write_all(&record.bytes));
        written.map_err(|error| Error::output(&self.name, error))
    }

    fn finish(&mut self, totals: &Totals) -> Result<(), Error> {
        let Some(target) = self.target.take() else {
            return Ok(());
        };
        if totals.is_only_failures() {
            return Ok(());
        }
        target.complete().map_err(|error| Error::output(&self.name, error))
    }
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Stream")
            .field("name", &self.name)
            .field("renderer", &self.renderer)
            .finish_non_exhaustive()
    }
}
