//! The main job: packets in, tables and a report out.

mod choice;
mod inputs;
mod overseer;
mod report;
mod selection;
mod start;
mod watch;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use flowz_api::report::Report;
use flowz_capture::Input;
use flowz_engine::Engine;
use flowz_engine::counters::Counters;
use flowz_engine::report::packet_balance;
use flowz_registry::selection::Selection;
use flowz_runtime::{Oversight, PacketSource, RunError, RunOptions};

use crate::args::AnalyzeArgs;
use crate::clock::Watch;
use crate::log;
use crate::output::{stdout_error, was_closed};
use crate::signals::Signals;
use inputs::Wanted;
use overseer::RunOverseer;
use report::{banner, end_report, has_log_file, input_lines, open_log};
use selection::remark_on_settings;
use start::{Outputs, input_options};

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
    let mut outputs = Outputs::new(args, &source, &packets, &selection)?;
    let mut monitor = watch::monitor(args, &selection, &outputs.destination, &signals)?;
    signals.mind_orders(args.periods.rotate.is_some()).context("cannot mind signals")?;
    let filter = filter.as_deref();
    let threads = args.limits.threads.unwrap_or_else(flowz_runtime::available_threads);
    let mut engine = start::engine(args, (&selection, &choice), &mut outputs, filter, threads)?;
    let mut log = open_log(args, &outputs.destination)?;
    banner(&mut log, args, &selection, filter)
        .and_then(|()| input_lines(&mut log, &source, packets.input(), filter))
        .map_err(|e| stdout_error(&e))?;

    let mut read_in = Duration::ZERO;
    let flows = args.periods.flow_count.unwrap_or(u64::MAX);
    let options = RunOptions { threads, shows_progress: !args.output.quiet, flows };
    monitor.ready(&engine, (watch::input(&packets.progress()), Vec::new()), "at work");
    let service = monitor.service();
    let mut overseer = RunOverseer::new(&signals, monitor, args.output.quiet);
    let attention = signals.attention.clone();
    let oversight = Oversight { attention, overseer: &mut overseer };
    let read = || {
        read_in = watch.elapsed();
        // A manager that does not listen is no reason not to finish.
        let _ = service.stopping();
    };
    let processed = flowz_runtime::run_overseen(packets, &mut engine, options, oversight, read);
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
        let is_lost = lost_its_files(error) && has_log_file(args, &outputs.destination);
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

/// Whether no file of the run appears because one of them could not be written.
fn lost_its_files(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Sink(_)))
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
