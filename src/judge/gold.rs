//! Gold annotations: articles whose every line a person has labelled.
//!
//! Reads JSON Lines, plain or compressed, of `{"id", "portal", "url", "text", "labels", "cuts", "meta"}`. Lines are
//! those of `text.split('\n')`, counted from 0; cuts are given in code points within their line and become bytes here. A
//! document may name its page (`page`, a path beside the file, or `html`), or be a page of which only the body is known
//! (`html` and `gold` with `text`).
//! What the labels are used for, learning or scoring, is decided elsewhere.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

use crate::article::{Kind, Span};

/// One annotated article.
#[derive(Clone, Debug, PartialEq)]
pub struct GoldDocument {
    /// Names the article; unique within a set of gold.
    pub id: String,
    /// The portal that published it; empty if not stated.
    pub portal: String,
    /// The address of its page.
    pub url: Option<String>,
    /// The raw text, as scraped.
    pub text: String,
    /// One per line of `text.split('\n')`: its kind, `None` for a blank line, and whether it may be kept or removed
    /// alike (a label that ends in `?`).
    pub labels: Vec<(Option<Kind>, bool)>,
    /// Stretches within body lines that are not body, ordered by place.
    pub cuts: Vec<GoldCut>,
    /// What the page says about the article: `title`, `authors`, `editors`, `published`, `place`, `section`.
    pub meta: Value,
    /// The page's HTML, if the annotation names one.
    pub html: Option<String>,
    /// Whether no line is labelled, because `text` is the body itself and nothing else.
    pub is_body: bool,
}

/// A stretch of a line that is not body.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct GoldCut {
    /// Number of the line, from 0.
    pub line: usize,
    /// Where it stands within the line, in bytes.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// Why gold could not be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("{place}{problem}")]
pub struct GoldError {
    /// `file:line: `, `file: ` or nothing, as far as known.
    place: String,
    /// What is wrong.
    #[source]
    problem: GoldProblem,
}

/// What can be wrong with gold. Lines are counted from 0, as in the annotations themselves.
#[derive(Debug, thiserror::Error)]
pub enum GoldProblem {
    /// The file cannot be read.
    #[error("{0}")]
    Read(io::Error),
    /// Not a JSON object of the expected form.
    #[error("{0}")]
    Json(serde_json::Error),
    /// The page that the annotation names cannot be read.
    #[error("page {page}: {error}")]
    Page {
        /// Its path.
        page: String,
        /// Why.
        error: io::Error,
    },
    /// There must be one label for each line.
    #[error("{labels} labels for {lines} lines of text")]
    LabelCount {
        /// How many labels there are.
        labels: usize,
        /// How many lines the text has.
        lines: usize,
    },
    /// A label or a cut names a kind that does not exist.
    #[error("line {line}: unknown kind `{kind}`")]
    UnknownKind {
        /// The line of the label or cut.
        line: usize,
        /// The name given.
        kind: String,
    },
    /// A line has words but no label.
    #[error("line {0}: has text but no label")]
    Unlabelled(usize),
    /// A cut names a line that the text does not have.
    #[error("cut on line {0}: the text has no such line")]
    CutLine(usize),
    /// A cut is empty, or ends behind its line.
    #[error("cut on line {line}: {start} to {end} is not a stretch of a line of {length} characters")]
    CutSpan {
        /// The line of the cut.
        line: usize,
        /// Where the cut begins, in code points.
        start: usize,
        /// Where it ends, in code points.
        end: usize,
        /// Length of the line, in code points.
        length: usize,
    },
    /// Two cuts share characters.
    #[error("line {0}: cuts overlap")]
    CutOverlap(usize),
}

/// Parses one line of a gold file.
///
/// # Errors
/// If the line is not JSON of the expected form, or its labels and cuts do not fit its text.
pub fn parse(line: &str) -> Result<GoldDocument, GoldError> {
    parse_line(line, Path::new("")).map_err(|problem| GoldError { place: String::new(), problem })
}

