//! What is known of the crate's own patterns since it was built: working it out when they are first met would take a run's
//! first moments.

use std::borrow::Cow;

use super::byte_set::ByteSet;
use super::gates::{Anchor, Brief, Gates, required_literals};
use super::heads::Head;
use super::openings::Openings;
use super::program::{Class, Program, Step};

/// What can be told of a pattern's matches without compiling it.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// What tells texts apart that it cannot match.
    pub(crate) gates: Gates,
    /// Its program, if it has one.
    pub(crate) program: Option<Program>,
}

impl Facts {
    pub(crate) fn of(pattern: &str) -> Facts {
        match regex_syntax::parse(pattern) {
            Ok(hir) => Facts { gates: Gates::of(&hir), program: Program::of(&hir) },
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
    fn programs_find_in_the_examples_what_regexes_find() {
        let rules = RuleSet::builtin().unwrap();
        let lines: Vec<&str> =
            rules.rules().iter().flat_map(|rule| rule.hit.iter().chain(&rule.miss)).map(String::as_str).collect();
        let mut too_long = 0;
        for known in KNOWN {
            let program = known.facts.program.as_ref().unwrap();
            let regex = Regex::new(known.pattern).unwrap();
            for line in &lines {
                let groups = regex.captures(line);
                let of = |number| groups.as_ref().and_then(|groups| groups.get(number)).map(|group| group.range());
                let expected = of(0).map(|whole| (whole.clone(), of(1).unwrap_or(whole)));
                let begins = expected.as_ref().is_some_and(|(whole, _)| whole.start == 0);
                match (program.find_at(line, 0), program.is_match(line)) {
                    (Ok(found), Ok(is_match)) => {
                        assert_eq!((found, is_match), (expected, begins), "{} {line}", known.pattern);
                    }
                    _ => too_long += 1,
                }
            }
        }
        assert!(too_long < 10, "{too_long} walks took too many steps");
    }
}
