//! A few records as examples of what was removed: chosen by chance, bounded in number and size, the same in every run.
//!
//! Every position has a number that looks random; those with the smallest are taken. Workers look whether a record can
//! still be among them before they copy it.

use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use crate::article::{Article, Kind, Record};
use crate::limits;
use crate::pipeline::mixed;

/// Another stream of numbers than that of `--sample`.
const STREAM: u64 = 0x6b75_7061_7320_6578;

/// Decides which records are examples.
#[derive(Debug)]
pub struct Sampler {
    /// The largest draw that is still of use.
    most: AtomicU64,
}

/// A record as it was, with what was removed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Example {
    /// How many records stand before it.
    pub position: u64,
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: Option<String>,
    /// Its portal.
    pub portal: Option<String>,
    /// Its text before cleaning, in pieces.
    pub pieces: Vec<Piece>,
    /// Bytes of its text that are not shown.
    pub left_out: u64,
}

/// A stretch of text.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Piece {
    /// The text.
    pub text: String,
    /// If it was removed: what it is and what decided.
    pub removed: Option<(Kind, String)>,
}

impl Default for Sampler {
    fn default() -> Sampler {
        Sampler { most: AtomicU64::new(u64::MAX) }
    }
}

impl Sampler {
    /// Whether the record of that position can be an example. May say so of a few too many.
    #[must_use]
    pub fn may_take(&self, position: u64) -> bool {
        draw(position) <= self.most.load(Ordering::Relaxed)
    }

    /// Puts the example among the others if it belongs there.
    pub fn take(&self, examples: &mut Vec<Example>, example: Example) {
        let place = examples.partition_point(|other| draw(other.position) < draw(example.position));
        examples.insert(place, example);
        examples.truncate(limits::EXAMPLES);
        if let (Some(last), true) = (examples.last(), examples.len() == limits::EXAMPLES) {
            self.most.store(draw(last.position), Ordering::Relaxed);
        }
    }
}

impl Example {
    /// The record as an example; of a long one, the beginning.
    pub(super) fn of(position: u64, record: &Record, article: &Article) -> Example {
        let text = article.flat.as_deref().unwrap_or(&record.text);
        let end = text.floor_char_boundary(limits::EXAMPLE_BYTES);
        let mut pieces = Vec::new();
        let mut push = |from: usize, to: usize, removed| {
            if let Some(text) = text.get(from..to.min(end)).filter(|text| !text.is_empty()) {
                pieces.push(Piece { text: text.to_owned(), removed });
            }
        };
        let mut done = 0;
        for removed in article.removed.iter().take_while(|removed| removed.span.start < end) {
            push(done, removed.span.start, None);
            push(removed.span.start, removed.span.end, Some((removed.kind, removed.rule.clone())));
            done = removed.span.end;
        }
        push(done, text.len(), None);
        Example {
            position,
            id: article.id.clone(),
            url: article.url.clone(),
            portal: article.metadata.portal.clone(),
            pieces,
            left_out: (text.len() - end) as u64,
        }
    }
}

fn draw(position: u64) -> u64 {
    mixed(position ^ STREAM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Removed;

    fn example(position: u64) -> Example {
        let record = Record { text: "abcdef".to_owned(), ..Record::default() };
        let removed = vec![Removed { kind: Kind::Ad, rule: "r".to_owned(), span: 2..4, path: None }];
        Example::of(position, &record, &Article { removed, ..Article::default() })
    }

    #[test]
    fn the_same_records_are_taken_in_whatever_order_they_come() {
        let take = |positions: &mut dyn Iterator<Item = u64>| {
            let sampler = Sampler::default();
            let mut examples = Vec::new();
            for position in positions.filter(|position| sampler.may_take(*position)) {
                sampler.take(&mut examples, example(position));
            }
            examples
        };
        let forwards = take(&mut (0..5000));
        assert_eq!(forwards.len(), limits::EXAMPLES);
        assert_eq!(forwards, take(&mut (0..5000).rev()));
    }

    #[test]
    fn pieces_make_up_the_text() {
        let pieces = example(0).pieces;
        assert_eq!(pieces.iter().map(|piece| piece.text.as_str()).collect::<Vec<_>>(), ["ab", "cd", "ef"]);
        assert_eq!(pieces[1].removed, Some((Kind::Ad, "r".to_owned())));
    }

    #[test]
    fn of_a_long_record_the_beginning_is_shown() {
        let record = Record { text: "é".repeat(limits::EXAMPLE_BYTES), ..Record::default() };
        let removed = vec![Removed { kind: Kind::Ad, rule: "r".to_owned(), span: 0..record.text.len(), path: None }];
        let example = Example::of(0, &record, &Article { removed, ..Article::default() });
        let shown: usize = example.pieces.iter().map(|piece| piece.text.len()).sum();
        assert!(shown <= limits::EXAMPLE_BYTES && shown as u64 + example.left_out == record.text.len() as u64);
    }
}
