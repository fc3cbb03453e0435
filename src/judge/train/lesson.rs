//! One annotated article as the models learn from it.

use super::learn::Sequence;
use crate::article::{Kind, Record, Segment, Span};
use crate::judge::confidence::Certainty;
use crate::judge::evidence::Evidence;
use crate::judge::features::Features;
use crate::judge::gold::GoldDocument;
use crate::judge::markup::Marks;
use crate::judge::page::Page;
use crate::judge::spans::SpanEvidence;
use crate::judge::windows::Body;
use crate::judge::{Judge, Judgement};
use crate::segment::segments;

/// Tokens around the cuts of invented articles that are worth learning from.
const MARGIN: usize = 14;

/// One article's sequences.
pub(super) struct Lesson {
    /// Its segments.
    pub segments: Sequence,
    /// The windows of its body.
    pub windows: Vec<Sequence>,
}

impl Lesson {
    /// Prepares an article. Of one that was invented from another, only what lies near a cut is learned again.
    pub fn new(gold: &GoldDocument, is_invented: bool, judge: &Judge, span_kinds: &[Kind]) -> Lesson {
        let record = record(gold);
        let cut = segments(&record.text);
        let labels = labels(gold, &cut);
        let page = Page::new(&record, &cut, &judge.rules);
        let mut features = Features::default();
        let mut sequence = Sequence::default();
        let evidence = Evidence::new(&page, &judge.rules, &record.text);
        for (i, (kind, _)) in labels.iter().enumerate() {
            evidence.of(i, &mut features);
            sequence.push(features.hashes(), *kind as u8);
        }
        let is_body = |i: usize| labels.get(i).is_some_and(|(kind, _)| kind.is_body());
        let body = Body::new(&record.text, &page, &cut, is_body, &judge.rules);
        let cuts = cuts(gold);
        let mut windows = Vec::new();
        for window in &body.windows {
            let evidence = SpanEvidence::new(&record.text, &page, &judge.rules, &body, window.clone());
            let mut sequence = Sequence::default();
            for (i, place) in body.places(window.clone()).enumerate() {
                let token = page.tokens[place.token as usize].range();
                let within = cuts.iter().find(|(span, _)| span.start <= token.start && token.end <= span.end);
                let number = |kind: Kind| span_kinds.iter().position(|known| *known == kind);
                let label = within.and_then(|(_, kind)| number(*kind)).map_or(0, |number| 1 + number as u8);
                evidence.of(i, &mut features);
                sequence.push(features.hashes(), label);
            }
            if is_invented {
                sequence.trim(MARGIN);
            }
            windows.push(sequence);
        }
        Lesson { segments: sequence, windows }
    }
}

/// Judges an annotated article: how certain the models were, and whether its body came out complete and clean.
pub(super) fn examine(gold: &GoldDocument, judge: &Judge) -> (Certainty, bool) {
    let record = record(gold);
    let cut = segments(&record.text);
    let judgement = judge.judge(&record, &cut, &Marks::default());
    let perfect = is_perfect(gold, &record, &cut, &judgement);
    (judgement.certainty, perfect)
}

/// Whether the words kept are the words of the gold body. Optional lines and datelines may be kept or not.
fn is_perfect(gold: &GoldDocument, record: &Record, segments: &[Segment], judgement: &Judgement) -> bool {
    let labels = labels(gold, segments);
    let cuts = cuts(gold);
    let visible = |span: Span| {
        record.text.get(span).unwrap_or_default().char_indices().filter(|(_, c)| !c.is_whitespace()).map(|(i, _)| i)
    };
    labels.iter().zip(segments).zip(&judgement.verdicts).enumerate().all(
        |(i, (((kind, optional), segment), verdict))| {
            if *optional || !kind.is_body() && !verdict.kind.is_body() {
                return true;
            }
            if kind.is_body() != verdict.kind.is_body() {
                return false;
            }
            visible(segment.span.clone()).all(|offset| {
                let at = segment.span.start + offset;
                let wanted = cuts.iter().find(|(span, _)| span.contains(&at)).map(|(_, kind)| *kind);
                let got =
                    judgement.cuts.iter().find(|cut| cut.segment == i && cut.span.contains(&at)).map(|cut| cut.kind);
                wanted == Some(Kind::Dateline) && got.is_none() || wanted.is_some() == got.is_some()
            })
        },
    )
}

/// The record that the cleaner would see.
fn record(gold: &GoldDocument) -> Record {
    Record { id: gold.id.clone(), url: gold.url.clone(), text: gold.text.clone(), ..Record::default() }
}

/// The record of its page, if it has one.
pub(super) fn page_record(gold: &GoldDocument) -> Option<Record> {
    let html = gold.html.clone()?;
    Some(Record { id: gold.id.clone(), url: gold.url.clone(), html: Some(html), ..Record::default() })
}

/// For each segment its gold kind, and whether it may be kept or removed alike.
fn labels(gold: &GoldDocument, segments: &[Segment]) -> Vec<(Kind, bool)> {
    let starts = line_starts(&gold.text);
    segments
        .iter()
        .map(|segment| {
            let line = starts.partition_point(|start| *start <= segment.span.start) - 1;
            gold.labels.get(line).map_or((Kind::Paragraph, true), |(kind, optional)| {
                (kind.unwrap_or(Kind::Paragraph), *optional || kind.is_none())
            })
        })
        .collect()
}

/// The cuts, in bytes of the whole text.
pub(super) fn cuts(gold: &GoldDocument) -> Vec<(Span, Kind)> {
    let starts = line_starts(&gold.text);
    gold.cuts
        .iter()
        .filter_map(|cut| {
            let base = starts.get(cut.line)?;
            Some((base + cut.span.start..base + cut.span.end, cut.kind))
        })
        .collect()
}

/// Where the lines of a text begin, in bytes.
pub(super) fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    starts
}

/// The publisher of an article: the registrable part of its host, or its portal's name.
pub(super) fn publisher(gold: &GoldDocument) -> String {
    let host = gold.url.as_deref().and_then(|url| url.split("://").nth(1)).and_then(|rest| rest.split('/').next());
    let name = host.filter(|host| host.contains('.')).unwrap_or(&gold.portal).to_ascii_lowercase();
    let parts: Vec<&str> = name.split('.').collect();
    // `co.id`, `com.my`: a short second level under a country.
    let country = parts.len() > 2 && parts[parts.len() - 1].len() == 2 && parts[parts.len() - 2].len() <= 3;
    let keep = if country { 3 } else { 2 };
    parts[parts.len().saturating_sub(keep)..].join(".")
}
