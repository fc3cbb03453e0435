//! The encoding of a page, and its text: byte order mark, then what the transport said, then what the page says, then a
//! guess from the bytes. What is UTF-8 stays as it is, whatever anybody says. Wrong bytes become U+FFFD and are counted.

use std::string::FromUtf8Error;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::{decode, prescan};
use crate::article::Warning;

/// Bytes at the start of a page in which browsers look for what it says about its encoding.
const PRESCAN_BYTES: usize = 1024;

/// Bytes at the start of a page in which we look, before we guess.
const LATE_PRESCAN_BYTES: usize = 64 * 1024;

/// So many good sequences for each bad one make broken UTF-8 likelier than any other encoding.
const GOOD_FOR_EACH_BAD: usize = 16;

/// What is known about bytes beside themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// What the transport said: an encoding, or a content type that may name one.
    pub declared: Option<&'a str>,
    /// The page's address; the end of its host's name helps to guess.
    pub url: Option<&'a str>,
}

/// Text, and what is to be said about how it was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// What was guessed or replaced.
    pub warnings: Vec<Warning>,
}

/// Decodes an HTML page.
pub fn page(bytes: Vec<u8>, hints: Hints<'_>) -> Decoded {
    decode(bytes, hints, true)
}

/// Decodes plain text that may be in any encoding.
pub fn plain(bytes: Vec<u8>, hints: Hints<'_>) -> Decoded {
    decode(bytes, hints, false)
}

fn decode(bytes: Vec<u8>, hints: Hints<'_>, is_page: bool) -> Decoded {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        return convert(bytes.get(mark..).unwrap_or_default(), encoding, None);
    }
    let declared =
        hints.declared.and_then(label).and_then(|label| Encoding::for_label_no_replacement(label.as_bytes()));
    let bytes = match String::from_utf8(bytes) {
        // Escapes and zeros are UTF-8 too, but may be all that tells of encodings made of ASCII.
        Ok(text) if memchr::memchr2(0, 0x1b, text.as_bytes()).is_none() => {
            return Decoded { text, warnings: Vec::new() };
        }
        Ok(text) => match made_of_ascii(text.as_bytes(), declared, is_page) {
            None => return Decoded { text, warnings: Vec::new() },
            Some(choice) => return convert(text.as_bytes(), choice.encoding, choice.guess),
        },
        // UTF-8 that was cut within a character.
        Err(error) if error.utf8_error().error_len().is_none() && !valid_part(&error).is_ascii() => {
            return convert(error.as_bytes(), UTF_8, None);
        }
        Err(error) => error.into_bytes(),
    };
    let Choice { encoding, guess } = choose(&bytes, declared, hints, is_page);
    convert(&bytes, encoding, guess)
}

fn valid_part(error: &FromUtf8Error) -> &[u8] {
    head(error.as_bytes(), error.utf8_error().valid_up_to())
}

/// An encoding, and, if it was guessed, why it was chosen.
struct Choice {
    encoding: &'static Encoding,
    guess: Option<String>,
}

impl Choice {
    fn stated(encoding: &'static Encoding) -> Choice {
        Choice { encoding, guess: None }
    }

    fn guess(encoding: &'static Encoding, why: &str) -> Choice {
        Choice { encoding, guess: Some(format!("{} was guessed: {why}", encoding.name())) }
    }
}

/// The encoding of bytes that look like ASCII or UTF-8 and are not.
fn made_of_ascii(bytes: &[u8], declared: Option<&'static Encoding>, is_page: bool) -> Option<Choice> {
    let has_escape = memchr::memchr(0x1b, bytes).is_some();
    let stated = declared.or_else(|| is_page.then(|| prescan::encoding(head(bytes, PRESCAN_BYTES))).flatten());
    if has_escape && stated == Some(ISO_2022_JP) {
        return Some(Choice::stated(ISO_2022_JP));
    }
    if let Some(choice) = utf16(bytes, declared) {
        return Some(choice);
    }
    let shifts = [&b"\x1b$B"[..], b"\x1b$@"].iter().any(|shift| memchr::memmem::find(bytes, shift).is_some());
    (has_escape && stated.is_none() && shifts)
        .then(|| Choice::guess(ISO_2022_JP, "the bytes hold its escapes, and nothing states an encoding"))
}

