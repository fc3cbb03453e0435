//! `kupas completions` and `kupas man`: what clap can generate from the arguments.

use clap::CommandFactory;

use super::args::{Cli, CompletionsArgs};
use super::messages;
use super::outcome::{Exit, Failure};

/// Prints the completion script of a shell.
pub fn completions(args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "kupas", &mut script);
    messages::print(&script)?;
    Ok(Exit::Success)
}

/// Prints the manual page: the command and, one after the other, its subcommands.
pub fn man() -> Result<Exit, Failure> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    let rendered = clap_mangen::Man::new(command.clone()).render(&mut page);
    rendered.map_err(|error| Failure::output("the manual page", error))?;
    messages::print(&page)?;
    Ok(Exit::Success)
}
