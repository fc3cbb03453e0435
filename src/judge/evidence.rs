//! Evidence: the features that speak for and against each kind of segment.
//!
//! Named templates with small values; what each is worth, learning decides. No template knows a portal.

use super::features::{Features, bucket, count_feature, mix, percent, word_feature};
use super::pack::{Strength, Takes};
use super::page::{Line, Page};
use super::rules::RuleSet;
use super::shape::{Look, class, mark};
use super::table::Sieve;
use super::tokens::{Shape, Token};

/// Steps for counts of segments.
const FEW: &[usize] = &[0, 1, 2, 4, 8, 15];
const PLACES: &[usize] = &[0, 1, 2, 3, 5, 8, 15, 30];
/// How far the list of a marker may reach, in segments.
const LIST_REACH: usize = 12;

/// Writes the evidence of segments, one after the other.
#[derive(Debug)]
pub struct Evidence<'a> {
    page: &'a Page,
    rules: &'a RuleSet,
    text: &'a str,
    /// For each segment, how far back the last marker of a list stands, and its kind.
    lists: Vec<Option<(usize, u32)>>,
    /// For each segment, the kind of the last marker that ends the article, if one stands before.
    rests: Vec<Option<(usize, u32)>>,
    /// The first segment that begins with a dateline.
    dated: Option<usize>,
    /// For each segment, how far back a segment that is or ends in initials stands.
    signed: Vec<u8>,
    /// For each segment, which words may stand in it, once that was asked.
    sieves: Vec<Option<Box<Words>>>,
}

impl<'a> Evidence<'a> {
    /// Gathers what spans several segments.
    #[must_use]
    pub fn new(page: &'a Page, rules: &'a RuleSet, text: &'a str) -> Evidence<'a> {
        let count = page.lines.len();
        let mut evidence = Evidence {
            page,
            rules,
            text,
            lists: Vec::with_capacity(count),
            rests: Vec::with_capacity(count),
            dated: page.lines.iter().position(|line| line.dateline > 0),
            signed: Vec::with_capacity(count),
            sieves: vec![None; count],
        };
        let (mut list, mut rest, mut signed) = (None, None, None);
        for (i, line) in page.lines.iter().enumerate() {
            let reach = |mark: Option<(usize, u32)>| mark.map(|(at, kind)| (i - at, kind));
            evidence.lists.push(reach(list).filter(|(distance, _)| *distance <= LIST_REACH));
            evidence.rests.push(reach(rest));
            evidence.signed.push(signed.map_or(0, |at: usize| bucket(i - at, &[0, 1, 3, 6]) as u8));
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
            if is_initials(text, page.tokens_of(i)) {
                signed = Some(i);
            }
        }
        evidence
    }

    /// Writes the features of one segment.
    pub fn of(&mut self, i: usize, features: &mut Features) {
        features.clear();
        let Some(line) = self.page.lines.get(i) else {
            return;
        };
        let tokens = self.page.tokens_of(i);
        if (1..=MOST_COMPARED).contains(&tokens.len()) {
            for j in i.saturating_sub(2)..=i + 2 {
                if let Some(sieve @ None) = self.sieves.get_mut(j) {
                    *sieve = Some(Box::new(words_of(self.page.tokens_of(j))));
                }
            }
        }
        self.looks(line, features);
        self.words(line, tokens, features);
        self.place(i, line, features);
        self.repetition(i, line, features);
        self.packs(i, line, features);
        self.neighbours(i, line, tokens, features);
    }

    fn looks(&self, line: &Line, features: &mut Features) {
        let look = &line.look;
        count_feature!(features, "length", look.length);
        count_feature!(features, "end", look.end);
        count_feature!(features, "start", look.start);
        count_feature!(features, "capitals", look.capitals);
        count_feature!(features, "uppers", look.uppers);
        count_feature!(features, "function", look.function);
        count_feature!(features, "digits", look.digits);
        count_feature!(features, "sentences", look.sentences);
        count_feature!(features, "time", look.time);
        count_feature!(features, "marks", look.marks);
        count_feature!(features, "shape", look.length, look.end, look.capitals);
        count_feature!(features, "form", look.length, look.start, look.end, look.function);
        count_feature!(features, "stamp", look.length, look.time);
    }

    fn words(&self, line: &Line, tokens: &[Token], features: &mut Features) {
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
        } else {
            for token in tokens.iter().rev().skip(1).take(6) {
                word_feature!(features, "late", [token.hash], show(std::slice::from_ref(token)));
            }
            if let Some(close) = tokens.iter().rposition(|token| mark(self.text, token) == b')') {
                let open = tokens[..close].iter().rposition(|token| mark(self.text, token) == b'(').unwrap_or(close);
                count_feature!(features, "bracket", bucket(close - open, &[0, 2, 4, 8]), close + 1 == tokens.len());
                for token in tokens[open..close].iter().take(8) {
                    word_feature!(features, "bracketed", [token.hash], show(std::slice::from_ref(token)));
                }
            }
        }
        if tokens.len() > 7 && line.look.length <= 11 {
            for token in tokens.iter().filter(|token| token.shape.is_word() || token.shape == Shape::Mark) {
                word_feature!(features, "among", [token.hash], show(std::slice::from_ref(token)));
            }
        }
    }

