//! `kupas clean --stats` and `--report`, `kupas drift`: what a run tells about itself, and two about each other.

// The exception for tests does not reach their helpers.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Place, line, prose};
use scraper::{Html, Selector};
use serde_json::{Value, json};

/// A dump of two portals, one with a pack; the second half of the latter's articles carries a line of chrome.
fn dump(count: usize, chrome: &str) -> String {
    let article = |number: usize| {
        let (host, line) =
            if usize::is_multiple_of(number, 2) { ("www.kompas.com", chrome) } else { ("contoh.example", "Bagikan") };
        let text = format!("{}\n{line}\n{}", prose(number), prose(number + 1000));
        format!("{}\n", json!({"id": format!("r{number}"), "url": format!("https://{host}/{number}"), "text": text}))
    };
    (0..count).map(article).collect()
}

fn stats(place: &Place, name: &str) -> Value {
    serde_json::from_slice(&place.read(name)).unwrap()
}

#[test]
fn statistics_are_the_same_whatever_the_threads_and_add_up() {
    let place = Place::new();
    place.write("a.jsonl", dump(120, "Baca juga: Harga Garam Naik") + "rusak\n");
    for threads in ["1", "2", "7"] {
        let (stats, report) = (format!("{threads}.json"), format!("{threads}.html"));
        let args = ["clean", "a.jsonl", "-j", threads, "--stats", &stats, "--report", &report, "-o", "b.jsonl"];
        place.run(&args).expect(1, 120, 1);
    }
    assert!(place.read("1.json") == place.read("2.json") && place.read("1.json") == place.read("7.json"));
    assert!(place.read("1.html") == place.read("2.html") && place.read("1.html") == place.read("7.html"));

    let stats = stats(&place, "1.json");
    let number =
        |pointer: &str| stats.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {pointer}"));
    assert_eq!((number("/totals/read"), number("/totals/kept"), number("/totals/failed")), (121, 120, 1));
    assert_eq!((number("/portals/kompas.com/documents"), number("/portals/contoh.example/documents")), (60, 60));
    assert_eq!(
        (&stats["portals"]["kompas.com"]["pack"], &stats["portals"]["contoh.example"]["pack"]),
        (&json!(true), &json!(false))
    );
    assert_eq!((number("/kinds/read_also/documents"), number("/kinds/share/documents")), (60, 60));
    let sum =
        |of: &str| stats[of].as_object().unwrap().values().map(|count| count["bytes"].as_u64().unwrap()).sum::<u64>();
    assert_eq!((sum("kinds"), sum("rules")), (number("/removed_bytes"), number("/removed_bytes")));
    assert!(number("/packs/id/hits") <= number("/packs/id/documents"));
    assert_eq!(stats["confidence"].as_array().unwrap().iter().map(|bin| bin.as_u64().unwrap()).sum::<u64>(), 120);
    // What was removed and what was kept is what was there, white space aside.
    let (before, after) = (number("/totals/input_bytes"), number("/totals/text_bytes"));
    assert!(before >= after + number("/removed_bytes") && before - after - number("/removed_bytes") < 120 * 8);
}

#[test]
fn a_dry_run_has_statistics_and_nothing_else() {
    let place = Place::new();
    place.write("a.jsonl", dump(4, "Bagikan"));
    place.run(&["clean", "a.jsonl", "--dry-run", "-o", "b.jsonl", "--stats", "s.json"]).expect(0, 4, 0);
    assert_eq!(place.list(""), ["a.jsonl", "s.json"]);
}

