//! The nouns: what a record, a segment, a verdict and an article are.
//!
//! Data only. Reading, judging and writing live elsewhere and meet here.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a segment, or a span within one, is to the article.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Running text of the article, quotes and list items included.
    Paragraph,
    /// A subheading inside the article.
    Heading,
    /// The headline, the first time it stands.
    Title,
    /// A lead or teaser above the article.
    Standfirst,
    /// Author, reporter, editor, photographer, initials.
    Byline,
    /// Date or time of publication or update.
    Published,
    /// Breadcrumb, rubric, category.
    Section,
    /// Image caption, credit or alternative text.
    Caption,
    /// Tag or topic list, its label included.
    Tags,
    /// Where the story was taken from.
    Source,
    /// Place and outlet before the first sentence.
    Dateline,
    /// A link to another article inside or right under the text.
    ReadAlso,
    /// A list of other articles.
    RelatedList,
    /// Advertisement markers and their instructions.
    Ad,
    /// Share bars, copy-link.
    Share,
    /// Follow us, subscribe, app, channel, newsletter, donation.
    Promo,
    /// Comment widgets, counters and policies.
    Comments,
    /// Page numbers, next page, show all.
    Pagination,
    /// Menus, search boxes, log in, site-wide links.
    Navigation,
    /// What stands in for a video, gallery, post or poll.
    Embed,
    /// Copyright, disclaimers, privacy, cookie notices.
    Legal,
    /// Names of icons, buttons, counters, tickers, reading time.
    Ui,
    /// The headline, caption, standfirst or a paragraph, standing again.
    Duplicate,
}

impl Kind {
    /// Every kind, in the order in which models number them.
    pub const ALL: [Kind; 23] = [
        Kind::Paragraph,
        Kind::Heading,
        Kind::Title,
        Kind::Standfirst,
        Kind::Byline,
        Kind::Published,
        Kind::Section,
        Kind::Caption,
        Kind::Tags,
        Kind::Source,
        Kind::Dateline,
        Kind::ReadAlso,
        Kind::RelatedList,
        Kind::Ad,
        Kind::Share,
        Kind::Promo,
        Kind::Comments,
        Kind::Pagination,
        Kind::Navigation,
        Kind::Embed,
        Kind::Legal,
        Kind::Ui,
        Kind::Duplicate,
    ];

    /// Whether text of this kind is part of the clean body.
    #[must_use]
    pub fn is_body(self) -> bool {
        matches!(self, Kind::Paragraph | Kind::Heading)
    }

    /// Whether text of this kind leaves the body for the record's metadata.
    #[must_use]
    pub fn is_metadata(self) -> bool {
        matches!(
            self,
            Kind::Title
                | Kind::Standfirst
                | Kind::Byline
                | Kind::Published
                | Kind::Section
                | Kind::Caption
                | Kind::Tags
                | Kind::Source
                | Kind::Dateline
        )
    }

    /// The name used in packs, gold annotations and records, such as `read_also`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Paragraph => "paragraph",
            Kind::Heading => "heading",
            Kind::Title => "title",
            Kind::Standfirst => "standfirst",
            Kind::Byline => "byline",
            Kind::Published => "published",
            Kind::Section => "section",
            Kind::Caption => "caption",
            Kind::Tags => "tags",
            Kind::Source => "source",
            Kind::Dateline => "dateline",
            Kind::ReadAlso => "read_also",
            Kind::RelatedList => "related_list",
            Kind::Ad => "ad",
            Kind::Share => "share",
            Kind::Promo => "promo",
            Kind::Comments => "comments",
            Kind::Pagination => "pagination",
            Kind::Navigation => "navigation",
            Kind::Embed => "embed",
            Kind::Legal => "legal",
            Kind::Ui => "ui",
            Kind::Duplicate => "duplicate",
        }
    }

    /// The kind of that name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A stretch of a document's decoded text: byte offsets, end exclusive.
pub type Span = Range<usize>;

/// One item of the input, decoded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// The record's own id, or where it stands (`file:line`, or the file's path).
    pub id: String,
    /// The address of the page, if the input states it.
    pub url: Option<String>,
    /// The headline, if the input states it beside the text.
    pub title: Option<String>,
    /// The raw text, decoded but otherwise as it came; empty for a page.
    pub text: String,
    /// The HTML of the page, decoded but otherwise as it came; `None` for flattened text.
    pub html: Option<String>,
    /// The other fields of the input record, in their order, to be passed through.
    pub extra: Map<String, Value>,
    /// What went wrong while reading and decoding.
    pub warnings: Vec<Warning>,
}

