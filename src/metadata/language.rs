//! The language of a text, told by its function words: Indonesian, Malay or English, else unknown.
//!
//! Indonesian and Malay share most of theirs; common words that only one of them has, or writes so, decide between the two.

use std::sync::LazyLock;

/// The ISO 639-1 code of the text's language, if it is one of `id`, `ms` and `en`.
#[must_use]
pub fn guess(text: &str) -> Option<&'static str> {
    let (mut words, mut english, mut shared, mut indonesian, mut malay) = (0, 0, 0, 0, 0);
    let all = text.as_bytes().split(|byte| !byte.is_ascii_alphanumeric());
    for word in all.filter(|word| !word.is_empty()).take(WORDS_READ) {
        words += 1;
        match class(word) {
            Some(Class::Indonesian) => indonesian += 1,
            Some(Class::Malay) => malay += 1,
            Some(Class::Shared) => shared += 1,
            Some(Class::English) => english += 1,
            None => {}
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

fn class(word: &[u8]) -> Option<Class> {
    let word = pack(word)?;
    let mut at = slot(word);
    // Most words are in no list, and most of them come to an empty slot at once.
    while let Some((known, class)) = TABLE.get(at).copied().flatten() {
        if known == word {
            return Some(class);
        }
        at += 1;
    }
    None
}

/// A word of up to 16 bytes as one number, in lower case: numbers compare faster than strings, and this runs for each word.
fn pack(word: &[u8]) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    bytes.make_ascii_lowercase();
    Some(u128::from_le_bytes(bytes))
}

/// Where the search for a word begins.
fn slot(word: u128) -> usize {
    let folded = (word ^ (word >> 64)) as u64;
    (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - SLOTS.ilog2())) as usize
}

/// Where a search may begin: many times as many as there are words in the lists.
const SLOTS: usize = 1 << 11;

/// All lists in one, each word in the first free slot from its own on; the last is always free.
static TABLE: LazyLock<Vec<Option<(u128, Class)>>> = LazyLock::new(|| {
    let lists =
        [(ENGLISH, Class::English), (INDONESIAN, Class::Indonesian), (MALAY, Class::Malay), (SHARED, Class::Shared)];
    let mut table = vec![None; 2 * SLOTS];
    for (word, class) in lists.into_iter().flat_map(|(words, class)| words.iter().map(move |word| (word, class))) {
        let Some(word) = pack(word.as_bytes()) else { continue };
        if let Some(free) = table.iter_mut().skip(slot(word)).find(|slot| slot.is_none()) {
            *free = Some((word, class));
        }
    }
    table
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
    fn no_word_stands_in_two_lists_or_is_too_long() {
        let count = ENGLISH.len() + INDONESIAN.len() + MALAY.len() + SHARED.len();
        let mut words: Vec<u128> = TABLE.iter().flatten().map(|(word, _)| *word).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
    }
}
