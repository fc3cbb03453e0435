//! Words and punctuation of a text: what both models look at.
//!
//! A token is a run of letters and digits, or one other visible character; where no spaces are written, a few letters. Each is
//! hashed once, folded to lower case, classed by its shape, and looked up among the words that are known; hardly anything downstream
//! touches the text again.

use std::ops::Range;

use super::vocabulary::Known;
pub use super::word_hash::word;
use super::word_hash::{LANE, SEED, UNDOING_ZEROS, hash_byte, hash_bytes, hash_lane, hash_letters};
use crate::bytes::eight;

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
    /// Which lists of words and marks hold it.
    pub known: Known,
}

impl Token {
    #[inline]
    fn new(start: usize, end: usize, hash: u32, shape: Shape, spaced: bool) -> Token {
        // Offsets fit: a record is far smaller than 4 GiB (see `limits`).
        Token { start: start as u32, end: end as u32, hash, shape, spaced, known: Known::of(hash) }
    }

    /// Its place in the text.
    #[inline]
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
    #[inline]
    #[must_use]
    pub fn is_word(self) -> bool {
        matches!(self, Shape::Lower | Shape::Capital | Shape::Upper | Shape::Mixed)
    }

    /// Whether it is a word that starts with a capital.
    #[inline]
    #[must_use]
    pub fn is_capital(self) -> bool {
        matches!(self, Shape::Capital | Shape::Upper)
    }
}

/// Appends the tokens of `text[range]` to `tokens`; offsets are those of the whole text.
///
/// A range that does not fall on character boundaries has no tokens.
pub fn tokenize(text: &str, range: Range<usize>, tokens: &mut Vec<Token>) {
    let (start, end) = (range.start, range.end);
    let Some(part) = text.get(..end).filter(|_| text.get(range).is_some()) else { return };
    let (mut at, mut spaced) = (start, true);
    while at < end {
        // Most of a text is words in small letters, some with a capital, single marks, and single spaces.
        match plain_token(text.as_bytes(), at) {
            Some((stop, hash, shape, behind)) if stop <= end => {
                tokens.push(Token::new(at, stop, hash, shape, spaced));
                spaced = behind == b' ';
                at = stop + usize::from(spaced);
            }
            _ => (at, spaced) = take_other(part, at, spaced, tokens),
        }
    }
}

/// Appends the token that starts at a byte, whatever it is, if there is one. Where the next one may start, and whether white space
/// stands before that.
#[inline(never)]
fn take_other(part: &str, at: usize, spaced: bool, tokens: &mut Vec<Token>) -> (usize, bool) {
    match other_token(part, at) {
        Ok((end, hash, shape)) => {
            let mut token = Token::new(at, end, hash, shape, spaced);
            // An escape is none of the marks, though it may have the hash of one.
            if shape == Shape::Mark && end - at > LONGEST_MARK {
                token.known = Known::default();
            }
            tokens.push(token);
            (end, false)
        }
        Err(end) => (end, true),
    }
}

/// Bytes that a single character has at most.
const LONGEST_MARK: usize = 4;

/// End, hash and shape of the token that starts at a place, and the byte behind it, if it is an ASCII mark that begins no
/// escape, or a word that starts with an ASCII letter, all letters after it being small ones and nothing else that words are
/// made of following. All take the same steps: which of them comes next cannot be foretold.
#[inline]
fn plain_token(bytes: &[u8], start: usize) -> Option<(usize, u32, Shape, u8)> {
    let lane = lane(bytes, start);
    let class = CLASSES[lane as usize & 0xff];
    if class & (MARK | SMALL | CAPITAL) == 0 {
        return None;
    }
    // In small letters, if the first byte is a letter.
    let lane = lane | u64::from(class & CAPITAL);
    let is_mark = class & MARK;
    // A mark ends behind its byte.
    let others = others(lane) & !0x80 | u64::from(is_mark) << (15 - MARK.trailing_zeros());
    let mut length = others.trailing_zeros() as usize / 8;
    // One letter at least.
    let mut hash = hash_lane(SEED.wrapping_mul(UNDOING_ZEROS[length]), lane << (64 - 8 * length));
    if length == LANE {
        (length, hash) = rest_of_word(bytes, start, hash);
    }
    let end = start + length;
    let shape = SHAPES[usize::from(class) % SHAPES.len()];
    let behind = byte(bytes, end);
    ((is_mark | CLASSES[usize::from(behind)] & ENDS) != 0).then_some((end, hash, shape, behind))
}

