//! Whether a pattern matches, without compiling it: sets of places in a short text go through the pattern's parts.
//!
//! Compiling a pattern costs as much as hundreds of such tries, and most patterns are tried less often. Says nothing of where
//! matches lie. A pattern that is compiled after all is compiled from its tree, which spares parsing it. `build.rs` uses this file
//! too: the trees of the crate's own patterns are made when it is built.

use std::borrow::Cow;
use std::fmt;

use regex_syntax::hir::{
    self, Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition,
};

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tree {
    /// This text.
    Literal(Cow<'static, str>),
    /// One of the characters in these ranges, which are sorted.
    Class(Cow<'static, [(char, char)]>),
    /// Nothing, at such a place.
    Look(Look),
    /// What stands in it alone, again and again.
    Repeat(Times, Cow<'static, [Tree]>),
    /// The group of that number, which holds what stands in it alone.
    Group(u32, Cow<'static, [Tree]>),
    /// One of them.
    Any(Cow<'static, [Tree]>),
    /// One after the other.
    All(Cow<'static, [Tree]>),
}

/// How often something is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Times {
    pub(super) least: u32,
    pub(super) most: u32,
    /// Whether more is better.
    pub(super) greedy: bool,
}

/// What a place must be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    /// The start of the text.
    Start,
    /// Its end.
    End,
    /// Where a word of ASCII begins or ends.
    Edge,
    /// Anywhere else.
    NoEdge,
}

impl Tree {
    /// The tree of a pattern; `None` if it holds what trees know nothing of. As deep as the pattern nests, which the parser
    /// limits.
    pub(crate) fn of(hir: &Hir) -> Option<Tree> {
        let list = |parts: &[Hir]| parts.iter().map(Tree::of).collect::<Option<Vec<Tree>>>();
        Some(match hir.kind() {
            HirKind::Empty => Tree::Literal(Cow::Borrowed("")),
            HirKind::Literal(literal) => Tree::Literal(String::from_utf8(literal.0.to_vec()).ok()?.into()),
            HirKind::Class(Class::Unicode(class)) => {
                Tree::Class(class.iter().map(|range| (range.start(), range.end())).collect())
            }
            HirKind::Class(Class::Bytes(_)) => return None,
            HirKind::Look(look) => Tree::Look(match look {
                hir::Look::Start => Look::Start,
                hir::Look::End => Look::End,
                hir::Look::WordAscii => Look::Edge,
                hir::Look::WordAsciiNegate => Look::NoEdge,
                _ => return None,
            }),
            HirKind::Capture(capture) => Tree::Group(capture.index, vec![Tree::of(&capture.sub)?].into()),
            HirKind::Repetition(repetition) => {
                let Repetition { min: least, max, greedy, ref sub } = *repetition;
                Tree::Repeat(Times { least, most: max.unwrap_or(u32::MAX), greedy }, vec![Tree::of(sub)?].into())
            }
            HirKind::Alternation(parts) => Tree::Any(list(parts)?.into()),
            HirKind::Concat(parts) => Tree::All(list(parts)?.into()),
        })
    }

    /// The pattern as it is compiled for text that is UTF-8, of which bytes need not tell what is none.
    pub(crate) fn hir(&self) -> Hir {
        let list = |parts: &[Tree]| parts.iter().map(Tree::hir).collect::<Vec<Hir>>();
        match self {
            Tree::Literal(literal) => Hir::literal(literal.as_bytes()),
            Tree::Class(class) => class_hir(class),
            Tree::Look(look) => Hir::look(match look {
                Look::Start => hir::Look::Start,
                Look::End => hir::Look::End,
                Look::Edge => hir::Look::WordAscii,
                Look::NoEdge => hir::Look::WordAsciiNegate,
            }),
            Tree::Repeat(Times { least, most, greedy }, part) => {
                let max = Some(*most).filter(|most| *most < u32::MAX);
                let sub = Box::new(Hir::concat(list(part)));
                Hir::repetition(Repetition { min: *least, max, greedy: *greedy, sub })
            }
            Tree::Group(index, part) => {
                Hir::capture(Capture { index: *index, name: None, sub: Box::new(Hir::concat(list(part))) })
            }
            Tree::Any(parts) => Hir::alternation(list(parts)),
            Tree::All(parts) => Hir::concat(list(parts)),
        }
    }

    /// Whether it matches some part of the text that begins at byte `from` or later. `None` if there is more text than trees
    /// are made for.
    pub(crate) fn is_match(&self, text: &str, from: usize) -> Option<bool> {
        match text.len().checked_sub(from)? / 64 {
            0..4 => Some(self.matches::<4>(text, from)),
            4..16 => Some(self.matches::<16>(text, from)),
            _ => None,
        }
    }

    fn matches<const N: usize>(&self, text: &str, from: usize) -> bool {
        let mut places = Places::default();
        let is_anchored = matches!(self, Tree::All(parts) if parts.first() == Some(&Tree::Look(Look::Start)));
        if !is_anchored {
            (from..=text.len()).filter(|at| text.is_char_boundary(*at)).for_each(|at| places.add(at - from));
        } else if from == 0 {
            places.add(0);
        }
        !self.after::<N>(&Text { text, from }, &places).is_empty()
    }

    /// Where what it matches from one of those places on ends.
    fn after<const N: usize>(&self, text: &Text<'_>, places: &Places<N>) -> Places<N> {
        let mut ends = Places::default();
        match self {
            Tree::Literal(literal) => places.each(|at| {
                let (literal, rest) = (literal.as_bytes(), text.rest(at));
                if rest.first() == literal.first() && rest.starts_with(literal) || literal.is_empty() {
                    ends.add(at + literal.len());
                }
            }),
            Tree::Class(class) => places.each(|at| {
                if let Some(end) = text.one(class, at) {
                    ends.add(end);
                }
            }),
            Tree::Look(look) => places.each(|at| {
                if text.is(*look, at) {
                    ends.add(at);
                }
            }),
            Tree::Repeat(times, part) => {
                ends = part.first().map_or(ends, |part| part.repeated(*times, text, places));
            }
            Tree::Group(_, part) => ends = part.first().map_or(ends, |part| part.after(text, places)),
            Tree::Any(parts) => parts.iter().for_each(|part| ends.add_all(&part.after(text, places))),
            Tree::All(parts) => {
                ends = *places;
                for part in parts.iter() {
                    if ends.is_empty() {
                        break;
                    }
                    ends = part.after(text, &ends);
                }
            }
        }
        ends
    }

    fn repeated<const N: usize>(&self, times: Times, text: &Text<'_>, places: &Places<N>) -> Places<N> {
        let Times { least, most, .. } = times;
        let mut front = *places;
        let mut ends = if least == 0 { front } else { Places::default() };
        if let (Tree::Class(class), ..=1, u32::MAX) = (self, least, most) {
            // From where steps were taken, more of them lead nowhere else.
            let mut done = 0;
            places.each(|mut at| {
                while at >= done
                    && let Some(end) = text.one(class, at)
                {
                    ends.add(end);
                    at = end;
                }
                done = done.max(at);
            });
            return ends;
        }
        for times in 1..=most {
            if front.is_empty() {
                break;
            }
            front = self.after(text, &front);
            if times >= least {
                // From where fewer times led, as many and more lead on.
                front.remove_all(&ends);
                ends.add_all(&front);
            }
        }
        ends
    }
}

/// Writes it as Rust.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, parts: &[Tree]| {
            write!(f, "Cow::Borrowed(&[")?;
            parts.iter().try_for_each(|part| write!(f, "{part}, "))?;
            write!(f, "]))")
        };
        match self {
            Tree::Literal(literal) => write!(f, "Tree::Literal(Cow::Borrowed({literal:?}))"),
            Tree::Class(class) => write!(f, "Tree::Class(Cow::Borrowed(&{class:?}))"),
            Tree::Look(look) => write!(f, "Tree::Look(Look::{look:?})"),
            Tree::Repeat(times, part) => {
                write!(f, "Tree::Repeat({times:?}, ")?;
                list(f, part)
            }
            Tree::Group(index, part) => {
                write!(f, "Tree::Group({index}, ")?;
                list(f, part)
            }
            Tree::Any(parts) => {
                write!(f, "Tree::Any(")?;
                list(f, parts)
            }
            Tree::All(parts) => {
                write!(f, "Tree::All(")?;
                list(f, parts)
            }
        }
    }
}

/// A class as it is compiled. Where all that is not ASCII belongs to it, three sorts of sequences are all there are, far fewer
/// than it takes to tell what is UTF-8.
fn class_hir(class: &[(char, char)]) -> Hir {
    let has_rest = class.last().is_some_and(|(first, last)| *first <= '\u{80}' && *last == char::MAX);
    if !has_rest {
        let ranges = class.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last));
        return Hir::class(Class::Unicode(ClassUnicode::new(ranges)));
    }
    let bytes = |first, last| Hir::class(Class::Bytes(ClassBytes::new([ClassBytesRange::new(first, last)])));
    let ascii = class.iter().filter(|(first, _)| first.is_ascii());
    let ascii = ascii.map(|(first, last)| ClassBytesRange::new(*first as u8, (*last).min('\u{7f}') as u8));
    let ascii = Hir::class(Class::Bytes(ClassBytes::new(ascii)));
    let longer = [(0xc2, 0xdf), (0xe0, 0xef), (0xf0, 0xf4)].into_iter().zip(1..).map(|((first, last), more)| {
        let more = std::iter::repeat_with(|| bytes(0x80, 0xbf)).take(more);
        Hir::concat(std::iter::once(bytes(first, last)).chain(more).collect())
    });
    Hir::alternation(std::iter::once(ascii).chain(longer).collect())
}

