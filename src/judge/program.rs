//! A pattern as a flat program of steps, which `walk` goes through.
//!
//! `build.rs` uses this file too: the programs of the crate's own patterns are made when it is built.

use std::borrow::Cow;
use std::fmt;

use regex_syntax::hir::{Class as HirClass, Hir, HirKind, Look, Repetition};

use super::byte_set::ByteSet;
use super::heads::{Head, Heads, Letters};

/// A longer program is not worth its memory.
const MAX_STEPS: usize = 2_000;

/// A pattern, ready to be matched.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Program {
    pub(super) steps: Cow<'static, [Step]>,
    /// The texts of [`Step::Text`] and [`Step::Fold`], one after the other.
    pub(super) texts: Cow<'static, str>,
    pub(super) classes: Cow<'static, [Class]>,
    /// The ranges of classes beyond ASCII.
    pub(super) ranges: Cow<'static, [(char, char)]>,
    pub(super) heads: Cow<'static, [Head]>,
}

/// What is done at a place of a text. Classes and heads stand in the program's lists.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    /// Takes this text.
    Text { from: u16, to: u16 },
    /// Takes this text, which is in lower case, whatever its case in ASCII.
    Fold { from: u16, to: u16 },
    /// Takes a letter of the class.
    One { class: u8 },
    /// Takes letters of the class, as many as there are, and gives them back one by one, as far as the head may follow: up to so
    /// many bytes, unless it is [`NO_BOUND`].
    Many { class: u8, head: u8, back: u8, least: u16, most: u16 },
    /// Takes as few letters of the class as will do before the head.
    Few { class: u8, head: u8, least: u16, most: u16 },
    /// The start of the text.
    Start,
    /// Its end.
    End,
    /// Where a word of ASCII begins or ends.
    Edge,
    /// Anywhere else.
    NoEdge,
    /// Goes on at one step, or else at the other; each has a head.
    Split { one: u16, other: u16, heads: [u8; 2] },
    /// Goes on at that step.
    Jump { to: u16 },
    /// The first group begins (0) or ends (1).
    Group { end: u8 },
    /// Here a match ends.
    Match,
}

/// No bound to what is repeated.
pub(super) const NO_MOST: u16 = u16::MAX;

/// Bytes may be given back without bound.
pub(super) const NO_BOUND: u8 = u8::MAX;

/// So many steps are looked at to find that bound.
const MAX_LOOKS: usize = 64;

/// A class of letters.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Class {
    /// Those of ASCII.
    pub(super) ascii: [u64; 2],
    /// Which of the program's ranges hold the others, which are sorted.
    pub(super) ranges: (u16, u16),
    /// Whether all others belong to it.
    pub(super) has_rest: bool,
    /// The one letter that does not, if all but one of them do.
    pub(super) all_but: Option<u8>,
}

impl Program {
    /// The program of a pattern; `None` if it holds what programs know nothing of, or is too long.
    pub(crate) fn of(hir: &Hir) -> Option<Program> {
        let mut compiler = Compiler::default();
        compiler.add(hir)?;
        compiler.push(Step::Match)?;
        compiler.finish()
    }

    /// Whether it matches only at the start of a text.
    pub(super) fn is_anchored(&self) -> bool {
        self.steps.first() == Some(&Step::Start)
    }
}

/// Writes it as Rust.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Program { steps, texts, classes, ranges, heads } = self;
        write!(f, "Program {{ steps: Cow::Borrowed(&[")?;
        steps.iter().try_for_each(|step| write!(f, "Step::{step:?}, "))?;
        write!(f, "]), texts: Cow::Borrowed({texts:?}), ")?;
        write!(f, "classes: Cow::Borrowed(&{classes:?}), ranges: Cow::Borrowed(&{ranges:?}), ")?;
        write!(f, "heads: Cow::Borrowed(&{heads:?}) }}")
    }
}

#[derive(Default)]
struct Compiler {
    steps: Vec<Step>,
    texts: String,
    classes: Vec<Class>,
    ranges: Vec<(char, char)>,
    heads: Vec<Head>,
}

