//! `kupas check`: runs a folder of fixtures, prints what differs, and can rewrite or make them.

use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use kupas::cleaner::Cleaner;
use kupas::fixture::{self, Difference, Fixture, FixtureError, Mark};
use kupas::write::escape::visible;

use super::paint::{Paint, Palette};

/// Why fixtures could not be run.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The fixtures cannot be read or written.
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// The name given to a new fixture is not one.
    #[error(
        "`{0}` is no name for a fixture: parts of letters, digits, `.`, `-` and `_`, with `/` between"
    )]
    Name(String),
    /// Standard output cannot be written.
    #[error(transparent)]
    Output(#[from] io::Error),
}

/// Runs every fixture below a folder. Returns whether all came out as expected.
///
/// # Errors
/// If a fixture cannot be read, or there is none.
pub fn check(
    root: &Path,
    cleaner: &Cleaner,
    palette: Palette,
    out: &mut dyn Write,
) -> Result<bool, CheckError> {
    let folders = fixture::find(root)?;
    let mut failed = 0;
    for folder in &folders {
        let differences = Fixture::read(folder)?.check(cleaner);
        if !differences.is_empty() {
            failed += 1;
            print(folder, &differences, palette, out)?;
        }
    }
    writeln!(
        out,
        "{} fixtures: {} as expected, {failed} different",
        folders.len(),
        folders.len() - failed
    )?;
    Ok(failed == 0)
}

/// Rewrites the expectations that no longer hold.
///
/// # Errors
/// If a fixture cannot be read or written, or there is none.
pub fn update(root: &Path, cleaner: &Cleaner, out: &mut dyn Write) -> Result<(), CheckError> {
    let folders = fixture::find(root)?;
    let mut changed = 0;
    for folder in &folders {
        let written = Fixture::read(folder)?.update(cleaner)?;
        changed += usize::from(!written.is_empty());
        for file in written {
            writeln!(
                out,
                "wrote {}",
                visible(&folder.join(file).to_string_lossy())
            )?;
        }
    }
    writeln!(out, "{} fixtures: {changed} rewritten", folders.len())?;
    Ok(())
}

/// Makes a fixture of a file, below `root` under that name, or under the file's own.
///
/// # Errors
/// If the name is none, is taken, or a file cannot be read or written.
pub fn create(
    root: &Path,
    input: &Path,
    name: Option<&str>,
    cleaner: &Cleaner,
    out: &mut dyn Write,
) -> Result<(), CheckError> {
    let own = input.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.unwrap_or(&own);
    if !is_name(name) {
        return Err(CheckError::Name(visible(name).into_owned()));
    }
    let folder = root.join(name.split('/').collect::<PathBuf>());
    Fixture::create(input, &folder, cleaner)?;
    writeln!(
        out,
        "made {}; read what it expects before you rely on it",
        visible(&folder.to_string_lossy())
    )?;
    Ok(())
}

/// Whether a name stays below its folder and is the same on every system.
fn is_name(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
    };
    name.split('/').all(plain)
        && Path::new(name)
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
}

fn print(
    folder: &Path,
    differences: &[Difference],
    palette: Palette,
    out: &mut dyn Write,
) -> io::Result<()> {
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
