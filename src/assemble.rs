//! Assembling: from verdicts to the clean text and the list of what was left out.
//!
//! Every piece of the text is a slice of the input, in order; only white space and characters that nobody sees
//! are normalised. Text and removed spans together cover every visible character of the input.

use std::ops::Range;

use crate::article::{Cut, Kind, Reason, Segment, Span, Verdict};
use crate::bytes;

/// A removed span, with what decided.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// What it is.
    pub kind: Kind,
    /// What decided.
    pub reason: Reason,
    /// Where it stands in the input, in bytes.
    pub span: Span,
}

/// A paragraph or heading of the clean text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paragraph {
    /// Whether it is anything but running text.
    pub is_heading: bool,
    /// Where its words stand in the clean text, white space folded.
    pub words: Span,
    /// Which of the pieces it is made of.
    pub pieces: Range<usize>,
}

/// The clean text of a document, and what was left out of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assembled {
    /// The text: its paragraphs with a blank line between them.
    pub text: String,
    /// The paragraphs, in order.
    pub paragraphs: Vec<Paragraph>,
    /// Where the text comes from, in order: number of the segment, and the stretch of it that was kept.
    pub pieces: Vec<(usize, Span)>,
    /// What was left out, in order.
    pub left: Vec<Left>,
}

impl Assembled {
    /// The words of a paragraph.
    #[must_use]
    pub fn words(&self, paragraph: &Paragraph) -> &str {
        self.text.get(paragraph.words.clone()).unwrap_or_default()
    }

    /// The pieces that a paragraph is made of.
    #[must_use]
    pub fn pieces(&self, paragraph: &Paragraph) -> &[(usize, Span)] {
        self.pieces.get(paragraph.pieces.clone()).unwrap_or_default()
    }
}

/// Lines that there is room for from the beginning: as many as most documents have.
const LINES: usize = 64;

/// What stands between paragraphs.
const BLANK_LINE: &str = "\n\n";

/// The clean text of a document, and what was left out of it.
///
/// `keeps` says which kinds stay in the text.
#[must_use]
pub fn assemble(
    text: &str,
    segments: &[Segment],
    verdicts: &[Verdict],
    cuts: &[Cut],
    keeps: impl Fn(Kind) -> bool,
) -> Assembled {
    let lines = segments.len().min(LINES);
    let mut all = Assembled {
        text: String::with_capacity(text.len()),
        paragraphs: Vec::with_capacity(lines),
        pieces: Vec::with_capacity(lines),
        left: Vec::with_capacity(lines),
    };
    let mut cuts = cuts.iter().peekable();
    let mut adjacent = false;
    let split = is_split(text, segments);
    for (i, (segment, verdict)) in segments.iter().zip(verdicts).enumerate() {
        let own = std::iter::from_fn(|| cuts.next_if(|cut| cut.segment <= i));
        if !keeps(verdict.kind) {
            own.for_each(drop);
            all.left.push(Left { kind: verdict.kind, reason: verdict.reason, span: segment.span.clone() });
            adjacent = false;
            continue;
        }
        let (end, first_piece) = (all.text.len(), all.pieces.len());
        if end > 0 {
            all.text.push_str(BLANK_LINE);
        }
        let start = all.text.len();
        let mut at = segment.span.start;
        for cut in own.filter(|cut| cut.segment == i && !keeps(cut.kind) && verdict.kind.is_body()) {
            if cut.span.start >= at {
                append(&mut all.text, start, text.get(at..cut.span.start).unwrap_or_default());
                all.pieces.push((i, at..cut.span.start));
                all.left.push(Left { kind: cut.kind, reason: cut.reason, span: cut.span.clone() });
                at = cut.span.end;
            }
        }
        append(&mut all.text, start, text.get(at..segment.span.end).unwrap_or_default());
        if all.text.len() == start {
            all.text.truncate(end);
            all.pieces.truncate(first_piece);
            continue;
        }
        all.pieces.push((i, at..segment.span.end));
        let is_heading = verdict.kind != Kind::Paragraph;
        let before = all.paragraphs.last_mut().filter(|_| adjacent && segment.blank_before == 0);
        let (text_before, words) = all.text.split_at_checked(start).unwrap_or_default();
        let text_before = text_before.get(..end).unwrap_or_default();
        match before {
            Some(before) if goes_on(text_before, before, words, is_heading, split) => {
                let words = all.text.split_off(start);
                all.text.truncate(end);
                append(&mut all.text, 0, &words);
                before.words.end = all.text.len();
                before.pieces.end = all.pieces.len();
            }
            _ => {
                let (words, pieces) = (start..all.text.len(), first_piece..all.pieces.len());
                all.paragraphs.push(Paragraph { is_heading, words, pieces });
            }
        }
        adjacent = true;
    }
    all
}

