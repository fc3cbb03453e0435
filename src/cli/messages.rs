//! What goes to standard error and, for commands that print little, to standard output. Everything that comes from
//! outside is escaped; a closed or full standard error is nobody's problem.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use kupas::error::Error;
use kupas::pipeline::{Observer, Totals};
use kupas::write::escape::visible;

use super::outcome::Failure;

/// How often progress is shown.
const PROGRESS_EVERY: Duration = Duration::from_millis(500);

/// Prints an error on standard error, escaped, in one line.
pub fn error(message: &str) {
    say(&format!("kupas: {message}"));
}

/// Prints something worth knowing on standard error, escaped, in one line.
pub fn notice(message: &str) {
    say(&format!("kupas: note: {message}"));
}

/// Prints bytes on standard output and makes sure that they arrive.
pub fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::output("standard output", error))
}

/// Tells the user how a run goes: failures always, the rest unless quiet.
#[derive(Debug)]
pub struct Messages {
    quiet: bool,
    progress: Option<Progress>,
}

/// When progress was last shown, and since when there is any.
#[derive(Debug)]
struct Progress {
    started: Instant,
    shown: Instant,
    on_screen: bool,
}

impl Messages {
    /// Messages for one run. Progress is shown on a terminal only.
    pub fn new(quiet: bool) -> Messages {
        let now = Instant::now();
        let wanted = !quiet && io::stderr().is_terminal();
        Messages { quiet, progress: wanted.then_some(Progress { started: now, shown: now, on_screen: false }) }
    }

    /// Prints the totals at the end of a run.
    pub fn totals(&mut self, totals: &Totals) {
        self.clear_progress();
        if !self.quiet {
            say(&format!("kupas: {totals}"));
        }
    }

    /// Prints a notice, unless quiet.
    pub fn notice(&mut self, message: &str) {
        self.clear_progress();
        if !self.quiet {
            notice(message);
        }
    }

    fn clear_progress(&mut self) {
        if let Some(progress) = &mut self.progress
            && progress.on_screen
        {
            progress.on_screen = false;
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

impl Observer for Messages {
    fn failed(&mut self, failure: &Error) {
        self.clear_progress();
        error(&failure.to_string());
    }

    fn notice(&mut self, message: &str) {
        Messages::notice(self, message);
    }

    fn progress(&mut self, totals: &Totals) {
        let Some(progress) = &mut self.progress else {
            return;
        };
        if progress.shown.elapsed() < PROGRESS_EVERY {
            return;
        }
        progress.shown = Instant::now();
        progress.on_screen = true;
        let rate = totals.read as f64 / progress.started.elapsed().as_secs_f64().max(0.001);
        let _ = write!(io::stderr().lock(), "\r\u{1b}[K{} records, {rate:.0} a second", totals.read);
    }
}

fn say(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible(message));
}
