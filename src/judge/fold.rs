//! Folding of a line for matching: white space, zero-width characters, decoration, word boundaries.
//!
//! Folding keeps case (matchers ignore it themselves where they may) and keeps no offsets: it serves whole-line
//! matchers only.

use std::borrow::Cow;

use memchr::memchr_iter;

/// The line trimmed, each run of white space as one space, zero-width characters gone. Allocates only if it changes.
pub(crate) fn fold(line: &str) -> Cow<'_, str> {
    let line = line.trim();
    if is_folded(line.as_bytes()) {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    // Where what is yet to be copied begins.
    let mut begin = 0;
    for (at, c) in line.char_indices() {
        if c.is_ascii_graphic() {
            continue;
        }
        let blank = c.is_whitespace() || c.is_control();
        if blank || is_zero_width(c) {
            out.push_str(line.get(begin..at).unwrap_or_default());
            begin = at + c.len_utf8();
        }
        if blank && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.push_str(line.get(begin..).unwrap_or_default());
    out.truncate(out.trim_end().len());
    Cow::Owned(out)
}

/// The line without the decoration at both ends: bullets, rules, brackets, colons, dots from two up.
pub(crate) fn strip(line: &str) -> &str {
    let start = strip_start(line);
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

/// Whether all bytes are printable ASCII, and whether two spaces stand together. Loops without branches, which the compiler turns
/// into vector instructions.
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
