//! The Rust side of the comparison: kupas, `dom_smoothie` and scraper's bare parse over the same decoded pages, in one
//! process, on one thread.
//!
//! `kupas-peers PAGES PREDICTIONS PASSES` reads JSON Lines of `id`, `url` and `html`, writes JSON Lines of `tool`, `id`,
//! `text` and `metadata`, and prints a JSON object with the seconds of processor time that the fastest pass of each took.
//! All use the allocator that the kupas program uses.

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write;

use cpu_time::ProcessTime;
use dom_smoothie::Readability;
use kupas::article::Record;
use kupas::cleaner::{Cleaner, Options};
use serde_json::{Value, json};

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a tool makes of a page.
type Tool<'a> = (&'static str, Box<dyn Fn(&Record) -> Option<Value> + 'a>);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pages, predictions, passes] = arguments.as_slice() else {
        return Err("usage: kupas-peers PAGES PREDICTIONS PASSES".into());
    };
    let passes: usize = passes.parse()?;
    let mut records = Vec::new();
    for line in fs::read_to_string(pages)?.lines() {
        let page: Value = serde_json::from_str(line)?;
        let field = |name: &str| page[name].as_str().map(str::to_owned);
        records.push(Record {
            id: field("id").ok_or("a page without an id")?,
            url: field("url"),
            html: field("html"),
            ..Record::default()
        });
    }
    let cleaner = Cleaner::new(Options::default())?;
    let tools: [Tool<'_>; 3] = [
        ("kupas", Box::new(|record| Some(clean(&cleaner, record)))),
        ("dom_smoothie", Box::new(readable)),
        ("scraper, parsing only", Box::new(parse)),
    ];
    let mut out = fs::File::create(predictions)?;
    let mut fastest = [f64::INFINITY; 3];
    // The tools take turns, so that a busy machine is busy for all of them.
    for pass in 0..passes.max(1) {
        for ((name, tool), fastest) in tools.iter().zip(&mut fastest) {
            let mut made = Vec::new();
            let start = ProcessTime::now();
            for record in &records {
                made.push(black_box(tool(record)));
            }
            *fastest = fastest.min(start.elapsed().as_secs_f64());
            for (record, made) in records.iter().zip(made) {
                if let (0, Some(Value::Object(mut fields))) = (pass, made) {
                    fields.insert("tool".to_owned(), json!(name));
                    fields.insert("id".to_owned(), json!(record.id));
                    writeln!(out, "{}", Value::Object(fields))?;
                }
            }
        }
    }
    let seconds: serde_json::Map<String, Value> =
        tools.iter().zip(fastest).map(|((name, _), seconds)| ((*name).to_owned(), json!(seconds))).collect();
    println!("{}", Value::Object(seconds));
    Ok(())
}

fn clean(cleaner: &Cleaner, record: &Record) -> Value {
    let article = cleaner.clean(record);
    let metadata = json!({
        "title": article.metadata.title,
        "authors": article.metadata.authors,
        "published": article.metadata.published,
    });
    json!({"text": article.text, "metadata": metadata})
}

fn readable(record: &Record) -> Option<Value> {
    let html = record.html.as_deref().unwrap_or_default();
    let article = Readability::new(html, None, None).ok().and_then(|mut readability| readability.parse().ok());
    // A page that it finds no article in counts as empty.
    let Some(article) = article else { return Some(json!({"text": ""})) };
    let metadata = json!({"title": article.title, "published": article.published_time});
    Some(json!({"text": article.text_content.to_string(), "metadata": metadata}))
}

fn parse(record: &Record) -> Option<Value> {
    black_box(scraper::Html::parse_document(record.html.as_deref().unwrap_or_default()));
    None
}
