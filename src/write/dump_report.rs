//! The report on a run as a web page: what was kept and removed, by what, where, and examples.
//!
//! Self-contained: no script, no image, no address is loaded. Everything that comes from outside is escaped into text.

use super::escape::html;
use crate::stats::{Count, Example, Stats};

/// Most rows of a table.
const ROWS: usize = 60;

const STYLE: &str = include_str!("dump_report.css");

/// The page.
#[must_use]
pub fn page(stats: &Stats) -> String {
    let mut out = String::with_capacity(64 * 1024);
    out.push_str(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Report of a run – kupas</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
    ));
    push_totals(&mut out, stats);
    push_counts(&mut out, "kinds", "Removed, by kind", "Kind", stats.kinds.iter(), stats);
    push_portals(&mut out, stats);
    push_without_pack(&mut out, stats);
    push_counts(&mut out, "rules", "Removed, by rule", "Rule or evidence", stats.rules.iter(), stats);
    push_packs(&mut out, stats);
    push_warnings(&mut out, stats);
    push_confidence(&mut out, stats);
    push_examples(&mut out, &stats.examples);
    out.push_str("</body>\n</html>\n");
    out
}

fn push_totals(out: &mut String, stats: &Stats) {
    let totals = &stats.totals;
    out.push_str(&format!("<header>\n<h1>Report of a run</h1>\n<p class=\"soft\">{totals}.</p>\n</header>\n"));
    out.push_str("<ul class=\"cards\" id=\"totals\">\n");
    let cards = [
        (grouped(totals.kept + totals.emptied), "documents cleaned"),
        (grouped(totals.emptied), "came out empty"),
        (grouped(totals.failed), "failed"),
        (bytes(totals.input_bytes), "of text before"),
        (bytes(totals.text_bytes), "of text after"),
        (percent(totals.text_bytes, totals.input_bytes), "of the text was kept"),
    ];
    for (number, what) in cards {
        out.push_str(&format!("<li><b>{number}</b><span>{what}</span></li>\n"));
    }
    out.push_str("</ul>\n");
}

fn push_counts<'a>(
    out: &mut String,
    id: &str,
    title: &str,
    first: &str,
    counts: impl Iterator<Item = (&'a String, &'a Count)>,
    stats: &Stats,
) {
    let mut counts: Vec<(&String, &Count)> = counts.collect();
    counts.sort_by(|a, b| b.1.bytes.cmp(&a.1.bytes).then(a.0.cmp(b.0)));
    let most = counts.first().map_or(0, |(_, count)| count.bytes);
    let documents = stats.totals.kept + stats.totals.emptied;
    open_table(out, id, title, &[first, "n:Documents", "n:of all", "n:Stretches", "n:Bytes", ""]);
    for (name, count) in counts.iter().take(ROWS) {
        out.push_str(&format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>{}</tr>\n",
            html(name),
            grouped(count.documents),
            percent(count.documents, documents),
            grouped(count.spans),
            bytes(count.bytes),
            bar(count.bytes, most),
        ));
    }
    close_table(out, counts.len());
}

fn push_portals(out: &mut String, stats: &Stats) {
    let mut portals: Vec<_> = stats.portals.iter().collect();
    portals.sort_by(|a, b| b.1.documents.cmp(&a.1.documents).then(a.0.cmp(b.0)));
    let most = portals.first().map_or(0, |(_, portal)| portal.documents);
    open_table(out, "portals", "Portals", &["Portal", "Pack", "n:Documents", "n:Empty", "n:Text", "n:Kept", ""]);
    for (name, portal) in portals.iter().take(ROWS) {
        out.push_str(&format!(
            "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td>{}</tr>\n",
            html(name),
            if portal.pack { "yes" } else { "no" },
            grouped(portal.documents),
            grouped(portal.emptied),
            bytes(portal.input_bytes),
            percent(portal.text_bytes, portal.input_bytes),
            bar(portal.documents, most),
        ));
    }
    close_table(out, portals.len());
}

