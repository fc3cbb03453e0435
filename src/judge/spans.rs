//! Spans: what within body segments is not body.
//!
//! A second, smaller sequence model, over tokens: datelines, closing initials, cross-links and promotions
//! that run into the text. Where it looks, `windows` says; what of that is weighed, `scan`.

use std::ops::Range;

use super::crf::Direction;
use super::features::{Features, bucket, count_feature, mix, word_feature};
use super::pack::Strength;
use super::page::Page;
use super::rules::RuleSet;
use super::shape::{Lexicon, class_of, mark};
use super::tokens::{Shape, Token, word};
use super::windows::{BEFORE, Body, EDGE, Place, closes_initials, is_dash, is_opener};

/// So many tokens on either side of a token matter.
const MARGIN: usize = 6;

/// A token in brief.
#[derive(Clone, Copy, Debug)]
struct TokenLook {
    hash: u32,
    /// See [`SpanEvidence::shape_of`].
    shape: u32,
    /// Whether it is in lower case and no function word.
    is_small: bool,
}

/// Stands where there is no token.
const NO_TOKEN: TokenLook = TokenLook { hash: 0, shape: 15, is_small: false };

/// What of a token's sentence and segment matters.
#[derive(Clone, Copy, Debug, Default)]
struct Around {
    /// Distance from the last opener.
    since: u32,
    /// The opener's word.
    opener: u32,
    /// Since the opener: whether every word that could carry a capital carried one.
    titled: bool,
    /// Whether an outlet's name covers it.
    outlet: bool,
    /// Whether the name of a known place covers it.
    place: bool,
    /// Open brackets.
    depth: u8,
    /// Whether it ends a sentence.
    stops: bool,
    /// Whether it is an opener, or stands right before one.
    draws_in: bool,
    /// Tokens to the next end of a sentence.
    to_stop: u32,
    /// Words in lower case, function words left out, from here to the end of the sentence.
    small_ahead: u32,
    /// The same of the whole sentence, and its words.
    sentence: (u32, u32),
    /// Tokens to the dash of a dateline that names an outlet further on in the segment; 0 for none.
    to_dateline: u32,
}

/// What the tokens of a window tell, beside themselves.
#[derive(Debug)]
pub struct SpanEvidence<'a> {
    text: &'a str,
    page: &'a Page,
    rules: &'a RuleSet,
    lexicon: &'a Lexicon,
    body: &'a Body,
    window: Range<usize>,
    /// The window's places.
    places: Vec<Place>,
    /// Of the window's tokens, and of [`MARGIN`] on either side: what is asked for again and again.
    looks: Vec<TokenLook>,
    /// Of the window's tokens: what their sentence and segment tell.
    around: Vec<Around>,
}

impl<'a> SpanEvidence<'a> {
    /// Gathers what spans several tokens of a window.
    #[must_use]
    pub fn new(
        text: &'a str,
        page: &'a Page,
        rules: &'a RuleSet,
        lexicon: &'a Lexicon,
        body: &'a Body,
        window: Range<usize>,
    ) -> SpanEvidence<'a> {
        let size = window.len();
        let mut evidence = SpanEvidence {
            text,
            page,
            rules,
            lexicon,
            body,
            window: window.clone(),
            places: body.places(window.clone()).collect(),
            looks: Vec::with_capacity(size + 2 * MARGIN),
            around: vec![Around::default(); size],
        };
        evidence.looks.resize(MARGIN.saturating_sub(window.start), NO_TOKEN);
        for place in body.places(window.start.saturating_sub(MARGIN)..window.end + MARGIN) {
            evidence.looks.push(evidence.look_of(&page.tokens[place.token as usize]));
        }
        evidence.looks.resize(size + 2 * MARGIN, NO_TOKEN);
        let (mut since, mut opener, mut titled, mut depth, mut segment) = (99u32, 0u32, false, 0u8, u32::MAX);
        for i in 0..size {
            let place = evidence.places[i];
            if place.segment != segment {
                (since, opener, titled, depth, segment) = (99, 0, false, 0, place.segment);
            }
            let token = evidence.token(i);
            let siblings = page.tokens_of(place.segment as usize);
            if is_opener(text, siblings, place.from_start as usize, token) && (since > 3 || titled) {
                (since, opener, titled) = (0, token.hash, true);
            } else {
                since = since.saturating_add(1);
            }
            titled &= !evidence.looks[MARGIN + i].is_small || since < 3;
            match mark(text, token) {
                b'(' | b'[' => depth = (depth + 1).min(3),
                b')' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            let stops = evidence.stops(i);
            let around = &mut evidence.around[i];
            *around = Around { since, opener, titled, depth, stops, ..*around };
            if token.shape.is_word()
                && !around.outlet
                && let Some(end) = rules.outlet_names().end_at(text, token.start as usize)
            {
                evidence.cover(i, end, |around| around.outlet = true);
            }
            if matches!(token.shape, Shape::Capital | Shape::Upper)
                && !evidence.around[i].place
                && let Some(end) = rules.place_names().end_at(text, token.start as usize)
            {
                evidence.cover(i, end, |around| around.place = true);
            }
        }
        evidence.look_ahead();
        evidence
    }

