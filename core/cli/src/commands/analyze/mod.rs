//! The main job: packets in, tables and a report out.

mod choice;
mod inputs;
mod report;
mod selection;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use flowz_api::report::Report;
use flowz_api::settings::Run;
use flowz_api::sink::Destination;
use flowz_capture::Input;
use flowz_engine::counters::Counters;
use flowz_engine::report::packet_balance;
use flowz_engine::{Engine, EngineSetup};
use flowz_registry::selection::Selection;
use flowz_runtime::{InputOptions, PacketSource, RunError, RunOptions};

use crate::args::{AnalyzeArgs, InputArgs};
use crate::clock::{self, Watch};
use crate::destination::destination;
use crate::leftovers;
use crate::log;
use crate::output::{stdout_error, was_closed};
use crate::outputs::OutputNames;
use crate::signals::Signals;
use inputs::Wanted;
use report::{banner, end_report, has_log_file, input_lines, log_file, open_log, preamble};

use selection::remark_on_settings;

pub(crate) use choice::choice;
pub(crate) use selection::{catalog, selection};

/// How a run went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// All is done.
    Done,
    /// All that could be read is in the output.
    Damaged,
    /// All that was read before a signal came is in the output; the exit status for it.
    Stopped(u8),
}

/// Does the main job.
pub(crate) fn run(args: &AnalyzeArgs) -> Result<Outcome> {
    let watch = Watch::start();
    let selection = remarked_selection(args)?;
    let choice = choice(args)?;
    let Wanted { source, filter } = Wanted::of(args)?;
    let signals = Signals::default();
    let packets = PacketSource::open(&source, &input_options(args, filter.clone(), &signals))?;
    let mut destination = destination(args, &source, selection.sink_infos().count())?;
    let inputs = packets.input().files().iter().chain(other_inputs(args)).map(PathBuf::as_path);
    destination.guard = Some(Arc::new(OutputNames::new(inputs)));
    signals.mind().context("cannot mind signals")?;
    remove_leftovers(args, &destination);
    if has_log_file(args, &destination) {
        destination.claim(&log_file(&destination))?;
    }
    let started = clock::now();
    let threads = args.limits.threads.unwrap_or_else(flowz_runtime::available_threads);
    let setup = EngineSetup {
        selection: &selection,
        run: modes(args, &selection),
        sinks: selection.sinks(),
        destination: &destination,
        preamble: &preamble(args, &selection, filter.as_deref(), started),
        limits: args.limits.for_engine(windows(args)),
        lanes: threads,
    };
    let mut engine = Engine::start_choosing(setup, &choice)?;
    let mut log = open_log(args, &destination)?;
    banner(&mut log, args, &selection, filter.as_deref(), started).map_err(|e| stdout_error(&e))?;
    input_lines(&mut log, &source, packets.input(), filter.as_deref())
        .map_err(|e| stdout_error(&e))?;

    let mut read_in = Duration::ZERO;
    let options = RunOptions { threads, shows_progress: !args.output.quiet };
    let processed = flowz_runtime::run(packets, &mut engine, options, || read_in = watch.elapsed());
    let reported = processed.map_err(anyhow::Error::from).and_then(|packets| {
        let report = |engine: &mut Engine| {
            end_report(&mut log, args, &packets, engine, read_in, &watch)
                .map_err(|e| stdout_error(&e))
        };
        // Whoever closed the terminal does not read the report.
        engine.catch(report)?.or_else(|error| signals.received().map(drop).ok_or(error))?;
        Ok(packets)
    });
    let says_more = |error: &anyhow::Error| {
        let is_lost = lost_its_files(error) && has_log_file(args, &destination);
        !is_lost && !was_closed(error)
    };
    if reported.as_ref().is_err_and(says_more) {
        // What was said before is said, if it can be; the failure is what counts. Without tables there is no log either.
        drop(log.flush());
    }
    let packets = reported?;
    check_balance(engine.counters())?;
    Ok(outcome(packets.input(), &signals, args.output.quiet))
}

/// How a run ended whose output is complete.
fn outcome(input: &Input, signals: &Signals, quiet: bool) -> Outcome {
    let outcome = damages(input, quiet);
    let Some((signal, status)) = signals.received() else { return outcome };
    if !quiet {
        log::warning(&format!("ended by {signal}: the output holds what was read before"));
    }
    Outcome::Stopped(status)
}

/// Plugins, sinks and settings; what looks like a mistake in them is told.
fn remarked_selection(args: &AnalyzeArgs) -> Result<Selection> {
    let selection = selection(args)?;
    if !args.output.quiet {
        if selection.infos().next().is_none() {
            log::warning("no plugin is selected: the tables hold flow numbers only");
        }
        remark_on_settings(args, &selection);
    }
    Ok(selection)
}

/// Windows between the input and the engine.
fn windows(args: &AnalyzeArgs) -> u64 {
    let InputArgs { reorder, dedup, .. } = args.input;
    u64::from(reorder.is_some()) + u64::from(dedup.is_some())
}

/// How the input is read.
fn input_options(args: &AnalyzeArgs, filter: Option<String>, signals: &Signals) -> InputOptions {
    let InputArgs { reorder, dedup, .. } = args.input;
    InputOptions {
        filter,
        reorder,
        dedup,
        window_memory: args.limits.window_memory(),
        compat: args.select.compat,
        stop: Some(Arc::clone(&signals.stop)),
    }
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

/// Whether no file of the run appears because one of them could not be written.
fn lost_its_files(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Sink(_)))
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

/// Every packet must be in one bucket: a run that lost one is not to be trusted.
fn check_balance(c: &Counters) -> Result<()> {
    if packet_balance(c, &mut Report::default()) {
        return Ok(());
    }
    bail!("the packet counts do not add up; please report this with the command line")
}

/// Tells what was wrong with the input.
fn damages(input: &Input, quiet: bool) -> Outcome {
    if !quiet {
        input.remarks().iter().chain(input.damages()).for_each(|d| log::warning(&d.to_string()));
    }
    if input.damages().is_empty() { Outcome::Done } else { Outcome::Damaged }
}
