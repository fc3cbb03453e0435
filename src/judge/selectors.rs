//! CSS selectors of packs, compiled: where a portal's templates keep what, and rules about elements.
//!
//! Knows neither text nor verdicts. Selectors are refused that could cost more than an element's ancestors and neighbours.

use std::collections::HashMap;

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use html5ever::local_name;
use scraper::{ElementRef, Html, Selector};

use super::crf::BuildPassThrough;
use super::pack::{PackError, PagePart, PageSelector, PageTable};
use super::table::Sieve;
use super::tokens::word;

/// Longest selector a pack may hold, in bytes.
pub const MAX_SELECTOR: usize = 1 << 10;

/// Where the pages of one portal keep what. Each list is in the order in which its selectors are tried: newest template first.
#[derive(Clone, Debug, Default)]
pub struct PageSelectors {
    /// The element that holds the article's text.
    pub body: Vec<Selector>,
    /// The headline.
    pub title: Vec<Selector>,
    /// Who wrote it.
    pub author: Vec<Selector>,
    /// Who edited it.
    pub editor: Vec<Selector>,
    /// When it was published.
    pub date: Vec<Selector>,
    /// Its rubric.
    pub section: Vec<Selector>,
    /// Its tags: one element each, or one that holds them all.
    pub tags: Vec<Selector>,
    /// Sources not to be believed, by name, such as `meta:author`.
    pub ignore: Vec<String>,
    /// Sources of times whose clock is the portal's, whatever zone they state.
    pub local_time: Vec<String>,
    /// Sources of times whose clock is UTC, whatever zone they state.
    pub utc_time: Vec<String>,
    /// The selectors of all parts, part by part, numbered as they stand.
    index: ElementRules,
}

/// What the selectors of a pack find on one page.
#[derive(Debug, Default)]
pub struct Marked<'a> {
    /// By number of the selector: its elements, in the order of the page.
    found: Vec<Vec<ElementRef<'a>>>,
}

impl<'a> Marked<'a> {
    /// The selectors of a part of `page` that find something, in their order, each with the elements that it finds.
    pub fn of<'s>(
        &'s self,
        page: &'s PageSelectors,
        part: PagePart,
    ) -> impl Iterator<Item = (&'s Selector, &'s [ElementRef<'a>])> {
        let first: usize = PagePart::ALL.iter().take_while(|&&other| other != part).map(|&p| page.part(p).len()).sum();
        let found = page.part(part).iter().zip(self.found.iter().skip(first));
        found.map(|(selector, elements)| (selector, elements.as_slice())).filter(|(_, elements)| !elements.is_empty())
    }
}

/// So many elements of one selector are kept.
const MAX_FOUND: usize = 1_000;

impl PageSelectors {
    /// Compiles what a pack of that file says; `None` if it says nothing of pages.
    ///
    /// # Errors
    /// The first bad selector.
    pub(crate) fn compile(page: &PageTable, file: &str) -> Result<Option<PageSelectors>, PackError> {
        if *page == PageTable::default() {
            return Ok(None);
        }
        let list = |part: PagePart| {
            let compile = |selector: &PageSelector| {
                parse(&selector.css)
                    .map_err(|message| PackError::new(file, selector.line, format!("`{}`: {message}", part.name())))
            };
            page.part(part).iter().map(compile).collect::<Result<Vec<Selector>, PackError>>()
        };
        let mut compiled = PageSelectors {
            body: list(PagePart::Body)?,
            title: list(PagePart::Title)?,
            author: list(PagePart::Author)?,
            editor: list(PagePart::Editor)?,
            date: list(PagePart::Date)?,
            section: list(PagePart::Section)?,
            tags: list(PagePart::Tags)?,
            ignore: page.ignore.clone(),
            local_time: page.local_time.clone(),
            utc_time: page.utc_time.clone(),
            index: ElementRules::default(),
        };
        for part in PagePart::ALL {
            for (source, selector) in page.part(part).iter().zip(compiled.part(part).to_vec()) {
                let number = compiled.index.next;
                compiled.index.add(&selector, &source.css, None, number);
                compiled.index.next += 1;
            }
        }
        Ok(Some(compiled))
    }