fn push_without_pack(out: &mut String, stats: &Stats) {
    let portals = stats.without_pack();
    let most = portals.first().map_or(0, |(_, portal)| portal.documents);
    open_table(out, "without-pack", "Portals without a pack", &["Portal", "n:Documents", "n:Text", "n:Kept", ""]);
    for (name, portal) in portals.iter().take(ROWS) {
        out.push_str(&format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>{}</tr>\n",
            html(name),
            grouped(portal.documents),
            bytes(portal.input_bytes),
            percent(portal.text_bytes, portal.input_bytes),
            bar(portal.documents, most),
        ));
    }
    close_table(out, portals.len());
}

fn push_packs(out: &mut String, stats: &Stats) {
    let mut packs: Vec<_> = stats.packs.iter().filter(|(_, pack)| pack.documents > 0).collect();
    packs.sort_by(|a, b| b.1.hits.cmp(&a.1.hits).then(a.0.cmp(b.0)));
    open_table(out, "packs", "Packs", &["Pack", "n:Documents it is for", "n:with a hit", "n:Rate", ""]);
    for (name, pack) in packs.iter().take(ROWS) {
        out.push_str(&format!(
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>{}</tr>\n",
            html(name),
            grouped(pack.documents),
            grouped(pack.hits),
            percent(pack.hits, pack.documents),
            bar(pack.hits, pack.documents),
        ));
    }
    close_table(out, packs.len());
}

fn push_warnings(out: &mut String, stats: &Stats) {
    open_table(out, "warnings", "Warnings", &["Code", "n:Documents"]);
    for (code, documents) in stats.warnings.iter().take(ROWS) {
        out.push_str(&format!("<tr><td>{}</td><td class=\"n\">{}</td></tr>\n", html(code), grouped(*documents)));
    }
    close_table(out, stats.warnings.len());
}

fn push_confidence(out: &mut String, stats: &Stats) {
    let most = stats.confidence.iter().copied().max().unwrap_or(0);
    open_table(out, "confidence", "Confidence", &["From", "n:Documents", ""]);
    for (number, documents) in stats.confidence.iter().enumerate() {
        let from = number as f64 / 10.0;
        out.push_str(&format!(
            "<tr><td>{from:.1}</td><td class=\"n\">{}</td>{}</tr>\n",
            grouped(*documents),
            bar(*documents, most)
        ));
    }
    close_table(out, stats.confidence.len());
}

fn push_examples(out: &mut String, examples: &[Example]) {
    out.push_str("<section id=\"examples\">\n<h2>Examples</h2>\n");
    out.push_str(
        "<p class=\"soft\">Documents chosen by chance, as they came; what was removed is struck through.</p>\n",
    );
    for (number, example) in examples.iter().enumerate() {
        let portal = example.portal.as_deref().unwrap_or("no portal");
        let open = if number == 0 { " open" } else { "" };
        out.push_str(&format!(
            "<details{open}><summary>{} <span>{}</span></summary><p class=\"text\">",
            html(&example.id),
            html(portal)
        ));
        for piece in &example.pieces {
            // Line ends matter here; everything else is escaped line by line.
            let text = piece.text.lines().map(html).collect::<Vec<_>>().join("\n");
            let end = if piece.text.ends_with('\n') { "\n" } else { "" };
            match &piece.removed {
                None => out.push_str(&format!("{text}{end}")),
                Some((kind, rule)) => {
                    let (kind, rule) = (kind.name(), html(rule));
                    out.push_str(&format!("<del>{text}{end}</del><span class=\"why\">{kind} by {rule}</span>"));
                }
            }
        }
        if example.left_out > 0 {
            out.push_str(&format!("\n<span class=\"why\">{} more are not shown</span>", bytes(example.left_out)));
        }
        out.push_str("</p></details>\n");
    }
    out.push_str("</section>\n");
}

