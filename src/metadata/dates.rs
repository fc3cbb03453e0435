//! Dates as Indonesian, Malay and English pages write them: day first, month names of three languages, WIB, WITA and WIT.
//!
//! Finds dates in a line and formats them. Which lines may date an article is for the caller; a date that names no year, an
//! impossible date and a relative time (`12 jam yang lalu`) give nothing.

use std::borrow::Cow;
use std::ops::Range;

use jiff::civil::{Date, Time};
use regex::{Captures, Regex};

use super::date_forms::{
    BEFORE, DAY_FIRST, DAY_MONTH, ISO, MONTH_FIRST, NUMBERS, TIME_AFTER, TIME_BEFORE, month_number,
};

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
    may_hold_date(line) && find(line, 0).is_some()
}

/// Whether a text holds four digits that may be a year, as every date does; most lines hold none.
pub(super) fn has_year(text: &str) -> bool {
    years(text).next().is_some()
}

/// Where four digits stand that may be a year.
fn years(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let is_year = |four: &[u8]| {
        matches!(four, [b'1', b'9', b'0'..=b'9', b'0'..=b'9', ..] | [b'2', b'0', b'0'..=b'9', b'0'..=b'9', ..])
    };
    memchr::memchr2_iter(b'1', b'2', bytes).filter(move |at| bytes.get(*at..).is_some_and(is_year))
}

/// Whether a year stands in a text as in a date: with a month's name or a number before it, or more numbers behind it. Most years
/// do not, and the patterns are slow to say no.
fn may_hold_date(text: &str) -> bool {
    years(text).any(|at| {
        let (before, year) = text.split_at_checked(at).unwrap_or_default();
        if let [b'-' | b'/', b'0'..=b'9', ..] = year.as_bytes().get(4..).unwrap_or_default() {
            return true;
        }
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '/' | '-'));
        let rest = before.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let word = before.get(rest.len()..).unwrap_or_default();
        let follows_day = rest.ends_with(|c: char| c.is_ascii_digit());
        // A day may have an ending, and the month be glued to that.
        let without_ending = |end: &&str| {
            let (start, month) = word.split_at_checked(end.len())?;
            (follows_day && start.eq_ignore_ascii_case(end)).then_some(month)
        };
        let month = ["st", "nd", "rd", "th"].iter().find_map(without_ending).unwrap_or(word);
        month.is_empty() && follows_day || month_number(month).is_some()
    })
}

/// The start of a text, as far as it is searched for dates.
#[must_use]
pub fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(BYTES_READ)).unwrap_or(text)
}

/// Lines that date an article are short. The limit keeps the cost of hostile ones linear.
const BYTES_READ: usize = 4_000;

