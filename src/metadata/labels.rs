//! Labels of bylines: where they stand in a line, and which part of what follows is the name.
//!
//! Which words are labels is for `roles`.

use std::ops::Range;

use super::outlets::Outlets;
use super::roles::{self, Role};
use super::{is_word_end, strip_word};
use crate::pattern::{is_latin_capital, is_latin_small};

/// The bytes of each label in a line, and where the text behind it begins.
pub(super) fn find(line: &str) -> Vec<(Range<usize>, usize)> {
    let mut labels: Vec<(Range<usize>, usize)> = Vec::new();
    let mut from = 0;
    // The first byte of the full-width colon is that of other characters too.
    let may_hold_colon = line.bytes().any(|byte| matches!(byte, b':' | b';' | 0xef));
    let colons = may_hold_colon.then(|| line.match_indices([':', '：', ';']));
    for (at, colon) in colons.into_iter().flatten() {
        let before = line.get(from..at).unwrap_or_default().trim_end();
        if let Some(start) = label_before(before) {
            let label = from + start..from + before.len();
            if stands_free(line, label.start) || label.len() >= LONG_LABEL {
                labels.push((label, at + colon.len()));
            }
        }
        from = at + colon.len();
    }
    if let Some((label, end)) = opening(line)
        && labels.first().is_none_or(|(first, _)| end <= first.start)
    {
        labels.insert(0, (label, end));
    }
    labels
}

/// Where the label at the end of a text begins, such as `Reporter/Editor`.
fn label_before(text: &str) -> Option<usize> {
    let mut start = roles::label_before(text)?;
    while let Some(before) = text.get(..start).and_then(|before| before.trim_end().strip_suffix('/'))
        && let Some(other) = roles::label_before(before.trim_end())
    {
        start = other;
    }
    Some(start)
}

/// The label without a colon that opens a line, and where the text behind it begins.
fn opening(line: &str) -> Option<(Range<usize>, usize)> {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '*' | '(' | '[' | '.' | ',' | '–' | '-');
    let text = line.trim_start_matches(is_mark);
    let start = line.len() - text.len();
    let behind = |end: usize| text.get(end..).unwrap_or_default();
    let follows = |rest: &str| end_of_label(rest).is_some() || rest.trim_start().starts_with('/');
    for first in roles::labels_at_start(text) {
        let mut found = None;
        let mut end = first;
        loop {
            if let Some(length) = end_of_label(behind(end)) {
                found = Some((start..start + end, start + end + length));
            }
            // Another role may stand behind a slash.
            let Some(other) = behind(end).trim_start().strip_prefix('/').map(str::trim_start) else { break };
            let next = roles::labels_at_start(other).find(|next| follows(other.get(*next..).unwrap_or_default()));
            let Some(next) = next else { break };
            end = text.len() - other.len() + next;
        }
        if found.is_some() {
            return found;
        }
    }
    None
}

/// How many bytes part a label without a colon from the name: white space, perhaps a mark in it.
fn end_of_label(text: &str) -> Option<usize> {
    let rest = text.trim_start();
    let rest = match rest.strip_prefix(['.', '=', '–', '-']) {
        Some(behind) => behind.trim_start(),
        None => rest,
    };
    (rest.len() < text.len()).then(|| text.len() - rest.len())
}

/// The label of a line that holds nothing else.
pub(super) fn alone(line: &str) -> Option<&str> {
    let text = line.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    let text = text.strip_suffix(')').unwrap_or(text).trim_end();
    let text = text.strip_suffix([':', '：', '.']).unwrap_or(text).trim_end();
    text.split('/').all(|label| roles::is_label(label.trim())).then_some(text)
}

/// Labels of this many letters are no end of another word, not even glued to one: `Kotaeditor: Nama`.
const LONG_LABEL: usize = 6;

