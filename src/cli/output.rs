//! The flags about what is written and where, and the sink that they mean.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use kupas::limits;
use kupas::markdown::Links;
use kupas::write::{Detail, Files, Folder, Mark, Names, Plan, Renderer, ShardSize, Sink, Stream};

use super::outcome::Failure;
use super::running;
use super::terminal::Harmless;

/// What is written, and where.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Write here instead of to standard output: a file, which appears only when complete (compressed if its name ends
    /// in .gz, .zst, .bz2 or .xz); a pattern such as part-{:05}.jsonl.gz for one file after the other (with
    /// --shard-size); or, for text, a folder (existing, or ending in /) that gets one file per document
    #[arg(short, long, value_name = "FILE|PATTERN|DIR/")]
    pub output: Option<PathBuf>,

    /// Begin the next file of a pattern when one has this many records (such as 100000records) or, before compression,
    /// bytes (such as 500M)
    #[arg(long, value_name = "SIZE", value_parser = shard_size, requires = "output")]
    pub shard_size: Option<ShardSize>,

    /// Format of the output [default: by the output's name, text for folders, else jsonl]
    #[arg(long, value_name = "FORMAT")]
    pub to: Option<To>,

    /// What each record says about the stretches of input that are not in its text
    #[arg(long, value_name = "WHAT", default_value = "none")]
    pub removed: RemovedDetail,

    /// JSON Lines: put the flattened text of a page, to which `removed` refers, into the field `flat`
    #[arg(long)]
    pub flat: bool,

    /// Markdown: keep the targets of links
    #[arg(long)]
    pub links: bool,

    /// CSV: leave cells as they are that a spreadsheet would take for formulas
    #[arg(long)]
    pub csv_raw: bool,

    /// Bytes of records that are written and compressed as one piece
    #[arg(long, value_name = "BYTES", default_value_t = limits::BLOCK_BYTES, hide = true)]
    pub block_bytes: usize,
}

/// Formats that can be written.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum To {
    /// One JSON object per line
    Jsonl,
    /// The clean text alone; a line with a form feed stands between documents
    Text,
    /// The same with headings, lists, quotes, tables and emphasis marked
    Markdown,
    /// Comma-separated values with a header
    Csv,
    /// Parquet, to a file
    Parquet,
    /// Attribute files of the Dolma toolkit: the stretches to take out of each text
    Dolma,
}

/// What a record says about what was removed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum RemovedDetail {
    /// Nothing
    None,
    /// Kind, rule and place
    Spans,
    /// Kind, rule, place and the text itself
    Text,
}

/// Where records go.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Target {
    /// To standard output.
    Stdout,
    /// Into a file, or one after the other.
    Files(Names),
    /// Into a folder.
    Folder(PathBuf),
}

impl OutputArgs {
    /// Where the records go.
    pub fn target(&self) -> Result<Target, Failure> {
        let Some(path) = self.path() else {
            return Ok(Target::Stdout);
        };
        if path.is_dir() || ends_like_a_folder(path) {
            return Ok(Target::Folder(path.to_path_buf()));
        }
        let names = Names::parse(path)
            .map_err(|reason| Failure::Usage(format!("--output {}: {reason}", path.to_string_lossy())))?;
        match (names.is_many(), self.shard_size) {
            (true, None) => Err(Failure::Usage("--output with {} needs --shard-size".to_owned())),
            (false, Some(_)) => {
                Err(Failure::Usage("--shard-size needs {} in --output, where the number goes".to_owned()))
            }
            _ => Ok(Target::Files(names)),
        }
    }

    /// The output as it was named, unless it is standard output.
    pub fn path(&self) -> Option<&Path> {
        self.output.as_deref().filter(|path| *path != Path::new("-"))
    }

    /// What the cleaner is to do about Markdown.
    pub fn markdown(&self, target: &Target) -> Result<Option<Links>, Failure> {
        let links = if self.links { Links::Targets } else { Links::Words };
        Ok((self.renderer(target)? == Renderer::Markdown).then_some(links))
    }

    /// Opens the sink of a run that goes on at `mark`, or begins.
    pub fn sink_at(&self, target: &Target, mark: Option<Mark>) -> Result<Box<dyn Sink>, Failure> {
        match target {
            Target::Stdout => self.sink(target),
            Target::Folder(path) => {
                let beside = target.common().unwrap_or_else(|| path.clone());
                Ok(Box::new(Folder::resume(path, self.renderer(target)?, &beside, mark)?))
            }
            Target::Files(names) => {
                if mark.is_none() {
                    refuse_to_mix(names)?;
                }
                Ok(Box::new(Files::resume(self.plan(target, names)?, mark)?))
            }
        }
    }

