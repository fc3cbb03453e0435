//! `kupas clean`: formats and files of the output. Shards, compression, CSV, Parquet, Dolma's attributes.
// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::fs::File;

use common::{Place, gunzip, gzip, ids, line, lines, prose, records, zstd};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Value, json};

#[test]
fn shards_hold_so_many_records_or_bytes_and_make_up_the_whole() {
    let place = Place::new();
    place.write("a.jsonl", lines(25));
    let whole = place.run(&["clean", "a.jsonl"]).stdout;
    std::fs::create_dir(place.path("d")).unwrap();
    place.run(&["clean", "a.jsonl", "-o", "d/b-{:03}.jsonl", "--shard-size", "10records"]).expect(0, 25, 0);
    assert_eq!(place.list("d"), ["b-000.jsonl", "b-001.jsonl", "b-002.jsonl"]);
    let parts: Vec<Vec<u8>> = place.list("d").iter().map(|name| place.read(&format!("d/{name}"))).collect();
    assert_eq!(parts.concat(), whole);
    assert_eq!(parts.iter().map(|part| records(part).len()).collect::<Vec<_>>(), [10, 10, 5]);
    std::fs::create_dir(place.path("e")).unwrap();
    place.run(&["clean", "a.jsonl", "-o", "e/{}.jsonl.gz", "--shard-size", "4k"]).expect(0, 25, 0);
    let names = place.list("e");
    assert!(names.len() > 3);
    let mut numbers: Vec<u32> = names.iter().map(|name| name.split('.').next().unwrap().parse().unwrap()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (0..names.len() as u32).collect::<Vec<_>>());
    let parts: Vec<Vec<u8>> =
        numbers.iter().map(|number| gunzip(&place.read(&format!("e/{number}.jsonl.gz")))).collect();
    assert_eq!(parts.concat(), whole);
    // Exactly full: no empty file behind it.
    std::fs::create_dir(place.path("f")).unwrap();
    place.run(&["clean", "a.jsonl", "-o", "f/{}.jsonl", "--shard-size", "5records"]).expect(0, 25, 0);
    assert_eq!(place.list("f").len(), 5);
}

#[test]
fn shards_of_two_runs_are_not_mixed() {
    let place = Place::new();
    place.write("a.jsonl", lines(3));
    let args = ["clean", "a.jsonl", "-o", "b-{}.jsonl", "--shard-size", "1records"];
    place.run(&args).expect(0, 3, 0);
    let ran = place.run(&args);
    assert_eq!(ran.code, Some(2));
    ran.says("b-0.jsonl is there already");
    for (args, answer) in [
        (["-o", "c-{}.jsonl", "--to", "jsonl"], "needs --shard-size"),
        (["-o", "c.jsonl", "--shard-size", "1k"], "needs {}"),
        (["-o", "c-{x}.jsonl", "--shard-size", "1k"], "{:05}"),
    ] {
        let ran = place.run(&[&["clean", "a.jsonl"], &args[..]].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        ran.says(answer);
    }
}

#[test]
fn blocks_are_no_matter_to_who_unpacks_them() {
    let place = Place::new();
    place.write("a.jsonl", lines(40));
    let plain = place.run(&["clean", "a.jsonl"]).stdout;
    for block in ["1", "5000", "1000000"] {
        let run =
            |name: &str| place.run(&["clean", "a.jsonl", "-o", name, "--block-bytes", block]).expect(0, 40, 0).code;
        run("b.jsonl.gz");
        assert_eq!(gunzip(&place.read("b.jsonl.gz")), plain);
        run("b.jsonl.zst");
        assert_eq!(zstd::decode_all(&place.read("b.jsonl.zst")[..]).unwrap(), plain);
        // We read them, too, as what they are.
        assert_eq!(place.run(&["clean", "b.jsonl.gz"]).ids().len(), 40);
    }
    // Of nothing comes an empty file that can be unpacked.
    place.write("kosong.jsonl", zstd(b""));
    place.run(&["clean", "a.jsonl", "--limit", "0", "-o", "b.jsonl.gz"]).expect(0, 0, 0);
    assert_eq!(gunzip(&place.read("b.jsonl.gz")), b"");
}

/// The cells of CSV: RFC 4180.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = csv.chars().peekable();
    while let Some(c) = characters.next() {
        let row = rows.last_mut().unwrap();
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                row.last_mut().unwrap().push(characters.next().unwrap())
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => row.last_mut().unwrap().push(c),
        }
    }
    rows.pop();
    rows
}

