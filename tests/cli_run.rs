//! `kupas clean`: how a run goes. Threads, limits, samples, shares, dry runs, failures on record, messages for machines; how the
//! program answers what cannot be run.
// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::{Place, lines, records};
use serde_json::Value;

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
fn the_window_bounds_memory_and_changes_no_byte() {
    let place = Place::new();
    place.write("a.jsonl", lines(500));
    let plain = place.run(&["clean", "a.jsonl", "--threads", "1"]);
    plain.expect(0, 500, 0);
    for limit in ["1", "10k", "1G"] {
        let run = place.run(&["clean", "a.jsonl", "--threads", "4", "--memory-limit", limit]);
        assert!(run.stdout == plain.stdout, "{limit}");
    }
}

#[test]
fn without_order_everything_still_comes_once() {
    let place = Place::new();
    place.write("a.jsonl", lines(1000));
    let ran = place.run(&["clean", "a.jsonl", "--unordered", "--threads", "4"]);
    ran.expect(0, 1000, 0);
    let (mut mixed, plain) = (ran.ids(), place.run(&["clean", "a.jsonl"]).ids());
    mixed.sort_by_key(|id| id[1..].parse::<u32>().unwrap());
    assert_eq!(mixed, plain);
}

#[test]
fn a_run_can_be_about_the_first_records_only() {
    let place = Place::new();
    place.write("a.jsonl", format!("rusak\n{}", lines(300)));
    place.run(&["clean", "a.jsonl", "--limit", "0"]).expect(0, 0, 0);
    assert_eq!(place.run(&["clean", "a.jsonl", "--limit", "3"]).expect(1, 2, 1).ids(), ["r0", "r1"]);
    // It does not wait for input that it has no use for.
    let mut child =
        place.command(&["clean", "--limit", "1"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // More than is read ahead to tell the format.
    stdin.write_all(lines(3000).as_bytes()).ok();
    assert_eq!(records(&child.wait_with_output().unwrap().stdout).len(), 1);
    drop(stdin);
}

#[test]
fn a_sample_is_the_same_whatever_the_threads() {
    let place = Place::new();
    place.write("a.jsonl", lines(1000));
    let sample =
        |threads, seed| place.run(&["clean", "a.jsonl", "--sample", "0.1", "--seed", seed, "--threads", threads]).ids();
    let first = sample("1", "7");
    assert!((60..140).contains(&first.len()), "{}", first.len());
    assert_eq!(first, sample("3", "7"));
    assert_ne!(first, sample("3", "8"));
    place.run(&["clean", "tidak-ada", "a.jsonl", "--sample", "0"]).expect(1, 0, 1);
}

#[test]
fn shards_make_up_the_whole_failures_included() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}rusak\n{}", lines(100), lines(100)));
    let whole = place.run(&["clean", "a.jsonl", "tidak-ada"]);
    let mut parts = Vec::new();
    let mut failures = 0;
    for number in 1..=3 {
        let ran = place.run(&["clean", "a.jsonl", "tidak-ada", "--shard", &format!("{number}/3")]);
        failures += ran.stderr.lines().filter(|line| !line.contains(" read = ")).count();
        parts.extend(ran.records());
    }
    assert_eq!(failures, 2);
    let mut whole = whole.records();
    for records in [&mut whole, &mut parts] {
        records.sort_by_key(Value::to_string);
    }
    assert_eq!(whole, parts);
}

#[test]
fn files_can_be_shared_out_instead_of_records() {
    let place = Place::new();
    for number in 0..7 {
        place.write(
            &format!("d/{number}.jsonl"),
            common::line(&format!("a{number}"), 1) + &common::line(&format!("b{number}"), 2),
        );
    }
    let share = |number: usize| {
        place.run(&["clean", "d", "tidak-ada", "--shard", &format!("{number}/3"), "--shard-by", "files"])
    };
    let shares = [share(1), share(2), share(3)];
    assert_eq!(shares[1].ids(), ["a1", "b1", "a4", "b4"]);
    let mut all = shares.iter().flat_map(common::Ran::ids).collect::<Vec<_>>();
    all.sort();
    let mut whole = place.run(&["clean", "d"]).ids();
    whole.sort();
    assert_eq!(all, whole);
    assert_eq!(shares.iter().filter(|ran| ran.code == Some(1)).count(), 1);
}

#[test]
fn a_dry_run_counts_and_writes_nothing() {
    let place = Place::new();
    place.write("a.jsonl", format!("rusak\n{}", lines(3)));
    place.write("b.jsonl", "lama\n");
    let ran = place.run(&["clean", "a.jsonl", "--dry-run", "-o", "b.jsonl"]);
    ran.expect(1, 3, 1);
    assert_eq!((ran.stdout, place.read("b.jsonl")), (vec![], b"lama\n".to_vec()));
    place.run(&["clean", "a.jsonl", "--dry-run", "-o", "d/"]).expect(1, 3, 1);
    assert_eq!(place.list(""), ["a.jsonl", "b.jsonl"]);
}

