//! An explanation as a web page: the article as it stands, with what left it marked, and the record it became.
//!
//! Nothing scraped is ever markup: it is escaped into text and quoted attributes, and only `http` and `https` addresses
//! become links.

use super::escape::{html, web_address};
use super::shell;
use super::view::{self, Fate, Field, Line, Piece, View};
use crate::article::{Kind, Record};
use crate::cleaner::{Evidence, Explanation, Row};

/// The page for one record; `evidence` says how many pieces of evidence to name, for and against each verdict.
#[must_use]
pub fn page(record: &Record, explanation: &Explanation, evidence: usize) -> String {
    let view = view::view(record, explanation);
    let article = &explanation.article;
    let title = article.metadata.title.as_deref().unwrap_or(&record.id);
    let language = article.metadata.language.as_deref().unwrap_or_default();
    let mut out = String::with_capacity(record.text.len() * 3 + STYLE.len() + 4096);
    shell::open(title, STYLE, &mut out);
    push_header(&mut out, title, record, explanation, &view);
    out.push_str(LEGEND);
    out.push_str(&format!("<div class=\"page\">\n<main lang=\"{}\">\n", html(language)));
    for line in &view.lines {
        push_line(&mut out, line, evidence);
    }
    out.push_str("</main>\n");
    push_record(&mut out, explanation);
    out.push_str("</div>\n");
    shell::close(&mut out);
    out
}

const STYLE: &str = include_str!("report.css");

const LEGEND: &str = "<div class=\"tools\">\n\
    <span>kept</span>\n\
    <span class=\"cut meta\">metadata</span>\n\
    <span class=\"cut gone\"><span>removed</span></span>\n\
    <span class=\"switches\">\n\
    <label><input type=\"checkbox\" id=\"only\"> only the article</label>\n\
    <label><input type=\"checkbox\" id=\"why\"> reasons</label>\n\
    </span>\n</div>\n";

