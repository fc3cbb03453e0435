//! Finding thousands of literals in prose that holds next to none of them.
//!
//! An automaton over so many literals is larger than the fastest cache and waits for memory at every byte. Here each literal
//! is known by five of its bytes; a pass over the text looks up the four bytes at every second place in a bitmap of 8 KiB,
//! which holds both fours of each five, and only where the bit is set are literals compared.

use crate::bytes::eight;

/// Words of the bitmap, and the bits of their numbers.
const WORDS: usize = 1 << WORD_BITS;
const WORD_BITS: u32 = 11;

/// Buckets by hash of the four bytes, and the bits of their numbers.
const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 12;

/// So many bytes of a text are looked up in a row, without a branch.
const STEP: usize = 16;

/// So many before literals are compared where they may stand: a bit for every second place fits into a number.
const BLOCK: usize = 128;

/// The four bytes at the last place end so far behind a step or a block.
const BEHIND: usize = 2;

/// A literal is known by some of its first bytes, as many as these.
const KNOWN_BY: usize = 128;

/// Where a literal stands in a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Occurrence {
    /// The literal's number.
    pub(crate) literal: u32,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// Where it ends, exclusive.
    pub(crate) end: usize,
}

/// The literals, findable; ASCII case does not count.
#[derive(Debug)]
pub(crate) struct Grams {
    /// In lower case.
    texts: Vec<Vec<u8>>,
    /// The four bytes by which literals are known, and the four that begin one byte before them.
    bitmap: Bitmap,
    /// By bucket: the number of its first entry, or that of the one that fits nothing.
    firsts: Box<[u16; BUCKETS]>,
    /// [`Entry::NONE`], the first entries of all buckets, and the other ones.
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
        ((gram | CASES as u32 | 0xff).wrapping_mul(MIX) >> (32 - WORD_BITS)) as usize % WORDS
    }

    /// Of the even places of a step: a bit for each whose four bytes are in the set.
    #[inline]
    fn even_places(&self, bytes: &[u8; STEP + BEHIND]) -> u64 {
        let mut places = 0;
        for place in 0..STEP / 2 {
            let gram =
                bytes.get(2 * place..).and_then(|rest| rest.first_chunk()).map_or(0, |gram| u32::from_le_bytes(*gram));
            places |= (self.0[Bitmap::word(gram)] >> (gram % 32) & 1) << place;
        }
        u64::from(places)
    }

    /// Likewise of as many steps of a block as those bytes need.
    #[inline]
    fn even_places_within(&self, block: &[u8; BLOCK + BEHIND], length: usize) -> u64 {
        let mut places = 0;
        let mut at = 0;
        while at < length
            && let Some(step) = block.get(at..).and_then(|rest| rest.first_chunk())
        {
            places |= self.even_places(step) << (at / 2);
            at += STEP;
        }
        places
    }
}

/// Up to eight bytes of a literal, to be compared at once: most texts fail already here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    bytes: u64,
    /// Which bits of eight bytes count: of letters, not the one that tells their case.
    mask: u64,
}

impl Key {
    pub(crate) fn new(text: &[u8]) -> Key {
        let (mut bytes, mut mask) = ([0; 8], [0; 8]);
        for ((byte, bits), given) in bytes.iter_mut().zip(&mut mask).zip(text) {
            *byte = given.to_ascii_lowercase();
            *bits = if given.is_ascii_alphabetic() { !CASE } else { u8::MAX };
        }
        Key { bytes: u64::from_le_bytes(bytes), mask: u64::from_le_bytes(mask) }
    }

    /// Whether a text that begins with the eight bytes begins like the literal, ASCII case aside.
    #[inline]
    pub(crate) fn fits(self, begin: u64) -> bool {
        (begin ^ self.bytes) & self.mask == 0
    }

    /// The first four of the bytes, as of a text, see [`four`].
    pub(crate) fn four(self) -> u32 {
        four(self.bytes)
    }
}

