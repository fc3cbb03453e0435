//! Any text, cleaned: nothing is lost, nothing is added, work is linear.
#![no_main]

use kupas::article::Record;
use kupas_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data).into_owned();
    check(&Record { text, ..Record::default() });
});
