//! What can go wrong, in words that name the file, the line and the reason.

use std::io;

/// A failure. [`Error::File`], [`Error::Record`], [`Error::Numbered`] and [`Error::Panic`] cost one record or one file, and
/// the run goes on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file, folder or glob could not be read, or not to its end.
    #[error("{file}: {reason}")]
    File {
        /// The input, as it was named.
        file: String,
        /// What is wrong with it.
        reason: String,
    },

    /// A record could not be used.
    #[error("{file}:{line}{}: {reason}", column.map(|column| format!(":{column}")).unwrap_or_default())]
    Record {
        /// The input that it stands in.
        file: String,
        /// Its line, from 1.
        line: u64,
        /// The byte within the line, from 1, where that is known.
        column: Option<usize>,
        /// What is wrong with it.
        reason: String,
    },

    /// A record of a format without lines could not be used.
    #[error("{file}: record {record}: {reason}")]
    Numbered {
        /// The input that it stands in.
        file: String,
        /// Which record of the input it is, from 1.
        record: u64,
        /// What is wrong with it.
        reason: String,
    },

    /// Cleaning a record panicked: a bug, but the bug of one record.
    #[error("record {id}: cleaning panicked, please report this: {reason}")]
    Panic {
        /// The record's id.
        id: String,
        /// The panic's message.
        reason: String,
    },

    /// The output could not be written. The run ends.
    #[error("cannot write {target}: {source}")]
    Output {
        /// The file, folder or stream.
        target: String,
        /// Why not.
        source: io::Error,
    },

    /// Someone asked the run to end.
    #[error("interrupted")]
    Interrupted,

    /// More records failed than the run puts up with. The run ends.
    #[error("{0} failed, which is more than --max-errors allows")]
    TooManyFailures(u64),

    /// Worker threads could not be started. The run ends.
    #[error("cannot start threads: {0}")]
    Threads(String),
}

impl Error {
    /// The failure to write to `target`.
    pub fn output(target: impl Into<String>, source: io::Error) -> Error {
        Error::Output { target: target.into(), source }
    }

    /// The failure to read `file`.
    pub fn file(file: impl Into<String>, reason: impl ToString) -> Error {
        Error::File { file: file.into(), reason: reason.to_string() }
    }
}
