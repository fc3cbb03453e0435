//! Metadata: from judged segments to what the page says about its article.
//!
//! Reads only what the judges set aside (titles, bylines, dates, tags, cuts); it never searches body text for a name or a
//! date, and it changes no verdict.

use crate::article::{Cut, Metadata, Record, Segment, Verdict};

/// What metadata is read from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The document.
    pub record: &'a Record,
    /// Its segments.
    pub segments: &'a [Segment],
    /// One per segment.
    pub verdicts: &'a [Verdict],
    /// What is not body within body segments, in order.
    pub cuts: &'a [Cut],
    /// The portal, if it was recognised.
    pub portal: Option<&'a PortalFacts>,
}

/// What a pack knows of its portal that metadata needs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PortalFacts {
    /// The pack's name, which is the portal's main host.
    pub name: String,
    /// Names of the outlet as datelines and credits write them.
    pub names: Vec<String>,
    /// Offset of a time that states no zone, such as `+07:00`.
    pub timezone: Option<String>,
}

/// What the page says about the article.
#[must_use]
pub fn describe(context: &Context<'_>) -> Metadata {
    Metadata { title: context.record.title.clone(), ..Metadata::default() }
}
