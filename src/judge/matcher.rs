//! Automata over all literals and patterns of a rule set: which rules match a line, which stretches a span rule takes.
//!
//! Knows nothing of kinds and precedence. One pass of one automaton finds every literal; a pattern is tried only
//! when one of the literals that it needs was found, or on short lines that begin and end as it does.

use std::collections::{BTreeMap, HashMap};

use super::fold::{fold, head, strip, strip_start};
use super::gates::Ends;
use super::known;
use super::literals::{Literal, Literals, LiteralsBuilder, Prefixes, Role, stands_near_edge};
use super::pack::{Matcher, PackError, Rule, Takes};
use super::patterns::{Index, Lazy, PatternSet};
use super::rules::SpanHit;
use super::whole::WholeCompiler;

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

/// All rules of a set, compiled. Rules are numbered as they were given.
#[derive(Debug)]
pub(crate) struct Matchers {
    /// Literals of `contains` and `needs`; of these, those of span rules.
    inner: Literals,
    spans: Literals,
    /// Rules with `needs` too short to be searched for everywhere: of all documents, then of each portal.
    edges: BTreeMap<Option<u32>, Edges>,
    /// Literals of `prefix`.
    prefix: Prefixes,
    /// Literals of `equals`, stripped and in lower case; the longest has so many bytes.
    equals: HashMap<Vec<u8>, Vec<Literal>>,
    longest_equals: usize,
    /// Patterns that need no literal: those for all documents, then those of each portal.
    everywhere: PatternSet,
    by_portal: BTreeMap<Option<u32>, PatternSet>,
    /// Patterns that need a literal, by rule.
    gated: Vec<Option<Lazy>>,
    compiler: WholeCompiler,
    /// By rule: portal and longest line.
    limits: Vec<(Option<u32>, Option<usize>)>,
}

