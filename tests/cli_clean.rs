//! `kupas clean`: what goes in, what comes out, and where it goes.

mod common;

use std::process::Stdio;

use common::{PACKERS, Place, exists, gzip, ids, line, lines, prose, records, zstd};
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
fn order_and_bytes_do_not_depend_on_threads() {
    let place = Place::new();
    let broken: String = (0..40).map(|number| format!("{}rusak {number}\n", lines(30))).collect();
    place.write("a.jsonl", broken);
    let runs =
        ["1", "2", "8"].map(|threads| place.run(&["clean", "--threads", threads, "a.jsonl", "--removed", "text"]));
    runs[0].expect(1, 1200, 40);
    for run in &runs[1..] {
        assert!(run.stdout == runs[0].stdout);
        assert_eq!(run.stderr, runs[0].stderr);
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
fn no_id_leads_out_of_the_output_folder() {
    let place = Place::new();
    let evil = [
        "../../keluar",
        "/etc/keluar",
        "C:\\keluar",
        "a\u{0}b",
        "CON",
        "..",
        ".",
        "/",
        "a/../../keluar",
        "sama",
        "sama",
        "SAMA",
        "sama",
        "x.txt",
        "x.txt/dalam",
        "https://contoh.example/a/b",
        &"panjang".repeat(700),
    ];
    let input: String = evil.iter().enumerate().map(|(number, id)| line(id, number)).collect();
    place.write("kerja/a.jsonl", input);
    let before = place.list("");
    place.run(&["clean", "kerja/a.jsonl", "--output", "kerja/dalam/bersih/"]).expect(0, evil.len(), 0);
    let made = place.list("kerja/dalam/bersih");
    assert_eq!(made.len(), evil.len(), "{made:?}");
    assert_eq!(place.list("").len(), before.len() + made.len());
    assert!(made.iter().all(|name| name.split('/').all(|part| part.len() <= 120)), "{made:?}");
    let lower: std::collections::BTreeSet<String> = made.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(lower.len(), made.len(), "{made:?}");
    assert!(made.contains(&"sama.txt".to_owned()) && made.contains(&"x.txt".to_owned()), "{made:?}");
}

#[cfg(unix)]
#[test]
fn a_link_in_the_output_folder_is_not_followed() {
    let place = Place::new();
    place.write("luar/ada.txt", "lama");
    std::fs::create_dir(place.path("bersih")).unwrap();
    std::os::unix::fs::symlink(place.path("luar"), place.path("bersih/sub")).unwrap();
    std::os::unix::fs::symlink(place.path("luar/ada.txt"), place.path("bersih/b.txt")).unwrap();
    place.write("a.jsonl", line("sub/ada", 1) + &line("b", 2));
    place.run(&["clean", "a.jsonl", "--output", "bersih/"]).expect(0, 2, 0);
    assert_eq!(place.read("luar/ada.txt"), b"lama");
    assert_eq!(place.list("luar"), ["ada.txt"]);
}

#[test]
fn the_output_is_not_read_back() {
    let place = Place::new();
    place.write("a.txt", prose(1));
    for _ in 0..2 {
        place.run(&["clean", ".", "--output", "bersih.jsonl"]).expect(0, 1, 0);
        place.run(&["clean", "a.txt", "--output", "bersih/"]).expect(0, 1, 0);
        place.run(&["clean", ".", "--output", "bersih/"]).says("left out, it is the output");
        std::fs::remove_dir_all(place.path("bersih")).unwrap();
    }
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
fn a_run_that_comes_to_nothing_leaves_the_old_file() {
    let place = Place::new();
    place.write("b.jsonl", "lama\n");
    place.run(&["clean", "tidak-ada.jsonl", "-o", "b.jsonl"]).expect(1, 0, 1).says("b.jsonl is left as it was");
    assert_eq!(place.read("b.jsonl"), b"lama\n");
    assert_eq!(place.list(""), ["b.jsonl"]);
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
fn quiet_runs_say_nothing_but_failures() {
    let place = Place::new();
    place.write("a.jsonl", lines(3));
    assert_eq!(place.run(&["clean", "--quiet", "a.jsonl"]).stderr, "");
    let ran = place.run(&["clean", "--quiet", "a.jsonl", "tidak-ada"]);
    assert_eq!((ran.code, ran.stderr.lines().count()), (Some(1), 1));
}

#[test]
fn wrong_usage_is_answered_with_what_is_right() {
    let place = Place::new();
    for (args, answer) in [
        (&["clean", "--to", "xml"][..], "jsonl, text"),
        (&["clean", "--from", "docx"], "auto, text, html, jsonl"),
        (&["clean", "--removed", "all"], "none, spans, text"),
        (&["clean", "--keep", "judul"], "read_also"),
        (&["clean", "--threads", "0"], "--threads"),
        (&["clean", "--thread", "2"], "--threads"),
        (&["bersihkan"], "bersihkan"),
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        ran.says(answer);
        assert_eq!(ran.stdout, b"");
    }
}

#[test]
fn help_version_completions_and_manual_are_printed() {
    let place = Place::new();
    let version = place.run(&["--version"]);
    assert_eq!(version.stdout, format!("kupas {}\n", env!("CARGO_PKG_VERSION")).as_bytes());
    for (args, part) in [
        (&["clean", "--help"][..], "20000000 bytes"),
        (&["completions", "bash"], "_kupas"),
        (&["completions", "fish"], "complete -c kupas"),
        (&["man"], ".TH"),
        (&["man"], "max\\-record\\-bytes"),
    ] {
        let ran = place.run(args);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{args:?}");
        assert!(String::from_utf8(ran.stdout).unwrap().contains(part), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_ends_the_run_quietly() {
    let place = Place::new();
    place.write("a.jsonl", lines(5000));
    for args in [
        &["clean", "a.jsonl"][..],
        &["clean", "--to", "text", "a.jsonl"],
        &["clean", "--help"],
        &["man"],
        &["completions", "bash"],
    ] {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{args:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_run_ends_when_its_reader_goes_away_even_if_its_input_does_not() {
    let place = Place::new();
    let mut child = place.command(&["clean", "-q", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, lines(600).as_bytes()).ok();
    // Standard input stays open until the end of the test.
    assert_eq!(child.wait().unwrap().code(), Some(0));
    drop(stdin);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let place = Place::new();
    place.write("a.jsonl", lines(3));
    let full = || Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    for args in [&["clean", "a.jsonl"][..], &["man"], &["completions", "zsh"], &["--help"], &["--version"]] {
        let output = place.command(args).stdout(full()).output().unwrap();
        assert_eq!(output.status.code(), Some(74), "{args:?}");
        assert!(String::from_utf8(output.stderr).unwrap().contains("cannot write standard output"), "{args:?}");
    }
    let ran = place.run(&["clean", "a.jsonl", "-o", "/dev/full"]);
    assert_eq!(ran.code, Some(74));
    ran.says("cannot write /dev/full: No space left on device");
}

#[cfg(target_os = "linux")]
#[test]
fn a_failed_write_leaves_the_old_file_and_no_leftovers() {
    let place = Place::new();
    place.write("a.jsonl", lines(3000));
    place.write("b.jsonl", "lama\n");
    let command =
        format!("ulimit -f 64; trap '' XFSZ; exec '{}' clean a.jsonl -o b.jsonl", env!("CARGO_BIN_EXE_kupas"));
    let output = std::process::Command::new("sh").args(["-c", &command]).current_dir(place.path("")).output().unwrap();
    assert_eq!(output.status.code(), Some(74));
    assert_eq!(place.read("b.jsonl"), b"lama\n");
    assert_eq!(place.list(""), ["a.jsonl", "b.jsonl"]);
    let ran = place.run(&["clean", "a.jsonl", "-o", "tidak/ada.jsonl"]);
    assert_eq!(ran.code, Some(74));
    ran.says("cannot write tidak/ada.jsonl");
    assert!(!exists(&place.path("tidak")));
}

#[cfg(unix)]
#[test]
fn a_killed_run_leaves_the_old_file() {
    let place = Place::new();
    place.write("b.jsonl", "lama\n");
    let mut child = place.command(&["clean", "-q", "-", "-o", "b.jsonl"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut stdin, lines(2000).as_bytes()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(place.read("b.jsonl"), b"lama\n");
    // What it left behind is hidden, and not an article.
    place.run(&["clean", "."]).says("b.jsonl:1: not a JSON object").expect(1, 0, 1);
}