fn push_header(out: &mut String, title: &str, record: &Record, explanation: &Explanation, view: &View) {
    out.push_str(&format!("<header>\n<h1>{}</h1>\n<p>{}", html(title), html(&record.id)));
    if let Some(url) = &record.url {
        out.push_str(" · ");
        push_link(out, url, url);
    }
    out.push_str(&format!("</p>\n<p class=\"facts\">{}</p>\n", view.totals(explanation)));
    if !explanation.article.warnings.is_empty() {
        out.push_str("<ul class=\"warnings\">\n");
        for warning in &explanation.article.warnings {
            out.push_str(&format!("<li>{}: {}</li>\n", html(&warning.code), html(&warning.message)));
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</header>\n");
}

fn push_line(out: &mut String, line: &Line, evidence: usize) {
    let row = line.row;
    let gap = if line.gap { " gap" } else { "" };
    let element = match (line.fate, row.kind) {
        (Fate::Removed, _) => "del",
        (Fate::Kept, Kind::Heading) => "h2",
        _ => "p",
    };
    let kind = if line.fate == Fate::Kept && row.kind == Kind::Paragraph { "" } else { row.kind.name() };
    let why = why(row, evidence);
    let fate = class(line.fate);
    out.push_str(&format!("<div class=\"row {fate}{gap}\"><span class=\"no\">{}</span>", row.line));
    out.push_str(&format!("<{element} class=\"text\" title=\"{}\">", html(&why)));
    for piece in &line.pieces {
        push_piece(out, piece);
    }
    out.push_str(&format!("</{element}><span class=\"kind\">{kind}</span><p class=\"why\">{}", html(&why)));
    for (kind, _, rule) in line.pieces.iter().filter_map(|piece| piece.cut) {
        out.push_str(&format!("; cut {} by {}", kind.name(), html(rule)));
    }
    out.push_str("</p></div>\n");
}

fn push_piece(out: &mut String, piece: &Piece) {
    let text = html(piece.text);
    let Some((kind, fate, rule)) = piece.cut else {
        return out.push_str(&text);
    };
    let (name, rule, class) = (kind.name(), html(rule), class(fate));
    let element = if fate == Fate::Removed { "del" } else { "span" };
    out.push_str(&format!(
        "<{element} class=\"cut {class}\" title=\"{name} by {rule}\"><b>{name}</b><span>{text}</span></{element}>"
    ));
}

fn push_record(out: &mut String, explanation: &Explanation) {
    out.push_str("<aside>\n<h2>The record’s metadata</h2>\n<dl>\n");
    for Field { name, values } in view::known(&explanation.article.metadata) {
        out.push_str(&format!("<dt>{}</dt>\n", html(&name)));
        for (value, url) in values {
            out.push_str("<dd>");
            match url.or_else(|| web_address(&value).map(str::to_owned)) {
                Some(url) => push_link(out, &value, &url),
                None => out.push_str(&html(&value)),
            }
            out.push_str("</dd>\n");
        }
    }
    out.push_str("</dl>\n</aside>\n");
}

fn push_link(out: &mut String, text: &str, url: &str) {
    match web_address(url) {
        Some(url) => {
            out.push_str(&format!("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", html(url), html(text)));
        }
        None => out.push_str(&html(text)),
    }
}

/// The verdict and its reasons in one line.
fn why(row: &Row, most: usize) -> String {
    let list = |side: &str, evidence: &[&Evidence]| match evidence {
        [] => String::new(),
        _ => {
            let items: Vec<String> = evidence.iter().map(|e| format!("{} {:+.1}", e.feature, e.weight)).collect();
            format!("; {side} {}", items.join(", "))
        }
    };
    let (pro, contra) = view::strongest(row, most);
    let percent = f64::from(row.probability) * 100.0;
    let lead = format!("{} {percent:.0}% by {}", row.kind.name(), row.rule);
    lead + &list("for", &pro) + &list("against", &contra)
}

fn class(fate: Fate) -> &'static str {
    match fate {
        Fate::Kept => "kept",
        Fate::Metadata => "meta",
        Fate::Removed => "gone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::{Article, Cut, Metadata, Reason, Related, Removed, Segment, Verdict, Warning};
    use crate::judge::Judgement;

    /// A page in which the text stands wherever something scraped can stand.
    fn page_with(text: &str) -> String {
        let body = format!("{text}\n{text} isi {text}");
        let (end, length) = (text.len(), body.len());
        let segments =
            vec![Segment { span: 0..end, blank_before: 0 }, Segment { span: end + 1..length, blank_before: 1 }];
        let some = || Some(text.to_owned());
        let metadata = Metadata {
            title: some(),
            authors: vec![text.to_owned()],
            language: some(),
            canonical_url: some(),
            related: vec![Related { title: text.to_owned(), url: some() }],
            ..Metadata::default()
        };
        let cut = length - end..length;
        let removed =
            [0..end, cut.clone()].map(|span| Removed { kind: Kind::Ad, rule: text.to_owned(), span, path: None });
        let row = |line, kind, cuts| Row {
            path: None,
            line,
            kind,
            rule: text.to_owned(),
            probability: 0.5,
            evidence: vec![Evidence { feature: text.to_owned(), weight: 1.0 }],
            cuts,
        };
        let verdict = Verdict { kind: Kind::Ad, reason: Reason::Segments, probability: 0.5 };
        let explanation = Explanation {
            article: Article {
                metadata,
                removed: removed.into(),
                warnings: vec![Warning { code: text.to_owned(), message: text.to_owned() }],
                ..Article::default()
            },
            segments,
            judgement: Judgement {
                verdicts: vec![verdict, verdict],
                cuts: vec![Cut { segment: 1, span: cut.clone(), kind: Kind::Ad, reason: Reason::Spans }],
                ..Judgement::default()
            },
            rows: vec![row(1, Kind::Ad, vec![]), row(3, Kind::Paragraph, vec![(cut, Kind::Ad, text.to_owned())])],
        };
        let record = Record { id: text.to_owned(), url: some(), text: body, ..Record::default() };
        page(&record, &explanation, 3)
    }

    #[test]
    fn scraped_text_never_becomes_markup() {
        shell::check::no_text_becomes_markup(page_with);
    }

    #[test]
    fn only_web_addresses_are_linked() {
        assert!(page_with("https://contoh.id/?a=1&b=2").contains("<a href=\"https://contoh.id/?a=1&amp;b=2\" rel="));
        for url in ["javascript:alert(1)", "Data:text/html,halo", "vbscript:x", "//contoh.id", " https:evil"] {
            assert!(!page_with(url).contains("href="), "{url}");
        }
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        shell::check::nothing_is_loaded(&page_with("biasa"));
    }

    #[test]
    fn what_left_the_text_is_marked_where_it_stood() {
        let page = page_with("IKLAN");
        assert!(page.contains("<del class=\"text\" title=\"ad 50% by IKLAN; for IKLAN +1.0\">IKLAN</del>"), "{page}");
        let cut = "IKLAN isi <del class=\"cut gone\" title=\"ad by IKLAN\"><b>ad</b><span>IKLAN</span></del>";
        assert!(page.contains(cut), "{page}");
        assert!(page.contains("2 segments: 1 kept, 0 metadata, 1 removed; 1 cut out of lines."), "{page}");
    }
}