/// How many bytes a [`Key`] compares.
pub(crate) const KEY: usize = 8;

/// The first four of eight bytes, ASCII case folded, and some signs with it.
pub(crate) fn four(begin: u64) -> u32 {
    begin as u32 | CASES as u32
}

/// A literal, known by four of its bytes.
#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Of the bytes around the four.
    key: Key,
    /// The number of the literal, and how many bytes it has.
    literal: u32,
    length: u32,
    /// The next entry of the same bucket, if it is not 0.
    next: u32,
    /// How far before the four bytes those of the key begin, and the literal.
    key_before: u8,
    before: u8,
}

impl Entry {
    /// Fits nothing: no text holds such bytes.
    const NONE: Entry = Entry {
        key: Key { bytes: u64::MAX, mask: u64::MAX },
        literal: 0,
        length: 0,
        next: 0,
        key_before: 0,
        before: 0,
    };

    fn new(literal: u32, text: &[u8], before: u8) -> Entry {
        let from = usize::from(before).min(text.len().saturating_sub(KEY));
        let key = Key::new(text.get(from..).unwrap_or_default());
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Entry { key, literal, length, next: 0, key_before: before - from as u8, before }
    }
}

impl Grams {
    pub(crate) fn new(texts: Vec<Vec<u8>>) -> Grams {
        let mut bitmap = Bitmap::new();
        let mut short = Vec::new();
        let mut known = Vec::with_capacity(texts.len());
        for (number, text) in (0_u32..).zip(&texts) {
            let Some((before, gram)) = rarest(text) else {
                short.push(number);
                continue;
            };
            bitmap.add(u32::from_le_bytes(*gram));
            match usize::from(before).checked_sub(1).and_then(|other| text.get(other..)?.first_chunk()) {
                Some(other) => bitmap.add(u32::from_le_bytes(*other)),
                None => bitmap.add_all([gram[0], gram[1], gram[2]]),
            }
            known.push((bucket(u32::from_le_bytes(*gram)), Entry::new(number, text, before)));
        }
        known.sort_by_key(|(bucket, entry)| (*bucket, entry.literal));
        let (firsts, entries) = chains(&known);
        Grams { texts, bitmap, firsts, entries, short }
    }

    /// Adds each occurrence of each literal, in such an order that none that lies before a place follows one that begins there or
    /// behind it.
    pub(crate) fn find_all(&self, text: &str, found: &mut Vec<Occurrence>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            self.look_at(bytes, at, self.bitmap.even_places_within(block, BLOCK), found);
            at += BLOCK;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let mut last = [0; BLOCK + BEHIND];
        last.iter_mut().zip(rest).for_each(|(last, byte)| *last = *byte);
        self.look_at(bytes, at, self.bitmap.even_places_within(&last, rest.len()), found);
        if !self.short.is_empty() {
            self.find_short(bytes, found);
        }
    }

    /// Adds the literals that are known by the four bytes at one of the even places behind a place or at the next.
    #[inline]
    fn look_at(&self, bytes: &[u8], from: usize, mut places: u64, found: &mut Vec<Occurrence>) {
        while places != 0 {
            let place = from + 2 * places.trailing_zeros() as usize;
            let next = eight(bytes.get(place..).unwrap_or_default());
            for (at, gram) in [(place, next as u32), (place + 1, (next >> 8) as u32)] {
                self.compare(bytes, at, self.firsts[usize::from(bucket(gram)) % BUCKETS], found);
            }
            places &= places - 1;
        }
    }

    /// Adds those of a bucket's literals that stand there.
    #[inline]
    fn compare(&self, bytes: &[u8], at: usize, first: u16, found: &mut Vec<Occurrence>) {
        let mut next = usize::from(first);
        while let Some(entry) = self.entries.get(next) {
            let around = at.checked_sub(usize::from(entry.key_before)).and_then(|start| bytes.get(start..));
            if around.is_some_and(|around| entry.key.fits(eight(around))) {
                self.confirm(bytes, at, entry, found);
            }
            next = entry.next as usize;
            if next == 0 {
                return;
            }
        }
    }

