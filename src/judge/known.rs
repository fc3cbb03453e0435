//! What is known of the crate's own patterns since it was built: working it out when they are first met would take a run's
//! first moments.

use std::borrow::Cow;

use super::gates::{Anchor, ByteSet, Gates, required_literals};
use super::openings::Openings;
use super::tree::{Look, Times, Tree};

/// What can be told of a pattern's matches without compiling it.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// What tells texts apart that it cannot match.
    pub(crate) gates: Gates,
    /// Its tree, if it has one.
    pub(crate) tree: Option<Tree>,
}

impl Facts {
    pub(crate) fn of(pattern: &str) -> Facts {
        match regex_syntax::parse(pattern) {
            Ok(hir) => Facts { gates: Gates::of(&hir), tree: Tree::of(&hir) },
            Err(_) => Facts::default(),
        }
    }
}

/// What `build.rs` worked out.
#[derive(Debug)]
struct Known {
    /// The pattern as it is compiled.
    pattern: &'static str,
    /// Its [`required_literals`].
    literals: &'static [&'static str],
    facts: Facts,
}

/// Sorted by pattern.
static KNOWN: &[Known] = &include!(concat!(env!("OUT_DIR"), "/patterns.rs"));

/// What can be told of a pattern, if it is one of the crate's own.
pub(crate) fn facts(pattern: &str) -> Option<&'static Facts> {
    find(pattern).map(|known| &known.facts)
}

fn find(pattern: &str) -> Option<&'static Known> {
    let place = KNOWN.binary_search_by_key(&pattern, |known| known.pattern).ok()?;
    KNOWN.get(place)
}

/// The [`required_literals`] of a pattern.
pub(crate) fn literals(pattern: &str) -> Vec<String> {
    match find(pattern) {
        Some(known) => known.literals.iter().map(|text| (*text).to_owned()).collect(),
        None => required_literals(pattern),
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{Facts, KNOWN, find, literals};
    use crate::judge::gates::required_literals;
    use crate::judge::rules::RuleSet;
    use crate::judge::whole::WholeCompiler;

    #[test]
    fn what_was_worked_out_when_building_is_what_would_be_now() {
        assert!(KNOWN.len() > 100);
        for known in KNOWN {
            assert!(std::ptr::eq(find(known.pattern).unwrap(), known));
            assert_eq!(literals(known.pattern), required_literals(known.pattern));
            assert_eq!(format!("{:?}", known.facts), format!("{:?}", Facts::of(known.pattern)));
        }
        assert!(find("").is_none() && find("^(?:a-pattern-of-a-user)$").is_none());
    }

    #[test]
    fn trees_and_what_is_compiled_from_them_say_of_the_examples_what_regexes_say() {
        let compiler = WholeCompiler::default();
        let rules = RuleSet::builtin().unwrap();
        let lines: Vec<&str> = rules
            .rules()
            .iter()
            .flat_map(|rule| rule.hit.iter().chain(&rule.miss))
            .map(String::as_str)
            .filter(|line| line.len() < 500)
            .collect();
        let mut with_trees = 0;
        for known in KNOWN {
            let Some(tree) = &known.facts.tree else { continue };
            with_trees += 1;
            let regex = Regex::new(known.pattern).unwrap();
            let stretches = compiler.stretches(tree).unwrap();
            for line in &lines {
                let groups = regex.captures(line);
                let of = |number| groups.as_ref().and_then(|groups| groups.get(number)).map(|group| group.range());
                let expected = of(0).map(|whole| (whole.clone(), of(1).unwrap_or(whole)));
                assert_eq!(tree.is_match(line, 0), Some(expected.is_some()), "{} {line}", known.pattern);
                assert_eq!(stretches.find_at(line, 0).unwrap(), expected, "{} {line}", known.pattern);
            }
        }
        assert!(with_trees * 10 > KNOWN.len() * 9, "{with_trees} of {}", KNOWN.len());
    }
}
