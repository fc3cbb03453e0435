//! Titles: what the model of spans leaves of them behind a cut.
//!
//! It weighs token by token, and stops short where the words of a title could open a sentence. What is left over up to the end of
//! the sentence, or the next cut, tells by its form whether it is of the title. So do the names behind a name.

use super::page::Page;
use super::shape::{is_quote, mark};
use super::tokens::{Shape, Token, word};
use crate::article::{Cut, Kind};

/// What stands around a cut.
#[derive(Clone, Copy, Debug)]
pub(super) struct Around {
    /// Where the next cut of its segment starts, in bytes.
    pub next: Option<usize>,
    /// Whether the body ends with what follows, up to there.
    pub is_end: bool,
    /// See [`titles_are_small`].
    pub writes_small: bool,
}

/// Where a cut should end that stops within a title or a name, in bytes.
pub(super) fn rest_of_title(text: &str, tokens: &[Token], cut: &Cut, around: Around) -> Option<usize> {
    let next = around.next;
    let within = |place: usize| tokens.partition_point(|token| (token.start as usize) < place);
    let (start, end) = (within(cut.span.start), within(cut.span.end));
    let rest = tokens.get(end..next.map_or(tokens.len(), within))?;
    // Marks alone say nothing.
    let is_loose = |token: &Token| token.shape == Shape::Mark && !matches!(mark(text, token), b'"' | b'(' | b'[');
    if next.is_none() && rest.len() <= LOOSE && !rest.is_empty() && rest.iter().all(is_loose) {
        return Some(rest.last()?.end as usize);
    }
    let seam = Seam { text, tokens, start, end, behind: end + rest.len() };
    if let Some(border) = Some(&seam).filter(|_| cut.kind == Kind::ReadAlso).and_then(Seam::border) {
        return Some(border);
    }
    let taken = match cut.kind {
        Kind::ReadAlso => seam.rest_of_link(around),
        Kind::Source => seam.rest_of_note(),
        Kind::Byline => seam.rest_of_name(),
        _ => 0,
    };
    Some(rest.get(taken.checked_sub(1)?)?.end as usize)
}

/// Where the cut of a link should start, in bytes, that holds the end of what stands before its marker, such as `Baca juga`: it begins
/// with a word in small letters, as no link does.
pub(super) fn marker_within(tokens: &[Token], cut: &Cut) -> Option<usize> {
    let start = tokens.partition_point(|token| (token.start as usize) < cut.span.start);
    let within = tokens.get(start..)?;
    within.first().filter(|first| cut.kind == Kind::ReadAlso && first.shape == Shape::Lower)?;
    let is_marker = |two: &[Token]| {
        two[0].shape.is_capital()
            && MARKERS.contains(&two[0].hash)
            && [word("juga"), word("pula")].contains(&two[1].hash)
    };
    let marker = within.windows(2).take(TITLE).position(is_marker)?;
    let start = within.get(marker)?.start as usize;
    (start < cut.span.end).then_some(start)
}

/// What the markers of links begin with.
const MARKERS: [u32; 4] = [word("baca"), word("lihat"), word("simak"), word("tonton")];

/// Where a cut ends: it holds the tokens from `start` to `end`, and what may belong to it goes on to `behind`.
struct Seam<'a> {
    text: &'a str,
    tokens: &'a [Token],
    start: usize,
    end: usize,
    behind: usize,
}

impl<'a> Seam<'a> {
    /// The tokens from a place up to the end of their sentence, and whether there is one.
    fn sentence(&self, from: usize) -> (&'a [Token], bool) {
        let rest = self.tokens.get(from..self.behind).unwrap_or_default();
        let stop = (0..rest.len().min(QUOTED)).find(|i| self.stops(from + i));
        (stop.and_then(|stop| rest.get(..=stop)).unwrap_or(rest), stop.is_some())
    }

