//! A run on a thread of its own.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::{self, JoinHandle};

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;
use flowz_api::report::Report;
use flowz_api::sink::{Destination, SinkError};
use flowz_capture::{Input, link_in_words};
use flowz_engine::counters::Counters;
use flowz_engine::{Engine, EngineSetup, report};
use flowz_runtime::{Attention, Oversight, PacketSource, RunError, RunOptions};

use crate::TICK;
use crate::error::Failure;
use crate::job::{FLOWS, Job};
use crate::sink::BatchSink;
use crate::watcher::{Figures, Watcher};

/// Batches that wait for the reader, at most.
const WAITING: usize = 2;

/// What the run's thread and the reader of its table both see.
#[derive(Default)]
pub(crate) struct Shared {
    /// Ends the run as soon as may be.
    pub(crate) stop: Arc<AtomicBool>,
    /// Asks for [`Self::figures`].
    pub(crate) attention: Attention,
    /// How far the run has come.
    pub(crate) figures: Figures,
    /// Rows of the table so far.
    pub(crate) rows: AtomicU64,
    /// The table's columns, once the run has started.
    pub(crate) schema: OnceLock<SchemaRef>,
    /// How the run has ended.
    pub(crate) ended: OnceLock<Result<Ended, Failure>>,
}

/// What is known when all is read.
pub(crate) struct Ended {
    pub(crate) counters: Counters,
    /// Lines of the end report.
    pub(crate) report: String,
    /// What is wrong with the captures, a sentence each.
    pub(crate) damages: Vec<String>,
    /// What is odd about them.
    pub(crate) remarks: Vec<String>,
}

/// A run. It ends when this is dropped.
pub(crate) struct Handle {
    batches: Option<Receiver<RecordBatch>>,
    thread: Option<JoinHandle<()>>,
    shared: Arc<Shared>,
}

/// What comes next from a run.
pub(crate) enum Next {
    /// Rows.
    Batch(RecordBatch),
    /// Nothing yet.
    Wait,
    /// No more.
    End,
}

impl Handle {
    /// Starts a run; the receiver is told whether it has started.
    pub(crate) fn start(job: Job) -> Result<(Self, Receiver<Result<(), Failure>>), Failure> {
        let shared = Arc::new(Shared::default());
        let (batches, to_reader) = (sync_channel(WAITING), sync_channel(1));
        let (of_thread, sender, ready) = (Arc::clone(&shared), batches.0, to_reader.0);
        let thread = thread::Builder::new().name("flowz".to_owned());
        let thread = thread.spawn(move || work(job, &of_thread, sender, &ready)).map_err(|e| {
            Failure::Run(flowz_config::message(&format!("the system gives no thread: {e}")))
        })?;
        Ok((Self { batches: Some(batches.1), thread: Some(thread), shared }, to_reader.1))
    }

    /// What the run tells.
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// What there is now.
    pub(crate) fn look(&mut self) -> Next {
        match self.batches.as_ref().map(Receiver::try_recv) {
            Some(Ok(batch)) => Next::Batch(batch),
            Some(Err(TryRecvError::Empty)) => Next::Wait,
            Some(Err(TryRecvError::Disconnected)) | None => self.end(),
        }
    }

    /// What comes soon.
    pub(crate) fn wait(&mut self) -> Next {
        match self.batches.as_ref().map(|batches| batches.recv_timeout(TICK)) {
            Some(Ok(batch)) => Next::Batch(batch),
            Some(Err(RecvTimeoutError::Timeout)) => Next::Wait,
            Some(Err(RecvTimeoutError::Disconnected)) | None => self.end(),
        }
    }

    /// The run's thread has nothing more to say.
    fn end(&mut self) -> Next {
        self.join();
        Next::End
    }

    fn join(&mut self) {
        // A panic of it leaves no end, which the reader sees.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.batches = None;
        self.join();
    }
}

