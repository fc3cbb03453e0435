//! When it was published and changed, as the page states it: machine-readable stamps, zones put right, else what is shown.

use std::sync::LazyLock;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};
use regex::Regex;

use super::{Reader, Stated, visible};
use crate::judge::pack::PagePart;
use crate::metadata::compile;
use crate::metadata::date_forms::month_number;
use crate::metadata::dates::{self, Stamp};

/// The time of publication, and the clock as its source writes it.
pub(super) fn published(reader: &Reader<'_>, title: Option<&Stated<String>>) -> Option<(Stated<String>, Stamp)> {
    let marked = marked(reader);
    let stated = candidates(reader).find_map(|text| Some(Stated::new(parse(text.value)?, text.source)));
    let Some(stated) = stated else {
        let shown = marked.or_else(|| visible::date(reader, title)).or_else(|| by_address(reader));
        return shown.map(|shown| (Stated::new(shown.value.format(reader.zone), shown.source), shown.value));
    };
    let stamp = zoned(reader, &stated);
    if let Some(shown) = marked.or_else(|| visible::sure_date(reader, title))
        // What readers see has no seconds and the right zone; machines are told when a page moved to another system.
        && (is_same_moment(&stated.value, &stamp, &shown.value)
            || (shown.source == "element:date" && shown.value.date != stamp.date))
    {
        return Some((Stated::new(shown.value.format(reader.zone), shown.source), stated.value));
    }
    Some((Stated::new(stamp.format(reader.zone), stated.source), stated.value))
}

/// The time of the last update.
pub(super) fn modified(reader: &Reader<'_>) -> Option<Stated<String>> {
    let ld = ld(reader, "json-ld:dateModified", true, |article| &article.modified);
    let found = ld
        .chain(reader.metas(&["article:modified_time", "og:updated_time"]))
        .chain(reader.microdata("dateModified"))
        .chain(reader.metas(&["content_updated_date", "last-modified", "dcterms.modified", "dc.date.modified"]))
        .find_map(|text| Some(Stated::new(parse(text.value)?, text.source)))?;
    Some(Stated::new(zoned(reader, &found).format(reader.zone), found.source))
}

/// Texts that may state the time of publication, the most trusted first.
fn candidates<'a>(reader: &'a Reader<'_>) -> impl Iterator<Item = Stated<&'a str>> {
    ld(reader, "json-ld:datePublished", true, |article| &article.published)
        .chain(reader.metas(&TAGS))
        .chain(reader.microdata("datePublished"))
        .chain(reader.metas(&METAS))
        .chain(ld(reader, "json-ld:datePublished", false, |article| &article.published))
        .chain(ld(reader, "json-ld:dateCreated", true, |article| &article.created))
        .chain(reader.microdata("dateCreated"))
        .chain(reader.metas(&CREATED))
}

fn ld<'a>(
    reader: &'a Reader<'_>,
    source: &'static str,
    is_article: bool,
    field: impl Fn(&super::json_ld::LdArticle) -> &Option<String> + 'a,
) -> impl Iterator<Item = Stated<&'a str>> {
    let articles = reader.statements.articles.iter().filter(move |article| article.is_article == is_article);
    articles
        .take(1)
        .filter(move |_| reader.trusts(source))
        .filter_map(move |article| field(article).as_deref().map(|text| Stated::new(text, source)))
}

const TAGS: [&str; 5] = [
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published",
];

const METAS: [&str; 27] = [
    "content_publisheddate",
    "content_published_date",
    "dtk:publishdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_at",
    "published-date",
    "published",
    "publication_date",
    "publication-date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "article.published",
    "originalpublicationdate",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.date",
    "dc.date",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "displaydate",
    "releasedate",
    "date",
];

const CREATED: [&str; 5] = ["dtk:createddate", "createdate", "dcterms.created", "dc.date.created", "created"];

/// The date in the first element that the pack's selectors find.
fn marked(reader: &Reader<'_>) -> Option<Stated<Stamp>> {
    for (selector, elements) in reader.marked(PagePart::Date) {
        for element in elements.iter().take(5) {
            if let Some(stamp) = visible::shown_date(element) {
                return Some(Stated::new(stamp, visible::source_of(selector)));
            }
        }
    }
    None
}

/// The date in the address of the page.
fn by_address(reader: &Reader<'_>) -> Option<Stated<Stamp>> {
    let groups = IN_ADDRESS.captures(reader.url.as_deref()?)?;
    let number = |group: usize| groups.get(group).and_then(|found| found.as_str().parse::<i16>().ok());
    let date = Date::new(number(1)?, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?).ok()?;
    Some(Stated::new(Stamp { date, time: None, offset: None }, "address"))
}

/// The stamp in the portal's zone, as far as the zone of either is known.
fn zoned(reader: &Reader<'_>, stated: &Stated<Stamp>) -> Stamp {
    let mut stamp = stated.value;
    let listed = |list: fn(&crate::judge::selectors::PageSelectors) -> &Vec<String>| {
        reader.pack.is_some_and(|pack| list(pack).contains(&stated.source))
    };
    if listed(|pack| &pack.local_time) {
        stamp.offset = reader.zone;
    } else if listed(|pack| &pack.utc_time) {
        stamp.offset = Some(0);
    }
    shifted(stamp, reader.zone)
}

/// The same moment by the clocks of another zone.
pub(super) fn shifted(stamp: Stamp, zone: Option<i32>) -> Stamp {
    let (Some(time), Some(offset), Some(zone)) = (stamp.time, stamp.offset, zone) else {
        return stamp;
    };
    let there = DateTime::from_parts(stamp.date, time).checked_add(i64::from(zone - offset).minutes());
    there.map_or(stamp, |there| Stamp { date: there.date(), time: Some(there.time()), offset: Some(zone) })
}

