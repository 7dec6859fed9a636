//! From a command line to an engine that is about to get its first packet.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use flowz_api::packet::Timestamp;
use flowz_api::settings::Run;
use flowz_api::sink::{DeliveryLog, Destination, NameGuard};
use flowz_capture::{Input, Options, Source};
use flowz_engine::output::Choice;
use flowz_engine::{Engine, EngineSetup};
use flowz_live::{Live, drop_user};
use flowz_registry::selection::Selection;
use flowz_runtime::{InputOptions, PacketSource, QueueFigures, Queued, Tap};

use super::checks::records_to_stdout;
use super::inputs::{From, Wanted};
use super::other_inputs::other_inputs;
use super::recorder::Recorder;
use super::report::{has_log_file, log_file, preamble};
use crate::args::{AnalyzeArgs, Every, InputArgs};
use crate::clock;
use crate::deliveries::Deliveries;
use crate::destination::{destination, has_pattern, input_prefix};
use crate::leftovers;
use crate::log;
use crate::outputs::{Inputs, OutputNames};
use crate::pattern::Pattern;
use crate::periods::Periods;
use crate::signals::Signals;
use crate::usage::wrong;

/// Bytes of rows that wait for a slow disk or reader, if the user says nothing.
const QUEUE: u64 = 64_000_000;

/// Where a run writes.
pub(super) struct Outputs {
    /// What belongs to the run as a whole.
    pub(super) destination: Destination,
    /// Files that are complete period by period.
    pub(super) periods: Option<Begun>,
    /// What becomes of rows that go to servers.
    pub(super) deliveries: Arc<Deliveries>,
}

/// The files of the first period, the time at which it begins, and those behind it.
pub(super) struct Begun {
    first: Destination,
    start: Timestamp,
    next: Periods,
}

impl Outputs {
    /// What the command line asks for, beside what the run reads.
    pub(super) fn new(
        args: &AnalyzeArgs,
        from: &From,
        packets: Option<&PacketSource>,
        selection: &Selection,
    ) -> Result<Self> {
        let prefix = match from {
            From::Captures(source) => input_prefix(source),
            From::Interfaces(names) => PathBuf::from(names.join("_").replace('/', "_")),
        };
        let of_files = selection.sink_infos().filter(|info| !info.is_remote);
        let mut destination = destination(args, prefix, of_files.count())?;
        let deliveries = Arc::new(Deliveries::default());
        destination.deliveries = Some(Arc::clone(&deliveries) as Arc<dyn DeliveryLog>);
        let files = packets.and_then(PacketSource::input).map_or(&[][..], Input::files);
        let others = other_inputs(args, selection);
        let inputs = Arc::new(Inputs::new(files.iter().chain(&others).map(PathBuf::as_path)));
        remove_leftovers(args, &destination);
        let guard: Arc<dyn NameGuard> = Arc::new(OutputNames::for_inputs(Arc::clone(&inputs)));
        if args.periods.rotate.is_some() && destination.stdout {
            return Err(wrong(
                "--rotate completes files, and -w - writes none: name a prefix with -w",
            ));
        }
        let begin = |every| begin(args, from, (&destination, every), inputs);
        let periods = args.periods.rotate.map(begin).transpose()?;
        if let (Some(periods), true) = (&periods, has_pattern(args)) {
            // What belongs to the run lies beside the files of its first period.
            destination.prefix.clone_from(&periods.first.prefix);
        }
        destination.guard = Some(guard);
        if let (Some(record), false) = (&args.periods.record, records_to_stdout(args)) {
            destination.claim(record)?;
        }
        if let Some(checkpoint) = &args.parts.checkpoint {
            destination.claim(checkpoint)?;
        }
        if has_log_file(args, &destination) {
            destination.claim(&log_file(&destination))?;
        }
        Ok(Self { destination, periods, deliveries })
    }
}

/// The first period of a run.
fn begin(
    args: &AnalyzeArgs,
    from: &From,
    (destination, every): (&Destination, Every),
    inputs: Arc<Inputs>,
) -> Result<Begun> {
    let pattern = if has_pattern(args) {
        Pattern::parse(&destination.prefix)?
    } else {
        Pattern::Prefix(destination.prefix.clone())
    };
    let base = (destination.clone(), pattern);
    let mut next = Periods::new(base, Some(every), args.periods.files, inputs);
    let start = first_time(from);
    Ok(Begun { first: next.next(start)?, start, next })
}