/// Every date in the head of a text, in order.
#[must_use]
pub fn find_all(text: &str) -> Vec<Found> {
    let text = head(text);
    let mut all: Vec<Found> = Vec::new();
    if !may_hold_date(text) {
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
pub fn without_dates(text: &str) -> Cow<'_, str> {
    let all = find_all(text);
    if all.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut rest = String::with_capacity(text.len());
    let mut from = 0;
    for found in all {
        rest.push_str(text.get(from..found.span.start).unwrap_or_default());
        rest.push_str(" | ");
        from = found.span.end;
    }
    rest.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(rest)
}

/// Where a day and a month stand, with or without a year, such as `18 Julai` or `23 Februari 2016`.
#[must_use]
pub fn find_day_and_month(text: &str) -> Option<Range<usize>> {
    if may_hold_day_and_month(text) { DAY_MONTH.find(text).map(|found| found.range()) } else { None }
}

/// Whether a month's name stands behind a digit and white space.
fn may_hold_day_and_month(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| byte.is_ascii_digit()) {
        let behind = rest.get(at + 1..).unwrap_or_default();
        rest = behind;
        let words = behind.trim_start();
        let end = words.bytes().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(words.len());
        if words.len() < behind.len() && words.get(..end).is_some_and(|word| month_number(word).is_some()) {
            return true;
        }
    }
    false
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
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

/// The first valid date that starts at `from` or later.
fn find(text: &str, from: usize) -> Option<Found> {
    let candidates: [(&Regex, Order); 4] = [
        (&ISO, Order::YearMonthDay),
        (&DAY_FIRST, Order::DayMonthYear),
        (&MONTH_FIRST, Order::MonthDayYear),
        (&NUMBERS, Order::DayMonthYear),
    ];
    let mut first: Option<(Range<usize>, Date)> = None;
    for (form, order) in candidates {
        let found = form.captures_iter(text.get(from..)?).find_map(|groups| {
            let whole = groups.get(0)?.range();
            Some((from + whole.start..from + whole.end, order.read(&groups)?))
        });
        if let Some(found) = found
            && first.as_ref().is_none_or(|best| found.0.start < best.0.start)
        {
            first = Some(found);
        }
    }
    let (mut span, date) = first?;
    let (mut time, mut offset) = (None, None);
    if let Some(groups) = TIME_AFTER.captures(text.get(span.end..)?) {
        // `1.229 Views` is no time.
        let clock = groups.name("clock").map_or(0, |clock| span.end + clock.end());
        if !text.get(clock..)?.starts_with(|c: char| c.is_ascii_digit()) {
            (time, offset) = read_time(&groups);
        }
        if time.is_some() {
            span.end += groups.get(0).map_or(0, |whole| whole.end());
        }
    }
    let before = text.get(from..span.start)?;
    span.start = from + BEFORE.find(before).map_or(before.len(), |found| found.start());
    if time.is_none() {
        let before = text.get(from..span.start)?;
        if let Some(groups) = TIME_BEFORE.captures(before) {
            (time, offset) = read_time(&groups);
            if time.is_some() {
                span.start = from + groups.get(0).map_or(before.len(), |whole| whole.start());
            }
        }
    }
    Some(Found { span, stamp: Stamp { date, time, offset } })
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
    let number = |name: &str| groups.name(name).and_then(|found| found.as_str().parse::<i8>().ok());
    let (Some(hour), Some(minute)) = (number("hour"), number("minute")) else {
        return (None, None);
    };
    let part = groups.name("part").map(|found| found.as_str().to_lowercase().replace('.', ""));
    let Some(hour) = hour_of_day(hour, part.as_deref()) else {
        return (None, None);
    };
    let time = Time::new(hour, minute, number("second").unwrap_or(0), 0).ok();
    (time, groups.name("zone").and_then(|found| zone_offset(found.as_str())))
}

/// The hour from 0 to 23. Twelve at night or in the morning may be noon or midnight, so it is neither.
fn hour_of_day(hour: i8, part: Option<&str>) -> Option<i8> {
    match part {
        None => Some(hour),
        Some("am") => Some(if hour == 12 { 0 } else { hour }),
        Some("pm") => Some(if hour < 12 { hour + 12 } else { hour }),
        Some("pagi" | "malam") if hour == 12 => None,
        Some("malam") => Some(if (6..12).contains(&hour) { hour + 12 } else { hour }),
        Some("petang" | "sore") => Some(if hour < 12 { hour + 12 } else { hour }),
        Some("siang" | "tengahari" | "tengah hari") => Some(if hour < 6 { hour + 12 } else { hour }),
        Some(_) => Some(hour),
    }
}

/// Minutes east of Greenwich of a zone such as `WIB`, `Z` or `+0700`.
pub(super) fn zone_offset(zone: &str) -> Option<i32> {
    let zone = zone.to_lowercase();
    match zone.as_str() {
        "wib" => Some(7 * 60),
        "wita" | "myt" | "sgt" => Some(8 * 60),
        "wit" => Some(9 * 60),
        "z" | "gmt" | "utc" => Some(0),
        _ => parse_offset(zone.trim_start_matches("gmt").trim_start_matches("utc").trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first date of a line, with +07:00 for times that state no zone.
    fn first(line: &str) -> Option<String> {
        find_all(line).first().map(|found| found.stamp.format(Some(7 * 60)))
    }

    #[test]
    fn reads_the_ways_pages_write_dates() {
        for (line, expected) in [
            ("Kompas Contoh - 11/07/2020, 12:05 WIB", "2020-07-11T12:05:00+07:00"),
            ("Kamis, 5 Juli 2018 07:45 WIB", "2018-07-05T07:45:00+07:00"),
            ("4 Desember 2023 9:04 WIB", "2023-12-04T09:04:00+07:00"),
            ("September 14, 2020", "2020-09-14"),
            ("2 Jun 2025 | 16.05 WIB", "2025-06-02T16:05:00+07:00"),
            ("10 Juni 2025 |04:01 WIB", "2025-06-10T04:01:00+07:00"),
            ("Selasa, 3 Juni 2025-  13:35 WIB", "2025-06-03T13:35:00+07:00"),
            ("20/1/2026 18:30", "2026-01-20T18:30:00+07:00"),
            ("Kamis, 02 Nov 2023 20:59 WIB", "2023-11-02T20:59:00+07:00"),
            ("Jum'at, 01 Mei 2020 - 23:00 WIB", "2020-05-01T23:00:00+07:00"),
            ("Ahad , 07 Februari 2017, 11:28 WIB", "2017-02-07T11:28:00+07:00"),
            ("Tayang: Selasa, 3 Maret 2020 10:11 WITA", "2020-03-03T10:11:00+08:00"),
            ("Rabu 4 Maret 2020 pukul 09.05 WIT", "2020-03-04T09:05:00+09:00"),
            ("on 16 Feb 2016 at 09:10 WIB", "2016-02-16T09:10:00+07:00"),
            ("Artikel ini disiarkan pada : Selasa, 7 Februari 2017 @ 12:44 PM", "2017-02-07T12:44:00+07:00"),
            ("Posted: Tue, February 9 2016 | 06:27 pm", "2016-02-09T18:27:00+07:00"),
            ("Wednesday, 04 November, 2015 | 12:28 AM", "2015-11-04T00:28:00+07:00"),
            ("30-Jan-2017 12:00:45", "2017-01-30T12:00:45+07:00"),
            ("2024-02-29T08:15:30Z", "2024-02-29T08:15:30+00:00"),
            ("2024-02-29 08:15", "2024-02-29T08:15:00+07:00"),
            ("20:59 WIB, Kamis 2 November 2023", "2023-11-02T20:59:00+07:00"),
            ("Isnin, 1 Ogos 2022 7.30 petang", "2022-08-01T19:30:00+07:00"),
            ("1 Mac 2022 7:30 pagi", "2022-03-01T07:30:00+07:00"),
            ("Selasa, 23 Februari 2016 14:49 WIB | 1.999 Views", "2016-02-23T14:49:00+07:00"),
            ("Februari\n07\n/ 2017\n11:58 WIB", "2017-02-07T11:58:00+07:00"),
            ("May 21st, 2020", "2020-05-21"),
            ("21st May 2020", "2020-05-21"),
            ("21stMay 2020 10:30 WIB", "2020-05-21T10:30:00+07:00"),
            ("3RD OCT. 2020", "2020-10-03"),
        ] {
            assert_eq!(first(line).as_deref(), Some(expected), "{line}");
        }
    }

    #[test]
    fn knows_full_and_short_names_of_months_in_three_languages() {
        let names = [
            "Januari Jan January",
            "Februari Pebruari Feb Peb February",
            "Maret Mar Mac March",
            "April Apr",
            "Mei May",
            "Juni Jun June",
            "Juli Jul Julai July",
            "Agustus Agu Agt Ags Agust Ogos August Aug",
            "September Sep Sept",
            "Oktober Okt October Oct",
            "November Nopember Nov Nop",
            "Desember Des Disember Dis December Dec",
        ];
        for (at, names) in names.iter().enumerate() {
            for name in names.split(' ') {
                for name in [name.to_owned(), name.to_uppercase()] {
                    let expected = format!("2019-{:02}-03", at + 1);
                    assert_eq!(first(&format!("3 {name} 2019")), Some(expected), "{name}");
                }
            }
        }
    }

    #[test]
    fn the_day_comes_first_and_what_cannot_be_is_no_date() {
        assert_eq!(first("05/06/2020").as_deref(), Some("2020-06-05"));
        for line in [
            "05/13/2020",
            "31 April 2020",
            "29 Februari 2023",
            "12 jam yang lalu",
            "46 menit lalu",
            "Selasa (7/2)",
            "Harga naik 7.500 sejak 2017",
            "Nomor 12/2/20 tahun lalu",
        ] {
            assert_eq!(first(line), None, "{line}");
            assert!(!has_date(line), "{line}");
        }
    }

    #[test]
    fn a_time_that_may_be_two_times_is_left_out() {
        assert_eq!(first("3 Mei 2019, 12.30 malam").as_deref(), Some("2019-05-03"));
        assert_eq!(first("3 Mei 2019, 25.30 WIB").as_deref(), Some("2019-05-03"));
    }

    #[test]
    fn a_time_of_unknown_zone_is_left_out() {
        let found = find_all("3 Mei 2019, 10:30");
        assert_eq!(found.first().map(|found| found.stamp.format(None)).as_deref(), Some("2019-05-03"));
    }

    #[test]
    fn finds_all_dates_and_takes_them_out() {
        let line = "Budi Contoh   |   Selasa, 07 Februari 2017 10:30 WIB";
        assert_eq!(without_dates(line).trim_end_matches([' ', '|']), "Budi Contoh");
        assert_eq!(without_dates("Oleh Sari Misal pada 8 Mar 2022, 07:30 WIB").trim(), "Oleh Sari Misal  |");
        assert_eq!(find_all("Terbit 1 Mei 2020, diperbarui 2 Mei 2020").len(), 2);
    }

    #[test]
    fn finds_a_day_and_month_without_a_year() {
        let text = "KUALA CONTOH 18 Julai – ";
        assert_eq!(find_day_and_month(text).and_then(|found| text.get(found)), Some("18 Julai"));
        assert_eq!(find_day_and_month("KOTA 18 Orang"), None);
    }

    #[test]
    fn reads_offsets() {
        assert_eq!(parse_offset("+07:00"), Some(420));
        assert_eq!(parse_offset("-0330"), Some(-210));
        assert_eq!(parse_offset("+9"), Some(540));
        assert_eq!(parse_offset("Asia/Jakarta"), None);
        assert_eq!(parse_offset("+99:00"), None);
    }
}
