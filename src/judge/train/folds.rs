//! Folds for cross-validation: which documents are held out together.
//!
//! Documents of a portal share its furniture, so they are never on both sides: a fold holds whole portals.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::judge::gold::GoldDocument;

/// Deals documents to `count` folds of about the same number of documents; each fold lists numbers of documents, rising.
///
/// The same documents give the same folds, whatever the machine. A fold may be empty if there are fewer portals.
#[must_use]
pub fn folds(documents: &[GoldDocument], count: usize) -> Vec<Vec<usize>> {
    let mut portals: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (number, document) in documents.iter().enumerate() {
        portals
            .entry(house(&document.portal))
            .or_default()
            .push(number);
    }
    // The largest first, each to the fold that has least so far.
    let mut portals: Vec<Vec<usize>> = portals.into_values().collect();
    portals.sort_by_key(|portal| Reverse(portal.len()));
    let mut folds = vec![Vec::new(); count];
    for portal in portals {
        if let Some(fold) = folds.iter_mut().min_by_key(|fold| fold.len()) {
            fold.extend(portal);
        }
    }
    folds.iter_mut().for_each(|fold| fold.sort_unstable());
    folds
}

/// What portals of the same house have in common: the first part of the host, so that `contoh`, `www.contoh.com` and
/// `contoh.co.id` count as one.
fn house(portal: &str) -> String {
    let host = portal.trim().to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    host.split('.').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(portal: &str) -> GoldDocument {
        GoldDocument {
            id: String::new(),
            portal: portal.to_owned(),
            url: None,
            text: String::new(),
            labels: vec![(None, false)],
            cuts: Vec::new(),
            meta: serde_json::Value::Null,
        }
    }

    #[test]
    fn a_portal_is_never_in_two_folds() {
        let portals = ["a.com", "b.id", "a", "c.id", "www.a.co.id", "b.id", "d.id"];
        let documents: Vec<_> = portals.iter().map(|portal| document(portal)).collect();
        assert_eq!(folds(&documents, 2), [vec![0, 2, 4, 6], vec![1, 3, 5]]);
    }

    #[test]
    fn every_document_is_held_out_once() {
        let documents: Vec<_> = (0..40)
            .map(|n| document(&format!("p{}.id", n % 13)))
            .collect();
        let folds = folds(&documents, 5);
        let mut all: Vec<usize> = folds.concat();
        all.sort_unstable();
        assert_eq!(all, (0..40).collect::<Vec<_>>());
        assert!(
            folds.iter().all(|fold| (6..=10).contains(&fold.len())),
            "{folds:?}"
        );
    }
}