#[test]
fn csv_has_a_column_for_everything() {
    let place = Place::new();
    let evil = json!({"id": "=1+1", "url": "https://contoh.example/a,b", "text": format!("{}\nBaca juga: Harga \"Garam\" Naik, Lagi\n{}", prose(1), prose(2)), "x": [1]});
    place.write("a.jsonl", format!("{evil}\n{}", lines(1)));
    let ran = place.run(&["clean", "a.jsonl", "--to", "csv", "--removed", "text"]);
    ran.expect(0, 2, 0);
    let rows = cells(std::str::from_utf8(&ran.stdout).unwrap());
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let cell = |name: &str| &rows[1][rows[0].iter().position(|column| column == name).unwrap()];
    assert_eq!(cell("id"), "'=1+1");
    assert_eq!(cell("url"), "https://contoh.example/a,b");
    assert_eq!(cell("text"), &format!("{}\n\n{}", prose(1), prose(2)));
    assert_eq!(cell("extra"), "{\"x\":[1]}");
    let removed: Value = serde_json::from_str(cell("removed")).unwrap();
    assert_eq!(removed[0]["text"], "Baca juga: Harga \"Garam\" Naik, Lagi");
    assert_eq!(cell("authors"), "");
    let raw = place.run(&["clean", "a.jsonl", "--to", "csv", "--csv-raw"]);
    assert!(cells(std::str::from_utf8(&raw.stdout).unwrap())[1].contains(&"=1+1".to_owned()));
    // The header stands in every file, once.
    place.run(&["clean", "a.jsonl", "-o", "b-{}.csv", "--shard-size", "1records", "-q"]);
    for number in 0..2 {
        let rows = cells(std::str::from_utf8(&place.read(&format!("b-{number}.csv"))).unwrap());
        assert_eq!((rows.len(), rows[0][0].as_str()), (2, "schema_version"));
    }
    place.run(&["clean", "a.jsonl", "--limit", "0", "-o", "c.csv", "-q"]);
    assert_eq!(cells(std::str::from_utf8(&place.read("c.csv")).unwrap()).len(), 1);
}

/// A field of Parquet as JSON.
fn value(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Long(number) => json!(number),
        Field::Double(number) => json!(number),
        Field::Str(text) => json!(text),
        Field::Bytes(bytes) => json!(bytes.as_utf8().unwrap()),
        Field::Group(row) => row.get_column_iter().map(|(name, field)| (name.clone(), value(field))).collect(),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        other => panic!("not one of ours: {other:?}"),
    }
}

#[test]
fn parquet_has_typed_columns() {
    let place = Place::new();
    let text = format!("Penulis: Ratna Widuri\n{}\nBaca juga: Harga Garam Naik\n{}", prose(1), prose(2));
    let input = json!({"id": "a", "text": text, "x": {"y": 1}});
    place.write("a.jsonl", format!("{input}\n{}", lines(30)));
    place.run(&["clean", "a.jsonl", "-o", "b.parquet", "--removed", "spans"]).expect(0, 31, 0);
    let expected = place.run(&["clean", "a.jsonl", "--removed", "spans"]).records();
    let reader = SerializedFileReader::new(File::open(place.path("b.parquet")).unwrap()).unwrap();
    assert_eq!(reader.metadata().file_metadata().num_rows(), 31);
    let rows: Vec<Value> = reader.get_row_iter(None).unwrap().map(|row| value(&Field::Group(row.unwrap()))).collect();
    for (row, record) in rows.iter().zip(&expected) {
        for key in ["id", "url", "text", "confidence", "removed", "schema_version"] {
            // A column has every field of a list's items, a record those that there are.
            let mut value = row[key].clone();
            for item in value.as_array_mut().into_iter().flatten() {
                item.as_object_mut().unwrap().retain(|_, field| !field.is_null());
            }
            assert_eq!(value, record[key], "{key}");
        }
        for key in ["title", "authors", "related", "language", "tags"] {
            assert_eq!(row[key], record["metadata"][key], "{key}");
        }
    }
    assert_eq!(rows[0]["authors"], json!(["Ratna Widuri"]));
    let extra: Value = serde_json::from_str(rows[0]["extra"].as_str().unwrap()).unwrap();
    assert_eq!((extra, &rows[1]["extra"]), (json!({"x": {"y": 1}}), &Value::Null));
    let ran = place.run(&["clean", "a.jsonl", "--to", "parquet"]);
    assert_eq!(ran.code, Some(2));
    ran.says("needs a file");
}

