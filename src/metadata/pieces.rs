//! The stretches of a page that are not body, in order, and how they stand together.
//!
//! Sorts; reads nothing.

use crate::article::{Kind, Reason, Span, Verdict};
use crate::judge::tokens::Token;

use super::{Context, dates, related};

/// A stretch that is not body: a segment, or a cut within one.
#[derive(Clone, Debug)]
pub(super) struct Piece<'a> {
    segment: usize,
    kind: Kind,
    text: &'a str,
    is_cut: bool,
}

/// Every stretch that is not body, in the order of the page.
pub(super) struct Pieces<'a> {
    all: Vec<Piece<'a>>,
    /// A bit for every kind that there are pieces of.
    kinds: u32,
    /// The words from which the language is told.
    pub(super) body: &'a [Token],
}

impl<'a> Pieces<'a> {
    pub(super) fn gather(context: &Context<'a>) -> Pieces<'a> {
        let text = |span: &Span| context.record.text.get(span.clone()).unwrap_or_default();
        let piece = |segment: usize, kind: Kind, span: &Span, is_cut: bool| {
            let text = text(span);
            let is_quoted = matches!(kind, Kind::Title | Kind::Standfirst | Kind::Caption | Kind::Tags);
            // What is searched for names and dates is short; where it is not, the rest is something else.
            let text = if is_quoted { text } else { dates::head(text) };
            Piece { segment, kind, text, is_cut }
        };
        let mut cuts = context.cuts.iter().peekable();
        let (mut all, mut body) = (Vec::new(), None::<Span>);
        for (number, (segment, verdict)) in context.segments.iter().zip(context.verdicts).enumerate() {
            if verdict.kind.is_body() {
                let start = body.map_or(segment.span.start, |body| body.start);
                body = Some(start..segment.span.end);
            } else if !is_vague(verdict, text(&segment.span)) {
                all.push(piece(number, verdict.kind, &segment.span, false));
            }
            while let Some(cut) = cuts.next_if(|cut| cut.segment <= number) {
                all.push(piece(cut.segment, cut.kind, &cut.span, true));
            }
        }
        let tokens = context.tokens;
        let body = body.map_or(0..tokens.len(), |body| {
            let before = |place: usize| tokens.partition_point(|token| (token.start as usize) < place);
            before(body.start)..before(body.end)
        });
        let kinds = all.iter().fold(0, |kinds, piece: &Piece<'_>| kinds | bit(piece.kind));
        Pieces { all, kinds, body: tokens.get(body).unwrap_or_default() }
    }

    /// Whether there are pieces of any of these kinds.
    pub(super) fn has(&self, kinds: &[Kind]) -> bool {
        kinds.iter().any(|kind| self.kinds & bit(*kind) != 0)
    }

    pub(super) fn of(&self, kind: Kind) -> impl Iterator<Item = &'a str> {
        let all = if self.has(&[kind]) { self.all.as_slice() } else { &[] };
        all.iter().filter(move |piece| piece.kind == kind).map(|piece| piece.text)
    }

    /// The pieces of these kinds, those in neighbouring segments together; kinds in `between` do not part them.
    pub(super) fn runs(&self, kinds: &[Kind], between: &[Kind]) -> Vec<Vec<&'a str>> {
        let mut runs: Vec<Vec<&str>> = Vec::new();
        if !self.has(kinds) {
            return runs;
        }
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
    pub(super) fn dateline(&self) -> Option<String> {
        if !self.has(&[Kind::Dateline]) {
            return None;
        }
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

    pub(super) fn links(&self) -> impl Iterator<Item = related::Link<'a>> {
        let links = self.all.iter().filter(|piece| matches!(piece.kind, Kind::ReadAlso | Kind::RelatedList));
        links.map(|piece| related::Link { text: piece.text, listed: piece.kind == Kind::RelatedList })
    }
}

/// The bit of a kind among others.
fn bit(kind: Kind) -> u32 {
    1 << kind as u32
}

/// A dateline with links in it takes up to this many further lines.
const LINES_OF_DATELINE: usize = 4;

/// Whether a line is a byline by a narrow margin only, and nothing else says so: no rule, no label, no bracket, no date.
fn is_vague(verdict: &Verdict, text: &str) -> bool {
    verdict.kind == Kind::Byline
        && verdict.reason == Reason::Segments
        && verdict.probability < SURE
        && !text.contains([':', '(', '/', '|'])
        && !dates::has_date(text)
}

/// The probability from which a bare name is taken for that of an author.
const SURE: f32 = 0.6;
