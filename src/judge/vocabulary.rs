//! Words and marks that are known: which lists hold a token, told by its hash.
//!
//! One table for all lists, so that each token is looked up once, when it is read.

use super::tokens::word;

/// Which lists hold a token.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Known(u8);

/// The language whose lists of common words hold a word.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub enum Common {
    /// None that is known.
    Other,
    /// English.
    English,
    /// Indonesian, and hardly ever Malay.
    Indonesian,
    /// Malay, and hardly ever Indonesian.
    Malay,
    /// Indonesian and Malay.
    Shared,
}

impl Common {
    /// How many there are.
    pub const COUNT: usize = 5;
}

/// The token tells more of its segment than that it stands there: it may end a sentence, or be of a date, a quotation, an address.
const TELLING: u8 = 0x80;
/// It may open a link or a promotion.
const OPENER: u8 = 0x40;
/// Of words.
const FUNCTION: u8 = 1;
const COMMON: u8 = 0b1110;
const TIME: u8 = 0b11_0000;
const MONTH: u8 = 0x10;
const ZONE: u8 = 0x20;
const PAST: u8 = 0x30;
/// Of marks: its class.
const CLASS: u8 = 0b1_1110;

impl Known {
    /// Which lists hold the token of a hash.
    #[inline]
    #[must_use]
    pub fn of(hash: u32) -> Known {
        let mixed = hash.wrapping_mul(FACTOR);
        let entry = ENTRIES[slot(mixed, SHIFTS[mixed as usize % BUCKETS])];
        // What the slot does not tell of the hash is in the entry.
        Known(if (entry ^ key(mixed)) >> KEY_SHIFT == 0 { entry as u8 } else { 0 })
    }

    /// Whether it is a function word; no mark is.
    #[inline]
    #[must_use]
    pub const fn is_function(self) -> bool {
        self.0 & FUNCTION != 0
    }

    /// The language that a word is common in.
    #[inline]
    #[must_use]
    pub const fn common(self) -> Common {
        match (self.0 & COMMON) >> 1 {
            1 => Common::English,
            2 => Common::Indonesian,
            3 => Common::Malay,
            4 => Common::Shared,
            _ => Common::Other,
        }
    }

    /// Whether a word is the name of a month.
    #[must_use]
    pub const fn is_month(self) -> bool {
        self.0 & TIME == MONTH
    }

    /// Whether a word is the name of a time zone.
    #[must_use]
    pub const fn is_zone(self) -> bool {
        self.0 & TIME == ZONE
    }

    /// Whether a word says that so much time has passed.
    #[must_use]
    pub const fn is_past(self) -> bool {
        self.0 & TIME == PAST
    }

    /// Whether a word or mark may open a link or a promotion.
    #[inline]
    #[must_use]
    pub const fn is_opener(self) -> bool {
        self.0 & OPENER != 0
    }

    /// Whether a word or mark tells more of its segment than that it stands there.
    #[inline]
    #[must_use]
    pub const fn is_telling(self) -> bool {
        self.0 & TELLING != 0
    }

    /// The class of a mark, one of [`marks`].
    #[inline]
    #[must_use]
    pub const fn class(self) -> u8 {
        (self.0 & CLASS) >> 1
    }
}

/// Classes of marks: those of first and last tokens, and what else is told apart.
pub mod marks {
    pub use crate::judge::shape::class::{CLOSE, COLON, COMMA, DASH, OPEN, QUOTE, SHOUT, STOP};

    /// None that is known.
    pub const OTHER: u8 = 0;
    /// `|`
    pub const BAR: u8 = 14;
    /// `/`
    pub const SLASH: u8 = 15;
}

/// The lists, and what is known of what they hold.
const LISTS: &[(&[&str], u8)] = &[
    (FUNCTION_WORDS, FUNCTION),
    (ENGLISH, (Common::English as u8) << 1),
    (INDONESIAN, (Common::Indonesian as u8) << 1),
    (MALAY, (Common::Malay as u8) << 1),
    (SHARED, (Common::Shared as u8) << 1),
    (OPENERS, OPENER),
    (MONTHS, MONTH | TELLING),
    (&["wib", "wit", "wita", "gmt"], ZONE | TELLING),
    (&["ago", "lalu"], PAST | TELLING),
    (&[".", "。", "｡", "۔", "।"], marks::STOP << 1 | TELLING),
    (&["…"], marks::STOP << 1),
    (&["!", "?", "！", "？", "؟"], marks::SHOUT << 1 | TELLING),
    (&[",", ";", "，", "、", "،", "；", "؛"], marks::COMMA << 1),
    (&[":"], marks::COLON << 1 | TELLING),
    (&["："], marks::COLON << 1),
    (&["\"", "“", "”", "‘", "’", "«", "»"], marks::QUOTE << 1 | TELLING),
    (&["'"], marks::QUOTE << 1),
    (&["(", "["], marks::OPEN << 1),
    (&[")", "]"], marks::CLOSE << 1),
    (&["-", "–", "—"], marks::DASH << 1),
    (&["|"], marks::BAR << 1 | TELLING),
    (&["/"], marks::SLASH << 1 | TELLING),
];

