//! Rows on their way to a reader who waits for them: what stands in the block is handed on several times a second,
//! also while no row comes.

use std::io;
use std::os::fd::AsFd;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use flowz_api::column::Schema;
use flowz_api::record::Record;
use flowz_api::sink::{Destination, Executor, SinkError};

use crate::common::tables::Rows;

/// The longest that a row waits.
const WAIT: Duration = Duration::from_millis(200);

/// A table that is flushed by the clock.
#[derive(Debug)]
struct Streamed<T> {
    table: Arc<Mutex<T>>,
    /// Tells the thread that flushes when the table is gone.
    _alive: Option<Sender<()>>,
}

impl<T: Rows + Send + 'static> Streamed<T> {
    /// A table with a thread that flushes it; without, if the system gives none.
    fn new(table: T) -> Self {
        let (table, (alive, gone)) = (Arc::new(Mutex::new(table)), mpsc::channel());
        let flushed = Arc::clone(&table);
        let flush = move || {
            while gone.recv_timeout(WAIT) == Err(RecvTimeoutError::Timeout) {
                if lock(&flushed).flush().is_err() {
                    // Whoever brings the next row hears of it.
                    break;
                }
            }
        };
        let started = thread::Builder::new().name("flush".to_owned()).spawn(flush);
        Self { table, _alive: started.ok().map(|_| alive) }
    }
}

impl<T: Rows> Rows for Streamed<T> {
    fn row(&mut self, schema: &Schema, record: &Record) -> Result<(), SinkError> {
        lock(&self.table).row(schema, record)
    }

    fn size(&self) -> u64 {
        lock(&self.table).size()
    }

    fn use_executor(&mut self, executor: &Arc<dyn Executor>) {
        lock(&self.table).use_executor(executor);
    }

    fn flush(&mut self) -> Result<(), SinkError> {
        lock(&self.table).flush()
    }

    fn prepare(&mut self) -> Result<(), SinkError> {
        lock(&self.table).prepare()
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        lock(&self.table).finish()
    }
}

fn lock<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The flow table, flushed by the clock if it goes to somebody who may wait for it.
pub(crate) fn for_readers(table: Box<dyn Rows + Send>, to: &Destination) -> Box<dyn Rows + Send> {
    if to.stdout && has_reader() { by_the_clock(table) } else { table }
}

/// A table that is flushed by the clock.
pub(crate) fn by_the_clock(table: Box<dyn Rows + Send>) -> Box<dyn Rows + Send> {
    Box::new(Streamed::new(table))
}

/// Whether somebody may wait for what standard output gets: it is no file.
fn has_reader() -> bool {
    let copy = io::stdout().as_fd().try_clone_to_owned();
    let kind = copy.and_then(|copy| std::fs::File::from(copy).metadata());
    kind.is_ok_and(|kind| !kind.is_file())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::{Duration, Instant};

    use flowz_api::column::Schema;
    use flowz_api::record::Record;
    use flowz_api::sink::{Executor, SinkError};

    use super::Streamed;
    use crate::common::tables::Rows;

    /// Counts how often it is flushed.
    struct Counting(Arc<AtomicU32>);

    impl Rows for Counting {
        fn row(&mut self, _: &Schema, _: &Record) -> Result<(), SinkError> {
            Ok(())
        }
        fn size(&self) -> u64 {
            0
        }
        fn use_executor(&mut self, _: &Arc<dyn Executor>) {}
        fn flush(&mut self) -> Result<(), SinkError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
        fn prepare(&mut self) -> Result<(), SinkError> {
            Ok(())
        }
        fn finish(&mut self) -> Result<(), SinkError> {
            Ok(())
        }
    }

    #[test]
    #[allow(clippy::disallowed_methods, reason = "waits for a clock")]
    fn flushed_while_no_row_comes() {
        let count = Arc::new(AtomicU32::new(0));
        let table = Streamed::new(Counting(Arc::clone(&count)));
        let start = Instant::now();
        while count.load(Ordering::Relaxed) < 2 {
            assert!(start.elapsed() < Duration::from_secs(20), "never flushed");
            std::thread::sleep(Duration::from_millis(10));
        }
        drop(table);
        while Arc::strong_count(&count) > 1 {
            assert!(start.elapsed() < Duration::from_secs(20), "the thread goes with the table");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
