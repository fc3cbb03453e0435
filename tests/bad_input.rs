//! Bad input costs nothing but itself: it is named with file, line and reason, the run goes on, the totals add up.

mod common;

use common::{PACKERS, Place, gzip, ids, line, lines, prose, records, zstd};
use serde_json::json;

#[test]
fn a_bad_line_costs_itself_only() {
    let place = Place::new();
    for (bad, reason) in [
        ("{\"id\":\"x\", \"text\": }", "b.jsonl:2:20: malformed JSON: expected value"),
        ("{\"text\":\"a\"} {}", "b.jsonl:2:14: malformed JSON: trailing characters"),
        ("{\"text\":\"terpotong", "b.jsonl:2:18: malformed JSON: EOF while parsing a string"),
        ("[1, 2]", "b.jsonl:2: not a JSON object"),
        ("\"teks\"", "b.jsonl:2: not a JSON object"),
        ("bukan json", "b.jsonl:2: not a JSON object"),
        ("{}", "b.jsonl:2: no text"),
        ("{\"text\":\"\"}", "b.jsonl:2: no text: the field `text` is empty"),
        ("{\"text\":\" \\n \"}", "b.jsonl:2: no text: the field `text` is empty"),
        ("{\"text\":null}", "b.jsonl:2: no text: the field `text` is not a string"),
        ("{\"text\":[\"a\"]}", "b.jsonl:2: no text: the field `text` is not a string"),
        ("{\"id\":\"x\",\"harga\":5}", "b.jsonl:2: no text: no field has a usual name"),
    ] {
        place.write("b.jsonl", format!("{}{bad}\n{}", line("satu", 1), line("tiga", 3)));
        let ran = place.run(&["clean", "b.jsonl"]);
        ran.expect(1, 2, 1).says(reason);
        assert_eq!(ran.ids(), ["satu", "tiga"]);
    }
}

#[test]
fn json_that_nests_too_deep_fails_alone() {
    let place = Place::new();
    let deep = format!("{{\"text\":\"x\",\"a\":{}{}}}\n", "[".repeat(100_000), "]".repeat(100_000));
    place.write("b.jsonl", format!("{deep}{}", line("baik", 1)));
    let ran = place.run(&["clean", "b.jsonl"]);
    ran.expect(1, 1, 1).says("b.jsonl:1:").says("recursion limit exceeded");
}

#[test]
fn blank_lines_and_a_missing_last_line_feed_are_no_mistakes() {
    let place = Place::new();
    place.write("b.jsonl", format!("\n{}  \r\n\n{}", line("a", 1).replace('\n', "\r\n"), line("b", 2).trim_end()));
    let ran = place.run(&["clean", "b.jsonl"]);
    ran.expect(0, 2, 0);
    assert_eq!(ran.ids(), ["a", "b"]);
}

#[test]
fn records_without_an_id_are_named_after_their_place() {
    let place = Place::new();
    place.write("d/b.jsonl", format!("\n{}\n", json!({"text": prose(1)})));
    assert_eq!(place.run(&["clean", "d"]).ids(), ["b.jsonl:2"]);
    assert_eq!(place.run(&["clean", "d/b.jsonl"]).ids(), ["b.jsonl:2"]);
    assert_eq!(place.feed(&["clean"], &place.read("d/b.jsonl")).ids(), ["stdin:2"]);
}

#[test]
fn half_surrogate_pairs_do_not_cost_the_record() {
    let place = Place::new();
    for escape in ["\\ud83d", "\\ude00", "\\ude00\\ud83d"] {
        place.write("b.jsonl", format!("{{\"id\":\"a\",\"text\":\"{}\",\"tanda\":\"x{escape}y\"}}\n", prose(1)));
        let ran = place.run(&["clean", "b.jsonl"]);
        ran.expect(0, 1, 0);
        let record = &ran.records()[0];
        assert_eq!(record["text"], prose(1));
        assert!(record["tanda"].as_str().unwrap().starts_with("x\u{fffd}"));
        assert_eq!(record["warnings"][0]["code"], "lone-surrogate");
    }
}

