//! Folding of a line for matching: white space, zero-width characters, decoration, word boundaries.
//!
//! Folding keeps case (matchers ignore it themselves where they may) and keeps no offsets: it serves whole-line
//! matchers only.

use std::borrow::Cow;

use memchr::memchr_iter;

use crate::bytes::run_of_pairs;

/// The line trimmed, each run of white space as one space, zero-width characters gone. Allocates only if it changes.
pub(crate) fn fold(line: &str) -> Cow<'_, str> {
    let line = line.trim();
    if is_folded(line.as_bytes()) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    loop {
        let (plain, odd) = rest.split_at_checked(plain_start(rest.as_bytes())).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut letters = odd.chars();
        let Some(c) = letters.next() else { break };
        if c == ' ' || c.is_whitespace() || c.is_control() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_zero_width(c) {
            out.push(c);
        }
        rest = letters.as_str();
    }
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// So many bytes are printable ASCII in which no space follows another one or what stands before them.
fn plain_start(bytes: &[u8]) -> usize {
    if bytes.first() == Some(&b' ') {
        return 0;
    }
    run_of_pairs(bytes, |byte, behind| !matches!(byte, b' '..=b'~') | ((byte == b' ') & (behind == b' ')))
}

/// The line without the decoration at both ends: bullets, rules, brackets, colons, dots from two up.
pub(crate) fn strip(line: &str) -> &str {
    let start = strip_start(line);
    // Most lines end with a letter, or with one and a dot.
    if let [.., letter, b'.'] | [.., letter] = start.as_bytes()
        && letter.is_ascii_alphanumeric()
    {
        return start;
    }
    let mut rest = start;
    loop {
        let trimmed = rest.trim_end_matches(is_decoration);
        let dots = trimmed.trim_end_matches('.');
        rest = if trimmed.len() - dots.len() >= 2 { dots } else { trimmed };
        if rest.len() == trimmed.len() {
            return if rest.is_empty() { line } else { rest };
        }
    }
}

/// The line without the decoration before it; the line itself if there is nothing else.
pub(crate) fn strip_start(line: &str) -> &str {
    if line.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) {
        return line;
    }
    match line.trim_start_matches(is_decoration) {
        "" => line,
        rest => rest,
    }
}

/// Whether a word may end or begin at byte `at`: the characters on both sides are not of one word, or `aB` meet there,
/// as where a portal's link text was glued to its neighbour.
pub(crate) fn is_boundary(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let (Some(before), Some(&after)) = (at.checked_sub(1).and_then(|i| bytes.get(i)), bytes.get(at)) else {
        return true;
    };
    if before.is_ascii() && after.is_ascii() {
        return !(before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric())
            || (before.is_ascii_lowercase() && after.is_ascii_uppercase());
    }
    let (Some(head), Some(tail)) = (text.get(..at), text.get(at..)) else {
        return false;
    };
    let (before, after) = (head.chars().next_back(), tail.chars().next());
    !(before.is_some_and(char::is_alphanumeric) && after.is_some_and(char::is_alphanumeric))
        || (before.is_some_and(char::is_lowercase) && after.is_some_and(char::is_uppercase))
}

/// The longest beginning of the text of at most so many bytes.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}

/// The longest end of the text of at most so many bytes.
pub(crate) fn tail(text: &str, bytes: usize) -> &str {
    text.get(text.ceil_char_boundary(text.len().saturating_sub(bytes))..).unwrap_or(text)
}

fn is_decoration(c: char) -> bool {
    matches!(
        c,
        ' ' | ':'
            | '|'
            | '•'
            | '·'
            | '+'
            | '*'
            | '#'
            | '-'
            | '–'
            | '—'
            | '='
            | '_'
            | '>'
            | '»'
            | '›'
            | '<'
            | '«'
            | '‹'
            | '['
            | ']'
            | '('
            | ')'
            | '{'
            | '}'
            | '…'
            | '►'
            | '▶'
            | '■'
            | '●'
            | '◆'
            | '✓'
    )
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Whether folding would change nothing.
fn is_folded(bytes: &[u8]) -> bool {
    let (is_plain, is_doubled) = signs(bytes);
    !is_doubled && (is_plain || !holds_foldable(bytes))
}

/// Whether all bytes are printable ASCII, and whether two spaces stand together. Loops without branches, which the
/// compiler turns into vector instructions.
fn signs(bytes: &[u8]) -> (bool, bool) {
    let highest = bytes.iter().fold(0, |highest, byte| byte.wrapping_sub(b' ').max(highest));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let nearest = pairs.fold(u8::MAX, |nearest, (a, b)| ((a ^ b' ') | (b ^ b' ')).min(nearest));
    (highest <= b'~' - b' ', nearest == 0)
}

/// Whether a byte stands there that begins, or may begin, a character other than a space that folding changes.
fn holds_foldable(bytes: &[u8]) -> bool {
    // 0xC2 leads NBSP and soft hyphen, 0xE3 the wide space, 0xEF the BOM, 0xE2 general punctuation: of that, curly quotes
    // and dashes need no folding.
    let odd = |byte: u8| (byte < b' ') | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xe3) | (byte == 0xef);
    let triple =
        |triple: &[u8]| matches!(triple, [0xe2, 0x80, 0x80..=0x8f | 0xa8 | 0xa9 | 0xaf] | [0xe2, 0x81, 0x9f..=0xa4]);
    bytes.iter().fold(0, |found, byte| found | u8::from(odd(*byte))) != 0
        || memchr_iter(0xe2, bytes).any(|at| bytes.get(at..at + 3).is_some_and(triple))
}

#[cfg(test)]
mod tests {
    use super::{fold, is_folded, is_zero_width, strip};

    /// As folding is meant, letter by letter.
    fn slowly(line: &str) -> String {
        let blank = |c: char| c.is_whitespace() || c.is_control();
        let mut out = String::new();
        for c in line.trim().chars().filter(|c| !is_zero_width(*c)) {
            if !blank(c) {
                out.push(c);
            } else if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.trim_end().to_owned()
    }

    #[test]
    fn folding_fast_is_folding_slowly() {
        let pieces = [
            "",
            "a",
            " ",
            "  ",
            ".",
            "Baca juga:",
            "é",
            "“",
            "–",
            "\u{a0}",
            "\u{ad}",
            "\u{200b}",
            "\u{feff}",
            "\u{3000}",
            "\u{2009}",
            "\u{2028}",
            "\t",
            "\r\n",
            "\u{7f}",
            "\u{85}",
            "~",
            "kata demi kata",
            "👍",
        ];
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            pieces[(state >> 16) as usize % pieces.len()]
        };
        for length in (0..24).cycle().take(6000) {
            let line: String = (0..length).map(|_| next()).collect();
            assert_eq!(fold(&line), slowly(&line), "{line:?}");
            let folded = slowly(&line);
            assert_eq!(fold(&folded), folded, "{line:?}");
            assert!(!is_folded(line.trim().as_bytes()) || folded == line.trim(), "{line:?}");
        }
    }

    #[test]
    fn decoration_goes_at_both_ends_and_one_dot_stays() {
        let cases = [
            ("- Baca juga: -", "Baca juga"),
            ("Selesai.", "Selesai."),
            ("Selesai...", "Selesai"),
            ("a. .", "a. ."),
            (".", "."),
            ("", ""),
            ("***", "***"),
            ("• é •", "é"),
            ("a", "a"),
            ("a:.", "a:."),
            ("[é.]", "é."),
        ];
        for (line, stripped) in cases {
            assert_eq!(strip(line), stripped, "{line}");
        }
    }
}
