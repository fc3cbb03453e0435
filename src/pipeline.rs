//! Records in, records out: reads batches, cleans them on all threads, writes them in the order of the input.
//!
//! What is written does not depend on the number of threads. While a batch is cleaned the next is read, and no more than
//! these two are ever held. A panic in cleaning costs its record, not the run.

use std::any::Any;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc;
use std::thread;

use rayon::prelude::*;

use crate::article::Record;
use crate::cleaner::Cleaner;
use crate::error::Error;
use crate::limits;
use crate::read::Item;
use crate::write::{Rendered, Renderer, Sink};

/// What the names of worker threads start with.
pub const WORKER: &str = "kupas-worker";

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Number of threads that clean.
    pub threads: usize,
    /// The id of a record at which cleaning panics: for tests.
    #[doc(hidden)]
    pub panic_on: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options { threads: 1, panic_on: None }
    }
}

/// What became of everything that was read. `read` is always the sum of the others.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Totals {
    /// Records, and files that yielded none.
    pub read: u64,
    /// Records with text.
    pub kept: u64,
    /// Records of which no text is left; they are written too.
    pub emptied: u64,
    /// Records and files that could not be used.
    pub failed: u64,
}

impl Totals {
    /// Whether there were failures and nothing else.
    #[must_use]
    pub fn is_only_failures(&self) -> bool {
        self.failed > 0 && self.failed == self.read
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Totals { read, kept, emptied, failed } = self;
        write!(formatter, "{read} read = {kept} kept + {emptied} emptied + {failed} failed")
    }
}

/// Is told how a run goes, in the order of the input. `()` listens to nothing.
pub trait Observer {
    /// A record or file could not be used.
    fn failed(&mut self, failure: &Error) {
        let _ = failure;
    }

    /// Something that cost nothing but is worth knowing.
    fn notice(&mut self, notice: &str) {
        let _ = notice;
    }

    /// A batch has been written.
    fn progress(&mut self, totals: &Totals) {
        let _ = totals;
    }
}

impl Observer for () {}

/// Cleans all items and writes them to the sink.
///
/// ```
/// use kupas::{Cleaner, Options, pipeline, read, write};
///
/// let folder = tempfile::tempdir()?;
/// let input = folder.path().join("berita.txt");
/// std::fs::write(&input, "Harga beras di pasar naik sejak awal pekan ini, kata para pedagang.\n")?;
/// let cleaner = Cleaner::new(Options::default())?;
/// let items = read::Reader::new(&[input], read::Options::default());
/// let renderer = write::Renderer::Jsonl(write::Detail::None);
/// let mut sink = write::Stream::to_file(renderer, &folder.path().join("bersih.jsonl.gz"))?;
/// let totals = pipeline::run(items, &cleaner, &mut sink, &mut (), &pipeline::Options::default())?;
/// assert_eq!(totals.kept, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// If the output cannot be written or threads cannot be started. Failures of records and files go to the observer.
pub fn run<I>(
    items: I,
    cleaner: &Cleaner,
    sink: &mut dyn Sink,
    observer: &mut dyn Observer,
    options: &Options,
) -> Result<Totals, Error>
where
    I: Iterator<Item = Item> + Send + 'static,
{
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.max(1))
        .thread_name(|number| format!("{WORKER}-{number}"))
        .build()
        .map_err(|error| Error::Threads(error.to_string()))?;
    // No room in the channel: the reader holds one batch, the workers have the other.
    let (sender, batches) = mpsc::sync_channel(0);
    // Not joined when the output fails: the reader may be waiting for input that never comes.
    let reader = thread::Builder::new().name("kupas-reader".to_owned());
    let reader =
        reader.spawn(move || read_batches(items, &sender)).map_err(|error| Error::Threads(error.to_string()))?;
    let renderer = sink.renderer();
    let mut totals = Totals::default();
    for batch in batches {
        let outcomes: Vec<Outcome> =
            pool.install(|| batch.into_par_iter().map(|item| process(item, cleaner, renderer, options)).collect());
        for outcome in outcomes {
            match outcome {
                Outcome::Done(record) => {
                    totals.read += 1;
                    *(if record.is_empty { &mut totals.emptied } else { &mut totals.kept }) += 1;
                    sink.write(&record)?;
                }
                Outcome::Failed(failure) => {
                    totals.read += 1;
                    totals.failed += 1;
                    observer.failed(&failure);
                }
                Outcome::Notice(notice) => observer.notice(&notice),
            }
        }
        observer.progress(&totals);
    }
    reader
        .join()
        .map_err(|payload| Error::Threads(format!("reading panicked: {}", panic_message(payload.as_ref()))))?;
    sink.finish(&totals)?;
    Ok(totals)
}

/// What became of an item.
enum Outcome {
    Done(Rendered),
    Failed(Error),
    Notice(String),
}

/// Gathers items into batches until there are no more, or nobody wants them.
fn read_batches(items: impl Iterator<Item = Item>, batches: &mpsc::SyncSender<Vec<Item>>) {
    let mut batch = Vec::new();
    let mut bytes = 0;
    for item in items {
        if let Item::Record(record) = &item {
            bytes += record.text.len() + record.html.as_ref().map_or(0, String::len);
        }
        batch.push(item);
        if batch.len() >= limits::BATCH_RECORDS || bytes >= limits::BATCH_BYTES {
            bytes = 0;
            if batches.send(std::mem::take(&mut batch)).is_err() {
                return;
            }
        }
    }
    if !batch.is_empty() {
        let _ = batches.send(batch);
    }
}

fn process(item: Item, cleaner: &Cleaner, renderer: Renderer, options: &Options) -> Outcome {
    let record = match item {
        Item::Record(record) => record,
        Item::Failure(failure) => return Outcome::Failed(failure),
        Item::Notice(notice) => return Outcome::Notice(notice),
    };
    // Cleaning shares nothing that a panic could leave half changed.
    let done = panic::catch_unwind(AssertUnwindSafe(|| {
        panic_if_asked(&record, options);
        renderer.render(&record, &cleaner.clean(&record))
    }));
    match done {
        Ok(rendered) => Outcome::Done(rendered),
        Err(payload) => Outcome::Failed(Error::Panic { id: record.id, reason: panic_message(payload.as_ref()) }),
    }
}

#[expect(clippy::panic, reason = "proves that a panic costs one record only")]
fn panic_if_asked(record: &Record, options: &Options) {
    if options.panic_on.as_ref() == Some(&record.id) {
        panic!("asked to");
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let message =
        payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref::<&str>().copied());
    message.unwrap_or("no reason given").to_owned()
}
