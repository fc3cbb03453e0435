//! Records in, records out: one thread reads, others clean, one writes, all at the same time.
//!
//! What is written stands in the order of the input, unless that does not matter, and does not depend on the number of
//! threads. A bound on the bytes that are on their way keeps memory flat. A panic in cleaning costs its record, not the run.

mod select;
mod window;

use std::any::Any;
use std::fmt;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::select::Selected;
pub(crate) use self::select::mixed;
pub use self::select::{Sample, Selection, Share};
use self::window::{Next, Numbered, Window};
use crate::article::{Article, Record};
use crate::cleaner::Cleaner;
use crate::error::Error;
use crate::limits;
use crate::read::Item;
use crate::stats::{Facts, Sampler};
use crate::write::{Mark, Rendered, Renderer, Sink};

/// What the names of worker threads start with.
pub const WORKER: &str = "kupas-worker";

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Number of threads that clean.
    pub threads: usize,
    /// Most bytes of records that may be read and not yet written. A record that is larger goes alone.
    pub memory_limit: usize,
    /// Whether records are written as they are done, instead of in the order of the input.
    pub unordered: bool,
    /// Which records to clean.
    pub selection: Selection,
    /// Failures that are one too many: with more than this the run ends. `None`: any number will do.
    pub max_errors: Option<u64>,
    /// What has become of the records that the selection skips: the totals begin with it.
    pub before: Totals,
    /// Whether the observer is told the facts of each record, for statistics.
    pub facts: bool,
    /// Which records the facts hold as examples; `None`: none.
    pub sampler: Option<Arc<Sampler>>,
    /// Ends the run when it becomes true.
    pub stop: Option<Arc<AtomicBool>>,
    /// The id of a record at which cleaning panics: for tests.
    #[doc(hidden)]
    pub panic_on: Option<String>,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            threads: 1,
            memory_limit: limits::IN_FLIGHT_BYTES,
            unordered: false,
            selection: Selection::default(),
            max_errors: None,
            before: Totals::default(),
            facts: false,
            sampler: None,
            stop: None,
            panic_on: None,
        }
    }
}

/// What became of everything that was read. `read` is always the sum of `kept`, `emptied` and `failed`.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Totals {
    /// Records, and files that yielded none.
    pub read: u64,
    /// Records with text.
    pub kept: u64,
    /// Records of which no text is left; they are written too.
    pub emptied: u64,
    /// Records and files that could not be used.
    pub failed: u64,
    /// Bytes of the text of the records that were cleaned, as it was before; of pages, flattened.
    pub input_bytes: u64,
    /// Bytes of the text that was kept of them.
    pub text_bytes: u64,
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
        let Totals { read, kept, emptied, failed, .. } = self;
        write!(formatter, "{read} read = {kept} kept + {emptied} emptied + {failed} failed")
    }
}

/// Is told how a run goes, in the order in which records are written. `()` listens to nothing.
pub trait Observer {
    /// A record or file could not be used.
    ///
    /// # Errors
    /// If the failure cannot be put on record where it should be; the run ends then.
    fn failed(&mut self, failure: &Error) -> Result<(), Error> {
        let _ = failure;
        Ok(())
    }

    /// Something that cost nothing but is worth knowing.
    fn notice(&mut self, notice: &str) {
        let _ = notice;
    }

    /// A record has been cleaned and taken by the sink; told only if [`Options::facts`] asks for it.
    fn cleaned(&mut self, facts: Facts) {
        let _ = facts;
    }

    /// Whether it is time to note how far the run is.
    fn wants_checkpoint(&self) -> bool {
        false
    }

    /// The run is so far: the next record is that at `position`, and all before it is in the output up to `mark`, on disk.
    /// Told when wanted, as soon as the sink can say so, and whenever a file is complete, before it gets its name.
    ///
    /// # Errors
    /// If that cannot be noted; the run ends then.
    fn checkpoint(&mut self, position: u64, totals: &Totals, mark: Mark) -> Result<(), Error> {
        let _ = (position, totals, mark);
        Ok(())
    }

