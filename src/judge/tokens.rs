//! Words and punctuation of a text: what both models look at.
//!
//! A token is a run of letters and digits, or one other visible character; where no spaces are written, a few letters. Each is
//! hashed once, folded to lower case, and classed by its shape; nothing downstream touches the text again.

use std::ops::Range;

/// A word, a number or a punctuation mark.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Token {
    /// Where it starts in the text, in bytes.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// Hash of the token in lower case.
    pub hash: u32,
    /// What it looks like.
    pub shape: Shape,
    /// Whether white space stands before it.
    pub spaced: bool,
}

impl Token {
    /// Its place in the text.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What a token looks like.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[repr(u8)]
pub enum Shape {
    /// `kata`
    Lower,
    /// `Kata`, `KataBaru`, `A`
    Capital,
    /// `KATA`
    Upper,
    /// `2024`
    Digits,
    /// `17th`, `3D`
    Mixed,
    /// Anything else: one character.
    Mark,
}

impl Shape {
    /// Whether it is a word rather than a number or a mark.
    #[must_use]
    pub fn is_word(self) -> bool {
        matches!(self, Shape::Lower | Shape::Capital | Shape::Upper | Shape::Mixed)
    }

    /// Whether it is a word that starts with a capital.
    #[must_use]
    pub fn is_capital(self) -> bool {
        matches!(self, Shape::Capital | Shape::Upper)
    }
}

const SEED: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// Hash of a word as [`tokenize`] computes it; the word must be in lower case.
#[must_use]
pub const fn word(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut hash = SEED;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u32).wrapping_mul(PRIME);
        i += 1;
    }
    hash
}

/// Appends the tokens of `text[range]` to `tokens`; offsets are those of the whole text.
///
/// A range that does not fall on character boundaries has no tokens.
pub fn tokenize(text: &str, range: Range<usize>, tokens: &mut Vec<Token>) {
    let base = range.start;
    let Some(part) = text.get(range) else { return };
    let bytes = part.as_bytes();
    let mut at = 0;
    let mut spaced = true;
    while let Some(&byte) = bytes.get(at) {
        // Most of a text is words in small letters, some with a capital, and single spaces.
        if byte == b' ' {
            spaced = true;
            at += 1;
            continue;
        }
        if byte.is_ascii_alphabetic()
            && let Some((length, hash)) = plain_word(bytes, at)
        {
            let shape = if byte.is_ascii_lowercase() { Shape::Lower } else { Shape::Capital };
            push(tokens, base + at, base + at + length, hash, shape, spaced);
            spaced = false;
            at += length;
            continue;
        }
        if byte < 0x80 {
            if byte.is_ascii_whitespace() || byte.is_ascii_control() {
                spaced = true;
                at += 1;
                continue;
            }
            if byte == b'&'
                && let Some(length) = entity(&bytes[at..])
            {
                let hash = bytes[at..at + length]
                    .iter()
                    .fold(SEED, |hash, byte| (hash ^ u32::from(*byte)).wrapping_mul(PRIME));
                push(tokens, base + at, base + at + length, hash, Shape::Mark, spaced);
                spaced = false;
                at += length;
                continue;
            }
            if !byte.is_ascii_alphanumeric() && byte != b'_' {
                let hash = (SEED ^ u32::from(byte)).wrapping_mul(PRIME);
                push(tokens, base + at, base + at + 1, hash, Shape::Mark, spaced);
                spaced = false;
                at += 1;
                continue;
            }
        } else {
            let c = part[at..].chars().next().unwrap_or(' ');
            if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}') {
                spaced = true;
                at += c.len_utf8();
                continue;
            }
            if !c.is_alphanumeric() {
                let mut hash = SEED;
                for byte in part[at..at + c.len_utf8()].bytes() {
                    hash = (hash ^ u32::from(byte)).wrapping_mul(PRIME);
                }
                push(tokens, base + at, base + at + c.len_utf8(), hash, Shape::Mark, spaced);
                spaced = false;
                at += c.len_utf8();
                continue;
            }
        }
        let (length, hash, shape) = word_at(part, at);
        push(tokens, base + at, base + at + length, hash, shape, spaced);
        spaced = false;
        at += length;
    }
}

