//! Judging: what each segment of a document is, and what within a body segment is not body.

#[cfg(test)]
mod agreement;
mod byte_set;
mod check;
pub mod confidence;
mod credits;
pub mod crf;
mod datelines;
mod ends;
mod evidence;
pub mod examples;
mod feature_weights;
pub(crate) mod features;
mod finish;
mod fold;
mod gates;
mod gather;
pub mod gold;
mod grams;
mod heads;
mod known;
mod lattice;
mod line_groups;
mod literals;
mod lookup;
pub mod markup;
mod matcher;
pub(crate) mod names;
mod openings;
mod overlap;
pub mod pack;
mod page;
mod patterns;
mod portal;
mod program;
mod repetition;
mod rows;
pub mod rules;
mod scan;
mod seams;
pub mod selectors;
mod sequences;
mod shape;
mod spans;
mod sweep;
mod table;
mod titles;
pub mod tokens;
pub mod train;
mod verdicts;
pub mod vocabulary;
mod walk;
mod weigher;
pub mod weights;
mod windows;
mod word_hash;

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::article::{Cut, Kind, Reason, Record, Segment, Span, Verdict};
use confidence::{Calibration, Certainty};
use crf::Model;
use evidence::Evidence;
use features::Features;
use markup::{Marks, MarkupEvidence};
use page::Page;
use rules::RuleSet;
use scan::Scan;
use spans::SpanEvidence;
use tokens::Token;
use train::learn::Weights;
use weights::{Learned, WeightsError, Written};
use windows::Body;

/// What the judges decided about one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// Number of the portal's pack in the rule set, if the portal was recognised.
    pub portal: Option<u32>,
    /// The words and marks of all segments, in order.
    pub tokens: Vec<Token>,
    /// One per segment.
    pub verdicts: Vec<Verdict>,
    /// In order of their place in the text; never overlapping.
    pub cuts: Vec<Cut>,
    /// How certain the models were.
    pub certainty: Certainty,
    /// Estimated probability, from 0 to 1, that the body is complete and clean.
    pub confidence: f32,
    /// How many features were weighed: the work done, whatever the machine.
    pub work: u64,
}

/// A document of which the segments are judged, and the spans are not.
#[derive(Debug)]
struct Draft {
    page: Page,
    verdicts: Vec<Verdict>,
    /// Stretches of the body that stand a second time.
    copies: Vec<(usize, Span)>,
    certainty: Certainty,
    work: u64,
    has_markup: bool,
}

impl Judgement {
    /// Gives the room of its tokens to the next document that this thread judges.
    pub(crate) fn recycle(self) {
        page::keep_tokens(self.tokens);
    }
}

/// Packs and weights, ready to judge. Immutable, so that any number of threads can share one.
#[derive(Debug)]
pub struct Judge {
    rules: Arc<RuleSet>,
    segments: Model,
    /// For pages: the same, with what their elements are worth.
    general: LazyModel,
    pages: LazyModel,
    spans: Model,
    span_kinds: Vec<Kind>,
    calibration: Calibration,
    page_calibration: Calibration,
}

/// A model that is made when it is first asked for: most runs see no page.
#[derive(Debug, Default)]
struct LazyModel {
    source: Source,
    model: OnceLock<Model>,
}

/// What a model is made of.
#[derive(Debug)]
enum Source {
    Weights(Weights),
    Builtin(Written<'static>),
}

impl Default for Source {
    fn default() -> Source {
        Source::Weights(Weights::default())
    }
}

impl LazyModel {
    fn new(source: Source) -> LazyModel {
        LazyModel { source, model: OnceLock::new() }
    }

