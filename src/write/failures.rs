//! A failure as one line of JSON: what could not be used, where it stands, and why not.

use serde::Serialize;

use super::record::one_line;
use crate::error::Error;

/// A failure taken apart. What is not known is `null`.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Failure {
    /// The input, as it was named.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// The byte within the line, from 1.
    pub column: Option<usize>,
    /// Which record of the file it is, from 1, where it has no lines.
    pub record: Option<u64>,
    /// The record's id.
    pub id: Option<String>,
    /// What is wrong.
    pub reason: String,
}

impl Failure {
    /// What an error says about a record or file.
    #[must_use]
    pub fn of(error: &Error) -> Failure {
        let mut failure = Failure::default();
        match error {
            Error::File { file, reason } => {
                failure.file = Some(file.clone());
                failure.reason.clone_from(reason);
            }
            Error::Record { file, line, column, reason } => {
                failure.file = Some(file.clone());
                failure.line = Some(*line);
                failure.column = *column;
                failure.reason.clone_from(reason);
            }
            Error::Numbered { file, record, reason } => {
                failure.file = Some(file.clone());
                failure.record = Some(*record);
                failure.reason.clone_from(reason);
            }
            Error::Panic { id, reason } => {
                failure.id = Some(id.clone());
                failure.reason = format!("cleaning panicked: {reason}");
            }
            other => failure.reason = other.to_string(),
        }
        failure
    }

    /// The line, with its line feed.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        one_line(self)
    }
}