/// Whether what is shown is the stamp by its minute: in its zone, in the portal's, or with a zone that is simply wrong.
fn is_same_moment(stated: &Stamp, zoned: &Stamp, shown: &Stamp) -> bool {
    let minute = |time: Time| (time.hour(), time.minute());
    [stated, zoned].iter().any(|stamp| {
        stamp.date == shown.date
            && match (stamp.time, shown.time) {
                (Some(time), Some(shown)) => minute(time) == minute(shown) || minute(time) == (0, 0),
                (time, shown) => time.is_none() && shown.is_some(),
            }
    })
}

/// A stamp as machines and people write it.
pub(super) fn parse(text: &str) -> Option<Stamp> {
    let text = text.trim();
    let stamp = iso(text).or_else(|| epoch(text)).or_else(|| american(text)).or_else(|| year_first(text));
    let stamp = stamp.or_else(|| dates::find_all(text).first().map(|found| found.stamp))?;
    (1990..2100).contains(&stamp.date.year()).then_some(stamp)
}

/// ISO 8601 and what is meant to be.
fn iso(text: &str) -> Option<Stamp> {
    let groups = ISO.captures(text).or_else(|| COMPACT.captures(text))?;
    let group = |number: usize| groups.get(number).map(|found| found.as_str());
    let number = |at: usize| group(at).and_then(|digits| digits.parse::<i8>().ok());
    let date = Date::new(group(1)?.parse().ok()?, number(2)?, number(3)?).ok()?;
    let time = number(4).zip(number(5));
    let time = time.and_then(|(hour, minute)| Time::new(hour, minute, number(6).unwrap_or(0), 0).ok());
    Some(Stamp { date, time, offset: time.and(group(7)).and_then(dates::zone_offset) })
}

/// Seconds or milliseconds since 1970.
fn epoch(text: &str) -> Option<Stamp> {
    let seconds = match text.len() {
        10 => text.parse::<i64>().ok()?,
        13 => text.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    let there = jiff::tz::Offset::UTC.to_datetime(Timestamp::from_second(seconds).ok()?);
    Some(Stamp { date: there.date(), time: Some(there.time()), offset: Some(0) })
}

/// `2023 Jan 7`, as libraries write it.
fn year_first(text: &str) -> Option<Stamp> {
    let groups = YEAR_FIRST.captures(text)?;
    let group = |number: usize| groups.get(number).map(|found| found.as_str());
    let date = Date::new(group(1)?.parse().ok()?, month_number(group(2)?)?, group(3)?.parse().ok()?).ok()?;
    Some(Stamp { date, time: None, offset: None })
}

/// `12/31/2024`, where the day cannot come first.
pub(super) fn american(text: &str) -> Option<Stamp> {
    let groups = AMERICAN.captures(text)?;
    let number = |group: usize| groups.get(group).and_then(|found| found.as_str().parse::<i16>().ok());
    let (month, day, year) = (number(1)?, number(2)?, number(3)?);
    if day <= 12 {
        return None;
    }
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(Stamp { date, time: None, offset: None })
}

static ISO: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?i)^((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})(?:[T\s]+(\d{1,2})[:.-](\d{2})(?:[:.-](\d{2})(?:[.,]\d+)?)?\s*(Z|UTC|GMT|WIB|WITA|WIT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?",
    )
});
static COMPACT: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?i)^((?:19|20)\d\d)(\d{2})(\d{2})(?:[T\s]?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
});
static YEAR_FIRST: LazyLock<Regex> = LazyLock::new(|| compile(r"^((?:19|20)\d\d) (\p{L}{3,9})\.? (\d{1,2})$"));
static AMERICAN: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^(?:[A-Za-z]{3,9}, )?(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)\b"));
static IN_ADDRESS: LazyLock<Regex> =
    LazyLock::new(|| compile(r"^[^?#]*[/-](20\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?:[/?#_.-]|$)"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_stamps_as_machines_write_them() {
        for (text, expected) in [
            ("2023-11-02T20:59:13+07:00", "2023-11-02T20:59:13+07:00"),
            ("2023-11-02T13:59:13.705Z", "2023-11-02T20:59:13+07:00"),
            ("2016-02-11T04:51:04+0700", "2016-02-11T04:51:04+07:00"),
            ("2016-02-11T06-28-07+07:00", "2016-02-11T06:28:07+07:00"),
            ("2015-11-05 T10:08:58", "2015-11-05T10:08:58+07:00"),
            ("2022/12/10 20:13:30", "2022-12-10T20:13:30+07:00"),
            ("20231102T205900", "2023-11-02T20:59:00+07:00"),
            ("1670680532000", "2022-12-10T20:55:32+07:00"),
            ("1670680532", "2022-12-10T20:55:32+07:00"),
            ("Thu, 17 Jun 2021 08:55:00 +0700", "2021-06-17T08:55:00+07:00"),
            ("November 2, 2023", "2023-11-02"),
            ("12/31/2024", "2024-12-31"),
            ("2023 Jan 7", "2023-01-07"),
            ("13/11/2025 09:21:40", "2025-11-13T09:21:40+07:00"),
            ("2023-11-02", "2023-11-02"),
            ("2023-12-31T20:00:00Z", "2024-01-01T03:00:00+07:00"),
        ] {
            let zone = Some(7 * 60);
            let read = parse(text).map(|stamp| shifted(stamp, zone).format(zone));
            assert_eq!(read.as_deref(), Some(expected), "{text}");
        }
        for text in ["", "today", "1970-01-01T00:00:00Z", "0001-01-01", "2023-13-45", "99999999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
