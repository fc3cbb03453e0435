//! One description out of two: what the page states and what its text shows.
//!
//! A statement beats the text unless it is the weaker kind of statement, or the text says the same more fully.

use super::{PageFacts, Stated};
use crate::article::{Metadata, Origin};
use crate::metadata::outlets::squash;

/// Puts what the page states into `metadata`, which the text's rules have filled. Returns the source of every field that the
/// page has a say in.
pub fn merge(facts: &PageFacts, metadata: &mut Metadata) -> Vec<Origin> {
    let mut origins = Origins::default();
    scalar(&mut metadata.title, facts.title.as_ref(), "title", &mut origins);
    people(&mut metadata.editors, facts.editors.as_ref(), &[], "editors", &mut origins);
    let editors = metadata.editors.clone();
    people(&mut metadata.authors, facts.authors.as_ref(), &editors, "authors", &mut origins);
    let published = facts.published.as_ref();
    let published = published.map(|stated| time(stated, facts.clock.as_deref(), metadata.published.as_deref()));
    scalar(&mut metadata.published, published.as_ref(), "published", &mut origins);
    scalar(&mut metadata.modified, facts.modified.as_ref(), "modified", &mut origins);
    scalar(&mut metadata.section, facts.section.as_ref(), "section", &mut origins);
    scalar(&mut metadata.description, facts.description.as_ref(), "description", &mut origins);
    scalar(&mut metadata.image, facts.image.as_ref(), "image", &mut origins);
    scalar(&mut metadata.canonical_url, facts.canonical_url.as_ref(), "canonical_url", &mut origins);
    if let Some(tags) = &facts.tags {
        metadata.tags.clone_from(&tags.value);
        origins.add("tags", &tags.source);
    }
    if metadata.language.is_none() {
        scalar(&mut metadata.language, facts.language.as_ref(), "language", &mut origins);
    }
    origins.0
}

#[derive(Default)]
struct Origins(Vec<Origin>);

impl Origins {
    fn add(&mut self, field: &'static str, source: &str) {
        self.0.push(Origin { field, source: source.to_owned() });
    }
}

/// The source that stands for the text.
const TEXT: &str = "text";

fn scalar(field: &mut Option<String>, stated: Option<&Stated<String>>, name: &'static str, origins: &mut Origins) {
    if let Some(stated) = stated {
        *field = Some(stated.value.clone());
        origins.add(name, &stated.source);
    }
}

/// Takes the names that the page states, unless the text has them and more, or calls all of them something else.
fn people(
    field: &mut Vec<String>,
    stated: Option<&Stated<Vec<String>>>,
    others: &[String],
    name: &'static str,
    origins: &mut Origins,
) {
    let Some(stated) = stated else {
        return;
    };
    let has = |names: &[String], name: &String| names.iter().any(|other| squash(other) == squash(name));
    let kept: Vec<String> =
        stated.value.iter().filter(|name| has(field, name) || !has(others, name)).cloned().collect();
    if kept.is_empty() || kept.iter().all(|name| has(field, name)) {
        if !field.is_empty() {
            origins.add(name, TEXT);
        }
        return;
    }
    *field = kept;
    origins.add(name, &stated.source);
}

/// The stated time, or the one that the text shows where it is the same moment or the statement is the weaker.
fn time(stated: &Stated<String>, written: Option<&str>, shown: Option<&str>) -> Stated<String> {
    let Some(shown) = shown else {
        return stated.clone();
    };
    let is_weak = stated.source == "address" || stated.source == "element:date";
    let same_day = stated.value.get(..DAY) == shown.get(..DAY);
    let (clock, shown_clock) = (stated.value.get(DAY..MINUTE), shown.get(DAY..MINUTE));
    let same_minute =
        same_day && shown_clock.is_some() && (clock == shown_clock || clock.is_none_or(|clock| clock == "T00:00"));
    // A wrong zone: the clocks read alike, only the offsets differ.
    let alike = written.is_some_and(|clock| shown.get(..MINUTE) == clock.get(..MINUTE));
    if same_minute || alike || (is_weak && !(same_day && shown_clock.is_none())) {
        return Stated::new(shown.to_owned(), TEXT);
    }
    stated.clone()
}

/// Bytes of a date, and of a date and a time to the minute.
const DAY: usize = 10;
const MINUTE: usize = 16;