    /// A batch has been written, or the run ends, well or not.
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
/// let mut sink = write::Files::one(renderer, &folder.path().join("bersih.jsonl.gz"))?;
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
    let ahead = options.threads.max(1) * AHEAD;
    let window = Arc::new(Window::new(options.memory_limit, ahead, !options.unordered));
    let reading = Arc::clone(&window);
    let selection = options.selection;
    // Not joined when the run ends early: it may be waiting for input that never comes.
    let reader = thread::Builder::new().name("kupas-reader".to_owned());
    let reader = reader.spawn(move || {
        // However reading ends, the others must not wait for more.
        let read = panic::catch_unwind(AssertUnwindSafe(|| read_batches(Selected::new(items, selection), &reading)));
        reading.end();
        read.map_err(|payload| Error::Threads(format!("reading panicked: {}", panic_message(payload.as_ref()))))
    });
    let reader = reader.map_err(|error| Error::Threads(error.to_string()))?;
    let renderer = sink.renderer();
    let mut totals = options.before;
    let mut position = selection.skip;
    let written = thread::scope(|scope| {
        let _stop = StopWhenDropped(&window);
        for number in 0..options.threads.max(1) {
            let worker = thread::Builder::new().name(format!("{WORKER}-{number}"));
            let work = || clean_batches(&window, cleaner, renderer, options);
            worker.spawn_scoped(scope, work).map_err(|error| Error::Threads(error.to_string()))?;
        }
        write_batches(&window, sink, observer, options, &mut totals, &mut position)
    });
    observer.progress(&totals);
    written?;
    match reader.join() {
        Ok(read) => read?,
        Err(payload) => return Err(Error::Threads(panic_message(payload.as_ref()))),
    }
    if !totals.is_only_failures() {
        complete(sink, observer, position, &totals)?;
    }
    Ok(totals)
}

/// Batches that are read ahead of each thread that cleans.
const AHEAD: usize = 2;

/// How often a run looks whether it should end while nothing else happens.
const PATIENCE: Duration = Duration::from_millis(50);

/// Records and what goes with them, each with its position.
type Batch = Vec<(u64, Item)>;

/// What became of them.
type Done = Vec<(u64, Outcome)>;

/// What became of an item.
enum Outcome {
    Done(Rendered, Option<Box<Facts>>),
    Failed(Error),
    Notice(String),
}

/// Sends workers and reader home however writing ends.
struct StopWhenDropped<'a>(&'a Window<Batch, Done>);

impl Drop for StopWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Gathers items into batches until there are no more, or nobody wants them.
fn read_batches(items: impl Iterator<Item = (u64, Item)>, window: &Window<Batch, Done>) {
    let room = || Vec::with_capacity(limits::BATCH_RECORDS);
    let mut batch = room();
    let mut bytes = 0;
    for (position, item) in items {
        bytes += match &item {
            Item::Record(record) => size(record),
            Item::Failure(_) | Item::Notice(_) => 0,
        };
        batch.push((position, item));
        let is_full = batch.len() >= limits::BATCH_RECORDS || bytes >= limits::BATCH_BYTES;
        if is_full && !window.put(std::mem::take(&mut bytes), std::mem::replace(&mut batch, room())) {
            return;
        }
    }
    if !batch.is_empty() {
        window.put(bytes, batch);
    }
}

/// Cleans batch after batch until there are no more.
fn clean_batches(window: &Window<Batch, Done>, cleaner: &Cleaner, renderer: Renderer, options: &Options) {
    while let Some(Numbered { number, bytes, content }) = window.take() {
        let mut done = Done::with_capacity(content.len());
        let mut items = content.into_iter();
        while !items.as_slice().is_empty() {
            let count = group(items.as_slice());
            let group: Batch = items.by_ref().take(count).collect();
            let mut articles = clean_group(&group, cleaner, options).into_iter();
            for (position, item) in group {
                let outcome = process(position, item, &mut articles, cleaner, renderer, options);
                done.push((position, outcome));
            }
        }
        window.hand_in(Numbered { number, bytes, content: done });
    }
}

/// How many items at the start are cleaned together.
fn group(items: &[(u64, Item)]) -> usize {
    let mut bytes = 0;
    let fit = items.iter().take(limits::GROUP_RECORDS).take_while(|(_, item)| {
        bytes += match item {
            Item::Record(record) => content(record),
            Item::Failure(_) | Item::Notice(_) => 0,
        };
        bytes <= limits::GROUP_BYTES
    });
    fit.count().max(1)
}

/// The articles in the records of a group; none if there is a panic, for which one of them alone is to pay.
fn clean_group(group: &[(u64, Item)], cleaner: &Cleaner, options: &Options) -> Vec<Article> {
    let records = group.iter().filter_map(|(_, item)| match item {
        Item::Record(record) => Some(record),
        Item::Failure(_) | Item::Notice(_) => None,
    });
    let records: Vec<&Record> = records.collect();
    // Cleaning shares nothing that a panic could leave half changed.
    let cleaned = panic::catch_unwind(AssertUnwindSafe(|| {
        records.iter().for_each(|record| panic_if_asked(record, options));
        cleaner.clean_all(&records)
    }));
    cleaned.unwrap_or_default()
}

