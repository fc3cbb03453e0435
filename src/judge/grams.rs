//! Finding thousands of literals in prose that holds next to none of them.
//!
//! An automaton over so many literals is larger than the fastest cache and waits for memory at every byte. Here each literal
//! is known by five of its bytes; a pass over the text looks up the four bytes at every second place in a bitmap of 8 KiB,
//! which holds both fours of each five, and only where the bit is set are literals compared.

use crate::bytes::eight;

/// Words of the bitmap, and the bits of their numbers.
const WORDS: usize = 1 << WORD_BITS;
const WORD_BITS: u32 = 11;

/// Buckets by hash of the last three of the four bytes, and the bits of their numbers.
const BUCKETS: usize = 1 << BUCKET_BITS;
const BUCKET_BITS: u32 = 12;

/// So many bytes of a text are looked up in a row, without a branch: a bit for every second place fits into a number.
const BLOCK: usize = 128;
const STEP: usize = 16;

/// The four bytes at the last place end so far behind a block.
const BEHIND: usize = 3;

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
    buckets: Buckets,
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

    fn add(&mut self, [a, b, c, d]: [u8; 4]) {
        self.0[Bitmap::word(u32::from_le_bytes([b, c, d, 0]) | CASES as u32)] |= 1 << (a % 32);
    }

    /// Adds the four that end so, whatever they begin with.
    fn add_all(&mut self, [b, c, d]: [u8; 3]) {
        self.0[Bitmap::word(u32::from_le_bytes([b, c, d, 0]) | CASES as u32)] = u32::MAX;
    }

    #[inline]
    fn word(last: u32) -> usize {
        hash(last, WORD_BITS) % WORDS
    }

    /// Of the even places of a block that lie among so many bytes: a bit for each whose four bytes are in the set.
    #[inline]
    fn even_places(&self, block: &[u8; BLOCK + BEHIND], length: usize) -> u64 {
        let mut folded = *block;
        for byte in &mut folded {
            *byte |= CASE;
        }
        let mut places = 0;
        for step in (0..length.min(BLOCK).div_ceil(STEP)).rev() {
            let Some(bytes) = folded.get(step * STEP..).and_then(<[u8]>::first_chunk::<{ STEP + BEHIND }>) else {
                continue;
            };
            for at in (0..STEP).step_by(2).rev() {
                let last =
                    bytes.get(at + 1..).and_then(|last| last.first_chunk()).map_or(0, |last| u32::from_le_bytes(*last));
                places = places << 1 | u64::from(self.0[Bitmap::word(last)] >> (bytes[at] % 32) & 1);
            }
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
    /// Fits nothing: no text holds such bytes.
    const NONE: Key = Key { bytes: u64::MAX, mask: u64::MAX };

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

    /// The bytes with which a text begins that begins like the literal, in lower case.
    pub(crate) fn begin(self) -> u64 {
        self.bytes
    }
}

/// The first four of eight bytes, ASCII case folded, and some signs with it.
pub(crate) fn four(begin: u64) -> u32 {
    begin as u32 | CASES as u32
}

/// A literal that is known by the four bytes at a place in it, or at the one before its first.
#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    /// The number of the literal, and how many bytes it has.
    literal: u32,
    length: u32,
    /// How far before the second of the four bytes the literal begins.
    before: u8,
    /// Whether the key holds all of it.
    is_whole: bool,
}

impl Entry {
    /// With its key: that of the bytes around the four, see [`frame`].
    fn new(literal: u32, text: &[u8], before: u8) -> (Key, Entry) {
        let lead = LEAD.min(usize::from(before));
        let start = usize::from(before) - lead;
        let Key { bytes, mask } = Key::new(text.get(start..).unwrap_or_default());
        let shift = 8 * (LEAD - lead) as u32;
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        let is_whole = start == 0 && text.len() <= lead + 8 - LEAD;
        (Key { bytes: bytes << shift, mask: mask << shift }, Entry { literal, length, before, is_whole })
    }
}

/// The keys of up to so many entries, which are compared together without a branch.
const GROUP: usize = 4;

/// They fill one line of the cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Group([Key; GROUP]);

impl Group {
    /// A bit for each key that fits.
    #[inline]
    fn fitting(&self, frame: u64) -> u32 {
        let mut fitting = 0;
        for (at, key) in self.0.iter().enumerate() {
            fitting |= u32::from(key.fits(frame)) << at;
        }
        fitting
    }

    fn is_full(&self) -> bool {
        // The mask of letters beyond ASCII alone is that of no key, too; their bytes are not.
        self.0[GROUP - 1].bytes != Key::NONE.bytes
    }
}

