//! Records on a terminal: shown whole, but without what a terminal would obey.

use std::io::{self, Write};

use kupas::write::escape::is_hidden;

/// A terminal. What controls it, hides or reorders text is written as `\uXXXX`, so that JSON stays JSON.
pub struct Harmless<W>(pub W);

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // The buffer above passes on whole records, so no character is cut.
        let text = String::from_utf8_lossy(bytes);
        self.0.write_all(harmless(&text).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) || matches!(c, '\r' | '\u{2028}' | '\u{2029}') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                shown.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_terminals_obey_is_spelled_out_and_json_stays_json() {
        assert_eq!(harmless("\u{9b}31m\r\u{202e}\u{e0041}\u{c}"), "\\u009b31m\\u000d\\u202e\\udb40\\udc41\\u000c");
        assert_eq!(harmless("Café “文” 🎉\tx\n"), "Café “文” 🎉\tx\n");
        let json = harmless("\"a\u{e0041}\u{200b}\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), "a\u{e0041}\u{200b}");
    }
}