/// Length and hash of a word that begins with eight letters, the hash of which is given.
#[inline]
fn rest_of_word(bytes: &[u8], start: usize, mut hash: u32) -> (usize, u32) {
    let mut length = LANE;
    loop {
        let lane = lane(bytes, start + length);
        let letters = others(lane).trailing_zeros() as usize / 8;
        hash = hash_letters(hash, lane, letters);
        length += letters;
        if letters < LANE {
            return (length, hash);
        }
    }
}

/// The byte at a place; zero is past the end.
#[inline]
fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

/// Whether nothing that words are made of stands at a place.
#[inline]
fn ends_word(bytes: &[u8], at: usize) -> bool {
    CLASSES[usize::from(byte(bytes, at))] & ENDS != 0
}

/// The bytes from a place on, the first one lowest; zeros stand for what is past the end.
#[inline]
fn lane(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(<[u8]>::first_chunk) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => last_lane(bytes, at),
    }
}

#[cold]
#[inline(never)]
fn last_lane(bytes: &[u8], at: usize) -> u64 {
    eight(bytes.get(at..).unwrap_or_default())
}

/// The highest bits of the bytes of a lane that are no small letters, up to the first one beyond ASCII.
#[inline]
fn others(lane: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGHEST: u64 = EACH << 7;
    // A sum reaches the next byte only from one beyond ASCII, and what is behind that one does not matter.
    let from_a = lane.wrapping_add(EACH * (0x80 - b'a' as u64));
    let past_z = lane.wrapping_add(EACH * (0x7f - b'z' as u64));
    (!from_a | past_z | lane) & HIGHEST
}

/// End, hash and shape of the token that starts at a byte, whatever it is; or the end of the character there, if it is white space
/// or nothing that shows.
#[inline(never)]
fn other_token(part: &str, at: usize) -> Result<(usize, u32, Shape), usize> {
    let bytes = part.as_bytes();
    let Some(&byte) = bytes.get(at) else { return Err(at + 1) };
    let mark = |end: usize| Ok((end, hash_bytes(&bytes[at..end]), Shape::Mark));
    match CLASSES[usize::from(byte)] {
        NONE => return Err(at + 1),
        MARK => return mark(at + 1),
        ESCAPE => return mark(at + entity(&bytes[at..]).unwrap_or(1)),
        // Dashes, curly quotation marks, bullets and dots.
        WIDE if matches!(bytes.get(at..at + 3), Some([0xe2, 0x80, 0x90..=0xa7])) => return mark(at + 3),
        WIDE => {
            let c = part[at..].chars().next().unwrap_or(' ');
            let end = at + c.len_utf8();
            if c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}') {
                return Err(end);
            }
            if !c.is_alphanumeric() {
                return mark(end);
            }
        }
        // Most of the rest is numbers and words in capitals.
        class @ (DIGIT | CAPITAL) => {
            let (mut end, mut hash) = (at, SEED);
            while let Some(&byte) = bytes.get(end).filter(|byte| CLASSES[usize::from(**byte)] == class) {
                hash = hash_byte(hash, byte.to_ascii_lowercase());
                end += 1;
            }
            if ends_word(bytes, end) {
                let shape = match class {
                    DIGIT => Shape::Digits,
                    _ if end - at > 1 => Shape::Upper,
                    _ => Shape::Capital,
                };
                return Ok((end, hash, shape));
            }
        }
        _ => {}
    }
    let (length, hash, shape) = word_at(part, at);
    Ok((at + length, hash, shape))
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

/// What a byte is: white space or control character; mark; mark that may begin an escape; what is of a word.
const NONE: u8 = 0x01;
const MARK: u8 = 0x02;
const ESCAPE: u8 = 0x04;
const SMALL: u8 = 0x08;
const DIGIT: u8 = 0x10;
/// A bit that tells a capital from the small letter, too.
const CAPITAL: u8 = 0x20;
const JOIN: u8 = 0x40;
const WIDE: u8 = 0x80;
/// By class of the first byte: the shape of marks and of words in small letters otherwise.
const SHAPES: [Shape; 64] = {
    let mut shapes = [Shape::Lower; 64];
    shapes[MARK as usize] = Shape::Mark;
    shapes[CAPITAL as usize] = Shape::Capital;
    shapes
};
/// All that ends words.
const ENDS: u8 = NONE | MARK | ESCAPE;

/// By byte: what it is.
static CLASSES: [u8; 256] = {
    let mut classes = [MARK; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            0..=b' ' | 0x7f => NONE,
            b'A'..=b'Z' => CAPITAL,
            b'a'..=b'z' => SMALL,
            b'0'..=b'9' => DIGIT,
            b'_' => JOIN,
            b'&' => ESCAPE,
            0x80.. => WIDE,
            _ => MARK,
        };
        byte += 1;
    }
    classes
};

