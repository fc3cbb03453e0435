//! The same articles give the same bodies in whatever format and compression they come; and what is wrong with a page, a
//! table or a list costs itself only.
// The exception for tests does not reach their helpers.
#![allow(clippy::panic, clippy::unwrap_used)]

mod common;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use common::{PACKERS, Place, gzip, lines, prose};
use kupas::read::{Item, Options, Reader};
use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::{Value, json};

/// Addresses, headlines and texts of every third invented article.
fn articles() -> Vec<[String; 3]> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let walk = walkdir::WalkDir::new(root).sort_by_file_name();
    let files = walk.into_iter().map(Result::unwrap).filter(|entry| entry.file_name() == "input.txt");
    let texts: Vec<String> = files.step_by(3).map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
    assert!(texts.len() > 9);
    let url = |number| format!("https://contoh.example/{number}");
    texts.into_iter().enumerate().map(|(number, text)| [url(number), format!("\"Judul\", {number}"), text]).collect()
}

fn jsonl(rows: &[[String; 3]]) -> Vec<u8> {
    let line = |[url, title, text]: &[String; 3]| format!("{}\n", json!({"url": url, "judul": title, "teks": text}));
    rows.iter().map(line).collect::<String>().into_bytes()
}

fn table(rows: &[[String; 3]], delimiter: &str) -> Vec<u8> {
    let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
    let names = ["url", "judul", "teks"].map(str::to_owned);
    let lines = std::iter::once(&names).chain(rows).map(|row| row.each_ref().map(quoted).join(delimiter) + "\r\n");
    lines.collect::<String>().into_bytes()
}

fn warc(rows: &[[String; 3]], kind: &str) -> Vec<u8> {
    let record = |(number, [url, _, text]): (usize, &[String; 3])| {
        let http = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
        let (content_type, head) =
            if kind == "response" { ("application/http; msgtype=response", http) } else { ("text/plain", "") };
        format!(
            "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: {url}\r\n\
             Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{head}{text}\r\n\r\n",
            head.len() + text.len()
        )
    };
    rows.iter().enumerate().map(record).collect::<String>().into_bytes()
}

