//! What pages become: blocks in reading order, words neither broken nor glued, nothing lost and nothing invented.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::path::Path;
use std::sync::LazyLock;

use kupas::article::{Article, Record};
use kupas::cleaner::{Cleaner, Options};
use kupas::segment::html::{flatten, parse};

static CLEANER: LazyLock<Cleaner> =
    LazyLock::new(|| Cleaner::new(Options::default()).expect("the built-in packs and weights"));

fn flat(page: &str) -> String {
    let (html, warnings) = parse(page);
    assert!(warnings.is_empty(), "{warnings:?}");
    flatten(&html).0
}

fn clean(page: &str) -> Article {
    CLEANER.clean(&Record { id: "r".to_owned(), html: Some(page.to_owned()), ..Record::default() })
}

#[test]
fn inline_elements_neither_break_words_nor_glue_them() {
    assert_eq!(flat("<p>per<b>tama</b>nya <i>di</i> <a href=x>desa</a>.</p>"), "pertamanya di desa.");
    assert_eq!(flat("<p>Harga\n   naik&nbsp;lagi &amp; lagi</p>"), "Harga naik lagi & lagi");
    assert_eq!(flat("<div>satu<span> dua</span><!-- x --> tiga</div>"), "satu dua tiga");
}

#[test]
fn blocks_and_line_breaks_end_segments() {
    assert_eq!(flat("<p>Satu.</p><p>Dua.<br>Tiga.<br><br>Empat.</p>"), "Satu.\n\nDua.\nTiga.\n\nEmpat.");
    assert_eq!(flat("<div>Awal<div>dalam</div>akhir</div>"), "Awal\n\ndalam\n\nakhir");
    assert_eq!(flat("<ul><li>satu<li>dua</ul>"), "satu\n\ndua");
    assert_eq!(flat("<pre>a\n  b</pre>"), "a\nb");
}

#[test]
fn rows_of_data_stay_together_and_tables_for_layout_come_apart() {
    let table = "<table><tr><th>Bulan</th><th>Ton</th></tr><tr><td>Mei</td><td>12</td></tr></table>";
    assert_eq!(flat(table), "Bulan\tTon\n\nMei\t12");
    assert_eq!(
        flat("<table><tr><td><div>Menu</div></td><td><p>Isi berita.</p></td></tr></table>"),
        "Menu\n\nIsi berita."
    );
}

#[test]
fn what_no_reader_sees_is_not_text() {
    let page = "<title>judul</title><style>p{}</style><p>Isi<script>var x='skrip'</script>.</p><template>templat</template>\
                <noscript>tanpa skrip</noscript><svg><text>gambar</text></svg><select><option>pilih</select>\
                <textarea>ketik</textarea><iframe>bingkai</iframe><p>Akhir.</p>";
    assert_eq!(flat(page), "Isi.\n\nAkhir.");
}

#[test]
fn what_is_cut_off_keeps_what_came_before() {
    for end in ["<!-- tidak tutup", "<script>var x", "<a href=\"tidak tutup", "<", "&", "</", "<p", "<![CDATA[x"] {
        let text = flat(&format!("<p>Isi berita.</p>{end}"));
        assert!(text.starts_with("Isi berita."), "{end}: {text}");
    }
    // Words that are within something that is never closed.
    assert_eq!(flat("<div><ul><li>satu<b>dua"), "satudua");
}

/// A page of an invented portal, with furniture on all sides.
fn page(body: &str) -> String {
    let menu: String = ["Nasional", "Daerah", "Olahraga", "Ekonomi"]
        .map(|name| format!("<li><a href=/{name}>{name}</a></li>"))
        .concat();
    let others: String =
        ["Harga Garam Naik Dua Kali Lipat", "Bupati Resmikan Pasar Ikan Baru", "Tim Voli Desa Juara Lagi"]
            .map(|name| format!("<li><a href=/b>{name}</a> <span>2 jam lalu</span></li>"))
            .concat();
    format!(
        "<html><head><title>Petambak Panen Garam - Kabar Muara</title></head><body><nav><ul>{menu}</ul></nav>\
         <article><h1>Petambak Panen Garam</h1><div class=date>Senin, 4 Mei 2020 08:15 WIB</div>\
         <div class=article-content>{body}</div></article>\
         <aside class=sidebar><h3>Terpopuler</h3><ul>{others}</ul></aside>\
         <footer>© 2020 Kabar Muara. Semua hak dilindungi.</footer></body></html>"
    )
}

