//! The batch that is being filled, and the courier behind it.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use flowz_api::record::Record;
use flowz_api::sink::{DeliveryLog, SinkError, SinkSetup};
use flowz_api::table::TableId;

use super::batch::Batch;
use super::wanted;
use super::writer::Writer;
use crate::common::delivery::{Carrier, Courier, Route};

/// Most bytes of a batch; a message that is larger is sent with those in front of it.
const MOST_BYTES: usize = 1 << 20;

/// The longest that a row waits for others.
const LINGER: Duration = Duration::from_millis(500);

/// What a sink lets wait.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Most messages of a batch.
    pub(crate) messages: usize,
    /// For how long a batch is tried.
    pub(crate) patience: Duration,
    /// Most bytes of batches that wait.
    pub(crate) queue: usize,
}

/// Takes rows until the run is over.
pub(crate) struct Outbox<C: Carrier<Batch = Batch>> {
    open: Arc<Mutex<Open<C>>>,
    /// Sends what waits for others, until nobody holds the other end.
    clock: Option<(Sender<()>, JoinHandle<()>)>,
    log: Option<Arc<dyn DeliveryLog>>,
}

/// Shared with the thread that looks at the clock.
struct Open<C: Carrier<Batch = Batch>> {
    writer: Writer,
    courier: Courier<C>,
    most: usize,
}

impl<C: Carrier<Batch = Batch>> Outbox<C> {
    /// Begins with the work.
    pub(crate) fn start(
        carrier: C,
        sink: &'static str,
        limits: Limits,
        setup: &SinkSetup<'_>,
    ) -> Result<Self, SinkError> {
        let mut writer = Writer::new(setup.tables.len());
        for (number, table) in wanted(setup) {
            writer.open(number, &table.schema);
        }
        let route = Route { sink, patience: limits.patience, queue: limits.queue };
        let courier = Courier::start(carrier, route)?;
        let open = Arc::new(Mutex::new(Open { writer, courier, most: limits.messages }));
        let (alive, gone) = mpsc::channel();
        let waiting = Arc::clone(&open);
        let flush = move || {
            while gone.recv_timeout(LINGER) == Err(RecvTimeoutError::Timeout) {
                lock(&waiting).send_if_idle();
            }
        };
        // Without it rows wait until the batch is full.
        let thread = thread::Builder::new().name(format!("{sink} clock")).spawn(flush).ok();
        let clock = thread.map(|thread| (alive, thread));
        Ok(Self { open, clock, log: setup.destination.deliveries.clone() })
    }

    /// A table has a row more.
    pub(crate) fn record(&mut self, id: TableId, record: &Record) {
        lock(&self.open).row(usize::from(id.0), record);
    }

    /// No more rows come: waits until all are delivered or lost, and says what became of them.
    pub(crate) fn finish(&mut self) -> Result<(), SinkError> {
        self.stop_clock();
        let mut open = lock(&self.open);
        open.send();
        let delivery = open.courier.finish()?;
        if let (Some(delivery), Some(log)) = (delivery, &self.log) {
            log.note(delivery);
        }
        Ok(())
    }

    fn stop_clock(&mut self) {
        if let Some((alive, thread)) = self.clock.take() {
            drop(alive);
            drop(thread.join());
        }
    }
}

/// The clock's thread holds the courier too: it ends first, so that the courier goes with the outbox.
impl<C: Carrier<Batch = Batch>> Drop for Outbox<C> {
    fn drop(&mut self) {
        self.stop_clock();
    }
}

impl<C: Carrier<Batch = Batch>> Open<C> {
    fn row(&mut self, number: usize, record: &Record) {
        self.writer.row(number, record);
        if self.writer.messages() >= self.most || self.writer.bytes() >= MOST_BYTES {
            self.send();
        }
    }

    /// Leaves the batch to the courier; waits while too much waits in front of it.
    fn send(&mut self) {
        if self.writer.messages() > 0 {
            let (batch, size) = self.writer.take();
            self.courier.send(batch, size);
        }
    }

    /// The same if the courier has nothing else to do: who waits for it is the run, and not the clock.
    fn send_if_idle(&mut self) {
        if self.courier.is_idle() {
            self.send();
        }
    }
}

fn lock<C: Carrier<Batch = Batch>>(open: &Mutex<Open<C>>) -> MutexGuard<'_, Open<C>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
