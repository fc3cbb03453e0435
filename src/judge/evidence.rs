//! Evidence: the features that speak for and against each kind of segment.
//!
//! Named templates with small values; what each is worth, learning decides. No template knows a portal.

use super::features::{Sink, bucket, count_feature, mix, percent, word_feature};
use super::pack::{Strength, Takes};
use super::page::{Line, Page};
use super::rules::RuleSet;
use super::shape::{Look, class, mark};
use super::tokens::{Shape, Token};

/// Steps for counts of segments.
const FEW: &[usize] = &[0, 1, 2, 4, 8, 15];
const PLACES: &[usize] = &[0, 1, 2, 3, 5, 8, 15, 30];
/// How far around a segment prose is counted.
const NEAR: usize = 3;
const WIDE: usize = 8;
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
    pub fn of(&self, i: usize, features: &mut impl Sink) {
        features.clear();
        let Some(line) = self.page.lines.get(i) else {
            return;
        };
        let tokens = self.page.tokens_of(i);
        self.looks(line, features);
        self.words(line, tokens, features);
        self.place(i, line, features);
        self.repetition(i, line, features);
        self.packs(i, line, features);
        self.neighbours(i, line, tokens, features);
    }

    fn looks(&self, line: &Line, features: &mut impl Sink) {
        let Look { length, end, start, capitals, uppers, function, digits, sentences, time, marks, .. } = line.look;
        features.group([Group::Form as u8, length, start, end, function, 0, 0, 0], |features| {
            count_feature!(features, "length", length);
            count_feature!(features, "end", end);
            count_feature!(features, "start", start);
            count_feature!(features, "function", function);
            count_feature!(features, "form", length, start, end, function);
        });
        features.group([Group::Shape as u8, length, end, capitals, uppers, digits, 0, 0], |features| {
            count_feature!(features, "capitals", capitals);
            count_feature!(features, "uppers", uppers);
            count_feature!(features, "digits", digits);
            count_feature!(features, "shape", length, end, capitals);
        });
        features.group([Group::Stamp as u8, length, time, sentences, marks, 0, 0, 0], |features| {
            count_feature!(features, "sentences", sentences);
            count_feature!(features, "time", time);
            count_feature!(features, "marks", marks);
            count_feature!(features, "stamp", length, time);
        });
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

    fn place(&self, i: usize, line: &Line, features: &mut impl Sink) {
        let Look { length, start, time, prose, .. } = line.look;
        let count = self.page.lines.len();
        let (before, after) = self.page.prose_around(i);
        let (tenth, head) = ((10 * i / count) as u8, bucket(i, PLACES) as u8);
        let (tail, size) = (bucket(count - 1 - i, PLACES) as u8, bucket(count, &[2, 5, 10, 20, 40, 80, 150]) as u8);
        features.group([Group::Place as u8, tenth, head, tail, size, 0, 0, 0], |features| {
            count_feature!(features, "tenth", tenth);
            count_feature!(features, "head", head);
            count_feature!(features, "tail", tail);
            count_feature!(features, "count", size);
        });
        let (above, from_here) = self.page.prose.split_at(before);
        let above = above.iter().rev().map(|prose| i - *prose as usize);
        let below = from_here.iter().map(|prose| *prose as usize - i).filter(|distance| *distance > 0);
        let (mut near, mut wide) = (0u8, 0);
        for distance in above.take_while(|far| *far <= WIDE).chain(below.take_while(|far| *far <= WIDE)) {
            near += u8::from(distance <= NEAR);
            wide += 1;
        }
        let to_prose = self.page.prose.get(before).map_or(99, |next| (*next as usize).saturating_sub(i));
        let to_prose = bucket(to_prose, FEW) as u8;
        // The first steps are counts.
        let (before, after) = (bucket(before, FEW) as u8, bucket(after, FEW) as u8);
        features.group([Group::ProseAround as u8, before, after, to_prose, 0, 0, 0, 0], |features| {
            count_feature!(features, "prose-before", before);
            count_feature!(features, "prose-after", after);
            count_feature!(features, "to-prose", to_prose, before.min(1));
        });
        let wide = bucket(wide, &[0, 1, 3, 6, 10]) as u8;
        features.group([Group::ProseNear as u8, near, wide, prose.into(), 0, 0, 0, 0], |features| {
            count_feature!(features, "prose-near", near);
            count_feature!(features, "prose-wide", wide, prose);
        });
        let (pieces, blank_before, blank_after) = (self.page.pieces, line.blank_before, self.blank_after(i));
        let (before, after) = (before.min(2), after.min(1));
        let is_like = |j: usize| self.page.lines.get(j).is_some_and(|line| line.look.length == length);
        // A line among its like.
        let (like_above, like_below) = (i.checked_sub(1).is_some_and(is_like), is_like(i + 1));
        let beside =
            u8::from(blank_before) << 3 | u8::from(blank_after) << 2 | u8::from(like_above) << 1 | u8::from(like_below);
        features.group([Group::Beside as u8, pieces, length, before.min(1), after, beside, 0, 0], |features| {
            count_feature!(features, "prose-around", before.min(1), after, length);
            count_feature!(features, "pieces", pieces, length.min(6));
            count_feature!(features, "blank", blank_before, blank_after);
            count_feature!(features, "blank-length", blank_before, blank_after, length);
            count_feature!(features, "among-like", like_above, like_below, length);
        });
        if self.signed[i] > 0 {
            count_feature!(features, "after-initials", self.signed[i], start, after);
        }
        let dateline = line.dateline;
        let ahead = (1..=6).find(|step| self.page.lines.get(i + step).is_some_and(|line| line.dateline > 0));
        let strength = ahead.and_then(|step| self.page.lines.get(i + step)).map_or(0, |line| line.dateline);
        let ahead = ahead.map_or(0, |step| bucket(step, &[0, 1, 2, 4])) as u8;
        let behind = self.dated.is_some_and(|first| first < i);
        let of_line = dateline << 2 | u8::from(prose) << 1 | u8::from(behind);
        features.group([Group::Dateline as u8, of_line, ahead, strength, length, before, 0, 0], |features| {
            count_feature!(features, "dateline", dateline, prose);
            count_feature!(features, "dateline-ahead", ahead, strength, prose);
            count_feature!(features, "dateline-ahead-length", ahead, strength, length, before);
            count_feature!(features, "dateline-behind", behind, prose);
        });
        let title = line.title;
        let since = self.page.title.map_or(0, |stated| match i.checked_sub(stated) {
            None => 1,
            Some(since) => 2 + bucket(since, &[0, 1, 2, 3, 5, 8, 15]) as u8,
        });
        features.group([Group::Title as u8, title, since, before, length, time, 0, 0], |features| {
            count_feature!(features, "title", title, since > 0);
            if let Some(since) = since.checked_sub(1) {
                count_feature!(features, "since-title", since, before);
                count_feature!(features, "since-title-length", since, before.min(1), length);
                count_feature!(features, "since-title-time", since, before.min(1), time);
            }
        });
    }

    fn blank_after(&self, i: usize) -> bool {
        self.page.lines.get(i + 1).is_none_or(|line| line.blank_before)
    }

    fn repetition(&self, i: usize, line: &Line, features: &mut impl Sink) {
        let Look { length, prose, .. } = line.look;
        let (copies, earlier) = (line.copies.min(3) as u8, line.earlier.min(2) as u8);
        let said = |share: u8| bucket(usize::from(share), &[0, 20, 50, 90]) as u8;
        let (said_before, said_later) = (said(line.said_before), said(line.said_later));
        let (has_rules, has_portal) = (!line.rules.is_empty(), self.page.portal.is_some());
        let marks = u8::from(prose) << 2 | u8::from(has_rules) << 1 | u8::from(has_portal);
        features.group([Group::Repetition as u8, copies, earlier, said_before, said_later, marks, 0, 0], |features| {
            if !has_rules {
                count_feature!(features, "no-rule", 1);
            }
            count_feature!(features, "portal", has_portal);
            count_feature!(features, "copies", copies, earlier);
            count_feature!(features, "said-before", said_before, prose);
            count_feature!(features, "said-later", said_later, prose);
        });
        if line.said_before > 50 {
            count_feature!(features, "again", bucket(i, FEW), length);
        }
        if self.page.headline.len() >= 3 {
            let share = bucket(usize::from(line.headline), &[0, 20, 40, 60, 80, 95]) as u8;
            features.group([Group::Headline as u8, share, length, earlier, 0, 0, 0, 0], |features| {
                count_feature!(features, "headline", share);
                count_feature!(features, "headline-length", share, length, earlier.min(1));
            });
        }
    }

    fn packs(&self, i: usize, line: &Line, features: &mut impl Sink) {
        let Look { length, end, capitals, prose, .. } = line.look;
        for number in &line.rules {
            let [a, b, c, d] = number.to_le_bytes();
            features.group([Group::Rule as u8, a, b, c, d, length.min(8), 0, 0], |features| {
                let rule = self.rules.rule(*number);
                count_feature!(features, "rule", rule.kind as u32, (rule.strength == Strength::Certain));
                count_feature!(features, "rule-length", rule.kind as u32, length.min(8));
                word_feature!(features, "rule-id", [crate::judge::tokens::word(&rule.path)], rule.path);
            });
        }
        if let Some((distance, kind)) = self.lists[i] {
            count_feature!(features, "list", kind, distance.min(4), length);
            count_feature!(features, "list-form", kind, end, capitals);
        }
        if let Some((distance, kind)) = self.rests[i] {
            count_feature!(features, "rest", kind, bucket(distance, FEW), prose);
        }
    }

    fn neighbours(&self, i: usize, line: &Line, tokens: &[Token], features: &mut impl Sink) {
        let Look { length, end, start, prose, .. } = line.look;
        let own = OwnWords::new(tokens);
        for (side, offset) in [(0u8, -2isize), (1, -1), (2, 1), (3, 2)] {
            let other = i.checked_add_signed(offset).and_then(|j| self.page.lines.get(j).map(|line| (j, line)));
            let Some((j, neighbour)) = other else {
                count_feature!(features, "edge", side);
                continue;
            };
            let look = neighbour.look;
            let colon = look.marks & 1;
            features.group([Group::NearForm as u8, side, look.length, look.end, look.time, colon, 0, 0], |features| {
                count_feature!(features, "near-length", side, look.length);
                count_feature!(features, "near-end", side, look.end);
                count_feature!(features, "near-time", side, look.time);
                count_feature!(features, "near-marks", side, colon);
            });
            let key = [Group::NearShape as u8, side, look.capitals, look.function, look.sentences, 0, 0, 0];
            features.group(key, |features| {
                count_feature!(features, "near-capitals", side, look.capitals);
                count_feature!(features, "near-function", side, look.function);
                count_feature!(features, "near-sentences", side, look.sentences);
            });
            let words = self.page.tokens_of(j);
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
            let copies = neighbour.copies.min(4) as u8;
            let overlap = own.overlap(words);
            let is_next = offset.abs() == 1;
            let key = [
                Group::NearWords as u8,
                side,
                copies << 1 | u8::from(prose),
                length,
                overlap,
                if is_next { look.length } else { 0 },
                0,
                0,
            ];
            features.group(key, |features| {
                count_feature!(features, "near-copies", side, copies, prose);
                count_feature!(features, "near-copies-length", side, copies, length);
                count_feature!(features, "overlap", side, overlap);
                if is_next {
                    count_feature!(features, "overlap-length", side, overlap, length, look.length);
                    count_feature!(features, "pair", side, length, look.length);
                }
            });
            if is_next {
                count_feature!(features, "junction", side, start, end, look.start, look.end);
                count_feature!(features, "pair-prose", side, length, end, look.prose);
            }
        }
        // The look of both sides at once: a short line between two paragraphs.
        let side =
            |offset: isize| i.checked_add_signed(offset).and_then(|j| self.page.lines.get(j)).map(|line| line.look);
        let sum = |look: Option<Look>| {
            look.map_or(9, |look| {
                u8::from(look.prose) * 4 + u8::from(look.end == class::STOP) * 2 + u8::from(look.length <= 4)
            })
        };
        count_feature!(features, "between", sum(side(-1)), sum(side(1)), length, end);
    }
}

