//! How a text begins and ends, and which marks stand in it: what tells it apart from most patterns before they are tried.

use std::cell::OnceCell;

use memchr::memchr;

use super::gates::beginning;
use super::openings::pair;

/// What of a text tells whether patterns can match it.
#[derive(Clone, Debug)]
pub(crate) struct Ends<'a> {
    pub(super) text: &'a str,
    /// The first and the last byte.
    pub(super) first: u8,
    pub(super) last: u8,
    /// The number, see [`pair`], of the first two bytes of a text that has them and begins with no white space.
    pub(super) opening: Option<usize>,
    /// Likewise of the last two, the last one first.
    pub(super) closing: Option<usize>,
    /// The hash, see [`beginning`], of the first four bytes of a text that has them and begins with no white space.
    pub(super) beginning: Option<u8>,
    /// The marks that stand in it, once they were asked for.
    marks: OnceCell<u64>,
}

impl Ends<'_> {
    pub(crate) fn of(text: &str) -> Ends<'_> {
        let trimmed = text.trim();
        let bytes = trimmed.as_bytes();
        let byte = |byte: Option<&u8>| byte.copied().unwrap_or_default();
        let is_trimmed = trimmed.len() == text.len();
        Ends {
            text,
            first: byte(text.as_bytes().first()),
            last: byte(text.as_bytes().last()),
            opening: bytes.first_chunk().filter(|_| is_trimmed).map(|bytes| pair(*bytes)),
            closing: bytes.last_chunk().filter(|_| is_trimmed).map(|[inner, outer]| pair([*outer, *inner])),
            beginning: bytes.first_chunk().filter(|_| is_trimmed).map(|bytes| beginning(*bytes)),
            marks: OnceCell::new(),
        }
    }

    /// The first byte, or 0.
    pub(crate) fn first(&self) -> u8 {
        self.first
    }

    /// The last byte, or 0.
    pub(crate) fn last(&self) -> u8 {
        self.last
    }

    /// The number, see [`pair`], of the first two bytes of a text that has them and begins with no white space.
    pub(crate) fn opening(&self) -> Option<usize> {
        self.opening
    }

    /// That of the last two bytes of a text that has them and ends with no white space, the last one first.
    pub(crate) fn closing(&self) -> Option<usize> {
        self.closing
    }

    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    /// The marks that stand in the text, see [`MARKS`].
    pub(super) fn marks(&self) -> u64 {
        *self.marks.get_or_init(|| marks_of(self.text.as_bytes()))
    }
}

/// The marks that stand in a text. Most stretches of prose hold none but the common ones.
pub(super) fn marks_of(bytes: &[u8]) -> u64 {
    const STRETCH: usize = 16;
    const COMMON: [u8; 4] = [b' ', b',', b'.', b'-'];
    let of = |bytes: &[u8]| bytes.iter().fold(0, |marks, byte| marks | MARKS[usize::from(*byte)]);
    let is_there = |mark: &u8| memchr(*mark, bytes).is_some();
    let common = COMMON.iter().filter(|mark| is_there(mark)).fold(0, |marks, mark| marks | MARKS[usize::from(*mark)]);
    let (stretches, rest) = bytes.as_chunks::<STRETCH>();
    stretches.iter().fold(of(rest) | common, |marks, stretch| {
        // The comma, the hyphen and the full stop stand side by side in ASCII.
        let is_rare = |byte: &u8| (byte.wrapping_sub(b'!') < b'@' - b'!') & (byte.wrapping_sub(b',') > b'.' - b',');
        let has_rare = stretch.iter().fold(false, |found, byte| found | is_rare(byte));
        if has_rare { marks | of(stretch) } else { marks }
    })
}

/// By byte, a bit for the space and each mark and digit that stands near them in ASCII, and one that digits share.
pub(super) const MARKS: [u64; 256] = {
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

#[cfg(test)]
mod tests {
    use super::{MARKS, marks_of};

    #[test]
    fn the_marks_of_a_text_are_those_of_its_bytes() {
        let texts = [
            "",
            "a",
            " ",
            "Ia pulang ke rumahnya di kota itu (abc)",
            "semuatanpaspasiataupuntanda",
            "12:30",
            "Ia, ia-lah. Ya",
        ];
        for text in texts {
            let marks = text.bytes().fold(0, |marks, byte| marks | MARKS[usize::from(byte)]);
            assert_eq!(marks_of(text.as_bytes()), marks, "{text}");
        }
    }
}
