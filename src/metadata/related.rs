//! Cross-links: titles of other articles, from `Baca juga: …` and from lists of headlines.
//!
//! Leaves out what lists hold besides titles: times, counts, rubrics, summaries, `Baca Selengkapnya`.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use memchr::{memchr_iter, memchr2_iter};
use regex::Regex;

use crate::article::Related;

use super::dates;
use super::outlets::squash;
use super::{strip_last_word, strip_word};

/// One line or stretch that links to other articles.
#[derive(Clone, Copy, Debug)]
pub struct Link<'t> {
    /// Its text, marker and all.
    pub text: &'t str,
    /// Whether it stands in a list of articles rather than alone.
    pub listed: bool,
}

/// The articles linked to, each once, the article's own title left out.
#[must_use]
pub fn read<'t>(links: impl Iterator<Item = Link<'t>>, own_title: Option<&str>) -> Vec<Related> {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut all = Vec::new();
    for link in links {
        for related in read_link(link) {
            // Most pages link to nothing, and the own title is not asked for then.
            if seen.is_empty() {
                seen.extend(own_title.map(squash));
            }
            if seen.insert(squash(&related.title)) {
                all.push(related);
            }
        }
    }
    all
}

fn read_link(link: Link<'_>) -> Vec<Related> {
    let mut found = Vec::new();
    if link.text.split_whitespace().nth(TITLE_WORDS - 1).is_none() {
        return found;
    }
    let mut marked = false;
    // `Baca juga: A Baca juga: B` holds two.
    for (at, part) in inner_markers(unwrap(link.text)).enumerate() {
        let marker = if may_open_with_marker(part) { MARKER.find(part) } else { None };
        let stripped = marker.map_or(part, |marker| part.get(marker.end()..).unwrap_or_default());
        marked |= at > 0 || stripped.len() < part.len();
        let linked = stripped.contains(':') && stripped.contains("://");
        let url = linked.then(|| ADDRESS.find(stripped)).flatten();
        let url = url.map(|url| url.as_str().trim_end_matches(['.', ',', ')']).to_owned());
        let words = match &url {
            Some(_) => ADDRESS.replace_all(stripped, " "),
            None => Cow::Borrowed(stripped),
        };
        for title in without_time(&words).split('|').flat_map(unglue) {
            let title = title.trim_matches(|c: char| c.is_whitespace() || "-–—•*»›>|,".contains(c));
            let title = title.strip_suffix("Selengkapnya").unwrap_or(title);
            let title = title.trim_end_matches(['(', ' ']);
            // A full stop behind a marked link ends the sentence around it.
            let title = match title.strip_suffix('.') {
                Some(rest) if marked && !rest.ends_with('.') => rest,
                _ => title,
            };
            let title = super::fold(title);
            if is_title(&title, marked, link.listed) {
                found.push(Related { title, url: url.clone() });
            }
        }
    }
    found
}

/// The parts of a text between its markers `Baca juga:`.
fn inner_markers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let behind = |at: usize| {
            let juga = strip_word(text.get(at..)?, "baca")?.trim_start();
            Some((at, strip_word(juga, "juga")?.trim_start().strip_prefix(':')?.trim_start()))
        };
        let Some((at, behind)) = memchr2_iter(b'b', b'B', text.as_bytes()).find_map(behind) else {
            return rest.take();
        };
        rest = Some(behind);
        text.get(..at)
    })
}

/// Whether a text begins as markers do. Few titles do, and the pattern is slow to say no.
fn may_open_with_marker(text: &str) -> bool {
    let words = text.trim_start_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let ends_in_graphics = || text.as_bytes().windows(6).any(|six| six.eq_ignore_ascii_case(b"grafik"));
    OPENERS.iter().any(|opener| strip_word(words, opener).is_some()) || (text.contains(':') && ends_in_graphics())
}

/// What markers begin with.
const OPENERS: [&str; 15] = [
    "baca",
    "simak",
    "lihat",
    "tonton",
    "dengarkan",
    "artikel",
    "berita",
    "pilihan",
    "read",
    "also",
    "see",
    "related",
    "video",
    "foto",
    "fokus",
];

/// The text without the brackets around it.
fn unwrap(text: &str) -> &str {
    let text = text.trim();
    for (open, close) in [('(', ')'), ('[', ']')] {
        if let Some(inner) = text.strip_prefix(open) {
            let inner = inner.trim_end_matches(['.', ' ']);
            return inner.strip_suffix(close).unwrap_or(inner).trim();
        }
    }
    text
}