    fn get(&self) -> &Model {
        self.model.get_or_init(|| match &self.source {
            Source::Weights(weights) => weights.model(),
            Source::Builtin(written) => written.read().unwrap_or_default().model(),
        })
    }
}

impl Judge {
    /// A judge with those packs and weights.
    #[must_use]
    pub fn new(rules: Arc<RuleSet>, learned: &Learned) -> Judge {
        let mut judge = Judge {
            rules,
            segments: Model::default(),
            general: LazyModel::default(),
            pages: LazyModel::default(),
            spans: Model::default(),
            span_kinds: Vec::new(),
            calibration: Calibration::default(),
            page_calibration: Calibration::default(),
        };
        judge.learn(learned);
        judge
    }

    /// A judge with those packs and the weights that come with the crate.
    ///
    /// # Errors
    /// None in a build whose `models` folder is whole.
    pub fn builtin(rules: Arc<RuleSet>) -> Result<Judge, WeightsError> {
        let (learned, general, pages) = Learned::builtin_without_pages()?;
        let mut judge = Judge::new(rules, &learned);
        judge.general = LazyModel::new(Source::Builtin(general));
        judge.pages = LazyModel::new(Source::Builtin(pages));
        Ok(judge)
    }

    /// The packs.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Takes other weights.
    pub(crate) fn learn(&mut self, learned: &Learned) {
        self.segments = learned.segments.model();
        self.general = LazyModel::new(Source::Weights(learned.general.clone()));
        self.pages = LazyModel::new(Source::Weights(learned.pages.clone()));
        self.spans = learned.spans.model();
        self.span_kinds.clone_from(&learned.span_kinds);
        self.calibration = learned.calibration;
        self.page_calibration = learned.page_calibration;
    }

    /// The verdicts on a document's segments. Total, and linear in the document.
    #[must_use]
    pub fn judge(&self, record: &Record, segments: &[Segment], marks: &Marks<'_>) -> Judgement {
        let page = self.page(record, segments, marks);
        let draft = self.judge_segments(record, page, marks);
        let body = self.body(record, segments, &draft);
        self.judge_spans(record, draft, &body)
    }

