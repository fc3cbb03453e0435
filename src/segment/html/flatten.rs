//! From a page's tree to its text: one segment per block of inline content.
//!
//! Inline elements neither break words nor glue them; `<br>` ends a line, two of them a paragraph. The cells of a table's
//! row stay on one line, a tab between them, unless they hold blocks of their own. Scripts, styles and the like hold no
//! text. Nothing is recursive; the work is linear in the tree.

use ego_tree::NodeId;
use ego_tree::iter::Edge;
use scraper::{Html, Node};

use super::by_name::ByName;
use super::elements::{Elements, NameFacts, attribute};
use crate::article::{Segment, Span};
use crate::limits;

/// A page's elements, and what they say about each segment.
#[derive(Debug, Default)]
pub struct Markup {
    /// The elements around the segments.
    pub elements: Elements,
    /// One per segment.
    pub blocks: Vec<Block>,
    /// What is bold, emphasised or a link, in order of their starts.
    pub inline: Vec<Inline>,
}

/// A stretch of a page's text that stands out.
#[derive(Clone, Debug, PartialEq)]
pub struct Inline {
    /// Where it stands in the flattened text, within one segment.
    pub span: Span,
    /// How it stands out.
    pub style: Style,
}

/// How a stretch of text stands out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Style {
    /// `<b>`, `<strong>`
    Strong,
    /// `<i>`, `<em>`
    Emphasis,
    /// `<a>`, with its node.
    Link(NodeId),
}

/// What the page's elements say about one segment.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The innermost element that is a block, by number.
    pub element: u32,
    /// The innermost element that holds all of its text, which may be inline.
    pub inline: u32,
    /// Share of its text that is within links, in percent.
    pub links: u8,
    /// Share of its text that is bold, in percent.
    pub bold: u8,
    /// Whether it goes on in the same element as the segment before it.
    pub goes_on: bool,
    /// The node of its first link.
    pub link: Option<NodeId>,
}

/// The text of a page, its segments and their blocks.
#[must_use]
pub fn flatten(html: &Html) -> (String, Vec<Segment>, Markup) {
    let mut walk = Walk::default();
    for edge in html.tree.root().traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) if walk.skipped.is_none() => walk.open(node.id(), element, || is_row(node)),
                Node::Text(text) if walk.skipped.is_none() => walk.text(text),
                _ => {}
            },
            Edge::Close(node) => {
                if walk.skipped == Some(node.id()) {
                    walk.skipped = None;
                } else if walk.skipped.is_none()
                    && let Node::Element(element) = node.value()
                {
                    walk.close(element);
                }
            }
        }
    }
    walk.flush();
    (walk.flat, walk.segments, Markup { elements: walk.elements, blocks: walk.blocks, inline: walk.inline })
}

#[derive(Default)]
struct Walk {
    flat: String,
    segments: Vec<Segment>,
    blocks: Vec<Block>,
    elements: Elements,
    /// The elements that are open: number, whether it is a block, and node.
    stack: Vec<Open>,
    /// The element whose content is left out.
    skipped: Option<NodeId>,
    /// The block being written.
    line: String,
    line_block: u32,
    first: Option<u32>,
    last: u32,
    linked: usize,
    bold: usize,
    visible: usize,
    link: Option<NodeId>,
    inline: Vec<Inline>,
    /// What stands out in the block being written; places are those in `line`.
    marks: Vec<Inline>,
    /// The links that are open.
    links: Vec<NodeId>,
    in_emphasis: u32,
    /// Line breaks since the last text.
    breaks: u32,
    /// How many links and bold elements, rows of short cells and preformatted elements are open.
    in_link: u32,
    in_bold: u32,
    in_row: u32,
    in_pre: u32,
    /// The block of the segment before.
    previous: Option<u32>,
    names: ByName<Name>,
}

struct Open {
    number: u32,
    block: bool,
    row: bool,
}

/// What the name of an element says.
#[derive(Clone, Copy, Debug, Default)]
struct Name {
    is_skipped: bool,
    is_block: bool,
    is_break: bool,
    is_row: bool,
    is_cell: bool,
    is_link: bool,
    is_bold: bool,
    is_emphasis: bool,
    is_preformatted: bool,
    facts: NameFacts,
}

