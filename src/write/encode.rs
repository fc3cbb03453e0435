//! The layers under a file of records: blocks, compression, and the file or pipe at the bottom.
//!
//! Records are gathered into blocks of whole records, and each block is compressed for itself: a member, frame or stream of
//! its own, which every decompressor reads as one. So a block's end is a place where a run can be taken up again, and
//! where blocks end depends on the records alone.

use std::fs::File;
use std::io::{self, Write};

use bzip2::write::BzEncoder;
use flate2::write::GzEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use zstd::stream::write::Encoder as ZstdEncoder;

use super::AtomicFile;
use crate::limits;
use crate::read::Compression;

/// What bytes go to in the end.
pub trait Bottom: Write + Send {
    /// Waits until all that was written is on disk, if that is where it goes.
    fn sync(&mut self) -> io::Result<()>;

    /// Puts what was written in place.
    fn publish(self: Box<Self>) -> io::Result<()>;
}

/// A stream that has neither place nor disk, such as standard output.
pub struct Plain<W>(pub W);

/// Blocks of records on their way to the bottom.
pub struct Blocks {
    bottom: Box<dyn Bottom>,
    compression: Option<Compression>,
    block: Vec<u8>,
    /// Bytes of records after which a block ends.
    size: usize,
    /// Bytes written to the bottom.
    length: u64,
}

impl Blocks {
    /// Blocks of `size` bytes or a little more, behind `length` bytes that are there already.
    pub fn new(bottom: Box<dyn Bottom>, compression: Option<Compression>, size: usize, length: u64) -> Blocks {
        // A block ends with the first record that fills it. What grows step by step takes new memory at each step.
        let block = Vec::with_capacity(size.min(limits::BLOCK_BYTES) / 8 * 9);
        Blocks { bottom, compression, block, size, length }
    }

    /// Adds bytes that belong together.
    pub fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.block.extend_from_slice(bytes);
        if self.block.len() >= self.size { self.end_block() } else { Ok(()) }
    }

    /// Whether all that was added has been handed on.
    pub fn is_between_blocks(&self) -> bool {
        self.block.is_empty()
    }

    /// Bytes handed on so far.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Waits until all that was handed on is on disk.
    pub fn sync(&mut self) -> io::Result<()> {
        self.bottom.flush()?;
        self.bottom.sync()
    }

    /// Hands on what is left. Of nothing, too, a compressor makes something.
    pub fn seal(&mut self) -> io::Result<()> {
        if !self.block.is_empty() || (self.length == 0 && self.compression.is_some()) {
            self.end_block()?;
        }
        self.sync()
    }

    /// Puts what was sealed in place.
    pub fn publish(self) -> io::Result<()> {
        self.bottom.publish()
    }

    fn end_block(&mut self) -> io::Result<()> {
        match self.compression {
            None => self.hand_on_block()?,
            Some(compression) => {
                let plain = std::mem::take(&mut self.block);
                self.block = compressed(&plain, compression)?;
                self.hand_on_block()?;
                self.block = plain;
            }
        }
        self.block.clear();
        Ok(())
    }

    fn hand_on_block(&mut self) -> io::Result<()> {
        self.bottom.write_all(&self.block)?;
        self.length += self.block.len() as u64;
        Ok(())
    }
}

/// The bytes as one member, frame or stream.
fn compressed(bytes: &[u8], compression: Compression) -> io::Result<Vec<u8>> {
    let packed = Vec::with_capacity(bytes.len() / 2);
    match compression {
        Compression::Gzip => {
            let mut encoder = GzEncoder::new(packed, flate2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        Compression::Zstd => {
            let mut encoder = ZstdEncoder::new(packed, zstd::DEFAULT_COMPRESSION_LEVEL)?;
            encoder.include_checksum(true)?;
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        Compression::Bzip2 => {
            let mut encoder = BzEncoder::new(packed, bzip2::Compression::default());
            encoder.write_all(bytes)?;
            encoder.finish()
        }
        Compression::Xz => {
            let mut options = XzOptions::default();
            // A larger dictionary than there are bytes would only cost memory.
            let size = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            options.lzma_options.dict_size = options.lzma_options.dict_size.min(size.max(1 << 16));
            let mut encoder = XzWriter::new(packed, options)?;
            encoder.write_all(bytes)?;
            encoder.finish()
        }
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

impl<W: Write + Send> Bottom for Plain<W> {
    fn sync(&mut self) -> io::Result<()> {
        self.flush()
    }

    fn publish(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

/// A pipe or device that has a name.
impl Bottom for File {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn publish(self: Box<Self>) -> io::Result<()> {
        Ok(())
    }
}

impl Bottom for AtomicFile {
    fn sync(&mut self) -> io::Result<()> {
        AtomicFile::sync(self)
    }

    fn publish(self: Box<Self>) -> io::Result<()> {
        self.commit()
    }
}
