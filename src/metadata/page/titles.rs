//! The headline: the one that is shown, where what the page states elsewhere bears it out; site names taken off.

use super::gather::text_of;
use super::{Reader, Stated, visible};
use crate::judge::pack::PagePart;
use crate::metadata::outlets::squash;

/// The headline, without the site's name.
pub(super) fn choose(reader: &Reader<'_>) -> Option<Stated<String>> {
    let stated = stated(reader);
    let known: Vec<String> = stated.iter().map(|stated| squash(&stated.value)).collect();
    let strip = |candidate: Stated<String>| Stated { value: strip_site(reader, &candidate.value, &known), ..candidate };
    if let Some(marked) = marked(reader) {
        return Some(strip(marked));
    }
    let stated: Vec<Stated<String>> = stated.iter().cloned().map(strip).collect();
    let headings = reader.statements.headings.iter().filter(|text| text.split_whitespace().count() <= LONGEST_HEADLINE);
    let headings = headings.map(|text| Stated::new(decoded(text), "element:h1"));
    let shown =
        reader.microdata("headline").into_iter().map(|stated| Stated::new(stated.value.to_owned(), stated.source));
    let shown: Vec<Stated<String>> =
        headings.chain(shown).map(strip).filter(|shown| !is_site(reader, &shown.value)).collect();
    let support =
        |shown: &Stated<String>| -> usize { stated.iter().filter(|stated| agree(&shown.value, &stated.value)).count() };
    let mut best: Option<(usize, &Stated<String>)> = None;
    for candidate in &shown {
        let support = support(candidate);
        if support > best.map_or(0, |(most, _)| most) {
            best = Some((support, candidate));
        }
    }
    if let Some((_, best)) = best {
        return Some(plainer(best, &stated).unwrap_or(best).clone());
    }
    // The headline may be worded anew for search engines.
    let alike = |shown: &&Stated<String>| stated.iter().any(|stated| share(&shown.value, &stated.value) >= ALIKE);
    if let Some(alike) = shown.iter().find(alike) {
        return Some(alike.clone());
    }
    let first = stated.iter().find(|stated| !is_site(reader, &stated.value));
    let Some(first) = first.or(stated.first()) else {
        return shown.first().cloned();
    };
    // One of them may be cut short, by a quote or by its length.
    let key = squash(first.value.trim_end_matches(['…', '.']));
    let whole = stated.iter().filter(|other| key.len() >= SHORT && squash(&other.value).starts_with(&key));
    whole.max_by_key(|other| other.value.chars().count()).or(Some(first)).cloned()
}

/// The same headline as stated, where the one that is shown is all in capitals or has more in its element than itself.
fn plainer<'s>(shown: &Stated<String>, stated: &'s [Stated<String>]) -> Option<&'s Stated<String>> {
    let key = squash(&shown.value);
    if !shown.value.chars().any(char::is_lowercase) {
        return stated.iter().find(|other| squash(&other.value) == key && other.value.chars().any(char::is_lowercase));
    }
    let within = |other: &&Stated<String>| {
        let other = squash(&other.value);
        other.len() < key.len() && other.len() >= SHORT && (key.starts_with(&other) || key.ends_with(&other))
    };
    let shorter = stated.iter().find(within)?;
    let same = stated.iter().filter(|other| squash(&other.value) == squash(&shorter.value)).count();
    (same > 1 && !stated.iter().any(|other| squash(&other.value) == key)).then_some(shorter)
}

/// Share of words that two wordings of one headline have in common at least.
const ALIKE: f32 = 0.5;

/// Headings of more words are paragraphs in disguise.
const LONGEST_HEADLINE: usize = 35;

/// A key of fewer bytes may begin by chance like another.
const SHORT: usize = 12;

/// Headlines that the page states beside its text, the most trusted first.
fn stated(reader: &Reader<'_>) -> Vec<Stated<String>> {
    let articles = &reader.statements.articles;
    let ld = |is_article: bool| {
        let article = articles.iter().find(|article| article.is_article == is_article);
        let headline =
            article.filter(|_| reader.trusts("json-ld:headline")).and_then(|article| article.headline.clone());
        headline.map(|headline| Stated::new(headline, "json-ld:headline"))
    };
    let metas = reader.metas(&[
        "og:title",
        "twitter:title",
        "content_title",
        "originaltitle",
        "parsely-title",
        "sailthru.title",
        "cxenseparse:title",
        "citation_title",
        "dc.title",
        "dcterms.title",
        "headline",
        "title",
    ]);
    let metas = metas.into_iter().map(|stated| Stated::new(decoded(stated.value), stated.source));
    let title = reader.statements.title.clone().map(|title| Stated::new(decoded(&title), "element:title"));
    let all = ld(true).into_iter().chain(metas).chain(title).chain(ld(false));
    all.filter(|stated| !stated.value.trim().is_empty()).collect()
}