/// Length in bytes and hash of the word that starts at an ASCII letter, if all letters after it are small ones and nothing else that
/// words are made of follows.
#[inline]
fn plain_word(bytes: &[u8], start: usize) -> Option<(usize, u32)> {
    let rest = bytes.get(start..)?;
    let (first, letters) = rest.split_first()?;
    let mut hash = (SEED ^ u32::from(first.to_ascii_lowercase())).wrapping_mul(PRIME);
    for (length, byte) in (1..).zip(letters) {
        if !byte.is_ascii_lowercase() {
            return (CLASSES[usize::from(*byte)] == NONE).then_some((length, hash));
        }
        hash = (hash ^ u32::from(*byte)).wrapping_mul(PRIME);
    }
    Some((rest.len(), hash))
}

fn push(tokens: &mut Vec<Token>, start: usize, end: usize, hash: u32, shape: Shape, spaced: bool) {
    // Offsets fit: a record is far smaller than 4 GiB (see `limits`).
    tokens.push(Token { start: start as u32, end: end as u32, hash, shape, spaced });
}

/// Length of an escaped character, such as `&nbsp;`, also one escaped twice: `&amp;nbsp;`.
fn entity(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    for _ in 0..2 {
        let name = bytes.get(at..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'#').count();
        if !(2..=8).contains(&name) || bytes.get(at + name) != Some(&b';') {
            return (at > 1).then_some(at);
        }
        at += name + 1;
        if &bytes[..at] != b"&amp;" {
            return Some(at);
        }
    }
    Some(at)
}

/// How many characters make a word, roughly, in the scripts that put no spaces between words.
fn characters_of_a_word(c: char) -> Option<usize> {
    match c {
        // Chinese and Japanese.
        '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => {
            Some(2)
        }
        // Thai, Lao, Burmese, Khmer; their digits stand among them.
        '\u{e01}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' if c.is_alphabetic() => Some(5),
        _ => None,
    }
}

/// Whether a character that is no letter goes on with a word: vowel and tone signs, points, accents of their own.
fn goes_on(c: char) -> bool {
    let is_sign = match c {
        // Accents; Hebrew; Arabic.
        '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5bd}' | '\u{64b}'..='\u{65f}' => true,
        // The scripts of India; Thai; Lao; Burmese; Khmer.
        '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{eb1}'..='\u{ece}' => true,
        '\u{102b}'..='\u{103e}' | '\u{17b4}'..='\u{17d3}' => true,
        _ => false,
    };
    is_sign && !matches!(c, '\u{964}' | '\u{965}' | '\u{970}' | '\u{df4}' | '\u{e3f}' | '\u{e4f}')
}

/// What a byte is within a word.
const NONE: u8 = 0;
const UPPER: u8 = 1;
const LOWER: u8 = 2;
const DIGIT: u8 = 3;
const JOIN: u8 = 4;
const WIDE: u8 = 5;

/// By byte: what it is within a word.
static CLASSES: [u8; 256] = {
    let mut classes = [NONE; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'A'..=b'Z' => UPPER,
            b'a'..=b'z' => LOWER,
            b'0'..=b'9' => DIGIT,
            b'_' => JOIN,
            0x80.. => WIDE,
            _ => NONE,
        };
        byte += 1;
    }
    classes
};

