//! What cleaning costs, and its parts, on the three styles of scraped text: `cargo bench`.

#![allow(clippy::expect_used, missing_docs, reason = "a bench that cannot be set up has failed")]

use std::fs;
use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use kupas::article::Record;
use kupas::cleaner::{Cleaner, Options};
use kupas::judge::Judge;
use kupas::judge::markup::Marks;
use kupas::judge::rules::RuleSet;
use kupas::judge::weights::Learned;
use kupas::segment::segments;

/// A whole page, a body with links on lines of their own, an article in one line.
const STYLES: [(&str, &str); 3] = [
    ("page", "fixtures/kumparan.com/icons-and-ads-between-paragraphs/input.txt"),
    ("lines", "fixtures/kompas.com/dateline-in-three-fragments/input.txt"),
    ("flat", "fixtures/detik.com/video-plug-in-one-line/input.txt"),
];

fn record(file: &str) -> Record {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Record { text: fs::read_to_string(path).expect("a fixture"), ..Record::default() }
}

fn parts(criterion: &mut Criterion) {
    let rules = std::sync::Arc::new(RuleSet::builtin().expect("the built-in packs"));
    let judge = Judge::new(rules, &Learned::builtin().expect("the built-in weights"));
    let cleaner = Cleaner::new(Options::default()).expect("a cleaner");
    for (style, file) in STYLES {
        let record = record(file);
        let lines = segments(&record.text);
        let mut group = criterion.benchmark_group(style);
        group.throughput(Throughput::Bytes(record.text.len() as u64));
        group.bench_function("segments", |bench| bench.iter(|| segments(black_box(&record.text))));
        group.bench_function("line_hits", |bench| {
            let mut hits = Vec::new();
            bench.iter(|| {
                for line in &lines {
                    let line = record.text.get(line.span.clone()).unwrap_or_default();
                    judge.rules().line_hits(None, black_box(line), &mut hits);
                }
            });
        });
        group
            .bench_function("judge", |bench| bench.iter(|| judge.judge(black_box(&record), &lines, &Marks::default())));
        group.bench_function("clean", |bench| bench.iter(|| cleaner.clean(black_box(&record))));
        group.finish();
    }
}

criterion_group!(benches, parts);
criterion_main!(benches);
