//! Patterns, and which of many a line may match.
//!
//! Knows nothing of rules but their numbers.

use std::collections::HashMap;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::check::MAX_COMPILED;
use super::ends::Ends;
use super::gates::{Brief, Gates};
use super::known::{self, Facts};
use super::openings::{Openings, PAIRS};
use super::walk::Found;

/// A pattern that is compiled when a text first calls for it: hardly any document calls for one.
#[derive(Debug)]
pub(crate) struct Lazy {
    pattern: String,
    facts: Told,
    /// Compiled only where its program does not do.
    regex: OnceLock<Option<Box<Regex>>>,
}

/// What can be told of a pattern.
#[derive(Debug)]
enum Told {
    /// One of the crate's own: it was worked out when the crate was built.
    Before(&'static Facts),
    Now(Box<Facts>),
}

impl Lazy {
    pub(crate) fn new(pattern: String) -> Lazy {
        let facts = known::facts(&pattern).map_or_else(|| Told::Now(Box::new(Facts::of(&pattern))), Told::Before);
        Lazy { pattern, facts, regex: OnceLock::new() }
    }

    /// What is known of its matches.
    pub(crate) fn known(&self) -> &Gates {
        &self.facts().gates
    }

    fn facts(&self) -> &Facts {
        match &self.facts {
            Told::Before(facts) => facts,
            Told::Now(facts) => facts,
        }
    }

    /// Whether it matches the line, which it must as a whole.
    pub(crate) fn is_match(&self, line: &str) -> bool {
        let program = self.facts().program.as_ref();
        program
            .and_then(|program| program.is_match(line).ok())
            .unwrap_or_else(|| self.regex().is_some_and(|regex| regex.is_match(line)))
    }

    /// The first stretch of the text that it matches from byte `at` on.
    pub(crate) fn find_at(&self, text: &str, at: usize) -> Option<Found> {
        let program = self.facts().program.as_ref();
        if let Some(Ok(found)) = program.map(|program| program.find_at(text, at)) {
            return found;
        }
        let regex = self.regex()?;
        let whole = regex.find_at(text, at)?.range();
        let groups = if regex.captures_len() > 1 { regex.captures_at(text, whole.start) } else { None };
        let taken = groups.and_then(|groups| groups.get(1)).map_or(whole.clone(), |group| group.range());
        Some((whole, taken))
    }

    /// `None` only if reading its pack let a bad pattern pass.
    fn regex(&self) -> Option<&Regex> {
        let compile = || RegexBuilder::new(&self.pattern).size_limit(2 * MAX_COMPILED).build().ok().map(Box::new);
        self.regex.get_or_init(compile).as_deref()
    }
}

/// Anchored patterns that need no literal. Which of them a line may match, its ends tell: for most lines none or two, so that
/// these are tried one by one.
#[derive(Debug)]
pub(crate) struct PatternSet {
    patterns: Vec<(u32, Lazy)>,
    index: Index,
}

impl PatternSet {
    /// Patterns by the numbers of their rules.
    pub(crate) fn new(patterns: Vec<(u32, Lazy)>) -> PatternSet {
        let index = Index::new(patterns.iter().map(|(_, lazy)| lazy));
        PatternSet { patterns, index }
    }

    /// Adds the rules whose patterns match the line.
    pub(crate) fn matches(&self, line: &str, ends: &Ends<'_>, hits: &mut Vec<u32>) {
        let lazy = |place: usize| self.patterns.get(place).map(|(_, lazy)| lazy);
        self.index.candidates(ends, lazy, |place| {
            let pattern = self.patterns.get(place).filter(|(_, lazy)| lazy.is_match(line));
            hits.extend(pattern.map(|(rule, _)| *rule));
        });
    }
}

/// Tables are worth their memory for more patterns than that.
const FEW: usize = 8;

/// Which of some patterns texts may match.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Of each pattern, in brief.
    briefs: Vec<Brief>,
    /// Tables of each 64 patterns; none if these are few.
    groups: Vec<Group>,
}

/// Of up to 64 patterns, a bit for each: those that a text may match.
#[derive(Debug)]
struct Group {
    /// By the first two bytes, and by the last two.
    by_opening: Pairs,
    by_closing: Pairs,
    /// By the first byte, and by the last.
    by_first: [u64; 256],
    by_last: [u64; 256],
    /// By mark that a text does not have, those that remain, and the marks that any of them needs.
    without: [u64; 64],
    needed: u64,
}

/// By pair of bytes, the number of a set of patterns: many pairs have the same.
#[derive(Debug)]
struct Pairs {
    numbers: Box<[u16; PAIRS]>,
    sets: Vec<u64>,
}

impl Index {
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = &'a Lazy>) -> Index {
        let patterns: Vec<&Gates> = patterns.map(Lazy::known).collect();
        let briefs: Vec<Brief> = patterns.iter().map(|known| *known.brief()).collect();
        let groups = if patterns.len() > FEW { patterns.chunks(64).map(Group::new).collect() } else { Vec::new() };
        Index { briefs, groups }
    }

    /// Reports the places of those that a text which ends so may match; they are asked what else is known of them.
    pub(crate) fn candidates<'a>(
        &self,
        ends: &Ends<'_>,
        pattern: impl Fn(usize) -> Option<&'a Lazy>,
        mut report: impl FnMut(usize),
    ) {
        if self.groups.is_empty() {
            for (place, _) in self.briefs.iter().enumerate().filter(|(_, brief)| brief.fit(ends)) {
                if pattern(place).is_some_and(|lazy| lazy.known().fit_beyond_brief(ends)) {
                    report(place);
                }
            }
            return;
        }
        for (number, group) in self.groups.iter().enumerate() {
            let mut bits = group.candidates(ends);
            while bits != 0 {
                let place = 64 * number + bits.trailing_zeros() as usize;
                // All else is in the tables.
                let fits_near_end = || pattern(place).is_some_and(|lazy| lazy.known().fit_near_end(ends));
                let fits = |brief: &Brief| brief.fit(ends) && (!brief.near_end || fits_near_end());
                if self.briefs.get(place).is_some_and(fits) {
                    report(place);
                }
                bits &= bits - 1;
            }
        }
    }
}

