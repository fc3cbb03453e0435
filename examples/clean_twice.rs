//! Cleans JSON Lines, cleans the clean text again, and says how often that changes something and what.
//!
//! `cargo run --release --example clean_twice -- dump.jsonl.gz [EXAMPLES]` prints the share of records that stay as they
//! are, what the second cleaning took out by kind, and for each kind some examples.
#![allow(clippy::print_stdout, reason = "its report goes there")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use kupas::article::{Article, Record};
use kupas::cleaner::{Cleaner, Options};
use kupas::read::{self, Item, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let input = PathBuf::from(arguments.next().ok_or("give a file of JSON Lines")?);
    let examples = arguments.next().map_or(Ok(3), |number| number.parse::<usize>())?;
    let cleaner = Cleaner::new(Options::default())?;
    let (mut records, mut same, mut joined) = (0u32, 0u32, 0u32);
    let mut changes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for item in Reader::new(&[input], read::Options::default()) {
        let Item::Record(record) = item else { continue };
        records += 1;
        let once = Record { text: cleaner.clean(&record).text, ..record };
        let again = cleaner.clean(&once);
        if again.text == once.text {
            same += 1;
        } else if again.removed.is_empty() {
            joined += 1;
        } else {
            for removed in &again.removed {
                changes.entry(removed.kind.name()).or_default().push(example(&once, &again, removed.span.clone()));
            }
        }
    }
    let share = 100.0 * f64::from(same) / f64::from(records.max(1));
    println!("{records} records, of which {same} ({share:.2} %) stay as they are when cleaned again");
    println!("{joined} change only in how lines are joined");
    for (kind, list) in &changes {
        println!("\n{kind}: {} stretches", list.len());
        let step = (list.len() / examples.max(1)).max(1);
        list.iter().step_by(step).take(examples).for_each(|line| println!("  {line}"));
    }
    Ok(())
}

/// What was taken out, between the ends of what stands around it.
fn example(record: &Record, article: &Article, span: std::ops::Range<usize>) -> String {
    let text = &record.text;
    let start = text.floor_char_boundary(span.start.saturating_sub(40));
    let end = text.ceil_char_boundary((span.end + 40).min(text.len()));
    let rule = article.removed.iter().find(|removed| removed.span == span).map_or("", |removed| &removed.rule);
    let mark = |part: &str| part.replace('\n', "⏎");
    format!(
        "{} [{rule}] …{}⟦{}⟧{}…",
        article.id,
        mark(&text[start..span.start]),
        mark(&text[span.clone()]),
        mark(&text[span.end..end])
    )
}
