//! `kupas clean --resume`: a run that is killed, interrupted or fails goes on where it stopped, and nobody can tell.
//!
//! `KILLS=100 cargo test --test cli_resume` kills that many times.
// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use common::{Place, Ran, lines};

/// Flags under which even a small run has many places to be taken up at.
const OFTEN: [&str; 5] = ["--resume", "--checkpoint-seconds", "0", "--block-bytes", "4096"];

fn run(place: &Place, args: &[&str]) -> Ran {
    place.run(&[&["clean"], args, &OFTEN].concat())
}

/// All that stands in a folder: names and bytes. Hidden files, but for journals and leftovers, are left out.
fn content(place: &Place, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let names = place.list(folder).into_iter().filter(|name| !name.ends_with(".kupas"));
    names.map(|name| (name.clone(), place.read(&format!("{folder}/{name}")))).collect()
}

#[test]
fn a_run_that_was_not_disturbed_is_the_same_without_resume() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}rusak\n{}", lines(60), lines(60)));
    for name in ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.txt"] {
        let (once, twice) = (format!("satu-{name}"), format!("dua-{name}"));
        run(&place, &["a.jsonl", "-o", &once]).expect(1, 120, 1);
        place.run(&["clean", "a.jsonl", "-o", &twice, "--block-bytes", "4096"]).expect(1, 120, 1);
        assert!(place.read(&once) == place.read(&twice), "{name}");
    }
    // A journal, hidden, is all that stays.
    assert!(place.list("").iter().all(|name| !name.contains(".part") && !name.contains(".lock")));
}

#[test]
fn what_is_done_is_not_done_again() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}rusak\n{}", lines(100), lines(20)));
    run(&place, &["a.jsonl", "-o", "satu.jsonl.gz"]).expect(1, 120, 1);
    let ran = run(&place, &["a.jsonl", "-o", "dua.jsonl.gz", "--max-errors", "0", "--threads", "1"]);
    assert_eq!(ran.code, Some(1));
    assert!(!place.path("dua.jsonl.gz").exists());
    // r50 stands before the bad line only: if it were cleaned again, there would be one more failure.
    let ran = run(&place, &["a.jsonl", "-o", "dua.jsonl.gz", "--panic-on", "r50"]);
    ran.expect(1, 120, 1);
    assert!(place.read("satu.jsonl.gz") == place.read("dua.jsonl.gz"));
    // Over is over.
    run(&place, &["a.jsonl", "-o", "dua.jsonl.gz"]).expect(1, 120, 1).says("nothing is left to do");
}

