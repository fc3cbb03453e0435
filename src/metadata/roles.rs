//! The words by which bylines say what somebody did: `Penulis`, `Editor`, `Fotografer` and the rest.

use super::{strip_last_word, strip_word};
use crate::pattern::is_latin;

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
        role = match (role, role_of(part.trim())) {
            (Some(Role::Author), Some(Role::Editor)) | (Some(Role::Editor), Some(Role::Author)) => Some(Role::Both),
            (Some(role), _) => Some(role),
            (None, part) => part,
        };
    }
    role.unwrap_or(Role::Other)
}

/// The role that a single label gives, if it is one.
fn role_of(text: &str) -> Option<Role> {
    if !ENDINGS.has(last_two(text)) {
        return None;
    }
    let is_whole = |form: &str| ends(form, text).into_iter().flatten().any(|end| end == text.len());
    LABELS.iter().find(|label| label.forms.iter().any(|form| is_whole(form))).map(|label| label.role)
}

/// Whether this is a label, and nothing else.
#[must_use]
pub fn is_label(text: &str) -> bool {
    role_of(text).is_some()
}

/// Where the label at the end of a text begins, if there is one. The longest counts.
#[must_use]
pub fn label_before(text: &str) -> Option<usize> {
    if !ENDINGS.has(last_two(text)) {
        return None;
    }
    let forms = LABELS.iter().flat_map(|label| label.forms);
    forms.filter_map(|form| start(form, text)).min()
}

/// Where labels that need no colon end at the start of a text, the likeliest first.
pub fn labels_at_start(text: &str) -> impl Iterator<Item = usize> {
    let second = || text.trim_start_matches(is_latin).trim_start();
    let may_open = OPENINGS.has(first_two(text)) || SECOND_OPENINGS.has(first_two(second()));
    let labels = if may_open { LABELS.as_slice() } else { &[] }.iter().filter(|label| label.without_colon);
    let forms = labels.flat_map(|label| label.forms).filter(move |form| self::may_open(form, text));
    forms.flat_map(move |form| ends(form, text)).flatten()
}

/// Whether a text may begin with a form: most forms begin with another letter.
fn may_open(form: &str, text: &str) -> bool {
    match (form.as_bytes().first(), text.as_bytes().first()) {
        (Some(b'*'), _) => true,
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        _ => false,
    }
}

/// Where a form that begins a text ends: with another word before it, and without.
fn ends(form: &str, text: &str) -> [Option<usize>; 2] {
    let end = |form: &str, mut rest: &str| {
        if !may_open(form, rest) {
            return None;
        }
        for (at, word) in form.split(' ').enumerate() {
            if at > 0 {
                rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
            }
            rest = strip_word(rest, word)?;
        }
        Some(text.len() - rest.len())
    };
    let Some(after_word) = form.strip_prefix(ANY_WORD) else {
        return [end(form, text), None];
    };
    let rest = text.trim_start_matches(is_latin);
    let word = rest.len() < text.len() && rest.starts_with(char::is_whitespace);
    [if word { end(after_word, rest.trim_start()) } else { None }, end(after_word, text)]
}

/// Where a form that ends a text begins.
fn start(form: &str, text: &str) -> Option<usize> {
    let mut rest = text;
    if !form.as_bytes().last().zip(rest.as_bytes().last()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b)) {
        return None;
    }
    for (at, word) in form.rsplit(' ').enumerate() {
        let trimmed = if at > 0 { rest.trim_end() } else { rest };
        let is_apart = at == 0 || trimmed.len() < rest.len();
        if word == ANY_WORD.trim_end() {
            let before = trimmed.trim_end_matches(is_latin);
            return Some(if is_apart && before.len() < trimmed.len() { before.len() } else { rest.len() });
        }
        if !is_apart {
            return None;
        }
        rest = strip_last_word(trimmed, word)?;
    }
    Some(rest.len())
}

/// Stands for a word of letters at the start of a form, which may be missing.
const ANY_WORD: &str = "* ";

struct Label {
    /// How it is written: words with one space between, in small letters.
    forms: &'static [&'static str],
    role: Role,
    /// Whether it is one without a colon too; others are words or parts of names as well.
    without_colon: bool,
}

const fn label(forms: &'static [&'static str], role: Role, without_colon: bool) -> Label {
    Label { forms, role, without_colon }
}

/// Pairs of letters: a bit for the second in the row of the first. Few words begin or end as labels do.
struct Pairs([u32; 26]);

