//! A walk through the steps of a program along a text, which goes back to try what is second best: it finds what a regex does,
//! the first match, and of those that begin there the one that the pattern prefers.
//!
//! How many steps it may take is bounded by the length of the text; beyond that, who asks must ask a regex.

use std::ops::Range;

use memchr::memchr;

use super::heads::Head;
use super::program::{Class, NO_BOUND, NO_MOST, Program, Step};

/// So many steps a walk may take, and so many more for each byte of the text.
const STEPS: usize = 2_000;
const STEPS_PER_BYTE: usize = 16;

/// So many letters taken at once cost as much as a step.
const LETTERS_PER_STEP: usize = 16;

/// A match, and within it what a rule takes: the first group, if it has one.
pub(crate) type Found = (Range<usize>, Range<usize>);

/// The walk took too many steps.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct TooLong;

/// What is yet to be tried if all else fails.
enum Retry {
    /// To go on with that step at that place.
    Step(u16, usize),
    /// To give back a letter that the step took before that place, but none before `low`.
    Fewer { step: u16, at: usize, low: usize },
    /// To let the step take another letter after the `taken` that it has.
    More { step: u16, at: usize, taken: u16 },
    /// To forget where the group began or ended.
    Group(u8, Option<usize>),
}

struct Walk<'a> {
    program: &'a Program,
    steps: &'a [Step],
    classes: &'a [Class],
    heads: &'a [Head],
    text: &'a str,
    retries: Vec<Retry>,
    /// Where the first group begins and ends.
    group: [Option<usize>; 2],
    steps_left: usize,
}

/// What no letter belongs to, and what nothing follows.
const NO_LETTER: Class = Class { ascii: [0; 2], ranges: (0, 0), has_rest: false, all_but: None };
const NOTHING: Head = Head::NONE;

impl Program {
    /// Whether it matches a text from its start on.
    ///
    /// # Errors
    /// When that takes too many steps.
    pub(crate) fn is_match(&self, text: &str) -> Result<bool, TooLong> {
        Walk::new(self, text, text.len()).end(0).map(|end| end.is_some())
    }

    /// The first match in the text that begins at byte `at` or later.
    ///
    /// # Errors
    /// When finding it takes too many steps.
    pub(crate) fn find_at(&self, text: &str, at: usize) -> Result<Option<Found>, TooLong> {
        let Some(rest) = text.as_bytes().get(at..) else { return Ok(None) };
        if at > 0 && self.is_anchored() {
            return Ok(None);
        }
        let mut walk = Walk::new(self, text, rest.len());
        let Some(head) = self.heads.first() else { return Ok(None) };
        let mut at = at;
        loop {
            if !self.is_anchored() {
                at = head.next(text.as_bytes(), at);
            }
            if let Some(end) = walk.end(at)? {
                let group = match walk.group {
                    [Some(start), Some(end)] => start..end,
                    _ => at..end,
                };
                return Ok(Some((at..end, group)));
            }
            if at == text.len() || self.is_anchored() {
                return Ok(None);
            }
            at += 1;
        }
    }
}

