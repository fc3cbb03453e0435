//! The words and patterns by which `dates` finds dates: months and weekdays in three languages, clocks, zones.

use std::sync::LazyLock;

use regex::Regex;

/// Names of months in Indonesian, Malay and English, short forms included.
const MONTHS: [&[&str]; 12] = [
    &["januari", "january", "jan"],
    &["februari", "february", "pebruari", "feb", "peb"],
    &["maret", "march", "mac", "mar"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "june", "jun"],
    &["juli", "julai", "july", "jul"],
    &["agustus", "august", "agust", "ogos", "agu", "agt", "ags", "aug", "ogo"],
    &["september", "sept", "sep"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nopember", "nov", "nop"],
    &["desember", "disember", "december", "des", "dis", "dec"],
];

const WEEKDAYS: &str = "senin|isnin|selasa|rabu|kamis|khamis|jum['’‘`]?at|jumaat|sabtu|minggu|ahad|monday|tuesday|wednesday|\
    thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun";

/// The number of a month, from 1, whatever the case of its name.
pub(crate) fn month_number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let at = MONTHS.iter().position(|names| names.contains(&name.as_str()))?;
    i8::try_from(at + 1).ok()
}

/// The patterns that find a date and the time beside it.
pub(super) struct Forms {
    pub(super) iso: Regex,
    pub(super) day_first: Regex,
    pub(super) month_first: Regex,
    pub(super) numbers: Regex,
    pub(super) day_month: Regex,
    pub(super) before: Regex,
    pub(super) time_after: Regex,
    pub(super) time_before: Regex,
}

pub(super) static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut names: Vec<&str> = MONTHS.iter().copied().flatten().copied().collect();
    // Longest first, since the first alternative that matches wins.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let month = names.join("|");
    let year = r"((?:19|20)\d\d)\b";
    let zone = r"(?<zone>wib|wita|wit|myt|sgt|(?:gmt|utc)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|z|[+-]\d\d:?\d\d)\b";
    let part = r"(?<part>[ap]\.?m\b\.?|pagi|siang|sore|petang|malam|tengah\s?hari)";
    let clock = r"(?<hour>\d{1,2})[:.](?<minute>[0-5]\d)(?:[:.](?<second>[0-5]\d)(?:\.\d+)?)?";
    Forms {
        iso: compile(r"\b((?:19|20)\d\d)[-/](\d{2})[-/](\d{2})(?:\b|T)"),
        day_first: compile(&format!(r"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*({month})\b[\s.,/-]*{year}")),
        month_first: compile(&format!(r"\b({month})\b\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s,/]+{year}")),
        numbers: compile(&format!(r"\b(\d{{1,2}})\s?[/.-]\s?(\d{{1,2}})\s?[/.-]\s?{year}")),
        day_month: compile(&format!(r"\b\d{{1,2}}\s+(?:{month})\b\.?(?:,?\s+(?:19|20)\d\d\b)?")),
        before: compile(&format!(
            r"(?:\b(?:pada|on|tanggal|tgl\.?|hari)\s*:?\s*)*(?:\b(?:{WEEKDAYS})\b\.?\s*[,|/-]?\s*)?(?:\btanggal\s+)?$"
        )),
        time_after: compile(&format!(
            r"^[\s,;|@•·()–—-]*(?:(?:pukul|pkl|jam|at)\b\.?\s*:?\s*)?(?<clock>{clock})\s*{part}?[\s,(]*(?:{zone}\)?)?"
        )),
        time_before: compile(&format!(
            r"(?:\b(?:pukul|pkl|jam|at)\.?\s*)?\b(?<clock>{clock})\s*{part}?\s*(?:{zone})?[\s,;|@•·–—-]*$"
        )),
    }
});

/// Compiles a pattern of this file, whatever the case of what it matches.
fn compile(pattern: &str) -> Regex {
    super::compile(&format!("(?i){pattern}"))
}
