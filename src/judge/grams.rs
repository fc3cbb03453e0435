//! Finding thousands of literals in prose that holds next to none of them.
//!
//! An automaton over so many literals is larger than the fastest cache and waits for memory at every byte. Here each literal
//! is known by five of its bytes; a pass over the text looks up the four bytes at every second place in a bitmap of 16 KiB,
//! which holds both fours of each five, and only where the bit is set are literals compared.

/// Bits of a hash.
const BITS: u32 = 17;

/// Words of a bitmap with a bit for every hash.
const WORDS: usize = (1 << BITS) / 32;

/// So many bytes of a text are looked up at a time.
const STEP: usize = 8;

/// Buckets by the low bits of the hash.
const BUCKETS: usize = 1 << 12;

/// The literals, findable; ASCII case does not count.
#[derive(Debug)]
pub(crate) struct Grams {
    /// In lower case.
    texts: Vec<Vec<u8>>,
    /// The hashes of the four bytes by which literals are known, and of the four that begin one byte before them.
    bitmap: Bitmap,
    /// The former alone.
    known: Bitmap,
    /// By bucket: where its entries begin; they end where those of the next begin.
    starts: Vec<u32>,
    entries: Vec<Entry>,
    /// Literals of fewer than four bytes.
    short: Vec<u32>,
}

/// A set of hashes.
#[derive(Debug)]
pub(crate) struct Bitmap(Box<[u32; WORDS]>);

impl Default for Bitmap {
    fn default() -> Bitmap {
        Bitmap(Box::new([0; WORDS]))
    }
}

impl Bitmap {
    fn add(&mut self, hash: u32) {
        self.0[hash as usize / 32 % WORDS] |= 1 << (hash % 32);
    }

    #[inline]
    pub(crate) fn has(&self, hash: u32) -> bool {
        self.shifted(hash) & 1 == 1
    }

    /// The lowest bit says whether the hash is in the set.
    #[inline]
    fn shifted(&self, hash: u32) -> u32 {
        self.0[hash as usize / 32 % WORDS] >> (hash % 32)
    }

    /// Of the even places among the first [`STEP`]: a bit for those whose four bytes have a hash in the set. Without branches.
    #[inline]
    fn even_places(&self, bytes: [u8; STEP + 2]) -> u32 {
        let [a, b, c, d, e, f, g, h, i, j] = bytes;
        let first = u64::from_le_bytes([a, b, c, d, e, f, g, h]) | CASES;
        let last = u32::from_le_bytes([g, h, i, j]) | CASES as u32;
        let of = |key: u32| self.shifted(hash_folded(key)) & 1;
        of(first as u32) | of((first >> 16) as u32) << 2 | of((first >> 32) as u32) << 4 | of(last) << 6
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
        let (mut bitmap, mut known) = (Bitmap::default(), Bitmap::default());
        let mut short = Vec::new();
        let mut entries = Vec::with_capacity(texts.len());
        for (number, text) in (0_u32..).zip(&texts) {
            let Some((offset, gram)) = rarest(text) else {
                short.push(number);
                continue;
            };
            let hash = hash(gram);
            bitmap.add(hash);
            known.add(hash);
            match (offset as usize).checked_sub(1).and_then(|before| text.get(before..)?.first_chunk()) {
                Some(before) => bitmap.add(self::hash(before)),
                // Whatever stands before it.
                None => {
                    let &[a, b, c, _] = gram;
                    (0..=u8::MAX)
                        .filter(|byte| byte & CASE != 0)
                        .for_each(|byte| bitmap.add(self::hash(&[byte, a, b, c])));
                }
            }
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
        Grams { texts, bitmap, known, starts, entries, short }
    }

    /// Reports each occurrence of each literal: its number, where it begins and where it ends.
    pub(crate) fn find_all(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        let bytes = text.as_bytes();
        let mut at = 0;
        while let Some(&chunk) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            let mut places = self.bitmap.even_places(chunk);
            while places != 0 {
                self.look_at(bytes, at + places.trailing_zeros() as usize, &mut found);
                places &= places - 1;
            }
            at += STEP;
        }
        while let Some(gram) = bytes.get(at..).and_then(|rest| rest.first_chunk()) {
            if self.bitmap.has(hash(gram)) {
                self.look_at(bytes, at, &mut found);
            }
            at += 2;
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

    /// Reports the literals that are known by the four bytes at that place or at the next.
    #[inline]
    fn look_at(&self, bytes: &[u8], place: usize, found: &mut impl FnMut(usize, usize, usize)) {
        for at in [place, place + 1] {
            let hash = bytes.get(at..).and_then(|rest| rest.first_chunk()).map(hash);
            if let Some(hash) = hash.filter(|hash| self.known.has(*hash)) {
                self.compare(bytes, at, hash, found);
            }
        }
    }

    #[inline(never)]
    fn compare(&self, bytes: &[u8], at: usize, hash: u32, found: &mut impl FnMut(usize, usize, usize)) {
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

/// The same bit in eight bytes.
const CASES: u64 = u64::from_le_bytes([CASE; 8]);

/// Setting the fifth bit folds ASCII case; that it confuses some signs costs a comparison.
#[inline]
pub(crate) fn hash(gram: &[u8; 4]) -> u32 {
    hash_folded(u32::from_le_bytes(*gram) | CASES as u32)
}

#[inline]
fn hash_folded(gram: u32) -> u32 {
    gram.wrapping_mul(0x9E37_79B1) >> (32 - BITS)
}

/// The four bytes of a literal by which it is known, and where they stand: those that, with the four that begin one byte before,
/// are the rarest. The first four only if there are no more.
fn rarest(text: &[u8]) -> Option<(u32, &[u8; 4])> {
    let rarity = |gram: &[u8]| {
        let product: u32 = gram.iter().map(|&byte| commonness(byte)).product();
        if COMMON.iter().any(|common| gram == *common) { product.saturating_mul(1000) } else { product }
    };
    let both = |five: &[u8]| five.windows(4).map(rarity).fold(0, u32::saturating_add);
    let at = text.windows(5).enumerate().min_by_key(|(_, five)| both(five)).map_or(0, |(before, _)| before + 1);
    Some((u32::try_from(at).ok()?, text.get(at..)?.first_chunk()?))
}

/// Sequences that occur more often than their letters suggest.
const COMMON: [&[u8; 4]; 66] = [
    b"yang", b"peng", b"alah", b"oleh", b"beri", b"berk", b"ntar", b"nggu", b"indo", b"lalu", b"pend", b"buka",
    b"hany", b"peny", b"erup", b"poli", b"pung", b"gram", b"berl", b"ring", b"ribu", b"dike", b"mbil", b"peri",
    b" ber", b"enga", b" pen", b"nya ", b"meng", b"n pe", b"dala", b"alam", b"deng", b"ngka", b"ngga", b" jug",
    b" har", b"g me", b"erta", b"ng b", b"ingg", b"uga ", b"lang", b"tahu", b"ters", b"sela", b"anta", b"apat",
    b"leh ", b"bera", b"ng p", b"nnya", b"eran", b"dang", b"angg", b"mber", b"engg", b"ya d", b"ahun", b"inya",
    b"ndon", b"reka", b"arta", b"amba", b"adal", b"tama",
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
