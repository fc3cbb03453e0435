//! JSON Lines, whole and broken: every line is a record or a failure.
#![no_main]

use kupas_fuzz::read_and_check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (records, others) = read_and_check("input.jsonl", data);
    let lines = data.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count();
    assert!(records <= lines, "{records} records from {lines} lines");
    assert!(records + others >= lines.min(1), "nothing was said about {lines} lines");
});
