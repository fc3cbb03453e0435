//! The `kupas` command.
fn main() {}