#[test]
fn dolma_attributes_take_out_what_we_take_out() {
    let place = Place::new();
    let text = format!("{} é\nBaca juga: Harga Garam Naik\n{}\nBagikan\n", prose(1), prose(2));
    place.write("a.jsonl", format!("{}\n", json!({"id": "a", "text": text})));
    let ran = place.run(&["clean", "a.jsonl", "--to", "dolma"]);
    ran.expect(0, 1, 0);
    let line = &ran.records()[0];
    assert_eq!(line.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "attributes"]);
    // As the toolkit does it: spans of characters, sorted, replaced by nothing.
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (name, list) in line["attributes"].as_object().unwrap() {
        assert!(name.starts_with("kupas__"));
        for span in list.as_array().unwrap().iter().filter(|_| name != "kupas__confidence") {
            assert_eq!(span[2], json!(1.0));
            spans.push((span[0].as_u64().unwrap() as usize, span[1].as_u64().unwrap() as usize));
        }
    }
    let kept: String = text
        .chars()
        .enumerate()
        .filter(|(at, _)| !spans.iter().any(|(a, b)| (a..b).contains(&at)))
        .map(|(_, c)| c)
        .collect();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let cleaned = place.run(&["clean", "a.jsonl"]).records()[0]["text"].as_str().unwrap().to_owned();
    assert_eq!(words(&kept), words(&cleaned));
    assert!(spans.len() >= 2);
    // A line for each document, and the ids of the documents.
    place.write("b.jsonl", lines(5));
    assert_eq!(place.run(&["clean", "b.jsonl", "--to", "dolma"]).ids(), ids(&records(lines(5).as_bytes())));
}

#[test]
fn documents_of_text_are_told_apart_by_a_form_feed() {
    let place = Place::new();
    place.write("a.jsonl", lines(3));
    let ran = place.run(&["clean", "--to", "text", "a.jsonl"]);
    ran.expect(0, 3, 0);
    let output = String::from_utf8(ran.stdout).unwrap();
    let documents: Vec<&str> = output.split("\u{c}\n").collect();
    assert_eq!(documents, [0, 1, 2].map(|number| format!("{}\n", prose(number))));
}

#[test]
fn text_goes_to_a_folder_with_the_layout_of_the_input() {
    let place = Place::new();
    place.write("d/2020/a.txt", prose(1));
    place.write("d/2021/a.txt.gz", gzip(prose(2).as_bytes()));
    place.write("d/b.jsonl", line("catatan", 3));
    place.run(&["clean", "d", "--output", "bersih/"]).expect(0, 3, 0);
    assert_eq!(place.list("bersih"), ["2020/a.txt", "2021/a.txt", "catatan.txt"]);
    assert_eq!(place.read("bersih/2021/a.txt"), format!("{}\n", prose(2)).as_bytes());
    // Again: replaced, not doubled.
    place.run(&["clean", "d", "--to", "text", "--output", "bersih"]).expect(0, 3, 0);
    assert_eq!(place.list("bersih").len(), 3);
}

#[test]
fn markdown_goes_to_a_folder_and_keeps_the_targets_of_links_when_asked() {
    let place = Place::new();
    let link = "Gudang itu dibangun di <a href=\"https://kabarsungai.example/gudang\">dekat dermaga</a> desa";
    let paragraph = format!("<p>{link} agar garam tidak perlu dijual murah pada puncak musim, kata kepala desa.</p>");
    place.write("d/a.html", format!("<article><p>{}</p>{paragraph}<p>{}</p></article>", prose(1), prose(2)));
    place.write("d/b.txt", prose(3));
    place.run(&["clean", "d", "--to", "markdown", "-o", "bersih/"]).expect(0, 2, 0);
    assert_eq!(place.list("bersih"), ["a.html.md", "b.md"]);
    let markdown = |name: &str| String::from_utf8(place.read(name)).unwrap();
    assert!(markdown("bersih/a.html.md").contains("\n\nGudang itu dibangun di dekat dermaga desa agar"));
    assert_eq!(markdown("bersih/b.md"), format!("{}\n", prose(3)));
    place.run(&["clean", "d", "--to", "markdown", "--links", "-o", "tautan/"]).expect(0, 2, 0);
    let links = markdown("tautan/a.html.md");
    assert!(links.contains(" di [dekat dermaga](<https://kabarsungai.example/gudang>) desa agar"), "{links}");
}

