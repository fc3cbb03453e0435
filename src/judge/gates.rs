//! What can be told of a pattern's matches before it is tried: literals one of which they contain, and, where the pattern is
//! anchored, with which bytes they begin and end.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::openings::Openings;

/// Shorter literals occur in too many lines to gate anything.
const MIN_GATE: usize = 4;

/// More literals are not worth their place in the automaton.
const MAX_GATES: usize = 120;

/// What is known of the texts that a pattern matches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gates {
    /// Literals, in lower case, of which every match contains at least one, ASCII case aside; none if the pattern has none
    /// that are worth searching for.
    pub(crate) literals: Vec<String>,
    /// Bytes with which a text that matches begins, if the pattern is anchored there.
    first: Option<ByteSet>,
    /// The first two bytes together, if [`Gates::narrowed`] found them.
    openings: Option<Openings>,
    /// Bytes with which it ends, white space aside.
    last: Option<ByteSet>,
    /// The marks that stand in every match, see [`MARKS`].
    marks: u64,
    /// How many bytes a text has that matches: at least, and, if the pattern is anchored on both sides, at most.
    least: usize,
    most: Option<usize>,
}

impl Gates {
    pub(crate) fn new(pattern: &str) -> Gates {
        let Ok(hir) = regex_syntax::parse(pattern) else {
            return Gates::default();
        };
        let mut literals = required(&hir).unwrap_or_default();
        literals.sort_unstable();
        literals.dedup();
        if shortest(&literals) < MIN_GATE || literals.len() > MAX_GATES {
            literals.clear();
        }
        let properties = hir.properties();
        let edge = |anchored: bool, side| {
            let (set, may_be_empty) = edge(&hir, side);
            (anchored && !may_be_empty).then_some(set)
        };
        Gates {
            literals,
            first: edge(properties.look_set_prefix().contains(Look::Start), Side::First),
            openings: None,
            last: edge(properties.look_set_suffix().contains(Look::End), Side::Last),
            marks: marks(&hir),
            least: properties.minimum_len().unwrap_or(0),
            most: properties.maximum_len().filter(|_| {
                properties.look_set_prefix().contains(Look::Start) && properties.look_set_suffix().contains(Look::End)
            }),
        }
    }

    /// The same with more of the beginning: worth its cost for patterns that no literal gates.
    pub(crate) fn narrowed(mut self, pattern: &str) -> Gates {
        self.openings = regex_syntax::parse(pattern).ok().and_then(|hir| Openings::of(&hir));
        self
    }

    /// Whether a text that begins with that byte, white space aside, can match.
    pub(crate) fn may_begin_with(&self, byte: u8) -> bool {
        self.first.is_none_or(|set| set.has(byte))
    }

    /// Whether a text of which that is known can match. Says yes if nothing is known.
    pub(crate) fn fit(&self, ends: Ends) -> bool {
        let fits = |set: &Option<ByteSet>, byte| set.is_none_or(|set: ByteSet| set.has(byte));
        fits(&self.first, ends.first)
            && fits(&self.last, ends.last)
            && self.marks & !ends.marks == 0
            && ends.length >= self.least
            && self.most.is_none_or(|most| ends.length <= most)
            && self.openings.as_ref().zip(ends.opening).is_none_or(|(openings, bytes)| openings.fit(bytes))
    }
}

/// What of a text tells whether patterns can match it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ends {
    /// The first and the last byte, white space aside.
    first: u8,
    last: u8,
    /// The first two bytes of a text that has them and begins with no white space.
    opening: Option<[u8; 2]>,
    /// The marks that stand in it, see [`MARKS`].
    marks: u64,
    /// Its bytes.
    length: usize,
}

impl Ends {
    /// The first byte, white space aside.
    pub(crate) fn first(self) -> u8 {
        self.first
    }

    pub(crate) fn of(text: &str) -> Ends {
        let bytes = text.trim().as_bytes();
        let byte = |byte: Option<&u8>| byte.copied().unwrap_or_default();
        Ends {
            first: byte(bytes.first()),
            last: byte(bytes.last()),
            opening: match text.as_bytes() {
                [first, second, ..] if text.trim_start().len() == text.len() => Some([*first, *second]),
                _ => None,
            },
            marks: text.bytes().fold(0, |marks, byte| marks | MARKS[usize::from(byte)]),
            length: text.len(),
        }
    }
}

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default)]
struct ByteSet([u128; 2]);

impl ByteSet {
    fn add(&mut self, from: u8, to: u8) {
        for byte in from..=to {
            if let Some(half) = self.0.get_mut(usize::from(byte >> 7)) {
                *half |= 1 << (byte & 127);
            }
        }
    }

