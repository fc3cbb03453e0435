//! `kupas clean`: sets up reading, cleaning and writing, and runs them.

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::panic;
use std::path::{Path, PathBuf};
use std::thread;

use kupas::pipeline;
use kupas::read::{self, Reader};
use kupas::write::{Detail, Folder, Renderer, Sink, Stream};

use super::args::{CleanArgs, RemovedDetail, To};
use super::messages::Messages;
use super::outcome::{Exit, Failure};
use super::setup;
use super::terminal::Harmless;

/// Runs the command.
pub fn run(args: &CleanArgs) -> Result<Exit, Failure> {
    let cleaner = setup::cleaner(&args.cleaner)?;
    let mut sink = sink(args)?;
    let mut messages = Messages::new(args.quiet);
    if args.inputs.is_empty() && io::stdin().is_terminal() {
        messages.notice("reading standard input; `kupas clean --help` shows what else can be read");
    }
    let reading = read::Options {
        keep_raw: args.keep_raw,
        provenance: args.provenance,
        exclude: file_output(args).map(PathBuf::from).into_iter().collect(),
        ..setup::reading(&args.read)
    };
    let threads = args.threads.or_else(|| thread::available_parallelism().ok()).map_or(1, NonZeroUsize::get);
    let options = pipeline::Options { threads, panic_on: args.panic_on.clone() };
    report_panics_once();
    let items = Reader::new(&args.inputs, reading);
    let totals = pipeline::run(items, &cleaner, sink.as_mut(), &mut messages, &options)?;
    if totals.is_only_failures()
        && let Some(path) = file_output(args)
    {
        messages.notice(&format!("nothing came through, {} is left as it was", path.to_string_lossy()));
    }
    messages.totals(&totals);
    Ok(if totals.failed > 0 { Exit::SomeFailed } else { Exit::Success })
}

/// Where the records go.
fn sink(args: &CleanArgs) -> Result<Box<dyn Sink>, Failure> {
    let detail = match args.removed {
        RemovedDetail::None => Detail::None,
        RemovedDetail::Spans => Detail::Spans,
        RemovedDetail::Text => Detail::Text,
    };
    let renderer = |to: To| match to {
        To::Jsonl => Renderer::Jsonl(detail),
        To::Text => Renderer::Text,
    };
    let Some(path) = file_output(args) else {
        let renderer = renderer(args.to.unwrap_or(To::Jsonl));
        let stdout = io::stdout();
        return Ok(Box::new(if stdout.is_terminal() {
            Stream::to_writer(renderer, "standard output", Harmless(stdout))
        } else {
            Stream::to_writer(renderer, "standard output", stdout)
        }));
    };
    if path.is_dir() || ends_like_a_folder(path) {
        return match args.to {
            Some(To::Jsonl) => Err(Failure::Usage(format!(
                "--output {} is a folder, which only text goes to (--to text); name a file",
                path.to_string_lossy()
            ))),
            Some(To::Text) | None => Ok(Box::new(Folder::new(path)?)),
        };
    }
    let to = args.to.unwrap_or(if is_text_file(path) { To::Text } else { To::Jsonl });
    Ok(Box::new(Stream::to_file(renderer(to), path)?))
}

/// The output, unless it is standard output.
fn file_output(args: &CleanArgs) -> Option<&Path> {
    args.output.as_deref().filter(|path| *path != Path::new("-"))
}

fn ends_like_a_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

fn is_text_file(path: &Path) -> bool {
    let name = path.to_string_lossy().to_lowercase();
    [".txt", ".txt.gz", ".txt.zst"].iter().any(|extension| name.ends_with(extension))
}

/// A panic in a worker is reported as the failure of its record; the default report would only be noise beside that,
/// unless someone looks for the bug.
fn report_panics_once() {
    if std::env::var_os("RUST_BACKTRACE").is_some() {
        return;
    }
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if !thread::current().name().is_some_and(|name| name.starts_with(pipeline::WORKER)) {
            default(info);
        }
    }));
}
