//! What is a person's name, and where one name ends and the next begins.
//!
//! Keeps names as written. Knows words that no name holds, not names.

use std::ops::Range;

use super::date_forms::month_number;
use super::outlets::Outlets;
use crate::judge::names;
use crate::pattern::is_latin;

/// The names in what stands after a label such as `Penulis:`: case does not count, descriptions and outlets fall away.
#[must_use]
pub fn after_label(text: &str, outlets: &Outlets<'_>) -> Vec<String> {
    if opens_description(text) {
        return Vec::new();
    }
    split(first_sentence(text))
        .filter(|part| !part.contains(['@', '?', '!']))
        .map(tidy)
        .take_while(|part| part.is_empty() || !describes(part))
        .filter(|part| is_name(part, outlets))
        .collect()
}

/// The names in a line without a label, which must look like names: capitals, few words, no role or institution.
#[must_use]
pub fn without_label(text: &str, outlets: &Outlets<'_>) -> Vec<String> {
    split(before_description(first_sentence(text)))
        .filter(|part| !part.contains(['@', '?', '!']))
        .map(tidy)
        .skip_while(|part| is_role(part))
        .take_while(|part| part.is_empty() || !describes(part))
        .filter(|part| is_name(part, outlets) && is_capitalised(part))
        .collect()
}

/// The names in brackets at the end of an article, where initials such as `(fea/vws)` are more common.
#[must_use]
pub fn in_brackets(text: &str, outlets: &Outlets<'_>) -> Vec<String> {
    let parts = text.split(['/', '|', '&']).map(|part| part.trim_matches(|c: char| !c.is_alphanumeric() && c != '.'));
    parts
        .filter(|part| {
            let words = || part.split_whitespace();
            // Initials are told from names by this alone.
            words().any(|word| letters(word) >= 4)
                && (words().nth(1).is_some() || is_capitalised(part))
                && !describes(part)
                && is_name(part, outlets)
        })
        .map(tidy)
        .collect()
}

/// Splits at commas, slashes, bars, ampersands and words for "and".
fn split(text: &str) -> impl Iterator<Item = &str> {
    let (mut from, mut done) = (0, false);
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let mut searched = from;
        let cuts = std::iter::from_fn(|| {
            let found = separator(text.get(searched..)?)?;
            let cut = searched + found.start..searched + found.end;
            searched = cut.end;
            Some(cut)
        });
        let cut = cuts.into_iter().find(|cut| separates(text, cut));
        let part = text.get(from..cut.as_ref().map_or(text.len(), |cut| cut.start));
        match cut {
            Some(cut) => from = cut.end,
            None => done = true,
        }
        part
    })
}

/// Where the first thing stands that may separate names.
fn separator(text: &str) -> Option<Range<usize>> {
    text.char_indices().find_map(|(at, c)| {
        let rest = text.get(at + c.len_utf8()..)?;
        if matches!(c, ',' | '/' | '|' | ';' | '•' | '·') {
            return Some(at..text.len() - rest.len());
        }
        if !c.is_whitespace() {
            return None;
        }
        let behind = ["dan", "and", "serta", "&amp;", "&"].iter().find_map(|word| {
            let behind = super::strip_word(rest, word)?;
            let space = behind.chars().next().filter(|c| c.is_whitespace())?;
            Some(text.len() - behind.len() + space.len_utf8())
        });
        Some(at..behind?)
    })
}

/// Whether a separator stands between names, and not within one as in `Contoh,M` or `Kumar a/l Contoh`.
fn separates(text: &str, cut: &Range<usize>) -> bool {
    let (before, after) = (text.get(..cut.start).unwrap_or_default(), text.get(cut.end..).unwrap_or_default());
    match text.get(cut.clone()) {
        Some(",") => {
            after.starts_with(char::is_whitespace) || after.chars().take_while(|c| c.is_alphabetic()).count() > 2
        }
        Some("/") => {
            let particle = |word: Option<&str>, letters: &[&str]| word.is_some_and(|word| letters.contains(&word));
            !(particle(before.split_whitespace().next_back(), &["a", "A"])
                && particle(after.split_whitespace().next(), &["l", "p", "L", "P"]))
        }
        _ => true,
    }
}

