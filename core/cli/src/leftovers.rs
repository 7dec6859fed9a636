//! Temporary files that an earlier run with the same prefix has left because it was killed.
//!
//! Whoever writes one holds a lock on it as long as it is open, so that a run that is still at work keeps its own.

use std::fs::{self, DirEntry, File};
use std::path::Path;

use flowz_api::sink::Destination;

/// Removes them; yields how many there were. What cannot be looked at or removed stays.
pub(crate) fn remove(to: &Destination) -> usize {
    let prefix = to.prefix.file_name().map(|name| name.to_string_lossy().into_owned());
    let beside = to.prefix.parent().unwrap_or(Path::new(""));
    if beside.to_string_lossy().contains('%') {
        // Folders of periods: nobody knows which.
        return 0;
    }
    let beside = if beside.as_os_str().is_empty() { Path::new(".") } else { beside };
    let contents = to.file("_files");
    let folders = entries(&contents).map(|entry| entry.path());
    let of_plugins = folders.flat_map(|folder| entries(&folder)).filter(|e| is_ours(e, ""));
    let of_tables = entries(beside).filter(|entry| is_ours(entry, prefix.as_deref().unwrap_or("")));
    of_tables.chain(of_plugins).filter(|entry| fs::remove_file(entry.path()).is_ok()).count()
}

fn entries(folder: &Path) -> impl Iterator<Item = DirEntry> + use<> {
    fs::read_dir(folder).into_iter().flatten().flatten()
}

/// Whether it is a temporary file of this prefix that nobody writes any more.
fn is_ours(entry: &DirEntry, prefix: &str) -> bool {
    let name = entry.file_name();
    let owner = name.to_str().and_then(|name| owner(name, prefix));
    let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
    owner.is_some_and(|owner| is_file && !is_alive(owner) && !is_locked(&entry.path()))
}

/// The process in the name of a temporary file: `.PREFIX_flows.txt.tmp123`. Of a pattern for periods, what is in front of the
/// first `%` is the prefix.
fn owner(name: &str, prefix: &str) -> Option<u32> {
    let (name, process) = name.strip_prefix('.')?.rsplit_once(".tmp")?;
    if let Some((literal, _)) = prefix.split_once('%') {
        let is_ours = !literal.is_empty() && name.starts_with(literal);
        return process.parse().ok().filter(|_| is_ours);
    }
    let suffix = name.strip_prefix(prefix)?;
    // Not that of a longer prefix.
    let is_suffix = prefix.is_empty() || !suffix.starts_with(char::is_alphanumeric);
    process.parse().ok().filter(|_| is_suffix)
}

/// Whether there is another process of this number. Where the system does not tell, the lock alone counts.
fn is_alive(process: u32) -> bool {
    process != std::process::id() && Path::new("/proc").join(process.to_string()).exists()
}

fn is_locked(path: &Path) -> bool {
    File::open(path).is_ok_and(|file| file.try_lock().is_err())
}

#[cfg(test)]
mod tests {
    use super::owner;

    #[test]
    fn names() {
        assert_eq!(owner(".web_flows.txt.tmp12", "web"), Some(12));
        assert_eq!(owner(".web.tsv.tmp12", "web"), Some(12));
        assert_eq!(owner(".web2_flows.txt.tmp12", "web"), None, "another prefix");
        assert_eq!(owner(".web_flows.txt.tmp", "web"), None);
        assert_eq!(owner("web_flows.txt.tmp12", "web"), None);
        assert_eq!(owner(".any.tmp7", ""), Some(7));
        assert_eq!(owner(".web-0730_flows.txt.tmp7", "web-%H%M"), Some(7));
        assert_eq!(owner(".dns-0730_flows.txt.tmp7", "web-%H%M"), None);
        assert_eq!(owner(".any.tmp7", "%H%M"), None, "nothing tells whose it is");
    }
}
