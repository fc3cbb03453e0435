//! What can be told of a pattern's matches before it is tried: literals one of which they contain, and, where the pattern is
//! anchored, with which bytes they begin and end, and how far from the end they can begin.
//!
//! `build.rs` uses this file too: the gates of the crate's own patterns are worked out when it is built (`known`).

use memchr::{memchr, memmem};
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::byte_set::ByteSet;
use super::ends::{Ends, MARKS, marks_of};
use super::openings::{Openings, Side};

/// Shorter literals occur in too many lines to gate anything.
const MIN_GATE: usize = 4;

/// More literals are not worth searching for.
const MAX_GATES: usize = 120;

/// Literals, in lower case, of which every match contains one, the case of ASCII letters aside (the long s and the sign for
/// kelvin are taken for none); nothing if the pattern has none that are worth searching for.
pub(crate) fn required_literals(pattern: &str) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(pattern) else {
        return Vec::new();
    };
    let mut literals = required(&hir).unwrap_or_default();
    literals.sort_unstable();
    literals.dedup();
    if shortest(&literals) < MIN_GATE || literals.len() > MAX_GATES {
        literals.clear();
    }
    literals
}

/// What tells most texts apart that a pattern cannot match, in less than a line of the cache.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brief {
    /// The marks that stand in every match, see [`MARKS`].
    pub(super) marks: u64,
    /// The first four bytes, by their hashes, if matches begin in few ways; see [`beginning`].
    pub(super) beginnings: [u64; 4],
    /// How many bytes a text has that matches: at least, and, if the pattern is anchored on both sides, at most.
    pub(super) least: u32,
    pub(super) most: u32,
    /// Whether matches stand near the end, so that marks elsewhere do not count; see [`Gates::fit_near_end`].
    pub(super) near_end: bool,
}

impl Default for Brief {
    fn default() -> Brief {
        Brief { marks: 0, beginnings: [u64::MAX; 4], least: 0, most: u32::MAX, near_end: false }
    }
}

impl Brief {
    /// Whether a text of which that is known can match.
    #[inline]
    pub(crate) fn fit(&self, ends: &Ends<'_>) -> bool {
        ends.length() >= self.least as usize
            && (ends.length() <= self.most as usize || self.most == u32::MAX)
            && ends.beginning.is_none_or(|hash| self.beginnings[usize::from(hash >> 6)] >> (hash & 63) & 1 == 1)
            && (self.marks == 0 || self.marks & !ends.marks() == 0)
    }
}

/// What is known of the texts that a pattern matches.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gates {
    /// What is asked first.
    pub(super) brief: Brief,
    /// Bytes with which a text that matches begins, if the pattern is anchored there.
    pub(super) first: Option<ByteSet>,
    /// Bytes with which it ends.
    pub(super) last: Option<ByteSet>,
    /// The first two bytes together, and the last two.
    pub(super) openings: Option<Openings>,
    pub(super) closings: Option<Openings>,
    /// Where the pattern is anchored at the end alone: how many bytes a match has at most, white space at the end aside.
    pub(super) reach: Option<usize>,
    /// Whether white space of two characters or more stands in every match.
    pub(super) gap: bool,
    /// Where the pattern is not anchored at the start: what stands near the beginning of every match.
    pub(super) anchor: Option<Anchor>,
}

/// A literal that stands in every match.
#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    /// Its bytes, and how many they are.
    pub(super) bytes: [u8; ANCHOR],
    pub(super) length: usize,
    /// How many bytes of the match stand before it at most.
    pub(super) lead: usize,
}

/// So many bytes of a literal are enough to find it.
const ANCHOR: usize = 12;

/// Of a literal that begins farther from the beginning of a match it is of little use to know where it stands.
const MAX_LEAD: usize = 256;

