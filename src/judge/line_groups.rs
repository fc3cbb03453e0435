//! Groups of features of a segment: what follows from a few small numbers, whichever segment has them.
//!
//! The numbers make a key, and the features are written from the key alone, so that the same key always means the same. As
//! what groups weigh is kept by key, they are hardly ever written.

use super::features::{Features, count_feature, word_feature};
use super::pack::Strength;
use super::rules::RuleSet;
use super::tokens::word;

/// A group, the first number, and what its features follow from.
pub(super) type Key = [u8; 8];

/// Steps of a share, for a headline that is not known.
pub(super) const NO_HEADLINE: u8 = 15;
/// What stands for a neighbour that is not there.
pub(super) const NOTHING: u8 = 9;

/// The numbers that a key of each group holds, in order.
pub(super) mod group {
    /// Length, start, end, share of function words.
    pub const FORM: u8 = 1;
    /// Length, end, shares of capitalised words, of words in capitals, of digits.
    pub const SHAPE: u8 = 2;
    /// Length, time, sentences, marks.
    pub const STAMP: u8 = 3;
    /// The tenth of the document, steps from its top and from its end, steps of its size.
    pub const PLACE: u8 = 4;
    /// Steps of how many segments of prose stand before and after, and of how far the next is.
    pub const PROSE: u8 = 5;
    /// How broken the document is; length; whether prose stands before and after; blank lines and lines of like length, in bits.
    pub const BESIDE: u8 = 6;
    /// Copies, earlier ones, steps of what is said before and later; prose, rules and portal, in bits; prose nearby and wide around.
    pub const SAID: u8 = 7;
    /// Datelines here and behind, in bits; the next one and how sure it is, four bits each; length; prose before, and whether a
    /// copy stands earlier, in the lowest bit; title and how far behind it is, four bits each; time; share of the headline.
    pub const STATED: u8 = 8;
    /// Length, end, looks of both neighbours in bits.
    pub const BETWEEN: u8 = 9;
    /// Number of a rule, in four bytes; length.
    pub const RULE: u8 = 10;
    /// Which neighbour; its length, end, time, and whether it has a colon.
    pub const NEAR_FORM: u8 = 11;
    /// Which neighbour; its shares of capitalised and function words, its sentences.
    pub const NEAR_SHAPE: u8 = 12;
    /// Which neighbour; its copies, and whether this is prose, in the lowest bit; length; overlap; if it is the next, its length.
    pub const NEAR_WORDS: u8 = 13;
    /// Which neighbour; start, end, its start, its end.
    pub const JUNCTION: u8 = 14;
}

/// The neighbours next to a segment, of all by number: two above, one above, one below, two below.
pub(super) fn is_next(side: u8) -> bool {
    matches!(side, 1 | 2)
}

/// Writes the features of a group.
#[cold]
#[inline(never)]
pub(super) fn write(rules: &RuleSet, key: Key, features: &mut Features) {
    let [group, a, b, c, d, e, f, g] = key;
    match group {
        group::FORM => form([a, b, c, d], features),
        group::SHAPE => shape([a, b, c, d, e], features),
        group::STAMP => stamp([a, b, c, d], features),
        group::PLACE => place([a, b, c, d], features),
        group::PROSE => prose([a, b, c], features),
        group::BESIDE => beside([a, b, c, d, e], features),
        group::SAID => said([a, b, c, d, e, f, g], features),
        group::STATED => stated([a, b, c, d, e, f, g], features),
        group::BETWEEN => between([a, b, c, d], features),
        group::RULE => rule(rules, u32::from_le_bytes([a, b, c, d]), e, features),
        group::NEAR_FORM => near_form([a, b, c, d, e], features),
        group::NEAR_SHAPE => near_shape([a, b, c, d], features),
        group::NEAR_WORDS => near_words([a, b, c, d, e], features),
        group::JUNCTION => count_feature!(features, "junction", a, b, c, d, e),
        _ => {}
    }
}

fn form([length, start, end, function]: [u8; 4], features: &mut Features) {
    count_feature!(features, "length", length);
    count_feature!(features, "end", end);
    count_feature!(features, "start", start);
    count_feature!(features, "function", function);
    count_feature!(features, "form", length, start, end, function);
}

fn shape([length, end, capitals, uppers, digits]: [u8; 5], features: &mut Features) {
    count_feature!(features, "capitals", capitals);
    count_feature!(features, "uppers", uppers);
    count_feature!(features, "digits", digits);
    count_feature!(features, "shape", length, end, capitals);
}

fn stamp([length, time, sentences, marks]: [u8; 4], features: &mut Features) {
    count_feature!(features, "sentences", sentences);
    count_feature!(features, "time", time);
    count_feature!(features, "marks", marks);
    count_feature!(features, "stamp", length, time);
}

