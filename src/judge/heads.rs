//! With which two bytes what the steps of a program take can begin: most places of a text are told from them already.
//!
//! Bytes stand for kinds of them, so that a head takes two words; what is said is never too little.

use super::byte_set::ByteSet;
use super::program::Step;

/// A set of kinds of bytes.
type Kinds = u64;

/// The kind of bytes within letters, of the first bytes of letters beyond ASCII, and of what stands where the text has ended.
const WITHIN: u8 = 61;
const BEYOND: u8 = 62;
const END: u8 = 63;

/// The kind of a byte: nearly each letter and the commonest marks of ASCII have their own, the digits share one.
const KINDS: [u8; 256] = {
    let mut kinds = [60; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            letter @ b'a'..=b'z' => letter - b'a',
            b'X' => b'Q' - b'A' + 26,
            letter @ b'A'..=b'W' => letter - b'A' + 26,
            letter @ b'Y'..=b'Z' => letter - b'B' + 26,
            b'0'..=b'9' => 51,
            b' ' => 52,
            b'.' => 53,
            b',' => 54,
            b'-' => 55,
            b'(' => 56,
            b')' => 57,
            b'/' => 58,
            b':' => 59,
            0x80..=0xbf => WITHIN,
            0xc0.. => BEYOND,
            _ => 60,
        };
        byte += 1;
    }
    kinds
};

/// With what steps can begin.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    /// The first bytes of letters, and the bytes after them.
    pub(super) first: Kinds,
    pub(super) second: Kinds,
}

impl Head {
    /// Nothing.
    pub(super) const NONE: Head = Head { first: 0, second: 0 };

    /// Whether what stands at that place of a text may follow.
    #[inline]
    pub(super) fn fits(&self, text: &[u8], at: usize) -> bool {
        let kind = |at: usize| text.get(at).map_or(END, |byte| KINDS[usize::from(*byte)]);
        self.first >> kind(at) & 1 == 1 && self.second >> kind(at + 1) & 1 == 1
    }

    /// The first place from `at` on where that may be; the end of the text if there is none.
    pub(super) fn next(&self, text: &[u8], at: usize) -> usize {
        let mut at = at;
        while at < text.len() && !self.fits(text, at) {
            at += 1;
        }
        at
    }
}

/// The letters of a class.
#[derive(Clone, Copy)]
pub(super) struct Letters {
    first: Kinds,
    has_ascii: bool,
    has_others: bool,
}

impl Letters {
    /// Those that begin with the bytes.
    pub(super) fn new(bytes: ByteSet) -> Letters {
        let has = |byte: &u8| bytes.has(*byte);
        let first = (0..=u8::MAX).filter(has).fold(0, |kinds, byte| kinds | of(byte));
        Letters { first, has_ascii: (0..0x80).any(|byte| has(&byte)), has_others: (0x80..=0xff).any(|byte| has(&byte)) }
    }
}

fn of(byte: u8) -> Kinds {
    1 << KINDS[usize::from(byte)]
}

/// Works out the heads of steps.
pub(super) struct Heads {
    steps: Vec<Step>,
    texts: Vec<u8>,
    classes: Vec<Letters>,
    /// Of each step, the first bytes of what steps from it on take.
    firsts: Vec<Kinds>,
}

impl Heads {
    pub(super) fn new(steps: &[Step], texts: &str, classes: Vec<Letters>) -> Heads {
        let mut heads = Heads { steps: steps.to_vec(), texts: texts.into(), classes, firsts: Vec::new() };
        heads.firsts = (0..steps.len()).map(|place| heads.first(place)).collect();
        heads
    }

    fn first(&self, place: usize) -> Kinds {
        let mut first = 0;
        self.each(place, |_, step| {
            first |= match *step {
                Step::Text { from, .. } | Step::Fold { from, .. } => self.byte(step, from),
                Step::One { class } | Step::Many { class, .. } | Step::Few { class, .. } => self.letters(class).first,
                Step::End => 1 << END,
                Step::Match => !(1 << WITHIN),
                _ => 0,
            };
        });
        first
    }

