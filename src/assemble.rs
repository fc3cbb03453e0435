//! Assembling: from verdicts to the clean text and the list of what was left out.
//!
//! Every piece of the text is a slice of the input, in order; only white space and characters that nobody sees
//! are normalised. Text and removed spans together cover every visible character of the input.

use crate::article::{Cut, Kind, Reason, Segment, Span, Verdict};

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
    /// Its words, white space folded.
    pub words: String,
    /// Where it comes from: number of the segment, and the stretch of it that was kept.
    pub pieces: Vec<(usize, Span)>,
}

/// The clean text of paragraphs: a blank line between them.
#[must_use]
pub fn text(paragraphs: &[Paragraph]) -> String {
    let words: Vec<&str> = paragraphs.iter().map(|paragraph| paragraph.words.as_str()).collect();
    words.join("\n\n")
}

/// The paragraphs of a document, and what was left out of them, in order.
///
/// `keeps` says which kinds stay in the text.
#[must_use]
pub fn assemble(
    text: &str,
    segments: &[Segment],
    verdicts: &[Verdict],
    cuts: &[Cut],
    keeps: impl Fn(Kind) -> bool,
) -> (Vec<Paragraph>, Vec<Left>) {
    let mut left = Vec::new();
    let mut blocks: Vec<Paragraph> = Vec::new();
    let mut cuts = cuts.iter().peekable();
    let mut adjacent = false;
    let split = is_split(text, segments);
    for (i, (segment, verdict)) in segments.iter().zip(verdicts).enumerate() {
        let own = std::iter::from_fn(|| cuts.next_if(|cut| cut.segment <= i));
        let own: Vec<&Cut> = own.filter(|cut| cut.segment == i && !keeps(cut.kind)).collect();
        if !keeps(verdict.kind) {
            left.push(Left { kind: verdict.kind, reason: verdict.reason, span: segment.span.clone() });
            adjacent = false;
            continue;
        }
        let mut words = String::with_capacity(segment.span.len());
        let mut pieces = Vec::new();
        let mut at = segment.span.start;
        for cut in own.into_iter().filter(|_| verdict.kind.is_body()) {
            if cut.span.start >= at {
                append(&mut words, text.get(at..cut.span.start).unwrap_or_default());
                pieces.push((i, at..cut.span.start));
                left.push(Left { kind: cut.kind, reason: cut.reason, span: cut.span.clone() });
                at = cut.span.end;
            }
        }
        append(&mut words, text.get(at..segment.span.end).unwrap_or_default());
        pieces.push((i, at..segment.span.end));
        if words.is_empty() {
            continue;
        }
        let block = Paragraph { is_heading: verdict.kind != Kind::Paragraph, words, pieces };
        match blocks.last_mut() {
            Some(before) if adjacent && segment.blank_before == 0 && goes_on(before, &block, split) => {
                append(&mut before.words, &block.words);
                before.pieces.extend(block.pieces);
            }
            _ => blocks.push(block),
        }
        adjacent = true;
    }
    (blocks, left)
}

/// Whether a segment goes on with the sentence that the one before it left open, as where a scraper put every link on
/// a line of its own.
fn goes_on(before: &Paragraph, after: &Paragraph, split: bool) -> bool {
    let Some(first) = after.words.chars().next() else {
        return false;
    };
    let last = before.words.chars().next_back().unwrap_or('.');
    if matches!(first, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '%') {
        // A line of dots is an ellipsis or a separator, a list's mark has more after it.
        return !after.words.starts_with("..");
    }
    let is_item = matches!(first, '-' | '–' | '•' | '*' | '·');
    if before.is_heading || after.is_heading || is_item {
        return false;
    }
    let ended = matches!(last, '.' | '!' | '?' | '"' | '”' | '’' | ':' | ';' | '…' | ')' | ']');
    if first.is_lowercase() {
        return !ended || matches!(last, '"' | '”' | '’' | ')' | ']');
    }
    // Before a capital only what cannot end a paragraph: a comma, an open bracket, a word that leaves the sentence open,
    // or, where links stand on lines of their own, anything that does not end a sentence.
    matches!(last, ',' | '(' | '[' | '/' | '&' | '“' | '-' | '–')
        || !ended && (split || last.is_lowercase() && ends_in_function_word(&before.words))
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

/// Appends words to a paragraph, white space folded, with a space between unless punctuation attaches to a side.
fn append(paragraph: &mut String, words: &str) {
    let attaches = |c: char| matches!(c, ',' | '.' | ';' | ':' | '!' | '?' | ')' | ']' | '%' | '”' | '’');
    let opens = paragraph.chars().next_back().is_none_or(|c| matches!(c, '(' | '[' | '“' | '‘'));
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
                paragraph.push(' ');
            }
            (space, started) = (false, true);
            paragraph.push_str(part);
        }
    }
}

/// So many bytes are looked at for a run: more may be looked at in vain again and again.
const RUN_READ: usize = 128;

/// How many bytes at the start are words that need no folding: visible ASCII with single spaces between.
fn plain_run(text: &str) -> usize {
    let ascii = text.bytes().take(RUN_READ).take_while(u8::is_ascii).count();
    let bytes = text.as_bytes().get(..ascii).unwrap_or_default();
    // Mostly all of it is plain, which passes without branches tell much faster than looking for the end does.
    let controls = bytes.iter().fold(false, |found, byte| found | !matches!(byte, b' '..=b'~'));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let doubled = pairs.fold(bytes.first() == Some(&b' '), |found, (a, b)| found | ((*a == b' ') & (*b == b' ')));
    let mut before = b' ';
    let plain = |byte: &&u8| {
        let plain = byte.is_ascii_graphic() || **byte == b' ' && before != b' ';
        before = **byte;
        plain
    };
    let run = if controls | doubled { bytes.iter().take_while(plain).count() } else { ascii };
    text.get(..run).unwrap_or_default().trim_end_matches(' ').len()
}

/// Characters that take no room and mean nothing in running text: zero-width spaces, byte order marks, controls.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}') || c.is_control()
}
