//! What a segment looks like, whatever it says: lengths, capitals, punctuation, dates, in coarse steps.

use super::features::{bucket, percent};
use super::table::{Sieve, Table};
use super::tokens::{Shape, Token, word};

/// The look of one segment; every field is a small number that serves as a feature's value.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Look {
    /// Words, in steps.
    pub length: u8,
    /// The last token's class.
    pub end: u8,
    /// The first token's class.
    pub start: u8,
    /// Share of words that start with a capital, in steps.
    pub capitals: u8,
    /// Share of words in capitals, in steps.
    pub uppers: u8,
    /// Share of function words, in steps.
    pub function: u8,
    /// Share of numbers among the tokens, in steps.
    pub digits: u8,
    /// Sentence ends inside, in steps.
    pub sentences: u8,
    /// Date (1), time of day (2), zone (4), relative time (8).
    pub time: u8,
    /// Colon near the start (1), quotation mark (2), bracket at the end (4), web address (8), bar (16).
    pub marks: u8,
    /// Whether it reads as prose: long, with the end of a sentence.
    pub prose: bool,
}

/// Classes of first and last tokens.
pub mod class {
    /// Nothing there.
    pub const NONE: u8 = 0;
    /// A word in lower case.
    pub const LOWER: u8 = 1;
    /// A word with a capital.
    pub const CAPITAL: u8 = 2;
    /// A word in capitals.
    pub const UPPER: u8 = 3;
    /// A number.
    pub const DIGITS: u8 = 4;
    /// `.`
    pub const STOP: u8 = 5;
    /// `!` or `?`
    pub const SHOUT: u8 = 6;
    /// `,` or `;`
    pub const COMMA: u8 = 7;
    /// `:`
    pub const COLON: u8 = 8;
    /// A quotation mark.
    pub const QUOTE: u8 = 9;
    /// `(` or `[`
    pub const OPEN: u8 = 10;
    /// `)` or `]`
    pub const CLOSE: u8 = 11;
    /// A dash.
    pub const DASH: u8 = 12;
    /// A bullet, arrow, bar or the like.
    pub const OTHER: u8 = 13;
}

const FUNCTION_WORDS: &[&str] = &[
    "a", "adalah", "agar", "akan", "and", "antara", "apa", "are", "as", "at", "atas", "atau", "bagi", "bahawa",
    "bahwa", "beliau", "belum", "bisa", "by", "dalam", "dan", "dapat", "dari", "daripada", "dengan", "di", "dia",
    "for", "from", "had", "hanya", "has", "have", "he", "hingga", "ia", "in", "ini", "is", "it", "its", "itu", "jika",
    "juga", "kalau", "kami", "karena", "kata", "katanya", "ke", "kepada", "kerana", "ketika", "kita", "lagi", "lebih",
    "maka", "mereka", "namun", "not", "nya", "of", "oleh", "on", "orang", "pada", "para", "pun", "saat", "saja",
    "sampai", "satu", "saya", "sebagai", "sebelum", "secara", "sehingga", "sejak", "selain", "seperti", "serta",
    "setelah", "sudah", "supaya", "tak", "tapi", "telah", "tersebut", "tetapi", "that", "the", "they", "this", "tidak",
    "to", "ujar", "ujarnya", "untuk", "was", "were", "which", "with", "yaitu", "yakni", "yang",
];

const MONTHS: &[&str] = &[
    "agt",
    "ags",
    "agu",
    "agust",
    "agustus",
    "april",
    "apr",
    "aug",
    "august",
    "december",
    "des",
    "desember",
    "dec",
    "disember",
    "feb",
    "februari",
    "february",
    "jan",
    "januari",
    "january",
    "jul",
    "julai",
    "juli",
    "july",
    "jun",
    "june",
    "juni",
    "mac",
    "mar",
    "march",
    "maret",
    "may",
    "mei",
    "nop",
    "nopember",
    "nov",
    "november",
    "october",
    "oct",
    "ogos",
    "okt",
    "oktober",
    "peb",
    "pebruari",
    "sep",
    "sept",
    "september",
];

const ZONES: &[&str] = &["wib", "wit", "wita", "gmt"];
const AGO: &[&str] = &["ago", "lalu"];

const LENGTHS: &[usize] = &[0, 1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 30, 50, 100];

/// The function words, each in the place that [`place`] gives it, alone there: whether a word is one of them takes one comparison and
/// no branch, which could not be foretold.
static FUNCTION: [u32; FUNCTION_PLACES] = {
    let mut places = [NO_WORD; FUNCTION_PLACES];
    let mut i = 0;
    while i < FUNCTION_WORDS.len() {
        let hash = word(FUNCTION_WORDS[i]);
        places[place(hash, FUNCTION_FACTOR)] = hash;
        i += 1;
    }
    places
};

