//! How a run goes, told while it goes: on a terminal a line that is written over, for machines an event every now and then.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use kupas::pipeline::Totals;
use serde_json::{Value, json};

use super::messages;

/// How often a terminal is told.
const ON_TERMINAL: Duration = Duration::from_millis(500);

/// How often machines are told.
const FOR_MACHINES: Duration = Duration::from_secs(10);

/// Tells how far a run is.
#[derive(Debug)]
pub struct Progress {
    started: Instant,
    told: Instant,
    every: Duration,
    on_screen: bool,
}

/// How much of the input has been read, in bytes as they are stored, and how much there is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Extent {
    /// Bytes read.
    pub read: u64,
    /// Bytes in all, where that is known.
    pub all: Option<u64>,
}

impl Progress {
    /// Progress for one run; `None` if nobody wants to know.
    pub fn new(quiet: bool) -> Option<Progress> {
        let now = Instant::now();
        let every = if messages::is_json() { FOR_MACHINES } else { ON_TERMINAL };
        Progress::is_wanted(quiet).then_some(Progress { started: now, told: now, every, on_screen: false })
    }

    /// Whether anybody wants to know.
    pub fn is_wanted(quiet: bool) -> bool {
        !quiet && (messages::is_json() || io::stderr().is_terminal())
    }

    /// Tells it, unless that was done a moment ago.
    pub fn tell(&mut self, totals: &Totals, extent: impl FnOnce() -> Extent) {
        if self.told.elapsed() < self.every {
            return;
        }
        self.told = Instant::now();
        let view = view(totals, extent(), self.started.elapsed());
        if messages::is_json() {
            messages::emit(&view.event(totals));
        } else {
            self.on_screen = true;
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K{}", view.line(totals));
        }
    }

    /// Takes the line off the terminal.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.on_screen) {
            let _ = write!(io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

/// What there is to tell.
#[derive(Debug, PartialEq)]
struct View {
    read: u64,
    all: Option<u64>,
    seconds: f64,
    /// Records a second.
    rate: f64,
    /// Seconds that are left.
    left: Option<f64>,
    /// The share of the bytes that was kept.
    kept: Option<f64>,
}

fn view(totals: &Totals, extent: Extent, elapsed: Duration) -> View {
    let seconds = elapsed.as_secs_f64().max(0.001);
    let Extent { read, all } = extent;
    let left = all.filter(|_| read > 0).map(|all| all.saturating_sub(read) as f64 / (read as f64 / seconds));
    let kept = (totals.input_bytes > 0).then(|| totals.text_bytes as f64 / totals.input_bytes as f64);
    View { read, all, seconds, rate: totals.read as f64 / seconds, left, kept }
}

impl View {
    fn line(&self, totals: &Totals) -> String {
        let mut line = format!("{} records", totals.read);
        match self.all {
            Some(all) => line += &format!(", {} of {}", amount(self.read), amount(all)),
            None if self.read > 0 => line += &format!(", {}", amount(self.read)),
            None => {}
        }
        line += &format!(", {:.0} a second", self.rate);
        if let Some(left) = self.left {
            line += &format!(", {} left", time(left));
        }
        if let Some(kept) = self.kept {
            line += &format!(", {:.0}% kept", kept * 100.0);
        }
        if totals.failed > 0 {
            line += &format!(", {} failed", totals.failed);
        }
        line
    }

    fn event(&self, totals: &Totals) -> Value {
        let mut event = messages::event("progress", totals);
        if let Value::Object(fields) = &mut event {
            let rounded = |number: f64| json!((number * 1e3).round() / 1e3);
            fields.insert("stored_bytes_read".to_owned(), json!(self.read));
            fields.insert("stored_bytes".to_owned(), json!(self.all));
            fields.insert("seconds".to_owned(), rounded(self.seconds));
            fields.insert("records_per_second".to_owned(), rounded(self.rate));
            fields.insert("seconds_left".to_owned(), self.left.map_or(Value::Null, rounded));
        }
        event
    }
}

fn amount(bytes: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.into_iter().find(|(size, _)| bytes >= *size) {
        Some((size, unit)) => format!("{:.1} {unit}", bytes as f64 / size as f64),
        None => format!("{bytes} B"),
    }
}

fn time(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_known_is_told_and_nothing_else() {
        let totals = Totals { read: 5000, kept: 4990, emptied: 8, failed: 2, input_bytes: 1000, text_bytes: 830 };
        let extent = Extent { read: 1_500_000_000, all: Some(6_000_000_000) };
        let told = view(&totals, extent, Duration::from_secs(100));
        assert_eq!(
            told.line(&totals),
            "5000 records, 1.5 GB of 6.0 GB, 50 a second, 5 min 00 s left, 83% kept, 2 failed"
        );
        let event = told.event(&totals);
        assert_eq!((&event["event"], &event["kept"]), (&json!("progress"), &json!(4990)));
        assert_eq!((&event["seconds_left"], &event["stored_bytes"]), (&json!(300.0), &json!(6_000_000_000_u64)));

        let nothing = view(&Totals::default(), Extent::default(), Duration::from_secs(1));
        assert_eq!(nothing.line(&Totals::default()), "0 records, 0 a second");
        assert_eq!(nothing.event(&Totals::default())["seconds_left"], Value::Null);
    }

    #[test]
    fn times_are_short() {
        assert_eq!([7.4, 61.0, 7322.0].map(time), ["7 s", "1 min 01 s", "2 h 02 min"]);
    }
}
