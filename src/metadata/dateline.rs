//! Datelines: the place in `Contoh.com, JAKARTA - ` and its many relatives.
//!
//! Reads what is known to be a dateline. It drops outlets, agencies and dates and keeps the place as written.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::dates;
use super::outlets::Outlets;
use super::without_bracketed;
use crate::judge::names::COUNTRIES;

/// The place that a dateline names, as written.
#[must_use]
pub fn place(dateline: &str, outlets: &Outlets<'_>) -> Option<String> {
    let mut text = Cow::Borrowed(dateline);
    if text.contains('&') {
        text = ENTITY.replace_all(dateline, " - ");
    }
    // `[KEMAS KINI] KOTA -`: the mark of an update stands before the place.
    let bracket = text.trim_start().strip_prefix('[').and_then(|rest| rest.split_once(']'));
    if let Some((mark, rest)) = bracket {
        let is_update = UPDATES.contains(&mark.trim());
        text = Cow::Owned(if is_update { rest.to_owned() } else { format!("{mark} - {rest}") });
    }
    // Outlets stand in brackets behind the place: `Kota (AGENSI) - `.
    if text.contains('(') {
        text = Cow::Owned(without_bracketed(&text, &[('(', ')')], " - "));
    }
    if let Some(found) = dates::find_day_and_month(&text) {
        text.to_mut().replace_range(found, " ");
    }
    groups(&text).find_map(|group| place_in(group, outlets))
}

/// The groups of a dateline: a dash between words, or a colon, ends one; a hyphen within a word does not.
fn groups(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some((start, length)) = text.char_indices().find_map(|(at, _)| Some((at, end_of_group(text.get(at..)?)?)))
        else {
            return rest.take();
        };
        rest = text.get(start + length..);
        text.get(..start)
    })
}

/// How long what ends a group is, if the text begins with that.
fn end_of_group(text: &str) -> Option<usize> {
    let mut chars = text.chars();
    let (first, second) = (chars.next()?, chars.next());
    let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
    let both = || first.len_utf8() + second.map_or(0, char::len_utf8);
    match first {
        '-' if is_space(second) || second.is_none_or(|c| c == '-') => Some(both()),
        '.' if is_space(second) => Some(both()),
        '–' | '—' | ':' | '|' => Some(first.len_utf8()),
        c if c.is_whitespace() && second == Some('-') => Some(both()),
        _ => None,
    }
}

/// The place among the comma-separated parts of a group: parts that stand together belong together.
fn place_in(group: &str, outlets: &Outlets<'_>) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in group.split(',') {
        // A full stop at the end closes the dateline: it cuts no address short.
        let part = outlets
            .strip_from_start(part.trim_end_matches(['.', ' ']))
            .trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
        let part = part.trim_end_matches('.').trim_start_matches('.');
        if is_place(part) && !outlets.contains(part) && !outlets.opens_with_agency(part) {
            // `KORAN, Kota`: capitals before small letters set the outlet apart.
            if parts.iter().all(|part| is_shouted(part)) && !is_shouted(part) && !is_country(part) {
                parts.clear();
            }
            parts.push(part);
        } else if !parts.is_empty() {
            break;
        }
    }
    // `KOTA, KPU` names its outlet in brief.
    if parts.len() > 1
        && parts.last().is_some_and(|last| is_shouted(last) && last.len() <= 4 && !REGIONS.contains(last))
    {
        parts.pop();
    }
    match parts.as_slice() {
        [] => None,
        [place] => Some(super::fold(place)),
        parts => Some(super::fold(&parts.join(", "))),
    }
}

fn is_place(part: &str) -> bool {
    let words = part.split_whitespace().count();
    let first = part.split_whitespace().next().unwrap_or_default();
    (1..=5).contains(&words)
        && part.chars().next().is_some_and(char::is_uppercase)
        && part.chars().filter(|c| c.is_alphabetic()).count() >= 2
        && !part.chars().any(|c| c.is_ascii_digit() || matches!(c, '"' | '@' | '!' | '?'))
        && !RUBRICS.iter().any(|rubric| rubric.eq_ignore_ascii_case(first))
        && !part.split_whitespace().any(has_inner_capital)
}

fn is_country(part: &str) -> bool {
    COUNTRIES.iter().any(|country| country.eq_ignore_ascii_case(part))
}

