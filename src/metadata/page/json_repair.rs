//! JSON as pages write it: wrapped in comments, several values in a row, line breaks and quotes within strings, commas too many.
//!
//! Mends and parses; what the values mean is for `json_ld`.

use serde_json::Value;

/// All values that can be read out of a script, mended where they must be.
pub(crate) fn parse(script: &str) -> Vec<Value> {
    let script = unwrap(script);
    let (values, whole) = read(script);
    if whole {
        return values;
    }
    let (mended, _) = read(&mend(script));
    if mended.len() >= values.len() { mended } else { values }
}

/// The values before the first mistake, and whether there is none.
fn read(text: &str) -> (Vec<Value>, bool) {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>().take(MAX_VALUES) {
        match value {
            Ok(value) => values.push(value),
            Err(_) => return (values, false),
        }
    }
    (values, true)
}

const MAX_VALUES: usize = 200;

/// The script without the comments that hide it from old browsers and parsers of XML.
fn unwrap(script: &str) -> &str {
    let mut text = script.trim().trim_start_matches('\u{feff}');
    loop {
        let before = text.len();
        for start in ["<!--", "//<![CDATA[", "/*<![CDATA[*/", "<![CDATA[", "// <![CDATA[", "/* <![CDATA[ */"] {
            text = text.strip_prefix(start).unwrap_or(text).trim_start();
        }
        for end in ["-->", "//]]>", "/*]]>*/", "]]>", "// ]]>", "/* ]]> */", "//", ";"] {
            text = text.strip_suffix(end).unwrap_or(text).trim_end();
        }
        if text.len() == before {
            return text;
        }
    }
}

/// The script with its strings escaped, commas and brackets put right and words that JSON does not know made null.
fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            '"' => {
                at = mend_string(text, at + 1, &mut out);
                continue;
            }
            '{' | '[' => {
                open.push(if c == '{' { '}' } else { ']' });
                out.push(c);
            }
            '}' | ']' => {
                drop_comma(&mut out);
                // A bracket that closes nothing would end the reading here.
                if open.last() == Some(&c) {
                    open.pop();
                    out.push(c);
                }
            }
            ',' => {
                drop_comma(&mut out);
                out.push(c);
            }
            ';' => {}
            '/' if text.get(at..).is_some_and(|rest| rest.starts_with("/*")) => {
                at = text.get(at..).and_then(|rest| rest.find("*/")).map_or(text.len(), |end| at + end + 2);
                continue;
            }
            _ if c.is_ascii_alphabetic() => {
                let rest = text.get(at..).unwrap_or_default();
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                out.push_str(if matches!(word, "true" | "false" | "null") { word } else { "null" });
                at += end;
                continue;
            }
            _ if c.is_control() && !c.is_whitespace() => {}
            _ => out.push(c),
        }
        at += c.len_utf8();
    }
    drop_comma(&mut out);
    out.extend(open.iter().rev());
    out
}

/// Copies the string that starts at `at`, behind its quote, escaped. Returns where it ends.
fn mend_string(text: &str, mut at: usize, out: &mut String) -> usize {
    out.push('"');
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + c.len_utf8();
        match c {
            '"' if closes(text.get(next..).unwrap_or_default()) => {
                out.push('"');
                return next;
            }
            '"' => out.push_str("\\\""),
            '\\' => {
                let escaped = text.get(next..).and_then(|rest| rest.chars().next());
                match escaped {
                    Some(e @ ('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u')) => {
                        out.extend(['\\', e]);
                        at = next + 1;
                        continue;
                    }
                    Some('\'') => {}
                    _ => out.push_str("\\\\"),
                }
            }
            '\n' | '\r' | '\t' => out.push_str(if c == '\n' { "\\n" } else { " " }),
            _ if c.is_control() => out.push(' '),
            _ => out.push(c),
        }
        at = next;
    }
    out.push('"');
    at
}

/// Whether a quote ends its string, by what follows it.
fn closes(after: &str) -> bool {
    let after = after.trim_start();
    match after.chars().next() {
        None | Some(':' | '}' | ']') => true,
        Some(',') => {
            let next = after.get(1..).unwrap_or_default().trim_start();
            next.is_empty()
                || next.starts_with(['"', '{', '[', '}', ']', '-', ','])
                || next.starts_with(|c: char| c.is_ascii_digit())
                || ["true", "false", "null"].iter().any(|word| next.starts_with(word))
        }
        // A comma forgotten between two members.
        Some('"') => false,
        _ => false,
    }
}

/// Takes a comma off the end: none may stand before a bracket or another comma.
fn drop_comma(out: &mut String) {
    let kept = out.trim_end();
    if kept.ends_with(',') {
        out.truncate(kept.len() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(script: &str, expected: &[Value]) {
        assert_eq!(parse(script), expected, "{script}");
    }

    #[test]
    fn what_hides_a_script_is_taken_off() {
        for (before, after) in
            [("<!--\n", "\n-->"), ("//<![CDATA[\n", "\n//]]>"), ("/*<![CDATA[*/", "/*]]>*/"), ("", ";")]
        {
            check(&format!("{before}{{\"a\": 1}}{after}"), &[json!({"a": 1})]);
        }
    }

    #[test]
    fn several_values_in_one_script_are_all_read() {
        check("{\"a\": 1}\n{\"b\": 2}", &[json!({"a": 1}), json!({"b": 2})]);
        check("{\"a\": 1},{\"b\": 2}", &[json!({"a": 1})]);
    }

    #[test]
    fn mistakes_are_mended() {
        check("{\"a\": \"satu\ndua\"}", &[json!({"a": "satu\ndua"})]);
        check("{\"a\": [1, 2,], \"b\": {\"c\": 3,},}", &[json!({"a": [1, 2], "b": {"c": 3}})]);
        check("{\"a\": \"kata \"ini\" saja\", \"b\": 1}", &[json!({"a": "kata \"ini\" saja", "b": 1})]);
        check("{\"a\": \"Jum\\'at\"}", &[json!({"a": "Jum'at"})]);
        check("{\"a\": undefined}", &[json!({"a": null})]);
        check("{\"a\": \"satu\", \"b\": [\"dua\"", &[json!({"a": "satu", "b": ["dua"]})]);
        check("{\"a\": /* x */ 1}}", &[json!({"a": 1})]);
        check("{\"a\": 1,, \"b\": 2}", &[json!({"a": 1, "b": 2})]);
    }

    #[test]
    fn what_is_no_json_gives_nothing_and_no_harm() {
        for script in ["", "{{{", "\"", "var x = 1", "<p>", "\\", "]]]]", "{\"a\":"] {
            let _ = parse(script);
        }
        assert!(parse(&"[".repeat(100_000)).is_empty());
    }
}
