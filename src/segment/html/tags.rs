//! Reading the tags of a page: where they end, and, of tags written plainly, what they say.
//!
//! Goes by what the tokenizer of the HTML standard takes for names and values, so that what is read here it would have read
//! alike: quotes count only behind an equals sign, and the first of two attributes of one name is the one that counts.

use std::borrow::Cow;
use std::ops::Range;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind};
use html5ever::{Attribute, LocalName, QualName, ns};
use memchr::{memchr, memchr_iter, memchr3, memmem};

use super::elements::place_of;
use crate::limits;

/// Reads tags, one after the other.
#[derive(Debug)]
pub struct Tags<'a> {
    page: &'a str,
    /// The page again, so that values can share it.
    shared: StrTendril,
    /// The attributes of the last tag: where its name stands, and its value.
    attributes: Vec<(Range<usize>, Range<usize>)>,
    /// Whether a character reference may stand in its values.
    may_refer: bool,
    /// The last long names that were read, by a hash of their bytes: to look one up where it is interned takes a lock.
    names: Vec<Option<(&'a str, LocalName)>>,
}

/// Where a tag ends, and what of it is known. Places are bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Extent {
    /// Behind its `>`.
    pub end: usize,
    /// Where the attributes beyond [`limits::ATTRIBUTES`] begin: telling duplicates apart takes quadratic time.
    pub surplus: Option<usize>,
    /// Where its name ends.
    pub name_end: usize,
    /// Whether it closes itself.
    closes: bool,
    /// Whether nothing in it is replaced, character references aside.
    is_plain: bool,
}

impl<'a> Tags<'a> {
    /// Reads the tags of a page without carriage returns.
    #[must_use]
    pub fn new(page: &'a str) -> Tags<'a> {
        Tags {
            page,
            shared: StrTendril::from(page),
            attributes: Vec::new(),
            may_refer: false,
            names: vec![None; NAMES],
        }
    }

    /// Some of the page, at no cost. Empty if the range is not one of whole characters.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> StrTendril {
        let part = u32::try_from(range.start).ok().zip(u32::try_from(range.len()).ok());
        part.and_then(|(start, length)| self.shared.try_subtendril(start, length).ok()).unwrap_or_default()
    }

    /// How far the tag goes whose name starts at a byte; `None` if the page ends within it.
    pub fn extent(&mut self, start: usize) -> Option<Extent> {
        let bytes = self.page.as_bytes();
        let until = |from: usize, class: u8| {
            let rest = bytes.get(from..)?;
            Some(from + rest.iter().position(|byte| CLASSES[usize::from(*byte)] & class != 0)?)
        };
        self.attributes.clear();
        self.may_refer = false;
        let name_end = until(start, SPACE | SLASH | CLOSE)?;
        let mut is_plain = is_plain_name(bytes.get(start..name_end)?);
        let mut surplus = None;
        let mut at = name_end;
        let mut count = 0;
        loop {
            let after = at;
            at = until(at, !(SPACE | SLASH))?;
            if bytes.get(at) == Some(&b'>') {
                let closes = at > after && bytes.get(at - 1) == Some(&b'/');
                return Some(Extent { end: at + 1, surplus, name_end, closes, is_plain });
            }
            count += 1;
            if count > limits::ATTRIBUTES {
                surplus = surplus.or(Some(at));
            }
            // The first character belongs to the name whatever it is.
            let name = at..until(at + 1, SPACE | SLASH | CLOSE | EQUALS)?;
            is_plain &= is_plain_name(bytes.get(name.clone())?);
            let equals = until(name.end, !SPACE)?;
            let mut value = name.end..name.end;
            at = name.end;
            if bytes.get(equals) == Some(&b'=') {
                at = until(equals + 1, !SPACE)?;
                match bytes.get(at)? {
                    quote @ (b'"' | b'\'') => {
                        let begin = at + 1;
                        let rest = bytes.get(begin..)?;
                        let mut end = memchr3(*quote, b'&', 0, rest)?;
                        if rest.get(end) != Some(quote) {
                            self.may_refer = true;
                            let from = end;
                            end += memchr(*quote, rest.get(end..)?)?;
                            is_plain &= !rest.get(from..end)?.contains(&0);
                        }
                        value = begin..begin + end;
                        at = value.end + 1;
                    }
                    b'>' => {}
                    _ => {
                        value = at..until(at, SPACE | CLOSE)?;
                        self.may_refer = true;
                        is_plain &= !bytes.get(value.clone())?.contains(&0);
                        at = value.end;
                    }
                }
            }
            if surplus.is_none() {
                self.attributes.push((name, value));
            }
        }
    }

    /// The tag that the last [`Tags::extent`] found, if it is written plainly.
    pub fn tag(&mut self, kind: TagKind, start: usize, extent: &Extent) -> Option<Tag> {
        if !extent.is_plain {
            return None;
        }
        let name = self.name(start..extent.name_end)?;
        let mut attrs: Vec<Attribute> = Vec::with_capacity(self.attributes.len());
        let mut had_duplicate_attributes = false;
        let attributes = std::mem::take(&mut self.attributes);
        for (name, value) in &attributes {
            let local = self.name(name.clone())?;
            if attrs.iter().any(|earlier| earlier.name.local == local) {
                had_duplicate_attributes = true;
            } else {
                let value = match self.may_refer {
                    false => self.slice(value.clone()),
                    true => match unescape(self.page.get(value.clone())?)? {
                        Cow::Borrowed(_) => self.slice(value.clone()),
                        Cow::Owned(value) => StrTendril::from(value),
                    },
                };
                attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
            }
        }
        self.attributes = attributes;
        Some(Tag { kind, name, self_closing: extent.closes, attrs, had_duplicate_attributes })
    }