impl<'a> Walk<'a> {
    fn new(program: &'a Program, text: &'a str, length: usize) -> Walk<'a> {
        let steps_left = STEPS + STEPS_PER_BYTE * length;
        let Program { steps, classes, heads, .. } = program;
        Walk { program, steps, classes, heads, text, retries: Vec::new(), group: [None; 2], steps_left }
    }

    /// Where the match ends that begins there, if one does.
    fn end(&mut self, from: usize) -> Result<Option<usize>, TooLong> {
        let (mut step, mut at) = (0, from);
        self.group = [None; 2];
        loop {
            self.pay(1)?;
            let next = match self.steps.get(usize::from(step)) {
                Some(Step::Match) => {
                    self.retries.clear();
                    return Ok(Some(at));
                }
                Some(todo) => self.take(*todo, step, at)?,
                None => None,
            };
            let next = match next {
                Some(next) => Some(next),
                None => self.retry()?,
            };
            match next {
                Some(next) => (step, at) = next,
                None => return Ok(None),
            }
        }
    }

    fn pay(&mut self, steps: usize) -> Result<(), TooLong> {
        self.steps_left = self.steps_left.checked_sub(steps).ok_or(TooLong)?;
        Ok(())
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// With which step to go on, and where, after this one; `None`: it fails.
    #[inline(always)]
    fn take(&mut self, todo: Step, step: u16, at: usize) -> Result<Option<(u16, usize)>, TooLong> {
        let next = step + 1;
        let rest = || self.text.as_bytes().get(at..).unwrap_or_default();
        let text = |from: u16, to: u16| self.program.texts.as_bytes().get(usize::from(from)..usize::from(to));
        Ok(match todo {
            Step::Text { from, to } => {
                let text = text(from, to).unwrap_or_default();
                rest().starts_with(text).then_some((next, at + text.len()))
            }
            Step::Fold { from, to } => {
                let text = text(from, to).unwrap_or_default();
                let is_there = rest().get(..text.len()).is_some_and(|rest| rest.eq_ignore_ascii_case(text));
                is_there.then_some((next, at + text.len()))
            }
            Step::One { class } => self.letter(self.class(class), at).map(|end| (next, end)),
            Step::Many { class, head, back, least, most } => match self.letters(class, at, least, most)? {
                Some((low, end)) => {
                    let low = if back == NO_BOUND { low } else { low.max(end.saturating_sub(usize::from(back))) };
                    self.give_back(step, head, end, low)?
                }
                None => None,
            },
            Step::Few { class, least, .. } => match self.letters(class, at, least, least)? {
                Some((_, end)) => self.take_more(step, end, least)?,
                None => None,
            },
            Step::Start => (at == 0).then_some((next, at)),
            Step::End => (at == self.text.len()).then_some((next, at)),
            Step::Edge => self.is_edge(at).then_some((next, at)),
            Step::NoEdge => (!self.is_edge(at)).then_some((next, at)),
            Step::Split { one, other, heads: [first, second] } => {
                match (self.fits(self.head(first), at), self.fits(self.head(second), at)) {
                    (true, true) => {
                        self.retries.push(Retry::Step(other, at));
                        Some((one, at))
                    }
                    (true, false) => Some((one, at)),
                    (false, true) => Some((other, at)),
                    (false, false) => None,
                }
            }
            Step::Jump { to } => Some((to, at)),
            Step::Group { end } => {
                if let Some(place) = self.group.get_mut(usize::from(end)) {
                    let before = place.replace(at);
                    if !self.retries.is_empty() {
                        self.retries.push(Retry::Group(end, before));
                    }
                }
                Some((next, at))
            }
            Step::Match => None,
        })
    }

    /// With which step to go on, and where, of what is yet to be tried.
    fn retry(&mut self) -> Result<Option<(u16, usize)>, TooLong> {
        while let Some(retry) = self.retries.pop() {
            self.pay(1)?;
            let next = match retry {
                Retry::Step(step, at) => Some((step, at)),
                Retry::Group(end, before) => {
                    if let Some(place) = self.group.get_mut(usize::from(end)) {
                        *place = before;
                    }
                    None
                }
                Retry::Fewer { step, at, low } => match self.steps.get(usize::from(step)) {
                    Some(Step::Many { head, .. }) => self.give_back(step, *head, at.saturating_sub(1), low)?,
                    _ => None,
                },
                Retry::More { step, at, taken } => match self.steps.get(usize::from(step)) {
                    Some(Step::Few { class, most, .. }) if taken < *most || *most == NO_MOST => {
                        match self.letter(self.class(*class), at) {
                            Some(at) => self.take_more(step, at, taken.saturating_add(1))?,
                            None => None,
                        }
                    }
                    _ => None,
                },
            };
            if next.is_some() {
                return Ok(next);
            }
        }
        Ok(None)
    }

    /// Of the letters up to `at`, gives back those after `low` until the head, which fits only where letters begin, fits what
    /// follows.
    fn give_back(&mut self, step: u16, head: u8, at: usize, low: usize) -> Result<Option<(u16, usize)>, TooLong> {
        let head = self.head(head);
        let mut end = at;
        while !self.fits(head, end) {
            if end <= low {
                return Ok(None);
            }
            end -= 1;
        }
        self.pay((at - end) / LETTERS_PER_STEP)?;
        if end > low {
            self.retries.push(Retry::Fewer { step, at: end, low });
        }
        Ok(Some((step + 1, end)))
    }

    /// Lets a step that has taken so many letters take more until its head fits.
    fn take_more(&mut self, step: u16, at: usize, taken: u16) -> Result<Option<(u16, usize)>, TooLong> {
        let Some(Step::Few { class, head, most, .. }) = self.steps.get(usize::from(step)) else {
            return Ok(None);
        };
        let (class, head) = (self.class(*class), self.head(*head));
        let (mut end, mut taken) = (at, taken);
        while !self.fits(head, end) {
            let letter = if taken < *most || *most == NO_MOST { self.letter(class, end) } else { None };
            let Some(after) = letter else {
                self.pay((end - at) / LETTERS_PER_STEP)?;
                return Ok(None);
            };
            (end, taken) = (after, taken.saturating_add(1));
        }
        self.pay((end - at) / LETTERS_PER_STEP)?;
        self.retries.push(Retry::More { step, at: end, taken });
        Ok(Some((step + 1, end)))
    }

    /// Of the letters of a class that stand there, up to so many, where the least of them end, and where all do; `None` if there
    /// are fewer than the least.
    fn letters(&mut self, class: u8, at: usize, least: u16, most: u16) -> Result<Option<(usize, usize)>, TooLong> {
        let class = self.class(class);
        let mut low = at;
        for _ in 0..least {
            match self.letter(class, low) {
                Some(end) => low = end,
                None => {
                    self.pay((low - at) / LETTERS_PER_STEP)?;
                    return Ok(None);
                }
            }
        }
        let mut end = low;
        if most == NO_MOST {
            end = self.all_letters(class, low);
        } else {
            for _ in least..most {
                match self.letter(class, end) {
                    Some(after) => end = after,
                    None => break,
                }
            }
        }
        self.pay((end - at) / LETTERS_PER_STEP)?;
        Ok(Some((low, end)))
    }

    /// Where all letters of the class end that stand there.
    fn all_letters(&self, class: &Class, at: usize) -> usize {
        if let Some(other) = class.all_but {
            let rest = self.text.as_bytes().get(at..).unwrap_or_default();
            return at + memchr(other, rest).unwrap_or(rest.len());
        }
        if class.has_rest {
            let rest = self.text.as_bytes().get(at..).unwrap_or_default();
            let other = rest.iter().position(|byte| byte.is_ascii() && !class.has_ascii(*byte));
            return at + other.unwrap_or(rest.len());
        }
        let mut end = at;
        while let Some(after) = self.letter(class, end) {
            end = after;
        }
        end
    }

    /// Where the letter ends that stands there, if it is of the class.
    #[inline(always)]
    fn letter(&self, class: &Class, at: usize) -> Option<usize> {
        match self.byte(at)? {
            ascii @ 0..0x80 => class.has_ascii(ascii).then_some(at + 1),
            first if class.has_rest => Some(at + 2 + usize::from(first >= 0xe0) + usize::from(first >= 0xf0)),
            _ => self.letter_beyond(class, at),
        }
    }

    #[inline(never)]
    fn letter_beyond(&self, class: &Class, at: usize) -> Option<usize> {
        let (from, to) = class.ranges;
        let ranges = self.program.ranges.get(usize::from(from)..usize::from(to)).filter(|ranges| !ranges.is_empty())?;
        let letter = self.text.get(at..)?.chars().next()?;
        let (first, _) = ranges.get(ranges.partition_point(|(_, last)| *last < letter))?;
        (*first <= letter).then(|| at + letter.len_utf8())
    }

    fn is_edge(&self, at: usize) -> bool {
        let is_word = |at: Option<usize>| {
            let byte = at.and_then(|at| self.byte(at));
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        is_word(at.checked_sub(1)) != is_word(Some(at))
    }

    #[inline]
    fn fits(&self, head: &Head, at: usize) -> bool {
        head.fits(self.text.as_bytes(), at)
    }

    #[inline]
    fn class(&self, number: u8) -> &'a Class {
        self.classes.get(usize::from(number)).unwrap_or(&NO_LETTER)
    }

    #[inline]
    fn head(&self, number: u8) -> &'a Head {
        self.heads.get(usize::from(number)).unwrap_or(&NOTHING)
    }
}

