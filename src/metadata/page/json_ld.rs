//! JSON-LD: which of the things that a page describes is its article, and what is said of it.
//!
//! Reads schema.org as pages write it, `@graph`, lists, nested and referenced things included. Whom to believe is for the fields.

use std::collections::HashMap;

use scraper::Html;
use serde_json::{Map, Value};

use super::gather::{fold, text_of};
use super::json_repair;
use crate::metadata::outlets::squash;

/// An article as JSON-LD describes it; texts decoded and on one line.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct LdArticle {
    /// `headline`, else `name`.
    pub headline: Option<String>,
    /// `datePublished`, as written.
    pub published: Option<String>,
    /// `dateCreated`, as written.
    pub created: Option<String>,
    /// `dateModified`, as written.
    pub modified: Option<String>,
    /// Names of `author` and `creator`.
    pub authors: Vec<String>,
    /// Names of `editor`.
    pub editors: Vec<String>,
    /// `articleSection`.
    pub sections: Vec<String>,
    /// `keywords`.
    pub keywords: Vec<String>,
    /// `description`.
    pub description: Option<String>,
    /// Address of `image`.
    pub image: Option<String>,
    /// `mainEntityOfPage` or `url`.
    pub url: Option<String>,
    /// `articleBody`, paragraphs apart.
    pub body: Option<String>,
    /// Whether its type is one of articles, and not that of pages.
    pub is_article: bool,
}

/// An object of JSON-LD.
pub(crate) struct LdNode<'v> {
    object: &'v Map<String, Value>,
    /// Whether it is an item of a list, or part of another thing.
    is_part: bool,
}

/// Whether a type of schema.org is one of articles.
#[must_use]
pub fn is_article(kind: &str) -> bool {
    kind.ends_with("Article")
        || kind.ends_with("BlogPosting")
        || matches!(
            kind,
            "Report" | "LiveBlogPosting" | "SocialMediaPosting" | "Review" | "Recipe" | "HowTo" | "Chapter"
        )
}

/// The values of all scripts.
pub(crate) fn parse(scripts: &[String]) -> Vec<Value> {
    scripts.iter().flat_map(|script| json_repair::parse(script)).collect()
}

/// All objects of the values, outer before inner.
pub(crate) fn nodes(values: &[Value]) -> Vec<LdNode<'_>> {
    let mut nodes = Vec::new();
    let mut open: Vec<(&Value, bool)> = values.iter().rev().map(|value| (value, false)).collect();
    while let Some((value, is_part)) = open.pop() {
        match value {
            Value::Array(values) => open.extend(values.iter().rev().map(|value| (value, is_part))),
            Value::Object(object) if nodes.len() < MAX_NODES => {
                for (key, value) in object.iter().rev() {
                    let inner = is_part || !matches!(key.as_str(), "@graph" | "mainEntity" | "mainEntityOfPage");
                    open.push((value, inner));
                }
                nodes.push(LdNode { object, is_part });
            }
            _ => {}
        }
    }
    nodes
}

/// No page describes more things that matter.
const MAX_NODES: usize = 2_000;

