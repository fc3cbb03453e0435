//! With which two bytes the matches of a pattern can begin, and with which two they can end: most lines are told apart from
//! most patterns by their first two letters, or by their last two.
//!
//! Bytes stand for classes of them, ASCII case folded, so that a pattern takes 512 bytes; what is said is never too little.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use regex_syntax::utf8::Utf8Sequences;

/// A set of classes of bytes.
type Set = u64;

/// The class of a byte: each letter and each mark of ASCII has its own, the digits share one.
const fn class(byte: u8) -> u32 {
    let (first, base) = match byte.to_ascii_lowercase() {
        b'a'..=b'z' => (b'a', 0),
        b'0'..=b'9' => return 26,
        b' '..=b'/' => (b' ', 27),
        b':'..=b'@' => (b':', 43),
        b'['..=b'`' => (b'[', 50),
        b'{'..=b'~' => (b'{', 56),
        0x80..=0xbf => return 61,
        0xc0..=0xdf => return 62,
        0xe0.. => return 63,
        _ => return 60,
    };
    (byte.to_ascii_lowercase() - first) as u32 + base
}

/// An end of a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Side {
    /// Its beginning.
    First,
    /// Its end.
    Last,
}

/// The beginnings, or the ends, of the matches of a pattern that is anchored there.
#[derive(Clone, Debug)]
pub(crate) struct Openings {
    /// By class of the outer byte: the classes of the inner.
    pub(super) pairs: [Set; CLASSES],
}

impl Openings {
    /// `None` if the pattern is not anchored on that side.
    pub(crate) fn of(hir: &Hir, side: Side) -> Option<Openings> {
        let properties = hir.properties();
        let starts = properties.look_set_prefix().contains(Look::Start);
        let ends = properties.look_set_suffix().contains(Look::End);
        let (anchored, whole) = if side == Side::First { (starts, ends) } else { (ends, starts) };
        if !anchored {
            return None;
        }
        let mut heads = Heads::of(hir, side);
        if !whole {
            // Anything may stand beyond a match.
            heads = heads.then(&Heads::anything());
        }
        Some(Openings { pairs: *heads.pairs })
    }

    /// Whether a text can match that begins, or ends, with the pair of that number; see [`pair`].
    #[inline]
    pub(crate) fn fit(&self, number: usize) -> bool {
        self.pairs.get(number / CLASSES).is_none_or(|inners| inners >> (number % CLASSES) & 1 == 1)
    }

    /// Gives the bit to all pairs that fit in a table of [`PAIRS`], in which they stand as [`pair`] numbers them.
    pub(crate) fn mark(&self, table: &mut [u64], bit: u64) {
        for (row, inners) in table.chunks_exact_mut(CLASSES).zip(self.pairs).filter(|(_, inners)| *inners != 0) {
            for (inner, bits) in row.iter_mut().enumerate() {
                *bits |= bit & (inners >> inner & 1).wrapping_neg();
            }
        }
    }
}

/// Number of a pair of bytes, below [`PAIRS`]: those that no pattern tells apart have the same.
#[inline]
pub(crate) fn pair([outer, inner]: [u8; 2]) -> usize {
    class(outer) as usize * CLASSES + class(inner) as usize
}

/// So many classes of bytes there are.
const CLASSES: usize = 64;

/// So many pairs of classes there are.
pub(crate) const PAIRS: usize = CLASSES * CLASSES;

/// The beginnings, or the ends, of what a part of a pattern matches, by length.
#[derive(Clone, Debug)]
struct Heads {
    /// Whether it may match nothing.
    empty: bool,
    /// What it matches of one byte.
    one: Set,
    /// The outer two bytes of what is longer.
    pairs: Box<[Set; CLASSES]>,
}

impl Heads {
    fn none() -> Heads {
        Heads { empty: false, one: 0, pairs: Box::new([0; 64]) }
    }

    fn nothing() -> Heads {
        Heads { empty: true, ..Heads::none() }
    }

    fn anything() -> Heads {
        Heads { empty: true, one: Set::MAX, pairs: Box::new([Set::MAX; 64]) }
    }

    /// Adds texts of which each byte is in the set at its place.
    fn add(&mut self, mut sequence: impl DoubleEndedIterator<Item = Set>, side: Side) {
        let mut next = || if side == Side::First { sequence.next() } else { sequence.next_back() };
        match (next(), next()) {
            (None, _) => self.empty = true,
            (Some(only), None) => self.one |= only,
            (Some(outer), Some(inner)) => self.add_pairs(outer, inner),
        }
    }

    fn add_pairs(&mut self, outer: Set, inner: Set) {
        let mut outer = outer;
        while outer != 0 {
            self.pairs.iter_mut().skip(outer.trailing_zeros() as usize).take(1).for_each(|inners| *inners |= inner);
            outer &= outer - 1;
        }
    }

    fn or(mut self, other: &Heads) -> Heads {
        self.empty |= other.empty;
        self.one |= other.one;
        self.pairs.iter_mut().zip(other.pairs.iter()).for_each(|(mine, theirs)| *mine |= theirs);
        self
    }

    /// The outer bytes of what is not empty.
    fn first(&self) -> Set {
        let longer = self.pairs.iter().enumerate().filter(|(_, seconds)| **seconds != 0);
        longer.fold(self.one, |set, (class, _)| set | 1 << class)
    }

    /// One after the other, seen from the outside.
    fn then(&self, next: &Heads) -> Heads {
        let mut both = Heads { empty: self.empty && next.empty, one: 0, pairs: self.pairs.clone() };
        both.add_pairs(self.one, next.first());
        if next.empty {
            both.one |= self.one;
        }
        if self.empty {
            both = both.or(&Heads { empty: false, ..next.clone() });
        }
        both
    }

