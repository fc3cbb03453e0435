//! Datelines: whether tokens begin with the place, outlet and dash with which an article opens.
//!
//! Says nothing of where on a page they stand.

use super::names::{COUNTRIES, hashes};
use super::rules::RuleSet;
use super::tokens::{Shape, Token};
use super::vocabulary::marks;

/// How many tokens a dateline may have.
pub(super) const DATELINE: usize = 14;
/// Whether tokens begin with a dateline follows from so many of them: from the dash on, two more are looked at.
pub(super) const READ: usize = DATELINE + 2;
/// A dateline that names no outlet and no known place has at most so many tokens, its dash included.
pub(super) const SHORT_DATELINE: usize = 6;

/// The names of places between which there is a way have at most so many tokens.
const MOST_OF_WAY: usize = 3;
/// Countries of one word; others are known as places.
const COUNTRY_WORDS: [u32; COUNTRIES.len()] = hashes(&COUNTRIES);
/// Letters of a word in capitals that is hardly an abbreviation, and words of a place.
const LONG_NAME: u32 = 5;
const MOST_NAMES: usize = 4;

/// Whether tokens begin with a dateline: names, a date, brackets, then a dash; or a known place and a colon, or one in square brackets.
/// The first number is 1 for names, 2 if one of them is an outlet's, 3 if one is a known place or stands in capitals before a known
/// country, 0 for no dateline; the second is the number of its tokens.
pub fn dateline(text: &str, tokens: &[Token], rules: &RuleSet) -> (u8, usize) {
    if may_be_dateline(text, tokens) { read_dateline(text, tokens, rules) } else { (0, 0) }
}

fn read_dateline(text: &str, tokens: &[Token], rules: &RuleSet) -> (u8, usize) {
    let (mut outlet, mut names) = (false, false);
    let is = |token: &Token, mark: &str| text.get(token.range()) == Some(mark);
    // Where the place that opens the tokens ends, and whether any of the names is one.
    let (mut opening, mut place) = (0, false);
    if let Some(length) = bracketed_place(text, tokens, rules) {
        return (3, length);
    }
    for (i, token) in tokens.iter().take(DATELINE).enumerate() {
        match token.shape {
            Shape::Mark => match text.get(token.range()) {
                Some("-" | "–" | "—") => {
                    if let Some(dashes) = dashes_apart(tokens, i).filter(|_| names) {
                        // `Kota - Kota Lain` is a way to go.
                        let next = tokens.get(i + dashes).filter(|next| next.spaced);
                        let is_way =
                            next.is_some_and(|next| rules.place_names().end_at(text, next.start as usize).is_some());
                        if is_way && !outlet && i <= MOST_OF_WAY {
                            return (0, 0);
                        }
                        let strength = if outlet { 2 } else { 1 + 2 * u8::from(place) };
                        return (strength, i + dashes);
                    }
                }
                Some(":") if opening == token.start as usize && opens_sentence(text, tokens.get(i + 1)) => {
                    return (3, i + 1);
                }
                Some("," | "." | "(" | ")" | "/" | ":" | "|") => {}
                _ => return (0, 0),
            },
            Shape::Digits => {}
            // The second half of `Portal.com`, or a word of a name.
            Shape::Lower | Shape::Mixed if i > 0 && names && !token.spaced => {}
            Shape::Lower | Shape::Mixed => {
                let named = rules.outlet_names().end_at(text, token.start as usize).is_some();
                if i > 0 && names || !named && !is_address(text, &tokens[i..]) {
                    return (0, 0);
                }
                outlet = true;
                names = true;
            }
            Shape::Capital | Shape::Upper => {
                names = true;
                // `KOTA, Negara`: the place need not be known if its country, or a larger place behind it, is.
                let is_upper = |token: &Token| token.shape == Shape::Upper || !token.shape.is_word();
                let is_behind = i > 1 && is(&tokens[i - 1], ",") && tokens[..i].iter().all(is_upper);
                place |= is_behind && COUNTRY_WORDS.contains(&token.hash);
                outlet = outlet
                    || rules.outlet_names().end_at(text, token.start as usize).is_some()
                    || is_address(text, &tokens[i..]);
                if let Some(end) = rules.place_names().end_at(text, token.start as usize) {
                    place |= i <= 1 || is_behind;
                    opening = if i == 0 { end } else { opening };
                }
            }
        }
    }
    (0, 0)
}

/// Whether tokens have the form of a dateline, whatever their names: most lines are not, as their second word is in small letters.
fn may_be_dateline(text: &str, tokens: &[Token]) -> bool {
    let mut names = false;
    for (i, token) in tokens.iter().take(DATELINE).enumerate() {
        match token.shape {
            Shape::Mark => match token.known.class() {
                marks::DASH if names && dashes_apart(tokens, i).is_some() => return true,
                marks::COLON if opens_sentence(text, tokens.get(i + 1)) => return true,
                marks::CLOSE if tokens[0].known.class() == marks::OPEN && opens_sentence(text, tokens.get(i + 1)) => {
                    return true;
                }
                marks::OTHER | marks::SHOUT | marks::QUOTE => return false,
                _ => {}
            },
            Shape::Digits => {}
            Shape::Lower | Shape::Mixed if names => {
                if token.spaced {
                    return false;
                }
            }
            _ => names = true,
        }
    }
    false
}

