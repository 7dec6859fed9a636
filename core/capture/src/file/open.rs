//! Opens one file or standard input: counts the bytes that are taken from it and takes off its
//! compression.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::error::CaptureError;
use crate::file::compress::uncompressed;
use crate::file::follow::{Follow, GrowingFile};
use crate::file::queue::STDIN;
use crate::file::stream::Bytes;

/// Longest wait for bytes without a look at the order to stop.
const STOP_CHECK: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

/// An open file.
pub(crate) struct Opened {
    /// What it holds, uncompressed.
    pub(crate) source: Bytes,
    /// Its size in bytes, where the size says how much can be read from it: it is a plain file
    /// and no compressed one.
    pub(crate) size: Option<u64>,
}

/// Counts the bytes that pass. The count is shared with the one who shows the progress. Ends when it is told to
/// stop.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
    stop: Option<Stop>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if is_set(self.stop.as_ref()) {
            return Ok(0);
        }
        let count = self.inner.read(into)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Becomes true when reading is to end.
pub(crate) type Stop = Arc<AtomicBool>;

/// Whether reading is to end.
pub(crate) fn is_set(stop: Option<&Stop>) -> bool {
    stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
}

/// A pipe, a device or a terminal: a look at the order to stop while nothing comes.
struct Patient {
    file: File,
    stop: Stop,
}

impl Read for Patient {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while !self.stop.load(Ordering::Relaxed) {
            let mut awaited = [PollFd::new(&self.file, PollFlags::IN)];
            match poll(&mut awaited, Some(&STOP_CHECK)) {
                Ok(0) | Err(Errno::INTR) => {}
                // What cannot be waited for can be read.
                Ok(_) | Err(_) => return self.file.read(into),
            }
        }
        Ok(0)
    }
}

/// Standard input.
pub(crate) fn stdin(count: &Arc<AtomicU64>, stop: Option<&Stop>) -> Result<Opened, CaptureError> {
    let failed = |reason| CaptureError::open(Path::new(STDIN), reason);
    let handle = io::stdin().as_fd().try_clone_to_owned().map(File::from).map_err(failed)?;
    from_bytes(interruptible(handle, stop), None, count, stop).map_err(failed)
}

fn interruptible(file: File, stop: Option<&Stop>) -> Bytes {
    let is_plain = file.metadata().is_ok_and(|data| data.is_file());
    match stop {
        Some(stop) if !is_plain => Box::new(Patient { file, stop: Arc::clone(stop) }),
        _ => Box::new(file),
    }
}

/// Size of a plain file in bytes; `None` for a pipe and the like, and for a file that is not there.
pub(crate) fn size(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().filter(fs::Metadata::is_file).map(|data| data.len())
}

/// Opens a file. With a successor and a way to wait, it is read on until the successor exists.
pub(crate) fn open(
    file: &Path,
    next: Option<(PathBuf, Follow)>,
    count: &Arc<AtomicU64>,
    stop: Option<&Stop>,
) -> Result<Opened, CaptureError> {
    let failed = |reason| CaptureError::open(file, reason);
    let handle = File::open(file).map_err(failed)?;
    let data = handle.metadata().map_err(failed)?;
    if data.is_dir() {
        return Err(CaptureError::Directory(file.to_owned()));
    }
    let size = (data.is_file() && next.is_none()).then_some(data.len());
    let source: Bytes = match next {
        Some((next, follow)) => Box::new(GrowingFile { file: handle, next, follow }),
        None => interruptible(handle, stop),
    };
    from_bytes(source, size, count, stop).map_err(failed)
}

/// A source whose bytes are counted and that ends by order.
pub(crate) fn counted(source: Bytes, count: &Arc<AtomicU64>, stop: Option<&Stop>) -> Bytes {
    Box::new(Counted { inner: source, count: Arc::clone(count), stop: stop.cloned() })
}

/// Takes off the compression from any source of bytes.
pub(crate) fn from_bytes(
    source: Bytes,
    size: Option<u64>,
    count: &Arc<AtomicU64>,
    stop: Option<&Stop>,
) -> io::Result<Opened> {
    let (source, compressed) = uncompressed(counted(source, count, stop))?;
    Ok(Opened { source, size: size.filter(|_| !compressed) })
}
