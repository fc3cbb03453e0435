//! Patterns, and which of many a line may match.
//!
//! Knows nothing of rules but their numbers.

use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};

use super::check::MAX_COMPILED;
use super::ends::Ends;
use super::gates::Gates;
use super::known::{self, Facts};
use super::openings::{Openings, PAIRS};
use super::walk::Found;

/// A pattern that is looked at when a line first calls for it: most documents call for few of them.
#[derive(Debug)]
pub(crate) struct Lazy {
    pattern: String,
    /// What can be told of it: of the crate's own patterns it was worked out when the crate was built.
    built: Option<&'static Facts>,
    facts: OnceLock<Box<Facts>>,
    /// Compiled only where its program does not do.
    regex: OnceLock<Option<Box<Regex>>>,
}

impl Lazy {
    pub(crate) fn new(pattern: String) -> Lazy {
        Lazy { built: known::facts(&pattern), pattern, facts: OnceLock::new(), regex: OnceLock::new() }
    }

    /// What is known of its matches.
    pub(crate) fn known(&self) -> &Gates {
        &self.facts().gates
    }

    fn facts(&self) -> &Facts {
        match self.built {
            Some(facts) => facts,
            None => self.facts.get_or_init(|| Box::new(Facts::of(&self.pattern))),
        }
    }

    /// Whether it matches the line, which it must as a whole.
    pub(crate) fn is_match(&self, line: &str) -> bool {
        let program = self.facts().program.as_ref();
        program.and_then(|program| program.is_match(line).ok()).unwrap_or_else(|| {
            let found = self.regex().and_then(|regex| regex.find(line));
            found.is_some_and(|found| found.start() == 0)
        })
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
/// trying these one by one is less work than one automaton over all.
#[derive(Debug)]
pub(crate) struct PatternSet {
    patterns: Vec<(u32, Lazy)>,
    index: Index,
}

impl PatternSet {
    /// Patterns by the numbers of their rules.
    pub(crate) fn new(patterns: Vec<(u32, Lazy)>) -> PatternSet {
        let index =
            if patterns.len() > FEW { Index::new(patterns.iter().map(|(_, lazy)| lazy)) } else { Index::default() };
        PatternSet { patterns, index }
    }

    /// Adds the rules whose patterns match the line.
    pub(crate) fn matches(&self, line: &str, ends: &Ends<'_>, hits: &mut Vec<u32>) {
        self.index.candidates(ends, self.patterns.len(), |place| {
            let pattern = self.patterns.get(place).filter(|(_, lazy)| lazy.known().fit(ends) && lazy.is_match(line));
            hits.extend(pattern.map(|(rule, _)| *rule));
        });
    }
}

/// An index is worth its memory for more patterns than that.
const FEW: usize = 8;

/// Which of some patterns texts may match that begin and end so. Without patterns it says of all that they may.
#[derive(Debug, Default)]
pub(crate) struct Index(Vec<Group>);

/// Of up to 64 patterns, a bit for each: those that a text may match.
#[derive(Debug)]
struct Group {
    /// By the first two bytes, and by the last two.
    by_opening: Vec<u64>,
    by_closing: Vec<u64>,
    /// By the first byte, and by the last, white space aside.
    by_first: [u64; 256],
    by_last: [u64; 256],
}

impl Index {
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = &'a Lazy>) -> Index {
        let patterns: Vec<&Lazy> = patterns.collect();
        Index(patterns.chunks(64).map(Group::new).collect())
    }

    /// Reports, of so many patterns, the places of those that a text which ends so may match.
    pub(crate) fn candidates(&self, ends: &Ends<'_>, many: usize, mut report: impl FnMut(usize)) {
        if self.0.is_empty() {
            (0..many).for_each(report);
            return;
        }
        for (number, group) in self.0.iter().enumerate() {
            let mut bits = group.candidates(ends);
            while bits != 0 {
                report(64 * number + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}

impl Group {
    fn new(patterns: &[&Lazy]) -> Group {
        let none = || vec![0; PAIRS];
        let mut group = Group { by_opening: none(), by_closing: none(), by_first: [0; 256], by_last: [0; 256] };
        for (place, lazy) in patterns.iter().enumerate() {
            let (known, bit) = (lazy.known(), 1 << place);
            add_pairs(&mut group.by_opening, known.openings(), bit);
            add_pairs(&mut group.by_closing, known.closings(), bit);
            for byte in 0..=u8::MAX {
                group.by_first[usize::from(byte)] |= if known.may_begin_with(byte) { bit } else { 0 };
                group.by_last[usize::from(byte)] |= if known.may_end_with(byte) { bit } else { 0 };
            }
        }
        group
    }

    fn candidates(&self, ends: &Ends<'_>) -> u64 {
        let of = |table: &[u64], pair: Option<usize>| {
            let bits = pair.and_then(|pair| table.get(pair));
            bits.copied().unwrap_or(u64::MAX)
        };
        let edges = self.by_first[usize::from(ends.first())] & self.by_last[usize::from(ends.last())];
        edges & of(&self.by_opening, ends.opening()) & of(&self.by_closing, ends.closing())
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
