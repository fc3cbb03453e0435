//! Statistics of a run: what was kept and removed, by what, where; and what changed between two runs.
//!
//! Counting is the same whatever the number of threads: workers take [`Facts`] of a record, and they are added up in the
//! order in which records are written. What is held grows with the number of portals and rules, not with that of records.

pub mod drift;
pub mod sample;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::sample::{Example, Piece, Sampler};
use crate::article::{Article, Kind, Record};
use crate::judge::rules::RuleSet;
use crate::limits;
use crate::pipeline::Totals;

/// What the file of statistics is called by in its first key.
const FORMAT: u32 = 1;

/// What records without a portal are counted under.
pub const UNKNOWN: &str = "(unknown)";

/// What portals are counted under for which there is no room any more.
pub const OTHERS: &str = "(others)";

/// What is counted of one record.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    portal: Option<String>,
    language: Option<String>,
    input_bytes: u64,
    text_bytes: u64,
    confidence: f32,
    /// Kind, rule and bytes of everything removed.
    removed: Vec<(Kind, String, u64)>,
    /// Codes of its warnings.
    warnings: Vec<String>,
    /// The record as an example, if it may be one.
    example: Option<Box<Example>>,
}

/// Spans and the documents they stand in.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Count {
    /// Documents with at least one.
    pub documents: u64,
    /// How many.
    pub spans: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// What is counted of a pack.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PackCount {
    /// Documents in which its rules count: those of its portal, or all.
    pub documents: u64,
    /// Documents in which one of its rules removed something.
    pub hits: u64,
}

/// What is counted of a portal.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PortalCount {
    /// Whether there is a pack for it.
    pub pack: bool,
    /// Its documents.
    pub documents: u64,
    /// Those of which no text is left.
    pub emptied: u64,
    /// Bytes of their text before.
    pub input_bytes: u64,
    /// Bytes of their text after.
    pub text_bytes: u64,
    /// For each rule, in how many of them it removed something.
    pub rules: BTreeMap<String, u64>,
}

/// The statistics of a run.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Stats {
    /// Version of this format.
    pub stats_version: u32,
    /// What became of all records.
    pub totals: Totals,
    /// Bytes removed.
    pub removed_bytes: u64,
    /// By kind.
    pub kinds: BTreeMap<String, Count>,
    /// By the rule, or the evidence, that decided.
    pub rules: BTreeMap<String, Count>,
    /// By pack.
    pub packs: BTreeMap<String, PackCount>,
    /// By portal.
    pub portals: BTreeMap<String, PortalCount>,
    /// By language.
    pub languages: BTreeMap<String, u64>,
    /// Documents with each warning.
    pub warnings: BTreeMap<String, u64>,
    /// Documents by confidence: from 0.0 to 0.1, and so on.
    pub confidence: [u64; 10],
    /// Some documents, chosen by chance and always the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub examples: Vec<Example>,
}

impl Facts {
    /// The facts of a record; a sampler says whether it is to be an example.
    #[must_use]
    pub fn of(position: u64, record: &Record, article: &Article, sampler: Option<&Sampler>) -> Facts {
        let flat = article.flat.as_deref().unwrap_or(&record.text);
        let removed = article.removed.iter().map(|removed| {
            (removed.kind, removed.rule.clone(), removed.span.end.saturating_sub(removed.span.start) as u64)
        });
        Facts {
            portal: article.metadata.portal.clone(),
            language: article.metadata.language.clone(),
            input_bytes: flat.len() as u64,
            text_bytes: article.text.len() as u64,
            confidence: article.confidence,
            removed: removed.collect(),
            warnings: article.warnings.iter().map(|warning| warning.code.clone()).collect(),
            example: sampler
                .filter(|sampler| !article.removed.is_empty() && sampler.may_take(position))
                .map(|_| Box::new(Example::of(position, record, article))),
        }
    }
}