/// Reads a gold file: a document a line, blank lines ignored, decompressed if its name ends in `.gz` or `.zst`.
///
/// # Errors
/// If the file cannot be read, or at the first line that is no gold; the error names file and line.
pub fn read(path: &Path) -> Result<Vec<GoldDocument>, GoldError> {
    let failure = |error| GoldError { place: format!("{}: ", path.display()), problem: GoldProblem::Read(error) };
    let plain = BufReader::new(File::open(path).map_err(failure)?);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("gz") => read_lines(BufReader::new(MultiGzDecoder::new(plain)), path),
        Some("zst") => {
            let decoder = zstd::stream::read::Decoder::with_buffer(plain).map_err(failure)?;
            read_lines(BufReader::new(decoder), path)
        }
        _ => read_lines(plain, path),
    }
}

fn read_lines(lines: impl BufRead, path: &Path) -> Result<Vec<GoldDocument>, GoldError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut documents = Vec::new();
    for (number, line) in lines.lines().enumerate() {
        let document = match line {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => parse_line(&line, folder),
            Err(error) => Err(GoldProblem::Read(error)),
        };
        let place = || format!("{}:{}: ", path.display(), number + 1);
        documents.push(document.map_err(|problem| GoldError { place: place(), problem })?);
    }
    Ok(documents)
}

/// A gold record as written.
#[derive(Deserialize)]
struct Raw {
    id: String,
    #[serde(default)]
    portal: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    page: Option<String>,
    #[serde(default)]
    html: Option<String>,
    /// What a page that is not labelled line by line is known to hold: `text`, `title`, `authors`, `published`.
    #[serde(default)]
    gold: Option<Value>,
    #[serde(default)]
    cuts: Vec<(usize, usize, usize, String)>,
    #[serde(default)]
    meta: Value,
}

fn parse_line(line: &str, folder: &Path) -> Result<GoldDocument, GoldProblem> {
    let raw: Raw = serde_json::from_str(line).map_err(GoldProblem::Json)?;
    let html = match (raw.html, &raw.page) {
        (Some(html), _) => Some(html),
        (None, Some(page)) => Some(read_page(folder, page)?),
        (None, None) => None,
    };
    let body = raw.gold.as_ref().and_then(|gold| gold.get("text")).and_then(Value::as_str);
    let is_body = raw.labels.is_empty() && body.is_some();
    let text = if is_body { body.unwrap_or_default().to_owned() } else { raw.text };
    let lines: Vec<&str> = text.split('\n').collect();
    let labels = if is_body { Vec::new() } else { labels(&raw.labels, &lines)? };
    let cuts = if is_body { Vec::new() } else { cuts(&raw.cuts, &lines)? };
    Ok(GoldDocument {
        id: raw.id,
        portal: raw.portal.unwrap_or_default(),
        url: raw.url,
        labels,
        cuts,
        meta: raw.gold.filter(|_| is_body).unwrap_or(raw.meta),
        text,
        html,
        is_body,
    })
}

