//! Pages made to hurt: deep, wide, never closed, bursting with attributes and references. Each is cleaned in a process of its
//! own, on a thread with a 256 KiB stack, since an overflow takes the whole process along. What is measured are counts
//! (bytes out, features looked at), never seconds; what is not linear would not finish.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod generated;

use std::process::Command;
use std::sync::LazyLock;
use std::thread;

use generated::{CHROME, NOISE, PROSE, Random, mutated, pages};
use kupas::article::{Article, Record};
use kupas::cleaner::{Cleaner, Explanation, Options};
use kupas::limits;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Options::default()).expect("the built-in packs and weights"));

/// Bytes of stack on which every page here is cleaned: an eighth of what a thread usually has.
const STACK: usize = 256 << 10;

/// Two paragraphs that any reader would call an article.
const ARTICLE: &str = "<p>Pemerintah kota menambah dua puluh bus untuk melayani warga yang setiap pagi bekerja di pusat \
    kota, kata kepala dinas kepada wartawan.</p><p>Harga beras di pasar itu naik sejak awal pekan karena hujan turun \
    terus-menerus di daerah penghasil padi.</p>";

fn page(html: String) -> Record {
    Record { html: Some(html), ..Record::default() }
}

/// Cleans a page on a small stack, and holds against it what every page must keep.
fn clean(html: String) -> Explanation {
    // Patterns are compiled when they are first needed, which takes what stack their compiler needs, whatever the input.
    LazyLock::force(&CLEANER);
    let small = thread::Builder::new().stack_size(STACK);
    let work = small.spawn(move || {
        let record = page(html);
        let explanation = CLEANER.explain(&record);
        assert_sound(&record, &explanation);
        explanation
    });
    work.unwrap().join().unwrap_or_else(|_| panic!("cleaning panicked"))
}

/// Nothing lost, nothing added, and no more work than the text is worth.
fn assert_sound(record: &Record, explanation: &Explanation) {
    let flat = assert_nothing_lost_or_added(record, &explanation.article);
    let most = 512 * flat.len() as u64 + 100_000;
    assert!(explanation.judgement.work <= most, "{} features for {} bytes", explanation.judgement.work, flat.len());
}

/// Kept and removed are all of the flattened text, which is no longer than the page.
fn assert_nothing_lost_or_added<'a>(record: &Record, article: &'a Article) -> &'a str {
    let html = record.html.as_deref().unwrap();
    let flat = article.flat.as_deref().expect("a page has a flattened text");
    let seen = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || c.is_ascii_punctuation()).count();
    let removed: usize = article.removed.iter().map(|removed| seen(&flat[removed.span.clone()])).sum();
    assert_eq!(removed + seen(&article.text), seen(flat), "kept and removed are not all of the text");
    // A character reference of five bytes can stand for six.
    assert!(flat.len() <= html.len() + html.len() / 5 + 16, "{} bytes from a page of {}", flat.len(), html.len());
    flat
}

fn codes(article: &Article) -> Vec<&str> {
    article.warnings.iter().map(|warning| warning.code.as_str()).collect()
}

/// Runs an ignored test of this file alone, as a process that may die.
fn in_a_process(name: &str) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--ignored", "--test-threads", "1", "--nocapture"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name} died with {}:\n{said}", output.status);
    assert!(said.contains("1 passed"), "{name} did not run:\n{said}");
}

