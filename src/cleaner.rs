//! The one function that everything calls: a record in, an article out.

use std::path::PathBuf;
use std::sync::Arc;

use crate::address;
use crate::article::{Article, Kind, Reason, Record, Removed, Segment, Span, Warning};
use crate::assemble::{Assembled, Left, assemble};
use crate::document::{Document, Paths};
use crate::judge::pack::PackError;
use crate::judge::rules::RuleSet;
use crate::judge::weights::{Learned, WeightsError};
use crate::judge::{Judge, Judgement};
use crate::limits;
use crate::markdown::{self, Links};
use crate::metadata::page;
use crate::metadata::{self, PortalFacts};

/// What a cleaner does beyond the default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Kinds that stay in the text although they are not body.
    pub keep: Vec<Kind>,
    /// Kinds that leave the text although they are body.
    pub drop: Vec<Kind>,
    /// Folders with packs of the user's own.
    pub packs: Vec<PathBuf>,
    /// A file with weights of the user's own.
    pub weights: Option<PathBuf>,
    /// Whether articles come with Markdown as well, and with or without the targets of links.
    pub markdown: Option<Links>,
}

/// Why a cleaner cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum CleanerError {
    /// A pack is faulty.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

/// Cleans records. Immutable, so that any number of threads can share one.
#[derive(Debug)]
pub struct Cleaner {
    judge: Judge,
    portals: Vec<PortalFacts>,
    keep: Vec<Kind>,
    drop: Vec<Kind>,
    markdown: Option<Links>,
}

impl Cleaner {
    /// A cleaner with the packs and weights that come with the crate, and the user's own on top.
    ///
    /// # Errors
    /// When a user's pack or weights cannot be read or do not fit.
    pub fn new(options: Options) -> Result<Cleaner, CleanerError> {
        let rules = Arc::new(RuleSet::with_dirs(&options.packs)?);
        let judge = match &options.weights {
            Some(path) => Judge::new(rules, &Learned::read(path)?),
            None => Judge::builtin(rules)?,
        };
        let cleaner = Cleaner::with_judge(judge, options.keep, options.drop);
        Ok(Cleaner { markdown: options.markdown, ..cleaner })
    }

    /// A cleaner with a judge of the caller's making.
    #[must_use]
    pub fn with_judge(judge: Judge, keep: Vec<Kind>, drop: Vec<Kind>) -> Cleaner {
        let portals = judge.rules().packs().iter().map(PortalFacts::of).collect();
        Cleaner { judge, portals, keep, drop, markdown: None }
    }