/// The text up to the end of its first sentence: behind it stands who somebody is.
fn first_sentence(text: &str) -> &str {
    // A full stop after a long word ends the sentence; after a short one it marks an abbreviation (`Muh. Contoh`).
    let ends = text.match_indices('.').find_map(|(at, _)| {
        let space = text.get(at + 1..)?.chars().next().filter(|c| c.is_whitespace())?;
        let letters = text.get(..at)?.chars().rev().take_while(|c| is_latin(*c)).take(LONG_WORD).count();
        (letters == LONG_WORD).then_some(at + 1 + space.len_utf8())
    });
    ends.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// Letters that a word has at least, if a full stop behind it ends the sentence.
const LONG_WORD: usize = 5;

/// Whether a text ends in the full stop of an abbreviation: up to three letters before it, and no letter before those.
fn ends_abbreviated(text: &str) -> bool {
    let Some(text) = text.strip_suffix('.') else {
        return false;
    };
    let before = text.trim_end_matches(is_latin);
    let letters = text.get(before.len()..).unwrap_or_default().chars().take(4).count();
    (1..=3).contains(&letters) && before.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '.')
}

/// Whether a text begins with a verb that tells what somebody is.
fn opens_description(text: &str) -> bool {
    let text = text.trim_start();
    let mut words = VERBS.iter().copied().chain(["seorang"]);
    words.any(|word| super::strip_word(text, word).is_some_and(super::is_word_end))
}

/// The name that stands before such a verb: `Nama Orang ialah pensyarah`. One word, or one in small letters, is none.
fn before_description(text: &str) -> &str {
    let Some(at) = VERBS.iter().filter_map(|verb| text.find(&format!(" {verb} "))).min() else {
        return shouted_before_description(text).unwrap_or(text);
    };
    let name = text.get(..at).unwrap_or_default();
    let is_capital = |word: &str| word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
    let is_name = name.split_whitespace().count() > 1 && name.split_whitespace().all(is_capital);
    if is_name { name } else { text }
}

/// The name in capitals that stands before words in small letters: `NAMA ORANG pensyarah di Kota`. One word is none.
fn shouted_before_description(text: &str) -> Option<&str> {
    let rest = |at: usize| text.get(at + 1..).unwrap_or_default();
    let next = |at: usize| rest(at).split(' ').next().unwrap_or_default();
    let mut spaces = text.match_indices(' ').map(|(at, _)| at);
    let end = spaces.find(|at| rest(*at).starts_with(char::is_lowercase) && !PARTICLES.contains(&next(*at)))?;
    let name = text.get(..end).filter(|_| next(end) != "dan")?;
    let is_upper = |word: &str| !word.contains(char::is_lowercase) || PARTICLES.contains(&word);
    (name.split_whitespace().all(is_upper) && name.split_whitespace().count() > 1).then_some(name)
}

const VERBS: [&str; 5] = ["ialah", "adalah", "merupakan", "is", "was"];

/// The part without bullets, brackets and the punctuation around it.
fn tidy(part: &str) -> String {
    let bracketed = part.contains(['(', '[']).then(|| super::without_bracketed(part, &[('(', ')'), ('[', ']')], " "));
    let part = bracketed.as_deref().unwrap_or(part);
    let part = part.split(" - ").next().unwrap_or_default();
    let part = part.split(" – ").next().unwrap_or_default();
    let part = part.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '_' | '\'' | '’'));
    let part = part.trim_start_matches(['.', '\'', '’']);
    super::fold(if ends_abbreviated(part) { part } else { part.trim_end_matches('.') })
}

/// Whether the words say what somebody is or does, or which body they belong to.
fn describes(part: &str) -> bool {
    let mut words = part.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let Some(first) = words.next() else {
        return false;
    };
    // `Dewan Santoso` is a name, `Dewan Pemuda Kota` is none.
    let is_group = || is_listed(GROUPS, first) && part.split_whitespace().nth(2).is_some();
    is_group() || is_role(first) || is_listed(BODIES, first) || words.any(|word| is_listed(BODIES, word))
}

fn is_role(word: &str) -> bool {
    is_listed(&names::ROLES, word) || is_listed(ROLES, word)
}

fn is_listed(list: &[&str], word: &str) -> bool {
    let word = || word.bytes().map(|byte| byte.to_ascii_lowercase());
    list.binary_search_by(|known| known.bytes().cmp(word())).is_ok()
}

