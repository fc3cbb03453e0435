//! Verdicts on segments: from evidence, rules and neighbours to the kind of each.
//!
//! What a rule settles, and what is a paragraph beyond doubt, is not weighed: both split the document into runs of segments that are,
//! each decoded between neighbours whose kinds are known. Knows nothing of what stands within a segment.

use std::ops::Range;

use super::confidence::Certainty;
use super::crf::{Lattice, Model, NEVER};
use super::evidence::Evidence;
use super::markup::MarkupEvidence;
use super::page::{Line, Page};
use super::weigher::Weigher;
use super::{Judge, finish};
use crate::article::{Kind, Reason, Verdict};

impl Judge {
    /// The verdicts on all segments. `likely` holds segments, in order, that the article probably is; empty if that is not known.
    pub(super) fn segment_verdicts(
        &self,
        text: &str,
        page: &Page,
        markup: Option<&MarkupEvidence<'_>>,
        likely: &[usize],
        certainty: &mut Certainty,
        work: &mut u64,
    ) -> Vec<Verdict> {
        let model = markup.map_or(&self.segments, |markup| self.model(markup.marks()));
        let mut weighing = Weighing {
            judge: self,
            model,
            page,
            markup,
            likely,
            opens: page.opening(),
            evidence: Evidence::new(page, &self.rules, text),
            weigher: Weigher::new(model.weights()),
            lattice: Lattice::spare(),
        };
        let count = page.lines.len();
        let settled: Vec<Option<Kind>> = (0..count).map(|i| weighing.settled(i)).collect();
        let mut verdicts = Vec::with_capacity(count);
        let mut titles = Vec::with_capacity(count);
        let keep_from = keep_from(count);
        // Where a sentence follows the dateline, the article begins there; several paragraphs above it are more than a caption.
        let begins = weighing.opens.filter(|i| page.lines.get(*i).is_some_and(|line| line.look.prose));
        let begins = begins.filter(|i| page.prose_around(*i).0 <= 1).unwrap_or(0);
        while let Some(line) = page.lines.get(verdicts.len()) {
            let start = verdicts.len();
            if let Some(kind) = settled.get(start).copied().flatten() {
                let is_ruled = line.certain.is_some();
                let reason = if is_ruled { self.reason(line, kind) } else { Reason::Prose };
                certainty.segments += if is_ruled { 0.0 } else { PLAIN_SURPRISE };
                verdicts.push(Verdict { kind, reason, probability: if is_ruled { 1.0 } else { PLAIN } });
                titles.push(f32::from(u8::from(kind == Kind::Title)));
                continue;
            }
            let end = (start..count).find(|i| settled.get(*i).copied().flatten().is_some()).unwrap_or(count);
            let before = start.checked_sub(1).and_then(|before| settled.get(before)).copied().flatten();
            let after = settled.get(end).copied().flatten();
            let (marginals, path) = weighing.decode(start..end, before, after);
            let rows = marginals.chunks_exact(model.labels().max(1));
            for ((label, row), (i, line)) in path.iter().zip(rows).zip(page.lines.iter().enumerate().skip(start)) {
                let (mut kind, same) = choose(*label, row, keep_from);
                let is_no_title = page.is_no_headline(i);
                if kind == Kind::Title && is_no_title || kind.is_body() && i < begins {
                    kind = likeliest(row, |kind| !kind.is_body() && (kind != Kind::Title || !is_no_title));
                }
                let surprise = -f64::from(same.clamp(1e-6, 1.0)).ln();
                certainty.segments += surprise;
                certainty.worst_segment = certainty.worst_segment.max(surprise);
                let probability = row.get(kind as usize).copied().unwrap_or(0.0);
                verdicts.push(Verdict { kind, reason: self.reason(line, kind), probability });
                let title = row.get(Kind::Title as usize).filter(|_| !is_no_title);
                titles.push(title.copied().unwrap_or(0.0));
            }
            // Nothing was decoded only if a model has no labels.
            verdicts.resize(end, Verdict { kind: Kind::Paragraph, reason: Reason::Segments, probability: 0.0 });
            titles.resize(end, 0.0);
        }
        *work += weighing.weigher.work();
        weighing.lattice.keep();
        finish::finish(text, &mut verdicts, titles.into_iter(), page, &self.rules);
        verdicts
    }

