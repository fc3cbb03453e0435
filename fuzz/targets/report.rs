//! The report on one document: what was scraped never becomes markup.
#![no_main]

use kupas::article::Record;
use kupas_fuzz::explain;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data).into_owned();
    let record = Record { id: text.chars().take(80).collect(), url: Some(text.clone()), text, ..Record::default() };
    let explanation = explain(&record);
    let page = kupas::write::report::page(&record, &explanation, 3);
    let inside = page.to_lowercase();
    assert_eq!(inside.matches("<script").count(), 0, "a script in the report");
    assert_eq!(inside.matches("<html").count(), 1, "a document in the report");
    assert!(!inside.contains("href=\"javascript:") && !inside.contains("href=\"data:"), "an address that runs");
});