    /// The packs in use.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        self.judge.rules()
    }

    /// The article in a record. Total: whatever the bytes, an article comes out; what went wrong is among its warnings.
    #[must_use]
    pub fn clean(&self, record: &Record) -> Article {
        let document = Document::new(record, self.rules());
        let judgement = self.judge.judge(&document.record, &document.segments, &document.marks());
        let article = self.article(record, document, &judgement);
        judgement.recycle();
        article
    }

    /// The articles in some records, in their order: for each what [`Cleaner::clean`] gives.
    ///
    /// All of them pass one stage before any passes the next, so that the code of a stage is still in the processor's
    /// caches for the second. Of use for a few records of some kilobytes each.
    #[must_use]
    pub fn clean_all(&self, records: &[&Record]) -> Vec<Article> {
        let documents: Vec<Document<'_>> = records.iter().map(|record| Document::new(record, self.rules())).collect();
        let judged = documents.iter().map(|document| (&*document.record, &*document.segments, document.marks()));
        let judgements = self.judge.judge_all(&judged.collect::<Vec<_>>());
        let all = records.iter().zip(documents).zip(judgements);
        all.map(|((record, document), judgement)| {
            let article = self.article(record, document, &judgement);
            judgement.recycle();
            article
        })
        .collect()
    }

    /// The article in a record, with the verdict on every segment and the evidence behind it.
    #[must_use]
    pub fn explain(&self, record: &Record) -> Explanation {
        let document = Document::new(record, self.rules());
        let (text, segments) = (&document.record.text, &document.segments);
        let marks = document.marks();
        let judgement = self.judge.judge(&document.record, segments, &marks);
        let evidence = self.judge.evidence(&document.record, segments, &marks, &judgement);
        let mut line = 1;
        let mut counted = 0;
        let mut cuts = judgement.cuts.iter().peekable();
        let mut rows = Vec::with_capacity(segments.len());
        let mut paths = document.page.as_ref().map(Paths::new);
        for (i, ((segment, verdict), evidence)) in segments.iter().zip(&judgement.verdicts).zip(evidence).enumerate() {
            line += crate::segment::line_breaks(text.get(counted..segment.span.start).unwrap_or_default());
            counted = segment.span.start;
            let own = std::iter::from_fn(|| cuts.next_if(|cut| cut.segment <= i));
            let own = own.map(|cut| (cut.span.clone(), cut.kind, self.rule_name(cut.reason))).collect();
            rows.push(Row {
                line,
                path: paths.as_mut().map(|paths| paths.of(i).to_owned()),
                kind: verdict.kind,
                rule: self.rule_name(verdict.reason),
                probability: verdict.probability,
                evidence,
                cuts: own,
            });
        }
        let segments = segments.clone();
        let article = self.article(record, document, &judgement);
        Explanation { article, segments, judgement, rows }
    }

    fn article(&self, record: &Record, document: Document<'_>, judgement: &Judgement) -> Article {
        let flat = document.record.as_ref();
        let segments = &document.segments;
        let assembled = assemble(&flat.text, segments, &judgement.verdicts, &judgement.cuts, |kind| self.keeps(kind));
        let loss = warn_of_loss(flat, segments, &assembled);
        let markdown = self.markdown.map(|links| markdown::render(&document, &assembled, links));
        let Assembled { text, left, .. } = assembled;
        let links = document.page.as_ref().map(|page| {
            page::links::related(
                &page.html,
                &page.markup,
                &flat.text,
                segments,
                &judgement.verdicts,
                &judgement.cuts,
                flat.url.as_deref(),
            )
        });
        // Where links lead nowhere, the words are all there is.
        let links = links.filter(|links| !links.is_empty());
        let mut metadata = metadata::describe(&metadata::Context {
            record: flat,
            segments,
            tokens: &judgement.tokens,
            verdicts: &judgement.verdicts,
            cuts: &judgement.cuts,
            portal: judgement.portal.and_then(|portal| self.portals.get(portal as usize)),
            reads_links: links.is_none(),
        });
        let origins = document.page.as_ref().map(|page| page::merge(&page.facts, &mut metadata)).unwrap_or_default();
        metadata.related.extend(links.into_iter().flatten());
        if document.page.as_ref().is_some_and(|page| page.is_copy) {
            let links = metadata.related.iter_mut().map(|related| &mut related.url);
            for address in links.chain([&mut metadata.canonical_url]) {
                *address =
                    address.take().map(|copy| address::original(&copy).map_or_else(|| copy.clone(), str::to_owned));
            }
        }
        let mut paths = document.page.as_ref().map(Paths::new);
        let removed = left.into_iter().map(|left| self.removed(left, segments, paths.as_mut())).collect();
        let mut warnings = record.warnings.clone();
        warnings.extend_from_slice(&document.warnings);
        warnings.extend(loss);
        if document.page.is_some() && !flat.text.is_empty() && text.len() < ARTICLE {
            let message = "the page holds hardly any running text: an index, a video or a gallery?".to_owned();
            warnings.push(Warning { code: "no-article".to_owned(), message });
        }
        if segments.len() > limits::SEGMENTS {
            let message = format!("what follows line {} was judged as one line", limits::SEGMENTS);
            warnings.push(Warning { code: "too-many-lines".to_owned(), message });
        }
        Article {
            id: record.id.clone(),
            url: record.url.clone(),
            text,
            markdown,
            metadata,
            origins,
            confidence: judgement.confidence,
            flat: document.page.is_some().then(|| document.record.into_owned().text),
            removed,
            warnings,
        }
    }

    fn keeps(&self, kind: Kind) -> bool {
        (kind.is_body() || self.keep.contains(&kind)) && !self.drop.contains(&kind)
    }

    fn removed(&self, left: Left, segments: &[Segment], paths: Option<&mut Paths<'_>>) -> Removed {
        let segment = segments.partition_point(|segment| segment.span.end <= left.span.start);
        let path = paths.map(|paths| paths.of(segment).to_owned());
        Removed { kind: left.kind, rule: self.rule_name(left.reason), span: left.span, path }
    }

    fn rule_name(&self, reason: Reason) -> String {
        match reason {
            Reason::Rule(rule) => self.rules().rule(rule).path.clone(),
            Reason::Segments => "model/segments".to_owned(),
            Reason::Prose => "prose".to_owned(),
            Reason::Spans => "model/spans".to_owned(),
            Reason::Repetition => "repetition".to_owned(),
        }
    }
}

