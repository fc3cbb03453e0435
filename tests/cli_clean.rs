//! `kupas clean`: what goes in and by what it is cleaned. Inputs, formats, fields, kinds, packs.

mod common;

use common::{PACKERS, Place, gzip, ids, line, lines, prose, records, zstd};
use serde_json::{Value, json};

const KEYS: [&str; 8] = ["schema_version", "id", "url", "text", "metadata", "confidence", "removed", "warnings"];

#[test]
fn folders_are_walked_in_sorted_order_and_may_mix_formats() {
    let place = Place::new();
    place.write("d/b.txt", prose(2));
    place.write("d/a/z.txt.gz", gzip(prose(1).as_bytes()));
    place.write("d/c.jsonl.zst", zstd(lines(2).as_bytes()));
    place.write("d/e.ndjson", line("e", 5));
    place.write("d/tanpa-nama", line("t", 6));
    place.write("d/.tersembunyi.txt", prose(9));
    place.write("d/.keluar.jsonl.123.tmp", prose(9));
    let ran = place.run(&["clean", "d"]);
    ran.expect(0, 6, 0);
    assert_eq!(ran.ids(), ["a/z.txt.gz", "b.txt", "r0", "r1", "e", "t"]);
    let texts: Vec<Value> = ran.records().iter().map(|record| record["text"].clone()).collect();
    assert_eq!(texts, [1, 2, 0, 1, 5, 6].map(|number| json!(prose(number))));
}

#[test]
fn globs_are_expanded_with_ids_below_their_fixed_part() {
    let place = Place::new();
    for name in ["d/2020/a.txt", "d/2021/a.txt", "d/2021/x.dat", "d/2021/dalam/a.txt"] {
        place.write(name, prose(1));
    }
    assert_eq!(place.run(&["clean", "d/*/*.txt"]).ids(), ["2020/a.txt", "2021/a.txt"]);
    assert_eq!(place.run(&["clean", "d/**/*.txt"]).ids(), ["2020/a.txt", "2021/a.txt", "2021/dalam/a.txt"]);
    assert_eq!(place.run(&["clean", "d/202?"]).ids().len(), 4);
    // A file of that very name comes first.
    place.write("d/[1].txt", prose(1));
    assert_eq!(place.run(&["clean", "d/[1].txt"]).ids(), ["[1].txt"]);
}

#[test]
fn standard_input_takes_its_turn() {
    let place = Place::new();
    place.write("a.txt", prose(1));
    assert_eq!(place.feed(&["clean"], prose(2).as_bytes()).ids(), ["stdin"]);
    assert_eq!(place.feed(&["clean", "a.txt", "-"], lines(2).as_bytes()).ids(), ["a.txt", "r0", "r1"]);
    assert_eq!(place.feed(&["clean", "-"], &gzip(lines(2).as_bytes())).ids(), ["r0", "r1"]);
    // One bad line among good ones does not change what the input is.
    let ran = place.feed(&["clean"], format!("{{\"rusak\"\n{}", lines(2)).as_bytes());
    ran.expect(1, 2, 1).says("standard input:1");
}

#[test]
fn the_format_can_be_forced() {
    let place = Place::new();
    place.write("a.txt", lines(2));
    assert_eq!(place.run(&["clean", "a.txt"]).ids(), ["a.txt"]);
    assert_eq!(place.run(&["clean", "--from", "jsonl", "a.txt"]).ids(), ["r0", "r1"]);
    place.write("b.jsonl", prose(1));
    assert_eq!(place.run(&["clean", "--from", "text", "b.jsonl"]).ids(), ["b.jsonl"]);
}

#[test]
fn every_member_of_a_compressed_file_is_read() {
    let place = Place::new();
    let data = lines(300);
    for pieces in [1, 2, 1000] {
        // Members end in the middle of lines.
        let size = data.len().div_ceil(pieces);
        for (ending, _, pack) in PACKERS {
            let packed: Vec<u8> = data.as_bytes().chunks(size).flat_map(pack).collect();
            place.write(&format!("d{pieces}/{ending}.jsonl.{ending}"), packed);
        }
        let ran = place.run(&["clean", &format!("d{pieces}")]);
        ran.expect(0, 1200, 0);
        assert_eq!(ran.ids()[..300], ids(&records(data.as_bytes())));
    }
}

