//! An explanation prepared for showing: each segment with what became of it, and cuts marked within.
//!
//! Terminal and page show the same view; neither decides anything itself, and neither does this: what left the text is
//! read off the article.

use serde_json::Value;

use super::escape::is_hidden;
use crate::article::{Kind, Metadata, Record, Removed, Span};
use crate::cleaner::{Evidence, Explanation, Row};

/// What became of a stretch of the input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fate {
    /// It is in the text.
    Kept,
    /// It left the text for the metadata.
    Metadata,
    /// It left the text.
    Removed,
}

impl Fate {
    /// The sign that stands for it where there is no colour.
    #[must_use]
    pub fn sign(self) -> char {
        match self {
            Fate::Kept => ' ',
            Fate::Metadata => '~',
            Fate::Removed => '-',
        }
    }
}

/// Everything to show about one record.
#[derive(Clone, Debug, PartialEq)]
pub struct View<'a> {
    /// The segments, in order.
    pub lines: Vec<Line<'a>>,
    /// How many segments were kept.
    pub kept: usize,
    /// How many became metadata.
    pub metadata: usize,
    /// How many were removed.
    pub removed: usize,
    /// How many stretches were cut out of segments that were kept.
    pub cuts: usize,
}

impl View<'_> {
    /// What became of all segments of the explanation, in a sentence.
    #[must_use]
    pub fn totals(&self, explanation: &Explanation) -> String {
        format!(
            "{} segments: {} kept, {} metadata, {} removed; {} cut out of lines. Confidence {:.2}.",
            self.lines.len(),
            self.kept,
            self.metadata,
            self.removed,
            self.cuts,
            explanation.article.confidence
        )
    }
}

/// One segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    /// The verdict and the evidence.
    pub row: &'a Row,
    /// What became of it.
    pub fate: Fate,
    /// Whether blank lines stand before it.
    pub gap: bool,
    /// Its text, taken apart at the cuts; together they are the segment.
    pub pieces: Vec<Piece<'a>>,
}

/// A stretch of a segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece<'a> {
    /// The input's text, as it came.
    pub text: &'a str,
    /// Kind, fate and rule, if it is a cut.
    pub cut: Option<(Kind, Fate, &'a str)>,
}

/// Takes an explanation apart; `text` is the text of the record that was explained.
#[must_use]
pub fn view<'a>(record: &'a Record, explanation: &'a Explanation) -> View<'a> {
    let text = explanation.article.flat.as_deref().unwrap_or(&record.text);
    let removed = &explanation.article.removed;
    let mut view = View { lines: Vec::new(), kept: 0, metadata: 0, removed: 0, cuts: 0 };
    for (segment, row) in explanation.segments.iter().zip(&explanation.rows) {
        let fate = fate(row.kind, &segment.span, text, removed);
        match fate {
            Fate::Kept => view.kept += 1,
            Fate::Metadata => view.metadata += 1,
            Fate::Removed => view.removed += 1,
        }
        let pieces = pieces(&segment.span, row, text, removed);
        if fate == Fate::Kept {
            view.cuts += pieces.iter().filter(|piece| piece.cut.is_some()).count();
        }
        view.lines.push(Line { row, fate, gap: segment.blank_before > 0, pieces });
    }
    view
}

/// The strongest evidence for and against the verdict, `most` of each.
#[must_use]
pub fn strongest(row: &Row, most: usize) -> (Vec<&Evidence>, Vec<&Evidence>) {
    let mut evidence: Vec<&Evidence> = row.evidence.iter().collect();
    evidence.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let pick = |sign: f32| evidence.iter().copied().filter(|e| e.weight * sign > 0.0).take(most).collect();
    (pick(1.0), pick(-1.0))
}

/// One field of the metadata.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Field {
    /// Its name in the record.
    pub name: String,
    /// Its values, one for each item of a list, each with the address that belongs to it, if any.
    pub values: Vec<(String, Option<String>)>,
}

/// The fields of the metadata that are there, in the record's order.
#[must_use]
pub fn known(metadata: &Metadata) -> Vec<Field> {
    let Ok(Value::Object(fields)) = serde_json::to_value(metadata) else {
        return Vec::new();
    };
    fields
        .into_iter()
        .map(|(name, value)| {
            let items = if let Value::Array(items) = value { items } else { vec![value] };
            Field { name, values: items.iter().filter_map(shown).collect() }
        })
        .filter(|field| !field.values.is_empty())
        .collect()
}

fn shown(value: &Value) -> Option<(String, Option<String>)> {
    match value {
        Value::String(text) => Some((text.clone(), None)),
        Value::Object(related) => {
            let text = |key| related.get(key).and_then(Value::as_str).map(str::to_owned);
            Some((text("title").unwrap_or_default(), text("url")))
        }
        _ => None,
    }
}

fn pieces<'a>(segment: &Span, row: &'a Row, text: &'a str, removed: &[Removed]) -> Vec<Piece<'a>> {
    let mut pieces = Vec::with_capacity(row.cuts.len() * 2 + 1);
    let mut push = |from: usize, to: usize, cut| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            pieces.push(Piece { text, cut });
        }
    };
    let mut done = segment.start;
    for (span, kind, rule) in &row.cuts {
        push(done, span.start, None);
        push(span.start, span.end, Some((*kind, fate(*kind, span, text, removed), rule.as_str())));
        done = span.end.max(done);
    }
    push(done, segment.end, None);
    pieces
}

/// Kept if any visible character of the stretch is outside of what the article says was removed.
fn fate(kind: Kind, span: &Span, text: &str, removed: &[Removed]) -> Fate {
    let first = removed.partition_point(|removed| removed.span.end <= span.start);
    let mut done = span.start;
    let is_seen = |from: usize, to: usize| {
        text.get(from..to).is_some_and(|text| text.contains(|c: char| !c.is_whitespace() && !is_hidden(c)))
    };
    for removed in removed.iter().skip(first).take_while(|removed| removed.span.start < span.end) {
        if is_seen(done, removed.span.start) {
            return Fate::Kept;
        }
        done = removed.span.end.max(done);
    }
    match is_seen(done, span.end) {
        true => Fate::Kept,
        false if kind.is_metadata() => Fate::Metadata,
        false => Fate::Removed,
    }
}
