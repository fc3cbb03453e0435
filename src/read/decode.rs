//! From bytes to text: UTF-8 with mistakes replaced and counted, UTF-16 turned into UTF-8. Guesses no legacy charsets.

use std::borrow::Cow;
use std::io::{self, Read};

use crate::article::Warning;

/// Text, and how many sequences in it were not UTF-8 and were replaced by U+FFFD.
pub fn utf8(bytes: Vec<u8>) -> (String, usize) {
    match String::from_utf8(bytes) {
        Ok(text) => (text, 0),
        Err(error) => replaced(error.as_bytes()),
    }
}

/// The same of bytes that are kept.
pub fn utf8_of(bytes: &[u8]) -> (Cow<'_, str>, usize) {
    match str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), 0),
        Err(_) => {
            let (text, count) = replaced(bytes);
            (Cow::Owned(text), count)
        }
    }
}

/// The text with mistakes replaced, and how many there are.
fn replaced(bytes: &[u8]) -> (String, usize) {
    let mut text = String::with_capacity(bytes.len() + 16);
    let mut replaced = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            replaced += 1;
        }
    }
    (text, replaced)
}

/// The warning for that many replaced sequences, if there are any.
pub fn warning(replaced: usize) -> Option<Warning> {
    (replaced > 0).then(|| Warning {
        code: "invalid-utf8".to_owned(),
        message: format!(
            "{replaced} byte sequence(s) that are not valid in the input's encoding were replaced by U+FFFD"
        ),
    })
}

/// Which byte of a UTF-16 unit comes first.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ByteOrder {
    /// The low byte.
    Little,
    /// The high byte.
    Big,
}

/// Turns UTF-16 into UTF-8. A unit that is no character becomes the byte 0xFF, which [`utf8`] replaces and counts.
pub struct Utf16Reader<R> {
    input: R,
    order: ByteOrder,
    raw: Vec<u8>,
    /// The first byte of a unit, waiting for its second.
    odd: Option<u8>,
    /// The first half of a pair, waiting for its second.
    high: Option<u16>,
    decoded: Vec<u8>,
    taken: usize,
}

impl<R: Read> Utf16Reader<R> {
    /// Decodes `input`, from which the byte order mark has been taken.
    pub fn new(input: R, order: ByteOrder) -> Utf16Reader<R> {
        Utf16Reader { input, order, raw: vec![0; 32 * 1024], odd: None, high: None, decoded: Vec::new(), taken: 0 }
    }

    /// Decodes some more of the input; `false` at its end.
    fn refill(&mut self) -> io::Result<bool> {
        self.decoded.clear();
        self.taken = 0;
        let mut raw = std::mem::take(&mut self.raw);
        let read = self.input.read(&mut raw);
        for byte in raw.iter().take(*read.as_ref().unwrap_or(&0)) {
            self.push_byte(*byte);
        }
        self.raw = raw;
        // At the end, what still waits is half of something.
        if matches!(read, Ok(0)) && (self.odd.take().is_some() | self.high.take().is_some()) {
            self.decoded.push(0xff);
        }
        Ok(read? > 0 || !self.decoded.is_empty())
    }

    fn push_byte(&mut self, byte: u8) {
        match (self.odd.take(), self.order) {
            (None, _) => self.odd = Some(byte),
            (Some(first), ByteOrder::Little) => self.push_unit(u16::from_le_bytes([first, byte])),
            (Some(first), ByteOrder::Big) => self.push_unit(u16::from_be_bytes([first, byte])),
        }
    }

    fn push_unit(&mut self, unit: u16) {
        let high = self.high.take();
        if let (Some(high), 0xdc00..=0xdfff) = (high, unit) {
            self.decoded.extend_from_slice(String::from_utf16_lossy(&[high, unit]).as_bytes());
            return;
        }
        if high.is_some() {
            self.decoded.push(0xff);
        }
        match char::from_u32(u32::from(unit)) {
            Some(c) => self.decoded.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None if unit < 0xdc00 => self.high = Some(unit),
            None => self.decoded.push(0xff),
        }
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.decoded.len() {
            if !self.refill()? {
                return Ok(0);
            }
        }
        let rest = self.decoded.get(self.taken..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(bytes: &[u8], order: ByteOrder) -> (String, usize) {
        let mut decoded = Vec::new();
        Utf16Reader::new(bytes, order).read_to_end(&mut decoded).unwrap();
        utf8(decoded)
    }

    #[test]
    fn every_mistake_is_replaced_and_counted() {
        assert_eq!(utf8(b"Harga naik".to_vec()), ("Harga naik".to_owned(), 0));
        assert_eq!(utf8(b"a\xffb\xc3".to_vec()), ("a\u{fffd}b\u{fffd}".to_owned(), 2));
        // Overlong forms and surrogates are no UTF-8 either.
        assert_eq!(utf8(b"\xc0\xafx".to_vec()).0, "\u{fffd}\u{fffd}x");
        for byte in 0..=255 {
            let (text, replaced) = utf8(vec![byte]);
            assert_eq!(replaced, usize::from(byte >= 0x80), "{text:?}");
        }
    }

    #[test]
    fn utf16_is_decoded_in_both_orders() {
        let text = "Café di Jakarta 🎉\n文";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        assert_eq!(utf16(&little, ByteOrder::Little), (text.to_owned(), 0));
        assert_eq!(utf16(&big, ByteOrder::Big), (text.to_owned(), 0));
    }

    #[test]
    fn halves_of_pairs_are_replaced_one_by_one() {
        let decode = |units: &[u16]| {
            let bytes: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            utf16(&bytes, ByteOrder::Little)
        };
        assert_eq!(decode(&[0xd83d, 0x61]), ("\u{fffd}a".to_owned(), 1));
        assert_eq!(decode(&[0xde00, 0x61]), ("\u{fffd}a".to_owned(), 1));
        assert_eq!(decode(&[0xd83d, 0xd83d, 0xde00]), ("\u{fffd}😀".to_owned(), 1));
        assert_eq!(decode(&[0x61, 0xd83d]), ("a\u{fffd}".to_owned(), 1));
        assert_eq!(utf16(b"a\0b", ByteOrder::Little), ("a\u{fffd}".to_owned(), 1));
    }
}
