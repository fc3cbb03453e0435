//! Spans: what within body segments is not body.
//!
//! A second, smaller sequence model, over tokens: datelines, closing initials, cross-links and promotions
//! that run into the text. It looks only at windows in which such a thing can stand (the ends of segments,
//! the surroundings of words that open one), so that its cost does not follow the length of the prose.

use std::ops::Range;

use super::features::{Features, bucket, count_feature, mix, word_feature};
use super::pack::Strength;
use super::page::{Page, dateline};
use super::rules::{RuleSet, SpanHit};
use super::shape::{Lexicon, class_of, mark};
use super::tokens::{Shape, Token, word};
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

/// The stretches of the body in which a cut may stand.
#[derive(Debug, Default)]
pub struct Body {
    /// All tokens of body segments, in order.
    pub places: Vec<Place>,
    /// Non-overlapping stretches of `places` to look at, in order.
    pub windows: Vec<Range<usize>>,
    /// Stretches that rules take: places, rule. In order of their first place, each within one window.
    pub taken: Vec<(Range<usize>, u32)>,
    /// The dateline that opens the body and names its outlet, in places; it may run over several segments.
    pub dateline: Range<usize>,
    /// Numbers of those stretches of `taken` that cover or touch a place, place by place.
    covering: Vec<u32>,
    /// Where in `covering` the numbers of each place end; empty if rules take nothing.
    covered: Vec<u32>,
}

/// Words that open a cross-link or promotion when they stand with a capital or before a colon.
const OPENERS: &[&str] = &[
    "advertisement",
    "artikel",
    "baca",
    "bacajuga",
    "copyright",
    "dapatkan",
    "download",
    "editor",
    "follow",
    "foto",
    "fotografer",
    "gabung",
    "gambas",
    "halaman",
    "ikuti",
    "jurnalis",
    "klik",
    "kontributor",
    "laporan",
    "lihat",
    "loading",
    "nonton",
    "penulis",
    "pewarta",
    "read",
    "redaktur",
    "reporter",
    "saksikan",
    "selengkapnya",
    "simak",
    "sumber",
    "tonton",
    "tulisan",
    "unduh",
    "video",
    "wartawan",
    "watch",
    "©",
];