    /// Adds the byte with which the letter begins or ends in UTF-8.
    fn add_letter(&mut self, letter: char, side: Side) {
        let mut buffer = [0; 4];
        let bytes = letter.encode_utf8(&mut buffer).as_bytes();
        let byte = if side == Side::First { bytes.first() } else { bytes.last() };
        byte.iter().for_each(|&&byte| self.add(byte, byte));
    }

    fn has(self, byte: u8) -> bool {
        let [low, high] = self.0;
        (if byte < 128 { low } else { high }) >> (byte & 127) & 1 == 1
    }

    fn union(&mut self, other: ByteSet) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Side {
    First,
    Last,
}

/// The bytes with which matches begin or end, and whether a match may be empty.
fn edge(hir: &Hir, side: Side) -> (ByteSet, bool) {
    let mut set = ByteSet::default();
    let may_be_empty = match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => {
            let byte = if side == Side::First { literal.0.first() } else { literal.0.last() };
            byte.iter().for_each(|&&byte| set.add(byte, byte));
            false
        }
        HirKind::Class(Class::Unicode(class)) => {
            for range in class.iter() {
                let (from, to) = (range.start(), range.end());
                if u32::from(to) - u32::from(from) < 256 {
                    (from..=to).for_each(|letter| set.add_letter(letter, side));
                } else {
                    let from = u8::try_from(from).ok().filter(u8::is_ascii);
                    set.add(from.unwrap_or(128), 255);
                }
            }
            false
        }
        HirKind::Class(Class::Bytes(class)) => {
            class.iter().for_each(|range| set.add(range.start(), range.end()));
            false
        }
        HirKind::Capture(capture) => return edge(&capture.sub, side),
        HirKind::Repetition(repetition) => {
            let (inner, empty) = edge(&repetition.sub, side);
            set = inner;
            empty || repetition.min == 0
        }
        HirKind::Alternation(branches) => {
            let mut any = false;
            for (inner, empty) in branches.iter().map(|branch| edge(branch, side)) {
                set.union(inner);
                any |= empty;
            }
            any
        }
        HirKind::Concat(parts) => {
            let mut all = true;
            let mut take = |part: &Hir| {
                let (inner, empty) = edge(part, side);
                set.union(inner);
                all = empty;
                empty
            };
            match side {
                Side::First => parts.iter().all(&mut take),
                Side::Last => parts.iter().rev().all(&mut take),
            };
            all
        }
    };
    (set, may_be_empty)
}

/// Whether there is an ASCII digit in every match. As deep as the pattern nests, which the parser limits.
fn marks(hir: &Hir) -> u64 {
    let of = |byte: u8| MARKS[usize::from(byte)];
    // Of a class, what all of its letters have in common.
    let class = |ranges: &mut dyn Iterator<Item = (u32, u32)>| {
        ranges.fold(u64::MAX, |common, (start, end)| match (u8::try_from(start), u8::try_from(end)) {
            (Ok(start), Ok(end)) => (start..=end).fold(common, |common, byte| common & of(byte)),
            _ => 0,
        })
    };
    match hir.kind() {
        HirKind::Literal(literal) => literal.0.iter().fold(0, |marks, byte| marks | of(*byte)),
        HirKind::Class(Class::Unicode(set)) => {
            class(&mut set.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))))
        }
        HirKind::Class(Class::Bytes(set)) => {
            class(&mut set.iter().map(|range| (u32::from(range.start()), u32::from(range.end()))))
        }
        HirKind::Capture(capture) => marks(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => marks(&repetition.sub),
        HirKind::Alternation(branches) => branches.iter().fold(u64::MAX, |common, branch| common & marks(branch)),
        HirKind::Concat(parts) => parts.iter().fold(0, |all, part| all | marks(part)),
        HirKind::Repetition(_) | HirKind::Empty | HirKind::Look(_) => 0,
    }
}

/// By byte, a bit for the space and each mark and digit that stands near them in ASCII, and one that digits share.
const MARKS: [u64; 256] = {
    let mut marks = [0; 256];
    let mut byte = b' ';
    while byte < b'@' {
        marks[byte as usize] = 1 << (byte - b' ');
        if byte.is_ascii_digit() {
            marks[byte as usize] |= 1 << 32;
        }
        byte += 1;
    }
    marks
};

/// As deep as the pattern nests, which the parser limits.
fn required(hir: &Hir) -> Option<Vec<String>> {
    if let Some(text) = exact(hir) {
        return Some(vec![text]);
    }
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let sets: Option<Vec<Vec<String>>> = branches.iter().map(required).collect();
            Some(sets?.concat())
        }
        HirKind::Concat(parts) => {
            let mut best: Option<Vec<String>> = None;
            let mut run = String::new();
            for part in parts {
                if let Some(text) = exact(part) {
                    run.push_str(&text);
                    continue;
                }
                better(&mut best, vec![std::mem::take(&mut run)]);
                if let Some(set) = required(part) {
                    better(&mut best, set);
                }
            }
            better(&mut best, vec![run]);
            best.filter(|set| shortest(set) > 0)
        }
        _ => None,
    }
}

