//! The command line: what is typed comes in, an exit code goes out. The only place that prints.

pub mod args;
pub mod check;
pub mod clean;
pub mod explain;
pub mod generate;
pub mod messages;
pub mod outcome;
pub mod packs;
pub mod paint;
pub mod setup;
pub mod terminal;
pub mod wrap;

use std::io;

use clap::Parser;

use self::args::{Cli, Command};
use self::outcome::{Exit, Failure};

/// Parses the arguments, runs the command, reports what ended it, and says how the process should end.
pub fn run() -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let outcome = match &cli.command {
        Command::Clean(args) => clean::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Check(args) => check::run(args),
        Command::Packs(args) => packs::run(args),
        // To be wired: `run(args) -> Result<Exit, Failure>` in its module.
        Command::Train(_) => Err(Failure::Usage("this command is not wired yet".to_owned())),
        Command::Completions(args) => generate::completions(args),
        Command::Man => generate::man(),
    };
    match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            if let Some(message) = failure.message() {
                messages::error(&message);
            }
            failure.exit()
        }
    }
}

/// Prints help, the version, or what is wrong with the arguments; a reader that has gone away is no failure.
fn usage(error: &clap::Error) -> Exit {
    let wrong = error.use_stderr();
    match error.print() {
        Ok(()) if wrong => Exit::Usage,
        Ok(()) => Exit::Success,
        Err(problem) if problem.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
        Err(problem) => Failure::output("standard output", problem).exit(),
    }
}
