//! A look at the tags of a page before it is parsed.
//!
//! Tags with more attributes than any page has are cut short: telling duplicates apart takes the tokenizer quadratic time.
//! And it is noted where scripts and styles seem to be, which nobody reads.

use std::ops::Range;

use memchr::{memchr, memmem};

use crate::limits;

/// What the tags of a page tell. Places are bytes.
#[derive(Debug, Default)]
pub struct Survey {
    /// The attributes beyond [`limits::ATTRIBUTES`] of a tag.
    surplus: Vec<Range<usize>>,
    /// What stands behind a tag that reads like one of a script or a style, up to the next that ends it. They may overlap, and
    /// the tag may be no tag: within a comment, or an attribute.
    pub silent: Vec<Range<usize>>,
}

impl Survey {
    /// Looks at all tags of a page. Linear in the page.
    #[must_use]
    pub fn new(page: &str) -> Survey {
        let bytes = page.as_bytes();
        let mut survey = Survey::default();
        // Where the last end that was looked for stands, by name: what begins before it ends there too.
        let mut ends = [Some(0); SILENT.len()];
        let mut at = 0;
        while let Some(open) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)).map(|found| at + found) {
            at = open + 1;
            if !bytes.get(at).is_some_and(u8::is_ascii_alphabetic) {
                continue;
            }
            let (end, surplus) = scan(bytes, at);
            if let Some(start) = surplus {
                survey.surplus.push(start..end);
            }
            for (name, last) in SILENT.iter().zip(&mut ends).filter(|(name, _)| is_named(bytes, at, name)) {
                if last.is_some_and(|last| last <= end) {
                    *last = end_of(bytes, end + 1, name);
                }
                survey.silent.extend(last.map(|last| end + 1..last).filter(|range| !range.is_empty()));
            }
            at = end;
        }
        survey
    }

    /// The page without surplus attributes; `None` if there are none.
    #[must_use]
    pub fn trim(&self, page: &str) -> Option<String> {
        if self.surplus.is_empty() {
            return None;
        }
        let mut kept = String::with_capacity(page.len());
        let mut from = 0;
        for cut in &self.surplus {
            kept.push_str(page.get(from..cut.start)?);
            from = cut.end;
        }
        kept.push_str(page.get(from..)?);
        Some(kept)
    }
}

/// Names of elements that hold no text.
const SILENT: [&[u8]; 2] = [b"script", b"style"];

/// Whether the tag whose name starts at a byte has that name.
fn is_named(bytes: &[u8], start: usize, name: &[u8]) -> bool {
    let after = bytes.get(start + name.len());
    bytes.get(start..start + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        && after.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
}

/// Where the next end of an element of that name begins, from a byte on.
fn end_of(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    memmem::find_iter(bytes.get(from..)?, b"</").map(|at| from + at).find(|at| is_named(bytes, at + 2, name))
}

/// Whether a script may be one that goes on behind what looks like its end: one within a comment within it.
#[must_use]
pub fn may_go_on(script: &str) -> bool {
    let bytes = script.as_bytes();
    let Some(comment) = memmem::find(bytes, b"<!--") else {
        return false;
    };
    memmem::find_iter(&bytes[comment..], b"<").any(|at| {
        let name = bytes.get(comment + at + 1..comment + at + 7);
        name.is_some_and(|name| name.eq_ignore_ascii_case(b"script"))
    })
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
    use super::{Survey, may_go_on};
    use crate::limits;

    #[test]
    fn only_the_surplus_is_cut() {
        let trim = |page: &str| Survey::new(page).trim(page);
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

    #[test]
    fn scripts_and_styles_are_found_up_to_their_ends() {
        let silent = |page: &'static str| -> Vec<&str> {
            let survey = Survey::new(page);
            survey.silent.iter().map(|range| &page[range.clone()]).collect()
        };
        assert_eq!(silent("<script>a</scripts></SCRIPT >b<Style x='>'>c</style>"), ["a</scripts>", "c"]);
        assert_eq!(silent("<scripts>a</scripts><script/>b"), [""; 0]);
        assert_eq!(silent("<script>a<script>b</script>c<script>d"), ["a<script>b", "b"]);
        assert!(may_go_on("<!-- <Script"));
        assert!(!may_go_on("<script> <!-- a"));
    }
}