impl Gates {
    pub(crate) fn of(hir: &Hir) -> Gates {
        let properties = hir.properties();
        let starts = properties.look_set_prefix().contains(Look::Start);
        let ends = properties.look_set_suffix().contains(Look::End);
        let edge = |anchored: bool, side| {
            let (set, may_be_empty) = edge(hir, side);
            (anchored && !may_be_empty).then_some(set)
        };
        let length = |length: Option<usize>| length.and_then(|length| u32::try_from(length).ok());
        let reach = reach(hir).filter(|_| ends && !starts);
        let marks = marks(hir);
        let brief = Brief {
            marks,
            near_end: marks != 0 && reach.is_some(),
            beginnings: beginnings(hir, ends).filter(|_| starts).unwrap_or(Brief::default().beginnings),
            least: length(properties.minimum_len()).unwrap_or(0),
            most: length(properties.maximum_len().filter(|_| starts && ends)).unwrap_or(u32::MAX),
        };
        Gates {
            brief,
            first: edge(starts, Side::First),
            last: edge(ends, Side::Last),
            openings: Openings::of(hir, Side::First),
            closings: Openings::of(hir, Side::Last),
            reach,
            gap: has_gap(hir),
            anchor: if starts { None } else { anchor(hir) },
        }
    }

    /// What tells most texts apart.
    pub(crate) fn brief(&self) -> &Brief {
        &self.brief
    }

    /// Whether a text that begins with that byte can match.
    pub(crate) fn may_begin_with(&self, byte: u8) -> bool {
        self.first.is_none_or(|set| set.has(byte))
    }

    /// Whether a text that ends with that byte can match.
    pub(crate) fn may_end_with(&self, byte: u8) -> bool {
        self.last.is_none_or(|set| set.has(byte))
    }

    /// With which two bytes matches begin, if that is known.
    pub(crate) fn openings(&self) -> Option<&Openings> {
        self.openings.as_ref()
    }

    /// With which two bytes they end.
    pub(crate) fn closings(&self) -> Option<&Openings> {
        self.closings.as_ref()
    }

    /// Whether a text can match, given that its [`Brief`] fits. Says yes if nothing is known.
    pub(crate) fn fit_beyond_brief(&self, ends: &Ends<'_>) -> bool {
        let fits = |set: &Option<ByteSet>, byte| set.is_none_or(|set: ByteSet| set.has(byte));
        let pairs = |set: &Option<Openings>, pair| set.as_ref().zip(pair).is_none_or(|(set, pair)| set.fit(pair));
        fits(&self.first, ends.first)
            && fits(&self.last, ends.last)
            && pairs(&self.closings, ends.closing)
            && pairs(&self.openings, ends.opening)
            && self.fit_near_end(ends)
    }

    /// Whether the marks that stand in every match stand near the end of the text, if matches do.
    pub(crate) fn fit_near_end(&self, ends: &Ends<'_>) -> bool {
        !self.brief.near_end || self.brief.marks & !self.marks_within(ends) == 0
    }

    /// The marks that stand where a match can.
    fn marks_within(&self, ends: &Ends<'_>) -> u64 {
        ends.text.as_bytes().get(self.reach(ends.text)..).map_or(u64::MAX, marks_of)
    }

    /// Whether a match can begin at that byte or after it. One of a pattern with known openings begins where the text does.
    fn may_begin_at(&self, text: &str, at: usize) -> bool {
        (at == 0 || self.openings.is_none())
            && text.len().checked_sub(at).is_some_and(|rest| rest >= self.brief.least as usize)
    }

    /// No match in the text begins before that byte.
    pub(crate) fn reach(&self, text: &str) -> usize {
        self.reach.map_or(0, |reach| text.floor_char_boundary(text.trim_end().len().saturating_sub(reach)))
    }

