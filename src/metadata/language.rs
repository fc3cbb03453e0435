//! The language of a text, told by its function words: Indonesian, Malay or English, else unknown.
//!
//! Indonesian and Malay share most of theirs; common words that only one of them has, or writes so, decide between the two.

use crate::judge::tokens::{Shape, Token, tokenize, word};

/// The ISO 639-1 code of the text's language, if it is one of `id`, `ms` and `en`.
#[must_use]
pub fn guess(text: &str) -> Option<&'static str> {
    let mut tokens = Vec::new();
    tokenize(text, 0..text.len(), &mut tokens);
    of_tokens(&tokens)
}

/// The same of a text that has been read into tokens.
#[must_use]
pub fn of_tokens(tokens: &[Token]) -> Option<&'static str> {
    let mut words = 0;
    // How many words of each class there are: counted so that it takes no branch.
    let mut counts = [0_usize; CLASSES];
    for token in tokens.iter().filter(|token| token.shape != Shape::Mark).take(WORDS_READ) {
        words += 1;
        counts[class(token.hash) as usize] += 1;
        if words % WORDS_BETWEEN == 0 {
            let [_, english, indonesian, malay, shared] = counts;
            let local = shared + indonesian + malay;
            if usize::abs_diff(indonesian, malay) >= CLEAR && local * 8 >= words && english * 4 < local {
                break;
            }
        }
    }
    let [_, english, indonesian, malay, shared] = counts;
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
    /// None that is known.
    Other,
    English,
    Indonesian,
    Malay,
    Shared,
}

/// How many classes there are.
const CLASSES: usize = 5;

/// Many times as many as there are words in the lists.
const SLOTS: usize = 1 << 10;

/// Hashes of the words of all lists, each in the first free slot from its own on, with their classes beside them.
static HASHES: [u32; SLOTS] = KNOWN.0;
static SLOT_CLASSES: [Class; SLOTS] = KNOWN.1;

const KNOWN: ([u32; SLOTS], [Class; SLOTS]) = {
    let lists =
        [(ENGLISH, Class::English), (INDONESIAN, Class::Indonesian), (MALAY, Class::Malay), (SHARED, Class::Shared)];
    let (mut hashes, mut classes) = ([0; SLOTS], [Class::Other; SLOTS]);
    let mut list = 0;
    while list < lists.len() {
        let (words, class) = lists[list];
        let mut i = 0;
        while i < words.len() {
            let hash = word(words[i]);
            let mut slot = hash as usize % SLOTS;
            while hashes[slot] != 0 {
                slot = (slot + 1) % SLOTS;
            }
            (hashes[slot], classes[slot]) = (hash, class);
            i += 1;
        }
        list += 1;
    }
    (hashes, classes)
};

/// The class of a word of that hash.
#[inline]
fn class(hash: u32) -> Class {
    let mut slot = hash as usize % SLOTS;
    // Most words are in no list, and most of them come to a free slot at once.
    while HASHES[slot] != hash && HASHES[slot] != 0 {
        slot = (slot + 1) % SLOTS;
    }
    SLOT_CLASSES[slot]
}

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
        let mut words = [ENGLISH, INDONESIAN, MALAY, SHARED].concat();
        let count = words.len();
        assert!(words.iter().all(|text| !matches!(class(word(text)), Class::Other)));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert!(matches!(class(word("bukan")), Class::Other));
    }
}