const FIRST: &str = "Warga Muara Kelang memanen garam untuk pertama kalinya sejak tanggul diperbaiki pada awal tahun, kata kepala desa.";
const SECOND: &str =
    "Pemerintah kabupaten berjanji membangun gudang di dekat dermaga sebelum musim hujan tiba di wilayah pesisir itu.";
const THIRD: &str =
    "Menurut petambak, hasil panen kali ini mencapai dua belas ton dan seluruhnya dibeli oleh koperasi dari kecamatan.";

#[test]
fn the_article_comes_out_and_the_furniture_stays_behind() {
    let article = clean(&page(&format!(
        "<p>{FIRST}</p><p>Baca juga: <a href=/c>Gudang Garam Segera Dibangun</a></p><p>{SECOND}</p><p>{THIRD}</p>"
    )));
    assert_eq!(article.text, [FIRST, SECOND, THIRD].join("\n\n"));
    assert_eq!(article.metadata.title.as_deref(), Some("Petambak Panen Garam"));
    assert_eq!(article.metadata.published.as_deref(), Some("2020-05-04T08:15:00+07:00"));
    let link =
        article.removed.iter().find(|removed| removed.rule.contains("read-also")).expect("the link is explained");
    assert_eq!(link.path.as_deref(), Some("body > article > div.article-content > p"));
}

#[test]
fn hidden_pages_of_an_article_are_joined_in_order() {
    let body = format!(
        "<div class=halaman><p>{FIRST}</p></div><div class=halaman style='display:none'><p>{SECOND}</p></div>\
         <div class=halaman style='display: none'><p>{THIRD}</p></div>"
    );
    assert_eq!(clean(&page(&body)).text, [FIRST, SECOND, THIRD].join("\n\n"));
}

#[test]
fn a_page_without_an_article_says_so() {
    let codes = |page: &str| -> Vec<String> { clean(page).warnings.into_iter().map(|warning| warning.code).collect() };
    assert_eq!(codes(&page("<p>Tonton videonya di sini.</p>")), ["no-article"]);
    let whole = page(&format!("<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"));
    assert_eq!(codes(&whole), [""; 0]);
}

#[test]
fn a_page_with_prose_never_comes_out_empty() {
    let bare = format!("<table><tr><td><font size=2>{FIRST}<br><br>{SECOND}<br><br>{THIRD}</font></td></tr></table>");
    assert_eq!(clean(&bare).text, [FIRST, SECOND, THIRD].join("\n\n"));
}

#[test]
fn kept_and_removed_rebuild_the_flattened_page() {
    let visible = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect() };
    let mut pages = 0;
    for entry in walkdir::WalkDir::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")).sort_by_file_name() {
        let entry = entry.unwrap();
        if entry.file_name() != "input.html" {
            continue;
        }
        let name = entry.path().display().to_string();
        let article = clean(&String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()));
        let flat = article.flat.as_deref().unwrap();
        let (mut kept, mut at) = (String::new(), 0);
        for removed in &article.removed {
            assert!(at <= removed.span.start && removed.span.start < removed.span.end, "{name}: {removed:?}");
            assert!(removed.path.is_some(), "{name}: {removed:?}");
            kept.push_str(&flat[at..removed.span.start]);
            at = removed.span.end;
        }
        kept.push_str(&flat[at..]);
        let unseen = ['\u{200b}', '\u{2060}', '\u{feff}'];
        assert_eq!(visible(&kept).replace(unseen, ""), visible(&article.text).replace(unseen, ""), "{name}");
        pages += 1;
    }
    assert!(pages >= 30, "{pages} pages");
}

