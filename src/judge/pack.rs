//! The schema of rule packs, and reading one: TOML in, checked rules out, or an error with file and line.
//!
//! Does not touch the file system (`gather` does), does not say what makes sense beyond the schema (`check` does) and does
//! not compile anything for matching (`matcher` does).
//! `packs/README.md` is the same schema for those who write packs. `build.rs` uses this file too: the crate's own packs are
//! read when it is built.

use std::fmt;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::check::{check, check_patterns};
use crate::article::Kind;
use crate::pattern::latin_classes;

/// One TOML file of rules: `packs/common/*.toml`, `packs/lang/<code>.toml`, `packs/portal/<host>.toml`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Pack {
    /// The file's stem.
    pub name: String,
    /// The file it was read from, as errors name it.
    pub file: String,
    /// Portal packs: hosts, subdomains included.
    pub hosts: Vec<String>,
    /// Portal packs: names of the outlet as datelines and credits write them, such as `EXAMPLE.com`.
    pub names: Vec<String>,
    /// Language packs: places that datelines name, as the language writes them.
    pub places: Vec<String>,
    /// Portal packs: literal phrases that give the portal away in bare text.
    pub fingerprints: Vec<String>,
    /// Portal packs: offset of a time that states no zone, such as `+07:00`.
    pub timezone: Option<String>,
    /// Portal packs: where the portal's pages keep what.
    pub page: PageTable,
    /// The rules, in the order of the file.
    pub rules: Vec<Rule>,
}

/// A portal pack's `[page]`: where its pages keep what, and which of their statements to believe.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PageTable {
    /// By part: selectors, in the order in which they are tried.
    parts: [Vec<PageSelector>; PagePart::ALL.len()],
    /// Sources not to be believed, by name, such as `meta:author`.
    pub ignore: Vec<String>,
    /// Sources of times whose clock is the portal's, whatever zone they state.
    pub local_time: Vec<String>,
    /// Sources of times whose clock is UTC, whatever zone they state.
    pub utc_time: Vec<String>,
    /// Snippets of HTML in which the selectors find something.
    pub examples: Vec<String>,
}

impl PageTable {
    /// The selectors of a part, in the order in which they are tried.
    #[must_use]
    pub fn part(&self, part: PagePart) -> &[PageSelector] {
        self.parts.get(part as usize).map_or(&[], Vec::as_slice)
    }

    /// Adds another table on top: its selectors are tried first.
    pub(crate) fn merge(&mut self, other: PageTable) {
        for (mine, mut newer) in self.parts.iter_mut().zip(other.parts) {
            mine.retain(|old| newer.iter().all(|new| new.css != old.css));
            newer.append(mine);
            *mine = newer;
        }
        self.ignore.extend(other.ignore);
        self.local_time.extend(other.local_time);
        self.utc_time.extend(other.utc_time);
        self.examples.extend(other.examples);
    }
}

/// What of a page a selector finds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum PagePart {
    /// The element that holds the article's text.
    Body,
    /// The headline.
    Title,
    /// Who wrote it.
    Author,
    /// Who edited it.
    Editor,
    /// When it was published.
    Date,
    /// Its rubric.
    Section,
    /// Its tags.
    Tags,
}

impl PagePart {
    /// All parts.
    pub const ALL: [PagePart; 7] = [
        PagePart::Body,
        PagePart::Title,
        PagePart::Author,
        PagePart::Editor,
        PagePart::Date,
        PagePart::Section,
        PagePart::Tags,
    ];

    /// The key that packs use, such as `body`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            PagePart::Body => "body",
            PagePart::Title => "title",
            PagePart::Author => "author",
            PagePart::Editor => "editor",
            PagePart::Date => "date",
            PagePart::Section => "section",
            PagePart::Tags => "tags",
        }
    }
}

/// A selector of a pack's `[page]`.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PageSelector {
    /// The selector.
    pub css: String,
    /// The line of the file on which it stands, from 1.
    pub line: usize,
}

