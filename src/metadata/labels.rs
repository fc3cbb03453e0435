//! Labels of bylines: where they stand in a line, and which part of what follows is the name.
//!
//! Which words are labels is for `roles`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::compile;
use super::outlets::Outlets;
use super::roles::{self, Role};

/// The bytes of each label in a line, and where the text behind it begins.
pub(super) fn find(line: &str) -> Vec<(Range<usize>, usize)> {
    let mut labels: Vec<(Range<usize>, usize)> = Vec::new();
    let has_colon = line.contains([':', '：', ';']);
    for groups in FORMS.with_colon.captures_iter(if has_colon { line } else { "" }) {
        if let (Some(whole), Some(label)) = (groups.get(0), groups.get(1))
            && (stands_free(line, label.start()) || label.as_str().len() >= LONG_LABEL)
        {
            labels.push((label.range(), whole.end()));
        }
    }
    if let Some(groups) = FORMS.opening.captures(line)
        && let (Some(whole), Some(label)) = (groups.get(0), groups.get(1))
        && labels.first().is_none_or(|(first, _)| whole.end() <= first.start)
    {
        labels.insert(0, (label.range(), whole.end()));
    }
    labels
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
pub(super) fn name_part<'t>(label: &str, text: &'t str, outlets: &Outlets) -> &'t str {
    let label = label.to_lowercase();
    let mut text = text;
    if label.starts_with("laporan") {
        // `Laporan Nama | Kota`, also with a capital I for the bar.
        text = FORMS.town_behind.split(text).next().unwrap_or_default();
    }
    let nested = FORMS.nested.find(text);
    if let Some(found) = &nested {
        text = text.get(found.end()..).unwrap_or_default();
    }
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
    // Few lines begin or end so, and the patterns are slow to say no.
    let ends = GLUED.iter().any(|label| line.trim_end().ends_with(label));
    let behind =
        || FORMS.glued_behind.captures(line).map(|groups| groups.extract()).map(|(_, [name, label])| (name, label));
    let begins = || GLUED.iter().any(|label| line.trim_start().starts_with(label));
    let before =
        || FORMS.glued_before.captures(line).map(|groups| groups.extract()).map(|(_, [label, name])| (name, label));
    ends.then(behind).flatten().or_else(|| begins().then(before).flatten())
}

/// The patterns that find labels.
pub(super) struct Forms {
    /// A label with a colon, anywhere.
    pub(super) with_colon: Regex,
    /// A label without one, at the start.
    pub(super) opening: Regex,
    /// Nothing but a label.
    pub(super) alone: Regex,
    /// `Nama ContohEditor`.
    glued_behind: Regex,
    /// `EditorNama Contoh`.
    glued_before: Regex,
    /// A second role behind the label, as in `Penulis: Kontributor Kota, Nama`.
    pub(super) nested: Regex,
    pub(super) town_behind: Regex,
}

pub(super) static FORMS: LazyLock<Forms> = LazyLock::new(|| {
    let (all, plain) = (roles::pattern(false), roles::pattern(true));
    let glued = GLUED.join("|");
    Forms {
        with_colon: compile(&format!(r"(?i)((?:{all})(?:\s*/\s*(?:{all}))*)\s*[:：;]")),
        opening: compile(&format!(r"(?i)^[\s*(\[.,–-]*((?:{plain})(?:\s*/\s*(?:{plain}))*)(?:\s*[.=–-]\s*|\s+)")),
        alone: compile(&format!(r"(?i)^[\s(]*((?:{all})(?:\s*/\s*(?:{all}))*)\s*[:：.]?\s*\)?$")),
        glued_behind: compile(&format!(r"^(.*[\p{{Ll}}.])({glued})\s*$")),
        glued_before: compile(&format!(r"^\s*({glued})(\p{{Lu}}\p{{Ll}}.*)$")),
        nested: compile(r"(?i)^[\s,]*(?:wartawan|reporter|kontributor|jurnalis|koresponden|tim\s+liputan)\b"),
        town_behind: compile(r"\s*\|\s*|\s+I\s+"),
    }
});
