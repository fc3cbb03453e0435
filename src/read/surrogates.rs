//! Repairs escapes of half surrogate pairs in JSON, for which parsers refuse the whole value.

/// The JSON with every lone `\ud800` to `\udfff` replaced by `\ufffd`, which is as long, and their number; `None` if
/// there are none.
pub fn repair(json: &str) -> Option<(String, usize)> {
    let mut repaired = String::with_capacity(json.len());
    let mut count = 0;
    let mut rest = json;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at(at);
        repaired.push_str(before);
        let (length, lone) = match unit(escape) {
            // The escaped character may be a backslash, which must not open an escape of its own.
            None => (1 + escape.chars().nth(1).map_or(0, char::len_utf8), false),
            Some(0xd800..=0xdbff) => match escape.get(6..).and_then(unit) {
                Some(0xdc00..=0xdfff) => (12, false),
                _ => (6, true),
            },
            Some(0xdc00..=0xdfff) => (6, true),
            Some(_) => (6, false),
        };
        let (escape, after) = escape.split_at(length);
        repaired.push_str(if lone { "\\ufffd" } else { escape });
        count += usize::from(lone);
        rest = after;
    }
    repaired.push_str(rest);
    (count > 0).then_some((repaired, count))
}

/// The unit of the `\uXXXX` that the text starts with.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    // `from_str_radix` alone would take a sign.
    digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::repair;

    #[test]
    fn only_lone_halves_are_replaced() {
        for (json, expected) in [
            (r#"{"a":"x\ud83dy"}"#, Some((r#"{"a":"x\ufffdy"}"#, 1))),
            (r#"{"a":"\uDE00"}"#, Some((r#"{"a":"\ufffd"}"#, 1))),
            (r#"{"a":"\ude00\ud83d"}"#, Some((r#"{"a":"\ufffd\ufffd"}"#, 2))),
            (r#"{"a":"\ud83d\ud83d\ude00"}"#, Some((r#"{"a":"\ufffd\ud83d\ude00"}"#, 1))),
            (r#"{"\ud83d":1}"#, Some((r#"{"\ufffd":1}"#, 1))),
            (r#"{"a":"\ud83d\ude00 é"}"#, None),
            (r#"{"a":"\\ud83d"}"#, None),
            (r#"{"a":"\\\ud83d"}"#, Some((r#"{"a":"\\\ufffd"}"#, 1))),
            (r#"{"a":"\ud8"#, None),
            (r#"{"a":"\é"#, None),
            ("\\", None),
        ] {
            assert_eq!(repair(json), expected.map(|(json, count)| (json.to_owned(), count)), "{json}");
        }
    }
}