    /// Opens the sink.
    pub fn sink(&self, target: &Target) -> Result<Box<dyn Sink>, Failure> {
        let renderer = self.renderer(target)?;
        Ok(match target {
            Target::Stdout => {
                let stdout = io::stdout();
                Box::new(if stdout.is_terminal() {
                    Stream::new(renderer, "standard output", Harmless(stdout))
                } else {
                    Stream::new(renderer, "standard output", stdout)
                })
            }
            Target::Folder(path) => Box::new(Folder::new(path, renderer)?),
            Target::Files(names) => {
                refuse_to_mix(names)?;
                Box::new(Files::new(self.plan(target, names)?)?)
            }
        })
    }

    fn plan(&self, target: &Target, names: &Names) -> Result<Plan, Failure> {
        let renderer = self.renderer(target)?;
        Ok(Plan { renderer, names: names.clone(), size: self.shard_size, block_bytes: self.block_bytes })
    }

    /// How records are written there.
    pub fn renderer(&self, target: &Target) -> Result<Renderer, Failure> {
        let detail = match self.removed {
            RemovedDetail::None => Detail::None,
            RemovedDetail::Spans => Detail::Spans,
            RemovedDetail::Text => Detail::Text,
        };
        let to = self.to.unwrap_or_else(|| match target {
            Target::Stdout => To::Jsonl,
            Target::Files(names) => To::from_name(&names.path(0)),
            Target::Folder(_) => To::Text,
        });
        if let (Target::Folder(path), false) = (target, matches!(to, To::Text | To::Markdown)) {
            return Err(Failure::Usage(format!(
                "--output {} is a folder, which only text goes to (--to text or markdown); name a file",
                path.to_string_lossy()
            )));
        }
        if let (Target::Stdout, To::Parquet) = (target, to) {
            return Err(Failure::Usage("--to parquet needs a file (--output)".to_owned()));
        }
        Ok(match to {
            To::Jsonl if self.flat => Renderer::Flat(detail),
            To::Jsonl => Renderer::Jsonl(detail),
            To::Text => Renderer::Text,
            To::Markdown => Renderer::Markdown,
            To::Csv => Renderer::Csv { detail, raw: self.csv_raw },
            To::Parquet => Renderer::Rows(detail),
            To::Dolma => Renderer::Dolma,
        })
    }
}

impl Target {
    /// A path that stands for all that is written, beside which what belongs to all of it stands.
    pub fn common(&self) -> Option<PathBuf> {
        match self {
            Target::Stdout => None,
            Target::Files(names) => Some(names.common()),
            // A folder such as `.` has a name only in full.
            Target::Folder(path) if path.file_name().is_none() => path.canonicalize().ok(),
            Target::Folder(path) => Some(path.clone()),
        }
    }
}

impl To {
    /// What a file's name says, compression aside.
    fn from_name(path: &Path) -> To {
        let name = path.to_string_lossy().to_lowercase();
        let plain = [".gz", ".zst", ".bz2", ".xz"].iter().find_map(|ending| name.strip_suffix(ending));
        match plain.unwrap_or(&name).rsplit_once('.') {
            Some((_, "txt")) => To::Text,
            Some((_, "md")) => To::Markdown,
            Some((_, "csv")) => To::Csv,
            Some((_, "parquet")) => To::Parquet,
            _ => To::Jsonl,
        }
    }
}

/// Files of an earlier run among those of this one would be taken for its own.
fn refuse_to_mix(names: &Names) -> Result<(), Failure> {
    let first = names.path(0);
    if names.is_many() && first.symlink_metadata().is_ok() {
        let message = format!("{} is there already; remove the files of the earlier run", first.to_string_lossy());
        return Err(Failure::Usage(message));
    }
    Ok(())
}

fn ends_like_a_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

fn shard_size(text: &str) -> Result<ShardSize, String> {
    match text.strip_suffix("records") {
        None => running::bytes(text).map(|bytes| ShardSize::Bytes(bytes.0 as u64)),
        Some(number) => match number.trim_end().parse() {
            Ok(number) if number > 0 => Ok(ShardSize::Records(number)),
            _ => Err("a number of records such as 100000records".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_measured_in_bytes_or_records() {
        assert_eq!(shard_size("2k"), Ok(ShardSize::Bytes(2048)));
        assert_eq!(shard_size("10records"), Ok(ShardSize::Records(10)));
        for wrong in ["", "0", "records", "0records", "x"] {
            assert!(shard_size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn names_tell_the_format() {
        let formats = [
            ("a.txt.xz", To::Text),
            ("a.md", To::Markdown),
            ("a.CSV", To::Csv),
            ("b.parquet", To::Parquet),
            ("c", To::Jsonl),
        ];
        for (name, to) in formats {
            assert_eq!(To::from_name(Path::new(name)), to, "{name}");
        }
    }
}
