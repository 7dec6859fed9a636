//! A run on several threads, with the same bytes out.
//!
//! The engine stays on one thread, since each packet may change what the next one meets: timeouts, flow
//! numbers, the order of records. In front of it packets are read and decoded in batches; behind it plugins that
//! only record are shown what it noted, and records are formatted and written in portions. The other threads do
//! that, in order, and the engine's own thread lends a hand when it has nothing to do.

mod desk;
mod job;
mod work;

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread;

use anyhow::Result;
use flowz_api::sink::{Errands, SinkError};
use flowz_engine::Engine;

use crate::feed::Feed;
use crate::progress::Bar;
use desk::Desk;
use work::Reader;

/// Threads of a run that asks for none: as many as there are processors for us.
pub(crate) fn available() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// Reads all packets and completes all files. `read` is told when the last packet has been worked on. The
/// feed comes back for the report.
///
/// # Errors
///
/// If a sink cannot write, or if a plugin panics; in both cases the files hold what was made before.
pub(crate) fn run(
    feed: Feed,
    engine: &mut Engine,
    threads: usize,
    quiet: bool,
    read: impl FnOnce(),
) -> Result<Feed> {
    let desk = Arc::new(Desk::default());
    let reader = Box::new(Reader::new(feed, engine));
    let bar = Bar::new(quiet, reader.feed.input().progress().total);
    let [for_notes, for_records] = [&desk, &desk].map(Arc::clone);
    let send = Box::new(move |notes| for_notes.notes(notes));
    let exchange = Box::new(move |portion| for_records.records(portion));
    let Some((recorder, mut writer)) = engine.split(send, exchange) else {
        unreachable!("an engine is split once")
    };
    let errands: Arc<dyn Errands> = Arc::<Desk>::clone(&desk);
    writer.assist(&errands);
    desk.open(reader, Box::new(recorder), writer);
    let helpers = Helpers::start(&desk, threads - 1);
    let done = engine.catch(|engine| {
        let worked = work(&desk, engine, bar);
        read();
        let flushed = engine.finish();
        worked.and(flushed)
    });
    let handed_over = if done.is_err() { engine.abandon() } else { Ok(()) };
    let mut recorder = desk.close_recording();
    let recorded = recorder.as_mut().map_or(Ok(()), |recorder| recorder.finish());
    let (reader, writer, failure) = desk.close();
    drop(helpers);
    let finished = writer.map_or(Ok(()), |mut writer| writer.finish());
    // What failed in recording or writing came earlier in the input.
    failure.map_or(Ok(()), Err)?;
    done?.and(handed_over).and(recorded).and(finished)?;
    let (Some(reader), Some(recorder)) = (reader, recorder) else {
        unreachable!("the desk gives back what it got")
    };
    engine.rejoin(*recorder);
    Ok(reader.feed)
}

fn work(desk: &Desk, engine: &mut Engine, mut bar: Bar) -> Result<(), SinkError> {
    let (mut done, mut packets) = (None, 0);
    let outcome = loop {
        let Some(work) = desk.packets(done.take()) else { break Ok(()) };
        if let Err(error) = work.process(engine) {
            break Err(error);
        }
        packets += work.batch.len() as u64;
        if bar.is_due(packets) {
            bar.update(packets, engine.live_flows(), &work.batch.progress);
        }
        done = Some(work);
    };
    bar.finish();
    outcome
}

/// Threads that go home when this value goes.
struct Helpers<'a> {
    desk: &'a Desk,
    threads: Vec<thread::JoinHandle<()>>,
}

impl<'a> Helpers<'a> {
    /// Starts helpers; fewer if the system gives no more, for the engine's thread can do without any.
    fn start(desk: &'a Arc<Desk>, count: usize) -> Self {
        let start = |n| {
            let desk = Arc::clone(desk);
            thread::Builder::new().name(format!("helper {n}")).spawn(move || desk.help()).ok()
        };
        Self { desk, threads: (0..count).map_while(start).collect() }
    }
}

impl Drop for Helpers<'_> {
    fn drop(&mut self) {
        self.desk.abandon();
        for thread in self.threads.drain(..) {
            // Their panics are on the desk.
            let _ = thread.join();
        }
    }
}
