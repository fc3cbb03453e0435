//! The literals of all rules: which of them stand in a text, as whole words, and what that says.

use std::collections::HashMap;

use aho_corasick::automaton::OverlappingState;
use aho_corasick::{AhoCorasick, AhoCorasickBuilder, Anchored, Input, MatchKind, StartKind};

use memchr::{memchr, memchr_iter};

use super::fold::{fold, is_boundary};
use super::grams::Grams;
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
    owners: Owners,
}

impl Prefixes {
    /// Reports each literal that begins the text and ends with a word of it.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(&Literal)) {
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
                self.owners
                    .report(hit.pattern().as_usize(), text, 0, hit.end(), found);
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
        let is_word = is_boundary(text, start) && is_boundary(text, end);
        for literal in self.0.get(number).into_iter().flatten() {
            let exact = literal.exact.as_deref();
            let gate = matches!(literal.role, Role::NeededByLine | Role::NeededBySpan);
            if (is_word || gate) && exact.is_none_or(|exact| text.get(start..end) == Some(exact)) {
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
            let literal = Literal {
                rule,
                role,
                exact: case.then(|| text.clone()),
            };
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
        Literals {
            grams: Grams::new(texts),
            owners: self.owners,
        }
    }

    pub(crate) fn build_prefixes(self) -> Result<Prefixes, PackError> {
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .start_kind(StartKind::Anchored)
            .build(&self.texts)
            .map_err(|error| PackError::new("packs", 0, error.to_string()))?;
        Ok(Prefixes {
            automaton,
            owners: self.owners,
        })
    }
}

/// Literals too short to be searched for everywhere: signs such as a bracket, which count near the edges of a line.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    entries: Vec<Edge>,
}

#[derive(Debug)]
struct Edge {
    /// In lower case.
    text: Vec<u8>,
    /// Who needs it.
    owners: Vec<(u32, Role)>,
}

impl Edges {
    pub(crate) fn extend(&mut self, rule: u32, literals: &[String], role: Role) {
        for text in literals {
            let text = fold(text).to_ascii_lowercase().into_bytes();
            match self.entries.iter_mut().find(|edge| edge.text == text) {
                Some(edge) => edge.owners.push((rule, role)),
                None => self.entries.push(Edge {
                    text,
                    owners: vec![(rule, role)],
                }),
            }
        }
    }

    /// Reports the rules that count and whose literal stands near an edge.
    pub(crate) fn find(
        &self,
        line: &str,
        counts: impl Fn(u32) -> bool,
        mut found: impl FnMut(u32, Role),
    ) {
        let bytes = line.as_bytes();
        let first = bytes.get(..EDGE).unwrap_or(bytes);
        let last = bytes
            .get(bytes.len().saturating_sub(EDGE).max(first.len())..)
            .unwrap_or_default();
        for Edge { text, owners } in &self.entries {
            if !owners.iter().any(|&(rule, _)| counts(rule)) {
                continue;
            }
            if stands_in(first, text) || stands_in(last, text) {
                for &(rule, role) in owners.iter().filter(|&&(rule, _)| counts(rule)) {
                    found(rule, role);
                }
            }
        }
    }
}

fn stands_in(bytes: &[u8], text: &[u8]) -> bool {
    match *text {
        [] => true,
        [sign] if !sign.is_ascii_alphabetic() => memchr(sign, bytes).is_some(),
        [sign, next] if !sign.is_ascii_alphabetic() => memchr_iter(sign, bytes).any(|at| {
            bytes
                .get(at + 1)
                .is_some_and(|byte| byte.eq_ignore_ascii_case(&next))
        }),
        _ => bytes
            .windows(text.len())
            .any(|window| window.eq_ignore_ascii_case(text)),
    }
}
