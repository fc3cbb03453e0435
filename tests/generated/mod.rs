//! Inputs for property tests: the repository's own documents, and text made of chrome, prose and noise by a fixed seed.
#![allow(dead_code, reason = "not every test file uses all of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read the repository has failed")]

use std::fs;
use std::path::{Path, PathBuf};

/// SplitMix64: small, well mixed, the same on every machine.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.below(list.len())]
    }
}

/// What portals print around and into articles.
pub const CHROME: &[&str] = &[
    "Baca juga: Warga Desa Umpama Panen Padi Lebih Awal",
    "Baca Juga:",
    "(Baca juga: Pasar Contoh Ramai Lagi)",
    "BACA JUGA: ",
    "Simak juga video: Pesta Rakyat di Kampung Misal",
    "Lihat juga: 5 Resep Sayur dari Dapur Contoh",
    "[Gambas:Video 20detik]",
    "ADVERTISEMENT",
    "SCROLL TO CONTINUE WITH CONTENT",
    "Iklan",
    "Halaman Selanjutnya",
    "Halaman: 1 2 3",
    "Ikuti kami di Google News",
    "Dapatkan update berita pilihan setiap hari di Telegram.",
    "KOMPAS.com - ",
    "JAKARTA, KOMPAS.com – ",
    "TEMPO.CO, Jakarta - ",
    "Penulis: Budi Contoh",
    "Editor: Sari Misal",
    "Senin, 4 Mei 2020 10:30 WIB",
    "11/07/2020, 12:05 WIB",
    "(abc/def)",
    "Foto: Budi Contoh/Kantor Umpama",
    "Tag:",
    "#pasar",
    "Berita Terkait",
    "Berita berkaitan",
    "Share",
    "Copy Link",
    "Komentar (3)",
    "Copyright © Contoh",
    "Home",
    "Sumber: Kantor Umpama",
    "Laporan Wartawan Budi Contoh",
    "·",
    "•",
    "1 2 3",
    "A+ A-",
];

/// What articles say.
pub const PROSE: &[&str] = &[
    "Pemerintah kota menambah dua puluh bus untuk melayani warga yang setiap pagi bekerja di pusat kota, kata kepala dinas kepada wartawan.",
    "\"Kami akan memperbaiki jembatan itu tahun depan,\" ujar Budi Contoh di kantornya, Senin (4/5/2020).",
    "Sebelumnya, harga beras di pasar itu naik sejak awal pekan karena hujan turun terus-menerus di daerah penghasil padi.",
    "Warga diminta menyimak pengumuman dari kantor desa dan membaca juga papan tulis di depan balai.",
    "Menurut dia, iklan layanan masyarakat itu akan tayang selama satu bulan penuh di semua stasiun.",
    "Penduduk kampung itu berkata bahawa mereka tidak mahu berpindah kerana tanah itu milik datuk nenek mereka.",
    "The ministry said on Monday that it would review the plan, which has been delayed twice since the floods of last year.",
    "Harga Beras Naik",
    "1. Cuci beras sampai bersih",
    "katanya.Selain itu, warga juga menanam sayur di halaman rumah",
    "Komisi Contoh (",
    "KC",
    ") menahan dua orang",
];

/// What stands between pieces.
pub const BREAKS: &[&str] = &[
    "\n",
    "\n",
    "\n",
    "\n\n",
    " ",
    " ",
    "",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\n \n\t\n",
    "\u{a0}",
    "\u{b}",
    "\u{c}",
];

/// Characters that trip programs up: controls, joiners, marks, brackets, quotes, letters whose case changes their length.
pub const NOISE: &[&str] = &[
    "\0",
    "\u{1}",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{9b}",
    "\u{200b}",
    "\u{200d}",
    "\u{200e}",
    "\u{202e}",
    "\u{2066}",
    "\u{2060}",
    "\u{feff}",
    "\u{fffd}",
    "\u{301}",
    "e\u{301}\u{302}",
    "İ",
    "ß",
    "ﬃ",
    "Ǆ",
    "文",
    "🎉",
    "👩\u{200d}👩\u{200d}👧",
    "\u{10ffff}",
    "\u{e0061}",
    "((((",
    "))))",
    "[",
    "]",
    "“",
    "”",
    "\"",
    "'",
    "''",
    "...",
    "…",
    "—",
    "- ",
    "://",
    "&nbsp;",
    "&amp;nbsp;",
    "&#x202e;",
    "<b>",
    "\\n",
    ":",
    "::::",
    "@",
    "12:05",
    "4/5/2020",
    "99999999999999999999",
    "WIB",
];