/// Entries by the hash of the last three of the four bytes by which they are known.
#[derive(Debug)]
struct Buckets {
    /// By bucket: the number of its first group, or that of the one in which nothing fits.
    firsts: Box<[u16; BUCKETS]>,
    /// The group in which nothing fits, the first groups of all buckets, and the other ones.
    groups: Vec<Group>,
    /// By group: the next one of the same bucket, if there is one.
    nexts: Vec<u32>,
    /// Those of the first group, those of the second, and so on.
    entries: Vec<[Entry; GROUP]>,
}

impl Buckets {
    /// From entries sorted by their buckets.
    fn new(known: &[(usize, (Key, Entry))]) -> Buckets {
        let mut all =
            Buckets { firsts: Box::new([0; BUCKETS]), groups: Vec::new(), nexts: Vec::new(), entries: Vec::new() };
        all.push(&[]);
        let buckets = || known.chunk_by(|(a, _), (b, _)| a == b);
        for bucket in buckets() {
            if let [(hash, _), ..] = bucket {
                all.firsts[*hash % BUCKETS] = all.groups.len() as u16;
            }
            all.push(bucket);
        }
        for (first, bucket) in (1..).zip(buckets()) {
            let mut before: usize = first;
            for group in bucket.chunks(GROUP).skip(1) {
                let next = all.groups.len();
                all.nexts[before] = next as u32;
                all.push(group);
                before = next;
            }
        }
        all
    }

    /// The number of the first group of the bucket that the four bytes in a frame are in.
    #[inline]
    fn first(&self, frame: u64) -> usize {
        let hash = hash((frame >> (8 * LEAD)) as u32 | CASES as u32, BUCKET_BITS);
        usize::from(self.firsts[hash % BUCKETS])
    }

    /// The number of the group behind a full one; beyond all if there is none.
    #[inline(never)]
    fn next(&self, group: usize) -> usize {
        self.nexts.get(group).map_or(usize::MAX, |next| *next as usize)
    }

    /// Adds a group of the first of those.
    fn push(&mut self, known: &[(usize, (Key, Entry))]) {
        let (mut keys, mut entries) = ([Key::NONE; GROUP], [Entry::default(); GROUP]);
        for ((key, entry), (_, given)) in keys.iter_mut().zip(&mut entries).zip(known) {
            (*key, *entry) = *given;
        }
        self.groups.push(Group(keys));
        self.nexts.push(u32::MAX);
        self.entries.push(entries);
    }
}

/// How many bytes of a frame stand before the second of the four at a place.
const LEAD: usize = 3;

/// The eight bytes around the four at a place, of which [`LEAD`] stand before the second; zeros stand for what is not there.
#[inline]
fn frame(bytes: &[u8], place: usize) -> u64 {
    let from = (place + 1).checked_sub(LEAD);
    match from.and_then(|from| bytes.get(from..)?.first_chunk()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => frame_at_end(bytes, place),
    }
}

#[cold]
fn frame_at_end(bytes: &[u8], place: usize) -> u64 {
    match (place + 1).checked_sub(LEAD) {
        Some(from) => eight(bytes.get(from..).unwrap_or_default()),
        None => eight(bytes) << (8 * (LEAD - place - 1)),
    }
}

impl Grams {
    pub(crate) fn new(texts: Vec<Vec<u8>>) -> Grams {
        let mut bitmap = Bitmap::new();
        let mut short = Vec::new();
        let mut known = Vec::with_capacity(2 * texts.len());
        for (number, text) in (0_u32..).zip(&texts) {
            let Some((at, &[a, b, c, d])) = rarest(text) else {
                short.push(number);
                continue;
            };
            bitmap.add([a, b, c, d]);
            known.push((bucket([b, c, d]), Entry::new(number, text, at + 1)));
            match usize::from(at).checked_sub(1).and_then(|before| text.get(before)) {
                Some(before) => bitmap.add([*before, a, b, c]),
                None => bitmap.add_all([a, b, c]),
            }
            known.push((bucket([a, b, c]), Entry::new(number, text, at)));
        }
        known.sort_by_key(|(bucket, (_, entry))| (*bucket, entry.literal, entry.before));
        Grams { texts, bitmap, buckets: Buckets::new(&known), short }
    }