/// A page beside the annotations, or in the folder `pages` there. Bytes that are no UTF-8 are replaced.
fn read_page(folder: &Path, page: &str) -> Result<String, GoldProblem> {
    let bytes = std::fs::read(folder.join(page)).or_else(|_| std::fs::read(folder.join("pages").join(page)));
    let bytes = bytes.map_err(|error| GoldProblem::Page { page: page.to_owned(), error })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn labels(names: &[String], lines: &[&str]) -> Result<Vec<(Option<Kind>, bool)>, GoldProblem> {
    if names.len() != lines.len() {
        return Err(GoldProblem::LabelCount { labels: names.len(), lines: lines.len() });
    }
    let mut labels = Vec::with_capacity(names.len());
    for (number, (name, line)) in names.iter().zip(lines).enumerate() {
        let (name, optional) = name.strip_suffix('?').map_or((name.as_str(), false), |name| (name, true));
        if name.is_empty() && line.contains(char::is_alphanumeric) {
            return Err(GoldProblem::Unlabelled(number));
        }
        let kind = if name.is_empty() { None } else { Some(kind(name, number)?) };
        labels.push((kind, optional));
    }
    Ok(labels)
}

fn cuts(raw: &[(usize, usize, usize, String)], lines: &[&str]) -> Result<Vec<GoldCut>, GoldProblem> {
    let mut cuts = Vec::with_capacity(raw.len());
    for (number, start, end, name) in raw {
        let line = lines.get(*number).ok_or(GoldProblem::CutLine(*number))?;
        let span = match (byte_offset(line, *start), byte_offset(line, *end)) {
            (Some(first), Some(last)) if first < last => first..last,
            _ => {
                let length = line.chars().count();
                return Err(GoldProblem::CutSpan { line: *number, start: *start, end: *end, length });
            }
        };
        cuts.push(GoldCut { line: *number, span, kind: kind(name, *number)? });
    }
    cuts.sort_by_key(|cut| (cut.line, cut.span.start));
    for (cut, next) in cuts.iter().zip(cuts.iter().skip(1)) {
        if cut.line == next.line && next.span.start < cut.span.end {
            return Err(GoldProblem::CutOverlap(cut.line));
        }
    }
    Ok(cuts)
}

fn kind(name: &str, line: usize) -> Result<Kind, GoldProblem> {
    Kind::from_name(name).ok_or_else(|| GoldProblem::UnknownKind { line, kind: name.to_owned() })
}

/// Where the code point of that number begins; the line's length if it is the one after the last.
fn byte_offset(line: &str, code_point: usize) -> Option<usize> {
    line.char_indices().map(|(offset, _)| offset).chain([line.len()]).nth(code_point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(line: &str) -> String {
        parse(line).unwrap_err().to_string()
    }

    #[test]
    fn labels_stand_beside_the_lines_of_the_text() {
        let document = parse(
            r#"{"id":"a","portal":"contoh.id","url":null,"text":"Judul\n\nKami di sini.\nIkuti kami",
                "labels":["title","","paragraph","promo?"],"cuts":[],"meta":{"title":"Judul"}}"#,
        )
        .unwrap();
        assert_eq!(
            document.labels,
            [(Some(Kind::Title), false), (None, false), (Some(Kind::Paragraph), false), (Some(Kind::Promo), true)]
        );
        assert_eq!(document.meta["title"], "Judul");
        assert_eq!(document.url, None);
    }

    #[test]
    fn cuts_in_code_points_become_bytes() {
        let document = parse(
            r#"{"id":"a","text":"“Ya” — tidak. (fea)","labels":["paragraph"],"cuts":[[0,14,19,"byline"],[0,0,4,"title"]]}"#,
        )
        .unwrap();
        let pieces: Vec<&str> = document.cuts.iter().map(|cut| &document.text[cut.span.clone()]).collect();
        assert_eq!(pieces, ["“Ya”", "(fea)"]);
    }

    #[test]
    fn an_annotation_that_does_not_fit_says_where() {
        assert_eq!(error(r#"{"id":"a","text":"b\nc","labels":["paragraph"]}"#), "1 labels for 2 lines of text");
        assert_eq!(error(r#"{"id":"a","text":"b\nc","labels":["paragraph","prosa"]}"#), "line 1: unknown kind `prosa`");
        assert_eq!(error(r#"{"id":"a","text":"b\nc","labels":["paragraph",""]}"#), "line 1: has text but no label");
        let with_cuts =
            |cuts: &str| error(&format!(r#"{{"id":"a","text":"bé","labels":["paragraph"],"cuts":{cuts}}}"#));
        assert_eq!(with_cuts(r#"[[1,0,1,"ad"]]"#), "cut on line 1: the text has no such line");
        assert_eq!(with_cuts(r#"[[0,1,3,"ad"]]"#), "cut on line 0: 1 to 3 is not a stretch of a line of 2 characters");
        assert_eq!(with_cuts(r#"[[0,1,1,"ad"]]"#), "cut on line 0: 1 to 1 is not a stretch of a line of 2 characters");
        assert_eq!(with_cuts(r#"[[0,0,2,"ad"],[0,1,2,"ui"]]"#), "line 0: cuts overlap");
    }

    #[test]
    fn errors_of_files_name_file_and_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gold.jsonl");
        std::fs::write(&path, "{\"id\":\"a\",\"text\":\"\",\"labels\":[\"\"]}\n\n{\"id\":1}\n").unwrap();
        let message = read(&path).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{}:3: invalid type", path.display())), "{message}");
        let missing = read(&folder.path().join("none.jsonl")).unwrap_err().to_string();
        assert!(missing.contains("none.jsonl: "), "{missing}");
    }
}
