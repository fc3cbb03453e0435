//! Tags with more attributes than any page has, cut short before they are parsed: telling duplicates apart takes the
//! tokenizer quadratic time.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr;

use crate::limits;

/// The page without the attributes beyond [`limits::ATTRIBUTES`] of a tag; `None` if there are none.
pub fn trim(page: &str) -> Option<Cow<'_, str>> {
    let bytes = page.as_bytes();
    let mut cuts: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr(b'<', bytes.get(at..)?).map(|found| at + found) {
        at = open + 1;
        if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
            continue;
        }
        // An attribute takes two bytes at least; shorter tags need no look.
        let near = bytes.get(at..(at + 2 * limits::ATTRIBUTES).min(bytes.len()))?;
        if memchr(b'>', near).is_some() {
            continue;
        }
        if let Some((cut, end)) = surplus(bytes, at) {
            cuts.push(cut);
            at = end;
        }
    }
    if cuts.is_empty() {
        return None;
    }
    let mut kept = String::with_capacity(page.len());
    let mut from = 0;
    for cut in cuts {
        kept.push_str(page.get(from..cut.start)?);
        from = cut.end;
    }
    kept.push_str(page.get(from..)?);
    Some(Cow::Owned(kept))
}

/// What to cut of the tag whose name starts at a byte, and where the tag ends.
fn surplus(bytes: &[u8], start: usize) -> Option<(Range<usize>, usize)> {
    let mut at = start;
    let mut attributes = 0;
    let mut first = None;
    let mut in_word = true;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => break,
            b'"' | b'\'' => {
                // To the closing quote, or to the end of the page where there is none.
                at += 1 + memchr(byte, bytes.get(at + 1..)?).unwrap_or(bytes.len());
                in_word = false;
            }
            b'/' => in_word = false,
            byte if byte.is_ascii_whitespace() => in_word = false,
            _ if !in_word => {
                attributes += 1;
                in_word = true;
                if attributes > limits::ATTRIBUTES {
                    first = first.or(Some(at));
                }
            }
            _ => {}
        }
        at += 1;
    }
    let end = at.min(bytes.len());
    first.map(|first| (first..end, end))
}

#[cfg(test)]
mod tests {
    use super::trim;
    use crate::limits;

    #[test]
    fn only_the_surplus_is_cut() {
        let attributes = |count: usize| (0..count).map(|i| format!(" a{i}='>'")).collect::<String>();
        assert_eq!(trim("<p class=a>kata <b>lain</b>"), None);
        assert_eq!(trim(&format!("<p{}>kata", attributes(limits::ATTRIBUTES))), None);
        let long = format!("<i>x</i><p{}>kata<p>dua", attributes(limits::ATTRIBUTES + 1));
        let want = format!("<i>x</i><p{} >kata<p>dua", attributes(limits::ATTRIBUTES));
        assert_eq!(trim(&long).as_deref(), Some(want.as_str()));
        let open = format!("<p{} b='tidak tutup", attributes(limits::ATTRIBUTES));
        assert!(trim(&open).is_some_and(|kept| kept.len() < open.len()));
    }
}
