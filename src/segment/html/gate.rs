//! A gate in front of the tree builder, so that no page can make it slow or deep.
//!
//! The tree builder that the HTML standard describes is quadratic on deep nesting and on formatting elements that are
//! never closed. The gate counts what is open and passes on no tag beyond a limit; text always passes, so that what is
//! too deep is flattened, not lost. It keeps nothing but counters: its work is linear in the tokens.

use std::cell::{Cell, RefCell};

use html5ever::LocalName;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::by_name::ByName;
use crate::limits;

/// Passes tokens on to a sink, within limits.
pub struct Gate<Sink> {
    sink: Sink,
    /// The containers that are open as far as tags tell, outermost first.
    open: RefCell<Vec<LocalName>>,
    /// How many formatting elements with attributes are open, by name.
    formatting: RefCell<Vec<(LocalName, usize)>>,
    /// How many tags of a name were held back and have not ended yet.
    held: RefCell<Vec<(LocalName, usize)>>,
    classes: RefCell<ByName<Class>>,
    /// Whether any tag was held back.
    flattened: Cell<bool>,
    /// Whether what comes next is within a script or a style that nobody reads.
    silent: Cell<bool>,
    /// What the last token leaves the tokenizer in.
    after: Cell<After>,
}

/// What the last token was, as far as it matters to what comes next.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum After {
    /// A tag that opens an element that holds no markup.
    Raw,
    /// A tag that ends an element.
    End,
    /// Something else.
    Other,
}

impl<Sink> Gate<Sink> {
    /// A gate in front of `sink`.
    pub fn new(sink: Sink) -> Gate<Sink> {
        Gate {
            sink,
            open: RefCell::default(),
            formatting: RefCell::default(),
            held: RefCell::default(),
            classes: RefCell::default(),
            flattened: Cell::new(false),
            silent: Cell::new(false),
            after: Cell::new(After::Other),
        }
    }

    /// What the last token was.
    pub fn after(&self) -> After {
        self.after.get()
    }

    /// Whether the last token has opened a script or a style whose content nobody reads.
    pub fn is_silent(&self) -> bool {
        self.silent.get()
    }

    /// The sink, and whether the page was nested too deep.
    pub fn into_inner(self) -> (Sink, bool) {
        (self.sink, self.flattened.get())
    }

    /// Whether a tag may pass.
    fn admits(&self, tag: &Tag) -> bool
    where
        Sink: TokenSink,
    {
        let class = self.classes.borrow_mut().get(&tag.name, class);
        // Only in drawings and formulas does a tag close itself.
        let is_closed = tag.self_closing && self.sink.adjusted_current_node_present_but_not_in_html_namespace();
        if class == Class::Free || is_closed {
            return true;
        }
        if tag.kind == TagKind::EndTag && change(&self.held, &tag.name, |held| held.saturating_sub(1)) > 0 {
            // The last to open is the first to close.
            return false;
        }
        let fits = match class {
            Class::Formatting => self.formats(tag),
            _ => self.nests(tag),
        };
        if !fits {
            change(&self.held, &tag.name, |held| held + 1);
            self.flattened.set(true);
        }
        fits
    }

    fn nests(&self, tag: &Tag) -> bool {
        let mut open = self.open.borrow_mut();
        if tag.kind == TagKind::EndTag {
            // As the tree builder does: what was opened since is closed along.
            if let Some(at) = open.iter().rposition(|name| *name == tag.name) {
                open.truncate(at);
            }
        } else if open.len() >= limits::DEPTH {
            return false;
        } else {
            open.push(tag.name.clone());
        }
        true
    }

    /// Of formatting elements that are alike the tree builder reopens three; only attributes make them differ.
    fn formats(&self, tag: &Tag) -> bool {
        if tag.kind == TagKind::EndTag {
            change(&self.formatting, &tag.name, |count| count.saturating_sub(1));
        } else if !tag.attrs.is_empty() {
            let open: usize = self.formatting.borrow().iter().map(|(_, count)| count).sum();
            if open >= limits::OPEN_FORMATTING {
                return false;
            }
            change(&self.formatting, &tag.name, |count| count + 1);
        }
        true
    }
}

/// Changes the count of a name and returns what it was. Names beyond [`NAMES`] share one count.
fn change(counts: &RefCell<Vec<(LocalName, usize)>>, name: &LocalName, change: impl Fn(usize) -> usize) -> usize {
    let mut counts = counts.borrow_mut();
    let at = counts.iter().position(|(known, _)| known == name).unwrap_or(counts.len());
    if at >= counts.len() && change(0) == 0 {
        return 0;
    }
    if at >= counts.len() && counts.len() < NAMES {
        counts.push((name.clone(), 0));
    }
    let last = counts.len().saturating_sub(1);
    let Some((_, count)) = counts.get_mut(at.min(last)) else {
        return 0;
    };
    let before = *count;
    *count = change(before);
    before
}

impl<Sink: TokenSink> TokenSink for Gate<Sink> {
    type Handle = Sink::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Sink::Handle> {
        let may_be_silent = matches!(&token, Token::TagToken(tag) if is_silent(tag));
        self.silent.set(false);
        let is_end = matches!(&token, Token::TagToken(tag) if tag.kind == TagKind::EndTag);
        self.after.set(if is_end { After::End } else { After::Other });
        match token {
            Token::TagToken(tag) if !self.admits(&tag) => TokenSinkResult::Continue,
            // Nobody reads them, and they cost.
            Token::ParseError(_) | Token::CommentToken(_) | Token::NullCharacterToken => TokenSinkResult::Continue,
            token => {
                let result = self.sink.process_token(token, line);
                if matches!(result, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext) {
                    self.after.set(After::Raw);
                    self.silent.set(may_be_silent);
                }
                result
            }
        }
    }

    fn end(&self) {
        self.sink.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.sink.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Whether a tag opens a style, or a script other than one that states something about the page.
fn is_silent(tag: &Tag) -> bool {
    let states = |kind: &str| kind.to_ascii_lowercase().contains("ld+json");
    tag.kind == TagKind::StartTag
        && match &*tag.name {
            "style" => true,
            "script" => !tag.attrs.iter().any(|attribute| &*attribute.name.local == "type" && states(&attribute.value)),
            _ => false,
        }
}

/// How many names of elements are told apart.
const NAMES: usize = 128;

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Class {
    /// Never holds elements, or ends by itself where the next one begins.
    Free,
    /// Reopened by the tree builder in every block until it is closed.
    Formatting,
    /// Holds elements.
    Container,
}

fn class(name: &str) -> Class {
    match name {
        "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u" => {
            Class::Formatting
        }
        // A link closes the one before it.
        "a" | "area" | "base" | "basefont" | "bgsound" | "body" | "br" | "caption" | "col" | "colgroup" | "embed"
        | "frame" | "head" | "hr" | "html" | "iframe" | "image" | "img" | "input" | "keygen" | "link" | "meta"
        | "noembed" | "noframes" | "noscript" | "optgroup" | "option" | "p" | "param" | "plaintext" | "script"
        | "source" | "style" | "tbody" | "textarea" | "tfoot" | "thead" | "title" | "track" | "wbr" | "xmp" | "li"
        | "dt" | "dd" | "tr" | "td" | "th" => Class::Free,
        _ => Class::Container,
    }
}