/// A block of a document: in flattened text, a line that is not blank.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Segment {
    /// Where it stands in the record's text, white space around it left out.
    pub span: Span,
    /// How many blank lines stand before it.
    pub blank_before: u32,
}

/// What decided a verdict.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reason {
    /// A rule of a pack, by its number in the rule set.
    Rule(u32),
    /// The learned model of segments.
    Segments,
    /// It is a paragraph beyond doubt, and was not weighed: prose that ends as prose does, beside other prose, of which nothing
    /// says anything else.
    Prose,
    /// The learned model of spans.
    Spans,
    /// The same words stand earlier in the document.
    Repetition,
}

/// What a segment is, and why.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// What the segment is.
    pub kind: Kind,
    /// What decided.
    pub reason: Reason,
    /// The model's probability that the segment is of this kind, from 0 to 1.
    pub probability: f32,
}

/// A stretch of a body segment that is not body.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// Number of the segment it stands in.
    pub segment: usize,
    /// Where it stands in the record's text; within the segment's span.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// What decided.
    pub reason: Reason,
}

/// The clean article of one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// The id of its record.
    pub id: String,
    /// The address of its page.
    pub url: Option<String>,
    /// Paragraphs and headings in order, a blank line between them.
    pub text: String,
    /// The same with headings, lists, quotes, tables and emphasis marked, if the cleaner was asked for it.
    pub markdown: Option<String>,
    /// What the page says about the article.
    pub metadata: Metadata,
    /// For a page, where each field of `metadata` that the page states comes from.
    pub origins: Vec<Origin>,
    /// Estimated probability, from 0 to 1, that `text` is complete and clean.
    pub confidence: f32,
    /// For a page, its flattened text, to which `removed` refers; `None` for text, where that is the record's own.
    pub flat: Option<String>,
    /// Every stretch of the input that is not in `text`, in order.
    pub removed: Vec<Removed>,
    /// What went wrong or should be looked at.
    pub warnings: Vec<Warning>,
}

/// What the page says about the article. Absent scalars are `None`, absent lists empty.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Metadata {
    /// The headline.
    pub title: Option<String>,
    /// Names of those who wrote it: no roles, no initials.
    pub authors: Vec<String>,
    /// Names of those who edited it.
    pub editors: Vec<String>,
    /// Time of publication: RFC 3339 with the zone's offset, or a plain date.
    pub published: Option<String>,
    /// Time of the last update, in the same form.
    pub modified: Option<String>,
    /// Host of the portal, without `www`.
    pub portal: Option<String>,
    /// The place in the dateline, as written.
    pub place: Option<String>,
    /// The dateline itself, as written.
    pub dateline: Option<String>,
    /// Rubric or category.
    pub section: Option<String>,
    /// The standfirst.
    pub description: Option<String>,
    /// Tags or topics.
    pub tags: Vec<String>,
    /// Captions of images, with their credits.
    pub captions: Vec<String>,
    /// Where the story was taken from.
    pub source: Option<String>,
    /// Other articles that the page links to.
    pub related: Vec<Related>,
    /// Language of the text: an ISO 639-1 code.
    pub language: Option<String>,
    /// Address of the lead image.
    pub image: Option<String>,
    /// The page's own idea of its address.
    pub canonical_url: Option<String>,
}

/// Another article that the page links to.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Related {
    /// Its headline.
    pub title: String,
    /// Its address, where the input has it.
    pub url: Option<String>,
}

/// Where a field of the metadata comes from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// The field, such as `title`.
    pub field: &'static str,
    /// The source, such as `json-ld:headline`, or `text`.
    pub source: String,
}

/// A stretch of the input that did not reach the clean text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Removed {
    /// What it is.
    pub kind: Kind,
    /// The rule or evidence that decided, such as `id/read-also/prefix` or `model/segments`.
    pub rule: String,
    /// Where it stands in the decoded input, or in the flattened text of a page, in bytes.
    pub span: Span,
    /// For a page, the elements it stands in, outermost first, such as `body > div.content > p`.
    pub path: Option<String>,
}

/// Something about a record that its user should know.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Warning {
    /// A stable name, such as `invalid-utf8`.
    pub code: String,
    /// What happened, in words.
    pub message: String,
}