#[cfg(test)]
mod tests {
    use super::{Found, Program, TooLong};

    fn program(pattern: &str) -> Option<Program> {
        Program::of(&regex_syntax::parse(pattern).unwrap())
    }

    fn found_by_regex(pattern: &str, text: &str, at: usize) -> Option<Found> {
        let regex = regex::Regex::new(pattern).unwrap();
        let groups = regex.captures_at(text, at)?;
        let whole = groups.get(0)?.range();
        Some((whole.clone(), groups.get(1).map_or(whole, |group| group.range())))
    }

    /// Texts of those pieces, of up to so many.
    fn soups(pieces: &[&str], most: usize) -> Vec<String> {
        let mut state = 7_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            pieces[(state >> 16) as usize % pieces.len()]
        };
        (0..400).map(|number| (0..number % most).map(|_| next()).collect()).collect()
    }

    #[test]
    fn it_finds_what_a_regex_finds() {
        let patterns = [
            r"^(?:a|ab)(?-u:\b).*$",
            r"(?i)foto ?: ([^.]{2,5})|é+$",
            r"^(?:[a-c]{2,3}|x+?)+(?-u:\B)c$",
            r"(?:a|é){3}\s*((?:b?c?){0,2}d){0,2}$",
            r"(?-u:\b)([^a]+)(?:)b$",
            r"^(?:|.*!)$",
            "",
            r"(?:^|[.!]\s?)((?:a|foto)[^!]*?(?: |b))\s*$",
            r"(x)?([a-c]{1,3}?)(?:b|é|$)",
            r"[^\u{80}]{2,4}?(-*)",
            r"(a|(?:ab|é)+?c)(b{0,2})(?:c|\u{a0})",
            r"(?:a+b){2,}?|[a-é]+x",
        ];
        let pieces = ["a", "b", "c", "d", "é", " ", "!", "\u{a0}", "\u{200b}", "x", "𝄞", "FOTO: ", "foto", ".", "-"];
        for pattern in patterns {
            let program = program(pattern).unwrap();
            for text in soups(&pieces, 24) {
                for at in [0, text.len() / 2].map(|at| text.floor_char_boundary(at)) {
                    let expected = found_by_regex(pattern, &text, at);
                    assert_eq!(program.find_at(&text, at), Ok(expected), "{pattern} {text} {at}");
                }
                let is_match = regex::Regex::new(&format!(r"\A(?:{pattern})")).unwrap().is_match(&text);
                assert_eq!(program.is_match(&text), Ok(is_match), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn what_it_knows_nothing_of_it_leaves_alone() {
        for pattern in [r"\ba", "(?m)^a", r"(?-u:[a-z])é", "(?:a*)+", "(?:[a-z]{9}b){1100}", "(?:ab){70000}"] {
            assert!(program(pattern).is_none(), "{pattern}");
        }
    }

    #[test]
    fn it_gives_up_where_going_back_would_take_ages() {
        let text = "a".repeat(5_000);
        for pattern in ["(?:a+b?)+c", "a+a+b|c", "a[^b]*?b", "a{4999}c", "a{4999}?c"] {
            assert_eq!(program(pattern).unwrap().find_at(&text, 0), Err(TooLong), "{pattern}");
        }
        let plain = program("^[a-z]+(b|$)").unwrap();
        assert_eq!(plain.find_at(&text, 0), Ok(Some((0..5_000, 5_000..5_000))));
    }
}