fn parquet(rows: &[[String; 3]], compression: Compression) -> Vec<u8> {
    let schema = "message artikel {
        required binary url (UTF8); optional binary judul (UTF8); optional binary teks (UTF8);
        required int64 nomor; optional group tag (LIST) { repeated group list { optional binary element (UTF8); } }
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for rows in rows.chunks(7) {
        let mut group = writer.next_row_group().unwrap();
        for index in 0..5 {
            let mut column = group.next_column().unwrap().unwrap();
            match column.untyped() {
                ColumnWriter::ByteArrayColumnWriter(writer) if index < 3 => {
                    let values: Vec<ByteArray> = rows.iter().map(|row| row[index].as_str().into()).collect();
                    let defined = vec![1; rows.len()];
                    writer.write_batch(&values, (index > 0).then_some(&defined), None).unwrap();
                }
                ColumnWriter::Int64ColumnWriter(writer) => {
                    let values: Vec<i64> = (0..rows.len() as i64).collect();
                    writer.write_batch(&values, None, None).unwrap();
                }
                ColumnWriter::ByteArrayColumnWriter(writer) => {
                    // Every row has the tags `a` and null.
                    let values = vec![ByteArray::from("a"); rows.len()];
                    let defined = [3, 2].repeat(rows.len());
                    writer.write_batch(&values, Some(&defined), Some(&[0, 1].repeat(rows.len()))).unwrap();
                }
                _ => panic!("no such column"),
            }
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

#[test]
fn the_same_articles_give_the_same_bodies_in_every_format_and_compression() {
    let place = Place::new();
    let rows = articles();
    let formats = [
        ("jsonl", jsonl(&rows)),
        ("csv", table(&rows, ",")),
        ("semicolon.csv", table(&rows, ";")),
        ("tsv", table(&rows, "\t")),
        ("warc", warc(&rows, "response")),
        ("resource.warc", warc(&rows, "resource")),
        ("warc.wet", warc(&rows, "conversion")),
        ("parquet", parquet(&rows, Compression::UNCOMPRESSED)),
        ("snappy.parquet", parquet(&rows, Compression::SNAPPY)),
        ("zstd.parquet", parquet(&rows, Compression::ZSTD(Default::default()))),
        ("gzip.parquet", parquet(&rows, Compression::GZIP(Default::default()))),
        ("lz4.parquet", parquet(&rows, Compression::LZ4_RAW)),
        ("brotli.parquet", parquet(&rows, Compression::BROTLI(Default::default()))),
    ];
    // Headlines that stand beside the text are not in every format, and may decide what is a copy of one.
    let bodies = |name: &str| {
        let ran = place.run(&["clean", "-q", name]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{name}");
        let records = ran.records().into_iter();
        records.map(|record| [record["url"].clone(), record["text"].clone()]).collect::<Vec<_>>()
    };
    let has_titles = |name: &str| !name.contains("warc");
    place.write("acuan/a.jsonl", &formats[0].1);
    let with_titles = bodies("acuan/a.jsonl");
    place.write("acuan/b.warc", &formats[4].1);
    let without_titles = bodies("acuan/b.warc");
    assert_eq!(with_titles.len(), rows.len());
    assert_eq!(without_titles.len(), rows.len());
    for (name, bytes) in &formats {
        let expected = if has_titles(name) { &with_titles } else { &without_titles };
        place.write(&format!("a.{name}"), bytes);
        assert!(bodies(&format!("a.{name}")) == *expected, "{name}");
        for (ending, _, pack) in PACKERS {
            // Two members, frames or streams; names tell nothing.
            let (first, second) = bytes.split_at(bytes.len() / 2);
            let packed = [pack(first), pack(second)].concat();
            let name =
                if name.contains('.') || ending == "xz" { format!("b.{name}.{ending}") } else { format!("b-{name}") };
            if name.starts_with("b-") && ["csv", "tsv"].iter().any(|format| name.contains(format)) {
                continue;
            }
            place.write(&name, packed);
            assert!(bodies(&name) == *expected, "{name}");
        }
    }
}

#[test]
fn other_columns_pass_through() {
    let place = Place::new();
    place.write("a.parquet", parquet(&articles()[..2], Compression::SNAPPY));
    let ran = place.run(&["clean", "--provenance", "a.parquet"]);
    let record = &ran.expect(0, 2, 0).records()[1];
    assert_eq!(record["id"], "a.parquet:2");
    assert_eq!(
        (&record["judul"], &record["nomor"], &record["tag"]),
        (&json!("\"Judul\", 1"), &json!(1), &json!(["a", null]))
    );
    assert_eq!(record["provenance"], json!({"file": "a.parquet", "record": 2, "offset": null}));
    place.write("b.csv", format!("No,Isi,,Isi\n007,\"{}\",x,\n", prose(1)));
    let record = &place.run(&["clean", "--provenance", "b.csv"]).expect(0, 1, 0).records()[0];
    assert_eq!((&record["No"], &record["column_3"], &record["Isi_4"]), (&json!("007"), &json!("x"), &json!("")));
    assert_eq!((&record["text"], &record["id"]), (&json!(prose(1)), &json!("b.csv:2")));
    assert_eq!(record["provenance"], json!({"file": "b.csv", "record": 1, "offset": 12}));
}

#[test]
fn a_bad_row_costs_itself_only() {
    let place = Place::new();
    let good = |number: usize| format!("{number},\"{}\"\n", prose(number));
    for (bad, reason) in [
        ("2\n", "a.csv:3: 1 fields in a table of 2 columns"),
        ("2,x,y\n", "a.csv:3: 3 fields in a table of 2 columns"),
        ("2,\n", "a.csv:3: no text: the field `isi` is empty"),
    ] {
        place.write("a.csv", format!("id,isi\n{}{bad}{}", good(1), good(3)));
        place.run(&["clean", "a.csv"]).expect(1, 2, 1).says(reason);
    }
    place.write("a.csv", format!("id,isi\n{}2,\"terpotong\n", good(1)));
    place.run(&["clean", "a.csv"]).expect(1, 1, 1).says("a.csv:3: truncated: a quote is not closed");
    place.write("a.csv", format!("id,isi\n{}2,\"{}\"\n{}", good(1), prose(2).repeat(30), good(3)));
    let ran = place.run(&["clean", "--max-record-bytes", "2000", "a.csv"]);
    ran.expect(1, 2, 1).says("a.csv:3: ").says("more than 2000 (--max-record-bytes); skipped");
    for (table, reason) in [
        ("", "empty: there is nothing to read"),
        ("\n\r\n", "no records: there are only blank lines"),
        ("id,isi\n", "no records: there is only a row of names"),
        ("nomor,harga\n1,2\n", "no column has a usual name"),
    ] {
        place.write("b.csv", table);
        place.run(&["clean", "b.csv"]).expect(1, 0, 1).says("b.csv:").says(reason);
    }
}

#[test]
fn a_bad_parquet_file_costs_no_other() {
    let place = Place::new();
    let whole = parquet(&articles()[..9], Compression::SNAPPY);
    place.write("z.jsonl", lines(1));
    for (bytes, reason) in [
        (b"PAR1".to_vec(), "truncated: shorter than any Parquet file"),
        (whole[..whole.len() / 2].to_vec(), "truncated, or no Parquet file"),
        ([&whole[..whole.len() - 8], b"\xff\xff\xff\x03PAR1"].concat(), "footer is longer than the file"),
        ([&whole[..whole.len() - 8], b"\xff\xff\xff\xffPAR1"].concat(), "a footer of 4294967295 bytes"),
        (parquet(&[], Compression::SNAPPY), "no records: the table has no rows"),
    ] {
        place.write("a.parquet", bytes);
        place.run(&["clean", "a.parquet", "z.jsonl"]).expect(1, 1, 1).says("a.parquet: ").says(reason);
    }
    place.write("b.parquet.gz", &gzip(&whole)[..500]);
    place.run(&["clean", "b.parquet.gz", "z.jsonl"]).expect(1, 1, 1).says("b.parquet.gz: truncated: the gzip data");
}

#[test]
fn no_changed_byte_of_a_parquet_file_ends_the_run() {
    let place = Place::new();
    let short: Vec<[String; 3]> = (0..3).map(|number| [number.to_string(), "x".to_owned(), prose(number)]).collect();
    let whole = parquet(&short, Compression::SNAPPY);
    for at in 0..whole.len() {
        for flip in [0x01, 0x80] {
            let mut changed = whole.clone();
            changed[at] ^= flip;
            let path = place.write("a.parquet", changed);
            let items: Vec<Item> = Reader::new(&[path], Options::default()).take(10).collect();
            assert!((1..=4).contains(&items.len()), "byte {at}: {items:?}");
        }
    }
}

#[test]
fn pages_are_read_wherever_they_stand() {
    let place = Place::new();
    let page =
        "<!DOCTYPE html><html><head><meta charset=\"windows-1252\"><title>x</title></head><body><p>Caf\u{e9}</p>";
    let bytes: Vec<u8> = page.chars().map(|c| c as u8).collect();
    place.write("d/a.html", &bytes);
    place.write("d/b.HTM", format!("\u{feff}{page}"));
    place.write("d/c.xhtml.gz", gzip(&bytes));
    place.write("d/d", &bytes);
    place.write("d/e.jsonl", format!("{}\n{}\n", json!({"html": page, "text": "x"}), json!({"content": page})));
    place.write("d/f.jsonl", format!("{}\n", json!({"raw_html": null, "page": 5, "page_source": page})));
    place.write("d/g.csv", format!("no,Raw_HTML\n1,\"{}\"\n", page.replace('"', "\"\"")));
    let options = Options { url: Some("https://contoh.example/".to_owned()), ..Options::default() };
    let items: Vec<Item> = Reader::new(&[place.path("d")], options.clone()).collect();
    assert_eq!(items.len(), 8);
    for item in items {
        let Item::Record(record) = item else { panic!("{item:?}") };
        assert_eq!((record.text.as_str(), record.html.as_deref()), ("", Some(page)), "{}", record.id);
        assert_eq!(record.url.as_deref(), Some("https://contoh.example/"));
    }
    // A text that is named is what is meant, unless it is a page; a page that is named is one without markup, too.
    place.write("h.jsonl", format!("{}\n", json!({"isi": "Harga <b>naik</b>.", "html": page})));
    let named = |field: &str| {
        let (text_field, html_field) =
            if field == "isi" { (Some("isi".to_owned()), None) } else { (None, Some("html".to_owned())) };
        let options = Options { text_field, html_field, ..options.clone() };
        match Reader::new(&[place.path("h.jsonl")], options).next() {
            Some(Item::Record(record)) => (record.text, record.html),
            item => panic!("{item:?}"),
        }
    };
    assert_eq!(named("isi"), ("Harga <b>naik</b>.".to_owned(), None));
    assert_eq!(named("html"), (String::new(), Some(page.to_owned())));
}

#[test]
fn a_page_that_cannot_be_read_is_a_failure() {
    let place = Place::new();
    place.write("a.html", " \n");
    place.write("b.html", "<p>x".repeat(1000));
    place.write("c.html.gz", &gzip(b"<p>x")[..15]);
    place.write("d.jsonl", format!("{}\n{}", json!({"id": 1, "html": ""}), json!({"id": 2, "html": 5})));
    let ran = place.run(&["clean", "--max-record-bytes", "2000", "a.html", "b.html", "c.html.gz", "d.jsonl"]);
    ran.expect(1, 0, 5)
        .says("a.html: no page: there is nothing but white space")
        .says("b.html: longer than 2000 bytes");
    ran.says("c.html.gz: truncated").says("d.jsonl:1: no text").says("d.jsonl:2: no text");
    let ran = place.run(&["clean", "--html-field", "html", "d.jsonl"]);
    ran.expect(1, 0, 2).says("d.jsonl:1: no page: the field `html` is empty").says("`html` is not a string");
}

#[test]
fn lists_name_files_and_folders() {
    let place = Place::new();
    for name in ["2020/a.txt", "2021/a.txt", "2021/b [1].txt", "2022/c.txt"] {
        place.write(name, prose(1));
    }
    place.write("daftar", "2021/a.txt\r\n\n./2020\n2021/b [1].txt\ntidak-ada.txt");
    let ran = place.run(&["clean", "--files-from", "daftar"]);
    ran.expect(1, 3, 1).says("tidak-ada.txt: No such file");
    assert_eq!(ran.ids(), ["2021/a.txt", "2020/a.txt", "2021/b [1].txt"]);
    let ran = place.feed(&["clean", "--files-from", "-", "2022"], b"2021/a.txt\x002021/b [1].txt\x00");
    assert_eq!(ran.expect(0, 3, 0).ids(), ["c.txt", "2021/a.txt", "2021/b [1].txt"]);
    let absolute = place.path("2020/a.txt");
    let ran = place.feed(&["clean", "--files-from", "-"], absolute.to_str().unwrap().as_bytes());
    assert_eq!(format!("/{}", ran.expect(0, 1, 0).ids()[0]), absolute.to_str().unwrap());
    place.write("kosong", "\n\n");
    place.write("besar", "x".repeat(100_000));
    let ran = place.run(&["clean", "--files-from", "kosong", "--files-from", "tidak-ada", "--files-from", "besar"]);
    ran.expect(1, 0, 3).says("kosong: empty").says("tidak-ada: No such file").says("besar: not a list of files");
}

#[test]
fn provenance_says_where_a_record_stood() {
    let place = Place::new();
    let data = format!("\u{feff}\n{}rusak\n{}", lines(1), lines(2));
    place.write("a.jsonl.gz", gzip(data.as_bytes()));
    place.write("b.txt", prose(1));
    let ran = place.run(&["clean", "--provenance", "a.jsonl.gz", "b.txt"]);
    ran.expect(1, 4, 1);
    let found: Vec<Value> = ran.records().iter().map(|record| record["provenance"].clone()).collect();
    for (provenance, number) in found.iter().zip([1, 3, 4]) {
        assert_eq!((&provenance["file"], &provenance["record"]), (&json!("a.jsonl.gz"), &json!(number)));
        let offset = usize::try_from(provenance["offset"].as_u64().unwrap()).unwrap();
        assert!(data.as_bytes()[offset..].starts_with(b"{\"id\":\"r"), "{offset}");
    }
    assert_eq!(found[3], json!({"file": "b.txt", "record": 1, "offset": 0}));
    let taken = format!("{}\n", json!({"text": prose(1), "provenance": "dulu"}));
    let ran = place.feed(&["clean", "--provenance"], taken.as_bytes());
    let record = &ran.records()[0];
    assert_eq!((&record["input_provenance"], &record["provenance"]["file"]), (&json!("dulu"), &json!("-")));
}

/// A page of prose with letters beyond ASCII.
fn page() -> String {
    format!("<!doctype html>\n<title>Panen</title>\n<p>Kata petambak = “panen” ― {}</p>\n", prose(1))
}

/// A message as browsers save pages, of parts that are headers and bytes.
fn mhtml(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut message = b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://contoh.example/berita\r\n\
        Subject: =?utf-8?Q?Panen?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\
        \tboundary=\"----Batas--9----\"\r\n\r\n"
        .to_vec();
    for (headers, body) in parts {
        message.extend_from_slice(format!("\r\n------Batas--9----\r\n{headers}\r\n").as_bytes());
        message.extend_from_slice(body);
    }
    message.extend_from_slice(b"\r\n------Batas--9------\r\n");
    message
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=' || byte == b'\n';
    let bytes =
        text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("={byte:02X}") });
    let pieces: Vec<String> = bytes.collect();
    pieces.chunks(60).map(<[String]>::concat).collect::<Vec<_>>().join("=\r\n").into_bytes()
}

const HTML: &str = "Content-Type: text/html\r\nContent-Location: https://contoh.example/berita/1\r\n";
const IMAGE: (&str, &[u8]) = ("Content-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n", b"\x89PNG\0\n--\n");

#[test]
fn a_page_that_a_browser_saved_whole_is_that_page() {
    let place = Place::new();
    place.write("a.html", page());
    let options = || Options { url: Some("https://contoh.example/lain".to_owned()), ..Options::default() };
    let latin: Vec<u8> = "<p>Café</p>".chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, page());
    let broken: Vec<u8> = base64.as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]);
    let plain = page();
    let head = |more: &str| format!("{HTML}{more}\r\n");
    let quoted = head("Content-Transfer-Encoding: Quoted-Printable");
    let latin_head = "Content-Type: text/html;\r\n charset=\"latin1\"\r\nContent-Transfer-Encoding: 8bit\r\n";
    for (name, file, expected, url) in [
        ("quoted", mhtml(&[(&quoted, &quoted_printable(&plain)), IMAGE]), plain.as_str(), "/berita/1"),
        ("base64", mhtml(&[(&head("Content-Transfer-Encoding: base64"), &broken), IMAGE]), &plain, "/berita/1"),
        ("second.mht", mhtml(&[IMAGE, (HTML, plain.as_bytes()), (HTML, b"<p>iklan</p>")]), &plain, "/berita/1"),
        ("latin", mhtml(&[(latin_head, &latin)]), "<p>Café</p>", "/berita"),
        (
            "alone.mht",
            [b"MIME-Version: 1.0\r\n".as_slice(), HTML.as_bytes(), b"\r\n", plain.as_bytes()].concat(),
            &plain,
            "/berita/1",
        ),
    ] {
        place.write(name, file);
        let items: Vec<Item> = Reader::new(&[place.path(name)], options()).collect();
        let [Item::Record(record)] = items.as_slice() else { panic!("{name}: {items:?}") };
        assert_eq!(record.html.as_deref(), Some(expected), "{name}");
        assert_eq!(record.url, Some(format!("https://contoh.example{url}")), "{name}");
        assert_eq!(record.warnings, [], "{name}");
    }
    let bodies = |name: &str| place.run(&["clean", "-q", name]).records()[0]["text"].clone();
    assert_eq!(bodies("a.html"), bodies("quoted"));
    assert_eq!(bodies("a.html"), bodies("base64"));
}

