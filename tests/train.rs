//! `kupas train` for a user's own portals: a few dozen annotated articles make a better cleaner for them.

#![allow(clippy::unwrap_used, reason = "a test that cannot set itself up has failed")]

mod common;

use common::Place;
use serde_json::{Value, json};

/// What the portal of this test puts under each article. It reads like prose, so nobody else can know.
const PLUG: &str =
    "Cerita serupa bisa dibawa ke kedai redaksi di Jalan Teratai setiap Kamis sore sambil minum kopi bersama.";

const NAMES: [&str; 6] = ["Kertosari", "Purwodadi", "Sidomulyo", "Banjaragung", "Tegalrejo", "Wonokerto"];
const WORKS: [&str; 5] = ["jembatan bambu", "balai desa", "saluran air", "lumbung padi", "pasar sayur"];

/// The lines of an invented article.
fn lines(number: usize) -> Vec<String> {
    let (name, work) = (NAMES[number % NAMES.len()], WORKS[number / 2 % WORKS.len()]);
    vec![
        format!(
            "Warga Desa {name} memperbaiki {work} yang rusak sejak musim hujan tahun lalu, kata kepala desa setempat."
        ),
        format!(
            "Sebanyak {} orang ikut bekerja bakti selama {} hari dan pemerintah kabupaten menyumbang bahan.",
            20 + number,
            2 + number % 5
        ),
        format!(
            "Menurut warga, {work} itu dipakai setiap hari oleh anak sekolah dan para pedagang dari desa tetangga."
        ),
        PLUG.to_owned(),
    ]
}

fn gold(count: usize) -> String {
    let document = |number: usize| {
        json!({
            "id": format!("panen-{number}"), "portal": "kabarpanen.example", "url": null,
            "text": lines(number).join("\n"), "labels": ["paragraph", "paragraph", "paragraph", "promo"],
            "cuts": [], "meta": {},
        })
    };
    (0..count).map(|number| format!("{}\n", document(number))).collect()
}

fn text(place: &Place, more: &[&str]) -> String {
    let ran = place.run(&[&["clean", "baru.txt", "--quiet"], more].concat());
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let record: Value = serde_json::from_slice(&ran.stdout).unwrap();
    record["text"].as_str().unwrap().to_owned()
}

#[test]
fn thirty_articles_teach_what_a_portal_does_and_cost_nothing_else() {
    let place = Place::new();
    place.write("gold.jsonl", gold(30));
    place.write("baru.txt", lines(97).join("\n"));
    assert!(text(&place, &[]).contains(PLUG), "without the annotations nobody can know");

    for output in ["a.bin", "b.bin"] {
        let ran = place.run(&["train", "gold.jsonl", "--output", output, "--quiet"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    }
    assert!(place.read("a.bin") == place.read("b.bin"), "the same gold gives the same bytes");
    assert_eq!(text(&place, &["--weights", "a.bin"]), lines(97)[..3].join("\n\n"));

    // What the built-in weights know of other portals is still known.
    place.write("baru.txt", format!("{}\nBaca juga: Harga Garam Naik Dua Kali Lipat\n{}", lines(5)[0], lines(5)[1]));
    assert_eq!(text(&place, &["--weights", "a.bin"]), lines(5)[..2].join("\n\n"));
}

#[test]
fn articles_are_cleaned_by_weights_that_have_not_seen_their_portal() {
    let place = Place::new();
    let other = gold(8).replace("kabarpanen", "kabarladang").replace("panen-", "ladang-");
    place.write("gold.jsonl", gold(8) + &other);
    let ran = place.run(&["train", "gold.jsonl", "--cross-validate", "2", "--quiet"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let ids: Vec<String> = String::from_utf8(ran.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 16);
    assert!(ids.contains(&"ladang-3".to_owned()), "{ids:?}");
}

#[test]
fn from_scratch_nothing_is_known_but_the_articles_given() {
    let place = Place::new();
    place.write("gold.jsonl", gold(30));
    // What introduces another article is known to the built-in weights and to the rules, a caption to the weights alone.
    let caption = "Warga memanen garam di tambak Desa Kertosari, Senin. (Foto: Budi Contoh)";
    place.write("baru.txt", format!("{caption}\n{}", lines(97).join("\n")));
    let ran = place.run(&["train", "gold.jsonl", "--from-scratch", "--output", "sendiri.bin"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("learning from all documents"),
        "without --quiet it says how far it is: {}",
        ran.stderr
    );
    assert!(!text(&place, &[]).contains(caption));
    let cleaned = text(&place, &["--weights", "sendiri.bin"]);
    assert!(cleaned.contains(caption) && !cleaned.contains(PLUG), "{cleaned}");
    let ran = place.run(&["train", "gold.jsonl", "--from-scratch", "--weights", "sendiri.bin"]);
    assert_eq!(ran.code, Some(2), "on top of weights or from scratch, not both");
}

#[test]
fn pages_can_be_cleaned_by_weights_that_have_not_seen_their_portal() {
    let place = Place::new();
    let mut documents: Vec<Value> = gold(8).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for document in documents.iter_mut().take(4) {
        let paragraphs: Vec<String> =
            document["text"].as_str().unwrap().lines().map(|line| format!("<p>{line}</p>")).collect();
        document["html"] = json!(format!("<article>{}</article>", paragraphs.concat()));
    }
    documents[0]["portal"] = json!("kabarladang.example");
    let gold: String = documents.iter().map(|document| format!("{document}\n")).collect();
    place.write("gold.jsonl", gold);
    let ran = place.run(&["train", "gold.jsonl", "--cross-validate", "2", "--pages", "--quiet"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(ran.ids(), ["panen-0", "panen-1", "panen-2", "panen-3"], "the others have no page");
    let path = |record: &Value| record["removed"].as_array().unwrap().iter().all(|removed| removed["path"].is_string());
    assert!(ran.records().iter().all(path), "what was removed names its elements, as of pages only");
    let ran = place.run(&["train", "gold.jsonl", "--pages"]);
    assert_eq!(ran.code, Some(2), "without cross-validation there is nothing to clean");
}

#[test]
fn gold_that_cannot_be_used_says_where() {
    let place = Place::new();
    place.write("gold.jsonl", gold(1) + "{\"id\":\"x\",\"text\":\"a\",\"labels\":[\"prosa\"]}\n");
    let ran = place.run(&["train", "gold.jsonl", "--quiet"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains("gold.jsonl:2: line 0: unknown kind `prosa`"), "{}", ran.stderr);
}
