//! Many literals in one automaton: which of them stand in a text, as whole words, and what that says.

use std::collections::HashMap;

use aho_corasick::automaton::OverlappingState;
use aho_corasick::{
    AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, Anchored, Input, MatchKind, StartKind,
};

use memchr::memmem;

use super::fold::{fold, is_boundary};
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

/// Many literals in one automaton, which ignores ASCII case.
#[derive(Debug)]
pub(crate) struct Literals {
    automaton: AhoCorasick,
    /// By pattern of the automaton: the literals that read so, case aside.
    owners: Vec<Vec<Literal>>,
}

impl Literals {
    pub(crate) fn find_all(&self, text: &str, mut found: impl FnMut(&Literal, usize, usize)) {
        for hit in self.automaton.find_overlapping_iter(text) {
            self.report(text, &hit, &mut found);
        }
    }

    pub(crate) fn find_prefixes(&self, text: &str, mut found: impl FnMut(&Literal)) {
        let mut state = OverlappingState::start();
        loop {
            let input = Input::new(text).anchored(Anchored::Yes);
            let searched = self.automaton.try_find_overlapping(input, &mut state);
            let (Ok(()), Some(hit)) = (searched, state.get_match()) else {
                return;
            };
            // Literals that end another one are reported too, wherever that one stands.
            if hit.start() == 0 {
                self.report(text, &hit, &mut |literal, _, _| found(literal));
            }
        }
    }

    fn report(
        &self,
        text: &str,
        hit: &aho_corasick::Match,
        found: &mut impl FnMut(&Literal, usize, usize),
    ) {
        let (start, end) = (hit.start(), hit.end());
        let is_word = is_boundary(text, start) && is_boundary(text, end);
        for literal in self
            .owners
            .get(hit.pattern().as_usize())
            .into_iter()
            .flatten()
        {
            let exact = literal.exact.as_deref();
            let gate = matches!(literal.role, Role::NeededByLine | Role::NeededBySpan);
            if (is_word || gate) && exact.is_none_or(|exact| text.get(start..end) == Some(exact)) {
                found(literal, start, end);
            }
        }
    }
}

#[derive(Default)]
pub(crate) struct LiteralsBuilder {
    texts: Vec<String>,
    numbers: HashMap<String, usize>,
    owners: Vec<Vec<Literal>>,
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
                self.owners.push(Vec::new());
                self.owners.len() - 1
            });
            if let Some(owners) = self.owners.get_mut(number) {
                owners.push(literal);
            }
        }
    }

    pub(crate) fn build(self, start: StartKind) -> Result<Literals, PackError> {
        // A dense table is fastest, and small while literals are few.
        let kind = (self.texts.iter().map(String::len).sum::<usize>() < 100_000)
            .then_some(AhoCorasickKind::DFA);
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .start_kind(start)
            .kind(kind)
            .build(&self.texts)
            .map_err(|error| PackError::new("packs", 0, error.to_string()))?;
        Ok(Literals {
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
    match text {
        [] => true,
        _ if !text.iter().any(u8::is_ascii_alphabetic) => memmem::find(bytes, text).is_some(),
        _ => bytes
            .windows(text.len())
            .any(|window| window.eq_ignore_ascii_case(text)),
    }
}
