//! Dates as Indonesian, Malay and English pages write them: day first, month names of three languages, WIB, WITA and WIT.
//!
//! Finds dates in a line and formats them. Which lines may date an article is for the caller; a date that names no year, an
//! impossible date and a relative time (`12 jam yang lalu`) give nothing.

use std::ops::Range;
use std::sync::LazyLock;

use jiff::civil::{Date, Time};
use regex::{Captures, Regex};

/// A point in time as a page states it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// The day.
    pub date: Date,
    /// The time of day, where it is stated.
    pub time: Option<Time>,
    /// Minutes east of Greenwich, where the zone is stated.
    pub offset: Option<i32>,
}

impl Stamp {
    /// The stamp in RFC 3339, or as a plain date where no time is stated or its zone is not known.
    ///
    /// `offset` is that of times that state no zone, in minutes east of Greenwich.
    #[must_use]
    pub fn format(&self, offset: Option<i32>) -> String {
        match (self.time, self.offset.or(offset)) {
            (Some(time), Some(offset)) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
                format!(
                    "{}T{:02}:{:02}:{:02}{sign}{hours:02}:{minutes:02}",
                    self.date,
                    time.hour(),
                    time.minute(),
                    time.second()
                )
            }
            _ => self.date.to_string(),
        }
    }
}

/// A stamp and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Found {
    /// The bytes of the text that state it: weekday, date, time and zone.
    pub span: Range<usize>,
    /// What they state.
    pub stamp: Stamp,
}

/// Whether a line states a full date: day, month and year.
#[must_use]
pub fn has_date(line: &str) -> bool {
    line.bytes().any(|byte| byte.is_ascii_digit()) && find(line, 0).is_some()
}

/// Every date in a text, in order.
#[must_use]
pub fn find_all(text: &str) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    // Every date has a year; most lines have no digit at all.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return all;
    }
    let mut from = 0;
    while let Some(found) = find(text, from) {
        from = found.span.end;
        all.push(found);
    }
    all
}

/// The text with a vertical bar in place of each date, so that what stood around a date stays apart.
#[must_use]
pub fn without_dates(text: &str) -> String {
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for found in find_all(text) {
        rest.push_str(text.get(from..found.span.start).unwrap_or_default());
        rest.push_str(" | ");
        from = found.span.end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    rest
}

/// Where a day and a month stand, with or without a year, such as `18 Julai` or `23 Februari 2016`.
#[must_use]
pub fn find_day_and_month(text: &str) -> Option<Range<usize>> {
    FORMS.day_month.find(text).map(|found| found.range())
}

/// Minutes east of Greenwich of an offset such as `+07:00`.
#[must_use]
pub fn parse_offset(offset: &str) -> Option<i32> {
    let (sign, digits) = match offset.as_bytes().first()? {
        b'+' => (1, offset.get(1..)?),
        b'-' => (-1, offset.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "0"),
    };
    let (hours, minutes) = (hours.parse::<i32>().ok()?, minutes.parse::<i32>().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes))
        .then_some(sign * (hours * 60 + minutes))
}