    /// Adds the literal, whose key stands there, if all of it does.
    #[inline]
    fn confirm(&self, bytes: &[u8], at: usize, entry: &Entry, found: &mut Vec<Occurrence>) {
        let Some(start) = at.checked_sub(usize::from(entry.before)) else {
            return;
        };
        let end = start + entry.length as usize;
        let is_all = || bytes.get(start..end).zip(self.texts.get(entry.literal as usize));
        if entry.length as usize <= KEY || is_all().is_some_and(|(there, text)| there.eq_ignore_ascii_case(text)) {
            found.push(Occurrence { literal: entry.literal, start, end });
        }
    }

    /// Adds those of fewer than four bytes.
    #[inline(never)]
    fn find_short(&self, bytes: &[u8], found: &mut Vec<Occurrence>) {
        for &literal in &self.short {
            let Some(text) = self.texts.get(literal as usize).filter(|text| !text.is_empty()) else {
                continue;
            };
            for (start, window) in bytes.windows(text.len()).enumerate() {
                if window.eq_ignore_ascii_case(text) {
                    found.push(Occurrence { literal, start, end: start + text.len() });
                }
            }
        }
        found.sort_unstable_by_key(|occurrence| (occurrence.start, occurrence.end));
    }
}

/// From entries sorted by their buckets: the number of the first one of each bucket, and all of them, those of a bucket chained.
fn chains(known: &[(u16, Entry)]) -> (Box<[u16; BUCKETS]>, Vec<Entry>) {
    let buckets = || known.chunk_by(|(a, _), (b, _)| a == b);
    let mut firsts = Box::new([0; BUCKETS]);
    let mut entries = vec![Entry::NONE];
    for (bucket, first) in buckets().filter_map(<[_]>::first) {
        firsts[usize::from(*bucket) % BUCKETS] = entries.len() as u16;
        entries.push(*first);
    }
    let mut others = Vec::new();
    let mut next = entries.len() as u32;
    for (first, bucket) in entries.iter_mut().skip(1).zip(buckets()) {
        let start = others.len();
        others.extend(bucket.iter().skip(1).map(|(_, entry)| *entry));
        for before in std::iter::once(first).chain(others.iter_mut().skip(start)).take(bucket.len() - 1) {
            before.next = next;
            next += 1;
        }
    }
    entries.extend(others);
    (firsts, entries)
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
    ((gram | CASES as u32).wrapping_mul(MIX) >> (32 - BUCKET_BITS)) as u16
}

/// The four bytes of a literal by which it is known, and after how many they stand: those that, with the four that begin one byte
/// before, are the rarest. The first four only if there are no more.
fn rarest(text: &[u8]) -> Option<(u8, &[u8; 4])> {
    let rarity = |gram: [u8; 4]| {
        let product: u32 = gram.iter().map(|&byte| commonness(byte)).product();
        if COMMON.binary_search(&gram).is_ok() { product.saturating_mul(1000) } else { product }
    };
    let mut before = None;
    let begin = text.get(..KNOWN_BY).unwrap_or(text);
    // Of each four and the one that begins a byte before it, how common they are, and where the four begins.
    let pairs = begin.array_windows().map(|four| rarity(*four)).enumerate().filter_map(|(at, own)| {
        let other = before.replace(own)?;
        Some((own.saturating_add(other), at))
    });
    let at = pairs.min_by_key(|(both, _)| *both).map_or(0, |(_, at)| at);
    Some((u8::try_from(at).ok()?, text.get(at..)?.first_chunk()?))
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
        let mut found = Vec::new();
        grams.find_all(text, &mut found);
        let mut hits: Vec<_> = found.iter().map(|found| (found.literal as usize, found.start, found.end)).collect();
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
