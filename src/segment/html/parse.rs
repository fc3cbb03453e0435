//! From a page's text to its tree: html5ever parses, within limits, into the tree that `scraper` selects from.

use std::ops::Range;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TokenSink, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use scraper::{Html, HtmlTreeSink};

use super::gate::Gate;
use super::tags::{Survey, may_go_on};
use crate::article::Warning;
use crate::limits;

/// The tree of a page, and what was held back to keep it small. Total, and linear in the page.
#[must_use]
pub fn parse(page: &str) -> (Html, Vec<Warning>) {
    let mut warnings = Vec::new();
    let survey = Survey::new(page);
    let trimmed = survey.trim(page);
    if trimmed.is_some() {
        let message = format!("attributes after the first {} of a tag were not read", limits::ATTRIBUTES);
        warnings.push(Warning { code: "too-many-attributes".to_owned(), message });
    }
    let sink = HtmlTreeSink::new(Html::new_document());
    let options = TreeBuilderOpts { exact_errors: false, ..TreeBuilderOpts::default() };
    let gate = Gate::new(TreeBuilder::new(sink, options));
    let tokenizer = Tokenizer::new(gate, TokenizerOpts::default());
    match &trimmed {
        Some(trimmed) => feed(&tokenizer, trimmed),
        None => feed_without(&tokenizer, page, &survey.silent),
    }
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

fn feed<Sink: TokenSink>(tokenizer: &Tokenizer<Sink>, part: &str) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(part));
    // Scripts are not run: the tokenizer stops at each and goes on.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
}

/// Feeds a page without what scripts and styles hold. Whether a stretch that may be left out is really theirs, the tokenizer
/// knows once it has come there.
fn feed_without<Sink: TokenSink>(tokenizer: &Tokenizer<Gate<Sink>>, page: &str, silent: &[Range<usize>]) {
    let mut from = 0;
    for stretch in silent.iter().filter(|stretch| stretch.len() >= WORTHWHILE) {
        let (Some(before), Some(within)) = (page.get(from..stretch.start), page.get(stretch.clone())) else {
            // It stands within one that was left out.
            continue;
        };
        feed(tokenizer, before);
        from = stretch.start;
        if tokenizer.sink.is_silent() && !may_go_on(within) {
            from = stretch.end;
        }
    }
    feed(tokenizer, page.get(from..).unwrap_or_default());
}

/// Shorter scripts and styles cost less than to stop at them.
const WORTHWHILE: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::html::flatten;

    /// The text and the elements of a page as they are without leaving anything out.
    fn plainly(page: &str) -> (String, String) {
        let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
        let tokenizer = Tokenizer::new(Gate::new(builder), TokenizerOpts::default());
        feed(&tokenizer, page);
        tokenizer.end();
        described(&tokenizer.sink.into_inner().0.sink.finish())
    }

    fn described(html: &Html) -> (String, String) {
        let elements = html.tree.nodes().filter_map(scraper::ElementRef::wrap);
        (flatten(html).0, elements.map(|element| element.value().name().to_owned() + " ").collect())
    }

    #[test]
    fn what_scripts_and_styles_hold_is_left_out_and_nothing_else_changes() {
        let long = "x = 1; ".repeat(9);
        for page in [
            "<p>a<script>L</script>b<style>L</style>c",
            "<p>a<script>L document.write('<script>L<\\/script>')</script>b",
            "<p>a<script><!-- L <script> L </script> L --></script>b",
            "<p>a<script><!-- L </script>b",
            "<p>a<!-- <script>L --> b <script>L</script>c",
            "<p title='<script>L'>a</p><p>L</script>b",
            "<p>a<svg><style><b>L</b></style><script>L</script></svg>b",
            "<textarea><script>L</script></textarea><p>b",
            "<title><style>L</style></title><p>b",
            "<p>a<script>L<p>b",
            "<p>a<script src='>'>L</script>b<script type=x>L</SCRIPT\n>c",
            "<p>a<style>L</styles>L</style>b<select><script>L</script><option>c</select>d",
            "<noscript><style>L</style>a</noscript><p>b<iframe><script>L</script></iframe>c",
        ] {
            let page = page.replace('L', &long);
            assert_eq!(described(&parse(&page).0), plainly(&page), "{page}");
        }
        let data = format!("<script type='application/ld+json'>{{\"a\": \"{long}\"}}</script>");
        assert!(parse(&data).0.html().contains(&long), "what a page states is read");
        assert!(!parse(&data.replace("ld+", "")).0.html().contains(&long));
    }
}
