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

/// Prints the manual: the page of the command and, one after the other, those of its subcommands.
pub fn man() -> Result<Exit, Failure> {
    let mut pages = Vec::new();
    let mut root = Cli::command();
    root.build();
    let mut commands = vec![root];
    while let Some(command) = commands.pop() {
        let subcommands: Vec<_> = command.get_subcommands().filter(|sub| sub.get_name() != "help").cloned().collect();
        commands.extend(subcommands.into_iter().rev());
        clap_mangen::Man::new(command).render(&mut pages).map_err(|error| Failure::output("the manual", error))?;
    }
    messages::print(&pages)?;
    Ok(Exit::Success)
}
