//! Finding thousands of literals in prose that holds next to none of them.
//!
//! An automaton over so many literals is larger than the fastest cache and waits for memory at every byte. Here each literal
//! is known by five of its bytes; a pass over the text looks up the four bytes at every second place in a bitmap of 16 KiB,
//! which holds both fours of each five, and only where the bit is set are literals compared.

use crate::bytes::eight;

/// Words of the bitmap, and the bits of their numbers.
const WORDS: usize = 1 << BITS;
const BITS: u32 = 12;

/// So many bytes of a text are looked up at a time.
const STEP: usize = 16;

/// The bytes that a step looks at: the last four begin within it.
const SPAN: usize = STEP + 2;

/// Buckets by hash of the four bytes.
const BUCKETS: usize = 1 << BITS;

/// The literals, findable; ASCII case does not count.
#[derive(Debug)]
pub(crate) struct Grams {
    /// In lower case.
    texts: Vec<Vec<u8>>,
    /// The four bytes by which literals are known, and the four that begin one byte before them.
    bitmap: Bitmap,
    /// By bucket: the number of its first entry and one, or nothing.
    firsts: Box<[u32; BUCKETS]>,
    /// By bucket, those of each from the first to one that says it is the last.
    entries: Vec<Entry>,
    /// Literals of fewer than four bytes.
    short: Vec<u32>,
}

/// A set of fours of bytes, and of some more that look like them: by the hash of the last three, a bit for each first one.
#[derive(Debug)]
struct Bitmap(Box<[u32; WORDS]>);

impl Bitmap {
    fn new() -> Bitmap {
        Bitmap(Box::new([0; WORDS]))
    }

    fn add(&mut self, gram: u32) {
        self.0[Bitmap::word(gram)] |= 1 << (gram % 32);
    }

    /// Adds the four that end so, whatever they begin with.
    fn add_all(&mut self, [a, b, c]: [u8; 3]) {
        self.0[Bitmap::word(u32::from_le_bytes([0, a, b, c]))] = u32::MAX;
    }

    #[inline]
    fn word(gram: u32) -> usize {
        ((gram | CASES as u32 | 0xff).wrapping_mul(MIX) >> (32 - BITS)) as usize % WORDS
    }

    /// Of the even places among the first [`STEP`]: a bit for each whose four bytes are in the set. Without branches.
    #[inline]
    fn even_places(&self, bytes: &[u8; SPAN]) -> u32 {
        let mut places = 0;
        for place in 0..STEP / 2 {
            let gram =
                bytes.get(2 * place..).and_then(|rest| rest.first_chunk()).map_or(0, |gram| u32::from_le_bytes(*gram));
            places |= (self.0[Bitmap::word(gram)] >> (gram % 32) & 1) << place;
        }
        places
    }
}

/// Up to eight bytes of a literal, ASCII case folded, to be compared at once: most texts fail already here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    bytes: u64,
    /// Which bits of eight bytes they are.
    mask: u64,
}

impl Key {
    pub(crate) fn new(text: &[u8]) -> Key {
        let mask = u64::MAX.checked_shr(8 * (8 - text.len().min(8)) as u32).unwrap_or(0);
        Key { bytes: (eight(text) | CASES) & mask, mask }
    }

    /// Whether a text that begins with the eight bytes may begin like the literal.
    #[inline]
    pub(crate) fn fits(self, begin: u64) -> bool {
        (begin | CASES) & self.mask == self.bytes
    }

    /// The first four of the bytes.
    pub(crate) fn four(self) -> u32 {
        self.bytes as u32
    }
}

/// The first four of eight bytes, ASCII case folded as in a [`Key`].
pub(crate) fn four(begin: u64) -> u32 {
    begin as u32 | CASES as u32
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Of the bytes around the four by which the literal is known.
    key: Key,
    /// How far before the four bytes those of the key begin, and the literal.
    key_before: u32,
    before: u32,
    text: u32,
    bucket: u16,
    is_last: bool,
}

impl Entry {
    fn new(number: u32, text: &[u8], offset: u32, bucket: u16) -> Entry {
        let from = (offset as usize).min(text.len().saturating_sub(8));
        let key = Key::new(text.get(from..).unwrap_or_default());
        Entry { key, key_before: offset - from as u32, before: offset, text: number, bucket, is_last: true }
    }
}

