//! Layers under a stream: buffering, compression, and the file or pipe at the bottom, each of which can be completed.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use zstd::stream::write::Encoder as ZstdEncoder;

use super::AtomicFile;
use crate::read::Compression;

/// Something that is written to its end, and only then of use.
pub trait Target: Write + Send {
    /// Writes what is still held back and puts everything in place.
    fn complete(self: Box<Self>) -> io::Result<()>;
}

/// Buffers what goes to `target`.
pub fn buffered(target: impl Target + 'static) -> Box<dyn Target> {
    Box::new(Buffered::new(target))
}

/// Buffers and, if asked, compresses what goes to `target`.
pub fn layered(target: impl Target + 'static, compression: Option<Compression>) -> io::Result<Box<dyn Target>> {
    let target = Buffered::new(target);
    Ok(match compression {
        None => Box::new(target),
        Some(Compression::Gzip) => Box::new(GzEncoder::new(target, flate2::Compression::default())),
        Some(Compression::Zstd) => {
            let mut encoder = ZstdEncoder::new(target, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            Box::new(encoder)
        }
        Some(Compression::Bzip2) => Box::new(BzEncoder::new(target, bzip2::Compression::default())),
        Some(Compression::Xz) => Box::new(XzWriter::new(target, XzOptions::default())?),
    })
}

/// A stream that is complete when it is flushed, such as standard output.
pub struct Plain<W>(pub W);

/// A buffer; a type of its own so that completing passes through it.
struct Buffered<T: Write>(BufWriter<T>);

impl<T: Write> Buffered<T> {
    fn new(target: T) -> Buffered<T> {
        Buffered(BufWriter::with_capacity(128 * 1024, target))
    }
}

impl<W: Write> Write for Plain<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<T: Write> Write for Buffered<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write + Send> Target for Plain<W> {
    fn complete(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

impl Target for File {
    fn complete(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

impl Target for AtomicFile {
    fn complete(self: Box<Self>) -> io::Result<()> {
        self.commit()
    }
}

impl<T: Target> Target for Buffered<T> {
    fn complete(self: Box<Self>) -> io::Result<()> {
        let target = self.0.into_inner().map_err(io::IntoInnerError::into_error)?;
        Box::new(target).complete()
    }
}

impl<T: Target> Target for GzEncoder<T> {
    fn complete(self: Box<Self>) -> io::Result<()> {
        Box::new(self.finish()?).complete()
    }
}

impl<T: Target> Target for ZstdEncoder<'static, T> {
    fn complete(self: Box<Self>) -> io::Result<()> {
        Box::new(self.finish()?).complete()
    }
}

impl<T: Target> Target for BzEncoder<T> {
    fn complete(self: Box<Self>) -> io::Result<()> {
        Box::new(self.finish()?).complete()
    }
}

impl<T: Target> Target for XzWriter<T> {
    fn complete(self: Box<Self>) -> io::Result<()> {
        Box::new(self.finish()?).complete()
    }
}
