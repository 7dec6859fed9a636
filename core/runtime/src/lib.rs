//! Runs an engine over an input, on one thread or several, with the same bytes out.
//!
//! The engine stays on one thread, since each packet may change what the next one meets: timeouts, flow
//! numbers, the order of records. In front of it packets are read and decoded in batches; behind it plugins that
//! only record are shown the events that it wrote, each lane its share of the flows; then records are put together,
//! formatted and written. The other threads do that, and the engine's own thread lends a hand when it has
//! nothing to do.
#![forbid(unsafe_code)]

mod attention;
mod batch;
mod ends;
mod live;
mod member_figures;
mod members;
mod progress;
mod queue;
mod scheduler;
mod source;
mod task;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use flowz_api::sink::{Executor, SinkError};
use flowz_engine::recording::LaneError;
use flowz_engine::{Engine, EngineError};
use flowz_host::panics::PluginPanic;
use flowz_host::plugin_set::PluginFailure;

use attention::Nobody;
use batch::Reader;
use progress::Bar;
use scheduler::Scheduler;

pub use attention::{Attention, Overseer, Oversight};
pub use ends::Ends;
pub use live::{LiveFigures, Tap};
pub use member_figures::MemberFigures;
pub use members::{Member, run_members};
pub use queue::{Entrance, QueueFigures, Queued, WhenFull};
pub use source::{InputOptions, PacketSource};

/// How a run is done.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// Threads to use.
    pub threads: usize,
    /// A progress bar is shown if standard error is a terminal.
    pub shows_progress: bool,
    /// The run ends with the packet with which so many conversations have begun.
    pub flows: u64,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self { threads: 1, shows_progress: false, flows: u64::MAX }
    }
}

/// Why a run has failed. The files hold what was made before.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A plugin has panicked.
    #[error(transparent)]
    Panic(#[from] PluginPanic),
    /// A plugin has given up.
    #[error(transparent)]
    Plugin(#[from] PluginFailure),
    /// A sink cannot write.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

impl From<EngineError> for RunError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Sink(error) => Self::Sink(error),
            EngineError::Plugin(error) => Self::Plugin(error),
        }
    }
}

impl From<LaneError> for RunError {
    fn from(error: LaneError) -> Self {
        match error {
            LaneError::Panic(panic) => Self::Panic(panic),
            LaneError::Failure(failure) => Self::Plugin(failure),
        }
    }
}

/// Threads of a run that asks for none: as many as there are processors for us.
pub fn available_threads() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Reads all packets and completes all files; `read` is told when the last packet has been worked on. The
/// source comes back for the report. The engine must have been set up for as many lanes as there are threads.
///
/// # Errors
///
/// If a sink cannot write, or if a plugin panics or gives up; in all cases the files hold what was made before.
pub fn run(
    source: PacketSource,
    engine: &mut Engine,
    options: RunOptions,
    read: impl FnOnce(),
) -> Result<PacketSource, RunError> {
    let oversight = Oversight { attention: Attention::default(), overseer: &mut Nobody };
    run_overseen(source, engine, options, oversight, read)
}

/// The same with somebody who is told between two packets when there is something to be done.
///
/// # Errors
///
/// As [`run`].
pub fn run_overseen(
    source: PacketSource,
    engine: &mut Engine,
    options: RunOptions,
    oversight: Oversight<'_>,
    read: impl FnOnce(),
) -> Result<PacketSource, RunError> {
    if options.threads > 1 {
        run_on_threads(source, engine, options, oversight, read)
    } else {
        run_alone(source, engine, options, oversight, read)
    }
}

fn run_alone(
    mut source: PacketSource,
    engine: &mut Engine,
    options: RunOptions,
    mut oversight: Oversight<'_>,
    read: impl FnOnce(),
) -> Result<PacketSource, RunError> {
    let done = engine.catch(|engine| {
        let outcome = source.read_all(engine, options, &mut oversight);
        read();
        outcome?;
        engine.finish()
    });
    give_up(engine, done.map_err(RunError::Panic).and_then(|done| Ok(done?)))?;
    Ok(source)
}