#[test]
fn runs_are_not_mixed() {
    let place = Place::new();
    place.write("a.jsonl", lines(50));
    let stop = ["--max-errors", "0"];
    let base = ["a.jsonl", "tidak-ada", "-o", "b.jsonl"];
    assert_eq!(run(&place, &[&base[..], &stop].concat()).code, Some(1));
    for (args, what) in [
        (vec!["--removed", "spans"], "other options"),
        (vec!["--limit", "7"], "other options"),
        (vec!["--keep", "title"], "other options"),
    ] {
        let ran = run(&place, &[&base[..], &args].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        ran.says(what).says(".b.jsonl.kupas");
    }
    place.write("a.jsonl", lines(51));
    let ran = run(&place, &base);
    assert_eq!(ran.code, Some(2));
    ran.says("other input");
    // How it runs is no matter.
    place.write("c.jsonl", lines(50));
    let base = ["c.jsonl", "tidak-ada", "-o", "d.jsonl"];
    assert_eq!(run(&place, &[&base[..], &stop].concat()).code, Some(1));
    run(&place, &[&base[..], &["--threads", "3", "--memory-limit", "1k", "-q"]].concat());
    assert_eq!(common::records(&place.read("d.jsonl")).len(), 50);
}

#[test]
fn what_cannot_be_taken_up_again_is_refused() {
    let place = Place::new();
    place.write("a.jsonl", lines(2));
    for (args, answer) in [
        (&["a.jsonl", "--resume"][..], "--output"),
        (&["-", "--resume", "-o", "b.jsonl"], "what was read from a pipe is gone"),
        (&["a.jsonl", "--resume", "-o", "b.parquet"], "--shard-size"),
        (&["a.jsonl", "--resume", "--unordered", "-o", "b.jsonl"], "--unordered"),
        (&["a.jsonl", "--resume", "--dry-run", "-o", "b.jsonl"], "--dry-run"),
    ] {
        let ran = place.run(&[&["clean"], args].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        ran.says(answer);
    }
}

/// Ids that want the same names, or a name where others want a folder.
const CLASHING: [&str; 10] = ["a", "A", "a.txt", "a.txt/b", "b.md/c", "b", "b.md", "x/y", "X/Y", "../x/y"];

#[test]
fn a_folder_that_is_gone_on_with_has_the_names_of_one_that_was_not_disturbed() {
    let place = Place::new();
    let clashing: String = CLASHING.iter().enumerate().map(|(number, id)| common::line(id, number)).collect();
    place.write("a.jsonl", format!("{clashing}rusak\n{}{clashing}{clashing}", lines(20)));
    for to in ["text", "markdown"] {
        let (once, twice, plain) = (format!("satu-{to}/"), format!("dua-{to}/"), format!("biasa-{to}/"));
        run(&place, &["a.jsonl", "--to", to, "-o", &once]).expect(1, 50, 1);
        let ran = run(&place, &["a.jsonl", "--to", to, "-o", &twice, "--max-errors", "0", "--threads", "1"]);
        assert_eq!(ran.code, Some(1));
        assert_eq!(place.list(&twice).len(), CLASHING.len());
        // A file that a killed run leaves half written, and documents that it wrote and did not note.
        place.write(&format!("{twice}.r0.txt.part"), "Pemerin");
        place.write(&format!("{twice}.r0.md.part"), "Pemerin");
        run(&place, &["a.jsonl", "--to", to, "-o", &twice]).expect(1, 50, 1);
        let other = if to == "text" { ".r0.md.part" } else { ".r0.txt.part" };
        std::fs::remove_file(place.path(&format!("{twice}{other}"))).unwrap();
        assert_eq!(content(&place, &once).len(), 50, "{to}");
        assert!(content(&place, &once) == content(&place, &twice), "{to}: {:?}", place.list(&twice));
        // Without resuming, too. A journal, hidden beside the folder, is all that stays.
        place.run(&["clean", "a.jsonl", "--to", to, "-o", &plain]).expect(1, 50, 1);
        assert!(content(&place, &once) == content(&place, &plain), "{to}");
    }
    let hidden: Vec<String> = place.list("").into_iter().filter(|name| name.starts_with('.')).collect();
    assert_eq!(hidden, [".dua-markdown.kupas", ".dua-text.kupas", ".satu-markdown.kupas", ".satu-text.kupas"]);
}

#[test]
fn what_is_done_of_a_folder_is_not_done_again_and_runs_are_not_mixed() {
    let place = Place::new();
    place.write("a.jsonl", format!("{}rusak\n{}", lines(60), lines(10)));
    let stop = ["--max-errors", "0", "--threads", "1"];
    assert_eq!(run(&place, &[&["a.jsonl", "-o", "d/"][..], &stop].concat()).code, Some(1));
    for (args, what) in [(["--to", "markdown"], "other options"), (["--limit", "7"], "other options")] {
        let ran = run(&place, &[&["a.jsonl", "-o", "d/"][..], &args].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        ran.says(what).says(".d.kupas");
    }
    // Only what was not done is written: a document that is gone stays away.
    std::fs::remove_file(place.path("d/r50.txt")).unwrap();
    run(&place, &["a.jsonl", "-o", "d/", "--panic-on", "r50"]).expect(1, 70, 1);
    assert!(!place.path("d/r50.txt").exists());
    run(&place, &["a.jsonl", "-o", "d/"]).expect(1, 70, 1).says("nothing is left to do");
    // Without the names that were given, others could be given now.
    assert_eq!(run(&place, &[&["a.jsonl", "-o", "e/"][..], &stop].concat()).code, Some(1));
    std::fs::write(place.path(".e.kupas.names"), "").unwrap();
    let ran = run(&place, &["a.jsonl", "-o", "e/"]);
    assert_eq!(ran.code, Some(74));
    ran.says(".e.kupas.names").says("remove .e.kupas to begin anew");
}

#[test]
fn the_folder_one_stands_in_can_be_gone_on_with() {
    let place = Place::new();
    place.write("luar/dalam/a.jsonl", lines(3));
    let args = [&["clean", "a.jsonl", "-o", "."], &OFTEN[..]].concat();
    for _ in 0..2 {
        let ran: Ran = place.command(&args).current_dir(place.path("luar/dalam")).output().unwrap().into();
        ran.expect(0, 3, 0);
    }
    assert_eq!(place.list("luar"), [".dalam.kupas", "dalam/a.jsonl", "dalam/r0.txt", "dalam/r1.txt", "dalam/r2.txt"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_goes_on() {
    let place = Place::new();
    place.write("a.jsonl", lines(400));
    run(&place, &["a.jsonl", "-o", "satu.jsonl"]).expect(0, 400, 0);
    let args = [&["clean", "a.jsonl", "-o", "dua.jsonl", "-j", "1"], &OFTEN[..]].concat();
    let child = place.command(&args).stderr(Stdio::piped()).spawn().unwrap();
    // By the time it has noted how far it is, it listens.
    let journal = place.path(".dua.jsonl.kupas");
    let started = Instant::now();
    while !journal.exists() && started.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::process::Command::new("kill").args(["-s", "INT", &child.id().to_string()]).status().unwrap();
    let ran: Ran = child.wait_with_output().unwrap().into();
    // It may have been done by then.
    if ran.code != Some(0) {
        assert_eq!(ran.code, Some(130));
        ran.says("the same command goes on from here");
        assert!(!place.path("dua.jsonl").exists());
    }
    run(&place, &["a.jsonl", "-o", "dua.jsonl"]).expect(0, 400, 0);
    assert!(place.read("satu.jsonl") == place.read("dua.jsonl"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_whole_files_only_and_the_run_goes_on() {
    let place = Place::new();
    place.write("a.jsonl", lines(150));
    place.write("lama.jsonl", "lama\n");
    let shards = ["a.jsonl", "--shard-size", "60k", "-o"];
    std::fs::create_dir_all(place.path("satu")).unwrap();
    std::fs::create_dir_all(place.path("dua")).unwrap();
    run(&place, &[&shards[..], &["satu/{:03}.jsonl"]].concat()).expect(0, 150, 0);
    let limited = |args: &str| {
        // Files may have 40 * 512 bytes, journals need less.
        let command = format!("ulimit -f 40; trap '' XFSZ; exec '{}' clean {args}", env!("CARGO_BIN_EXE_kupas"));
        let output =
            std::process::Command::new("sh").args(["-c", &command]).current_dir(place.path("")).output().unwrap();
        assert_eq!(output.status.code(), Some(74), "{}", String::from_utf8_lossy(&output.stderr));
    };
    limited(&format!("a.jsonl --shard-size 60k -o 'dua/{{:03}}.jsonl' {}", OFTEN.join(" ")));
    assert!(content(&place, "dua").keys().all(|name| name.starts_with('.')), "{:?}", place.list("dua"));
    run(&place, &[&shards[..], &["dua/{:03}.jsonl"]].concat()).expect(0, 150, 0);
    assert!(content(&place, "satu") == content(&place, "dua"));
    // Without resuming, too, and nothing stays behind.
    limited("a.jsonl -o lama.jsonl");
    assert_eq!(place.read("lama.jsonl"), b"lama\n");
    assert!(place.list("").iter().all(|name| !name.ends_with(".tmp")));
}

/// A generator of numbers that look random: the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most.max(1)
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_is_killed_again_and_again_ends_as_if_nothing_had_been() {
    let kills: u64 = std::env::var("KILLS").map_or(12, |kills| kills.parse().expect("KILLS is a number"));
    let place = Place::new();
    place.write("masuk/a.jsonl", format!("{}rusak\n{}", lines(150), lines(50)));
    place.write("masuk/b.jsonl.gz", common::gzip(lines(100).as_bytes()));
    place.write("masuk/c.txt", common::prose(7));
    let forms: [&[&str]; 6] = [
        &["-o", "@/a.jsonl.gz", "--errors", "@/gagal.jsonl", "--stats", "@/angka.json"],
        &["-o", "@/{:04}.jsonl", "--shard-size", "37records", "--report", "@/laporan.html"],
        &["-o", "@/{}.parquet", "--shard-size", "50k", "--errors", "@/gagal.jsonl"],
        &["-o", "@/a.csv.zst", "--removed", "text", "--stats", "@/angka.json", "--sample", "0.7", "--seed", "3"],
        &["-o", "@/teks/", "--errors", "@/gagal.jsonl", "--stats", "@/angka.json"],
        &["-o", "@/catatan/", "--to", "markdown"],
    ];
    // All forms are killed about as often.
    let most_of_one = kills.div_ceil(forms.len() as u64);
    let mut numbers = Numbers(20_260_801);
    let mut killed = 0;
    for round in 0.. {
        if killed >= kills {
            break;
        }
        let form = forms[round % forms.len()];
        let args = |folder: &str| -> Vec<String> {
            std::fs::create_dir_all(place.path(folder)).unwrap();
            // The same words in both, so that what is written does not name where.
            let form = form.iter().map(|flag| flag.replace('@', folder));
            ["clean", "masuk", "-q", "-j", "2"].map(str::to_owned).into_iter().chain(form).collect()
        };
        let start = |args: &[String]| {
            let args: Vec<&str> = args.iter().map(String::as_str).chain(OFTEN).collect();
            place.command(&args).stderr(Stdio::null()).spawn().unwrap()
        };
        let (whole, broken) = (format!("utuh-{round}"), format!("putus-{round}"));
        let started = Instant::now();
        assert!(start(&args(&whole)).wait().unwrap().code().is_some());
        let most = started.elapsed().as_micros() as u64;
        let before = killed;
        loop {
            let mut child = start(&args(&broken));
            std::thread::sleep(Duration::from_micros(numbers.below(most)));
            let over = child.try_wait().unwrap().is_some();
            child.kill().ok();
            child.wait().unwrap();
            if over || killed - before >= most_of_one {
                break;
            }
            killed += 1;
        }
        assert!(start(&args(&broken)).wait().unwrap().code().is_some());
        let (whole, broken) = (content(&place, &whole), content(&place, &broken));
        assert_eq!(whole.keys().collect::<Vec<_>>(), broken.keys().collect::<Vec<_>>(), "round {round}");
        for (name, bytes) in &whole {
            assert!(broken[name] == *bytes, "round {round}: {name} differs");
        }
    }
}
