//! Evidence: the features that speak for and against each kind of segment.
//!
//! Named templates with small values; what each is worth, learning decides. No template knows a portal. Here are those of
//! words, and the numbers that all others follow from, as [`super::line_groups`] says.

use std::ops::Range;

use super::features::{Sink, bucket, count_feature, in_steps, mix, steps, word_feature};
use super::line_groups::{Key, NO_HEADLINE, NOTHING, group, is_next, write};
use super::overlap::OwnWords;
use super::pack::Takes;
use super::page::{Line, Page};
use super::rules::RuleSet;
use super::shape::{Look, class, mark};
use super::tokens::{Shape, Token, word};

/// Steps for counts of segments.
const FEW: [u8; 17] = steps(&[0, 1, 2, 4, 8, 15]);
const PLACES: [u8; 32] = steps(&[0, 1, 2, 3, 5, 8, 15, 30]);
const SIZES: [u8; 152] = steps(&[2, 5, 10, 20, 40, 80, 150]);
const WIDELY: [u8; 12] = steps(&[0, 1, 3, 6, 10]);
/// Steps of a share in percent that is said before or later, and that is of the headline.
const SAID: [u8; 92] = steps(&[0, 20, 50, 90]);
const STATED: [u8; 97] = steps(&[0, 20, 40, 60, 80, 95]);
/// How far around a segment prose is counted.
const NEAR: usize = 3;
const WIDE: usize = 8;
/// How far the list of a marker may reach, in segments.
const LIST_REACH: usize = 12;
/// How many words and marks of a short segment are told: marks do not count as its length, and there may be millions of them.
const MOST_AMONG: usize = 256;
/// How far ahead a dateline is looked for, in segments.
const DATELINE_REACH: usize = 6;

/// Writes the evidence of segments, one after the other.
#[derive(Debug)]
pub struct Evidence<'a> {
    page: &'a Page,
    rules: &'a RuleSet,
    text: &'a str,
    /// By segment, and one more.
    before: Vec<Before>,
    /// The first and the last segment that begin with a dateline.
    dated: Option<(usize, usize)>,
}

/// What stands before a segment.
#[derive(Clone, Copy, Debug, Default)]
struct Before {
    /// How many segments of prose.
    prose: u32,
    /// How far back a segment that is or ends in initials stands, in steps.
    signed: u8,
    /// How far back the last marker of a list stands, and its kind.
    list: Option<(u32, u32)>,
    /// The same of the last marker that ends the article.
    rest: Option<(u32, u32)>,
}