    /// The selectors of a part, in the order in which they are tried.
    #[must_use]
    pub fn part(&self, part: PagePart) -> &[Selector] {
        match part {
            PagePart::Body => &self.body,
            PagePart::Title => &self.title,
            PagePart::Author => &self.author,
            PagePart::Editor => &self.editor,
            PagePart::Date => &self.date,
            PagePart::Section => &self.section,
            PagePart::Tags => &self.tags,
        }
    }

    /// What all of them find on a page, in one walk.
    #[must_use]
    pub fn find<'a>(&self, html: &'a Html) -> Marked<'a> {
        let mut found: Vec<Vec<ElementRef<'a>>> = vec![Vec::new(); self.index.next as usize];
        let mut hits = Vec::new();
        // The outer elements that selectors ask for, and how many of each are open.
        let mut outer: Vec<(NodeId, usize)> = Vec::new();
        let mut open = vec![0u32; self.index.outer.len()];
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let Some(element) = ElementRef::wrap(node) else { continue };
                    self.index.find(None, &element, Some(&open), &mut hits);
                    for &hit in &hits {
                        if let Some(list) = found.get_mut(hit as usize).filter(|list| list.len() < MAX_FOUND) {
                            list.push(element);
                        }
                    }
                    self.index.outer_keys(&element, |key| {
                        outer.push((node.id(), key));
                        open.iter_mut().skip(key).take(1).for_each(|count| *count += 1);
                    });
                }
                Edge::Close(node) => {
                    while let Some((_, key)) = outer.pop_if(|(id, _)| *id == node.id()) {
                        open.iter_mut().skip(key).take(1).for_each(|count| *count -= 1);
                    }
                }
            }
        }
        Marked { found }
    }
}

/// Rules about elements, found by what the element itself must have: no rule is tried against every element of a page.
#[derive(Clone, Debug, Default)]
pub(crate) struct ElementRules {
    /// The number of the next selector, where they are numbered as they stand.
    next: u32,
    /// One selector of a rule's list each.
    rules: Vec<One>,
    /// Where they stand, by the hash of what an element must have. Where two hash alike, the selector itself tells.
    by_id: Places,
    by_class: Places,
    by_tag: Places,
    by_attribute: Places,
    /// The hashes of all these, and their shapes: most names on a page are none of them, and most are told by their shape.
    names: Sieve<256>,
    shapes: Sieve<64>,
    /// Those that any element may match.
    others: Vec<usize>,
    /// The classes and ids, as selectors write them, that elements around a match must have.
    outer: Vec<String>,
    /// Their shapes.
    outer_shapes: Sieve<64>,
}

/// One selector of a rule's list.
#[derive(Clone, Debug)]
struct One {
    selector: Selector,
    /// The portal it counts for; `None` for all.
    portal: Option<u32>,
    /// Number of the rule.
    rule: u32,
    /// What the value of the attribute begins with that it is found by, ASCII case aside; empty if that is not known.
    begins: String,
    /// The class or id, by its place in [`ElementRules::outer`], of an element that a match must stand in.
    within: Option<usize>,
}

/// Places of rules by the hash of a name.
type Places = HashMap<u32, Vec<usize>, BuildPassThrough>;

/// What an element must have for a selector to match it.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
enum Key {
    Id(String),
    Class(String),
    Tag(String),
    /// Its name, and what its value begins with.
    Attribute(String, String),
}