    /// Adds each occurrence of each literal, in such an order that none that lies before a place follows one that begins there or
    /// behind it.
    pub(crate) fn find_all(&self, text: &str, found: &mut Vec<Occurrence>) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(block) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            self.look_at(bytes, at, self.bitmap.even_places(block, BLOCK), found);
            at += BLOCK;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let mut last = [0; BLOCK + BEHIND];
        last.iter_mut().zip(rest).for_each(|(last, byte)| *last = *byte);
        self.look_at(bytes, at, self.bitmap.even_places(&last, rest.len()), found);
        if !self.short.is_empty() {
            self.find_short(bytes, found);
        }
    }

    /// Adds the literals that are known by the four bytes at one of the even places behind a place.
    #[inline]
    fn look_at(&self, bytes: &[u8], from: usize, mut places: u64, found: &mut Vec<Occurrence>) {
        while places != 0 {
            let place = from + 2 * places.trailing_zeros() as usize;
            places &= places - 1;
            let frame = frame(bytes, place);
            let mut next = self.buckets.first(frame);
            while let Some(group) = self.buckets.groups.get(next) {
                let fitting = group.fitting(frame);
                if fitting != 0 {
                    self.confirm(bytes, place, next, fitting, found);
                }
                if !group.is_full() {
                    break;
                }
                next = self.buckets.next(next);
            }
        }
    }

    /// Adds those of the literals of a group whose keys stand there that do as a whole.
    #[inline(never)]
    fn confirm(&self, bytes: &[u8], place: usize, group: usize, mut fitting: u32, found: &mut Vec<Occurrence>) {
        let entries: &[Entry] = self.buckets.entries.get(group).map_or(&[], |entries| entries);
        while let Some(entry) = entries.get(fitting.trailing_zeros() as usize) {
            fitting &= fitting - 1;
            let Some(start) = (place + 1).checked_sub(usize::from(entry.before)) else {
                continue;
            };
            let end = start + entry.length as usize;
            let all = || bytes.get(start..end).zip(self.texts.get(entry.literal as usize));
            if entry.is_whole || all().is_some_and(|(there, text)| there.eq_ignore_ascii_case(text)) {
                found.push(Occurrence { literal: entry.literal, start, end });
            }
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

/// The bit that tells the case of an ASCII letter.
const CASE: u8 = 0x20;

/// The same bit in eight bytes.
const CASES: u64 = u64::from_le_bytes([CASE; 8]);

/// A hash of so many bits of the first three of four bytes, whose ASCII case was folded by setting the fifth bit of each: that this
/// confuses some signs costs a comparison.
#[inline]
fn hash(bytes: u32, bits: u32) -> usize {
    // The fourth byte is shifted out.
    (bytes.wrapping_mul(0x9E37_79B1 << 8) >> (32 - bits)) as usize
}

/// The bucket of the last three of four bytes.
fn bucket([b, c, d]: [u8; 3]) -> usize {
    hash(u32::from_le_bytes([b, c, d, 0]) | CASES as u32, BUCKET_BITS)
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
const COMMON: [[u8; 4]; 62] = [
    *b" ber", *b" har", *b" jug", *b" pen", *b" vid", *b".com", *b"adal", *b"akar", *b"alam", *b"ampu", *b"angg",
    *b"apat", *b"apor", *b"aran", *b"bagi", *b"berk", *b"ca j", *b"dala", *b"dapa", *b"deng", *b"enga", *b"engg",
    *b"ensi", *b"eran", *b"erup", *b"form", *b"g me", *b"gara", *b"ilih", *b"ini ", *b"inya", *b"juga", *b"kita",
    *b"lang", *b"mber", *b"mili", *b"mpun", *b"ndon", *b"ng b", *b"ng p", *b"ngga", *b"nggu", *b"ngka", *b"nnya",
    *b"pend", *b"peng", *b"peri", *b"poli", *b"port", *b"pula", *b"raka", *b"reka", *b"s.co", *b"sela", *b"tahu",
    *b"tara", *b"ters", *b"tike", *b"uga ", *b"ukan", *b"ulan", *b"ulis",
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
    fn literals_that_are_known_by_the_same_bytes_are_all_found() {
        let literals: Vec<String> = (0..50).map(|number| format!("juga{number:02}")).collect();
        let texts: Vec<&str> = literals.iter().map(String::as_str).collect();
        for (number, text) in literals.iter().enumerate() {
            assert_eq!(found(&texts, text), [(number, 0, 6)]);
            assert_eq!(found(&texts, &format!("x{text}")), [(number, 1, 7)]);
        }
        // Of these no byte that they are known by is a letter of ASCII.
        let cyrillic = ["о погоде", "о политике", "о порядке", "о подписке", "о поставке", "о помощи", "о подарках"];
        let numbers: Vec<String> = (0..10).map(|number| format!("| 2020123{number}")).collect();
        for literals in [cyrillic.to_vec(), numbers.iter().map(String::as_str).collect()] {
            for (number, text) in literals.iter().enumerate() {
                assert_eq!(found(&literals, text), [(number, 0, text.len())]);
            }
        }
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
        for length in (0..90).cycle().take(3000) {
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
