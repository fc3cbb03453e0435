//! `kupas clean`: sets up reading, cleaning and writing, and runs them.

use std::fs;
use std::io::{self, IsTerminal};
use std::mem::ManuallyDrop;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use kupas::error::Error;
use kupas::pipeline::{self, Observer, Totals};
use kupas::read::{self, Reader, Survey};
use kupas::write::journal::Earlier;
use kupas::write::{AtomicFile, Nowhere, Sink, dump_report};

use super::args::CleanArgs;
use super::listener::Listener;
use super::messages;
use super::outcome::{Exit, Failure};
use super::progress::Progress;
use super::resume::{self, State};
use super::running::{Interrupt, LogFormat};
use super::setup;

/// Runs the command.
pub fn run(args: &CleanArgs) -> Result<Exit, Failure> {
    if args.run.log_format == LogFormat::Json {
        messages::speak_json();
    }
    let target = args.output.target()?;
    // Needed to the end of the process, which frees it faster than it could itself.
    let cleaner = ManuallyDrop::new(setup::cleaner(&args.cleaner, args.output.markdown(&target)?)?);
    let interrupt =
        Interrupt::listen().map_err(|error| Failure::Input(format!("cannot listen to signals: {error}")))?;
    let beside = [&args.run.errors, &args.stats, &args.report];
    let written = args.output.path().into_iter().chain(beside.into_iter().flatten().map(PathBuf::as_path));
    let reading = read::Options {
        keep_raw: args.keep_raw,
        flat: args.output.flat,
        share: args.run.files(),
        provenance: args.provenance,
        files_from: args.files_from.clone(),
        exclude: written.map(PathBuf::from).collect(),
        ..setup::reading(&args.read)
    };
    let survey = (args.run.resume || Progress::is_wanted(args.run.quiet)).then(|| Survey::new(&args.inputs, &reading));
    let all = survey.filter(|survey| survey.repeatable).map(|survey| survey.bytes);
    let mut listener = Listener::new(args.run.quiet, reading.meter.clone(), all);
    if args.inputs.is_empty() && args.files_from.is_empty() && io::stdin().is_terminal() {
        listener.notice("reading standard input; `kupas clean --help` shows what else can be read");
    }
    let mut sink: Box<dyn Sink> = match survey.filter(|_| args.run.resume) {
        None if args.run.dry_run => Box::new(Nowhere),
        None => args.output.sink(&target)?,
        Some(survey) => {
            let (journal, earlier) = resume::open(args, &target, &survey)?;
            let state = match earlier {
                Earlier::Complete(state) => return Ok(already_complete(&mut listener, state)),
                Earlier::Stopped(state) => Some(state),
                Earlier::Nothing => None,
            };
            let sink = args.output.sink_at(&target, state.as_ref().map(|state| state.mark))?;
            listener.go_on(journal, state, Duration::from_secs_f64(args.run.checkpoint_seconds.clamp(0.0, 1e6)));
            sink
        }
    };
    if let Some(path) = &args.run.errors {
        listener.record_errors(path)?;
    }
    let mut options = args.run.options(&interrupt);
    if args.stats.is_some() || args.report.is_some() {
        options.facts = true;
        options.sampler = args.report.is_some().then(Arc::default);
        listener.count(cleaner.rules(), options.sampler.clone());
    }
    options.before = listener.state().totals;
    options.selection.skip = listener.state().position;
    options.selection.chosen = options.before.read;
    report_panics_once();
    let items = Reader::new(&args.inputs, reading);
    let ended = pipeline::run(items, &cleaner, sink.as_mut(), &mut listener, &options);
    drop(sink);
    finish(args, listener, ended, &interrupt)
}

/// Writes what goes beside the output, and says how it went.
fn finish(
    args: &CleanArgs,
    mut listener: Listener<'_>,
    ended: Result<Totals, Error>,
    interrupt: &Interrupt,
) -> Result<Exit, Failure> {
    // Whatever ended the run, what failed in it is on record.
    let recorded = listener.finish_errors(ended.is_ok());
    let ended = match ended {
        Err(error @ Error::Output { .. }) => return Err(error.into()),
        other => other,
    };
    recorded?;
    let totals = listener.state().totals;
    if ended.is_ok() {
        if let Some(stats) = listener.stats() {
            write_beside(args, args.stats.as_deref(), || stats.to_json())?;
            write_beside(args, args.report.as_deref(), || dump_report::page(&stats).into_bytes())?;
        }
        listener.complete()?;
        if totals.is_only_failures()
            && let Some(path) = args.output.path().filter(|_| !args.run.dry_run)
        {
            listener.notice(&format!("nothing came through, {} is left as it was", path.to_string_lossy()));
        }
    }
    listener.print_totals();
    match ended {
        Ok(_) => Ok(exit(&totals)),
        Err(Error::Interrupted) => Err(Failure::Signal(interrupt.signal(), args.run.resume)),
        Err(error) => Err(error.into()),
    }
}

/// What is left to do for a run that was over before: to say so.
fn already_complete(listener: &mut Listener<'_>, state: State) -> Exit {
    listener.notice("the earlier run was complete; nothing is left to do");
    let exit = exit(&state.totals);
    listener.progress(&state.totals);
    listener.print_totals();
    exit
}

fn exit(totals: &Totals) -> Exit {
    if totals.failed > 0 { Exit::SomeFailed } else { Exit::Success }
}

fn write_beside(args: &CleanArgs, path: Option<&Path>, content: impl FnOnce() -> Vec<u8>) -> Result<(), Failure> {
    let Some(path) = path else {
        return Ok(());
    };
    let written = match path.metadata() {
        Ok(metadata) if !metadata.is_file() => fs::write(path, content()),
        _ if args.run.resume => AtomicFile::replace_alone(path, &content()),
        _ => AtomicFile::replace(path, &content()),
    };
    written.map_err(|error| Failure::output(&path.to_string_lossy(), error))
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
