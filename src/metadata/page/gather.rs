//! One walk over a page: its `<meta>`, links, JSON-LD, microdata and headings.
//!
//! Collects only; what to believe is decided where a field is chosen.

use std::collections::HashMap;

use html5ever::local_name;
use scraper::{ElementRef, Html, Node};

use super::json_ld::{self, LdArticle};
use crate::limits;
use crate::segment::html::attribute;

/// What a page states.
#[derive(Debug, Default)]
pub struct Statements {
    /// By name, property or itemprop in lower case: the contents, in the order of the page.
    metas: HashMap<String, Vec<String>>,
    pub(crate) canonical: Option<String>,
    pub(crate) language: Option<String>,
    /// The text of `<title>`.
    pub(crate) title: Option<String>,
    /// The texts of the headings of the first level.
    pub(crate) headings: Vec<String>,
    /// Articles of JSON-LD, the page's own first.
    pub(crate) articles: Vec<LdArticle>,
    /// Names of publishers and sites in JSON-LD.
    pub(crate) publishers: Vec<String>,
    /// Properties of microdata with their values.
    pub(crate) microdata: Vec<(&'static str, String)>,
}

impl Statements {
    /// Walks over the page once.
    #[must_use]
    pub fn gather(html: &Html) -> Statements {
        let mut found = Statements::default();
        let mut scripts = Vec::new();
        for element in html.tree.root().descendants().filter_map(ElementRef::wrap) {
            let value = element.value();
            match value.name() {
                "meta" => found.add_meta(element),
                "link" if attribute(value, "rel").is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) => {
                    found.canonical = found.canonical.take().or_else(|| attribute(value, "href").map(str::to_owned));
                }
                "html" => found.language = attribute(value, "lang").or(attribute(value, "xml:lang")).map(str::to_owned),
                "title" if found.title.is_none() && !is_within(&element, &["svg"]) => {
                    found.title = Some(text_of(&element)).filter(|text| !text.is_empty());
                }
                "script" if is_json_ld(attribute(value, "type")) && scripts.len() < MAX_SCRIPTS => {
                    let text: String = element.text().collect();
                    if text.len() <= limits::JSON_LD {
                        scripts.push(text);
                    }
                }
                "h1" if found.headings.len() < MAX_HEADINGS => {
                    let text = text_of(&element);
                    if !text.is_empty() {
                        found.headings.push(text);
                    }
                }
                _ => {}
            }
            // Asked of every element.
            let mut properties = value.attrs.iter().filter(|(name, _)| name.local == local_name!("itemprop"));
            if let Some((_, properties)) = properties.next() {
                found.add_microdata(element, properties);
            }
        }
        let values = json_ld::parse(&scripts);
        let nodes = json_ld::nodes(&values);
        found.publishers = json_ld::publishers(&nodes);
        let own = [found.canonical.as_deref(), found.meta("og:url")].into_iter().flatten().map(str::to_owned);
        let titles = found.headings.iter().cloned().chain(found.meta("og:title").map(str::to_owned));
        found.articles =
            json_ld::articles(&nodes, &own.collect::<Vec<_>>(), &titles.chain(found.title.clone()).collect::<Vec<_>>());
        found
    }

    /// What the `<meta>` of that name says, if it says something.
    pub(crate) fn meta(&self, name: &str) -> Option<&str> {
        self.meta_all(name).first().map(String::as_str)
    }

    /// What all `<meta>` of that name say.
    pub(crate) fn meta_all(&self, name: &str) -> &[String] {
        self.metas.get(name.to_lowercase().as_str()).map_or(&[], Vec::as_slice)
    }

    /// What the page calls its site.
    pub(crate) fn site_names(&self) -> Vec<String> {
        let metas = ["og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title"];
        let mut names: Vec<String> = metas.iter().filter_map(|name| self.meta(name)).map(str::to_owned).collect();
        names.extend(self.publishers.iter().cloned());
        names.retain(|name| (2..=60).contains(&name.chars().count()));
        names
    }

    fn add_meta(&mut self, element: ElementRef<'_>) {
        let value = element.value();
        let Some(content) = attribute(value, "content").map(fold).filter(|content| !content.is_empty()) else {
            return;
        };
        for key in ["property", "name", "itemprop"] {
            if let Some(name) = attribute(value, key) {
                let contents = self.metas.entry(name.trim().to_lowercase()).or_default();
                if contents.len() < MAX_CONTENTS && contents.last() != Some(&content) {
                    contents.push(content.clone());
                }
            }
        }
    }

