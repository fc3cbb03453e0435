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
        let (end, surplus) = scan(bytes, at);
        if let Some(start) = surplus {
            cuts.push(start..end);
        }
        at = end;
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

/// Where the tag whose name starts at a byte ends (at its `>`, or with the page), and where its surplus begins.
///
/// Goes by what the tokenizer takes for names and values: quotes count only behind an equals sign.
fn scan(bytes: &[u8], start: usize) -> (usize, Option<usize>) {
    let until = |from: usize, stop: fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|byte| stop(*byte)).unwrap_or(rest.len())
    };
    let mut at = until(start, |byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
    let mut attributes = 0;
    let mut surplus = None;
    loop {
        at = until(at, |byte| !byte.is_ascii_whitespace() && byte != b'/');
        if bytes.get(at).is_none_or(|byte| *byte == b'>') {
            return (at.min(bytes.len()), surplus);
        }
        attributes += 1;
        if attributes > limits::ATTRIBUTES {
            surplus = surplus.or(Some(at));
        }
        // The first character belongs to the name whatever it is.
        at = until(at + 1, |byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>' | b'='));
        let equals = until(at, |byte| !byte.is_ascii_whitespace());
        if bytes.get(equals) != Some(&b'=') {
            continue;
        }
        at = until(equals + 1, |byte| !byte.is_ascii_whitespace());
        at = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let value = bytes.get(at + 1..).unwrap_or_default();
                at + 2 + memchr(*quote, value).unwrap_or(value.len())
            }
            Some(b'>') | None => at,
            Some(_) => until(at, |byte| byte.is_ascii_whitespace() || byte == b'>'),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::trim;
    use crate::limits;

    #[test]
    fn only_the_surplus_is_cut() {
        let attributes = |count: usize| (0..count).map(|i| format!(" a{i}='>'")).collect::<String>();
        assert_eq!(trim("<p class=a>kata <b>lain</b>"), None);
        let words = "kata ".repeat(2 * limits::ATTRIBUTES);
        assert_eq!(trim(&format!("<a title=it's \">{words}'\"<p>")), None);
        assert_eq!(trim(&format!("<p{}>kata", attributes(limits::ATTRIBUTES))), None);
        let long = format!("<i>x</i><p{}>kata<p>dua", attributes(limits::ATTRIBUTES + 1));
        let want = format!("<i>x</i><p{} >kata<p>dua", attributes(limits::ATTRIBUTES));
        assert_eq!(trim(&long).as_deref(), Some(want.as_str()));
        let open = format!("<p{} b='tidak tutup", attributes(limits::ATTRIBUTES));
        assert!(trim(&open).is_some_and(|kept| kept.len() < open.len()));
    }
}
