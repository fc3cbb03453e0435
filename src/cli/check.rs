//! `kupas check`: runs a folder of fixtures, prints what differs, and can rewrite or make them.

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use kupas::cleaner::Cleaner;
use kupas::fixture::{self, Difference, Fixture, FixtureError, Mark};
use kupas::write::escape::visible;

use super::args::CheckArgs;
use super::messages;
use super::outcome::{Exit, Failure};
use super::paint::{Paint, Palette};
use super::setup;

/// Runs the command.
pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let cleaner = setup::cleaner(&args.cleaner, None)?;
    if let Some(input) = &args.new {
        let [root] = args.fixtures.as_slice() else {
            return Err(Failure::Usage("--new takes one folder of fixtures".to_owned()));
        };
        return create(root, input, args.name.as_deref(), &cleaner);
    }
    let mut folders = Vec::new();
    for root in &args.fixtures {
        folders.extend(fixture::find(root).map_err(failure)?);
    }
    let mut shown = Vec::new();
    let outcome = if args.update {
        update(&folders, &cleaner, &mut shown)
    } else {
        check(&folders, &cleaner, Palette::new(args.color), &mut shown)
    };
    let exit = outcome.map_err(|error| Failure::output("standard output", error))?;
    messages::print(&shown)?;
    Ok(exit)
}

/// Runs every fixture. One that cannot be read is reported, and the others are run all the same.
fn check(folders: &[PathBuf], cleaner: &Cleaner, palette: Palette, out: &mut dyn Write) -> io::Result<Exit> {
    let (mut different, mut broken) = (0, 0);
    for folder in folders {
        match Fixture::read(folder) {
            Ok(fixture) => {
                let differences = fixture.check(cleaner);
                if !differences.is_empty() {
                    different += 1;
                    print(folder, &differences, palette, out)?;
                }
            }
            Err(error) => {
                broken += 1;
                messages::error(&error.to_string());
            }
        }
    }
    let same = folders.len() - different - broken;
    let rest = if broken == 0 { String::new() } else { format!(", {broken} broken") };
    writeln!(out, "{} fixtures: {same} as expected, {different} different{rest}", folders.len())?;
    Ok(if same == folders.len() { Exit::Success } else { Exit::SomeFailed })
}

/// Rewrites the expectations that no longer hold.
fn update(folders: &[PathBuf], cleaner: &Cleaner, out: &mut dyn Write) -> io::Result<Exit> {
    let (mut changed, mut broken) = (0, 0);
    for folder in folders {
        match Fixture::read(folder).and_then(|fixture| fixture.update(cleaner)) {
            Ok(written) => {
                changed += usize::from(!written.is_empty());
                for file in written {
                    writeln!(out, "wrote {}", visible(&folder.join(file).to_string_lossy()))?;
                }
            }
            Err(error) => {
                broken += 1;
                messages::error(&error.to_string());
            }
        }
    }
    writeln!(out, "{} fixtures: {changed} rewritten", folders.len())?;
    Ok(if broken == 0 { Exit::Success } else { Exit::SomeFailed })
}

/// Makes a fixture of a file, below `root` under that name, or under the file's own.
fn create(root: &Path, input: &Path, name: Option<&str>, cleaner: &Cleaner) -> Result<Exit, Failure> {
    let own = input.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.unwrap_or(&own);
    if !is_name(name) {
        return Err(Failure::Usage(format!(
            "`{name}` cannot name a fixture (--as): use letters, digits, `.`, `-` and `_`, with `/` between parts"
        )));
    }
    let folder = root.join(name.split('/').collect::<PathBuf>());
    Fixture::create(input, &folder, cleaner).map_err(failure)?;
    let made = format!("made {}: read what it expects before you rely on it\n", visible(&folder.to_string_lossy()));
    messages::print(made.as_bytes())?;
    Ok(Exit::Success)
}

fn failure(error: FixtureError) -> Failure {
    match error {
        FixtureError::Write(path, error) => Failure::output(&path.to_string_lossy(), error),
        FixtureError::Empty(_) | FixtureError::Exists(_) | FixtureError::Walk(_) => Failure::Usage(error.to_string()),
        error => Failure::Input(error.to_string()),
    }
}

/// Whether a name stays below its folder and is the same on every system.
fn is_name(name: &str) -> bool {
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    name.split('/').all(plain) && Path::new(name).components().all(|part| matches!(part, Component::Normal(_)))
}

fn print(folder: &Path, differences: &[Difference], palette: Palette, out: &mut dyn Write) -> io::Result<()> {
    let (on, off) = (palette.on(Paint::Strong), palette.off(Paint::Strong));
    writeln!(out, "{on}{}{off}", visible(&folder.to_string_lossy()))?;
    for difference in differences {
        writeln!(out, "  {}", difference.file)?;
        for (mark, line) in &difference.lines {
            let paint = match mark {
                Mark::Place => Paint::Dim,
                Mark::Missing => Paint::Removed,
                Mark::Extra => Paint::Added,
            };
            let (on, off) = (palette.on(paint), palette.off(paint));
            writeln!(out, "    {on}{} {}{off}", mark.sign(), visible(line))?;
        }
    }
    writeln!(out)
}