    fn add_microdata(&mut self, element: ElementRef<'_>, properties: &str) {
        for property in properties.split_ascii_whitespace() {
            let Some(property) = PROPERTIES.into_iter().find(|known| known.eq_ignore_ascii_case(property)) else {
                continue;
            };
            if self.microdata.len() >= MAX_PROPERTIES || is_of_another_item(&element) {
                return;
            }
            let value = value_of(&element, property);
            if !value.is_empty() {
                self.microdata.push((property, value));
            }
        }
    }
}

const MAX_SCRIPTS: usize = 40;
const MAX_HEADINGS: usize = 20;
const MAX_CONTENTS: usize = 100;
const MAX_PROPERTIES: usize = 200;

/// Properties of an article that microdata may state.
const PROPERTIES: [&str; 9] = [
    "headline",
    "datePublished",
    "dateModified",
    "dateCreated",
    "author",
    "editor",
    "articleSection",
    "keywords",
    "description",
];

fn is_json_ld(kind: Option<&str>) -> bool {
    kind.is_some_and(|kind| kind.trim().to_ascii_lowercase().starts_with("application/ld+json"))
}

/// What a property says: the attribute that carries it, the name of the item that it is, else its text.
fn value_of(element: &ElementRef<'_>, property: &str) -> String {
    let value = element.value();
    if let Some(text) = attribute(value, "content").or(attribute(value, "datetime")) {
        return fold(text);
    }
    if matches!(property, "author" | "editor") {
        let named = |node: &ElementRef<'_>| attribute(node.value(), "itemprop").is_some_and(|name| name == "name");
        if let Some(name) = element.descendants().filter_map(ElementRef::wrap).skip(1).find(named) {
            return attribute(name.value(), "content").map_or_else(|| text_of(&name), fold);
        }
    }
    text_of(element)
}

/// Whether the property belongs to a comment, a review, a person or another thing than the article.
fn is_of_another_item(element: &ElementRef<'_>) -> bool {
    let outer = element.ancestors().filter_map(ElementRef::wrap).take(MAX_DEPTH);
    let scope = outer.into_iter().find(|ancestor| attribute(ancestor.value(), "itemscope").is_some());
    let Some(scope) = scope else {
        return false;
    };
    let kind = attribute(scope.value(), "itemtype").unwrap_or_default();
    let kind = kind.rsplit(['/', '#']).next().unwrap_or_default();
    let nested =
        attribute(scope.value(), "itemprop").is_some_and(|name| !matches!(name, "mainEntity" | "mainContentOfPage"));
    !kind.is_empty() && !json_ld::is_article(kind) && (nested || !kind.ends_with("Page"))
}

const MAX_DEPTH: usize = 512;

/// Whether one of the ancestors has one of those names.
pub(crate) fn is_within(element: &ElementRef<'_>, names: &[&str]) -> bool {
    element.ancestors().filter_map(ElementRef::wrap).take(MAX_DEPTH).any(|outer| names.contains(&outer.value().name()))
}

/// The text of an element on one line: scripts and styles left out, blocks kept apart.
pub(crate) fn text_of(element: &ElementRef<'_>) -> String {
    let mut text = String::new();
    for node in element.descendants() {
        match node.value() {
            Node::Text(piece) if !is_silent(node.parent().and_then(ElementRef::wrap)) => text.push_str(piece),
            Node::Element(inner) if !INLINE.contains(&inner.name()) => text.push(' '),
            _ => {}
        }
        if text.len() > MAX_TEXT {
            break;
        }
    }
    fold(&text)
}

/// Whatever a field says, it says in so many bytes.
const MAX_TEXT: usize = 8 << 10;

/// Whether the text of an element is that of a script or a style.
pub(crate) fn is_silent(parent: Option<ElementRef<'_>>) -> bool {
    parent.is_some_and(|parent| {
        matches!(parent.value().name(), "script" | "style" | "noscript" | "template" | "svg" | "textarea")
    })
}

/// The text on one line, runs of white space made one space, what cannot be seen taken out.
pub(crate) fn fold(text: &str) -> String {
    let visible = |c: char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}');
    let text: String = text.chars().filter(|&c| visible(c)).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Elements that do not break words.
const INLINE: [&str; 22] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "code", "del", "em", "font", "i", "ins", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "u", "wbr",
];
