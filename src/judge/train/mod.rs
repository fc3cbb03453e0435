//! Learning: weights from annotated articles.
//!
//! The model of segments learns every label; the model of spans learns the cuts of the segments that gold calls
//! body. Confidence is calibrated on verdicts of models that have not seen the portal. The same gold gives the same
//! weights, bit for bit, whatever the number of threads.

mod flatten;
pub mod learn;
mod lesson;
mod owlqn;
mod page_lesson;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::Judge;
use super::confidence::{Calibration, Certainty};
use super::gold::GoldDocument;
use super::rules::RuleSet;
use super::weights::Learned;
use crate::article::Kind;
use learn::{Sequence, Settings, Weights, learn};
use lesson::Lesson;
use page_lesson::PageLesson;

/// How the model of segments learns: once with each of these penalties. The weights are averaged, which evens out what
/// any one of them makes too much of.
const SEGMENTS: [Settings; 3] = [
    Settings { l1: 0.4, l2: 0.05, iterations: 90, least: 2 },
    Settings { l1: 0.1, l2: 0.3, iterations: 90, least: 2 },
    Settings { l1: 0.8, l2: 0.02, iterations: 90, least: 3 },
];
/// How the model of spans learns, likewise.
const SPANS: [Settings; 2] =
    [Settings { l1: 0.3, l2: 0.05, iterations: 60, least: 2 }, Settings { l1: 0.1, l2: 0.2, iterations: 60, least: 2 }];
/// How the model of pages learns what differs from that of flattened text.
const PAGES: Settings = Settings { l1: 1.2, l2: 0.2, iterations: 70, least: 3 };
/// How the project's own languages learn what is particular to them, on top of that: from fewer pages, with more say.
const OWN_PAGES: Settings = Settings { l1: 0.1, l2: 0.02, iterations: 80, least: 2 };
/// Folds by which confidence is calibrated.
const FOLDS: usize = 5;

/// How often each article is learned from once more, run into one line.
const ROUNDS: u32 = 1;

/// Something to tell while learning, which takes minutes.
pub type Progress<'a> = &'a (dyn Fn(&str) + Sync);

/// What cross-validation found.
#[derive(Debug)]
pub struct CrossValidation {
    /// For each document, the number of the fold it was left out in.
    pub folds: Vec<usize>,
    /// For each fold, weights that have not seen its portals.
    pub learned: Vec<Learned>,
}

/// Learns from all documents; confidence is calibrated by cross-validation.
///
/// With a `base`, what is learned comes on top of it, as of so many more documents of other portals: a few dozen documents
/// make it better for their own portals, and it forgets none. Its calibration of confidence stays.
#[must_use]
pub fn train(gold: &[GoldDocument], rules: &Arc<RuleSet>, base: Option<&Learned>, progress: Progress<'_>) -> Learned {
    let school = School::new(gold, Arc::clone(rules), base.cloned());
    if let Some(base) = base {
        let learned = school.learn(gold, |_| true, progress);
        return Learned { calibration: base.calibration, page_calibration: base.page_calibration, ..learned };
    }
    let (_, [calibration, page_calibration]) = school.cross_validate(gold, FOLDS, progress);
    progress("learning from all documents");
    Learned { calibration, page_calibration, ..school.learn(gold, |_| true, progress) }
}

/// Learns `folds` times, each time without the portals of one fold, so that every document can be judged by weights
/// that know nothing of its portal; provided that a `base` knows nothing of it either.
#[must_use]
pub fn cross_validate(
    gold: &[GoldDocument],
    rules: &Arc<RuleSet>,
    base: Option<&Learned>,
    folds: usize,
    progress: Progress<'_>,
) -> CrossValidation {
    let school = School::new(gold, Arc::clone(rules), base.cloned());
    school.cross_validate(gold, folds, progress).0
}

/// The documents, prepared for learning.
struct School {
    rules: Arc<RuleSet>,
    lessons: Vec<Option<Lesson>>,
    pages: Vec<Option<PageLesson>>,
    span_kinds: Vec<Kind>,
    /// What learning starts from.
    base: Option<Learned>,
}

