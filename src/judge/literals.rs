//! The literals of all rules: which of them stand in a text, as whole words, and what that says.

use std::collections::HashMap;

use super::features::mix;
use super::fold::{fold, is_boundary};
use super::grams::Grams;
use super::table::Sieve;

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
#[derive(Debug, Default)]
pub(crate) struct Prefixes {
    texts: Vec<String>,
    /// By the first four bytes, in lower case: the numbers of the literals that begin so.
    by_beginning: HashMap<[u8; 4], Vec<usize>>,
    /// Those four bytes: few lines begin so.
    beginnings: Sieve<256>,
    /// The numbers of literals that have fewer bytes.
    short: Vec<usize>,
    owners: Owners,
}

impl Prefixes {
    /// Reports each literal that begins the text and ends with a word of it.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(&Literal)) {
        let bytes = text.as_bytes();
        let mut report = |number: usize| {
            let literal = self.texts.get(number).map(String::as_bytes).unwrap_or_default();
            if bytes.get(..literal.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(literal)) {
                self.owners.report(number, text, 0, literal.len(), &mut |literal, _, _| found(literal));
            }
        };
        self.short.iter().for_each(|number| report(*number));
        let Some(mut beginning) = bytes.first_chunk().copied() else {
            return;
        };
        beginning.make_ascii_lowercase();
        if self.beginnings.may_hold(Prefixes::hash(beginning)) {
            self.by_beginning.get(&beginning).into_iter().flatten().for_each(|number| report(*number));
        }
    }

    fn hash(beginning: [u8; 4]) -> u32 {
        mix(0, u32::from_le_bytes(beginning))
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

    pub(crate) fn build_prefixes(self) -> Prefixes {
        let mut prefixes = Prefixes { texts: self.texts, owners: self.owners, ..Prefixes::default() };
        for (number, text) in prefixes.texts.iter().enumerate() {
            match text.as_bytes().first_chunk() {
                Some(beginning) => {
                    prefixes.by_beginning.entry(*beginning).or_default().push(number);
                    prefixes.beginnings.add(Prefixes::hash(*beginning));
                }
                None => prefixes.short.push(number),
            }
        }
        prefixes
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
