//! All literals and patterns of a rule set: which rules match a line, which stretches a span rule takes.
//!
//! Knows nothing of kinds and precedence. One pass finds every literal; a pattern is tried only when one of the
//! literals that it needs was found, or on short lines that begin and end as it does.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::ends::Ends;
use super::features::mix;
use super::fold::{fold, head, strip, strip_start};
use super::gates::Brief;
use super::grams::four;
use super::known;
use super::literals::{Found, Literal, Literals, LiteralsBuilder, Prefixes, Role, stands_near_edge};
use super::pack::{Matcher, Rule, Takes};
use super::patterns::{Index, Lazy, PatternSet};
use super::rules::SpanHit;
use super::table::Sieve;
use crate::bytes::eight;

/// Of a longer segment only so much is matched, in bytes.
const MAX_SEGMENT: usize = 64 << 10;

/// Patterns that need no literal are tried on lines of up to so many bytes.
const MAX_SHORT: usize = 200;

/// So many stretches of one segment one rule takes at most: keeps hostile input linear.
const MAX_SPANS: usize = 64;

/// Literals of `needs` with fewer bytes count only near the edges of a line.
const MIN_NEED: usize = 4;

/// Marks, among hits, a pattern that is yet to be tried.
const PENDING: u32 = 1 << 31;

/// A rule to be compiled.
pub(crate) struct Entry<'a> {
    pub(crate) rule: &'a Rule,
    pub(crate) file: &'a str,
    /// The one portal (number of its pack) whose documents it counts for; `None`: all.
    pub(crate) portal: Option<u32>,
}

/// Which lines a rule is for.
#[derive(Debug)]
struct Limits {
    /// The one portal whose documents it counts for.
    portal: Option<u32>,
    /// The longest line, in characters.
    longest: Option<u32>,
    /// Of its pattern.
    brief: Brief,
}

/// All rules of a set, compiled. Rules are numbered as they were given.
#[derive(Debug)]
pub(crate) struct Matchers {
    /// Literals of `contains` and `needs`.
    inner: Literals,
    /// Literals of `prefix`.
    prefix: Prefixes,
    /// Literals of `equals`, stripped and in lower case; the longest has so many bytes.
    equals: HashMap<Vec<u8>, Vec<Literal>>,
    longest_equals: usize,
    /// How they look: few lines look so.
    equals_sieve: Sieve<256>,
    /// Patterns that are tried whatever literals a line holds, and those for which short ones are enough: of all
    /// documents, then, by the number of its pack, of each portal.
    everywhere: Unsearched,
    by_portal: Vec<Unsearched>,
    /// Patterns that need a literal, by rule.
    gated: Vec<Option<Lazy>>,
    limits: Vec<Limits>,
}

