//! What a page says about itself, apart from its text: JSON-LD, Open Graph, microdata, `<meta>`, marked elements.
//!
//! Reads statements and weighs them; every value comes with its source. What the running text says is read elsewhere
//! (`metadata::describe`); [`merge`] puts both together.

mod gather;
pub mod json_ld;
mod json_repair;
pub mod links;
mod merge;
mod people;
mod times;
mod titles;
mod visible;
mod words;

use scraper::Html;

pub use self::gather::Statements;
pub use self::merge::merge;
use super::PortalFacts;
use super::outlets::{self, Outlets};
use super::published;
use crate::judge::pack::PagePart;
use crate::judge::selectors::{Marked, PageSelectors};
use scraper::{ElementRef, Selector};

/// A value and where the page states it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Stated<T> {
    /// The value.
    pub value: T,
    /// Where it stands: `json-ld:headline`, `meta:og:title`, `microdata:author`, `selector:h1.title`, `element:h1`, `address`.
    pub source: String,
}

impl<T> Stated<T> {
    pub(crate) fn new(value: T, source: impl Into<String>) -> Stated<T> {
        Stated { value, source: source.into() }
    }
}

/// What a page says about itself. What it does not say is `None`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PageFacts {
    /// The headline, without the site's name.
    pub title: Option<Stated<String>>,
    /// Names of those who wrote it: no roles, no outlets.
    pub authors: Option<Stated<Vec<String>>>,
    /// Names of those who edited it.
    pub editors: Option<Stated<Vec<String>>>,
    /// Time of publication: RFC 3339 in the portal's zone, or a plain date.
    pub published: Option<Stated<String>>,
    /// Time of the last update, in the same form.
    pub modified: Option<Stated<String>>,
    /// Rubric or category.
    pub section: Option<Stated<String>>,
    /// Tags or topics.
    pub tags: Option<Stated<Vec<String>>>,
    /// What the page gives as its summary.
    pub description: Option<Stated<String>>,
    /// Address of the lead image.
    pub image: Option<Stated<String>>,
    /// The page's own idea of its address.
    pub canonical_url: Option<Stated<String>>,
    /// What the page states as its language, which is wrong on many pages.
    pub language: Option<Stated<String>>,
    /// What the source of `published` writes, whatever its zone: date and time without offset.
    pub(crate) clock: Option<String>,
    /// The text of the article as JSON-LD gives it: a witness, not a source of text.
    pub article_body: Option<String>,
}

/// Reads what a page says about itself: total, linear in the page.
///
/// `statements` are those of the page, `pack` is what the portal's pack knows of its templates and what it finds on this page,
/// `portal` what it knows of the outlet, `record_url` the address under which the page was fetched.
#[must_use]
pub fn read(
    html: &Html,
    statements: &Statements,
    pack: Option<(&PageSelectors, &Marked<'_>)>,
    portal: Option<&PortalFacts>,
    record_url: Option<&str>,
) -> PageFacts {
    let reader = Reader::new(html, statements, pack, portal, record_url);
    let title = titles::choose(&reader);
    let published = times::published(&reader, title.as_ref());
    PageFacts {
        authors: people::authors(&reader),
        editors: people::editors(&reader),
        modified: times::modified(&reader),
        section: words::section(&reader, title.as_ref()),
        tags: words::tags(&reader),
        description: words::description(&reader),
        image: words::image(&reader),
        canonical_url: reader.address.clone(),
        language: words::language(&reader),
        article_body: statements.articles.first().and_then(|article| article.body.clone()),
        title,
        clock: published.as_ref().map(|(_, written)| written.format(Some(0))),
        published: published.map(|(stated, _)| stated),
    }
}

/// The page's own idea of its address (canonical link, `og:url`, JSON-LD), by which its portal may be recognised.
#[must_use]
pub fn address(statements: &Statements) -> Option<String> {
    words::address(statements, None).map(|stated| stated.value)
}

/// Everything a field is chosen from.
pub(crate) struct Reader<'a> {
    html: &'a Html,
    statements: &'a Statements,
    pack: Option<&'a PageSelectors>,
    /// What the pack's selectors find.
    marked: Option<&'a Marked<'a>>,
    address: Option<Stated<String>>,
    /// The address of the record, else that of the page.
    url: Option<String>,
    outlets: Outlets<'a>,
    /// How the page and the pack call the site.
    site_names: Vec<String>,
    /// Minutes east of Greenwich of the portal's clocks, where known.
    zone: Option<i32>,
}

impl<'a> Reader<'a> {
    fn new(
        html: &'a Html,
        statements: &'a Statements,
        pack: Option<(&'a PageSelectors, &'a Marked<'a>)>,
        portal: Option<&'a PortalFacts>,
        record_url: Option<&str>,
    ) -> Reader<'a> {
        let address = words::address(statements, record_url);
        let url = record_url.map(str::to_owned).or_else(|| address.as_ref().map(|stated| stated.value.clone()));
        let host = url.as_deref().and_then(outlets::host);
        let mut site_names: Vec<String> = portal.map(|facts| facts.names.clone()).unwrap_or_default();
        site_names.extend(portal.map(|facts| facts.name.clone()));
        site_names.extend(host.clone());
        site_names.extend(statements.site_names());
        let site = host.as_deref().and_then(outlets::site).map(str::to_owned);
        Reader {
            html,
            statements,
            pack: pack.map(|(pack, _)| pack),
            marked: pack.map(|(_, marked)| marked),
            outlets: Outlets::new(portal, None).with_names(&site_names).with_names(site.as_slice()),
            zone: published::default_zone(portal, host.as_deref(), None),
            address,
            url,
            site_names,
        }
    }

    /// What the pack's selectors for that part find, selector by selector.
    fn marked(&self, part: PagePart) -> impl Iterator<Item = (&Selector, &[ElementRef<'a>])> {
        self.pack.zip(self.marked).into_iter().flat_map(move |(pack, marked)| marked.of(pack, part))
    }

    /// Whether a source may be believed.
    fn trusts(&self, source: &str) -> bool {
        !self.pack.is_some_and(|pack| pack.ignore.iter().any(|ignored| ignored == source))
    }

    /// What the `<meta>` elements of those names say, in the order of the names, with their sources.
    fn metas(&self, names: &[&str]) -> Vec<Stated<&'a str>> {
        let named = |name: &&str| {
            let source = format!("meta:{name}");
            self.trusts(&source).then(|| self.statements.meta(name)).flatten().map(|text| Stated::new(text, source))
        };
        names.iter().filter_map(named).collect()
    }

    /// What the microdata property says, in the order of the page.
    fn microdata(&self, property: &'static str) -> Vec<Stated<&'a str>> {
        let source = format!("microdata:{property}");
        if !self.trusts(&source) {
            return Vec::new();
        }
        let of = self.statements.microdata.iter().filter(|(name, _)| *name == property);
        of.map(|(_, value)| Stated::new(value.as_str(), source.clone())).collect()
    }
}

#[cfg(test)]
mod tests;
