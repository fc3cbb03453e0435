//! The one function that everything calls: a record in, an article out.

use crate::article::{Article, Kind, Record, Segment, Span};
use crate::judge::Judgement;

/// What a cleaner does beyond the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Kinds that stay in the text although they are not body.
    pub keep: Vec<Kind>,
    /// Kinds that leave the text although they are body.
    pub drop: Vec<Kind>,
}

/// Cleans records. Immutable, so that any number of threads can share one.
#[derive(Debug, Default)]
pub struct Cleaner {
    options: Options,
}

impl Cleaner {
    /// A cleaner with the packs and weights that come with the crate.
    #[must_use]
    pub fn new(options: Options) -> Cleaner {
        Cleaner { options }
    }

    /// The article in a record. Total: whatever the bytes, an article comes out; what went wrong is among its warnings.
    #[must_use]
    pub fn clean(&self, record: &Record) -> Article {
        let _ = &self.options;
        Article {
            id: record.id.clone(),
            url: record.url.clone(),
            text: record.text.clone(),
            warnings: record.warnings.clone(),
            ..Article::default()
        }
    }

    /// The article in a record, with the verdict on every segment and the evidence behind it.
    #[must_use]
    pub fn explain(&self, record: &Record) -> Explanation {
        Explanation {
            article: self.clean(record),
            ..Explanation::default()
        }
    }
}

/// Why an article came out as it did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Explanation {
    /// What came out.
    pub article: Article,
    /// The segments of the document.
    pub segments: Vec<Segment>,
    /// The verdicts on them.
    pub judgement: Judgement,
    /// One per segment.
    pub rows: Vec<Row>,
}

/// What is said about one segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Line of the input on which the segment stands, from 1.
    pub line: usize,
    /// What it is.
    pub kind: Kind,
    /// The rule or model that decided, such as `id/read-also/prefix` or `model/segments`.
    pub rule: String,
    /// The model's probability of the kind, from 0 to 1.
    pub probability: f32,
    /// The strongest evidence, by the size of its weight; positive speaks for the kind.
    pub evidence: Vec<Evidence>,
    /// The cuts within the segment: where, what, and which rule or model decided.
    pub cuts: Vec<(Span, Kind, String)>,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// The feature's name, such as `first=baca juga`.
    pub feature: String,
    /// Its weight for the kind chosen, against the mean of the others.
    pub weight: f32,
}