#[test]
fn no_page_overflows_a_small_stack() {
    in_a_process("on_a_small_stack");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn on_a_small_stack() {
    for tag in ["div", "b", "a", "table", "ul", "svg", "font color=red", "section", "span", "button", "math"] {
        let explanation = clean(format!("<{tag}>").repeat(200_000) + ARTICLE);
        assert!(explanation.article.flat.unwrap().contains("dua puluh bus"), "{tag}: text below the limit is lost");
    }
    clean("<div>".repeat(100_000) + "x" + &"</div>".repeat(100_000) + ARTICLE);
    clean("<table><tr><td>".repeat(60_000) + ARTICLE);
    clean("<svg><g>".repeat(60_000) + ARTICLE);
    clean("<svg><foreignObject>".repeat(40_000) + ARTICLE);
    clean("<math><annotation-xml encoding='text/html'>".repeat(20_000) + ARTICLE);
    clean("<template>".repeat(60_000) + ARTICLE);
    clean("<select>".repeat(60_000) + ARTICLE);
    let frames = "<div>".repeat(30_000) + "<iframe srcdoc='" + &"<div>".repeat(30_000) + ARTICLE + "'></iframe>";
    assert!(clean(frames).article.flat.unwrap().contains("dua puluh bus"), "the page in a deep frame is lost");
    clean("<iframe srcdoc='".repeat(60_000) + ARTICLE);
}

#[test]
fn lists_in_lists_without_end_are_flattened_and_reported() {
    let explanation = clean("<ul><li>".repeat(64_000) + ARTICLE);
    assert!(codes(&explanation.article).contains(&"too-deep"), "{:?}", explanation.article.warnings);
    let flat = explanation.article.flat.unwrap();
    assert!(flat.contains("dua puluh bus") && flat.contains("penghasil padi"), "text below the limit is lost");
}

#[test]
fn depth_at_the_limit_is_not_reported() {
    let nested = |depth: usize| "<div>".repeat(depth) + ARTICLE + &"</div>".repeat(depth);
    assert!(!codes(&clean(nested(limits::DEPTH / 2)).article).contains(&"too-deep"));
    assert!(codes(&clean(nested(limits::DEPTH + 1)).article).contains(&"too-deep"));
}

#[test]
fn formatting_elements_do_not_multiply() {
    for html in [
        (0..2_000).map(|n| format!("<b n{n}>")).chain((0..2_000).map(|n| format!("<i n{n}>"))).collect::<String>()
            + &"x</b>".repeat(2_000),
        "<font size=1><b a>".repeat(4_000) + &"<p>x".repeat(4_000),
        format!("<p><a href={}>", "x".repeat(16_384)) + &"<p>a".repeat(4_000),
        "<b><p>".repeat(10_000) + ARTICLE,
        "<a href=x><div>".repeat(10_000) + ARTICLE,
        "<nobr a>x<p>".repeat(10_000) + ARTICLE,
    ] {
        let explanation = clean(html);
        let flat = explanation.article.flat.unwrap();
        assert!(explanation.segments.len() <= flat.len() + 1, "{} segments", explanation.segments.len());
    }
}

#[test]
fn forty_thousand_attributes_of_one_tag_are_cut_short_and_reported() {
    let attributes: String = (0..40_000).map(|n| format!(" a{n}=x")).collect();
    let explanation = clean(format!("<div{attributes}>{ARTICLE}</div>"));
    assert!(codes(&explanation.article).contains(&"too-many-attributes"), "{:?}", explanation.article.warnings);
    assert!(explanation.article.text.contains("dua puluh bus"), "{}", explanation.article.text);
    // Open to the end of the page, and with a value of a megabyte.
    clean(format!("{ARTICLE}<div{attributes}"));
    let explanation = clean(format!("<div title=\"{}\">{ARTICLE}</div>", "x ".repeat(500_000)));
    assert!(explanation.article.text.contains("dua puluh bus"));
}

#[test]
fn many_small_blocks() {
    for piece in ["<p>x", "<li>x", "<td>x", "<div>x</div>", "<br>x", "<option>x", "<h2>x</h2>", "<tr><td>x<td>y"] {
        let explanation = clean(piece.repeat(50_000));
        assert!(explanation.segments.len() <= 100_000, "{piece}: {} segments", explanation.segments.len());
    }
    clean("<table>".to_owned() + &"<tr><td>1<td>2<td>3".repeat(40_000));
    let explanation = clean("<p>Kata Pendek".repeat(limits::SEGMENTS + 10));
    assert!(codes(&explanation.article).contains(&"too-many-lines"), "{:?}", explanation.article.warnings);
}

#[test]
fn what_is_never_closed_ends_with_the_page_and_text_before_it_stays() {
    for open in [
        "<!--",
        "<!-- ",
        "<![CDATA[",
        "<script>",
        "<style>",
        "<textarea>",
        "<title>",
        "<noscript>",
        "<template>",
        "<svg>",
        "<xmp>",
        "<plaintext>",
        "<select>",
        "<iframe>",
        "<a href=\"",
        "<a href='",
        "<p class=\"x",
        "<",
        "</",
        "<!",
        "<?",
        "&",
        "&#",
        "&#x",
        "&am",
        "<math><annotation-xml>",
        "<frameset>",
        "<iframe srcdoc=\"",
    ] {
        for rest in ["", "lanjut", " <p>Baca juga: Harga Naik</p> tambahan"] {
            let explanation = clean(format!("<html><body><article>{ARTICLE}{open}{rest}"));
            let flat = explanation.article.flat.unwrap();
            assert!(flat.contains("dua puluh bus") && flat.contains("penghasil padi"), "{open}{rest}: {flat}");
        }
    }
}

#[test]
fn floods_of_marks() {
    for piece in
        ["<", "&", ">", "</", "<!", "<!-", "<!-->", "<a ", "<a b", "&#", "&#x", "&amp", "&lt", "\"", "=", "<?", "]]>"]
    {
        clean(ARTICLE.to_owned() + &piece.repeat(128_000 / piece.len()) + ARTICLE);
    }
    clean("<!--".to_owned() + &"-- >".repeat(100_000));
    clean("<script>".to_owned() + &"</scrip".repeat(100_000));
    clean("<script><!--".to_owned() + &"<script".repeat(100_000));
}

#[test]
fn entities_are_not_expanded_beyond_the_table_of_html() {
    let bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE html [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\
        <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\"><!ENTITY d SYSTEM \"file:///etc/passwd\">]><html><body>"
            .to_owned()
            + ARTICLE
            + "<p>&c;&d;&c;</p></body></html>";
    let explanation = clean(bomb);
    let flat = explanation.article.flat.unwrap();
    assert!(flat.contains("&c;&d;&c;"), "what HTML does not know stays as it stands: {flat}");
    assert!(!flat.contains("aaaaaaaaaaaaaaaaaaaaaaa") && !flat.contains("root:"), "{flat}");
    // Those that are longer decoded than written.
    clean(format!("<p>{}", "&nGt;".repeat(100_000)));
    clean(format!("<p>{}", "&#x10FFFF;&#0;&#xD800;&#99999999999;".repeat(20_000)));
}

#[test]
fn work_and_output_grow_no_faster_than_the_page() {
    type Shape = (&'static str, fn(usize) -> String);
    let shapes: [Shape; 13] = [
        ("lists", |n| "<ul><li>".repeat(n)),
        ("blocks", |n| "<div>x".repeat(n)),
        ("formatting", |n| (0..n).map(|k| format!("<b a{k}>x")).collect()),
        ("misnested", |n| "<b><p>x</b>".repeat(n)),
        ("links", |n| "<a href=x>kata</a> ".repeat(n)),
        ("paragraphs", |n| "<p>Harga beras di pasar itu naik sejak awal pekan.".repeat(n)),
        ("cells", |n| "<table>".to_owned() + &"<tr><td>1<td>2".repeat(n)),
        ("breaks", |n| "kata<br>".repeat(n)),
        ("attributes", |n| format!("<p{}>x", (0..n).map(|k| format!(" a{k}")).collect::<String>())),
        ("references", |n| "&amp;&lt;".repeat(n)),
        ("comments", |n| "<!-- x -->y".repeat(n)),
        ("frames", |n| "<iframe srcdoc='<p>x'></iframe>".repeat(n)),
        ("a frame", |n| format!("<iframe srcdoc='{}'></iframe>", "<p>Harga beras di pasar itu naik.".repeat(n))),
    ];
    for (name, shape) in shapes {
        let cost = |n: usize| {
            let explanation = clean(shape(n));
            (explanation.judgement.work + 1_000, explanation.article.flat.unwrap().len() + 100)
        };
        let (some, more) = (cost(1_000), cost(4_000));
        assert!(more.0 <= 5 * some.0, "{name}: {} features, then {}", some.0, more.0);
        assert!(more.1 <= 5 * some.1, "{name}: {} bytes, then {}", some.1, more.1);
    }
}

/// `MUTATE=1000000 cargo test --release --test hostile_html mutated` runs that many instead of the usual number.
#[test]
fn mutated_pages() {
    let count: u64 = std::env::var("MUTATE").map_or(8_000, |number| number.parse().unwrap());
    let pages = pages();
    (0..count).into_par_iter().for_each(|number| {
        let mut random = Random::new(number);
        let record = page({
            let bytes = mutated(&mut random, &pages, b'>', &[MARKUP, MARKUP, CHROME, PROSE, NOISE]);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let cleaned = std::panic::catch_unwind(|| CLEANER.clean(&record));
        let article = cleaned.unwrap_or_else(|_| panic!("mutated page {number} makes cleaning panic"));
        assert_nothing_lost_or_added(&record, &article);
    });
}

/// Tags and references that change how a parser reads what follows.
const MARKUP: &[&str] = &[
    "<p>",
    "</p>",
    "<div>",
    "</div>",
    "<table>",
    "<tr>",
    "<td>",
    "</table>",
    "<ul>",
    "<li>",
    "<b>",
    "</b>",
    "<b a>",
    "<i>",
    "<a href=x>",
    "</a>",
    "<br>",
    "<script>",
    "</script>",
    "<style>",
    "<!--",
    "-->",
    "<svg>",
    "<math>",
    "<select>",
    "<template>",
    "<textarea>",
    "<title>",
    "<frameset>",
    "<plaintext>",
    "<form>",
    "<h1>",
    "</h2>",
    "<body>",
    "</html>",
    "<article>",
    "</article>",
    "<![CDATA[",
    "<?xml",
    "&",
    "&amp;",
    "&nGt;",
    "&#0;",
    "\"",
    "'",
    "=",
    ">",
    "<",
    "/>",
    " hidden",
    " style=\"display:none\"",
    " class=\"baca-juga\"",
];