/// The text without the time of publication before or behind it; a date within a title is part of it.
fn without_time(text: &str) -> &str {
    let text = text.trim();
    let found = dates::find_all(text);
    let ends = |span: &Range<usize>| (span.start == 0, span.end == text.len());
    match (found.first(), found.last()) {
        (Some(first), Some(last)) => match (ends(&first.span), ends(&last.span)) {
            ((true, true), _) => "",
            ((true, _), _) if first.stamp.time.is_some() => text.get(first.span.end..).unwrap_or_default(),
            (_, (_, true)) if last.stamp.time.is_some() => text.get(..last.span.start).unwrap_or_default(),
            _ => text,
        },
        _ => text,
    }
}

/// Titles that lost the space between them: `Harga NaikPolisi Tangkap Dua Orang`.
fn unglue(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, pair) in text.as_bytes().windows(2).enumerate() {
        let at = at + 1;
        if let [b'a'..=b'z' | b'?' | b'!' | b')' | b'%', b'A'..=b'Z'] = pair
            && let (Some(before), Some(after)) = (text.get(from..at), text.get(at..))
            && is_seam(before, after)
        {
            parts.push(before);
            from = at;
        }
    }
    parts.extend(text.get(from..));
    parts
}

/// Whether two titles meet here, and not the halves of a name such as `YouTube`: words on both sides, and enough of them.
fn is_seam(before: &str, after: &str) -> bool {
    let small = |c: &u8| c.is_ascii_lowercase();
    let tail = before.bytes().rev().take_while(small).count();
    let head = after.bytes().skip(1).take_while(small).count();
    let closed = before.ends_with(['?', '!', ')', '%']);
    let least = if closed { 4 } else { 5 };
    (closed || (tail >= 3 && head >= 3))
        && before.split_whitespace().count() >= least
        && after.split_whitespace().count() >= least
}

/// How many words the title of an article has at least.
const TITLE_WORDS: usize = 3;

/// Whether a text, its white space folded, is a title.
fn is_title(text: &str, marked: bool, listed: bool) -> bool {
    let opens = text.chars().next().is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || "\"'“‘[(".contains(c));
    let words = if text.is_empty() { 0 } else { memchr_iter(b' ', text.as_bytes()).count() + 1 };
    let capitals = || {
        text.split_whitespace()
            .filter(|word| word.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| !c.is_lowercase()))
    };
    // In a list, a sentence in small letters, or one with a full stop, sums up the title above it.
    let summary = listed
        && !marked
        && ((words > 14 && capitals().count() * 5 < words * 2) || text.ends_with('.') || text.ends_with('…'));
    let least = if listed && !marked { TITLE_WORDS + 1 } else { TITLE_WORDS };
    opens && (least..=30).contains(&words) && !summary && !is_no_title(text)
}

/// Whether a text is what lists hold beside titles. Few texts begin or end like that, and the pattern is slow to say no.
fn is_no_title(text: &str) -> bool {
    let last = text.trim_end_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let begins = NO_TITLES_BEGIN.iter().any(|word| strip_word(text, word).is_some());
    let ends = || NO_TITLES_END.iter().any(|word| strip_last_word(last, word).is_some());
    (begins || ends()) && NO_TITLE.is_match(text)
}

/// What such texts begin with.
const NO_TITLES_BEGIN: [&str; 7] = ["baca", "selengkapnya", "telah", "dibaca", "dilihat", "copyright", "©"];

/// What such texts end in.
const NO_TITLES_END: [&str; 8] = ["sini", "lalu", "view", "views", "komentar", "comment", "comments", "kali"];

