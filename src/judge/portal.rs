//! Recognising a portal, by the address of a page or by fingerprints in its text, and the names of outlets.
//!
//! Names no portal itself: all of them come from packs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::fold::{head, is_boundary, tail};
use super::grams::{Grams, Occurrence};
use super::rules::PackInfo;
use super::table::Sieve;
use super::tokens::tokenize;
use crate::bytes::eight;

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
        let (mut portals, mut found): (BTreeMap<u32, Traces>, Vec<Occurrence>) = Default::default();
        let first = head(text, WINDOW);
        let last = tail(text.get(first.len()..).unwrap_or_default(), WINDOW);
        for (part, begin) in [(first, 0), (last, first.len())] {
            found.clear();
            self.grams.find_all(part, &mut found);
            for &Occurrence { literal, start, end } in &found {
                let number = literal as usize;
                let Some((pack, text)) = self.fingerprints.get(number) else {
                    continue;
                };
                let same = part.get(start..end) == Some(text);
                if !same || !is_boundary(part, start) || !is_boundary(part, end) {
                    continue;
                }
                let place = begin + start;
                let new = || Traces { first: place, ..Traces::default() };
                let traces = portals.entry(*pack).or_insert_with(new);
                if !traces.kinds.contains(&number) {
                    traces.kinds.push(number);
                }
                traces.count += 1;
                traces.first = traces.first.min(place);
            }
        }
        let rank = |traces: &Traces| (traces.kinds.len(), traces.count, Reverse(traces.first));
        let best = portals.into_iter().max_by_key(|(_, traces)| rank(traces));
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

/// Names of one sort, such as those of all outlets, to be asked for at a place in a text.
#[derive(Debug)]
pub struct Names {
    /// All names, one after the other.
    letters: Vec<u8>,
    /// The names: those with one key together, the longest first.
    names: Vec<Name>,
    /// Of each key, where its first name stands, counted from 1: in its own slot or the next free one behind it.
    slots: Vec<u32>,
    /// The keys: most words begin as no name does.
    keys: Sieve<256>,
    /// How many bytes keys have, the most first.
    lengths: Vec<usize>,
    /// The first words of names.
    first_words: Sieve<128>,
}

/// One of the names.
#[derive(Debug)]
struct Name {
    /// How it begins.
    key: u64,
    /// Where it stands among the letters.
    start: usize,
    length: usize,
}

/// How many bytes of a name are its key: as many of these as it has.
const KEYS: [usize; 6] = [8, 6, 4, 3, 2, 1];

