//! Temporary harness.
use std::io::Write;
use std::sync::Arc;
use kupas::{article::Record, cleaner::Cleaner, judge::{gold, rules::RuleSet, train}};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let gold = gold::read(std::path::Path::new(&args[1])).unwrap();
    let rules = Arc::new(RuleSet::builtin().unwrap());
    let start = std::time::Instant::now();
    let say = |m: &str| eprintln!("{:.0?} {m}", start.elapsed());
    if args[2] == "train" {
        let learned = train::train(&gold, &rules, &say);
        std::fs::write(&args[3], learned.to_bytes()).unwrap();
        return;
    }
    let found = train::cross_validate(&gold, &rules, args[2].parse().unwrap(), &say);
    let cleaners: Vec<Cleaner> = found.judges.into_iter().map(|j| Cleaner::with_judge(j, vec![], vec![])).collect();
    let mut out = std::io::BufWriter::new(std::fs::File::create(&args[3]).unwrap());
    for (d, fold) in gold.iter().zip(found.folds) {
        let r = Record { id: d.id.clone(), url: d.url.clone(), text: d.text.clone(), ..Record::default() };
        let x = cleaners[fold].explain(&r);
        let a = &x.article;
        let lines: Vec<_> = x.rows.iter().map(|r| serde_json::json!([r.line, r.kind.name(), r.probability, r.rule, r.cuts.iter().map(|(s,k,n)| serde_json::json!([s.start,s.end,k.name(),n,&d.text[s.clone()]])).collect::<Vec<_>>(), r.evidence.iter().take(6).map(|e| format!("{}:{:.2}", e.feature, e.weight)).collect::<Vec<_>>()])).collect();
        writeln!(out, "{}", serde_json::json!({"id": a.id, "text": a.text, "metadata": a.metadata, "confidence": a.confidence, "rows": lines})).unwrap();
    }
    say("done");
}