impl<'a> Evidence<'a> {
    /// Gathers what spans several segments.
    #[must_use]
    pub fn new(page: &'a Page, rules: &'a RuleSet, text: &'a str) -> Evidence<'a> {
        let is_dated = |line: &Line| line.dateline > 0;
        let dated = page.lines.iter().position(is_dated).zip(page.lines.iter().rposition(is_dated));
        let mut all = Vec::with_capacity(page.lines.len() + 1);
        let (mut prose, mut list, mut rest, mut signed) = (0, None, None, None);
        for (i, line) in page.lines.iter().enumerate() {
            let reach = |mark: Option<(usize, u32)>| mark.map(|(at, kind)| ((i - at) as u32, kind));
            all.push(Before {
                prose,
                signed: signed.map_or(0, |at: usize| bucket(i - at, &[0, 1, 3, 6]) as u8),
                list: reach(list).filter(|(distance, _)| *distance as usize <= LIST_REACH),
                rest: reach(rest),
            });
            prose += u32::from(line.look.prose);
            for rule in &line.rules {
                let rule = rules.rule(*rule);
                match rule.takes {
                    Takes::List => list = Some((i, rule.kind as u32)),
                    Takes::Rest => rest = Some((i, rule.kind as u32)),
                    Takes::Line | Takes::Span => {}
                }
            }
            if line.look.prose && list.is_some_and(|(at, _)| i > at + 1) {
                list = None;
            }
            if line.look.end == class::CLOSE && is_initials(text, page.tokens_of(i)) {
                signed = Some(i);
            }
        }
        all.push(Before { prose, ..Before::default() });
        Evidence { page, rules, text, before: all, dated }
    }

    /// Writes the features of one segment.
    pub fn of(&self, i: usize, features: &mut impl Sink) {
        features.clear();
        let (Some(line), Some(before)) = (self.page.lines.get(i), self.before.get(i)) else {
            return;
        };
        let tokens = self.page.tokens_of(i);
        let mut keys = Keys::default();
        looks(&line.look, &mut keys);
        self.place(i, line, before, &mut keys);
        self.neighbours(i, line, tokens, &mut keys, features);
        for number in &line.rules {
            if keys.is_full() {
                self.groups(&mut keys, features);
            }
            let [a, b, c, d] = number.to_le_bytes();
            keys.push([group::RULE, a, b, c, d, line.look.length.min(8), 0, 0]);
        }
        self.groups(&mut keys, features);
        self.words(line, tokens, features);
        self.marked(i, line, before, features);
    }

    /// Writes groups, and forgets them.
    #[inline(never)]
    fn groups(&self, keys: &mut Keys, features: &mut impl Sink) {
        features.groups(keys.all(), |key, features| write(self.rules, key, features));
        keys.count = 0;
    }

    fn words(&self, line: &Line, tokens: &[Token], features: &mut impl Sink) {
        let show = |range: &[Token]| show(self.text, range);
        let hash = |i: usize| tokens.get(i).map_or(0, |token| token.hash);
        for token in tokens.iter().take(3) {
            word_feature!(features, "early", [token.hash], show(std::slice::from_ref(token)));
        }
        word_feature!(features, "first", [hash(0)], show(&tokens[..tokens.len().min(1)]));
        word_feature!(features, "first2", [hash(0), hash(1)], show(&tokens[..tokens.len().min(2)]));
        word_feature!(features, "first3", [hash(0), hash(1), hash(2)], show(&tokens[..tokens.len().min(3)]));
        let last = tokens.len().saturating_sub(1);
        let before = tokens.len().saturating_sub(2);
        word_feature!(features, "last", [hash(last)], show(&tokens[last.min(tokens.len())..]));
        word_feature!(features, "last2", [hash(before), hash(last)], show(&tokens[before.min(tokens.len())..]));
        if tokens.len() <= 7 {
            self.few_words(tokens, features);
            return;
        }
        for token in tokens.iter().rev().skip(1).take(6) {
            word_feature!(features, "late", [token.hash], show(std::slice::from_ref(token)));
        }
        if line.look.length <= 11 {
            for token in tokens.iter().filter(|token| token.shape != Shape::Digits).take(MOST_AMONG) {
                word_feature!(features, "among", [token.hash], show(std::slice::from_ref(token)));
            }
        }
        // That hash first: it tells most tokens without a look at the text.
        let is_mark = |token: &Token, own: u32, byte: u8| token.hash == own && mark(self.text, token) == byte;
        if let Some(close) = tokens.iter().rposition(|token| is_mark(token, const { word(")") }, b')')) {
            let open = tokens[..close].iter().rposition(|token| is_mark(token, const { word("(") }, b'('));
            self.bracketed(tokens, open.unwrap_or(close)..close, features);
        }
    }

    /// Features of a segment of few tokens.
    #[inline(never)]
    fn few_words(&self, tokens: &[Token], features: &mut impl Sink) {
        let show = |range: &[Token]| show(self.text, range);
        let all = tokens.iter().fold(tokens.len() as u32, |all, token| mix(all, token.hash));
        word_feature!(features, "all", [all], show(tokens));
        for token in tokens {
            word_feature!(features, "word", [token.hash], show(std::slice::from_ref(token)));
        }
        let pattern = tokens.iter().fold(0, |all, token| {
            let class = if token.shape == Shape::Mark { token.hash } else { token.shape as u32 };
            mix(all, class)
        });
        word_feature!(features, "pattern", [pattern], show(tokens));
    }

    /// Features of what stands in brackets, the closing one not included.
    #[inline(never)]
    fn bracketed(&self, tokens: &[Token], inner: Range<usize>, features: &mut impl Sink) {
        let (length, is_last) = (bucket(inner.len(), &[0, 2, 4, 8]), inner.end + 1 == tokens.len());
        count_feature!(features, "bracket", length, is_last);
        for token in tokens[inner].iter().take(8) {
            word_feature!(features, "bracketed", [token.hash], show(self.text, std::slice::from_ref(token)));
        }
    }

    /// What few segments have: markers and initials before them, what was said before.
    fn marked(&self, i: usize, line: &Line, before: &Before, features: &mut impl Sink) {
        let Look { length, end, start, capitals, prose, .. } = line.look;
        if before.signed > 0 {
            let is_prose_after = self.prose_after(i) > 0;
            count_feature!(features, "after-initials", before.signed, start, is_prose_after);
        }
        if line.said_before > 50 {
            count_feature!(features, "again", in_steps(&FEW, i as u32), length);
        }
        if let Some((distance, kind)) = before.list {
            count_feature!(features, "list", kind, distance.min(4), length);
            count_feature!(features, "list-form", kind, end, capitals);
        }
        if let Some((distance, kind)) = before.rest {
            count_feature!(features, "rest", kind, in_steps(&FEW, distance), prose);
        }
    }

    /// How many segments of prose stand before a place.
    fn prose_before(&self, place: usize) -> u32 {
        self.before.get(place).or(self.before.last()).map_or(0, |before| before.prose)
    }

    /// How many segments of prose stand behind a segment.
    fn prose_after(&self, i: usize) -> u32 {
        self.page.prose.len() as u32 - self.prose_before(i + 1)
    }

    /// Where a segment stands.
    fn place(&self, i: usize, line: &Line, around: &Before, keys: &mut Keys) {
        let length = line.look.length;
        let count = self.page.lines.len();
        let place = |at: usize| in_steps(&PLACES, at as u32) as u8;
        let size = in_steps(&SIZES, count as u32) as u8;
        keys.push([group::PLACE, (10 * i / count) as u8, place(i), place(count - 1 - i), size, 0, 0, 0]);
        let few = |count: u32| in_steps(&FEW, count) as u8;
        let (before, after) = (few(around.prose), few(self.prose_after(i)));
        let to_prose = self.page.prose.get(around.prose as usize).map_or(99, |next| next.saturating_sub(i as u32));
        keys.push([group::PROSE, before, after, few(to_prose), 0, 0, 0, 0]);
        let (before, after) = (before.min(2), after.min(1));
        let blank_after = self.page.lines.get(i + 1).is_none_or(|line| line.blank_before);
        let is_like = |j: usize| self.page.lines.get(j).is_some_and(|line| line.look.length == length);
        let bits = [line.blank_before, blank_after, i.checked_sub(1).is_some_and(is_like), is_like(i + 1)];
        let bits = bits.into_iter().fold(0, |bits, bit| bits << 1 | u8::from(bit));
        keys.push([group::BESIDE, self.page.pieces, length, before.min(1), after, bits, 0, 0]);
        keys.push(self.said(i, line));
        keys.push(self.stated(i, line, before));
    }

    /// What of a segment is said elsewhere, and how much prose stands around it.
    fn said(&self, i: usize, line: &Line) -> Key {
        let prose_within = |reach: usize| {
            let around = self.prose_before(i + reach + 1) - self.prose_before(i.saturating_sub(reach));
            around - u32::from(line.look.prose)
        };
        let (near, wide) = (prose_within(NEAR) as u8, in_steps(&WIDELY, prose_within(WIDE)) as u8);
        let said = |share: u8| in_steps(&SAID, share.into()) as u8;
        let bits = [line.look.prose, !line.rules.is_empty(), self.page.portal.is_some()];
        let bits = bits.into_iter().fold(0, |bits, bit| bits << 1 | u8::from(bit));
        let (copies, earlier) = (line.copies.min(3) as u8, line.earlier.min(2) as u8);
        [group::SAID, copies, earlier, said(line.said_before), said(line.said_later), bits, near, wide]
    }

    /// Datelines and headlines here and around.
    fn stated(&self, i: usize, line: &Line, before: u8) -> Key {
        let ahead = self.dated.filter(|(_, last)| i < *last).and_then(|_| {
            let dated = |step: usize| self.page.lines.get(i + step).map(|line| line.dateline).filter(|own| *own > 0);
            (1..=DATELINE_REACH).find_map(|step| Some((step, dated(step)?)))
        });
        let (ahead, strength) = ahead.map_or((0, 0), |(step, own)| (bucket(step, &[0, 1, 2, 4]) as u8, own));
        let behind = self.dated.is_some_and(|(first, _)| first < i);
        let of_line = line.dateline << 2 | u8::from(line.look.prose) << 1 | u8::from(behind);
        let since = self.page.title.map_or(0, |stated| match i.checked_sub(stated) {
            None => 1,
            Some(since) => 2 + bucket(since, &[0, 1, 2, 3, 5, 8, 15]) as u8,
        });
        let is_known = self.page.headline.len() >= 3;
        let headline = if is_known { in_steps(&STATED, line.headline.into()) as u8 } else { NO_HEADLINE };
        // Only beside a headline it matters whether a copy stands earlier.
        let before = before << 1 | u8::from(is_known && line.earlier > 0);
        // And the time only behind one.
        let time = if since > 0 { line.look.time } else { 0 };
        [
            group::STATED,
            of_line,
            ahead << 4 | strength,
            line.look.length,
            before,
            line.title << 4 | since,
            time,
            headline,
        ]
    }

    fn neighbours(&self, i: usize, line: &Line, tokens: &[Token], keys: &mut Keys, features: &mut impl Sink) {
        let Look { length, end, start, prose, .. } = line.look;
        let own = OwnWords::new(tokens);
        // The look of both sides at once: a short line between two paragraphs.
        let mut sums = [NOTHING; 2];
        for (side, offset) in [(0u8, -2isize), (1, -1), (2, 1), (3, 2)] {
            let other = i.checked_add_signed(offset).and_then(|j| self.page.lines.get(j).map(|line| (j, line)));
            let Some((j, neighbour)) = other else {
                continue;
            };
            let look = &neighbour.look;
            let words = self.page.tokens_of(j);
            let copies = (neighbour.copies.min(4) as u8) << 1 | u8::from(prose);
            let mut near_length = 0;
            if is_next(side) {
                near_length = look.length;
                keys.push([group::JUNCTION, side, start, end, look.start, look.end, 0, 0]);
                sums[usize::from(side > 1)] =
                    u8::from(look.prose) * 4 + u8::from(look.end == class::STOP) * 2 + u8::from(look.length <= 4);
            }
            keys.push([group::NEAR_FORM, side, look.length, look.end, look.time, look.marks & 1, 0, 0]);
            keys.push([group::NEAR_SHAPE, side, look.capitals, look.function, look.sentences, 0, 0, 0]);
            keys.push([group::NEAR_WORDS, side, copies, length, own.overlap(words), near_length, 0, 0]);
            let hash = |k: usize| words.get(k).map_or(0, |token| token.hash);
            word_feature!(
                features,
                "near-first2",
                [side.into(), hash(0), hash(1)],
                format!("{side},{}", show(self.text, &words[..words.len().min(2)]))
            );
            if words.len() <= 5 {
                let all = words.iter().fold(words.len() as u32, |all, token| mix(all, token.hash));
                word_feature!(features, "near-all", [side.into(), all], format!("{side},{}", show(self.text, words)));
            }
            for number in &neighbour.rules {
                let rule = self.rules.rule(*number);
                count_feature!(features, "near-rule", side, rule.kind as u32);
            }
        }
        let [above, below] = sums;
        keys.push([group::BETWEEN, length, end, above, below, 0, 0, 0]);
    }
}

/// What a segment looks like.
fn looks(look: &Look, keys: &mut Keys) {
    let Look { length, end, start, capitals, uppers, function, digits, sentences, time, marks, .. } = *look;
    keys.push([group::FORM, length, start, end, function, 0, 0, 0]);
    keys.push([group::SHAPE, length, end, capitals, uppers, digits, 0, 0]);
    keys.push([group::STAMP, length, time, sentences, marks, 0, 0, 0]);
}

/// The groups of a segment, to be written together.
#[derive(Default)]
struct Keys {
    keys: [Key; MOST_KEYS],
    count: usize,
}

/// More groups than a segment has, rules apart.
const MOST_KEYS: usize = 32;

impl Keys {
    #[inline]
    fn push(&mut self, key: Key) {
        if let Some(next) = self.keys.get_mut(self.count) {
            *next = key;
            self.count += 1;
        }
    }

    fn is_full(&self) -> bool {
        self.count == MOST_KEYS
    }

    fn all(&self) -> &[Key] {
        self.keys.get(..self.count).unwrap_or_default()
    }
}

/// Whether tokens are or end in the initials of those who made the article, such as `(abc/def)`.
fn is_initials(text: &str, tokens: &[Token]) -> bool {
    let Some((close, inner)) = tokens.split_last() else {
        return false;
    };
    if !matches!(mark(text, close), b')' | b']') {
        return false;
    }
    let mut letters = 0;
    for token in inner.iter().rev().take(8) {
        match token.shape {
            Shape::Lower | Shape::Upper | Shape::Capital | Shape::Mixed if token.end - token.start <= 4 => letters += 1,
            Shape::Mark => match text.get(token.range()) {
                Some("(" | "[") => return letters > 0,
                Some("/" | "*" | "-" | ",") => {}
                _ => return false,
            },
            _ => return false,
        }
    }
    false
}

/// The words of tokens, for names of features.
fn show(text: &str, tokens: &[Token]) -> String {
    let words: Vec<String> = tokens.iter().filter_map(|token| text.get(token.range())).map(str::to_lowercase).collect();
    words.join(" ")
}