/// Keeps the set whose shortest literal is longer (beyond six letters that gains nothing), then the smaller one.
fn better(best: &mut Option<Vec<String>>, set: Vec<String>) {
    let rank = |set: &Vec<String>| (shortest(set).min(6), usize::MAX - set.len());
    if best.as_ref().is_none_or(|old| rank(&set) > rank(old)) {
        *best = Some(set);
    }
}

fn shortest(set: &[String]) -> usize {
    set.iter().map(String::len).min().unwrap_or(0)
}

/// The one text that it matches, case aside.
fn exact(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(text.to_ascii_lowercase())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut letters = class.iter().flat_map(|range| [range.start(), range.end()]).map(plain);
            let first = letters.next().filter(char::is_ascii_alphabetic)?;
            let few = class.iter().all(|range| range.start() == range.end());
            (few && letters.all(|letter| letter == first)).then(|| first.to_string())
        }
        HirKind::Capture(capture) => exact(&capture.sub),
        _ => None,
    }
}

/// The letter in lower case; the long s and the sign for kelvin are cases of s and k to Unicode.
fn plain(letter: char) -> char {
    match letter {
        'ſ' => 's',
        '\u{212a}' => 'k',
        _ => letter.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ends, Gates};

    fn literals(pattern: &str) -> String {
        Gates::new(pattern).literals.join(" ")
    }

    #[test]
    fn a_pattern_names_the_words_it_needs() {
        assert_eq!(literals(r"(?i).*\bfoto ?: ?.+"), "foto");
        assert_eq!(literals(r"(?:baca|lihat)(?: juga)? ?:.*"), "baca lihat");
        assert_eq!(literals(r"Kisah (?:lama)+.*"), "kisah ");
    }

    #[test]
    fn a_pattern_that_can_do_without_words_names_none() {
        for pattern in [r"\(?[a-z]{3}/[a-z]{3}\)?", r"(?:foto)?\d+", r"(?:foto|x) \d", "("] {
            assert_eq!(literals(pattern), "");
        }
    }

    #[test]
    fn what_a_match_needs_and_a_text_lacks_keeps_it_from_being_tried() {
        let date = Gates::new(r"^(?:terbit )?(?:[0-9]{1,2} (?:Mei|Juni)|2[0-9]{3})$");
        assert!(date.fit(Ends::of("terbit 4 Mei")) && !date.fit(Ends::of("terbit Mei")));
        let tag = r"^(?i:tag|topik) .+$";
        let (plain, narrowed) = (Gates::new(tag), Gates::new(tag).narrowed(tag));
        assert!(plain.fit(Ends::of("Tidak ada")) && !narrowed.fit(Ends::of("Tidak ada")));
        for text in ["TAG a", "Topik b", " tag c"] {
            assert!(narrowed.fit(Ends::of(text)), "{text}");
        }
        for text in ["to", "tag", "Topik", "tag-a-b"] {
            assert!(!plain.fit(Ends::of(text)), "{text}: too short, or without a space");
        }
        let credit = Gates::new(r"^[A-Za-z ]{2,20}[(/](?:foto|dok)[/:]? ?[A-Z]{2,5}\)$");
        assert!(credit.fit(Ends::of("Warga (foto: ABC)")) && !credit.fit(Ends::of("Warga (foto: ABC")));
        assert!(!credit.fit(Ends::of(&format!("{} (foto: ABC)", "warga ".repeat(5)))));
        let any = Gates::new("^t?.*$").narrowed("^t?.*$");
        assert!(any.fit(Ends::of("tersebut")) && any.fit(Ends::of("")));
    }

    #[test]
    fn an_anchored_pattern_says_how_its_matches_begin_and_end() {
        let initials = Gates::new(r"[.!]\s?(\([a-z]{2,4}\)|[–é])\s*\*{0,3}$");
        for text in ["Ia pulang. (abc)", "Ia pulang. (abc)** ", "Ia pulang –"] {
            assert!(initials.fit(Ends::of(text)), "{text}");
        }
        assert!(!initials.fit(Ends::of("Ia pulang.")));
        let place = Gates::new(r"^\s?(?:[A-Z]|kota)\b.*");
        let fits = |text| place.fit(Ends::of(text));
        assert!(fits(" Jakarta") && fits("kota") && !fits("jakarta") && !fits("1"));
        assert!(Gates::new("x").fit(Ends::of("y")), "a pattern that is not anchored says nothing of the ends");
    }
}
