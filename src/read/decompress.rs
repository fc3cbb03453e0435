//! Undoes gzip, zstd, bzip2 and xz, all members, frames and streams, in bounded memory, and tells a cut file from one with
//! rubbish after its end.

use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use zstd::stream::read::Decoder as ZstdDecoder;

use crate::limits;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Compression {
    /// RFC 1952, any number of members.
    Gzip,
    /// RFC 8878, any number of frames.
    Zstd,
    /// Any number of streams.
    Bzip2,
    /// Any number of streams.
    Xz,
}

impl Compression {
    /// Bytes needed to recognise any compression by its magic number.
    pub const MAGIC_BYTES: usize = 6;

    /// What the first bytes of a stream say.
    #[must_use]
    pub fn from_magic(head: &[u8]) -> Option<Compression> {
        match head {
            [0x1f, 0x8b, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
            // A skippable frame may come first.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Compression::Zstd),
            // The fourth byte is the size of blocks; then comes pi, or, if there is no block, its root.
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => Some(Compression::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Compression::Xz),
            _ => None,
        }
    }

    /// What the end of a file's name says.
    #[must_use]
    pub fn from_extension(extension: &str) -> Option<Compression> {
        match extension.to_ascii_lowercase().as_str() {
            "gz" => Some(Compression::Gzip),
            "zst" | "zstd" => Some(Compression::Zstd),
            "bz2" => Some(Compression::Bzip2),
            "xz" => Some(Compression::Xz),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Bzip2 => "bzip2",
            Compression::Xz => "xz",
        }
    }
}

/// What stands after the end of compressed data. The data before it is complete.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Tail {
    /// Padding, which some tape and archive tools write.
    Zeros,
    /// Something else, which was not read.
    Garbage,
}

impl Tail {
    /// The tail that an error of [`Decompressor`] stands for, if it stands for one.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<Tail> {
        error.get_ref()?.downcast_ref::<Tail>().copied()
    }
}

impl fmt::Display for Tail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Tail::Zeros => "zeros after the end of the compressed data were ignored",
            Tail::Garbage => {
                "bytes after the end of the compressed data were not read; the data before them is complete"
            }
        })
    }
}

impl std::error::Error for Tail {}

/// The decompressed bytes. Ends with an error that [`Tail::of`] knows if anything but members stands in the input, and
/// with `UnexpectedEof` if the input is cut.
pub struct Decompressor<R: BufRead> {
    compression: Compression,
    state: State<R>,
}

enum State<R: BufRead> {
    Between(R),
    Gzip(Box<GzDecoder<R>>),
    Zstd(ZstdDecoder<'static, R>),
    Bzip2(BzDecoder<R>),
    Xz(Box<XzReader<R>>),
    Ended,
}

impl<R: BufRead> Decompressor<R> {
    /// Decompresses what `input` holds.
    pub fn new(compression: Compression, input: R) -> Decompressor<R> {
        let state = match compression {
            Compression::Gzip => State::Gzip(Box::new(GzDecoder::new(input))),
            Compression::Zstd | Compression::Bzip2 | Compression::Xz => State::Between(input),
        };
        Decompressor { compression, state }
    }

    /// Opens the member or frame that comes next; `false` at the end of the input.
    fn open_next(&mut self, mut input: R) -> io::Result<bool> {
        let zeros = skip_zeros(&mut input)?;
        let Some(first) = input.fill_buf()?.first().copied() else {
            return if zeros { Err(io::Error::other(Tail::Zeros)) } else { Ok(false) };
        };
        // One byte is enough to tell a member from rubbish, and all that is sure to be in the buffer; a member that
        // starts right and goes on wrong fails as corrupt.
        self.state = match (self.compression, first) {
            (Compression::Gzip, 0x1f) => State::Gzip(Box::new(GzDecoder::new(input))),
            (Compression::Zstd, 0x28 | 0x50..=0x5f) => {
                let mut decoder = ZstdDecoder::with_buffer(input)?.single_frame();
                decoder.window_log_max(limits::ZSTD_WINDOW_LOG)?;
                State::Zstd(decoder)
            }
            (Compression::Bzip2, b'B') => State::Bzip2(BzDecoder::new(input)),
            (Compression::Xz, 0xfd) => {
                State::Xz(Box::new(XzReader::new_mem_limit(input, false, limits::XZ_MEMORY_KIB)))
            }
            _ => return Err(io::Error::other(Tail::Garbage)),
        };
        Ok(true)
    }
}

impl<R: BufRead> Read for Decompressor<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let read = match &mut self.state {
                State::Gzip(decoder) => decoder.read(buffer),
                State::Zstd(decoder) => decoder.read(buffer),
                State::Bzip2(decoder) => decoder.read(buffer),
                State::Xz(decoder) => decoder.read(buffer),
                State::Between(_) => Ok(0),
                State::Ended => return Ok(0),
            };
            match read {
                Ok(0) => {}
                Ok(read) => return Ok(read),
                Err(error) => {
                    self.state = State::Ended;
                    return Err(explain(error, self.compression));
                }
            }
            let opened = match std::mem::replace(&mut self.state, State::Ended) {
                State::Gzip(decoder) => self.open_next(decoder.into_inner()),
                State::Zstd(decoder) => self.open_next(decoder.finish()),
                State::Bzip2(decoder) => self.open_next(decoder.into_inner()),
                State::Xz(decoder) => self.open_next(decoder.into_inner()),
                State::Between(input) => self.open_next(input),
                State::Ended => Ok(false),
            };
            if !opened? {
                return Ok(0);
            }
        }
    }
}

/// Says in words what a decoder's error means.
fn explain(error: io::Error, compression: Compression) -> io::Error {
    let name = compression.name();
    match error.kind() {
        ErrorKind::UnexpectedEof => {
            io::Error::new(ErrorKind::UnexpectedEof, format!("truncated: the {name} data ends in its middle"))
        }
        ErrorKind::OutOfMemory => {
            io::Error::new(ErrorKind::OutOfMemory, format!("{name} data that needs too much memory: {error}"))
        }
        ErrorKind::InvalidInput | ErrorKind::InvalidData | ErrorKind::Other => {
            io::Error::new(ErrorKind::InvalidData, format!("corrupt {name} data: {error}"))
        }
        _ => error,
    }
}

/// Skips zeros; whether there were any.
fn skip_zeros(input: &mut impl BufRead) -> io::Result<bool> {
    let mut any = false;
    loop {
        let buffer = input.fill_buf()?;
        let zeros = buffer.iter().take_while(|byte| **byte == 0).count();
        if zeros == 0 {
            return Ok(any);
        }
        any = true;
        input.consume(zeros);
    }
}