/// A cleaner that knows the invented portal, and cuts what only its pack calls a box.
fn with_portal() -> Cleaner {
    let dir = tempfile::tempdir().unwrap();
    let pack = "name = \"kabarmuara.example\"\nhosts = [\"kabarmuara.example\"]\n[page]\nbody = [\"div.article-content\"]\n\
        examples = ['<div class=article-content><p>x</p></div>']\n[[rule]]\nid = \"box\"\nkind = \"promo\"\nwhy = \"A box.\"\n\
        selector = \".kotak-isi\"\nstrength = \"certain\"\nhit = ['<p class=kotak-isi>x</p>']\nmiss = ['<p>x</p>']\n";
    std::fs::write(dir.path().join("kabarmuara.example.toml"), pack).unwrap();
    Cleaner::new(Options { packs: vec![dir.path().to_owned()], ..Options::default() }).unwrap()
}

/// The page with a box that only the portal's pack knows; it states no address.
fn page_with_box() -> String {
    let boxed =
        "Dalam wawancara terpisah, pengurus koperasi menyatakan bahwa mereka siap menampung hasil panen petambak.";
    page(&format!("<p>{FIRST}</p><p>{SECOND}</p><p class=kotak-isi>{boxed}</p><p>{THIRD}</p>"))
}

const ADDRESS: &str = "https://www.kabarmuara.example/berita/1";

#[test]
fn copies_in_archives_come_out_like_the_page_itself() {
    let cleaner = with_portal();
    let plain = page_with_box();
    let open = "<body>";
    let (head, rest) = plain.split_once(open).unwrap();
    let inner = rest.strip_suffix("</body></html>").unwrap();
    let wayback = format!(
        "{head}{open}<!-- BEGIN WAYBACK TOOLBAR INSERT --><style>body {{ margin-top:0 }}</style><div id=\"wm-ipp-base\" lang=\"en\">\
         <div id=\"wm-ipp\"><form>Go</form><div id=\"wm-nav-captures\"><a href=\"/web/20200504081500*/{ADDRESS}\">23 captures</a>\
         <div class=\"r\">04 May 2020 - 12 Jun 2021</div></div><div>Apr MAY Jun</div><p>About this capture</p><p>COLLECTED BY</p>\
         <p>Web wide crawl with seeds that volunteers of the archive have chosen among the pages that readers look at.</p>\
         <p>TIMESTAMPS</p></div></div><div id=\"wm-ipp-print\">The Wayback Machine - https://arsip.example/web/20200504081500/\
         {ADDRESS}</div><!-- END WAYBACK TOOLBAR INSERT -->{rest}"
    );
    let capture = format!(
        "<html><head><title>Petambak Panen Garam</title></head><body><center><div id=\"HEADER\"><table><tr><td><a>archive.today</a>\
         <br>webpage capture</td><td>Saved from</td><td><form><input value=\"{ADDRESS}\"></form>no other snapshots from this url</td>\
         <td>4 May 2020 08:15:00 UTC</td></tr><tr><td>All snapshots</td><td><b>from host</b> www.kabarmuara.example</td></tr>\
         <tr><td><a>Webpage</a></td><td><a>Screenshot</a></td></tr></table></div><div id=\"SOLID\"><div id=\"CONTENT\">\
         <div class=\"html\"><div class=\"body\">{inner}</div></div></div></div></center></body></html>"
    );
    let notice = format!(
        "This is Google&#39;s cache of <a href=\"{ADDRESS}\">{ADDRESS}</a>. It is a snapshot of the page as it appeared on 4 May 2020 \
         08:15:00 GMT. The <a href=\"{ADDRESS}\">current page</a> could have changed in the meantime. <a href=/x>Learn more</a>."
    );
    let cache = format!(
        "<!DOCTYPE html><base href=\"{ADDRESS}\"><div style=\"background:#fff\"><div>{notice}</div><div><span>Full version</span>\
         <span><a>Text-only version</a></span><span><a>View source</a></span></div><span>Tip: To quickly find your search term on \
         this page, press <b>Ctrl+F</b> or <b>⌘-F</b> (Mac) and use the find bar.</span></div><div>{plain}</div>"
    );
    let clean = |html: &str, url: &str| {
        let (html, url) = (Some(html.to_owned()), Some(url.to_owned()));
        cleaner.clean(&Record { id: "r".to_owned(), url, html, ..Record::default() })
    };
    let expected = clean(&plain, ADDRESS);
    assert_eq!(expected.text, [FIRST, SECOND, THIRD].join("\n\n"));
    for (page, address) in [
        (&plain, format!("https://arsip.example/web/20200504081500/{ADDRESS}")),
        (&wayback, format!("https://arsip.example/web/20200504081500/{ADDRESS}")),
        (&capture, format!("https://arsip.example/2020.05.04-081500/{ADDRESS}")),
        (&cache, format!("https://tembolok.example/search?q=cache:AbC-d_1:{ADDRESS}+garam&hl=id")),
        (&cache, format!("https://tembolok.example/search?q=cache:AbC-d_1:{}", &ADDRESS["https://".len()..])),
    ] {
        let article = clean(page, &address);
        assert_eq!(article.text, expected.text, "{address}");
        let is_wrapped = article.removed.iter().any(|removed| removed.rule.starts_with("archives/"));
        assert_eq!(is_wrapped, *page != plain, "{address}: {:?}", article.removed);
        assert_eq!(article.metadata.portal.as_deref(), Some("kabarmuara.example"), "{address}");
        assert_eq!(article.metadata.title, expected.metadata.title, "{address}");
        assert_eq!(article.metadata.published, expected.metadata.published, "{address}");
        // The record's own address is as it was given.
        assert_eq!(article.url, Some(address));
    }
}