/// The first valid date that starts at `from` or later.
fn find(text: &str, from: usize) -> Option<Found> {
    let forms = &*FORMS;
    let candidates: [(&Regex, Order); 4] = [
        (&forms.iso, Order::YearMonthDay),
        (&forms.day_first, Order::DayMonthYear),
        (&forms.month_first, Order::MonthDayYear),
        (&forms.numbers, Order::DayMonthYear),
    ];
    let mut first: Option<(Range<usize>, Date)> = None;
    for (form, order) in candidates {
        let found = form.captures_iter(text.get(from..)?).find_map(|groups| {
            let whole = groups.get(0)?.range();
            Some((from + whole.start..from + whole.end, order.read(&groups)?))
        });
        if let Some(found) = found
            && first
                .as_ref()
                .is_none_or(|best| found.0.start < best.0.start)
        {
            first = Some(found);
        }
    }
    let (mut span, date) = first?;
    let (mut time, mut offset) = (None, None);
    if let Some(groups) = forms.time_after.captures(text.get(span.end..)?) {
        (time, offset) = read_time(&groups);
        if time.is_some() {
            span.end += groups.get(0).map_or(0, |whole| whole.end());
        }
    }
    let before = text.get(from..span.start)?;
    span.start = from
        + forms
            .before
            .find(before)
            .map_or(before.len(), |found| found.start());
    if time.is_none() {
        let before = text.get(from..span.start)?;
        if let Some(groups) = forms.time_before.captures(before) {
            (time, offset) = read_time(&groups);
            if time.is_some() {
                span.start = from + groups.get(0).map_or(before.len(), |whole| whole.start());
            }
        }
    }
    Some(Found {
        span,
        stamp: Stamp { date, time, offset },
    })
}

/// In which order the groups of a form stand.
#[derive(Clone, Copy)]
enum Order {
    DayMonthYear,
    MonthDayYear,
    YearMonthDay,
}

impl Order {
    fn read(self, groups: &Captures<'_>) -> Option<Date> {
        let group = |number: usize| groups.get(number).map(|found| found.as_str());
        let (year, month, day) = match self {
            Order::DayMonthYear => (group(3)?, group(2)?, group(1)?),
            Order::MonthDayYear => (group(3)?, group(1)?, group(2)?),
            Order::YearMonthDay => (group(1)?, group(2)?, group(3)?),
        };
        let month = month.parse::<i8>().ok().or_else(|| month_number(month))?;
        Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
    }
}

/// The time that the groups `hour`, `minute`, `second`, `part` and `zone` state.
fn read_time(groups: &Captures<'_>) -> (Option<Time>, Option<i32>) {
    let number = |name: &str| {
        groups
            .name(name)
            .and_then(|found| found.as_str().parse::<i8>().ok())
    };
    let (Some(hour), Some(minute)) = (number("hour"), number("minute")) else {
        return (None, None);
    };
    let part = groups
        .name("part")
        .map(|found| found.as_str().to_lowercase().replace('.', ""));
    let Some(hour) = hour_of_day(hour, part.as_deref()) else {
        return (None, None);
    };
    let time = Time::new(hour, minute, number("second").unwrap_or(0), 0).ok();
    (
        time,
        groups
            .name("zone")
            .and_then(|found| zone_offset(found.as_str())),
    )
}

/// The hour from 0 to 23. Twelve at night or in the morning may be noon or midnight, so it is neither.
fn hour_of_day(hour: i8, part: Option<&str>) -> Option<i8> {
    match part {
        None => Some(hour),
        Some("am") => Some(if hour == 12 { 0 } else { hour }),
        Some("pm") => Some(if hour < 12 { hour + 12 } else { hour }),
        Some("pagi" | "malam") if hour == 12 => None,
        Some("malam") => Some(if (6..12).contains(&hour) {
            hour + 12
        } else {
            hour
        }),
        Some("petang" | "sore") => Some(if hour < 12 { hour + 12 } else { hour }),
        Some("siang" | "tengahari" | "tengah hari") => {
            Some(if hour < 6 { hour + 12 } else { hour })
        }
        Some(_) => Some(hour),
    }
}

fn zone_offset(zone: &str) -> Option<i32> {
    let zone = zone.to_lowercase();
    match zone.as_str() {
        "wib" => Some(7 * 60),
        "wita" | "myt" | "sgt" => Some(8 * 60),
        "wit" => Some(9 * 60),
        "z" | "gmt" | "utc" => Some(0),
        _ => parse_offset(
            zone.trim_start_matches("gmt")
                .trim_start_matches("utc")
                .trim(),
        ),
    }
}

