//! One annotated page as the model of pages learns from it.
//!
//! Annotations are made on flattened text; here they are carried over to the page's own segments, word by word. Of pages
//! of which only the body is known, all that is learned is which segments are body and which are not: which kind within
//! that, the model itself says.

use similar::{Algorithm, DiffTag, capture_diff_slices};

use super::learn::Sequence;
use super::lesson;
use crate::article::{Kind, Segment, Span};
use crate::document::Document;
use crate::judge::Judge;
use crate::judge::confidence::Certainty;
use crate::judge::crf::{Lattice, Model, NEVER};
use crate::judge::evidence::Evidence;
use crate::judge::features::{Features, mix};
use crate::judge::gold::GoldDocument;
use crate::judge::markup::MarkupEvidence;
use crate::judge::table::Table;
use crate::judge::tokens::{Shape, Token, tokenize};

/// How many segments above and below the body are learned from, where no more than the body is known: menus are all alike.
const MARGIN: usize = 40;

/// The kinds that a segment may be: a bit each, in the order of [`Kind::ALL`].
type Kinds = u32;

/// One page's segments: their features, and what each may be.
pub(super) struct PageLesson {
    /// Labels are filled in by [`PageLesson::label`].
    pub segments: Sequence,
    may_be: Vec<Kinds>,
    /// Whether its lines were labelled by hand.
    pub is_labelled: bool,
}

impl PageLesson {
    /// Prepares a page; `None` if the annotation has none.
    pub fn new(gold: &GoldDocument, judge: &Judge) -> Option<PageLesson> {
        let record = lesson::page_record(gold)?;
        let document = Document::new(&record, &judge.rules);
        let marks = document.marks();
        let page = judge.page(&document.record, &document.segments, &marks);
        let evidence = Evidence::new(&page, &judge.rules, &document.record.text);
        let markup = MarkupEvidence::new(&page, &marks)?;
        let mut features = Features::default();
        let mut segments = Sequence::default();
        for i in 0..document.segments.len() {
            evidence.of(i, &mut features);
            markup.of(i, &mut features);
            segments.push(features.hashes(), 0);
        }
        let may_be = possible(gold, &document.record.text, &document.segments);
        Some(PageLesson { segments, may_be, is_labelled: !gold.is_body })
    }

    /// Labels each segment with the likeliest kind of those that it may be.
    pub fn label(&self, model: &Model) -> Sequence {
        let mut lattice = Lattice::default();
        for (i, kinds) in self.may_be.iter().enumerate() {
            model.push_scores(self.segments.position(i), &mut lattice);
            for (label, score) in lattice.scores_mut(model.labels(), i).iter_mut().enumerate() {
                if kinds & (1 << label) == 0 {
                    *score = NEVER;
                }
            }
        }
        let mut labelled = self.segments.clone();
        for (i, label) in model.best_path(&mut lattice).into_iter().enumerate() {
            labelled.relabel(i, label);
        }
        if !self.is_labelled {
            let is_body = |kinds: &Kinds| kinds & !body() == 0;
            let first = self.may_be.iter().position(is_body).unwrap_or(0);
            let last = self.may_be.iter().rposition(is_body).unwrap_or(first);
            labelled.keep(first.saturating_sub(MARGIN)..(last + MARGIN + 1).min(self.may_be.len()));
        }
        labelled
    }
}

/// Judges an annotated page: how certain the models were, and whether its body came out complete and clean. Of a page of
/// which only the body is known, that it nearly did is enough: such bodies were not made with the same care.
pub(super) fn examine(gold: &GoldDocument, judge: &Judge) -> Option<(Certainty, bool)> {
    let record = lesson::page_record(gold)?;
    let document = Document::new(&record, &judge.rules);
    let judgement = judge.judge(&document.record, &document.segments, &document.marks());
    let text = &document.record.text;
    let may_be = possible(gold, text, &document.segments);
    let (mut right, mut wrong) = (0, 0);
    for ((kinds, segment), verdict) in may_be.iter().zip(&document.segments).zip(&judgement.verdicts) {
        let is_right = kinds & body() != 0 && kinds & !body() != 0 || (kinds & body() != 0) == verdict.kind.is_body();
        let words = text.get(segment.span.clone()).unwrap_or_default().split_whitespace().count();
        *(if is_right { &mut right } else { &mut wrong }) += words;
    }
    let is_good = if gold.is_body { wrong * 20 <= right } else { wrong == 0 };
    Some((judgement.certainty, is_good))
}

fn body() -> Kinds {
    Kind::ALL.into_iter().filter(|kind| kind.is_body()).fold(0, |set, kind| set | 1 << (kind as u32))
}

fn all() -> Kinds {
    (1 << Kind::ALL.len()) - 1
}

/// For each segment of a page, the kinds that the annotation leaves possible.
fn possible(gold: &GoldDocument, text: &str, segments: &[Segment]) -> Vec<Kinds> {
    if gold.is_body { by_body(gold, text, segments) } else { by_lines(gold, text, segments) }
}

