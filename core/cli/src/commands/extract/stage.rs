//! Where files are until they are complete, and the names that they get.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A hidden folder within that of the user; it goes with the value.
pub(super) struct Stage {
    out: PathBuf,
    folder: PathBuf,
    name: String,
    prefix: PathBuf,
}

impl Stage {
    /// Makes the folders. Another process at the same task has another one.
    pub(super) fn new(out: &Path, name: &str) -> Result<Self> {
        let folder = out.join(format!(".{name}.tmp{}", std::process::id()));
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder '{}'", folder.display()))?;
        let prefix = folder.join("part");
        Ok(Self { out: out.to_owned(), folder, name: name.to_owned(), prefix })
    }

    /// The prefix for the main job.
    pub(super) fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The files get their names, in the place of those of an earlier try; yields the names.
    pub(super) fn finish(&self, ending: &str, all: bool) -> Result<Vec<PathBuf>> {
        let listed = fs::read_dir(&self.folder);
        let listed = listed.with_context(|| format!("cannot read '{}'", self.folder.display()))?;
        let end = format!(".{ending}");
        let table = |path: &Path| {
            let name = path.file_name()?.to_str()?;
            Some(name.strip_prefix("part_")?.strip_suffix(&end)?.to_owned())
        };
        let paths = listed.flatten().map(|entry| entry.path());
        let mut tables: Vec<_> = paths.filter_map(|path| Some((table(&path)?, path))).collect();
        tables.sort();
        let mut files = Vec::new();
        for (table, from) in tables {
            let folder = if all { self.out.join(table) } else { self.out.clone() };
            let to = folder.join(format!("{}{end}", self.name));
            let moved = fs::create_dir_all(&folder).and_then(|()| fs::rename(&from, &to));
            moved.with_context(|| format!("cannot write '{}'", to.display()))?;
            files.push(to);
        }
        Ok(files)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}