#[test]
fn a_changed_layout_is_found() {
    let place = Place::new();
    let count = |name: &str, chrome: &str| {
        place.write("a.jsonl", dump(200, chrome));
        place.run(&["clean", "a.jsonl", "-q", "--dry-run", "--stats", name]);
    };
    count("dulu.json", "Baca juga: Harga Garam Naik");
    count("sama.json", "Baca juga: Harga Garam Naik");
    count("kini.json", "Simak breaking news dan berita pilihan kami langsung di ponselmu.");
    let same = place.run(&["drift", "dulu.json", "sama.json"]);
    assert_eq!(same.code, Some(0), "{}", same.stderr);
    let drifted = place.run(&["drift", "dulu.json", "kini.json"]);
    assert_eq!(drifted.code, Some(1));
    let output = String::from_utf8(drifted.stdout).unwrap();
    assert!(output.starts_with("kompas.com\n"), "{output}");
    assert!(
        output
            .lines()
            .any(|line| line.starts_with("  stopped")
                && line.contains("100.0% of 100 documents before, 0.0% of 100 now")),
        "{output}"
    );
    assert!(!output.contains("contoh.example"), "{output}");
    assert_eq!(place.run(&["drift", "dulu.json", "kini.json", "--min-documents", "101"]).code, Some(0));
    for (args, answer) in [
        (["drift", "tidak-ada.json", "kini.json"], "tidak-ada.json"),
        (["drift", "a.jsonl", "kini.json"], "not statistics"),
    ] {
        let ran = place.run(&args);
        assert_eq!(ran.code, Some(2));
        ran.says(answer);
    }
}

/// A report on a dump in which every field tries to become markup.
fn hostile_report(place: &Place, payload: &str) -> String {
    let text = format!("{}\nBaca juga: {payload}\n{}\n{payload}", prose(1), prose(2));
    let record = json!({"id": payload, "url": format!("https://{payload}/"), "judul": payload, "text": text});
    place.write("a.jsonl", format!("{record}\n{}", line("b", 3)));
    place.run(&["clean", "a.jsonl", "-q", "-o", "b.jsonl", "--report", "laporan.html"]);
    String::from_utf8(place.read("laporan.html")).unwrap()
}

#[test]
fn nothing_scraped_becomes_markup_in_a_report() {
    let place = Place::new();
    let elements = |page: &str| {
        let mut found: Vec<String> = Vec::new();
        for element in Html::parse_document(page).select(&Selector::parse("*").unwrap()) {
            found.push(format!(
                "{} {:?}",
                element.value().name(),
                element.value().attrs().map(|(name, _)| name).collect::<Vec<_>>()
            ));
        }
        found.sort();
        found.dedup();
        found
    };
    let plain = elements(&hostile_report(&place, "Harga garam naik"));
    for payload in [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "</p></details><iframe srcdoc=x>",
        "' onclick='x",
    ] {
        let page = hostile_report(&place, payload);
        let added: Vec<String> = elements(&page).into_iter().filter(|element| !plain.contains(element)).collect();
        assert_eq!(added, Vec::<String>::new(), "{payload}");
    }
}

#[test]
fn a_report_shows_what_was_counted() {
    let place = Place::new();
    place.write("a.jsonl", dump(120, "Baca juga: Harga Garam Naik"));
    place.run(&["clean", "a.jsonl", "-q", "-o", "b.jsonl", "--report", "laporan.html"]);
    let page = Html::parse_document(std::str::from_utf8(&place.read("laporan.html")).unwrap());
    let texts = |selector: &str| -> Vec<String> {
        page.select(&Selector::parse(selector).unwrap()).map(|element| element.text().collect()).collect()
    };
    assert_eq!(texts("#totals b")[..3], ["120", "0", "0"]);
    assert!(texts("#kinds tbody td:first-child").contains(&"read_also".to_owned()));
    assert_eq!(texts("#portals tbody tr").len(), 2);
    assert_eq!(texts("#without-pack tbody td:first-child"), ["contoh.example"]);
    assert!(texts("#packs tbody td:first-child").contains(&"kompas.com".to_owned()));
    assert_eq!(texts("#examples details").len(), 12);
    assert!(texts("#examples del").iter().any(|removed| removed == "Baca juga: Harga Garam Naik"));
    assert!(texts("#examples .why").iter().any(|why| why.starts_with("read_also by ")));
}

