//! Recognising a portal, by the address of a page or by fingerprints in its text, and the names of outlets.
//!
//! Names no portal itself: all of them come from packs.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use memchr::{memchr, memchr_iter, memrchr};

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
    hosts: Hosts,
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
        let hosts = (0_u32..).zip(packs).flat_map(|(number, pack)| pack.hosts.iter().map(move |host| (host, number)));
        Portals { hosts: Hosts::new(hosts), grams, fingerprints }
    }

    /// The pack of the portal: by the address if there is one, else by the text.
    pub(crate) fn portal_of(&self, url: Option<&str>, text: &str) -> Option<u32> {
        match url.and_then(host_of) {
            Some(host) => self.hosts.pack_of(host),
            None => self.by_text(text),
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

/// The hosts of all portals.
#[derive(Debug, Default)]
struct Hosts {
    /// In lower case, each with its hash and its pack, sorted by the hashes.
    names: Vec<(u32, u32, String)>,
    /// The hashes.
    hashes: Sieve<32>,
}

impl Hosts {
    fn new<'a>(list: impl Iterator<Item = (&'a String, u32)>) -> Hosts {
        let hash = |host: &str| host.bytes().rev().fold(0, add_to_hash);
        let mut hosts =
            Hosts { names: list.map(|(host, pack)| (hash(host), pack, host.clone())).collect(), ..Hosts::default() };
        hosts.names.sort_by_key(|(hash, ..)| *hash);
        hosts.names.iter().for_each(|(hash, ..)| hosts.hashes.add(*hash));
        hosts
    }

    /// The most specific pack: that of the host itself, else of the domain it belongs to.
    fn pack_of(&self, host: &str) -> Option<u32> {
        let (mut hash, mut pack) = (0, None);
        // From its last byte on: what has been read is a domain that it belongs to wherever a full stop or nothing stands before it.
        for (at, byte) in host.bytes().enumerate().rev() {
            hash = add_to_hash(hash, byte);
            if (at == 0 || host.as_bytes().get(at - 1) == Some(&b'.')) && self.hashes.may_hold(hash) {
                pack = self.find(hash, host.get(at..).unwrap_or_default()).or(pack);
            }
        }
        pack
    }

    fn find(&self, hash: u32, host: &str) -> Option<u32> {
        let from = self.names.partition_point(|(other, ..)| *other < hash);
        let same = self.names.iter().skip(from).take_while(|(other, ..)| *other == hash);
        same.filter(|(.., name)| name.eq_ignore_ascii_case(host)).last().map(|(_, pack, _)| *pack)
    }
}

/// The hash of a host that has one more byte in front; ASCII case does not count.
fn add_to_hash(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x9E37_79B1).rotate_left(15)
}

/// The host of an address, without `www.`, user and port.
fn host_of(url: &str) -> Option<&str> {
    let rest = url.trim();
    let scheme = memchr_iter(b':', rest.as_bytes()).find_map(|at| rest.get(at..)?.strip_prefix("://"));
    let rest = scheme.unwrap_or(rest).trim_start_matches('/');
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b'\\')).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let host = authority.get(memrchr(b'@', authority.as_bytes()).map_or(0, |at| at + 1)..)?;
    let host = host.get(..memchr(b':', host.as_bytes()).unwrap_or(host.len()))?.trim_end_matches('.');
    let (www, rest) = host.split_at_checked(4).unwrap_or(("", host));
    let host = if www.eq_ignore_ascii_case("www.") { rest } else { host };
    (memchr(b'.', host.as_bytes()).is_some() && memchr(b' ', host.as_bytes()).is_none()).then_some(host)
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
    fn the_pack_of_the_most_specific_host_is_found_whatever_the_case() {
        let list = ["contoh.com", "news.contoh.com", "umpama.co.id"].map(str::to_owned);
        let hosts = Hosts::new(list.iter().zip(0..));
        let pack = |url: &str| host_of(url).map(|host| hosts.pack_of(host));
        for (url, expected) in [
            ("https://www.Contoh.com/a?b=c", Some(0)),
            ("http://nama:sandi@m.News.CONTOH.com:8080/", Some(1)),
            ("//umpama.co.id.#judul", Some(2)),
            (" daerah.umpama.co.id\\x", Some(2)),
            ("https://bukancontoh.com/https://contoh.com", None),
            ("https://co.id", None),
        ] {
            assert_eq!(pack(url), Some(expected), "{url}");
        }
        for url in ["", "https://", "https://www.id", "bukan alamat.", "a b.com", "https:///"] {
            assert_eq!(pack(url), None, "{url}");
        }
    }

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
