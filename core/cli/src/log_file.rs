//! The file of the report: complete or absent, as all files of a run.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flowz_api::sink::behind_links;

/// Lines under another name until they are flushed; without that, nothing of them stays.
pub(crate) struct LogFile {
    path: PathBuf,
    lines: BufWriter<File>,
    is_named: bool,
}

impl LogFile {
    /// An empty one. A device or pipe is written in place.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let path = behind_links(path);
        let in_place = fs::metadata(&path).is_ok_and(|found| !found.is_file());
        let file = File::create(if in_place { path.clone() } else { temporary(&path) })?;
        // Tells later runs that somebody is at work on it; there are systems without locks.
        drop(file.try_lock());
        // Who may read the file that it replaces may read it, and nobody else.
        if let (false, Ok(found)) = (in_place, fs::metadata(&path)) {
            drop(file.set_permissions(found.permissions()));
        }
        Ok(Self { path, lines: BufWriter::new(file), is_named: in_place })
    }
}

impl Write for LogFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lines.write(bytes)
    }

    /// All is said: the file gets its name.
    fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()?;
        if !self.is_named {
            fs::rename(temporary(&self.path), &self.path)?;
            self.is_named = true;
        }
        Ok(())
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        if !self.is_named {
            let _ = fs::remove_file(temporary(&self.path));
        }
    }
}

/// `.NAME.tmpPID` in the same directory.
fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".tmp{}", std::process::id()));
    path.with_file_name(name)
}
