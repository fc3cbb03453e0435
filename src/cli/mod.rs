//! The command line: what is typed comes in, an exit code goes out. The only place that prints.

pub mod args;
pub mod check;
pub mod clean;
pub mod drift;
pub mod explain;
pub mod generate;
pub mod listener;
pub mod messages;
pub mod outcome;
pub mod output;
pub mod packs;
pub mod paint;
pub mod progress;
pub mod resume;
pub mod running;
pub mod setup;
pub mod terminal;
pub mod train;
pub mod wrap;

use std::io::{self, Write};

use clap::Parser;

use self::args::{Cli, Command};
use self::outcome::{Exit, Failure};

/// Runs what the arguments ask for, reports what ended it, and says how the process should end.
pub fn run() -> Exit {
    let outcome = match Cli::try_parse() {
        Ok(cli) => dispatch(&cli.command),
        Err(error) => usage(&error),
    };
    outcome.unwrap_or_else(|failure| {
        if let Some(message) = failure.message() {
            messages::error(&message);
        }
        failure.exit()
    })
}

fn dispatch(command: &Command) -> Result<Exit, Failure> {
    match command {
        Command::Clean(args) => clean::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Check(args) => check::run(args),
        Command::Packs(args) => packs::run(args),
        Command::Train(args) => train::run(args),
        Command::Drift(args) => drift::run(args),
        Command::Completions(args) => generate::completions(args),
        Command::Man => generate::man(),
    }
}

/// Prints help, the version, or what is wrong with the arguments.
fn usage(error: &clap::Error) -> Result<Exit, Failure> {
    if error.use_stderr() {
        // If nobody can read what is wrong, the exit code still says it.
        let _ = error.print();
        return Ok(Exit::Usage);
    }
    let printed = error.print().and_then(|()| io::stdout().flush());
    printed.map_err(|problem| Failure::output("standard output", problem))?;
    Ok(Exit::Success)
}
