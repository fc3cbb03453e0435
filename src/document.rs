//! Documents: a record's text in segments, whether it came flattened or is flattened here from a page.

use std::borrow::Cow;
use std::collections::BTreeSet;

use ego_tree::NodeId;
use scraper::{ElementRef, Html};

use crate::address;
use crate::article::{Record, Segment, Warning};
use crate::judge::markup::Marks;
use crate::judge::pack::PagePart;
use crate::judge::rules::RuleSet;
use crate::judge::selectors::{Marked, PageSelectors};
use crate::metadata::page::{self, PageFacts, Statements};
use crate::metadata::{PortalFacts, language};
use crate::segment::html::{Element, Markup, attribute, flatten, open_frame, parse};
use crate::segment::segments;

/// A record, decoded and segmented.
#[derive(Debug)]
pub struct Document<'a> {
    /// The record as the judge sees it: of a page, the flattened text, and address and headline as the page states them.
    pub record: Cow<'a, Record>,
    /// Its segments, in order.
    pub segments: Vec<Segment>,
    /// For a page, what there is beside the text.
    pub page: Option<Page>,
    /// What went wrong in parsing.
    pub warnings: Vec<Warning>,
}

/// A page beside its text.
#[derive(Debug)]
pub struct Page {
    /// The tree.
    pub html: Html,
    /// What the elements say about each segment.
    pub markup: Markup,
    /// What the page says about its article.
    pub facts: PageFacts,
    /// Number of the pack of its portal, if it was recognised.
    pub portal: Option<u32>,
    /// Whether it is the copy of an archive or a cache, by its address; links lead to other copies, then.
    pub is_copy: bool,
    /// One per segment: whether it stands in what the pack calls the body; empty if no selector finds any text.
    pub selected: Vec<bool>,
    /// One per segment: the rule whose selector drops it; empty if there is none.
    pub dropped: Vec<Option<u32>>,
}

impl<'a> Document<'a> {
    /// The document of a record. Total, and linear in the record.
    #[must_use]
    pub fn new(record: &'a Record, rules: &RuleSet) -> Document<'a> {
        let Some(source) = &record.html else {
            let segments = segments(&record.text);
            let record = match record.url.as_deref().and_then(address::original) {
                None => Cow::Borrowed(record),
                Some(original) => Cow::Owned(Record { url: Some(original.to_owned()), ..record.clone() }),
            };
            return Document { record, segments, page: None, warnings: Vec::new() };
        };
        let (mut html, mut warnings) = parse(source);
        let (mut text, mut segments, mut markup) = flatten(&html);
        if !has_running_text(&segments)
            && let Some(more) = open_frame(&mut html)
        {
            warnings.extend(more);
            (text, segments, markup) = flatten(&html);
        }
        let statements = Statements::gather(&html);
        let stated = record.url.clone().or_else(|| page::address(&statements));
        let original = stated.as_deref().and_then(address::original).map(str::to_owned);
        let is_copy = original.is_some();
        let own = original.clone().or_else(|| record.url.clone());
        let address = original.or(stated);
        let portal = rules.portal_of(address.as_deref(), &text);
        let selectors = portal.and_then(|portal| rules.page_selectors(portal));
        let known = portal.and_then(|portal| rules.packs().get(portal as usize)).map(PortalFacts::of);
        let marked = selectors.map(|selectors| (selectors, selectors.find(&html)));
        let marked = marked.as_ref().map(|(selectors, marked)| (*selectors, marked));
        let facts = page::read(&html, &statements, marked, known.as_ref(), own.as_deref());
        let flat = Record {
            id: record.id.clone(),
            url: address,
            title: record.title.clone().or_else(|| facts.title.as_ref().map(|title| title.value.clone())),
            text,
            ..Record::default()
        };
        let selected = selected(&markup, marked);
        if selectors.is_some_and(|selectors| !selectors.body.is_empty()) && selected.is_empty() {
            let name = known.map(|known| known.name).unwrap_or_default();
            let message =
                format!("no selector of the pack {name} finds the article: has the portal changed its pages?");
            warnings.push(Warning { code: "selectors-found-nothing".to_owned(), message });
        }
        let dropped = dropped(&html, &markup, portal, rules);
        let page = Page { html, markup, facts, portal, is_copy, selected, dropped };
        Document { record: Cow::Owned(flat), segments, page: Some(page), warnings }
    }

    /// What the judge is to know beside the words.
    #[must_use]
    pub fn marks(&self) -> Marks<'_> {
        let Some(page) = &self.page else {
            return Marks::default();
        };
        // Menus may be in any language: long segments tell.
        let text = &self.record.text;
        let long = self.segments.iter().filter(|segment| segment.span.len() >= PROSE).take(PROSE_READ);
        let prose: Vec<&str> = long.filter_map(|segment| text.get(segment.span.clone())).collect();
        let language = language::guess(&prose.join(" "));
        Marks {
            is_local: page.portal.is_some() || matches!(language, Some("id" | "ms")),
            stated_body: page.facts.article_body.as_deref(),
            selected: &page.selected,
            dropped: &page.dropped,
            ..Marks::of(&page.markup)
        }
    }
}

