//! Sweeps: what tells of the tokens of a window, gathered before any is weighed.
//!
//! What every token needs takes the same few steps for all of them; those that tell of others, such as openers, names and brackets,
//! are read one by one.

use std::hint::select_unpredictable;
use std::ops::Range;

use super::page::Page;
use super::portal::Names;
use super::rules::RuleSet;
use super::shape::{class, class_of_mark};
use super::tokens::{Shape, Token};
use super::vocabulary::marks;
use super::windows::{BEFORE, Body, EDGE, Piece, closes_initials, is_opener};

/// So many tokens on either side of a token matter.
pub(super) const MARGIN: usize = 6;

/// A cut may begin at a position.
pub(super) const FORWARD: u8 = 1;
/// Going backward, a cut may end at a position.
pub(super) const BACKWARD: u8 = 2;

/// A token in brief.
#[derive(Clone, Copy, Debug)]
pub(super) struct TokenLook {
    pub(super) hash: u32,
    /// Words in lower case of the window, function words left out, and words, before it.
    pub(super) small_before: u32,
    pub(super) words_before: u32,
    /// See [`shape_of`].
    pub(super) shape: u8,
    /// Open brackets.
    pub(super) depth: u8,
    pub(super) spaced: bool,
    /// Since the last opener: whether every word that could carry a capital carried one.
    pub(super) titled: bool,
    /// Whether an outlet's name covers it.
    pub(super) outlet: bool,
    /// Whether the name of a known place covers it.
    pub(super) place: bool,
}

impl TokenLook {
    /// Whether it is in lower case and no function word.
    #[inline]
    pub(super) fn is_small(&self) -> bool {
        self.shape == Shape::Lower as u8
    }

    #[inline]
    fn is_word(&self) -> bool {
        (self.shape < 8) & (self.shape != Shape::Digits as u8)
    }

    /// Whether it is a word with a capital, or in capitals.
    #[inline]
    fn is_capital(&self) -> bool {
        (self.shape == Shape::Capital as u8) | (self.shape == Shape::Upper as u8)
    }

    /// Whether it may go on with a number or an address.
    #[inline]
    fn may_go_on(&self) -> bool {
        self.is_small() || self.shape == FUNCTION || self.shape == Shape::Digits as u8
    }
}

/// Stands where there is no token.
pub(super) const NO_TOKEN: TokenLook = TokenLook {
    hash: 0,
    small_before: 0,
    words_before: 0,
    shape: 15,
    depth: 0,
    spaced: true,
    titled: false,
    outlet: false,
    place: false,
};

/// What tells of the tokens of a window, beside themselves. Positions are counted from the start of the window.
#[derive(Debug)]
pub(super) struct Swept<'a> {
    pub(super) text: &'a str,
    pub(super) page: &'a Page,
    pub(super) rules: &'a RuleSet,
    pub(super) body: &'a Body,
    pub(super) window: Range<usize>,
    /// Of the window's tokens, and of [`MARGIN`] on either side. The first one behind the window counts what all have before it.
    pub(super) looks: Vec<TokenLook>,
    /// By position: [`FORWARD`], [`BACKWARD`].
    pub(super) edges: Vec<u8>,
    /// Where sentences and segments end.
    pub(super) ends: Vec<u32>,
    /// The words that open a link or a promotion.
    pub(super) openers: Vec<u32>,
    /// The dashes of datelines that name an outlet.
    pub(super) dashes: Vec<u32>,
}