    /// The same of some documents, all of which pass one stage before any passes the next: so the code and the tables
    /// of a stage are still in the processor's caches for the second document.
    pub(crate) fn judge_all(&self, documents: &[(&Record, &[Segment], Marks<'_>)]) -> Vec<Judgement> {
        let pages = documents.iter().map(|(record, segments, _)| Page::read(record, segments, &self.rules));
        let mut pages: Vec<Page> = pages.collect();
        for (page, (record, segments, marks)) in pages.iter_mut().zip(documents) {
            self.apply_rules(page, record, segments, marks);
        }
        let drafts = documents.iter().zip(pages);
        let drafts = drafts.map(|((record, _, marks), page)| self.judge_segments(record, page, marks));
        let drafts: Vec<Draft> = drafts.collect();
        let bodies = documents.iter().zip(&drafts);
        let bodies = bodies.map(|((record, segments, _), draft)| self.body(record, segments, draft));
        let bodies: Vec<Body> = bodies.collect();
        let judgements = documents.iter().zip(drafts).zip(&bodies);
        judgements.map(|(((record, ..), draft), body)| self.judge_spans(record, draft, body)).collect()
    }

    /// What the segments of a page are.
    fn judge_segments(&self, record: &Record, page: Page, marks: &Marks<'_>) -> Draft {
        let mut certainty = Certainty { count: page.lines.len(), ..Certainty::default() };
        let mut work = 0;
        let is_body = |verdicts: &[Verdict], i: usize| verdicts.get(i).is_some_and(|verdict| verdict.kind.is_body());
        let markup = MarkupEvidence::new(&page, marks).map(|markup| markup.weighed_by(self.model(marks)));
        let mut verdicts = self.segment_verdicts(&record.text, &page, markup.as_ref(), &[], &mut certainty, &mut work);
        // Where prose stands together, there the article is: hardly any of it in the body is hardly right.
        let likely = || match &markup {
            Some(markup) => markup.likely(),
            None => page.likely(),
        };
        if let Some(likely) = missed(&page, likely, |i| is_body(&verdicts, i)) {
            let mut again = Certainty { count: page.lines.len(), ..Certainty::default() };
            verdicts = self.segment_verdicts(&record.text, &page, markup.as_ref(), &likely, &mut again, &mut work);
        }
        let islands = finish::islands(&page, |i| is_body(&verdicts, i));
        let strays = match &markup {
            Some(markup) => markup.strays(|i| is_body(&verdicts, i), &islands),
            None if finish::is_list_of_articles(&page, &verdicts) => {
                (0..verdicts.len()).filter(|i| is_body(&verdicts, *i)).collect()
            }
            None => islands,
        };
        for stray in strays {
            if let Some(verdict) = verdicts.get_mut(stray) {
                (verdict.kind, verdict.reason) = (Kind::RelatedList, Reason::Segments);
            }
        }
        credits::sign_off(&mut verdicts, &page);
        let mut copies = repetition::copies(&page, |i| is_body(&verdicts, i));
        if let Some(markup) = markup.as_ref().filter(|_| !marks.is_local) {
            // Terms and tables say the same again and mean it; a second version of the article stands elsewhere.
            copies.segments.retain(|i| !markup.in_top(*i));
        }
        copies.segments.extend(repetition::second_version(&page, |i| is_body(&verdicts, i)));
        for &copy in &copies.segments {
            if let Some(verdict) = verdicts.get_mut(copy) {
                (verdict.kind, verdict.reason) = (Kind::Duplicate, Reason::Repetition);
            }
        }
        finish::keep_one_copy(&mut verdicts, &page);
        let is_credited = |i: usize| {
            let rules = page.lines.get(i).map_or(&[][..], |line| &line.rules);
            rules.iter().any(|rule| self.rules.rule(*rule).kind == Kind::Caption)
        };
        let captions: Vec<usize> = repetition::captions(&page, |i| is_body(&verdicts, i), is_credited).collect();
        for caption in captions {
            if let Some(verdict) = verdicts.get_mut(caption) {
                (verdict.kind, verdict.reason) = (Kind::Caption, Reason::Repetition);
            }
        }
        let has_markup = markup.is_some();
        Draft { page, verdicts, copies: copies.spans, certainty, work, has_markup }
    }

    /// Where in the body something may stand that is none.
    fn body(&self, record: &Record, segments: &[Segment], draft: &Draft) -> Body {
        let is_body = |i: usize| draft.verdicts.get(i).is_some_and(|verdict| verdict.kind.is_body());
        Body::new(&record.text, &draft.page, segments, is_body, &self.rules)
    }

    /// What within the body is none.
    fn judge_spans(&self, record: &Record, draft: Draft, body: &Body) -> Judgement {
        let Draft { page, verdicts, copies, mut certainty, mut work, has_markup } = draft;
        let mut cuts = self.span_cuts(&record.text, &page, body, &mut certainty, &mut work);
        seams::mend(&record.text, &page, &self.rules, body, &mut cuts);
        take_copies(copies, &verdicts, &mut cuts);
        seams::widen_copies(&record.text, &page, &mut cuts);
        let calibration = if has_markup { &self.page_calibration } else { &self.calibration };
        let confidence = calibration.probability(&certainty) as f32;
        Judgement { portal: page.portal, tokens: page.into_tokens(), verdicts, cuts, certainty, confidence, work }
    }

    /// For each segment the strongest evidence for and against its verdict, strongest first; none for what was not weighed,
    /// being a paragraph beyond doubt.
    #[must_use]
    pub fn evidence(
        &self,
        record: &Record,
        segments: &[Segment],
        marks: &Marks<'_>,
        judgement: &Judgement,
    ) -> Vec<Vec<crate::cleaner::Evidence>> {
        let page = self.page(record, segments, marks);
        let evidence = Evidence::new(&page, &self.rules, &record.text);
        let markup = MarkupEvidence::new(&page, marks);
        let model = self.model(marks);
        let mut features = Features::named();
        let mut all = Vec::with_capacity(segments.len());
        for (i, verdict) in judgement.verdicts.iter().enumerate() {
            if verdict.reason == Reason::Prose {
                all.push(Vec::new());
                continue;
            }
            evidence.of(i, &mut features);
            if let Some(markup) = &markup {
                markup.of(i, &mut features);
            }
            let mut list: Vec<crate::cleaner::Evidence> = features
                .hashes()
                .iter()
                .zip(features.names())
                .filter_map(|(hash, name)| {
                    let row = model.weights().of(*hash)?;
                    let chosen = verdict.kind as usize;
                    let own = *row.get(chosen)?;
                    let others = (row.iter().sum::<f32>() - own) / (row.len().max(2) - 1) as f32;
                    let weight = own - others;
                    Some(crate::cleaner::Evidence { feature: name.clone(), weight })
                })
                .collect();
            list.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()).then_with(|| a.feature.cmp(&b.feature)));
            all.push(list);
        }
        all
    }