#[test]
fn a_copy_that_states_its_address_itself_is_known_by_it() {
    let copy = format!("https://arsip.example/web/20200504081500/{ADDRESS}");
    let html = page_with_box().replace("</title>", &format!("</title><link rel=canonical href=\"{copy}\">"));
    let article = with_portal().clean(&Record { id: "r".to_owned(), html: Some(html), ..Record::default() });
    assert_eq!(article.text, [FIRST, SECOND, THIRD].join("\n\n"));
    assert_eq!(article.metadata.portal.as_deref(), Some("kabarmuara.example"));
    assert_eq!(article.metadata.canonical_url.as_deref(), Some(ADDRESS));
    // Of flattened text, too.
    let text = format!("Petambak Panen Garam\n\n{FIRST}\n\n{SECOND}");
    let article =
        with_portal().clean(&Record { id: "r".to_owned(), url: Some(copy.clone()), text, ..Record::default() });
    assert_eq!(article.metadata.portal.as_deref(), Some("kabarmuara.example"));
    assert_eq!(article.url, Some(copy));
}

/// A page of nothing but a menu and frames that hold these pages.
fn framed(pages: &[&str]) -> String {
    let frame = |page: &&str| {
        let page = page.replace('&', "&amp;").replace('"', "&quot;");
        format!("<iframe sandbox srcdoc=\"{page}\"></iframe>")
    };
    let frames: String = pages.iter().map(frame).collect();
    format!("<html><head><title>Kabar Muara</title></head><body><ul><li>Nasional<li>Daerah</ul>{frames}</body></html>")
}

#[test]
fn an_article_in_a_saved_frame_comes_out() {
    let plain = page(&format!("<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>"));
    let article = clean(&framed(&["<p>Iklan</p>", &plain, "<p>Iklan & promo</p>"]));
    assert_eq!(article.text, [FIRST, SECOND, THIRD].join("\n\n"));
    assert_eq!(article.metadata.published.as_deref(), Some("2020-05-04T08:15:00+07:00"));
    assert!(article.flat.unwrap().starts_with("Nasional\n\nDaerah\n\n"), "the page around it is not lost");
    // A frame in a page with text of its own is an advertisement, or a film.
    let other = format!("<p>{}</p>", "Sepeda listrik dijual murah hanya pekan ini di toko kami di kota. ".repeat(20));
    let frame = framed(&[&other]);
    let frame = &frame[frame.find("<iframe").unwrap()..frame.find("</body>").unwrap()];
    let article = clean(&plain.replace("<aside", &format!("{frame}<aside")));
    assert_eq!(article.text, [FIRST, SECOND, THIRD].join("\n\n"));
    assert!(!article.flat.unwrap().contains("Sepeda"));
    // Frames in frames stay closed.
    let mut nested = plain;
    for _ in 0..3 {
        nested = framed(&[&nested]);
    }
    assert!(!clean(&nested).flat.unwrap().contains("Warga Muara"));
}
