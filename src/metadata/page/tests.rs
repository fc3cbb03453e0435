//! What pages state, as a whole.

use super::*;

#[test]
fn a_page_that_says_nothing_gives_nothing() {
    let html = Html::parse_document("");
    assert_eq!(read(&html, None, None, None), PageFacts::default());
}
