//! The language of a text, told by its function words: Indonesian, Malay or English, else unknown.
//!
//! Indonesian and Malay share most of theirs; common words that only one of them has, or writes so, decide between the two.

use std::sync::LazyLock;

/// The ISO 639-1 code of the text's language, if it is one of `id`, `ms` and `en`.
#[must_use]
pub fn guess(text: &str) -> Option<&'static str> {
    let (mut words, mut english, mut shared, mut indonesian, mut malay) = (0, 0, 0, 0, 0);
    let bytes = text.as_bytes();
    let (mut at, mut start, mut hash) = (0, 0, 0);
    // One step beyond the end, for the last word. This runs for each byte: it hashes while it looks for the end of the word.
    while at <= bytes.len() {
        let byte = bytes.get(at).copied().unwrap_or(b' ');
        at += 1;
        if byte.is_ascii_alphanumeric() {
            hash = step(hash, byte);
            continue;
        }
        let word = bytes.get(start..at - 1).unwrap_or_default();
        let slot = slot(hash);
        (start, hash) = (at, 0);
        if word.is_empty() {
            continue;
        }
        words += 1;
        match class(word, slot) {
            Some(Class::Indonesian) => indonesian += 1,
            Some(Class::Malay) => malay += 1,
            Some(Class::Shared) => shared += 1,
            Some(Class::English) => english += 1,
            None => {}
        }
        if words == WORDS_READ {
            break;
        }
    }
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

/// Which languages a word speaks for.
#[derive(Clone, Copy)]
enum Class {
    English,
    Indonesian,
    Malay,
    Shared,
}

/// The class of a word, case aside, the search for which begins at that slot.
fn class(word: &[u8], slot: usize) -> Option<Class> {
    // Most words are in no list, and most of them come to a free slot at once.
    let taken = KNOWN.slots.get(slot..).unwrap_or_default().iter();
    let mut known = taken.map_while(|number| KNOWN.words.get(usize::from(*number).checked_sub(1)?));
    known.find(|(known, _)| word.eq_ignore_ascii_case(known.as_bytes())).map(|(_, class)| *class)
}

/// Folds a letter or digit into the hash of a word, case aside.
fn step(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte | 0x20)).wrapping_mul(0x9e37_79b1)
}

/// Where the search for a word of that hash begins.
fn slot(hash: u32) -> usize {
    (hash >> (u32::BITS - SLOTS.ilog2())) as usize
}

/// Where a search may begin: many times as many as there are words in the lists.
const SLOTS: usize = 1 << 11;

/// All lists in one.
struct Known {
    words: Vec<(&'static str, Class)>,
    /// Numbers of words, from 1, each in the first free slot from its own on; the last is always free. Small, to stay in
    /// the fastest memory.
    slots: Vec<u16>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let lists =
        [(ENGLISH, Class::English), (INDONESIAN, Class::Indonesian), (MALAY, Class::Malay), (SHARED, Class::Shared)];
    let words: Vec<(&str, Class)> =
        lists.into_iter().flat_map(|(words, class)| words.iter().map(move |word| (*word, class))).collect();
    let mut slots = vec![0; 2 * SLOTS];
    for (number, (word, _)) in (1..).zip(&words) {
        let hash = word.bytes().fold(0, step);
        if let Some(free) = slots.iter_mut().skip(slot(hash)).find(|slot| **slot == 0) {
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
        let is_found = |word: &str| class(word.as_bytes(), slot(word.bytes().fold(0, step))).is_some();
        let mut words: Vec<&str> = KNOWN.words.iter().map(|(word, _)| *word).filter(|word| is_found(word)).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
