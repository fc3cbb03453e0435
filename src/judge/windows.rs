//! Windows: where in the body a cut may stand, and what rules take there.
//!
//! The ends of segments that do not begin or end as sentences do, the surroundings of words that open a link or a promotion,
//! what span rules take. Everything else is not looked at, so that cost does not follow the length of the prose. Weighs
//! nothing.

use std::ops::Range;

use super::datelines::{READ, SHORT_DATELINE, dateline, is_shouted, opens_sentence};
use super::page::{Line, Page};
use super::rules::{RuleSet, SpanHit};
use super::shape::{class, class_of, mark};
use super::tokens::{Shape, Token, word};
use super::vocabulary::marks;
use crate::article::Segment;

/// A token of the body, and what of its surroundings matters.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Number of the token in the page.
    pub token: u32,
    /// Number of its segment.
    pub segment: u32,
    /// Tokens from the start of the segment.
    pub from_start: u32,
    /// Tokens to the end of the segment.
    pub to_end: u32,
    /// Body segments before its own.
    pub ordinal: u32,
    /// Body segments after its own.
    pub remaining: u32,
}

/// A segment of the body, and where its tokens stand among all of the body.
#[derive(Debug)]
pub(super) struct Piece {
    /// Number of the segment.
    pub segment: u32,
    /// Number of its first token in the page.
    token: u32,
    /// Its places.
    pub places: Range<usize>,
    /// Whether a cut may begin it, by what stands there.
    pub may_open: bool,
    /// Whether a cut may end it.
    pub may_close: bool,
}

impl Piece {
    /// Its tokens in a range of places.
    pub fn tokens_in<'a>(&self, range: &Range<usize>, page: &'a Page) -> &'a [Token] {
        let within = range.start.max(self.places.start)..range.end.min(self.places.end);
        let number = |place: usize| self.token as usize + place.saturating_sub(self.places.start);
        page.tokens.get(number(within.start)..number(within.end)).unwrap_or_default()
    }
}

/// The stretches of the body in which a cut may stand.
#[derive(Debug, Default)]
pub struct Body {
    /// The body segments, in order; a place is the number of a token among all of theirs.
    pieces: Vec<Piece>,
    /// Non-overlapping stretches of places to look at, in order.
    pub windows: Vec<Range<usize>>,
    /// Stretches that rules take: places, rule. In order of their first place, each within one window.
    pub taken: Vec<(Range<usize>, u32)>,
    /// The dateline that surely opens the body, in places; it may run over several segments.
    pub dateline: Range<usize>,
    /// Numbers of those stretches of `taken` that cover or touch a place, place by place.
    covering: Vec<u32>,
    /// The places that they cover or touch, in order, each with where its numbers end in `covering`.
    covered: Vec<(usize, u32)>,
}

/// How much is looked at after an opener, and before it, in tokens.
const AFTER: usize = 45;
pub(super) const BEFORE: usize = 3;
/// How much of the first and the last body segment is looked at, and of any segment that may open or close with a cut.
const FIRST: usize = 60;
const LAST: usize = 40;
/// How far from the end of the last body segment initials are looked for.
const CLOSING: usize = 80;
pub(super) const EDGE: usize = 14;
/// In so many segments of the body the dateline is looked for: titles and captions may have been taken for body above it.
const OPENING_SEGMENTS: usize = 4;

