//! The compiled rule set: all packs, gathered first, then compiled once and never changed.
//!
//! Says which rules match a line and which of them wins. What follows from that is for the judges.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::OnceLock;

pub use super::gather::Level;
use super::gather::{self, Gathered};
use super::literals::Found;
use super::matcher::{Entry, Matchers};
pub use super::pack::PackError;
use super::pack::{Matcher, PageTable, Strength, Takes, Zone};
pub use super::portal::Names;
use super::portal::Portals;
use super::selectors::{self, ElementRules, PageSelectors};
use crate::article::Kind;

/// All rules of all packs, compiled. Immutable, so that any number of threads can share one.
#[derive(Debug)]
pub struct RuleSet {
    packs: Vec<PackInfo>,
    rules: Vec<CompiledRule>,
    matchers: Matchers,
    portals: Portals,
    outlets: Names,
    places: Names,
    /// Compiled when the first page comes that they are for: most runs see none. Whether they compile was found out when
    /// their packs were read.
    pages: Vec<OnceLock<Option<PageSelectors>>>,
    elements: OnceLock<ElementRules>,
}

/// What there is to say about a pack.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PackInfo {
    /// Its name: for a portal, the host without `www`.
    pub name: String,
    /// Where it comes from; a pack of ours that a user's adds to keeps its level.
    pub level: Level,
    /// Whether it counts only for documents of its portal.
    pub is_portal: bool,
    /// Hosts of the portal, subdomains included.
    pub hosts: Vec<String>,
    /// Names of the outlet as datelines write them.
    pub names: Vec<String>,
    /// Offset of times that state no zone, such as `+07:00`.
    pub timezone: Option<String>,
    /// Where its pages keep what.
    pub page: PageTable,
    /// How many rules it has.
    pub rules: usize,
}

/// A rule as the judges see it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CompiledRule {
    /// Pack, rule and matcher, such as `id/read-also/prefix`.
    pub path: String,
    /// The rule's id within its pack.
    pub id: String,
    /// What a match is; a body kind makes this a keep rule.
    pub kind: Kind,
    /// Where in the document it counts.
    pub zone: Zone,
    /// What it takes.
    pub takes: Takes,
    /// Whether a match settles the verdict.
    pub strength: Strength,
    /// Where the rule comes from.
    pub level: Level,
    /// Number of its pack among the set's packs.
    pub pack: u32,
    /// What it looks for.
    pub matcher: Matcher,
    /// The elements it takes, if it is a rule about elements.
    pub selector: Option<String>,
    /// Why portals print it.
    pub why: String,
    /// Lines that it must match; for a selector, snippets of HTML.
    pub hit: Vec<String>,
    /// Lines, or snippets of HTML, that it must leave alone.
    pub miss: Vec<String>,
}

/// A stretch that a span rule takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SpanHit {
    /// The rule's number.
    pub rule: u32,
    /// Where it begins, in bytes of the text searched.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
}

impl RuleSet {
    /// The packs that come with the crate.
    ///
    /// # Errors
    /// A pack that does not fit the schema: the crate's tests rule that out.
    pub fn builtin() -> Result<RuleSet, PackError> {
        RuleSet::compile(gather::builtin()?, true)
    }

    /// The packs that come with the crate, and those in the user's folders on top: a user's rules beat ours; a user's pack
    /// with the name of one of ours adds to it, its rules replacing those of the same id.
    ///
    /// # Errors
    /// The first thing that cannot be read, does not fit the schema or contradicts another rule.
    pub fn with_dirs(dirs: &[PathBuf]) -> Result<RuleSet, PackError> {
        // Our own, the crate's tests see to.
        RuleSet::compile(gather::with_dirs(dirs)?, !dirs.is_empty())
    }

    /// The packs: common, language, portal, the user's own, each group sorted by name.
    #[must_use]
    pub fn packs(&self) -> &[PackInfo] {
        &self.packs
    }

    /// All rules; a rule's number is its place here.
    #[must_use]
    pub fn rules(&self) -> &[CompiledRule] {
        &self.rules
    }

    /// The rule of that number.
    ///
    /// # Panics
    /// If the number does not come from this set.
    #[must_use]
    pub fn rule(&self, id: u32) -> &CompiledRule {
        &self.rules[id as usize]
    }

