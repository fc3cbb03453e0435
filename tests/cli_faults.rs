//! `kupas clean`: what must not happen whatever goes wrong. Files elsewhere, torn files, noise when a reader leaves.
// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::process::Stdio;

use common::{Place, exists, line, lines, prose};

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
fn a_run_that_comes_to_nothing_leaves_the_old_file() {
    let place = Place::new();
    place.write("b.jsonl", "lama\n");
    place.run(&["clean", "tidak-ada.jsonl", "-o", "b.jsonl"]).expect(1, 0, 1).says("b.jsonl is left as it was");
    assert_eq!(place.read("b.jsonl"), b"lama\n");
    assert_eq!(place.list(""), ["b.jsonl"]);
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
