//! From a command line to an engine that is about to get its first packet.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use flowz_api::packet::Timestamp;
use flowz_api::settings::Run;
use flowz_api::sink::{Destination, NameGuard};
use flowz_capture::{Input, Options, Source};
use flowz_engine::output::Choice;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::selection::Selection;
use flowz_runtime::{InputOptions, PacketSource};

use super::report::{has_log_file, log_file, preamble};
use crate::args::{AnalyzeArgs, InputArgs};
use crate::clock;
use crate::destination::destination;
use crate::leftovers;
use crate::log;
use crate::outputs::{Inputs, OutputNames};
use crate::periods::Periods;
use crate::signals::Signals;

/// Where a run writes.
pub(super) struct Outputs {
    /// What belongs to the run as a whole.
    pub(super) destination: Destination,
    /// Files that are complete period by period, with the time at which the first one begins.
    pub(super) periods: Option<(Periods, Timestamp)>,
}

impl Outputs {
    /// What the command line asks for, beside what the run reads.
    pub(super) fn new(
        args: &AnalyzeArgs,
        source: &Source,
        packets: &PacketSource,
        selection: &Selection,
    ) -> Result<Self> {
        let mut destination = destination(args, source, selection.sink_infos().count())?;
        let inputs = packets.input().files().iter().chain(other_inputs(args)).map(PathBuf::as_path);
        let inputs = Arc::new(Inputs::new(inputs));
        remove_leftovers(args, &destination);
        let guard: Arc<dyn NameGuard> = Arc::new(OutputNames::for_inputs(Arc::clone(&inputs)));
        let periods = args.periods.rotate.map(|every| {
            let periods =
                Periods::new(destination.clone(), Some(every), args.periods.files, inputs);
            (periods, first_time(source))
        });
        destination.guard = Some(guard);
        if has_log_file(args, &destination) {
            destination.claim(&log_file(&destination))?;
        }
        Ok(Self { destination, periods })
    }
}

/// An engine that is about to get its first packet.
pub(super) fn engine(
    args: &AnalyzeArgs,
    (selection, choice): (&Selection, &Choice),
    outputs: &mut Outputs,
    filter: Option<&str>,
    threads: usize,
) -> Result<Engine> {
    let started = clock::now();
    let mut destination = outputs.destination.clone();
    let periods = outputs.periods.take();
    let (sinks, rotation) = match periods {
        None => (selection.sinks(), None),
        Some((mut periods, start)) => {
            destination = periods.next(start)?;
            (selection.renewed_sinks(), Some((periods.rotation(), start)))
        }
    };
    let setup = EngineSetup {
        selection,
        run: modes(args, selection),
        sinks,
        destination: &destination,
        preamble: &preamble(args, selection, filter, started),
        limits: args.limits.for_engine(windows(args)),
        lanes: threads,
    };
    let mut engine = Engine::start_choosing(setup, choice)?;
    if let Some((rotation, start)) = rotation {
        engine.rotate_by(rotation, start);
    }
    Ok(engine)
}

/// The time of a source's first packet, so far as it can be looked at twice; else that of the clock.
fn first_time(source: &Source) -> Timestamp {
    let is_plain = match source {
        Source::Stdin => false,
        Source::File(path) | Source::List(path) => path.is_file(),
        Source::Files(paths) => paths.iter().all(|path| path.is_file()),
        Source::Numbered(_) => true,
    };
    let input = is_plain.then(|| Input::open(source, &Options::default()).ok()).flatten();
    let first = input.and_then(|mut input| input.next_packet().map(|packet| packet.ts));
    first.unwrap_or_else(clock::now)
}

/// How the input is read.
pub(super) fn input_options(
    args: &AnalyzeArgs,
    filter: Option<String>,
    signals: &Signals,
) -> InputOptions {
    let InputArgs { reorder, dedup, .. } = args.input;
    InputOptions {
        filter,
        reorder,
        dedup,
        window_memory: args.limits.window_memory(),
        compat: args.select.compat,
        stop: Some(Arc::clone(&signals.stop)),
        ends: args.periods.ends(),
    }
}

/// Windows between the input and the engine.
fn windows(args: &AnalyzeArgs) -> u64 {
    let InputArgs { reorder, dedup, .. } = args.input;
    u64::from(reorder.is_some()) + u64::from(dedup.is_some())
}

/// Settings of the engine and modes of the run.
fn modes(args: &AnalyzeArgs, selection: &Selection) -> Run {
    Run {
        core: selection.settings.core.clone(),
        packet_mode: args.output.packets,
        compat: args.select.compat,
        sensor: args.select.sensor_id,
        ..Run::default()
    }
}

/// What is read besides captures.
fn other_inputs(args: &AnalyzeArgs) -> impl Iterator<Item = &PathBuf> {
    let AnalyzeArgs { input, select, .. } = args;
    let single = [&input.pcap_list, &input.bpf_file, &select.plugin_list];
    single.into_iter().flatten().chain(&select.config)
}

/// What a run that was killed has left goes.
fn remove_leftovers(args: &AnalyzeArgs, destination: &Destination) {
    let removed = leftovers::remove(destination);
    if removed > 0 && !args.output.quiet {
        let files = if removed == 1 { "file" } else { "files" };
        log::warning(&format!(
            "removed {removed} temporary {files} of an earlier run that did not come to its end"
        ));
    }
}
