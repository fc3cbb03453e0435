//! The literals of all rules: which of them stand in a text, as whole words, and what that says.

use std::cell::Cell;
use std::collections::HashMap;
use std::ops::Range;

use super::fold::{fold, is_boundary};
use super::grams::{Grams, Key, Occurrence, four};
use super::table::Sieve;
use crate::bytes::eight;
use crate::spare::{keep, take};

/// So many bytes at either end of a line are searched for short literals.
const EDGE: usize = 80;

/// What a literal's occurrence says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    /// The rule matches the line.
    Line,
    /// The rule's pattern is worth trying on the line.
    NeededByLine,
    /// The rule takes the occurrence.
    Span,
    /// The rule's pattern is worth trying on the segment.
    NeededBySpan,
}

impl Role {
    /// What is searched for: the literal as folding leaves lines, or, for what is taken by pattern, as the text may hold it.
    pub(crate) fn sought(self, literal: &str) -> String {
        match self {
            Role::NeededBySpan => literal.trim().to_owned(),
            Role::Line | Role::NeededByLine | Role::Span => fold(literal).into_owned(),
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Literal {
    pub(crate) rule: u32,
    pub(crate) role: Role,
    /// The text itself, where case counts.
    pub(crate) exact: Option<Box<str>>,
}

/// Literals that may stand anywhere in a line.
#[derive(Debug)]
pub(crate) struct Literals {
    grams: Grams,
    owners: Owners,
}

/// So many bytes of a text are searched at a time, or else a whole line.
const STRETCH: usize = 16 << 10;

/// Where literals stand in a text whose lines are asked for in order: it is searched once, many lines at a time.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The bytes that were searched and not asked for yet.
    stretch: Range<usize>,
    occurrences: Vec<Occurrence>,
    /// How many of them do not lie behind the last line that was asked for.
    passed: usize,
}

thread_local! {
    static OCCURRENCES: Cell<Vec<Vec<Occurrence>>> = const { Cell::new(Vec::new()) };
}

impl Found {
    /// In room that the thread keeps from one text to the next.
    pub(crate) fn take() -> Found {
        Found { occurrences: take(&OCCURRENCES), ..Found::default() }
    }

    /// Keeps the room for the next text.
    pub(crate) fn keep(self) {
        keep(&OCCURRENCES, self.occurrences);
    }
}

impl Literals {
    /// Reports each literal in a line of the text: as a whole word, or anywhere if it is only a gate. Places are those in the
    /// line.
    pub(crate) fn find_in(
        &self,
        text: &str,
        line: Range<usize>,
        found: &mut Found,
        mut report: impl FnMut(&Literal, usize, usize),
    ) {
        self.search(text, &line, found);
        let words = text.get(line.clone()).unwrap_or_default();
        while let Some(one) = found.occurrences.get(found.passed).filter(|one| one.start < line.end) {
            if one.start >= line.start && one.end <= line.end {
                let (start, end) = (one.start - line.start, one.end - line.start);
                self.owners.report(one.literal as usize, words, start, end, &mut report);
            }
            found.passed += 1;
        }
        found.stretch.start = line.end;
    }

    /// Searches a stretch of the text from the line on, if that was not searched.
    fn search(&self, text: &str, line: &Range<usize>, found: &mut Found) {
        if line.start >= found.stretch.start && line.end <= found.stretch.end {
            return;
        }
        let end = text.floor_char_boundary(line.start.saturating_add(STRETCH)).max(line.end);
        found.stretch = line.start..end;
        found.passed = 0;
        found.occurrences.clear();
        self.grams.find_all(text.get(line.start..end).unwrap_or_default(), &mut found.occurrences);
        found.occurrences.iter_mut().for_each(|one| {
            one.start += line.start;
            one.end += line.start;
        });
    }
}

/// Literals that begin a line.
#[derive(Debug, Default)]
pub(crate) struct Prefixes {
    texts: Vec<String>,
    /// How the literals begin, and their numbers: those of fewer than four bytes, then the others by the bucket of their first four.
    beginnings: Vec<(Key, u32)>,
    /// Where those of each bucket begin; the last number is where all end.
    starts: Vec<u32>,
    /// The first bytes of those of fewer than four bytes.
    short: Sieve<4>,
    owners: Owners,
}

/// Buckets of the beginnings of lines.
const BUCKETS: usize = 256;

/// The bucket of a text that begins with those bytes; ASCII case does not count.
fn bucket(begin: u64) -> usize {
    (four(begin).wrapping_mul(0x9E37_79B1) >> 24) as usize % BUCKETS
}

/// The first byte of a text that begins with those; ASCII case does not count.
fn first(begin: u64) -> u32 {
    four(begin) & 0xff
}

impl Prefixes {
    /// Of texts that differ, in lower case, and of the literals that read so.
    fn new(texts: Vec<String>, owners: Owners) -> Prefixes {
        // Those of fewer bytes come first.
        let place = |key: Key, text: &str| if text.len() < 4 { 0 } else { 1 + bucket(key.begin()) };
        let keys = (0..).zip(&texts).map(|(number, text)| (Key::new(text.as_bytes()), text, number));
        let mut placed: Vec<_> = keys.map(|(key, text, number)| (place(key, text), key, number)).collect();
        placed.sort_by_key(|(place, _, number)| (*place, *number));
        let starts = (1..=BUCKETS + 1).map(|bucket| placed.partition_point(|(place, ..)| *place < bucket) as u32);
        let starts = starts.collect();
        let mut short = Sieve::default();
        placed.iter().filter(|(place, ..)| *place == 0).for_each(|(_, key, _)| short.add(first(key.begin())));
        let beginnings = placed.into_iter().map(|(_, key, number)| (key, number)).collect();
        Prefixes { beginnings, starts, short, texts, owners }
    }

    /// Reports each literal that begins the text and ends with a word of it.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(&Literal)) {
        let bytes = text.as_bytes();
        let begin = eight(bytes);
        let start_of = |bucket: usize| self.starts.get(bucket).map_or(0, |start| *start as usize);
        let bucket = bucket(begin);
        let others = self.beginnings.get(start_of(bucket)..start_of(bucket + 1)).unwrap_or_default();
        let short = if self.short.may_hold(first(begin)) { start_of(0) } else { 0 };
        let short = self.beginnings.get(..short).unwrap_or_default();
        for (_, number) in short.iter().chain(others).filter(|(key, _)| key.fits(begin)) {
            let literal = self.texts.get(*number as usize).map(String::as_bytes).unwrap_or_default();
            if bytes.get(..literal.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(literal)) {
                self.owners.report(*number as usize, text, 0, literal.len(), &mut |literal, _, _| found(literal));
            }
        }
    }
}

/// By number of a text: the literals that read so, case aside.
#[derive(Debug, Default)]
struct Owners {
    /// All of them, those of one text together.
    literals: Vec<Literal>,
    /// Where those of each text end.
    ends: Vec<u32>,
}

impl Owners {
    fn new(by_text: Vec<Vec<Literal>>) -> Owners {
        let mut owners = Owners::default();
        for literals in by_text {
            owners.literals.extend(literals);
            owners.ends.push(owners.literals.len() as u32);
        }
        owners
    }