impl Grams {
    pub(crate) fn new(texts: Vec<Vec<u8>>) -> Grams {
        let mut bitmap = Bitmap::new();
        let mut short = Vec::new();
        let mut entries = Vec::with_capacity(texts.len());
        for (number, text) in (0_u32..).zip(&texts) {
            let Some((offset, gram)) = rarest(text) else {
                short.push(number);
                continue;
            };
            bitmap.add(u32::from_le_bytes(*gram));
            match (offset as usize).checked_sub(1).and_then(|before| text.get(before..)?.first_chunk()) {
                Some(before) => bitmap.add(u32::from_le_bytes(*before)),
                None => bitmap.add_all([gram[0], gram[1], gram[2]]),
            }
            entries.push(Entry::new(number, text, offset, bucket(u32::from_le_bytes(*gram))));
        }
        entries.sort_by_key(|entry| (entry.bucket, entry.text));
        let mut firsts = Box::new([0; BUCKETS]);
        let mut next = None;
        for (place, entry) in entries.iter_mut().enumerate().rev() {
            entry.is_last = next != Some(entry.bucket);
            next = Some(entry.bucket);
            firsts[usize::from(entry.bucket) % BUCKETS] = place as u32 + 1;
        }
        Grams { texts, bitmap, firsts, entries, short }
    }

    /// Reports each occurrence of each literal: its number, where it begins and where it ends.
    #[inline]
    pub(crate) fn find_all(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(span) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            let places = self.bitmap.even_places(span);
            if places != 0 {
                self.look_at(bytes, at, places, &mut found);
            }
            at += STEP;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let mut last = [0; SPAN];
        last.iter_mut().zip(rest).for_each(|(last, byte)| *last = *byte);
        self.look_at(bytes, at, self.bitmap.even_places(&last), &mut found);
        for &number in &self.short {
            let Some(literal) = self.texts.get(number as usize).filter(|text| !text.is_empty()) else {
                continue;
            };
            for (at, window) in bytes.windows(literal.len()).enumerate() {
                if window.eq_ignore_ascii_case(literal) {
                    found(number as usize, at, at + literal.len());
                }
            }
        }
    }

    /// Reports the literals that are known by the four bytes at one of the places of a step or at the next.
    #[inline]
    fn look_at(&self, bytes: &[u8], from: usize, mut places: u32, found: &mut impl FnMut(usize, usize, usize)) {
        while places != 0 {
            let place = from + 2 * places.trailing_zeros() as usize;
            let next = eight(bytes.get(place..).unwrap_or_default());
            let first_of = |gram: u64| self.firsts[usize::from(bucket(gram as u32)) % BUCKETS];
            let (first, second) = (first_of(next), first_of(next >> 8));
            if first != 0 {
                self.compare(bytes, place, first, found);
            }
            if second != 0 {
                self.compare(bytes, place + 1, second, found);
            }
            places &= places - 1;
        }
    }

    /// Reports those of a bucket's entries that stand there, from one whose number is given, and one.
    #[inline(always)]
    fn compare(&self, bytes: &[u8], at: usize, first: u32, found: &mut impl FnMut(usize, usize, usize)) {
        for entry in self.entries.get(first as usize - 1..).unwrap_or_default() {
            let around = at.checked_sub(entry.key_before as usize).and_then(|start| bytes.get(start..));
            if around.is_some_and(|around| entry.key.fits(eight(around))) {
                self.confirm(bytes, at, entry, found);
            }
            if entry.is_last {
                return;
            }
        }
    }

    /// Reports the literal if it stands there as a whole.
    #[inline(never)]
    fn confirm(&self, bytes: &[u8], at: usize, entry: &Entry, found: &mut impl FnMut(usize, usize, usize)) {
        let (Some(start), Some(literal)) = (at.checked_sub(entry.before as usize), self.texts.get(entry.text as usize))
        else {
            return;
        };
        let end = start + literal.len();
        if bytes.get(start..end).is_some_and(|slice| slice.eq_ignore_ascii_case(literal)) {
            found(entry.text as usize, start, end);
        }
    }
}

/// The bit that tells the case of an ASCII letter.
const CASE: u8 = 0x20;

/// The same bit in eight bytes.
const CASES: u64 = u64::from_le_bytes([CASE; 8]);

/// The factor of hashes.
const MIX: u32 = 0x9E37_79B1;

/// The bucket of four bytes. Setting the fifth bit of each folds ASCII case; that it confuses some signs costs a
/// comparison.
#[inline]
fn bucket(gram: u32) -> u16 {
    ((gram | CASES as u32).wrapping_mul(MIX) >> (32 - BITS)) as u16
}

