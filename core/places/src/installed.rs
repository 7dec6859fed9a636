//! Where databases are installed: in the user's folder for data, by the XDG Base Directory Specification.

use std::env;
use std::path::PathBuf;

/// The folder below that for data.
const FOLDER: &str = "flowz/geo";

/// The folder of installed databases: `$XDG_DATA_HOME/flowz/geo`, or `~/.local/share/flowz/geo`. None if neither
/// variable says where that is.
pub fn folder() -> Option<PathBuf> {
    let absolute = |name: &str| env::var_os(name).map(PathBuf::from).filter(|p| p.is_absolute());
    let data =
        absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")))?;
    Some(data.join(FOLDER))
}

/// The databases that are installed there, by name; none if the folder cannot be read.
pub fn installed() -> Vec<PathBuf> {
    let Some(entries) = folder().and_then(|folder| std::fs::read_dir(folder).ok()) else {
        return Vec::new();
    };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut found: Vec<_> = paths.filter(|p| p.extension().is_some_and(|e| e == "mmdb")).collect();
    found.sort();
    found
}
