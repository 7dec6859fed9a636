//! Files about the run, which plugins write when all flows have ended.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use flowz_api::sink::{SinkError, behind_links};

use super::files::temporary;

/// A file under another name, which goes with the value unless it is [finished](Self::finish). A device or pipe is written in
/// place.
#[derive(Debug)]
pub(super) struct Staged {
    /// As the user knows it, for messages.
    path: PathBuf,
    /// Where the bytes are and the name they get, unless they are written in place.
    rename: Option<(PathBuf, PathBuf)>,
}

impl Staged {
    /// Writes all of it.
    pub(super) fn write(path: PathBuf, bytes: &[u8]) -> Result<Self, SinkError> {
        let target = behind_links(&path);
        let found = fs::metadata(&target).ok();
        let in_place = found.as_ref().is_some_and(|found| !found.is_file());
        let (opened, rename) = if in_place {
            (OpenOptions::new().write(true).open(target), None)
        } else {
            let other = temporary(&target);
            // Left behind by a process that died and had our number.
            let _ = fs::remove_file(&other);
            let opened = OpenOptions::new().write(true).create_new(true).open(&other);
            (opened, Some((other, target)))
        };
        let staged = Self { path, rename };
        let written = opened.and_then(|mut file| {
            // Who may read the file that it replaces may read it, and nobody else.
            if let (Some(found), false) = (found, in_place) {
                drop(file.set_permissions(found.permissions()));
            }
            file.write_all(bytes)
        });
        written.map_err(|error| SinkError::io("write", &staged.path, error))?;
        Ok(staged)
    }

    /// The file gets its name.
    pub(super) fn finish(mut self) -> Result<(), SinkError> {
        if let Some((other, target)) = &self.rename {
            let named = fs::rename(other, target);
            named.map_err(|error| SinkError::io("write", &self.path, error))?;
            self.rename = None;
        }
        Ok(())
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        if let Some((other, _)) = &self.rename {
            drop(fs::remove_file(other));
        }
    }
}
