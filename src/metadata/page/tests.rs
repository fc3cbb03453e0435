//! What pages state, as a whole.

use super::*;
use crate::article::Metadata;
use crate::judge::pack::parse;
use crate::judge::selectors::PageSelectors;

/// A page with that head and body.
fn page(head: &str, body: &str) -> Html {
    Html::parse_document(&format!("<html><head>{head}</head><body>{body}</body></html>"))
}

fn read(
    html: &Html,
    pack: Option<&PageSelectors>,
    portal: Option<&PortalFacts>,
    record_url: Option<&str>,
) -> PageFacts {
    let marked = pack.map(|pack| pack.find(html));
    super::read(html, &Statements::gather(html), pack.zip(marked.as_ref()), portal, record_url)
}

fn facts_of(html: &Html) -> PageFacts {
    let portal = PortalFacts::new("contohpos.co.id", vec!["Contoh Pos".into()], Some("+07:00".into()));
    read(html, None, Some(&portal), Some("https://www.contohpos.co.id/ekonomi/1"))
}

/// Those of a portal pack with that `[page]`.
fn selectors(page: &str) -> PageSelectors {
    let text = format!("name = \"mine\"\nhosts = [\"mine.example\"]\n[page]\n{page}\nexamples = [\"<p>x</p>\"]\n");
    PageSelectors::compile(&parse("mine.toml", &text).unwrap().page, "mine.toml").unwrap().unwrap()
}

fn meta(name: &str, content: &str) -> String {
    format!("<meta name=\"{name}\" property=\"{name}\" content=\"{content}\">")
}

fn ld(fields: &str) -> String {
    format!("<script type=\"application/ld+json\">{{\"@type\": \"NewsArticle\", {fields}}}</script>")
}

#[test]
fn a_page_that_says_nothing_gives_nothing() {
    let html = Html::parse_document("");
    assert_eq!(read(&html, None, None, None), PageFacts::default());
}

