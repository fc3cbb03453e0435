//! Listens to a run of `kupas clean`: prints what goes wrong, shows how far it is, keeps what is written beside the output.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use kupas::error::Error;
use kupas::judge::rules::RuleSet;
use kupas::pipeline::{Observer, Totals};
use kupas::read::Meter;
use kupas::stats::{Facts, Sampler, Stats};
use kupas::write::journal::Journal;
use kupas::write::{AtomicFile, Failure as FailureLine, Mark};

use super::messages;
use super::progress::{Extent, Progress};
use super::resume::State;

/// What the command knows of its run.
#[derive(Debug)]
pub struct Listener<'a> {
    quiet: bool,
    progress: Option<Progress>,
    /// What has been read, and of how much.
    meter: Meter,
    all: Option<u64>,
    errors: Option<ErrorsFile>,
    counting: Option<Counting<'a>>,
    notes: Option<Notes>,
    state: State,
}

/// The file that gets every failure, while it is written.
#[derive(Debug)]
struct ErrorsFile {
    path: PathBuf,
    file: BufWriter<AtomicFile>,
    length: u64,
}

/// What statistics are made with.
#[derive(Debug)]
struct Counting<'a> {
    rules: &'a RuleSet,
    sampler: Option<Arc<Sampler>>,
}

/// The journal, and when it was written last.
#[derive(Debug)]
struct Notes {
    journal: Journal,
    every: Duration,
    last: Instant,
}

impl<'a> Listener<'a> {
    /// Listens to one run, of which `all` bytes are to be read.
    pub fn new(quiet: bool, meter: Meter, all: Option<u64>) -> Listener<'a> {
        Listener {
            quiet,
            progress: Progress::new(quiet),
            meter,
            all,
            errors: None,
            counting: None,
            notes: None,
            state: State::default(),
        }
    }

    /// Begins where an earlier run stopped, and notes in the journal how far this one comes.
    pub fn go_on(&mut self, journal: Journal, state: Option<State>, every: Duration) {
        self.state = state.unwrap_or_default();
        self.notes = Some(Notes { journal, every, last: Instant::now() });
    }

    /// Writes failures to this file, too.
    pub fn record_errors(&mut self, path: &Path) -> Result<(), Error> {
        let partial = self.notes.is_some().then_some(self.state.errors);
        self.errors = Some(ErrorsFile::create(path, partial)?);
        Ok(())
    }

    /// Counts what statistics are made of.
    pub fn count(&mut self, rules: &'a RuleSet, sampler: Option<Arc<Sampler>>) {
        self.state.stats.get_or_insert_with(|| Stats::new(rules));
        self.counting = Some(Counting { rules, sampler });
    }

    /// How far the run is.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The statistics of all of it.
    pub fn stats(&self) -> Option<Stats> {
        self.state.stats.clone().map(|stats| Stats { totals: self.state.totals, ..stats })
    }

    /// Puts the file of failures in place; if the run is to be taken up again, when it `ended`.
    pub fn finish_errors(&mut self, ended: bool) -> Result<(), Error> {
        self.clear();
        match self.errors.take() {
            Some(mut errors) if self.notes.is_some() && !ended => errors.sync().map(|_| ()),
            Some(errors) => errors.finish(),
            None => Ok(()),
        }
    }

    /// Notes that nothing is left to do.
    pub fn complete(&mut self) -> Result<(), Error> {
        self.notes
            .as_ref()
            .map_or(Ok(()), |notes| notes.journal.complete(&self.state).map_err(|error| notes.fail(error)))
    }

    /// Prints the totals, unless quiet.
    pub fn print_totals(&mut self) {
        self.clear();
        if !self.quiet {
            messages::totals(&self.state.totals);
        }
    }

    fn clear(&mut self) {
        if let Some(progress) = &mut self.progress {
            progress.clear();
        }
    }
}

impl Observer for Listener<'_> {
    fn failed(&mut self, failure: &Error) -> Result<(), Error> {
        self.clear();
        messages::failed(failure);
        self.errors.as_mut().map_or(Ok(()), |errors| errors.add(failure))
    }

    fn notice(&mut self, notice: &str) {
        self.clear();
        if !self.quiet {
            messages::notice(notice);
        }
    }

    fn cleaned(&mut self, facts: Facts) {
        if let (Some(stats), Some(counting)) = (&mut self.state.stats, &self.counting) {
            stats.add(facts, counting.rules, counting.sampler.as_deref());
        }
    }

    fn wants_checkpoint(&self) -> bool {
        self.notes.as_ref().is_some_and(|notes| notes.last.elapsed() >= notes.every)
    }

    fn checkpoint(&mut self, position: u64, totals: &Totals, mark: Mark) -> Result<(), Error> {
        let Some(notes) = &mut self.notes else {
            return Ok(());
        };
        self.state.position = position;
        self.state.totals = *totals;
        self.state.mark = mark;
        if let Some(errors) = &mut self.errors {
            self.state.errors = errors.sync()?;
        }
        notes.journal.note(&self.state).map_err(|error| notes.fail(error))?;
        notes.last = Instant::now();
        Ok(())
    }

    fn progress(&mut self, totals: &Totals) {
        self.state.totals = *totals;
        if let Some(progress) = &mut self.progress {
            progress.tell(totals, || Extent { read: self.meter.bytes(), all: self.all });
        }
    }
}

impl Notes {
    fn fail(&self, error: io::Error) -> Error {
        Error::output(self.journal.path().to_string_lossy(), error)
    }
}

impl ErrorsFile {
    /// The file, or that of an earlier run, of which so many bytes count.
    fn create(path: &Path, partial: Option<u64>) -> Result<ErrorsFile, Error> {
        let file = match partial {
            None => AtomicFile::create(path),
            Some(length) => AtomicFile::reopen(path, length),
        };
        let file = BufWriter::new(file.map_err(|error| Error::output(path.to_string_lossy(), error))?);
        Ok(ErrorsFile { path: path.to_path_buf(), file, length: partial.unwrap_or(0) })
    }

    fn add(&mut self, failure: &Error) -> Result<(), Error> {
        let line = FailureLine::of(failure).line();
        self.length += line.len() as u64;
        self.file.write_all(&line).map_err(|error| Error::output(self.path.to_string_lossy(), error))
    }

    /// Waits until all of it is on disk, and says how long it is.
    fn sync(&mut self) -> Result<u64, Error> {
        let synced = self.file.flush().and_then(|()| self.file.get_mut().sync());
        synced.map_err(|error| Error::output(self.path.to_string_lossy(), error))?;
        Ok(self.length)
    }

    fn finish(self) -> Result<(), Error> {
        let path = self.path;
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error);
        file.and_then(AtomicFile::commit).map_err(|error| Error::output(path.to_string_lossy(), error))
    }
}