/// One rule: where it looks, what it looks for, and what that means.
#[derive(Clone, Debug, Deserialize, Serialize)]
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
    /// The whole segment equals one of these, decoration at its ends aside.
    #[serde(default)]
    pub equals: Vec<String>,
    /// The segment begins with one of these, decoration before it aside.
    #[serde(default)]
    pub prefix: Vec<String>,
    /// The segment contains one of these, at word boundaries.
    #[serde(default)]
    pub contains: Vec<String>,
    /// A regular expression that matches the whole segment; for spans, a stretch of it.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Literals one of which must be in the segment for `pattern` to be tried; case does not count.
    #[serde(default)]
    pub needs: Vec<String>,
    /// A CSS selector of elements; the rule takes each with all that is in it. Pages only.
    #[serde(default)]
    pub selector: Option<String>,
    /// Whether case counts in `equals`, `prefix` and `contains`.
    #[serde(default)]
    pub case: bool,
    /// Longest segment it matches, in characters; see [`Rule::limit`].
    #[serde(default)]
    pub longest: Option<usize>,
    /// What a match takes.
    #[serde(default)]
    pub takes: Takes,
    /// Whether it decides or only counts as evidence.
    pub strength: Strength,
    /// Lines that it must match; for a selector, snippets of HTML in which it finds something.
    #[serde(default)]
    pub hit: Vec<String>,
    /// Lines, or snippets of HTML, that it must leave alone.
    #[serde(default)]
    pub miss: Vec<String>,
    /// The line of the file on which the rule begins, from 1.
    #[serde(skip)]
    pub line: usize,
}

/// Where in a document a rule counts, relative to the article's long sentences.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
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

impl Zone {
    /// Whether some segment can lie in both.
    #[must_use]
    pub fn overlaps(self, other: Zone) -> bool {
        self == other || self == Zone::Any || other == Zone::Any
    }
}

/// What a match takes.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
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
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// A match settles the verdict.
    Certain,
    /// A match is evidence, weighed with the rest.
    Hint,
}

/// What a rule looks for. The order is that of precision: the later beats the earlier.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Matcher {
    /// Literals within the segment.
    Contains,
    /// Literals at its beginning.
    Prefix,
    /// A regular expression.
    Pattern,
    /// The whole segment.
    Equals,
    /// An element of a page, with all that is in it.
    Selector,
}

impl Matcher {
    /// The key that packs use, such as `prefix`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Matcher::Contains => "contains",
            Matcher::Prefix => "prefix",
            Matcher::Pattern => "pattern",
            Matcher::Equals => "equals",
            Matcher::Selector => "selector",
        }
    }
}

/// The longest segment, in characters, that a rule takes out of the article if it does not say itself how long one may be: what is
/// longer may be an article that was run into one line.
pub const LONGEST_CHROME: usize = 700;

impl Rule {
    /// The longest segment that the rule matches, in characters.
    #[must_use]
    pub fn limit(&self) -> Option<usize> {
        let may_take_text = self.strength == Strength::Certain
            && self.takes != Takes::Span
            && !self.kind.is_body()
            && self.equals.is_empty();
        self.longest.or(may_take_text.then_some(LONGEST_CHROME))
    }

    /// The rule's one matcher, by precedence if a rule built by hand has several.
    #[must_use]
    pub fn matcher(&self) -> Matcher {
        if self.selector.is_some() {
            Matcher::Selector
        } else if !self.equals.is_empty() {
            Matcher::Equals
        } else if self.pattern.is_some() {
            Matcher::Pattern
        } else if !self.prefix.is_empty() {
            Matcher::Prefix
        } else {
            Matcher::Contains
        }
    }