    /// The head of the steps from that one on.
    pub(super) fn head(&self, place: usize) -> Head {
        let mut head = Head { first: self.firsts.get(place).copied().unwrap_or(0), second: 0 };
        self.each(place, |place, step| {
            let next = self.firsts.get(place + 1).copied().unwrap_or(0);
            let after = |letters: Letters, next: Kinds| {
                (if letters.has_ascii { next } else { 0 }) | if letters.has_others { 1 << WITHIN } else { 0 }
            };
            head.second |= match *step {
                Step::Text { from, to } | Step::Fold { from, to } if to - from > 1 => self.byte(step, from + 1),
                Step::Text { .. } | Step::Fold { .. } => next,
                Step::One { class } => after(self.letters(class), next),
                Step::Many { class, least, most, .. } | Step::Few { class, least, most, .. } => {
                    let letters = self.letters(class);
                    let another = if most > 1 { letters.first } else { 0 };
                    after(letters, another | if least > 1 { 0 } else { next })
                }
                Step::End => 1 << END,
                Step::Match => Kinds::MAX,
                _ => 0,
            };
        });
        head
    }

    /// Visits the steps that may be the first, from that one on, to take something or to end.
    fn each(&self, place: usize, mut visit: impl FnMut(usize, &Step)) {
        let mut seen = vec![false; self.steps.len()];
        let mut todo = vec![place];
        while let Some(place) = todo.pop() {
            let is_new = seen.get_mut(place).is_some_and(|seen| !std::mem::replace(seen, true));
            let Some(step) = self.steps.get(place).filter(|_| is_new) else { continue };
            visit(place, step);
            match *step {
                Step::Many { least: 0, .. } | Step::Few { least: 0, .. } => todo.push(place + 1),
                Step::Start | Step::Edge | Step::NoEdge | Step::Group { .. } => todo.push(place + 1),
                Step::Split { one, other, .. } => todo.extend([one, other].map(usize::from)),
                Step::Jump { to } => todo.push(usize::from(to)),
                _ => {}
            }
        }
    }

    /// The byte of a text at that place, in both cases if they are the same to the step.
    fn byte(&self, step: &Step, place: u16) -> Kinds {
        let byte = self.texts.get(usize::from(place)).copied().unwrap_or_default();
        match step {
            Step::Fold { .. } => of(byte) | of(byte.to_ascii_uppercase()),
            _ => of(byte),
        }
    }

    fn letters(&self, class: u8) -> Letters {
        let none = Letters { first: 0, has_ascii: false, has_others: false };
        self.classes.get(usize::from(class)).copied().unwrap_or(none)
    }
}

#[cfg(test)]
mod tests {
    use super::Head;
    use crate::judge::program::Program;

    /// With what matches of the pattern begin.
    fn head(pattern: &str) -> Head {
        let program = Program::of(&regex_syntax::parse(pattern).unwrap()).unwrap();
        program.heads.first().unwrap().clone()
    }

    #[test]
    fn a_match_begins_as_its_pattern_does_and_little_else_does() {
        let cases: [(&str, &[&str], &[&str]); 7] = [
            ("(?i)foto|gambar", &["Foto", "gA"], &["fe!", "F", "dari", ""]),
            (r"\((?:[a-z]+/)?x\)", &["(a", "(x"], &["(X", "(1", "x"]),
            ("é+x?", &["é"], &["e", "x"]),
            ("[a-z]?é?$", &["", "a", "aé", "é"], &["ab", "1", "a1"]),
            ("x?(?:|b)", &["", "x", "xy", "7"], &[]),
            (r"\s{2,}(?:A|$)", &["  ", "\u{a0} "], &[" a", "a "]),
            ("[^a]{3}", &["bcd", "éa", "b\u{e9}"], &["abc", "ba"]),
        ];
        for (pattern, fitting, others) in cases {
            let head = head(pattern);
            fitting.iter().for_each(|text| assert!(head.fits(text.as_bytes(), 0), "{pattern} {text}"));
            others.iter().for_each(|text| assert!(!head.fits(text.as_bytes(), 0), "{pattern} {text}"));
            let text = format!("{}{}", others.concat(), fitting.first().copied().unwrap_or_default());
            assert!(head.next(text.as_bytes(), 0) <= others.concat().len(), "{pattern}");
        }
    }
}