/// The four bytes of a literal by which it is known, and where they stand: those that, with the four that begin one byte before,
/// are the rarest. The first four only if there are no more.
fn rarest(text: &[u8]) -> Option<(u32, &[u8; 4])> {
    let rarity = |gram: [u8; 4]| {
        let product: u32 = gram.iter().map(|&byte| commonness(byte)).product();
        if COMMON.binary_search(&gram).is_ok() { product.saturating_mul(1000) } else { product }
    };
    let mut before = None;
    // Of each four and the one that begins a byte before it, how common they are, and where the four begins.
    let pairs = text.array_windows().map(|four| rarity(*four)).enumerate().filter_map(|(at, own)| {
        let other = before.replace(own)?;
        Some((own.saturating_add(other), at))
    });
    let at = pairs.min_by_key(|(both, _)| *both).map_or(0, |(_, at)| at);
    Some((u32::try_from(at).ok()?, text.get(at..)?.first_chunk()?))
}

/// Sequences that occur more often than their letters suggest, sorted.
const COMMON: [[u8; 4]; 40] = [
    *b" ber", *b" har", *b" jug", *b" pen", *b"a ju", *b"adal", *b"akar", *b"alam", *b"angg", *b"apat", *b"aran",
    *b"bagi", *b"bera", *b"beri", *b"berk", *b"dapa", *b"deng", *b"engg", *b"g me", *b"gara", *b"indo", *b"ini ",
    *b"inya", *b"kita", *b"lang", *b"mber", *b"ng b", *b"ng p", *b"nggu", *b"ngka", *b"pend", *b"peng", *b"raka",
    *b"reka", *b"sela", *b"tahu", *b"ters", *b"uga ", *b"ukan", *b"ya d",
];

/// How often a byte occurs in a thousand of Indonesian, Malay and English prose, roughly. Only speed depends on it.
fn commonness(byte: u8) -> u32 {
    match byte.to_ascii_lowercase() {
        b'a' => 150,
        b' ' => 130,
        b'n' | b'e' => 80,
        b'i' => 75,
        b't' | b'r' | b's' => 50,
        b'k' | b'd' | b'u' | b'm' => 42,
        b'l' | b'g' | b'o' => 30,
        b'p' | b'h' | b'b' => 25,
        b'y' | b'j' | b'c' => 12,
        b'w' | b'f' | b'.' | b',' => 8,
        b'v' | b'"' | b'-' => 4,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::{COMMON, Grams};

    #[test]
    fn common_sequences_are_sorted() {
        assert!(COMMON.is_sorted());
    }

    fn found(literals: &[&str], text: &str) -> Vec<(usize, usize, usize)> {
        let grams = Grams::new(literals.iter().map(|literal| literal.as_bytes().to_vec()).collect());
        let mut hits = Vec::new();
        grams.find_all(text, |number, start, end| hits.push((number, start, end)));
        hits.sort_unstable();
        hits
    }

    #[test]
    fn every_occurrence_is_found_overlapping_ones_and_whatever_the_case() {
        let literals = ["baca juga", "juga", "©", "go", "aca"];
        assert_eq!(found(&literals, "BACA JUGA baca"), [(0, 0, 9), (1, 5, 9), (4, 1, 4), (4, 11, 14)]);
        assert_eq!(found(&literals, "© Go"), [(2, 0, 2), (3, 3, 5)]);
        assert_eq!(found(&literals, "ac"), []);
        assert_eq!(found(&literals, ""), []);
    }

    #[test]
    fn what_is_found_in_soups_is_what_stands_there() {
        let literals =
            ["baca", "baca juga", "juga:", "foto", "dari", "\u{a0}baca", "éa", "©", "bacabaca", "ca juga: fo", "aaaa"];
        let pieces =
            ["baca", " ", "BACA", "juga", ":", "foto", "Dari", "\u{a0}", "é", "a", "©", "x", "", "FO", "b", "@[`{"];
        let mut state = 3_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            pieces[(state >> 16) as usize % pieces.len()]
        };
        for length in (0..30).cycle().take(3000) {
            let text: String = (0..length).map(|_| next()).collect();
            let lower = text.to_ascii_lowercase();
            let mut expected = Vec::new();
            for (number, literal) in literals.iter().enumerate() {
                let places = (0..lower.len()).filter(|at| lower.as_bytes()[*at..].starts_with(literal.as_bytes()));
                expected.extend(places.map(|at| (number, at, at + literal.len())));
            }
            assert_eq!(found(&literals, &text), expected, "{text}");
        }
    }
}