/// Length in bytes, hash and shape of the word that starts at a byte.
fn word_at(part: &str, start: usize) -> (usize, u32, Shape) {
    let bytes = part.as_bytes();
    let mut hash = SEED;
    // How many letters and digits there are.
    let (mut upper, mut lower, mut digits) = (0u32, 0u32, 0u32);
    let mut starts_upper = false;
    let mut at = start;
    loop {
        // Most of most words is small letters.
        let run = at;
        while let Some(&byte) = bytes.get(at).filter(|byte| byte.is_ascii_lowercase()) {
            hash = hash_byte(hash, byte);
            at += 1;
        }
        lower += (at - run) as u32;
        let Some(&byte) = bytes.get(at) else { break };
        let class = CLASSES[usize::from(byte)];
        match class {
            NONE | MARK | ESCAPE => break,
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
                    return (length, hash_bytes(&bytes[at..at + length]), Shape::Lower);
                }
                match c {
                    _ if c.is_uppercase() => {
                        starts_upper |= at == start;
                        upper += 1;
                    }
                    _ if c.is_numeric() => digits += 1,
                    _ => lower += 1,
                }
                let mut buffer = [0; 4];
                for folded in c.to_lowercase() {
                    for byte in folded.encode_utf8(&mut buffer).bytes() {
                        hash = hash_byte(hash, byte);
                    }
                }
                at += c.len_utf8();
                continue;
            }
            CAPITAL => {
                if lower > 2 && upper <= 1 && bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic) {
                    // Two words run together, as where a scraper dropped the break between lines.
                    break;
                }
                starts_upper |= at == start;
                upper += 1;
            }
            DIGIT => digits += 1,
            _ => {}
        }
        hash = hash_byte(hash, byte.to_ascii_lowercase());
        at += 1;
    }
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
    use super::{CLASSES, ENDS, Known, Shape, Token, WIDE, other_token, tokenize, word, word_at};
    use std::ops::Range;

    fn tokens(text: &str) -> Vec<Token> {
        let mut found = Vec::new();
        tokenize(text, 0..text.len(), &mut found);
        found
    }

    /// The tokens, each byte looked at in turn.
    fn slowly(text: &str, range: Range<usize>) -> Vec<Token> {
        let (part, mut at) = (&text[..range.end], range.start);
        let (mut found, mut spaced) = (Vec::new(), true);
        while at < part.len() {
            let class = CLASSES[usize::from(part.as_bytes()[at])];
            let token = match class {
                _ if class & (ENDS | WIDE) != 0 => other_token(part, at),
                _ => Ok(word_at(part, at)).map(|(length, hash, shape)| (at + length, hash, shape)),
            };
            at = match token {
                Ok((end, hash, shape)) => {
                    found.push(Token {
                        start: at as u32,
                        end: end as u32,
                        hash,
                        shape,
                        spaced,
                        known: Known::of(hash),
                    });
                    end
                }
                Err(end) => end,
            };
            spaced = token.is_err();
        }
        found
    }

    #[test]
    fn it_makes_no_difference_how_many_bytes_are_looked_at_together() {
        let pieces = [
            "a",
            "kata",
            "Kata",
            "KPK",
            "K",
            "katanyaSelain",
            "delapan8",
            "pemerintahan",
            "bahasaku",
            "pemerintahannyalah",
            "é",
            "É",
            "_",
            "2024",
            "17th",
            "3D",
            " ",
            " ",
            " ",
            "  ",
            "\u{a0}",
            "\u{200b}",
            "\t",
            "\0",
            "\u{7f}",
            ".",
            ",",
            "&",
            "&nbsp;",
            "&amp;nbsp;",
            "“",
            "東京",
            "हि",
            "a\u{301}",
            "`",
            "{",
            "@",
            "[",
            "z",
            "Z",
            "/",
            ":",
            "9",
        ];
        let mut random = 1u32;
        for _ in 0..3000 {
            let mut text = String::new();
            for _ in 0..random % 23 {
                random = random.wrapping_mul(0x915f_77f5).wrapping_add(1);
                text.push_str(pieces[(random >> 8) as usize % pieces.len()]);
            }
            random = random.wrapping_mul(0x915f_77f5).wrapping_add(1);
            let (from, to) = ((random >> 4) as usize % 9, text.len().saturating_sub((random >> 12) as usize % 9));
            for range in [0..text.len(), from..to, from..text.len()] {
                let mut found = Vec::new();
                tokenize(&text, range.clone(), &mut found);
                let expected = if text.get(range.clone()).is_some() { slowly(&text, range) } else { Vec::new() };
                assert_eq!(found, expected, "{text:?}");
            }
        }
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
