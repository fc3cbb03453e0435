//! How a command can end: its exit code, or the failure that stopped it.

use std::io;
use std::process::ExitCode;

/// The exit codes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exit {
    /// All well.
    Success,
    /// Some records failed, or a check found a difference.
    SomeFailed,
    /// Wrong usage or a setting that cannot work.
    Usage,
    /// The output could not be written.
    Output,
}

impl std::convert::From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::SomeFailed => 1,
            Exit::Usage => 2,
            Exit::Output => 74,
        })
    }
}

/// What stops a command before its end.
#[derive(Debug)]
pub enum Failure {
    /// The arguments, or the files they name, make no sense together.
    Usage(String),
    /// The input is of no use.
    Input(String),
    /// The output could not be written; the reason names it.
    Output(String),
    /// Whoever read the output has gone away: nothing is left to do.
    BrokenPipe,
}

impl Failure {
    /// The failure to write to `target`.
    pub fn output(target: &str, error: io::Error) -> Failure {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Failure::BrokenPipe
        } else {
            Failure::Output(format!("cannot write {target}: {error}"))
        }
    }

    /// What to print about it; nothing for a broken pipe.
    pub fn message(&self) -> Option<String> {
        match self {
            Failure::Usage(message) | Failure::Input(message) | Failure::Output(message) => Some(message.clone()),
            Failure::BrokenPipe => None,
        }
    }

    /// The exit code it leads to.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::Usage,
            Failure::Input(_) => Exit::SomeFailed,
            Failure::Output(_) => Exit::Output,
            Failure::BrokenPipe => Exit::Success,
        }
    }
}

impl std::convert::From<kupas::error::Error> for Failure {
    fn from(error: kupas::error::Error) -> Failure {
        match error {
            kupas::error::Error::Output { target, source } => Failure::output(&target, source),
            other => Failure::Input(other.to_string()),
        }
    }
}
