//! `kupas explain`: what it prints, for whom it is safe, and the page it writes.

// The exception for tests does not reach their helpers.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const ARTICLE: &str = "Warga Desa Sukamaju kembali memakai jembatan gantung yang putus sejak banjir bulan lalu, kata kepala \
    desa setempat kepada wartawan di kantornya.\n\
    Baca juga: Harga Cabai di Pasar Sukamaju Turun\n\
    Perbaikan berlangsung tiga pekan dan dikerjakan bersama oleh warga serta petugas dinas pekerjaan umum kabupaten. Mereka \
    mengganti papan yang lapuk, mengencangkan kawat baja, lalu mengecat kembali pegangan di kedua sisi jembatan itu. Anak-anak \
    kini dapat berangkat ke sekolah tanpa memutar jauh lewat jalan desa tetangga.\n";

fn kupas(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kupas")).args(arguments).output().unwrap()
}

fn explain(arguments: &[&str]) -> String {
    let output = kupas(&[&["explain"], arguments].concat());
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn file(name: &str, content: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    (folder, path)
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_was_removed_and_what_was_kept_are_told_apart_without_colour() {
    let (_folder, path) = file("artikel.txt", ARTICLE);
    let shown = explain(&[name(&path)]);
    let removed: Vec<&str> = shown.lines().filter(|line| line.starts_with('-')).collect();
    assert!(removed[0].starts_with("-     2 read_also"), "{shown}");
    assert!(removed[0].ends_with("Baca juga: Harga Cabai di Pasar Sukamaju Turun"), "{shown}");
    assert!(removed[1].starts_with("-       by "), "{shown}");
    assert!(shown.lines().any(|line| line.starts_with("      1 paragraph")), "{shown}");
    assert!(shown.contains("3 segments: 2 kept, 0 metadata, 1 removed;"), "{shown}");
    assert!(!shown.contains('\u{1b}'), "{shown}");
}

#[test]
fn evidence_is_named_where_it_decided_and_nowhere_else() {
    let more = [
        "Kepala dinas menyebut pekerjaan selesai sepekan lebih cepat karena warga ikut mengangkut bahan dari jalan raya ke tepi sungai.",
        "Jembatan sepanjang enam puluh meter itu dulu dibangun dengan dana gotong royong dan hanya dapat dilalui sepeda motor serta pejalan kaki.",
        "Seorang ibu yang setiap pagi menyeberang ke pasar mengaku lega, sebab ongkos ojek selama jembatan putus menghabiskan separuh untungnya.",
        "Pemerintah kabupaten berencana memeriksa empat jembatan lain di hulu sebelum musim hujan datang pada akhir tahun ini.",
    ];
    let (_folder, path) = file("artikel.txt", &format!("{ARTICLE}{}\n", more.join("\n")));
    let shown = explain(&["--full", name(&path)]);
    let reasons: Vec<&str> = shown.lines().filter_map(|line| line.get(1..)?.trim().strip_prefix("by ")).collect();
    assert!(reasons.iter().filter(|reason| **reason == "prose").count() >= 2, "{shown}");
    assert!(reasons.iter().all(|reason| reason.starts_with("prose") != reason.contains("; for ")), "{shown}");
    let cleaned = kupas(&["clean", "--quiet", "--drop", "paragraph", "--removed", "spans", name(&path)]);
    let cleaned = String::from_utf8(cleaned.stdout).unwrap();
    assert!(cleaned.contains(r#""kind":"paragraph","rule":"prose""#), "{cleaned}");
}

#[test]
fn of_pages_the_words_the_elements_and_the_sources_are_shown() {
    let paragraphs: String = ARTICLE.lines().map(|line| format!("<p>{line}</p>")).collect();
    let page = format!(
        "<html><head><meta property='og:title' content='Jembatan Selesai'></head><body><nav><a href=/>Beranda</a></nav>\
         <h1>Jembatan Selesai</h1><div class=article-content>{paragraphs}</div></body></html>"
    );
    let (_folder, path) = file("halaman.html", &page);
    let shown = explain(&[name(&path)]);
    assert!(
        shown
            .lines()
            .any(|line| line.starts_with('-') && line.ends_with("Baca juga: Harga Cabai di Pasar Sukamaju Turun")),
        "{shown}"
    );
    assert!(shown.contains("paragraph") && shown.contains("Warga Desa Sukamaju kembali"), "{shown}");
    assert!(shown.replace("\n-       ", " ").contains("div.article-content > p"), "{shown}");
    assert!(shown.contains("Jembatan Selesai (element:h1)"), "{shown}");
    let html = explain(&[name(&path), "--html", "-"]);
    assert!(html.contains("Perbaikan berlangsung tiga pekan"), "{html}");
}

#[test]
fn it_fits_eighty_columns_and_long_text_is_shortened_unless_asked_for() {
    let (_folder, path) = file("artikel.txt", ARTICLE);
    let shown = explain(&[name(&path)]);
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");
    assert!(shown.contains('…') && !shown.contains("kawat baja"), "{shown}");
    let full = explain(&[name(&path), "--full"]);
    assert!(full.contains("kawat baja"), "{full}");
}

#[test]
fn colours_come_when_asked_for() {
    let (_folder, path) = file("artikel.txt", ARTICLE);
    assert!(explain(&[name(&path), "--color", "always"]).contains("\u{1b}["));
    assert!(!explain(&[name(&path), "--color", "never"]).contains('\u{1b}'));
}

#[test]
fn nothing_scraped_reaches_the_terminal_unescaped() {
    let hostile = format!("\u{1b}]52;c;aGFsbw==\u{7}{ARTICLE}Teks \u{202e}terbalik\u{200b} dan \u{9b}31m merah.\n");
    let (_folder, path) = file("artikel.txt", &hostile);
    let shown = explain(&[name(&path), "--full"]);
    let hidden = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{200b}');
    assert!(!shown.contains(hidden), "{shown:?}");
    assert!(shown.contains(r"\u{202e}terbalik\u{200b}"), "{shown}");
}

#[test]
fn a_record_of_json_lines_is_chosen_by_id_or_number() {
    let line = |id: &str, word: &str| format!("{{\"id\": \"{id}\", \"text\": \"Kata {word} berdiri di sini.\"}}\n");
    let (_folder, path) = file("artikel.jsonl", &[line("a", "satu"), line("3", "dua"), line("c", "tiga")].concat());
    for (chosen, word) in [(None, "satu"), (Some("2"), "dua"), (Some("c"), "tiga"), (Some("3"), "dua")] {
        let shown = match chosen {
            None => explain(&[name(&path)]),
            Some(record) => explain(&[name(&path), "--record", record]),
        };
        assert!(shown.contains(&format!("Kata {word} berdiri")), "{chosen:?}: {shown}");
    }
    let output = kupas(&["explain", name(&path), "--record", "x"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("of its 3 records none has the id `x`"), "{errors}");
}

#[test]
fn the_page_holds_the_article_and_no_markup_of_its_own() {
    let hostile = format!("{ARTICLE}<script>alert(1)</script> \" onload='x'\n");
    let (folder, path) = file("artikel.txt", &hostile);
    let page = folder.path().join("halaman.html");
    assert_eq!(explain(&[name(&path), "--html", name(&page)]), "");
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("mengganti papan yang lapuk"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &quot; onload=&#39;x&#39;"), "{page}");
    assert!(!page.contains("<script"), "{page}");
}
