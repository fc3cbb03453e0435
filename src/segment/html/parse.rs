//! From a page's text to its tree: html5ever parses, within limits, into the tree that `scraper` selects from.
//!
//! Most of a page is plain: tags and text without character references, comments, scripts. Those need no state machine that
//! looks at each character; [`Tags`] reads them, and they go to html5ever's tree builder right away. Whatever is not plain,
//! html5ever's tokenizer reads. It always gets whole constructs, so that it is between two of them where the plain ones go
//! on; where that cannot be told, it gets all that is left.

use std::borrow::Cow;

use html5ever::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, TreeSink};
use memchr::{memchr, memchr_iter, memchr2, memmem, memrchr};
use scraper::{Html, HtmlTreeSink};

use super::gate::{After, Gate};
use super::tags::{Extent, Tags, end_of, is_named, may_go_on};
use crate::article::Warning;
use crate::limits;

/// The tree of a page, and what was held back to keep it small. Total, and linear in the page.
#[must_use]
pub fn parse(page: &str) -> (Html, Vec<Warning>) {
    let mut warnings = Vec::new();
    let sink = HtmlTreeSink::new(Html::new_document());
    let options = TreeBuilderOpts { exact_errors: false, ..TreeBuilderOpts::default() };
    let gate = Gate::new(TreeBuilder::new(sink, options));
    // A mark at the start of the page is no text; one at the start of a part is.
    let tokenizer = Tokenizer::new(gate, TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() });
    let page = page.strip_prefix('\u{feff}').unwrap_or(page);
    let page = with_plain_breaks(page);
    let mut parser = Parser {
        page: &page,
        tags: Tags::new(&page),
        tokenizer,
        from: 0,
        holds_mark: false,
        trimmed: false,
        contents: [None; RAW.len()],
    };
    parser.run();
    parser.tokenizer.end();
    if parser.trimmed {
        let message = format!("attributes after the first {} of a tag were not read", limits::ATTRIBUTES);
        warnings.push(Warning { code: "too-many-attributes".to_owned(), message });
    }
    let (builder, flattened) = parser.tokenizer.sink.into_inner();
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

/// A page whose lines all end in line feeds, as the tokenizer would read them.
fn with_plain_breaks(page: &str) -> Cow<'_, str> {
    match memchr(b'\r', page.as_bytes()) {
        None => Cow::Borrowed(page),
        Some(_) => Cow::Owned(page.replace("\r\n", "\n").replace('\r', "\n")),
    }
}

struct Parser<'a, Sink> {
    page: &'a str,
    tags: Tags<'a>,
    tokenizer: Tokenizer<Gate<Sink>>,
    /// Up to here everything was handed on.
    from: usize,
    /// Whether a `<` that is text stands in what was not handed on.
    holds_mark: bool,
    /// Whether attributes were left out.
    trimmed: bool,
    /// By place in [`RAW`]: the content that was last looked at.
    contents: [Option<Content>; RAW.len()],
}

/// What an element holds that may hold no markup.
#[derive(Clone, Copy)]
struct Content {
    /// Where the name of the tag stands that ends it, if one does.
    end: Option<usize>,
    /// Whether it and that tag can be handed on as they are.
    is_plain: bool,
}

/// What stands at a `<`.
enum Construct {
    /// A tag whose name begins there.
    Tag(TagKind, usize),
    /// A comment, which nobody reads, up to there.
    Comment(usize),
    /// Something else, up to there.
    Other(usize),
    /// Text.
    Text,
    /// Something that does not end.
    Endless,
}

