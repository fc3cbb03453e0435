//! HTTP responses as archives keep them: status, headers, and the payload with its transfer and content encodings undone.
//! What a header claims and the bytes belie is not done: many tools store the payload decoded and keep the headers.

use std::io::Read;

use brotli_decompressor::Decompressor as BrotliDecoder;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use zstd::stream::read::Decoder as ZstdDecoder;

use super::{Format, guess};
use crate::limits;

/// A response.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The content type, as it was sent.
    pub content_type: Option<String>,
    /// The payload, decoded.
    pub payload: Vec<u8>,
    /// Whether the payload ends before its end.
    pub is_cut: bool,
}

/// Content encodings that a response may name; more are no honest page.
const CODINGS: usize = 8;

/// Takes a response apart. The payload may have `limit` bytes. An error says what is wrong.
pub fn response(mut message: Vec<u8>, limit: usize) -> Result<Response, String> {
    let (end, start) = head(&message).ok_or("the headers of the HTTP response have no end")?;
    let payload = message.split_off(start);
    let mut lines = message.get(..end).unwrap_or_default().split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let status = status(lines.next().unwrap_or_default()).ok_or("not an HTTP response")?;
    let mut response = Response { status, payload, ..Response::default() };
    let (mut content, mut transfer) = (Vec::new(), Vec::new());
    for line in lines {
        let Some(colon) = memchr::memchr(b':', line) else {
            continue;
        };
        let (name, value) = line.split_at(colon);
        let value = String::from_utf8_lossy(value.get(1..).unwrap_or_default().trim_ascii()).into_owned();
        match name.to_ascii_lowercase().as_slice() {
            b"content-type" => response.content_type = Some(value),
            b"content-encoding" => content.extend(codings(&value)),
            b"transfer-encoding" => transfer.extend(codings(&value)),
            _ => {}
        }
    }
    if content.len() + transfer.len() > CODINGS {
        return Err(format!("more than {CODINGS} encodings on top of each other"));
    }
    // What was applied last is undone first.
    for coding in content.iter().chain(&transfer).rev() {
        undo(coding, &mut response, limit)?;
    }
    Ok(response)
}

/// Where the head of a message ends, and where its body starts.
fn head(message: &[u8]) -> Option<(usize, usize)> {
    memchr::memchr_iter(b'\n', message).find_map(|end| match message.get(end + 1..)? {
        [b'\r', b'\n', ..] => Some((end, end + 3)),
        [b'\n', ..] => Some((end, end + 2)),
        _ => None,
    })
}

fn status(line: &[u8]) -> Option<u16> {
    let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.next().filter(|version| version.starts_with(b"HTTP/"))?;
    std::str::from_utf8(words.next()?).ok()?.parse().ok()
}

fn codings(value: &str) -> impl Iterator<Item = String> {
    value.split(',').map(|coding| coding.trim().to_ascii_lowercase()).filter(|coding| !coding.is_empty())
}

/// Undoes one encoding of the payload, if the payload has it.
fn undo(coding: &str, response: &mut Response, limit: usize) -> Result<(), String> {
    let payload = response.payload.as_slice();
    let decoded = match coding {
        "chunked" => unchunk(payload),
        "gzip" | "x-gzip" if payload.starts_with(&[0x1f, 0x8b]) => {
            Some(unpack(MultiGzDecoder::new(payload), limit)?.ok_or("corrupt gzip data")?)
        }
        "zstd" if payload.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) => {
            let decoder = ZstdDecoder::with_buffer(payload).and_then(|mut decoder| {
                decoder.window_log_max(limits::ZSTD_WINDOW_LOG)?;
                Ok(decoder)
            });
            Some(unpack(decoder.map_err(|error| error.to_string())?, limit)?.ok_or("corrupt zstd data")?)
        }
        // These two have no mark by which they could be known.
        "deflate" | "br" if guess::format(payload) == Some(Format::Html) => None,
        // The name means zlib, but some servers send the bare format.
        "deflate" => match unpack(ZlibDecoder::new(payload), limit)? {
            None => unpack(DeflateDecoder::new(payload), limit)?,
            decoded => decoded,
        },
        "br" => unpack(BrotliDecoder::new(payload, 4096), limit)?,
        _ => None,
    };
    if let Some((payload, is_cut)) = decoded {
        response.payload = payload;
        response.is_cut |= is_cut;
    }
    Ok(())
}

/// What a decoder yields, and whether it ends before its end; `None` if it yields nothing. An error if it is too much.
fn unpack(decoder: impl Read, limit: usize) -> Result<Option<(Vec<u8>, bool)>, String> {
    let mut payload = Vec::new();
    let is_cut = decoder.take((limit as u64).saturating_add(1)).read_to_end(&mut payload).is_err();
    if payload.len() > limit {
        return Err(format!("its payload unpacks to more than {limit} bytes (--max-record-bytes)"));
    }
    Ok((!payload.is_empty()).then_some((payload, is_cut)))
}

