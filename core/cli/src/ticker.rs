//! Asks for attention once a second or as often as somebody wants, as long as it lives.

use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use flowz_runtime::Attention;

/// Between two questions.
const SECOND: Duration = Duration::from_secs(1);

/// A clock that asks.
pub(crate) struct Ticker {
    /// Tells the clock's thread when it is no longer wanted.
    _alive: Option<Sender<()>>,
}

impl Ticker {
    /// A clock; none if the system gives no thread.
    pub(crate) fn start(attention: Attention) -> Self {
        Self::every(SECOND, attention)
    }

    /// One that asks at other intervals.
    pub(crate) fn every(interval: Duration, attention: Attention) -> Self {
        let (alive, gone) = mpsc::channel::<()>();
        let tick = move || {
            while gone.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                attention.ask();
            }
        };
        let started = thread::Builder::new().name("clock".to_owned()).spawn(tick);
        Self { _alive: started.ok().map(|_| alive) }
    }
}

/// Calls `end` after some nanoseconds, unless the program ends before.
pub(crate) fn after(nanos: i64, end: impl FnOnce() + Send + 'static) {
    let length = Duration::from_nanos(u64::try_from(nanos).unwrap_or(0));
    #[allow(clippy::disallowed_methods, reason = "waits for a clock")]
    let wait = move || {
        thread::sleep(length);
        end();
    };
    // Without a thread the run ends by a signal.
    drop(thread::Builder::new().name("end".to_owned()).spawn(wait));
}