#[test]
fn invalid_utf8_is_replaced_counted_and_warned_about() {
    let place = Place::new();
    let mut text = prose(1).into_bytes();
    text.splice(10..10, [0xff, 0xfe]);
    place.write("a.txt", &text);
    let json = [b"{\"id\":\"a\",\"text\":\"", text.as_slice(), b"\"}\n"].concat();
    place.write("b.jsonl", &json);
    let ran = place.run(&["clean", "a.txt", "b.jsonl"]);
    ran.expect(0, 2, 0);
    for record in ran.records() {
        assert_eq!(record["warnings"][0]["code"], "invalid-utf8");
        assert!(record["warnings"][0]["message"].as_str().unwrap().starts_with("2 "));
        assert_eq!(record["text"].as_str().unwrap().matches('\u{fffd}').count(), 2);
    }
}

#[test]
fn byte_order_marks_are_taken_off() {
    let place = Place::new();
    let marked = |text: &str| [b"\xef\xbb\xbf", text.as_bytes()].concat();
    let utf16 = |text: &str| {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect::<Vec<_>>()
    };
    let utf16be = |text: &str| {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect::<Vec<_>>()
    };
    place.write("d/1.txt", marked(&prose(1)));
    place.write("d/2.txt", utf16(&prose(1)));
    place.write("d/3.txt", utf16be(&prose(1)));
    place.write("d/4.jsonl", marked(&line("x", 1)));
    place.write("d/5.jsonl", utf16(&line("x", 1)));
    place.write("d/6.txt.gz", gzip(&utf16(&prose(1))));
    place.write("d/7", utf16(&line("x", 1)));
    let ran = place.run(&["clean", "d"]);
    ran.expect(0, 7, 0);
    for record in ran.records() {
        assert_eq!(record["text"], prose(1), "{}", record["id"]);
        assert_eq!(record["warnings"], json!([]));
    }
}

#[test]
fn nothing_to_read_is_a_failure() {
    let place = Place::new();
    place.write("kosong.txt", "");
    place.write("kosong.jsonl", "");
    place.write("kosong.txt.gz", gzip(b""));
    place.write("putih.txt", " \n\t\n");
    place.write("putih.jsonl", "\n \n");
    place.write("baik.txt", prose(1));
    let ran = place.run(&[
        "clean",
        "kosong.txt",
        "kosong.jsonl",
        "kosong.txt.gz",
        "putih.txt",
        "putih.jsonl",
        "baik.txt",
        "tidak-ada.txt",
    ]);
    ran.expect(1, 1, 6).says("kosong.txt: empty").says("kosong.jsonl: empty").says("kosong.txt.gz: no text");
    ran.says("putih.txt: no text").says("putih.jsonl: no records").says("tidak-ada.txt: No such file");
    assert_eq!(ran.ids(), ["baik.txt"]);
}

#[test]
fn globs_without_a_match_and_broken_ones_are_failures() {
    let place = Place::new();
    place.write("a.txt", prose(1));
    let ran = place.run(&["clean", "*.csv", "[", "*.txt"]);
    ran.expect(1, 1, 2).says("*.csv: no file matches").says("[: no such file, and not a glob");
}

