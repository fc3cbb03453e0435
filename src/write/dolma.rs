//! Attribute files of the Dolma toolkit: for each document, which stretches of its text to take out, by kind.
//!
//! The toolkit reads them beside the documents, line by line, and checks the ids. It counts in characters (Unicode code
//! points) of the document's text, not in bytes.

use serde_json::{Map, Value, json};

use super::record::{one_line, rounded};
use crate::article::{Article, Kind, Record};

/// What the names of all attributes start with.
const PREFIX: &str = "kupas__";

/// The attributes of one document, as a line. The spans are those of the record's text, or of its page's, flattened.
pub fn line(record: &Record, article: &Article) -> Vec<u8> {
    let mut attributes = Map::new();
    let text = article.flat.as_deref().unwrap_or(&record.text);
    let mut characters = Characters { text, byte: 0, character: 0 };
    let mut spans: Vec<(Kind, Value)> = Vec::with_capacity(article.removed.len());
    for removed in &article.removed {
        let start = characters.at(removed.span.start);
        let end = characters.at(removed.span.end);
        spans.push((removed.kind, json!([start, end, 1.0])));
    }
    let length = characters.at(text.len());
    let confidence = rounded(article.confidence);
    attributes.insert(format!("{PREFIX}confidence"), json!([[0, length, confidence]]));
    for kind in Kind::ALL {
        let own: Vec<Value> = spans.iter().filter(|(of, _)| *of == kind).map(|(_, span)| span.clone()).collect();
        if !own.is_empty() {
            attributes.insert(format!("{PREFIX}{}", kind.name()), Value::Array(own));
        }
    }
    one_line(&json!({"id": article.id, "attributes": attributes}))
}

/// Counts the characters of a text, going forwards.
struct Characters<'a> {
    text: &'a str,
    byte: usize,
    character: usize,
}

impl Characters<'_> {
    /// How many characters stand before a byte. Offsets must not go down; one that does is taken for the last.
    fn at(&mut self, byte: usize) -> usize {
        if let Some(between) = self.text.get(self.byte..byte) {
            self.character += between.chars().count();
            self.byte = byte;
        }
        self.character
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Removed;

    #[test]
    fn spans_are_counted_in_characters() {
        let text = "Café 文\nBaca juga: é\nIsi.".to_owned();
        let from = text.find("Baca").unwrap();
        let to = text.find("\nIsi").unwrap();
        let removed = vec![
            Removed { kind: Kind::Title, rule: String::new(), span: 0..from - 1, path: None },
            Removed { kind: Kind::ReadAlso, rule: String::new(), span: from..to, path: None },
        ];
        let record = Record { id: "a".to_owned(), text, ..Record::default() };
        let article = Article { id: "a".to_owned(), confidence: 0.5, removed, ..Article::default() };
        assert_eq!(
            String::from_utf8(line(&record, &article)).unwrap(),
            "{\"id\":\"a\",\"attributes\":{\"kupas__confidence\":[[0,24,0.5]],\"kupas__title\":[[0,6,1.0]],\
             \"kupas__read_also\":[[7,19,1.0]]}}\n"
        );
    }
}