/// Writes batch after batch until there are no more, or there is a reason to end.
fn write_batches(
    window: &Window<Batch, Done>,
    sink: &mut dyn Sink,
    observer: &mut dyn Observer,
    options: &Options,
    totals: &mut Totals,
    position: &mut u64,
) -> Result<(), Error> {
    let stopped = || options.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed));
    let patience = options.stop.as_ref().map(|_| PATIENCE);
    loop {
        let next = window.next(patience);
        if stopped() {
            return Err(Error::Interrupted);
        }
        let batch = match next {
            Next::Batch(batch) => batch,
            Next::Waiting => continue,
            Next::End => return Ok(()),
        };
        for (at, outcome) in batch.content {
            match outcome {
                Outcome::Notice(notice) => {
                    observer.notice(&notice);
                    continue;
                }
                Outcome::Done(record, facts) => {
                    totals.count(&record);
                    sink.write(&record)?;
                    if let Some(facts) = facts {
                        observer.cleaned(*facts);
                    }
                }
                Outcome::Failed(failure) => {
                    totals.read += 1;
                    totals.failed += 1;
                    observer.failed(&failure)?;
                    if options.max_errors.is_some_and(|most| totals.failed > most) {
                        return Err(Error::TooManyFailures(totals.failed));
                    }
                }
            }
            *position = at + 1;
            if sink.is_full() {
                complete(sink, observer, *position, totals)?;
            } else if observer.wants_checkpoint() && sink.can_mark() {
                let mark = sink.mark()?;
                observer.checkpoint(*position, totals, mark)?;
            }
        }
        window.written(batch.bytes);
        observer.progress(totals);
    }
}

/// Completes the file being written. That it is complete is noted before it gets its name: a run that is killed in
/// between can tell.
fn complete(sink: &mut dyn Sink, observer: &mut dyn Observer, position: u64, totals: &Totals) -> Result<(), Error> {
    sink.seal()?;
    let mark = sink.mark()?;
    observer.checkpoint(position, totals, mark)?;
    sink.publish()
}

impl Totals {
    fn count(&mut self, record: &Rendered) {
        self.read += 1;
        *(if record.text_bytes == 0 { &mut self.emptied } else { &mut self.kept }) += 1;
        self.input_bytes += record.input_bytes as u64;
        self.text_bytes += record.text_bytes as u64;
    }
}

/// How many bytes of a record are to be read for its article.
fn content(record: &Record) -> usize {
    let optional = [&record.html, &record.url, &record.title];
    record.text.len() + optional.into_iter().flatten().map(String::len).sum::<usize>()
}

/// About how many bytes a record takes in memory.
fn size(record: &Record) -> usize {
    let keys = |fields: &Map<String, Value>| fields.keys().map(String::len).sum::<usize>();
    let mut bytes = content(record) + record.id.len() + keys(&record.extra);
    let mut values: Vec<&Value> = record.extra.values().collect();
    while let Some(value) = values.pop() {
        bytes += 32;
        match value {
            Value::String(text) => bytes += text.len(),
            Value::Array(items) => values.extend(items),
            Value::Object(fields) => {
                bytes += keys(fields);
                values.extend(fields.values());
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
    bytes
}

/// What becomes of an item. The next of the articles is that of the next record; if there is none, it is made.
fn process(
    position: u64,
    item: Item,
    articles: &mut impl Iterator<Item = Article>,
    cleaner: &Cleaner,
    renderer: Renderer,
    options: &Options,
) -> Outcome {
    let record = match item {
        Item::Record(record) => record,
        Item::Failure(failure) => return Outcome::Failed(failure),
        Item::Notice(notice) => return Outcome::Notice(notice),
    };
    let article = articles.next();
    let done = panic::catch_unwind(AssertUnwindSafe(|| {
        let article = article.unwrap_or_else(|| {
            panic_if_asked(&record, options);
            cleaner.clean(&record)
        });
        let sampler = options.sampler.as_deref();
        let facts = options.facts.then(|| Box::new(Facts::of(position, &record, &article, sampler)));
        (renderer.render(&record, &article), facts)
    }));
    match done {
        Ok((rendered, facts)) => Outcome::Done(rendered, facts),
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

#[cfg(test)]
mod tests {
    use super::size;
    use crate::article::Record;
    use serde_json::{Map, Value, json};

    #[test]
    fn whatever_a_record_holds_counts_as_memory() {
        let long = || "x".repeat(1_000);
        let extra = |value: Value| value.as_object().cloned().unwrap_or_default();
        let records = [
            Record { id: long(), ..Record::default() },
            Record { url: Some(long()), ..Record::default() },
            Record { title: Some(long()), ..Record::default() },
            Record { text: long(), ..Record::default() },
            Record { html: Some(long()), ..Record::default() },
            Record { extra: extra(json!({ "a": [{ "b": long() }] })), ..Record::default() },
            Record { extra: extra(json!({ "a": [Map::from_iter([(long(), Value::Null)])] })), ..Record::default() },
            Record { extra: Map::from_iter([(long(), Value::Null)]), ..Record::default() },
        ];
        assert!(records.iter().all(|record| (1_000..1_200).contains(&size(record))));
    }
}
