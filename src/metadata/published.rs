//! Which of the dates on a page date the article: those in its lines of dates, else those in its bylines.

use std::sync::LazyLock;

use regex::Regex;

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

/// Reads the times; `zone` is the offset, in minutes, of those that state none.
pub(super) fn read(pieces: &Pieces<'_>, zone: Option<i32>) -> Times {
    let (mut published, mut modified) = (None, None);
    for kind in [Kind::Published, Kind::Byline, Kind::Section] {
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
    Times { published: published.map(|stamp| stamp.format(zone)), modified: modified.map(|stamp| stamp.format(zone)) }
}

/// The dates of a run of lines, and whether each is that of an update.
fn stamps(text: &str) -> Vec<(Stamp, bool)> {
    let mut from = 0;
    let mut all = Vec::new();
    for found in dates::find_all(text) {
        let before = text.get(from..found.span.start).unwrap_or_default();
        all.push((found.stamp, UPDATED.is_match(before)));
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

static UPDATED: LazyLock<Regex> = LazyLock::new(|| {
    super::compile(
        r"(?i)\b(?:diperba(?:ha)?rui|diupdate|updated?|dikemas\s?kini|kemas\s?kini|dimutakhirkan|di(?:ubah|revisi)|last\s+modified|modified)\b",
    )
});
