//! Running the examples that packs carry: every `hit` must match its rule, every `miss` must not, and every selector of
//! `[page]` must find something in one of its snippets.

use scraper::Html;

use super::pack::{Matcher, PagePart, Takes};
use super::rules::{CompiledRule, RuleSet};
use super::selectors;

/// An example that its rule does not bear out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExampleFailure {
    /// The pack's name.
    pub pack: String,
    /// The rule's id.
    pub rule: String,
    /// The example.
    pub example: String,
    /// Whether the rule should have matched it: the example is a `hit`; else it is a `miss`.
    pub expected_hit: bool,
}

/// Runs the examples of all rules, or of one pack (its number in the set).
#[must_use]
pub fn check_examples(set: &RuleSet, pack: Option<u32>) -> Vec<ExampleFailure> {
    let mut failures = Vec::new();
    for (number, rule) in (0_u32..).zip(set.rules()) {
        if pack.is_some_and(|pack| pack != rule.pack) {
            continue;
        }
        let hits = rule.hit.iter().map(|example| (example, true));
        let misses = rule.miss.iter().map(|example| (example, false));
        for (example, expected_hit) in hits.chain(misses) {
            if matches(set, number, rule, example) != expected_hit {
                failures.push(ExampleFailure {
                    pack: set.packs().get(rule.pack as usize).map(|pack| pack.name.clone()).unwrap_or_default(),
                    rule: rule.id.clone(),
                    example: example.clone(),
                    expected_hit,
                });
            }
        }
    }
    for (number, info) in (0_u32..).zip(set.packs()) {
        if pack.is_some_and(|pack| pack != number) {
            continue;
        }
        let snippets: Vec<Html> = info.page.examples.iter().map(|html| Html::parse_document(html)).collect();
        let found = |css: &str| {
            selectors::parse(css)
                .is_ok_and(|selector| snippets.iter().any(|html| html.select(&selector).next().is_some()))
        };
        for part in PagePart::ALL {
            let idle = info.page.part(part).iter().filter(|selector| !found(&selector.css));
            failures.extend(idle.map(|selector| ExampleFailure {
                pack: info.name.clone(),
                rule: format!("page.{}", part.name()),
                example: selector.css.clone(),
                expected_hit: true,
            }));
        }
    }
    failures
}

fn matches(set: &RuleSet, number: u32, rule: &CompiledRule, example: &str) -> bool {
    let portal = Some(rule.pack);
    let mut hits = Vec::new();
    if rule.matcher == Matcher::Selector {
        let html = Html::parse_document(example);
        return html.tree.nodes().filter_map(scraper::ElementRef::wrap).any(|element| {
            set.element_hits(portal, &element, &mut hits);
            hits.contains(&number)
        });
    }
    let may_have_spans = set.line_hits(portal, example, &mut hits);
    if rule.takes != Takes::Span {
        return hits.contains(&number);
    }
    let mut spans = Vec::new();
    set.span_hits(portal, example, &mut spans);
    may_have_spans && spans.iter().any(|span| span.rule == number)
}