/// Names of months in Indonesian, Malay and English, short forms included.
const MONTHS: [&[&str]; 12] = [
    &["januari", "january", "jan"],
    &["februari", "february", "pebruari", "feb", "peb"],
    &["maret", "march", "mac", "mar"],
    &["april", "apr"],
    &["mei", "may"],
    &["juni", "june", "jun"],
    &["juli", "julai", "july", "jul"],
    &[
        "agustus", "august", "agust", "ogos", "agu", "agt", "ags", "aug", "ogo",
    ],
    &["september", "sept", "sep"],
    &["oktober", "october", "okt", "oct"],
    &["november", "nopember", "nov", "nop"],
    &["desember", "disember", "december", "des", "dis", "dec"],
];

const WEEKDAYS: &str = "senin|isnin|selasa|rabu|kamis|khamis|jum['’‘`]?at|jumaat|sabtu|minggu|ahad|monday|tuesday|wednesday|\
    thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun";

fn month_number(name: &str) -> Option<i8> {
    let name = name.to_lowercase();
    let at = MONTHS
        .iter()
        .position(|names| names.contains(&name.as_str()))?;
    i8::try_from(at + 1).ok()
}

struct Forms {
    iso: Regex,
    day_first: Regex,
    month_first: Regex,
    numbers: Regex,
    day_month: Regex,
    before: Regex,
    time_after: Regex,
    time_before: Regex,
}

static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let mut names: Vec<&str> = MONTHS.iter().copied().flatten().copied().collect();
    // Longest first, since the first alternative that matches wins.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    let month = names.join("|");
    let year = r"((?:19|20)\d\d)\b";
    let zone = r"(?<zone>wib|wita|wit|myt|sgt|(?:gmt|utc)(?:\s?[+-]\d{1,2}(?::?\d\d)?)?|z|[+-]\d\d:?\d\d)\b";
    let part = r"(?<part>[ap]\.?m\b\.?|pagi|siang|sore|petang|malam|tengah\s?hari)";
    let clock = r"(?<hour>\d{1,2})[:.](?<minute>[0-5]\d)(?:[:.](?<second>[0-5]\d))?\b(?:\.\d+)?";
    Forms {
        iso: compile(r"\b((?:19|20)\d\d)[-/](\d{2})[-/](\d{2})(?:\b|T)"),
        day_first: compile(&format!(
            r"\b(\d{{1,2}})(?:st|nd|rd|th)?[\s./-]*({month})\b[\s.,/-]*{year}"
        )),
        month_first: compile(&format!(
            r"\b({month})\b\.?\s*(\d{{1,2}})(?:st|nd|rd|th)?[\s,/]+{year}"
        )),
        numbers: compile(&format!(
            r"\b(\d{{1,2}})\s?[/.-]\s?(\d{{1,2}})\s?[/.-]\s?{year}"
        )),
        day_month: compile(&format!(
            r"\b\d{{1,2}}\s+(?:{month})\b\.?(?:,?\s+(?:19|20)\d\d\b)?"
        )),
        before: compile(&format!(
            r"(?:\b(?:pada|on|tanggal|tgl\.?|hari)\s*:?\s*)*(?:\b(?:{WEEKDAYS})\b\.?\s*[,|/-]?\s*)?(?:\btanggal\s+)?$"
        )),
        time_after: compile(&format!(
            r"^[\s,;|@•·()–—-]*(?:(?:pukul|pkl|jam|at|t)\b\.?\s*:?\s*)?{clock}\s*{part}?[\s,(]*(?:{zone}\)?)?"
        )),
        time_before: compile(&format!(
            r"(?:\b(?:pukul|pkl|jam|at)\.?\s*)?\b{clock}\s*{part}?\s*(?:{zone})?[\s,;|@•·–—-]*$"
        )),
    }
});

/// Compiles a pattern of this file, whatever the case of what it matches.
fn compile(pattern: &str) -> Regex {
    super::compile(&format!("(?i){pattern}"))
}
