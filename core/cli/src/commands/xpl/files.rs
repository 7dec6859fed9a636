//! Where the files of the plugin lie until the run is over, and how they come to their place.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The name of the plugin, which that of its folder ends with.
const PLUGIN: &str = "xplot";

/// A folder in the folder of the files.
#[derive(Debug)]
pub(super) struct Stage {
    folder: PathBuf,
    prefix: PathBuf,
}

impl Stage {
    /// Makes the folder for the files, if it is missing.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder '{}'", folder.display()))?;
        let prefix = folder.join(format!(".xpl-{}", std::process::id()));
        Ok(Self { folder: folder.to_owned(), prefix })
    }

    /// The prefix of the run.
    pub(super) fn prefix(&self) -> &Path {
        &self.prefix
    }

    fn staged(&self) -> PathBuf {
        let mut name = OsString::from(&self.prefix);
        name.push("_files");
        PathBuf::from(name)
    }

    /// Moves the files to their place. Yields them in the order of their names.
    pub(super) fn finish(self) -> Result<Vec<PathBuf>> {
        let mut moved = Vec::new();
        let from = self.staged().join(PLUGIN);
        let files = match fs::read_dir(&from) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(moved),
            files => files.with_context(|| format!("cannot read '{}'", from.display()))?,
        };
        for file in files {
            let file = file.with_context(|| format!("cannot read '{}'", from.display()))?;
            let to = self.folder.join(file.file_name());
            fs::rename(file.path(), &to)
                .with_context(|| format!("cannot write '{}'", to.display()))?;
            moved.push(to);
        }
        moved.sort();
        Ok(moved)
    }
}

/// Nothing stays behind.
impl Drop for Stage {
    fn drop(&mut self) {
        // It is there only if something was drawn.
        drop(fs::remove_dir_all(self.staged()));
    }
}
