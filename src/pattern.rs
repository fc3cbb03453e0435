//! Patterns for text in Latin script.

/// The pattern with `\b`, `\d`, `\w`, `\D` and `\W` meaning ASCII, and `\p{L}`, `\p{Lu}` and `\p{Ll}` Latin letters as far as Europe's
/// languages write them: the Unicode forms compile to a hundred times the size, and a Unicode word boundary shuts out the
/// fast engines.
pub(crate) fn latin_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 32);
    let mut rest = pattern;
    'escapes: while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        for (escape, class) in CLASSES {
            if let Some(behind) = after.strip_prefix(escape)
                && !(escape == "b" && behind.starts_with('{'))
            {
                out.push_str(class);
                rest = behind;
                continue 'escapes;
            }
        }
        let mut chars = after.chars();
        out.push('\\');
        out.extend(chars.next());
        rest = chars.as_str();
    }
    out.push_str(rest);
    out
}

/// What stands behind a backslash, and what is put in its place.
const CLASSES: [(&str, &str); 8] = [
    ("b", r"(?-u:\b)"),
    ("d", "[0-9]"),
    ("w", "[0-9A-Za-z_]"),
    ("D", "[^0-9]"),
    ("W", "[^0-9A-Za-z_]"),
    ("p{L}", r"[A-Za-z\u{c0}-\u{d6}\u{d8}-\u{f6}\u{f8}-\u{24f}]"),
    // From 0x100 on, capitals and small letters take turns.
    ("p{Lu}", r"[A-Z\u{c0}-\u{d6}\u{d8}-\u{de}\u{100}-\u{17f}]"),
    ("p{Ll}", r"[a-z\u{df}-\u{f6}\u{f8}-\u{17f}]"),
];

/// Whether a character is a Latin letter, as patterns know them.
pub(crate) fn is_latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}')
}

/// Whether it is a Latin capital, as patterns know them.
pub(crate) fn is_latin_capital(c: char) -> bool {
    c.is_ascii_uppercase() || matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{de}' | '\u{100}'..='\u{17f}')
}

/// Whether it is a small Latin letter, as patterns know them.
pub(crate) fn is_latin_small(c: char) -> bool {
    c.is_ascii_lowercase() || matches!(c, '\u{df}'..='\u{f6}' | '\u{f8}'..='\u{17f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    type Test = fn(char) -> bool;

    #[test]
    fn letters_are_the_same_in_patterns_and_out_of_them() {
        let tests: [(&str, Test); 3] =
            [(r"\p{L}", is_latin), (r"\p{Lu}", is_latin_capital), (r"\p{Ll}", is_latin_small)];
        for (class, test) in tests {
            let pattern = Regex::new(&latin_classes(class)).unwrap();
            let differs = |c: &char| pattern.is_match(c.encode_utf8(&mut [0; 4])) != test(*c);
            assert_eq!(('\0'..'\u{3000}').find(differs), None, "{class}");
        }
    }

    #[test]
    fn classes_mean_latin_within_brackets_and_without() {
        let fits = |pattern: &str, text: &str| Regex::new(&latin_classes(pattern)).unwrap().is_match(text);
        assert!(fits(r"^\p{Lu}[\p{Ll}'-]+ \p{L}{2}\b$", "Élan-ş ćo"));
        assert!(!fits(r"\p{L}|\d|\w", "Ж٣"));
        assert!(fits(r"^[^\d\W]\D\\b\.$", r"aB\b."));
        assert!(fits(r"\b{start}a", "a"));
    }
}
