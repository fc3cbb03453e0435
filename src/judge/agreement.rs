//! Tests: rules of a user's pack find what their patterns match, as the crate of regular expressions says, whatever is asked of a
//! text before a pattern is tried.

use std::fmt::Write as _;

use regex::Regex;

use super::fold::fold;
use super::literals::Found;
use super::rules::RuleSet;
use crate::pattern::latin_classes;

/// A rule of a user's: whether it takes stretches, its pattern, its `needs`.
type Given<'a> = (bool, &'a str, &'a [&'a str]);

/// The numbers of a user's rules, and the set that holds them.
fn set_of(rules: &[Given<'_>]) -> (u32, RuleSet) {
    let mut pack = "name = \"own\"\n".to_owned();
    for (number, (takes_span, pattern, needs)) in rules.iter().enumerate() {
        let takes = if *takes_span { "span" } else { "line" };
        writeln!(
            pack,
            "[[rule]]\nid = \"r{number}\"\nkind = \"ui\"\nwhy = \"x\"\nstrength = \"hint\"\ntakes = \"{takes}\""
        )
        .unwrap();
        writeln!(pack, "pattern = {pattern:?}\nneeds = {needs:?}\nhit = [\"x\"]\nmiss = [\"y\"]").unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    // Rust escapes characters as `\u{a0}`, TOML as `\u00a0`.
    let escape = Regex::new(r"\\u\{([0-9a-f]+)\}").unwrap();
    let pack = escape.replace_all(&pack, |found: &regex::Captures<'_>| format!("\\u{:0>4}", &found[1])).into_owned();
    std::fs::write(folder.path().join("own.toml"), pack).unwrap();
    let set = RuleSet::with_dirs(&[folder.path().to_owned()]).unwrap();
    let first = set.rules().iter().position(|rule| rule.path == "own/r0/pattern").unwrap();
    (first as u32, set)
}

/// What a pattern takes of a text, by the crate of regular expressions alone.
fn taken(pattern: &str, text: &str) -> Vec<(usize, usize)> {
    let regex = Regex::new(&latin_classes(pattern)).unwrap();
    let (mut all, mut at) = (Vec::new(), 0);
    while at <= text.len() {
        let Some(groups) = regex.captures_at(text, at) else { break };
        let whole = groups.get(0).unwrap().range();
        let own = groups.get(1).map_or(whole.clone(), |group| group.range());
        all.extend((!own.is_empty()).then_some((own.start, own.end)));
        at = whole.end;
        if whole.is_empty() {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    all.sort_unstable();
    all
}

/// Compares what the rules of a set find in a text with what their patterns match.
fn compare(rules: &[Given<'_>], set: &(u32, RuleSet), text: &str) -> usize {
    let (first, set) = set;
    let (mut hits, mut spans, mut found, mut given) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let found_in = &mut Found::default();
    if set.line_and_span_rules(None, text, 0..text.len(), found_in, &mut hits, &mut spans) {
        set.span_hits_of(None, text, &spans, &mut given);
    }
    set.span_hits(None, text, &mut found);
    let mut matches = 0;
    for (number, (takes_span, pattern, _)) in (*first..).zip(rules) {
        if *takes_span {
            let expected = taken(pattern, text);
            matches += expected.len();
            for hits in [&given, &found] {
                let own = hits.iter().filter(|hit| hit.rule == number).map(|hit| (hit.start, hit.end));
                assert_eq!(own.collect::<Vec<_>>(), expected, "{pattern:?} on {text:?}");
            }
        } else {
            let whole = Regex::new(&format!("^(?:{})$", latin_classes(pattern))).unwrap();
            let expected = whole.is_match(&fold(text));
            matches += usize::from(expected);
            assert_eq!(hits.contains(&number), expected, "{pattern:?} on {text:?}");
        }
    }
    matches
}

#[test]
fn what_folding_changes_is_taken_as_it_stands() {
    for (pattern, needs, text) in [
        (r"[.]\s{2,}(foto)", "foto", ".  foto"),
        ("(\u{a0}X)$", "x", "Foto Foto\u{a0}X"),
        ("foto\u{a0}oleh ([a-z]+)", "foto\u{a0}oleh", "x foto\u{a0}oleh ani"),
        ("(?:^| )foto\u{a0}oleh ([a-z]+)", "o", "x foto\u{a0}oleh ani"),
        ("[a-z]\u{200b}\u{200b}([a-z])", "b", "a\u{200b}\u{200b}b"),
        ("a  b", "a  b", "xa  b"),
        (r"(foto)\s+$", "foto", "foto  "),
        (r"^\s+(foto)", "foto", "  foto"),
        ("[^a]$", "baca", "bbaca juga "),
    ] {
        let rules: [Given<'_>; 1] = [(true, pattern, &[needs])];
        assert!(compare(&rules, &set_of(&rules), text) > 0, "{pattern:?} takes nothing of {text:?}");
    }
}

#[test]
fn a_pattern_without_needs_is_tried_on_all_short_lines() {
    let words = "kata ".repeat(17);
    for (pattern, text) in
        [(r".* \(@ .*", format!("{words}(@ {words}")), (r"[A-Z].* – [A-Z].*", format!("A{words}– B{words}x"))]
    {
        let rules: [Given<'_>; 1] = [(false, pattern, &[])];
        assert_eq!(compare(&rules, &set_of(&rules), &text), 1, "{pattern:?}");
    }
}

#[test]
fn rules_of_a_user_find_what_their_patterns_match() {
    const PARTS: &[&str] = &[
        "a",
        "b",
        "é",
        " ",
        r"\.",
        ":",
        "-",
        r"\(",
        "–",
        "1",
        "foto",
        "Foto: ",
        "baca juga",
        " \\(@ ",
        "\u{a0}",
        "\u{200b}",
        ".",
        r"\s",
        r"\S",
        "[a-c]",
        "[^a]",
        "[^.]",
        "[a-é]",
        "[A-Z]",
        r"\d",
        r"\w",
        r"\p{L}",
        r"\p{Lu}",
        "[^é]",
        r"\b",
        r"\B",
        "^",
        "$",
        "(?i:é)",
        "(?i:foto)",
        "()",
        "(a|foto)",
        "(?:b|)",
        "(.*?)",
        "(?:a|b )*",
    ];
    const TIMES: &[&str] = &["*", "+", "?", "{2}", "{0,3}", "{2,}", "*?", "+?", "??", "{1,3}?"];
    const PIECES: &[&str] = &[
        "a",
        "b",
        "A",
        "é",
        "É",
        " ",
        " ",
        ".",
        ":",
        "-",
        "(",
        ")",
        "–",
        "1",
        "foto",
        "Foto: ",
        "FOTO",
        "baca juga",
        " (@ ",
        "\u{a0}",
        "\u{200b}",
        "\n",
        "_",
        "  ",
    ];
    let mut state = 7_u32;
    let mut below = |most: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % most
    };
    // Any mark calls for the patterns of stretches.
    let needs: Vec<String> = (b'!'..=b'~').map(|byte| char::from(byte).to_string()).collect();
    let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
    let mut matches = 0;
    for count in [5, 5, 5, 5, 80, 80] {
        let mut patterns = Vec::new();
        while patterns.len() < count {
            let mut pattern = String::new();
            for _ in 0..=below(4) {
                pattern.push_str(PARTS[below(PARTS.len())]);
                if below(4) == 0 {
                    pattern.push_str(TIMES[below(TIMES.len())]);
                }
            }
            if below(3) == 0 {
                pattern = format!("^{pattern}");
            }
            if below(3) == 0 {
                pattern.push('$');
            }
            // Packs may not hold patterns that match nothing at all.
            let is_sound = Regex::new(&latin_classes(&pattern)).is_ok_and(|regex| !regex.is_match(""));
            let is_sound = is_sound && Regex::new(&format!("^(?:{pattern})$")).is_ok_and(|regex| !regex.is_match(""));
            patterns.extend(is_sound.then_some((below(2) == 0, pattern)));
        }
        let rules: Vec<Given<'_>> = patterns
            .iter()
            .map(|(takes_span, pattern)| (*takes_span, pattern.as_str(), if *takes_span { &*needs } else { &[] }))
            .collect();
        let set = set_of(&rules);
        for _ in 0..100 {
            let text: String = (0..=below(10)).map(|_| PIECES[below(PIECES.len())]).collect();
            if text.contains(|c: char| c.is_ascii_graphic()) {
                matches += compare(&rules, &set, &text);
            }
        }
    }
    assert!(matches > 1000, "{matches}");
}
