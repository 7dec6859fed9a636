//! Which file a name stands for.

use std::fs;
use std::path::{Path, PathBuf};

/// Symbolic links behind each other, at most: as many as Linux follows.
const MOST_LINKS: usize = 40;

/// The file behind symbolic links, also where it is not there yet: it is what gets written, and the link stays.
pub fn behind_links(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    fs::canonicalize(&path).unwrap_or(path)
}
