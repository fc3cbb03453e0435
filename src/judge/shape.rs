//! What a segment looks like, whatever it says: lengths, capitals, punctuation, dates, in coarse steps.

use super::features::{bucket, in_steps, percent, steps};
use super::tokens::{Shape, Token, word};
use super::vocabulary::marks;

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

const LENGTHS: &[usize] = &[0, 1, 2, 3, 4, 6, 8, 10, 13, 17, 22, 30, 50, 100];
static LENGTH_STEPS: [u8; 102] = steps(LENGTHS);

/// How many tokens are looked at together: few enough to be counted in a byte.
const PART: usize = 64;

impl Look {
    /// The look of a segment, given its tokens; each is shown to `see` on the way.
    #[inline]
    #[must_use]
    pub fn seeing(tokens: &[Token], mut see: impl FnMut(&Token)) -> Look {
        let mut shapes = [0usize; 8];
        let mut function = 0;
        let mut signs = Signs::default();
        for (start, part) in (0..).step_by(PART).zip(tokens.chunks(PART)) {
            // What most tokens tell is counted in the same steps for all, their shapes in a byte each; those that may tell more are
            // noted, and looked at afterwards.
            let (mut counts, mut noted, mut telling) = (0u64, 0, [0u8; PART]);
            for (i, token) in (0u8..).zip(part) {
                see(token);
                counts += 1 << (8 * token.shape as u32);
                function += usize::from(token.known.is_function());
                telling[noted % PART] = i;
                noted += usize::from(token.known.is_telling());
            }
            shapes.iter_mut().zip(counts.to_le_bytes()).for_each(|(all, count)| *all += usize::from(count));
            telling.iter().take(noted).for_each(|i| signs.read(tokens, start + usize::from(*i)));
        }
        let of = |shape: Shape| shapes[shape as usize];
        let end = tokens.last().map_or(class::NONE, class_of);
        if end == class::CLOSE {
            signs.marks |= 4;
        }
        let counted = tokens.len() - of(Shape::Mark);
        let words = counted - of(Shape::Digits);
        Look {
            length: in_steps(&LENGTH_STEPS, counted as u32) as u8,
            end,
            start: tokens.first().map_or(class::NONE, class_of),
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
}

/// What marks and words of time say of a segment.
#[derive(Debug, Default)]
struct Signs {
    sentences: usize,
    time: u8,
    marks: u8,
}

impl Signs {
    /// Takes down what a mark or a word of time says.
    #[inline]
    fn read(&mut self, tokens: &[Token], i: usize) {
        let Some(token) = tokens.get(i) else { return };
        match token.shape {
            Shape::Mark => self.read_mark(tokens, i, token),
            Shape::Digits => {}
            shape => {
                let known = token.known;
                if known.is_month() && is_written_date(tokens, i) {
                    self.time |= 1;
                }
                if known.is_zone() && shape == Shape::Upper {
                    self.time |= 4;
                }
                if known.is_past() && i + 1 == tokens.len() {
                    self.time |= 8;
                }
            }
        }
    }

    #[inline]
    fn read_mark(&mut self, tokens: &[Token], i: usize, token: &Token) {
        let previous = i.checked_sub(1).and_then(|before| tokens.get(before));
        match token.known.class() {
            marks::STOP | marks::SHOUT => {
                let next = tokens.get(i + 1);
                let closes = next.is_none_or(|next| next.spaced | is_quote(next));
                let after_word = previous.is_some_and(|p| !p.shape.is_capital() | (p.end - p.start > 2));
                // Those of other scripts stand for nothing else.
                self.sentences += usize::from(closes & after_word | (token.end - token.start > 1));
            }
            marks::COLON => {
                if i < 6 {
                    self.marks |= 1;
                }
                let digits = |token: Option<&Token>| token.is_some_and(|t| t.shape == Shape::Digits);
                if digits(previous) && digits(tokens.get(i + 1)) && !token.spaced {
                    self.time |= 2;
                }
            }
            marks::QUOTE => self.marks |= 2,
            marks::BAR => self.marks |= 16,
            marks::SLASH if self.marks & 8 == 0 => {
                if previous.is_some_and(|p| p.hash == token.hash && !token.spaced) {
                    self.marks |= 8;
                } else if is_slashed_date(tokens, i) {
                    self.time |= 1;
                }
            }
            _ => {}
        }
    }
}

/// A month with a day or a year beside it.
fn is_written_date(tokens: &[Token], month: usize) -> bool {
    let digits = |i: Option<usize>| {
        i.and_then(|i| tokens.get(i)).is_some_and(|t| t.shape == Shape::Digits && matches!(t.end - t.start, 1 | 2 | 4))
    };
    // `2 June 2020`, `2 June, 2020` and `June 2, 2020`.
    let comma = usize::from(tokens.get(month + 1).is_some_and(|token| token.hash == const { word(",") }));
    digits(month.checked_sub(1)) && digits(Some(month + 1 + comma))
        || digits(Some(month + 1)) && (digits(Some(month + 2)) || digits(Some(month + 3)))
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
#[inline]
#[must_use]
pub fn is_quote(token: &Token) -> bool {
    (token.shape == Shape::Mark) & (token.known.class() == marks::QUOTE)
}

/// The class of a token, for starts and ends.
#[inline]
#[must_use]
pub fn class_of(token: &Token) -> u8 {
    match token.shape {
        Shape::Lower => class::LOWER,
        Shape::Capital => class::CAPITAL,
        Shape::Upper => class::UPPER,
        Shape::Digits | Shape::Mixed => class::DIGITS,
        Shape::Mark => class_of_mark(token),
    }
}

/// The class of a mark.
#[inline]
#[must_use]
pub fn class_of_mark(token: &Token) -> u8 {
    match token.known.class() {
        marks::OTHER | marks::BAR | marks::SLASH => class::OTHER,
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, class};
    use crate::judge::tokens::tokenize;

    fn look(text: &str) -> Look {
        let mut tokens = Vec::new();
        tokenize(text, 0..text.len(), &mut tokens);
        Look::seeing(&tokens, |_| {})
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
    fn marks_tell_in_all_scripts() {
        for c in (1..0x3100u32).chain(0xff00..0xffff).filter_map(char::from_u32) {
            let marks = match c {
                ':' => 1,
                '"' | '“' | '”' | '‘' | '’' | '«' | '»' => 2,
                '|' => 16,
                _ => 0,
            };
            let look = look(&format!("kata {c} kata"));
            let stops = matches!(c, '.' | '!' | '?' | '。' | '｡' | '！' | '？' | '؟' | '۔' | '।');
            assert_eq!((look.sentences > 0, look.time, look.marks), (stops, 0, marks), "{c}");
        }
    }

    #[test]
    fn marks_that_do_the_same_are_of_one_class() {
        for (marks, expected) in [
            (".…。｡۔।", class::STOP),
            ("!?！？؟", class::SHOUT),
            (",;，、،；؛", class::COMMA),
            (":：", class::COLON),
            ("\"'“”‘’«»", class::QUOTE),
            ("([", class::OPEN),
            (")]", class::CLOSE),
            ("-–—", class::DASH),
            ("|/•→{", class::OTHER),
        ] {
            marks.chars().for_each(|c| assert_eq!(look(&format!("kata {c}")).end, expected, "{c}"));
        }
        // Escaped marks are of no class, whatever their hashes.
        for escape in ["&quot;", "&n694j;", "&UiumP;"] {
            assert_eq!(look(&format!("kata {escape}")).end, class::OTHER, "{escape}");
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
