//! Gathering packs before they are compiled: those that come with the crate, and a user's folders on top.
//!
//! Decides which packs count for every document and which for one portal, and merges a user's pack into ours of the same name.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::pack::{Pack, PackError, Rule, parse};

/// The packs that come with the crate, sorted by path: in JSON, each with the lines on which its rules begin.
const BUILTIN: &str = include_str!(concat!(env!("OUT_DIR"), "/packs.json"));

/// How specific a rule's origin is. The order is that of precedence: the later beats the earlier.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// True in any language.
    Common,
    /// True of a language.
    Lang,
    /// True of one portal.
    Portal,
    /// Given at run time by the user.
    User,
}

impl Level {
    /// The name that listings print, such as `portal`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Level::Common => "common",
            Level::Lang => "lang",
            Level::Portal => "portal",
            Level::User => "user",
        }
    }
}

/// A pack and what it counts for, the rules each with the level they come from.
#[derive(Clone, Debug)]
pub(crate) struct Gathered {
    pub(crate) pack: Pack,
    pub(crate) level: Level,
    /// Whether it counts only where its portal was recognised.
    pub(crate) is_portal: bool,
    pub(crate) levels: Vec<Level>,
}

/// The packs that come with the crate.
pub(crate) fn builtin() -> Result<Vec<Gathered>, PackError> {
    let built: Vec<(Pack, Vec<usize>)> =
        serde_json::from_str(BUILTIN).map_err(|error| PackError::new("packs", 0, error.to_string()))?;
    let mut packs = Vec::with_capacity(built.len());
    for (mut pack, lines) in built {
        pack.rules.iter_mut().zip(lines).for_each(|(rule, line)| rule.line = line);
        let level = match pack.file.split('/').nth(1) {
            Some("common") => Level::Common,
            Some("lang") => Level::Lang,
            _ => Level::Portal,
        };
        add(&mut packs, pack, level, Some(level == Level::Portal))?;
    }
    finish(packs)
}

/// The packs that come with the crate and, on top, those in the user's folders, in the order given.
pub(crate) fn with_dirs(dirs: &[PathBuf]) -> Result<Vec<Gathered>, PackError> {
    let mut packs = builtin()?;
    for dir in dirs {
        for path in toml_files(dir)? {
            let file = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(|error| PackError::new(&file, 0, error.to_string()))?;
            let folder = path.parent().filter(|parent| parent != dir).and_then(Path::file_name);
            let portal = match folder.and_then(|folder| folder.to_str()) {
                Some("portal") => Some(true),
                Some("common" | "lang") => Some(false),
                _ => None,
            };
            add(&mut packs, parse(&file, &text)?, Level::User, portal)?;
        }
    }
    finish(packs)
}

fn toml_files(dir: &Path) -> Result<Vec<PathBuf>, PackError> {
    let mut files = Vec::new();
    for entry in WalkDir::new(dir).sort_by_file_name() {
        let entry = entry.map_err(|error| PackError::new(&dir.display().to_string(), 0, error.to_string()))?;
        if entry.file_type().is_file() && entry.path().extension().is_some_and(|extension| extension == "toml") {
            files.push(entry.into_path());
        }
    }
    Ok(files)
}

/// Adds a pack, or merges it into the one of the same name: rules of the same id give way to the newcomer's.
fn add(packs: &mut Vec<Gathered>, pack: Pack, level: Level, portal: Option<bool>) -> Result<(), PackError> {
    let recognised = !pack.hosts.is_empty() || !pack.fingerprints.is_empty();
    let Some(old) = packs.iter_mut().find(|old| old.pack.name == pack.name) else {
        let is_portal = portal.unwrap_or(recognised);
        if is_portal != recognised {
            let message = if is_portal {
                "a portal pack needs `hosts` or `fingerprints`: without them it never counts"
            } else {
                "`hosts` and `fingerprints` belong to portal packs: move the file to `portal/`"
            };
            return Err(PackError::new(&pack.file, 1, message));
        }
        let levels = vec![level; pack.rules.len()];
        packs.push(Gathered { pack, level, is_portal, levels });
        return Ok(());
    };
    if level != Level::User {
        let message = format!("{} has the same name: rename one", old.pack.file);
        return Err(PackError::new(&pack.file, 1, message));
    }
    if recognised && !old.is_portal {
        let message =
            format!("adds to `{}`, which counts for every document: drop `hosts` and `fingerprints`", pack.name);
        return Err(PackError::new(&pack.file, 1, message));
    }
    let replaced = |rule: &Rule| pack.rules.iter().any(|new| new.id == rule.id);
    let kept = old.pack.rules.drain(..).zip(old.levels.drain(..)).filter(|(rule, _)| !replaced(rule));
    let (mut rules, mut levels): (Vec<_>, Vec<_>) = kept.collect();
    levels.extend(pack.rules.iter().map(|_| level));
    rules.extend(pack.rules);
    old.pack.rules = rules;
    old.levels = levels;
    union(&mut old.pack.hosts, pack.hosts);
    union(&mut old.pack.names, pack.names);
    union(&mut old.pack.places, pack.places);
    union(&mut old.pack.fingerprints, pack.fingerprints);
    old.pack.page.merge(pack.page);
    old.pack.timezone = pack.timezone.or(old.pack.timezone.take());
    // Errors found later, when rules are compared, are the newcomer's.
    old.pack.file = pack.file;
    Ok(())
}

fn union(list: &mut Vec<String>, more: Vec<String>) {
    for text in more {
        if !list.contains(&text) {
            list.push(text);
        }
    }
}

/// Refuses two packs for one host.
fn finish(packs: Vec<Gathered>) -> Result<Vec<Gathered>, PackError> {
    let mut owners = BTreeMap::new();
    for gathered in &packs {
        for host in &gathered.pack.hosts {
            if let Some(owner) = owners.insert(host.as_str(), gathered.pack.name.as_str()) {
                let message = format!("host `{host}` belongs to pack `{owner}`: name this pack `{owner}` to add to it");
                return Err(PackError::new(&gathered.pack.file, 1, message));
            }
        }
    }
    Ok(packs)
}