impl<'a> Swept<'a> {
    /// A sweep over a window of a body.
    pub(super) fn new(
        text: &'a str,
        page: &'a Page,
        rules: &'a RuleSet,
        body: &'a Body,
        window: Range<usize>,
    ) -> Swept<'a> {
        let (looks, edges, ends, openers, dashes) = Default::default();
        let mut swept = Swept { text, page, rules, body, window: 0..0, looks, edges, ends, openers, dashes };
        swept.move_to(window);
        swept
    }

    /// Goes on to another window, in the same memory.
    pub(super) fn move_to(&mut self, window: Range<usize>) {
        self.window = window.clone();
        self.openers.clear();
        self.dashes.clear();
        self.ends.clear();
        self.edges.clear();
        self.edges.resize(window.len(), 0);
        self.look(&window);
        let mut sweep = Sweep::default();
        for (_, piece) in self.body.pieces_in(window.clone()) {
            self.sweep(piece, &mut sweep);
        }
        if let Some(behind) = self.looks.get_mut(MARGIN + window.len()) {
            (behind.small_before, behind.words_before) = (sweep.small, sweep.words);
        }
        for (range, _) in self.body.taken_in(&window) {
            let touched = range.start.saturating_sub(1).max(window.start)..(range.end + 1).min(window.end);
            let edges = self.edges.get_mut(touched.start - window.start..touched.end.saturating_sub(window.start));
            edges.into_iter().flatten().for_each(|edges| *edges |= FORWARD | BACKWARD);
        }
    }

    /// What the tokens of the window and around it are by themselves.
    fn look(&mut self, window: &Range<usize>) {
        self.looks.clear();
        self.looks.reserve(window.len() + 2 * MARGIN);
        self.looks.resize(MARGIN.saturating_sub(window.start), NO_TOKEN);
        let around = window.start.saturating_sub(MARGIN)..window.end + MARGIN;
        for (_, piece) in self.body.pieces_in(around.clone()) {
            self.looks.extend(piece.tokens_in(&around, self.page).iter().map(|token| TokenLook {
                hash: token.hash,
                shape: shape_of(token),
                spaced: token.spaced,
                ..NO_TOKEN
            }));
        }
        self.looks.resize(window.len() + 2 * MARGIN, NO_TOKEN);
    }

    /// Goes over the tokens of a segment that are in the window.
    fn sweep(&mut self, piece: &Piece, sweep: &mut Sweep) {
        let first = piece.places.start.max(self.window.start);
        let (base, skipped) = (first - self.window.start, first - piece.places.start);
        let tokens = piece.tokens_in(&self.window, self.page);
        let siblings = self.page.tokens_of(piece.segment as usize);
        let mut inside = Inside::default();
        for (start, part) in (0..).step_by(PART).zip(tokens.chunks(PART)) {
            let mut telling = self.count(base + start, part, sweep);
            while telling != 0 {
                let at = start + telling.trailing_zeros() as usize;
                telling &= telling - 1;
                let Some((token, rest)) = tokens.get(at..).and_then(<[Token]>::split_first) else { break };
                self.read_word(base + at, skipped + at, siblings, (token, rest), sweep, &mut inside);
                self.read_mark(base + at, skipped + at, siblings, token, &mut inside);
            }
        }
        let end = base + tokens.len();
        self.close(end, 0, &mut inside);
        let Some(last) = end.checked_sub(1).filter(|_| !tokens.is_empty()) else { return };
        if skipped == 0 && piece.may_open {
            self.edges[base] |= FORWARD;
        }
        if piece.places.end <= self.window.end {
            if piece.may_close {
                self.edges[last] |= BACKWARD;
            }
            if self.ends.last().is_none_or(|end| (*end as usize) < last) {
                self.ends.push(last as u32);
            }
        }
    }

    /// Counts words up to each of some tokens, the first of which stands at a position, and says which of the tokens may tell of
    /// others: a bit each.
    fn count(&mut self, position: usize, tokens: &[Token], sweep: &mut Sweep) -> u64 {
        let (outlets, places) = (self.rules.outlet_names(), self.rules.place_names());
        let mut telling = 0;
        let looks = self.looks.get_mut(MARGIN + position..).unwrap_or_default();
        for (i, token) in tokens.iter().enumerate().take(looks.len().saturating_sub(1)) {
            let next = looks[i + 1];
            let look = &mut looks[i];
            (look.small_before, look.words_before) = (sweep.small, sweep.words);
            sweep.small += u32::from(look.is_small());
            sweep.words += u32::from(look.is_word());
            // No branches: what a token is cannot be foretold.
            let may_begin = outlets.may_begin(look.hash)
                | places.may_begin(look.hash) & look.is_capital()
                | next.is_word() & !next.spaced;
            let tells = look.is_word() & may_begin | token.known.is_opener() | (TELLING >> look.shape & 1 != 0);
            telling |= u64::from(tells) << i;
        }
        telling
    }

    /// Reads a word, after which some others stand, that may open a link or a promotion, or begin a name.
    fn read_word(
        &mut self,
        i: usize,
        number: usize,
        siblings: &[Token],
        (token, rest): (&Token, &[Token]),
        sweep: &mut Sweep,
        inside: &mut Inside,
    ) {
        let text = self.text;
        if token.known.is_opener()
            && inside.opener.is_none_or(|opener| i - opener > APART || i <= inside.titled_until)
            && is_opener(text, siblings, number, token)
        {
            inside.opener = Some(i);
            self.openers.push(i as u32);
            // It draws in what stands right before it.
            self.edges.iter_mut().take(i + 1).skip(i.saturating_sub(BEFORE)).for_each(|edges| *edges |= FORWARD);
            // What reads as a title goes on to the first word that does not.
            let from = inside.titled_until.max(i);
            let looks = self.looks.get_mut(MARGIN + from..MARGIN + i + 1 + rest.len()).unwrap_or_default();
            let mut titled = 0;
            for (look, at) in looks.iter_mut().zip(from..).take_while(|(look, at)| !look.is_small() || at - i < HEAD) {
                look.titled = true;
                titled = at + 1 - from;
            }
            inside.titled_until = from + titled;
        }
        let Some([look, next]) = self.looks.get(MARGIN + i..).and_then(<[TokenLook]>::first_chunk) else { return };
        if !look.is_word() {
            return;
        }
        // A word that another was split from may be the beginning of the first word of a name.
        let is_split = next.is_word() && !next.spaced;
        // A name goes on to its end; only behind it another may begin. Returns how many tokens it covers.
        let cover = |names: &Names, covered: &mut usize| {
            if token.end as usize > *covered
                && (names.may_begin(token.hash) || is_split)
                && let Some(end) = names.end_at(text, token.start as usize)
            {
                *covered = end;
                let within = |token: &&Token| token.end as usize <= end;
                return usize::from(within(&token)) + rest.iter().take_while(within).count();
            }
            0
        };
        let outlet = cover(self.rules.outlet_names(), &mut sweep.outlet);
        let place = if look.is_capital() { cover(self.rules.place_names(), &mut sweep.place) } else { 0 };
        let covered = self.looks.get_mut(MARGIN + i..).unwrap_or_default();
        covered.iter_mut().take(outlet).for_each(|look| look.outlet = true);
        covered.iter_mut().take(place).for_each(|look| look.place = true);
    }

    /// Reads a mark that may be a bracket, end a sentence or be the dash of a dateline.
    fn read_mark(&mut self, i: usize, number: usize, siblings: &[Token], token: &Token, inside: &mut Inside) {
        if token.shape != Shape::Mark {
            return;
        }
        match token.known.class() {
            marks::OPEN => self.close(i, (inside.depth + 1).min(3), inside),
            marks::CLOSE => {
                self.close(i, inside.depth.saturating_sub(1), inside);
                if closes_initials(siblings, number) {
                    self.edges[i] |= BACKWARD;
                }
            }
            // Not the point within a number or an address.
            marks::STOP | marks::SHOUT => {
                let next = self.looks.get(MARGIN + i + 1).unwrap_or(&NO_TOKEN);
                let is_plain = token.end - token.start == 1;
                if is_plain && (next.spaced || !next.may_go_on()) {
                    self.ends.push(i as u32);
                }
            }
            marks::DASH if token.spaced => {
                let before = self.looks.get(MARGIN + i - BEHIND..MARGIN + i).unwrap_or_default();
                let follows_outlet = before.iter().any(|look| look.outlet);
                if follows_outlet {
                    self.dashes.push(i as u32);
                }
                if follows_outlet || number < EDGE {
                    self.edges[i] |= BACKWARD;
                }
            }
            _ => {}
        }
    }

    /// Up to a position, so many brackets are open as were; from there on, another number of them.
    fn close(&mut self, i: usize, depth: u8, inside: &mut Inside) {
        if inside.depth > 0 {
            let looks = self.looks.get_mut(MARGIN + inside.depth_from..MARGIN + i).unwrap_or_default();
            looks.iter_mut().for_each(|look| look.depth = inside.depth);
        }
        (inside.depth, inside.depth_from) = (depth, i);
    }
}

