//! `kupas explain`: every segment of one record with its verdict, and why.
//!
//! What is printed here is for people: scraped text is escaped, folded and wrapped. For programs there is
//! `kupas clean --removed text`.

use std::io::{self, Write};
use std::path::Path;

use kupas::article::Record;
use kupas::cleaner::{Evidence, Explanation};
use kupas::error::Error;
use kupas::read::{Item, Reader};
use kupas::write::view::{self, Fate, Field, Line, View};
use kupas::write::{AtomicFile, report};

use super::args::ExplainArgs;
use super::messages;
use super::outcome::{Exit, Failure};
use super::paint::{self, Paint, Palette};
use super::setup;
use super::wrap::{Wrap, shorten};

/// Runs the command.
pub fn run(args: &ExplainArgs) -> Result<Exit, Failure> {
    let cleaner = setup::cleaner(&args.cleaner, None)?;
    let record = record(args)?;
    let explanation = cleaner.explain(&record);
    if let Some(path) = &args.html {
        let page = report::page(&record, &explanation, args.evidence);
        return write_page(path, &page).map(|()| Exit::Success);
    }
    let style =
        Style { palette: Palette::new(args.color), width: paint::width(), evidence: args.evidence, full: args.full };
    let mut shown = Vec::new();
    print(&record, &explanation, style, &mut shown).map_err(|error| Failure::output("standard output", error))?;
    messages::print(&shown)?;
    Ok(Exit::Success)
}

/// How to print an explanation.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Style {
    /// Colours, if any.
    palette: Palette,
    /// Width of a line, in characters.
    width: usize,
    /// How many pieces of evidence to name, for and against each.
    evidence: usize,
    /// Whether long text is printed in full.
    full: bool,
}

/// The record to explain: the one of that id, else the one of that number, else the first.
fn record(args: &ExplainArgs) -> Result<Record, Failure> {
    let wanted = args.record.as_deref();
    let number = wanted.map_or(Some(1), |wanted| wanted.parse().ok());
    let mut read: usize = 0;
    let mut of_number = None;
    let mut failure = None;
    for item in Reader::new(std::slice::from_ref(&args.input), setup::reading(&args.read)) {
        match item {
            Item::Record(record) => {
                read += 1;
                if wanted == Some(record.id.as_str()) {
                    return Ok(record);
                }
                if number == Some(read) {
                    of_number = Some(record);
                    if wanted.is_none() {
                        break;
                    }
                }
            }
            Item::Failure(error) => failure = Some(error),
            Item::Notice(notice) => messages::notice(&notice),
        }
    }
    let input = args.input.to_string_lossy();
    of_number.ok_or_else(|| match (failure, wanted) {
        (Some(failure), _) => failure.into(),
        (None, None) => Failure::Input(format!("{input}: there is no record in it")),
        (None, Some(wanted)) => Failure::Input(format!("{input}: of its {read} records none has the id `{wanted}`")),
    })
}

fn write_page(path: &Path, page: &str) -> Result<(), Failure> {
    if path == Path::new("-") {
        return messages::print(page.as_bytes());
    }
    AtomicFile::replace(path, page.as_bytes()).map_err(|error| Error::output(path.to_string_lossy(), error).into())
}

/// Where the text of a segment begins.
const INDENT: usize = 26;
/// Where the reasons below it begin: further out, so that they are not taken for text.
const REASONS: usize = 8;

/// Prints an explanation.
fn print(record: &Record, explanation: &Explanation, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let view = view::view(record, explanation);
    paragraph(out, style, "", &record.id, Paint::Strong)?;
    if let Some(url) = &record.url {
        paragraph(out, style, "", url, Paint::Dim)?;
    }
    writeln!(out)?;
    for line in &view.lines {
        print_line(line, style, out)?;
    }
    if !view.lines.is_empty() {
        writeln!(out)?;
    }
    print_metadata(explanation, style, out)?;
    print_totals(&view, explanation, style, out)
}

