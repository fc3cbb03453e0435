//! From a page's text to its tree: html5ever parses, within limits, into the tree that `scraper` selects from.

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use scraper::{Html, HtmlTreeSink};

use super::gate::Gate;
use super::tags;
use crate::article::Warning;
use crate::limits;

/// The tree of a page, and what was held back to keep it small. Total, and linear in the page.
#[must_use]
pub fn parse(page: &str) -> (Html, Vec<Warning>) {
    let mut warnings = Vec::new();
    let trimmed = tags::trim(page);
    if trimmed.is_some() {
        let message = format!("attributes after the first {} of a tag were not read", limits::ATTRIBUTES);
        warnings.push(Warning { code: "too-many-attributes".to_owned(), message });
    }
    let sink = HtmlTreeSink::new(Html::new_document());
    let options = TreeBuilderOpts { exact_errors: false, ..TreeBuilderOpts::default() };
    let gate = Gate::new(TreeBuilder::new(sink, options));
    let tokenizer = Tokenizer::new(gate, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(trimmed.as_deref().unwrap_or(page)));
    // Scripts are not run: the tokenizer stops at each and goes on.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
    tokenizer.end();
    let (builder, flattened) = tokenizer.sink.into_inner();
    if flattened {
        let message = format!(
            "elements nested deeper than {} (formatting: {}) were flattened",
            limits::DEPTH,
            limits::OPEN_FORMATTING
        );
        warnings.push(Warning { code: "too-deep".to_owned(), message });
    }
    (builder.sink.finish(), warnings)
}