#[test]
fn what_is_kept_and_removed_rebuild_the_flattened_page() {
    let visible = |text: &str| -> String { text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect() };
    let place = Place::new();
    let pages = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/*/*/input.html");
    let records = place.run(&["clean", pages, "--flat", "--removed", "text"]).records();
    assert!(!records.is_empty());
    for record in &records {
        let flat = record["flat"].as_str().unwrap();
        let (mut kept, mut at) = (String::new(), 0);
        for removed in record["removed"].as_array().unwrap() {
            let place = |key: &str| removed[key].as_u64().unwrap() as usize;
            assert_eq!(removed["text"], flat[place("start")..place("end")]);
            kept.push_str(&flat[at..place("start")]);
            at = place("end");
        }
        kept.push_str(&flat[at..]);
        let unseen = ['\u{200b}', '\u{2060}', '\u{feff}'];
        let text = visible(record["text"].as_str().unwrap());
        assert_eq!(visible(&kept).replace(unseen, ""), text.replace(unseen, ""), "{}", record["id"]);
    }
    // Text is flat as it comes.
    place.write("a.txt", prose(1));
    assert_eq!(place.run(&["clean", "a.txt", "--flat"]).records()[0].get("flat"), None);
}

#[test]
fn text_only_goes_to_folders() {
    let place = Place::new();
    place.write("a.txt", prose(1));
    let ran = place.run(&["clean", "a.txt", "--to", "jsonl", "-o", "d/"]);
    assert_eq!(ran.code, Some(2));
    ran.says("which only text goes to");
}

#[test]
fn files_are_written_as_their_names_say() {
    let place = Place::new();
    place.write("a.jsonl", lines(3));
    let plain = place.run(&["clean", "a.jsonl"]).stdout;
    place.run(&["clean", "a.jsonl", "-o", "b.jsonl"]).expect(0, 3, 0);
    assert_eq!(place.read("b.jsonl"), plain);
    place.run(&["clean", "a.jsonl", "-o", "b.jsonl.gz"]).expect(0, 3, 0);
    let mut unpacked = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&place.read("b.jsonl.gz")[..]), &mut unpacked)
        .unwrap();
    assert_eq!(unpacked, plain);
    place.run(&["clean", "a.jsonl", "-o", "b.jsonl.zst"]).expect(0, 3, 0);
    assert_eq!(zstd::decode_all(&place.read("b.jsonl.zst")[..]).unwrap(), plain);
    place.run(&["clean", "a.jsonl", "-o", "b.txt"]).expect(0, 3, 0);
    assert!(place.read("b.txt").starts_with(prose(0).as_bytes()));
    // In place.
    place.run(&["clean", "b.jsonl", "-o", "b.jsonl"]).expect(0, 3, 0);
    assert_eq!(ids(&records(&place.read("b.jsonl"))), ["r0", "r1", "r2"]);
    assert!(place.list("").iter().all(|name| !name.ends_with(".tmp")));
}

#[test]
fn a_record_is_one_line_to_every_reader() {
    let place = Place::new();
    place.write(
        "a.jsonl",
        format!("{}\n", json!({"text": prose(1), "x": "a\u{85}b\u{2028}c\u{2029}d\r\n\u{b}\u{c}\u{1c}"})),
    );
    let ran = place.run(&["clean", "a.jsonl"]);
    let output = String::from_utf8(ran.stdout.clone()).unwrap();
    let ends = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    assert_eq!(output.matches(ends).collect::<Vec<_>>(), ["\n"]);
    assert_eq!(ran.records()[0]["x"], "a\u{85}b\u{2028}c\u{2029}d\r\n\u{b}\u{c}\u{1c}");
}