    /// Of the matches that begin at that byte or after it, none begins before the one that is returned; `None`: there is none.
    pub(crate) fn next(&self, text: &str, at: usize) -> Option<usize> {
        let next = match &self.anchor {
            Some(Anchor { bytes, length, lead }) => {
                let place = memmem::find(text.as_bytes().get(at..)?, bytes.get(..*length)?)?;
                text.floor_char_boundary((at + place).saturating_sub(*lead)).max(at)
            }
            None => at,
        };
        self.may_begin_at(text, next).then_some(next)
    }

    /// Whether the text has the white space that every match has.
    pub(crate) fn fit_gaps(&self, text: &str) -> bool {
        let mut before = false;
        let mut is_second = |c: char| std::mem::replace(&mut before, c.is_whitespace()) && c.is_whitespace();
        !self.gap || text.chars().any(&mut is_second)
    }
}

/// More beginnings tell too little.
const MAX_BEGINNINGS: usize = 4096;

/// A hash of the first four bytes of a text, ASCII case folded.
pub(super) fn beginning(bytes: [u8; 4]) -> u8 {
    let folded = u32::from_le_bytes(bytes) | u32::from_le_bytes([b' '; 4]);
    (folded.wrapping_mul(0x9E37_79B1) >> 24) as u8
}

/// The [`beginning`]s of all matches of four bytes or more; `None` if they are not known. Matches of fewer bytes must be all of
/// a text, which the caller knows.
fn beginnings(hir: &Hir, is_whole: bool) -> Option<[u64; 4]> {
    let mut extractor = Extractor::new();
    let extractor = extractor.limit_literal_len(4).limit_total(MAX_BEGINNINGS);
    let mut set = [0; 4];
    for literal in extractor.extract(hir).literals()? {
        match literal.as_bytes().first_chunk() {
            Some(bytes) => {
                let hash = beginning(*bytes);
                set[usize::from(hash >> 6)] |= 1 << (hash & 63);
            }
            None if literal.is_exact() && is_whole => {}
            None => return None,
        }
    }
    Some(set)
}

/// Whether it matches one character of white space and nothing else.
fn is_white(hir: &Hir) -> bool {
    let few = |start: char, end: char| u32::from(end) - u32::from(start) < 64;
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| {
            let (start, end) = (range.start(), range.end());
            few(start, end) && (start..=end).all(char::is_whitespace)
        }),
        _ => false,
    }
}

/// How many bytes a match has at most, without white space at its end.
fn reach(hir: &Hir) -> Option<usize> {
    let HirKind::Concat(parts) = hir.kind() else {
        return hir.properties().maximum_len();
    };
    let is_space = |part: &Hir| match part.kind() {
        HirKind::Look(Look::End) => true,
        HirKind::Repetition(repetition) => is_white(&repetition.sub),
        _ => false,
    };
    let last = parts.iter().rposition(|part| !is_space(part)).map_or(0, |last| last + 1);
    parts.iter().take(last).try_fold(0_usize, |sum, part| sum.checked_add(part.properties().maximum_len()?))
}

/// Whether white space of two characters or more stands in every match. As deep as the pattern nests, which the parser limits.
fn has_gap(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Capture(capture) => has_gap(&capture.sub),
        HirKind::Repetition(repetition) => {
            repetition.min > 0 && has_gap(&repetition.sub) || repetition.min > 1 && is_white(&repetition.sub)
        }
        HirKind::Alternation(branches) => branches.iter().all(has_gap),
        HirKind::Concat(parts) => parts.iter().any(has_gap),
        _ => false,
    }
}

/// The literal, of those in every match, that is the longest, or else a mark.
fn anchor(hir: &Hir) -> Option<Anchor> {
    let is_mark = |byte: &u8| byte.is_ascii_punctuation() && !b".,".contains(byte);
    let literals = anchors(hir)
        .into_iter()
        .filter(|(text, lead)| *lead <= MAX_LEAD && (text.len() >= MIN_GATE || text.iter().any(is_mark)));
    let (text, lead) = literals.max_by_key(|(text, lead)| (text.len().min(ANCHOR), MAX_LEAD - lead))?;
    let mut bytes = [0; ANCHOR];
    bytes.iter_mut().zip(&text).for_each(|(byte, given)| *byte = *given);
    Some(Anchor { bytes, length: text.len().min(ANCHOR), lead })
}

