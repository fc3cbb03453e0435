//! Which of the dates on a page date the article: those in its lines of dates, else those in its bylines.

use crate::article::Kind;

use super::PortalFacts;
use super::dates::{self, Stamp};
use super::pieces::Pieces;

/// When the article was published and last changed.
#[derive(Debug, Default)]
pub(super) struct Times {
    pub(super) published: Option<String>,
    pub(super) modified: Option<String>,
}

/// Reads the times; `zone` gives the offset, in minutes, of those that state none.
pub(super) fn read(pieces: &Pieces<'_>, zone: impl FnOnce() -> Option<i32>) -> Times {
    let (mut published, mut modified) = (None, None);
    for kind in [Kind::Published, Kind::Byline, Kind::Section] {
        if !pieces.of(kind).any(dates::has_year) {
            continue;
        }
        for run in pieces.runs(&[kind], &[]) {
            // A long byline is a note on the author; the dates in it are those of other things.
            if kind == Kind::Byline && run.iter().all(|line| line.split_whitespace().count() > WORDS_OF_BYLINE) {
                continue;
            }
            for (stamp, is_update) in stamps(&run.join("\n")) {
                let field = if is_update { &mut modified } else { &mut published };
                field.get_or_insert(stamp);
            }
        }
    }
    if published.is_none() && modified.is_none() {
        return Times::default();
    }
    let zone = zone();
    Times { published: published.map(|stamp| stamp.format(zone)), modified: modified.map(|stamp| stamp.format(zone)) }
}

/// The dates of a run of lines, and whether each is that of an update.
fn stamps(text: &str) -> Vec<(Stamp, bool)> {
    let mut from = 0;
    let mut all = Vec::new();
    for found in dates::find_all(text) {
        let before = text.get(from..found.span.start).unwrap_or_default();
        all.push((found.stamp, tells_of_update(before)));
        from = found.span.end;
    }
    all
}

/// The offset of times without a zone, in minutes: the portal's, else that of the country that host and language suggest.
pub(super) fn default_zone(portal: Option<&PortalFacts>, host: Option<&str>, language: Option<&str>) -> Option<i32> {
    let of_portal = portal.and_then(|portal| portal.timezone.as_deref()).and_then(dates::parse_offset);
    let name = host.or(portal.map(|portal| portal.name.as_str())).unwrap_or_default();
    of_portal.or_else(|| match (name.rsplit('.').next(), language) {
        (Some("my" | "sg" | "bn"), _) => Some(8 * 60),
        (Some("id"), _) | (_, Some("id")) => Some(7 * 60),
        (_, Some("ms")) => Some(8 * 60),
        _ => None,
    })
}

/// Bylines with more words than this are notes.
const WORDS_OF_BYLINE: usize = 20;

/// Whether there is a word for updates in a text.
fn tells_of_update(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is = |word: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    // `dikemas kini` may be two words.
    let goes_on = |behind: &str| {
        let behind = behind.strip_prefix(char::is_whitespace).unwrap_or_default();
        super::strip_word(behind, "kini").is_some_and(super::is_word_end)
    };
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c| !is_word(c));
        let (word, behind) = rest.split_at(rest.find(|c| !is_word(c)).unwrap_or(rest.len()));
        if word.is_empty() {
            return false;
        }
        if is(word, &UPDATED) || is(word, &["dikemas", "kemas"]) && goes_on(behind) {
            return true;
        }
        rest = behind;
    }
}

/// Words for updates.
const UPDATED: [&str; 11] = [
    "diperbarui",
    "diperbaharui",
    "diupdate",
    "update",
    "updated",
    "dikemaskini",
    "kemaskini",
    "dimutakhirkan",
    "diubah",
    "direvisi",
    "modified",
];
