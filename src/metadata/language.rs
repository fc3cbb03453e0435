//! The language of a text, told by its function words: Indonesian, Malay or English, else unknown.
//!
//! Indonesian and Malay share most of theirs; the words that only one of them has decide between the two.

/// The ISO 639-1 code of the text's language, if it is one of `id`, `ms` and `en`.
#[must_use]
pub fn guess(text: &str) -> Option<&'static str> {
    let (mut words, mut english, mut shared, mut indonesian, mut malay) =
        (0u32, 0u32, 0u32, 0u32, 0u32);
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(WORDS_READ)
    {
        words += 1;
        let word = word.to_lowercase();
        let is_in = |list: &[&str]| list.binary_search(&word.as_str()).is_ok();
        if is_in(INDONESIAN) {
            indonesian += 1;
        } else if is_in(MALAY) {
            malay += 1;
        } else if is_in(SHARED) {
            shared += 1;
        } else if is_in(ENGLISH) {
            english += 1;
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

/// Enough to be sure; the cost of a very long text stays flat.
const WORDS_READ: usize = 2_000;

// Sorted, for binary search.

const ENGLISH: &[&str] = &[
    "a", "about", "after", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by",
    "for", "from", "had", "has", "have", "he", "her", "his", "in", "is", "it", "its", "more",
    "not", "of", "on", "or", "said", "she", "that", "the", "their", "they", "this", "to", "was",
    "were", "which", "who", "will", "with", "would",
];

const INDONESIAN: &[&str] = &[
    "bahwa",
    "beberapa",
    "bisa",
    "demikian",
    "dikatakan",
    "hingga",
    "jika",
    "jumat",
    "kamis",
    "karena",
    "kemudian",
    "melansir",
    "menyebut",
    "mobil",
    "namun",
    "nggak",
    "pekan",
    "pihaknya",
    "polisi",
    "provinsi",
    "rabu",
    "rupiah",
    "saat",
    "sebut",
    "sedangkan",
    "sejumlah",
    "sekitar",
    "sementara",
    "senin",
    "soal",
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
];

const MALAY: &[&str] = &[
    "ahad",
    "apabila",
    "bagaimanapun",
    "bahawa",
    "beliau",
    "bercakap",
    "berkata",
    "berkenaan",
    "boleh",
    "daripada",
    "datuk",
    "ekoran",
    "hospital",
    "iaitu",
    "ialah",
    "isnin",
    "jumaat",
    "justeru",
    "kerajaan",
    "kerana",
    "kes",
    "khamis",
    "maklumat",
    "manakala",
    "menerusi",
    "mesyuarat",
    "peguam",
    "pejabat",
    "pihak",
    "polis",
    "ringgit",
    "sahaja",
    "sebarang",
    "selepas",
    "semalam",
    "supaya",
    "tempoh",
    "timbalan",
    "wang",
];

const SHARED: &[&str] = &[
    "ada", "adalah", "akan", "antara", "atau", "bagi", "belum", "dalam", "dan", "dari", "dengan",
    "di", "dia", "ini", "itu", "juga", "ke", "kepada", "lagi", "lebih", "mereka", "oleh", "pada",
    "para", "saya", "sebagai", "secara", "sudah", "telah", "tetapi", "tidak", "untuk", "yang",
];