    /// The pack of the document's portal: by the host of its address if it has one, most specific host first, else by
    /// fingerprints near both ends of the text.
    #[must_use]
    pub fn portal_of(&self, url: Option<&str>, text: &str) -> Option<u32> {
        self.portals.portal_of(url, text)
    }

    /// Puts into `hits` (cleared first, sorted) every rule that matches the line: rules for all documents and those of the
    /// portal, whatever their zone, span rules left out. Of a line over 64 KiB only the first 64 KiB count.
    /// Returns whether [`RuleSet::span_hits`] may find something in it.
    pub fn line_hits(&self, portal: Option<u32>, line: &str, hits: &mut Vec<u32>) -> bool {
        self.line_and_span_rules(portal, line, 0..line.len(), &mut Found::default(), hits, &mut Vec::new())
    }

    /// Likewise of a line of a text, `found` serving for one line of it after the other; puts into `spans` the span rules that
    /// may match in the line, for [`RuleSet::span_hits_of`]. None if which they are must be looked for there.
    pub(crate) fn line_and_span_rules(
        &self,
        portal: Option<u32>,
        text: &str,
        line: Range<usize>,
        found: &mut Found,
        hits: &mut Vec<u32>,
        spans: &mut Vec<u32>,
    ) -> bool {
        self.matchers.line_hits(portal, text, line, found, hits, spans)
    }

    /// Puts into `hits` (cleared first, sorted by place) every stretch of the text that a span rule takes. They may overlap.
    pub fn span_hits(&self, portal: Option<u32>, text: &str, hits: &mut Vec<SpanHit>) {
        self.span_hits_of(portal, text, &[], hits);
    }

    /// Likewise, given which span rules may match in it; none: that is looked for.
    pub(crate) fn span_hits_of(&self, portal: Option<u32>, text: &str, rules: &[u32], hits: &mut Vec<SpanHit>) {
        self.matchers.span_hits(portal, text, rules, hits);
    }

    /// Where the pages of that portal (number of its pack) keep what, if its pack says so.
    #[must_use]
    pub fn page_selectors(&self, portal: u32) -> Option<&PageSelectors> {
        let page = &self.packs.get(portal as usize)?.page;
        self.pages.get(portal as usize)?.get_or_init(|| PageSelectors::compile(page, "").ok().flatten()).as_ref()
    }

    /// Puts into `hits` (cleared first, sorted) every selector rule that matches the element itself: rules for all pages and
    /// those of the portal. Cost follows the element's classes, not the number of rules.
    pub fn element_hits(&self, portal: Option<u32>, element: &scraper::ElementRef<'_>, hits: &mut Vec<u32>) {
        self.elements().find(portal, element, None, hits);
    }

    /// Of the rules that match a line in that zone, the certain one that wins, if there is one. A keep rule, even a hint, turns
    /// certain drop rules into evidence.
    #[must_use]
    pub fn decide(&self, hits: &[u32], zone: Zone) -> Option<u32> {
        let in_zone = || hits.iter().copied().filter(|hit| self.rule(*hit).zone.overlaps(zone));
        let keeps = in_zone().any(|hit| self.rule(hit).kind.is_body());
        let rank = |id: u32| {
            let rule = self.rule(id);
            (rule.level, rule.matcher, Reverse(id))
        };
        let eligible = |id: u32| {
            let rule = self.rule(id);
            rule.strength == Strength::Certain && rule.takes != Takes::Span && rule.kind.is_body() == keeps
        };
        in_zone().filter(|id| eligible(*id)).max_by_key(|id| rank(*id))
    }

    /// The names of all outlets.
    #[must_use]
    pub fn outlet_names(&self) -> &Names {
        &self.outlets
    }

    /// The names of places that datelines are likely to name.
    #[must_use]
    pub fn place_names(&self) -> &Names {
        &self.places
    }

