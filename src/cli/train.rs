//! `kupas train`: weights from annotated articles, or records cleaned by weights that have not seen their portal.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kupas::article::Record;
use kupas::cleaner::Cleaner;
use kupas::judge::Judge;
use kupas::judge::gold::{self, GoldDocument};
use kupas::judge::rules::RuleSet;
use kupas::judge::train;
use kupas::judge::weights::Learned;
use kupas::write::{AtomicFile, Detail, Renderer};

use super::args::TrainArgs;
use super::messages;
use super::outcome::{Exit, Failure};

/// Runs the command.
pub fn run(args: &TrainArgs) -> Result<Exit, Failure> {
    let gold = read(&args.gold)?;
    let rules = RuleSet::with_dirs(&args.packs).map_err(|error| Failure::Usage(error.to_string()))?;
    let rules = Arc::new(rules);
    let progress = |message: &str| {
        if !args.quiet {
            messages::notice(message);
        }
    };
    let base = base(args)?;
    let bytes = match args.cross_validate {
        Some(folds) => out_of_fold(&gold, &rules, base.as_ref(), folds, args.pages, &progress)?,
        None => train::train(&gold, &rules, base.as_ref(), &progress).to_bytes(),
    };
    match args.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => {
            let written = AtomicFile::replace(path, &bytes);
            written.map_err(|error| Failure::output(&path.to_string_lossy(), error))?;
        }
        None => messages::print(&bytes)?,
    }
    Ok(Exit::Success)
}

/// What learning starts from: the weights that come with the program, unless told otherwise. Not for cross-validation,
/// whose results mean something only if no weights have seen the articles.
fn base(args: &TrainArgs) -> Result<Option<Learned>, Failure> {
    let base = match &args.weights {
        Some(path) => Learned::read(path),
        None if args.from_scratch || args.cross_validate.is_some() => return Ok(None),
        None => Learned::builtin(),
    };
    base.map(Some).map_err(|error| Failure::Usage(error.to_string()))
}

/// All gold, in the order given. An article that stands twice would count twice, and be learned from when held out.
fn read(paths: &[PathBuf]) -> Result<Vec<GoldDocument>, Failure> {
    let mut documents = Vec::new();
    let mut seen = BTreeMap::new();
    for path in paths {
        for document in gold::read(path).map_err(|error| Failure::Input(error.to_string()))? {
            if let Some(first) = seen.insert(document.id.clone(), path) {
                let (first, second) = (first.to_string_lossy(), path.to_string_lossy());
                return Err(Failure::Input(format!("{second}: `{}` stands twice, first in {first}", document.id)));
            }
            documents.push(document);
        }
    }
    if documents.is_empty() {
        return Err(Failure::Input("there is no annotated article in the files given".to_owned()));
    }
    Ok(documents)
}

/// The records of all articles, each cleaned by weights learned without its portal's fold.
fn out_of_fold(
    gold: &[GoldDocument],
    rules: &Arc<RuleSet>,
    base: Option<&Learned>,
    folds: usize,
    pages: bool,
    progress: train::Progress<'_>,
) -> Result<Vec<u8>, Failure> {
    if folds < 2 || folds > gold.len() {
        return Err(Failure::Usage(format!(
            "--cross-validate takes 2 to {} folds for {} articles",
            gold.len(),
            gold.len()
        )));
    }
    let found = train::cross_validate(gold, rules, base, folds, progress);
    let cleaner = |learned| Cleaner::with_judge(Judge::new(Arc::clone(rules), learned), Vec::new(), Vec::new());
    let cleaners: Vec<Cleaner> = found.learned.iter().map(cleaner).collect();
    let mut bytes = Vec::new();
    for (document, fold) in gold.iter().zip(found.folds) {
        let Some(record) = record(document, pages) else { continue };
        if let Some(cleaner) = cleaners.get(fold) {
            let rendered = Renderer::Jsonl(Detail::Text).render(&record, &cleaner.clean(&record));
            bytes.extend(rendered.bytes);
        }
    }
    Ok(bytes)
}

/// The record of an annotated article, or of its page; `None` if it is to be its page and there is none.
fn record(document: &GoldDocument, page: bool) -> Option<Record> {
    let text = if page || document.is_body { String::new() } else { document.text.clone() };
    let html = document.html.clone().filter(|_| page || document.is_body);
    (html.is_some() || !page).then(|| Record {
        id: document.id.clone(),
        url: document.url.clone(),
        text,
        html,
        ..Record::default()
    })
}