#[test]
fn of_frames_that_a_browser_saved_the_largest_is_the_page() {
    let place = Place::new();
    let frames = "<html><head><title>x</title></head><frameset cols=\"20%,80%\"><frame src=\"cid:1\"><frame src=\"cid:2\"></frameset></html>";
    let page = page();
    let parts: [(&str, &[u8]); 3] = [
        ("Content-Type: text/html\r\nContent-ID: <0>\r\n", frames.as_bytes()),
        ("Content-Type: text/html\r\nContent-ID: <1>\r\n", b"<p>Menu</p>"),
        (HTML, page.as_bytes()),
    ];
    place.write("a.mhtml", mhtml(&parts));
    let record = &place.run(&["clean", "a.mhtml"]).expect(0, 1, 0).records()[0];
    assert_eq!(record["url"], json!("https://contoh.example/berita/1"));
    assert!(record["text"].as_str().unwrap().contains("Pemerintah kota"), "{record}");
    // The message says with which part it starts.
    let start = String::from_utf8(mhtml(&parts)).unwrap().replace("type=\"text/html\"", "start=\"<1>\"");
    place.write("b.mhtml", start);
    let items: Vec<Item> = Reader::new(&[place.path("b.mhtml")], Options::default()).collect();
    let [Item::Record(record)] = items.as_slice() else { panic!("{items:?}") };
    assert_eq!(record.html.as_deref(), Some("<p>Menu</p>"));
    // Frames that are not there leave what there is.
    place.write("c.mhtml", mhtml(&parts[..1]));
    assert_eq!(place.run(&["clean", "c.mhtml"]).code, Some(0));
}

