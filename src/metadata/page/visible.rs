//! Elements that show who wrote and when, marked by packs or by the words that templates use for their classes.
//!
//! Reads elements that are marked, and dates near the headline; running text is never searched.

use scraper::selector::ToCss;
use scraper::{ElementRef, Node, Selector};

use super::gather::{is_silent, is_within, text_of};
use super::{Reader, Stated, times};
use crate::metadata::bylines;
use crate::metadata::dates::{self, Stamp};
use crate::metadata::outlets::squash;
use crate::segment::html::attribute;

/// The name of a pack's selector as a source.
pub(super) fn source_of(selector: &Selector) -> String {
    format!("selector:{}", selector.to_css_string())
}

/// The date that an element shows, else the one that its attributes state.
pub(super) fn shown_date(element: &ElementRef<'_>) -> Option<Stamp> {
    let text = text_of(element);
    let shown = dates::find_all(&text).first().map(|found| found.stamp);
    let value = element.value();
    let attributes = ["datetime", "content", "data-date", "title"];
    shown.or_else(|| attributes.iter().filter_map(|name| attribute(value, name)).find_map(times::parse))
}

/// Those whom an element marked as byline names.
pub(super) fn authors(reader: &Reader<'_>) -> Option<Stated<Vec<String>>> {
    let marked = reader.html.tree.root().descendants().filter_map(ElementRef::wrap).filter(is_byline);
    for element in marked.take(MAX_MARKED) {
        let text = text_of(&element);
        if text.is_empty() || text.chars().count() > LONGEST_BYLINE || is_elsewhere(&element) {
            continue;
        }
        let names = bylines::read(&[vec![text.as_str()]], &reader.outlets).authors;
        if !names.is_empty() {
            return Some(Stated::new(names, "element:byline"));
        }
    }
    None
}

fn is_byline(element: &ElementRef<'_>) -> bool {
    let value = element.value();
    let rel = attribute(value, "rel").is_some_and(|rel| rel.split_ascii_whitespace().any(|word| word == "author"));
    rel || marks(element, &["author", "authors", "byline", "penulis", "reporter", "writer", "wartawan"])
}

const MAX_MARKED: usize = 40;
const LONGEST_BYLINE: usize = 120;

/// Whether a class, an id or a test id of the element has one of those words, whole.
fn marks(element: &ElementRef<'_>, words: &[&str]) -> bool {
    let names = element.value().attrs().filter(|(name, _)| matches!(*name, "class" | "id" | "data-testid"));
    names.flat_map(|(_, names)| names.split(|c: char| !c.is_alphanumeric()).take(40)).any(|name| {
        let hump = name.bytes().skip(1).position(|byte| byte.is_ascii_uppercase());
        let camel = hump.and_then(|at| name.get(..=at)).unwrap_or(name);
        words.iter().any(|word| word.eq_ignore_ascii_case(name) || word.eq_ignore_ascii_case(camel))
    })
}

/// Whether the element stands outside of the article: in menus, columns at the side, lists of other articles, comments.
fn is_elsewhere(element: &ElementRef<'_>) -> bool {
    is_within(element, &["aside", "footer", "nav", "form"])
        || element.ancestors().filter_map(ElementRef::wrap).take(30).any(|outer| {
            outer.value().name() != "body"
                && marks(
                    &outer,
                    &["comment", "comments", "footer", "popular", "recommended", "related", "sidebar", "terkait"],
                )
        })
}

/// The date that is shown nearest to the headline; where none is near, the only one in a marked element.
pub(super) fn date(reader: &Reader<'_>, title: Option<&Stated<String>>) -> Option<Stated<Stamp>> {
    let (headline, shown) = shown_dates(reader, title, false);
    let near = shown.iter().filter_map(|shown| Some((shown.cost(headline)?, shown)));
    let nearest = near.min_by_key(|(cost, _)| *cost).map(|(_, shown)| shown.stamp);
    let only = || {
        let mut marked = shown.iter().filter(|shown| shown.strength > 1 && !shown.is_update);
        let first = marked.next()?.stamp;
        marked.all(|other| other.stamp.date == first.date).then_some(first)
    };
    Some(Stated::new(nearest.or_else(only)?, "element:date"))
}

/// The date that is surely that of the article: in a marked element right below the headline.
pub(super) fn sure_date(reader: &Reader<'_>, title: Option<&Stated<String>>) -> Option<Stated<Stamp>> {
    let (headline, shown) = shown_dates(reader, title, true);
    let below = shown.into_iter().filter(|shown| headline.is_some_and(|headline| shown.at <= headline + NEAR));
    let nearest =
        below.min_by_key(|shown| shown.at + 100 * (3 - shown.strength.min(3)) + 400 * usize::from(shown.is_update))?;
    (!nearest.is_update).then(|| Stated::new(nearest.stamp, "element:date"))
}