/// Groups of features that follow from a few numbers, the first of their keys.
#[derive(Clone, Copy)]
enum Group {
    Form = 1,
    Shape,
    Stamp,
    Place,
    ProseAround,
    ProseNear,
    Beside,
    Dateline,
    Title,
    Repetition,
    Headline,
    Rule,
    NearForm,
    NearShape,
    NearWords,
}

/// Of a segment of more tokens, the words are not compared with those of its neighbours.
const MOST_COMPARED: usize = 60;
/// Nor with those of a neighbour of more tokens.
const MOST_SEARCHED: usize = 200;

/// The words of a segment, to be asked for those of its neighbours.
struct OwnWords<'a> {
    tokens: &'a [Token],
    count: usize,
    /// By low end of a word's hash: one more than the number of the last token of such a hash; 0 if there is none.
    last: [u8; 256],
    /// By token: the same of the one before it.
    before: [u8; MOST_COMPARED],
}

impl<'a> OwnWords<'a> {
    /// The words of a segment; if it is long, none.
    #[inline]
    fn new(tokens: &'a [Token]) -> OwnWords<'a> {
        let tokens = if tokens.len() > MOST_COMPARED { &[] } else { tokens };
        let mut own = OwnWords { tokens, count: 0, last: [0; 256], before: [0; MOST_COMPARED] };
        let mut number = 0;
        for (token, before) in tokens.iter().zip(&mut own.before) {
            number += 1;
            if token.shape != Shape::Mark {
                *before = std::mem::replace(&mut own.last[token.hash as usize & 255], number);
                own.count += 1;
            }
        }
        own
    }

    /// Share of these words that another segment holds too, in steps; 9 if there are none, or it is too long.
    fn overlap(&self, other: &[Token]) -> u8 {
        if self.tokens.is_empty() || other.len() > MOST_SEARCHED {
            return 9;
        }
        let mut held = 0u64;
        for token in other {
            let mut number = usize::from(self.last[token.hash as usize & 255]);
            while number > 0 {
                let (Some(own), Some(before)) = (self.tokens.get(number - 1), self.before.get(number - 1)) else {
                    break;
                };
                held |= u64::from(own.hash == token.hash) << (number - 1);
                number = usize::from(*before);
            }
        }
        if held == 0 { 0 } else { percent(held.count_ones() as usize, self.count, &[0, 20, 50, 90]) as u8 }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::tokens::tokenize;

    #[test]
    fn words_are_found_in_neighbours() {
        let tokens = |text: &str| {
            let mut tokens = Vec::new();
            tokenize(text, 0..text.len(), &mut tokens);
            tokens
        };
        let long = "jembatan bambu ".repeat(40);
        let texts = [
            "",
            "...",
            "Jembatan bambu",
            "jembatan itu, jembatan ini.",
            "世界 jembatan",
            &long,
            "bambu \u{a0}\u{200b}x",
        ];
        for own in texts.map(tokens) {
            for other in texts.map(tokens).into_iter().chain([tokens(&long.repeat(4))]) {
                let words: Vec<&Token> = own.iter().filter(|token| token.shape != Shape::Mark).collect();
                let held = words.iter().filter(|word| other.iter().any(|token| token.hash == word.hash)).count();
                let expected = match own.len() {
                    1..=MOST_COMPARED if other.len() <= MOST_SEARCHED => percent(held, words.len(), &[0, 20, 50, 90]),
                    _ => 9,
                };
                assert_eq!(u32::from(OwnWords::new(&own).overlap(&other)), expected, "{own:?} {other:?}");
            }
        }
    }
}
