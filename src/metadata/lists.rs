//! Tags, rubrics and sources: what is left of their lines when labels and separators are gone.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::dates;
use super::labels;
use super::outlets::squash;
use super::strip_word;

/// The tags in runs of tag lines. Each run is a list of lines that stand together; each tag comes once.
#[must_use]
pub fn tags(runs: &[Vec<&str>]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut all: Vec<String> = Vec::new();
    for run in runs {
        for (at, line) in run.iter().enumerate() {
            // A label without a colon opens a run; further down the same word may begin a tag.
            let label = if at == 0 { &TAG_LABEL } else { &TAG_LABEL_WITH_COLON };
            let line = if may_open_with_label(line) { label.replace(line, "") } else { Cow::Borrowed(*line) };
            let parts = line.split([',', '#', '|', ';', '•']);
            for tag in parts.map(|tag| tag.split_whitespace().collect::<Vec<_>>().join(" ")) {
                let tag = tag.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '(' | ')' | '"' | '\''));
                if squash(tag).is_empty() || is_more_tags(tag) || !seen.insert(tag.to_owned()) {
                    continue;
                }
                all.push(tag.to_owned());
            }
        }
    }
    all
}

/// Whether a line begins as labels of tags do, before which no letter and no digit stands. Few do.
fn may_open_with_label(line: &str) -> bool {
    let words = line.trim_start_matches(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    TAG_LABELS_BEGIN.iter().any(|word| strip_word(words, word).is_some())
}

/// What labels of tags begin with.
const TAG_LABELS_BEGIN: [&str; 6] = ["tag", "topi", "kata", "terkait", "keyword", "label"];

/// Whether a tag is none, but offers more of them.
fn is_more_tags(tag: &str) -> bool {
    MORE_TAGS_BEGIN.iter().any(|word| strip_word(tag, word).is_some()) && MORE_TAGS.is_match(tag)
}

/// What such offers begin with.
const MORE_TAGS_BEGIN: [&str; 5] = ["more", "lainnya", "selengkapnya", "lihat", "tag"];

/// The rubric in a run of breadcrumb lines: the narrowest one.
#[must_use]
pub fn section(run: &[&str]) -> Option<String> {
    let mut narrowest: Option<String> = None;
    let (mut separated, mut expecting) = (false, true);
    for line in run {
        let text = dates::without_dates(line);
        let crumbs: Vec<&str> = CRUMBS.split(&text).map(str::trim).filter(|crumb| is_rubric(crumb)).collect();
        expecting |= FIRST_SEPARATOR.is_match(&text);
        // Where separators join the crumbs, a line without one is a series or a dossier below the breadcrumb.
        if separated && !expecting && narrowest.is_some() {
            break;
        }
        separated |= crumbs.len() > 1 || CRUMBS.is_match(text.trim());
        expecting = LAST_SEPARATOR.is_match(&text);
        if let Some(last) = crumbs.last() {
            narrowest = Some(GLUED_HOME.replace(last, "").into_owned());
        }
    }
    narrowest
}

/// The rubric before the date of a line such as `RUBRIK | 17 Juni 2021 08:55 Reporter : Nama`.
#[must_use]
pub fn section_before_date(line: &str) -> Option<String> {
    let found = dates::find_all(line).into_iter().next()?;
    let before = line.get(..found.span.start)?.trim_end().strip_suffix('|')?.trim();
    (is_rubric(before) && before.split_whitespace().count() <= 3 && !before.chars().any(char::is_lowercase))
        .then(|| before.to_owned())
}

/// The source in a run of source lines: label dropped; a note on first publication gives the outlet it names.
#[must_use]
pub fn source<'t>(mut run: impl Iterator<Item = &'t str>) -> Option<String> {
    run.find_map(|line| {
        let named = FIRST_PUBLISHED.captures(line).and_then(|groups| groups.get(1));
        let text = named.map_or(line, |outlet| outlet.as_str());
        let text = text.trim().trim_start_matches(['(', '[']);
        let text = SOURCE_LABEL.replace(text, "");
        let text = labels::find_credit(&text).and_then(|end| text.get(..end)).unwrap_or(&text);
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '.' | ':'));
        (!text.is_empty()).then(|| text.to_owned())
    })
}

fn is_rubric(crumb: &str) -> bool {
    crumb.chars().any(char::is_alphabetic) && !HOME.is_match(crumb)
}

static TAG_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    super::compile(
        r"(?i)^\W*(?:tag\s+terkait|topik\s+(?:terkait|pilihan|hangat|populer)|kata\s+kunci|tags?|topi[ck]s?|terkait|keywords?|label)(?:\s*[:;]\s*|\s+|$)",
    )
});
static TAG_LABEL_WITH_COLON: LazyLock<Regex> =
    LazyLock::new(|| super::compile(r"(?i)^\W*(?:tag|topik|topic|kata\s+kunci|keyword)s?(?:\s+terkait)?\s*:\s*"));