/// Literals that stand in every match, and after how many bytes of it at most. As deep as the pattern nests, which the parser
/// limits.
fn anchors(hir: &Hir) -> Vec<(Vec<u8>, usize)> {
    match hir.kind() {
        HirKind::Literal(literal) => vec![(literal.0.to_vec(), 0)],
        HirKind::Capture(capture) => anchors(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => anchors(&repetition.sub),
        HirKind::Concat(parts) => {
            let (mut all, mut before) = (Vec::new(), Some(0_usize));
            for part in parts {
                let Some(lead) = before else { break };
                all.extend(anchors(part).into_iter().map(|(text, more)| (text, lead.saturating_add(more))));
                before = part.properties().maximum_len().map(|longest| lead.saturating_add(longest));
            }
            all
        }
        HirKind::Alternation(branches) => {
            // Of what stands in all of them, single marks are enough.
            let branches: Vec<_> = branches.iter().map(anchors).collect();
            let lead_in = |branch: &Vec<(Vec<u8>, usize)>, mark: u8| {
                let places = branch.iter().filter_map(|(text, lead)| Some(lead.saturating_add(memchr(mark, text)?)));
                places.min()
            };
            let marks = (b'!'..=b'~').filter(u8::is_ascii_punctuation);
            let lead = |mark: u8| branches.iter().map(|branch| lead_in(branch, mark)).collect::<Option<Vec<usize>>>();
            marks.filter_map(|mark| Some((vec![mark], lead(mark)?.into_iter().max()?))).collect()
        }
        _ => Vec::new(),
    }
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
                } else if side == Side::First {
                    set.add_first(from, to);
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

/// The marks that stand in every match. As deep as the pattern nests, which the parser limits.
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
    set.iter().map(|text| text.trim().len()).min().unwrap_or(0)
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
    use super::{Ends, Gates, required_literals};

    impl Gates {
        fn fit(&self, ends: &Ends<'_>) -> bool {
            self.brief.fit(ends) && self.fit_beyond_brief(ends)
        }
    }

    fn gates(pattern: &str) -> Gates {
        Gates::of(&regex_syntax::parse(pattern).unwrap())
    }

    fn literals(pattern: &str) -> String {
        required_literals(pattern).join(" ")
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
        let date = gates(r"^(?:terbit )?(?:[0-9]{1,2} (?:Mei|Juni)|2[0-9]{3})$");
        assert!(date.fit(&Ends::of("terbit 4 Mei")) && !date.fit(&Ends::of("terbit Mei")));
        let tag = r"^(?i:tag|topik) .+$";
        let tags = gates(tag);
        for text in ["TAG a", "Topik b", "tag c"] {
            assert!(tags.fit(&Ends::of(text)), "{text}");
        }
        for text in ["to", "tag", "Topik", "tag-a-b", "Tidak ada"] {
            assert!(!tags.fit(&Ends::of(text)), "{text}: too short, without a space, or another beginning");
        }
        let credit = gates(r"^[A-Za-z ]{2,20}[(/](?:foto|dok)[/:]? ?[A-Z]{2,5}\)$");
        assert!(credit.fit(&Ends::of("Warga (foto: ABC)")) && !credit.fit(&Ends::of("Warga (foto: ABC")));
        assert!(!credit.fit(&Ends::of(&format!("{} (foto: ABC)", "warga ".repeat(5)))));
        let any = gates("^t?.*$");
        assert!(any.fit(&Ends::of("tersebut")) && any.fit(&Ends::of("")));
    }

    #[test]
    fn a_match_at_the_end_of_a_text_is_looked_for_near_its_end() {
        let text = "é. Ia pulang. (ab)";
        assert_eq!(gates(r"\. \([a-z]{2}\)$").reach(text), text.len() - 6);
        assert_eq!(gates(r"[^a]\. .{2,12}$").reach(text), 0);
        assert_eq!([r"\. .*$", r"^.{2}$", "a"].map(|pattern| gates(pattern).reach(text)), [0; 3]);
    }

    #[test]
    fn a_line_that_begins_otherwise_cannot_match() {
        let tag = gates(r"^(?i:tags?|topik) ?:.*$");
        assert_ne!(tag.brief.beginnings, [u64::MAX; 4]);
        for text in ["TAG: a: b", "Tags : a", "topik:é"] {
            assert!(tag.fit(&Ends::of(text)), "{text}");
        }
        assert!(!tag.fit(&Ends::of("Tampak: a b")));
        let short = gates(r"^(?:é|ab|abcd+)$");
        assert!(["é", "ab", "abcd", "abcddd"].iter().all(|text| short.fit(&Ends::of(text))));
        assert_eq!(gates(r"^(?:ab|abcd+)").brief.beginnings, [u64::MAX; 4], "anything may follow");
        let private = gates(r"^[\x{E000}-\x{F8FF}].+$");
        assert!(private.may_begin_with(0xee) && private.may_begin_with(0xef) && !private.may_begin_with(0xe2));
    }

    #[test]
    fn a_search_begins_no_later_than_the_first_match() {
        let patterns = [
            r"(?:(?i:baca|simak)\s?juga\s{0,2}:|\bBaca :)[^.]+",
            r"[a-zé]{0,3}(?:, |–)? ini(?:lah)? ",
            r"[.é]\s{2,}(x|:)",
            r"(?:(?:a: )+b|b:?:)",
            r"\(?x\)\s*$",
            r"é(?:ini) x",
        ];
        let pieces = [
            "baca", "Baca", "simak", "juga", ":", " ", "\u{a0}", " ini ", "inilah ", "é", "–", ".", "x", ")", "a: ",
            "b",
        ];
        let mut state = 5_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) as usize
        };
        let mut found = 0;
        for pattern in patterns {
            let (known, regex) = (gates(pattern), regex::Regex::new(pattern).unwrap());
            for length in (0..25).cycle().take(2000) {
                let text: String = (0..length).map(|_| pieces[next() % pieces.len()]).collect();
                let at = text.floor_char_boundary(next() % (text.len() + 1));
                let Some(first) = regex.find_at(&text, at) else { continue };
                found += 1;
                assert!(known.fit_gaps(&text) && known.reach(&text) <= first.start(), "{pattern} {text}");
                assert!(known.next(&text, at).is_some_and(|from| from <= first.start()), "{pattern} {text} {at}");
            }
        }
        assert!(found > 100);
        assert_eq!(gates(patterns[0]).next("Ia pulang: lalu makan", 7), Some(7));
        assert_eq!(gates(r"[a-z]{2}: x").next("Ia pulang: a", 0), None);
        assert_eq!(gates(patterns[0]).next("Ia pulang", 0), None);
    }

    #[test]
    fn an_anchored_pattern_says_how_its_matches_begin_and_end() {
        let initials = gates(r"[.!]\s?(\([a-z]{2,4}\)|[–é])\s*\*{0,3}$");
        for text in ["Ia pulang. (abc)", "Ia pulang. (abc)** ", "Ia pulang –"] {
            assert!(initials.fit(&Ends::of(text)), "{text}");
        }
        assert!(!initials.fit(&Ends::of("Ia pulang.")));
        let place = gates(r"^\s?(?:[A-Z]|kota)\b.*");
        let fits = |text| place.fit(&Ends::of(text));
        assert!(fits(" Jakarta") && fits("kota") && !fits("jakarta") && !fits("1"));
        assert!(gates("x").fit(&Ends::of("y")), "a pattern that is not anchored says nothing of the ends");
    }
}
