//! `kupas train`: weights from annotated articles, or records cleaned by weights that have not seen their portal.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use kupas::article::Record;
use kupas::cleaner::Cleaner;
use kupas::judge::gold::{self, GoldDocument};
use kupas::judge::rules::RuleSet;
use kupas::judge::train;
use kupas::write::{AtomicFile, Detail, Renderer};

use super::args::TrainArgs;
use super::messages;
use super::outcome::{Exit, Failure};

/// Runs the command.
pub fn run(args: &TrainArgs) -> Result<Exit, Failure> {
    let mut gold = Vec::new();
    for path in &args.gold {
        gold.extend(gold::read(path).map_err(|error| Failure::Input(error.to_string()))?);
    }
    let rules = RuleSet::with_dirs(&args.packs).map_err(|error| Failure::Usage(error.to_string()))?;
    let rules = Arc::new(rules);
    let progress = |message: &str| {
        if !args.quiet {
            messages::notice(message);
        }
    };
    let bytes = match args.cross_validate {
        Some(folds) => out_of_fold(&gold, &rules, folds, &progress)?,
        None => train::train(&gold, &rules, &progress).to_bytes(),
    };
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let written = AtomicFile::create(path).and_then(|mut file| {
                file.write_all(&bytes)?;
                file.commit()
            });
            written.map_err(|error| Failure::output(&path.to_string_lossy(), error))?;
        }
        None => messages::print(&bytes)?,
    }
    Ok(Exit::Success)
}

/// The records of all articles, each cleaned by weights learned without its portal's fold.
fn out_of_fold(
    gold: &[GoldDocument],
    rules: &Arc<RuleSet>,
    folds: usize,
    progress: train::Progress<'_>,
) -> Result<Vec<u8>, Failure> {
    if folds < 2 || folds > gold.len() {
        return Err(Failure::Usage(format!(
            "--cross-validate takes 2 to {} folds for {} articles",
            gold.len(),
            gold.len()
        )));
    }
    let found = train::cross_validate(gold, rules, folds, progress);
    let cleaners: Vec<Cleaner> =
        found.judges.into_iter().map(|judge| Cleaner::with_judge(judge, Vec::new(), Vec::new())).collect();
    let mut bytes = Vec::new();
    for (document, fold) in gold.iter().zip(found.folds) {
        let record = Record {
            id: document.id.clone(),
            url: document.url.clone(),
            text: document.text.clone(),
            ..Record::default()
        };
        if let Some(cleaner) = cleaners.get(fold) {
            let rendered = Renderer::Jsonl(Detail::Text).render(&record, &cleaner.clean(&record));
            bytes.extend(rendered.bytes);
        }
    }
    Ok(bytes)
}