    /// Marks the tokens from a position of the window up to a byte of the text.
    fn cover(&mut self, from: usize, end: usize, mark: impl Fn(&mut Around)) {
        for at in from..self.window.len() {
            if self.token(at).end as usize > end {
                break;
            }
            mark(&mut self.around[at]);
        }
    }

    /// What can only be known from what follows.
    fn look_ahead(&mut self) {
        let size = self.window.len();
        let (mut distance, mut small, mut dash) = (40, 0, 0u32);
        let mut before_opener = 0;
        for i in (0..size).rev() {
            let token = self.token(i);
            let ends = self.places[i].to_end == 0;
            if ends {
                (small, dash) = (0, 0);
            }
            if ends || self.around[i].stops {
                distance = 0;
                if !ends {
                    small = 0;
                }
            } else {
                distance = (distance + 1).min(40);
            }
            small += u32::from(self.looks[MARGIN + i].is_small);
            // The dash after an outlet's name, seen from before it.
            let follows_outlet = || (1..=4).any(|back| i >= back && self.around[i - back].outlet);
            if token.spaced && is_dash(self.text, token) && follows_outlet() {
                dash = 1;
            } else if dash > 0 {
                dash += 1;
            }
            let around = &mut self.around[i];
            before_opener = if around.since == 0 { BEFORE + 1 } else { before_opener.saturating_sub(1) };
            around.draws_in = before_opener > 0;
            (around.to_stop, around.small_ahead, around.to_dateline) = (distance, small, dash);
        }
        let (mut start, mut words) = (0, 0);
        for i in 0..size {
            words += u32::from(self.token(i).shape.is_word());
            let last = self.places[i].to_end == 0 || i + 1 == size;
            if last || self.around[i].stops {
                let small = self.around[start].small_ahead;
                self.around[start..=i].iter_mut().for_each(|around| around.sentence = (small, words));
                (start, words) = (i + 1, 0);
            }
        }
    }

    /// Whether a position ends a sentence: not the point within a number or an address.
    fn stops(&self, i: usize) -> bool {
        matches!(mark(self.text, self.token(i)), b'.' | b'?' | b'!')
            && self.beside(i, 1).is_none_or(|next| next.spaced || !matches!(next.shape, Shape::Digits | Shape::Lower))
    }

