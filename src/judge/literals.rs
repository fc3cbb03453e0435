//! The literals of all rules: which of them stand in a text, as whole words, and what that says.

use std::collections::HashMap;

use aho_corasick::automaton::OverlappingState;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use memchr::memchr2_iter;

use super::fold::{fold, is_boundary};
use super::grams::{Bitmap, Grams, commonness, hash};
use super::pack::PackError;

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

#[derive(Clone, Debug)]
pub(crate) struct Literal {
    pub(crate) rule: u32,
    pub(crate) role: Role,
    /// The text itself, where case counts.
    pub(crate) exact: Option<String>,
}

/// Literals that may stand anywhere in a line.
#[derive(Debug)]
pub(crate) struct Literals {
    grams: Grams,
    owners: Owners,
}

impl Literals {
    /// Reports each literal in the text: as a whole word, or anywhere if it is only a gate.
    pub(crate) fn find_all(&self, text: &str, mut found: impl FnMut(&Literal, usize, usize)) {
        self.grams.find_all(text, |number, start, end| {
            self.owners.report(number, text, start, end, &mut found);
        });
    }
}

/// Literals that begin a line.
#[derive(Debug)]
pub(crate) struct Prefixes {
    automaton: AhoCorasick,
    /// Hashes of the first four bytes of the literals: few lines begin so.
    beginnings: Bitmap,
    /// The literals that have fewer bytes.
    short: Vec<String>,
    owners: Owners,
}

impl Prefixes {
    /// Reports each literal that begins the text and ends with a word of it.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(&Literal)) {
        let bytes = text.as_bytes();
        let starts = |short: &String| {
            let begin = bytes.get(..short.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(short.as_bytes()))
        };
        let begins = bytes.first_chunk().is_some_and(|gram| self.beginnings.has(hash(gram)));
        if !begins && !self.short.iter().any(starts) {
            return;
        }
        let mut state = OverlappingState::start();
        loop {
            let input = Input::new(text).anchored(Anchored::Yes);
            let searched = self.automaton.try_find_overlapping(input, &mut state);
            let (Ok(()), Some(hit)) = (searched, state.get_match()) else {
                return;
            };
            // Literals that end another one are reported too, wherever that one stands.
            if hit.start() == 0 {
                let found = &mut |literal: &Literal, _, _| found(literal);
                self.owners.report(hit.pattern().as_usize(), text, 0, hit.end(), found);
            }
        }
    }
}

/// By number of a text: the literals that read so, case aside.
#[derive(Debug, Default)]
struct Owners(Vec<Vec<Literal>>);

impl Owners {
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
        for literal in self.0.get(number).into_iter().flatten() {
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
    owners: Owners,
}

impl LiteralsBuilder {
    pub(crate) fn extend(&mut self, rule: u32, literals: &[String], role: Role, case: bool) {
        for text in literals {
            let text = fold(text).into_owned();
            let literal = Literal { rule, role, exact: case.then(|| text.clone()) };
            let key = text.to_ascii_lowercase();
            let number = *self.numbers.entry(key.clone()).or_insert_with(|| {
                self.texts.push(key);
                self.owners.0.push(Vec::new());
                self.texts.len() - 1
            });
            if let Some(owners) = self.owners.0.get_mut(number) {
                owners.push(literal);
            }
        }
    }

    pub(crate) fn build(self) -> Literals {
        let texts = self.texts.into_iter().map(String::into_bytes).collect();
        Literals { grams: Grams::new(texts), owners: self.owners }
    }

    pub(crate) fn build_prefixes(self) -> Result<Prefixes, PackError> {
        // Of the automatons it is the one that is built fastest, and few lines are searched.
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Anchored)
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .prefilter(false)
            .build(&self.texts)
            .map_err(|error| PackError::new("packs", 0, error.to_string()))?;
        let grams = self.texts.iter().filter_map(|text| text.as_bytes().first_chunk());
        let beginnings = grams.map(hash).collect();
        let short = self.texts.iter().filter(|text| text.len() < 4).cloned().collect();
        Ok(Prefixes { automaton, beginnings, short, owners: self.owners })
    }
}

/// Whether one of some short literals, in lower case, stands near an edge of the line.
pub(crate) fn stands_near_edge(line: &str, literals: &[String]) -> bool {
    let bytes = line.as_bytes();
    let first = bytes.get(..EDGE).unwrap_or(bytes);
    let last = bytes.get(bytes.len().saturating_sub(EDGE).max(first.len())..).unwrap_or_default();
    literals.iter().any(|text| [first, last].into_iter().any(|part| stands_in(part, text.as_bytes())))
}

fn stands_in(bytes: &[u8], text: &[u8]) -> bool {
    let Some((offset, &byte)) = text.iter().enumerate().min_by_key(|(_, byte)| commonness(**byte)) else {
        return true;
    };
    memchr2_iter(byte, byte.to_ascii_uppercase(), bytes)
        .filter_map(|at| bytes.get(at.checked_sub(offset)?..)?.get(..text.len()))
        .any(|slice| slice.eq_ignore_ascii_case(text))
}