/// Whether it can be a name at all: enough letters, few words, no address, no desk, no outlet.
fn is_name(part: &str, outlets: &Outlets<'_>) -> bool {
    let words: Vec<&str> = part.split_whitespace().collect();
    let small = words.len() == 1 && part.chars().count() <= 4 && !part.chars().any(char::is_uppercase);
    let initials = words.len() == 1 && part.chars().count() <= 3;
    // `S.Sos` and `M.Si` are degrees.
    let degree = words.len() == 1 && part.trim_end_matches('.').contains('.') && letters(part) <= 4;
    let digits = part.chars().filter(char::is_ascii_digit).count();
    (1..=9).contains(&words.len())
        && letters(part) >= 3
        && digits * 2 < letters(part)
        && !(small || initials || degree)
        && !(words.len() == 1 && month_number(part).is_some())
        && !part.contains(['@', ':', '?', '!', '"', '“', '=', '©'])
        && !words.iter().any(|word| FUNCTION_WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)))
        && !outlets.contains(part)
}

/// Whether every word but particles begins with a capital, and there is no digit.
fn is_capitalised(part: &str) -> bool {
    let mut particles = 0;
    let all = part.split_whitespace().all(|word| {
        let capital = word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_uppercase);
        let particle = PARTICLES.iter().any(|known| known.eq_ignore_ascii_case(word))
            || ["at-", "al-"].iter().any(|article| super::strip_word(word, article).is_some());
        particles += usize::from(!capital);
        capital || particle
    });
    // One word in lower case is let through: `Arga sumantri`-like slips, where two capitals stand beside it or one before it.
    (all || (particles == 1 && part.chars().next().is_some_and(char::is_uppercase) && part.split_whitespace().count() <= 3))
        && !part.chars().any(|c| c.is_ascii_digit())
        // One word in capitals is a desk or a rubric.
        && (part.contains(char::is_whitespace) || part.chars().any(char::is_lowercase))
}

fn letters(part: &str) -> usize {
    part.chars().filter(|c| c.is_alphabetic()).count()
}

const PARTICLES: [&str; 16] =
    ["a/l", "a/p", "al", "bin", "binte", "binti", "bt", "da", "de", "den", "der", "di", "el", "la", "van", "von"];

const FUNCTION_WORDS: [&str; 24] = [
    "and", "dan", "adalah", "akan", "atau", "dalam", "dari", "dengan", "ialah", "ini", "itu", "juga", "kami", "oleh",
    "pada", "sebagai", "tidak", "untuk", "yang", "the", "of", "for", "with", "from",
];

// Sorted, for binary search. Words that open a description of somebody, beside those of `judge::names::ROLES`.
const ROLES: &[&str] = &[
    "admin",
    "advokat",
    "ajk",
    "berita",
    "bertarikh",
    "credits",
    "editorial",
    "foto",
    "gabungan",
    "ilustrasi",
    "istimewa",
    "jurnalis",
    "kabupaten",
    "kandidat",
    "katanya",
    "kaunsel",
    "kontributor",
    "koresponden",
    "kredit",
    "lulusan",
    "mahasiswi",
    "negeri",
    "news",
    "newsroom",
    "pemimpin",
    "pendiri",
    "pesuruhjaya",
    "redaksi",
    "reporter",
    "rilis",
    "sekian",
    "sekretaris",
    "staf",
    "staff",
    "team",
    "terimakasih",
    "tim",
];

// Sorted, for binary search. Bodies that people belong to, anywhere in a description.
const BODIES: &[&str] = &[
    "divisi",
    "fakultas",
    "fakulti",
    "foundation",
    "institut",
    "institute",
    "jabatan",
    "jurusan",
    "kementerian",
    "lembaga",
    "organisasi",
    "universitas",
    "universiti",
    "university",
    "yayasan",
];