/// Bytes that the text of an article has at least.
const ARTICLE: usize = 300;

/// A record that comes out empty though it had prose, or that lost most of its prose, says so.
fn warn_of_loss(record: &Record, segments: &[Segment], assembled: &Assembled) -> Option<Warning> {
    let mut kept = 0;
    for paragraph in &assembled.paragraphs {
        let words = assembled.words(paragraph);
        // Between words of a paragraph stands one space. Mostly there are enough of them at its start.
        let spaces = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b' ').count();
        let start = words.as_bytes().first_chunk::<128>();
        if start.is_some_and(|start| spaces(start) > 10) || spaces(words.as_bytes()) > 10 {
            kept += words.len();
        }
        // Mostly this settles it, whatever the lines of the input are.
        if kept * 2 >= record.text.len() {
            return None;
        }
    }
    let is_empty = assembled.paragraphs.is_empty();
    let long = |words: &&str| words.split_whitespace().nth(11).is_some();
    let lines = segments.iter().filter_map(|segment| record.text.get(segment.span.clone()));
    let prose: usize = lines.filter(long).map(str::len).sum();
    if prose == 0 {
        return None;
    }
    if is_empty {
        let message = "nothing was kept although the input holds long sentences".to_owned();
        return Some(Warning { code: "emptied".to_owned(), message });
    }
    (kept * 2 < prose).then(|| Warning {
        code: "mostly-removed".to_owned(),
        message: format!("of {prose} bytes of long lines only {kept} were kept"),
    })
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
    /// For a page, the elements it stands in, outermost first.
    pub path: Option<String>,
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
    /// The feature's name, such as `first2=baca juga`.
    pub feature: String,
    /// Its weight for the kind chosen, against the mean of the others.
    pub weight: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_cleaned_together_come_out_as_each_alone() {
        let cleaner = Cleaner::new(Options::default()).unwrap();
        let prose = "Harga beras di pasar naik sejak awal pekan ini, kata para pedagang di Kota Umpama.";
        let text = |text: String| Record { text, ..Record::default() };
        let page = format!("<html><body><h1>Harga Beras</h1><p>{prose}</p><footer>Hubungi Kami</footer></body></html>");
        let mut records = vec![
            text(format!("Jakarta - {prose}\nBaca juga: Panen Raya Dimulai Besok\n{prose}\n(abc/de)")),
            text(String::new()),
            Record { html: Some(page), ..Record::default() },
            text(format!("{prose}\nPenulis: Budi Contoh\nSenin, 4 Mei 2020 10:30 WIB")),
        ];
        for (number, record) in (0..).zip(&mut records) {
            record.id = format!("{number}");
        }
        let each: Vec<Article> = records.iter().map(|record| cleaner.clean(record)).collect();
        assert!(each.iter().any(|article| !article.metadata.related.is_empty()));
        assert_eq!(cleaner.clean_all(&records.iter().collect::<Vec<_>>()), each);
        assert!(cleaner.clean_all(&[]).is_empty());
    }
}