impl<Sink: TokenSink> Parser<'_, Sink> {
    /// Reads the whole page.
    fn run(&mut self) {
        let bytes = self.page.as_bytes();
        let mut at = 0;
        while let Some(open) = bytes.get(at..).and_then(|rest| memchr(b'<', rest)).map(|found| at + found) {
            let end = match self.construct(open) {
                Construct::Text => {
                    self.holds_mark = true;
                    Some(open + 1)
                }
                Construct::Tag(kind, name) => self.tag(open, kind, name),
                Construct::Comment(end) => {
                    if self.text(open) {
                        self.from = end;
                    } else {
                        self.feed(end);
                    }
                    Some(end)
                }
                Construct::Other(end) => {
                    self.feed(end);
                    Some(end)
                }
                Construct::Endless => None,
            };
            let Some(end) = end else { break };
            at = end;
        }
        self.feed(bytes.len());
    }

    fn construct(&self, open: usize) -> Construct {
        let bytes = self.page.as_bytes();
        let rest = bytes.get(open + 1..).unwrap_or_default();
        // What is no comment and yet reads like one ends at the next `>`.
        let bogus = || memchr(b'>', rest).map_or(Construct::Endless, |end| Construct::Other(open + 2 + end));
        match rest {
            [first, ..] if first.is_ascii_alphabetic() => Construct::Tag(TagKind::StartTag, open + 1),
            [b'/', first, ..] if first.is_ascii_alphabetic() => Construct::Tag(TagKind::EndTag, open + 2),
            [b'!', b'-', b'-', b'>', ..] | [b'!', b'-', b'-', b'-', b'>', ..] => bogus(),
            [b'!', b'-', b'-', comment @ ..] => {
                let mut ends = memchr_iter(b'>', comment).map(|end| (end, comment.get(..end).unwrap_or_default()));
                let end = ends.find(|(_, before)| before.ends_with(b"--") || before.ends_with(b"--!"));
                end.map_or(Construct::Endless, |(end, _)| Construct::Comment(open + 4 + end + 1))
            }
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', data @ ..] => {
                if self.tokenizer.sink.adjusted_current_node_present_but_not_in_html_namespace() {
                    let end = memmem::find(data, b"]]>");
                    end.map_or(Construct::Endless, |end| Construct::Other(open + 9 + end + 3))
                } else {
                    bogus()
                }
            }
            [b'!' | b'?' | b'/', _, ..] => bogus(),
            [b'!' | b'?' | b'/'] => Construct::Endless,
            _ => Construct::Text,
        }
    }

    /// Hands on the text up to a `<` if it is plain. Otherwise it waits for what follows it.
    fn text(&mut self, end: usize) -> bool {
        let text = self.page.as_bytes().get(self.from..end).unwrap_or_default();
        if text.is_empty() {
            return true;
        }
        if let Some(last) = memchr2(b'&', 0, text).and(memrchr(b'&', text).or(Some(0))) {
            // Behind what can be no part of a character reference the tokenizer is done with it.
            let open = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'&' | b'#' | b';');
            let rest = text.get(last..).unwrap_or_default();
            if self.holds_mark || rest.iter().all(open) {
                return false;
            }
            self.feed(end);
            return true;
        }
        if self.holds_mark {
            return false;
        }
        let text = self.tags.slice(self.from..end);
        let _ = self.tokenizer.sink.process_token(Token::CharacterTokens(text), 1);
        self.from = end;
        true
    }

    /// Hands on the tag whose name begins at a byte, and what it says is no markup. Returns where it ends; `None` if nobody
    /// can tell.
    fn tag(&mut self, open: usize, kind: TagKind, name: usize) -> Option<usize> {
        let bytes = self.page.as_bytes();
        let extent = self.tags.extent(name)?;
        self.trimmed |= extent.surplus.is_some();
        let length = extent.name_end - name;
        let raw = RAW.iter().position(|raw| raw.len() == length && is_named(bytes, name, raw));
        let raw = raw.filter(|_| kind == TagKind::StartTag);
        let tag = self.tags.tag(kind, name, &extent);
        let content = raw.map(|raw| self.content(extent.end, raw));
        // What holds no markup is handed on with its tags: all of it plainly, or none.
        let is_plain = content.is_none_or(|content| content.is_plain);
        if self.text(open)
            && is_plain
            && let Some(tag) = tag
        {
            let _ = self.tokenizer.sink.process_token(Token::TagToken(tag), 1);
            self.from = extent.end;
            return match (self.tokenizer.sink.after(), content) {
                (After::Raw, Some(content)) => self.plain_content(content),
                _ => Some(extent.end),
            };
        }
        self.feed_tag(&extent);
        match (self.tokenizer.sink.after(), content) {
            (After::Raw, Some(content)) => self.content_and_end(content),
            _ => Some(extent.end),
        }
    }

    /// Where what stands from a byte on in an element that may hold no markup ends, by the place of its name in [`RAW`].
    fn content(&mut self, start: usize, raw: usize) -> Content {
        if let Some(known) = self.contents.get(raw).copied().flatten()
            && known.end.is_none_or(|end| end - 2 >= start)
        {
            // A part of what is plain is plain.
            return known;
        }
        let name = RAW.get(raw).copied().unwrap_or_default();
        let end = end_of(self.page.as_bytes(), start, name);
        let within = end.and_then(|end| self.page.get(start..end - 2));
        let is_plain = within.is_some_and(|within| {
            let has = |byte: u8| memchr(byte, within.as_bytes()).is_some();
            !has(0)
                && match name {
                    b"plaintext" => false,
                    b"title" | b"textarea" => !has(b'&'),
                    b"script" => !may_go_on(within),
                    _ => true,
                }
        });
        let is_plain = is_plain && end.is_some_and(|end| self.end_tag(end).is_some());
        let content = Content { end, is_plain };
        if let Some(known) = self.contents.get_mut(raw) {
            *known = Some(content);
        }
        content
    }

    /// The tag whose name stands at a byte, if it is plain.
    fn end_tag(&mut self, name: usize) -> Option<(Extent, Tag)> {
        let extent = self.tags.extent(name)?;
        let tag = self.tags.tag(TagKind::EndTag, name, &extent)?;
        Some((extent, tag))
    }

    /// Hands on what stands in an element that holds no markup, and the tag that ends it, without the tokenizer.
    fn plain_content(&mut self, content: Content) -> Option<usize> {
        let name = content.end?;
        let (extent, tag) = self.end_tag(name)?;
        self.trimmed |= extent.surplus.is_some();
        let text = self.tags.slice(self.from..name - 2);
        let sink = &self.tokenizer.sink;
        if !sink.is_silent() && !text.is_empty() {
            let _ = sink.process_token(Token::CharacterTokens(text), 1);
        }
        let _ = sink.process_token(Token::TagToken(tag), 1);
        self.from = extent.end;
        Some(extent.end)
    }

    /// Hands the same to the tokenizer.
    fn content_and_end(&mut self, content: Content) -> Option<usize> {
        let extent = self.tags.extent(content.end?)?;
        self.trimmed |= extent.surplus.is_some();
        self.feed_tag(&extent);
        // A script may go on.
        (self.tokenizer.sink.after() == After::End).then_some(extent.end)
    }

    /// Hands to the tokenizer everything up to the end of a tag.
    fn feed_tag(&mut self, extent: &Extent) {
        self.feed(extent.surplus.unwrap_or(extent.end));
        // Of a tag with too many attributes, its end.
        self.from = self.from.max(extent.end - 1);
        self.feed(extent.end);
    }

    /// Hands to the tokenizer everything up to a byte.
    fn feed(&mut self, end: usize) {
        if let Some(part) = self.page.get(self.from..end) {
            feed(&self.tokenizer, part);
            self.from = end;
            self.holds_mark = false;
        }
    }
}

