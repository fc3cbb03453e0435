//! What changed between two runs: for each portal, which rules stopped removing anything, or remove far more often.
//!
//! A rule's rate is the share of a portal's documents in which it removed something. Two rates differ if chance would
//! hardly explain it and if they differ by a lot: a two-proportion z-test with pooled variance, with a threshold that
//! leaves room for the thousands of comparisons of a run, and a ratio. Portals with few documents are not compared.

use super::{OTHERS, Stats, UNKNOWN};

/// When a change counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Thresholds {
    /// Documents that a portal must have in both runs.
    pub documents: u64,
    /// How many standard errors the rates must be apart.
    pub z: f64,
    /// How many times as large the larger rate must be.
    pub ratio: f64,
}

impl Default for Thresholds {
    fn default() -> Thresholds {
        Thresholds { documents: 30, z: 4.0, ratio: 2.0 }
    }
}

/// How a rule changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Change {
    /// It removed something before and nothing now.
    Stopped,
    /// It removed nothing before.
    Began,
    /// It removes something in far fewer documents.
    Fell,
    /// It removes something in far more documents.
    Rose,
}

/// A rule that changed on a portal.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// The portal.
    pub portal: String,
    /// The rule, or the evidence.
    pub rule: String,
    /// How.
    pub change: Change,
    /// Documents in which it removed something, and all of the portal's, before.
    pub before: (u64, u64),
    /// The same now.
    pub now: (u64, u64),
    /// How many standard errors the rates are apart; positive if the rate rose.
    pub z: f64,
}

/// What two runs have in common, and what changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// Portals with enough documents in both.
    pub compared: usize,
    /// Portals of the former run that are not in the latter, or with too few documents in either.
    pub left_out: Vec<String>,
    /// What changed, by portal, the clearest changes first.
    pub drifts: Vec<Drift>,
}

/// Compares a run with an earlier one.
#[must_use]
pub fn compare(before: &Stats, now: &Stats, thresholds: Thresholds) -> Comparison {
    let mut comparison = Comparison::default();
    for (name, old) in before.portals.iter().filter(|(name, _)| *name != UNKNOWN && *name != OTHERS) {
        let new = now.portals.get(name).filter(|new| new.documents.min(old.documents) >= thresholds.documents);
        let Some(new) = new else {
            comparison.left_out.push(name.clone());
            continue;
        };
        comparison.compared += 1;
        let mut rules: Vec<&String> = old.rules.keys().chain(new.rules.keys()).collect();
        rules.sort();
        rules.dedup();
        let mut drifts: Vec<Drift> = Vec::new();
        for rule in rules {
            let before = (old.rules.get(rule).copied().unwrap_or(0), old.documents);
            let now = (new.rules.get(rule).copied().unwrap_or(0), new.documents);
            if let Some((change, z)) = changed(before, now, thresholds) {
                drifts.push(Drift { portal: name.clone(), rule: rule.clone(), change, before, now, z });
            }
        }
        drifts.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()).then_with(|| a.rule.cmp(&b.rule)));
        comparison.drifts.append(&mut drifts);
    }
    comparison
}

/// How a rate of hits among documents changed, if it did, and by how many standard errors.
fn changed(before: (u64, u64), now: (u64, u64), thresholds: Thresholds) -> Option<(Change, f64)> {
    let (hits, documents) = (before.0 + now.0, before.1 + now.1);
    let pooled = hits as f64 / documents as f64;
    let (old, new) = (before.0 as f64 / before.1 as f64, now.0 as f64 / now.1 as f64);
    let error = (pooled * (1.0 - pooled) * (1.0 / before.1 as f64 + 1.0 / now.1 as f64)).sqrt();
    // All hits or none in both: the same.
    let z = if error > 0.0 { (new - old) / error } else { 0.0 };
    let apart = old.max(new) >= thresholds.ratio * old.min(new);
    if z.abs() < thresholds.z || !apart {
        return None;
    }
    Some((
        match (before.0, now.0) {
            (_, 0) => Change::Stopped,
            (0, _) => Change::Began,
            _ if z < 0.0 => Change::Fell,
            _ => Change::Rose,
        },
        z,
    ))
}

#[cfg(test)]
mod tests {
    use super::super::PortalCount;
    use super::*;

    fn stats(documents: u64, rules: &[(&str, u64)]) -> Stats {
        let rules = rules.iter().map(|(rule, hits)| ((*rule).to_owned(), *hits)).collect();
        let portal = PortalCount { documents, rules, ..PortalCount::default() };
        let mut stats = Stats::default();
        stats.portals.insert("a.example".to_owned(), portal.clone());
        stats.portals.insert(UNKNOWN.to_owned(), portal);
        stats
    }

    #[test]
    fn what_stopped_or_began_is_found() {
        let before = stats(500, &[("tetap", 400), ("hilang", 250), ("turun", 300), ("langka", 3)]);
        let now = stats(400, &[("tetap", 330), ("baru", 200), ("turun", 60), ("langka", 1)]);
        let found = compare(&before, &now, Thresholds::default());
        assert_eq!((found.compared, found.left_out.len()), (1, 0));
        let mut changes: Vec<(&str, Change)> =
            found.drifts.iter().map(|drift| (drift.rule.as_str(), drift.change)).collect();
        changes.sort_by_key(|(rule, _)| *rule);
        assert_eq!(changes, [("baru", Change::Began), ("hilang", Change::Stopped), ("turun", Change::Fell)]);
        assert!(found.drifts.windows(2).all(|pair| pair[0].z.abs() >= pair[1].z.abs()));
    }

    #[test]
    fn the_same_run_has_not_drifted_and_neither_has_chance() {
        let before = stats(1000, &[("a", 500), ("b", 1000)]);
        assert_eq!(compare(&before, &before, Thresholds::default()).drifts, []);
        let now = stats(1000, &[("a", 530), ("b", 1000)]);
        assert_eq!(compare(&before, &now, Thresholds::default()).drifts, []);
        // Certain, but small.
        let (before, now) = (stats(100_000, &[("a", 50_000)]), stats(100_000, &[("a", 60_000)]));
        assert_eq!(compare(&before, &now, Thresholds::default()).drifts, []);
    }

    #[test]
    fn few_documents_prove_nothing() {
        let found = compare(&stats(1000, &[("a", 900)]), &stats(20, &[]), Thresholds::default());
        assert_eq!((found.compared, found.left_out, found.drifts.len()), (0, vec!["a.example".to_owned()], 0));
    }
}
