//! Opens one file or standard input: counts the bytes that are taken from it and takes off its
//! compression.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::CaptureError;
use crate::file::compress::uncompressed;
use crate::file::follow::{Follow, GrowingFile};
use crate::file::stream::Bytes;

/// An open file.
pub(crate) struct Opened {
    /// What it holds, uncompressed.
    pub(crate) source: Bytes,
    /// Its size in bytes, where the size says how much can be read from it: it is a plain file
    /// and no compressed one.
    pub(crate) size: Option<u64>,
}

/// Counts the bytes that pass. The count is shared with the one who shows the progress.
struct Counted<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        self.count.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
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
        None => Box::new(handle),
    };
    from_bytes(source, size, count).map_err(failed)
}

/// Takes off the compression from any source of bytes.
pub(crate) fn from_bytes(
    source: Bytes,
    size: Option<u64>,
    count: &Arc<AtomicU64>,
) -> io::Result<Opened> {
    let counted = Counted { inner: source, count: Arc::clone(count) };
    let (source, compressed) = uncompressed(Box::new(counted))?;
    Ok(Opened { source, size: size.filter(|_| !compressed) })
}