impl Matchers {
    pub(crate) fn new(entries: &[Entry<'_>]) -> Result<Matchers, PackError> {
        let mut inner = LiteralsBuilder::default();
        let mut prefix = LiteralsBuilder::default();
        let mut equals: HashMap<Vec<u8>, Vec<Literal>> = HashMap::new();
        let mut sets: BTreeMap<Option<u32>, Vec<(u32, Lazy)>> = BTreeMap::new();
        let mut gated: Vec<Option<Lazy>> = entries.iter().map(|_| None).collect();
        let mut spans = LiteralsBuilder::default();
        let mut edges: BTreeMap<Option<u32>, Edges> = BTreeMap::new();
        for (number, entry) in (0_u32..).zip(entries) {
            let rule = entry.rule;
            let role = if rule.takes == Takes::Span { Role::Span } else { Role::Line };
            match rule.matcher() {
                Matcher::Contains => {
                    inner.extend(number, &rule.contains, role, rule.case);
                    if role == Role::Span {
                        spans.extend(number, &rule.contains, role, rule.case);
                    }
                }
                Matcher::Prefix => prefix.extend(number, &rule.prefix, role, rule.case),
                // Elements are matched where there are elements (`selectors`).
                Matcher::Selector => {}
                Matcher::Equals => {
                    for text in &rule.equals {
                        let text = fold(text);
                        let text = strip(&text);
                        let literal = Literal { rule: number, role, exact: rule.case.then(|| text.to_owned()) };
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
                        let near = near.iter().map(|text| fold(text).to_ascii_lowercase()).collect();
                        edges.entry(entry.portal).or_default().list.push(Edge { rule: number, role: gate, near });
                    }
                    inner.extend(number, &far, gate, false);
                    if gate == Role::NeededBySpan {
                        spans.extend(number, &far, gate, false);
                    }
                    if let Some(place) = gated.get_mut(number as usize) {
                        *place = Some(Lazy::new(pattern));
                    }
                }
            }
        }
        if let Some(all) = edges.get_mut(&None) {
            let pattern = |edge: &Edge| gated.get(edge.rule as usize)?.as_ref();
            all.index = Index::new(all.list.iter().filter_map(pattern));
        }
        Ok(Matchers {
            inner: inner.build(),
            spans: spans.build(),
            edges,
            prefix: prefix.build_prefixes()?,
            longest_equals: equals.keys().map(Vec::len).max().unwrap_or(0),
            equals,
            everywhere: PatternSet::new(sets.remove(&None).unwrap_or_default()),
            by_portal: sets.into_iter().map(|(portal, patterns)| (portal, PatternSet::new(patterns))).collect(),
            gated,
            compiler: WholeCompiler::default(),
            limits: entries.iter().map(|entry| (entry.portal, entry.rule.longest)).collect(),
        })
    }

    /// Puts into `hits` the rules that match the line, sorted. Returns whether span rules may match in it.
    pub(crate) fn line_hits(&self, portal: Option<u32>, line: &str, hits: &mut Vec<u32>) -> bool {
        hits.clear();
        let line = fold(head(line, MAX_SEGMENT));
        let line: &str = &line;
        let ends = &Ends::of(line);
        let stripped = strip(line);
        if stripped.len() <= self.longest_equals
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
        let mut has_span = false;
        self.inner.find_all(line, |literal, _, _| match literal.role {
            Role::Line => hits.push(literal.rule),
            Role::NeededByLine => hits.push(literal.rule | PENDING),
            Role::Span => has_span |= self.counts(literal.rule, portal),
            Role::NeededBySpan => {
                has_span = has_span || self.counts(literal.rule, portal) && self.fits(literal.rule, ends);
            }
        });
        self.near_edges(portal, line, ends, |rule, role| match role {
            Role::NeededByLine => hits.push(rule | PENDING),
            _ => has_span = true,
        });
        if line.len() <= MAX_SHORT {
            self.everywhere.matches(line, ends, &self.compiler, hits);
            if let Some(set) = self.by_portal.get(&portal) {
                set.matches(line, ends, &self.compiler, hits);
            }
        }
        if !hits.is_empty() {
            hits.sort_unstable();
            hits.dedup();
            let mut length = None;
            hits.retain_mut(|hit| {
                let rule = *hit & !PENDING;
                let pending = *hit != rule;
                *hit = rule;
                self.counts(rule, portal)
                    && self.limit(rule).is_none_or(|limit| *length.get_or_insert_with(|| line.chars().count()) <= limit)
                    && (!pending || self.pattern(rule).is_some_and(|lazy| lazy.is_match(line, ends, &self.compiler)))
            });
            hits.sort_unstable();
        }
        has_span
    }

    /// Puts into `hits` what span rules take of the text, sorted by place.
    pub(crate) fn span_hits(&self, portal: Option<u32>, text: &str, hits: &mut Vec<SpanHit>) {
        hits.clear();
        let text = head(text, MAX_SEGMENT);
        let ends = &Ends::of(text);
        let mut patterns = Vec::new();
        self.spans.find_all(text, |literal, start, end| {
            if !self.counts(literal.rule, portal) {
                return;
            }
            match literal.role {
                Role::Span => hits.push(SpanHit { rule: literal.rule, start, end }),
                Role::NeededBySpan if self.fits(literal.rule, ends) => patterns.push(literal.rule),
                _ => {}
            }
        });
        self.near_edges(portal, text, ends, |rule, role| {
            if role == Role::NeededBySpan {
                patterns.push(rule);
            }
        });
        patterns.sort_unstable();
        patterns.dedup();
        for rule in patterns {
            let Some(lazy) = self.pattern(rule) else {
                continue;
            };
            let mut at = lazy.known().reach(text);
            for _ in 0..MAX_SPANS {
                let found = (at <= text.len()).then(|| lazy.find_at(text, at, &self.compiler)).flatten();
                let Some((whole, taken)) = found else { break };
                // A match of nothing would be found there again and again.
                at = if whole.is_empty() { text.ceil_char_boundary(whole.end + 1) } else { whole.end };
                if !taken.is_empty() {
                    hits.push(SpanHit { rule, start: taken.start, end: taken.end });
                }
            }
        }
        hits.sort_unstable_by_key(|hit| (hit.start, hit.end, hit.rule));
        hits.dedup();
    }

    /// Reports the rules some short literal of which stands near an edge of the text.
    fn near_edges(&self, portal: Option<u32>, text: &str, ends: &Ends<'_>, mut found: impl FnMut(u32, Role)) {
        let own = portal.and_then(|_| self.edges.get(&portal));
        for edges in self.edges.get(&None).into_iter().chain(own) {
            edges.index.candidates(ends, edges.list.len(), |place| {
                let edge = edges.list.get(place).filter(|edge| self.fits(edge.rule, ends));
                if let Some(edge) = edge.filter(|edge| stands_near_edge(text, &edge.near)) {
                    found(edge.rule, edge.role);
                }
            });
        }
    }

    fn pattern(&self, rule: u32) -> Option<&Lazy> {
        self.gated.get(rule as usize)?.as_ref()
    }

    fn fits(&self, rule: u32, ends: &Ends<'_>) -> bool {
        self.pattern(rule).is_some_and(|lazy| lazy.known().fit(ends))
    }

    fn counts(&self, rule: u32, portal: Option<u32>) -> bool {
        self.limits.get(rule as usize).is_some_and(|&(owner, _)| owner.is_none() || owner == portal)
    }

    fn limit(&self, rule: u32) -> Option<usize> {
        self.limits.get(rule as usize).and_then(|&(_, limit)| limit)
    }
}

/// Rules whose patterns are called for by short literals near the edges of a line.
#[derive(Debug, Default)]
struct Edges {
    list: Vec<Edge>,
    index: Index,
}

/// One of them.
#[derive(Debug)]
struct Edge {
    rule: u32,
    role: Role,
    near: Vec<String>,
}
