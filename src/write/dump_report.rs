//! The report on a run as a web page: what was kept and removed, by what, where, and examples.
//!
//! Everything that comes from outside is escaped into text.

use std::collections::BTreeMap;

use super::escape::html;
use super::shell;
use crate::stats::{Count, Example, Stats};

/// Most rows of a table.
const ROWS: usize = 60;

const STYLE: &str = include_str!("dump_report.css");

/// The page.
#[must_use]
pub fn page(stats: &Stats) -> String {
    let mut out = String::with_capacity(64 * 1024);
    shell::open("Report of a run", STYLE, &mut out);
    push_totals(&mut out, stats);
    push_counts(&mut out, "kinds", "Removed, by kind", "Kind", &stats.kinds, stats);
    push_portals(&mut out, stats);
    push_without_pack(&mut out, stats);
    push_counts(&mut out, "rules", "Removed, by rule", "Rule or evidence", &stats.rules, stats);
    push_packs(&mut out, stats);
    push_warnings(&mut out, stats);
    push_confidence(&mut out, stats);
    push_examples(&mut out, &stats.examples);
    shell::close(&mut out);
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

fn push_counts(out: &mut String, id: &str, title: &str, first: &str, counts: &BTreeMap<String, Count>, stats: &Stats) {
    let mut counts: Vec<(&String, &Count)> = counts.iter().collect();
    counts.sort_by(|a, b| b.1.bytes.cmp(&a.1.bytes).then(a.0.cmp(b.0)));
    let most = counts.first().map_or(0, |(_, count)| count.bytes);
    let documents = stats.totals.kept + stats.totals.emptied;
    let columns = [first, "n:Documents", "n:of all", "n:Stretches", "n:Bytes", BAR];
    push_table(out, id, title, columns, &counts, |(name, count)| {
        [
            html(name),
            grouped(count.documents),
            percent(count.documents, documents),
            grouped(count.spans),
            bytes(count.bytes),
            bar(count.bytes, most),
        ]
    });
}

fn push_portals(out: &mut String, stats: &Stats) {
    let mut portals: Vec<_> = stats.portals.iter().collect();
    portals.sort_by(|a, b| b.1.documents.cmp(&a.1.documents).then(a.0.cmp(b.0)));
    let most = portals.first().map_or(0, |(_, portal)| portal.documents);
    let columns = ["Portal", "Pack", "n:Documents", "n:Empty", "n:Text", "n:Kept", BAR];
    push_table(out, "portals", "Portals", columns, &portals, |(name, portal)| {
        [
            html(name),
            if portal.pack { "yes" } else { "no" }.to_owned(),
            grouped(portal.documents),
            grouped(portal.emptied),
            bytes(portal.input_bytes),
            percent(portal.text_bytes, portal.input_bytes),
            bar(portal.documents, most),
        ]
    });
}

fn push_without_pack(out: &mut String, stats: &Stats) {
    let portals = stats.without_pack();
    let most = portals.first().map_or(0, |(_, portal)| portal.documents);
    let columns = ["Portal", "n:Documents", "n:Text", "n:Kept", BAR];
    push_table(out, "without-pack", "Portals without a pack", columns, &portals, |(name, portal)| {
        [
            html(name),
            grouped(portal.documents),
            bytes(portal.input_bytes),
            percent(portal.text_bytes, portal.input_bytes),
            bar(portal.documents, most),
        ]
    });
}

fn push_packs(out: &mut String, stats: &Stats) {
    let mut packs: Vec<_> = stats.packs.iter().filter(|(_, pack)| pack.documents > 0).collect();
    packs.sort_by(|a, b| b.1.hits.cmp(&a.1.hits).then(a.0.cmp(b.0)));
    let columns = ["Pack", "n:Documents it is for", "n:with a hit", "n:Rate", BAR];
    push_table(out, "packs", "Packs", columns, &packs, |(name, pack)| {
        [
            html(name),
            grouped(pack.documents),
            grouped(pack.hits),
            percent(pack.hits, pack.documents),
            bar(pack.hits, pack.documents),
        ]
    });
}

fn push_warnings(out: &mut String, stats: &Stats) {
    let warnings: Vec<_> = stats.warnings.iter().collect();
    push_table(out, "warnings", "Warnings", ["Code", "n:Documents"], &warnings, |(code, documents)| {
        [html(code), grouped(**documents)]
    });
}

fn push_confidence(out: &mut String, stats: &Stats) {
    let most = stats.confidence.iter().copied().max().unwrap_or(0);
    let tenths: Vec<_> = stats.confidence.iter().enumerate().collect();
    push_table(out, "confidence", "Confidence", ["From", "n:Documents", BAR], &tenths, |(tenth, documents)| {
        [format!("{:.1}", *tenth as f64 / 10.0), grouped(**documents), bar(**documents, most)]
    });
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

/// A section with a table of the first rows. Columns that start with `n:` hold numbers, [`BAR`] holds bars; cells are HTML.
fn push_table<R, const N: usize>(
    out: &mut String,
    id: &str,
    title: &str,
    columns: [&str; N],
    rows: &[R],
    cells: impl Fn(&R) -> [String; N],
) {
    let class = |column: &str| match column {
        BAR => " class=\"bar\"",
        _ if column.starts_with("n:") => " class=\"n\"",
        _ => "",
    };
    out.push_str(&format!("<section id=\"{id}\">\n<h2>{title}</h2>\n<div class=\"wide\"><table>\n<thead><tr>"));
    for column in columns {
        out.push_str(&format!("<th{}>{}</th>", class(column), column.trim_start_matches("n:")));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in rows.iter().take(ROWS) {
        out.push_str("<tr>");
        for (column, cell) in columns.iter().zip(cells(row)) {
            out.push_str(&format!("<td{}>{cell}</td>", class(column)));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
    if rows.is_empty() {
        out.push_str("<p class=\"soft\">None.</p>\n");
    } else if rows.len() > ROWS {
        let rows = rows.len();
        out.push_str(&format!("<p class=\"soft\">The first {ROWS} of {rows}; the rest is in the statistics.</p>\n"));
    }
    out.push_str("</section>\n");
}

/// The column of bars; it has no heading.
const BAR: &str = "";

fn bar(part: u64, whole: u64) -> String {
    let width = if whole == 0 { 0.0 } else { part as f64 / whole as f64 * 100.0 };
    format!("<i style=\"width:{width:.1}%\"></i>")
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
        shell::check::no_text_becomes_markup(report_with);
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        let page = report_with("biasa");
        shell::check::nothing_is_loaded(&page);
        assert!(!page.contains("href="));
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
