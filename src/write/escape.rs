//! Escaping: scraped text made safe to look at, on a terminal and in a page.
//!
//! Data that programs read (records, plain text) is never escaped here; what people look at always is.

use std::borrow::Cow;
use std::fmt::Write as _;

/// The text with every character that is not seen as itself written as `\u{…}`: control characters, what changes the
/// direction of text, what has no width, tags.
///
/// Spaces and line ends of any sort become a plain space, so that the result is one line.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| is_hidden(c) || (c.is_whitespace() && c != ' ')) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => shown.push(' '),
            c if is_hidden(c) => {
                // Writing to a string cannot fail.
                let _ = write!(shown, "{}", c.escape_unicode());
            }
            c if c.is_whitespace() => shown.push(' '),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

/// The text as HTML, safe in element content and in quoted attributes; hidden characters are shown as in [`visible`].
#[must_use]
pub fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 16);
    for c in visible(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// The address itself if it may stand in a link of a page: `http` or `https`, nothing hidden or blank in it.
#[must_use]
pub fn web_address(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let clean = !rest.is_empty() && !rest.contains(|c: char| c.is_whitespace() || is_hidden(c));
    (known && clean).then_some(url)
}

/// Whether a character does something unseen: it controls, turns the direction of text, has no width, or is a tag.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => false,
        // Soft hyphen, Arabic letter mark, Mongolian vowel separator, Hangul fillers.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' => true,
        // Zero-width characters and marks of direction.
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => true,
        // Annotation marks, tags.
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_drives_a_terminal_is_spelled_out() {
        for (text, shown) in [
            ("\u{1b}]52;c;aGk=\u{7}", r"\u{1b}]52;c;aGk=\u{7}"),
            ("\u{1b}]8;;http://a\u{1b}\\klik", r"\u{1b}]8;;http://a\u{1b}\klik"),
            ("aman\rjahat", "aman jahat"),
            ("\u{9b}31m", r"\u{9b}31m"),
            ("\u{7f}\0", r"\u{7f}\u{0}"),
            ("gpj.\u{202e}exe", r"gpj.\u{202e}exe"),
            ("se\u{200b}but", r"se\u{200b}but"),
            ("\u{e0041}", r"\u{e0041}"),
        ] {
            assert_eq!(visible(text), shown);
        }
    }

    #[test]
    fn what_people_write_stays_as_it_is() {
        for text in ["é", "文", "🙏", "☎\u{fe0f}", "“kutip” — ya…"] {
            assert_eq!(visible(text), text);
        }
        assert_eq!(visible("satu\u{a0}dua\u{2028}tiga"), "satu dua tiga");
    }

    #[test]
    fn html_has_no_markup_of_its_own() {
        assert_eq!(html("<a href=\"x\" id='y'>&amp;"), "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;");
        assert_eq!(html("<img\u{c}src=x>"), "&lt;img\\u{c}src=x&gt;");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(web_address("https://contoh.id/a?b=c").is_some());
        assert!(web_address("HTTP://contoh.id").is_some());
        for url in
            ["javascript:alert(1)", "Data:text/html,x", "java\nscript://x", "//contoh.id", "https://", "https://a b"]
        {
            assert_eq!(web_address(url), None, "{url}");
        }
    }
}
