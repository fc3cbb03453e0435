//! The words by which bylines say what somebody did: `Penulis`, `Editor`, `Fotografer` and the rest.

use std::sync::LazyLock;

use regex::Regex;

/// What somebody did for the article.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Wrote or reported it.
    Author,
    /// Edited it.
    Editor,
    /// Wrote and edited it.
    Both,
    /// Took its pictures, translated it, uploaded it.
    Other,
}

/// The role that a label such as `Reporter` or `Reporter/Editor` gives.
#[must_use]
pub fn of(label: &str) -> Role {
    let mut role = None;
    for part in label.split('/') {
        let part =
            LABELS.iter().zip(&*EXACT).find(|(_, exact)| exact.is_match(part.trim())).map(|(label, _)| label.role);
        role = match (role, part) {
            (Some(Role::Author), Some(Role::Editor)) | (Some(Role::Editor), Some(Role::Author)) => Some(Role::Both),
            (Some(role), _) => Some(role),
            (None, part) => part,
        };
    }
    role.unwrap_or(Role::Other)
}

/// A pattern of all labels, or of those that need no colon behind them.
#[must_use]
pub fn pattern(without_colon: bool) -> String {
    let labels = LABELS.iter().filter(|label| label.without_colon || !without_colon);
    labels.map(|label| label.pattern).collect::<Vec<_>>().join("|")
}

struct Label {
    pattern: &'static str,
    role: Role,
    /// Whether it is one without a colon too; others are words or parts of names as well.
    without_colon: bool,
}

const fn label(pattern: &'static str, role: Role, without_colon: bool) -> Label {
    Label { pattern, role, without_colon }
}

/// The longer before the shorter, since the first that matches wins.
const LABELS: [Label; 32] = [
    label(r"laporan\s+(?:wartawan|reporter|jurnalis|kontributor|koresponden)", Role::Author, true),
    label(r"(?:\p{L}+\s+)?(?:disunting|diedit)\s+oleh", Role::Editor, true),
    label(r"(?:foto|gambar|video|ilustrasi|diterjemahkan|diterbitkan|diunggah)\s+oleh", Role::Other, true),
    label(r"(?:\p{L}+\s+)?oleh", Role::Author, true),
    label(r"(?:written|reported)\s+by", Role::Author, true),
    label(r"edited\s+by", Role::Editor, true),
    label(r"(?:photos?|photographs?|translated)\s+by", Role::Other, true),
    label("by", Role::Author, true),
    label("laporan", Role::Author, true),
    label("penulis", Role::Author, true),
    label("reporter", Role::Author, true),
    label("pewarta", Role::Author, true),
    label("jurnalis", Role::Author, true),
    label("wartawan", Role::Author, true),
    label("kontributor|contributor", Role::Author, true),
    label("authors?", Role::Author, true),
    label("writer", Role::Author, true),
    label("fotobyline", Role::Author, true),
    label("rep", Role::Author, false),
    label("teks|text|words", Role::Author, false),
    label("editor", Role::Editor, true),
    label("redaktur", Role::Editor, true),
    label("penyunting", Role::Editor, true),
    label("red", Role::Editor, false),
    label("fotografer|photographer|jurufoto", Role::Other, true),
    label("foto|photos?|gambar", Role::Other, false),
    label("uploader|publisher|produser|producer", Role::Other, true),
    label("videografer|kameramen|kameraman|video", Role::Other, false),
    label("ilustrator|ilustrasi|grafis|infografis", Role::Other, false),
    label(r"penerjemah|alih\s+bahasa|translator", Role::Other, true),
    label("narasumber|sumber", Role::Other, false),
    label("via", Role::Other, false),
];

/// The same, each for a whole label.
static EXACT: LazyLock<Vec<Regex>> =
    LazyLock::new(|| LABELS.iter().map(|label| super::compile(&format!("(?i)^(?:{})$", label.pattern))).collect());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_give_roles_whatever_their_case() {
        for (label, role) in [
            ("Penulis", Role::Author),
            ("PEWARTA", Role::Author),
            ("Laporan Wartawan", Role::Author),
            ("Ditulis oleh", Role::Author),
            ("By", Role::Author),
            ("Editor", Role::Editor),
            ("Redaktur", Role::Editor),
            ("Disunting oleh", Role::Editor),
            ("Reporter/Editor", Role::Both),
            ("Fotografer", Role::Other),
            ("Foto oleh", Role::Other),
            ("Uploader", Role::Other),
        ] {
            assert_eq!(of(label), role, "{label}");
        }
    }
}