/// The run's thread.
fn work(
    mut job: Job,
    shared: &Arc<Shared>,
    batches: SyncSender<RecordBatch>,
    ready: &SyncSender<Result<(), Failure>>,
) {
    let started = begin(&mut job, shared, batches);
    let (source, mut engine) = match started {
        Ok(started) => started,
        // Whoever does not wait for the answer has gone.
        Err(failure) => return drop(ready.send(Err(failure))),
    };
    if ready.send(Ok(())).is_err() {
        return;
    }
    let ended = process(&job, shared, source, &mut engine);
    // Once only. The reader hears of the end when the engine goes, and the sink with it.
    drop(shared.ended.set(ended));
}

/// Threads of a job.
fn threads(job: &Job) -> usize {
    job.threads.unwrap_or_else(flowz_runtime::available_threads).max(1)
}

/// From a job to an engine that is about to get its first packet.
fn begin(
    job: &mut Job,
    shared: &Arc<Shared>,
    batches: SyncSender<RecordBatch>,
) -> Result<(PacketSource, Engine), Failure> {
    let selection = job.setup.selection()?;
    let source = job.open(&shared.stop)?;
    let destination = Destination {
        prefix: job.file_prefix(),
        only_requested: true,
        raw: job.compat,
        ..Destination::default()
    };
    let setup = EngineSetup {
        selection: &selection,
        run: job.run(&selection),
        sinks: vec![Box::new(BatchSink::new(job, shared, batches))],
        destination: &destination,
        preamble: &job.preamble(&selection),
        limits: job.limits(),
        lanes: threads(job),
    };
    let mut choice = flowz_engine::output::Choice::default();
    if job.table == FLOWS {
        choice.fields.clone_from(&job.fields);
        choice.condition.clone_from(&job.condition);
    }
    Ok((source, Engine::start_choosing(setup, &choice)?))
}

/// Reads all packets.
fn process(
    job: &Job,
    shared: &Shared,
    source: PacketSource,
    engine: &mut Engine,
) -> Result<Ended, Failure> {
    let options = RunOptions { threads: threads(job), ..RunOptions::default() };
    let (attention, mut overseer) = (shared.attention.clone(), Watcher(&shared.figures));
    let oversight = Oversight { attention, overseer: &mut overseer };
    let packets = flowz_runtime::run_overseen(source, engine, options, oversight, || {});
    let packets = packets.map_err(|error| match error {
        RunError::Sink(SinkError::Closed) => {
            Failure::Run("the run has ended early, since nobody reads its rows".to_owned())
        }
        error => Failure::from(error),
    })?;
    let counters = engine.counters().clone();
    shared.figures.note(&packets.progress(), counters.read.packets);
    let mut lines = Report::default();
    if !report::packet_balance(&counters, &mut lines) {
        return Err(Failure::Run(
            "the packet counts do not add up; please report this with the call".to_owned(),
        ));
    }
    let said =
        |all: &mut dyn Iterator<Item = String>| all.map(|d| flowz_config::message(&d)).collect();
    let input = packets.input();
    let damages = input.map_or(&[][..], Input::damages);
    let remarks = input.map_or(&[][..], Input::remarks);
    Ok(Ended {
        report: end_report(&packets, engine),
        damages: said(&mut damages.iter().map(ToString::to_string)),
        remarks: said(&mut remarks.iter().map(ToString::to_string)),
        counters,
    })
}

/// The end report, without the times that a run took.
fn end_report(packets: &PacketSource, engine: &mut Engine) -> String {
    let mut out = Report::default();
    let made = engine.catch(|engine| {
        let (c, compat) = (engine.counters(), engine.run().compat);
        report::volume(c, &packets.facts(), compat, &mut out);
        engine.report(&mut out);
        report::services(c, &mut out);
        report::protocols(c, compat, &mut out);
        report::flows(c, &mut out);
        report::rates(c, &mut out);
        report::resources(c, link_in_words, &mut out);
        report::packet_balance(c, &mut out);
    });
    let mut text = String::new();
    for line in &out.lines {
        let plugin = if line.plugin.is_empty() { "" } else { ": " };
        text += &flowz_config::message(&format!("{}{plugin}{line}", line.plugin));
        text.push('\n');
    }
    if let Err(panic) = made {
        text += &flowz_config::message(&panic.to_string());
        text.push('\n');
    }
    text
}