/// Words are lined up with those of the annotated text; a segment is what most of its words are there.
fn by_lines(gold: &GoldDocument, text: &str, segments: &[Segment]) -> Vec<Kinds> {
    let known = words(&gold.text, 0..gold.text.len());
    let mut found = Vec::new();
    let mut ends = Vec::with_capacity(segments.len());
    for segment in segments {
        found.extend(words(text, segment.span.clone()));
        ends.push(found.len());
    }
    let hashes = |tokens: &[Token]| -> Vec<u32> { tokens.iter().map(|token| token.hash).collect() };
    let mut partner: Vec<Option<usize>> = vec![None; found.len()];
    for operation in capture_diff_slices(Algorithm::Myers, &hashes(&known), &hashes(&found)) {
        if operation.tag() == DiffTag::Equal {
            for (old, new) in operation.old_range().zip(operation.new_range()) {
                partner[new] = Some(old);
            }
        }
    }
    let lines = lesson::line_starts(&gold.text);
    let cuts = lesson::cuts(gold);
    let kind_at = |span: Span| -> Option<(Kind, bool)> {
        if let Some((_, kind)) = cuts.iter().find(|(cut, _)| cut.start <= span.start && span.end <= cut.end) {
            return Some((*kind, false));
        }
        let line = lines.partition_point(|start| *start <= span.start).checked_sub(1)?;
        let (kind, optional) = gold.labels.get(line)?;
        kind.map(|kind| (kind, *optional))
    };
    let mut start = 0;
    ends.iter()
        .map(|end| {
            let own = start..*end;
            start = *end;
            let length = own.len();
            let mut counts = [0usize; Kind::ALL.len()];
            let mut optional = 0;
            for old in partner.get(own).unwrap_or_default().iter().flatten() {
                if let Some((kind, is_optional)) = known.get(*old).and_then(|token| kind_at(token.range())) {
                    counts[kind as usize] += 1;
                    optional += usize::from(is_optional);
                }
            }
            let aligned: usize = counts.iter().sum();
            if aligned * 2 < length || aligned == 0 {
                // Not in the annotated text at all: what the flattening did not show is not the article's.
                return all() & !body();
            }
            if optional * 2 > aligned {
                return all();
            }
            let body_words: usize =
                Kind::ALL.into_iter().filter(|kind| kind.is_body()).map(|k| counts[k as usize]).sum();
            // Cuts are found within body segments: one with any body in it is body.
            let is_body = body_words * 4 >= aligned;
            let best = Kind::ALL
                .into_iter()
                .filter(|kind| kind.is_body() == is_body)
                .max_by_key(|kind| (counts[*kind as usize], std::cmp::Reverse(*kind as usize)));
            best.map_or(all(), |kind| 1 << (kind as u32))
        })
        .collect()
}

/// A segment is body if most of its word sequences are in the body, and a short one if it is a line of it.
fn by_body(gold: &GoldDocument, text: &str, segments: &[Segment]) -> Vec<Kinds> {
    let hashes = |tokens: &[Token]| -> Vec<u32> { tokens.iter().map(|token| token.hash).collect() };
    let gram = |words: &[u32]| words.iter().fold(words.len() as u32, |hash, word| mix(hash, *word));
    let known = hashes(&words(&gold.text, 0..gold.text.len()));
    let mut grams = Table::new(known.len() + 1, 0u8);
    for window in known.windows(GRAM) {
        grams.change(gram(window), |_| 1);
    }
    let mut lines = Table::new(gold.text.matches('\n').count() + 1, 0u8);
    let mut at = 0;
    for line in gold.text.split('\n') {
        lines.change(gram(&hashes(&words(&gold.text, at..at + line.len()))), |_| 1);
        at += line.len() + 1;
    }
    let found: Vec<Vec<u32>> = segments.iter().map(|segment| hashes(&words(text, segment.span.clone()))).collect();
    let long: Vec<Option<bool>> = found
        .iter()
        .map(|own| {
            let windows = own.windows(GRAM);
            let count = windows.len();
            let hits = own.windows(GRAM).filter(|window| grams.get(gram(window)).is_some()).count();
            (count > 1).then_some(hits * 10 > count * 6)
        })
        .collect();
    (0..segments.len())
        .map(|i| {
            let is_body = long[i].unwrap_or_else(|| {
                let near = i.saturating_sub(NEAR)..(i + NEAR + 1).min(long.len());
                let is_line = !found[i].is_empty() && lines.get(gram(&found[i])).is_some();
                is_line && long[near].contains(&Some(true))
            });
            if is_body { body() } else { all() & !body() }
        })
        .collect()
}

/// Words in a sequence, and how far from body a short segment may stand.
const GRAM: usize = 4;
const NEAR: usize = 3;

fn words(text: &str, span: Span) -> Vec<Token> {
    let mut tokens = Vec::new();
    tokenize(text, span, &mut tokens);
    tokens.retain(|token| token.shape != Shape::Mark);
    tokens
}