    /// Whether the token at a place ends a sentence.
    fn stops(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| stops(self.text, token, self.tokens.get(at + 1)))
    }

    /// The token at a place, and the one before it.
    fn pair(&self, at: usize) -> Option<[&'a Token; 2]> {
        Some([self.tokens.get(at.checked_sub(1)?)?, self.tokens.get(at)?])
    }

    /// Whether a wide gap stands before the token at a place.
    fn is_gap(&self, at: usize) -> bool {
        self.pair(at).is_some_and(|[before, next]| {
            let gap = self.text.get(before.end as usize..next.start as usize).unwrap_or_default();
            next.shape != Shape::Mark && gap.chars().nth(1).is_some() && gap.chars().all(char::is_whitespace)
        })
    }

    /// Whether the token at a place was run together with the one before it, and is no part of a name that is written so: such a name
    /// stands near it, too.
    fn is_glued(&self, at: usize) -> bool {
        let Some([before, next]) = self.pair(at) else { return false };
        let are_words =
            next.shape == Shape::Capital && matches!(before.shape, Shape::Lower | Shape::Capital | Shape::Digits);
        let is_long = |token: &Token| token.shape == Shape::Digits || token.end - token.start >= PART_OF_WORD;
        let opens = OPENINGS.contains(&next.hash) || is_long(next);
        if next.spaced || !are_words || !is_long(before) || !opens {
            return false;
        }
        let near = at.saturating_sub(NEAR_NAME)..self.tokens.len().min(at + NEAR_NAME);
        let is_same = |two: &&[Token]| two[0].hash == before.hash && two[1].hash == next.hash && !two[1].spaced;
        self.tokens.get(near).unwrap_or_default().windows(2).filter(is_same).take(2).count() < 2
    }

    /// Where the page set a link apart from what follows it, in bytes, if that is near the end of the cut: a wide gap, or the words of
    /// both run together. What the cut holds beyond is the beginning of a sentence.
    fn border(&self) -> Option<usize> {
        let end_before = |at: usize| Some(self.pair(at)?[0].end as usize);
        let is_border = |at: &usize| self.is_gap(*at) || self.is_glued(*at);
        let first = (self.end + 1).saturating_sub(BEGINNING).max(self.start + LEAST_OF_LINK);
        // What is cut off begins a sentence that goes on: no title breaks behind a function word.
        let goes_on = self.tokens.get(self.end).is_some_and(|next| next.shape != Shape::Mark) && self.end < self.behind;
        let may_end = |at: usize| self.pair(at).is_some_and(|[before, _]| !before.known.is_function());
        if let Some(within) = (first..self.end).rev().find(is_border).filter(|at| goes_on && may_end(*at)) {
            return end_before(within);
        }
        // The first half of a name, such as `WhatsApp`, is not the end of a title.
        let is_halved = |[a, b]: [&Token; 2]| !b.spaced && a.shape == Shape::Capital && HALVES.contains(&b.hash);
        if self.end > first && self.pair(self.end).is_some_and(is_halved) {
            return end_before(self.end - 1);
        }
        // A title goes on up to there; but a heading may be run together with its text.
        let next = (self.end..self.behind.min(self.end + BEGINNING)).find(is_border)?;
        let rest = self.tokens.get(self.end..next).filter(|rest| is_titled(self.text, rest))?;
        if rest.len() == 1 || self.is_gap(next) { end_before(next) } else { None }
    }

    /// How many tokens behind a link belong to it.
    fn rest_of_link(&self, Around { is_end, writes_small, .. }: Around) -> usize {
        let before = self.start.checked_sub(1);
        let is_whole = before.is_none_or(|before| self.stops(before) || self.tokens.get(before).is_some_and(is_quote));
        // The full stop of a link between two sentences.
        let mut at = self.end + usize::from(is_whole && self.end < self.behind && self.stops(self.end));
        let mut more = 0;
        while at < self.behind {
            let (left, is_closed) = self.sentence(at);
            let follows_stop = at.checked_sub(1).is_some_and(|before| self.stops(before));
            if let Some(opening) = opening(left).filter(|_| is_whole && writes_small && !follows_stop) {
                return at + opening - self.end;
            }
            if let Some(quotation) = before_quotation(self.text, left).filter(|_| at == self.end && !follows_stop) {
                return quotation;
            }
            let is_title = left.len() <= TITLE && is_titled(self.text, left);
            // One word or several and a full stop are no sentence, nor are titles without one before the next cut.
            let belongs = if is_closed && follows_stop {
                more += 1;
                is_title && more <= SENTENCES && is_all_capitals(left)
            } else if is_closed {
                let last = left.iter().rev().find(|token| token.shape != Shape::Mark);
                is_title && !last.is_some_and(|word| SHORTENED.contains(&word.hash))
            } else {
                // An article ends with a full stop, titles in lower case do not; nor does the sentence that a link stands in.
                let is_apart = is_whole || left.first().is_some_and(|first| first.shape != Shape::Lower);
                let is_open = left.last().is_some_and(|last| last.shape != Shape::Mark);
                is_title || is_end && is_apart && is_open && left.len() <= TITLE && !follows_stop
            };
            if !belongs {
                break;
            }
            at += left.len();
        }
        at - self.end
    }

    /// How many tokens behind the note of a reprint belong to it: `Artikel ini telah tayang di … dengan judul …`
    fn rest_of_note(&self) -> usize {
        let (left, is_closed) = self.sentence(self.end);
        let head = self.tokens.get(self.start..self.end + left.len().min(3)).unwrap_or_default();
        let is_quoted = head.iter().any(|token| token.hash == word("judul"));
        let rest = self.behind - self.end;
        if is_quoted && self.start == 0 && rest <= LINE {
            return rest;
        }
        let is_title = left.len() <= TITLE && is_titled(self.text, left);
        if is_quoted && (!is_closed && left.len() <= QUOTED || is_title) { left.len() } else { 0 }
    }

    /// How many tokens behind a name belong to it: more names and a full stop.
    fn rest_of_name(&self) -> usize {
        let (left, is_closed) = self.sentence(self.end);
        let names = left.split_last().map_or(&[] as &[Token], |(_, names)| names);
        let last = self.end.checked_sub(1).and_then(|last| self.tokens.get(last));
        let is_name = |token: &Token| token.shape == Shape::Capital && token.spaced;
        // `Dr. Budi` opens a sentence.
        let is_short = |name: &Token| name.end - name.start == 1 || SHORTENED.contains(&name.hash);
        let ends = is_closed && left.last().is_some_and(|stop| mark(self.text, stop) == b'.');
        let is_rest = ends && (1..=NAMES).contains(&names.len()) && names.iter().all(is_name);
        let is_rest = is_rest && !names.last().is_some_and(is_short);
        if is_rest && last.is_some_and(|last| last.shape == Shape::Capital) { left.len() } else { 0 }
    }
}

