//! The `kupas` command: turns what `cli` says into an exit code, nothing more.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run().into()
}
