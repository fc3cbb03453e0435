//! Sets of bytes, and of the bytes with which letters begin and end.

use super::openings::Side;

/// A set of bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct ByteSet(pub(super) [u64; 4]);

impl ByteSet {
    pub(super) fn add(&mut self, from: u8, to: u8) {
        for byte in from..=to {
            self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
        }
    }

    /// Adds the bytes with which the letters from one to another begin in UTF-8, which are in the order of the letters.
    pub(super) fn add_first(&mut self, from: char, to: char) {
        self.add(first_byte(from), first_byte(to).min(0x7f));
        if !to.is_ascii() {
            self.add(first_byte(from.max('\u{80}')), first_byte(to));
        }
    }

    /// Adds the byte with which the letter begins or ends in UTF-8.
    pub(super) fn add_letter(&mut self, letter: char, side: Side) {
        let mut buffer = [0; 4];
        let bytes = letter.encode_utf8(&mut buffer).as_bytes();
        let byte = if side == Side::First { bytes.first() } else { bytes.last() };
        byte.iter().for_each(|&&byte| self.add(byte, byte));
    }

    #[inline]
    pub(super) fn has(self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    /// Whether a byte is in both.
    pub(super) fn meets(&self, other: &ByteSet) -> bool {
        self.0.iter().zip(other.0).any(|(mine, theirs)| mine & theirs != 0)
    }

    pub(super) fn union(&mut self, other: ByteSet) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }
}

/// The first byte of the letter in UTF-8.
fn first_byte(letter: char) -> u8 {
    letter.encode_utf8(&mut [0; 4]).as_bytes().first().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::ByteSet;

    #[test]
    fn a_set_holds_the_bytes_with_which_its_letters_begin() {
        let mut set = ByteSet::default();
        set.add_first('y', '\u{e9}');
        let held: Vec<u8> = (0..=u8::MAX).filter(|byte| set.has(*byte)).collect();
        assert_eq!(held, [b'y', b'z', b'{', b'|', b'}', b'~', 0x7f, 0xc2, 0xc3]);
        let mut other = ByteSet::default();
        other.add_first('é', '€');
        assert!(set.meets(&other) && !ByteSet::default().meets(&set));
    }
}