/// Whether titles of links stand in small letters: as many of their words do as have capitals, names and all.
pub(super) fn titles_are_small(text: &str, page: &Page, cuts: &[Cut]) -> bool {
    let (mut small, mut capital) = (0, 0);
    for cut in cuts.iter().filter(|cut| cut.kind == Kind::ReadAlso) {
        let tokens = page.tokens_of(cut.segment);
        let within = |place: usize| tokens.partition_point(|token| (token.start as usize) < place);
        let title = tokens.get(within(cut.span.start)..within(cut.span.end)).unwrap_or_default();
        let marker = title.iter().rposition(|token| mark(text, token) == b':').map_or(0, |colon| colon + 1);
        for token in title.iter().skip(marker) {
            small += usize::from(token.shape == Shape::Lower && !token.known.is_function());
            capital += usize::from(token.shape.is_capital());
        }
    }
    small > 0 && small >= capital
}

/// Whether so many words before the full stop have capitals that they are no sentence, and none is in small letters.
fn is_all_capitals(left: &[Token]) -> bool {
    let words = left.split_last().map_or(&[] as &[Token], |(_, words)| words);
    let is_small = |token: &Token| matches!(token.shape, Shape::Lower | Shape::Mark);
    words.iter().filter(|token| token.shape.is_capital()).count() >= CAPITALS && !words.iter().any(is_small)
}

/// Where among the tokens behind a title a quotation begins, if those before it read as titles are written, but for one word: what is no
/// title sets a comma, a colon or a verb before it.
fn before_quotation(text: &str, left: &[Token]) -> Option<usize> {
    let is_mark = |token: &Token| is_quote(token) || text.get(token.range()) == Some("&quot;");
    let opens = |pair: &[Token]| pair[0].spaced && !pair[1].spaced && is_mark(&pair[0]);
    let quotation = left.windows(2).take(TITLE).position(opens)?;
    let title = left.get(..quotation)?;
    let ([first, ..], Some(last)) = (title, title.last()) else { return None };
    let is_small = |token: &&Token| token.shape == Shape::Lower && !token.known.is_function();
    let is_plain = title.iter().all(|token| token.shape != Shape::Mark) && title.iter().filter(is_small).count() <= 1;
    let is_name = matches!(last.shape, Shape::Capital | Shape::Upper | Shape::Digits);
    (is_plain && is_name && !OPENINGS.contains(&first.hash)).then_some(quotation)
}