    /// As deep as the pattern nests, which the parser limits.
    fn of(hir: &Hir, side: Side) -> Heads {
        let mut heads = Heads::none();
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Heads::nothing(),
            HirKind::Literal(literal) => {
                heads.add(literal.0.iter().map(|byte| set(*byte, *byte)), side);
                heads
            }
            HirKind::Class(Class::Bytes(ranges)) => {
                heads.one = ranges.iter().fold(0, |all, range| all | set(range.start(), range.end()));
                heads
            }
            HirKind::Class(Class::Unicode(ranges)) => {
                for range in ranges.iter() {
                    if range.end().is_ascii() {
                        heads.one |= set(range.start() as u8, range.end() as u8);
                        continue;
                    }
                    for sequence in Utf8Sequences::new(range.start(), range.end()) {
                        heads.add(sequence.as_slice().iter().map(|range| set(range.start, range.end)), side);
                    }
                }
                heads
            }
            HirKind::Capture(capture) => Heads::of(&capture.sub, side),
            HirKind::Repetition(repetition) => {
                let once = Heads::of(&repetition.sub, side);
                let twice = once.then(&once);
                // What is repeated more often begins like what is repeated once or twice.
                match (repetition.min, repetition.max) {
                    (_, Some(0)) => Heads::nothing(),
                    (0, Some(1)) => once.or(&Heads::nothing()),
                    (0, _) => once.or(&twice).or(&Heads::nothing()),
                    (1, Some(1)) => once,
                    (1, _) => once.or(&twice),
                    _ => twice,
                }
            }
            HirKind::Alternation(branches) => {
                branches.iter().fold(Heads::none(), |heads, branch| heads.or(&Heads::of(branch, side)))
            }
            HirKind::Concat(parts) => {
                heads.empty = true;
                for at in 0..parts.len() {
                    if !heads.empty && heads.one == 0 {
                        break;
                    }
                    let at = if side == Side::First { at } else { parts.len() - 1 - at };
                    if let Some(part) = parts.get(at) {
                        heads = heads.then(&Heads::of(part, side));
                    }
                }
                heads
            }
        }
    }
}

/// The classes of a range of bytes.
fn set(from: u8, to: u8) -> Set {
    if from >= 0x80 {
        // Beyond ASCII a class is a long range.
        return [0x80, 0xc0, 0xe0]
            .into_iter()
            .zip([0xbf, 0xdf, 0xff])
            .fold(0, |set, (first, last)| if from <= last && to >= first { set | 1 << class(first) } else { set });
    }
    (from..=to).fold(0, |set, byte| set | 1 << class(byte))
}

#[cfg(test)]
mod tests {
    use super::{Openings, PAIRS, Side, pair};

    fn fits(pattern: &str, text: &str) -> bool {
        let openings = Openings::of(&regex_syntax::parse(pattern).unwrap(), Side::First).unwrap();
        let bytes = [text.as_bytes()[0], text.as_bytes()[1]];
        let mut table = vec![0; PAIRS];
        openings.mark(&mut table, 4);
        assert_eq!(table[pair(bytes)] == 4, openings.fit(pair(bytes)));
        openings.fit(pair(bytes))
    }

    fn closes(pattern: &str, text: &str) -> bool {
        let closings = Openings::of(&regex_syntax::parse(pattern).unwrap(), Side::Last).unwrap();
        let mut bytes = text.bytes().rev();
        closings.fit(pair([bytes.next().unwrap(), bytes.next().unwrap()]))
    }

    #[test]
    fn what_ends_as_matches_do_fits_and_other_ends_do_not() {
        let initials = r"[.!]\s?(\([a-z]{2,4}\)\.?|[–é])\s*\*{0,3}$";
        for text in ["Ia pulang. (abc)", "Ia pulang. (abc).", "Ia pulang. (abc)*", "Ia –", "Ia. (ab)**"] {
            assert!(closes(initials, text), "{text}");
        }
        for text in ["Ia pulang.", "pulang)", "!*", "(a)b"] {
            let fits = closes(initials, text);
            assert_eq!(fits, text == "pulang)", "{text}");
        }
        assert!(closes("^a?b$", "ab") && !closes("^a?b$", "cb") && closes("b$", "cb"));
        assert!(Openings::of(&regex_syntax::parse("^a").unwrap(), Side::Last).is_none());
    }

    #[test]
    fn what_matches_fits_and_other_beginnings_do_not() {
        let cases: [(&str, &[&str], &[&str]); 6] = [
            (r"^(?i:tag|topik|x)(?: .+)?$", &["TAG a", "topik", "x y"], &["tidak", "xy", "ya"]),
            (r"^(?:foto ?)?[0-9]{1,2} ?:.*$", &["foto 1:", "12:x", "1 :", "7:"], &["fa", "1a", "a1", "no"]),
            (r"^\(?(?:[a-z]{2,}/)+é?$", &["(ab/", "ab/cd/é"], &["((", ")a", "1a"]),
            (r"^(?:é|è.*)$", &["é", "èa"], &["ab", "e "]),
            (r"^a*b?c{2,3}$", &["cc", "ac", "bcc", "aab", "abcc"], &["bb", "cb", "ca"]),
            (r"^(?:)$", &[], &["ab"]),
        ];
        for (pattern, matching, other) in cases {
            for text in matching {
                assert!(fits(pattern, text), "{pattern} {text}");
            }
            for text in other {
                assert!(!fits(pattern, text), "{pattern} {text}");
            }
        }
        assert!(fits("^a", "ax") && !fits("^a", "xa"), "what is not anchored at its end may go on");
        assert!(Openings::of(&regex_syntax::parse("a$").unwrap(), Side::First).is_none());
    }
}
