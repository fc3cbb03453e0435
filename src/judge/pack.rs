//! The schema of rule packs.

use serde::Deserialize;

use crate::article::Kind;

/// One TOML file of rules: `packs/common/*.toml`, `packs/lang/<code>.toml`, `packs/portal/<host>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Equals the file's stem.
    pub name: String,
    /// Portal packs: hosts, subdomains included.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Portal packs: names of the outlet as datelines and credits write them, such as `KOMPAS.com`.
    #[serde(default)]
    pub names: Vec<String>,
    /// Portal packs: literal phrases that give the portal away in bare text.
    #[serde(default)]
    pub fingerprints: Vec<String>,
    /// Portal packs: offset of a time that states no zone, such as `+07:00`.
    #[serde(default)]
    pub timezone: Option<String>,
    /// Words of the language that packs of a language list (months, roles, …) come with the metadata module, not here.
    #[serde(default, rename = "rule")]
    pub rules: Vec<Rule>,
}

/// One rule: where it looks, what it looks for, and what that means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Reads after "drop": `share-bar`, `read-also`. Unique within its pack.
    pub id: String,
    /// What the match is. A body kind makes this a keep rule, which beats drop rules.
    pub kind: Kind,
    /// Why portals print it, in a sentence.
    pub why: String,
    /// Where in the document it counts.
    #[serde(default, rename = "where")]
    pub zone: Zone,
    /// The whole segment equals one of these (case folded, white space folded).
    #[serde(default)]
    pub equals: Vec<String>,
    /// The segment begins with one of these.
    #[serde(default)]
    pub prefix: Vec<String>,
    /// The segment contains one of these, at word boundaries.
    #[serde(default)]
    pub contains: Vec<String>,
    /// A regular expression, matched against the segment as written, white space folded.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Whether case counts in `equals`, `prefix` and `contains`.
    #[serde(default)]
    pub case: bool,
    /// What a match takes.
    #[serde(default)]
    pub takes: Takes,
    /// Whether it decides or only counts as evidence.
    pub strength: Strength,
    /// Lines that it must match.
    #[serde(default)]
    pub hit: Vec<String>,
    /// Lines that it must leave alone.
    #[serde(default)]
    pub miss: Vec<String>,
}

/// Where in a document a rule counts, relative to the article's long sentences.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// Before the first long sentence.
    Head,
    /// From the first long sentence to the last.
    Body,
    /// After the last long sentence.
    Tail,
    /// Anywhere.
    #[default]
    Any,
}

/// What a match takes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Takes {
    /// The segment.
    #[default]
    Line,
    /// The segment; the headline-shaped segments that follow are likely its list.
    List,
    /// The segment; what follows, to the end of the document, is likely not article.
    Rest,
    /// The stretch of the segment that the pattern matches (its first group, if it has one).
    Span,
}

/// Whether a match decides or only counts as evidence.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A match settles the verdict.
    Certain,
    /// A match is evidence, weighed with the rest.
    Hint,
}