/// Length in bytes, hash and shape of the word that starts at a byte.
fn word_at(part: &str, start: usize) -> (usize, u32, Shape) {
    let bytes = part.as_bytes();
    let mut hash = SEED;
    // How many bytes, or characters that are none, are of each class.
    let mut counts = [0u32; 6];
    let mut starts_upper = false;
    let mut at = start;
    loop {
        // Most of most words is small letters.
        let run = at;
        while let Some(&byte) = bytes.get(at).filter(|byte| byte.is_ascii_lowercase()) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(PRIME);
            at += 1;
        }
        counts[usize::from(LOWER)] += (at - run) as u32;
        let Some(&byte) = bytes.get(at) else { break };
        let class = CLASSES[usize::from(byte)];
        match class {
            NONE => break,
            WIDE => {
                let c = part[at..].chars().next().unwrap_or(' ');
                if !c.is_alphanumeric() && !goes_on(c) {
                    break;
                }
                if let Some(length) = characters_of_a_word(c) {
                    if at > start {
                        break;
                    }
                    let of_word = |c: &char| characters_of_a_word(*c).is_some() || goes_on(*c);
                    let length: usize = part[at..].chars().take(length).take_while(of_word).map(char::len_utf8).sum();
                    let bytes = part[at..at + length].bytes();
                    let hash = bytes.fold(SEED, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(PRIME));
                    return (length, hash, Shape::Lower);
                }
                let class = match c {
                    _ if c.is_uppercase() => UPPER,
                    _ if c.is_numeric() => DIGIT,
                    _ => LOWER,
                };
                starts_upper |= at == start && class == UPPER;
                counts[usize::from(class)] += 1;
                let mut buffer = [0; 4];
                for folded in c.to_lowercase() {
                    for byte in folded.encode_utf8(&mut buffer).bytes() {
                        hash = (hash ^ u32::from(byte)).wrapping_mul(PRIME);
                    }
                }
                at += c.len_utf8();
                continue;
            }
            UPPER => {
                let (upper, lower) = (counts[usize::from(UPPER)], counts[usize::from(LOWER)]);
                if lower > 2 && upper <= 1 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
                    // Two words run together, as where a scraper dropped the break between lines.
                    break;
                }
                starts_upper |= at == start;
            }
            _ => {}
        }
        counts[usize::from(class)] += 1;
        hash = (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(PRIME);
        at += 1;
    }
    let [_, upper, lower, digits, ..] = counts;
    let shape = match (upper, lower, digits) {
        (0, 0, _) => Shape::Digits,
        (0, _, 0) => Shape::Lower,
        (2.., 0, 0) => Shape::Upper,
        (_, _, 0) if starts_upper => Shape::Capital,
        _ => Shape::Mixed,
    };
    (at - start, hash, shape)
}

#[cfg(test)]
mod tests {
    use super::{Shape, Token, tokenize, word};

    fn tokens(text: &str) -> Vec<Token> {
        let mut found = Vec::new();
        tokenize(text, 0..text.len(), &mut found);
        found
    }

    #[test]
    fn words_numbers_and_marks_are_told_apart() {
        let text = "KPK menahan Budi, 2 orang (Élan)\u{a0}3D";
        let got: Vec<_> = tokens(text).iter().map(|t| (&text[t.range()], t.shape, t.spaced)).collect();
        use Shape::{Capital, Digits, Lower, Mark, Mixed, Upper};
        let want = vec![
            ("KPK", Upper, true),
            ("menahan", Lower, true),
            ("Budi", Capital, true),
            (",", Mark, false),
            ("2", Digits, true),
            ("orang", Lower, true),
            ("(", Mark, true),
            ("Élan", Capital, false),
            (")", Mark, false),
            ("3D", Mixed, true),
        ];
        assert_eq!(got, want);
    }

    #[test]
    fn words_run_together_are_split_and_escapes_held_together() {
        let text = "katanyaSelain siniPT &amp;nbsp;itu &rdquo; A&B McDonald R&D;";
        let got: Vec<_> = tokens(text).iter().map(|t| &text[t.range()]).collect();
        assert_eq!(
            got,
            [
                "katanya",
                "Selain",
                "sini",
                "PT",
                "&amp;nbsp;",
                "itu",
                "&rdquo;",
                "A",
                "&",
                "B",
                "McDonald",
                "R",
                "&",
                "D",
                ";"
            ]
        );
    }

    #[test]
    fn where_no_spaces_are_written_a_few_characters_are_a_word() {
        let text = "東京都 3月、カメラ สวัสดีครับ";
        let got: Vec<_> = tokens(text).iter().map(|t| &text[t.range()]).collect();
        assert_eq!(got, ["東京", "都", "3", "月", "、", "カメ", "ラ", "สวัสด", "ีครับ"]);
    }

    #[test]
    fn signs_that_go_with_letters_do_not_break_words() {
        let text = "हिन्दी समाचार। مُحَمَّد a\u{301}b";
        let got: Vec<_> = tokens(text).iter().map(|t| &text[t.range()]).collect();
        assert_eq!(got, ["हिन्दी", "समाचार", "।", "مُحَمَّد", "a\u{301}b"]);
    }

    #[test]
    fn hashes_ignore_case() {
        let found = tokens("BACA Baca baca ÉLAN élan");
        assert!(found[..3].iter().all(|t| t.hash == word("baca")));
        assert!(found[3..].iter().all(|t| t.hash == word("élan")));
    }
}
