//! Blocks on their way to a file, written by whoever has time, in order.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowz_api::sink::Executor;

/// Most blocks that wait; who brings more has to write.
const MAX_WAITING: usize = 4;

/// Something to write to, and what waits for it.
#[derive(Debug)]
pub(crate) struct WriteQueue<W> {
    /// Held while somebody writes.
    target: Mutex<W>,
    blocks: Mutex<Blocks>,
}

#[derive(Debug, Default)]
struct Blocks {
    /// With the number of bytes that count.
    full: VecDeque<(Vec<u8>, usize)>,
    empty: Vec<Vec<u8>>,
    /// Why a block could not be written; whoever hears of it takes it.
    failure: Option<io::Error>,
    /// A block could not be written: nothing is written behind a gap.
    failed: bool,
}

impl<W: Write> WriteQueue<W> {
    /// Nothing waits.
    pub(crate) fn new(target: W) -> Self {
        Self { target: Mutex::new(target), blocks: Mutex::default() }
    }

    /// Does something with the target when all that waits is written. Fails with what went wrong before.
    pub(crate) fn with<T>(&self, action: impl FnOnce(&mut W) -> io::Result<T>) -> io::Result<T> {
        let mut target = lock(&self.target);
        self.drain(&mut target);
        match lock(&self.blocks).failure.take() {
            Some(failure) => Err(failure),
            None => action(&mut target),
        }
    }

    /// Looks at the target, behind all that was written.
    pub(crate) fn look<T>(&self, look: impl FnOnce(&W) -> T) -> T {
        let mut target = lock(&self.target);
        self.drain(&mut target);
        look(&target)
    }

    /// Writes what waits, in order.
    fn drain(&self, target: &mut W) {
        while let Some((block, used)) = self.next() {
            let written = target.write_all(&block[..used]);
            let mut blocks = lock(&self.blocks);
            blocks.empty.push(block);
            if let Err(error) = written {
                blocks.full.clear();
                (blocks.failure, blocks.failed) = (Some(error), true);
            }
        }
    }

    fn next(&self) -> Option<(Vec<u8>, usize)> {
        lock(&self.blocks).full.pop_front()
    }
}

impl<W: Write + Send + 'static> WriteQueue<W> {
    /// Leaves it to others to write the first `used` bytes of a block. Fails with what went wrong before. Yields
    /// a block to be filled.
    pub(crate) fn push(
        self: &Arc<Self>,
        block: Vec<u8>,
        used: usize,
        executor: &dyn Executor,
    ) -> io::Result<Vec<u8>> {
        let mut blocks = lock(&self.blocks);
        if let Some(failure) = blocks.failure.take() {
            return Err(failure);
        }
        if !blocks.failed {
            blocks.full.push_back((block, used));
        }
        let (waiting, next) = (blocks.full.len(), blocks.empty.pop().unwrap_or_default());
        drop(blocks);
        if waiting > MAX_WAITING {
            self.drain(&mut lock(&self.target));
        } else {
            let queue = Arc::clone(self);
            executor.spawn(Box::new(move || queue.drain_if_free()));
        }
        Ok(next)
    }

    /// Writes what waits, unless somebody is at it.
    fn drain_if_free(&self) {
        if let Ok(mut target) = self.target.try_lock() {
            self.drain(&mut target);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::sync::{Arc, Mutex};

    use flowz_api::sink::{Executor, Job};

    use super::{MAX_WAITING, WriteQueue};

    /// Keeps jobs until they are done.
    #[derive(Default)]
    struct Later(Mutex<Vec<Job>>);

    impl std::fmt::Debug for Later {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("Later")
        }
    }

    impl Executor for Later {
        fn spawn(&self, job: Job) {
            self.0.lock().unwrap().push(job);
        }
    }

    impl Later {
        fn run(&self) {
            let executor = std::mem::take(&mut *self.0.lock().unwrap());
            for job in executor {
                job();
            }
        }
    }

    /// Takes so many bytes.
    #[derive(Debug)]
    struct Small(Vec<u8>, usize);

    impl Write for Small {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.len() + bytes.len() > self.1 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.0.extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn text(queue: &WriteQueue<Small>) -> String {
        queue.with(|small| Ok(String::from_utf8(small.0.clone()).unwrap())).unwrap()
    }

    #[test]
    fn blocks_stay_in_order() {
        let (queue, later) = (Arc::new(WriteQueue::new(Small(Vec::new(), 99))), Later::default());
        assert_eq!(queue.push(b"ab--".to_vec(), 2, &later).unwrap(), b"");
        queue.push(b"cd".to_vec(), 2, &later).unwrap();
        assert_eq!(queue.target.lock().unwrap().0, b"", "nobody had time");
        later.run();
        assert_eq!(queue.target.lock().unwrap().0, b"abcd");
        assert_eq!(queue.push(b"ef".to_vec(), 2, &later).unwrap().len(), 2, "blocks come back");
        assert_eq!(text(&queue), "abcdef", "who needs the file writes what waits");
    }

    #[test]
    fn not_too_many_wait() {
        let (queue, later) = (Arc::new(WriteQueue::new(Small(Vec::new(), 99))), Later::default());
        for _ in 0..=MAX_WAITING {
            queue.push(b"x".to_vec(), 1, &later).unwrap();
        }
        assert_eq!(queue.target.lock().unwrap().0.len(), MAX_WAITING + 1);
        later.run();
        assert_eq!(text(&queue), "xxxxx");
    }

    #[test]
    fn a_failure_is_told_once_and_nothing_is_written_behind_it() {
        let (queue, later) = (Arc::new(WriteQueue::new(Small(Vec::new(), 3))), Later::default());
        for block in [b"ab", b"cd", b"ef"] {
            queue.push(block.to_vec(), 2, &later).unwrap();
        }
        later.run();
        let told = queue.push(b"g".to_vec(), 1, &later).unwrap_err();
        assert_eq!(told.kind(), io::ErrorKind::StorageFull);
        queue.push(b"h".to_vec(), 1, &later).unwrap();
        later.run();
        assert_eq!(text(&queue), "ab");
    }

    #[test]
    fn whoever_finishes_hears_of_a_failure() {
        let (queue, later) = (Arc::new(WriteQueue::new(Small(Vec::new(), 1))), Later::default());
        queue.push(b"ab".to_vec(), 2, &later).unwrap();
        assert!(queue.with(|_| Ok(())).is_err());
    }
}
