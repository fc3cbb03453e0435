//! Pages in frames: tools that save a page write what its frames hold into the frames themselves.

use ego_tree::NodeId;
use html5ever::{QualName, local_name, ns};
use scraper::{Html, Node};

use super::elements::attribute;
use super::parse::parse;
use crate::article::Warning;

/// Opens the frame that holds the longest page, so that its page is part of this one, and says what was held back in
/// parsing it; `None` if no frame holds a page. Frames within that page stay closed.
pub fn open_frame(html: &mut Html) -> Option<Vec<Warning>> {
    let (frame, page) = longest(html)?;
    let (inner, warnings) = parse(&page);
    let inner = html.tree.extend_tree(inner.tree).id();
    let mut frame = html.tree.get_mut(frame)?;
    if let Node::Element(element) = frame.value() {
        element.name = QualName::new(None, ns!(html), local_name!("div"));
    }
    frame.reparent_from_id_append(inner);
    Some(warnings)
}

/// The frame that holds the longest page, and that page.
fn longest(html: &Html) -> Option<(NodeId, String)> {
    let frames = html.tree.root().descendants().filter_map(|node| {
        let element = node.value().as_element().filter(|element| element.name() == "iframe")?;
        Some((node.id(), attribute(element, "srcdoc")?))
    });
    // Of several the first.
    let longest = frames.reduce(|longest, frame| if frame.1.len() > longest.1.len() { frame } else { longest });
    longest.filter(|(_, page)| !page.is_empty()).map(|(frame, page)| (frame, page.to_owned()))
}