/// Whether a segment goes on with the sentence that the one before it left open, as where a scraper put every link on
/// a line of its own.
fn goes_on(text: &str, before: &Paragraph, words: &str, is_heading: bool, split: bool) -> bool {
    let Some(first) = words.chars().next() else {
        return false;
    };
    let last = text.chars().next_back().unwrap_or('.');
    if matches!(first, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '%') {
        // A line of dots is an ellipsis or a separator, a list's mark has more after it.
        return !words.starts_with("..");
    }
    let is_item = matches!(first, '-' | '–' | '•' | '*' | '·');
    if before.is_heading || is_heading || is_item {
        return false;
    }
    let ended = matches!(last, '.' | '!' | '?' | '"' | '”' | '’' | ':' | ';' | '…' | ')' | ']');
    if first.is_lowercase() {
        return !ended || matches!(last, '"' | '”' | '’' | ')' | ']');
    }
    // Before a capital only what cannot end a paragraph: a comma, an open bracket, a word that leaves the sentence open,
    // or, where links stand on lines of their own, anything that does not end a sentence.
    matches!(last, ',' | '(' | '[' | '/' | '&' | '“' | '-' | '–')
        || !ended
            && (split
                || last.is_lowercase() && ends_in_function_word(text.get(before.words.clone()).unwrap_or_default()))
}

/// Whether a text has its links on lines of their own: many segments begin in the middle of a sentence.
fn is_split(text: &str, segments: &[Segment]) -> bool {
    let begins_inside = |segment: &&Segment| {
        let first = text.get(segment.span.clone()).and_then(|words| words.chars().next());
        segment.blank_before == 0 && first.is_some_and(|c| c.is_lowercase() || matches!(c, ',' | '.' | ';' | ')'))
    };
    let inside = segments.iter().filter(begins_inside).count();
    inside >= 3 && inside * 10 >= segments.len()
}

/// Words after which a sentence cannot end.
const OPEN_WORDS: &[&str] = &[
    "adalah", "agar", "akan", "antara", "atas", "atau", "bagi", "bahwa", "dalam", "dan", "dari", "dengan", "di",
    "ialah", "ke", "kepada", "lewat", "melalui", "menurut", "of", "oleh", "pada", "para", "per", "saat", "sang",
    "sebagai", "seperti", "serta", "si", "soal", "tentang", "terhadap", "the", "untuk", "yaitu", "yakni", "yang",
];

fn ends_in_function_word(words: &str) -> bool {
    let last = words.rsplit(' ').next().unwrap_or_default();
    OPEN_WORDS.binary_search(&last).is_ok()
}

/// Appends words to the paragraph that begins there in a text, white space folded, with a space between unless punctuation attaches
/// to a side.
fn append(text: &mut String, start: usize, words: &str) {
    let attaches = |c: char| matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '%' | '”' | '’');
    let opens =
        text.get(start..).unwrap_or_default().chars().next_back().is_none_or(|c| matches!(c, '(' | '[' | '“' | '‘'));
    let first = words.chars().find(|c| !c.is_whitespace() && !is_unseen(*c));
    let mut space = !opens && !first.is_some_and(attaches);
    let mut started = false;
    let mut rest = words;
    while let Some(c) = rest.chars().next() {
        let run = plain_run(rest);
        let (part, after) = rest.split_at(run.max(c.len_utf8()));
        rest = after;
        if run == 0 && c.is_whitespace() {
            space |= started;
        } else if run > 0 || !is_unseen(c) {
            if space {
                text.push(' ');
            }
            (space, started) = (false, true);
            text.push_str(part);
        }
    }
}

/// How many bytes at the start are words that need no folding: visible characters with single spaces between.
fn plain_run(text: &str) -> usize {
    let bytes = text.as_bytes();
    // A space at the start is one too many.
    let mut end = 0;
    while bytes.first() != Some(&b' ') {
        let rest = bytes.get(end..).unwrap_or_default();
        end += bytes::run_of_pairs(rest, |byte, next| is_odd(byte) | ((byte == b' ') & (next == b' ')));
        match bytes.get(end) {
            None | Some(b' ') => break,
            Some(_) => match visible(text.get(end..).unwrap_or_default()) {
                0 => break,
                length => end += length,
            },
        }
    }
    text.get(..end).unwrap_or_default().trim_end_matches(' ').len()
}

/// Whether with this byte begins something that may have to be folded or left out.
#[inline]
fn is_odd(byte: u8) -> bool {
    // Beside control characters, the first bytes of white space and of what takes no room.
    (byte < b' ') | (byte == 0x7f) | (byte == 0xc2) | (byte == 0xef) | (0xe1..=0xe3).contains(&byte)
}

/// The bytes of the character at the start, if it is one that is seen.
fn visible(text: &str) -> usize {
    text.chars().next().filter(|c| !c.is_whitespace() && !is_unseen(*c)).map_or(0, char::len_utf8)
}

/// Characters that take no room and mean nothing in running text: zero-width spaces, byte order marks, controls.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}') || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_folded_wherever_it_stands() {
        for filler in ["a", "é", "“x” ", "b\u{200b}"] {
            for odd in ["  ", " \n ", "\u{a0}", " \u{feff} ", "\u{7f}", "\u{3000}", " – ", "’", "\u{2060}"] {
                for (before, behind) in
                    (0..40).flat_map(|before| [(before, 0), (before, 1), (before, 20), (before, 50)])
                {
                    let text = [filler.repeat(before).as_str(), odd, &filler.repeat(behind), odd, "c"].concat();
                    let seen: String = text.chars().filter(|c| !is_unseen(*c) || c.is_whitespace()).collect();
                    let mut folded = String::new();
                    append(&mut folded, 0, &text);
                    assert_eq!(folded, seen.split_whitespace().collect::<Vec<_>>().join(" "), "{text:?}");
                }
            }
        }
    }
}