const FUNCTION_WORDS: &[&str] = &[
    "a", "adalah", "agar", "akan", "and", "antara", "apa", "are", "as", "at", "atas", "atau", "bagi", "bahawa",
    "bahwa", "beliau", "belum", "bisa", "by", "dalam", "dan", "dapat", "dari", "daripada", "dengan", "di", "dia",
    "for", "from", "had", "hanya", "has", "have", "he", "hingga", "ia", "in", "ini", "is", "it", "its", "itu", "jika",
    "juga", "kalau", "kami", "karena", "kata", "katanya", "ke", "kepada", "kerana", "ketika", "kita", "lagi", "lebih",
    "maka", "mereka", "namun", "not", "nya", "of", "oleh", "on", "orang", "pada", "para", "pun", "saat", "saja",
    "sampai", "satu", "saya", "sebagai", "sebelum", "secara", "sehingga", "sejak", "selain", "seperti", "serta",
    "setelah", "sudah", "supaya", "tak", "tapi", "telah", "tersebut", "tetapi", "that", "the", "they", "this", "tidak",
    "to", "ujar", "ujarnya", "untuk", "was", "were", "which", "with", "yaitu", "yakni", "yang",
];

const MONTHS: &[&str] = &[
    "agt",
    "ags",
    "agu",
    "agust",
    "agustus",
    "april",
    "apr",
    "aug",
    "august",
    "december",
    "des",
    "desember",
    "dec",
    "disember",
    "feb",
    "februari",
    "february",
    "jan",
    "januari",
    "january",
    "jul",
    "julai",
    "juli",
    "july",
    "jun",
    "june",
    "juni",
    "mac",
    "mar",
    "march",
    "maret",
    "may",
    "mei",
    "nop",
    "nopember",
    "nov",
    "november",
    "october",
    "oct",
    "ogos",
    "okt",
    "oktober",
    "peb",
    "pebruari",
    "sep",
    "sept",
    "september",
];

const ENGLISH: &[&str] = &[
    "a", "about", "after", "also", "an", "and", "are", "as", "at", "be", "been", "but", "by", "for", "from", "had",
    "has", "have", "he", "her", "his", "in", "is", "it", "its", "more", "not", "of", "on", "or", "said", "she", "that",
    "the", "their", "they", "this", "to", "was", "were", "which", "who", "will", "with", "would",
];

/// Words that Malay has not, or writes otherwise.
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

/// Words that Indonesian has not, or writes otherwise.
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

/// Words that open a cross-link or promotion when they stand with a capital or before a colon.
const OPENERS: &[&str] = &[
    "advertisement",
    "artikel",
    "baca",
    "bacajuga",
    "copyright",
    "dapatkan",
    "download",
    "editor",
    "follow",
    "foto",
    "fotografer",
    "gabung",
    "gambas",
    "halaman",
    "ikuti",
    "jurnalis",
    "klik",
    "kontributor",
    "laporan",
    "lihat",
    "loading",
    "nonton",
    "penulis",
    "pewarta",
    "read",
    "redaktur",
    "reporter",
    "saksikan",
    "selengkapnya",
    "simak",
    "sumber",
    "tonton",
    "tulisan",
    "unduh",
    "video",
    "wartawan",
    "watch",
    "©",
];

/// Slots of the table, more than there are words.
const SLOTS: usize = 512;
/// Hashes are parted by their low ends; those of a bucket come to slots that are free by a shift of their own.
const BUCKETS: usize = 128;
/// An odd factor that leaves no two hashes of a bucket alike.
const FACTOR: u32 = 0x9e37_79b3;
/// Where what an entry holds of a hash begins: behind what is known of it.
const KEY_SHIFT: u32 = SLOTS.ilog2();

static ENTRIES: [u32; SLOTS] = TABLE.0;
static SHIFTS: [u8; BUCKETS] = TABLE.1;