#[test]
fn other_fields_pass_through_as_they_came() {
    let place = Place::new();
    let fields = r#""z":1,"angka":12345678901234567890.50,"besar":1e400,"nol":-0.0,"a":{"y":[1,null],"x":"\u00e9"},"kosong":null"#;
    place.write(
        "a.jsonl",
        format!("{{{fields},\"text\":{},\"id\":7,\"url\":\"https://contoh.example/1\"}}\n", json!(prose(1))),
    );
    let ran = place.run(&["clean", "a.jsonl"]);
    ran.expect(0, 1, 0);
    let record = &ran.records()[0];
    assert_eq!((&record["id"], &record["url"]), (&json!("7"), &json!("https://contoh.example/1")));
    let keys: Vec<&String> = record.as_object().unwrap().keys().collect();
    assert_eq!(keys[..8], KEYS);
    let line = String::from_utf8(ran.stdout.clone()).unwrap();
    assert!(line.ends_with(&format!(",{}}}\n", fields.replace("\\u00e9", "é").replace("1e400", "1e+400"))), "{line}");
    assert_eq!((&record["removed"], &record["warnings"]), (&json!([]), &json!([])));
}

#[test]
fn fields_with_our_names_get_others() {
    let place = Place::new();
    let input = json!({
        "content": prose(1), "metadata": {"a": 1}, "confidence": "tinggi", "removed": 0, "warnings": [], "schema_version": 9,
        "text": "", "id": ["x"], "url": 5, "input_metadata": "dulu", "biasa": true
    });
    place.write("a.jsonl", format!("{input}\n"));
    let ran = place.run(&["clean", "a.jsonl"]);
    ran.expect(0, 1, 0);
    let record = &ran.records()[0];
    assert_eq!(record["text"], prose(1));
    assert_eq!((&record["id"], &record["url"]), (&json!("a.jsonl:1"), &json!(null)));
    for (name, other) in [
        ("metadata", "input_input_metadata"),
        ("confidence", "input_confidence"),
        ("removed", "input_removed"),
        ("warnings", "input_warnings"),
        ("schema_version", "input_schema_version"),
        ("text", "input_text"),
        ("id", "input_id"),
        ("url", "input_url"),
        ("input_metadata", "input_metadata"),
        ("biasa", "biasa"),
    ] {
        assert_eq!(record[other], input[name], "{name}");
    }
    let renamed = record["warnings"].as_array().unwrap().iter().filter(|warning| warning["code"] == "renamed-field");
    assert_eq!(renamed.count(), 8);
}

#[test]
fn fields_are_found_by_name_or_named() {
    let place = Place::new();
    for name in ["text", "content", "raw_content", "body", "isi", "konten", "article", "maintext", "Isi", "CONTENT"] {
        place.write(
            "a.jsonl",
            format!("{}\n", json!({"judul": "x", name: prose(1), "link": "https://contoh.example/"})),
        );
        let record = &place.run(&["clean", "a.jsonl"]).expect(0, 1, 0).records()[0];
        assert_eq!(record["text"], prose(1), "{name}");
        // What is not the text stays where it was, even if it is used.
        assert_eq!(
            (&record["url"], &record["link"], &record["judul"]),
            (&json!("https://contoh.example/"), &record["url"], &json!("x"))
        );
        assert_eq!(record.get("isi"), None);
    }
    place.write(
        "a.jsonl",
        format!("{}\n", json!({"text": "lain", "naskah": prose(1), "nomor": 3, "alamat": "https://contoh.example/"})),
    );
    let flags = ["--text-field", "naskah", "--id-field", "nomor", "--url-field", "alamat"];
    let record = &place.run(&[&["clean", "a.jsonl"], &flags[..]].concat()).expect(0, 1, 0).records()[0];
    assert_eq!((&record["text"], &record["input_text"]), (&json!(prose(1)), &json!("lain")));
    assert_eq!((&record["id"], &record["url"]), (&json!("3"), &json!("https://contoh.example/")));
    place.run(&["clean", "a.jsonl", "--text-field", "isi"]).expect(1, 0, 1).says("no text: there is no field `isi`");
}

