//! What a page says about its own encoding: `<meta>` and the XML declaration, found without parsing the page, as the
//! WHATWG's "prescan a byte stream" does. Believes what it finds; who else is to be believed is not its matter.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, X_USER_DEFINED};

/// The encoding that the start of a page names, if it names one that exists.
pub fn encoding(head: &[u8]) -> Option<&'static Encoding> {
    let mut scan = Scan { bytes: head, at: 0 };
    while let Some(at) = memchr::memchr(b'<', scan.rest()) {
        scan.at += at;
        let rest = scan.rest();
        if rest.starts_with(b"<!--") {
            // The dashes that open a comment may also close it.
            scan.at += 2;
            scan.skip_past(b"-->");
        } else if let Some(after) = rest.get(5).filter(|_| starts_with_ignoring_case(rest, b"<meta")) {
            if after.is_ascii_whitespace() || *after == b'/' {
                scan.at += 6;
                if let Some(encoding) = scan.meta() {
                    return Some(encoding);
                }
            } else {
                scan.at += 1;
            }
        } else {
            match rest.get(1..3).unwrap_or_default() {
                [first, _] if first.is_ascii_alphabetic() => scan.skip_tag(1),
                [b'/', first] if first.is_ascii_alphabetic() => scan.skip_tag(2),
                [b'!' | b'/' | b'?', _] => scan.skip_past(b">"),
                _ => scan.at += 1,
            }
        }
    }
    xml_declaration(head)
}

/// The encoding in `<?xml version="1.0" encoding="…"?>`.
fn xml_declaration(head: &[u8]) -> Option<&'static Encoding> {
    let declaration = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = declaration.get(..memchr::memchr(b'>', declaration)?)?;
    let value = declaration.get(memchr::memmem::find(declaration, b"encoding")? + 8..)?;
    let value = value.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, value) = value.split_first().filter(|(quote, _)| matches!(**quote, b'"' | b'\''))?;
    of_label(value.get(..memchr::memchr(*quote, value)?)?)
}

/// The encoding in the `content` of a `<meta http-equiv="content-type">`.
fn of_content(content: &[u8]) -> Option<&'static Encoding> {
    let mut rest = content;
    loop {
        let at = rest.windows(7).position(|window| window.eq_ignore_ascii_case(b"charset"))?;
        rest = rest.get(at + 7..)?;
        let Some(value) = rest.trim_ascii_start().strip_prefix(b"=") else {
            continue;
        };
        let value = value.trim_ascii_start();
        return match value.split_first()? {
            (quote @ (b'"' | b'\''), quoted) => of_label(quoted.get(..memchr::memchr(*quote, quoted)?)?),
            _ => of_label(value.split(|byte| byte.is_ascii_whitespace() || *byte == b';').next()?),
        };
    }
}

/// The encoding of that name. A page that could be read so far cannot be in UTF-16, whatever it says.
fn of_label(label: &[u8]) -> Option<&'static Encoding> {
    Some(match Encoding::for_label_no_replacement(label)? {
        encoding if encoding == UTF_16LE || encoding == UTF_16BE => UTF_8,
        encoding if encoding == X_USER_DEFINED => WINDOWS_1252,
        encoding => encoding,
    })
}

fn starts_with_ignoring_case(bytes: &[u8], start: &[u8]) -> bool {
    bytes.get(..start.len()).is_some_and(|bytes| bytes.eq_ignore_ascii_case(start))
}

