//! Markdown: the clean text with headings, lists, quotes, tables and emphasis, as far as the input shows them.
//!
//! Of pages, the elements say what is what; of flattened text, headings and the marks that lists begin with are all there
//! is. Words are those of the clean text; what Markdown would take for markup is escaped.

use scraper::Html;

use crate::article::Span;
use crate::assemble::Assembled;
use crate::document::{Document, Page};
use crate::segment::html::{Style, Within, attribute};

/// What becomes of links.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Links {
    /// Their words stay.
    #[default]
    Words,
    /// Their targets stay too.
    Targets,
}

/// The Markdown of an article's paragraphs.
#[must_use]
pub fn render(document: &Document<'_>, assembled: &Assembled, links: Links) -> String {
    let text = document.record.text.as_str();
    let mut out = String::with_capacity(text.len() / 2);
    let mut before = Form::Paragraph;
    for paragraph in &assembled.paragraphs {
        let (words, pieces) = (assembled.words(paragraph), assembled.pieces(paragraph));
        let form = form(document, paragraph.is_heading, words, pieces);
        let words = match &document.page {
            Some(page) => page_words(page, text, pieces, links),
            None => escape(form.without_mark(words)),
        };
        if !out.is_empty() {
            out.push_str(if form.is_tight_after(&before) { "\n" } else { "\n\n" });
        }
        match &form {
            Form::Paragraph => out.push_str(&guard(&words)),
            Form::Heading(level) => {
                out.push_str(&"#".repeat(*level));
                out.push(' ');
                out.push_str(&words);
            }
            Form::Item { depth, is_ordered } => {
                out.push_str(&"  ".repeat(*depth));
                out.push_str(if *is_ordered { "1. " } else { "- " });
                out.push_str(&guard(&words));
            }
            Form::Quote => {
                out.push_str("> ");
                out.push_str(&guard(&words));
            }
            Form::Code => {
                out.push_str("    ");
                let span = pieces.first().map(|(_, span)| span.clone()).unwrap_or_default();
                out.push_str(text.get(span).unwrap_or_default());
            }
            Form::Row { table, cells } => {
                let row: Vec<String> = words.split('\t').map(|cell| cell.trim().replace('|', "\\|")).collect();
                out.push_str(&format!("| {} |", row.join(" | ")));
                if !matches!(&before, Form::Row { table: other, .. } if other == table) {
                    out.push_str(&format!("\n|{}", " --- |".repeat(*cells)));
                }
            }
        }
        before = form;
    }
    out
}

/// How a paragraph is written.
#[derive(Clone, Debug, Eq, PartialEq)]
enum Form {
    Paragraph,
    Heading(usize),
    Item { depth: usize, is_ordered: bool },
    Quote,
    Code,
    Row { table: u32, cells: usize },
}

impl Form {
    /// Whether no blank line stands between the two.
    fn is_tight_after(&self, before: &Form) -> bool {
        match (before, self) {
            (Form::Item { .. }, Form::Item { .. }) | (Form::Code, Form::Code) => true,
            (Form::Row { table: a, .. }, Form::Row { table: b, .. }) => a == b,
            _ => false,
        }
    }

    /// Of flattened text, the words without the mark of a list's item.
    fn without_mark<'a>(&self, words: &'a str) -> &'a str {
        match self {
            Form::Item { .. } => words.trim_start_matches(BULLETS).trim_start(),
            _ => words,
        }
    }
}

/// What items of a list begin with in flattened text.
const BULLETS: [char; 4] = ['•', '·', '*', '-'];