fn print_line(line: &Line, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let row = line.row;
    let paint = paint_of(line.fate);
    let sign = line.fate.sign();
    let percent = format!("{:.0}%", f64::from(row.probability) * 100.0);
    let first = format!("{sign} {:>5} {:<12} {percent:>4} ", row.line, row.kind.name());
    let indent = format!("{sign}{:INDENT$}", "", INDENT = INDENT - 1);
    let mut text = Wrap::new(out, style.palette, style.width, paint, &first, &indent)?;
    for piece in &line.pieces {
        let shown = |most| {
            if style.full { piece.text.to_owned() } else { shorten(piece.text, most) }
        };
        match piece.cut {
            Some((kind, fate, _)) => {
                let marked = format!("[{}{}|{}]", fate.sign().to_string().trim(), kind.name(), shown(90));
                text.text(&marked, paint_of(fate))?;
            }
            None => text.text(&shown(160), paint)?,
        }
    }
    text.end()?;
    let indent = format!("{sign}{:REASONS$}", "", REASONS = REASONS - 1);
    let mut why = Wrap::new(out, style.palette, style.width, paint, &indent, &format!("{indent}  "))?;
    why.text(&reasons(line, style.evidence), Paint::Dim)?;
    why.end()
}

/// How many of the elements around a segment are shown.
const NEAR: usize = 3;

/// Which rule or model decided, on what evidence; the same for the cuts.
fn reasons(line: &Line, most: usize) -> String {
    let list = |side: &str, evidence: &[&Evidence]| {
        let items: Vec<String> = evidence.iter().map(|e| format!("{} {:+.1}", e.feature, e.weight)).collect();
        if items.is_empty() { String::new() } else { format!("; {side} {}", items.join(", ")) }
    };
    let (pro, contra) = view::strongest(line.row, most);
    let mut reasons = format!("by {}{}{}", line.row.rule, list("for", &pro), list("against", &contra));
    if let Some(path) = &line.row.path {
        // The innermost elements tell most.
        let near: Vec<&str> = path.rsplit(" > ").take(NEAR).collect();
        let near: Vec<&str> = near.into_iter().rev().collect();
        reasons.push_str(&format!("; in {}", near.join(" > ")));
    }
    for (kind, _, rule) in line.pieces.iter().filter_map(|piece| piece.cut) {
        reasons.push_str(&format!("; {} by {rule}", kind.name()));
    }
    reasons
}

fn print_metadata(explanation: &Explanation, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let known = view::known(&explanation.article.metadata);
    for Field { name, values } in &known {
        let origin = explanation.article.origins.iter().find(|origin| origin.field == *name);
        for (value, url) in values {
            let first = format!("  {name:<14}");
            let mut line = Wrap::new(out, style.palette, style.width, Paint::Metadata, &first, &format!("{:16}", ""))?;
            line.text(&if style.full { value.clone() } else { shorten(value, 160) }, Paint::Plain)?;
            if let Some(url) = url {
                line.text(&format!(" <{url}>"), Paint::Dim)?;
            }
            if let Some(origin) = origin {
                line.text(&format!(" ({})", origin.source), Paint::Dim)?;
            }
            line.end()?;
        }
    }
    if known.is_empty() { Ok(()) } else { writeln!(out) }
}

fn print_totals(view: &View, explanation: &Explanation, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let signs = "Margin: ~ metadata, - removed, nothing kept. [kind|…]: cut out of its line.";
    paragraph(out, style, "", signs, Paint::Dim)?;
    paragraph(out, style, "", &view.totals(explanation), Paint::Strong)?;
    for warning in &explanation.article.warnings {
        paragraph(out, style, "  ", &format!("warning {}: {}", warning.code, warning.message), Paint::Removed)?;
    }
    Ok(())
}

fn paragraph(out: &mut dyn Write, style: Style, indent: &str, text: &str, paint: Paint) -> io::Result<()> {
    let mut line = Wrap::new(out, style.palette, style.width, paint, "", indent)?;
    line.text(text, paint)?;
    line.end()
}

fn paint_of(fate: Fate) -> Paint {
    match fate {
        Fate::Kept => Paint::Plain,
        Fate::Metadata => Paint::Metadata,
        Fate::Removed => Paint::Removed,
    }
}
