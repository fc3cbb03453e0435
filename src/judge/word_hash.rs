//! Hashes of words: FNV-1a of 32 bits (Fowler, Noll and Vo), over one byte after the other or over eight at a time.

/// The hash of nothing.
pub(super) const SEED: u32 = 0x811c_9dc5;
const PRIME: u32 = 0x0100_0193;

/// Hash of a word as [`super::tokens::tokenize`] computes it; the word must be in lower case.
#[must_use]
pub const fn word(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let mut hash = SEED;
    let mut i = 0;
    while i < bytes.len() {
        hash = hash_byte(hash, bytes[i]);
        i += 1;
    }
    hash
}

/// Hash of a word in lower case and another, of any case, as one: goes on from the hash of the first.
pub(super) fn word_on(hash: u32, text: &str) -> u32 {
    if text.is_ascii() {
        return text.bytes().fold(hash, |hash, byte| hash_byte(hash, byte.to_ascii_lowercase()));
    }
    text.to_lowercase().bytes().fold(hash, hash_byte)
}

/// Hash of bytes that have no case.
pub(super) fn hash_bytes(bytes: &[u8]) -> u32 {
    bytes.iter().fold(SEED, |hash, byte| hash_byte(hash, *byte))
}

/// How many bytes are looked at together.
pub(super) const LANE: usize = 8;

/// Goes on with a hash over a byte.
#[inline]
pub(super) const fn hash_byte(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(PRIME)
}

/// Goes on with a hash over the bytes of a lane.
#[inline]
pub(super) fn hash_lane(hash: u32, lane: u64) -> u32 {
    lane.to_le_bytes().iter().fold(hash, |hash, byte| hash_byte(hash, *byte))
}

/// Goes on with a hash over the letters that a lane begins with, if any.
#[inline]
pub(super) fn hash_letters(hash: u32, lane: u64, letters: usize) -> u32 {
    let lane = lane.checked_shl((8 * (LANE - letters)) as u32).unwrap_or_default();
    hash_lane(hash.wrapping_mul(UNDOING_ZEROS[letters]), lane)
}

/// All lanes are hashed in the same eight steps, zeros standing before their letters. By number of letters: what undoes beforehand
/// what the zeros do to a hash.
pub(super) const UNDOING_ZEROS: [u32; LANE + 1] = {
    // Each step doubles the number of bits that are right; an odd number is its own inverse in the lowest three.
    let mut inverse = PRIME;
    while inverse.wrapping_mul(PRIME) != 1 {
        inverse = inverse.wrapping_mul(2u32.wrapping_sub(inverse.wrapping_mul(PRIME)));
    }
    let mut factors = [1_u32; LANE + 1];
    let mut letters = LANE;
    while letters > 0 {
        letters -= 1;
        factors[letters] = factors[letters + 1].wrapping_mul(inverse);
    }
    factors
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_hash_as_one() {
        for (first, second, both) in [("anti", "Banjir", "antibanjir"), ("jum", "AT", "jumat"), ("caf", "É", "café")]
        {
            assert_eq!(word_on(word(first), second), word(both));
        }
    }
}