/// The hash of nothing: no word has it.
const NO_WORD: u32 = word("");

const FUNCTION_PLACES: usize = 1 << 10;

/// The place of a hash.
#[inline]
const fn place(hash: u32, factor: u32) -> usize {
    (hash.wrapping_mul(factor) >> (u32::BITS - FUNCTION_PLACES.ilog2())) as usize
}

/// The first odd factor that gives each function word a place of its own.
const FUNCTION_FACTOR: u32 = {
    let mut factor = 0x9e37_79b1_u32;
    while !parts_function_words(factor) {
        factor = factor.wrapping_add(2);
    }
    factor
};

const fn parts_function_words(factor: u32) -> bool {
    let mut taken = [0u64; FUNCTION_PLACES / 64];
    let mut i = 0;
    while i < FUNCTION_WORDS.len() {
        let place = place(word(FUNCTION_WORDS[i]), factor);
        let bit = 1 << (place % 64);
        if taken[place / 64] & bit != 0 {
            return false;
        }
        taken[place / 64] |= bit;
        i += 1;
    }
    true
}

#[inline]
fn is_function(hash: u32) -> bool {
    FUNCTION[place(hash, FUNCTION_FACTOR)] == hash
}

/// Marks that tell more of a segment than that they stand there, wherever they stand.
const SIGNS: &[&str] =
    &[".", "!", "?", ":", "\"", "|", "/", "“", "”", "‘", "’", "«", "»", "。", "｡", "！", "？", "؟", "۔", "।"];

/// How many tokens are looked at together: a bit each.
const PART: usize = 64;

/// Sets of words, ready to be asked for a token.
#[derive(Debug)]
pub struct Lexicon {
    /// By word of time: the sets that hold it, a bit each.
    times: Table<u8>,
    /// Holds these words and the marks that tell something; most tokens are none of them.
    sieve: Sieve<64>,
}

const MONTH: u8 = 1;
const ZONE: u8 = 2;
const PAST: u8 = 4;

impl Lexicon {
    /// The sets of all languages.
    #[must_use]
    pub fn new() -> Lexicon {
        let all = [(MONTH, MONTHS), (ZONE, ZONES), (PAST, AGO)];
        let most = all.iter().map(|(_, words)| words.len()).sum();
        let mut lexicon = Lexicon { times: Table::new(most, 0), sieve: Sieve::default() };
        for (set, words) in all {
            for hash in words.iter().map(|text| word(text)) {
                lexicon.times.change(hash, |sets| sets | set);
                lexicon.sieve.add(hash);
            }
        }
        SIGNS.iter().for_each(|text| lexicon.sieve.add(word(text)));
        lexicon
    }

    /// Whether a word is a function word.
    #[must_use]
    pub fn is_function(&self, hash: u32) -> bool {
        is_function(hash)
    }

    /// The look of a segment, given its tokens.
    #[must_use]
    pub fn look(&self, text: &str, tokens: &[Token]) -> Look {
        let mut shapes = [0usize; 8];
        let mut function = 0;
        let mut signs = Signs::default();
        for (start, part) in (0..).step_by(PART).zip(tokens.chunks(PART)) {
            // What most tokens tell is counted in the same steps for all, their shapes in a byte each; those that may tell more are
            // looked at afterwards.
            let (mut counts, mut telling) = (0u64, 0u64);
            for (i, token) in part.iter().enumerate() {
                counts += 1 << (8 * token.shape as u32);
                function += usize::from(is_function(token.hash));
                telling |= u64::from(self.sieve.may_hold(token.hash)) << i;
            }
            shapes.iter_mut().zip(counts.to_le_bytes()).for_each(|(all, count)| *all += usize::from(count));
            while telling != 0 {
                self.read(text, tokens, start + telling.trailing_zeros() as usize, &mut signs);
                telling &= telling - 1;
            }
        }
        let of = |shape: Shape| shapes[shape as usize];
        let last = tokens.last();
        if last.is_some_and(|token| matches!(mark(text, token), b')' | b']')) {
            signs.marks |= 4;
        }
        let counted = tokens.len() - of(Shape::Mark);
        let words = counted - of(Shape::Digits);
        Look {
            length: bucket(counted, LENGTHS) as u8,
            end: last.map_or(class::NONE, |token| class_of(text, token)),
            start: tokens.first().map_or(class::NONE, |token| class_of(text, token)),
            capitals: percent(of(Shape::Capital) + of(Shape::Upper), words, &[10, 25, 40, 60, 80, 95]) as u8,
            uppers: percent(of(Shape::Upper), words, &[0, 20, 50, 90]) as u8,
            function: percent(function, words, &[0, 5, 10, 20, 30]) as u8,
            digits: percent(of(Shape::Digits), tokens.len(), &[0, 5, 15, 40]) as u8,
            sentences: bucket(signs.sentences, &[0, 1, 2, 4]) as u8,
            time: signs.time,
            marks: signs.marks,
            prose: counted >= 17 && signs.sentences > 0,
        }
    }

