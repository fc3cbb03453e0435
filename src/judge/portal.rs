//! Recognising a portal, by the address of a page or by fingerprints in its text, and the names of outlets.
//!
//! Names no portal itself: all of them come from packs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use super::features::mix;
use super::fold::{head, is_boundary, tail};
use super::grams::Grams;
use super::pack::PackError;
use super::rules::PackInfo;
use super::table::Sieve;
use super::tokens::tokenize;

/// Of a text, so many bytes at the beginning and as many at the end are searched for fingerprints.
const WINDOW: usize = 8 << 10;

/// Knows the portals of a rule set.
#[derive(Debug)]
pub(crate) struct Portals {
    hosts: HashMap<String, u32>,
    grams: Grams,
    /// Fingerprints as written, each with its pack, in the order of the grams.
    fingerprints: Vec<(u32, String)>,
}

/// What speaks for a portal.
#[derive(Default)]
struct Traces {
    /// Its fingerprints that were found.
    kinds: Vec<usize>,
    /// How many occurrences there are.
    count: usize,
    /// Where the first one stands.
    first: usize,
}

impl Portals {
    /// `fingerprints` in the order of `packs`.
    pub(crate) fn new<'a>(packs: &[PackInfo], fingerprints: impl Iterator<Item = (u32, &'a String)>) -> Portals {
        let fingerprints: Vec<(u32, String)> = fingerprints.map(|(pack, text)| (pack, text.clone())).collect();
        let texts = fingerprints.iter().map(|(_, text)| text.to_ascii_lowercase().into_bytes());
        let grams = Grams::new(texts.collect());
        let hosts = (0_u32..).zip(packs).flat_map(|(number, pack)| pack.hosts.iter().map(move |h| (h.clone(), number)));
        Portals { hosts: hosts.collect(), grams, fingerprints }
    }

    /// The pack of the portal: by the address if there is one, else by the text.
    pub(crate) fn portal_of(&self, url: Option<&str>, text: &str) -> Option<u32> {
        match url.and_then(host_of) {
            Some(host) => self.by_host(&host),
            None => self.by_text(text),
        }
    }

    /// The most specific pack: that of the host itself, else of the domain it belongs to.
    fn by_host(&self, host: &str) -> Option<u32> {
        let mut rest = host;
        loop {
            if let Some(&pack) = self.hosts.get(rest) {
                return Some(pack);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The pack with most different fingerprints in the text, then most occurrences, then the earliest one.
    fn by_text(&self, text: &str) -> Option<u32> {
        let mut found: BTreeMap<u32, Traces> = BTreeMap::new();
        let first = head(text, WINDOW);
        let last = tail(text.get(first.len()..).unwrap_or_default(), WINDOW);
        for (part, begin) in [(first, 0), (last, first.len())] {
            self.grams.find_all(part, |number, start, end| {
                let Some((pack, text)) = self.fingerprints.get(number) else {
                    return;
                };
                let same = part.get(start..end) == Some(text);
                if !same || !is_boundary(part, start) || !is_boundary(part, end) {
                    return;
                }
                let place = begin + start;
                let new = || Traces { first: place, ..Traces::default() };
                let traces = found.entry(*pack).or_insert_with(new);
                if !traces.kinds.contains(&number) {
                    traces.kinds.push(number);
                }
                traces.count += 1;
                traces.first = traces.first.min(place);
            });
        }
        let rank = |traces: &Traces| (traces.kinds.len(), traces.count, Reverse(traces.first));
        let best = found.into_iter().max_by_key(|(_, traces)| rank(traces));
        best.map(|(pack, _)| pack)
    }
}

/// The host of an address, in lower case, without `www.`, user and port.
fn host_of(url: &str) -> Option<String> {
    let rest = url.trim();
    let rest = rest.split_once("://").map_or(rest, |(_, rest)| rest).trim_start_matches('/');
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?.trim_end_matches('.');
    let host = host.to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (host.contains('.') && !host.contains(' ')).then(|| host.to_owned())
}

/// Hashes of the first byte of a text, of its first two, and so on up to five; ASCII case does not count.
fn beginnings(text: &str) -> impl Iterator<Item = u32> {
    text.bytes().take(5).scan(0, |hash, byte| {
        *hash = mix(*hash, u32::from(byte.to_ascii_lowercase()));
        Some(*hash)
    })
}

/// Names of one sort, such as those of all outlets, to be asked for at a place in a text.
#[derive(Debug)]
pub struct Names {
    names: AhoCorasick,
    /// The [`beginnings`] of names, of each the longest: most words begin no name.
    beginnings: Sieve<256>,
    /// The first words of names.
    first_words: Sieve<128>,
}

impl Names {
    pub(crate) fn new<'a>(list: impl Iterator<Item = &'a String> + Clone) -> Result<Names, PackError> {
        // Of the automatons it is the one that is built fastest, and few places are asked for.
        let names = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(list.clone())
            .map_err(|error| PackError::new("names", 0, error.to_string()))?;
        let mut sieve = Sieve::default();
        list.clone().filter_map(|name| beginnings(name).last()).for_each(|beginning| sieve.add(beginning));
        let (mut first_words, mut tokens) = (Sieve::default(), Vec::new());
        for name in list.map(|name| name.to_lowercase()) {
            tokens.clear();
            tokenize(&name, 0..name.len(), &mut tokens);
            tokens.first().into_iter().for_each(|first| first_words.add(first.hash));
        }
        Ok(Names { names, beginnings: sieve, first_words })
    }

    /// Whether a name may begin with a word, given its hash: a whole word, not one that another was split from because it goes on
    /// with a capital.
    #[inline]
    #[must_use]
    pub fn may_begin(&self, word: u32) -> bool {
        self.first_words.may_hold(word)
    }

    /// Where the longest name that begins at byte `at` ends, if one does and a word ends with it. Case does not count.
    #[must_use]
    pub fn end_at(&self, text: &str, at: usize) -> Option<usize> {
        if !beginnings(text.get(at..)?).any(|beginning| self.beginnings.may_hold(beginning)) {
            return None;
        }
        let input = Input::new(text).range(at..).anchored(Anchored::Yes);
        let end = self.names.try_find(input).ok()??.end();
        is_boundary(text, end).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_begin_with_their_first_words() {
        let list = ["Kompas TV".to_owned(), "detikcom".to_owned(), "Tempo.co".to_owned(), "Élan Kita".to_owned()];
        let names = Names::new(list.iter()).unwrap();
        for text in ["KOMPAS TV", "Kompas tv, detikcom", "Di tempo.CO dan Detikcom", "katanyaKompas TV Élan Kita"] {
            let mut tokens = Vec::new();
            tokenize(text, 0..text.len(), &mut tokens);
            let found = tokens.iter().filter(|token| names.end_at(text, token.start as usize).is_some());
            let mut words = found.map(|token| token.hash).peekable();
            assert!(words.peek().is_some(), "{text}");
            assert!(words.all(|word| names.may_begin(word)), "{text}");
        }
    }
}
