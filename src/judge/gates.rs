//! Which literals a pattern cannot do without, read off its syntax: one of them in a line calls for trying the pattern.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Shorter literals occur in too many lines to gate anything.
const MIN_GATE: usize = 4;

/// More literals are not worth their place in the automaton.
const MAX_GATES: usize = 120;

/// Literals, in lower case, of which every match of the pattern contains at least one, ASCII case aside. `None` if the pattern has
/// none that are worth searching for.
pub(crate) fn gates(pattern: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut gates = required(&hir)?;
    gates.sort_unstable();
    gates.dedup();
    (shortest(&gates) >= MIN_GATE && gates.len() <= MAX_GATES).then_some(gates)
}

/// As deep as the pattern nests, which the parser limits.
fn required(hir: &Hir) -> Option<Vec<String>> {
    if let Some(text) = exact(hir) {
        return Some(vec![text]);
    }
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let sets: Option<Vec<Vec<String>>> = branches.iter().map(required).collect();
            Some(sets?.concat())
        }
        HirKind::Concat(parts) => {
            let mut best: Option<Vec<String>> = None;
            let mut run = String::new();
            for part in parts {
                if let Some(text) = exact(part) {
                    run.push_str(&text);
                    continue;
                }
                better(&mut best, vec![std::mem::take(&mut run)]);
                if let Some(set) = required(part) {
                    better(&mut best, set);
                }
            }
            better(&mut best, vec![run]);
            best.filter(|set| shortest(set) > 0)
        }
        _ => None,
    }
}

/// Keeps the set whose shortest literal is longer (beyond six letters that gains nothing), then the smaller one.
fn better(best: &mut Option<Vec<String>>, set: Vec<String>) {
    let rank = |set: &Vec<String>| (shortest(set).min(6), usize::MAX - set.len());
    if best.as_ref().is_none_or(|old| rank(&set) > rank(old)) {
        *best = Some(set);
    }
}

fn shortest(set: &[String]) -> usize {
    set.iter().map(String::len).min().unwrap_or(0)
}

/// The one text that it matches, case aside.
fn exact(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok()?;
            Some(text.to_ascii_lowercase())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut letters = class
                .iter()
                .flat_map(|range| [range.start(), range.end()])
                .map(plain);
            let first = letters.next().filter(char::is_ascii_alphabetic)?;
            let few = class.iter().all(|range| range.start() == range.end());
            (few && letters.all(|letter| letter == first)).then(|| first.to_string())
        }
        HirKind::Capture(capture) => exact(&capture.sub),
        _ => None,
    }
}

/// The letter in lower case; the long s and the sign for kelvin are cases of s and k to Unicode.
fn plain(letter: char) -> char {
    match letter {
        'ſ' => 's',
        '\u{212a}' => 'k',
        _ => letter.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::gates;

    #[test]
    fn a_pattern_names_the_words_it_needs() {
        let of = |pattern| gates(pattern).unwrap_or_default().join(" ");
        assert_eq!(of(r"(?i).*\bfoto ?: ?.+"), "foto");
        assert_eq!(of(r"(?:baca|lihat)(?: juga)? ?:.*"), "baca lihat");
        assert_eq!(of(r"Kisah (?:lama)+.*"), "kisah ");
    }

    #[test]
    fn a_pattern_that_can_do_without_words_names_none() {
        assert_eq!(gates(r"\(?[a-z]{3}/[a-z]{3}\)?"), None);
        assert_eq!(gates(r"(?:foto)?\d+"), None);
        assert_eq!(gates(r"(?:foto|x) \d"), None);
    }
}
