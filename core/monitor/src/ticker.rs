//! A thread that asks for attention again and again.

use std::io;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::Wake;

/// Asks for attention each interval until it is dropped.
#[derive(Debug)]
pub struct Ticker {
    /// The thread ends when this goes.
    _end: Sender<()>,
}

impl Ticker {
    /// Starts the thread.
    ///
    /// # Errors
    ///
    /// If the system gives none.
    pub fn start(interval: Duration, wake: Wake) -> io::Result<Self> {
        let (end, ended) = channel::<()>();
        thread::Builder::new().name("ticker".to_owned()).spawn(move || {
            while ended.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
                wake();
            }
        })?;
        Ok(Self { _end: end })
    }
}

#[cfg(test)]
mod tests {
    use super::Ticker;
    use std::sync::Arc;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn ticks_until_it_is_dropped() {
        let (tick, ticks) = channel();
        let wake = Arc::new(move || {
            let _ = tick.send(());
        });
        let ticker = Ticker::start(Duration::from_millis(1), wake).unwrap();
        assert_eq!(ticks.iter().take(3).count(), 3);
        drop(ticker);
        // Ends only if the thread does, and with it the sender.
        let _ = ticks.iter().count();
    }
}