    /// The literals of its matcher; patterns and selectors have none.
    #[must_use]
    pub fn literals(&self) -> &[String] {
        match self.matcher() {
            Matcher::Contains => &self.contains,
            Matcher::Prefix => &self.prefix,
            Matcher::Equals => &self.equals,
            Matcher::Pattern | Matcher::Selector => &[],
        }
    }

    /// Its pattern as it is compiled: a whole line, unless it takes a stretch.
    pub(crate) fn full_pattern(&self) -> Option<String> {
        let pattern = latin_classes(self.pattern.as_deref()?);
        Some(if self.takes == Takes::Span { pattern } else { format!("^(?:{pattern})$") })
    }
}

/// Why a pack cannot be used: where, and what to do about it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct PackError {
    /// The pack's file, or the folder that could not be read.
    pub file: String,
    /// The line, from 1; 0 if the error is not about a line.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

impl PackError {
    pub(crate) fn new(file: &str, line: usize, message: impl Into<String>) -> PackError {
        PackError { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for PackError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

/// Reads a pack. `file` is how errors name it; its stem must be the pack's name.
///
/// # Errors
/// The first thing in the pack that does not fit the schema.
pub fn parse(file: &str, text: &str) -> Result<Pack, PackError> {
    let pack = parse_trusted(file, text)?;
    check_patterns(&pack)?;
    Ok(pack)
}

/// Reads a pack whose patterns the crate's own tests have compiled: as `parse`, without compiling them.
pub(crate) fn parse_trusted(file: &str, text: &str) -> Result<Pack, PackError> {
    let before = |offset: usize| text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let line_of = |offset: usize| 1 + memchr::memchr_iter(b'\n', before(offset)).count();
    let raw: RawPack = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(span.start));
        PackError::new(file, line, error.message().replace('\n', " "))
    })?;
    let name_line = line_of(raw.name.span().start);
    let name = raw.name.into_inner();
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file).trim_end_matches(".toml");
    if name != stem {
        let message = format!("the pack is called `{name}`, the file `{stem}`: make them the same");
        return Err(PackError::new(file, name_line, message));
    }
    let rules = raw.rules.into_iter().map(|rule| {
        let line = line_of(rule.span().start);
        Rule { line, ..rule.into_inner() }
    });
    let pack = Pack {
        name,
        file: file.to_owned(),
        hosts: raw.hosts,
        names: raw.names,
        places: raw.places,
        fingerprints: raw.fingerprints,
        timezone: raw.timezone,
        page: raw.page.into_table(line_of),
        rules: rules.collect(),
    };
    check(&pack, name_line)?;
    Ok(pack)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPack {
    name: Spanned<String>,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    places: Vec<String>,
    #[serde(default)]
    fingerprints: Vec<String>,
    #[serde(default)]
    timezone: Option<String>,
    #[serde(default)]
    page: RawPage,
    #[serde(default, rename = "rule")]
    rules: Vec<Spanned<Rule>>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawPage {
    body: Vec<Spanned<String>>,
    title: Vec<Spanned<String>>,
    author: Vec<Spanned<String>>,
    editor: Vec<Spanned<String>>,
    date: Vec<Spanned<String>>,
    section: Vec<Spanned<String>>,
    tags: Vec<Spanned<String>>,
    ignore: Vec<String>,
    local_time: Vec<String>,
    utc_time: Vec<String>,
    examples: Vec<String>,
}

impl RawPage {
    fn into_table(self, line_of: impl Fn(usize) -> usize) -> PageTable {
        let parts = [self.body, self.title, self.author, self.editor, self.date, self.section, self.tags];
        let with_lines = |list: Vec<Spanned<String>>| {
            let selector =
                |text: Spanned<String>| PageSelector { line: line_of(text.span().start), css: text.into_inner() };
            list.into_iter().map(selector).collect()
        };
        PageTable {
            parts: parts.map(with_lines),
            ignore: self.ignore,
            local_time: self.local_time,
            utc_time: self.utc_time,
            examples: self.examples,
        }
    }
}
