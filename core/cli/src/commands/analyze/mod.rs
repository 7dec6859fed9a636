//! The main job: packets in, tables and a report out.

mod checks;
mod choice;
mod filter;
mod inputs;
mod other_inputs;
mod overseer;
mod parts;
mod presets;
mod recorder;
mod reload;
mod report;
mod selection;
mod start;
mod watch;

use std::ffi::OsString;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Parser;
use flowz_api::report::{Report, counted};
use flowz_capture::Input;
use flowz_engine::Engine;
use flowz_engine::counters::Counters;
use flowz_engine::output::FileCounts;
use flowz_engine::report::{InputFacts, LiveCounts, packet_balance};
use flowz_registry::catalog::Catalog;
use flowz_registry::selection::Selection;
use flowz_runtime::{
    LiveFigures, Member, MemberFigures, Oversight, PacketSource, QueueFigures, RunError, RunOptions,
};

use crate::args::{AnalyzeArgs, Cli};
use crate::clock::Watch;
use crate::log;
use crate::output::{stdout_error, was_closed};
use crate::signals::Signals;
use crate::ticker::{self, Ticker};
use overseer::RunOverseer;
use recorder::Recorder;
use reload::Reload;
use report::{banner, end_report, has_log_file, input_lines, open_log, settings_lines};
use start::Outputs;
use watch::Watched;

pub(crate) use choice::choice;
pub(super) use inputs::{From, Wanted, names_capture};
pub(super) use selection::remark_on_settings;
#[cfg(feature = "top")]
pub(super) use selection::selection_with;
pub(crate) use selection::{catalog, selection};
#[cfg(feature = "top")]
pub(super) use start::open;

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

/// What was counted in a run.
pub(crate) struct Figures {
    /// Of this run alone, without those whose state it goes on with.
    pub(crate) counters: Counters,
    /// Flows that go on in another run.
    pub(crate) alive: usize,
}

/// A sum over all that decides what a run writes of its packets.
pub(crate) fn fingerprint(args: &AnalyzeArgs, selection: &Selection) -> u64 {
    let filter =
        args.input.filter.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ");
    let filter = Some(filter.as_str()).filter(|filter| !filter.is_empty());
    let lines = parts::lines(args, selection, filter);
    let run: Vec<_> = lines.into_iter().chain(choice::in_words(args)).collect();
    flowz_registry::settings::fingerprint(
        &run,
        std::iter::once(report::program().as_str()),
        selection.in_force(),
    )
}

/// Does the main job.
pub(crate) fn run(args: &AnalyzeArgs) -> Result<Outcome> {
    run_counted(args).map(|(outcome, _)| outcome)
}

/// Does the main job, and tells what was counted.
pub(crate) fn run_counted(args: &AnalyzeArgs) -> Result<(Outcome, Figures)> {
    let watch = Watch::start();
    let catalog = catalog(args)?;
    let selection = remarked_selection(args, &catalog)?;
    let choice = choice(args)?;
    let wanted = Wanted::of(args)?;
    mind(args, &selection)?;
    let signals = Signals::default();
    let recorder = args.periods.record.as_deref().map(Recorder::create).transpose()?;
    let mut sources =
        start::open(args, &wanted, &signals, (start::engines(args), recorder.as_ref()))?;
    let mut outputs = Outputs::new(args, &wanted.from, sources.first(), &selection)?;
    let mut monitor = watch::monitor(args, &selection, &outputs.destination, &signals)?;
    let is_live = matches!(wanted.from, From::Interfaces(_));
    signals.mind_orders(is_live || args.periods.rotate.is_some()).context("cannot mind signals")?;
    let filter = wanted.filter.as_deref();
    let settings = settings_lines(args, &selection, filter);
    let threads = threads(args, is_live);
    let places = (sources.len(), threads);
    let (mut engines, queue) =
        start::engines_of(args, (&selection, &choice), &mut outputs, &settings, places)?;
    let live: Vec<_> = sources.iter().filter_map(PacketSource::live_figures).collect();
    let (packets, mut engine) = (sources.remove(0), engines.remove(0));
    parts::take_up(args, &selection, filter, &mut engine)?;
    let before = engine.counters().clone();
    let others: Vec<_> = sources.into_iter().zip(engines).map(member).collect();
    let figures: Vec<_> = others.iter().map(|member| member.figures.clone()).collect();
    let mut log = open_log(args, &outputs.destination)?;
    banner(&mut log, args, &selection, &settings)
        .and_then(|()| input_lines(&mut log, &wanted.from, &packets, filter))
        .and_then(|()| if is_live { log.say_now() } else { Ok(()) })
        .map_err(|e| stdout_error(&e))?;

    let mut read_in = Duration::ZERO;
    let flows = args.periods.flow_count.unwrap_or(u64::MAX);
    let options = RunOptions { threads, shows_progress: !args.output.quiet && !is_live, flows };
    let watched = Watched::new(&selection, (live.clone(), figures), queue.clone());
    monitor.ready(&engine, watched.state(&packets.progress()), "at work");
    let service = monitor.service();
    let mut overseer =
        RunOverseer::new(&signals, (monitor, watched), Reload::new(args, catalog, &selection));
    let attention = signals.attention.clone();
    let ticks = is_live || args.output.json_progress;
    let _ticker = ticks.then(|| Ticker::start(attention.clone()));
    if let (Some(nanos), true) = (args.periods.duration, is_live) {
        let stop = Arc::clone(&signals.stop);
        ticker::after(nanos, move || stop.store(true, Ordering::Relaxed));
    }
    let oversight = Oversight { attention, overseer: &mut overseer };
    let read = || {
        read_in = watch.elapsed();
        // A manager that does not listen is no reason not to finish.
        let _ = service.stopping();
    };
    let processed = if others.is_empty() {
        flowz_runtime::run_overseen(packets, &mut engine, options, oversight, read)
    } else {
        let stop = &signals.stop;
        flowz_runtime::run_members((packets, &mut engine), others, stop, oversight, read)
    };
    let reported = processed.map_err(anyhow::Error::from).and_then(|packets| {
        let report = |engine: &mut Engine| {
            let facts = facts(&packets, &live);
            let ways = (queue.as_deref(), &*outputs.deliveries);
            end_report(&mut log, args, (facts, ways), engine, (read_in, &watch))
                .map_err(|e| stdout_error(&e))
        };
        // Whoever closed the terminal does not read the report.
        engine.catch(report)?.or_else(|error| signals.received().map(drop).ok_or(error))?;
        Ok(packets)
    });
    let says_more = |error: &anyhow::Error| {
        let is_lost =
            queue.is_none() && lost_its_files(error) && has_log_file(args, &outputs.destination);
        !is_lost && !was_closed(error)
    };
    if reported.as_ref().is_err_and(says_more) {
        // What was said before is said, if it can be; the failure is what counts. Without tables there is no log either.
        drop(log.flush());
    }
    let recorded = recorder.map_or(Ok(()), |recorder| recorder.finish());
    let packets = reported.and_then(|packets| recorded.map(|()| packets))?;
    queue.as_deref().map_or(Ok(()), mind_the_end)?;
    outputs.deliveries.check()?;
    ended(args, (&engine, &before), packets.input(), &signals)
}

