//! JSON objects, read in a fraction of the time that the parser takes where their values are strings, as in most records.
//!
//! Knows no errors: what is faulty, has very many fields or is deeply nested is for the parser alone.

use serde_json::{Deserializer, Map, Value};

use super::fields::{FEW, Fields};
use crate::bytes;

/// The fields of an object, each name once; `None` if only the parser can tell what this is.
pub fn parse(json: &str) -> Option<Fields> {
    let mut fields = Fields::with_capacity(8);
    let mut rest = behind(json, b'{')?;
    loop {
        let (name, after) = string(behind(rest, b'"')?)?;
        let after = behind(after, b':')?;
        let (value, after) = match behind(after, b'"') {
            Some(text) => string(text).map(|(text, after)| (Value::String(text), after))?,
            None => other_value(after)?,
        };
        if fields.len() == FEW || fields.iter().any(|(other, _)| *other == name) {
            return None;
        }
        fields.push((name, value));
        match behind(after, b',') {
            Some(after) => rest = after,
            None => return behind(after, b'}').filter(|after| white_space(after) == after.len()).map(|_| fields),
        }
    }
}

/// A value that is no string, and what follows it.
fn other_value(text: &str) -> Option<(Value, &str)> {
    let mut values = Deserializer::from_str(text).into_iter::<Value>();
    let value = values.next()?.ok()?;
    let after = text.get(values.byte_offset()..)?;
    if is_flat(&value) { Some((value, after)) } else { None }
}

/// Whether a value has only a few levels: the parser counts them from the outermost object on.
fn is_flat(value: &Value) -> bool {
    let mut level = vec![value];
    for _ in 0..LEVELS {
        let items = level.iter().filter_map(|value| value.as_array()).flatten();
        let entries = level.iter().filter_map(|value| value.as_object()).flat_map(Map::values);
        let inner = items.chain(entries);
        level = inner.filter(|value| matches!(value, Value::Array(_) | Value::Object(_))).collect();
        if level.is_empty() {
            return true;
        }
    }
    false
}

/// Levels that hardly any value exceeds, and far fewer than the parser allows.
const LEVELS: usize = 16;

/// What follows a mark, before which white space may stand.
fn behind(text: &str, mark: u8) -> Option<&str> {
    let at = white_space(text);
    if text.as_bytes().get(at) == Some(&mark) { text.get(at + 1..) } else { None }
}

/// How much white space of JSON a text begins with.
fn white_space(text: &str) -> usize {
    text.bytes().position(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).unwrap_or(text.len())
}

/// A string whose opening quote has been read, and what follows it.
fn string(text: &str) -> Option<(String, &str)> {
    let (plain, mut rest) = text.split_at(plain_run(text));
    if let Some(after) = rest.strip_prefix('"') {
        return Some((plain.to_owned(), after));
    }
    let mut string = String::with_capacity(text.len().min(ROOM));
    string.push_str(plain);
    loop {
        let (c, after) = escaped(rest.strip_prefix('\\')?)?;
        string.push(c);
        let (plain, after) = after.split_at(plain_run(after));
        string.push_str(plain);
        match after.strip_prefix('"') {
            Some(after) => return Some((string, after)),
            None => rest = after,
        }
    }
}

/// Bytes that most strings with escapes have at most.
const ROOM: usize = 4096;

/// How many bytes stand for themselves.
fn plain_run(text: &str) -> usize {
    bytes::run(text.as_bytes(), |byte| (byte < b' ') | (byte == b'"') | (byte == b'\\'))
}

/// The character of an escape whose backslash has been read, and what follows it.
fn escaped(text: &str) -> Option<(char, &str)> {
    let (&byte, _) = text.as_bytes().split_first()?;
    let c = match byte {
        b'"' | b'\\' | b'/' => char::from(byte),
        b'n' => '\n',
        b't' => '\t',
        b'r' => '\r',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return escaped_unit(text.get(1..)?),
        _ => return None,
    };
    Some((c, text.get(1..)?))
}

/// The character of an escape such as `\u00e9`, of two of them where it takes two.
fn escaped_unit(text: &str) -> Option<(char, &str)> {
    let (unit, after) = unit(text)?;
    if let Some(c) = char::from_u32(unit) {
        return Some((c, after));
    }
    let (low, after) = self::unit(after.strip_prefix("\\u")?)?;
    match (unit, low) {
        (0xd800..=0xdbff, 0xdc00..=0xdfff) => {
            Some((char::from_u32(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00))?, after))
        }
        _ => None,
    }
}

/// The number of four hexadecimal digits.
fn unit(text: &str) -> Option<(u32, &str)> {
    let (digits, after) = text.split_at_checked(4)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_number { Some((u32::from_str_radix(digits, 16).ok()?, after)) } else { None }
}