    fn place(&self, i: usize, line: &Line, features: &mut Features) {
        let count = self.page.lines.len();
        let (before, after) = self.page.prose_around(i);
        count_feature!(features, "tenth", 10 * i / count);
        count_feature!(features, "head", bucket(i, PLACES));
        count_feature!(features, "tail", bucket(count - 1 - i, PLACES));
        count_feature!(features, "count", bucket(count, &[2, 5, 10, 20, 40, 80, 150]));
        count_feature!(features, "prose-before", bucket(before, FEW));
        count_feature!(features, "prose-after", bucket(after, FEW));
        count_feature!(features, "prose-around", before.min(1), after.min(1), line.look.length);
        let prose = |j: &usize| self.page.lines[*j].look.prose;
        let low = i.saturating_sub(3);
        let high = (i + 4).min(count);
        let near = (low..high).filter(|j| *j != i && prose(j)).count();
        count_feature!(features, "prose-near", near);
        let wide = (i.saturating_sub(8)..(i + 9).min(count)).filter(|j| *j != i && prose(j)).count();
        count_feature!(features, "prose-wide", bucket(wide, &[0, 1, 3, 6, 10]), line.look.prose);
        count_feature!(features, "pieces", self.page.pieces, line.look.length.min(6));
        count_feature!(features, "blank", line.blank_before, self.blank_after(i));
        count_feature!(features, "blank-length", line.blank_before, self.blank_after(i), line.look.length);
        if self.signed[i] > 0 {
            count_feature!(features, "after-initials", self.signed[i], line.look.start, after.min(1));
        }
        count_feature!(features, "dateline", line.dateline, line.look.prose);
        let ahead = (1..=6).find(|step| self.page.lines.get(i + step).is_some_and(|line| line.dateline > 0));
        let strength = ahead.and_then(|step| self.page.lines.get(i + step)).map_or(0, |line| line.dateline);
        let ahead = ahead.map_or(0, |step| bucket(step, &[0, 1, 2, 4]));
        count_feature!(features, "dateline-ahead", ahead, strength, line.look.prose);
        count_feature!(features, "dateline-ahead-length", ahead, strength, line.look.length, before.min(2));
        count_feature!(features, "dateline-behind", self.dated.is_some_and(|first| first < i), line.look.prose);
        count_feature!(features, "title", line.title, self.page.title.is_some());
        if let Some(title) = self.page.title {
            let since = i as isize - title as isize;
            let since = if since < 0 { 0 } else { 1 + bucket(since as usize, &[0, 1, 2, 3, 5, 8, 15]) };
            count_feature!(features, "since-title", since, before.min(2));
            count_feature!(features, "since-title-length", since, before.min(1), line.look.length);
            count_feature!(features, "since-title-time", since, before.min(1), line.look.time);
        }
        let to_prose = self.page.prose.get(before).map_or(99, |next| (*next as usize).saturating_sub(i));
        count_feature!(features, "to-prose", bucket(to_prose, FEW), before.min(1));
    }

    fn blank_after(&self, i: usize) -> bool {
        self.page.lines.get(i + 1).is_none_or(|line| line.blank_before)
    }

    fn repetition(&self, i: usize, line: &Line, features: &mut Features) {
        count_feature!(features, "copies", line.copies.min(3), line.earlier.min(2));
        count_feature!(
            features,
            "said-before",
            bucket(usize::from(line.said_before), &[0, 20, 50, 90]),
            line.look.prose
        );
        count_feature!(features, "said-later", bucket(usize::from(line.said_later), &[0, 20, 50, 90]), line.look.prose);
        if line.said_before > 50 {
            count_feature!(features, "again", bucket(i, FEW), line.look.length);
        }
        if self.page.headline.len() >= 3 {
            let share = bucket(usize::from(line.headline), &[0, 20, 40, 60, 80, 95]);
            count_feature!(features, "headline", share);
            count_feature!(features, "headline-length", share, line.look.length, line.earlier.min(1));
        }
    }

    fn packs(&self, i: usize, line: &Line, features: &mut Features) {
        for number in &line.rules {
            let rule = self.rules.rule(*number);
            count_feature!(features, "rule", rule.kind as u32, (rule.strength == Strength::Certain));
            count_feature!(features, "rule-length", rule.kind as u32, line.look.length.min(8));
            word_feature!(features, "rule-id", [crate::judge::tokens::word(&rule.path)], rule.path);
        }
        if line.rules.is_empty() {
            count_feature!(features, "no-rule", 1);
        }
        if let Some((distance, kind)) = self.lists[i] {
            count_feature!(features, "list", kind, distance.min(4), line.look.length);
            count_feature!(features, "list-form", kind, line.look.end, line.look.capitals);
        }
        if let Some((distance, kind)) = self.rests[i] {
            count_feature!(features, "rest", kind, bucket(distance, FEW), line.look.prose);
        }
        count_feature!(features, "portal", self.page.portal.is_some());
    }