impl Stats {
    /// No statistics yet, of a run with these packs.
    #[must_use]
    pub fn new(rules: &RuleSet) -> Stats {
        let packs = rules.packs().iter().map(|pack| (pack.name.clone(), PackCount::default()));
        Stats { stats_version: FORMAT, packs: packs.collect(), ..Stats::default() }
    }

    /// Adds what is known of one more record.
    pub fn add(&mut self, facts: Facts, rules: &RuleSet, sampler: Option<&Sampler>) {
        let Facts { portal, language, input_bytes, text_bytes, confidence, mut removed, warnings, example } = facts;
        self.removed_bytes += removed.iter().map(|(_, _, bytes)| bytes).sum::<u64>();
        let bin = (f64::from(confidence) * 10.0).clamp(0.0, 9.0) as usize;
        if let Some(count) = self.confidence.get_mut(bin) {
            *count += 1;
        }
        *self.languages.entry(language.unwrap_or_else(|| UNKNOWN.to_owned())).or_default() += 1;
        let mut codes = warnings;
        codes.sort();
        codes.dedup();
        for code in codes {
            *self.warnings.entry(code).or_default() += 1;
        }

        removed.sort_by_key(|(kind, _, _)| *kind);
        for of_kind in removed.chunk_by(|a, b| a.0 == b.0) {
            if let Some((kind, _, _)) = of_kind.first() {
                self.kinds.entry(kind.name().to_owned()).or_default().add(of_kind);
            }
        }
        removed.sort_by(|a, b| a.1.cmp(&b.1));
        let key = self.portal_key(portal);
        let portal = self.portals.entry(key.clone()).or_default();
        portal.documents += 1;
        portal.emptied += u64::from(text_bytes == 0);
        portal.input_bytes += input_bytes;
        portal.text_bytes += text_bytes;
        let mut hit: Vec<&str> = Vec::new();
        for by_rule in removed.chunk_by(|a, b| a.1 == b.1) {
            let Some((_, rule, _)) = by_rule.first() else {
                continue;
            };
            self.rules.entry(rule.clone()).or_default().add(by_rule);
            *portal.rules.entry(rule.clone()).or_default() += 1;
            let pack = rule.split('/').next().unwrap_or_default();
            if hit.last() != Some(&pack) {
                hit.push(pack);
            }
        }
        for pack in rules.packs() {
            let applies = !pack.is_portal || pack.name == key;
            portal.pack |= pack.is_portal && applies;
            if let Some(count) = self.packs.get_mut(&pack.name) {
                count.documents += u64::from(applies);
                count.hits += u64::from(hit.binary_search(&pack.name.as_str()).is_ok());
            }
        }
        if let (Some(sampler), Some(example)) = (sampler, example) {
            sampler.take(&mut self.examples, *example);
        }
    }

    /// The name that a portal is counted under; there is room for so many.
    fn portal_key(&self, portal: Option<String>) -> String {
        match portal {
            None => UNKNOWN.to_owned(),
            Some(name) if self.portals.len() < limits::STATS_PORTALS || self.portals.contains_key(&name) => name,
            Some(_) => OTHERS.to_owned(),
        }
    }

    /// The statistics as JSON, without the examples.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let plain = Stats { examples: Vec::new(), ..self.clone() };
        // Maps with string keys, strings and numbers: this cannot fail.
        let mut json = serde_json::to_vec_pretty(&plain).unwrap_or_default();
        json.push(b'\n');
        json
    }

    /// Portals without a pack, those with the most documents first.
    #[must_use]
    pub fn without_pack(&self) -> Vec<(&str, &PortalCount)> {
        let mut portals: Vec<(&str, &PortalCount)> = self
            .portals
            .iter()
            .filter(|(_, portal)| !portal.pack)
            .map(|(name, portal)| (name.as_str(), portal))
            .collect();
        portals.sort_by(|a, b| b.1.documents.cmp(&a.1.documents).then(a.0.cmp(b.0)));
        portals
    }
}

