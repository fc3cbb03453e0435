//! Peels the portal off scraped news: clean article bodies, metadata, and a reason for every removal.
//!
//! A [`Record`] goes in, an [`Article`] comes out. [`Cleaner::clean`] is pure and total: it reads no file, no clock and no
//! environment, and it never fails; what went wrong is among the article's warnings. A cleaner is immutable, so any
//! number of threads can share one.
//!
//! ```
//! use kupas::{Cleaner, Options, Record};
//!
//! let cleaner = Cleaner::new(Options::default())?;
//! let record = Record {
//!     id: "panen".to_owned(),
//!     text: "Warga Muara Kelang memanen garam untuk pertama kalinya sejak tanggul diperbaiki pada awal tahun.\n\
//!            Baca juga: Harga Garam di Tingkat Petambak Naik Dua Kali Lipat\n\
//!            Pemerintah kabupaten berjanji membangun gudang di dekat dermaga sebelum musim hujan tiba."
//!         .to_owned(),
//!     ..Record::default()
//! };
//! let article = cleaner.clean(&record);
//! assert_eq!(
//!     article.text,
//!     "Warga Muara Kelang memanen garam untuk pertama kalinya sejak tanggul diperbaiki pada awal tahun.\n\n\
//!      Pemerintah kabupaten berjanji membangun gudang di dekat dermaga sebelum musim hujan tiba."
//! );
//! assert_eq!(article.removed[0].kind.name(), "read_also");
//! # Ok::<(), kupas::CleanerError>(())
//! ```
//!
//! # Where what is, in reading order
//! - [`article`]: the nouns. Records, segments, verdicts, articles, kinds.
//! - [`cleaner`]: the facade over everything between reading and writing.
//! - [`document`]: a record in segments, with what its page says beside the text.
//! - [`segment`]: a document's text as segments.
//! - [`judge`]: what each segment is, and what within it is not body: packs, evidence, models, training.
//! - [`metadata`]: what the page says about its article.
//! - [`read`] and [`write`](mod@write): the two ends, which alone touch files and streams.
//! - [`pipeline`]: reading, cleaning on all threads and writing in order, put together.
//! - [`stats`]: what was kept and removed in a run, by what, and what changed since another.
//! - [`fixture`]: regression tests of cleaning, as folders of files.
//! - [`limits`] and [`error`]: what is too much, and what can go wrong.
//!
//! `ARCHITECTURE.md` in the repository has the map and the invariants, `packs/README.md` the format of rule packs.

pub mod article;
pub mod cleaner;
pub mod document;
pub mod segment;

pub mod judge;

mod address;
mod assemble;
pub mod markdown;
pub mod metadata;

pub mod pipeline;
pub mod read;
pub mod stats;
pub mod write;

pub mod fixture;

pub mod error;
pub mod limits;

mod bytes;
mod pattern;
mod spare;

pub use article::{Article, Kind, Metadata, Record, Removed, Span, Warning};
pub use cleaner::{Cleaner, CleanerError, Explanation, Options};
pub use error::Error;

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