/// Where the headline stands, and the dates that the page shows; with `sure`, only those that are marked and right below it.
fn shown_dates(reader: &Reader<'_>, title: Option<&Stated<String>>, sure: bool) -> (Option<usize>, Vec<Shown>) {
    let key = title.map(|title| squash(&title.value));
    let (mut at, mut headline, mut label) = (0_usize, None, None::<usize>);
    let mut shown: Vec<Shown> = Vec::new();
    for node in reader.html.tree.root().descendants() {
        if shown.len() >= MAX_DATES || (sure && headline.is_some_and(|headline| at > headline + NEAR)) {
            break;
        }
        match node.value() {
            Node::Text(text) if !is_silent(node.parent().and_then(ElementRef::wrap)) => {
                let text = text.trim();
                if is_label(text) {
                    label = Some(at);
                }
                if !sure && text.len() <= LONGEST_DATE && text.bytes().any(|byte| byte.is_ascii_digit()) {
                    shown.extend(Shown::read(text, at, 1));
                }
                at += text.chars().count();
            }
            Node::Element(value) => {
                let Some(element) = ElementRef::wrap(node) else {
                    continue;
                };
                if matches!(value.name(), "h1" | "h2") && headline.is_none() {
                    let is_title = key.as_ref().is_some_and(|key| squash(&text_of(&element)) == *key);
                    headline = is_title.then_some(at);
                }
                let is_time = value.name() == "time";
                if (!sure || headline.is_some()) && (is_time || marks(&element, &DATE_WORDS)) {
                    let text = text_of(&element);
                    let labelled = label.is_some_and(|label| at <= label + LONGEST_LABEL);
                    let strength = match (labelled, is_time) {
                        (true, _) => LABELLED,
                        (false, true) => 3,
                        (false, false) => 2,
                    };
                    if text.len() <= LONGEST_DATE && (strength == LABELLED || !is_elsewhere(&element)) {
                        let read = Shown::read(&text, at, strength);
                        // Which number is the day is plain only to machines.
                        let machine = attribute(value, "datetime").and_then(times::parse);
                        let is_update = read.as_ref().is_some_and(|shown| shown.is_update);
                        shown.extend(machine.map(|stamp| Shown { at, strength, stamp, is_update }).or(read));
                    }
                }
            }
            _ => {}
        }
    }
    (headline, shown)
}

/// Whether a text says that what follows is the date of publication.
fn is_label(text: &str) -> bool {
    text.len() <= LONGEST_LABEL
        && LABELS.iter().any(|label| text.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label)))
}

/// What the labels of the date of publication begin with.
const LABELS: [&str; 8] = [
    "date posted",
    "date published",
    "diterbitkan",
    "dipublikasikan",
    "posted",
    "publication date",
    "publish",
    "tayang",
];
/// Labels have at most so many bytes, and so many characters lie between them and the end of what they label.
const LONGEST_LABEL: usize = 24;

/// So many dates are looked at.
const MAX_DATES: usize = 200;

/// Lines that date an article have fewer bytes.
const LONGEST_DATE: usize = 120;

/// Words in the classes of elements that show a date.
const DATE_WORDS: [&str; 12] = [
    "byline",
    "created",
    "date",
    "datetime",
    "meta",
    "posted",
    "published",
    "publish",
    "pubdate",
    "tanggal",
    "time",
    "timestamp",
];

/// A date that is shown.
struct Shown {
    /// How many characters of text stand before it.
    at: usize,
    /// 1 for a line with little else, 2 for a marked element, 3 for a `<time>`, [`LABELLED`].
    strength: usize,
    stamp: Stamp,
    is_update: bool,
}

impl Shown {
    /// The date in a line that has little else.
    fn read(text: &str, at: usize, strength: usize) -> Option<Shown> {
        let Some(found) = dates::find_all(text).into_iter().next() else {
            let stamp = times::american(text).filter(|_| strength > 1)?;
            return Some(Shown { at, strength, stamp, is_update: false });
        };
        let rest = text.chars().count().saturating_sub(found.span.len());
        if strength == 1 && rest > 40 {
            return None;
        }
        let before = text.get(..found.span.start).unwrap_or_default().to_lowercase();
        let strength = if strength > 1 && is_label(before.trim()) { LABELLED } else { strength };
        let is_update = ["update", "modified", "diperbarui", "reviewed"].iter().any(|word| before.contains(word));
        Some(Shown { at, strength, stamp: found.stamp, is_update })
    }

    /// How far it is from the headline, if it is near enough.
    fn cost(&self, headline: Option<usize>) -> Option<usize> {
        let distance = match headline {
            Some(headline) if self.at >= headline => self.at - headline,
            Some(headline) => 2 * (headline - self.at) + 100,
            None => self.at,
        };
        if self.strength == LABELLED && !self.is_update {
            return Some(distance.min(NEAR));
        }
        let near = if self.strength == 1 { NEAR } else { 3 * NEAR };
        (distance <= near || (headline.is_none() && self.strength > 1))
            .then(|| distance + 100 * (3 - self.strength.min(3)) + 400 * usize::from(self.is_update))
    }
}

/// The strength of a date that is said to be that of publication, wherever it stands.
const LABELLED: usize = 4;
/// How many characters a date without a mark may stand from the headline.
const NEAR: usize = 600;