    /// A document, prepared for judging.
    pub(crate) fn page(&self, record: &Record, segments: &[Segment], marks: &Marks<'_>) -> Page {
        let mut page = Page::read(record, segments, &self.rules);
        self.apply_rules(&mut page, record, segments, marks);
        page
    }

    /// Finds the rules that count for the lines of a document. What a selector drops is settled.
    fn apply_rules(&self, page: &mut Page, record: &Record, segments: &[Segment], marks: &Marks<'_>) {
        page.apply_rules(&record.text, segments, &self.rules);
        for (line, rule) in page.lines.iter_mut().zip(marks.dropped) {
            if let Some(rule) = rule {
                line.rules.push(*rule);
                line.certain = Some(*rule);
            }
        }
    }

    /// The model that judges segments.
    fn model(&self, marks: &Marks<'_>) -> &Model {
        match marks.markup {
            None => &self.segments,
            Some(_) if marks.is_local => self.pages.get(),
            Some(_) => self.general.get(),
        }
    }

    fn span_cuts(&self, text: &str, page: &Page, body: &Body, certainty: &mut Certainty, work: &mut u64) -> Vec<Cut> {
        let labels = self.spans.labels();
        let mut cuts = Vec::new();
        let mut scan = Scan::new(&self.spans);
        let mut evidence = SpanEvidence::new(text, page, &self.rules, body, 0..0);
        for window in &body.windows {
            evidence.move_to(window.clone());
            scan.window(&evidence, &self.certain_spans(body, window));
            let mut from = 0;
            while let Some(stretch) = scan.stretch_from(from) {
                from = stretch.end;
                let (marginals, labelled) = scan.decode(&stretch);
                for (row, label) in marginals.chunks_exact(labels.max(1)).zip(labelled) {
                    let p = row.first().copied().unwrap_or(0.0);
                    let same = if *label == 0 { p } else { 1.0 - p };
                    let surprise = -f64::from(same.clamp(1e-6, 1.0)).ln();
                    certainty.spans += surprise;
                    certainty.worst_span = certainty.worst_span.max(surprise);
                }
                self.collect_cuts(page, body, window.start + stretch.start, labelled, &mut cuts);
            }
        }
        *work += scan.into_work();
        cuts
    }

    /// By position of a window: the label that certain rules settle. Nothing if they settle none.
    fn certain_spans(&self, body: &Body, window: &Range<usize>) -> Vec<Option<u8>> {
        let mut certain = Vec::new();
        let mut settle = |places: &Range<usize>, label: usize| {
            let places = places.start.max(window.start)..places.end.min(window.end);
            if places.is_empty() {
                return;
            }
            certain.resize(window.len(), None);
            if let Some(own) = certain.get_mut(places.start - window.start..places.end - window.start) {
                own.fill(Some(label as u8));
            }
        };
        let label_of = |kind: Kind| self.span_kinds.iter().position(|own| *own == kind).map(|number| 1 + number);
        if let Some(label) = label_of(Kind::Dateline) {
            settle(&body.dateline, label);
        }
        for (range, rule) in body.taken_in(window) {
            let rule = self.rules.rule(*rule);
            let label = if rule.kind.is_body() { Some(0) } else { label_of(rule.kind) };
            if let Some(label) = label.filter(|_| rule.strength == pack::Strength::Certain) {
                settle(range, label);
            }
        }
        certain
    }

