//! Files: where databases come from, and how they get into their folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flowz_places::Database;

use super::archive;

/// A database that is whole.
#[derive(Debug)]
pub(super) struct Found {
    /// Its file's name.
    pub(super) name: String,
    pub(super) database: Database,
    pub(super) bytes: Vec<u8>,
}

impl Found {
    /// A database, if all of it is well.
    pub(super) fn check(name: &str, path: &Path, bytes: Vec<u8>) -> Result<Self> {
        let database = Database::new(path, bytes.clone())?;
        database.check()?;
        Ok(Self { name: name.to_owned(), database, bytes })
    }
}

/// The databases that a path leads to: one, a folder with some, or a package.
pub(super) fn read(path: &Path) -> Result<Vec<Found>> {
    let failed = || format!("cannot read {}", path.display());
    if fs::metadata(path).with_context(failed)?.is_dir() {
        let files = databases_in(path).with_context(failed)?;
        if files.is_empty() {
            bail!("there is no database in {}: no file whose name ends in .mmdb", path.display());
        }
        return files.iter().map(|file| one(file)).collect();
    }
    if path.extension().is_some_and(|e| e == "mmdb") {
        return Ok(vec![one(path)?]);
    }
    archive::databases(&path.display().to_string(), &plain(path)?)
}

fn one(path: &Path) -> Result<Found> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.with_context(|| format!("{} has a name that is no text", path.display()))?;
    Found::check(name, path, plain(path)?)
}

/// The bytes of a plain file.
fn plain(path: &Path) -> Result<Vec<u8>> {
    let failed = || format!("cannot read {}", path.display());
    if !fs::metadata(path).with_context(failed)?.is_file() {
        bail!("{} is no plain file", path.display());
    }
    fs::read(path).with_context(failed)
}

/// The databases in a folder, by name.
pub(super) fn databases_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "mmdb") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Writes a database into a folder: whole, or not at all.
pub(super) fn put(found: &Found, folder: &Path) -> Result<()> {
    let scratch = Scratch::in_folder(folder)?;
    let (new, target) = (scratch.path().join(&found.name), folder.join(&found.name));
    let failed = || format!("cannot write {}", target.display());
    fs::write(&new, &found.bytes).with_context(failed)?;
    fs::rename(&new, &target).with_context(failed)
}

/// A folder for what is not complete yet, which goes when it is dropped.
#[derive(Debug)]
pub(super) struct Scratch(PathBuf);

impl Scratch {
    /// In this folder, which is made if it is not there.
    pub(super) fn in_folder(folder: &Path) -> Result<Self> {
        let path = folder.join(format!(".setup-{}", std::process::id()));
        let failed = || format!("cannot make the folder {}", path.display());
        fs::create_dir_all(folder).with_context(failed)?;
        fs::create_dir(&path).with_context(failed)?;
        Ok(Self(path))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is no reason to fail: all is done by then.
        let _ = fs::remove_dir_all(&self.0);
    }
}
