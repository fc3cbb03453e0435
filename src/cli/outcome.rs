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
    /// A signal of this number ended it.
    Signal(u8),
}

impl std::convert::From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(match exit {
            Exit::Success => 0,
            Exit::SomeFailed => 1,
            Exit::Usage => 2,
            Exit::Output => 74,
            Exit::Signal(number) => 128u8.saturating_add(number),
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
    /// A signal of this number asked for the end; whether the run can be taken up again.
    Signal(u8, bool),
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
            Failure::Signal(_, false) => Some("interrupted; what was not complete is gone".to_owned()),
            Failure::Signal(_, true) => Some("interrupted; the same command goes on from here".to_owned()),
        }
    }

    /// The exit code it leads to.
    pub fn exit(&self) -> Exit {
        match self {
            Failure::Usage(_) => Exit::Usage,
            Failure::Input(_) => Exit::SomeFailed,
            Failure::Output(_) => Exit::Output,
            Failure::BrokenPipe => Exit::Success,
            Failure::Signal(number, _) => Exit::Signal(*number),
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
