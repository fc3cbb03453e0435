//! The language of a text, told by its function words: Indonesian, Malay or English, else unknown.
//!
//! Indonesian and Malay share most of theirs; common words that only one of them has, or writes so, decide between the two.

use std::sync::LazyLock;

/// The ISO 639-1 code of the text's language, if it is one of `id`, `ms` and `en`.
#[must_use]
pub fn guess(text: &str) -> Option<&'static str> {
    let mut words = 0;
    // How many words of each class there are: counted so that it takes no branch.
    let mut counts = [0_usize; CLASSES];
    let bytes = text.as_bytes();
    let known = &*KNOWN;
    let mut at = 0;
    while at < bytes.len() && words < WORDS_READ {
        let start = at;
        let first = eight(bytes, at);
        let mut length = leading(first);
        at += length;
        while length == EIGHT {
            length = leading(eight(bytes, at));
            at += length;
        }
        if at == start {
            at += 1;
            continue;
        }
        words += 1;
        counts[known.class(bytes.get(start..at).unwrap_or_default(), first) as usize] += 1;
        // Between words mostly one byte stands.
        at += 1;
        if words % WORDS_BETWEEN == 0 {
            let [english, indonesian, malay, shared, _] = counts;
            let local = shared + indonesian + malay;
            if usize::abs_diff(indonesian, malay) >= CLEAR && local * 8 >= words && english * 4 < local {
                break;
            }
        }
    }
    let [english, indonesian, malay, shared, _] = counts;
    let local = shared + indonesian + malay;
    let most = local.max(english);
    // Function words make up a third of running text; far fewer mean another language, or a list of names.
    if most < 3 || most * 12 < words {
        return None;
    }
    if english > local {
        Some("en")
    } else if malay > indonesian {
        Some("ms")
    } else {
        Some("id")
    }
}

/// Enough to be sure, and little enough to cost nothing.
const WORDS_READ: usize = 200;

/// Every so many words it is looked whether it is clear already: every eighth word speaks for the languages of the archipelago,
/// English is far behind, and so many words more speak for one of the two than for the other.
const WORDS_BETWEEN: usize = 8;
const CLEAR: usize = 4;

/// Which languages a word speaks for.
#[derive(Clone, Copy)]
enum Class {
    English,
    Indonesian,
    Malay,
    Shared,
    /// None that is known.
    Other,
}

/// How many classes there are.
const CLASSES: usize = 5;

/// Bytes that are looked at together.
const EIGHT: usize = 8;

/// The bytes that stand there, as many as eight, the first one lowest; zeros behind the end.
fn eight(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte)),
    }
}

/// How many of the eight bytes, from the first, are ASCII letters and digits.
fn leading(eight: u64) -> usize {
    let every = |byte: u8| u64::from_le_bytes([byte; EIGHT]);
    let high = every(0x80);
    // In each byte, the highest bit says whether the others come to no less than that.
    let from = |bytes: u64, least: u8| (bytes & !high) + every(0x80 - least);
    let small = eight | every(0x20);
    let letters = from(small, b'a') & !from(small, b'z' + 1);
    let digits = from(eight, b'0') & !from(eight, b'9' + 1);
    let others = (!(letters | digits) | eight) & high;
    others.trailing_zeros() as usize / EIGHT
}

/// The first eight bytes of a word of that length, case aside: what follows a shorter one is left out.
fn key(eight: u64, length: usize) -> u64 {
    let mask = if length < EIGHT { (1 << (length * EIGHT)) - 1 } else { u64::MAX };
    (eight | u64::from_le_bytes([0x20; EIGHT])) & mask
}

/// Where the search for a word begins.
fn slot(key: u64, length: usize) -> usize {
    let hash = (key ^ length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> (u64::BITS - SLOTS.ilog2())) as usize
}

/// Where a search may begin: many times as many as there are words in the lists.
const SLOTS: usize = 1 << 11;

/// A word of a list.
struct Word {
    word: &'static str,
    key: u64,
    class: Class,
}

impl Word {
    /// Whether it is this word, case aside, which has that key.
    fn is(&self, word: &[u8], key: u64) -> bool {
        let is_whole = word.len() <= EIGHT && word.len() == self.word.len();
        self.key == key && (is_whole || word.eq_ignore_ascii_case(self.word.as_bytes()))
    }
}

/// All lists in one.
struct Known {
    words: Vec<Word>,
    /// Numbers of words, from 1, each in the first free slot from its own on; the last is always free. Small, to stay in
    /// the fastest memory.
    slots: Vec<u16>,
}

impl Known {
    /// The class of a word, case aside, of which those are the first eight bytes, or all and what follows.
    fn class(&self, word: &[u8], eight: u64) -> Class {
        let key = key(eight, word.len());
        // Most words are in no list, and most of them come to a free slot at once.
        let taken = self.slots.get(slot(key, word.len())..).unwrap_or_default().iter();
        let mut words = taken.map_while(|number| self.words.get(usize::from(*number).checked_sub(1)?));
        words.find(|known| known.is(word, key)).map_or(Class::Other, |known| known.class)
    }
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let lists =
        [(ENGLISH, Class::English), (INDONESIAN, Class::Indonesian), (MALAY, Class::Malay), (SHARED, Class::Shared)];
    let word = |word: &'static str, class| Word { word, key: key(eight(word.as_bytes(), 0), word.len()), class };
    let words: Vec<Word> =
        lists.into_iter().flat_map(|(words, class)| words.iter().map(move |text| word(text, class))).collect();
    let mut slots = vec![0; 2 * SLOTS];
    for (number, word) in (1..).zip(&words) {
        if let Some(free) = slots.iter_mut().skip(slot(word.key, word.word.len())).find(|slot| **slot == 0) {
            *free = number;
        }
    }
    Known { words, slots }
});

