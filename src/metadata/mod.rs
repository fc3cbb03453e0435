//! Metadata: from judged segments to what the page says about its article.
//!
//! Reads only what the judges set aside (titles, bylines, dates, tags, cuts); it never searches body text for a name or a
//! date, and it changes no verdict.

pub mod bylines;
mod date_forms;
pub mod dateline;
pub mod dates;
mod labels;
pub mod language;
pub mod lists;
pub mod names;
pub mod outlets;
pub mod page;
mod pieces;
mod published;
pub mod related;
pub mod roles;

use std::collections::BTreeSet;

use regex::Regex;

use crate::article::{Cut, Kind, Metadata, Record, Segment, Verdict};
use crate::bytes;

use self::bylines::Credits;
use self::outlets::Outlets;
use self::pieces::Pieces;
use crate::judge::rules::PackInfo;
use crate::judge::tokens::Token;
use crate::pattern::latin_classes;

/// What metadata is read from.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The document.
    pub record: &'a Record,
    /// Its segments.
    pub segments: &'a [Segment],
    /// The tokens of all segments, in order.
    pub tokens: &'a [Token],
    /// One per segment.
    pub verdicts: &'a [Verdict],
    /// What is not body within body segments, in order.
    pub cuts: &'a [Cut],
    /// The portal, if it was recognised.
    pub portal: Option<&'a PortalFacts>,
    /// Whether articles linked to are read from the text; where a page's links say more, they are not.
    pub reads_links: bool,
}

/// What a pack knows of its portal that metadata needs.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PortalFacts {
    /// The pack's name, which is the portal's main host.
    pub name: String,
    /// Names of the outlet as datelines and credits write them.
    pub names: Vec<String>,
    /// Offset of a time that states no zone, such as `+07:00`.
    pub timezone: Option<String>,
    /// Its names, and that of its host, as they are compared.
    known: Vec<String>,
}

impl PortalFacts {
    /// A portal of that host, with those names of the outlet, and that offset.
    #[must_use]
    pub fn new(name: &str, names: Vec<String>, timezone: Option<String>) -> PortalFacts {
        let known = outlets::known(name, &names);
        PortalFacts { name: name.to_owned(), names, timezone, known }
    }

    /// What a pack knows.
    #[must_use]
    pub fn of(pack: &PackInfo) -> PortalFacts {
        PortalFacts::new(&pack.name, pack.names.clone(), pack.timezone.clone())
    }

    /// Its names, and that of its host, letters and digits only.
    fn known(&self) -> &[String] {
        &self.known
    }
}

/// What the page says about the article.
#[must_use]
pub fn describe(context: &Context<'_>) -> Metadata {
    let pieces = Pieces::gather(context);
    let host = context.record.url.as_deref().and_then(outlets::host);
    let language = language::of_tokens(pieces.body);
    let title = title(pieces.of(Kind::Title).next(), context.record.title.as_deref());
    let mut metadata = Metadata { title, language: language.map(str::to_owned), ..Metadata::default() };
    // What few pages hold is looked for only where it stands.
    if pieces.has(&[Kind::Byline, Kind::Published, Kind::Source, Kind::Section]) {
        let outlets = Outlets::new(context.portal, host.as_deref());
        let Credits { authors, editors } = credits(&pieces, &outlets);
        (metadata.authors, metadata.editors) = (authors, editors);
        let zone = || published::default_zone(context.portal, host.as_deref(), language);
        let times = published::read(&pieces, zone);
        (metadata.published, metadata.modified) = (times.published, times.modified);
        let sections = pieces.runs(&[Kind::Section], &[]).into_iter().next().unwrap_or_default();
        metadata.section =
            lists::section(&sections).or_else(|| pieces.of(Kind::Byline).find_map(lists::section_before_date));
        metadata.source = lists::source(pieces.of(Kind::Source));
    }
    if let Some(dateline) = pieces.dateline() {
        metadata.place = dateline::place(&dateline, &Outlets::new(context.portal, host.as_deref()));
        metadata.dateline = Some(dateline);
    }
    if pieces.has(&[Kind::Standfirst, Kind::Tags, Kind::Caption]) {
        metadata.description = joined(pieces.of(Kind::Standfirst));
        metadata.tags = lists::tags(&pieces.runs(&[Kind::Tags], &[]));
        metadata.captions = once(pieces.of(Kind::Caption).map(fold));
    }
    if context.reads_links && pieces.has(&[Kind::ReadAlso, Kind::RelatedList]) {
        metadata.related = related::read(pieces.links(), metadata.title.as_deref());
    }
    metadata.portal = host.or_else(|| context.portal.map(|portal| portal.name.clone()));
    metadata
}