    /// Whether a segment stands right above a button, such as `Baca Selengkapnya`, that the page shows again and again:
    /// the summary of another article.
    fn is_teaser(&self, page: &Page, i: usize) -> bool {
        let Some(below) = page.lines.get(i + 1) else {
            return false;
        };
        let links = |rule: &u32| matches!(self.rules.rule(*rule).kind, Kind::ReadAlso | Kind::RelatedList);
        let is_button = below.copies >= BUTTONS && below.look.length <= 3 && below.rules.iter().any(links);
        is_button && page.lines.get(i).is_some_and(|line| line.look.sentences <= 2)
    }

    /// The rule that says the same as the model, if one does.
    fn reason(&self, line: &Line, kind: Kind) -> Reason {
        let agrees = |rule: &&u32| self.rules.rule(**rule).kind == kind;
        line.certain
            .filter(|rule| self.rules.rule(*rule).kind == kind)
            .or_else(|| line.rules.iter().find(agrees).copied())
            .map_or(Reason::Segments, Reason::Rule)
    }
}

/// The segments of one document being weighed.
struct Weighing<'a> {
    judge: &'a Judge,
    model: &'a Model,
    page: &'a Page,
    markup: Option<&'a MarkupEvidence<'a>>,
    likely: &'a [usize],
    /// The segment in which the article opens with a dateline.
    opens: Option<usize>,
    evidence: Evidence<'a>,
    weigher: Weigher<'a>,
    lattice: Lattice,
}

impl Weighing<'_> {
    /// What a segment is, if that need not be weighed.
    fn settled(&self, i: usize) -> Option<Kind> {
        let line = self.page.lines.get(i)?;
        if let Some(rule) = line.certain {
            return Some(self.judge.rules.rule(rule).kind);
        }
        let is_plain = self.markup.is_none() && self.opens.is_none_or(|opens| i >= opens) && self.page.is_plain(i);
        (is_plain && !self.judge.is_teaser(self.page, i)).then_some(Kind::Paragraph)
    }

    /// Probabilities, row by row, and the best path of a run of segments, between neighbours that are settled.
    fn decode(&mut self, run: Range<usize>, before: Option<Kind>, after: Option<Kind>) -> (&[f32], &[u8]) {
        let labels = self.model.labels();
        self.lattice.clear();
        self.lattice.resize(run.len());
        self.lattice.reserve(labels, run.len());
        for i in run.clone() {
            self.weigh(i, i - run.start);
        }
        if let Some(before) = before {
            let scores = self.lattice.scores_mut(labels, 0).iter_mut().enumerate();
            scores.for_each(|(label, score)| *score += self.model.transition(before as usize, label));
        }
        if let Some(after) = after {
            let scores = self.lattice.scores_mut(labels, run.len() - 1).iter_mut().enumerate();
            scores.for_each(|(label, score)| *score += self.model.transition(label, after as usize));
        }
        self.model.decode(&mut self.lattice)
    }

    /// Scores a segment.
    fn weigh(&mut self, i: usize, position: usize) {
        let Some(line) = self.page.lines.get(i) else { return };
        self.evidence.of(i, &mut self.weigher);
        if let Some(markup) = self.markup {
            markup.of(i, &mut self.weigher);
        }
        let scores = self.lattice.scores_mut(self.model.labels(), position);
        self.weigher.set_scores(scores);
        let body = [Kind::Paragraph, Kind::Heading];
        if self.opens == Some(i) && line.look.prose {
            lower(scores, Kind::Paragraph, -DATELINED);
        }
        if self.opens.is_some_and(|opens| i < opens) {
            body.iter().for_each(|kind| lower(scores, *kind, ABOVE_DATELINE));
        }
        if self.judge.is_teaser(self.page, i) {
            body.iter().for_each(|kind| lower(scores, *kind, TEASER));
        }
        if let Some(inside) = self.markup.and_then(|markup| markup.is_selected(i)) {
            let by = if inside { -SELECTED } else { SELECTED };
            body.iter().for_each(|kind| lower(scores, *kind, by));
        }
        if self.likely.binary_search(&i).is_ok() {
            lower(scores, Kind::Paragraph, -RESCUE);
        }
        if line.title == 1 {
            lower(scores, Kind::Title, -STATED_TITLE);
        }
        if self.page.is_stamp(i) {
            lower(scores, Kind::Published, -STAMP);
            lower(scores, Kind::Byline, -STAMP);
        }
        if let Some(score) = scores.get_mut(Kind::Dateline as usize) {
            // A dateline is always a cut.
            *score = NEVER;
        }
    }
}