impl School {
    fn new(gold: &[GoldDocument], rules: Arc<RuleSet>, base: Option<Learned>) -> School {
        let mut span_kinds: Vec<Kind> =
            gold.iter().flat_map(|document| document.cuts.iter().map(|cut| cut.kind)).collect();
        span_kinds.sort_unstable();
        span_kinds.dedup();
        // Copies are found by comparing, not by their look.
        span_kinds.retain(|kind| *kind != Kind::Duplicate);
        // Labels of the model of spans are numbered in 6 bits.
        span_kinds.truncate(30);
        if let Some(base) = &base {
            // Labels are numbers: those of the base stay.
            span_kinds.clone_from(&base.span_kinds);
        }
        let judge = Judge::new(rules, &Learned::default());
        let lesson = |document: &GoldDocument| Lesson::new(document, false, &judge, &span_kinds);
        let lessons = gold.par_iter().map(|document| (!document.is_body).then(|| lesson(document))).collect();
        let pages = gold.par_iter().map(|document| PageLesson::new(document, &judge)).collect();
        School { rules: judge.rules, lessons, pages, span_kinds, base }
    }

    fn learn(&self, gold: &[GoldDocument], chosen: impl Fn(usize) -> bool, progress: Progress<'_>) -> Learned {
        let is_known = |(i, document): &(usize, &GoldDocument)| chosen(*i) && !document.is_body;
        let known: Vec<&GoldDocument> = gold.iter().enumerate().filter(is_known).map(|(_, d)| d).collect();
        let headlines = flatten::headlines(&known);
        let judge = Judge::new(Arc::clone(&self.rules), &Learned::default());
        let flattened: Vec<Vec<Sequence>> = known
            .par_iter()
            .map(|document| {
                let rounds = (0..ROUNDS).filter_map(|round| flatten::flatten(document, &headlines, round));
                rounds.flat_map(|flat| Lesson::new(&flat, true, &judge, &self.span_kinds).windows).collect()
            })
            .collect();
        let pick = |part: fn(&Lesson) -> &[Sequence]| -> Vec<Sequence> {
            let lessons = self.lessons.iter().enumerate().filter(|(i, _)| chosen(*i));
            lessons.filter_map(|(_, lesson)| lesson.as_ref()).flat_map(|lesson| part(lesson).iter().cloned()).collect()
        };
        let say = |model: &'static str| {
            move |step: usize, value: f64| {
                if step.is_multiple_of(20) {
                    progress(&format!("{model}: step {step}, loss {value:.0}"));
                }
            }
        };
        let sequences = pick(|lesson| std::slice::from_ref(&lesson.segments));
        let base = self.base.as_ref();
        let on = base.map(|base| &base.segments);
        let learned = SEGMENTS.map(|settings| learn(&sequences, Kind::ALL.len(), settings, on, say("segments")));
        let segments = Weights::mean(&learned).on(on);
        let mut windows = pick(|lesson| &lesson.windows);
        windows.extend(flattened.into_iter().flatten());
        let on = base.map(|base| &base.spans);
        let learned = SPANS.map(|settings| learn(&windows, 1 + self.span_kinds.len(), settings, on, say("spans")));
        let spans = Weights::mean(&learned).on(on);
        let [general, pages] = self.learn_pages(&segments, &chosen, progress);
        Learned { segments, general, pages, span_kinds: self.span_kinds.clone(), spans, ..Learned::default() }
    }

    /// The models of pages. What elements are worth on top of the weights of flattened text is learned from all pages: first
    /// from those that were labelled by hand; with that, the others are labelled as far as their annotations leave open.
    /// What is particular to the labelled ones, the project's own languages, comes on top of that.
    fn learn_pages(&self, base: &Weights, chosen: impl Fn(usize) -> bool, progress: Progress<'_>) -> [Weights; 2] {
        let pages: Vec<&PageLesson> =
            self.pages.iter().enumerate().filter(|(i, _)| chosen(*i)).filter_map(|(_, page)| page.as_ref()).collect();
        let is_general = pages.iter().any(|page| !page.is_labelled);
        let on_top = |base: &Weights, labels: &Weights, is_all: bool, settings: Settings| {
            let model = labels.model();
            let sequences: Vec<Sequence> =
                pages.par_iter().filter(|page| is_all || page.is_labelled).map(|page| page.label(&model)).collect();
            if sequences.is_empty() {
                return base.clone();
            }
            let say = |step: usize, value: f64| {
                if step.is_multiple_of(20) {
                    progress(&format!("pages: step {step}, loss {value:.0}"));
                }
            };
            learn(&sequences, Kind::ALL.len(), settings, Some(base), say).on(Some(base))
        };
        if let Some(Learned { general, pages, .. }) = &self.base {
            return [general.clone(), on_top(pages, pages, true, OWN_PAGES)];
        }
        let labelled = on_top(base, base, false, OWN_PAGES);
        if !is_general {
            return [labelled.clone(), labelled];
        }
        let general = on_top(base, &labelled, true, PAGES);
        let pages = on_top(&general, &general, false, OWN_PAGES);
        [general, pages]
    }

    /// The weights of each fold, and the calibrations of confidence over all of them, of text and of pages.
    fn cross_validate(
        &self,
        gold: &[GoldDocument],
        folds: usize,
        progress: Progress<'_>,
    ) -> (CrossValidation, [Calibration; 2]) {
        let dealt = deal(gold, folds);
        let mut all = Vec::with_capacity(folds);
        let mut examples: Vec<(Certainty, bool)> = Vec::new();
        let mut pages = Vec::new();
        for fold in 0..folds {
            progress(&format!("fold {} of {folds}", fold + 1));
            let learned = self.learn(gold, |i| dealt[i] != fold, progress);
            let judge = Judge::new(Arc::clone(&self.rules), &learned);
            let left_out: Vec<usize> = (0..gold.len()).filter(|i| dealt[*i] == fold).collect();
            let judged: Vec<(Certainty, bool)> = left_out
                .par_iter()
                .filter(|i| !gold[**i].is_body)
                .map(|&i| lesson::examine(&gold[i], &judge))
                .collect();
            examples.extend(judged);
            let judged: Vec<Option<(Certainty, bool)>> =
                left_out.par_iter().map(|&i| page_lesson::examine(&gold[i], &judge)).collect();
            pages.extend(judged.into_iter().flatten());
            all.push(learned);
        }
        let calibrations = [Calibration::fit(&examples), Calibration::fit(&pages)];
        for learned in &mut all {
            [learned.calibration, learned.page_calibration] = calibrations;
        }
        (CrossValidation { folds: dealt, learned: all }, calibrations)
    }
}

/// Deals documents to folds, the sites of one publisher into one fold, the folds as even as that allows. Pages of which
/// only the body is known are dealt by themselves.
fn deal(gold: &[GoldDocument], folds: usize) -> Vec<usize> {
    let publisher: Vec<(bool, String)> =
        gold.iter().map(|document| (document.is_body, lesson::publisher(document))).collect();
    let mut sizes: BTreeMap<&(bool, String), usize> = BTreeMap::new();
    for name in &publisher {
        *sizes.entry(name).or_default() += 1;
    }
    let mut by_size: Vec<(&(bool, String), usize)> = sizes.into_iter().collect();
    by_size.sort_by_key(|(name, size)| (name.0, std::cmp::Reverse(*size), *name));
    let mut loads = vec![0; folds.max(1)];
    let mut places = BTreeMap::new();
    for (name, size) in by_size {
        let lightest = (0..loads.len()).min_by_key(|fold| loads[*fold]).unwrap_or(0);
        loads[lightest] += size;
        places.insert(name, lightest);
    }
    publisher.iter().map(|name| places.get(name).copied().unwrap_or(0)).collect()
}