/// The documents of the repository: seeds and inputs of fixtures, with names to say which.
pub fn documents() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = files_below(&root.join("seeds"));
    files.extend(files_below(&root.join("fixtures")).into_iter().filter(|file| file.ends_with("input.txt")));
    named(files)
}

/// The pages among the fixtures, with names to say which.
pub fn pages() -> Vec<(String, String)> {
    let fixtures = files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"));
    named(fixtures.into_iter().filter(|file| file.ends_with("input.html")).collect())
}

fn named(files: Vec<PathBuf>) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = |file: PathBuf| {
        let name = file.strip_prefix(root).unwrap().display().to_string();
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        (name, text)
    };
    files.into_iter().map(named).collect()
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    walk.into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// A text of pieces of chrome, prose, documents and noise.
pub fn text(random: &mut Random, documents: &[(String, String)]) -> String {
    let mut text = String::new();
    let noisy = random.below(3) == 0;
    for _ in 0..random.below(40) {
        match random.below(if noisy { 10 } else { 7 }) {
            0..3 => text.push_str(random.pick(CHROME)),
            3..6 => text.push_str(random.pick(PROSE)),
            6 => text.push_str(stretch(random, documents)),
            7 => text.extend((0..random.below(20)).map(|_| character(random))),
            _ => text.push_str(random.pick(NOISE)),
        }
        text.push_str(random.pick(BREAKS));
    }
    text
}

/// A stretch of one of the documents, cut anywhere.
pub fn stretch<'a>(random: &mut Random, documents: &'a [(String, String)]) -> &'a str {
    let document = documents[random.below(documents.len())].1.as_str();
    let mut at = || document.floor_char_boundary(random.below(document.len() + 1));
    let (one, other) = (at(), at());
    &document[one.min(other)..one.max(other)]
}

/// A character from anywhere in Unicode, likelier from its first blocks.
pub fn character(random: &mut Random) -> char {
    let limit = random.pick(&[&0x80u32, &0x300, &0x2100, &0x11_0000]);
    char::from_u32(random.below(*limit as usize) as u32).unwrap_or('\u{fffd}')
}

/// One of the documents after a few accidents: bits flipped, pieces lost, moved or doubled, pieces of another document or words
/// of those lists put in, the end cut off, or all of what ends its pieces (`separator`) gone.
pub fn mutated(
    random: &mut Random,
    documents: &[(String, String)],
    separator: u8,
    lists: &[&[&'static str]],
) -> Vec<u8> {
    let mut bytes = documents[random.below(documents.len())].1.clone().into_bytes();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        let to = bytes.len().min(at + random.below(300));
        match random.below(9) {
            0 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            1 => drop(bytes.drain(at..to)),
            2 => {
                let piece = bytes[at..to].to_vec();
                let there = random.below(bytes.len() + 1);
                bytes.splice(there..there, piece);
            }
            3 => {
                let piece = bytes[at..to].repeat(1 + random.below(30));
                bytes.splice(at..to, piece);
            }
            4 => {
                let other = stretch(random, documents);
                bytes.splice(at..at, other.bytes());
            }
            5 => bytes.retain(|byte| *byte != separator),
            6 => bytes.truncate(at.max(200)),
            kind => {
                let until = [at, to][random.below(2)];
                let times = if kind == 7 { 1 } else { random.below(100) };
                let list = lists[random.below(lists.len())];
                bytes.splice(at..until, random.pick(list).repeat(times).into_bytes());
            }
        }
    }
    bytes
}