fn form(document: &Document<'_>, is_heading: bool, words: &str, pieces: &[(usize, Span)]) -> Form {
    let segment = pieces.first().map_or(0, |(segment, _)| *segment);
    let Some(page) = &document.page else {
        let mut words = words.chars();
        let is_item = words.next().is_some_and(|c| BULLETS.contains(&c)) && words.next() == Some(' ');
        return match (is_heading, is_item) {
            (true, _) => Form::Heading(2),
            (false, true) => Form::Item { depth: 0, is_ordered: false },
            (false, false) => Form::Paragraph,
        };
    };
    let elements = &page.markup.elements;
    let Some(block) = page.markup.blocks.get(segment) else {
        return Form::Paragraph;
    };
    let around: Vec<(u32, &str)> =
        elements.upwards(block.element).map(|(number, element)| (number, &*element.tag)).collect();
    let nearest = |names: &[&str]| around.iter().find(|(_, name)| names.contains(name)).copied();
    if let Some((_, name)) = nearest(&["h1", "h2", "h3", "h4", "h5", "h6"]) {
        return Form::Heading(name.get(1..).and_then(|level| level.parse().ok()).unwrap_or(2));
    }
    if is_heading {
        return Form::Heading(2);
    }
    if nearest(&["pre"]).is_some() {
        return Form::Code;
    }
    let words = pieces.first().and_then(|(_, span)| document.record.text.get(span.clone())).unwrap_or_default();
    if let Some((table, _)) = nearest(&["table"]).filter(|_| words.contains('\t')) {
        return Form::Row { table, cells: words.split('\t').count() };
    }
    if nearest(&["li"]).is_some() {
        let lists = around.iter().filter(|(_, name)| matches!(*name, "ul" | "ol")).count();
        let is_ordered = nearest(&["ul", "ol"]).is_some_and(|(_, name)| name == "ol");
        return Form::Item { depth: lists.saturating_sub(1).min(MOST_NESTED), is_ordered };
    }
    let is_quote = elements.get(block.element).is_some_and(|element| element.within.has(Within::of("blockquote")));
    if is_quote { Form::Quote } else { Form::Paragraph }
}

/// How deep lists are shown to be nested.
const MOST_NESTED: usize = 6;

/// The words of a page's paragraph, with what stands out marked.
fn page_words(page: &Page, text: &str, pieces: &[(usize, Span)], links: Links) -> String {
    let mut out = String::new();
    for (_, piece) in pieces {
        let first = page.markup.inline.partition_point(|inline| inline.span.end <= piece.start);
        let inline = page.markup.inline.get(first..).unwrap_or_default();
        let inside: Vec<(Span, Style)> = inline
            .iter()
            .take_while(|inline| inline.span.start < piece.end)
            .map(|inline| (inline.span.start.max(piece.start)..inline.span.end.min(piece.end), inline.style))
            .filter(|(span, _)| !span.is_empty())
            .collect();
        if !out.is_empty() && !out.ends_with(char::is_whitespace) {
            out.push(' ');
        }
        styled(&page.html, text, piece.clone(), &inside, links, &mut out);
    }
    out.trim().to_owned()
}

/// Writes a stretch of text. Stretches that stand out are split where others begin or end, so that they never cross.
fn styled(html: &Html, text: &str, piece: Span, inline: &[(Span, Style)], links: Links, out: &mut String) {
    let mut bounds: Vec<usize> = inline.iter().flat_map(|(span, _)| [span.start, span.end]).collect();
    bounds.extend([piece.start, piece.end]);
    bounds.sort_unstable();
    bounds.dedup();
    let mut open: Vec<Style> = Vec::new();
    for pair in bounds.windows(2) {
        let (Some(start), Some(end)) = (pair.first().copied(), pair.get(1).copied()) else { continue };
        let covers = |span: &Span| span.start <= start && end <= span.end;
        let mut here: Vec<Style> = inline.iter().filter(|(span, _)| covers(span)).map(|(_, style)| *style).collect();
        here.retain(|style| !matches!(style, Style::Link(_)) || links == Links::Targets);
        let shared = open.iter().take_while(|style| here.contains(style)).count();
        close(html, &mut open, shared, out);
        let words = text.get(start..end).unwrap_or_default();
        let leading = words.len() - words.trim_start().len();
        out.push_str(words.get(..leading).unwrap_or_default());
        for style in here {
            if !open.contains(&style) {
                out.push_str(match style {
                    Style::Strong => "**",
                    Style::Emphasis => "*",
                    Style::Link(_) => "[",
                });
                open.push(style);
            }
        }
        out.push_str(&escape(words.get(leading..).unwrap_or_default()));
    }
    close(html, &mut open, 0, out);
}