impl Compiler {
    /// `None` if there are too many.
    fn push(&mut self, step: Step) -> Option<usize> {
        self.steps.push(step);
        (self.steps.len() <= MAX_STEPS).then(|| self.steps.len() - 1)
    }

    /// The number of the next step.
    fn next(&self) -> u16 {
        self.steps.len() as u16
    }

    /// As deep as the pattern nests, which the parser limits.
    fn add(&mut self, hir: &Hir) -> Option<()> {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => self.add_text(std::str::from_utf8(&literal.0).ok()?, false)?,
            HirKind::Class(_) => {
                let class = self.class(hir)?;
                self.push(Step::One { class })?;
            }
            HirKind::Look(look) => {
                self.push(match look {
                    Look::Start => Step::Start,
                    Look::End => Step::End,
                    Look::WordAscii => Step::Edge,
                    Look::WordAsciiNegate => Step::NoEdge,
                    _ => return None,
                })?;
            }
            // Nobody asks for other groups.
            HirKind::Capture(capture) if capture.index != 1 => self.add(&capture.sub)?,
            HirKind::Capture(capture) => {
                self.push(Step::Group { end: 0 })?;
                self.add(&capture.sub)?;
                self.push(Step::Group { end: 1 })?;
            }
            HirKind::Repetition(repetition) => self.add_repetition(repetition)?,
            HirKind::Alternation(branches) => self.add_branches(branches)?,
            HirKind::Concat(parts) => self.add_parts(parts)?,
        }
        Some(())
    }

    fn add_text(&mut self, text: &str, folds: bool) -> Option<()> {
        let from = u16::try_from(self.texts.len()).ok()?;
        self.texts.push_str(text);
        let to = u16::try_from(self.texts.len()).ok()?;
        if from < to {
            self.push(if folds { Step::Fold { from, to } } else { Step::Text { from, to } })?;
        }
        Some(())
    }

    /// One part after the other; letters of either case that stand side by side are one text.
    fn add_parts(&mut self, parts: &[Hir]) -> Option<()> {
        let mut folded = String::new();
        for part in parts {
            match part.kind() {
                HirKind::Class(HirClass::Unicode(class)) => {
                    let letters: Vec<_> = class.iter().map(|range| (range.start(), range.end())).collect();
                    if let [(upper, last), (lower, _)] = letters[..]
                        && upper == last
                        && upper.is_ascii_uppercase()
                        && part.properties().maximum_len() == Some(1)
                        && class.iter().all(|range| range.start().eq_ignore_ascii_case(&range.end()))
                        && lower == upper.to_ascii_lowercase()
                    {
                        folded.push(lower);
                        continue;
                    }
                }
                HirKind::Literal(literal) if !folded.is_empty() => {
                    let text = std::str::from_utf8(&literal.0).ok()?;
                    if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
                        folded.push_str(text);
                        continue;
                    }
                }
                _ => {}
            }
            self.add_text(&std::mem::take(&mut folded), true)?;
            self.add(part)?;
        }
        self.add_text(&folded, true)
    }

    fn add_branches(&mut self, branches: &[Hir]) -> Option<()> {
        let mut ends = Vec::new();
        let last = branches.len().saturating_sub(1);
        for (number, branch) in branches.iter().enumerate() {
            if number == last {
                self.add(branch)?;
                break;
            }
            let split = self.push(Step::Match)?;
            self.add(branch)?;
            ends.push(self.push(Step::Match)?);
            self.set(split, split_at(split as u16 + 1, self.next()));
        }
        let to = self.next();
        ends.into_iter().for_each(|end| self.set(end, Step::Jump { to }));
        Some(())
    }

    fn add_repetition(&mut self, repetition: &Repetition) -> Option<()> {
        let Repetition { min, max, greedy, ref sub } = *repetition;
        let times = |times: u32| u16::try_from(times).ok().filter(|times| *times < NO_MOST);
        let (least, most) = (times(min)?, max.map_or(Some(NO_MOST), times)?);
        if let Some(class) = self.class(sub) {
            let head = 0;
            let step = if greedy {
                Step::Many { class, head, back: NO_BOUND, least, most }
            } else {
                Step::Few { class, head, least, most }
            };
            return self.push(step).map(|_| ());
        }
        let is_endless = max.is_none();
        let unrolled = if is_endless { least } else { most };
        // What may be nothing and is repeated without end, each engine would have to take alike; what is repeated very often
        // makes a long program.
        if is_endless && sub.properties().minimum_len() == Some(0) || usize::from(unrolled) > MAX_STEPS {
            return None;
        }
        (0..least).try_for_each(|_| self.add(sub))?;
        let mut splits = Vec::new();
        for _ in least..if is_endless { least + 1 } else { most } {
            splits.push(self.push(Step::Match)?);
            self.add(sub)?;
        }
        if let ([split], true) = (&splits[..], is_endless) {
            self.push(Step::Jump { to: *split as u16 })?;
        }
        let out = self.next();
        for split in splits {
            let inside = split as u16 + 1;
            self.set(split, if greedy { split_at(inside, out) } else { split_at(out, inside) });
        }
        Some(())
    }

    fn set(&mut self, place: usize, step: Step) {
        if let Some(old) = self.steps.get_mut(place) {
            *old = step;
        }
    }

    /// The number of the class of what matches one letter; `None` if it is something else, or there are too many.
    fn class(&mut self, hir: &Hir) -> Option<u8> {
        let mut class = Class { ascii: [0; 2], ranges: (0, 0), has_rest: false, all_but: None };
        let mut beyond = Vec::new();
        let mut add = |from: char, to: char| {
            for ascii in (from..=to).take_while(char::is_ascii) {
                class.ascii[usize::from(ascii as u8 >> 6)] |= 1 << (ascii as u8 & 63);
            }
            if !to.is_ascii() {
                beyond.push((from.max('\u{80}'), to));
            }
        };
        match hir.kind() {
            HirKind::Class(HirClass::Unicode(ranges)) => {
                ranges.iter().for_each(|range| add(range.start(), range.end()));
            }
            HirKind::Literal(literal) => {
                let mut letters = std::str::from_utf8(&literal.0).ok()?.chars();
                let letter = letters.next().filter(|_| letters.next().is_none())?;
                add(letter, letter);
            }
            _ => return None,
        }
        class.has_rest = beyond[..] == [('\u{80}', char::MAX)];
        let mut others = (0..0x80).filter(|byte| !class.has_ascii(*byte));
        class.all_but = others.next().filter(|_| class.has_rest && others.next().is_none());
        if !class.has_rest && !beyond.is_empty() {
            let known = self.ranges.windows(beyond.len()).position(|ranges| ranges == beyond);
            let from = known.unwrap_or(self.ranges.len());
            if known.is_none() {
                self.ranges.extend_from_slice(&beyond);
            }
            class.ranges = (u16::try_from(from).ok()?, u16::try_from(from + beyond.len()).ok()?);
        }
        place_of(&mut self.classes, class)
    }

    /// Works out heads, which takes all steps.
    fn finish(mut self) -> Option<Program> {
        let classes = (0..self.classes.len()).map(|class| Letters::new(self.bytes_of(class as u8))).collect();
        let heads = Heads::new(&self.steps, &self.texts, classes);
        self.heads.push(heads.head(0));
        for place in 0..self.steps.len() {
            let step = self.steps.get(place).copied()?;
            let step = match step {
                Step::Many { class, least, most, .. } => {
                    let follows = heads.head(place + 1);
                    let mut looks = MAX_LOOKS;
                    let back = self.bytes_before_other(place + 1, &self.bytes_of(class), &mut looks);
                    let back = back.and_then(|back| u8::try_from(back).ok()).unwrap_or(NO_BOUND);
                    Step::Many { class, head: place_of(&mut self.heads, follows)?, back, least, most }
                }
                Step::Few { class, least, most, .. } => {
                    let follows = heads.head(place + 1);
                    Step::Few { class, head: place_of(&mut self.heads, follows)?, least, most }
                }
                Step::Split { one, other, .. } => {
                    let [first, second] =
                        [one, other].map(|step| place_of(&mut self.heads, heads.head(usize::from(step))));
                    Step::Split { one, other, heads: [first?, second?] }
                }
                other => other,
            };
            self.set(place, step);
        }
        let Compiler { steps, texts, classes, ranges, heads } = self;
        Some(Program {
            steps: steps.into(),
            texts: texts.into(),
            classes: classes.into(),
            ranges: ranges.into(),
            heads: heads.into(),
        })
    }

    /// How many bytes the steps from that one on take at most before they need something that begins with none of these bytes,
    /// in a text of which all letters do. After more such letters they fail. `None`: they may take any number.
    ///
    /// As deep as `looks` allow.
    fn bytes_before_other(&self, place: usize, bytes: &ByteSet, looks: &mut usize) -> Option<usize> {
        let (mut place, mut taken) = (place, 0);
        loop {
            *looks = looks.checked_sub(1)?;
            match *self.steps.get(place)? {
                Step::Text { from, to } | Step::Fold { from, to } => {
                    let text = self.texts.get(usize::from(from)..usize::from(to))?;
                    let is_other = |letter: char| {
                        let mut own = ByteSet::default();
                        [letter, letter.to_ascii_uppercase()].iter().for_each(|letter| own.add_first(*letter, *letter));
                        !own.meets(bytes)
                    };
                    match text.find(is_other) {
                        Some(before) => return Some(taken + before),
                        None => taken += text.len(),
                    }
                }
                Step::One { class } if !self.bytes_of(class).meets(bytes) => return Some(taken),
                Step::One { class } => taken += self.longest(class),
                Step::Many { class, least, .. } | Step::Few { class, least, .. }
                    if !self.bytes_of(class).meets(bytes) =>
                {
                    if least > 0 {
                        return Some(taken);
                    }
                }
                Step::Many { most: NO_MOST, .. } | Step::Few { most: NO_MOST, .. } => return None,
                Step::Many { class, most, .. } | Step::Few { class, most, .. } => {
                    taken += usize::from(most) * self.longest(class);
                }
                Step::Start | Step::Edge | Step::NoEdge | Step::Group { .. } => {}
                Step::End => return Some(taken),
                Step::Split { one, other, .. } => {
                    // Loops end when all looks are taken.
                    let one = self.bytes_before_other(usize::from(one), bytes, looks)?;
                    let other = self.bytes_before_other(usize::from(other), bytes, looks)?;
                    return Some(taken + one.max(other));
                }
                Step::Jump { to } => {
                    place = usize::from(to);
                    continue;
                }
                Step::Match => return None,
            }
            place += 1;
        }
    }

    /// How many bytes a letter of the class has at most.
    fn longest(&self, class: u8) -> usize {
        let is_plain = |class: &Class| !class.has_rest && class.ranges == (0, 0);
        if self.classes.get(usize::from(class)).is_some_and(is_plain) { 1 } else { 4 }
    }

    /// The first bytes of the letters of a class.
    fn bytes_of(&self, class: u8) -> ByteSet {
        let mut bytes = ByteSet::default();
        let Some(class) = self.classes.get(usize::from(class)) else { return bytes };
        let ascii = (0..0x80).filter(|byte| class.has_ascii(*byte));
        ascii.for_each(|byte| bytes.add(byte, byte));
        if class.has_rest {
            bytes.add_first('\u{80}', char::MAX);
        }
        let (from, to) = class.ranges;
        let ranges = self.ranges.get(usize::from(from)..usize::from(to)).unwrap_or_default();
        ranges.iter().for_each(|(from, to)| bytes.add_first(*from, *to));
        bytes
    }
}

fn split_at(one: u16, other: u16) -> Step {
    Step::Split { one, other, heads: [0; 2] }
}

/// Where the item stands in the list, to which it is added if it is new. `None` if there are too many.
fn place_of<T: PartialEq>(list: &mut Vec<T>, item: T) -> Option<u8> {
    let place = list.iter().position(|known| *known == item).unwrap_or(list.len());
    if place == list.len() {
        list.push(item);
    }
    u8::try_from(place).ok()
}

impl Class {
    #[inline]
    pub(super) fn has_ascii(&self, byte: u8) -> bool {
        let [low, high] = self.ascii;
        (if byte < 64 { low } else { high }) >> (byte & 63) & 1 == 1
    }
}
