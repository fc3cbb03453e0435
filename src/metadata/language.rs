//! The language of a text, told by its function words: Indonesian, Malay or English, else unknown.
//!
//! Indonesian and Malay share most of theirs; common words that only one of them has, or writes so, decide between the two.

use crate::judge::tokens::{Shape, Token, tokenize};
use crate::judge::vocabulary::Common;

/// The ISO 639-1 code of the text's language, if it is one of `id`, `ms` and `en`.
#[must_use]
pub fn guess(text: &str) -> Option<&'static str> {
    let mut tokens = Vec::new();
    tokenize(text, 0..text.len(), &mut tokens);
    of_tokens(&tokens)
}

/// The same of a text that has been read into tokens.
#[must_use]
pub fn of_tokens(tokens: &[Token]) -> Option<&'static str> {
    // How many words of each class there are, in a byte each: counted so that it takes no branch.
    let mut counts = 0_u64;
    let mut words = 0;
    for token in tokens {
        let is_word = token.shape != Shape::Mark;
        counts += u64::from(is_word) << (8 * token.known.common() as u32);
        words += usize::from(is_word);
        if words % WORDS_BETWEEN == 0 && (words == WORDS_READ || is_clear(counts, words)) {
            break;
        }
    }
    let [english, indonesian, malay, shared] = by_class(counts);
    let local = shared + indonesian + malay;
    let most = local.max(english);
    // Function words make up a third of running text; far fewer mean another language, or a list of names.
    if most < 3 || most * 12 < words {
        return None;
    }
    if english > local {
        Some("en")
    } else if malay > indonesian {
        Some("ms")
    } else {
        Some("id")
    }
}

/// How many words of each class a count holds: English, Indonesian, Malay, and both of the latter.
#[inline]
fn by_class(counts: u64) -> [usize; Common::COUNT - 1] {
    let [_, classes @ .., _, _, _] = counts.to_le_bytes();
    classes.map(usize::from)
}

/// Whether it is clear what the language is.
fn is_clear(counts: u64, words: usize) -> bool {
    let [english, indonesian, malay, shared] = by_class(counts);
    let local = shared + indonesian + malay;
    usize::abs_diff(indonesian, malay) >= CLEAR && local * 8 >= words && english * 4 < local
}

/// Enough to be sure, and little enough to cost nothing.
const WORDS_READ: usize = 200;

/// Every so many words it is looked whether it is clear already: every eighth word speaks for the languages of the archipelago,
/// English is far behind, and so many words more speak for one of the two than for the other.
const WORDS_BETWEEN: usize = 8;
const CLEAR: usize = 4;

// Counts fit in bytes, and reading ends at the last of them.
const _: () = assert!(WORDS_READ <= u8::MAX as usize && WORDS_READ.is_multiple_of(WORDS_BETWEEN));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_indonesian_malay_and_english_apart() {
        for (text, expected) in [
            ("Warga desa itu mengatakan bahwa mereka tidak bisa pulang karena jalan tersebut masih terendam.", "id"),
            (
                "Beliau berkata, penduduk kampung itu tidak dapat pulang kerana jalan berkenaan masih ditenggelami air.",
                "ms",
            ),
            ("The villagers said that they could not go home because the road was still under water.", "en"),
        ] {
            assert_eq!(guess(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn other_languages_and_mere_names_are_unknown() {
        for text in [
            "",
            "Budi Contoh, Sari Misal, Umpama Jaya",
            "Die Bewohner des Dorfes konnten nicht nach Hause gehen, weil die Straße noch unter Wasser stand.",
            "村民们说,他们不能回家,因为道路仍在水下。",
        ] {
            assert_eq!(guess(text), None, "{text}");
        }
    }
}