/// Ends what is open beyond the first `keep`.
fn close(html: &Html, open: &mut Vec<Style>, keep: usize, out: &mut String) {
    if open.len() <= keep {
        return;
    }
    let trailing = out.len() - out.trim_end().len();
    let spaces = out.split_off(out.len() - trailing);
    while open.len() > keep {
        match open.pop() {
            Some(Style::Strong) => out.push_str("**"),
            Some(Style::Emphasis) => out.push('*'),
            Some(Style::Link(node)) => {
                let element = html.tree.get(node).and_then(|node| node.value().as_element());
                let target = element.and_then(|element| attribute(element, "href")).unwrap_or_default();
                let plain: String = target.trim().chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
                out.push_str(&format!("](<{}>)", plain.replace(['<', '>'], "")));
            }
            None => {}
        }
    }
    out.push_str(&spaces);
}

/// Escapes what Markdown would take for markup within a line.
fn escape(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Escapes what Markdown would take for markup at the start of a line.
fn guard(words: &str) -> String {
    let digits = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = words.get(digits..).unwrap_or_default();
    match rest.chars().next() {
        Some('.' | ')') if digits > 0 => format!("{}\\{rest}", words.get(..digits).unwrap_or_default()),
        Some('#' | '>' | '-' | '+' | '=' | '~' | '|') if digits == 0 => format!("\\{words}"),
        _ => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::Links;
    use crate::{Cleaner, Options, Record};

    const PAGE: &str = "<html><body><h1>Panen Garam</h1><div class=isi>\
        <p>Warga <b>Muara Kelang</b> memanen garam untuk <a href='/musim'>pertama kalinya <i>sejak</i></a> tanggul diperbaiki pada \
        awal tahun, kata kepala desa *setempat*.</p><h2>Gudang baru</h2>\
        <p>Pemerintah kabupaten berjanji membangun gudang di dekat dermaga sebelum musim hujan tiba di wilayah itu.</p>\
        <ul><li>Gudang pertama selesai dibangun pada bulan Mei dan dipakai oleh seluruh petambak di desa itu.</li>\
        <li>Gudang kedua menyusul pada akhir tahun, kata kepala dinas perikanan kabupaten kepada wartawan.</li></ul>\
        <table><tr><th>Bulan</th><th>Ton</th></tr><tr><td>Mei</td><td>12</td></tr></table></div></body></html>";

    fn markdown(links: Links, html: &str) -> String {
        let cleaner = Cleaner::new(Options { markdown: Some(links), ..Options::default() }).unwrap();
        let record = Record { html: Some(html.to_owned()), ..Record::default() };
        cleaner.clean(&record).markdown.unwrap()
    }

    #[test]
    fn what_elements_say_is_marked() {
        let plain = markdown(Links::Words, PAGE);
        assert!(
            plain.contains("Warga **Muara Kelang** memanen garam untuk pertama kalinya *sejak* tanggul"),
            "{plain}"
        );
        assert!(plain.contains("kata kepala desa \\*setempat\\*.\n\n## Gudang baru\n\nPemerintah"), "{plain}");
        assert!(plain.contains("\n\n- Gudang pertama selesai"), "{plain}");
        assert!(plain.contains("desa itu.\n- Gudang kedua"), "{plain}");
        let linked = markdown(Links::Targets, PAGE);
        assert!(linked.contains("untuk [pertama kalinya *sejak*](</musim>) tanggul"), "{linked}");
    }
}