/// Where we are in the bytes.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes on behind the next `end`, or to the end of all.
    fn skip_past(&mut self, end: &[u8]) {
        self.at = memchr::memmem::find(self.rest(), end).map_or(self.bytes.len(), |at| self.at + at + end.len());
    }

    /// Goes on while bytes are so.
    fn skip_while(&mut self, is_so: impl Fn(u8) -> bool) {
        self.at += self.rest().iter().take_while(|byte| is_so(**byte)).count();
    }

    /// Goes on behind a tag whose name starts so many bytes on.
    fn skip_tag(&mut self, name: usize) {
        self.at += name;
        self.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>');
        while self.attribute().is_some() {}
    }

    /// The encoding that a `<meta>` tag names, of which the name has been read.
    fn meta(&mut self) -> Option<&'static Encoding> {
        let (mut is_content_type, mut charset, mut content) = (false, None, None);
        while let Some((name, value)) = self.attribute() {
            // Of an attribute that stands twice the first counts.
            match name.to_ascii_lowercase().as_slice() {
                b"http-equiv" => is_content_type |= value.eq_ignore_ascii_case(b"content-type"),
                b"charset" if charset.is_none() => charset = Some(of_label(value)),
                b"content" if content.is_none() => content = of_content(value),
                _ => {}
            }
        }
        charset.unwrap_or(if is_content_type { content } else { None })
    }

    /// The next attribute of the tag we are in, as name and value; `None` at its end.
    fn attribute(&mut self) -> Option<(&'a [u8], &'a [u8])> {
        self.skip_while(|byte| byte.is_ascii_whitespace() || byte == b'/');
        if matches!(self.peek()?, b'>') {
            self.at += 1;
            return None;
        }
        let name = self.at;
        // An equals sign may be the first character of a name.
        self.at += 1;
        self.skip_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'=' | b'/' | b'>'));
        let name = self.bytes.get(name..self.at)?;
        self.skip_while(|byte| byte.is_ascii_whitespace());
        if self.peek() != Some(b'=') {
            return Some((name, b""));
        }
        self.at += 1;
        self.skip_while(|byte| byte.is_ascii_whitespace());
        let start = self.at;
        match self.peek()? {
            quote @ (b'"' | b'\'') => {
                self.at += 1;
                self.skip_while(|byte| byte != quote);
                let value = self.bytes.get(start + 1..self.at)?;
                self.at += 1;
                Some((name, value))
            }
            _ => {
                self.skip_while(|byte| !byte.is_ascii_whitespace() && byte != b'>');
                Some((name, self.bytes.get(start..self.at)?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_found_where_browsers_find_them() {
        for (head, expected) in [
            ("<meta charset=gbk>", Some("GBK")),
            ("<META CharSet = 'windows-1251' />", Some("windows-1251")),
            ("<html><head><title>x</title><meta charset=\"shift_jis\"", Some("Shift_JIS")),
            ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>", Some("ISO-8859-2")),
            ("<meta content=\"text/html;CHARSET = 'big5'\" http-equiv=\"content-type\">", Some("Big5")),
            ("<meta http-equiv=refresh content='text/html; charset=iso-8859-2'>", None),
            ("<meta content='text/html; charset=iso-8859-2'>", None),
            ("<meta name=charset content=gbk>", None),
            ("<meta charset=tidak-ada><meta charset=gbk>", Some("GBK")),
            ("<!-- <meta charset=gbk> --><meta charset=big5>", Some("Big5")),
            ("<!--><meta charset=gbk>", Some("GBK")),
            ("<a title='<meta charset=gbk>'><meta charset=big5>", Some("Big5")),
            ("</a x='>'><? '><!x>a < b<metan charset=gbk><meta/charset=big5>", Some("Big5")),
            ("<meta charset=utf-16>", Some("UTF-8")),
            ("<meta charset=latin1 charset=gbk>", Some("windows-1252")),
            (" <?xml version='1.0' encoding=\"koi8-r\"?><html>", Some("KOI8-R")),
            ("<?xml version='1.0' encoding='koi8-r'?><meta charset=gbk>", Some("GBK")),
            ("<?xml version='1.0'?>", None),
            ("<meta charset='gb", None),
            ("<meta", None),
            ("", None),
        ] {
            assert_eq!(encoding(head.as_bytes()).map(Encoding::name), expected, "{head}");
        }
    }

    #[test]
    fn no_beginning_of_a_page_is_too_short() {
        let head = b"<!DOCTYPE html><!-- a --><html lang='id'><meta http-equiv=content-type content='a; charset=gbk'>";
        for end in 0..=head.len() {
            let _ = encoding(&head[..end]);
            let _ = encoding(&head[head.len() - end..]);
        }
    }
}