// Sorted, for binary search. Words that open the names of bodies, and may be names of people.
const GROUPS: &[&str] = &["dewan", "majlis", "partai", "parti", "pemuda"];

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(text: &str) -> Vec<String> {
        after_label(text, &Outlets::default())
    }

    fn bare(text: &str) -> Vec<String> {
        without_label(text, &Outlets::default())
    }

    #[test]
    fn splits_lists_of_names() {
        for text in [
            "Budi Contoh, Sari Misal",
            "Budi Contoh dan Sari Misal",
            "Budi Contoh & Sari Misal",
            "Budi Contoh/ Sari Misal",
            "Budi Contoh | Sari Misal",
            "Budi Contoh and Sari Misal",
        ] {
            assert_eq!(labelled(text), ["Budi Contoh", "Sari Misal"], "{text}");
        }
        assert_eq!(bare("BUDI CONTOH, SG MISAL"), ["BUDI CONTOH", "SG MISAL"]);
    }

    #[test]
    fn keeps_names_as_written() {
        for name in [
            "Muh. Budi Contoh",
            "Rr. Sari Misal",
            "Budi C. Contoh",
            "Putra Contoh K",
            "Ma'ruf Contoh",
            "DATO’ DR MOHD CONTOH AMAN AT-TAKIRI",
            "Kumar a/l Contoh",
            "Siti binti Misal",
        ] {
            assert_eq!(bare(name), [name]);
        }
        assert_eq!(labelled("budi contoh"), ["budi contoh"]);
        assert_eq!(labelled("warga_60"), ["warga_60"]);
        assert_eq!(labelled("Budi Contoh (Kantor Misal)"), ["Budi Contoh"]);
    }

    #[test]
    fn every_word_of_the_lists_is_found() {
        for list in [&names::ROLES, ROLES, BODIES, GROUPS] {
            assert!(list.iter().all(|word| is_listed(list, word)));
        }
    }

    #[test]
    fn drops_degrees_and_descriptions() {
        assert_eq!(labelled("Budi Contoh, S.Sos, M.Si"), ["Budi Contoh"]);
        assert_eq!(labelled("Sari Misal, dosen dan peneliti di Kota Umpama"), ["Sari Misal"]);
        assert_eq!(bare("Sari Misal. Pengajar di Universitas Umpama, Jakarta."), ["Sari Misal"]);
        assert_eq!(bare("Budi Contoh/ Divisi Mutu Yayasan Umpama"), ["Budi Contoh"]);
        assert!(labelled("ialah ahli jawatankuasa Contoh").is_empty());
        assert!(labelled("seorang jurutera kanan di Contoh").is_empty());
    }

    #[test]
    fn what_somebody_is_stands_behind_the_name() {
        assert_eq!(bare("SARI MISAL ialah Menteri Contoh dan Umpama."), ["SARI MISAL"]);
        assert_eq!(bare("Budi Contoh adalah dosen"), ["Budi Contoh"]);
        assert_eq!(bare("SARI BINTI MISAL pencinta buku."), ["SARI BINTI MISAL"]);
        assert_eq!(bare("BUDI MISAL UMPAMA, 19, mahasiswa jurusan contoh."), ["BUDI MISAL UMPAMA"]);
        assert!(bare("Dewan Pemuda Contoh").is_empty());
        assert_eq!(labelled("Dewan Santoso"), ["Dewan Santoso"]);
        assert_eq!(bare("SARI bin MISAL pensyarah di Contoh"), ["SARI bin MISAL"]);
        assert_eq!(bare("SARI MISAL dan BUDI CONTOH"), ["SARI MISAL", "BUDI CONTOH"]);
        assert_eq!(bare("Penulis, Tuan Budi Contoh merupakan presiden Misal."), ["Tuan Budi Contoh"]);
        for line in [
            "Beliau ialah Pensyarah Kanan di Universiti Contoh.",
            "This article was first published in Contoh.",
            "Tulisan merupakan pandangan pribadi.",
        ] {
            assert!(bare(line).is_empty(), "{line}");
        }
        assert_eq!(bare("Budi Is Misal"), ["Budi Is Misal"]);
    }

    #[test]
    fn a_line_without_a_label_must_look_like_a_name() {
        for line in [
            "NEWS",
            "Presiden",
            "Ahli Parlimen Kota Contoh",
            "Tim Redaksi",
            "Harga beras naik lagi",
            "nama@contoh.com",
            "@budicontoh",
            "Credits (4)",
            "Apa Kabar Budi?",
            "bag/mis/umf",
        ] {
            assert!(bare(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn brackets_hold_initials_more_often_than_names() {
        let none = Outlets::default();
        for initials in ["fea/vws", "im", "Mg-21", "red.", "ABC", "*", "budi/mis", "Ria", "Istimewa"] {
            assert!(in_brackets(initials, &none).is_empty(), "{initials}");
        }
        assert_eq!(in_brackets("Budi Contoh", &none), ["Budi Contoh"]);
        assert_eq!(in_brackets(" Budi Contoh/Misal ", &none), ["Budi Contoh", "Misal"]);
        assert_eq!(in_brackets("Contohpos.com/Sari Misal", &none), ["Sari Misal"]);
        assert_eq!(in_brackets("Reuters/Sari Misal", &none), ["Sari Misal"]);
    }
}