static MARKER: LazyLock<Regex> = LazyLock::new(|| {
    // These need nothing behind them; plain `Baca`, `Simak` and the like are markers only before a colon.
    let sure = r"(?:baca|simak|lihat|tonton|dengarkan)\s*(?:juga|pula|lagi)(?:\s+(?:video|artikel|berita|foto))*|artikel\s+(?:terkait|berkaitan|lainnya)|\
        berita\s+(?:terkait|lainnya|rekomendasi|selanjutnya|sebelumnya)|bacaan\s+lainnya|pilihan\s+editor|\
        read\s+also|also\s+read|read\s+more|see\s+also|related(?:\s+(?:news|articles?|stor(?:y|ies)))?";
    let sure: String =
        sure.split_inclusive('\n').map(|line| line.trim_start().trim_end_matches(['\\', '\n'])).collect();
    let before_colon = r"baca|simak|lihat|tonton|video|foto|fokus\s+berita|[\p{L}]{4,20}grafik";
    super::compile(&format!(r"(?i)^\W*(?:(?:{sure})\b|(?:{sure})|(?:{before_colon})\s*:)\s*[:;,|]?\s*"))
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| super::compile(r"https?://\S+"));

static NO_TITLE: LazyLock<Regex> = LazyLock::new(|| {
    super::compile(
        r"(?i)^(?:baca\s+)?selengkapnya\b|\bdi\s*sini\W*$|^(?:telah\s+)?di(?:baca|lihat)\b|\b(?:yang\s+)?lalu$|\b(?:views?|komentar|comments?|kali)$|^copyright\b|^©",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(lines: &[(&str, bool)]) -> Vec<String> {
        let links = lines.iter().map(|&(text, listed)| Link { text, listed });
        read(links, Some("Judul Artikel Ini Sendiri")).into_iter().map(|related| related.title).collect()
    }

    #[test]
    fn drops_markers_and_brackets() {
        for line in [
            "Baca juga: Harga Beras Turun Lagi",
            "Baca Juga : Harga Beras Turun Lagi",
            "Baca juga:Harga Beras Turun Lagi.",
            "BACA: Harga Beras Turun Lagi",
            "(Baca Juga: Harga Beras Turun Lagi)",
            "[ ARTIKEL BERKAITAN: Harga Beras Turun Lagi ]",
            "Tonton juga Video: Harga Beras Turun Lagi",
            "Pilihan editor:Harga Beras Turun Lagi",
            "Simak: Harga Beras Turun Lagi",
            "Read also: Harga Beras Turun Lagi",
            "Harga Beras Turun Lagi",
        ] {
            assert_eq!(titles(&[(line, false)]), ["Harga Beras Turun Lagi"], "{line}");
        }
    }

    #[test]
    fn a_marker_without_a_title_links_to_nothing() {
        for line in [
            "Baca juga:",
            "Baca Juga",
            "BACAAN LAINNYA",
            "Selengkapnya...",
            "Baca selengkapnya di sini",
            ", baca selengkapnya di sini",
        ] {
            assert!(titles(&[(line, false)]).is_empty(), "{line}");
        }
    }

    #[test]
    fn splits_links_run_together() {
        assert_eq!(
            titles(&[("Baca juga: Harga Beras Turun Lagi Baca juga: Panen Raya Dimulai Besok", false)]),
            ["Harga Beras Turun Lagi", "Panen Raya Dimulai Besok"]
        );
        assert_eq!(
            titles(&[("Baca Juga:Harga Beras Kota Turun LagiPanen Raya Dimulai Hari Besok", false)]),
            ["Harga Beras Kota Turun Lagi", "Panen Raya Dimulai Hari Besok"]
        );
        let name = "Ini Cara Daftar Akun YouTube Untuk Pemula di Desa";
        assert_eq!(titles(&[(name, false)]), [name]);
    }

    #[test]
    fn lists_give_their_titles_only() {
        let list = [
            ("Berita Terkait", true),
            ("Harga Beras Turun Lagi", true),
            ("2 jam yang lalu", true),
            ("Selasa, 02 Mei 2017 05:03 WIB", true),
            ("Selasa, 02 Mei 2017 05:03 WIB Panen Raya Dimulai Besok", true),
            ("Warga desa itu berharap panen raya tahun ini lebih baik daripada tahun sebelumnya.", true),
            ("Telah dibaca 7.1k kali", true),
            ("Baca Selengkapnya", true),
            ("Ekonomi", true),
            ("Harga Beras Turun Lagi", true),
            ("Judul Artikel Ini Sendiri", true),
        ];
        assert_eq!(titles(&list), ["Harga Beras Turun Lagi", "Panen Raya Dimulai Besok"]);
    }

    #[test]
    fn a_date_within_a_title_stays() {
        let title = "Jadwal Salat Kota Umpama, Senin 4 Mei 2020";
        assert_eq!(titles(&[(title, true)]), [title]);
    }

    #[test]
    fn keeps_an_address_that_the_text_states() {
        let link = Link { text: "Baca juga: Harga Beras Turun https://contoh.com/beras", listed: false };
        let related = read([link].into_iter(), None);
        assert_eq!(
            related,
            [Related { title: "Harga Beras Turun".into(), url: Some("https://contoh.com/beras".into()) }]
        );
    }
}