    /// How many positions the window has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.window.len()
    }

    /// Whether a cut may begin, or going backward end, at a position.
    #[must_use]
    pub fn sets_out(&self, i: usize, direction: Direction) -> bool {
        let Some(place) = self.places.get(i) else {
            return false;
        };
        // Rules and openers draw in what stands around them.
        let is_taken = self.body.taken_at(self.window.start + i).next().is_some();
        match direction {
            Direction::Forward => {
                is_taken
                    || place.from_start == 0 && place.may_open
                    || self.around.get(i).is_some_and(|around| around.draws_in)
            }
            Direction::Backward => is_taken || place.to_end == 0 && place.may_close || self.closes(i),
        }
    }

    /// Whether a token closes what the words before it alone do not tell: the dash of a dateline, the bracket of initials.
    fn closes(&self, i: usize) -> bool {
        let token = self.token(i);
        let at_start = (self.places[i].from_start as usize) < EDGE;
        match mark(self.text, token) {
            b')' | b']' => {
                let place = &self.places[i];
                closes_initials(self.text, self.page.tokens_of(place.segment as usize), place.from_start as usize)
            }
            _ => token.spaced && is_dash(self.text, token) && (at_start || self.around[i].to_dateline == 1),
        }
    }

    fn token(&self, i: usize) -> &'a Token {
        &self.page.tokens[self.places[i].token as usize]
    }

    /// The token beside a position of the window, window or not, within the body.
    fn beside(&self, i: usize, offset: isize) -> Option<&'a Token> {
        let place = match i.checked_add_signed(offset).and_then(|i| self.places.get(i)) {
            Some(place) => *place,
            None => {
                let at = (self.window.start + i).checked_add_signed(offset)?;
                self.body.places(at..at + 1).next()?
            }
        };
        self.page.tokens.get(place.token as usize)
    }

    /// Writes the features of one position.
    pub fn of(&self, i: usize, features: &mut Features) {
        features.clear();
        let token = self.token(i);
        let place = self.places[i];
        let show = |token: Option<&Token>| token.and_then(|t| self.text.get(t.range())).unwrap_or("_").to_lowercase();
        let Some(looks) = self.looks.get(i..=i + 2 * MARGIN) else {
            return;
        };
        let look = |offset: isize| looks.get(MARGIN.wrapping_add_signed(offset)).unwrap_or(&NO_TOKEN);
        let hash = |offset: isize| look(offset).hash;
        let shape = |offset: isize| look(offset).shape;
        word_feature!(features, "w", [token.hash], show(Some(token)));
        count_feature!(features, "s", shape(0));
        for (name, offset) in [(0u32, -3isize), (1, -2), (2, -1), (3, 1), (4, 2), (5, 3)] {
            word_feature!(features, "near", [name, hash(offset)], format!("{offset},{}", show(self.beside(i, offset))));
            count_feature!(features, "near-s", name, shape(offset));
        }
        word_feature!(
            features,
            "two",
            [hash(-1), token.hash],
            format!("{} {}", show(self.beside(i, -1)), show(Some(token)))
        );
        word_feature!(
            features,
            "next2",
            [token.hash, hash(1)],
            format!("{} {}", show(Some(token)), show(self.beside(i, 1)))
        );
        count_feature!(features, "s3", shape(-1), shape(0), shape(1));
        count_feature!(features, "s5", shape(-2), shape(-1), shape(0), shape(1), shape(2));
        count_feature!(features, "s-next", shape(0), shape(1), shape(2), shape(3));
        let around = self.around[i];
        let (since, opener) = (around.since, around.opener);
        let step =
            if since >= 45 { 15 } else { bucket(since as usize, &[0, 1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 30, 45]) };
        count_feature!(features, "since", step);
        let opener = if since < 45 { opener } else { 0 };
        word_feature!(features, "opener", [opener, step], format!("{opener:x},{step}"));
        count_feature!(features, "from-start", place.from_start.min(8), place.ordinal.min(2));
        count_feature!(features, "to-end", place.to_end.min(8), place.remaining.min(2));
        count_feature!(features, "step", bucket(place.from_start as usize, &[0, 1, 2, 3, 5, 8, 12, 20, 40]));
        count_feature!(
            features,
            "rest",
            bucket(place.to_end as usize, &[0, 1, 2, 3, 5, 8, 12, 20, 40]),
            place.remaining == 0
        );
        let gap = match (place.from_start, token.spaced) {
            (0, _) => 2,
            (_, true) => 1,
            (_, false) => 0,
        };
        count_feature!(features, "gap", gap, shape(-1), shape(0));
        let case = |range: Range<usize>| -> u32 {
            looks.get(range).unwrap_or_default().iter().map(|look| u32::from(look.is_small)).sum()
        };
        let (ahead, behind) = (case(MARGIN..2 * MARGIN), case(0..MARGIN));
        count_feature!(features, "small", ahead, behind, since < 45);
        count_feature!(features, "turn", ahead, shape(0), shape(1), around.titled);
        if since < 45 {
            let turned = self.around[i.saturating_sub(1)].titled;
            count_feature!(features, "titled", around.titled, turned, shape(-1), shape(0));
            count_feature!(features, "titled-step", around.titled, step, shape(0));
            word_feature!(
                features,
                "open-w",
                [token.hash, u32::from(turned)],
                format!("{},{turned}", show(Some(token)))
            );
            count_feature!(features, "open-small", ahead, turned, shape(0));
            count_feature!(
                features,
                "open-stop",
                bucket(around.to_stop as usize, &[0, 1, 3, 6, 10, 15, 25]),
                step.min(8)
            );
        }
        count_feature!(features, "to-stop", bucket(around.to_stop as usize, &[0, 1, 3, 6, 10, 20]));
        let ahead_small = around.small_ahead.min(4);
        count_feature!(features, "small-to-stop", ahead_small, bucket(around.to_stop as usize, &[0, 1, 3, 6, 10, 20]));
        if since < 45 {
            let turned = self.around[i.saturating_sub(1)].titled;
            count_feature!(features, "open-small-to-stop", ahead_small, turned, shape(-1), shape(0));
        }
        let (small, words) = around.sentence;
        let last_sentence = around.to_stop >= place.to_end;
        count_feature!(features, "sentence", small.min(3), bucket(words as usize, &[2, 5, 8, 12, 20]), last_sentence);
        count_feature!(features, "last-mark", last_sentence, self.closing(&place));
        let dateline = bucket(around.to_dateline as usize, &[0, 1, 3, 6, 10, 20, 35]);
        count_feature!(features, "to-dateline", dateline, place.ordinal.min(1));
        count_feature!(features, "to-dateline-shape", dateline, shape(-1), shape(0), shape(1));
        count_feature!(features, "depth", around.depth, shape(0));
        count_feature!(features, "outlet", around.outlet, place.from_start.min(6), shape(0));
        let outlet_near = |offset: isize| {
            i.checked_add_signed(offset).and_then(|j| self.around.get(j)).is_some_and(|around| around.outlet)
        };
        if around.place {
            count_feature!(features, "place", place.from_start.min(3), shape(1), dateline.min(4));
        }
        count_feature!(features, "outlets", outlet_near(-2), outlet_near(-1), outlet_near(1), outlet_near(2), shape(0));
        let at = self.window.start + i;
        for (range, rule) in self.body.taken_at(at) {
            if range.contains(&at) {
                let rule = self.rules.rule(*rule);
                let first = range.start == at;
                count_feature!(features, "taken", rule.kind as u32, rule.strength == Strength::Certain, first);
            } else if range.start == at + 1 {
                count_feature!(features, "taken-next", self.rules.rule(*rule).kind as u32);
            } else if range.end == at {
                count_feature!(features, "taken-before", self.rules.rule(*rule).kind as u32);
            }
        }
        let look = &self.page.lines[place.segment as usize];
        count_feature!(
            features,
            "few",
            bucket(self.body.segments().saturating_sub(1), &[0, 1, 3]),
            place.from_start.min(3)
        );
        for rule in &look.rules {
            count_feature!(features, "line-rule", self.rules.rule(*rule).kind as u32, place.from_start == 0);
        }
        let headline = self.page.headline.binary_search(&token.hash).is_ok();
        count_feature!(features, "in-headline", headline, since < 45);
        features.push(mix(word("bias"), 0), || "bias".to_owned());
    }

    /// The class of the segment's last token.
    fn closing(&self, place: &Place) -> u8 {
        self.page.lines.get(place.segment as usize).map_or(0, |line| line.look.end)
    }

    fn look_of(&self, token: &Token) -> TokenLook {
        let shape = self.shape_of(token);
        TokenLook { hash: token.hash, shape, is_small: shape == Shape::Lower as u32 }
    }

    /// Shape, finer for marks: their class; and for words in lower case: whether they are function words.
    fn shape_of(&self, token: &Token) -> u32 {
        if token.shape == Shape::Mark {
            8 + u32::from(class_of(self.text, token))
        } else if token.shape == Shape::Lower && self.lexicon.is_function(token.hash) {
            7
        } else {
            token.shape as u32
        }
    }
}
