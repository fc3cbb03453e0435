//! Metadata: from judged segments to what the page says about its article.
//!
//! Reads only what the judges set aside (titles, bylines, dates, tags, cuts); it never searches body text for a name or a
//! date, and it changes no verdict.

pub mod bylines;
pub mod dateline;
pub mod dates;
pub mod language;
pub mod lists;
pub mod names;
pub mod outlets;
mod published;
pub mod related;
pub mod roles;

use regex::Regex;

use crate::article::{Cut, Kind, Metadata, Record, Segment, Span, Verdict};

use self::outlets::Outlets;

/// What metadata is read from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The document.
    pub record: &'a Record,
    /// Its segments.
    pub segments: &'a [Segment],
    /// One per segment.
    pub verdicts: &'a [Verdict],
    /// What is not body within body segments, in order.
    pub cuts: &'a [Cut],
    /// The portal, if it was recognised.
    pub portal: Option<&'a PortalFacts>,
}

/// What a pack knows of its portal that metadata needs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PortalFacts {
    /// The pack's name, which is the portal's main host.
    pub name: String,
    /// Names of the outlet as datelines and credits write them.
    pub names: Vec<String>,
    /// Offset of a time that states no zone, such as `+07:00`.
    pub timezone: Option<String>,
}

/// What the page says about the article.
#[must_use]
pub fn describe(context: &Context<'_>) -> Metadata {
    let pieces = Pieces::gather(context);
    let host = context.record.url.as_deref().and_then(outlets::host);
    let outlets = Outlets::new(context.portal, host.as_deref());
    let title = pieces
        .of(Kind::Title)
        .next()
        .map(fold)
        .or_else(|| context.record.title.clone());
    let mut groups = pieces.runs(&[Kind::Byline], &[Kind::Published]);
    let sources = pieces.of(Kind::Source);
    groups.extend(sources.filter_map(|line| Some(vec![line.get(bylines::find_label(line)?..)?])));
    let credits = bylines::read(&groups, &outlets);
    let language = language::guess(pieces.body);
    let zone = published::default_zone(context.portal, host.as_deref(), language);
    let times = published::read(&pieces, zone);
    let dateline = pieces.dateline();
    let section_run = pieces
        .runs(&[Kind::Section], &[])
        .into_iter()
        .next()
        .unwrap_or_default();
    Metadata {
        authors: credits.authors,
        editors: credits.editors,
        published: times.published,
        modified: times.modified,
        portal: host.or_else(|| context.portal.map(|portal| portal.name.clone())),
        place: dateline
            .as_deref()
            .and_then(|dateline| dateline::place(dateline, &outlets)),
        dateline,
        section: lists::section(&section_run)
            .or_else(|| pieces.of(Kind::Byline).find_map(lists::section_before_date)),
        description: joined(pieces.of(Kind::Standfirst)),
        tags: lists::tags(&pieces.runs(&[Kind::Tags], &[])),
        captions: once(pieces.of(Kind::Caption).map(fold)),
        source: lists::source(&pieces.of(Kind::Source).collect::<Vec<_>>()),
        related: related::read(pieces.links(), title.as_deref()),
        language: language.map(str::to_owned),
        image: None,
        canonical_url: None,
        title,
    }
}

/// A stretch that is not body: a segment, or a cut within one.
#[derive(Clone, Debug)]
struct Piece<'a> {
    segment: usize,
    kind: Kind,
    text: &'a str,
    is_cut: bool,
}

/// Every stretch that is not body, in the order of the page.
struct Pieces<'a> {
    all: Vec<Piece<'a>>,
    /// The text from which the language is told.
    body: &'a str,
}

impl<'a> Pieces<'a> {
    fn gather(context: &Context<'a>) -> Pieces<'a> {
        let text = |span: &Span| context.record.text.get(span.clone()).unwrap_or_default();
        let mut cuts = context.cuts.iter().peekable();
        let (mut all, mut body) = (Vec::new(), None::<Span>);
        for (number, (segment, verdict)) in
            context.segments.iter().zip(context.verdicts).enumerate()
        {
            if verdict.kind.is_body() {
                let start = body.map_or(segment.span.start, |body| body.start);
                body = Some(start..segment.span.end);
            } else {
                all.push(Piece {
                    segment: number,
                    kind: verdict.kind,
                    text: text(&segment.span),
                    is_cut: false,
                });
            }
            while let Some(cut) = cuts.next_if(|cut| cut.segment <= number) {
                all.push(Piece {
                    segment: cut.segment,
                    kind: cut.kind,
                    text: text(&cut.span),
                    is_cut: true,
                });
            }
        }
        Pieces {
            all,
            body: text(&body.unwrap_or(0..context.record.text.len())),
        }
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        self.all
            .iter()
            .filter(move |piece| piece.kind == kind)
            .map(|piece| piece.text)
    }

    /// The pieces of these kinds, those in neighbouring segments together; kinds in `between` do not part them.
    fn runs(&self, kinds: &[Kind], between: &[Kind]) -> Vec<Vec<&'a str>> {
        let mut runs: Vec<Vec<&str>> = Vec::new();
        let mut last: Option<usize> = None;
        for piece in &self.all {
            let near = last.is_some_and(|last| piece.segment <= last + 1) && !piece.is_cut;
            if kinds.contains(&piece.kind) {
                match runs.last_mut() {
                    Some(run) if near => run.push(piece.text),
                    _ => runs.push(vec![piece.text]),
                }
                last = Some(piece.segment);
            } else if near && between.contains(&piece.kind) {
                last = Some(piece.segment);
            }
        }
        runs
    }

    /// The first dateline, put together where links in it broke it into several lines.
    fn dateline(&self) -> Option<String> {
        let mut parts = self.all.iter().filter(|piece| piece.kind == Kind::Dateline);
        let first = parts.next()?;
        let (mut dateline, mut last) = (first.text.to_owned(), first.segment);
        for part in parts.take_while(|part| part.segment <= first.segment + LINES_OF_DATELINE) {
            if part.segment > last + 1 {
                break;
            }
            if part.segment != last && !dateline.ends_with(char::is_whitespace) {
                dateline.push(' ');
            }
            dateline.push_str(part.text);
            last = part.segment;
        }
        Some(dateline)
    }

    fn links(&self) -> impl Iterator<Item = related::Link<'a>> {
        let links = self
            .all
            .iter()
            .filter(|piece| matches!(piece.kind, Kind::ReadAlso | Kind::RelatedList));
        links.map(|piece| related::Link {
            text: piece.text,
            listed: piece.kind == Kind::RelatedList,
        })
    }
}

/// A dateline with links in it takes up to this many further lines.
const LINES_OF_DATELINE: usize = 4;

/// The text on one line, runs of white space made one space.
fn fold(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let all = once(texts.map(fold));
    (!all.is_empty()).then(|| all.join(" "))
}

/// Each text once, in order, empty ones left out.
fn once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for text in texts.filter(|text| !text.is_empty()) {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// Compiles a pattern that is a constant of this module.
#[expect(
    clippy::expect_used,
    reason = "the patterns are constants, and the tests of each file compile them"
)]
fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a valid pattern")
}
