//! Sinks on a thread of their own, behind a queue with a bound: a slow disk or server does not keep packets waiting.
//!
//! Rows go into blocks, blocks into the queue. The thread takes a block that is not full too, if it has nothing else to
//! do: rows come out in time. What is to be done when the queue is full is the user's choice ([`WhenFull`]); while
//! writing is held up for want of room on the disk, rows are dropped in any case. What is dropped is counted.

mod figures;
mod state;
mod worker;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::thread::JoinHandle;

use flowz_api::record::Record;
use flowz_api::sink::{Destination, Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId, TableKind};

pub use figures::{QueueFigures, WhenFull};
use state::{Item, Shared};
use worker::Worker;

/// The sinks of a run behind a queue.
pub struct Queued {
    /// Before the run has started.
    sinks: Vec<Box<dyn Sink>>,
    requests: Vec<&'static str>,
    shared: Arc<Shared>,
    worker: Option<JoinHandle<()>>,
}

impl Queued {
    /// These sinks; at most so many bytes of rows wait for them.
    pub fn new(sinks: Vec<Box<dyn Sink>>, bound: u64, when_full: WhenFull) -> Self {
        let mut requests: Vec<_> = sinks.iter().flat_map(|sink| sink.requests()).copied().collect();
        requests.sort_unstable();
        requests.dedup();
        Self { sinks, requests, shared: Arc::new(Shared::new(bound, when_full)), worker: None }
    }

    /// A way into the same queue for another engine, which leaves files and periods to this one.
    pub fn entrance(&self) -> Entrance {
        Entrance { requests: self.requests.clone(), shared: Arc::clone(&self.shared) }
    }

    /// How the queue is doing; also while the run goes on.
    pub fn figures(&self) -> Arc<QueueFigures> {
        Arc::clone(&self.shared.figures)
    }

    /// The same at the end of the run. What sinks cannot complete is noted, and costs nothing else: a run of days keeps what it
    /// has. That nobody reads any more is told.
    fn order_at_the_end(&mut self, item: Item) -> Result<(), SinkError> {
        match self.order(item) {
            Err(error) if !is_closed(&error) => {
                self.shared.figures.note_at_the_end(in_words(&error));
                Ok(())
            }
            outcome => outcome,
        }
    }

    /// Leaves an order to the thread and waits until it is carried out.
    fn order(&mut self, item: Item) -> Result<(), SinkError> {
        self.shared.put(item);
        self.shared.wait_until_done()
    }
}

impl fmt::Debug for Queued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queued").field("figures", &self.shared.figures).finish_non_exhaustive()
    }
}

/// Rows of another engine on their way to the same sinks.
pub struct Entrance {
    requests: Vec<&'static str>,
    shared: Arc<Shared>,
}

impl Sink for Entrance {
    fn requests(&self) -> &[&'static str] {
        &self.requests
    }

    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        self.shared.row(id, record)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

impl fmt::Debug for Entrance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entrance").finish_non_exhaustive()
    }
}

/// The tables that a sink gets: those that were made on request are the last ones.
fn tables_for<'a>(sink: &dyn Sink, tables: &'a [Table]) -> &'a [Table] {
    let requested = tables.iter().position(|table| table.kind == TableKind::Requested);
    match requested.filter(|_| sink.requests().is_empty()) {
        Some(first) => &tables[..first],
        None => tables,
    }
}

impl Sink for Queued {
    fn requests(&self) -> &[&'static str] {
        &self.requests
    }

    fn start(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let destination = with_patience(setup.destination, &self.shared);
        for sink in &mut self.sinks {
            let tables = tables_for(&**sink, setup.tables);
            sink.start(&SinkSetup { tables, destination: &destination, ..*setup })?;
        }
        Ok(())
    }

    fn all_started(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        let destination = with_patience(setup.destination, &self.shared);
        for sink in &mut self.sinks {
            let tables = tables_for(&**sink, setup.tables);
            sink.all_started(&SinkSetup { tables, destination: &destination, ..*setup })?;
        }
        let sinks = std::mem::take(&mut self.sinks);
        let worker = Worker::new(sinks, Arc::clone(&self.shared), destination, setup);
        let started =
            std::thread::Builder::new().name("sinks".to_owned()).spawn(move || worker.run());
        self.worker = Some(started.map_err(|error| SinkError::Other(error.into()))?);
        Ok(())
    }

    fn record(&mut self, id: TableId, _: &Table, record: &Record) -> Result<(), SinkError> {
        self.shared.row(id, record)
    }

    fn rotate(&mut self, setup: &SinkSetup<'_>) -> Result<(), SinkError> {
        self.shared.put(Item::Rotate(with_patience(setup.destination, &self.shared)));
        Ok(())
    }

    fn is_deferred(&self) -> bool {
        true
    }

    fn size(&self) -> u64 {
        self.shared.size()
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        self.order_at_the_end(Item::Prepare)
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        self.order_at_the_end(Item::Finish)
    }
}

/// Whether it only says that nobody reads any more.
fn is_closed(error: &SinkError) -> bool {
    match error {
        SinkError::Closed => true,
        SinkError::Io { source, .. } => source.kind() == std::io::ErrorKind::BrokenPipe,
        _ => false,
    }
}

/// An error with its cause.
fn in_words(error: &SinkError) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

/// Where files go whose writers wait for room.
fn with_patience(destination: &Destination, shared: &Arc<Shared>) -> Destination {
    let patience = Arc::clone(&shared.figures);
    Destination { patience: Some(patience), ..destination.clone() }
}

impl Drop for Queued {
    /// The thread ends, with what it is at; without an order to finish no file of it stays.
    fn drop(&mut self) {
        self.shared.close();
        if let Some(worker) = self.worker.take() {
            // A panic of a sink was told with the order that it met.
            drop(worker.join());
        }
    }
}