#[test]
fn records_over_the_limit_are_skipped() {
    let place = Place::new();
    let limit = ["--max-record-bytes", "2000"];
    place.write(
        "b.jsonl",
        format!("{}{}{}", line("a", 1), line("besar", 1).replace("bus", &"bus ".repeat(1000)), line("c", 3)),
    );
    place.write("besar.txt", prose(1).repeat(20));
    let ran = place.run(&[&["clean", "b.jsonl", "besar.txt"], &limit[..]].concat());
    ran.expect(1, 2, 2).says("b.jsonl:2: ").says("more than 2000 (--max-record-bytes); skipped");
    ran.says("besar.txt: longer than 2000 bytes");
    assert_eq!(ran.ids(), ["a", "c"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_huge_line_is_not_held_in_memory() {
    let place = Place::new();
    // 100 MB of one line, and 256 MB of zeros in a small file.
    let huge = format!("{{\"text\":\"{}\"}}\n{}", "bus ".repeat(25_000_000), line("b", 1));
    place.write("b.jsonl", huge);
    for (ending, _, pack) in PACKERS {
        place.write(&format!("c.txt.{ending}"), pack(&vec![0; 256_000_000]));
    }
    let command = format!("ulimit -v 400000; exec '{}' clean -j1 b.jsonl c.txt.*", env!("CARGO_BIN_EXE_kupas"));
    let output = std::process::Command::new("sh").args(["-c", &command]).current_dir(place.path("")).output().unwrap();
    let ran = common::Ran::from(output);
    ran.expect(1, 1, 5).says("b.jsonl:1: 100000011 bytes");
    for (ending, ..) in PACKERS {
        ran.says(&format!("c.txt.{ending}: longer than"));
    }
}

#[test]
fn binary_files_are_left_alone_unless_forced() {
    let place = Place::new();
    place.write("d/gambar.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF");
    place.write("d/berita.txt", prose(1));
    let ran = place.run(&["clean", "d"]);
    ran.expect(1, 1, 1).says("gambar.jpg: looks like a binary file");
    let forced = [prose(1).as_bytes(), b"\0"].concat();
    place.write("data.bin", forced);
    assert_eq!(place.run(&["clean", "--from", "text", "data.bin"]).code, Some(0));
}

#[test]
fn names_that_lie_about_compression_are_failures() {
    let place = Place::new();
    place.write("a.txt.gz", prose(1));
    place.write("b.jsonl.zst", gzip(lines(2).as_bytes()));
    place.write("c.txt", zstd(prose(3).as_bytes()));
    let ran = place.run(&["clean", "a.txt.gz", "b.jsonl.zst", "c.txt"]);
    // What content says counts, whatever the name says.
    ran.expect(1, 3, 1).says("a.txt.gz: named like gzip data, but is something else");
}

#[test]
fn compressed_input_cut_anywhere_yields_its_complete_records_and_a_failure() {
    let place = Place::new();
    let whole = ids(&records(lines(4).as_bytes()));
    for (ending, name, pack) in PACKERS {
        let first = pack(lines(2).as_bytes());
        let two = [first.as_slice(), &pack((line("r2", 2) + &line("r3", 3)).as_bytes())].concat();
        // Many small runs: all files in one.
        for end in 1..two.len() {
            place.write(&format!("{ending}/{end:05}.jsonl.{ending}"), &two[..end]);
        }
        let ran = place.run(&["clean", ending]);
        assert_eq!(ran.code, Some(1));
        let truncated = format!("truncated: the {name} data ends in its middle");
        let mut failures = ran.stderr.lines().filter(|line| line.contains(&truncated));
        for end in (1..two.len()).filter(|end| *end != first.len()) {
            assert!(failures.next().unwrap().contains(&format!("{end:05}.jsonl.{ending}:")), "cut at {end}");
        }
        assert_eq!(failures.next(), None);
        // Cut by cut the records are a beginning of all records, and never fewer than before.
        let mut seen = ran.ids().into_iter().peekable();
        let mut runs = Vec::new();
        while seen.peek().is_some() {
            let run: Vec<String> = whole.iter().map_while(|id| seen.next_if_eq(id)).collect();
            assert!(!run.is_empty());
            runs.push(run.len());
        }
        assert!(runs.is_sorted() && runs.contains(&2), "{name}: {runs:?}");
        for record in ran.records() {
            let number: usize = record["id"].as_str().unwrap()[1..].parse().unwrap();
            assert_eq!(record["text"], prose(number));
        }
    }
}

#[test]
fn a_cut_text_file_is_not_emitted() {
    let place = Place::new();
    for (ending, name, pack) in PACKERS {
        let packed = pack(prose(1).as_bytes());
        let file = format!("a.txt.{ending}");
        place.write(&file, &packed[..packed.len() - 5]);
        let ran = place.run(&["clean", &file]);
        ran.expect(1, 0, 1).says(&format!("{file}: truncated: the {name} data"));
        assert_eq!(ran.stdout, b"");
    }
}

#[test]
fn what_follows_compressed_data_is_told_from_truncation() {
    let place = Place::new();
    // The last line has no line feed: it is complete all the same.
    let data = lines(2);
    for (ending, _, pack) in PACKERS {
        let name = &format!("a.jsonl.{ending}");
        let packed = pack(data.trim_end().as_bytes());
        place.write(name, [packed.as_slice(), &[0; 700]].concat());
        place.run(&["clean", name]).expect(0, 2, 0).says("zeros after the end of the compressed data were ignored");
        place.write(name, [packed.as_slice(), b"sampah"].concat());
        let ran = place.run(&["clean", name]);
        ran.expect(1, 2, 1).says("bytes after the end of the compressed data were not read");
        assert!(!ran.stderr.contains("truncated"));
        assert_eq!(ran.ids(), ["r0", "r1"]);
    }
    place.write("c.txt.gz", [gzip(prose(1).as_bytes()).as_slice(), b"sampah"].concat());
    place.run(&["clean", "c.txt.gz"]).expect(1, 1, 1).says("c.txt.gz: bytes after the end");
}

#[test]
fn corrupt_compressed_data_is_a_failure() {
    let place = Place::new();
    for (ending, name, pack) in PACKERS {
        let file = format!("a.jsonl.{ending}");
        let mut packed = pack(lines(3).as_bytes());
        let checksum = packed.len() - 6;
        packed[checksum] ^= 0xff;
        place.write(&file, packed);
        let ran = place.run(&["clean", &file]);
        assert_eq!(ran.code, Some(1), "{}", ran.stderr);
        ran.says(&format!("{file}:")).says(&format!("corrupt {name} data"));
    }
}

#[test]
fn a_panic_costs_its_record_only() {
    let place = Place::new();
    place.write("b.jsonl", lines(5));
    let ran = place.run(&["clean", "--panic-on", "r2", "b.jsonl"]);
    ran.expect(1, 4, 1).says("record r2: cleaning panicked");
    assert_eq!(ran.ids(), ["r0", "r1", "r3", "r4"]);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
}

#[test]
fn no_profile_turns_a_panic_into_the_end_of_the_run() {
    let manifest = include_str!("../Cargo.toml");
    assert!(!manifest.contains("\"abort\""), "a panic must unwind, else it ends the run");
}

#[test]
fn messages_hide_nothing_and_obey_nothing() {
    let place = Place::new();
    place.write("b.jsonl", format!("{}\n", json!({"id": "a\u{1b}[31m\nkupas: 9 read\u{202e}", "text": prose(1)})));
    let ran = place.run(&["clean", "--panic-on", "a\u{1b}[31m\nkupas: 9 read\u{202e}", "b.jsonl"]);
    assert_eq!(ran.stderr.lines().count(), 2, "{}", ran.stderr);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{202e}']), "{}", ran.stderr);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_and_pipes_in_folders_are_left_out() {
        let place = Place::new();
        place.write("luar/rahasia.txt", prose(9));
        place.write("d/a.txt", prose(1));
        symlink(place.path("luar"), place.path("d/ke-luar")).unwrap();
        symlink(place.path("d"), place.path("d/putar")).unwrap();
        symlink(place.path("luar/rahasia.txt"), place.path("d/z.txt")).unwrap();
        let made = std::process::Command::new("mkfifo").arg(place.path("d/pipa.txt")).status().unwrap();
        assert!(made.success());
        let ran = place.run(&["clean", "d"]);
        ran.expect(0, 1, 0)
            .says("pipa.txt: left out, not a regular file")
            .says("z.txt: left out, links are not followed");
        // A link that is named is meant.
        place.run(&["clean", "d/z.txt", "d/ke-luar"]).expect(0, 2, 0);
    }

    #[test]
    fn names_need_not_be_unicode() {
        let place = Place::new();
        let name = std::ffi::OsStr::from_bytes(b"\xffberita.txt");
        std::fs::write(place.path("").join(name), prose(1)).unwrap();
        assert_eq!(place.run(&["clean", "."]).expect(0, 1, 0).ids(), ["\u{fffd}berita.txt"]);
    }

    #[test]
    fn what_may_not_be_read_is_a_failure() {
        use std::os::unix::fs::PermissionsExt;
        let place = Place::new();
        place.write("d/a.txt", prose(1));
        place.write("d/tutup/b.txt", prose(2));
        std::fs::set_permissions(place.path("d/tutup"), std::fs::Permissions::from_mode(0o000)).unwrap();
        let forbidden = std::fs::read_dir(place.path("d/tutup")).is_err();
        let ran = place.run(&["clean", "d"]);
        std::fs::set_permissions(place.path("d/tutup"), std::fs::Permissions::from_mode(0o755)).unwrap();
        // Root may read everything.
        if forbidden {
            ran.expect(1, 1, 1).says("tutup: Permission denied");
        }
    }
}