/// A text of which what begins at `from` is looked at. Places are counted from there, and are boundaries of characters.
struct Text<'a> {
    text: &'a str,
    from: usize,
}

impl Text<'_> {
    fn rest(&self, at: usize) -> &[u8] {
        self.text.as_bytes().get(self.from + at..).unwrap_or_default()
    }

    /// Where the character at that place ends, if it is of the class.
    fn one(&self, class: &[(char, char)], at: usize) -> Option<usize> {
        let c = match self.rest(at).first()? {
            ascii @ 0..0x80 => char::from(*ascii),
            _ => self.text.get(self.from + at..)?.chars().next()?,
        };
        class.iter().any(|(first, last)| (*first..=*last).contains(&c)).then(|| at + c.len_utf8())
    }

    fn is(&self, look: Look, at: usize) -> bool {
        let at = self.from + at;
        let is_word = |at: Option<usize>| {
            let byte = at.and_then(|at| self.text.as_bytes().get(at));
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        let is_edge = || is_word(at.checked_sub(1)) != is_word(Some(at));
        match look {
            Look::Start => at == 0,
            Look::End => at == self.text.len(),
            Look::Edge => is_edge(),
            Look::NoEdge => !is_edge(),
        }
    }
}

/// A set of places, each below `64 * N`.
#[derive(Clone, Copy)]
struct Places<const N: usize>([u64; N]);