/// The headline: as it stands on the page, unless that runs on into a second one behind the headline that the record states.
fn title(found: Option<&str>, stated: Option<&str>) -> Option<String> {
    let found = found.map(fold);
    let (Some(headline), Some(stated)) = (&found, stated) else { return found.or(stated.map(str::to_owned)) };
    let second = headline.strip_prefix(stated).and_then(|rest| rest.strip_prefix(' ')).unwrap_or_default();
    // What is less is the end of a headline that the record cuts short.
    let words = |text: &str| text.split(' ').count();
    let runs_on =
        words(stated) >= HEADLINE && second.starts_with(char::is_uppercase) && words(second) >= SECOND_HEADLINE;
    if runs_on { Some(stated.to_owned()) } else { found }
}

/// A headline that the record states in full has so many words, and a second one behind it so many.
const HEADLINE: usize = 4;
const SECOND_HEADLINE: usize = 3;

/// Who wrote and who edited the article.
fn credits(pieces: &Pieces<'_>, outlets: &Outlets<'_>) -> Credits {
    let mut groups = pieces.runs(&[Kind::Byline], &[Kind::Published]);
    let sources = pieces.of(Kind::Source);
    groups.extend(sources.filter_map(|line| Some(vec![line.get(labels::find_credit(line)?..)?])));
    let mut credits = bylines::read(&groups, outlets);
    if credits.authors.is_empty() && pieces.has(&[Kind::Published]) {
        // A name may share its line with the date.
        let lines: Vec<Vec<&str>> = pieces.of(Kind::Published).map(|line| vec![line]).collect();
        credits.authors = bylines::read(&lines, outlets).authors;
    }
    credits
}

/// The text on one line, runs of white space made one space.
fn fold(text: &str) -> String {
    // Most texts are folded, and plain enough to tell.
    let is_odd = |byte: u8, next: u8| !(b' '..=b'~').contains(&byte) | ((byte == b' ') & (next == b' '));
    let is_edged = text.starts_with(' ') || text.ends_with(' ');
    if !is_edged && bytes::run_of_pairs(text.as_bytes(), is_odd) == text.len() {
        return text.to_owned();
    }
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

fn joined<'t>(texts: impl Iterator<Item = &'t str>) -> Option<String> {
    let all = once(texts.map(fold));
    (!all.is_empty()).then(|| all.join(" "))
}

/// Each text once, in order, empty ones left out.
fn once(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    texts.filter(|text| !text.is_empty() && seen.insert(text.clone())).collect()
}

/// The text with these words in place of what stands in brackets of those sorts, the brackets included. A bracket that is
/// not closed takes all that follows.
fn without_bracketed(text: &str, brackets: &[(char, char)], instead: &str) -> String {
    let mut out = String::with_capacity(text.len() + instead.len());
    let mut rest = text;
    let opening = |c: char| brackets.iter().find(|(open, _)| *open == c);
    while let Some((at, (_, close))) = rest.char_indices().find_map(|(at, c)| Some((at, opening(c)?))) {
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push_str(instead);
        rest = rest.get(at..).and_then(|inner| inner.split_once(*close)).map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}

/// What follows a word at the start of a text, case aside.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (start, rest) = text.split_at_checked(word.len())?;
    start.eq_ignore_ascii_case(word).then_some(rest)
}

/// What stands before a word at the end of a text, case aside.
fn strip_last_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (rest, end) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    end.eq_ignore_ascii_case(word).then_some(rest)
}

/// Whether no ASCII word goes on at the start of the text.
fn is_word_end(text: &str) -> bool {
    !text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
}