impl Name {
    fn of(name: &str) -> Name {
        Name {
            is_skipped: is_skipped(name),
            is_block: is_block(name),
            is_break: name == "br",
            is_row: name == "tr",
            is_cell: matches!(name, "td" | "th"),
            is_link: name == "a",
            is_bold: matches!(name, "b" | "strong"),
            is_emphasis: matches!(name, "i" | "em"),
            is_preformatted: name == "pre",
            facts: NameFacts::of(name),
        }
    }
}

impl Walk {
    fn open(&mut self, node: NodeId, element: &scraper::node::Element, is_row: impl FnOnce() -> bool) {
        let name = self.names.get(&element.name.local, Name::of);
        if name.is_skipped {
            self.skipped = Some(node);
            return;
        }
        if name.is_break {
            self.line_break();
        }
        let row = name.is_row && self.in_row == 0 && is_row();
        let block = name.is_block && self.in_row == 0;
        if block {
            self.flush();
        } else if self.in_row > 0 && name.is_cell && !self.line.is_empty() {
            self.line.push('\t');
        }
        let number = self.elements.push(node, element, name.facts, self.stack.last().map(|open| open.number));
        self.in_row += u32::from(row);
        self.in_link += u32::from(name.is_link);
        self.in_bold += u32::from(name.is_bold);
        self.in_emphasis += u32::from(name.is_emphasis);
        self.in_pre += u32::from(name.is_preformatted);
        if name.is_link {
            self.links.push(node);
            if self.link.is_none() && attribute(element, "href").is_some() {
                self.link = Some(node);
            }
        }
        self.stack.push(Open { number, block, row });
    }