const ENGLISH: &[&str] = &[
    "a", "about", "after", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had",
    "has", "have", "he", "her", "his", "in", "is", "it", "its", "more", "not", "of", "on", "or", "said", "she", "that",
    "the", "their", "they", "this", "to", "was", "were", "which", "who", "will", "with", "would",
];

const INDONESIAN: &[&str] = &[
    "adapun",
    "apalagi",
    "bagian",
    "bahwa",
    "beberapa",
    "berbagai",
    "berbeda",
    "bisa",
    "hingga",
    "jika",
    "jumat",
    "kabupaten",
    "kamis",
    "karena",
    "kemarin",
    "kepala",
    "kondisi",
    "korban",
    "lainnya",
    "lalu",
    "mau",
    "maupun",
    "mengaku",
    "mengatakan",
    "mengungkapkan",
    "meski",
    "miliar",
    "namun",
    "nggak",
    "partai",
    "pekan",
    "pemerintah",
    "persen",
    "polisi",
    "provinsi",
    "pukul",
    "rabu",
    "rupiah",
    "saat",
    "sebelumnya",
    "sebesar",
    "sebut",
    "sejumlah",
    "senin",
    "terkait",
    "tersebut",
    "tutur",
    "uang",
    "ucap",
    "ujar",
    "ujarnya",
    "usai",
    "warga",
    "yaitu",
    "yakni",
];

const MALAY: &[&str] = &[
    "agensi",
    "ahad",
    "amat",
    "awam",
    "bagaimanapun",
    "baharu",
    "bahawa",
    "beliau",
    "berhubung",
    "berjumpa",
    "berkata",
    "berkenaan",
    "daripada",
    "datuk",
    "ekoran",
    "hospital",
    "iaitu",
    "ialah",
    "isnin",
    "jumaat",
    "kerajaan",
    "kerana",
    "kes",
    "kewangan",
    "khamis",
    "lelaki",
    "mahu",
    "majlis",
    "maklumat",
    "manakala",
    "mendakwa",
    "menerusi",
    "mengikut",
    "mengulas",
    "parti",
    "peguam",
    "pejabat",
    "pelbagai",
    "peratus",
    "perkhidmatan",
    "polis",
    "sahaja",
    "sebarang",
    "sekiranya",
    "selepas",
    "semalam",
    "semasa",
    "sentiasa",
    "setiausaha",
    "sokongan",
    "syarikat",
    "tempatan",
    "tempoh",
    "tiada",
    "timbalan",
    "universiti",
    "wang",
];

const SHARED: &[&str] = &[
    "ada", "adalah", "akan", "antara", "atau", "bagi", "belum", "dalam", "dan", "dari", "dengan", "di", "dia", "ini",
    "itu", "juga", "ke", "kepada", "lagi", "lebih", "mereka", "oleh", "pada", "para", "saya", "sebagai", "secara",
    "sudah", "telah", "tetapi", "tidak", "untuk", "yang",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_indonesian_malay_and_english_apart() {
        for (text, expected) in [
            ("Warga desa itu mengatakan bahwa mereka tidak bisa pulang karena jalan tersebut masih terendam.", "id"),
            (
                "Beliau berkata, penduduk kampung itu tidak dapat pulang kerana jalan berkenaan masih ditenggelami air.",
                "ms",
            ),
            ("The villagers said that they could not go home because the road was still under water.", "en"),
        ] {
            assert_eq!(guess(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_languages_and_mere_names_are_unknown() {
        for text in [
            "",
            "Budi Contoh, Sari Misal, Umpama Jaya",
            "Die Bewohner des Dorfes konnten nicht nach Hause gehen, weil die Straße noch unter Wasser stand.",
            "村民们说,他们不能回家,因为道路仍在水下。",
        ] {
            assert_eq!(guess(text), None, "{text}");
        }
    }

    #[test]
    fn no_word_stands_in_two_lists_and_each_is_found() {
        let count = ENGLISH.len() + INDONESIAN.len() + MALAY.len() + SHARED.len();
        let is_found = |word: &str| !matches!(KNOWN.class(word.as_bytes(), eight(word.as_bytes(), 0)), Class::Other);
        let mut words: Vec<&str> = KNOWN.words.iter().map(|known| known.word).filter(|word| is_found(word)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }

    #[test]
    fn words_end_where_letters_and_digits_do() {
        for first in 0..=u8::MAX {
            let bytes = [first, b'a', b'Z', b'0', b'9', b'z', b'A', first, b'x'];
            let expected = match first.is_ascii_alphanumeric() {
                true => 8,
                false => 0,
            };
            assert_eq!(leading(eight(&bytes, 0)), expected, "{first}");
            assert_eq!(leading(eight(&bytes, 1)), if expected == 8 { 8 } else { 6 }, "{first}");
            assert_eq!(leading(eight(&bytes, 8)), 1);
        }
        assert_eq!(eight(b"ab", 0), u64::from_le_bytes(*b"ab\0\0\0\0\0\0"));
    }
}