/// UTF-16 without a byte order mark: markup has a zero beside each of its first characters.
fn utf16(bytes: &[u8], declared: Option<&'static Encoding>) -> Option<Choice> {
    let found = match bytes {
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => UTF_16LE,
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => UTF_16BE,
        _ => return None,
    };
    Some(match declared {
        // The label alone means the low byte first; the bytes know better.
        Some(declared) if declared == UTF_16LE || declared == UTF_16BE => Choice::stated(found),
        _ => Choice::guess(found, "every second byte at its start is zero"),
    })
}

/// The encoding of bytes that are not UTF-8.
fn choose(bytes: &[u8], declared: Option<&'static Encoding>, hints: Hints<'_>, is_page: bool) -> Choice {
    if let Some(choice) = utf16(bytes, declared) {
        return choice;
    }
    if let Some(declared) = declared {
        return Choice::stated(declared);
    }
    if is_page {
        if let Some(encoding) = prescan::encoding(head(bytes, PRESCAN_BYTES)) {
            return Choice::stated(encoding);
        }
        if let Some(encoding) = prescan::encoding(head(bytes, LATE_PRESCAN_BYTES)) {
            return Choice::guess(encoding, "the page states it, but not in its first 1,024 bytes");
        }
    }
    let unknown = hints.declared.and_then(label).filter(|label| !label.is_empty());
    let why = match unknown {
        Some(label) => format!("`{label}`, which is stated, is no known encoding"),
        None => "nothing states the encoding".to_owned(),
    };
    if is_mostly_utf8(bytes) {
        return Choice::guess(UTF_8, &why);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let domain = hints.url.and_then(top_level_domain);
    Choice::guess(detector.guess(domain.as_deref().map(str::as_bytes), Utf8Detection::Deny), &why)
}

/// What a label or a content type says about the encoding.
fn label(declared: &str) -> Option<&str> {
    let mut rest = declared;
    while let Some(at) = rest.find('=') {
        let (name, value) = rest.split_at(at);
        let value = value.trim_start_matches('=').trim_start();
        if name.trim_end().to_ascii_lowercase().ends_with("charset") {
            let value = value.split([';', ',']).next().unwrap_or_default();
            return Some(value.trim_matches(|c: char| c.is_ascii_whitespace() || c == '"' || c == '\''));
        }
        rest = value;
    }
    // A content type has a slash, no encoding's name does.
    (!declared.contains(['/', '='])).then(|| declared.trim())
}

/// The end of the host's name, if it is one that the detector takes.
fn top_level_domain(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?.split(':').next()?;
    let domain = host.trim_end_matches('.').rsplit('.').next()?.to_ascii_lowercase();
    domain.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-').then_some(domain).filter(|d| !d.is_empty())
}

fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good >= bad.saturating_mul(GOOD_FOR_EACH_BAD)
}

fn convert(bytes: &[u8], encoding: &'static Encoding, guess: Option<String>) -> Decoded {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8 + 16);
    let mut replaced = 0;
    let mut rest = bytes;
    loop {
        let (result, read) = decoder.decode_to_string_without_replacement(rest, &mut text, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => text.reserve(rest.len() + 16),
            DecoderResult::Malformed(..) => {
                text.push(char::REPLACEMENT_CHARACTER);
                replaced += 1;
            }
        }
    }
    let guess = guess.map(|message| Warning { code: "guessed-encoding".to_owned(), message });
    Decoded { text, warnings: guess.into_iter().chain(decode::warning(replaced)).collect() }
}

