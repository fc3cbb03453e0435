//! Any page, cleaned: nothing of its flattened text is lost, nothing is added, output and work are bounded.
#![no_main]

use kupas::article::Record;
use kupas_fuzz::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let html = Some(String::from_utf8_lossy(data).into_owned());
    check(&Record { html, ..Record::default() });
});
