//! `kupas drift`: compares the statistics of two runs and prints which rules changed on which portals.

use std::fs;
use std::io::Write;
use std::path::Path;

use kupas::stats::Stats;
use kupas::stats::drift::{Change, Comparison, Thresholds, compare};
use kupas::write::escape::visible;

use super::args::DriftArgs;
use super::messages;
use super::outcome::{Exit, Failure};

/// Runs the command.
pub fn run(args: &DriftArgs) -> Result<Exit, Failure> {
    let thresholds = Thresholds { documents: args.min_documents, z: args.min_z, ratio: args.min_ratio };
    let comparison = compare(&read(&args.baseline)?, &read(&args.stats)?, thresholds);
    let mut out = Vec::new();
    print(&comparison, thresholds, &mut out).map_err(|error| Failure::output("standard output", error))?;
    messages::print(&out)?;
    Ok(if comparison.drifts.is_empty() { Exit::Success } else { Exit::SomeFailed })
}

fn read(path: &Path) -> Result<Stats, Failure> {
    let name = path.to_string_lossy();
    let bytes = fs::read(path).map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Failure::Usage(format!("{name}: not statistics of `kupas clean --stats`: {error}")))
}

fn print(comparison: &Comparison, thresholds: Thresholds, out: &mut dyn Write) -> std::io::Result<()> {
    let mut portal = "";
    for drift in &comparison.drifts {
        if portal != drift.portal {
            portal = &drift.portal;
            writeln!(out, "{}", visible(portal))?;
        }
        let change = match drift.change {
            Change::Stopped => "stopped",
            Change::Began => "began",
            Change::Fell => "fell",
            Change::Rose => "rose",
        };
        let rate = |(hits, documents): (u64, u64)| hits as f64 / documents as f64 * 100.0;
        writeln!(
            out,
            "  {change:<8} {}: {:.1}% of {} documents before, {:.1}% of {} now (z {:+.1})",
            visible(&drift.rule),
            rate(drift.before),
            drift.before.1,
            rate(drift.now),
            drift.now.1,
            drift.z
        )?;
    }
    writeln!(
        out,
        "{} portals compared, {} changes; {} portals left out, with fewer than {} documents in one of the runs",
        comparison.compared,
        comparison.drifts.len(),
        comparison.left_out.len(),
        thresholds.documents
    )
}