/// Some pages escape their titles twice.
fn decoded(text: &str) -> String {
    if text.contains('&') && text.contains(';') {
        return text_of(&scraper::Html::parse_fragment(text).root_element());
    }
    text.to_owned()
}

/// The text of the first element that the pack's selectors find.
fn marked(reader: &Reader<'_>) -> Option<Stated<String>> {
    reader.marked(PagePart::Title).find_map(|(selector, elements)| {
        let texts = elements.iter().take(5).map(|element| decoded(&text_of(element)));
        let mut texts = texts.filter(|text| text.chars().filter(|c| c.is_alphabetic()).count() > 2);
        Some(Stated::new(texts.next()?, visible::source_of(selector)))
    })
}

/// Whether two texts are one headline: the same, one cut short, or one with the site's name behind it.
fn agree(shown: &str, stated: &str) -> bool {
    let (shown, stated) = (squash(shown), squash(stated));
    if shown == stated {
        return !shown.is_empty();
    }
    let (short, long) = if shown.len() < stated.len() { (&shown, &stated) } else { (&stated, &shown) };
    short.len() >= SHORT
        && short.len() * 3 >= long.len()
        && (long.starts_with(short.as_str()) || long.ends_with(short.as_str()))
}

/// The share of the words of the shorter that stand in the longer.
fn share(a: &str, b: &str) -> f32 {
    let words =
        |text: &str| -> Vec<String> { text.split_whitespace().map(squash).filter(|word| word.len() > 2).collect() };
    let (a, b) = (words(a), words(b));
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    if short.len() < 3 {
        return 0.0;
    }
    short.iter().take(60).filter(|word| long.iter().take(60).any(|other| other == *word)).count() as f32
        / short.len() as f32
}

/// The headline without the names of site and section that stand before or behind it. `known` are the other wordings.
fn strip_site(reader: &Reader<'_>, text: &str, known: &[String]) -> String {
    let mut text = text.trim();
    for _ in 0..3 {
        let behind =
            SEPARATORS.iter().filter_map(|separator| text.rsplit_once(separator)).max_by_key(|(head, _)| head.len());
        let before = SEPARATORS.iter().chain(&[": "]).filter_map(|separator| text.split_once(separator));
        let before = before.min_by_key(|(site, _)| site.len());
        let words = |part: &str| part.split_whitespace().count();
        let is_known = |part: &str| words(part) > 1 && known.contains(&squash(part));
        // Behind a bar stands the site or a section, whatever its name; a dash may belong to the headline.
        let is_tail = |head: &str, tail: &str| {
            let bar = text.get(head.len()..).is_some_and(|rest| rest.trim_start().starts_with('|'));
            bar && words(head) > 2 && words(tail) < words(head) && !is_known(tail)
        };
        text = match (behind, before) {
            (Some((head, tail)), _)
                if is_headline(head) && (is_site(reader, tail) || is_known(head) || is_tail(head, tail)) =>
            {
                head.trim()
            }
            (_, Some((site, rest))) if is_headline(rest) && is_site(reader, site) => rest.trim(),
            _ => break,
        };
    }
    text.to_owned()
}

/// What stands between a headline and the name of its site.
const SEPARATORS: [&str; 12] = [" | ", " - ", " – ", " — ", " :: ", " : ", " » ", " « ", " • ", " · ", " ~ ", "| "];

fn is_headline(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphanumeric()).count() >= 3
}

/// Whether the words name the site: as the page or the pack does, or its address.
fn is_site(reader: &Reader<'_>, text: &str) -> bool {
    let key = squash(text);
    let words = text.split_whitespace().count();
    if key.is_empty() || words > LONGEST_SITE {
        return false;
    }
    let sections = reader.statements.articles.iter().take(1).flat_map(|article| &article.sections);
    let section = reader.statements.meta("article:section").map(str::to_owned);
    if sections.cloned().chain(section).any(|section| squash(&section) == key) {
        return true;
    }
    reader.site_names.iter().any(|name| {
        let whole = squash(name);
        let is_host = name.contains('.') && !name.contains(' ');
        let label =
            is_host.then(|| name.split('.').filter(|label| label.len() > 3).max_by_key(|label| label.len())).flatten();
        let label = label.map(squash).unwrap_or_else(|| whole.clone());
        key == whole
            || key == label
            || (label.len() > 3
                && words <= 5
                && (key.starts_with(&label) || key.ends_with(&label) || key.contains(&whole)))
            || (key.len() > 3 && words <= 3 && (whole.starts_with(&key) || (is_host && label.contains(&key))))
    })
}

/// Names of sites have fewer words.
const LONGEST_SITE: usize = 7;