/// Opens what is read: captures, or interfaces once for each engine.
pub(in crate::commands) fn open(
    args: &AnalyzeArgs,
    wanted: &Wanted,
    signals: &Signals,
    (engines, recorder): (usize, Option<&Recorder>),
) -> Result<Vec<PacketSource>> {
    let live = matches!(wanted.from, From::Interfaces(_));
    let options = input_options(args, wanted.filter.clone(), signals, live);
    let source = match &wanted.from {
        From::Captures(source) => return Ok(vec![PacketSource::open(source, &options)?]),
        From::Interfaces(_) => args.live.options(wanted.filter.clone()),
    };
    let live = Live::open(&source, Some(Arc::clone(&signals.stop)))?;
    let mut lives = vec![live];
    for _ in 1..engines {
        lives.push(Live::open(&source, Some(Arc::clone(&signals.stop)))?);
    }
    if lives.len() > 1 {
        lives.iter_mut().for_each(Live::discard);
    }
    if let Some(user) = &args.live.drop_user {
        drop_user(user)?;
    }
    if let (Some(recorder), Some(live)) = (recorder, lives.first()) {
        recorder.describe(live.interfaces());
    }
    let tap = || recorder.map(|recorder| Box::new(recorder.clone()) as Box<dyn Tap>);
    let source = |live| PacketSource::live(live, &options, clock::now(), tap());
    Ok(lives.into_iter().map(source).collect())
}

/// Engines of a run: several if they share interfaces.
pub(super) fn engines(args: &AnalyzeArgs) -> usize {
    let available = flowz_runtime::available_threads;
    if args.live.fanout.is_some() { args.limits.threads.unwrap_or_else(available) } else { 1 }
}

/// Engines that are about to get their first packet, the first of which has the sinks, and how the queue in front of
/// these is doing, if there is one.
pub(super) fn engines_of(
    args: &AnalyzeArgs,
    (selection, choice): (&Selection, &Choice),
    outputs: &mut Outputs,
    settings: &[String],
    (engines, lanes): (usize, usize),
) -> Result<(Vec<Engine>, Option<Arc<QueueFigures>>)> {
    let mut destination = outputs.destination.clone();
    let (mut sinks, rotation) = match outputs.periods.take() {
        None => (selection.sinks(), None),
        Some(Begun { first, start, next }) => {
            destination = first;
            (selection.renewed_sinks(), Some((next.rotation(), start)))
        }
    };
    let (mut figures, mut entrances) = (None, Vec::new());
    if !args.live.interface.is_empty() {
        let bound = args.periods.queue.unwrap_or(QUEUE);
        let queued = Queued::new(sinks, bound, args.periods.when_full.unwrap_or_default());
        figures = Some(queued.figures());
        entrances.extend((1..engines).map(|_| queued.entrance()));
        sinks = vec![Box::new(queued)];
    }
    let preamble = preamble(args, selection, settings, clock::now());
    let start = |sinks| {
        let setup = EngineSetup {
            selection,
            run: modes(args, selection),
            sinks,
            destination: &destination,
            preamble: &preamble,
            limits: args.limits.for_engine(windows(args)).share(engines as u64),
            lanes,
        };
        Engine::start_choosing(setup, choice)
    };
    let mut all = vec![start(sinks)?];
    for entrance in entrances {
        all.push(start(vec![Box::new(entrance)])?);
    }
    if engines > 1 {
        for (engine, number) in all.iter_mut().zip(0..) {
            engine.share_numbers(number, engines as u64);
        }
    }
    if let (Some((rotation, start)), Some(first)) = (rotation, all.first_mut()) {
        first.rotate_by(rotation, start);
    }
    Ok((all, figures))
}

/// The time of a source's first packet, so far as it can be looked at twice; else that of the clock.
fn first_time(from: &From) -> Timestamp {
    let From::Captures(source) = from else { return clock::now() };
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
fn input_options(
    args: &AnalyzeArgs,
    filter: Option<String>,
    signals: &Signals,
    live: bool,
) -> InputOptions {
    let InputArgs { reorder, dedup, .. } = args.input;
    InputOptions {
        filter,
        reorder,
        dedup,
        window_memory: args.limits.window_memory(),
        compat: args.select.compat,
        stop: Some(Arc::clone(&signals.stop)),
        ends: args.periods.ends(live),
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
        continues: args.parts.checkpoint.is_some(),
        ..Run::default()
    }
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