#[test]
fn raw_text_is_kept_when_asked() {
    let place = Place::new();
    place.write("a.txt", format!("{}\n", prose(1)));
    place.write("b.jsonl", format!("{}\n", json!({"raw": "punya masukan", "text": prose(2), "x": 1})));
    place.write("c.jsonl", format!("{}\n", json!({"raw": prose(3)})));
    let records = place.run(&["clean", "--keep-raw", "a.txt", "b.jsonl", "c.jsonl"]).expect(0, 3, 0).records();
    let raws: Vec<&Value> = records.iter().map(|record| &record["raw"]).collect();
    assert_eq!(raws, [&json!(format!("{}\n", prose(1))), &json!(prose(2)), &json!(prose(3))]);
    assert_eq!(records[1]["input_raw"], "punya masukan");
    // Not asked for, the field of the input is its own.
    assert_eq!(place.run(&["clean", "b.jsonl"]).records()[0]["raw"], "punya masukan");
}

#[test]
fn a_field_named_flat_is_the_inputs_own_unless_ours_is_asked_for() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}\n", json!({"flat": 36, "text": prose(1)})));
    let record = &place.run(&["clean", "a.jsonl"]).records()[0];
    assert_eq!((&record["flat"], &record["warnings"]), (&json!(36), &json!([])));
    let record = &place.run(&["clean", "a.jsonl", "--flat"]).records()[0];
    assert_eq!((record.get("flat"), &record["input_flat"]), (None, &json!(36)));
    assert_eq!(record["warnings"][0]["code"], "renamed-field");
}

/// A page with a heading and a link to another article between its paragraphs.
fn page() -> String {
    format!(
        "<article><p>{}</p><h2>Jalur yang Padat</h2><p>{}</p><p>Baca juga: <a href=/b>Harga Garam Naik Dua Kali Lipat</a></p>\
         <p>{}</p></article>",
        prose(1),
        prose(2),
        prose(3)
    )
}

#[test]
fn kinds_can_be_dropped_and_kept() {
    let place = Place::new();
    place.write("a.html", page());
    let text = |flags: &[&str]| {
        let ran = place.run(&[&["clean", "a.html", "--to", "text"], flags].concat());
        ran.expect(0, 1, 0);
        String::from_utf8(ran.stdout).unwrap()
    };
    let (heading, link) = ("Jalur yang Padat", "Baca juga: Harga Garam Naik Dua Kali Lipat");
    let whole = |between: &[&str]| {
        let mut paragraphs = vec![prose(1), prose(2), prose(3)];
        for piece in between {
            paragraphs.insert(if *piece == heading { 1 } else { paragraphs.len() - 1 }, (*piece).to_owned());
        }
        paragraphs.join("\n\n") + "\n"
    };
    assert_eq!(text(&[]), whole(&[heading]));
    assert_eq!(text(&["--drop", "heading"]), whole(&[]));
    assert_eq!(text(&["--keep", "read_also"]), whole(&[heading, link]));
    assert_eq!(text(&["--keep", "read_also", "--drop", "title,heading"]), whole(&[link]));
}

#[test]
fn packs_of_ones_own_come_on_top_of_those_built_in() {
    let place = Place::new();
    place.write("a.html", page().replace("Jalur yang Padat", "Tinggi muka air 120 cm"));
    let rule = "[[rule]]\nid = \"river-level\"\nkind = \"ui\"\nwhy = \"A ticker stands among the paragraphs.\"\n\
                pattern = 'Tinggi muka air \\d+ cm'\nstrength = \"certain\"\nhit = [\"Tinggi muka air 120 cm\"]\n\
                miss = [\"Tinggi muka air 120 cm tercatat di pos Muara Kelang, Selasa sore.\"]\n";
    place.write("aturan/sungai.toml", format!("name = \"sungai\"\n{rule}"));
    let rules = |flags: &[&str]| -> Vec<String> {
        let ran = place.run(&[&["clean", "a.html", "--removed", "spans"], flags].concat());
        let removed = ran.expect(0, 1, 0).records()[0]["removed"].clone();
        removed.as_array().unwrap().iter().map(|removed| removed["rule"].as_str().unwrap().to_owned()).collect()
    };
    let ours = "sungai/river-level/pattern".to_owned();
    assert!(!rules(&[]).contains(&ours));
    let both = rules(&["--packs", "aturan"]);
    assert!(both.contains(&ours) && both.contains(&"id/read-also/prefix".to_owned()), "{both:?}");
    let ran = place.run(&["clean", "a.html", "--packs", "tidak-ada"]);
    assert_eq!(ran.code, Some(2));
    ran.says("tidak-ada");
}