impl Body {
    /// The body of a page, given which of its segments are body.
    #[must_use]
    pub fn new(
        text: &str,
        page: &Page,
        segments: &[Segment],
        is_body: impl Fn(usize) -> bool,
        rules: &RuleSet,
    ) -> Body {
        let mut body = Body { pieces: Vec::with_capacity(page.lines.len()), ..Body::default() };
        let last = (0..page.lines.len()).rev().find(|i| is_body(*i));
        let mut open = Vec::new();
        let mut hits: Vec<SpanHit> = Vec::new();
        let mut end = 0;
        for (ordinal, segment) in (0..page.lines.len()).filter(|i| is_body(*i)).enumerate() {
            let is_last = last == Some(segment);
            let tokens = page.tokens_of(segment);
            let base = end;
            end += tokens.len();
            let may_open = ordinal == 0
                || opens_with_place(text, tokens)
                || ordinal < OPENING_SEGMENTS && opens_with_address(text, tokens);
            let may_close = closes_oddly(tokens);
            body.pieces.push(Piece {
                segment: segment as u32,
                token: page.lines[segment].tokens.start,
                places: base..end,
                may_open,
                may_close,
            });
            let mut look_at = |range: Range<usize>| open.push(range.start.max(base)..range.end.min(end));
            if may_open {
                look_at(base..base + if ordinal == 0 { FIRST } else { EDGE });
            }
            if may_close {
                look_at(end.saturating_sub(if is_last { LAST } else { EDGE })..end);
            }
            for (i, token) in tokens.iter().enumerate() {
                if token.known.is_opener() && is_opener(text, tokens, i, token) {
                    look_at((base + i).saturating_sub(BEFORE)..base + i + AFTER);
                }
            }
            if is_last {
                // What follows the initials that close the article is not its end.
                let mut marks =
                    tokens.iter().enumerate().rev().take(CLOSING).filter(|(_, token)| token.shape == Shape::Mark);
                let closing = marks.find(|(i, _)| closes_initials(tokens, *i));
                closing.into_iter().for_each(|(i, _)| look_at((base + i).saturating_sub(EDGE)..base + i + 1 + BEFORE));
            }
            let line = &page.lines[segment];
            if line.may_hold_spans {
                let span = segments[segment].span.clone();
                let text = text.get(span.clone()).unwrap_or_default();
                rules.span_hits_of(page.portal, text, &line.span_rules, &mut hits);
                for hit in &hits {
                    let at = |offset: usize| {
                        base + tokens.partition_point(|token| (token.start as usize) < span.start + offset)
                    };
                    let range = at(hit.start)..at(hit.end);
                    if !range.is_empty() {
                        look_at(range.start.saturating_sub(BEFORE)..range.end + BEFORE);
                        body.taken.push((range, hit.rule));
                    }
                }
            }
        }
        body.find_dateline(text, page, rules);
        open.sort_unstable_by_key(|range| range.start);
        for range in open {
            match body.windows.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ if range.is_empty() => {}
                _ => body.windows.push(range),
            }
        }
        body.find_covering();
        body
    }

    /// The places in a range, as far as there are any, in order.
    pub fn places(&self, range: Range<usize>) -> impl Iterator<Item = Place> {
        self.pieces_in(range.clone()).flat_map(move |(ordinal, piece)| {
            let within = piece.places.start.max(range.start)..piece.places.end.min(range.end);
            within.map(move |at| self.place_in(ordinal, piece, at))
        })
    }

    /// One place.
    #[must_use]
    pub fn place(&self, at: usize) -> Option<Place> {
        let ordinal = self.pieces.partition_point(|piece| piece.places.end <= at);
        self.pieces.get(ordinal).map(|piece| self.place_in(ordinal, piece, at))
    }

    /// The segments that have places in a range, each with how many are before it.
    pub(super) fn pieces_in(&self, range: Range<usize>) -> impl Iterator<Item = (usize, &Piece)> {
        let first = self.pieces.partition_point(|piece| piece.places.end <= range.start);
        let pieces = self.pieces.iter().enumerate().skip(first);
        pieces.take_while(move |(_, piece)| piece.places.start < range.end)
    }

    fn place_in(&self, ordinal: usize, piece: &Piece, at: usize) -> Place {
        Place {
            token: piece.token + (at - piece.places.start) as u32,
            segment: piece.segment,
            from_start: (at - piece.places.start) as u32,
            to_end: (piece.places.end - 1 - at) as u32,
            ordinal: ordinal as u32,
            remaining: (self.pieces.len() - 1 - ordinal) as u32,
        }
    }

    /// How many segments the body has.
    #[must_use]
    pub fn segments(&self) -> usize {
        self.pieces.len()
    }

    /// The numbers of its first two segments, and of its last one.
    #[must_use]
    pub fn ends(&self) -> ([Option<usize>; 2], Option<usize>) {
        let number = |piece: Option<&Piece>| piece.map(|piece| piece.segment as usize);
        ([number(self.pieces.first()), number(self.pieces.get(1))], number(self.pieces.last()))
    }

    /// The stretches that rules take within a window.
    #[must_use]
    pub fn taken_in(&self, window: &Range<usize>) -> &[(Range<usize>, u32)] {
        let at = |place: usize| self.taken.partition_point(|(range, _)| range.start < place);
        self.taken.get(at(window.start)..at(window.end)).unwrap_or_default()
    }

    /// The stretches that cover a place, end right before it or start right after it.
    pub fn taken_at(&self, place: usize) -> impl Iterator<Item = &(Range<usize>, u32)> {
        let at = self.covered.binary_search_by_key(&place, |(place, _)| *place).ok();
        let end = |at: usize| self.covered.get(at).map_or(0, |(_, end)| *end as usize);
        let range = at.map_or(0..0, |at| at.checked_sub(1).map_or(0, end)..end(at));
        self.covering.get(range).unwrap_or_default().iter().filter_map(|number| self.taken.get(*number as usize))
    }

    /// One sweep over the places that rules take, so that hits need not be searched for every token.
    fn find_covering(&mut self) {
        let mut coming = (0u32..).zip(&self.taken).peekable();
        let mut open: Vec<(u32, usize)> = Vec::new();
        let mut place = 0;
        loop {
            open.retain(|(_, end)| *end >= place);
            if open.is_empty() {
                // On to where the next begins.
                let Some((_, (next, _))) = coming.peek() else { break };
                place = place.max(next.start.saturating_sub(1));
            }
            while let Some((number, (range, _))) = coming.next_if(|(_, (range, _))| range.start <= place + 1) {
                open.push((number, range.end));
            }
            self.covering.extend(open.iter().map(|(number, _)| *number));
            self.covered.push((place, self.covering.len() as u32));
            place += 1;
        }
    }
}

