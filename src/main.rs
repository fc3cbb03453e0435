//! The `kupas` command: turns what `cli` says into an exit code, nothing more.

mod cli;

use std::process::ExitCode;

/// Cleaning asks for memory in many small pieces, which the system's allocator is slower to give: by a twelfth of all work.
/// It is built to do without huge pages (`no_thp`), which take twice the memory and save no time.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    cli::run().into()
}
