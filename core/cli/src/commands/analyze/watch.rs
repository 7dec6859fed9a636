//! What watches a run: reports on request, metrics, words to the service manager.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::{Context, Result};
use flowz_api::sink::Destination;
use flowz_capture::Progress;
use flowz_monitor::file::MonitorFile;
use flowz_monitor::snapshot::Queue;
use flowz_monitor::{Input, Interface, Monitor, Settings, Setup, SinkState};
use flowz_registry::selection::Selection;
use flowz_runtime::{LiveFigures, MemberFigures, QueueFigures};

use super::checks::records_to_stdout;
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

/// Where reports go: a file, standard output, or standard error where flows or packets go to standard output.
fn place(args: &AnalyzeArgs, destination: &Destination) -> Result<Box<dyn Write + Send>> {
    if args.monitor.monfile {
        let path = destination.file("_monitoring.txt");
        destination.claim(&path)?;
        let file = MonitorFile::create(path.clone());
        let file = file.with_context(|| format!("cannot create the file '{}'", path.display()))?;
        return Ok(Box::new(file));
    }
    let is_taken = destination.stdout || records_to_stdout(args);
    Ok(if is_taken { Box::new(io::stderr()) } else { Box::new(io::stdout()) })
}

/// What is watched besides the engine.
pub(super) struct Watched {
    /// One for each engine.
    pub(super) live: Vec<Arc<LiveFigures>>,
    pub(super) queue: Option<Arc<QueueFigures>>,
    /// Of engines beside the first one.
    engines: Vec<MemberFigures>,
    /// Names of the sinks behind the queue.
    sinks: String,
}

impl Watched {
    pub(super) fn new(
        selection: &Selection,
        (live, engines): (Vec<Arc<LiveFigures>>, Vec<MemberFigures>),
        queue: Option<Arc<QueueFigures>>,
    ) -> Self {
        let sinks: Vec<_> = selection.sink_infos().map(|info| info.name).collect();
        Self { live, queue, engines, sinks: sinks.join(",") }
    }

    /// How far the input is read, and how the sinks do.
    pub(super) fn state(&self, progress: &Progress) -> (Input, Vec<SinkState>) {
        let input = Input {
            bytes: progress.bytes,
            total: progress.total,
            interfaces: self.interfaces(),
            engines: self.engines.iter().map(MemberFigures::read).collect(),
            ..Input::default()
        };
        let sinks = self.queue.iter().map(|queue| SinkState {
            name: self.sinks.clone(),
            rows: queue.rows(),
            dropped: queue.dropped(),
            errors: queue.held_up_times(),
            queue: Some(Queue { bytes: queue.queued(), limit: queue.bound() }),
        });
        (input, sinks.collect())
    }

    /// The counts of each interface, over all engines.
    fn interfaces(&self) -> Vec<Interface> {
        let mut all: Vec<Interface> = Vec::new();
        for (name, counts) in self.live.iter().flat_map(|live| live.interfaces()) {
            match all.iter_mut().find(|known| known.name == name) {
                Some(known) => {
                    known.received += counts.received;
                    known.dropped += counts.dropped;
                    // Both are told what the interface drops itself.
                    known.interface_dropped =
                        known.interface_dropped.max(counts.dropped_by_interface);
                }
                None => all.push(Interface {
                    name,
                    received: counts.received,
                    dropped: counts.dropped,
                    interface_dropped: counts.dropped_by_interface,
                }),
            }
        }
        all
    }
}