impl Body {
    /// The dateline that opens one of the first segments, if it leaves no doubt: it names its outlet or a known place, or its place
    /// is in capitals, or the scraper has put the place, which was a link or in bold, on a line of its own. Where scrapers put links on lines of
    /// their own, a dateline is in pieces: place, outlet, bracket, dash.
    fn find_dateline(&mut self, text: &str, page: &Page, rules: &RuleSet) {
        let mut several = Vec::new();
        for number in 0..self.pieces.len().min(OPENING_SEGMENTS) {
            let Some(piece) = self.pieces.get(number) else { break };
            let (start, line) = (piece.places.start, page.lines.get(piece.segment as usize));
            // Of a long segment the page knows.
            let has_none = piece.places.len() >= READ && line.is_some_and(Line::has_no_dateline);
            let first = page.tokens.get(piece.token as usize);
            if has_none && (start > 0 || first.is_none_or(|first| end_of_place(text, first, rules).is_none())) {
                continue;
            }
            let tokens = self.opening(start..start + FIRST, page, &mut several);
            let (strength, length) = if has_none { (0, 0) } else { dateline(text, tokens, rules) };
            if start == 0
                && strength == 0
                && let Some(length) = place_and_comma(text, tokens, rules)
            {
                self.dateline = 0..length;
                return;
            }
            let found = start..start + length;
            let settled = match strength {
                1 => {
                    let is_short = length <= SHORT_DATELINE;
                    start == 0 && (is_short && self.is_in_pieces(&found) || is_shouted(&tokens[..length]))
                }
                2 => start == 0,
                3 => true,
                _ => false,
            };
            let Some(next) = tokens.get(length).filter(|_| settled) else {
                continue;
            };
            // `Kota - Kota Lain` is a way to go.
            let is_way = || end_of_place(text, next, rules).is_some();
            if strength == 2 || opens_sentence(text, Some(next)) && !is_way() {
                self.dateline = found;
                return;
            }
        }
    }

    /// The tokens in a range of places; where they are of several segments, they are brought together.
    fn opening<'a>(&self, range: Range<usize>, page: &'a Page, several: &'a mut Vec<Token>) -> &'a [Token] {
        let mut pieces = self.pieces_in(range.clone()).map(|(_, piece)| piece.tokens_in(&range, page));
        let first = pieces.next().unwrap_or_default();
        if first.len() == range.len() {
            return first;
        }
        several.clear();
        several.extend_from_slice(first);
        pieces.for_each(|tokens| several.extend_from_slice(tokens));
        several
    }

    /// Whether the dash that ends the stretch stands alone on its line, or at the end of the first.
    fn is_in_pieces(&self, stretch: &Range<usize>) -> bool {
        let last = stretch.end.checked_sub(1).and_then(|last| self.places(last..stretch.end).next());
        last.is_some_and(|last| last.to_end == 0 && (last.ordinal == 0 || last.from_start == 0))
    }
}

/// How many tokens a known place and the comma behind it are, where a sentence begins with them that a name of several words goes on
/// with: `Kota, Dinas Kesehatan membuka posko.` A single name may be the country that the place is in.
fn place_and_comma(text: &str, tokens: &[Token], rules: &RuleSet) -> Option<usize> {
    let end = end_of_place(text, tokens.first().filter(|first| first.shape.is_capital())?, rules)?;
    let comma = tokens.iter().position(|token| token.start as usize >= end)?;
    let [mark_behind, next, second, ..] = tokens.get(comma..)? else { return None };
    let is_comma = mark(text, mark_behind) == b',' && !mark_behind.spaced;
    let is_name = [next, second].iter().all(|token| token.spaced && token.shape.is_capital());
    (is_comma && is_name && end_of_place(text, next, rules).is_none()).then_some(comma + 1)
}

/// Where the known place ends that begins with a token, if one does.
fn end_of_place(text: &str, token: &Token, rules: &RuleSet) -> Option<usize> {
    rules.place_names().end_at(text, token.start as usize)
}

/// Whether the start of a segment may be a dateline: a dash or a bracket among its first words.
fn opens_with_place(text: &str, tokens: &[Token]) -> bool {
    if tokens.len() <= 3 {
        return true;
    }
    tokens.iter().take(EDGE).any(|token| {
        // Together, as hardly any is both.
        (token.shape == Shape::Mark) & token.spaced && matches!(text.get(token.range()), Some("-" | "–" | "—" | "|"))
    })
}