    /// A name, in lower case.
    fn name(&mut self, range: Range<usize>) -> Option<LocalName> {
        let written = self.page.get(range)?;
        let make = || match written.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => LocalName::from(written.to_ascii_lowercase()),
            false => LocalName::from(written),
        };
        if written.len() <= IN_PLACE {
            return Some(make());
        }
        let known = self.names.get_mut(place_of(written, NAMES))?;
        match known {
            Some((text, name)) if *text == written => Some(name.clone()),
            _ => {
                let name = make();
                *known = Some((written, name.clone()));
                Some(name)
            }
        }
    }
}

/// The value of an attribute, as far as its character references are those of addresses: `&amp;`, and the `&` before the name of
/// a parameter, which stands for itself. `None` if there are others.
fn unescape(value: &str) -> Option<Cow<'_, str>> {
    let bytes = value.as_bytes();
    let mut replaced = false;
    for at in memchr_iter(b'&', bytes) {
        let rest = bytes.get(at + 1..)?;
        if rest.starts_with(b"amp;") {
            replaced = true;
            continue;
        }
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        match rest.get(name) {
            Some(b'=') => {}
            Some(b'#' | b';' | b'&') | None => return None,
            Some(_) if name == 0 => {}
            Some(_) => return None,
        }
    }
    if !replaced {
        return Some(Cow::Borrowed(value));
    }
    let mut whole = String::with_capacity(value.len());
    let mut from = 0;
    for at in memchr_iter(b'&', bytes).filter(|at| value.get(at + 1..).is_some_and(|rest| rest.starts_with("amp;"))) {
        whole.push_str(value.get(from..=at)?);
        from = at + "&amp;".len();
    }
    whole.push_str(value.get(from..)?);
    Some(Cow::Owned(whole))
}

/// Longer names are interned.
const IN_PLACE: usize = 7;
/// How many of them are remembered.
const NAMES: usize = 256;

const SPACE: u8 = 1;
const SLASH: u8 = 2;
const CLOSE: u8 = 4;
const EQUALS: u8 = 8;
const OTHER: u8 = 16;

/// What each byte means within a tag.
const CLASSES: [u8; 256] = {
    let mut classes = [OTHER; 256];
    classes[b' ' as usize] = SPACE;
    classes[b'\t' as usize] = SPACE;
    classes[b'\n' as usize] = SPACE;
    classes[b'\x0c' as usize] = SPACE;
    classes[b'/' as usize] = SLASH;
    classes[b'>' as usize] = CLOSE;
    classes[b'=' as usize] = EQUALS;
    classes
};

/// Whether nothing in a name is replaced but capitals of ASCII.
fn is_plain_name(name: &[u8]) -> bool {
    !name.contains(&0)
}

/// Whether the tag whose name starts at a byte has that name.
pub fn is_named(bytes: &[u8], start: usize, name: &[u8]) -> bool {
    let after = bytes.get(start + name.len());
    bytes.get(start..start + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name))
        && after.is_some_and(|byte| CLASSES[usize::from(*byte)] & (SPACE | SLASH | CLOSE) != 0)
}

/// Where the name of the next tag begins, from a byte on, that ends an element of that name.
pub fn end_of(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let mut ends = memmem::find_iter(bytes.get(from..)?, b"</").map(|at| from + at + 2);
    ends.find(|at| is_named(bytes, *at, name))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_goes_as_far_as_the_tokenizer_reads_it() {
        let end = |page: &str| Tags::new(page).extent(1).map(|extent| &page[..extent.end]).map(str::to_owned);
        for tag in ["<p>", "<p a>", "<p a='>'>", "<p a=\">\" b>", "<p =\">", "<p a=\">\">", "<p a=b\">", "<p/a=/>"] {
            assert_eq!(end(&format!("{tag} b > c")).as_deref(), Some(tag));
        }
        for open in ["<p", "<p a='>", "<p a=", "<p a = \"'>", "<p/"] {
            assert_eq!(end(open), None, "{open}");
        }
    }

    #[test]
    fn attributes_beyond_the_limit_are_surplus() {
        let attributes = |count: usize| (0..count).map(|i| format!(" a{i}='>'")).collect::<String>();
        let surplus = |page: &str| Tags::new(page).extent(1).and_then(|extent| extent.surplus);
        assert_eq!(surplus(&format!("<p{}>", attributes(limits::ATTRIBUTES))), None);
        let most = format!("<p{} ", attributes(limits::ATTRIBUTES));
        assert_eq!(surplus(&format!("{most}b='kata'>")), Some(most.len()));
    }

    #[test]
    fn a_script_within_a_comment_may_go_on() {
        assert!(may_go_on("<!-- <Script"));
        assert!(!may_go_on("<script> <!-- a"));
    }
}