/// The slot of a hash, mixed.
#[inline]
const fn slot(mixed: u32, shift: u8) -> usize {
    (mixed >> (u32::BITS - KEY_SHIFT)) as usize ^ shift as usize
}

/// All of a hash that its slot does not tell, its bucket given.
#[inline]
const fn key(mixed: u32) -> u32 {
    mixed << KEY_SHIFT
}

/// How many words there may be in a bucket.
const MOST_IN_BUCKET: usize = 16;

const TABLE: ([u32; SLOTS], [u8; BUCKETS]) = {
    let (mut buckets, mut counts) = ([[(0, 0); MOST_IN_BUCKET]; BUCKETS], [0; BUCKETS]);
    let mut list = 0;
    while list < LISTS.len() {
        let (words, sets) = LISTS[list];
        let mut i = 0;
        while i < words.len() {
            let mixed = word(words[i]).wrapping_mul(FACTOR);
            let bucket = mixed as usize % BUCKETS;
            let mut place = 0;
            while place < counts[bucket] && buckets[bucket][place].0 != mixed {
                place += 1;
            }
            if place == counts[bucket] {
                counts[bucket] += 1;
            }
            buckets[bucket][place] = (mixed, buckets[bucket][place].1 | sets);
            i += 1;
        }
        list += 1;
    }
    // The fullest buckets first, as long as there is much room.
    let (mut entries, mut taken, mut shifts) = ([0; SLOTS], [false; SLOTS], [0; BUCKETS]);
    let mut size = MOST_IN_BUCKET;
    while size > 0 {
        let mut bucket = 0;
        while bucket < BUCKETS {
            if counts[bucket] == size {
                let mut shift = 0;
                while !fits(&buckets[bucket], size, shift, &taken) {
                    shift += 1;
                }
                shifts[bucket] = shift;
                let mut i = 0;
                while i < size {
                    let (mixed, sets) = buckets[bucket][i];
                    entries[slot(mixed, shift)] = key(mixed) | sets as u32;
                    taken[slot(mixed, shift)] = true;
                    i += 1;
                }
            }
            bucket += 1;
        }
        size -= 1;
    }
    (entries, shifts)
};

/// Whether a shift brings all hashes of a bucket to free slots.
const fn fits(bucket: &[(u32, u8); MOST_IN_BUCKET], size: usize, shift: u8, taken: &[bool; SLOTS]) -> bool {
    let mut i = 0;
    while i < size {
        let own = slot(bucket[i].0, shift);
        if taken[own] {
            return false;
        }
        let mut other = 0;
        while other < i {
            if slot(bucket[other].0, shift) == own {
                return false;
            }
            other += 1;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn what_a_list_holds_is_known_and_nothing_else() {
        let mut all: BTreeMap<&str, u8> = BTreeMap::new();
        for (words, sets) in LISTS {
            words.iter().for_each(|text| *all.entry(text).or_default() |= sets);
        }
        for (text, sets) in &all {
            assert_eq!(Known::of(word(text)), Known(*sets), "{text}");
        }
        let is_listed = |hash: u32| all.keys().any(|text| word(text) == hash);
        for hash in (0..2000u32).flat_map(|i| [i, !i, i << 20, i.wrapping_mul(0x9e37_79b1)]) {
            assert!(Known::of(hash) == Known::default() || is_listed(hash), "{hash}");
        }
        let near = all.keys().map(|text| word(text)).flat_map(|hash| (0..32).map(move |bit| hash ^ 1 << bit));
        assert!(near.filter(|hash| !is_listed(*hash)).all(|hash| Known::of(hash) == Known::default()));
    }

    #[test]
    fn nothing_is_of_two_classes_of_a_sort() {
        let sorts = |text: &str| if text.starts_with(char::is_alphanumeric) { vec![COMMON, TIME] } else { vec![CLASS] };
        let mut seen = BTreeSet::new();
        for (text, sets) in LISTS.iter().flat_map(|(words, sets)| words.iter().map(move |text| (*text, *sets))) {
            for sort in sorts(text).into_iter().filter(|sort| sets & sort != 0) {
                assert!(seen.insert((text, sort)), "{text}");
            }
        }
    }

    #[test]
    fn no_word_is_of_two_languages() {
        let mut words = [ENGLISH, INDONESIAN, MALAY, SHARED].concat();
        let count = words.len();
        assert!(words.iter().all(|text| Known::of(word(text)).common() != Common::Other));
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count);
        assert_eq!(Known::of(word("bukan")).common(), Common::Other);
    }
}