#[test]
fn every_failure_is_on_record_with_its_place() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}{{\"id\":\n[]\n", lines(3)));
    let args = ["clean", "a.jsonl", "tidak-ada", "--errors", "gagal.jsonl", "--panic-on", "r1"];
    let ran = place.run(&args);
    ran.expect(1, 2, 4);
    let failures = records(&place.read("gagal.jsonl"));
    let keys: Vec<&String> = failures[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["file", "line", "column", "record", "id", "reason"]);
    let places: Vec<_> = failures.iter().map(|f| (f["file"].as_str(), f["line"].as_u64(), f["id"].as_str())).collect();
    assert_eq!(
        places,
        [
            (None, None, Some("r1")),
            (Some("a.jsonl"), Some(4), None),
            (Some("a.jsonl"), Some(5), None),
            (Some("tidak-ada"), None, None)
        ]
    );
    assert!(failures.iter().all(|failure| !failure["reason"].as_str().unwrap().is_empty()));
    // A run without failures leaves an empty file, not the one of the run before.
    place.write("a.jsonl", lines(1));
    place.run(&["clean", "a.jsonl", "--errors", "gagal.jsonl"]).expect(0, 1, 0);
    assert_eq!(place.read("gagal.jsonl"), b"");
}

#[test]
fn too_many_failures_end_the_run_and_leave_the_old_file() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}rusak\nrusak\nrusak\n{}", lines(2), lines(500)));
    place.write("b.jsonl", "lama\n");
    let args = ["clean", "a.jsonl", "-o", "b.jsonl", "--errors", "gagal.jsonl", "--max-errors"];
    let ran = place.run(&[&args[..], &["2"]].concat());
    assert_eq!(ran.code, Some(1));
    ran.says("3 failed, which is more than --max-errors allows").says("kupas: 5 read = 2 kept + 0 emptied + 3 failed");
    assert_eq!(place.read("b.jsonl"), b"lama\n");
    assert_eq!(records(&place.read("gagal.jsonl")).len(), 3);
    assert_eq!(place.list(""), ["a.jsonl", "b.jsonl", "gagal.jsonl"]);
    place.run(&[&args[..], &["3"]].concat()).expect(1, 502, 3);
}

#[test]
fn machines_are_told_in_json() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}rusak\n", lines(2)));
    std::fs::create_dir(place.path("kosong")).unwrap();
    let ran = place.run(&["clean", "a.jsonl", "kosong", "--log-format", "json"]);
    assert_eq!(ran.code, Some(1));
    let mut events = records(ran.stderr.as_bytes());
    // On a slow machine there may be some.
    events.retain(|event| event["event"] != "progress");
    let names: Vec<&str> = events.iter().map(|event| event["event"].as_str().unwrap()).collect();
    assert_eq!(names, ["failed", "note", "totals"]);
    assert_eq!((&events[0]["file"], &events[0]["line"]), (&Value::from("a.jsonl"), &Value::from(3)));
    let total = |key: &str| events[2][key].as_u64().unwrap();
    assert_eq!(total("read"), total("kept") + total("emptied") + total("failed"));
    assert_eq!((total("kept"), total("failed")), (2, 1));
    assert!(total("input_bytes") >= total("text_bytes") && total("text_bytes") > 0);
    let ran = place.run(&["clean", "a.jsonl", "--log-format", "json", "-o", "tidak/ada.jsonl"]);
    assert_eq!((ran.code, &records(ran.stderr.as_bytes())[0]["event"]), (Some(74), &Value::from("error")));
}

/// A run that waits for its input, with a signal on the way to it.
#[cfg(unix)]
fn interrupted(place: &Place, args: &[&str], signal: &str) -> common::Ran {
    let mut child = place.command(args);
    let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines(2000).as_bytes()).unwrap();
    // By the time so much has been taken from it, it listens.
    let kill = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    output.into()
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_the_old_file_and_no_leftovers() {
    let place = Place::new();
    place.write("b.jsonl", "lama\n");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let ran = interrupted(&place, &["clean", "-", "-o", "b.jsonl", "--errors", "gagal.jsonl"], signal);
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        ran.says("interrupted").says(" read = ");
        assert_eq!(place.read("b.jsonl"), b"lama\n");
        assert_eq!(place.list(""), ["b.jsonl", "gagal.jsonl"]);
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_tears_no_record() {
    let place = Place::new();
    let ran = interrupted(&place, &["clean", "-"], "INT");
    assert_eq!(ran.code, Some(130));
    assert!(ran.stdout.is_empty() || ran.stdout.ends_with(b"\n"));
    ran.records();
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
        (&["clean", "--from", "docx"], "auto, text, html, mhtml, jsonl"),
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