/// Takes chunks apart, and says whether the last was missing; `None` if these are no chunks.
fn unchunk(payload: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut joined = Vec::new();
    let mut rest = payload;
    let mut is_first = true;
    loop {
        let Some((size, after)) = chunk_size(rest) else {
            return (!is_first).then_some((joined, true));
        };
        is_first = false;
        if size == 0 {
            return Some((joined, false));
        }
        let Some((chunk, after)) = after.split_at_checked(size) else {
            joined.extend_from_slice(after);
            return Some((joined, true));
        };
        joined.extend_from_slice(chunk);
        rest = after.strip_prefix(b"\r\n").or_else(|| after.strip_prefix(b"\n")).unwrap_or(after);
    }
}

/// The size that a chunk starts with, and what follows it.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    // Sizes have few digits, and what may follow them is short.
    let end = memchr::memchr(b'\n', bytes.get(..1024).unwrap_or(bytes))?;
    let (line, rest) = (bytes.get(..end)?, bytes.get(end + 1..)?);
    let size = line.split(|byte| *byte == b';').next()?.trim_ascii();
    if size.is_empty() || !size.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok().map(|size| (size, rest))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const LIMIT: usize = 10_000;

    fn message(headers: &str, payload: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 200 OK\r\n{headers}\r\n").as_bytes(), payload].concat()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn encodings_are_undone_last_first() {
        let page = b"<html><p>Harga beras naik.</p>".as_slice();
        let chunked = [b"5;a=b\r\n".as_slice(), &page[..5], b"\r\n19\n", &page[5..], b"\r\n0\r\n\r\n"].concat();
        let packed = gzip(page);
        let packed_chunks = [format!("{:x}\r\n", packed.len()).as_bytes(), &packed, b"\r\n0\r\n\r\n"].concat();
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        zlib.write_all(page).unwrap();
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        deflate.write_all(page).unwrap();
        // A brotli stream of one stored block: its length less one from the fifth bit on, the mark of storing, an end.
        let head = ((page.len() as u32 - 1) << 4 | 1 << 20).to_le_bytes();
        let brotli = [&head[..3], page, &[3]].concat();
        for (headers, payload) in [
            ("", page.to_vec()),
            ("transfer-encoding: chunked\r\n", chunked.clone()),
            ("Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", packed_chunks),
            ("Content-Encoding: x-gzip\r\n", packed.clone()),
            ("Content-Encoding: gzip, gzip\r\n", gzip(&packed)),
            ("Content-Encoding: deflate\r\n", zlib.finish().unwrap()),
            ("Content-Encoding: deflate\r\n", deflate.finish().unwrap()),
            ("Content-Encoding: zstd\r\n", zstd::encode_all(page, 3).unwrap()),
            ("Content-Encoding: br\r\n", brotli),
            ("Content-Encoding: identity\r\n", page.to_vec()),
            // Archives that decoded the payload and kept the header.
            ("Transfer-Encoding: chunked\r\n", page.to_vec()),
            ("Content-Encoding: gzip\r\n", page.to_vec()),
            ("Content-Encoding: br\r\n", page.to_vec()),
            ("Content-Encoding: deflate\r\n", page.to_vec()),
        ] {
            let response = response(message(headers, &payload), LIMIT).unwrap();
            assert_eq!(response.payload, page, "{headers}");
            assert!(!response.is_cut, "{headers}");
        }
    }

    #[test]
    fn a_payload_that_ends_too_early_is_kept_and_told() {
        let page = b"<html><p>Harga beras naik.</p>".repeat(50);
        let chunked = [b"fff\r\n".as_slice(), &page].concat();
        let cut = response(message("Transfer-Encoding: chunked\r\n", &chunked), LIMIT).unwrap();
        assert_eq!((cut.payload.as_slice(), cut.is_cut), (page.as_slice(), true));
        let packed = gzip(&page);
        let cut = response(message("Content-Encoding: gzip\r\n", &packed[..packed.len() - 9]), LIMIT).unwrap();
        assert!(cut.is_cut && page.starts_with(&cut.payload) && !cut.payload.is_empty());
    }

    #[test]
    fn what_is_no_response_or_too_much_is_refused() {
        for (message, reason) in [
            (b"".to_vec(), "no end"),
            (b"HTTP/1.1 200 OK\r\nA: b\r\n".to_vec(), "no end"),
            (b"<html>\n\n".to_vec(), "not an HTTP response"),
            (b"HTTP/1.1 OK\n\n".to_vec(), "not an HTTP response"),
            (message("Content-Encoding: gzip\r\n", &gzip(&vec![b'a'; LIMIT + 1])), "more than 10000 bytes"),
            (message("Content-Encoding: gzip\r\n", b"\x1f\x8b\x00"), "corrupt gzip"),
            (message(&"Content-Encoding: gzip\r\n".repeat(9), b"x"), "more than 8 encodings"),
        ] {
            let refused = response(message, LIMIT).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
        for size in ["ffffffffffffffff", "fffffffffffffffff", "-1", "", "0x5"] {
            let _ = response(message("Transfer-Encoding: chunked\r\n", format!("{size}\r\nabc").as_bytes()), LIMIT);
        }
        let bare = response(b"HTTP/1.0 404\nContent-Type: text/html\n\n<p>".to_vec(), LIMIT).unwrap();
        assert_eq!(
            (bare.status, bare.content_type.as_deref(), bare.payload.as_slice()),
            (404, Some("text/html"), &b"<p>"[..])
        );
    }
}
