//! CSV as RFC 4180 has it: a header, a line feed behind each record, quotes where they are needed.
//!
//! Spreadsheets run a cell that starts like a formula. Such cells get an apostrophe in front, unless that is not wanted.

use serde_json::Value;

use super::columns::COLUMNS;

/// The names of the columns.
pub fn header() -> String {
    let mut line = COLUMNS.map(|(name, _)| name).join(",");
    line.push('\n');
    line
}

/// A record as a line. Lists are JSON; empty ones, and what is not known, are empty cells.
pub fn line(row: &[Value], raw: bool) -> Vec<u8> {
    let mut line = String::new();
    for (number, value) in row.iter().enumerate() {
        if number > 0 {
            line.push(',');
        }
        match value {
            Value::Null => {}
            Value::String(text) => push_cell(&mut line, text, raw),
            Value::Array(items) if items.is_empty() => {}
            other => push_cell(&mut line, &other.to_string(), raw),
        }
    }
    line.push('\n');
    line.into_bytes()
}

fn push_cell(line: &mut String, text: &str, raw: bool) {
    let guard = if !raw && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        line.push('"');
        line.push_str(guard);
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(guard);
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn cell(value: Value, raw: bool) -> String {
        String::from_utf8(line(&[value], raw)).unwrap().strip_suffix('\n').unwrap().to_owned()
    }

    #[test]
    fn no_cell_is_a_formula_unless_asked() {
        for start in ["=", "+", "-", "@", "\t", "\0"] {
            let text = format!("{start}1");
            assert_eq!(cell(json!(text), false), format!("'{text}"));
            assert_eq!(cell(json!(text), true), text);
        }
        // Quotes do not help against it.
        assert_eq!(cell(json!("=HYPERLINK(\"a\",1)"), false), "\"'=HYPERLINK(\"\"a\"\",1)\"");
        assert_eq!(cell(json!("\r1"), false), "\"'\r1\"");
        assert_eq!(cell(json!("1-2=3"), false), "1-2=3");
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (value, shown) in [
            (json!("a"), "a"),
            (json!("a,b"), "\"a,b\""),
            (json!("a \"b\""), "\"a \"\"b\"\"\""),
            (json!("a\nb"), "\"a\nb\""),
            (json!(null), ""),
            (json!([]), ""),
            (json!(["x", "y"]), "\"[\"\"x\"\",\"\"y\"\"]\""),
            (json!(0.5), "0.5"),
        ] {
            assert_eq!(cell(value, false), shown);
        }
    }
}
