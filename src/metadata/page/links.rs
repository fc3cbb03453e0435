//! Other articles that a page links to: the links in what was judged to be such, with their addresses.

use std::collections::BTreeSet;

use scraper::Html;

use crate::article::{Cut, Kind, Related, Segment, Span, Verdict};
use crate::segment::html::{Markup, Style, attribute};

/// The links to other articles, in the order of the page, each address once. `address` is the page's own, from which relative
/// ones start.
#[must_use]
pub fn related(
    html: &Html,
    markup: &Markup,
    text: &str,
    segments: &[Segment],
    verdicts: &[Verdict],
    cuts: &[Cut],
    address: Option<&str>,
) -> Vec<Related> {
    let links = |kind: Kind| matches!(kind, Kind::ReadAlso | Kind::RelatedList);
    let whole = segments.iter().zip(verdicts).filter(|(_, verdict)| links(verdict.kind));
    let mut spans: Vec<Span> = whole.map(|(segment, _)| segment.span.clone()).collect();
    spans.extend(cuts.iter().filter(|cut| links(cut.kind)).map(|cut| cut.span.clone()));
    spans.sort_by_key(|span| span.start);
    let mut seen = BTreeSet::new();
    let mut found: Vec<Related> = Vec::new();
    for span in spans {
        let first = markup.inline.partition_point(|inline| inline.span.start < span.start);
        let inside = markup.inline.get(first..).unwrap_or_default();
        for inline in inside.iter().take_while(|inline| inline.span.start < span.end) {
            let Style::Link(node) = inline.style else { continue };
            let title = text.get(inline.span.clone()).unwrap_or_default().trim();
            let element = html.tree.get(node).and_then(|node| node.value().as_element());
            let target = element.and_then(|element| attribute(element, "href")).and_then(|href| resolve(address, href));
            let Some(target) = target.filter(|_| title.split_whitespace().nth(LEAST_WORDS - 1).is_some()) else {
                continue;
            };
            if found.len() < MOST && seen.insert(target.clone()) {
                found.push(Related { title: title.to_owned(), url: Some(target) });
            }
        }
    }
    found
}

/// Words that a headline has at least; shorter links are names of rubrics, `Baca selengkapnya` and the like.
const LEAST_WORDS: usize = 3;

/// So many are kept.
const MOST: usize = 500;

/// The address that a link on a page leads to, if it is one of the web.
fn resolve(page: Option<&str>, href: &str) -> Option<String> {
    let href = href.trim();
    let lower = href.get(..8.min(href.len())).unwrap_or_default().to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return Some(href.to_owned());
    }
    let page = page?;
    let (scheme, rest) = page.split_once("://")?;
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(other) = href.strip_prefix("//") {
        return Some(format!("{scheme}://{other}"));
    }
    if let Some(path) = href.strip_prefix('/') {
        return Some(format!("{scheme}://{host}/{path}"));
    }
    let has_scheme = href.split(['/', '?', '#']).next().is_some_and(|first| first.contains(':'));
    if href.is_empty() || href.starts_with(['#', '?']) || has_scheme {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let slash = if folder.is_empty() { "" } else { "/" };
    Some(format!("{scheme}://{host}/{folder}{slash}{href}"))
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn links_start_from_the_page() {
        let page = Some("https://kabar.example/daerah/7?x=/y");
        for (href, address) in [
            ("http://lain.example/1", Some("http://lain.example/1")),
            ("//cdn.example/2", Some("https://cdn.example/2")),
            ("/3", Some("https://kabar.example/3")),
            ("8?a=b:c", Some("https://kabar.example/daerah/8?a=b:c")),
            ("javascript:void(0)", None),
            ("mailto:a@b.example", None),
            ("#atas", None),
            ("", None),
        ] {
            assert_eq!(resolve(page, href).as_deref(), address, "{href}");
        }
        assert_eq!(resolve(None, "/3"), None);
    }
}
