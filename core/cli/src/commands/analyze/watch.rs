//! What watches a run: reports on request, metrics, words to the service manager.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::{Context, Result};
use flowz_api::sink::Destination;
use flowz_capture::Progress;
use flowz_monitor::file::MonitorFile;
use flowz_monitor::{Input, Monitor, Settings, Setup};
use flowz_registry::selection::Selection;

use super::report::program;
use crate::args::AnalyzeArgs;
use crate::signals::Signals;

/// What watches the run that the command line asks for.
pub(super) fn monitor(
    args: &AnalyzeArgs,
    selection: &Selection,
    destination: &Destination,
    signals: &Signals,
) -> Result<Monitor> {
    let attention = signals.attention.clone();
    let setup = Setup {
        settings: Settings::new(&selection.settings.core, program()),
        out: place(args, destination)?,
        metrics: args.monitor.metrics.clone(),
        version: env!("CARGO_PKG_VERSION"),
        wake: Arc::new(move || attention.ask()),
    };
    Ok(Monitor::start(setup)?)
}

/// Where reports go: a file, standard output, or standard error where flows go to standard output.
fn place(args: &AnalyzeArgs, destination: &Destination) -> Result<Box<dyn Write + Send>> {
    if args.monitor.monfile {
        let path = destination.file("_monitoring.txt");
        destination.claim(&path)?;
        let file = MonitorFile::create(path.clone());
        let file = file.with_context(|| format!("cannot create the file '{}'", path.display()))?;
        return Ok(Box::new(file));
    }
    Ok(if destination.stdout { Box::new(io::stderr()) } else { Box::new(io::stdout()) })
}

/// How far files are read.
pub(super) fn input(progress: &Progress) -> Input {
    Input { bytes: progress.bytes, total: progress.total, ..Input::default() }
}