fn is_shouted(part: &str) -> bool {
    !part.chars().any(char::is_lowercase)
}

/// `ContohPOS` and `iContoh` name outlets; `McAllen` and `DiMare` are the price.
fn has_inner_capital(word: &str) -> bool {
    let mut last_small = false;
    word.chars().any(|c| {
        let inner = last_small && c.is_uppercase();
        last_small = c.is_lowercase();
        inner
    })
}

/// Regions that go by their initials.
const REGIONS: [&str; 6] = ["DIY", "DKI", "NTB", "NTT", "OKI", "OKU"];

/// Marks of updates that stand before the place, in brackets.
const UPDATES: [&str; 7] = ["DIKEMAS KINI", "DIKEMASKINI", "KEMAS KINI", "KEMASKINI", "TERKINI", "UPDATE", "VIDEO"];

/// Words that open a rubric where a place would stand.
const RUBRICS: [&str; 6] = ["ADVERTORIAL", "BREAKING", "INFO", "INFOGRAFIS", "OPINI", "VIDEO"];

static ENTITY: LazyLock<Regex> = LazyLock::new(|| super::compile(r"&(?:amp;)*#?\w+;"));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::PortalFacts;

    fn place_of(dateline: &str) -> Option<String> {
        let facts = PortalFacts::new("contohpos.com", vec!["CONTOHPOS".into(), "CP Kota".into()], None);
        place(dateline, &Outlets::new(Some(&facts), None))
    }

    #[test]
    fn finds_the_place_among_outlets_agencies_and_dates() {
        for (dateline, expected) in [
            ("WASHINGTON DC, KABAR.com - ", "WASHINGTON DC"),
            ("KABAR.CO, Jakarta - ", "Jakarta"),
            ("KABAR.CO,Jakarta-", "Jakarta"),
            ("Jakarta (ANTARA) - ", "Jakarta"),
            ("Bandarlampung, Lampung (ANTARA News) - ", "Bandarlampung, Lampung"),
            ("KABAR.CO.ID, JAKARTA -- ", "JAKARTA"),
            (" DEPOK - ", "DEPOK"),
            ("KUALA LUMPUR 18 Julai –", "KUALA LUMPUR"),
            ("GEORGE TOWN 30 Jan. - ", "GEORGE TOWN"),
            ("ISTANBUL, 23 Februari 2016 (Antara/PRNewswire) --", "ISTANBUL"),
            ("KABAR.CO.ID - JAKARTA. ", "JAKARTA"),
            ("KABAR.CO.ID - JAKARTA.", "JAKARTA"),
            ("JAKARTA, KCM –", "JAKARTA"),
            ("Kupang, NTT - ", "Kupang, NTT"),
            ("Jakarta, CNN Kabar -- ", "Jakarta"),
            ("Jakarta -", "Jakarta"),
            ("KABARNEWS.CO. TOKYO - ", "TOKYO"),
            ("PETALING JAYA: ", "PETALING JAYA"),
            ("KORAN, Bandung - ", "Bandung"),
            ("CONTOH BARU, Thailand – ", "CONTOH BARU, Thailand"),
            ("[KEMAS KINI] CONTOH BARU - ", "CONTOH BARU"),
            ("[YOGYAKARTA] ", "YOGYAKARTA"),
            ("[JAKARTA] Suara Contoh - ", "JAKARTA"),
            ("InfoKABAR, BUENOS AIRES - ", "BUENOS AIRES"),
            ("Contohpos,co.id,INDRAMAYU –", "INDRAMAYU"),
            ("Liwa ( Kabar.co )  – ", "Liwa"),
            ("JAKARTA – INDONESIA. ", "JAKARTA"),
            ("Jakarta, ", "Jakarta"),
            ("Kota Bharu: ", "Kota Bharu"),
        ] {
            assert_eq!(place_of(dateline).as_deref(), Some(expected), "{dateline}");
        }
    }

    #[test]
    fn a_dateline_without_a_place_has_none() {
        for dateline in [
            "KABAR.com - ",
            "CONTOHPOS – ",
            "CP Kota – ",
            "INFO NASIONAL -",
            "KabarKita - ",
            ": ",
            "- ",
            "",
            "Kabar.com Kabar.com - ",
            "KABAR.com &amp;ndash; ",
        ] {
            assert_eq!(place_of(dateline), None, "{dateline}");
        }
    }
}