fn head(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(..length).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels, text that they can hold, and whether the bytes alone tell.
    const SAMPLES: &[(&[&str], &str, bool)] = &[
        (&["windows-1252", "macintosh", "iso-8859-15"], "Le café était déjà fermé à Noël, señor.", false),
        (&["iso-8859-1", "latin1"], "Le café était déjà fermé à Noël, dit-il très fâché.", true),
        (&["windows-1250", "iso-8859-2"], "Příliš žluťoučký kůň úpěl ďábelské ódy.", true),
        (&["iso-8859-3"], "Eĥoŝanĝo ĉiuĵaŭde.", false),
        (&["windows-1257", "iso-8859-13", "iso-8859-4"], "Ąžuolas ėjo šalia žalių medžių, kęsdamas šaltį.", true),
        (
            &["windows-1251", "koi8-r", "koi8-u", "ibm866", "iso-8859-5"],
            "Съешь же этих мягких булок, да выпей чаю.",
            true,
        ),
        (&["x-mac-cyrillic"], "Съешь же этих мягких булок, да выпей чаю.", false),
        (&["windows-1256", "iso-8859-6"], "صباح الخير أيها العالم الجميل", true),
        (&["windows-1253", "iso-8859-7"], "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία.", true),
        (&["windows-1255", "iso-8859-8", "iso-8859-8-i"], "דג סקרן שט בים מאוכזב ולפתע מצא חברה", false),
        (&["windows-1254", "iso-8859-9"], "Pijamalı hasta yağız şoföre çabucak güvendi.", true),
        (&["iso-8859-10"], "Sævör grét áðan því úlpan var ónýt.", false),
        (&["iso-8859-14"], "Ŵyr ŷd, cŵn a thŷ.", false),
        (&["iso-8859-16"], "Înțelepciune și răbdare.", false),
        (&["windows-874", "tis-620"], "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า", true),
        (&["windows-1258"], "Đưa thư cho cô đâu đó.", false),
        (&["shift_jis", "euc-jp", "iso-2022-jp"], "いろはにほへと散りぬるを我が世誰ぞ常ならむ。", true),
        (&["gbk", "gb18030", "gb2312"], "今天天气很好，我们去公园散步。", true),
        (&["big5"], "今天天氣很好，我們去公園散步。", true),
        (&["euc-kr"], "다람쥐 헌 쳇바퀴에 타고파. 오늘은 날씨가 좋습니다.", true),
    ];

    fn encode(text: &str, label: &str) -> Vec<u8> {
        match label {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => {
                let (bytes, _, lossy) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
                assert!(!lossy, "{label} has no letters for {text}");
                bytes.into_owned()
            }
        }
    }

    fn codes(decoded: &Decoded) -> Vec<&str> {
        decoded.warnings.iter().map(|warning| warning.code.as_str()).collect()
    }

    #[test]
    fn what_is_stated_is_believed_and_what_is_not_is_guessed() {
        for (labels, sample, is_told_by_bytes) in SAMPLES {
            for label in *labels {
                let html =
                    format!("<html><head><title>x</title></head><body><p>{}</p>", format!("{sample} ").repeat(9));
                let bytes = encode(&html, label);
                let content_type = format!("text/html; charset=\"{label}\"");
                // Declared by the transport, whatever the page says.
                for declared in [*label, &label.to_uppercase(), &content_type] {
                    let wrong = [b"<meta charset=windows-1252>".as_slice(), &bytes].concat();
                    let decoded = page(wrong, Hints { declared: Some(declared), url: None });
                    assert!(decoded.text.ends_with(&html), "{declared}: {}", decoded.text);
                    assert!(codes(&decoded).is_empty(), "{declared}: {:?}", decoded.warnings);
                }
                // Stated by the page.
                for meta in [
                    format!("<meta charset={label}>"),
                    format!("<META http-equiv=Content-Type content='{content_type}'>"),
                    format!("<?xml version='1.0' encoding='{label}'?>"),
                ] {
                    let stated = [meta.as_bytes(), &bytes].concat();
                    let decoded = page(stated, Hints::default());
                    assert!(decoded.text.ends_with(&html), "{meta}: {}", decoded.text);
                    assert!(codes(&decoded).is_empty(), "{meta}: {:?}", decoded.warnings);
                }
                // Stated too late for browsers.
                let late = format!("<!--{}--><meta charset={label}>", "x".repeat(2000));
                let decoded = page([late.as_bytes(), &bytes].concat(), Hints::default());
                assert!(decoded.text.ends_with(&html), "{label}: {}", decoded.text);
                assert_eq!(codes(&decoded), ["guessed-encoding"], "{label}");
                // Not stated at all, or by a name that nobody knows.
                for declared in [None, Some("text/html"), Some("tidak-ada")] {
                    let decoded = page(bytes.clone(), Hints { declared, url: None });
                    assert_eq!(codes(&decoded)[..1], ["guessed-encoding"], "{label}");
                    assert!(decoded.text == html || !is_told_by_bytes, "{label}: {:?}", decoded);
                    assert_eq!(decoded.text.matches("<p>").count(), 1);
                }
            }
        }
    }

    #[test]
    fn a_byte_order_mark_outweighs_all_that_is_stated() {
        let html = "<meta charset=gbk><p>Café — “kopi” 文 🎉</p>";
        for label in ["utf-8", "utf-16le", "utf-16be"] {
            let marked = encode(&format!("\u{feff}{html}"), label);
            let decoded = page(marked, Hints { declared: Some("koi8-r"), url: None });
            assert_eq!(decoded, Decoded { text: html.to_owned(), warnings: Vec::new() }, "{label}");
        }
    }

    #[test]
    fn utf8_is_never_decoded_as_anything_else() {
        for html in ["<p>Café — “kopi” 文 🎉</p>", "<p>Harga beras naik.</p>", "", "a\0b", "\u{1b}[31m"] {
            for declared in
                [None, Some("windows-1252"), Some("text/html; charset=gbk"), Some("utf-16"), Some("hz-gb-2312")]
            {
                for meta in ["", "<meta charset=iso-8859-1>"] {
                    let html = format!("{meta}{html}");
                    let decoded = page(html.clone().into_bytes(), Hints { declared, url: None });
                    assert_eq!(decoded, Decoded { text: html, warnings: Vec::new() }, "{declared:?}");
                }
            }
        }
    }

    #[test]
    fn utf8_that_is_cut_or_broken_stays_utf8() {
        let html = format!("<meta charset=iso-8859-1>{}", "Café ".repeat(40));
        let cut = html.len() - 2;
        let decoded = page(html.as_bytes()[..cut].to_vec(), Hints::default());
        assert_eq!(decoded.text, format!("{}\u{fffd}", &html[..cut - 1]));
        assert_eq!(codes(&decoded), ["invalid-utf8"]);
        // Where nothing states the encoding, one bad byte among many good ones does not decide.
        let broken = [b"<p>\xff".as_slice(), &html.as_bytes()[25..]].concat();
        let decoded = page(broken, Hints::default());
        assert_eq!(decoded.text, format!("<p>\u{fffd}{}", &html[25..]));
        assert_eq!(codes(&decoded), ["guessed-encoding", "invalid-utf8"]);
        // One letter that is cut off no letter is no cut.
        let decoded = page(b"<meta charset=iso-8859-1>Caf\xe9".to_vec(), Hints::default());
        assert_eq!(decoded.text, "<meta charset=iso-8859-1>Café");
    }

    #[test]
    fn utf16_without_a_mark_is_known_by_its_zeros() {
        let html = "<!DOCTYPE html><p>Harga “beras” naik.</p>";
        for label in ["utf-16le", "utf-16be"] {
            let decoded = page(encode(html, label), Hints { declared: Some("utf-16"), url: None });
            assert_eq!(decoded, Decoded { text: html.to_owned(), warnings: Vec::new() });
            let decoded = page(encode(html, label), Hints::default());
            assert_eq!((decoded.text.as_str(), codes(&decoded)), (html, vec!["guessed-encoding"]));
        }
    }

    #[test]
    fn bad_bytes_are_replaced_and_counted() {
        let decoded = page(b"a\x81\x20b\xff".to_vec(), Hints { declared: Some("shift_jis"), url: None });
        assert_eq!(decoded.text, "a\u{fffd} b\u{fffd}");
        assert!(decoded.warnings[0].message.starts_with("2 "), "{:?}", decoded.warnings);
        // Every byte by itself, in every encoding, neither panics nor vanishes.
        for (labels, ..) in SAMPLES {
            for (label, byte) in labels.iter().flat_map(|label| (0..=255u8).map(move |byte| (label, byte))) {
                let decoded = page(vec![b'a', byte], Hints { declared: Some(label), url: None });
                assert!(decoded.text.starts_with('a') && (decoded.text.len() > 1 || byte == 0x1b), "{label} {byte:x}");
            }
        }
    }

    #[test]
    fn the_host_helps_to_guess() {
        assert_eq!(top_level_domain("https://a:b@www.contoh.example:80/x.html?y#z").as_deref(), Some("example"));
        assert_eq!(top_level_domain("http://CONTOH.ID").as_deref(), Some("id"));
        for url in ["", "contoh.id", "https://", "https:///x", "https://[::1]/", "https://1.2.3.4/", "https://x.ИД/"]
        {
            assert_eq!(top_level_domain(url), None, "{url}");
        }
    }
}