/// What is known where a sweep over a window has arrived.
#[derive(Debug, Default)]
struct Sweep {
    /// Words in lower case, function words left out, and words.
    small: u32,
    words: u32,
    /// Where the last name of an outlet ends in the text, and of a known place.
    outlet: usize,
    place: usize,
}

/// What is known where a sweep over a segment has arrived.
#[derive(Debug, Default)]
struct Inside {
    /// The last opener.
    opener: Option<usize>,
    /// Up to where every word since then that could carry a capital carried one.
    titled_until: usize,
    /// Open brackets, and since where there are so many.
    depth: u8,
    depth_from: usize,
}

/// So many tokens are looked at together: a bit each.
const PART: usize = 64;

/// The shapes of marks that tell of other tokens, a bit each: what ends sentences, brackets, dashes.
const TELLING: u32 = 1 << (8 + class::STOP)
    | 1 << (8 + class::SHOUT)
    | 1 << (8 + class::OPEN)
    | 1 << (8 + class::CLOSE)
    | 1 << (8 + class::DASH);

/// A word opens nothing within so many tokens behind an opener, unless all between read as a title.
const APART: usize = 4;
/// So many tokens from an opener on, it included, may be in lower case: `baca juga:`.
const HEAD: usize = 3;
/// A dash belongs to the name of an outlet that stands so many tokens before it, or fewer.
const BEHIND: usize = 4;
/// Shape, finer for marks: their class; and for words in lower case: whether they are function words.
#[inline]
fn shape_of(token: &Token) -> u8 {
    let is_function = (token.shape == Shape::Lower) & token.known.is_function();
    let shape = if is_function { FUNCTION } else { token.shape as u8 };
    // No branch: which tokens are marks cannot be foretold.
    select_unpredictable(token.shape == Shape::Mark, 8 + class_of_mark(token), shape)
}

/// The shape of function words in lower case.
pub(super) const FUNCTION: u8 = 7;