/// Bytes from which a segment tells the language of the page, and how many such segments are read.
const PROSE: usize = 100;
const PROSE_READ: usize = 12;

/// Bytes that long segments have together at least, where a page has text of its own.
const RUNNING: usize = 300;

fn has_running_text(segments: &[Segment]) -> bool {
    let long = segments.iter().map(|segment| segment.span.len()).filter(|length| *length >= PROSE);
    long.sum::<usize>() >= RUNNING
}

/// Writes the paths of segments. Neighbours stand in mostly the same elements: what they share is written once.
#[derive(Debug)]
pub struct Paths<'a> {
    page: &'a Page,
    /// The elements of the last path, outermost first, each with where it ends in `path`.
    around: Vec<(u32, usize)>,
    path: String,
    /// The elements of a path, innermost first.
    upwards: Vec<u32>,
}

impl<'a> Paths<'a> {
    /// The paths of a page's segments.
    #[must_use]
    pub fn new(page: &'a Page) -> Paths<'a> {
        Paths { page, around: Vec::new(), path: String::new(), upwards: Vec::new() }
    }

    /// The elements that a segment stands in, outermost first, each with its id or first class: `body > div#isi > p`.
    pub fn of(&mut self, segment: usize) -> &str {
        let Markup { elements, blocks, .. } = &self.page.markup;
        self.upwards.clear();
        if let Some(block) = blocks.get(segment) {
            let around = elements.upwards(block.inline).filter(|(_, element)| &*element.tag != "html");
            self.upwards.extend(around.map(|(number, _)| number));
        }
        let both = self.around.iter().zip(self.upwards.iter().rev());
        let shared = both.take_while(|((known, _), number)| known == *number).count();
        self.around.truncate(shared);
        self.path.truncate(self.around.last().map_or(0, |(_, end)| *end));
        for &number in self.upwards.iter().rev().skip(shared) {
            let Some(element) = elements.get(number) else { break };
            if !self.path.is_empty() {
                self.path.push_str(" > ");
            }
            self.path.push_str(&element.tag);
            let node = self.page.html.tree.get(element.node).and_then(|node| node.value().as_element());
            let said = |name: &str| node.and_then(|element| attribute(element, name)?.split_ascii_whitespace().next());
            if let Some(id) = said("id") {
                self.path.push('#');
                self.path.push_str(id);
            } else if let Some(class) = said("class") {
                self.path.push('.');
                self.path.push_str(class);
            }
            self.around.push((number, self.path.len()));
        }
        &self.path
    }
}

/// One per segment: whether it stands in what the first of the selectors that finds any text finds; empty if none does.
fn selected(markup: &Markup, marked: Option<(&PageSelectors, &Marked<'_>)>) -> Vec<bool> {
    let bodies = marked.into_iter().flat_map(|(selectors, marked)| marked.of(selectors, PagePart::Body));
    for (_, elements) in bodies {
        let nodes: BTreeSet<NodeId> = elements.iter().map(|element| element.id()).collect();
        let chosen = spread(markup, |element, above| above || nodes.contains(&element.node));
        if chosen.contains(&true) {
            return chosen;
        }
    }
    Vec::new()
}

/// One per segment: the rule whose selector drops it; empty if there is none.
fn dropped(html: &Html, markup: &Markup, portal: Option<u32>, rules: &RuleSet) -> Vec<Option<u32>> {
    let mut hits = Vec::new();
    let dropped = spread(markup, |element, above: Option<u32>| {
        let Some(element) = html.tree.get(element.node).and_then(ElementRef::wrap) else {
            return above;
        };
        rules.element_hits(portal, &element, &mut hits);
        match hits.iter().find(|rule| rules.rule(**rule).kind.is_body()) {
            Some(_) => None,
            None => above.or(hits.first().copied()),
        }
    });
    if dropped.iter().any(Option::is_some) { dropped } else { Vec::new() }
}

/// One per segment: a value that elements hand down to those within.
fn spread<V: Copy + Default>(markup: &Markup, mut value: impl FnMut(&Element, V) -> V) -> Vec<V> {
    let elements = &markup.elements;
    let mut values: Vec<V> = Vec::with_capacity(elements.len());
    for number in 0..elements.len() as u32 {
        let Some(element) = elements.get(number) else { break };
        let above = if element.parent == number { None } else { values.get(element.parent as usize).copied() };
        values.push(value(element, above.unwrap_or_default()));
    }
    let of = |number: u32| values.get(number as usize).copied().unwrap_or_default();
    markup.blocks.iter().map(|block| of(block.inline)).collect()
}