impl ElementRules {
    /// Adds a rule. Each selector of a list is found and tried by itself.
    pub(crate) fn add(&mut self, selector: &Selector, css: &str, portal: Option<u32>, number: u32) {
        for one in alternatives(css) {
            let place = self.rules.len();
            let single = Selector::parse(one.trim()).unwrap_or_else(|_| selector.clone());
            let key = key(one);
            let begins = match &key {
                Some(Key::Attribute(_, begins)) => begins.clone(),
                _ => String::new(),
            };
            let within = outer(one).map(|outer| {
                self.outer_shapes.add(shape(&outer[1..]));
                self.outer.iter().position(|known| *known == outer).unwrap_or_else(|| {
                    self.outer.push(outer);
                    self.outer.len() - 1
                })
            });
            self.rules.push(One { selector: single, portal, rule: number, begins, within });
            let (places, name) = match key {
                Some(Key::Id(id)) => (&mut self.by_id, id),
                Some(Key::Class(class)) => (&mut self.by_class, class),
                Some(Key::Tag(tag)) => (&mut self.by_tag, tag),
                Some(Key::Attribute(name, _)) => (&mut self.by_attribute, name),
                None => {
                    self.others.push(place);
                    continue;
                }
            };
            let hash = word(&name);
            self.names.add(hash);
            self.shapes.add(shape(&name));
            places.entry(hash).or_default().push(place);
        }
    }

    /// Reports the places in `outer` of what the element has.
    fn outer_keys(&self, element: &ElementRef<'_>, mut report: impl FnMut(usize)) {
        if self.outer.is_empty() {
            return;
        }
        let mut look_up = |mark: u8, name: &str| {
            if self.outer_shapes.may_hold(shape(name)) {
                let is_it = |known: &String| known.as_bytes().first() == Some(&mark) && known.get(1..) == Some(name);
                self.outer.iter().position(is_it).into_iter().for_each(&mut report);
            }
        };
        for (name, value) in &element.value().attrs {
            match name.local {
                local_name!("id") => look_up(b'#', value.trim()),
                local_name!("class") => {
                    value.split_ascii_whitespace().take(MAX_CLASSES).for_each(|class| look_up(b'.', class));
                }
                _ => {}
            }
        }
    }

    /// Puts into `hits` (cleared first, sorted) the numbers of the rules that match the element. `open` is how many elements
    /// around it have each of `outer`, if that is known.
    pub(crate) fn find(
        &self,
        portal: Option<u32>,
        element: &ElementRef<'_>,
        open: Option<&[u32]>,
        hits: &mut Vec<u32>,
    ) {
        hits.clear();
        let mut take = |places: &Places, name: &str, value: &str| {
            if !self.shapes.may_hold(shape(name)) {
                return;
            }
            let hash = word(name);
            if self.names.may_hold(hash) {
                self.take(places.get(&hash), portal, element, value, open, hits);
            }
        };
        take(&self.by_tag, element.value().name(), "");
        for (name, value) in &element.value().attrs {
            if !self.by_attribute.is_empty() {
                take(&self.by_attribute, &name.local, value);
            }
            match name.local {
                local_name!("id") => take(&self.by_id, value.trim(), ""),
                local_name!("class") => {
                    let classes = value.split_ascii_whitespace().take(MAX_CLASSES);
                    classes.for_each(|class| take(&self.by_class, class, ""));
                }
                _ => {}
            }
        }
        self.take(Some(&self.others), portal, element, "", open, hits);
        hits.sort_unstable();
        hits.dedup();
    }

    fn take(
        &self,
        places: Option<&Vec<usize>>,
        portal: Option<u32>,
        element: &ElementRef<'_>,
        value: &str,
        open: Option<&[u32]>,
        hits: &mut Vec<u32>,
    ) {
        for one in places.into_iter().flatten().filter_map(|&place| self.rules.get(place)) {
            let begins = || value.get(..one.begins.len()).is_some_and(|start| start.eq_ignore_ascii_case(&one.begins));
            let is_within =
                || one.within.zip(open).is_none_or(|(key, open)| open.get(key).is_none_or(|count| *count > 0));
            let counts = one.portal.is_none() || one.portal == portal;
            if counts && begins() && is_within() && one.selector.matches(element) {
                hits.push(one.rule);
            }
        }
    }
}