    fn neighbours(&self, i: usize, line: &Line, tokens: &[Token], features: &mut Features) {
        for (side, offset) in [(0u32, -2isize), (1, -1), (2, 1), (3, 2)] {
            let Some(other) = i.checked_add_signed(offset).and_then(|j| self.page.lines.get(j).map(|line| (j, line)))
            else {
                count_feature!(features, "edge", side);
                continue;
            };
            let (j, neighbour) = other;
            let look = &neighbour.look;
            count_feature!(features, "near-length", side, look.length);
            count_feature!(features, "near-end", side, look.end);
            count_feature!(features, "near-capitals", side, look.capitals);
            count_feature!(features, "near-function", side, look.function);
            count_feature!(features, "near-sentences", side, look.sentences);
            count_feature!(features, "near-time", side, look.time);
            count_feature!(features, "near-marks", side, look.marks & 1);
            let words = self.page.tokens_of(j);
            let hash = |k: usize| words.get(k).map_or(0, |token| token.hash);
            word_feature!(
                features,
                "near-first2",
                [side, hash(0), hash(1)],
                format!("{side},{}", show(self.text, &words[..words.len().min(2)]))
            );
            if words.len() <= 5 {
                let all = words.iter().fold(words.len() as u32, |all, token| mix(all, token.hash));
                word_feature!(features, "near-all", [side, all], format!("{side},{}", show(self.text, words)));
            }
            for number in &neighbour.rules {
                let rule = self.rules.rule(*number);
                count_feature!(features, "near-rule", side, rule.kind as u32);
            }
            let copies = neighbour.copies.min(4);
            count_feature!(features, "near-copies", side, copies, line.look.prose);
            count_feature!(features, "near-copies-length", side, copies, line.look.length);
            let overlap =
                self.sieves.get(j).and_then(Option::as_deref).map_or(9, |sieve| overlap(tokens, words, sieve));
            count_feature!(features, "overlap", side, overlap);
            if offset.abs() == 1 {
                count_feature!(features, "overlap-length", side, overlap, line.look.length, look.length);
                count_feature!(features, "junction", side, line.look.start, line.look.end, look.start, look.end);
                count_feature!(features, "pair", side, line.look.length, look.length);
                count_feature!(features, "pair-prose", side, line.look.length, line.look.end, look.prose);
            }
        }
        // The look of both sides at once: a short line between two paragraphs, a line among its like.
        let side =
            |offset: isize| i.checked_add_signed(offset).and_then(|j| self.page.lines.get(j)).map(|line| line.look);
        let sum = |look: Option<Look>| {
            look.map_or(9, |look| {
                u8::from(look.prose) * 4 + u8::from(look.end == class::STOP) * 2 + u8::from(look.length <= 4)
            })
        };
        count_feature!(features, "between", sum(side(-1)), sum(side(1)), line.look.length, line.look.end);
        count_feature!(
            features,
            "among-like",
            side(-1).is_some_and(|l| l.length == line.look.length),
            side(1).is_some_and(|l| l.length == line.look.length),
            line.look.length
        );
    }
}

/// Of a segment of more tokens, the words are not compared with those of its neighbours.
const MOST_COMPARED: usize = 60;

/// Which words may stand in a segment.
type Words = Sieve<16>;

fn words_of(tokens: &[Token]) -> Words {
    let mut words = Words::default();
    tokens.iter().for_each(|token| words.add(token.hash));
    words
}

/// Share of a segment's words that its neighbour holds too, in steps.
fn overlap(tokens: &[Token], other: &[Token], sieve: &Words) -> u32 {
    if tokens.is_empty() || tokens.len() > MOST_COMPARED || other.len() > 200 {
        return 9;
    }
    let words = |tokens: &[Token]| tokens.iter().filter(|t| t.shape != Shape::Mark).count();
    let hits = tokens
        .iter()
        .filter(|token| {
            token.shape != Shape::Mark && sieve.may_hold(token.hash) && other.iter().any(|word| word.hash == token.hash)
        })
        .count();
    percent(hits, words(tokens), &[0, 20, 50, 90])
}

/// Whether tokens are or end in the initials of those who made the article, such as `(abc/def)`.
fn is_initials(text: &str, tokens: &[Token]) -> bool {
    let Some((close, inner)) = tokens.split_last() else {
        return false;
    };
    if !matches!(text.get(close.range()), Some(")" | "]")) {
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