    /// Takes down what a mark or a word of time says.
    #[inline]
    fn read(&self, text: &str, tokens: &[Token], i: usize, signs: &mut Signs) {
        let Some(token) = tokens.get(i) else { return };
        let previous = i.checked_sub(1).and_then(|before| tokens.get(before));
        match token.shape {
            Shape::Mark => match mark(text, token) {
                b'.' | b'!' | b'?' => {
                    let next = tokens.get(i + 1);
                    let closes = next.is_none_or(|next| next.spaced || is_quote(text, next));
                    let after_word = previous.is_some_and(|p| !p.shape.is_capital() || p.end - p.start > 2);
                    signs.sentences += usize::from(closes && after_word);
                }
                b':' => {
                    if i < 6 {
                        signs.marks |= 1;
                    }
                    let digits = |token: Option<&Token>| token.is_some_and(|t| t.shape == Shape::Digits);
                    if digits(previous) && digits(tokens.get(i + 1)) && !token.spaced {
                        signs.time |= 2;
                    }
                }
                b'"' => signs.marks |= 2,
                b'|' => signs.marks |= 16,
                b'/' if signs.marks & 8 == 0 => {
                    if previous.is_some_and(|p| mark(text, p) == b'/' && !token.spaced) {
                        signs.marks |= 8;
                    } else if is_slashed_date(tokens, i) {
                        signs.time |= 1;
                    }
                }
                0 if is_quote(text, token) => signs.marks |= 2,
                0 if is_foreign_stop(text, token) => signs.sentences += 1,
                _ => {}
            },
            Shape::Digits => {}
            shape => {
                let sets = self.times.get(token.hash).unwrap_or(0);
                if sets & MONTH != 0 && self.is_written_date(tokens, i) {
                    signs.time |= 1;
                }
                if sets & ZONE != 0 && shape == Shape::Upper {
                    signs.time |= 4;
                }
                if sets & PAST != 0 && i + 1 == tokens.len() {
                    signs.time |= 8;
                }
            }
        }
    }

    /// A month with a day or a year beside it.
    fn is_written_date(&self, tokens: &[Token], month: usize) -> bool {
        let digits = |i: Option<usize>| {
            i.and_then(|i| tokens.get(i))
                .is_some_and(|t| t.shape == Shape::Digits && matches!(t.end - t.start, 1 | 2 | 4))
        };
        // `2 June 2020`, `2 June, 2020` and `June 2, 2020`.
        let comma = usize::from(tokens.get(month + 1).is_some_and(|token| token.hash == const { word(",") }));
        digits(month.checked_sub(1)) && digits(Some(month + 1 + comma))
            || digits(Some(month + 1)) && (digits(Some(month + 2)) || digits(Some(month + 3)))
    }
}

/// What marks and words of time say of a segment.
#[derive(Debug, Default)]
struct Signs {
    sentences: usize,
    time: u8,
    marks: u8,
}

impl Default for Lexicon {
    fn default() -> Self {
        Lexicon::new()
    }
}

/// Day, month and year with slashes between, seen from the second slash.
fn is_slashed_date(tokens: &[Token], slash: usize) -> bool {
    let digits = |i: Option<usize>, most: u32| {
        i.and_then(|i| tokens.get(i)).is_some_and(|t| t.shape == Shape::Digits && t.end - t.start <= most)
    };
    digits(slash.checked_sub(3), 2)
        && tokens.get(slash.wrapping_sub(2)).is_some_and(|t| t.hash == const { word("/") })
        && digits(slash.checked_sub(1), 2)
        && digits(Some(slash + 1), 4)
}

/// The byte of an ASCII mark, or 0.
#[inline]
#[must_use]
pub fn mark(text: &str, token: &Token) -> u8 {
    if token.shape == Shape::Mark && token.end - token.start == 1 {
        text.as_bytes().get(token.start as usize).copied().unwrap_or(0)
    } else {
        0
    }
}

/// Whether a token is a quotation mark.
#[must_use]
pub fn is_quote(text: &str, token: &Token) -> bool {
    match mark(text, token) {
        b'"' | b'\'' => true,
        0 => token.shape == Shape::Mark && matches!(text.get(token.range()), Some("“" | "”" | "‘" | "’" | "«" | "»")),
        _ => false,
    }
}