impl Count {
    /// Adds what was removed of one document.
    fn add(&mut self, removed: &[(Kind, String, u64)]) {
        self.documents += 1;
        self.spans += removed.len() as u64;
        self.bytes += removed.iter().map(|(_, _, bytes)| bytes).sum::<u64>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Metadata, Removed, Warning};

    fn facts(portal: &str, rules: &[(Kind, &str)]) -> Facts {
        let removed = rules.iter().enumerate().map(|(number, (kind, rule))| Removed {
            kind: *kind,
            rule: (*rule).to_owned(),
            span: number * 10..number * 10 + 4,
            path: None,
        });
        let article = Article {
            text: "isi".to_owned(),
            metadata: Metadata { portal: Some(portal.to_owned()), ..Metadata::default() },
            confidence: 0.95,
            removed: removed.collect(),
            warnings: vec![Warning { code: "emptied".to_owned(), message: String::new() }; 2],
            ..Article::default()
        };
        Facts::of(0, &Record { text: "x".repeat(40), ..Record::default() }, &article, None)
    }

    #[test]
    fn documents_spans_and_bytes_are_told_apart() {
        let rules = RuleSet::builtin().unwrap();
        let mut stats = Stats::new(&rules);
        stats.add(
            facts("a.example", &[(Kind::Ad, "id/x/equals"), (Kind::Share, "id/y/equals"), (Kind::Ad, "id/x/equals")]),
            &rules,
            None,
        );
        stats.add(facts("a.example", &[]), &rules, None);
        assert_eq!(stats.kinds["ad"], Count { documents: 1, spans: 2, bytes: 8 });
        assert_eq!(stats.rules["id/y/equals"], Count { documents: 1, spans: 1, bytes: 4 });
        assert_eq!((stats.removed_bytes, stats.warnings["emptied"], stats.confidence[9]), (12, 2, 2));
        let portal = &stats.portals["a.example"];
        assert_eq!((portal.pack, portal.documents, portal.rules["id/x/equals"]), (false, 2, 1));
        assert_eq!(stats.packs["id"], PackCount { documents: 2, hits: 1 });
        assert_eq!(stats.without_pack()[0].0, "a.example");
    }

    #[test]
    fn a_pack_of_a_portal_counts_the_documents_of_its_portal() {
        let rules = RuleSet::builtin().unwrap();
        let pack = rules.packs().iter().find(|pack| pack.is_portal).unwrap().name.clone();
        let mut stats = Stats::new(&rules);
        stats.add(facts(&pack, &[(Kind::Ad, &format!("{pack}/x/equals"))]), &rules, None);
        stats.add(facts("a.example", &[]), &rules, None);
        assert_eq!(stats.packs[&pack], PackCount { documents: 1, hits: 1 });
        assert!(stats.portals[&pack].pack);
        assert_eq!(stats.without_pack().len(), 1);
    }

    #[test]
    fn there_is_room_for_so_many_portals() {
        let rules = RuleSet::builtin().unwrap();
        let mut stats = Stats::new(&rules);
        for number in 0..limits::STATS_PORTALS {
            stats.portals.insert(format!("{number}.example"), PortalCount::default());
        }
        stats.add(facts("a.example", &[]), &rules, None);
        stats.add(facts("7.example", &[]), &rules, None);
        assert_eq!((stats.portals[OTHERS].documents, stats.portals["7.example"].documents), (1, 1));
    }

    #[test]
    fn statistics_come_back_as_they_were() {
        let rules = RuleSet::builtin().unwrap();
        let mut stats = Stats::new(&rules);
        stats.add(facts("a.example", &[(Kind::Ad, "id/x/equals")]), &rules, None);
        let back: Stats = serde_json::from_slice(&stats.to_json()).unwrap();
        assert_eq!(back, stats);
    }
}
