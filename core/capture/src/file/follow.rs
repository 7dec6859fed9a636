//! Following numbered files while they are written: waiting for the next one, and reading on in
//! the current one until the next one exists.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::source::Options;

/// Longest sleep without a look at the stop flag.
const STOP_CHECK: Duration = Duration::from_millis(100);

/// How to wait.
#[derive(Clone, Debug)]
pub(crate) struct Follow {
    interval: Duration,
    stop: Option<Arc<AtomicBool>>,
}

impl Follow {
    /// The way to wait that the options ask for, if they do.
    pub(crate) fn from_options(options: &Options) -> Option<Self> {
        Some(Self { interval: options.follow?, stop: options.stop.clone() })
    }

    /// Sleeps for an interval; false if the waiting is to end.
    fn sleep(&self) -> bool {
        let mut left = self.interval.max(Duration::from_millis(1));
        while !left.is_zero() && !self.stopped() {
            let nap = left.min(STOP_CHECK);
            thread::sleep(nap);
            left -= nap;
        }
        !self.stopped()
    }

    fn stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Waits until `file` exists; false if the waiting was ended.
    pub(crate) fn wait(&self, file: &Path) -> bool {
        while !file.exists() {
            if !self.sleep() {
                return false;
            }
        }
        true
    }
}

/// A file that may grow until its successor exists.
#[derive(Debug)]
pub(crate) struct GrowingFile {
    pub(crate) file: File,
    pub(crate) next: PathBuf,
    pub(crate) follow: Follow,
}

impl Read for GrowingFile {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            // In this order: what is written before the successor appears is not missed.
            let last = self.next.exists();
            let count = self.file.read(into)?;
            if count > 0 || last || !self.follow.sleep() {
                return Ok(count);
            }
        }
    }
}