    fn of(&self, number: usize) -> &[Literal] {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(number).copied().unwrap_or(start);
        self.literals.get(start as usize..end as usize).unwrap_or_default()
    }

    fn report(
        &self,
        number: usize,
        text: &str,
        start: usize,
        end: usize,
        found: &mut impl FnMut(&Literal, usize, usize),
    ) {
        let mut word = None;
        let mut is_word = || *word.get_or_insert_with(|| is_boundary(text, start) && is_boundary(text, end));
        for literal in self.of(number) {
            let exact = literal.exact.as_deref();
            let gate = matches!(literal.role, Role::NeededByLine | Role::NeededBySpan);
            if (gate || is_word()) && exact.is_none_or(|exact| text.get(start..end) == Some(exact)) {
                found(literal, start, end);
            }
        }
    }
}

/// Collects literals, each text once.
#[derive(Default)]
pub(crate) struct LiteralsBuilder {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
    owners: Vec<Vec<Literal>>,
}

impl LiteralsBuilder {
    pub(crate) fn extend(&mut self, rule: u32, literals: &[String], role: Role, case: bool) {
        for text in literals {
            let text = role.sought(text);
            // One of invisible characters alone stands nowhere.
            if text.is_empty() {
                continue;
            }
            let literal = Literal { rule, role, exact: case.then(|| text.clone().into()) };
            let key = text.to_ascii_lowercase();
            let number = *self.numbers.entry(key.clone()).or_insert_with(|| {
                self.texts.push(key);
                self.owners.push(Vec::new());
                self.texts.len() - 1
            });
            if let Some(owners) = self.owners.get_mut(number) {
                owners.push(literal);
            }
        }
    }

    pub(crate) fn build(self) -> Literals {
        let texts = self.texts.into_iter().map(String::into_bytes).collect();
        Literals { grams: Grams::new(texts), owners: Owners::new(self.owners) }
    }