/// Whether a label may start here: at a word boundary, or glued to a name by a capital as in `SantosoEditor:`.
fn stands_free(line: &str, at: usize) -> bool {
    let before = line.get(..at).and_then(|before| before.chars().next_back());
    let capital = line.get(at..).and_then(|label| label.chars().next()).is_some_and(char::is_uppercase);
    before.is_none_or(|c| !c.is_alphanumeric() || (capital && !c.is_uppercase()))
}

/// What follows a label, without the desk, outlet or town that stands before or behind the name.
pub(super) fn name_part<'t>(label: &str, text: &'t str, outlets: &Outlets<'_>) -> &'t str {
    let label = label.to_lowercase();
    let mut text = text;
    if label.starts_with("laporan") {
        // `Laporan Nama | Kota`, also with a capital I for the bar.
        text = before_town(text);
    }
    // A second role behind the label, as in `Penulis: Kontributor Kota, Nama`.
    let nested = behind_nested(text);
    text = nested.unwrap_or(text);
    let reporter_of = nested.is_some() || (label.starts_with("laporan") && label.contains(char::is_whitespace));
    match text.split_once(',') {
        Some((_, name)) if reporter_of => name,
        // `Penulis: Jurnalis di Contoh` tells what somebody is, not who.
        None if nested.is_some() && outlets.strip_from_start(text).len() == text.trim().len() => "",
        _ => outlets.strip_from_start(text),
    }
}

/// Where an author's or editor's label with a colon begins in a line that is not a byline, such as `Sumber: KotaEditor: Nama`.
pub(super) fn find_credit(line: &str) -> Option<usize> {
    if !line.contains(':') {
        return None;
    }
    let mut labels = find(line)
        .into_iter()
        .filter(|(label, text)| line.get(label.end..*text).is_some_and(|behind| behind.contains(':')));
    labels
        .find(|(label, _)| line.get(label.clone()).is_some_and(|label| roles::of(label) != Role::Other))
        .map(|(label, _)| label.start)
}

/// Labels that stand glued to a name.
const GLUED: [&str; 7] = ["Author", "Editor", "Photographer", "Penulis", "Reporter", "Jurnalis", "Fotografer"];

/// A name and the label glued to it, behind it or before it, if that is all that the line holds.
pub(super) fn find_glued(line: &str) -> Option<(&str, &str)> {
    let trimmed = line.trim_end();
    // `Nama ContohEditor`
    let behind = GLUED.iter().find_map(|label| Some((trimmed.strip_suffix(label)?, *label)));
    let behind = behind.filter(|(name, _)| name.ends_with(|c| is_latin_small(c) || c == '.') && !name.contains('\n'));
    // `EditorNama Contoh`
    let before = || {
        let line = line.trim_start();
        let (name, label) = GLUED.iter().find_map(|label| Some((line.strip_prefix(label)?, *label)))?;
        let mut chars = name.chars();
        let is_name = chars.next().is_some_and(is_latin_capital) && chars.next().is_some_and(is_latin_small);
        (is_name && !name.contains('\n')).then_some((name, label))
    };
    behind.or_else(before)
}

/// The text before a town that a bar parts from it, or a capital I in its place.
fn before_town(text: &str) -> &str {
    let is_apart = |at: usize| {
        let before = text.get(..at).is_some_and(|before| before.ends_with(char::is_whitespace));
        before && text.get(at + 1..).is_some_and(|behind| behind.starts_with(char::is_whitespace))
    };
    let bar = text.match_indices(['|', 'I']).find(|(at, mark)| *mark == "|" || is_apart(*at));
    bar.and_then(|(at, _)| text.get(..at)).map_or(text, str::trim_end)
}

/// What follows the word for a reporter that opens a text.
fn behind_nested(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    let words = ["wartawan", "reporter", "kontributor", "jurnalis", "koresponden"];
    let team = || {
        let behind = strip_word(text, "tim")?;
        strip_word(behind.strip_prefix(char::is_whitespace)?.trim_start(), "liputan")
    };
    words.iter().find_map(|word| strip_word(text, word)).or_else(team).filter(|behind| is_word_end(behind))
}
