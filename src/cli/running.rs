//! The flags about how a run goes, and what they mean to the pipeline. Signals that end a run come in here, too.

use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use clap::{Args, ValueEnum};
use kupas::limits;
use kupas::pipeline::{self, Sample, Selection, Share};
use signal_hook::consts::TERM_SIGNALS;
use signal_hook::flag;

/// How a run goes.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Running")]
pub struct RunArgs {
    /// Worker threads [default: one per core]
    #[arg(short = 'j', long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Most bytes of records that may be read and not yet written (k, M and G stand for 1024 and its powers)
    #[arg(long, value_name = "BYTES", value_parser = bytes, default_value_t = Bytes(limits::IN_FLIGHT_BYTES))]
    pub memory_limit: Bytes,

    /// Write records as they are done instead of in the order of the input
    #[arg(long)]
    pub unordered: bool,

    /// Stop after this many records
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,

    /// Clean only a sample: each record with this chance, such as 0.01
    #[arg(long, value_name = "P", value_parser = chance)]
    pub sample: Option<f64>,

    /// Another seed makes another sample
    #[arg(long, value_name = "S", default_value_t = 0, requires = "sample")]
    pub seed: u64,

    /// Clean only every Nth record, beginning with the Ith: N machines with I from 1 to N do the whole between them
    #[arg(long, value_name = "I/N", value_parser = share)]
    pub shard: Option<Share>,

    /// What --shard counts: records, or files, of which the others are not even opened
    #[arg(long, value_name = "WHAT", default_value = "records", requires = "shard")]
    pub shard_by: ShardBy,

    /// Read and clean, but write no records: what comes of it is in the totals
    #[arg(long)]
    pub dry_run: bool,

    /// Go on where an earlier run of the same command was stopped or killed, or begin if there was none. Needs --output,
    /// and files to read
    #[arg(long, conflicts_with_all = ["unordered", "dry_run"])]
    pub resume: bool,

    /// How often a run that can be taken up again notes how far it is
    #[arg(long, value_name = "SECONDS", default_value_t = 5.0, hide = true)]
    pub checkpoint_seconds: f64,

    /// Write every failure to this file, as JSON Lines
    #[arg(long, value_name = "FILE")]
    pub errors: Option<PathBuf>,

    /// End the run when more than this many records and files have failed
    #[arg(long, value_name = "N")]
    pub max_errors: Option<u64>,

    /// Form of what is printed on standard error
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// Print neither totals, nor progress, nor notices; failures are printed all the same
    #[arg(short, long)]
    pub quiet: bool,

    /// Panic on the record of this id, to test that one record never stops a run
    #[arg(long, value_name = "ID", hide = true)]
    pub panic_on: Option<String>,
}

/// What work is split by.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum ShardBy {
    /// Every so manieth record
    Records,
    /// Every so manieth file
    Files,
}

/// Forms of what is printed on standard error.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bytes(pub usize);

impl std::fmt::Display for Bytes {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units = [(30, "G"), (20, "M"), (10, "k")];
        match units.into_iter().find(|(power, _)| self.0 != 0 && self.0.is_multiple_of(1 << power)) {
            Some((power, unit)) => write!(formatter, "{}{unit}", self.0 >> power),
            None => write!(formatter, "{}", self.0),
        }
    }
}

impl RunArgs {
    /// Which files to read.
    pub fn files(&self) -> Option<Share> {
        self.shard.filter(|_| self.shard_by == ShardBy::Files)
    }

    /// What the flags mean to the pipeline.
    pub fn options(&self, interrupt: &Interrupt) -> pipeline::Options {
        let threads = self.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
        let selection = Selection {
            share: self.shard.filter(|_| self.shard_by == ShardBy::Records),
            sample: self.sample.map(|chance| Sample { chance, seed: self.seed }),
            limit: self.limit,
            ..Selection::default()
        };
        pipeline::Options {
            threads,
            memory_limit: self.memory_limit.0,
            unordered: self.unordered,
            selection,
            max_errors: self.max_errors,
            stop: Some(Arc::clone(&interrupt.stop)),
            panic_on: self.panic_on.clone(),
            ..pipeline::Options::default()
        }
    }
}

/// Whether a signal has asked the run to end, and which.
#[derive(Debug, Default)]
pub struct Interrupt {
    stop: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Begins to listen. The first signal asks; the second ends the process on the spot.
    pub fn listen() -> io::Result<Interrupt> {
        let interrupt = Interrupt::default();
        for &signal in TERM_SIGNALS {
            flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&interrupt.stop))?;
            flag::register_usize(signal, Arc::clone(&interrupt.signal), usize::try_from(signal).unwrap_or(0))?;
            flag::register(signal, Arc::clone(&interrupt.stop))?;
        }
        Ok(interrupt)
    }

    /// The number of the signal, 0 if there was none.
    pub fn signal(&self) -> u8 {
        u8::try_from(self.signal.load(Ordering::SeqCst)).unwrap_or(0)
    }
}

/// A number of bytes such as `64M`.
pub fn bytes(text: &str) -> Result<Bytes, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match text.get(digits.len()..).unwrap_or_default().to_ascii_lowercase().trim_end_matches("ib") {
        "" | "b" => 0,
        "k" | "kb" => 10,
        "m" | "mb" => 20,
        "g" | "gb" => 30,
        _ => return Err("a number, with k, M or G behind it if you like".to_owned()),
    };
    let number: usize = digits.parse().map_err(|_| "a number, with k, M or G behind it if you like".to_owned())?;
    match number.checked_mul(1 << power) {
        Some(0) | None => Err("more than nothing, and no more than there can be".to_owned()),
        Some(bytes) => Ok(Bytes(bytes)),
    }
}

fn chance(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(chance) if (0.0..=1.0).contains(&chance) => Ok(chance),
        _ => Err("a number from 0 to 1".to_owned()),
    }
}

fn share(text: &str) -> Result<Share, String> {
    let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    match parts {
        Some((number, of)) if number >= 1 && number <= of => Ok(Share { number, of }),
        _ => Err("two numbers such as 1/8, the first from 1 to the second".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_shown() {
        for (text, number) in [("17", 17), ("3k", 3072), ("64M", 64 << 20), ("2G", 2 << 30), ("1MiB", 1 << 20)] {
            assert_eq!(bytes(text), Ok(Bytes(number)), "{text}");
        }
        for text in ["", "M", "-1", "0", "1T", "1.5M", "99999999999999999999", "18014398509481984k"] {
            assert!(bytes(text).is_err(), "{text}");
        }
        assert_eq!([Bytes(17), Bytes(3072), Bytes(64 << 20)].map(|bytes| bytes.to_string()), ["17", "3k", "64M"]);
    }

    #[test]
    fn shares_count_from_one() {
        assert_eq!(share("2/8"), Ok(Share { number: 2, of: 8 }));
        for text in ["0/8", "9/8", "8", "1/0", "a/b", ""] {
            assert!(share(text).is_err(), "{text}");
        }
    }
}