/// Compiles a pattern that is a constant of this module; its classes are those of Latin script.
#[expect(clippy::expect_used, reason = "the patterns are constants, and the tests of each file compile them")]
fn compile(pattern: &str) -> Regex {
    Regex::new(&latin_classes(pattern)).expect("a valid pattern")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Reason;
    use crate::judge::tokens::tokenize;

    /// A document of lines with their kinds; a cut is given by its words.
    struct Page {
        record: Record,
        segments: Vec<Segment>,
        verdicts: Vec<Verdict>,
        cuts: Vec<Cut>,
    }

    fn page(lines: &[(Kind, &str)], cuts: &[(Kind, &str)]) -> Page {
        let (mut text, mut segments, mut verdicts) = (String::new(), Vec::new(), Vec::new());
        for (kind, line) in lines {
            let start = text.len();
            text.push_str(line);
            segments.push(Segment { span: start..text.len(), blank_before: 0 });
            verdicts.push(Verdict { kind: *kind, reason: Reason::Segments, probability: 1.0 });
            text.push('\n');
        }
        let cut = |&(kind, words): &(Kind, &str)| {
            let start = text.find(words).unwrap();
            let segment = segments.iter().position(|segment| segment.span.contains(&start)).unwrap();
            Cut { segment, span: start..start + words.len(), kind, reason: Reason::Spans }
        };
        let cuts = cuts.iter().map(cut).collect();
        Page { record: Record { text, ..Record::default() }, segments, verdicts, cuts }
    }

    impl Page {
        fn describe(&self, portal: Option<&PortalFacts>) -> Metadata {
            let Page { record, segments, verdicts, cuts } = self;
            let mut tokens = Vec::new();
            tokenize(&record.text, 0..record.text.len(), &mut tokens);
            describe(&Context { record, segments, tokens: &tokens, verdicts, cuts, portal, reads_links: true })
        }
    }

    #[test]
    fn folded_texts_are_told_by_their_bytes() {
        for text in ["", " ", "a", " a", "a ", "a b", "a  b", "a\tb", "é", "a\u{a0}b", "a\u{3000}", "a~", "a\u{7f}b"] {
            for long in ["", "Harga beras di pasar naik sejak awal pekan ini, kata para pedagang."] {
                for text in [[long, text].concat(), [text, long].concat()] {
                    assert_eq!(fold(&text), text.split_whitespace().collect::<Vec<_>>().join(" "), "{text:?}");
                }
            }
        }
    }

    #[test]
    fn a_bare_name_counts_if_it_is_likely_or_a_rule_has_found_it() {
        let authors = |reason, probability| {
            let mut page = page(&[(Kind::Byline, "SARI MISAL, BUDI UMPAMA"), (Kind::Paragraph, "Harga naik.")], &[]);
            page.verdicts[0] = Verdict { kind: Kind::Byline, reason, probability };
            page.describe(None).authors
        };
        assert_eq!(authors(Reason::Segments, 0.5), [""; 0]);
        assert_eq!(authors(Reason::Segments, 0.9), ["SARI MISAL", "BUDI UMPAMA"]);
        assert_eq!(authors(Reason::Rule(0), 0.5), ["SARI MISAL", "BUDI UMPAMA"]);
    }

    #[test]
    fn a_whole_page_is_described() {
        let mut page = page(
            &[
                (Kind::Section, "Home"),
                (Kind::Section, "Ekonomi"),
                (Kind::Title, "Harga Beras  Turun"),
                (Kind::Byline, "Penulis: Budi Contoh"),
                (Kind::Published, "Senin, 4 Mei 2020 10:30"),
                (Kind::Published, "Diperbarui 5 Mei 2020 11:00 WIT"),
                (Kind::Standfirst, "Harga beras turun di sejumlah pasar."),
                (Kind::Caption, "Beras di pasar. (Foto: Sari)"),
                (
                    Kind::Paragraph,
                    "Makassar, Contohpos.com - Harga beras turun karena panen raya yang sudah dimulai di daerah itu.",
                ),
                (Kind::ReadAlso, "Baca juga: Panen Raya Dimulai Besok"),
                (Kind::Paragraph, "Warga mengatakan bahwa mereka senang. (Sari Misal)"),
                (Kind::Byline, "Editor: Umpama Jaya"),
                (Kind::Caption, "Beras di pasar. (Foto: Sari)"),
                (Kind::Tags, "Tags:"),
                (Kind::Tags, "beras"),
                (Kind::Source, "Sumber: Kantor Umpama"),
                (Kind::RelatedList, "Panen Raya Dimulai Besok"),
                (Kind::RelatedList, "Gabah Kering Naik di Umpama"),
            ],
            &[(Kind::Dateline, "Makassar, Contohpos.com - "), (Kind::Byline, "(Sari Misal)")],
        );
        page.record.url = Some("https://www.contohpos.com/beras".into());
        let facts = PortalFacts::new("contohpos.com", Vec::new(), Some("+08:00".into()));
        let related = |title: &str| crate::article::Related { title: title.into(), url: None };
        assert_eq!(
            page.describe(Some(&facts)),
            Metadata {
                title: Some("Harga Beras Turun".into()),
                authors: vec!["Budi Contoh".into(), "Sari Misal".into()],
                editors: vec!["Umpama Jaya".into()],
                published: Some("2020-05-04T10:30:00+08:00".into()),
                modified: Some("2020-05-05T11:00:00+09:00".into()),
                portal: Some("contohpos.com".into()),
                place: Some("Makassar".into()),
                dateline: Some("Makassar, Contohpos.com - ".into()),
                section: Some("Ekonomi".into()),
                description: Some("Harga beras turun di sejumlah pasar.".into()),
                tags: vec!["beras".into()],
                captions: vec!["Beras di pasar. (Foto: Sari)".into()],
                source: Some("Kantor Umpama".into()),
                related: vec![related("Panen Raya Dimulai Besok"), related("Gabah Kering Naik di Umpama")],
                language: Some("id".into()),
                image: None,
                canonical_url: None,
            }
        );
    }

    #[test]
    fn a_body_that_only_mentions_a_person_and_a_date_gives_neither() {
        let page = page(
            &[
                (Kind::Paragraph, "Penulis: buku itu terbit pada 4 Mei 2020 pukul 10.30 WIB, kata Budi Contoh."),
                (Kind::Paragraph, "Editor Sari Misal mengatakan hal yang sama pada Selasa, 5 Mei 2020."),
            ],
            &[],
        );
        let metadata = page.describe(None);
        assert_eq!((metadata.published, metadata.modified), (None, None));
        assert!(metadata.authors.is_empty() && metadata.editors.is_empty());
    }

    #[test]
    fn a_dateline_that_links_broke_into_lines_is_put_together() {
        let page = page(
            &[
                (Kind::Paragraph, "UMPAMA SELATAN"),
                (Kind::Paragraph, ", CONTOHPOS.com -"),
                (Kind::Paragraph, "Harga beras turun."),
            ],
            &[(Kind::Dateline, "UMPAMA SELATAN"), (Kind::Dateline, ", CONTOHPOS.com -")],
        );
        let metadata = page.describe(None);
        assert_eq!(metadata.place.as_deref(), Some("UMPAMA SELATAN"));
        assert_eq!(metadata.dateline.as_deref(), Some("UMPAMA SELATAN , CONTOHPOS.com -"));
    }

    #[test]
    fn the_record_and_the_pack_step_in_where_the_text_says_nothing() {
        let mut page = page(&[(Kind::Paragraph, "Harga beras turun.")], &[]);
        page.record.title = Some("Harga Beras".into());
        let facts = PortalFacts::new("contohpos.com", Vec::new(), None);
        let metadata = page.describe(Some(&facts));
        assert_eq!(metadata.title.as_deref(), Some("Harga Beras"));
        assert_eq!(
            title(Some("Harga  Beras Naik Lagi Petani Contoh Senang"), Some("Harga Beras Naik Lagi")).as_deref(),
            Some("Harga Beras Naik Lagi")
        );
        assert_eq!(title(Some("Harga Beras Naik"), Some("Harga Beras")).as_deref(), Some("Harga Beras Naik"));
        assert_eq!(title(Some("Harga Beras Naik"), Some("Harga Beras - Contoh")).as_deref(), Some("Harga Beras Naik"));
        assert_eq!(metadata.portal.as_deref(), Some("contohpos.com"));
        assert_eq!(page.describe(None).portal, None);
    }

    #[test]
    fn a_name_and_its_date_share_a_byline() {
        let page = page(&[(Kind::Byline, "TREN | 17 Juni 2021 08:55 WIB Reporter : Budi Contoh")], &[]);
        let metadata = page.describe(None);
        assert_eq!(metadata.authors, ["Budi Contoh"]);
        assert_eq!(metadata.published.as_deref(), Some("2021-06-17T08:55:00+07:00"));
        assert_eq!(metadata.section.as_deref(), Some("TREN"));
    }

    #[test]
    fn a_relative_time_gives_no_date() {
        let page = page(&[(Kind::Published, "12 jam yang lalu"), (Kind::Published, "46 menit lalu")], &[]);
        assert_eq!(page.describe(None).published, None);
    }

    #[test]
    fn long_lines_cost_no_more_than_their_length() {
        // Each of these repeats what a search that starts anew at every hit would pay for twice.
        let dates = "1 Mei 2020 ".repeat(20_000);
        let names = "Penulis: Budi ContohEditor: ".repeat(20_000);
        let links = "Harga beras turun lagi hariPanen raya dimulai lagi hari".repeat(20_000);
        let page = page(&[(Kind::Published, &dates), (Kind::Byline, &names), (Kind::RelatedList, &links)], &[]);
        assert_eq!(page.describe(None).published.as_deref(), Some("2020-05-01"));
    }
}