static MORE_TAGS: LazyLock<Regex> =
    LazyLock::new(|| super::compile(r"(?i)^(?:more\s+tags?|lainnya|selengkapnya|lihat\s+semua|tags?)$"));
static CRUMBS: LazyLock<Regex> = LazyLock::new(|| super::compile(r"[»›>|]|\s/\s|^/|/$|\s\\\s"));
static FIRST_SEPARATOR: LazyLock<Regex> = LazyLock::new(|| super::compile(r"^\s*[»›>|/]"));
static LAST_SEPARATOR: LazyLock<Regex> = LazyLock::new(|| super::compile(r"[»›>|/]\s*$"));
static GLUED_HOME: LazyLock<Regex> = LazyLock::new(|| super::compile(r"^(?:Home|Beranda)"));
static HOME: LazyLock<Regex> =
    LazyLock::new(|| super::compile(r"(?i)^\W*(?:home|beranda|laman\s+utama|utama|indeks)\b"));
static SOURCE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    super::compile(
        r"(?i)^\W*(?:sumber|source|dikutip\s+dari|dilansir\s+dari|disadur\s+dari)(?:\s+(?:berita|artikel|data|foto))?\s*[:;]?\s*",
    )
});
static FIRST_PUBLISHED: LazyLock<Regex> = LazyLock::new(|| {
    super::compile(
        r"(?i)\b(?:artikel|berita|tulisan)\s+ini\b.{0,40}?\b(?:tayang|naik|terbit|dimuat|dipublikasikan|diterbitkan)\s+(?:di|pada|oleh)\s+(.{2,60}?)(?:\s+(?:dengan|dan|pada|berjudul)\b|[.,;:]?\s*$|[,;]\s|\.\s)",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_lose_labels_and_separators() {
        assert_eq!(tags(&[vec!["Tags:", "# beras", "# harga"]]), ["beras", "harga"]);
        assert_eq!(tags(&[vec!["TOPIK TERKAIT", "Beras", "Harga Beras", "More Tag"]]), ["Beras", "Harga Beras"]);
        assert_eq!(tags(&[vec!["Tag : beras, harga, beras"]]), ["beras", "harga"]);
        assert_eq!(tags(&[vec!["Tags # Beras # Harga "]]), ["Beras", "Harga"]);
        assert_eq!(tags(&[vec!["beras", "Topik Hangat"]]), ["beras", "Topik Hangat"]);
        assert!(tags(&[vec!["Tags"]]).is_empty());
    }

    #[test]
    fn the_narrowest_rubric_counts() {
        for run in [
            vec!["Home", "Berita", "Ekonomi"],
            vec!["Home » Berita » Ekonomi"],
            vec!["Home > Berita > Ekonomi"],
            vec!["Berita / Ekonomi"],
            vec!["Home »", "Berita", "»", "Ekonomi", "Kasus Umpama"],
            vec!["Ekonomi"],
            vec!["HomeEkonomi"],
        ] {
            assert_eq!(section(&run).as_deref(), Some("Ekonomi"), "{run:?}");
        }
        assert_eq!(section(&["Home"]), None);
        assert_eq!(
            section_before_date("EKONOMI | 17 Juni 2021 08:55 Reporter : Budi Contoh").as_deref(),
            Some("EKONOMI")
        );
        assert_eq!(section_before_date("Budi Contoh | 17 Juni 2021 08:55"), None);
    }

    #[test]
    fn sources_lose_their_label() {
        for run in [
            vec!["Sumber: Kantor Umpama"],
            vec!["(sumber : Kantor Umpama)."],
            vec!["Sumber:", "Kantor Umpama"],
            vec!["Artikel ini telah tayang di Kantor Umpama dengan judul Harga Beras Turun"],
            vec!["Sumber: Kantor Umpamaeditor: Budi Contoh"],
        ] {
            assert_eq!(source(run.iter().copied()).as_deref(), Some("Kantor Umpama"), "{run:?}");
        }
        assert_eq!(source(["Sumber:"].into_iter()), None);
    }

    #[test]
    fn what_opens_a_line_says_no_more_than_the_patterns_do() {
        let words = ["Tag", "TAGS", "topik", "Topics", "terkait", "kata", "kunci", "Keyword", "label", "hangat"];
        let more = ["More", "lainnya", "Selengkapnya", "lihat", "semua", "beras", "\u{a0}", "é", "_", "1", ""];
        let all = || words.iter().chain(&more);
        for mark in ["", "# ", "\u{200b}«", "é", "x"] {
            for (first, second) in all().flat_map(|first| all().map(move |second| (first, second))) {
                for line in [format!("{mark}{first} {second}"), format!("{mark}{first}{second}: beras, {first}")] {
                    let may_open = may_open_with_label(&line);
                    assert!(may_open || !TAG_LABEL.is_match(&line), "{line}");
                    assert!(may_open || !TAG_LABEL_WITH_COLON.is_match(&line), "{line}");
                    assert_eq!(is_more_tags(&line), MORE_TAGS.is_match(&line), "{line}");
                }
            }
        }
    }
}