impl<const N: usize> Default for Places<N> {
    fn default() -> Places<N> {
        Places([0; N])
    }
}

impl<const N: usize> Places<N> {
    fn add(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn add_all(&mut self, other: &Places<N>) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    fn remove_all(&mut self, other: &Places<N>) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine &= !theirs);
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    #[inline]
    fn each(&self, mut take: impl FnMut(usize)) {
        for (number, word) in self.0.iter().enumerate() {
            let mut rest = *word;
            while rest != 0 {
                take(64 * number + rest.trailing_zeros() as usize);
                rest &= rest - 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use crate::judge::whole::WholeCompiler;

    #[test]
    fn it_says_what_a_regex_says() {
        let patterns = [
            r"^(?:a|ab)(?-u:\b).*$",
            r"(?i)foto ?: [^.]{2,5}|é+$",
            r"^(?:[a-c]{2,3}|x*?)+(?-u:\B)c$",
            r"(?:a|é){3}\s*(?:(?:b?c?)*d){0,2}$",
            r"(?-u:\b)[^a]+(?:)b$",
            r"^(?:|.*!)$",
            "",
        ];
        let mut texts: Vec<String> =
            ["", "ab c", "FOTO: éé", "foto : a.", "ééé", "aéa  bcd", "\u{a0}b", "a\u{200b}b", "K!"]
                .map(str::to_owned)
                .into();
        let letters = ['a', 'b', 'c', 'd', 'é', ' ', '!', '\u{a0}', '\u{200b}', 'x'];
        let mut seed = 7_u32;
        for length in 0..300 {
            let letter = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                letters[(seed >> 16) as usize % letters.len()]
            };
            texts.push(std::iter::repeat_with(letter).take(length % 40).collect());
        }
        texts.extend([250, 255, 256, 1_000].map(|length| format!("{}bcd", "a".repeat(length))));
        for pattern in patterns {
            let hir = regex_syntax::parse(pattern).unwrap();
            let (tree, regex) = (Tree::of(&hir).unwrap(), regex::Regex::new(pattern).unwrap());
            for text in &texts {
                for from in [0, text.len() / 2].map(|from| text.floor_char_boundary(from)) {
                    let expected = regex.find_at(text, from).is_some();
                    assert_eq!(tree.is_match(text, from), Some(expected), "{pattern} {text} {from}");
                }
            }
        }
    }

    #[test]
    fn it_is_compiled_to_what_the_pattern_is() {
        let compiler = WholeCompiler::default();
        for pattern in [r"([^a])(b|é+?)?.{1,2}", r"(?:\D|[^–]){2}", "[^\u{80}]+?(-*)"] {
            let hir = regex_syntax::parse(pattern).unwrap();
            let (regex, tree) = (regex::Regex::new(pattern).unwrap(), Tree::of(&hir).unwrap());
            let stretches = compiler.stretches(&tree).unwrap();
            for text in ["", "éab", "xbéé--", "a\u{200b}b€", "𝄞-–b", "\u{80}\u{7f}-"] {
                let groups = regex.captures(text);
                let of = |number| groups.as_ref().and_then(|groups| groups.get(number)).map(|group| group.range());
                let expected = of(0).map(|whole| (whole.clone(), of(1).unwrap_or(whole)));
                assert_eq!(stretches.find_at(text, 0).unwrap(), expected, "{pattern} {text}");
            }
        }
    }

    #[test]
    fn what_it_knows_nothing_of_it_leaves_alone() {
        for pattern in [r"\ba", "(?m)^a", r"(?-u:[a-z])é"] {
            assert!(Tree::of(&regex_syntax::parse(pattern).unwrap()).is_none(), "{pattern}");
        }
        let tree = Tree::of(&regex_syntax::parse("a$").unwrap()).unwrap();
        let text = "a".repeat(2_000);
        assert_eq!([0, 1_000, 2_001].map(|from| tree.is_match(&text, from)), [None, Some(true), None]);
    }
}