/// How many tokens a known place in square brackets has that the tokens begin with, if a sentence follows.
fn bracketed_place(text: &str, tokens: &[Token], rules: &RuleSet) -> Option<usize> {
    let is = |token: &Token, mark: &str| text.get(token.range()) == Some(mark);
    let [_, first, ..] = tokens.get(..3).filter(|tokens| is(&tokens[0], "["))? else { return None };
    let end = rules.place_names().end_at(text, first.start as usize)?;
    let close = tokens.iter().take(DATELINE).position(|token| token.start as usize >= end)?;
    (is(tokens.get(close)?, "]") && opens_sentence(text, tokens.get(close + 1))).then_some(close + 1)
}

/// Whether names are few and in capitals, and one of them long, as places stand in datelines; `KPK - ` may be anything.
pub(super) fn is_shouted(tokens: &[Token]) -> bool {
    let mut words = tokens.iter().filter(|token| token.shape.is_word());
    let (mut count, mut is_long) = (0, false);
    let is_upper = words.all(|token| {
        count += 1;
        is_long |= token.end - token.start >= LONG_NAME;
        token.shape == Shape::Upper
    });
    is_upper && is_long && count <= MOST_NAMES
}

/// How many dashes stand from a dash on, one or two, if white space sets them apart on either side.
fn dashes_apart(tokens: &[Token], dash: usize) -> Option<usize> {
    let next = tokens.get(dash + 1);
    let is_dash = next.is_some_and(|next| next.shape == Shape::Mark && next.known.class() == marks::DASH);
    let dashes = 1 + usize::from(is_dash);
    let is_spaced = |i: usize| tokens.get(i).is_some_and(|token| token.spaced);
    (is_spaced(dash) || is_spaced(dash + dashes)).then_some(dashes)
}

/// Whether a token, apart from the one before it, may open a sentence.
pub(super) fn opens_sentence(text: &str, token: Option<&Token>) -> bool {
    token.is_some_and(|token| {
        let opens = match token.shape {
            Shape::Mark => matches!(text.get(token.range()), Some("\"" | "“" | "'" | "‘" | "(")),
            shape => !matches!(shape, Shape::Lower),
        };
        token.spaced && opens
    })
}

/// Whether tokens begin with the address of a site, such as `Portal.com` or `portal.co.id`.
fn is_address(text: &str, tokens: &[Token]) -> bool {
    const ENDINGS: [&str; 10] = ["co", "com", "id", "in", "info", "my", "net", "news", "org", "tv"];
    let [_, dot, end, ..] = tokens else {
        return false;
    };
    let ending = text.get(end.range()).unwrap_or_default();
    text.get(dot.range()) == Some(".")
        && !dot.spaced
        && !end.spaced
        && ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judge::sequences::soups;
    use crate::judge::tokens::tokenize;

    #[test]
    fn what_has_not_the_form_of_a_dateline_is_none() {
        let pieces = &[
            "Jakarta",
            "JAKARTA",
            " Bandung",
            " Contohpos.com",
            " detik",
            " 2",
            " 4/5",
            " (",
            ")",
            ",",
            " -",
            "-",
            " –",
            " —",
            "—",
            ":",
            ": ",
            " Dia",
            " kata",
            "kata",
            "[",
            "]",
            "|",
            "\"",
            ".",
            " ",
            "\u{a0}",
        ];
        let rules = RuleSet::builtin().unwrap();
        let mut found = 0;
        for text in soups(pieces, DATELINE / 2, 20_000) {
            let mut tokens = Vec::new();
            tokenize(&text, 0..text.len(), &mut tokens);
            let is_dateline = read_dateline(&text, &tokens, &rules).0 > 0;
            assert!(!is_dateline || may_be_dateline(&text, &tokens), "{text}");
            found += usize::from(is_dateline);
        }
        assert!(found > 100, "{found}");
    }

    #[test]
    fn places_stand_in_brackets_or_before_their_country() {
        let rules = RuleSet::builtin().unwrap();
        let strength = |text: &str| {
            let mut tokens = Vec::new();
            tokenize(text, 0..text.len(), &mut tokens);
            dateline(text, &tokens, &rules).0
        };
        for text in
            ["[YOGYAKARTA] Warga memperbaiki jembatan.", "KAMPUNG CONTOH, Thailand - Warga memperbaiki jembatan."]
        {
            assert_eq!(strength(text), 3, "{text}");
        }
        for text in [
            "[DIKEMASKINI] Warga memperbaiki jembatan.",
            "Warga, Thailand - Warga memperbaiki jembatan.",
            "ASEAN Cup, Thailand - Warga menonton pertandingan.",
            "Jakarta - Bandung dapat ditempuh dalam satu jam.",
        ] {
            assert_ne!(strength(text), 3, "{text}");
        }
    }
}
