//! Flattened text: a segment is a line that is not blank.
//!
//! Lines end at every break that any reader would see (LF, CR, CRLF, NEL, U+2028, U+2029). Nothing is
//! decided here: what a line is, the judge says.

use memchr::{memchr_iter, memchr3};

use crate::article::Segment;
use crate::limits;

/// The segments of a text, in order: one per line that holds more than white space and invisible characters.
///
/// A span leaves out the white space around its line. What follows [`limits::SEGMENTS`] of them is one more. Linear in the text.
#[must_use]
pub fn segments(text: &str) -> Vec<Segment> {
    let mut found = Vec::with_capacity(16);
    let mut blank_before = 0;
    let mut start = 0;
    let mut after_cr = None;
    let mut at = 0;
    // The first bytes of all that breaks a line. That of NEL, which hardly any text has, is also that of other characters, and is
    // searched for only where NEL stands.
    let bytes = text.as_bytes();
    let has_nel = memchr_iter(0xc2, bytes).any(|at| bytes.get(at + 1) == Some(&0x85));
    let first_of_break = |bytes: &[u8]| {
        if has_nel {
            bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2))
        } else {
            memchr3(b'\n', b'\r', 0xe2, bytes)
        }
    };
    while let Some(rest) = text.get(at..) {
        let Some(next) = first_of_break(rest.as_bytes()) else {
            break;
        };
        let Some(c) = rest.get(next..).and_then(|rest| rest.chars().next()) else {
            break;
        };
        let here = at + next;
        at = here + c.len_utf8();
        if !is_line_break(c) {
            continue;
        }
        let second_half_of_crlf = c == '\n' && after_cr == Some(here);
        if !second_half_of_crlf {
            take_line(text, start, here, &mut blank_before, &mut found);
        }
        start = at;
        after_cr = (c == '\r').then_some(at);
        if found.len() >= limits::SEGMENTS {
            break;
        }
    }
    take_line(text, start, text.len(), &mut blank_before, &mut found);
    found
}

/// How many lines end within a text.
#[must_use]
pub fn line_breaks(text: &str) -> usize {
    let breaks = text.chars().filter(|c| is_line_break(*c)).count();
    breaks - text.matches("\r\n").count()
}

/// Whether a character ends a line.
#[must_use]
pub fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn take_line(text: &str, start: usize, end: usize, blank_before: &mut u32, found: &mut Vec<Segment>) {
    let line = text.get(start..end).unwrap_or_default();
    if line.is_empty() {
        *blank_before = blank_before.saturating_add(1);
        return;
    }
    // Mostly there is nothing to trim.
    if let [first, .., last] = line.as_bytes()
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        found.push(Segment { span: start..end, blank_before: std::mem::take(blank_before) });
        return;
    }
    let leading = line.len() - line.trim_start_matches(is_space).len();
    let trimmed = line.trim_matches(is_space);
    if trimmed.chars().all(is_direction) {
        *blank_before = blank_before.saturating_add(1);
        return;
    }
    let start = start + leading;
    found.push(Segment { span: start..start + trimmed.len(), blank_before: *blank_before });
    *blank_before = 0;
}

/// White space, and the characters that take no room at all.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\0')
}

/// Marks of the direction of writing, which show nothing by themselves.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::segments;

    fn lines(text: &str) -> Vec<(&str, u32)> {
        segments(text).into_iter().map(|s| (&text[s.span], s.blank_before)).collect()
    }

    #[test]
    fn every_kind_of_line_break_ends_a_line() {
        let want = vec![("a", 0), ("b", 0), ("c", 0), ("d", 0), ("e", 0)];
        assert_eq!(lines("a\nb\r\nc\rd\u{85}e"), want);
        assert_eq!(lines("a\u{2028}b\u{2029}c\nd\ne\n"), want);
    }

    #[test]
    fn blank_lines_are_counted_and_white_space_trimmed() {
        assert_eq!(lines("\n  a\u{a0}\n \u{200b}\n\nb"), vec![("a", 1), ("b", 2)]);
        assert_eq!(lines("a\n\u{200e} \n\u{200f}b"), vec![("a", 0), ("\u{200f}b", 1)]);
        assert_eq!(lines("a\r\n\r\nb"), vec![("a", 0), ("b", 1)]);
        assert_eq!(lines(" \n\t\n"), vec![]);
    }
}