/// Opens a section with a table; columns that start with `n:` hold numbers.
fn open_table(out: &mut String, id: &str, title: &str, columns: &[&str]) {
    out.push_str(&format!("<section id=\"{id}\">\n<h2>{title}</h2>\n<div class=\"wide\"><table>\n<thead><tr>"));
    for column in columns {
        match column.strip_prefix("n:") {
            Some(name) => out.push_str(&format!("<th class=\"n\">{name}</th>")),
            None => out.push_str(&format!("<th>{column}</th>")),
        }
    }
    out.push_str("</tr></thead>\n<tbody>\n");
}

fn close_table(out: &mut String, rows: usize) {
    out.push_str("</tbody>\n</table></div>\n");
    if rows == 0 {
        out.push_str("<p class=\"soft\">None.</p>\n");
    } else if rows > ROWS {
        out.push_str(&format!("<p class=\"soft\">The first {ROWS} of {rows}; the rest is in the statistics.</p>\n"));
    }
    out.push_str("</section>\n");
}

fn bar(part: u64, whole: u64) -> String {
    let width = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
    format!("<td class=\"bar\"><i style=\"width:{width:.1}%\"></i></td>")
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1}%", part as f64 / whole as f64 * 100.0) }
}

fn bytes(number: u64) -> String {
    let units = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")];
    match units.into_iter().find(|(size, _)| number >= *size) {
        Some((size, unit)) => format!("{:.1} {unit}", number as f64 / size as f64),
        None => format!("{number} B"),
    }
}

/// A number with thin spaces between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push('\u{202f}');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Kind;
    use crate::stats::{PackCount, Piece, PortalCount};

    /// A report in which the text stands wherever something scraped can stand.
    fn report_with(text: &str) -> String {
        let mut stats = Stats::default();
        let name = || text.to_owned();
        stats.kinds.insert(name(), Count { documents: 1, spans: 2, bytes: 3 });
        stats.rules.insert(name(), Count { documents: 1, spans: 2, bytes: 3 });
        stats.packs.insert(name(), PackCount { documents: 1, hits: 1 });
        stats.portals.insert(name(), PortalCount { documents: 1, ..PortalCount::default() });
        stats.warnings.insert(name(), 1);
        stats.examples.push(Example {
            position: 0,
            id: name(),
            url: Some(name()),
            portal: Some(name()),
            pieces: vec![
                Piece { text: name(), removed: None },
                Piece { text: name(), removed: Some((Kind::Ad, name())) },
            ],
            left_out: 1,
        });
        page(&stats)
    }

    #[test]
    fn scraped_text_never_becomes_markup() {
        let marks = |page: &str| ['<', '>', '"', '\''].map(|mark| page.matches(mark).count());
        let plain = marks(&report_with("biasa"));
        for payload in [
            "<script>alert(1)</script>",
            "</style><script>alert(1)</script>",
            "</title><img src=x onerror=alert(1)>",
            "\" onmouseover=\"alert(1)",
            "' onmouseover='alert(1)",
            "<img\u{c}src=x\u{c}onerror=alert(1)>",
            "--><script>",
            "</p></details><iframe>",
            "&lt;script&gt;",
            "\u{202e}<\u{0}iframe srcdoc='x'>",
        ] {
            let page = report_with(payload);
            assert_eq!(marks(&page), plain, "{payload:?} adds markup");
            assert!(!page.to_lowercase().contains("<script"), "{payload:?}");
            assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "{payload:?} leaves control characters");
        }
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let page = report_with("biasa");
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
        for loader in ["<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(loader), "{loader}");
        }
    }

    #[test]
    fn an_empty_run_has_a_report() {
        let page = page(&Stats::default());
        assert!(page.contains("0 read = 0 kept + 0 emptied + 0 failed") && page.contains("None."));
    }

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(
            (grouped(12), bytes(1500), percent(1, 3)),
            ("12".to_owned(), "1.5 kB".to_owned(), "33.3%".to_owned())
        );
    }
}
