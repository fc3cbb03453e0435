//! What is known of the terminal: colours, the one place that knows escape sequences, and its width.

use std::io::{self, IsTerminal};

/// When to colour.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a stretch of output is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Paint {
    /// Ordinary text.
    Plain,
    /// What became metadata.
    Metadata,
    /// What was removed, or is missing.
    Removed,
    /// What was added.
    Added,
    /// What matters less.
    Dim,
    /// What matters more.
    Strong,
}

/// Colours, or none.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Palette {
    coloured: bool,
}

impl Palette {
    /// The colours for standard output; `NO_COLOR` and `TERM=dumb` are asked only for [`When::Auto`].
    pub fn new(when: When) -> Palette {
        let coloured = match when {
            When::Always => true,
            When::Never => false,
            When::Auto => {
                io::stdout().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                    && std::env::var_os("TERM").is_none_or(|value| value != "dumb")
            }
        };
        Palette { coloured }
    }

    /// What switches to a paint.
    pub fn on(self, paint: Paint) -> &'static str {
        match paint {
            _ if !self.coloured => "",
            Paint::Plain => "",
            Paint::Metadata => "\x1b[36m",
            Paint::Removed => "\x1b[31m",
            Paint::Added => "\x1b[32m",
            Paint::Dim => "\x1b[2m",
            Paint::Strong => "\x1b[1m",
        }
    }

    /// What switches back.
    pub fn off(self, paint: Paint) -> &'static str {
        if self.coloured && paint != Paint::Plain { "\x1b[0m" } else { "" }
    }
}

/// Width of the terminal, in characters, within reason; 80 where there is none.
pub fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(60, 120))
}