/// Names of publishers and sites.
pub(crate) fn publishers(nodes: &[LdNode<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for node in nodes {
        let of_site = types(node.object).any(|kind| matches!(kind, "WebSite" | "NewsMediaOrganization"));
        let publisher = node.object.get("publisher").and_then(|publisher| publisher.get("name"));
        let own = node.object.get("name").filter(|_| of_site);
        for name in publisher.into_iter().chain(own).filter_map(text) {
            if !names.contains(&name) && names.len() < 10 {
                names.push(name);
            }
        }
    }
    names
}

/// The articles among the things, the page's own first: the one with the page's address or headline, else the first that is no
/// part of a list. `urls` and `titles` are what the page says elsewhere.
pub(crate) fn articles(nodes: &[LdNode<'_>], urls: &[String], titles: &[String]) -> Vec<LdArticle> {
    let by_id: HashMap<&str, &Map<String, Value>> = nodes
        .iter()
        .filter(|node| node.object.len() > 1)
        .filter_map(|node| Some((node.object.get("@id")?.as_str()?, node.object)))
        .collect();
    let urls: Vec<String> = urls.iter().map(|url| address_key(url)).collect();
    let titles: Vec<String> = titles.iter().map(|title| squash(title)).collect();
    let mut found: Vec<(u8, LdArticle)> = Vec::new();
    for node in nodes {
        let article = types(node.object).any(is_article);
        let page = types(node.object).any(|kind| kind.ends_with("Page"));
        if !(article || page) || found.len() >= MAX_ARTICLES {
            continue;
        }
        let read = LdArticle { is_article: article, ..read(node.object, &by_id) };
        let same_address = read.url.as_deref().is_some_and(|url| urls.contains(&address_key(url)));
        let key = read.headline.as_deref().map(squash).filter(|key| key.len() > 8);
        let same_title = key.is_some_and(|key| titles.iter().any(|title| title.starts_with(&key) || key == *title));
        let rank = match (article, same_address || same_title, node.is_part) {
            (true, true, _) => 0,
            (true, false, false) => 1,
            (false, true, _) => 2,
            (false, false, false) => 3,
            (_, _, true) => continue,
        };
        found.push((rank, read));
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, article)| article).collect()
}

const MAX_ARTICLES: usize = 50;

fn read(object: &Map<String, Value>, by_id: &HashMap<&str, &Map<String, Value>>) -> LdArticle {
    let string = |key: &str| object.get(key).and_then(text);
    let date = |key: &str| match object.get(key) {
        Some(Value::Number(number)) => Some(number.to_string()),
        value => value.and_then(text),
    };
    let people = |keys: &[&str]| {
        let mut names = Vec::new();
        for value in keys.iter().filter_map(|key| object.get(*key)) {
            names_of(value, by_id, &mut names);
            if !names.is_empty() {
                break;
            }
        }
        names
    };
    let entity = object.get("mainEntityOfPage");
    let entity = entity.and_then(|entity| entity.as_str().or_else(|| entity.get("@id")?.as_str()));
    let body = object.get("articleBody").or(object.get("text")).and_then(Value::as_str).map(paragraphs);
    LdArticle {
        headline: string("headline").or_else(|| string("name")),
        published: date("datePublished"),
        created: date("dateCreated"),
        modified: date("dateModified"),
        authors: people(&["author", "creator"]),
        editors: people(&["editor"]),
        sections: list(object.get("articleSection"), false),
        keywords: list(object.get("keywords"), true),
        description: string("description"),
        image: object.get("image").or(object.get("thumbnailUrl")).and_then(|image| address_of(image, by_id)),
        url: entity.map(str::to_owned).filter(|url| url.starts_with("http")).or_else(|| string("url")),
        body: body.filter(|body| body.chars().count() >= SHORTEST_BODY),
        is_article: false,
    }
}

/// A shorter text is a summary.
const SHORTEST_BODY: usize = 100;

fn types(object: &Map<String, Value>) -> impl Iterator<Item = &str> {
    let kind = object.get("@type");
    let one = kind.and_then(Value::as_str);
    let many = kind.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    one.into_iter().chain(many).map(|kind| kind.rsplit(['/', ':', '#']).next().unwrap_or(kind))
}

/// The text of a value, the first of a list; markup and entities decoded.
fn text(value: &Value) -> Option<String> {
    let raw = match value {
        Value::String(text) => text,
        Value::Array(values) => values.first()?.as_str()?,
        Value::Object(object) => object.get("@value")?.as_str()?,
        _ => return None,
    };
    Some(decode(raw)).filter(|text| !text.is_empty())
}

/// The text of what may be HTML within JSON, on one line.
fn decode(raw: &str) -> String {
    if raw.contains('&') || raw.contains('<') {
        // Some pages escape twice.
        let once = text_of(&Html::parse_fragment(raw).root_element());
        if once.contains('&') && once.contains(';') {
            return text_of(&Html::parse_fragment(&once).root_element());
        }
        return once;
    }
    fold(raw)
}

/// A body with its line breaks, markup decoded.
fn paragraphs(raw: &str) -> String {
    let marked = raw.replace("</p>", "</p>\n").replace("<br", "\n<br");
    let lines = marked.lines().map(|line| if line.contains(['&', '<']) { decode(line) } else { fold(line) });
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The names of people and bodies, references followed once.
fn names_of(value: &Value, by_id: &HashMap<&str, &Map<String, Value>>, names: &mut Vec<String>) {
    let values = match value {
        Value::Array(values) => values.as_slice(),
        value => std::slice::from_ref(value),
    };
    for value in values.iter().take(MAX_NAMES) {
        let name = match value {
            Value::String(name) => Some(decode(name)),
            Value::Object(object) => {
                let referenced = || by_id.get(object.get("@id")?.as_str()?).and_then(|object| object.get("name"));
                object.get("name").or_else(referenced).and_then(text)
            }
            _ => None,
        };
        names.extend(name.filter(|name| !name.is_empty()));
    }
}

const MAX_NAMES: usize = 50;

/// The texts of a list, or of a text with commas.
fn list(value: Option<&Value>, split: bool) -> Vec<String> {
    let values = match value {
        Some(Value::Array(values)) => values.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => return Vec::new(),
    };
    let texts: Vec<String> = values.iter().take(MAX_NAMES).filter_map(text).collect();
    match texts.as_slice() {
        [one] if split => one.split([',', ';']).map(fold).filter(|part| !part.is_empty()).collect(),
        _ => texts,
    }
}

/// The address of an image: a text, an object's `url`, the first of a list.
fn address_of(value: &Value, by_id: &HashMap<&str, &Map<String, Value>>) -> Option<String> {
    let value = if let Value::Array(values) = value { values.first()? } else { value };
    match value {
        Value::String(url) => Some(fold(url)),
        Value::Object(object) => {
            let referenced = || by_id.get(object.get("@id")?.as_str()?).copied();
            let url = |object: &Map<String, Value>| object.get("url").or(object.get("contentUrl")).and_then(text);
            url(object).or_else(|| url(referenced()?))
        }
        _ => None,
    }
}

/// An address without what may differ: scheme, `www`, parameters, a slash at the end.
fn address_key(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    rest.trim_start_matches("www.").trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(scripts: &[&str], urls: &[&str], titles: &[&str]) -> LdArticle {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
        let values = parse(&owned(scripts));
        let nodes = nodes(&values);
        articles(&nodes, &owned(urls), &owned(titles)).into_iter().next().unwrap_or_default()
    }

    #[test]
    fn an_article_is_found_wherever_it_stands() {
        for script in [
            r#"{"@type": "NewsArticle", "headline": "Harga Naik"}"#,
            r#"[{"@type": "WebSite", "name": "Contoh"}, {"@type": "NewsArticle", "headline": "Harga Naik"}]"#,
            r#"{"@graph": [{"@type": "WebPage", "name": "Lain"}, {"@type": ["Article", "X"], "headline": "Harga Naik"}]}"#,
            r#"{"@type": "WebPage", "mainEntity": {"@type": "BlogPosting", "headline": "Harga Naik"}}"#,
            r#"{"@type": "http://schema.org/ReportageNewsArticle", "headline": "Harga &amp; Naik <i>x</i>"}"#,
        ] {
            assert!(first(&[script], &[], &[]).headline.unwrap_or_default().starts_with("Harga"), "{script}");
        }
    }

    #[test]
    fn of_several_articles_the_one_of_the_page_counts() {
        let list = r#"{"@type": "ItemList", "itemListElement": [
            {"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": "Berita Lain Hari Ini"}}]}"#;
        let own = r#"{"@type": "NewsArticle", "headline": "Harga Beras Naik", "url": "https://contoh.id/a/1/"}"#;
        let other = r#"{"@type": "NewsArticle", "headline": "Yang Lain Lagi", "url": "https://contoh.id/a/2"}"#;
        assert_eq!(first(&[list, own], &[], &[]).headline.as_deref(), Some("Harga Beras Naik"));
        assert_eq!(
            first(&[other, own], &["http://www.contoh.id/a/1?x=y"], &[]).url.as_deref(),
            Some("https://contoh.id/a/1/")
        );
        assert_eq!(
            first(&[other, own], &[], &["Harga Beras Naik | Contoh"]).headline.as_deref(),
            Some("Harga Beras Naik")
        );
        assert_eq!(first(&[list], &[], &[]), LdArticle::default());
    }

    #[test]
    fn people_are_read_in_all_their_forms() {
        for (author, expected) in [
            (r#""Budi Contoh""#, &["Budi Contoh"][..]),
            (r#"{"@type": "Person", "name": "Budi Contoh"}"#, &["Budi Contoh"]),
            (r#"[{"name": "Budi Contoh"}, {"name": ["Sari Misal"]}]"#, &["Budi Contoh", "Sari Misal"]),
            (r##"{"@id": "#p1"}"##, &["Umpama Jaya"]),
            (r#"{"name": ""}"#, &[]),
            ("null", &[]),
        ] {
            let script = format!(
                r##"{{"@graph": [{{"@type": "Article", "author": {author}}}, {{"@type": "Person", "@id": "#p1", "name": "Umpama Jaya"}}]}}"##
            );
            assert_eq!(first(&[&script], &[], &[]).authors, expected, "{author}");
        }
    }

    #[test]
    fn keywords_and_bodies_are_taken_apart() {
        let body = "Harga naik. ".repeat(12);
        let script = format!(
            r#"{{"@type": "NewsArticle", "keywords": "beras, harga", "articleBody": "<p>{body}</p><p>Warga &amp; petani.</p>", "image": ["https://contoh.id/a.jpg"]}}"#
        );
        let article = first(&[&script], &[], &[]);
        assert_eq!(article.keywords, ["beras", "harga"]);
        assert_eq!(article.image.as_deref(), Some("https://contoh.id/a.jpg"));
        assert_eq!(article.body, Some(format!("{}\nWarga & petani.", body.trim())));
    }
}