/// A hash of a name's ends and length, which costs less than one of all its letters.
fn shape(name: &str) -> u32 {
    match name.as_bytes() {
        [] => 0,
        [first, .., last] => (u32::from(*first) * 31 + u32::from(*last)) * 37 + name.len() as u32,
        [only] => u32::from(*only),
    }
}

/// Of an element, so many classes are looked at.
const MAX_CLASSES: usize = 64;

/// Reads a selector.
///
/// # Errors
/// What is wrong with it, and what to do.
pub fn parse(css: &str) -> Result<Selector, String> {
    if css.len() > MAX_SELECTOR {
        return Err(format!("the selector has {} bytes, at most {MAX_SELECTOR} are allowed: split it", css.len()));
    }
    let lower = css.to_ascii_lowercase();
    for costly in [":has(", ":nth-", "-of-type", "~ ", ":host"] {
        if lower.contains(costly) {
            return Err(format!("`{}` would have to look at too much of a page: do without", costly.trim()));
        }
    }
    if lower.contains("[class*=") || lower.contains("[id*=") {
        return Err(
            "parts of class names stand in other names (`bar` in `gambar`): name whole classes, or use `^=`".to_owned()
        );
    }
    if alternatives(css).any(|one| one.trim().is_empty() || one.trim() == "*") {
        return Err("an empty selector or `*` matches everything: name an element, a class or an id".to_owned());
    }
    Selector::parse(css).map_err(|error| format!("bad selector `{css}`: {error}"))
}