#[test]
fn json_ld_goes_before_open_graph_before_microdata_before_meta() {
    let statements = [
        (ld(r#""author": {"name": "Budi Satu"}"#), "json-ld:author", "Budi Satu"),
        (meta("article:author", "Budi Dua"), "meta:article:author", "Budi Dua"),
        ("<span itemprop=\"author\">Budi Tiga</span>".to_owned(), "microdata:author", "Budi Tiga"),
        (meta("content_author", "Budi Empat"), "meta:content_author", "Budi Empat"),
        ("<p class=\"byline\">Oleh: Budi Lima</p>".to_owned(), "element:byline", "Budi Lima"),
    ];
    for from in 0..statements.len() {
        let all: String = statements.iter().skip(from).map(|(html, ..)| html.as_str()).collect();
        let authors = facts_of(&page("", &all)).authors.unwrap();
        let (_, source, name) = &statements[from];
        assert_eq!((authors.source.as_str(), authors.value.join(", ")), (*source, (*name).to_owned()));
    }
}

#[test]
fn headlines_lose_the_name_of_the_site() {
    for title in [
        "Harga Beras Naik Lagi - Contoh Pos",
        "Harga Beras Naik Lagi | Contoh Pos",
        "Harga Beras Naik Lagi – Ekonomi Contohpos.co.id",
        "Harga Beras Naik Lagi - Ekonomi :: Contoh Pos",
        "Contoh Pos: Harga Beras Naik Lagi",
        "Harga Beras Naik Lagi",
    ] {
        let section = meta("article:section", "Ekonomi");
        let html = page(&format!("<title>{title}</title>{section}"), "");
        assert_eq!(facts_of(&html).title.unwrap().value, "Harga Beras Naik Lagi", "{title}");
    }
}

#[test]
fn the_shown_headline_wins_where_another_statement_bears_it_out() {
    let head = meta("og:title", "Harga Beras Naik Lagi di Pasar Umpama, Ini…");
    let html = page(&head, "<h1>Ekonomi</h1><h1>Harga Beras Naik Lagi di Pasar Umpama, Ini Sebabnya</h1>");
    let title = facts_of(&html).title.unwrap();
    assert_eq!(title, Stated::new("Harga Beras Naik Lagi di Pasar Umpama, Ini Sebabnya".to_owned(), "element:h1"));
    let html = page(&meta("og:title", "Harga Beras Naik Lagi"), "<h1>Contoh Pos</h1>");
    assert_eq!(facts_of(&html).title.unwrap().source, "meta:og:title");
    let html = page(&meta("og:title", "Harga Beras Naik Lagi"), "<h1>HARGA BERAS NAIK LAGI</h1>");
    assert_eq!(facts_of(&html).title.unwrap().value, "Harga Beras Naik Lagi");
}

#[test]
fn makers_of_the_site_and_addresses_are_no_authors() {
    for author in [
        "Contoh Pos",
        "contohpos developer",
        "www.contohpos.co.id",
        "https://www.facebook.com/contoh",
        "PT. Contoh Cetak - Digital Development and Activation",
        "budi@contohpos.co.id",
        "Tim Redaksi",
    ] {
        let html = page(&meta("author", author), "");
        assert_eq!(facts_of(&html).authors, None, "{author}");
    }
    let html = page(&meta("author", "Budi Contoh dan Sari Misal"), "");
    assert_eq!(facts_of(&html).authors.unwrap().value, ["Budi Contoh", "Sari Misal"]);
}

#[test]
fn times_come_in_the_zone_of_the_portal() {
    let published = |head: &str, pack: Option<&PageSelectors>| {
        let portal = PortalFacts { timezone: Some("+07:00".into()), ..PortalFacts::default() };
        read(&page(head, ""), pack, Some(&portal), None).published.map(|stated| stated.value)
    };
    let local = selectors("local_time = [\"meta:article:published_time\"]");
    let utc = selectors("utc_time = [\"meta:article:published_time\"]");
    let none = selectors("ignore = [\"meta:article:published_time\"]");
    for (stamp, pack, expected) in [
        ("2023-11-02T14:34:19+00:00", None, Some("2023-11-02T21:34:19+07:00")),
        ("2023-11-02 21:34:19", None, Some("2023-11-02T21:34:19+07:00")),
        ("2023-11-02", None, Some("2023-11-02")),
        ("2023-11-02T21:34:19-07:00", Some(&local), Some("2023-11-02T21:34:19+07:00")),
        ("2023-11-02T21:34:19Z", Some(&local), Some("2023-11-02T21:34:19+07:00")),
        ("2023-11-02 14:34:19", Some(&utc), Some("2023-11-02T21:34:19+07:00")),
        ("2023-11-02T21:34:19+07:00", Some(&none), None),
    ] {
        assert_eq!(published(&meta("article:published_time", stamp), pack).as_deref(), expected, "{stamp}");
    }
}

#[test]
fn the_first_selector_that_finds_something_wins() {
    let pack = selectors(
        "title = [\"h1.new\", \"h2.old\"]\nauthor = [\"div.by\"]\ndate = [\"p.when\"]\nsection = [\"nav a\"]\ntags = [\"ul.tags a\"]",
    );
    let html = page(
        "",
        "<nav><a>Home</a><a>Ekonomi</a></nav><h2 class=old>Harga Beras Naik</h2><div class=by>Oleh : Budi Contoh | Editor : Sari Misal</div>\
         <p class=when>Kamis, 2 November 2023 20:59 WIB</p><ul class=tags><a>#beras</a><a>harga</a></ul>",
    );
    let facts = read(&html, Some(&pack), None, None);
    assert_eq!(facts.title, Some(Stated::new("Harga Beras Naik".to_owned(), "selector:h2.old")));
    assert_eq!(facts.authors.unwrap().value, ["Budi Contoh"]);
    assert_eq!(facts.editors.unwrap().value, ["Sari Misal"]);
    assert_eq!(facts.published.unwrap().value, "2023-11-02T20:59:00+07:00");
    assert_eq!(facts.section.unwrap().value, "Ekonomi");
    assert_eq!(facts.tags.unwrap().value, ["beras", "harga"]);
}

#[test]
fn a_date_that_is_said_to_be_that_of_publication_counts_wherever_it_stands() {
    let text = format!("<h1>Harga Beras Turun</h1>{}", "<p>Kata pedagang di pasar itu.</p>".repeat(200));
    let other = "<p class=\"date\">1 Maret 2020</p>";
    for (shown, expected) in [
        ("<h4>Published</h4><time>2 November 2023</time>", Some("2023-11-02")),
        ("<p class=\"post-date\">Diterbitkan: 2 November 2023</p>", Some("2023-11-02")),
        ("<p class=\"post-date\">2 November 2023</p>", None),
    ] {
        let published = facts_of(&page("", &format!("{text}{other}{shown}"))).published;
        assert_eq!(published.map(|stated| stated.value).as_deref(), expected, "{shown}");
    }
}

#[test]
fn the_only_date_in_a_marked_element_counts_at_the_end_too() {
    let text = format!("<h1>Harga Beras Turun</h1>{}", "<p>Kata pedagang di pasar itu.</p>".repeat(200));
    let dated = |dates: &str| facts_of(&page("", &format!("{text}{dates}"))).published.map(|stated| stated.value);
    assert_eq!(dated("<p class=\"date\">2 November 2023</p>").as_deref(), Some("2023-11-02"));
    assert_eq!(dated("<p class=\"date\">12/31/2024</p>").as_deref(), Some("2024-12-31"));
    assert_eq!(dated("<p class=\"date\">2 November 2023</p><p class=\"date\">3 November 2023</p>"), None);
    assert_eq!(dated("<p>2 November 2023</p>"), None);
}

#[test]
fn a_page_without_statements_is_dated_by_what_stands_at_its_headline() {
    let html = page(
        "<title>Harga Beras Naik Lagi</title>",
        "<p>Senin, 1 Januari 2024</p><h1>Harga Beras Naik Lagi</h1><p class=\"post-date\">2 November 2023</p>\
         <p>Harga beras naik lagi.</p><aside><p class=date>3 Maret 2022</p></aside>",
    );
    assert_eq!(facts_of(&html).published.unwrap(), Stated::new("2023-11-02".to_owned(), "element:date"));
    let html = page("", "<p>Harga beras naik lagi.</p>");
    let published = read(&html, None, None, Some("https://contohpos.co.id/read/2023/11/02/beras")).published;
    assert_eq!(published, Some(Stated::new("2023-11-02".to_owned(), "address")));
}

#[test]
fn the_address_of_the_page_is_that_of_the_page_and_not_of_the_site() {
    let html = page("<link rel=canonical href=\"https://www.contohpos.co.id/\">", "");
    assert_eq!(facts_of(&html).canonical_url, None);
    let html =
        page("<link rel=canonical href=\"/ekonomi/1\"><meta property=og:image content=\"//gambar.contoh/a.jpg\">", "");
    let facts = facts_of(&html);
    assert_eq!(facts.canonical_url.unwrap().value, "https://www.contohpos.co.id/ekonomi/1");
    assert_eq!(facts.image.unwrap().value, "https://gambar.contoh/a.jpg");
    let html = page("<link rel=canonical href=\"javascript:alert(1)\">", "");
    assert_eq!(facts_of(&html).canonical_url, None);
}

#[test]
fn comments_and_other_articles_are_not_the_article() {
    let html = page(
        "",
        "<div itemscope itemtype=\"http://schema.org/Comment\"><span itemprop=author>Pembaca Satu</span></div>\
         <div class=comments><p class=author>Pembaca Dua</p></div>",
    );
    assert_eq!(facts_of(&html).authors, None);
}

#[test]
fn statements_and_text_make_one_description() {
    let facts = PageFacts {
        title: Some(Stated::new("Harga Beras Naik".to_owned(), "json-ld:headline")),
        authors: Some(Stated::new(vec!["Sari Misal".to_owned()], "json-ld:author")),
        published: Some(Stated::new("2023-11-03T10:59:13+07:00".to_owned(), "meta:article:published_time")),
        clock: Some("2023-11-02T20:59:13+00:00".to_owned()),
        ..PageFacts::default()
    };
    let mut metadata = Metadata {
        authors: vec!["Budi Contoh".to_owned()],
        editors: vec!["Sari Misal".to_owned()],
        published: Some("2023-11-02T20:59:00+07:00".to_owned()),
        ..Metadata::default()
    };
    let origins = merge(&facts, &mut metadata);
    assert_eq!(metadata.title.as_deref(), Some("Harga Beras Naik"));
    assert_eq!(metadata.authors, ["Budi Contoh"], "whom the text calls editor is no author");
    assert_eq!(metadata.published.as_deref(), Some("2023-11-02T20:59:00+07:00"), "the same clock, in a wrong zone");
    let of = |field| origins.iter().find(|origin| origin.field == field).map(|origin| origin.source.as_str());
    assert_eq!((of("title"), of("authors"), of("published")), (Some("json-ld:headline"), Some("text"), Some("text")));
}

#[test]
fn hostile_pages_cost_no_more_than_their_length() {
    let many = |piece: &str| page("", &piece.repeat(20_000));
    for html in [
        many("<p class=date>1 Mei 2020"),
        many("<span itemprop=author class=byline>x"),
        many("<h1>a b c"),
        many("<meta property=article:tag content=x>"),
        many("<script type=application/ld+json>[[[{\"@type\":\"Article\",</script>"),
        page("", &format!("<script type=application/ld+json>{}</script>", "{\"a\":".repeat(50_000))),
    ] {
        let _ = facts_of(&html);
    }
}