impl Matchers {
    pub(crate) fn new(entries: &[Entry<'_>]) -> Matchers {
        let mut inner = LiteralsBuilder::default();
        let mut prefix = LiteralsBuilder::default();
        let mut equals: HashMap<Vec<u8>, Vec<Literal>> = HashMap::new();
        let mut sets: BTreeMap<Option<u32>, Vec<(u32, Lazy)>> = BTreeMap::new();
        let mut gated: Vec<Option<Lazy>> = entries.iter().map(|_| None).collect();
        let mut edges: BTreeMap<Option<u32>, Vec<Edge>> = BTreeMap::new();
        for (number, entry) in (0_u32..).zip(entries) {
            let rule = entry.rule;
            let role = if rule.takes == Takes::Span { Role::Span } else { Role::Line };
            match rule.matcher() {
                Matcher::Contains => inner.extend(number, &rule.contains, role, rule.case),
                Matcher::Prefix => prefix.extend(number, &rule.prefix, role, rule.case),
                // Elements are matched where there are elements (`selectors`).
                Matcher::Selector => {}
                Matcher::Equals => {
                    for text in &rule.equals {
                        let text = fold(text);
                        let text = strip(&text);
                        let literal = Literal { rule: number, role, exact: rule.case.then(|| text.into()) };
                        equals.entry(text.to_ascii_lowercase().into_bytes()).or_default().push(literal);
                    }
                }
                Matcher::Pattern => {
                    let pattern = rule.full_pattern().unwrap_or_default();
                    let gate = if role == Role::Span { Role::NeededBySpan } else { Role::NeededByLine };
                    let short = rule.needs.iter().any(|text| text.trim().len() < MIN_NEED);
                    let mut needs = rule.needs.clone();
                    if needs.is_empty() || short {
                        let literals = known::literals(&pattern);
                        needs = if literals.is_empty() { needs } else { literals };
                    }
                    if needs.is_empty() {
                        sets.entry(entry.portal).or_default().push((number, Lazy::new(pattern)));
                        continue;
                    }
                    let (near, far): (Vec<String>, Vec<String>) =
                        needs.into_iter().partition(|text| text.trim().len() < MIN_NEED);
                    if !near.is_empty() {
                        let near = near.iter().map(|text| gate.sought(text).to_ascii_lowercase()).collect();
                        edges.entry(entry.portal).or_default().push(Edge { rule: number, role: gate, near });
                    }
                    inner.extend(number, &far, gate, false);
                    if let Some(place) = gated.get_mut(number as usize) {
                        *place = Some(Lazy::new(pattern));
                    }
                }
            }
        }
        let mut unsearched = |portal: Option<u32>| {
            let list = edges.remove(&portal).unwrap_or_default();
            let pattern = |edge: &Edge| gated.get(edge.rule as usize)?.as_ref();
            let index = Index::new(list.iter().filter_map(pattern));
            let patterns = PatternSet::new(sets.remove(&portal).unwrap_or_default());
            Unsearched { patterns, edges: list, index }
        };
        let portals = entries.iter().filter_map(|entry| entry.portal).max().map_or(0, |last| last + 1);
        let mut equals_sieve = Sieve::default();
        equals.keys().for_each(|text| equals_sieve.add(look_of(text)));
        let limits = entries.iter().zip(&gated).map(|(entry, lazy)| Limits {
            portal: entry.portal,
            longest: entry.rule.limit().and_then(|longest| u32::try_from(longest).ok()),
            brief: lazy.as_ref().map(|lazy| *lazy.known().brief()).unwrap_or_default(),
        });
        let limits = limits.collect();
        Matchers {
            inner: inner.build(),
            prefix: prefix.build_prefixes(),
            equals_sieve,
            longest_equals: equals.keys().map(Vec::len).max().unwrap_or(0),
            equals,
            everywhere: unsearched(None),
            by_portal: (0..portals).map(|portal| unsearched(Some(portal))).collect(),
            gated,
            limits,
        }
    }

    /// Puts into `hits` the rules that match a line of the text, and into `spans` the span rules that may match in it, both
    /// sorted. `found` serves for one line of the text after the other. Returns whether there are any of the latter: where literals are what they take, or folding changed the
    /// line, `spans` stays empty, and they are yet to be looked for.
    pub(crate) fn line_hits(
        &self,
        portal: Option<u32>,
        text: &str,
        span: Range<usize>,
        found: &mut Found,
        hits: &mut Vec<u32>,
        spans: &mut Vec<u32>,
    ) -> bool {
        hits.clear();
        spans.clear();
        let whole = text.get(span.clone()).unwrap_or_default();
        let line = fold(head(whole, MAX_SEGMENT));
        let is_changed = line.len() != whole.len() || matches!(line, Cow::Owned(_));
        let line: &str = &line;
        let ends = &Ends::of(line);
        let length = OnceCell::new();
        let is_short = |rule: u32| self.limit(rule).is_none_or(|limit| is_short(line, limit, &length));
        let stripped = strip(line);
        if stripped.len() <= self.longest_equals
            && self.equals_sieve.may_hold(look_of(stripped.as_bytes()))
            && let Some(literals) = self.equals.get(stripped.to_ascii_lowercase().as_bytes())
        {
            let fits = |literal: &&Literal| literal.exact.as_deref().is_none_or(|exact| exact == stripped);
            hits.extend(literals.iter().filter(fits).map(|literal| literal.rule));
        }
        self.prefix.find(line, |literal| hits.push(literal.rule));
        let plain = strip_start(line);
        if plain.len() < line.len() {
            self.prefix.find(plain, |literal| hits.push(literal.rule));
        }
        let mut takes_literals = false;
        let mut own = Found::default();
        let (text, span, found) = if is_changed { (line, 0..line.len(), &mut own) } else { (text, span, found) };
        self.inner.find_in(text, span, found, |literal, _, _| match literal.role {
            Role::Line => hits.push(literal.rule),
            Role::NeededByLine if self.is_called(literal.rule, portal, ends) => hits.push(literal.rule | PENDING),
            Role::Span if self.counts(literal.rule, portal) => takes_literals = true,
            Role::NeededBySpan if self.is_called(literal.rule, portal, ends) => spans.push(literal.rule),
            _ => {}
        });
        for set in self.unsearched(portal) {
            let may_match = |edge: &Edge| edge.role == Role::NeededBySpan || is_short(edge.rule);
            self.near_edges(set, line, ends, may_match, |rule, role| match role {
                Role::NeededByLine => hits.push(rule | PENDING),
                _ => spans.push(rule),
            });
            if line.len() <= MAX_SHORT {
                set.patterns.matches(line, ends, hits);
            }
        }
        if !hits.is_empty() {
            hits.sort_unstable();
            hits.dedup();
            hits.retain_mut(|hit| {
                let rule = *hit & !PENDING;
                let pending = *hit != rule;
                *hit = rule;
                self.counts(rule, portal)
                    && is_short(rule)
                    && (!pending || self.pattern(rule).is_some_and(|lazy| may_match(lazy, ends) && lazy.is_match(line)))
            });
            hits.sort_unstable();
        }
        // What is taken is looked for in the text as it stands, of which a line that folding changed says little.
        if takes_literals || is_changed {
            spans.clear();
            return true;
        }
        self.retain_possible(spans, ends);
        !spans.is_empty()
    }

    /// Puts into `hits` what span rules take of the text, sorted by place. `rules` are those that may match, as
    /// [`Matchers::line_hits`] says; none: they are looked for.
    pub(crate) fn span_hits(&self, portal: Option<u32>, text: &str, rules: &[u32], hits: &mut Vec<SpanHit>) {
        hits.clear();
        let text = head(text, MAX_SEGMENT);
        let mut found = Vec::new();
        if rules.is_empty() {
            self.find_spans(portal, text, &mut found, hits);
        }
        rules.iter().chain(&found).for_each(|rule| self.take(*rule, text, hits));
        hits.sort_unstable_by_key(|hit| (hit.start, hit.end, hit.rule));
        hits.dedup();
    }

    /// Puts into `hits` the literals that span rules take of the text, and into `rules` those whose patterns are worth
    /// trying.
    fn find_spans(&self, portal: Option<u32>, text: &str, rules: &mut Vec<u32>, hits: &mut Vec<SpanHit>) {
        let ends = &Ends::of(text);
        let literals = &mut Found::default();
        self.inner.find_in(text, 0..text.len(), literals, |literal, start, end| match literal.role {
            Role::Span if self.counts(literal.rule, portal) => hits.push(SpanHit { rule: literal.rule, start, end }),
            Role::NeededBySpan if self.is_called(literal.rule, portal, ends) => rules.push(literal.rule),
            _ => {}
        });
        for set in self.unsearched(portal) {
            self.near_edges(set, text, ends, |edge| edge.role == Role::NeededBySpan, |rule, _| rules.push(rule));
        }
        self.retain_possible(rules, ends);
    }

    /// Sorts rules that are called for, and keeps each once whose pattern may match a text with those ends.
    fn retain_possible(&self, rules: &mut Vec<u32>, ends: &Ends<'_>) {
        rules.sort_unstable();
        rules.dedup();
        rules.retain(|rule| self.pattern(*rule).is_some_and(|lazy| may_match(lazy, ends)));
    }

    /// Adds what the pattern of a span rule takes of the text.
    fn take(&self, rule: u32, text: &str, hits: &mut Vec<SpanHit>) {
        let Some(lazy) = self.pattern(rule) else {
            return;
        };
        let known = lazy.known();
        if !known.fit_gaps(text) {
            return;
        }
        let mut at = known.reach(text);
        for _ in 0..MAX_SPANS {
            let found = known.next(text, at).and_then(|at| lazy.find_at(text, at));
            let Some((whole, taken)) = found else { break };
            // A match of nothing would be found there again and again.
            at = if whole.is_empty() { text.ceil_char_boundary(whole.end + 1) } else { whole.end };
            if !taken.is_empty() {
                hits.push(SpanHit { rule, start: taken.start, end: taken.end });
            }
        }
    }

    /// The patterns that no literal calls for: of all documents, and of the portal.
    fn unsearched(&self, portal: Option<u32>) -> impl Iterator<Item = &Unsearched> {
        let own = portal.and_then(|portal| self.by_portal.get(portal as usize));
        std::iter::once(&self.everywhere).chain(own)
    }

    /// Reports, of the rules that may match, those some short literal of which stands near an edge of the text.
    fn near_edges(
        &self,
        set: &Unsearched,
        text: &str,
        ends: &Ends<'_>,
        may_match: impl Fn(&Edge) -> bool,
        mut found: impl FnMut(u32, Role),
    ) {
        let pattern = |place: usize| set.edges.get(place).and_then(|edge| self.pattern(edge.rule));
        set.index.candidates(ends, pattern, |place| {
            let edge = set.edges.get(place).filter(|edge| may_match(edge));
            if let Some(edge) = edge.filter(|edge| stands_near_edge(text, &edge.near)) {
                found(edge.rule, edge.role);
            }
        });
    }

    fn pattern(&self, rule: u32) -> Option<&Lazy> {
        self.gated.get(rule as usize)?.as_ref()
    }

    /// Whether a literal in a text of that portal with those ends calls for the pattern of its rule. There may be very many, so
    /// that only what is known in brief is asked for each.
    #[inline]
    fn is_called(&self, rule: u32, portal: Option<u32>, ends: &Ends<'_>) -> bool {
        self.limits.get(rule as usize).is_some_and(|limits| limits.count(portal) && limits.brief.fit(ends))
    }

    fn counts(&self, rule: u32, portal: Option<u32>) -> bool {
        self.limits.get(rule as usize).is_some_and(|limits| limits.count(portal))
    }

    fn limit(&self, rule: u32) -> Option<usize> {
        self.limits.get(rule as usize).and_then(|limits| limits.longest).map(|longest| longest as usize)
    }
}

impl Limits {
    /// Whether the rule counts for documents of that portal.
    #[inline]
    fn count(&self, portal: Option<u32>) -> bool {
        self.portal.is_none() || self.portal == portal
    }
}

/// Whether the pattern may match a text with those ends, given that its [`Brief`] fits.
fn may_match(lazy: &Lazy, ends: &Ends<'_>) -> bool {
    lazy.known().fit_beyond_brief(ends)
}

/// A hash of a text's length and first four bytes, ASCII case folded.
fn look_of(text: &[u8]) -> u32 {
    mix(text.len() as u32, four(eight(text)))
}

/// Whether the line has no more characters than that; they are counted once, and only if its bytes leave it open.
fn is_short(line: &str, limit: usize, length: &OnceCell<usize>) -> bool {
    line.len() <= limit
        || line.len() <= limit.saturating_mul(4) && *length.get_or_init(|| line.chars().count()) <= limit
}

/// Patterns of which literals far from the edges of a line say nothing.
#[derive(Debug)]
struct Unsearched {
    patterns: PatternSet,
    /// Rules whose patterns are called for by short literals near the edges.
    edges: Vec<Edge>,
    index: Index,
}

/// One of them.
#[derive(Debug)]
struct Edge {
    rule: u32,
    role: Role,
    near: Vec<String>,
}

#[cfg(test)]
mod tests {
    use crate::judge::literals::Found;
    use crate::judge::rules::RuleSet;

    #[test]
    fn span_rules_handed_over_take_what_those_looked_for_take() {
        let set = RuleSet::builtin().unwrap();
        let (mut hits, mut rules, mut given, mut found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut handed_over = 0;
        for rule in set.rules() {
            for example in rule.hit.iter().chain(&rule.miss) {
                let texts = [
                    example.clone(),
                    format!(" {example}"),
                    example.replace(' ', "  "),
                    format!("Ia pulang. {example} {example} Ia pergi."),
                ];
                for text in texts {
                    let portal = Some(rule.pack);
                    if set.line_and_span_rules(
                        portal,
                        &text,
                        0..text.len(),
                        &mut Found::default(),
                        &mut hits,
                        &mut rules,
                    ) {
                        set.span_hits(portal, &text, &mut found);
                        set.span_hits_of(portal, &text, &rules, &mut given);
                        assert_eq!(given, found, "{text}");
                        handed_over += usize::from(!rules.is_empty() && !found.is_empty());
                    }
                }
            }
        }
        assert!(handed_over > 100);
    }
}