/// The selectors of a list.
fn alternatives(css: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    css.split(move |c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

/// The class (`.name`) or id (`#name`) that an element around a match must have, if the selector names one right before the
/// last part.
fn outer(css: &str) -> Option<String> {
    let css = css.trim();
    if css.contains(['\\', '(', '[', '+', '~', '"', '\'', '*']) {
        return None;
    }
    let mut parts = css.split([' ', '>']).filter(|part| !part.is_empty()).rev().skip(1);
    let part = parts.next()?.split(':').next()?;
    let start = part.find(['.', '#'])?;
    let rest = part.get(start + 1..)?;
    let end = rest.find(['.', '#']).unwrap_or(rest.len());
    part.get(start..start + 1 + end).filter(|name| name.len() > 1).map(str::to_owned)
}

/// What an element must have: the id, else the first class, else the name in the last part of the selector.
fn key(css: &str) -> Option<Key> {
    let (mut depth, mut start) = (0_usize, 0);
    let css = css.trim();
    for (place, c) in css.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            ' ' | '>' | '+' | '~' if depth == 0 => start = place + 1,
            _ => {}
        }
    }
    let last = css.get(start..)?;
    // What stands in brackets and behind colons narrows; escapes and quotes are left to the selector itself.
    let plain = last.split(['[', ':', '\\']).next().unwrap_or_default();
    if last.contains('\\') {
        return None;
    }
    let name = |text: &str| text.split(['.', '#']).next().unwrap_or_default().to_owned();
    if let Some((_, id)) = plain.split_once('#') {
        return Some(Key::Id(name(id)));
    }
    if let Some((_, class)) = plain.split_once('.') {
        return Some(Key::Class(name(class)));
    }
    // `:not([x])` asks for an attribute that is not there: only what stands in brackets of its own counts.
    let attribute = last.split(':').next().and_then(|own| own.split_once('[')).map(|(_, rest)| rest);
    if let Some(rest) = attribute {
        let name = rest.split(['=', '^', '$', '~', '|', '*', ']', ' ']).next().unwrap_or_default();
        // Only what is written without quotes and spaces is sure to be the value itself.
        let begins = rest.split_once("^=").filter(|(before, _)| *before == name);
        let begins = begins.and_then(|(_, value)| value.split_once(']')).map(|(value, _)| value);
        let is_plain = |value: &&str| value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let begins = begins.filter(is_plain).unwrap_or_default().to_owned();
        return Some(Key::Attribute(name.to_ascii_lowercase(), begins));
    }
    (!plain.is_empty() && plain != "*").then(|| Key::Tag(plain.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use scraper::Html;

    /// Whether a rule of that selector is found for the first element of a snippet.
    fn found(css: &str, html: &str) -> bool {
        let mut rules = ElementRules::default();
        rules.add(&parse(css).unwrap(), css, None, 7);
        let html = Html::parse_fragment(html);
        let all = Selector::parse("*").unwrap();
        let mut hits = Vec::new();
        html.select(&all).any(|element| {
            rules.find(None, &element, None, &mut hits);
            hits == [7]
        })
    }

    #[test]
    fn a_rule_is_found_whatever_its_selector_names_last() {
        let html = r#"<div class="a b" id="c"><p><i class="d-e" data-x="yz">x</i></p></div>"#;
        for css in [
            ".b",
            "div.b",
            "#c",
            "div#c.a",
            ".d-e",
            "div i",
            "div > p > .d-e",
            "[data-x^=y]",
            "i[data-x='yz']",
            ".z, #c",
            "I",
            "p:not(.a, .b)",
            "p > *[class^=d]",
        ] {
            assert!(found(css, html), "{css}");
        }
        for css in [".c", "#a", ".d", "p > div", "[data-x^=z]", ".z, .y"] {
            assert!(!found(css, html), "{css}");
        }
    }

    #[test]
    fn selectors_find_what_stands_in_what_they_name() {
        let toml = r##"
            [page]
            body = [".isi", "#isi > .luar p", "div.a.b i", ".A b"]
            title = ["p.x .y b"]
            examples = ['<div class="isi">a</div>']
        "##;
        let html = Html::parse_document(
            r#"<p>0</p><div id="isi"><div class="luar x"><p>1</p><div><p>2</p></div></div><p>3</p></div><p>4</p>
            <div class="b"><i>5</i></div><div class="c b a"><i>6</i><i>7</i></div><i>8</i><div class=luar><p>9</p></div>
            <div class=A><b>x</b></div><div class=a><b>y</b></div>"#,
        );
        let pack = crate::judge::pack::parse_trusted(
            "contoh.com.toml",
            &format!("name = \"contoh.com\"\nhosts = [\"contoh.com\"]\n{toml}"),
        )
        .unwrap();
        let selectors = PageSelectors::compile(&pack.page, &pack.file).unwrap().unwrap();
        let marked = selectors.find(&html);
        let found: Vec<String> = marked
            .of(&selectors, PagePart::Body)
            .map(|(_, elements)| elements.iter().flat_map(ElementRef::text).collect())
            .collect();
        assert_eq!(found, ["12", "67", "x"]);
    }

    #[test]
    fn rules_of_a_portal_count_for_it_alone() {
        let mut rules = ElementRules::default();
        rules.add(&parse("p").unwrap(), "p", Some(3), 0);
        let html = Html::parse_fragment("<p>x</p>");
        let p = html.select(&parse("p").unwrap()).next().unwrap();
        let mut hits = Vec::new();
        for (portal, expected) in [(None, false), (Some(3), true), (Some(4), false)] {
            rules.find(portal, &p, None, &mut hits);
            assert_eq!(!hits.is_empty(), expected, "{portal:?}");
        }
    }

    #[test]
    fn selectors_that_cost_too_much_or_say_too_little_are_refused() {
        for css in [
            "",
            " ",
            "a,,b",
            "*",
            "div:has(p)",
            "p:nth-child(2)",
            "p:last-of-type",
            "a ~ b",
            "[class*=bar]",
            "p:::",
            "a{",
        ] {
            assert!(parse(css).is_err(), "{css}");
        }
        assert!(parse(&"a".repeat(2000)).is_err());
    }
}
