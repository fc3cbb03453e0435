//! JSON objects as records mostly are: few fields, nearly all of them strings. Whatever is not like that, or is no JSON,
//! is left to the general parser, which also knows what is wrong with it.

use serde_json::{Deserializer, Value};

use super::fields::Fields;
use crate::bytes;

/// Fields up to which it costs little to compare the name of each with all others.
const FEW: usize = 32;

/// Brackets that open in a value that certainly is not nested too deeply.
const SHALLOW: usize = 100;

/// The fields of the object that a line is, as the general parser would read them; `None` if it has to. `unescaped` is
/// memory to work with.
pub fn read(line: &str, unescaped: &mut String) -> Option<Fields> {
    Parser { line, at: 0, unescaped }.object()
}

struct Parser<'a> {
    line: &'a str,
    /// Where what has not been read yet begins.
    at: usize,
    /// What a string with escapes stands for, as far as it has been read.
    unescaped: &'a mut String,
}

impl<'a> Parser<'a> {
    fn object(mut self) -> Option<Fields> {
        self.skip_blanks();
        self.take(b'{')?;
        self.skip_blanks();
        let mut fields = Fields::with_capacity(8);
        while self.take(b'}').is_none() {
            let name = self.string()?;
            self.skip_blanks();
            self.take(b':')?;
            self.skip_blanks();
            let value = self.value()?;
            self.skip_blanks();
            // Of a name that stands twice, the last value counts.
            if let Some((_, first)) = fields.iter_mut().find(|(other, _)| *other == name) {
                *first = value;
            } else if fields.len() < FEW {
                fields.push((name, value));
            } else {
                return None;
            }
            let goes_on = self.take(b',').is_some();
            self.skip_blanks();
            if self.next()? != if goes_on { b'"' } else { b'}' } {
                return None;
            }
        }
        self.skip_blanks();
        (self.at == self.line.len()).then_some(fields)
    }

    fn value(&mut self) -> Option<Value> {
        if self.next()? == b'"' {
            return self.string().map(Value::String);
        }
        let rest = self.line.get(self.at..)?;
        let mut values = Deserializer::from_str(rest).into_iter();
        let value = values.next()?.ok()?;
        let written = rest.get(..values.byte_offset())?;
        self.at += written.len();
        // It stands one level deeper than it was read.
        (written.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() < SHALLOW).then_some(value)
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        self.unescaped.clear();
        loop {
            let plain = self.plain()?;
            if self.take(b'"').is_some() {
                if self.unescaped.is_empty() {
                    return Some(plain.to_owned());
                }
                self.unescaped.push_str(plain);
                return Some(self.unescaped.clone());
            }
            self.unescaped.push_str(plain);
            self.take(b'\\')?;
            let c = self.escaped()?;
            self.unescaped.push(c);
        }
    }

    /// What stands before the next quote, escape, or control character.
    fn plain(&mut self) -> Option<&'a str> {
        let rest = self.line.get(self.at..)?;
        let end = bytes::run(rest.as_bytes(), |byte| (byte < b' ') | (byte == b'"') | (byte == b'\\'));
        self.at += end;
        rest.get(..end)
    }

    /// The character that an escape stands for, its backslash aside. Half a surrogate pair is none.
    fn escaped(&mut self) -> Option<char> {
        let byte = self.next()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let mut second = None;
                if (0xd800..0xdc00).contains(&first) {
                    self.take(b'\\')?;
                    self.take(b'u')?;
                    second = Some(self.unit()?);
                }
                char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u16> {
        let digits = self.line.get(self.at..self.at + 4)?;
        self.at += 4;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if is_number { u16::from_str_radix(digits, 16).ok() } else { None }
    }

    #[inline]
    fn next(&self) -> Option<u8> {
        self.line.as_bytes().get(self.at).copied()
    }

    /// Skips the byte if it comes next.
    #[inline]
    fn take(&mut self, byte: u8) -> Option<()> {
        if self.next() != Some(byte) {
            return None;
        }
        self.at += 1;
        Some(())
    }

    #[inline]
    fn skip_blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.next() {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Map;

    fn read(line: &str) -> Option<Fields> {
        super::read(line, &mut String::new())
    }

    fn general(line: &str) -> Option<Fields> {
        serde_json::from_str::<Map<String, Value>>(line).ok().map(|object| object.into_iter().collect())
    }

    #[test]
    fn plain_objects_are_read_as_by_the_general_parser() {
        for line in [
            "{}",
            " { } ",
            r#"{"id":"1","text":"Harga \"naik\"\nlagi \u00e9\ud83d\ude00 \/ \\ \b\f\r\t"}"#,
            "\t{ \"a\" : 1.50e+3 , \"b\":[1,{\"c\":null}],\"d\" :true}\r",
            r#"{"a":-0,"b":12345678901234567890123,"c":"é – “x”","":"\u0000"}"#,
            r#"{"a":1,"b":2,"a":{"x":[]}}"#,
            r#"{"a\n":"", "a\n":"b"}"#,
        ] {
            let read = read(line);
            assert!(read.is_some(), "{line}");
            assert_eq!(read, general(line), "{line}");
        }
    }

    #[test]
    fn what_is_no_object_is_left_to_the_general_parser() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(126), "]".repeat(126));
        let many = format!("{{{}\"x\":0}}", (0..40).map(|name| format!("\"{name}\":0,")).collect::<String>());
        for line in [
            "",
            "[]",
            "{",
            "{}x",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{\"a\":1 \"b\":2}",
            "{,}",
            "{\"a\":01}",
            "{\"a\":1x}",
            "{\"a\":\"\u{1}\"}",
            "{\"a\":\"\n\"}",
            r#"{"a":"\ud83d"}"#,
            r#"{"a":"\ude00"}"#,
            r#"{"a":"\ud83d\u0041"}"#,
            r#"{"a":"\u12"}"#,
            r#"{"a":"\u+123"}"#,
            r#"{"a":"\uéé"}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"x"#,
            "\u{feff}{}",
            "\u{a0}{}",
            deep.as_str(),
            many.as_str(),
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn where_there_is_an_answer_it_is_that_of_the_general_parser() {
        let whole = r#" {"id" : "a\"b\u00e9", "n":-1.0e5,"l":[1,"]}",{}],"t":"“kutip”\n","id":"z","f":false} "#;
        for (at, c) in whole.char_indices() {
            for other in ["", "\"", "\\", "{", "}", "[", ",", ":", "0", "e", "u", "\u{7f}", "\n", "é"] {
                let line = [&whole[..at], other, &whole[at + c.len_utf8()..]].concat();
                if let Some(fields) = read(&line) {
                    assert_eq!(Some(fields), general(&line), "{line}");
                }
            }
        }
    }
}