#[test]
fn what_is_wrong_with_a_saved_page_is_said() {
    let place = Place::new();
    let whole = mhtml(&[(HTML, page().as_bytes()), IMAGE]);
    let page_end = whole.windows(4).position(|window| window == b"</p>").unwrap();
    let text = String::from_utf8_lossy(&whole).into_owned();
    for (name, file, reason) in [
        ("a", whole[..page_end].to_vec(), "truncated: the file ends within the page"),
        ("b", text.replace("boundary=", "x=").into_bytes(), "no boundary"),
        ("c", mhtml(&[IMAGE]), "no part of it is HTML"),
        ("d", text.replace("----Batas--9----\"", "lain\"").into_bytes(), "no part of it is HTML"),
        ("e", mhtml(&[(HTML, b" \r\n")]), "nothing but white space"),
        ("f", mhtml(&[(&format!("{HTML}Content-Transfer-Encoding: x-uuencode\r\n"), b"x")]), "x-uuencode"),
        ("g.mhtml", page().into_bytes(), "not MHTML"),
    ] {
        place.write(name, file);
        place.run(&["clean", name]).expect(1, 0, 1).says(&format!("{name}: ")).says(reason);
    }
    // Images that are missing cost nothing; a page that is too long is skipped.
    place.write("h", &whole[..whole.len() - 40]);
    place.run(&["clean", "h"]).expect(0, 1, 0);
    place.run(&["clean", "--max-record-bytes", "500", "h"]).expect(1, 0, 1).says("longer than 500 bytes");
    // Wherever it is cut, it is one record or one failure.
    for end in 1..whole.len() {
        place.write("i.mhtml", &whole[..end]);
        assert_eq!(Reader::new(&[place.path("i.mhtml")], Options::default()).count(), 1, "{end}");
    }
    // Text that speaks of such messages is text.
    place.write("j", format!("{}\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n", prose(1)));
    assert!(place.run(&["clean", "j"]).expect(0, 1, 0).records()[0]["text"].as_str().unwrap().contains("Pemerintah"));
}
