//! Section, tags, summary, image, address and language, as the page states them.

use super::gather::{fold, text_of};
use super::{Reader, Stated, visible};
use crate::judge::pack::PagePart;
use crate::metadata::outlets::{self, squash};

/// The rubric.
pub(super) fn section(reader: &Reader<'_>, title: Option<&Stated<String>>) -> Option<Stated<String>> {
    let ld =
        reader.statements.articles.iter().find(|article| article.is_article && reader.trusts("json-ld:articleSection"));
    let ld =
        ld.and_then(|article| article.sections.last()).map(|text| Stated::new(text.clone(), "json-ld:articleSection"));
    let metas =
        reader.metas(&["article:section3", "article:section2", "article:section", "content_category", "section"]);
    let metas = metas.into_iter().map(|stated| Stated::new(stated.value.to_owned(), stated.source));
    let microdata = reader.microdata("articleSection").into_iter();
    let microdata = microdata.map(|stated| Stated::new(stated.value.to_owned(), stated.source));
    let title = title.map(|title| squash(&title.value));
    let fits = |stated: &Stated<String>| {
        (2..=60).contains(&stated.value.chars().count())
            && !stated.value.contains("://")
            && stated.value.to_lowercase() != "article"
            && Some(squash(&stated.value)) != title
    };
    marked(reader).into_iter().chain(ld).chain(metas).chain(microdata).find(fits)
}

/// The rubric that the pack's selectors find: the last one of a trail.
fn marked(reader: &Reader<'_>) -> Option<Stated<String>> {
    reader.marked(PagePart::Section).find_map(|(selector, elements)| {
        let mut texts = elements.iter().take(MANY).map(text_of);
        let last = texts.rfind(|text| !text.is_empty())?;
        Some(Stated::new(last, visible::source_of(selector)))
    })
}

const MANY: usize = 60;

/// The tags, each once.
pub(super) fn tags(reader: &Reader<'_>) -> Option<Stated<Vec<String>>> {
    let marked = reader.marked(PagePart::Tags).map(|(selector, elements)| {
        let texts = elements.iter().take(MANY).map(text_of);
        Stated::new(
            texts.map(|text| text.trim_start_matches('#').trim().to_owned()).collect(),
            visible::source_of(selector),
        )
    });
    let ld =
        reader.statements.articles.iter().filter(|article| article.is_article && reader.trusts("json-ld:keywords"));
    let ld = ld.take(1).map(|article| Stated::new(article.keywords.clone(), "json-ld:keywords"));
    let all = |name: &'static str| {
        let source = format!("meta:{name}");
        let texts = if reader.trusts(&source) { reader.statements.meta_all(name) } else { &[] };
        let texts = match texts {
            [one] => one.split([',', ';']).map(fold).collect(),
            texts => texts.to_vec(),
        };
        Stated::new(texts, source)
    };
    let metas = ["article:tag", "content_tags", "content_tag", "news_keywords", "parsely-tags", "keywords"].map(all);
    let mut found = marked.chain(ld).chain(metas).map(|stated| Stated { value: once(stated.value), ..stated });
    found.find(|stated| !stated.value.is_empty())
}

/// Each text once, in order, the empty and the overlong left out.
fn once(texts: Vec<String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for text in texts.into_iter().take(MANY) {
        let short = (1..=80).contains(&text.chars().count());
        if short && !kept.iter().any(|other| other.eq_ignore_ascii_case(&text)) {
            kept.push(text);
        }
    }
    kept
}

/// The summary.
pub(super) fn description(reader: &Reader<'_>) -> Option<Stated<String>> {
    let ld =
        reader.statements.articles.iter().find(|article| article.is_article && reader.trusts("json-ld:description"));
    let ld = ld.and_then(|article| article.description.clone()).map(|text| Stated::new(text, "json-ld:description"));
    let metas = reader.metas(&["og:description", "twitter:description", "description", "dc.description"]);
    let metas = metas.into_iter().map(|stated| Stated::new(stated.value.to_owned(), stated.source));
    let long = |stated: &Stated<String>| stated.value.split_whitespace().count() >= 3;
    ld.into_iter().chain(metas).find(long)
}

/// The lead image.
pub(super) fn image(reader: &Reader<'_>) -> Option<Stated<String>> {
    let ld = reader.statements.articles.iter().find(|article| article.is_article && reader.trusts("json-ld:image"));
    let ld = ld.and_then(|article| article.image.clone()).map(|url| Stated::new(url, "json-ld:image"));
    let metas =
        reader.metas(&["og:image", "og:image:secure_url", "og:image:url", "twitter:image", "twitter:image:src"]);
    let metas = metas.into_iter().map(|stated| Stated::new(stated.value.to_owned(), stated.source));
    let mut found = ld.into_iter().chain(metas);
    found.find_map(|stated| Some(Stated::new(absolute(&stated.value, reader.url.as_deref())?, stated.source)))
}

/// The page's own idea of its address. One that names no page, where the record's does, is that of the site.
pub(super) fn address(statements: &super::gather::Statements, record_url: Option<&str>) -> Option<Stated<String>> {
    let canonical = statements.canonical.as_deref().map(|url| Stated::new(url, "element:link"));
    let og = statements.meta("og:url").map(|url| Stated::new(url, "meta:og:url"));
    let ld = statements.articles.iter().find(|article| article.is_article).and_then(|article| article.url.as_deref());
    let ld = ld.map(|url| Stated::new(url, "json-ld:url"));
    let has_path = |url: &str| {
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
    };
    let names_page = |url: &str| has_path(url) || !record_url.is_some_and(has_path);
    let found = [canonical, og, ld].into_iter().flatten();
    found
        .filter_map(|stated| Some(Stated::new(absolute(stated.value, record_url)?, stated.source)))
        .find(|stated| names_page(&stated.value))
}

/// An address in full, as far as the page's own is known; `None` for what leads nowhere on the web.
pub(super) fn absolute(url: &str, base: Option<&str>) -> Option<String> {
    let url = url.trim();
    if url.is_empty() || url.contains(char::is_whitespace) || url.len() > LONGEST_URL {
        return None;
    }
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        return outlets::host(url).map(|_| url.to_owned());
    }
    let (scheme, rest) = base.and_then(|base| base.split_once("://")).unwrap_or(("https", ""));
    if let Some(rest) = url.strip_prefix("//") {
        return outlets::host(rest).map(|_| format!("{scheme}://{rest}"));
    }
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    url.starts_with('/').then(|| format!("{scheme}://{host}{url}"))
}

const LONGEST_URL: usize = 2048;

/// The language that the page states, as an ISO 639 code.
pub(super) fn language(reader: &Reader<'_>) -> Option<Stated<String>> {
    let html = reader.statements.language.as_deref().map(|code| Stated::new(code, "element:html"));
    let metas = reader.metas(&["og:locale", "content-language", "language", "dc.language"]);
    html.into_iter().chain(metas).find_map(|stated| {
        let code = stated.value.split(['-', '_', ',']).next()?.trim().to_lowercase();
        let plain = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
        plain.then(|| Stated::new(code, stated.source))
    })
}