/// Completes the files of a run that has failed. That they cannot be completed weighs more than what a plugin does.
fn give_up(engine: &mut Engine, outcome: Result<(), RunError>) -> Result<(), RunError> {
    let Err(error) = outcome else { return Ok(()) };
    let abandoned = engine.abandon();
    Err(if let RunError::Panic(_) | RunError::Plugin(_) = error {
        abandoned.map_or_else(RunError::Sink, |()| error)
    } else {
        error
    })
}

fn run_on_threads(
    source: PacketSource,
    engine: &mut Engine,
    options: RunOptions,
    mut oversight: Oversight<'_>,
    read: impl FnOnce(),
) -> Result<PacketSource, RunError> {
    let scheduler = Arc::new(Scheduler::default());
    let reader = Box::new(Reader::new(source, engine));
    let bar = Bar::new(options.shows_progress, reader.source.progress().total);
    let for_events = Arc::clone(&scheduler);
    let Some(mut split) = engine.split(Box::new(move |batch| for_events.events(batch))) else {
        unreachable!("an engine is split once")
    };
    let executor: Arc<dyn Executor> = Arc::<Scheduler>::clone(&scheduler);
    split.assembler.output.use_executor(&executor);
    scheduler.open(reader, split);
    let workers = Workers::start(&scheduler, options.threads - 1);
    let done = engine.catch(|engine| {
        let worked = work(&scheduler, engine, (options.flows, bar), &mut oversight);
        read();
        worked?;
        engine.finish()
    });
    let handed_over = if matches!(done, Ok(Ok(()))) { Ok(()) } else { engine.abandon() };
    let (reader, split, failure) = scheduler.close();
    drop(workers);
    let (Some(reader), Some(split)) = (reader, split) else {
        unreachable!("the scheduler gives back what it got")
    };
    let merged = engine.rejoin(split);
    // What failed in recording or writing came earlier in the input.
    let failed = failure.map_or(Ok(()), Err).and_then(|()| Ok(merged?)).and_then(|()| Ok(done??));
    give_up(engine, failed)?;
    handed_over?;
    let done = engine.catch(Engine::complete);
    give_up(engine, done.map_err(RunError::Panic).and_then(|done| Ok(done?)))?;
    Ok(reader.source)
}

fn work(
    scheduler: &Scheduler,
    engine: &mut Engine,
    (flows, mut bar): (u64, Bar),
    oversight: &mut Oversight<'_>,
) -> Result<(), EngineError> {
    let (mut done, mut packets) = (None, 0);
    let outcome = loop {
        let Some(batch) = scheduler.packets(done.take()) else { break Ok(()) };
        match batch.process(engine, flows) {
            Err(error) => break Err(error),
            Ok(false) => break Ok(()),
            Ok(true) => {}
        }
        if let Err(error) = oversight.between(engine, || batch.packets.progress) {
            break Err(error);
        }
        packets += batch.packets.len() as u64;
        if bar.is_due(packets) {
            bar.update(packets, engine.live_flows(), &batch.packets.progress);
        }
        done = Some(batch);
    };
    bar.finish();
    outcome
}

/// Threads that end when this value goes.
struct Workers<'a> {
    scheduler: &'a Scheduler,
    threads: Vec<thread::JoinHandle<()>>,
}

impl<'a> Workers<'a> {
    /// Starts workers; fewer if the system gives no more, for the engine's thread can do without any.
    fn start(scheduler: &'a Arc<Scheduler>, count: usize) -> Self {
        let start = |n| {
            let scheduler = Arc::clone(scheduler);
            let name = format!("worker {n}");
            thread::Builder::new().name(name).spawn(move || scheduler.work()).ok()
        };
        Self { scheduler, threads: (0..count).map_while(start).collect() }
    }
}

impl Drop for Workers<'_> {
    fn drop(&mut self) {
        self.scheduler.abandon();
        for thread in self.threads.drain(..) {
            // Their panics are with the scheduler.
            let _ = thread.join();
        }
    }
}