impl Names {
    pub(crate) fn new<'a>(list: impl Iterator<Item = &'a String> + Clone) -> Names {
        let (mut first_words, mut tokens) = (Sieve::default(), Vec::new());
        for name in list.clone().map(|name| name.to_lowercase()) {
            tokens.clear();
            tokenize(&name, 0..name.len(), &mut tokens);
            tokens.first().into_iter().for_each(|first| first_words.add(first.hash));
        }
        let mut letters = Vec::new();
        let mut names = Vec::new();
        let mut lengths = Vec::new();
        for name in list {
            if let Some(&key_length) = KEYS.iter().find(|length| **length <= name.len()) {
                let key = key(beginning(name.as_bytes()), key_length);
                names.push(Name { key, start: letters.len(), length: name.len() });
                letters.extend_from_slice(name.as_bytes());
                lengths.push(key_length);
            }
        }
        names.sort_unstable_by_key(|name| (name.key, Reverse(name.length)));
        lengths.sort_unstable_by_key(|length| Reverse(*length));
        lengths.dedup();
        let slots = vec![0; (2 * names.len() + 1).next_power_of_two()];
        let mut all = Names { letters, names, slots, keys: Sieve::default(), lengths, first_words };
        let mut last = None;
        for (number, name) in (1..).zip(&all.names) {
            if last.replace(name.key) == Some(name.key) {
                continue;
            }
            let hash = hash(name.key);
            all.keys.add(hash);
            let mut slot = hash as usize & (all.slots.len() - 1);
            while let Some(taken) = all.slots.get_mut(slot) {
                if *taken == 0 {
                    *taken = number;
                    break;
                }
                slot = (slot + 1) & (all.slots.len() - 1);
            }
        }
        all
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
    #[inline]
    pub fn end_at(&self, text: &str, at: usize) -> Option<usize> {
        let rest = text.as_bytes().get(at..)?;
        let beginning = beginning(rest);
        for length in &self.lengths {
            let key = key(beginning, *length);
            let hash = hash(key);
            if self.keys.may_hold(hash)
                && let Some(length) = self.longest(key, hash, rest)
            {
                return is_boundary(text, at + length).then_some(at + length);
            }
        }
        None
    }

    /// The length of the longest name with that key that the text begins with.
    fn longest(&self, key: u64, hash: u32, text: &[u8]) -> Option<usize> {
        let mut slot = hash as usize;
        loop {
            // One slot in two is free.
            let number = self.slots.get(slot & (self.slots.len() - 1))?.checked_sub(1)?;
            let names = self.names.get(number as usize..)?;
            if names.first()?.key == key {
                let is_there = |name: &&Name| {
                    let letters = self.letters.get(name.start..name.start + name.length);
                    letters.zip(text.get(..name.length)).is_some_and(|(name, there)| name.eq_ignore_ascii_case(there))
                };
                return names.iter().take_while(|name| name.key == key).find(is_there).map(|name| name.length);
            }
            slot += 1;
        }
    }
}

/// The first bytes of a text; letters that differ in case only are alike, and few others.
#[inline]
fn beginning(text: &[u8]) -> u64 {
    eight(text) | u64::from_le_bytes([0x20; 8])
}

/// So many of those bytes.
#[inline]
fn key(beginning: u64, length: usize) -> u64 {
    beginning & (u64::MAX >> (u64::BITS as usize - 8 * length))
}

#[inline]
fn hash(key: u64) -> u32 {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_that_ends_with_a_word_is_found() {
        let list = ["Kota", "Kota Contoh", "KOTA CONTOH RAYA", "Ké", "RI", "é", "Kotak Pos", ""].map(str::to_owned);
        let names = Names::new(list.iter());
        for text in
            ["Kota", "kota contoh", "KOTA Contoh Raya", "Kota Contohan", "kotaku", "Kotak", "RI.", "ri", "Rik", "ké "]
                .into_iter()
                .chain(["é", "É", "Ke", "k", "", "Kota\u{a0}Contoh", "@ota"])
        {
            let begins = |name: &&String| {
                let start = text.as_bytes().get(..name.len());
                !name.is_empty() && start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
            };
            let longest = list.iter().filter(begins).map(String::len).max();
            let behind = ["", "  ", "x "].map(|before| {
                let text = [before, text].concat();
                names.end_at(&text, before.len()).map(|end| end - before.len())
            });
            let expected = longest.filter(|end| is_boundary(text, *end));
            assert_eq!(behind, [expected; 3], "{text}");
        }
        assert_eq!(Names::new([].into_iter()).end_at("Kota", 0), None);
    }

    #[test]
    fn names_begin_with_their_first_words() {
        let list = ["Contoh TV".to_owned(), "contohcom".to_owned(), "Kota.co".to_owned(), "Élan Kita".to_owned()];
        let names = Names::new(list.iter());
        for text in ["CONTOH TV", "Contoh tv, contohcom", "Di kota.CO dan Contohcom", "katanyaContoh TV Élan Kita"] {
            let mut tokens = Vec::new();
            tokenize(text, 0..text.len(), &mut tokens);
            let found = tokens.iter().filter(|token| names.end_at(text, token.start as usize).is_some());
            let mut words = found.map(|token| token.hash).peekable();
            assert!(words.peek().is_some(), "{text}");
            assert!(words.all(|word| names.may_begin(word)), "{text}");
        }
    }
}