    /// `may_tie` says whether two rules might contradict each other.
    fn compile(mut packs: Vec<Gathered>, may_tie: bool) -> Result<RuleSet, PackError> {
        let mut infos = Vec::with_capacity(packs.len());
        let mut rules = Vec::with_capacity(packs.iter().map(|gathered| gathered.pack.rules.len()).sum());
        for (number, gathered) in (0_u32..).zip(&mut packs) {
            let Gathered { pack, level, is_portal, levels } = gathered;
            for (rule, &level) in pack.rules.iter_mut().zip(&*levels) {
                let matcher = rule.matcher();
                rules.push(CompiledRule {
                    path: [&pack.name, "/", &rule.id, "/", matcher.name()].concat(),
                    id: rule.id.clone(),
                    kind: rule.kind,
                    zone: rule.zone,
                    takes: rule.takes,
                    strength: rule.strength,
                    level,
                    pack: number,
                    matcher,
                    selector: rule.selector.clone(),
                    why: std::mem::take(&mut rule.why),
                    hit: std::mem::take(&mut rule.hit),
                    miss: std::mem::take(&mut rule.miss),
                });
            }
            infos.push(PackInfo {
                name: std::mem::take(&mut pack.name),
                level: *level,
                is_portal: *is_portal,
                hosts: std::mem::take(&mut pack.hosts),
                names: std::mem::take(&mut pack.names),
                timezone: pack.timezone.take(),
                page: std::mem::take(&mut pack.page),
                rules: pack.rules.len(),
            });
        }
        let mut entries = Vec::with_capacity(rules.len());
        for (number, Gathered { pack, is_portal, .. }) in (0_u32..).zip(&packs) {
            let portal = is_portal.then_some(number);
            entries.extend(pack.rules.iter().map(|rule| Entry { rule, file: &pack.file, portal }));
        }
        if may_tie {
            refuse_ties(&entries, &rules)?;
        }
        let fingerprints =
            (0_u32..).zip(&packs).flat_map(|(n, gathered)| gathered.pack.fingerprints.iter().map(move |f| (n, f)));
        Ok(RuleSet {
            matchers: Matchers::new(&entries),
            portals: Portals::new(&infos, fingerprints),
            outlets: Names::new(infos.iter().flat_map(|info| &info.names)),
            places: Names::new(packs.iter().flat_map(|gathered| &gathered.pack.places)),
            pages: infos.iter().map(|_| OnceLock::new()).collect(),
            elements: OnceLock::new(),
            packs: infos,
            rules,
        })
    }

    /// The rules about elements.
    fn elements(&self) -> &ElementRules {
        self.elements.get_or_init(|| {
            let mut elements = ElementRules::default();
            for (number, rule) in (0_u32..).zip(&self.rules) {
                let is_portal = self.packs.get(rule.pack as usize).is_some_and(|pack| pack.is_portal);
                if let Some(css) = &rule.selector
                    && let Ok(selector) = selectors::parse(css)
                {
                    elements.add(&selector, css, is_portal.then_some(rule.pack), number);
                }
            }
            elements
        })
    }
}

/// Refuses two certain rules that say different things of the same lines and neither of which beats the other.
fn refuse_ties(entries: &[Entry<'_>], rules: &[CompiledRule]) -> Result<(), PackError> {
    let mut seen: HashMap<(Matcher, Level, bool, String), Vec<usize>> = HashMap::new();
    for (index, (entry, rule)) in entries.iter().zip(rules).enumerate() {
        if rule.strength != Strength::Certain {
            continue;
        }
        let texts = entry
            .rule
            .literals()
            .iter()
            .map(|text| text.to_lowercase())
            .chain(entry.rule.pattern.clone())
            .chain(entry.rule.selector.clone());
        for text in texts {
            let key = (rule.matcher, rule.level, rule.takes == Takes::Span, text.clone());
            let others = seen.entry(key).or_default();
            for other in others.iter().filter_map(|&other| Some((entries.get(other)?, rules.get(other)?))) {
                let meet = entry.portal.is_none() || other.0.portal.is_none() || entry.portal == other.0.portal;
                if meet && rule.kind != other.1.kind && rule.zone.overlaps(other.1.zone) {
                    let message = format!(
                        "rule `{}` says that `{text}` is {}, {} that it is {}: make one of them a hint, or narrow its `where`",
                        rule.id,
                        rule.kind.name(),
                        other.1.path,
                        other.1.kind.name(),
                    );
                    return Err(PackError::new(entry.file, entry.rule.line, message));
                }
            }
            others.push(index);
        }
    }
    Ok(())
}
