//! Who wrote and who edited, as the page states it: names only, no roles, no outlets, no addresses.

use super::gather::text_of;
use super::{Reader, Stated, visible};
use crate::judge::pack::PagePart;
use crate::metadata::bylines;
use crate::metadata::names;
use crate::metadata::outlets::squash;
use crate::metadata::roles::Role;

/// Those who wrote it, by the first source that names somebody.
pub(super) fn authors(reader: &Reader<'_>) -> Option<Stated<Vec<String>>> {
    let ld = reader.trusts("json-ld:author");
    let articles = reader.statements.articles.iter().filter(|article| ld && article.is_article).take(1);
    let of_ld = articles.map(|article| Stated::new(clean(reader, &article.authors, true), "json-ld:author"));
    let tags = many(reader, &["article:author", "og:article:author"]);
    let microdata = reader.microdata("author").into_iter();
    let microdata: Vec<String> = microdata.map(|stated| stated.value.to_owned()).collect();
    let of_microdata = Stated::new(clean(reader, &microdata, true), "microdata:author");
    let found = of_ld.chain(tags).chain([of_microdata]).chain(many(reader, &METAS)).chain(labelled(reader));
    first(found)
        .or_else(|| marked(reader, PagePart::Author, Role::Author))
        .or_else(|| visible::authors(reader).filter(|stated| !stated.value.is_empty()))
}

/// Those who edited it.
pub(super) fn editors(reader: &Reader<'_>) -> Option<Stated<Vec<String>>> {
    let ld = reader.trusts("json-ld:editor");
    let articles = reader.statements.articles.iter().filter(|article| ld && article.is_article).take(1);
    let of_ld = articles.map(|article| Stated::new(clean(reader, &article.editors, true), "json-ld:editor"));
    let microdata: Vec<String> = reader.microdata("editor").into_iter().map(|stated| stated.value.to_owned()).collect();
    let of_microdata = Stated::new(clean(reader, &microdata, true), "microdata:editor");
    first(of_ld.chain([of_microdata]).chain(many(reader, &["content_editor", "dtk:editor"])))
        .or_else(|| marked(reader, PagePart::Editor, Role::Editor))
        .or_else(|| marked(reader, PagePart::Author, Role::Editor))
}

/// Names of `<meta>` that state authors, the plainest first.
const METAS: [&str; 14] = [
    "content_author",
    "content_creator_fullname",
    "dtk:author",
    "author",
    "byl",
    "parsely-author",
    "sailthru.author",
    "cxenseparse:author",
    "cse_author",
    "dc.creator",
    "dcterms.creator",
    "dc.contributor",
    "citation_author",
    "article.author",
];

fn first(mut found: impl Iterator<Item = Stated<Vec<String>>>) -> Option<Stated<Vec<String>>> {
    found.find(|stated| !stated.value.is_empty())
}

/// The names in the `<meta>` elements, each name of `<meta>` by itself.
fn many(reader: &Reader<'_>, names: &[&str]) -> Vec<Stated<Vec<String>>> {
    let of = |name: &&str| {
        let source = format!("meta:{name}");
        let texts = if reader.trusts(&source) { reader.statements.meta_all(name) } else { &[] };
        Stated::new(clean(reader, texts, false), source)
    };
    names.iter().map(of).collect()
}

/// The names in the pairs of label and text that previews of messengers show.
fn labelled(reader: &Reader<'_>) -> Vec<Stated<Vec<String>>> {
    let pair = |number: u8| {
        let label = reader.statements.meta(&format!("twitter:label{number}"))?.to_lowercase();
        let source = format!("meta:twitter:data{number}");
        let is_author =
            ["written by", "ditulis oleh", "author", "penulis", "by"].contains(&label.trim_end_matches(':'));
        let text =
            reader.statements.meta(&format!("twitter:data{number}")).filter(|_| is_author && reader.trusts(&source))?;
        Some(Stated::new(clean(reader, &[text.to_owned()], false), source))
    };
    (1..=3).filter_map(pair).collect()
}

/// The names in the elements that the pack's selectors find: labels such as `Oleh :` give roles, bare names take that of the list.
fn marked(reader: &Reader<'_>, list: PagePart, wanted: Role) -> Option<Stated<Vec<String>>> {
    for (selector, elements) in reader.marked(list) {
        let texts: Vec<String> = elements.iter().take(20).map(text_of).collect();
        let lines: Vec<&str> = texts.iter().map(String::as_str).filter(|text| text.len() < LONGEST_BYLINE).collect();
        let credits = bylines::read(&[lines], &reader.outlets);
        let names = match (wanted, list) {
            (Role::Author, _) => credits.authors,
            (_, PagePart::Editor) if credits.editors.is_empty() => credits.authors,
            _ => credits.editors,
        };
        if !names.is_empty() {
            return Some(Stated::new(names, visible::source_of(selector)));
        }
    }
    None
}

/// What is longer is a note on the author.
const LONGEST_BYLINE: usize = 200;

/// The names in texts that state nothing but names. What names a person for sure may be one word.
pub(super) fn clean(reader: &Reader<'_>, texts: &[String], typed: bool) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let texts =
        texts.iter().filter(|text| text.len() < LONGEST_BYLINE && !text.contains("://") && !text.contains("www."));
    for text in texts {
        if !typed && is_of_makers(text) {
            continue;
        }
        let credits = bylines::read(&[vec![text.as_str()]], &reader.outlets);
        let labelled = text.contains(':') && !credits.authors.is_empty();
        let found = if labelled { credits.authors } else { names::after_label(strip_by(text), &reader.outlets) };
        for name in found {
            if !is_constant(reader, &name, typed) && !kept.iter().any(|other| squash(other) == squash(&name)) {
                kept.push(name);
            }
        }
    }
    kept
}

fn strip_by(text: &str) -> &str {
    let lower = text.to_lowercase();
    let by = ["by ", "oleh "].into_iter().find(|by| lower.starts_with(by));
    by.and_then(|by| text.get(by.len()..)).unwrap_or(text)
}

/// Whether a name is that of the makers of the site, which stands on all of its pages.
fn is_constant(reader: &Reader<'_>, name: &str, typed: bool) -> bool {
    if is_of_makers(name) {
        return true;
    }
    let name = squash(name);
    let of_site = |site: &String| {
        let site = squash(site);
        let label = site.strip_suffix("com").unwrap_or(&site);
        label.len() > 4 && name.contains(label)
    };
    !typed && reader.site_names.iter().any(of_site)
}

fn is_of_makers(name: &str) -> bool {
    let mut words =
        name.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    words.any(|word| MAKERS.contains(&word.as_str()))
}

/// Words in the names of those who make sites, not articles.
const MAKERS: [&str; 14] = [
    "admin",
    "administrator",
    "cyber",
    "developer",
    "development",
    "digital",
    "inc",
    "llc",
    "ltd",
    "pt",
    "redaksi",
    "team",
    "tim",
    "webmaster",
];
