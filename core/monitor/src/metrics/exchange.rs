//! Where the engine's thread leaves a snapshot for those who read metrics.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::Wake;
use crate::clock::now;
use crate::snapshot::Snapshot;

/// A snapshot is not taken anew before it is so old.
const FRESH: Duration = Duration::from_secs(1);
/// So long a reader waits for a new one; then it gets the old one.
const PATIENCE: Duration = Duration::from_millis(200);

/// A snapshot and when it was left here.
#[derive(Clone)]
struct Latest {
    snapshot: Arc<Snapshot>,
    at: Instant,
}

/// The latest snapshot as a reader takes it.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The snapshot.
    pub snapshot: Arc<Snapshot>,
    /// How old it is.
    pub age: Duration,
}

/// The latest snapshot, and whether somebody waits for a new one.
pub struct Exchange {
    wake: Wake,
    wanted: AtomicBool,
    latest: Mutex<Option<Latest>>,
    /// When somebody has last waited in vain.
    in_vain: Mutex<Option<Instant>>,
    changed: Condvar,
}

impl fmt::Debug for Exchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange").field("wanted", &self.wanted).finish_non_exhaustive()
    }
}

impl Exchange {
    /// Nothing is there yet; `wake` asks the engine's thread for attention.
    pub fn new(wake: Wake) -> Self {
        let (latest, in_vain, changed) = (Mutex::default(), Mutex::default(), Condvar::new());
        Self { wake, wanted: AtomicBool::new(false), latest, in_vain, changed }
    }

    /// For the engine's thread: whether somebody waits for a new one.
    pub fn is_wanted(&self) -> bool {
        self.wanted.load(Ordering::Relaxed)
    }

    /// For the engine's thread: leaves a new one.
    pub fn put(&self, snapshot: Snapshot) {
        self.wanted.store(false, Ordering::Relaxed);
        *self.lock() = Some(Latest { snapshot: Arc::new(snapshot), at: now() });
        self.changed.notify_all();
    }

    /// For readers: one that is not old, or after some time the one that is there; nothing if there was none yet. Where one has waited
    /// in vain, others do not wait for as long as a snapshot is fresh: an engine may be without packets for hours.
    pub fn take(&self) -> Option<Taken> {
        self.take_within(FRESH, PATIENCE)
    }

    fn take_within(&self, fresh: Duration, patience: Duration) -> Option<Taken> {
        let asked = now();
        let known = self.lock().clone();
        let is_fresh = |at: Instant| asked.duration_since(at) < fresh;
        let latest = match known {
            Some(known) if is_fresh(known.at) => Some(known),
            known if lock(&self.in_vain).is_some_and(is_fresh) => known,
            _ => self.wait(asked, patience),
        };
        latest.map(|latest| Taken { age: latest.at.elapsed(), snapshot: latest.snapshot })
    }

    /// Asks for a new one and waits.
    fn wait(&self, asked: Instant, patience: Duration) -> Option<Latest> {
        self.wanted.store(true, Ordering::Relaxed);
        (self.wake)();
        let is_old =
            |latest: &mut Option<Latest>| latest.as_ref().is_none_or(|latest| latest.at < asked);
        let outcome = self.changed.wait_timeout_while(self.lock(), patience, is_old);
        let (latest, is_over) = outcome.unwrap_or_else(PoisonError::into_inner);
        *lock(&self.in_vain) = is_over.timed_out().then(now);
        latest.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Latest>> {
        lock(&self.latest)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Exchange;
    use crate::snapshot::tests::sample;
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::thread;
    use std::time::Duration;

    const NO_TIME: Duration = Duration::ZERO;
    const LONG: Duration = Duration::from_mins(10);

    #[test]
    fn a_reader_gets_a_new_one() {
        let (ask, asked) = channel();
        let exchange = Arc::new(Exchange::new(Arc::new(move || ask.send(()).unwrap())));
        assert!(!exchange.is_wanted());
        let reader = Arc::clone(&exchange);
        let reader = thread::spawn(move || reader.take_within(LONG, LONG));
        asked.recv().unwrap();
        assert!(exchange.is_wanted());
        exchange.put(sample(7));
        let taken = reader.join().unwrap().unwrap();
        assert_eq!(taken.snapshot.counters.read.packets, 7000);
        assert!(!exchange.is_wanted());
        let again = exchange.take_within(LONG, LONG).unwrap();
        assert!(Arc::ptr_eq(&again.snapshot, &taken.snapshot));
        assert!(asked.try_recv().is_err(), "what is fresh is not asked for again");
    }

    /// One reader waits for an engine that does not answer, the next one does not.
    #[test]
    fn waiting_in_vain_is_done_once() {
        let exchange = Exchange::new(Arc::new(|| {}));
        exchange.put(sample(3));
        let asked = exchange.take_within(LONG, LONG).unwrap();
        assert!(exchange.take_within(NO_TIME, NO_TIME).is_some());
        *exchange.lock() = None;
        // It would wait for minutes.
        assert!(exchange.take_within(LONG, LONG).is_none());
        exchange.put(sample(4));
        assert!(!Arc::ptr_eq(&exchange.take_within(LONG, LONG).unwrap().snapshot, &asked.snapshot));
    }

    /// An engine that is busy, or has ended, holds nobody up.
    #[test]
    fn a_reader_gets_the_old_one_after_some_time() {
        let exchange = Exchange::new(Arc::new(|| {}));
        assert!(exchange.take_within(NO_TIME, NO_TIME).is_none());
        exchange.put(sample(3));
        let taken = exchange.take_within(NO_TIME, NO_TIME).unwrap();
        assert_eq!(taken.snapshot.counters.read.packets, 3000);
        assert!(exchange.is_wanted(), "and asks for a new one");
        let later = exchange.take_within(NO_TIME, NO_TIME).unwrap();
        assert!(later.age >= taken.age);
    }
}
