//! `--resume`: what a run is, how far it came, and what it takes to go on there.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

use kupas::pipeline::Totals;
use kupas::read::Survey;
use kupas::stats::Stats;
use kupas::write::journal::{Earlier, Identity, Journal, JournalError};
use kupas::write::{Mark, Names, Renderer};
use serde::{Deserialize, Serialize};
use walkdir::WalkDir;

use super::args::CleanArgs;
use super::outcome::Failure;
use super::output::Target;

/// How far a run is. All that it counts is on disk.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct State {
    /// Records and failures of the input that are done.
    pub position: u64,
    /// What became of them.
    pub totals: Totals,
    /// How far the output is.
    pub mark: Mark,
    /// How long the file of failures is.
    pub errors: u64,
    /// The statistics so far.
    pub stats: Option<Stats>,
}

/// Opens the journal of the run that the flags describe, and says what is in it.
pub fn open(args: &CleanArgs, target: &Target, survey: &Survey) -> Result<(Journal, Earlier<State>), Failure> {
    if !survey.repeatable {
        return Err(Failure::Usage("--resume needs files to read: what was read from a pipe is gone".to_owned()));
    }
    match target {
        Target::Stdout => {}
        Target::Files(names) => resumable(names, args.output.renderer(target)?)?,
        // What is noted stands beside it.
        Target::Folder(path) => {
            fs::create_dir_all(path).map_err(|error| Failure::output(&path.to_string_lossy(), error))?;
        }
    }
    let beside = target.common().ok_or_else(|| {
        Failure::Usage("--resume needs a file, a pattern or a folder to write to (--output)".to_owned())
    })?;
    let identity = identity(args, survey).map_err(|error| Failure::Usage(error.to_string()))?;
    Journal::open(&beside, identity).map_err(|error| match error {
        JournalError::Io { path, source } => Failure::output(&path.to_string_lossy(), source),
        other => Failure::Usage(other.to_string()),
    })
}

/// Refuses files that cannot be gone on with.
fn resumable(names: &Names, renderer: Renderer) -> Result<(), Failure> {
    let first = names.path(0);
    if fs::metadata(&first).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(Failure::Usage(format!("--resume cannot go on with {}: not a file", first.to_string_lossy())));
    }
    if matches!(renderer, Renderer::Rows(_)) && !names.is_many() {
        return Err(Failure::Usage(
            "--resume goes on between files of Parquet, not within one: use --shard-size".to_owned(),
        ));
    }
    Ok(())
}

/// What the run is about.
fn identity(args: &CleanArgs, survey: &Survey) -> io::Result<Identity> {
    let CleanArgs { inputs, read, cleaner, output, keep_raw, provenance, run, .. } = args;
    let selection = (run.limit, run.sample, run.seed, run.shard, run.shard_by);
    // As they are typed: a flag that means the same in other words counts as another.
    let kept = (keep_raw, provenance, &run.errors, &args.stats, &args.report);
    let options = format!("{inputs:?} {read:?} {cleaner:?} {output:?} {kept:?} {selection:?}");
    let mut packs = Vec::new();
    for folder in &cleaner.packs {
        let files = WalkDir::new(folder).sort_by_file_name().into_iter().filter_map(Result::ok);
        packs.extend(files.filter(|entry| entry.file_type().is_file()).map(walkdir::DirEntry::into_path));
    }
    Ok(Identity {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        program: hash_of(&[std::env::current_exe()?])?,
        packs: hash_of(&packs)?,
        weights: hash_of(cleaner.weights.as_slice())?,
        input: format!("{} files, {} bytes, {:016x}", survey.files, survey.bytes, survey.fingerprint),
        options,
    })
}

/// What these files hold, as a number; nothing if there are none.
fn hash_of(files: &[PathBuf]) -> io::Result<String> {
    if files.is_empty() {
        return Ok(String::new());
    }
    let mut hasher = DefaultHasher::new();
    for file in files {
        (file.file_name(), read(file)?).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn read(file: &Path) -> io::Result<Vec<u8>> {
    fs::read(file).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", file.to_string_lossy())))
}
