//! What a pack must satisfy beyond its schema: names, examples, one matcher a rule, patterns of bounded size.
//!
//! Messages say what to do. Whether rules contradict each other is seen when all packs are together (`rules`).

use std::collections::BTreeSet;

use regex::RegexBuilder;

use super::fold::fold;
use super::pack::{Matcher, Pack, PackError, PagePart, PageTable, Rule, Takes, Zone};
use super::selectors::{self, PageSelectors};

/// Longest pattern a rule may hold, in bytes.
pub const MAX_PATTERN: usize = 4 << 10;

/// Largest pattern once compiled, in bytes.
pub const MAX_COMPILED: usize = 1 << 20;

/// Checks all of a pack but its patterns.
pub(crate) fn check(pack: &Pack, name_line: usize) -> Result<(), PackError> {
    let fail = |message: String| Err(PackError::new(&pack.file, name_line, message));
    for host in &pack.hosts {
        let plain = host.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.'));
        if !plain || !host.contains('.') || host.starts_with("www.") {
            return fail(format!("host `{host}`: write it in lower case, without scheme, `www.` and path"));
        }
    }
    if let Some(zone) = &pack.timezone {
        let shape: String = zone.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
        if shape != "+99:99" && shape != "-99:99" {
            return fail(format!("timezone `{zone}`: write an offset such as `+07:00`"));
        }
    }
    if [&pack.names, &pack.places, &pack.fingerprints].into_iter().flatten().any(|text| text.trim().len() < 2) {
        return fail("a name, place or fingerprint is empty or a single letter: it would match everywhere".to_owned());
    }
    let is_portal = !pack.hosts.is_empty() || !pack.fingerprints.is_empty();
    if is_portal && !pack.places.is_empty() {
        return fail("`places` count for every document: move them to a language pack".to_owned());
    }
    if pack.page != PageTable::default() && pack.hosts.is_empty() && pack.fingerprints.is_empty() {
        return fail("`[page]` belongs to portal packs: give `hosts` or `fingerprints`".to_owned());
    }
    check_page(pack)?;
    let mut ids = BTreeSet::new();
    for rule in &pack.rules {
        let fail = |message: &str| Err(rule_error(pack, rule, message));
        if !ids.insert(rule.id.as_str()) {
            return fail("a rule above has the same id: rename one");
        }
        if let Err(message) = check_rule(rule) {
            return fail(&message);
        }
    }
    Ok(())
}

/// Checks the names of sources and that examples are there; the selectors with the patterns.
fn check_page(pack: &Pack) -> Result<(), PackError> {
    let page = &pack.page;
    let first = PagePart::ALL.into_iter().flat_map(|part| page.part(part)).map(|selector| selector.line).min();
    if let Some(line) = first.filter(|_| page.examples.is_empty()) {
        let message = "`[page]` has selectors but no `examples`: give snippets of HTML in which they find something";
        return Err(PackError::new(&pack.file, line, message));
    }
    let named = [&page.ignore, &page.local_time, &page.utc_time].into_iter().flatten();
    for source in named {
        let known = SOURCES.iter().any(|prefix| source.strip_prefix(prefix).is_some_and(|name| !name.is_empty()));
        if !known {
            let message = format!("`{source}` names no source: begin it with one of {}", SOURCES.join(" "));
            return Err(PackError::new(&pack.file, first.unwrap_or(1), message));
        }
    }
    for part in PagePart::ALL {
        let mut seen = BTreeSet::new();
        for selector in page.part(part) {
            if !seen.insert(selector.css.as_str()) {
                let message = format!("`{}` stands twice in `{}`: once is enough", selector.css, part.name());
                return Err(PackError::new(&pack.file, selector.line, message));
            }
        }
    }
    Ok(())
}

/// What the names of sources begin with.
const SOURCES: [&str; 5] = ["json-ld:", "meta:", "microdata:", "selector:", "element:"];