    /// From labels of tokens, the first of which stands at a place, to cuts: neighbours of one kind within a segment make one.
    fn collect_cuts(&self, page: &Page, body: &Body, first: usize, path: &[u8], cuts: &mut Vec<Cut>) {
        let mut before = 0u8;
        for (at, label) in (first..).zip(path) {
            let kind = label.checked_sub(1).and_then(|k| self.span_kinds.get(usize::from(k))).copied();
            if let Some((kind, place)) = kind.zip(body.place(at)) {
                let token = &page.tokens[place.token as usize];
                let segment = place.segment as usize;
                match cuts.last_mut() {
                    Some(cut) if before == *label && cut.segment == segment => {
                        cut.span.end = token.end as usize;
                    }
                    _ => {
                        let rule = body
                            .taken_at(at)
                            .find(|(range, rule)| range.contains(&at) && self.rules.rule(*rule).kind == kind);
                        let reason = rule.map_or(Reason::Spans, |(_, rule)| Reason::Rule(*rule));
                        cuts.push(Cut { segment, span: token.range(), kind, reason });
                    }
                }
            }
            before = *label;
        }
    }
}

/// More segments than an article has: a page with its furniture.
const WHOLE_PAGE: usize = 40;

/// Adds copies to the cuts, both in order; cuts within a copy become part of it.
fn take_copies(copies: Vec<(usize, Span)>, verdicts: &[Verdict], cuts: &mut Vec<Cut>) {
    if copies.is_empty() {
        return;
    }
    let mut merged = Vec::with_capacity(cuts.len() + copies.len());
    let mut rest = std::mem::take(cuts).into_iter().peekable();
    for (segment, mut span) in copies {
        if !verdicts.get(segment).is_some_and(|verdict| verdict.kind.is_body()) {
            continue;
        }
        merged.extend(std::iter::from_fn(|| rest.next_if(|cut| cut.span.end <= span.start)));
        // What the model named keeps its name where it reaches beyond the copy; the copy gives way.
        if let Some(cut) = rest.peek().filter(|cut| cut.span.start < span.start) {
            span.start = cut.span.end;
            merged.extend(rest.next_if(|cut| cut.span.end <= span.end));
        }
        while rest.next_if(|cut| span.start <= cut.span.start && cut.span.end <= span.end).is_some() {}
        if let Some(cut) = rest.peek().filter(|cut| span.start <= cut.span.start && cut.span.start < span.end) {
            span.end = cut.span.start;
        }
        if !span.is_empty() {
            merged.push(Cut { segment, span, kind: Kind::Duplicate, reason: Reason::Repetition });
        }
    }
    merged.extend(rest);
    *cuts = merged;
}

/// The segments where the article is likely, if hardly any of them, or of anything else, were taken for body.
fn missed(page: &Page, likely: impl FnOnce() -> Vec<usize>, is_body: impl Fn(usize) -> bool) -> Option<Vec<usize>> {
    let length = |i: usize| page.lines.get(i).map_or(0, |line| line.tokens.end - line.tokens.start);
    let kept: u32 = (0..page.lines.len()).filter(|i| is_body(*i)).map(length).sum();
    let is_hardly = |all: u32| all >= ENOUGH && kept < all.div_ceil(6);
    if !is_hardly(page.tokens.len() as u32) {
        return None;
    }
    let likely = likely();
    is_hardly(likely.iter().map(|i| length(*i)).sum()).then_some(likely)
}

/// From how many tokens of prose on a document must hold an article.
const ENOUGH: u32 = 60;