    pub(crate) fn build_prefixes(self) -> Prefixes {
        Prefixes::new(self.texts, Owners::new(self.owners))
    }
}

/// Whether one of some short literals, in lower case, stands near an edge of the line.
pub(crate) fn stands_near_edge(line: &str, literals: &[String]) -> bool {
    let bytes = line.as_bytes();
    let first = bytes.get(..EDGE).unwrap_or(bytes);
    let last = bytes.get(bytes.len().saturating_sub(EDGE).max(first.len())..).unwrap_or_default();
    literals.iter().any(|text| [first, last].into_iter().any(|part| stands_in(part, text.as_bytes())))
}

/// Loops without branches, which the compiler turns into vector instructions: two given bytes side by side are rare.
fn stands_in(bytes: &[u8], text: &[u8]) -> bool {
    // No bit of it is set where the byte is the given one, ASCII case aside.
    let differs = |byte: &u8, given: u8, case: u8| (byte | case) ^ given;
    let case = |given: u8| if given.is_ascii_alphabetic() { b' ' } else { 0 };
    match *text {
        [] => true,
        [only] => {
            let case = case(only);
            bytes.iter().fold(u8::MAX, |least, byte| differs(byte, only, case).min(least)) == 0
        }
        [first, second, ..] => {
            let (one, other) = (case(first), case(second));
            let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
            let differ = |(a, b)| differs(a, first, one) | differs(b, second, other);
            pairs.fold(u8::MAX, |least, pair| differ(pair).min(least)) == 0
                && bytes.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_line_is_found_whatever_the_case_and_only_whole_words() {
        let literals = ["Baca juga", "baca", "baca juga:", "(c)", "©", "foto", "é", "baca ini dan itu"];
        let mut builder = LiteralsBuilder::default();
        for (rule, literal) in (0..).zip(literals) {
            builder.extend(rule, &[literal.to_owned()], Role::Line, false);
        }
        let prefixes = builder.build_prefixes();
        let found = |text: &str| {
            let mut rules = Vec::new();
            prefixes.find(text, |literal| rules.push(literal.rule));
            rules.sort_unstable();
            rules
        };
        assert_eq!(found("BACA JUGA: ini"), [0, 1, 2]);
        assert!(found("bacaan").is_empty());
        assert_eq!(found("Baca ini dan itux"), [1]);
        assert_eq!(found("(C) 2020"), [3]);
        assert_eq!(found("© 2020"), [4]);
        assert!(found("fot").is_empty());
        assert_eq!(found("foto"), [5]);
        assert_eq!(found("é b"), [6]);
        assert!(found("É b").is_empty());
        assert!(found("").is_empty());
    }

    #[test]
    fn what_stands_in_a_line_is_found_whichever_lines_were_asked_for_before() {
        let mut builder = LiteralsBuilder::default();
        for (rule, literal) in (0..).zip(["juga", "baca juga", "©", "juga\u{a0}foto"]) {
            builder.extend(rule, &[literal.to_owned()], Role::Line, false);
        }
        let literals = builder.build();
        let text = ["Baca juga foto", "", "jugabaca juga", "© 2020", &"kata ".repeat(STRETCH / 5), "juga"].join("\n");
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let ends = text.match_indices('\n').map(|(at, _)| at).chain([text.len()]);
        let lines: Vec<Range<usize>> =
            std::iter::once(0).chain(starts).zip(ends).map(|(start, end)| start..end).collect();
        let mut found = Found::default();
        let mut find = |line: usize| {
            let mut rules = Vec::new();
            literals
                .find_in(&text, lines[line].clone(), &mut found, |literal, start, _| rules.push((literal.rule, start)));
            rules.sort_unstable();
            rules
        };
        // A no-break space reads as a space.
        let expected = [vec![(0, 5), (1, 0), (3, 5)], vec![], vec![(0, 9)], vec![(2, 0)], vec![], vec![(0, 0)]];
        for line in [0, 1, 2, 3, 4, 5, 5, 0, 3, 2, 4, 2] {
            assert_eq!(find(line), expected[line], "{line}");
        }
    }

    #[test]
    fn short_literals_stand_near_an_edge_or_do_not() {
        let stands = |line: &str, literal: &str| stands_near_edge(line, &[literal.to_owned()]);
        let long = "x".repeat(200);
        for literal in ["by", ":", "(@", "–", "b"] {
            assert!(stands(literal, literal) && stands(&format!("{literal}{long}"), literal), "{literal}");
            assert!(stands(&format!("{long}{literal}"), literal), "{literal}");
            assert!(!stands(&format!("{long}{literal}{long}"), literal), "{literal}");
            assert!(!stands("", literal) && !stands(&long, literal), "{literal}");
        }
        assert!(stands("BY", "by") && stands("aBY", "by") && !stands("b y", "by") && !stands("\u{1a}", ":"));
        assert!(!stands("H`", "(@"), "signs have no case");
    }
}