    fn close(&mut self, element: &scraper::node::Element) {
        let Some(open) = self.stack.pop() else { return };
        if open.block {
            self.stack.push(open);
            self.flush();
            let open = self.stack.pop();
            self.in_row -= u32::from(open.is_some_and(|open| open.row));
        }
        let name = self.names.get(&element.name.local, Name::of);
        self.in_link -= u32::from(name.is_link);
        self.in_bold -= u32::from(name.is_bold);
        self.in_emphasis -= u32::from(name.is_emphasis);
        self.in_pre -= u32::from(name.is_preformatted);
        if name.is_link {
            self.links.pop();
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.stack.last() else { return };
        let number = open.number;
        if self.in_pre == 0 && text.bytes().all(|byte| matches!(byte, b' ' | b'\n' | b'\t')) {
            // Between two tags there is mostly nothing else.
            if !text.is_empty() {
                self.space();
            }
            return;
        }
        for (i, piece) in text.split('\n').enumerate() {
            if i > 0 && self.in_pre > 0 {
                self.line_break();
            } else if i > 0 {
                self.space();
            }
            self.words(piece, number);
        }
    }

    fn words(&mut self, piece: &str, number: u32) {
        let mut rest = piece;
        // Where the first word of the piece begins: between words of one piece nothing else comes.
        let mut begin = None;
        while let Some(c) = rest.chars().next() {
            if c.is_whitespace() || c == '\u{c}' {
                self.space();
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                continue;
            }
            let end = word_end(rest);
            let (word, after) = rest.split_at(end);
            rest = after;
            if self.first.is_none() {
                self.first = Some(number);
                self.line_block = self.innermost_block();
            }
            self.last = number;
            self.visible += word.len();
            self.linked += if self.in_link > 0 { word.len() } else { 0 };
            self.bold += if self.in_bold > 0 { word.len() } else { 0 };
            begin = begin.or(Some(self.line.len()));
            // The controls beyond ASCII begin with this byte, as some letters do.
            if word.bytes().all(|byte| byte > b' ' && byte != 0x7f && byte != 0xc2) {
                self.line.push_str(word);
            } else {
                self.line.extend(word.chars().filter(|c| !c.is_control()));
            }
        }
        let stands_out = self.in_bold > 0 || self.in_emphasis > 0 || !self.links.is_empty();
        if let Some(begin) = begin.filter(|_| stands_out) {
            self.mark(begin);
        }
    }

    /// Notes how what was written from `start` on stands out.
    fn mark(&mut self, start: usize) {
        let end = self.line.len();
        let strong = (self.in_bold > 0).then_some(Style::Strong);
        let emphasis = (self.in_emphasis > 0).then_some(Style::Emphasis);
        let link = self.links.last().map(|node| Style::Link(*node));
        for style in [link, strong, emphasis].into_iter().flatten() {
            let same =
                self.marks.iter_mut().rev().take(3).find(|mark| mark.style == style && mark.span.end + 1 >= start);
            match same {
                Some(mark) => mark.span.end = end,
                None => self.marks.push(Inline { span: start..end, style }),
            }
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with([' ', '\t']) {
            self.line.push(' ');
        }
    }

    fn line_break(&mut self) {
        if self.in_row > 0 {
            self.space();
            return;
        }
        let before = self.segments.len();
        self.write_line();
        if self.segments.len() > before {
            self.breaks = 0;
        }
        self.breaks += 1;
    }

    /// Ends the block being written.
    fn flush(&mut self) {
        self.write_line();
        self.breaks = 0;
    }

    fn write_line(&mut self) {
        let words = self.line.trim_matches([' ', '\t']);
        if words.is_empty() || self.first.is_none() {
            self.line.clear();
            self.reset();
            return;
        }
        let goes_on = self.breaks < 2 && self.previous == Some(self.line_block);
        // What follows the limit is one segment more, so that it is seen.
        let full = self.segments.len() > limits::SEGMENTS;
        if !self.flat.is_empty() {
            self.flat.push_str(if full {
                " "
            } else if goes_on {
                "\n"
            } else {
                "\n\n"
            });
        }
        let start = self.flat.len();
        self.flat.push_str(words);
        let end = self.flat.len();
        let shift = |mark: Inline| Inline { span: start + mark.span.start..start + mark.span.end, ..mark };
        self.inline.extend(self.marks.drain(..).map(shift));
        if full {
            if let Some(last) = self.segments.last_mut() {
                last.span.end = end;
            }
        } else {
            self.segments.push(Segment { span: start..end, blank_before: u32::from(!goes_on) });
            let share = |part: usize| (part * 100 / self.visible.max(1)).min(100) as u8;
            self.blocks.push(Block {
                element: self.line_block,
                inline: if self.first == Some(self.last) { self.last } else { self.line_block },
                links: share(self.linked),
                bold: share(self.bold),
                goes_on,
                link: self.link.filter(|_| self.linked > 0),
            });
        }
        self.previous = Some(self.line_block);
        self.line.clear();
        self.reset();
    }

    fn reset(&mut self) {
        self.marks.clear();
        self.first = None;
        (self.linked, self.bold, self.visible) = (0, 0, 0);
        self.link = None;
    }

    fn innermost_block(&self) -> u32 {
        let block = self.stack.iter().rev().find(|open| open.block).or(self.stack.first());
        block.map_or(0, |open| open.number)
    }
}

/// Where the word that begins a text ends.
fn word_end(text: &str) -> usize {
    let mut from = 0;
    loop {
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        let Some(at) = rest.iter().position(|byte| matches!(byte, 9..=13 | 32 | 128..)) else {
            return text.len();
        };
        let at = from + at;
        match text.get(at..).and_then(|rest| rest.chars().next()) {
            Some(letter) if !letter.is_whitespace() => from = at + letter.len_utf8(),
            _ => return at,
        }
    }
}

/// Whether a table's row is data: cells without blocks of their own, and not much in them.
fn is_row(row: ego_tree::NodeRef<'_, Node>) -> bool {
    let mut length = 0;
    let mut cells = 0;
    for node in row.descendants().skip(1).take(ROW_NODES + 1) {
        match node.value() {
            Node::Text(text) => length += text.len(),
            Node::Element(element) => match element.name() {
                "td" | "th" => cells += 1,
                "p" | "br" => {}
                name if is_block(name) || is_skipped(name) => return false,
                _ => {}
            },
            _ => {}
        }
        if length > ROW_BYTES {
            return false;
        }
    }
    cells > 1
}

/// How much of a row is looked at, and how long a row of data may be.
const ROW_NODES: usize = 200;
const ROW_BYTES: usize = 400;

/// Elements whose content is no text of the page.
fn is_skipped(name: &str) -> bool {
    matches!(
        name,
        "audio"
            | "canvas"
            | "datalist"
            | "embed"
            | "head"
            | "iframe"
            | "map"
            | "math"
            | "noembed"
            | "noframes"
            | "noscript"
            | "object"
            | "optgroup"
            | "option"
            | "script"
            | "select"
            | "style"
            | "svg"
            | "template"
            | "textarea"
            | "video"
    )
}

/// Elements that stand on lines of their own.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "button"
            | "caption"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "frameset"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "html"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "td"
            | "tfoot"
            | "th"
            | "thead"
            | "tr"
            | "ul"
    )
}
