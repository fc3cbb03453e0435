//! What the pages that people look at have in common: the frame around them and their colours.
//!
//! Self-contained: no script, no image, no address is loaded, and the page itself tells the browser to load none.

use super::escape::html;

const STYLE: &str = include_str!("shell.css");

/// Opens a page: all up to its content. The title is escaped, the style is the page's own, after what all pages share.
pub fn open(title: &str, style: &str, out: &mut String) {
    out.push_str(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title} – kupas</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n",
        title = html(title),
    ));
}

/// Closes it.
pub fn close(out: &mut String) {
    out.push_str("</body>\n</html>\n");
}

/// What every such page is held against, whatever is scraped into it.
#[cfg(test)]
pub mod check {
    /// What an attacker would put into an article, a tag, an address.
    const PAYLOADS: [&str; 13] = [
        "<script>alert(1)</script>",
        "</style><script>alert(1)</script>",
        "</title><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)",
        "' onmouseover='alert(1)",
        "<img\u{c}src=x\u{c}onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "--><script>",
        "]]><b>",
        "</p></details><iframe>",
        "&lt;script&gt;",
        "<a href=JaVaScRiPt:alert(1)>",
        "\u{202e}<\u{0}iframe srcdoc='x'>",
    ];

    /// Whatever the text that stands wherever something scraped can stand, the page has the same marks as with a harmless one.
    pub fn no_text_becomes_markup(page_with: impl Fn(&str) -> String) {
        let marks = |page: &str| ['<', '>', '"', '\''].map(|mark| page.matches(mark).count());
        let plain = marks(&page_with("biasa"));
        for payload in PAYLOADS {
            let page = page_with(payload);
            assert_eq!(marks(&page), plain, "{payload:?} adds markup");
            assert!(!page.to_lowercase().contains("<script"), "{payload:?}");
            assert!(!page.contains(|c: char| c.is_control() && c != '\n'), "{payload:?} leaves control characters");
        }
    }

    /// Nothing in the page makes a browser load or run anything.
    pub fn nothing_is_loaded(page: &str) {
        assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""));
        for loader in ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import"] {
            assert!(!page.contains(loader), "{loader}");
        }
    }
}