#[test]
fn a_browser_shows_the_report_in_light_and_dark_and_on_a_phone() {
    let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    let Some(browser) = names.into_iter().find(|name| Command::new(name).arg("--version").output().is_ok()) else {
        eprintln!("skipped: there is no Chromium");
        return;
    };
    let place = Place::new();
    place.write("a.jsonl", dump(120, "Baca juga: Harga Garam Naik"));
    place.run(&["clean", "a.jsonl", "-q", "-o", "b.jsonl", "--report", "laporan.html"]);
    let shot = |name: &str, width: u32, flags: &[&str]| {
        let picture = place.path(name);
        let mut command = Command::new(browser);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
        ]);
        command.arg(format!("--user-data-dir={}", place.path("profil").display()));
        command
            .arg(format!("--window-size={width},2600"))
            .arg(format!("--screenshot={}", picture.display()))
            .args(flags);
        let output = command.arg(format!("file://{}", place.path("laporan.html").display())).output().unwrap();
        assert!(picture.exists(), "{}", String::from_utf8_lossy(&output.stderr));
        Picture::read(&picture)
    };
    let light = shot("terang.png", 1200, &[]);
    assert_eq!(light.at(2, 2), [0xfd, 0xfc, 0xf9], "paper");
    assert!(light.count([0x0b, 0x5c, 0x6b]) > 1000, "bars");
    assert!(light.count([0xf9, 0xe9, 0xe5]) > 500, "what was removed is marked");
    let dark = shot("gelap.png", 1200, &["--blink-settings=preferredColorScheme=0"]);
    assert_eq!(dark.at(2, 2), [0x17, 0x18, 0x1a], "paper at night");
    assert!(dark.count([0x38, 0x22, 0x1e]) > 500, "what was removed is marked at night");
    // Nothing sticks out on the right of a narrow screen.
    let phone = shot("ponsel.png", 500, &[]);
    assert!((0..phone.height).all(|y| phone.at(phone.width - 3, y) == [0xfd, 0xfc, 0xf9]), "margin on a phone");
    assert!(phone.count([0xf5, 0xf2, 0xea]) > 1000, "cards on a phone");
}

/// A picture: as much of PNG as a screenshot uses.
struct Picture {
    width: usize,
    height: usize,
    depth: usize,
    bytes: Vec<u8>,
}

impl Picture {
    fn read(path: &Path) -> Picture {
        let file = std::fs::read(path).unwrap();
        let number = |at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let (width, height) = (number(16), number(20));
        let depth = if file[25] == 6 { 4 } else { 3 };
        let (mut packed, mut at) = (Vec::new(), 8);
        while at < file.len() {
            if &file[at + 4..at + 8] == b"IDAT" {
                packed.extend_from_slice(&file[at + 8..at + 8 + number(at)]);
            }
            at += number(at) + 12;
        }
        let mut raw = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::ZlibDecoder::new(&packed[..]), &mut raw).unwrap();
        let row = width * depth;
        let mut bytes: Vec<u8> = Vec::with_capacity(row * height);
        for y in 0..height {
            let filter = raw[y * (row + 1)];
            for x in 0..row {
                let seen = |back: usize, up: usize| {
                    if x < back || y < up { 0 } else { i32::from(bytes[(y - up) * row + x - back]) }
                };
                let (left, above, corner) = (seen(depth, 0), seen(0, 1), seen(depth, 1));
                let guess = match filter {
                    0 => 0,
                    1 => left,
                    2 => above,
                    3 => (left + above) / 2,
                    _ => {
                        let near = |of: i32| (left + above - corner - of).abs();
                        if near(left) <= near(above) && near(left) <= near(corner) {
                            left
                        } else if near(above) <= near(corner) {
                            above
                        } else {
                            corner
                        }
                    }
                };
                bytes.push((i32::from(raw[y * (row + 1) + 1 + x]) + guess) as u8);
            }
        }
        Picture { width, height, depth, bytes }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let at = (y * self.width + x) * self.depth;
        self.bytes[at..at + 3].try_into().unwrap()
    }

    /// How many points have that colour.
    fn count(&self, colour: [u8; 3]) -> usize {
        self.bytes.chunks(self.depth).filter(|point| point[..3] == colour).count()
    }
}
