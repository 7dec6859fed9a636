//! `flowz top`: the flows of interfaces or captures as a table that is always up to date.

mod args;
mod batch;
mod engine;
mod largest;
mod overseer;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use flowz_runtime::PacketSource;
use flowz_top::{Desk, Keep, Link, Model, Request, SharedBook, Source, Start};

use super::analyze::{self, Outcome};
use crate::clock::Watch;
use crate::log;
use crate::signals::Signals;
use engine::{Run, Show};

pub(crate) use args::Args;

/// Flows of interfaces are shown so long after their end, and no more of them at once.
const RECENT: Keep = Keep::Recent(10_000_000_000, 50_000);
/// Of a capture so many flows are shown that have ended.
const LARGEST: Keep = Keep::Largest(100_000);
/// An engine that waits for a pipe is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Shows flows until the user, a signal or the end of a batch ends it.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    if let Some(outcome) = args.largest()? {
        return Ok(outcome);
    }
    let main_job = args.main_job()?;
    let wanted = analyze::Wanted::of(&main_job)?;
    let source = if args.live.interface.is_empty() { Source::Captures } else { Source::Interfaces };
    let keep = if source == Source::Captures { LARGEST } else { RECENT };
    let signals = Signals::default();
    let tables = args.tables();
    let bell = args.bell(source, tables, &signals.attention);
    let book = SharedBook::new(keep, bell);
    let request = Request { sort: args.sort(), filter: args.condition.clone(), most: args.rows() };
    let desk = Arc::new(Desk::new(book.clone(), source, request));
    let title = Args::title(&wanted);
    let started = engine::start(&main_job, &wanted, &signals, book)?;
    if let Some(tables) = tables {
        return batch::run(args, (started, &desk), &signals, &title, tables);
    }
    signals.mind_softly().context("cannot mind signals")?;
    let done = Arc::new(AtomicBool::new(false));
    let running =
        spawn(Run { started, show: Show::Desk, desk: Arc::clone(&desk) }, &signals, &done)?;
    let model =
        Model::new(Start { title, source, sort: args.sort(), filter: args.condition.clone() });
    let attention = signals.attention.clone();
    let is_over = || {
        let has_failed = done.load(Ordering::Acquire) && !desk.is_final();
        has_failed || signals.received().is_some()
    };
    let link = Link {
        desk: &desk,
        ask: &|| attention.ask(),
        is_over: &is_over,
        interval: args.interval(),
        most: args.rows(),
    };
    let shown = flowz_top::run(model, &link);
    signals.stop.store(true, Ordering::Relaxed);
    let ending = shown.context("cannot use the terminal");
    let packets = wait(running, &done);
    ending?;
    if let Some((_, status)) = signals.received() {
        return Ok(Outcome::Stopped(status));
    }
    match packets {
        None => Ok(Outcome::Done),
        Some(Ok(packets)) => Ok(outcome(&packets)),
        Some(Err(error)) => Err(error),
    }
}

type Running = JoinHandle<Result<PacketSource>>;

/// Starts the engine's thread.
fn spawn(run: Run, signals: &Signals, done: &Arc<AtomicBool>) -> Result<Running> {
    let (signals, done) = (signals.clone(), Arc::clone(done));
    let work = move || {
        let packets = run.work(&signals);
        done.store(true, Ordering::Release);
        packets
    };
    thread::Builder::new().name("engine".to_owned()).spawn(work).context("cannot start a thread")
}

/// How the engine's thread ended, if it does soon.
fn wait(running: Running, done: &AtomicBool) -> Option<Result<PacketSource>> {
    const LOOK: Duration = Duration::from_millis(10);
    let watch = Watch::start();
    while !running.is_finished() && !done.load(Ordering::Acquire) {
        if watch.elapsed() > PATIENCE {
            return None;
        }
        thread::park_timeout(LOOK);
    }
    Some(join(running))
}

fn join(running: Running) -> Result<PacketSource> {
    running.join().unwrap_or_else(|_| Err(anyhow!("the engine's thread has panicked")))
}

/// How a run ended that was read to its end.
fn outcome(packets: &PacketSource) -> Outcome {
    let Some(input) = packets.input() else { return Outcome::Done };
    for damage in input.remarks().iter().chain(input.damages()) {
        log::warning(&damage.to_string());
    }
    if input.damages().is_empty() { Outcome::Done } else { Outcome::Damaged }
}