/// Checks that the patterns compile, to no more than they may.
pub(crate) fn check_patterns(pack: &Pack) -> Result<(), PackError> {
    for rule in &pack.rules {
        check_pattern(rule).map_err(|message| rule_error(pack, rule, &message))?;
        if let Some(css) = &rule.selector {
            selectors::parse(css).map_err(|message| rule_error(pack, rule, &message))?;
        }
    }
    PageSelectors::compile(&pack.page, &pack.file)?;
    Ok(())
}

fn rule_error(pack: &Pack, rule: &Rule, message: &str) -> PackError {
    PackError::new(&pack.file, rule.line, format!("rule `{}`: {message}", rule.id))
}

fn check_rule(rule: &Rule) -> Result<(), String> {
    let kebab = !rule.id.is_empty()
        && rule.id.split('-').all(|part| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
    if !kebab {
        return Err("write the id in kebab-case, such as `read-also`".to_owned());
    }
    let literals = [("equals", &rule.equals), ("prefix", &rule.prefix), ("contains", &rule.contains)];
    let given = literals.iter().filter(|(_, list)| !list.is_empty()).count()
        + usize::from(rule.pattern.is_some())
        + usize::from(rule.selector.is_some());
    if given != 1 {
        return Err(format!(
            "give exactly one of `equals`, `prefix`, `contains`, `pattern`, `selector`; it has {given}"
        ));
    }
    let bare = rule.needs.is_empty() && !rule.case && rule.longest.is_none();
    if rule.selector.is_some() && !(bare && rule.takes == Takes::Line && rule.zone == Zone::Any) {
        return Err(
            "`selector` takes elements as a whole, wherever they stand: drop `where`, `takes` and the like".to_owned()
        );
    }
    for (key, list) in literals.into_iter().chain([("needs", &rule.needs), ("hit", &rule.hit)]) {
        if list.iter().any(|text| fold(text).is_empty()) {
            return Err(format!("`{key}` holds an empty text: take it out"));
        }
    }
    if rule.why.trim().is_empty() {
        return Err("`why` is empty: say in a sentence why portals print this".to_owned());
    }
    if rule.hit.is_empty() || rule.miss.is_empty() {
        let key = if rule.hit.is_empty() { "hit" } else { "miss" };
        return Err(format!("`{key}` is missing: give at least one example line"));
    }
    if rule.takes == Takes::Span && !matches!(rule.matcher(), Matcher::Contains | Matcher::Pattern) {
        return Err("`takes = \"span\"` works with `contains` and `pattern` only".to_owned());
    }
    if rule.pattern.is_none() && !rule.needs.is_empty() {
        return Err("`needs` belongs to `pattern`: literals need no literals".to_owned());
    }
    if rule.takes == Takes::Span && rule.pattern.is_some() && rule.needs.is_empty() {
        return Err("a span's pattern must say in `needs` which words call for it".to_owned());
    }
    Ok(())
}

fn check_pattern(rule: &Rule) -> Result<(), String> {
    let Some(pattern) = &rule.pattern else {
        return Ok(());
    };
    if pattern.len() > MAX_PATTERN {
        return Err(format!("the pattern has {} bytes, at most {MAX_PATTERN} are allowed: split it", pattern.len()));
    }
    match RegexBuilder::new(&rule.full_pattern().unwrap_or_default()).size_limit(MAX_COMPILED).build() {
        Ok(regex) if regex.is_match("") => {
            Err("the pattern matches the empty text: make it ask for something".to_owned())
        }
        Ok(_) => Ok(()),
        Err(regex::Error::CompiledTooBig(limit)) => {
            Err(format!("the pattern compiles to more than {limit} bytes: repeat less, use fewer classes"))
        }
        Err(error) => {
            let text = error.to_string();
            Err(format!("bad pattern: {}", text.lines().last().unwrap_or_default().trim()))
        }
    }
}
