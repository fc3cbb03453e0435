//! Finding thousands of literals in prose that holds next to none of them.
//!
//! An automaton over so many literals is larger than the fastest cache and waits for memory at every byte. Here each literal
//! is known by its rarest four bytes; a pass over the text looks up every four bytes in a bitmap of 16 KiB, and only where
//! the bit is set are literals compared.

/// Bits of a hash.
const BITS: u32 = 17;

/// Words of a bitmap with a bit for every hash.
const WORDS: usize = (1 << BITS) / 64;

/// So many places of a text are looked up at a time.
const STEP: usize = 8;

/// Buckets by the low bits of the hash.
const BUCKETS: usize = 1 << 12;

/// The literals, findable; ASCII case does not count.
#[derive(Debug)]
pub(crate) struct Grams {
    /// In lower case.
    texts: Vec<Vec<u8>>,
    /// By hash: whether some literal has it.
    bitmap: Bitmap,
    /// By bucket: where its entries begin; they end where those of the next begin.
    starts: Vec<u32>,
    entries: Vec<Entry>,
    /// Literals of fewer than four bytes.
    short: Vec<u32>,
}

/// A set of hashes.
#[derive(Debug)]
pub(crate) struct Bitmap(Box<[u64; WORDS]>);

impl Default for Bitmap {
    fn default() -> Bitmap {
        Bitmap(Box::new([0; WORDS]))
    }
}

impl Bitmap {
    fn add(&mut self, hash: u32) {
        self.0[hash as usize / 64 % WORDS] |= 1 << (hash % 64);
    }

    #[inline]
    pub(crate) fn has(&self, hash: u32) -> bool {
        self.0[hash as usize / 64 % WORDS] >> (hash % 64) & 1 == 1
    }

    /// Of the four bytes that begin at each of [`STEP`] bytes: a bit for those whose hash is in the set. Without branches.
    #[inline]
    fn have(&self, bytes: [u8; STEP + 3]) -> u32 {
        let [a, b, c, d, e, f, g, h, i, j, k] = bytes;
        let first = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        let last = u64::from_le_bytes([d, e, f, g, h, i, j, k]);
        let mut bits = 0;
        for at in 0..STEP {
            let key = if at < 5 { first >> (8 * at) } else { last >> (8 * (at - 3)) };
            bits |= u32::from(self.has(hash_of(key as u32))) << at;
        }
        bits
    }
}

impl FromIterator<u32> for Bitmap {
    fn from_iter<I: IntoIterator<Item = u32>>(hashes: I) -> Bitmap {
        let mut bitmap = Bitmap::default();
        hashes.into_iter().for_each(|hash| bitmap.add(hash));
        bitmap
    }
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u32,
    text: u32,
    /// Where in the literal its four bytes stand.
    offset: u32,
    length: u32,
    /// The literal's first and last byte, folded as in [`hash`]: most places that its four bytes bring up fail already here.
    ends: [u8; 2],
}

impl Grams {
    pub(crate) fn new(texts: Vec<Vec<u8>>) -> Grams {
        let mut bitmap = Bitmap::default();
        let mut short = Vec::new();
        let mut entries = Vec::with_capacity(texts.len());
        for (number, text) in (0_u32..).zip(&texts) {
            let Some((offset, hash)) = rarest(text) else {
                short.push(number);
                continue;
            };
            bitmap.add(hash);
            let ends = [text.first(), text.last()].map(|byte| byte.map_or(0, |byte| byte | CASE));
            entries.push(Entry { hash, text: number, offset, length: text.len() as u32, ends });
        }
        let bucket = |entry: &Entry| entry.hash as usize % BUCKETS;
        entries.sort_by_key(|entry| (bucket(entry), entry.hash, entry.text));
        let mut starts = vec![0_u32; BUCKETS + 1];
        for entry in &entries {
            if let Some(start) = starts.get_mut(bucket(entry) + 1) {
                *start += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Grams { texts, bitmap, starts, entries, short }
    }

    /// Reports each occurrence of each literal: its number, where it begins and where it ends.
    pub(crate) fn find_all(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            let mut bits = self.bitmap.have(chunk);
            while bits != 0 {
                let place = at + bits.trailing_zeros() as usize;
                self.compare(bytes, place, &mut found);
                bits &= bits - 1;
            }
            at += STEP;
        }
        for (place, gram) in bytes.get(at..).unwrap_or_default().windows(4).enumerate() {
            if self.bitmap.has(hash(gram)) {
                self.compare(bytes, at + place, &mut found);
            }
        }
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

    #[inline(never)]
    fn compare(&self, bytes: &[u8], at: usize, found: &mut impl FnMut(usize, usize, usize)) {
        let hash = bytes.get(at..at + 4).map_or(0, hash);
        let bucket = hash as usize % BUCKETS;
        let (Some(&from), Some(&to)) = (self.starts.get(bucket), self.starts.get(bucket + 1)) else {
            return;
        };
        let entries = self.entries.get(from as usize..to as usize).unwrap_or_default();
        for entry in entries.iter().filter(|entry| entry.hash == hash) {
            let Some(start) = at.checked_sub(entry.offset as usize) else {
                continue;
            };
            let end = start + entry.length as usize;
            let Some(slice @ [first, .., last]) = bytes.get(start..end) else {
                continue;
            };
            if [first | CASE, last | CASE] == entry.ends
                && self.texts.get(entry.text as usize).is_some_and(|literal| slice.eq_ignore_ascii_case(literal))
            {
                found(entry.text as usize, start, end);
            }
        }
    }
}

/// The bit that tells the case of an ASCII letter.
const CASE: u8 = 0x20;

/// Setting the fifth bit folds ASCII case; that it confuses some signs costs a comparison.
#[inline]
pub(crate) fn hash(gram: &[u8]) -> u32 {
    let &[a, b, c, d] = gram else { return 0 };
    hash_of(u32::from_le_bytes([a, b, c, d]))
}

#[inline]
fn hash_of(gram: u32) -> u32 {
    (gram | 0x2020_2020).wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}

/// The rarest four bytes of a literal: where they stand, and their hash.
fn rarest(text: &[u8]) -> Option<(u32, u32)> {
    let rarity = |gram: &[u8]| {
        let product: u32 = gram.iter().map(|&byte| commonness(byte)).product();
        if COMMON.iter().any(|common| gram.eq_ignore_ascii_case(*common)) { u32::MAX } else { product }
    };
    let (offset, gram) = text.windows(4).enumerate().min_by_key(|(_, gram)| rarity(gram))?;
    Some((u32::try_from(offset).ok()?, hash(gram)))
}

/// Sequences that occur more often than their letters suggest.
const COMMON: [&[u8; 4]; 24] = [
    b"yang", b"peng", b"alah", b"oleh", b"beri", b"berk", b"ntar", b"nggu", b"indo", b"lalu", b"pend", b"buka",
    b"hany", b"peny", b"erup", b"poli", b"pung", b"gram", b"berl", b"ring", b"ribu", b"dike", b"mbil", b"peri",
];

/// How often a byte occurs in a thousand of Indonesian, Malay and English prose, roughly. Only speed depends on it.
pub(crate) fn commonness(byte: u8) -> u32 {
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
    use super::Grams;

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
}
