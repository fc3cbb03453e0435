//! Any text as a pack: it is refused with a reason, or it compiles and cleans within the same oracles.
#![no_main]

use kupas::article::Record;
use kupas::cleaner::{Cleaner, Options};
use libfuzzer_sys::fuzz_target;

/// One line of each sort, for the rules to match.
const TEXT: &str = "Judul Berita\nSenin, 4 Mei 2020 10:30 WIB\nJakarta - Pemerintah kota menambah dua puluh bus untuk \
    melayani warga yang bekerja.\nBaca juga: Harga Naik\nADVERTISEMENT\nHalaman 1 2 3\n(abc/def)";

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    // Only what can be a pack at all is worth a cleaner of its own.
    if kupas::judge::pack::parse("contoh.toml", text).is_err() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder to work in");
    std::fs::write(folder.path().join("contoh.toml"), text).expect("a file in it");
    let options = Options { packs: vec![folder.path().to_path_buf()], ..Options::default() };
    match Cleaner::new(options) {
        Ok(cleaner) => {
            let record = Record { text: TEXT.to_owned(), ..Record::default() };
            let article = cleaner.clean(&record);
            assert!(article.text.len() <= 2 * TEXT.len());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