/// Whether a token ends a sentence in a script of its own.
fn is_foreign_stop(text: &str, token: &Token) -> bool {
    matches!(text.get(token.range()), Some("。" | "｡" | "！" | "？" | "؟" | "۔" | "।"))
}

/// The class of a token, for starts and ends.
#[must_use]
pub fn class_of(text: &str, token: &Token) -> u8 {
    match token.shape {
        Shape::Lower => class::LOWER,
        Shape::Capital => class::CAPITAL,
        Shape::Upper => class::UPPER,
        Shape::Digits | Shape::Mixed => class::DIGITS,
        Shape::Mark => match mark(text, token) {
            b'.' => class::STOP,
            b'!' | b'?' => class::SHOUT,
            b',' | b';' => class::COMMA,
            b':' => class::COLON,
            b'"' | b'\'' => class::QUOTE,
            b'(' | b'[' => class::OPEN,
            b')' | b']' => class::CLOSE,
            b'-' => class::DASH,
            0 => match text.get(token.range()).unwrap_or_default() {
                "…" | "。" | "।" | "۔" | "｡" => class::STOP,
                "！" | "？" | "؟" => class::SHOUT,
                "，" | "、" | "،" | "；" | "؛" => class::COMMA,
                "：" => class::COLON,
                "“" | "”" | "‘" | "’" | "«" | "»" => class::QUOTE,
                "–" | "—" => class::DASH,
                _ => class::OTHER,
            },
            _ => class::OTHER,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{FUNCTION_WORDS, Lexicon, Look, MONTHS, Signs, class};
    use crate::judge::tokens::{tokenize, word};

    fn look(text: &str) -> Look {
        let mut tokens = Vec::new();
        tokenize(text, 0..text.len(), &mut tokens);
        Lexicon::new().look(text, &tokens)
    }

    #[test]
    fn dates_are_seen_and_other_numbers_are_not() {
        for date in
            ["Senin, 4 Mei 2020 04:25 WIB", "September 14, 2020", "11/07/2020, 12:05 WIB", "2 Jun 2025 | 16.05 WIB"]
        {
            assert_eq!(look(date).time & 1, 1, "{date}");
        }
        for other in ["Mei datang bersama 3 orang", "skor 3/4 dan 5", "12 jam lalu", "Pasal 5 ayat 2"] {
            assert_eq!(look(other).time & 1, 0, "{other}");
        }
        assert_eq!(look("12 jam lalu").time, 8);
    }

    #[test]
    fn function_words_are_known() {
        let lexicon = Lexicon::new();
        assert!(FUNCTION_WORDS.iter().all(|text| lexicon.is_function(word(text))));
        assert!(MONTHS.iter().all(|text| !lexicon.is_function(word(text))));
        assert!((0..1000).all(|hash| !lexicon.is_function(hash) && !lexicon.is_function(!hash)));
    }

    #[test]
    fn no_mark_that_tells_something_is_passed_over() {
        let lexicon = Lexicon::new();
        for c in (1..0x3100u32).chain(0xff00..0xffff).filter_map(char::from_u32) {
            let text = format!("kata {c} kata");
            let mut tokens = Vec::new();
            tokenize(&text, 0..text.len(), &mut tokens);
            let mut signs = Signs::default();
            (0..tokens.len()).for_each(|i| lexicon.read(&text, &tokens, i, &mut signs));
            let look = lexicon.look(&text, &tokens);
            assert_eq!(
                (look.sentences > 0, look.time, look.marks),
                (signs.sentences > 0, signs.time, signs.marks),
                "{c}"
            );
        }
    }

    #[test]
    fn long_segments_are_read_to_the_end() {
        let words = "kata ".repeat(200);
        assert_eq!(look(&format!("{words} 2 Juni 2025 12:05 WIB (a|b)")).time, 7);
        assert_eq!(look(&format!("{words} 2 Juni 2025 12:05 WIB (a|b)")).marks, 4 | 16);
        assert_eq!(look(&words).function, 5);
    }

    #[test]
    fn prose_is_told_from_headlines() {
        let prose = "Pemerintah daerah akan membangun jembatan baru di atas sungai itu pada tahun depan, kata bupati \
                     kepada wartawan di kantornya.";
        assert!(look(prose).prose);
        assert!(
            !look(
                "Bupati Janji Bangun Jembatan Baru Tahun Depan, Warga Seberang Sungai Diminta Bersabar Menunggu Lagi Ya"
            )
            .prose
        );
        assert_eq!(look(prose).end, class::STOP);
        assert_eq!(look("(abc/def)").start, class::OPEN);
    }
}