/// Whether the address of an outlet stands near the start of a segment, as in datelines without a dash: `Portal.com, Kota`.
fn opens_with_address(text: &str, tokens: &[Token]) -> bool {
    tokens
        .iter()
        .zip(tokens.iter().skip(1))
        .take(EDGE)
        .any(|(dot, next)| !(dot.spaced | next.spaced) && next.shape != Shape::Mark && mark(text, dot) == b'.')
}

/// Whether the end of a segment may be initials, an agency or a title: it does not end as a sentence does.
fn closes_oddly(tokens: &[Token]) -> bool {
    let is_sentence = |token: &Token| matches!(class_of(token), class::STOP | class::SHOUT | class::QUOTE);
    !tokens.last().is_some_and(is_sentence) || tokens.iter().rev().take(5).any(|token| token.spaced && is_dash(token))
}

/// Whether a token is the bracket that closes initials, such as `(abc/def)`: what ends in a number is a date.
pub(super) fn closes_initials(tokens: &[Token], i: usize) -> bool {
    let before = |back: usize| i.checked_sub(back).and_then(|before| tokens.get(before));
    tokens.get(i).is_some_and(|token| class_of(token) == class::CLOSE)
        && before(1).is_none_or(|token| token.shape != Shape::Digits)
        && (1..=4).any(|back| before(back).is_some_and(|token| token.hash == const { word("/") }))
}

/// Where the initials begin that the bracket at `close` closes, if they stand behind a sentence: `(dan/atau)` within one is none.
pub(super) fn initials(tokens: &[Token], close: usize) -> Option<usize> {
    let class = |at: usize| tokens.get(at).filter(|token| token.shape == Shape::Mark).map(|token| token.known.class());
    let open = (close.saturating_sub(INITIALS)..close).rev().find(|open| class(*open) == Some(marks::OPEN))?;
    let before = open.checked_sub(1).and_then(class);
    let ends = matches!(before, Some(marks::STOP | marks::SHOUT | marks::QUOTE));
    (ends && closes_initials(tokens, close)).then_some(open)
}

/// Initials in brackets have at most so many tokens, the closing bracket left out.
const INITIALS: usize = 8;

/// Whether a token is a dash.
pub(super) fn is_dash(token: &Token) -> bool {
    token.shape == Shape::Mark && token.known.class() == marks::DASH
}

/// Whether a word that opens links and promotions opens one.
pub(super) fn is_opener(text: &str, tokens: &[Token], i: usize, token: &Token) -> bool {
    match token.shape {
        // In lower case only before a colon or `juga`.
        Shape::Lower => tokens.get(i + 1).is_some_and(|next| {
            mark(text, next) == b':'
                || next.hash == const { word("juga") }
                || next.hash == const { word("selengkapnya") }
        }),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Record;
    use crate::segment::segments;

    /// The dateline that leaves no doubt, in a text all of which is body.
    fn dateline_of(text: &str) -> String {
        let rules = RuleSet::builtin().unwrap();
        let record = Record { text: text.to_owned(), ..Record::default() };
        let segments = segments(text);
        let page = Page::new(&record, &segments, &rules);
        let body = Body::new(text, &page, &segments, |_| true, &rules);
        let tokens: Vec<Place> = body.places(body.dateline.clone()).collect();
        let ends = tokens.first().zip(tokens.last());
        let place = |place: &Place| page.tokens[place.token as usize];
        ends.map_or(String::new(), |(first, last)| text[place(first).range().start..place(last).range().end].to_owned())
    }

    #[test]
    fn datelines_that_leave_no_doubt_are_found() {
        for (dateline, rest) in [
            ("Jayapura,", " Dinas Kesehatan membuka posko di tiga kampung."),
            ("Jakarta -", " Warga memperbaiki jembatan."),
            ("SLEMAN -", " Warga memperbaiki jembatan."),
            ("KEBUN TUA (27/11/2018) –", " Warga memperbaiki jembatan."),
            ("Jakarta:", " Warga memperbaiki jembatan."),
        ] {
            assert_eq!(dateline_of(&format!("{dateline}{rest}")), dateline);
        }
        for sentence in [
            "Jayapura, Sorong, dan Manokwari menunggu kapal itu.",
            "Jayapura, kota di ujung timur, menunggu kapal itu.",
            "Jayapura, Indonesia menunggu kapal itu.",
            "Dinas Kesehatan, Jumat, membuka posko.",
            "Jakarta - Bandung dapat ditempuh dalam tiga jam.",
            "KPK - Komisi itu menunggu.",
        ] {
            assert_eq!(dateline_of(sentence), "", "{sentence}");
        }
    }
}