/// Refuses what does not go together.
fn mind(args: &AnalyzeArgs, selection: &Selection) -> Result<()> {
    checks::mind_record(args)?;
    checks::mind_fanout(args, selection)?;
    parts::mind(args, selection)
}

/// How a run ended whose output is complete, and what was counted since a moment of it.
fn ended(
    args: &AnalyzeArgs,
    (engine, before): (&Engine, &Counters),
    input: Option<&Input>,
    signals: &Signals,
) -> Result<(Outcome, Figures)> {
    let counters = engine.counters();
    check_balance(counters)?;
    if args.output.is_part {
        mind_plugin_files(counters.plugin_files)?;
    }
    let alive = if args.parts.checkpoint.is_some() { engine.live_flows() } else { 0 };
    let figures = Figures { counters: counters.since(before), alive };
    let quiet = args.output.quiet && !args.output.is_part;
    Ok((outcome(input, signals, quiet), figures))
}

/// Does the main job for another command, with these words and without a report; if it is `silent`, without remarks either.
pub(crate) fn run_part(words: Vec<OsString>, silent: bool) -> Result<Outcome> {
    let mut main_job = Cli::try_parse_from(words)?;
    main_job.analyze.output.is_part = !silent;
    run(&main_job.analyze)
}

/// Tells what the report would tell of files of plugins that are absent.
fn mind_plugin_files(counts: FileCounts) -> Result<()> {
    let FileCounts { files, limited, failed, .. } = counts;
    if failed > 0 {
        bail!(
            "{failed} of the files could not be written: look whether there is room, and whether the folder may be written to"
        );
    }
    let limit = "core.FILES_MAX or core.FILES_MAX_MB is reached: higher values let more be written";
    match (limited, files) {
        (0, _) => {}
        (_, 0) => bail!("no file is written, since {limit}"),
        (_, _) => log::warning(&format!("files are missing, since {limit}")),
    }
    Ok(())
}

fn member((source, engine): (PacketSource, Engine)) -> Member {
    Member { source, engine, figures: MemberFigures::default() }
}

/// What the report needs to know of the input: of all interfaces, however many engines read them.
fn facts(packets: &PacketSource, live: &[Arc<LiveFigures>]) -> InputFacts {
    let sum = live.iter().map(|figures| figures.total()).reduce(LiveCounts::shared_with);
    InputFacts { live: sum, ..packets.facts() }
}

/// Threads of a run. What interfaces bring is worked on by one thread, beside which is that of the sinks, unless the user
/// says otherwise: that costs the least time for each packet. Engines that share interfaces have one each, and so has a run whose state comes
/// from another one or goes there.
fn threads(args: &AnalyzeArgs, is_live: bool) -> usize {
    if args.live.fanout.is_some() || args.parts.is_continued() {
        return 1;
    }
    let default = if is_live { 1 } else { flowz_runtime::available_threads() };
    args.limits.threads.unwrap_or(default)
}

/// The exit status for what was read.
fn outcome(input: Option<&Input>, signals: &Signals, quiet: bool) -> Outcome {
    let outcome = input.map_or(Outcome::Done, |input| damages(input, quiet));
    let Some((signal, status)) = signals.received() else { return outcome };
    if !quiet {
        log::warning(&format!("ended by {signal}: the output holds what was read before"));
    }
    Outcome::Stopped(status)
}

/// Plugins, sinks and settings; what looks like a mistake in them is told.
fn remarked_selection(args: &AnalyzeArgs, catalog: &Catalog) -> Result<Selection> {
    let selection = selection::of_catalog(args, catalog)?;
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

/// What could not be written at the end of a live run: all else is in its files.
fn mind_the_end(queue: &QueueFigures) -> Result<()> {
    let Some(failure) = queue.failure_at_the_end() else { return Ok(()) };
    match queue.lost_at_the_end() {
        0 => bail!("{failure}; what found room is in the files"),
        lost => {
            let lost = counted(lost, "row is", "rows are");
            bail!("{failure}; {lost} lost, and the files end behind their last whole lines")
        }
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