impl Group {
    fn new(patterns: &[&Gates]) -> Group {
        let mut group = Group {
            by_opening: Pairs::new(patterns.iter().map(|known| known.openings())),
            by_closing: Pairs::new(patterns.iter().map(|known| known.closings())),
            by_first: [0; 256],
            by_last: [0; 256],
            without: [u64::MAX; 64],
            needed: 0,
        };
        for (place, known) in patterns.iter().enumerate() {
            let bit = 1 << place;
            for byte in 0..=u8::MAX {
                group.by_first[usize::from(byte)] |= if known.may_begin_with(byte) { bit } else { 0 };
                group.by_last[usize::from(byte)] |= if known.may_end_with(byte) { bit } else { 0 };
            }
            let marks = known.brief().marks;
            group.needed |= marks;
            let needed = group.without.iter_mut().enumerate().filter(|(mark, _)| marks >> mark & 1 == 1);
            needed.for_each(|(_, bits)| *bits &= !bit);
        }
        group
    }

    fn candidates(&self, ends: &Ends<'_>) -> u64 {
        let edges = self.by_first[usize::from(ends.first())] & self.by_last[usize::from(ends.last())];
        let mut bits = edges & self.by_opening.of(ends.opening()) & self.by_closing.of(ends.closing());
        if bits == 0 {
            return 0;
        }
        let mut missing = self.needed & !ends.marks();
        while missing != 0 {
            bits &= self.without[missing.trailing_zeros() as usize % 64];
            missing &= missing - 1;
        }
        bits
    }
}

impl Pairs {
    fn new<'a>(patterns: impl Iterator<Item = Option<&'a Openings>>) -> Pairs {
        let mut table = vec![0; PAIRS];
        for (place, openings) in patterns.enumerate() {
            add_pairs(&mut table, openings, 1 << place);
        }
        let mut known: HashMap<u64, u16> = HashMap::new();
        let mut pairs = Pairs { numbers: Box::new([0; PAIRS]), sets: Vec::new() };
        for (number, set) in pairs.numbers.iter_mut().zip(table) {
            *number = *known.entry(set).or_insert_with(|| {
                pairs.sets.push(set);
                // There are fewer pairs than such numbers.
                (pairs.sets.len() - 1) as u16
            });
        }
        pairs
    }

    /// All if there is no such pair.
    #[inline]
    fn of(&self, pair: Option<usize>) -> u64 {
        let number = pair.and_then(|pair| self.numbers.get(pair));
        number.and_then(|number| self.sets.get(usize::from(*number))).copied().unwrap_or(u64::MAX)
    }
}

/// Gives the bit to all pairs that fit.
fn add_pairs(table: &mut [u64], openings: Option<&Openings>, bit: u64) {
    match openings {
        Some(openings) => openings.mark(table, bit),
        None => table.iter_mut().for_each(|bits| *bits |= bit),
    }
}

#[cfg(test)]
mod tests {
    use super::{Lazy, PatternSet};
    use crate::judge::ends::Ends;

    #[test]
    fn patterns_beyond_programs_match_all_the_same() {
        let text = "a".repeat(5_000);
        let find = |pattern: &str, text: &str| Lazy::new(pattern.to_owned()).find_at(text, 0);
        assert_eq!(find(r"\b(a)é|b", "aé"), Some((0..3, 0..1)));
        assert_eq!(find("(?:a+b?)+c|(a)$", &text), Some((4_999..5_000, 4_999..5_000)));
        let is_match = |pattern: &str, text: &str| Lazy::new(pattern.to_owned()).is_match(text);
        assert!(is_match("^(?:(?:a*)+)$", "aa") && !is_match("^(?:(?:a*)+)$", "ab"));
        assert!(is_match("^(?:(?:a+b?)+)$", &text) && !is_match("^(?:(?:a+b?)+c)$", &text));
        assert!(!is_match("(", "("));
    }

    #[test]
    fn an_index_leaves_out_no_pattern_that_matches() {
        let patterns = ["^a.*$", "^.*b$", "^[0-9]+$", "^é.{2}$", "^x$", "^(?:|.*!)$", "^[^a]*$", "^(?i:AB)c?$", "^.c$"];
        let set = |patterns: &[&str]| {
            let lazy = patterns.iter().map(|pattern| Lazy::new((*pattern).to_owned()));
            PatternSet::new((0..).zip(lazy).collect())
        };
        let all = set(&patterns);
        // As folding leaves lines: without white space at their ends.
        for text in ["", "a", "ab", "x", "12", "éab", "abc", "bc", "b", "Hai!"] {
            let mut hits = Vec::new();
            all.matches(text, &Ends::of(text), &mut hits);
            let one = |pattern: &&str| regex::Regex::new(pattern).unwrap().is_match(text);
            let expected = patterns.iter().zip(0..).filter(|(pattern, _)| one(pattern)).map(|(_, number)| number);
            assert_eq!(hits, expected.collect::<Vec<u32>>(), "{text}");
        }
    }
}