/// The kind of a segment, given that of the best path and the probabilities of all; and the probability that it is body, or is
/// not, as that kind says.
fn choose(label: u8, row: &[f32], keep_from: f32) -> (Kind, f32) {
    let of = |kind: Kind| row.get(kind as usize).copied().unwrap_or(0.0);
    let mut kind = Kind::ALL.get(usize::from(label)).copied().unwrap_or(Kind::Paragraph);
    let body: f32 = Kind::ALL.into_iter().filter(|kind| kind.is_body()).map(of).sum();
    // The best path may go against what most paths say of a segment; in doubt it is kept.
    if kind.is_body() != (body > keep_from) {
        let other = !kind.is_body();
        kind = likeliest(row, |kind| kind.is_body() == other);
    }
    (kind, if kind.is_body() { body } else { 1.0 - body })
}

/// Of the kinds that `may_be`, the most probable.
fn likeliest(row: &[f32], may_be: impl Fn(Kind) -> bool) -> Kind {
    let of = |kind: Kind| row.get(kind as usize).copied().unwrap_or(0.0);
    let kinds = Kind::ALL.into_iter().filter(|kind| may_be(*kind));
    kinds.reduce(|best, kind| if of(kind) > of(best) { kind } else { best }).unwrap_or(Kind::Paragraph)
}

/// The probability that a paragraph beyond doubt is one, and how much it surprises on average: of 82,000 segments of a dump that met
/// most of the conditions, the model took 33 for something else.
const PLAIN: f32 = 0.999;
const PLAIN_SURPRISE: f64 = 0.001;

/// What a segment above the dateline that opens the article must make up for to be body: in the development gold, none of
/// 200 such segments is.
const ABOVE_DATELINE: f32 = 4.0;

/// What speaks for the sentence behind that dateline being body.
const DATELINED: f32 = 3.0;

/// From which probability of being body a segment is kept. Losing text is worse than leaving chrome, so less than
/// a half; least on whole pages, where lists of other articles pull whole stretches of the article with them. What is kept
/// too much there stands apart and goes with the islands.
fn keep_from(segments: usize) -> f32 {
    if segments > FLATTENED_PAGE { 0.3 } else { 0.45 }
}

/// More segments than the text of an article has that was scraped with its links on lines of their own.
const FLATTENED_PAGE: usize = 60;

/// What a segment above such a button must make up for to be body, and how often the button must stand.
const TEASER: f32 = 4.0;
const BUTTONS: u32 = 3;
/// What speaks for a segment being the title when it is the headline that the record or its address states.
const STATED_TITLE: f32 = 5.0;
/// What speaks for a short segment with a date, right under that headline, being a date or a byline.
const STAMP: f32 = 3.0;

/// What speaks for a segment being body where the pack's selectors say that the body is, and against it elsewhere.
const SELECTED: f32 = 3.0;

/// What speaks for prose where most prose stands, once a page came out nearly empty.
const RESCUE: f32 = 6.0;

/// Takes from the score of a kind.
fn lower(scores: &mut [f32], kind: Kind, by: f32) {
    if let Some(score) = scores.get_mut(kind as usize) {
        *score -= by;
    }
}
