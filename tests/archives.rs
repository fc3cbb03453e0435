//! WARC and WET: which records become articles, and what wrong lengths, cuts and rubbish cost.
// The exception for tests does not reach their helpers.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Place, gzip, prose};
use kupas::read::{Item, Options, Reader};
use serde_json::{Value, json};

/// A WARC record with these headers besides the length.
fn record(headers: &str, block: &[u8]) -> Vec<u8> {
    with_length(headers, &block.len().to_string(), block)
}

fn with_length(headers: &str, length: &str, block: &[u8]) -> Vec<u8> {
    let head = format!("WARC/1.0\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// A conversion record, as WET files hold them.
fn text(number: usize) -> Vec<u8> {
    text_with_length(number, &prose(number).len().to_string())
}

fn text_with_length(number: usize, length: &str) -> Vec<u8> {
    with_length(&text_headers(number), length, prose(number).as_bytes())
}

fn text_headers(number: usize) -> String {
    format!(
        "WARC-Type: conversion\r\nWARC-Target-URI: https://contoh.example/{number}\r\nWARC-Date: 2024-06-13T01:02:03Z\r\n\
         WARC-Record-ID: <urn:uuid:{number}>\r\nContent-Type: text/plain\r\n"
    )
}

/// A response record.
fn response(number: usize, status: &str, headers: &str, payload: &[u8]) -> Vec<u8> {
    let http = [format!("HTTP/1.1 {status}\r\n{headers}\r\n").as_bytes(), payload].concat();
    let headers = format!(
        "WARC-Type: response\r\nWARC-Target-URI: <https://contoh.example/{number}>\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n\
         Content-Type: application/http; msgtype=response\r\n"
    );
    record(&headers, &http)
}

fn items(place: &Place, name: &str, options: Options) -> Vec<Item> {
    Reader::new(&[place.path(name)], options).collect()
}

#[test]
fn pages_and_texts_become_records_and_the_rest_is_counted() {
    let place = Place::new();
    let page = "<html><body><p>Café</p></body></html>";
    let file = [
        record("WARC-Type: warcinfo\r\n", b"software: alat"),
        record("WARC-Type: request\r\n", b"GET / HTTP/1.1\r\n\r\n"),
        response(
            1,
            "200 OK",
            "Content-Type: text/html; charset=latin1\r\n",
            b"<html><body><p>Caf\xe9</p></body></html>",
        ),
        response(2, "404 Not Found", "Content-Type: text/html\r\n", page.as_bytes()),
        response(3, "200 OK", "Content-Type: image/png\r\n", b"\x89PNG"),
        response(
            4,
            "200",
            "content-type: TEXT/HTML\r\nTransfer-Encoding: chunked\r\n",
            b"26\r\n<html><body><p>Caf\xc3\xa9</p></body></html>\r\n0\r\n\r\n",
        ),
        response(
            5,
            "200 OK",
            "Content-Encoding: gzip\r\nContent-Type: application/xhtml+xml\r\n",
            &gzip(page.as_bytes()),
        ),
        response(6, "200 OK", "", page.as_bytes()),
        response(7, "200 OK", "Content-Type: text/plain\r\n", prose(7).as_bytes()),
        record("WARC-Type: resource\r\nWARC-Record-ID: <urn:uuid:8>\r\nContent-Type: text/html\r\n", page.as_bytes()),
        record(
            "WARC-Type: resource\r\nWARC-Target-URI: https://contoh.example/robots.txt\r\nContent-Type: text/plain\r\n",
            b"Disallow: /",
        ),
        text(9),
    ]
    .concat();
    place.write("a.warc", &file);
    let mut notices = Vec::new();
    let mut found = Vec::new();
    for item in items(&place, "a.warc", Options { provenance: true, ..Options::default() }) {
        match item {
            Item::Record(record) => found.push(record),
            Item::Notice(notice) => notices.push(notice),
            Item::Failure(failure) => panic!("{failure}"),
        }
    }
    let ids: Vec<&str> = found.iter().map(|record| record.id.as_str()).collect();
    assert_eq!(ids, ["urn:uuid:1", "urn:uuid:4", "urn:uuid:5", "urn:uuid:6", "urn:uuid:7", "urn:uuid:8", "urn:uuid:9"]);
    assert_eq!(found[0].url.as_deref(), Some("https://contoh.example/1"));
    for record in &found {
        match record.id.as_str() {
            "urn:uuid:7" => assert_eq!((record.text.as_str(), &record.html), (prose(7).as_str(), &None)),
            "urn:uuid:9" => assert_eq!((record.text.as_str(), &record.html), (prose(9).as_str(), &None)),
            _ => assert_eq!((record.text.as_str(), record.html.as_deref()), ("", Some(page)), "{}", record.id),
        }
        assert_eq!(record.warnings, []);
        let offset = usize::try_from(record.extra["provenance"]["offset"].as_u64().unwrap()).unwrap();
        assert!(file[offset..].starts_with(b"WARC/1.0\r\n"), "{offset}");
    }
    assert_eq!(found[6].extra["warc_date"], json!("2024-06-13T01:02:03Z"));
    assert_eq!(found[6].extra["provenance"]["record"], json!(12));
    assert_eq!(notices.len(), 1);
    for part in ["left out 5 of 12 records", "1 request", "1 warcinfo", "1 status 404", "1 image/png", "1 robots.txt"] {
        assert!(notices[0].contains(part), "{}", notices[0]);
    }
}

#[test]
fn wet_files_are_cleaned_like_any_text() {
    let place = Place::new();
    let members: Vec<u8> = (0..5).flat_map(|number| gzip(&text(number))).collect();
    place.write("d/a.warc.wet.gz", members);
    let plain: Vec<u8> = (5..8).flat_map(text).collect();
    place.write("d/b", plain);
    let ran = place.run(&["clean", "d"]);
    ran.expect(0, 8, 0);
    for (number, record) in ran.records().iter().enumerate() {
        assert_eq!((&record["id"], &record["text"]), (&json!(format!("urn:uuid:{number}")), &json!(prose(number))));
        assert_eq!(record["url"], json!(format!("https://contoh.example/{number}")));
    }
}

#[test]
fn wrong_lengths_cost_nothing_but_a_warning() {
    let place = Place::new();
    let right = prose(1).len();
    for length in ["0", "-1", "", "banyak", "9223372036854775808", "99999999999999999999", "1", "20"]
        .map(str::to_owned)
        .into_iter()
        .chain((1..30).flat_map(|by| [right - by, right + by]).map(|length| length.to_string()))
        .chain([right + 500, 19_999_999, 20_000_001].map(|length| length.to_string()))
    {
        let file = [text(0), text_with_length(1, &length), text(2), text(3)].concat();
        place.write("a.warc", file);
        let ran = place.run(&["clean", "-q", "a.warc"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{length}");
        let texts: Vec<Value> = ran.records().iter().map(|record| record["text"].clone()).collect();
        assert_eq!(texts, [0, 1, 2, 3].map(|number| json!(prose(number))), "{length}");
        let warned: Vec<bool> = ran.records().iter().map(|record| record["warnings"] != json!([])).collect();
        // A few line ends more or less are no mistake that matters.
        let is_close = length.parse().is_ok_and(|length| (right..=right + 4).contains(&length));
        assert!(warned == [false, true, false, false] || is_close, "{length}: {warned:?}");
    }
}

#[test]
fn a_file_full_of_wrong_lengths_is_read_in_linear_time() {
    let place = Place::new();
    // Were each record believed, 20 MB would be read and given back for each of 20,000.
    let file: Vec<u8> = (0..20_000)
        .flat_map(|number| with_length(&text_headers(number), "19999999", b"Harga beras naik."))
        .chain(text(1))
        .collect();
    place.write("a.warc", file);
    let read = items(&place, "a.warc", Options::default());
    assert_eq!(read.len(), 20_001);
    assert!(read.iter().all(|item| matches!(item, Item::Record(_))));
}

#[test]
fn rubbish_between_records_costs_itself_only() {
    let place = Place::new();
    let endless = format!("WARC/1.0\r\nX: {}\r\n", "x".repeat(100_000));
    place.write("a.warc", [text(0), b"sampah\r\nsampah\r\n".to_vec(), text(1), endless.into_bytes(), text(2)].concat());
    let ran = place.run(&["clean", "a.warc"]);
    ran.expect(1, 3, 2).says("a.warc: 16 bytes at offset").says("a.warc: record 3: more than 65536 bytes of headers");
    place.write("b.warc", [text(0), response(1, "OK", "", b"x"), text(2)].concat());
    place.run(&["clean", "b.warc"]).expect(1, 2, 1).says("b.warc: record 2: not an HTTP response");
    place.write("c.warc", "Bukan arsip.\n");
    place.run(&["clean", "c.warc"]).expect(1, 0, 1).says("c.warc: no records: no line starts a WARC record");
    place.write("d.warc.gz", gzip(b""));
    place.run(&["clean", "d.warc.gz"]).expect(1, 0, 1).says("d.warc.gz: no records");
}

#[test]
fn a_cut_archive_yields_its_complete_records_and_a_failure() {
    let place = Place::new();
    let two = [text(0), text(1)].concat();
    let first = text(0).len();
    for end in 1..two.len() {
        place.write("a.warc", &two[..end]);
        let read = items(&place, "a.warc", Options::default());
        let records = read.iter().filter(|item| matches!(item, Item::Record(_))).count();
        // The line ends behind a record are not missed.
        assert_eq!(records, usize::from(end >= first - 4) + usize::from(end >= two.len() - 4), "{end}");
        let is_whole = (first - 4..=first).contains(&end) || end >= two.len() - 4;
        assert_eq!(read.len() - records, usize::from(!is_whole), "{end}: {read:?}");
    }
    let packed = [gzip(&text(0)), gzip(&text(1))].concat();
    place.write("b.warc.gz", &packed[..packed.len() - 20]);
    place.run(&["clean", "b.warc.gz"]).expect(1, 1, 1).says("b.warc.gz: record 2: truncated: the gzip data ends");
    place.write("c.warc.gz", [packed.as_slice(), b"sampah"].concat());
    place.run(&["clean", "c.warc.gz"]).expect(1, 2, 1).says("bytes after the end of the compressed data");
    place.write("d.warc.gz", [packed.as_slice(), &[0; 100]].concat());
    place.run(&["clean", "d.warc.gz"]).expect(0, 2, 0).says("zeros after the end");
}

#[test]
fn records_over_the_limit_are_skipped() {
    let place = Place::new();
    let long = prose(1).repeat(20);
    let bomb = response(2, "200 OK", "Content-Encoding: gzip\r\nContent-Type: text/html\r\n", &gzip(&[b'a'; 5000]));
    place.write("a.warc", [text(0), record(&text_headers(1), long.as_bytes()), bomb, text(3)].concat());
    let ran = place.run(&["clean", "--max-record-bytes", "2000", "a.warc"]);
    ran.expect(1, 2, 2).says("a.warc: record 2: ").says("more than 2000 (--max-record-bytes); skipped");
    ran.says("a.warc: record 3: its payload unpacks to more than 2000 bytes");
}

#[test]
fn what_crawlers_cut_is_warned_about() {
    let place = Place::new();
    let headers = format!("{}WARC-Truncated: length\r\n", text_headers(1));
    place.write("a.warc", record(&headers, prose(1).as_bytes()));
    let ran = place.run(&["clean", "a.warc"]);
    assert_eq!(ran.expect(0, 1, 0).records()[0]["warnings"][0]["code"], json!("cut-by-crawler"));
}