impl Pairs {
    /// Those of all labels.
    const fn of_forms(place: Place) -> Pairs {
        let mut rows = [0; 26];
        let mut label = 0;
        while label < LABELS.len() {
            let forms = LABELS[label].forms;
            let mut form = 0;
            while form < forms.len() {
                let bytes = forms[form].as_bytes();
                let follows_word = bytes[0] == b'*';
                let at = match place {
                    Place::End => Some(bytes.len() - 2),
                    Place::Start if !LABELS[label].without_colon => None,
                    Place::Start => Some(if follows_word { ANY_WORD.len() } else { 0 }),
                    Place::Second if follows_word => Some(ANY_WORD.len()),
                    Place::Second => None,
                };
                if let Some(at) = at {
                    rows[(bytes[at] - b'a') as usize] |= 1 << (bytes[at + 1] - b'a');
                }
                form += 1;
            }
            label += 1;
        }
        Pairs(rows)
    }

    /// Whether they hold a pair, case aside.
    fn has(&self, pair: Option<[u8; 2]>) -> bool {
        let Some([first, second]) = pair.map(|pair| pair.map(|letter| (letter | 0x20).wrapping_sub(b'a'))) else {
            return false;
        };
        second < 26 && self.0.get(usize::from(first)).is_some_and(|row| row >> second & 1 != 0)
    }
}

/// Where a pair of letters stands.
#[derive(Clone, Copy)]
enum Place {
    /// At the start of a label that needs no colon, the word before it that may be missing left out.
    Start,
    /// The same of labels before which such a word may stand, and of no others.
    Second,
    /// At the end of a label.
    End,
}

static OPENINGS: Pairs = Pairs::of_forms(Place::Start);
static SECOND_OPENINGS: Pairs = Pairs::of_forms(Place::Second);
static ENDINGS: Pairs = Pairs::of_forms(Place::End);

fn first_two(text: &str) -> Option<[u8; 2]> {
    text.as_bytes().first_chunk().copied()
}

fn last_two(text: &str) -> Option<[u8; 2]> {
    text.as_bytes().last_chunk().copied()
}

/// The longer before the shorter, since the first that matches wins.
const LABELS: [Label; 32] = [
    label(
        &["laporan wartawan", "laporan reporter", "laporan jurnalis", "laporan kontributor", "laporan koresponden"],
        Role::Author,
        true,
    ),
    label(&["* disunting oleh", "* diedit oleh"], Role::Editor, true),
    label(
        &[
            "foto oleh",
            "gambar oleh",
            "video oleh",
            "ilustrasi oleh",
            "diterjemahkan oleh",
            "diterbitkan oleh",
            "diunggah oleh",
        ],
        Role::Other,
        true,
    ),
    label(&["* oleh"], Role::Author, true),
    label(&["written by", "reported by"], Role::Author, true),
    label(&["edited by"], Role::Editor, true),
    label(&["photos by", "photo by", "photographs by", "photograph by", "translated by"], Role::Other, true),
    label(&["by"], Role::Author, true),
    label(&["laporan"], Role::Author, true),
    label(&["penulis"], Role::Author, true),
    label(&["reporter"], Role::Author, true),
    label(&["pewarta"], Role::Author, true),
    label(&["jurnalis"], Role::Author, true),
    label(&["wartawan"], Role::Author, true),
    label(&["kontributor", "contributor"], Role::Author, true),
    label(&["authors", "author"], Role::Author, true),
    label(&["writer"], Role::Author, true),
    label(&["fotobyline"], Role::Author, true),
    label(&["rep"], Role::Author, false),
    label(&["teks", "text", "words"], Role::Author, false),
    label(&["editor"], Role::Editor, true),
    label(&["redaktur"], Role::Editor, true),
    label(&["penyunting"], Role::Editor, true),
    label(&["red"], Role::Editor, false),
    label(&["fotografer", "photographer", "jurufoto"], Role::Other, true),
    label(&["foto", "photos", "photo", "gambar"], Role::Other, false),
    label(&["uploader", "publisher", "produser", "producer"], Role::Other, true),
    label(&["videografer", "kameramen", "kameraman", "video"], Role::Other, false),
    label(&["ilustrator", "ilustrasi", "grafis", "infografis"], Role::Other, false),
    label(&["penerjemah", "alih bahasa", "translator"], Role::Other, true),
    label(&["narasumber", "sumber"], Role::Other, false),
    label(&["via"], Role::Other, false),
];

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

    #[test]
    fn every_form_is_found_where_it_stands() {
        for (label, form) in LABELS.iter().flat_map(|label| label.forms.iter().map(move |form| (label, *form))) {
            let bare = form.trim_start_matches(ANY_WORD);
            let wordy = form.replace('*', "ikut");
            for written in [bare.to_owned(), bare.to_uppercase(), wordy] {
                assert!(is_label(&written), "{written}");
                assert!(label_before(&format!("Budi {written}")).is_some(), "{written}");
                let text = format!("{written} Budi");
                let found = labels_at_start(&text).any(|end| end == written.len());
                assert_eq!(found, label.without_colon, "{written}");
            }
        }
    }
}
