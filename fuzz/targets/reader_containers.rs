//! Whatever can hold records: the first byte chooses the name, by which the format is guessed, the rest is the file.
#![no_main]

use kupas_fuzz::read_and_check;
use libfuzzer_sys::fuzz_target;

const NAMES: &[&str] = &[
    "a.txt",
    "a.txt.gz",
    "a.txt.zst",
    "a.jsonl.gz",
    "a.jsonl.zst",
    "a.html",
    "a.html.gz",
    "a.warc",
    "a.warc.gz",
    "a.wet",
    "a.csv",
    "a.tsv",
    "a.csv.gz",
    "a.parquet",
    "a.jsonl.bz2",
    "a.jsonl.xz",
    "a",
    "a.mhtml",
];

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    if let Some(name) = NAMES.get(usize::from(*first) % NAMES.len()) {
        read_and_check(name, rest);
    }
});
