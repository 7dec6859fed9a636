//! The thread that brings batches to a server, with its tries and what it counts.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use flowz_api::sink::{Delivery, SinkError};

use super::queue::Queue;
use super::{Carrier, Refusal};

/// The first wait before a batch is tried again; each one is twice as long as that before it.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// The longest wait, and the time between two tries while a server stays away.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How a courier does its work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Route {
    /// The sink.
    pub(crate) sink: &'static str,
    /// For how long a batch is tried of which no row is taken; at least once.
    pub(crate) patience: Duration,
    /// Most bytes of batches that wait.
    pub(crate) queue: usize,
}

/// Takes batches, and brings them to a server meanwhile.
#[derive(Debug)]
pub(crate) struct Courier<C: Carrier> {
    queue: Arc<Queue<C::Batch>>,
    /// The run is given up: what is not delivered yet need not be.
    is_stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<Delivery>>,
}

impl<C: Carrier> Courier<C> {
    /// Begins with the work.
    pub(crate) fn start(carrier: C, route: Route) -> Result<Self, SinkError> {
        let queue = Arc::new(Queue::new(route.queue));
        let is_stopped = Arc::new(AtomicBool::new(false));
        let (from, stop) = (Arc::clone(&queue), Arc::clone(&is_stopped));
        let work = move || {
            let from = Closes(from);
            Round::new(carrier, route, stop).all(&from.0)
        };
        let thread = thread::Builder::new().name(route.sink.to_owned()).spawn(work);
        let thread = thread
            .map_err(|error| SinkError::io("start a thread for", Path::new(route.sink), error))?;
        Ok(Self { queue, is_stopped, thread: Some(thread) })
    }

    /// Leaves a batch of so many bytes to it; waits while too many bytes wait.
    pub(crate) fn send(&self, batch: C::Batch, bytes: usize) {
        self.queue.push(batch, bytes);
    }

    /// Whether no batch waits, so that [`Self::send`] would not wait either.
    pub(crate) fn is_idle(&self) -> bool {
        self.queue.is_empty()
    }

    /// No more batches come: waits until all are delivered or lost, and tells what became of them.
    pub(crate) fn finish(&mut self) -> Result<Option<Delivery>, SinkError> {
        self.queue.close();
        let Some(thread) = self.thread.take() else { return Ok(None) };
        let fault =
            || SinkError::Other(Box::new(io::Error::other("the thread of a sink has panicked")));
        thread.join().map(Some).map_err(|_| fault())
    }
}

/// The run is given up: nobody waits for what a server does not take at once.
impl<C: Carrier> Drop for Courier<C> {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            drop(thread.join());
        }
    }
}

/// A queue that is closed when its reader ends, also by a panic: who brings batches must not wait for ever.
struct Closes<B>(Arc<Queue<B>>);

impl<B> Drop for Closes<B> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// The thread's own.
struct Round<C> {
    carrier: C,
    route: Route,
    is_stopped: Arc<AtomicBool>,
    delivery: Delivery,
    /// The server will take nothing any more.
    is_over: bool,
    /// Patience with it is over: since when it was not tried again.
    away: Option<Instant>,
}

impl<C: Carrier> Round<C> {
    fn new(mut carrier: C, route: Route, is_stopped: Arc<AtomicBool>) -> Self {
        carrier.watch(&is_stopped);
        let delivery = Delivery::new(route.sink);
        Self { carrier, route, is_stopped, delivery, is_over: false, away: None }
    }

    /// Delivers all batches.
    fn all(mut self, queue: &Queue<C::Batch>) -> Delivery {
        while let Some(mut batch) = queue.pop() {
            let rows = C::rows(&batch);
            let outcome = self.deliver(&mut batch);
            let left = if outcome.is_ok() { 0 } else { C::rows(&batch) };
            self.delivery.delivered += rows.saturating_sub(left);
            self.delivery.lost += left;
            if let Err(refusal) = outcome {
                self.note(&refusal);
            }
        }
        let is_there = !self.is_over && self.away.is_none() && !self.is_stopped();
        let closed = if is_there { self.carrier.close() } else { Ok(()) };
        if let Err(refusal) = closed {
            self.note(&refusal);
        }
        self.delivery
    }

    fn note(&mut self, refusal: &Refusal) {
        self.is_over |= matches!(refusal, Refusal::Final(_));
        if !refusal.why().is_empty() {
            self.delivery.why.get_or_insert_with(|| refusal.why().to_owned());
        }
    }

    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    /// Delivers a batch, with as many tries as the patience allows; it begins anew whenever rows are taken.
    fn deliver(&mut self, batch: &mut C::Batch) -> Result<(), Refusal> {
        let never = || Refusal::Final(String::new());
        if self.is_over || self.is_stopped() {
            return Err(never());
        }
        if self.away.is_some_and(|since| since.elapsed() < LONGEST_WAIT) {
            return Err(Refusal::Later(String::new()));
        }
        let (mut began, mut wait, mut left) = (now(), FIRST_WAIT, C::rows(batch));
        loop {
            let outcome = self.carrier.deliver(batch);
            // Patience is with a server that takes nothing, not with one that is slow.
            if C::rows(batch) < left {
                (began, wait, left) = (now(), FIRST_WAIT, C::rows(batch));
            }
            if !matches!(outcome, Err(Refusal::Later(_) | Refusal::Spent(_))) {
                self.away = None;
                return outcome;
            }
            let is_spent = matches!(outcome, Err(Refusal::Spent(_)))
                || began.elapsed() + wait > self.route.patience;
            if self.away.is_some() || is_spent || self.is_stopped() {
                self.away = Some(now());
                return outcome;
            }
            self.delivery.retries += 1;
            thread::park_timeout(wait);
            wait = (wait * 2).min(LONGEST_WAIT);
        }
    }
}

/// Now, by a clock that always goes forwards.
#[allow(
    clippy::disallowed_methods,
    reason = "how long a server is waited for is no matter of packets"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}