/// Where among the tokens behind a title in small letters the next sentence begins, by a word that opens sentences and stands
/// with a capital between words without, the first of which may end a title.
fn opening(left: &[Token]) -> Option<usize> {
    let opens = |token: &Token| token.shape == Shape::Capital && OPENINGS.contains(&token.hash);
    let may_end = |before: &Token| matches!(before.shape, Shape::Lower | Shape::Digits) && !before.known.is_function();
    let goes_on = |next: &Token| matches!(next.shape, Shape::Lower | Shape::Mark);
    let is_place = |three: &[Token]| may_end(&three[0]) && opens(&three[1]) && three[1].spaced && goes_on(&three[2]);
    let place = left.windows(3).take(TITLE).position(is_place);
    place.map(|before| before + 1).filter(|_| !left.first().is_some_and(opens))
}

/// Words that open sentences, and are part of names and titles hardly ever.
const OPENINGS: [u32; 57] = [
    word("adapun"),
    word("akhirnya"),
    word("akibatnya"),
    word("although"),
    word("apalagi"),
    word("bahkan"),
    word("beberapa"),
    word("begitu"),
    word("beliau"),
    word("berdasarkan"),
    word("but"),
    word("demikian"),
    word("dia"),
    word("diketahui"),
    word("hingga"),
    word("however"),
    word("ia"),
    word("jika"),
    word("justeru"),
    word("kalau"),
    word("karena"),
    word("kemudian"),
    word("kendati"),
    word("kerana"),
    word("lalu"),
    word("manakala"),
    word("meanwhile"),
    word("menurut"),
    word("menurutnya"),
    word("mereka"),
    word("meski"),
    word("meskipun"),
    word("misalnya"),
    word("namun"),
    word("nantinya"),
    word("padahal"),
    word("sebab"),
    word("sebelumnya"),
    word("sedangkan"),
    word("sehingga"),
    word("sejak"),
    word("sejumlah"),
    word("selain"),
    word("selama"),
    word("selanjutnya"),
    word("semenjak"),
    word("sementara"),
    word("setelah"),
    word("since"),
    word("tapi"),
    word("terkait"),
    word("tetapi"),
    word("they"),
    word("ujarnya"),
    word("usai"),
    word("walau"),
    word("walaupun"),
];

/// How many tokens of a title may be left over, and how many of one that `dengan judul` announces.
pub(super) const TITLE: usize = 14;
const QUOTED: usize = 40;
/// A line that begins so is all of it, address included, if it has no more tokens.
const LINE: usize = 120;

/// So many words with capitals, and none without, are no sentence; and so many times that a title goes on behind a full stop, as in
/// texts that lost their commas.
const CAPITALS: usize = 3;
const SENTENCES: usize = 2;
/// So many names may be left over behind one.
const NAMES: usize = 2;

/// The beginning of a sentence that a cut holds too much has fewer tokens, and the marker of a link with a word behind it has so many.
const BEGINNING: usize = 5;
const LEAST_OF_LINK: usize = 4;

/// Each of two words that were run together has so many letters; what has fewer is part of a name, such as `WhatsApp`.
const PART_OF_WORD: u32 = 4;

/// Second halves of names of services that are written as two words run together.
const HALVES: [u32; 5] = [word("app"), word("in"), word("pay"), word("tok"), word("tube")];

/// How far from each other, in tokens, a name is looked for.
const NEAR_NAME: usize = 400;

/// So many marks may stand behind a dateline, or behind a cut at the end of a segment.
pub(super) const LOOSE: usize = 2;
/// Words that a full stop shortens, and a name follows.
const SHORTENED: [u32; 9] =
    [word("dr"), word("drs"), word("h"), word("ir"), word("kh"), word("mr"), word("mrs"), word("no"), word("prof")];

/// Whether a token ends a sentence.
pub(super) fn stops(text: &str, token: &Token, next: Option<&Token>) -> bool {
    matches!(mark(text, token), b'.' | b'!' | b'?') && next.is_none_or(|next| next.spaced)
}

/// Whether tokens read as titles are written: capitals, numbers, and no other words in lower case than function words.
fn is_titled(text: &str, tokens: &[Token]) -> bool {
    let fits = |token: &Token| match token.shape {
        Shape::Lower => token.known.is_function(),
        Shape::Mark => !matches!(mark(text, token), b'"' | b'*' | b'['),
        _ => true,
    };
    let opens = tokens.first().is_some_and(|first| first.shape != Shape::Mark);
    opens && tokens.iter().any(|token| token.shape.is_capital()) && tokens.iter().all(fits)
}
