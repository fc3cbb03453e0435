//! What there is to read, seen from outside: how many files and bytes, whether it is still the same, how much has been read.
//! Opens nothing.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use super::Options;
use super::sources::{Found, Sources};

/// The inputs, seen from outside.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Survey {
    /// How many files there are.
    pub files: u64,
    /// Their bytes, as they are stored.
    pub bytes: u64,
    /// Whether they can be read again: they are regular files, and not standard input.
    pub repeatable: bool,
    /// Names, sizes and times of change of all files, as a number.
    pub fingerprint: u64,
}

impl Survey {
    /// Looks at what these inputs lead to.
    #[must_use]
    pub fn new(inputs: &[PathBuf], options: &Options) -> Survey {
        let mut survey = Survey { repeatable: true, ..Survey::default() };
        let mut hasher = DefaultHasher::new();
        // A list that can be read only once is left for reading.
        if options.files_from.iter().any(|list| !list.is_file()) {
            return Survey::default();
        }
        for found in Sources::new(inputs, &options.files_from, &options.exclude) {
            let source = match found {
                Found::Source(source) => source,
                Found::Failure(failure) => {
                    failure.to_string().hash(&mut hasher);
                    continue;
                }
                Found::Notice(_) => continue,
            };
            let metadata = source.path.as_ref().and_then(|path| fs::metadata(path).ok());
            survey.repeatable &= source.path.is_some() && metadata.as_ref().is_none_or(fs::Metadata::is_file);
            let length = metadata.as_ref().map(fs::Metadata::len);
            let changed = metadata.and_then(|metadata| metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok());
            (&source.label, length, changed).hash(&mut hasher);
            survey.files += 1;
            survey.bytes += length.unwrap_or(0);
        }
        survey.fingerprint = hasher.finish();
        survey
    }
}

/// Counts the bytes that are read, as they are stored; shared by all that read.
#[derive(Clone, Debug, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Bytes read so far.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts bytes that are read by other ways.
    pub(super) fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }

    /// The input, counted as it is read.
    pub(super) fn count(&self, input: Box<dyn Read + Send>) -> Box<dyn Read + Send> {
        Box::new(Counted { input, meter: self.clone() })
    }
}

struct Counted<R> {
    input: R,
    meter: Meter,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.meter.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}