/// How much is looked at after an opener, and before it, in tokens.
const AFTER: usize = 45;
const BEFORE: usize = 3;
/// How much of the first and the last body segment is looked at, and of any segment that may open or close with a cut.
const FIRST: usize = 60;
const LAST: usize = 40;
const EDGE: usize = 14;

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
        let chosen: Vec<usize> = (0..page.lines.len()).filter(|&i| is_body(i)).collect();
        let mut body = Body::default();
        let mut open = Vec::new();
        let mut hits: Vec<SpanHit> = Vec::new();
        for (ordinal, &segment) in chosen.iter().enumerate() {
            let tokens = page.tokens_of(segment);
            let base = body.places.len();
            let first = page.lines[segment].tokens.start;
            for i in 0..tokens.len() {
                body.places.push(Place {
                    token: first + i as u32,
                    segment: segment as u32,
                    from_start: i as u32,
                    to_end: (tokens.len() - 1 - i) as u32,
                    ordinal: ordinal as u32,
                    remaining: (chosen.len() - 1 - ordinal) as u32,
                });
            }
            let end = body.places.len();
            let mut look_at = |range: Range<usize>| open.push(range.start.max(base)..range.end.min(end));
            let last_segment = ordinal + 1 == chosen.len();
            if ordinal == 0 {
                look_at(base..base + FIRST);
            } else if ordinal <= 2 || opens_with_place(text, tokens) {
                look_at(base..base + EDGE);
            }
            if last_segment {
                look_at(end.saturating_sub(LAST)..end);
            } else if chosen.len() - ordinal <= 3 || closes_oddly(text, tokens) {
                look_at(end.saturating_sub(EDGE)..end);
            }
            for (i, token) in tokens.iter().enumerate() {
                if is_opener(text, tokens, i, token) {
                    look_at((base + i).saturating_sub(BEFORE)..base + i + AFTER);
                }
            }
            if page.lines[segment].may_hold_spans {
                let span = segments[segment].span.clone();
                rules.span_hits(page.portal, text.get(span.clone()).unwrap_or_default(), &mut hits);
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

    /// The stretches that rules take within a window.
    #[must_use]
    pub fn taken_in(&self, window: &Range<usize>) -> &[(Range<usize>, u32)] {
        let at = |place: usize| self.taken.partition_point(|(range, _)| range.start < place);
        self.taken.get(at(window.start)..at(window.end)).unwrap_or_default()
    }

    /// The stretches that cover a place, end right before it or start right after it.
    pub fn taken_at(&self, place: usize) -> impl Iterator<Item = &(Range<usize>, u32)> {
        let end = self.covered.get(place).map_or(0, |end| *end as usize);
        let start = place.checked_sub(1).and_then(|before| self.covered.get(before)).map_or(0, |end| *end as usize);
        self.covering.get(start..end).unwrap_or_default().iter().filter_map(|number| self.taken.get(*number as usize))
    }

    /// One sweep over the places, so that hits need not be searched for every token.
    fn find_covering(&mut self) {
        if self.taken.is_empty() {
            return;
        }
        self.covered.reserve(self.places.len());
        let mut coming = (0u32..).zip(&self.taken).peekable();
        let mut open: Vec<(u32, usize)> = Vec::new();
        for place in 0..self.places.len() {
            open.retain(|(_, end)| *end >= place);
            while let Some((number, (range, _))) = coming.next_if(|(_, (range, _))| range.start <= place + 1) {
                open.push((number, range.end));
            }
            self.covering.extend(open.iter().map(|(number, _)| *number));
            self.covered.push(self.covering.len() as u32);
        }
    }
}

impl Body {
    /// Where scrapers put links on lines of their own, a dateline is in pieces: place, outlet, bracket, dash.
    fn find_dateline(&mut self, text: &str, page: &Page, rules: &RuleSet) {
        let opening = self.places.iter().take(FIRST).filter_map(|place| page.tokens.get(place.token as usize));
        let tokens: Vec<Token> = opening.copied().collect();
        let (strength, length) = dateline(text, &tokens, rules);
        if strength == 2 && length < tokens.len() {
            self.dateline = 0..length;
        }
    }
}

/// Whether the start of a segment may be a dateline: a dash or a bracket among its first words.
fn opens_with_place(text: &str, tokens: &[Token]) -> bool {
    if tokens.len() <= 3 {
        return true;
    }
    tokens.iter().take(EDGE).any(|token| {
        token.shape == Shape::Mark && matches!(text.get(token.range()), Some("-" | "–" | "—" | "|")) && token.spaced
    })
}

/// Whether the end of a segment may be initials or an agency: it does not end as a sentence does.
fn closes_oddly(text: &str, tokens: &[Token]) -> bool {
    tokens.last().is_some_and(|token| matches!(mark(text, token), b')' | b']' | b'*' | b'/' | b'-' | b'_'))
        || tokens
            .iter()
            .rev()
            .take(5)
            .any(|token| matches!(text.get(token.range()), Some("-" | "–" | "—")) && token.spaced)
}

fn is_opener(text: &str, tokens: &[Token], i: usize, token: &Token) -> bool {
    if token.shape == Shape::Lower {
        // In lower case only before a colon or `juga`.
        let next = tokens.get(i + 1);
        if !next.is_some_and(|next| {
            mark(text, next) == b':'
                || next.hash == const { word("juga") }
                || next.hash == const { word("selengkapnya") }
        }) {
            return false;
        }
    } else if token.shape == Shape::Digits || token.shape == Shape::Mark && token.end - token.start == 1 {
        return false;
    }
    is_opening_word(token.hash)
}

fn is_opening_word(hash: u32) -> bool {
    OPENING.binary_search(&hash).is_ok()
}

static OPENING: std::sync::LazyLock<Vec<u32>> = std::sync::LazyLock::new(|| {
    let mut hashes: Vec<u32> = OPENERS.iter().map(|text| word(text)).collect();
    hashes.sort_unstable();
    hashes
});

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

/// What the tokens of a window tell, beside themselves.
#[derive(Debug)]
pub struct SpanEvidence<'a> {
    text: &'a str,
    page: &'a Page,
    rules: &'a RuleSet,
    lexicon: &'a Lexicon,
    body: &'a Body,
    window: Range<usize>,
    /// Of the window's tokens, and of [`MARGIN`] on either side: what is asked for again and again.
    looks: Vec<TokenLook>,
    /// Per position of the window: distance from the last opener, and its word.
    opened: Vec<(u32, u32)>,
    /// Since the opener: whether every word that could carry a capital carried one.
    titled: Vec<bool>,
    /// Per position: whether an outlet's name covers it.
    outlet: Vec<bool>,
    /// Per position: tokens to the next end of a sentence.
    to_stop: Vec<u32>,
    /// Per position: words in lower case, function words left out, from here to the end of the sentence.
    small_ahead: Vec<u32>,
    /// Per position: words in lower case in the whole sentence, and its words.
    sentence: Vec<(u32, u32)>,
    /// Per position: tokens to the dash of a dateline that names an outlet further on in the segment; 0 for none.
    to_dateline: Vec<u32>,
    /// Per position: open brackets.
    depth: Vec<u8>,
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
            looks: Vec::with_capacity(size + 2 * MARGIN),
            opened: Vec::with_capacity(size),
            titled: Vec::with_capacity(size),
            outlet: vec![false; size],
            to_stop: vec![0; size],
            small_ahead: vec![0; size],
            sentence: vec![(0, 0); size],
            to_dateline: vec![0; size],
            depth: Vec::with_capacity(size),
        };
        for at in window.start..window.end + 2 * MARGIN {
            let place = at.checked_sub(MARGIN).and_then(|place| body.places.get(place));
            evidence.looks.push(place.map_or(NO_TOKEN, |place| evidence.look_of(&page.tokens[place.token as usize])));
        }
        let (mut since, mut opener, mut titled, mut depth, mut segment) = (99u32, 0u32, false, 0u8, u32::MAX);
        for i in 0..size {
            let place = body.places[window.start + i];
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
            let small = evidence.looks[MARGIN + i].is_small;
            titled &= !small || since < 3;
            match mark(text, token) {
                b'(' | b'[' => depth = (depth + 1).min(3),
                b')' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            evidence.opened.push((since, opener));
            evidence.titled.push(titled);
            evidence.depth.push(depth);
            if token.shape.is_word()
                && !evidence.outlet[i]
                && let Some(end) = rules.outlet_names().end_at(text, token.start as usize)
            {
                let covered = (i..size).take_while(|&j| (evidence.token(j).end as usize) <= end);
                for j in covered.collect::<Vec<_>>() {
                    evidence.outlet[j] = true;
                }
            }
        }
        evidence.look_ahead();
        evidence
    }

    /// What can only be known from what follows.
    fn look_ahead(&mut self) {
        let size = self.window.len();
        let (mut distance, mut small, mut dash) = (40, 0, 0u32);
        for i in (0..size).rev() {
            let token = self.token(i);
            let place = self.body.places[self.window.start + i];
            let ends = place.to_end == 0;
            if ends {
                (small, dash) = (0, 0);
            }
            if ends || self.stops(i) {
                distance = 0;
                if !ends {
                    small = 0;
                }
            } else {
                distance = (distance + 1).min(40);
            }
            small += u32::from(token.shape == Shape::Lower && !self.lexicon.is_function(token.hash));
            self.to_stop[i] = distance;
            self.small_ahead[i] = small;
            // The dash after an outlet's name, seen from before it.
            let dashes = matches!(self.text.get(token.range()), Some("-" | "–" | "—"));
            if dashes && token.spaced && (1..=4).any(|back| i >= back && self.outlet[i - back]) {
                dash = 1;
            } else if dash > 0 {
                dash += 1;
            }
            self.to_dateline[i] = dash;
        }
        let mut start = 0;
        for i in 0..size {
            let last = self.body.places[self.window.start + i].to_end == 0 || i + 1 == size;
            if last || self.stops(i) {
                let words = (start..=i).filter(|&j| self.token(j).shape.is_word()).count() as u32;
                let small = self.small_ahead[start];
                self.sentence[start..=i].fill((small, words));
                start = i + 1;
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

    fn token(&self, i: usize) -> &'a Token {
        &self.page.tokens[self.body.places[self.window.start + i].token as usize]
    }

    /// The token beside a position of the window, window or not, within the body.
    fn beside(&self, i: usize, offset: isize) -> Option<&'a Token> {
        let place = (self.window.start + i).checked_add_signed(offset)?;
        self.body.places.get(place).map(|place| &self.page.tokens[place.token as usize])
    }

    /// Writes the features of one position.
    pub fn of(&self, i: usize, features: &mut Features) {
        features.clear();
        let token = self.token(i);
        let place = self.body.places[self.window.start + i];
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
        let (since, opener) = self.opened[i];
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
        count_feature!(features, "turn", ahead, shape(0), shape(1), self.titled[i]);
        if since < 45 {
            let turned = self.titled[i.saturating_sub(1)];
            count_feature!(features, "titled", self.titled[i], turned, shape(-1), shape(0));
            count_feature!(features, "titled-step", self.titled[i], step, shape(0));
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
                bucket(self.to_stop[i] as usize, &[0, 1, 3, 6, 10, 15, 25]),
                step.min(8)
            );
        }
        count_feature!(features, "to-stop", bucket(self.to_stop[i] as usize, &[0, 1, 3, 6, 10, 20]));
        let ahead_small = self.small_ahead[i].min(4);
        count_feature!(features, "small-to-stop", ahead_small, bucket(self.to_stop[i] as usize, &[0, 1, 3, 6, 10, 20]));
        if since < 45 {
            let turned = self.titled[i.saturating_sub(1)];
            count_feature!(features, "open-small-to-stop", ahead_small, turned, shape(-1), shape(0));
        }
        let (small, words) = self.sentence[i];
        let last_sentence = self.to_stop[i] >= place.to_end;
        count_feature!(features, "sentence", small.min(3), bucket(words as usize, &[2, 5, 8, 12, 20]), last_sentence);
        count_feature!(features, "last-mark", last_sentence, self.closing(&place));
        let dateline = bucket(self.to_dateline[i] as usize, &[0, 1, 3, 6, 10, 20, 35]);
        count_feature!(features, "to-dateline", dateline, place.ordinal.min(1));
        count_feature!(features, "to-dateline-shape", dateline, shape(-1), shape(0), shape(1));
        count_feature!(features, "depth", self.depth[i], shape(0));
        count_feature!(features, "outlet", self.outlet[i], place.from_start.min(6), shape(0));
        let outlet_near =
            |offset: isize| i.checked_add_signed(offset).and_then(|j| self.outlet.get(j)).copied().unwrap_or(false);
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
            bucket(self.body.places.last().map_or(0, |last| last.ordinal as usize), &[0, 1, 3]),
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
