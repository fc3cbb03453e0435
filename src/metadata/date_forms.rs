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
    let at = MONTHS.iter().position(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))?;
    i8::try_from(at + 1).ok()
}

/// A pattern that is compiled when it is first asked for: most pages need few of them, and compiling is most of their cost.
pub(super) type Form = LazyLock<Regex>;

/// A date such as `2023-03-17`.
pub(super) static ISO: Form = Form::new(|| compile(r"\b((?:19|20)\d\d)[-/](\d{2})[-/](\d{2})(?:\b|T)"));
/// A date such as `17 Maret 2023`.
pub(super) static DAY_FIRST: Form = Form::new(|| {
    let month = months();
    compile(&format!(r"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*({month})\b[\s.,/-]*{YEAR}"))
});
/// A date such as `March 17, 2023`.
pub(super) static MONTH_FIRST: Form = Form::new(|| {
    let month = months();
    compile(&format!(r"\b({month})\b\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s,/]+{YEAR}"))
});
/// A date such as `17/3/2023`.
pub(super) static NUMBERS: Form =
    Form::new(|| compile(&format!(r"\b(\d{{1,2}})\s?[/.-]\s?(\d{{1,2}})\s?[/.-]\s?{YEAR}")));
/// A day and a month, with or without a year.
pub(super) static DAY_MONTH: Form = Form::new(|| {
    let month = months();
    compile(&format!(r"\b\d{{1,2}}\s+(?:{month})\b\.?(?:,?\s+(?:19|20)\d\d\b)?"))
});
/// What stands before a date and belongs to it.
pub(super) static BEFORE: Form = Form::new(|| {
    compile(&format!(
        r"(?:\b(?:pada|on|tanggal|tgl\.?|hari)\s*:?\s*)*(?:\b(?:{WEEKDAYS})\b\.?\s*[,|/-]?\s*)?(?:\btanggal\s+)?$"
    ))
});
/// The time behind a date.
pub(super) static TIME_AFTER: Form = Form::new(|| {
    compile(&format!(
        r"^[\s,;|@•·()–—-]*(?:(?:pukul|pkl|jam|at)\b\.?\s*:?\s*)?(?<clock>{CLOCK})\s*{PART}?[\s,(]*(?:{ZONE}\)?)?"
    ))
});
/// The time before a date.
pub(super) static TIME_BEFORE: Form = Form::new(|| {
    compile(&format!(r"(?:\b(?:pukul|pkl|jam|at)\.?\s*)?\b(?<clock>{CLOCK})\s*{PART}?\s*(?:{ZONE})?[\s,;|@•·–—-]*$"))
});

const YEAR: &str = r"((?:19|20)\d\d)\b";
const ZONE: &str = r"(?<zone>wib|wita|wit|myt|sgt|(?:gmt|utc)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|z|[+-]\d\d:?\d\d)\b";
const PART: &str = r"(?<part>[ap]\.?m\b\.?|pagi|siang|sore|petang|malam|tengah\s?hari)";
const CLOCK: &str = r"(?<hour>\d{1,2})[:.](?<minute>[0-5]\d)(?:[:.](?<second>[0-5]\d)(?:\.\d+)?)?";

/// The names of months, as alternatives.
fn months() -> String {
    let mut names: Vec<&str> = MONTHS.iter().copied().flatten().copied().collect();
    // Longest first, since the first alternative that matches wins.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.join("|")
}

/// Compiles a pattern of this file, whatever the case of what it matches.
fn compile(pattern: &str) -> Regex {
    super::compile(&format!("(?i){pattern}"))
}