fn place([tenth, head, tail, size]: [u8; 4], features: &mut Features) {
    count_feature!(features, "tenth", tenth);
    count_feature!(features, "head", head);
    count_feature!(features, "tail", tail);
    count_feature!(features, "count", size);
    // The first steps are counts.
    for (side, is_edge) in (0u8..).zip([head < 2, head < 1, tail < 1, tail < 2]) {
        if is_edge {
            count_feature!(features, "edge", side);
        }
    }
}

fn prose([before, after, to_prose]: [u8; 3], features: &mut Features) {
    count_feature!(features, "prose-before", before);
    count_feature!(features, "prose-after", after);
    count_feature!(features, "to-prose", to_prose, before.min(1));
}

fn beside([pieces, length, before, after, bits]: [u8; 5], features: &mut Features) {
    let [blank_before, blank_after, like_above, like_below] = [bits >> 3 & 1, bits >> 2 & 1, bits >> 1 & 1, bits & 1];
    count_feature!(features, "prose-around", before, after, length);
    count_feature!(features, "pieces", pieces, length.min(6));
    count_feature!(features, "blank", blank_before, blank_after);
    count_feature!(features, "blank-length", blank_before, blank_after, length);
    // A line among its like.
    count_feature!(features, "among-like", like_above, like_below, length);
}

fn said([copies, earlier, before, later, bits, near, wide]: [u8; 7], features: &mut Features) {
    let [prose, has_rules, has_portal] = [bits >> 2 & 1, bits >> 1 & 1, bits & 1];
    if has_rules == 0 {
        count_feature!(features, "no-rule", 1);
    }
    count_feature!(features, "portal", has_portal);
    count_feature!(features, "copies", copies, earlier);
    count_feature!(features, "said-before", before, prose);
    count_feature!(features, "said-later", later, prose);
    count_feature!(features, "prose-near", near);
    count_feature!(features, "prose-wide", wide, prose);
}

fn stated([of_line, next, length, before, title, time, headline]: [u8; 7], features: &mut Features) {
    let [dateline, prose, behind] = [of_line >> 2, of_line >> 1 & 1, of_line & 1];
    let [ahead, strength, title, since] = [next >> 4, next & 15, title >> 4, title & 15];
    let (before, earlier) = (before >> 1, before & 1);
    count_feature!(features, "dateline", dateline, prose);
    count_feature!(features, "dateline-ahead", ahead, strength, prose);
    count_feature!(features, "dateline-ahead-length", ahead, strength, length, before);
    count_feature!(features, "dateline-behind", behind, prose);
    count_feature!(features, "title", title, since > 0);
    if let Some(since) = since.checked_sub(1) {
        count_feature!(features, "since-title", since, before);
        count_feature!(features, "since-title-length", since, before.min(1), length);
        count_feature!(features, "since-title-time", since, before.min(1), time);
    }
    if headline != NO_HEADLINE {
        count_feature!(features, "headline", headline);
        count_feature!(features, "headline-length", headline, length, earlier);
    }
}

fn between([length, end, above, below]: [u8; 4], features: &mut Features) {
    count_feature!(features, "between", above, below, length, end);
    for (side, look) in [(1u8, above), (2, below)] {
        if look != NOTHING {
            count_feature!(features, "pair-prose", side, length, end, look >> 2);
        }
    }
}

fn rule(rules: &RuleSet, number: u32, length: u8, features: &mut Features) {
    let rule = rules.rule(number);
    count_feature!(features, "rule", rule.kind as u32, (rule.strength == Strength::Certain));
    count_feature!(features, "rule-length", rule.kind as u32, length);
    word_feature!(features, "rule-id", [word(&rule.path)], rule.path);
}

fn near_form([side, length, end, time, colon]: [u8; 5], features: &mut Features) {
    count_feature!(features, "near-length", side, length);
    count_feature!(features, "near-end", side, end);
    count_feature!(features, "near-time", side, time);
    count_feature!(features, "near-marks", side, colon);
}

fn near_shape([side, capitals, function, sentences]: [u8; 4], features: &mut Features) {
    count_feature!(features, "near-capitals", side, capitals);
    count_feature!(features, "near-function", side, function);
    count_feature!(features, "near-sentences", side, sentences);
}

fn near_words([side, copies, length, overlap, near_length]: [u8; 5], features: &mut Features) {
    let (copies, prose) = (copies >> 1, copies & 1);
    count_feature!(features, "near-copies", side, copies, prose);
    count_feature!(features, "near-copies-length", side, copies, length);
    count_feature!(features, "overlap", side, overlap);
    if is_next(side) {
        count_feature!(features, "overlap-length", side, overlap, length, near_length);
        count_feature!(features, "pair", side, length, near_length);
    }
}
