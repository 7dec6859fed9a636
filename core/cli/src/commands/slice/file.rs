//! Where a slice goes: a file that is complete or absent, or standard output.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::output::stdout_error;
use crate::usage::wrong;

/// Bytes of a write.
const BLOCK: usize = 256 << 10;

/// A slice that is being written.
#[derive(Debug)]
pub(crate) struct SliceFile {
    out: BufWriter<File>,
    /// The temporary name and the one that it gets, unless it is written in place.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Write for SliceFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl SliceFile {
    /// Standard output, if that is no terminal.
    pub(crate) fn stdout() -> Result<Self> {
        let stdout = io::stdout();
        if stdout.is_terminal() {
            return Err(wrong(
                "standard output is a terminal, and a slice is no text: name a file with -w, or redirect it",
            ));
        }
        // Not through the buffer of lines that standard output has.
        let copy = stdout.as_fd().try_clone_to_owned().map(File::from);
        let out = BufWriter::with_capacity(BLOCK, copy.map_err(|error| stdout_error(&error))?);
        Ok(Self { out, rename: None })
    }

    /// A file; pipes and devices are written in place.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        // Behind a symbolic link the file is replaced, not the link.
        let name = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let in_place = fs::metadata(&name).is_ok_and(|found| !found.is_file());
        let (opened, rename) = if in_place {
            (OpenOptions::new().write(true).open(&name), None)
        } else {
            let temporary = temporary_name(&name);
            // Left behind by a process that died and had our number.
            let _ = fs::remove_file(&temporary);
            let opened = OpenOptions::new().write(true).create_new(true).open(&temporary);
            (opened, Some((temporary, name)))
        };
        let file = opened.with_context(|| format!("cannot create '{}'", path.display()))?;
        // Tells who removes leftovers that somebody is at work on it; there are systems without locks.
        drop(file.try_lock());
        if let Some((_, name)) = &rename
            && let Ok(found) = fs::metadata(name)
        {
            // Who may read the file that it replaces may read it, and nobody else.
            let _ = file.set_permissions(found.permissions());
        }
        Ok(Self { out: BufWriter::with_capacity(BLOCK, file), rename })
    }

    /// All is written: the file gets its name.
    pub(crate) fn finish(mut self) -> io::Result<()> {
        self.out.flush()?;
        if let Some((temporary, name)) = &self.rename {
            fs::rename(temporary, name)?;
            self.rename = None;
        }
        Ok(())
    }
}

impl SliceFile {
    /// Not all can be written: the file gets its name with what is there.
    pub(crate) fn finish_early(mut self) -> io::Result<()> {
        if let Some((temporary, name)) = self.rename.take() {
            fs::rename(temporary, name)?;
        }
        Ok(())
    }
}

impl Drop for SliceFile {
    /// Not finished: nothing stays behind.
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.rename {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// `.NAME.tmpPID` in the same directory.
pub(super) fn temporary_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".tmp{}", std::process::id()));
    path.with_file_name(name)
}