/// The elements that may hold no markup: the tree builder says when they do.
const RAW: [&[u8]; 10] =
    [b"script", b"style", b"title", b"textarea", b"iframe", b"noscript", b"noembed", b"noframes", b"plaintext", b"xmp"];

fn feed<Sink: TokenSink>(tokenizer: &Tokenizer<Sink>, part: &str) {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(part));
    // Scripts are not run: the tokenizer stops at each and goes on.
    while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use ego_tree::iter::Edge;
    use scraper::Node;

    /// What html5ever makes of a page, all of it read by its own tokenizer.
    fn plainly(page: &str) -> Vec<String> {
        let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
        let options = TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() };
        let tokenizer = Tokenizer::new(Gate::new(builder), options);
        feed(&tokenizer, page.strip_prefix('\u{feff}').unwrap_or(page));
        tokenizer.end();
        described(&tokenizer.sink.into_inner().0.sink.finish())
    }

    /// All nodes with their depths, their attributes, and their text where somebody reads it.
    fn described(html: &Html) -> Vec<String> {
        let (mut depth, mut nodes) = (0, Vec::new());
        for edge in html.tree.root().traverse() {
            match edge {
                Edge::Open(node) => {
                    let parent = node.parent().and_then(scraper::ElementRef::wrap);
                    let is_silent = parent.is_some_and(|parent| {
                        let states = parent.attr("type").is_some_and(|kind| kind.contains("ld+json"));
                        matches!(parent.value().name(), "script" | "style") && !states
                    });
                    match node.value() {
                        Node::Text(_) if is_silent => {}
                        node => nodes.push(format!("{depth} {node:?}")),
                    }
                    depth += 1;
                }
                Edge::Close(_) => depth -= 1,
            }
        }
        nodes
    }

    fn assert_same(page: &str) {
        assert_eq!(described(&parse(page).0), plainly(page), "{page:?}");
    }

    #[test]
    fn plain_constructs_read_as_the_tokenizer_reads_them() {
        for page in [
            "",
            "a",
            "<",
            "</",
            "<!",
            "<p",
            "<p a",
            "<p a=",
            "<p a='",
            "<p a=b",
            "<p a='b'",
            "a < b <p>c",
            "a<<p>b<",
            "a & b<p>c &amp; d</p>e&nbsp;</p>&lt",
            "<p>a &notit; b&not</p>&amp<b>;c",
            "<p title=\"a &amp; b\" lang=id&amp; dir='x&copy=y'>",
            "<P CLASS=A Class='b' iD=C data-Panjang-Sekali=1 data-panjang-sekali=2>a</P >",
            "<p a=1 b = '2' c= 3 d =\"4\"e=5 f g/h=i/ =j=k '=l \"m\"=n>",
            "<br/><br / ><img src=a/><input a='b'/><p/>a",
            "<p\na\t=\x0cb>c</p\n>d</p a='>'>e",
            "a\r\nb\rc<pre>\n\nd</pre><textarea>\n\ne</textarea><pre\r\n>\r\nf",
            "\u{feff}a\u{feff}<p>\u{feff}b",
            "a\0b<p\0>c<p a\0=b\0 c='\0'>d</p\0>",
            "<!DOCTYPE html><!doctype x PUBLIC 'a>b'><html lang=id><head><title>a<b>&amp;</title>b",
            "<!-- a --><!--><!---><!----><!--a--!>b--><!-- a -- b ---><!--a<!-->c<!--d--!-->e<!-- f",
            "a&amp<!-- b -->;c< <!-- d -->e",
            "<!a>b<!>c<?d>e<?>f</>g</ h>i</1>j<!-k->l",
            "<![CDATA[a>b]]>c<svg><![CDATA[a>b<p>]]>c<title>d<b>e</b></title><![CDATA[f</svg>",
            "<svg viewBox='0 0 1 1' xlink:href=a><path d='M0'/><foreignObject><p>a</svg>b<math><mi/>c</math>",
            "<table>a<tr>b &amp; c<td>d</table>e<select><option>f<p>g</select><table> <tr> </table>",
            "<b>a<p>b</b>c<a href=1>d<a href=1>e<i>f</p>g</i>",
            "<template><td>a</td></template><frameset><frame></frameset>",
            "<script>a</script><script src='>'>b</script c='d'>e</script>f",
            "<title>a</titles>b</title>c<xmp><p>d</xmp>e<plaintext>f</plaintext><p>g",
            "<noscript><p>a</p></noscript>b<iframe><p>c</iframe>d<noframes>e</noframes>f<noembed>g</noembed>",
            "<head><noscript><link></noscript></head><textarea>a",
        ] {
            assert_same(page);
        }
    }

    #[test]
    fn soups_of_markup_read_as_the_tokenizer_reads_them() {
        const PARTS: [&str; 64] = [
            "<",
            ">",
            "/",
            "=",
            "'",
            "\"",
            "&",
            ";",
            "!",
            "-",
            "--",
            "-->",
            "<!--",
            "]]>",
            "<![CDATA[",
            "?",
            "#",
            " ",
            "\n",
            "\r",
            "\0",
            "\u{feff}",
            "a",
            "amp",
            "&amp;",
            "&#65",
            "x41;",
            "<p>",
            "</p>",
            "<p ",
            "class=",
            "class=\"a b\"",
            "id='c'",
            "<b x=y>",
            "</b>",
            "<svg>",
            "</svg>",
            "<title>",
            "</title>",
            "<script>",
            "</script>",
            "</script ",
            "<style>",
            "</style>",
            "<textarea>",
            "</textarea>",
            "<table>",
            "<td>",
            "</table>",
            "<select>",
            "<pre>",
            "<math>",
            "<noscript>",
            "</noscript>",
            "<template>",
            "é",
            "<a href='",
            "<a href=/",
            "?b=c&d=e",
            "&copy=f",
            "&copy;",
            "&g'>",
            "&amp;h",
            "&lt",
        ];
        let mut state = 7u64;
        for _ in 0..100_000 {
            let mut page = String::new();
            for _ in 0..state % 17 + 1 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                page.push_str(PARTS[(state >> 33) as usize % PARTS.len()]);
            }
            assert_same(&page);
        }
    }

    #[test]
    fn attributes_beyond_the_limit_are_left_out_and_said() {
        let many: String = (0..limits::ATTRIBUTES).map(|i| format!(" a{i}='>'")).collect();
        let attributes = |page: &str| {
            let (html, warnings) = parse(page);
            let elements = html.tree.nodes().filter_map(scraper::ElementRef::wrap);
            (elements.map(|element| element.value().attrs().count()).max(), warnings.len())
        };
        assert_eq!(attributes(&format!("<p{many}>a")), (Some(limits::ATTRIBUTES), 0));
        for tag in ["p", "title", "p b='&amp;'"] {
            let page = format!("<{tag}{many} c d e>a</{}{many} c d>b", tag.split(' ').next().unwrap());
            assert_eq!(attributes(&page), (Some(limits::ATTRIBUTES), 1), "{tag}");
            let kept = page.replace(" c d e>", " >").replace(" c d>", " >");
            let kept =
                if tag.contains(' ') { kept.replace(&format!(" a{}='>'", limits::ATTRIBUTES - 1), "") } else { kept };
            assert_eq!(described(&parse(&page).0), plainly(&kept), "{tag}");
        }
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
            assert_same(&page);
        }
        let data = format!("<script type='application/ld+json'>{{\"a\": \"{long}\"}}</script>");
        assert!(parse(&data).0.html().contains(&long), "what a page states is read");
        assert!(!parse(&data.replace("ld+", "")).0.html().contains(&long));
    }
}
