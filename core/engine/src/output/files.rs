//! Files that plugins write: contents of flows, in a folder beside the tables, and files about the run.
//!
//! A plugin's files lie in `PREFIX_files/PLUGIN/`. Names come from captures, so they are made safe. A file is
//! complete or absent: it has another name until the run is over. What cannot be written, because the disk is
//! full or a limit is reached, is counted, and its file is absent.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flowz_api::Checkpoint;
use flowz_api::settings::CoreToggles;
use flowz_api::sink::Destination;

/// Files that are open at once; the one that was opened first is closed for a new one.
const OPEN: usize = 64;
/// Bytes of a file that are written at once: contents come in pieces of a packet.
const AT_ONCE: usize = 1 << 16;
/// Most bytes of a file's name.
const NAME: usize = 150;

/// What became of the files of plugins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct FileCounts {
    /// Complete files.
    pub files: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Times that something was left out because a limit was reached: the file is absent.
    pub limited: u64,
    /// Files that are absent: they could not be written.
    pub failed: u64,
}

/// The files of all plugins.
#[derive(Debug)]
pub struct PluginFiles {
    plugins: Vec<&'static str>,
    folder: PathBuf,
    destination: Destination,
    /// By plugin and name.
    files: BTreeMap<(u16, String), State>,
    /// Those that are open, the one that was opened first in front.
    open: Vec<((u16, String), BufWriter<File>)>,
    most_files: usize,
    most_bytes: u64,
    bytes: u64,
    counts: FileCounts,
}

/// A file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// So many bytes are written under its other name.
    Growing(u64),
    /// It will be absent.
    Given,
}

impl PluginFiles {
    pub(super) fn new(
        plugins: Vec<&'static str>,
        core: &CoreToggles,
        destination: &Destination,
    ) -> Self {
        Self {
            plugins,
            folder: destination.file("_files"),
            destination: destination.clone(),
            files: BTreeMap::new(),
            open: Vec::new(),
            most_files: core.files_max as usize,
            most_bytes: u64::from(core.files_max_mb) << 20,
            bytes: 0,
            counts: FileCounts::default(),
        }
    }

    /// A period is over: its files get their names, and the next ones lie beside the tables of the next period.
    pub(super) fn rotate(&mut self, next: &Destination) {
        self.finish();
        self.folder = next.file("_files");
        self.destination = next.clone();
        self.bytes = 0;
    }

    /// Appends bytes to the file of a plugin.
    pub(super) fn append(&mut self, plugin: u16, name: &str, bytes: &[u8]) {
        let key = (plugin, safe(name));
        let state = match self.files.get(&key) {
            Some(State::Given) => return,
            Some(State::Growing(length)) => Some(*length),
            None => None,
        };
        let is_beyond = state.is_none() && self.files.len() >= self.most_files
            || self.bytes + bytes.len() as u64 > self.most_bytes;
        if is_beyond {
            self.counts.limited += 1;
            self.give_up(key);
        } else if self.write(&key, bytes, state.is_none()).is_ok() {
            self.bytes += bytes.len() as u64;
            self.files.insert(key, State::Growing(state.unwrap_or(0) + bytes.len() as u64));
        } else {
            self.counts.failed += 1;
            self.give_up(key);
        }
    }

    fn write(&mut self, key: &(u16, String), bytes: &[u8], is_new: bool) -> std::io::Result<()> {
        let open = self.open.iter().position(|(open, _)| open == key);
        let at = match open {
            Some(at) => at,
            None => {
                let path = self.path(key);
                if is_new {
                    self.destination.claim(&path).map_err(std::io::Error::other)?;
                }
                let path = temporary(&path);
                if let (true, Some(folder)) = (is_new, path.parent()) {
                    fs::create_dir_all(folder)?;
                }
                let mut options = OpenOptions::new();
                let file = options.create(true).write(true).append(!is_new).truncate(is_new);
                let file = file.open(path)?;
                // Tells later runs that somebody is at work on it; there are systems without locks.
                drop(file.try_lock());
                if self.open.len() >= OPEN {
                    self.close(0);
                }
                self.open.push((key.clone(), BufWriter::with_capacity(AT_ONCE, file)));
                self.open.len() - 1
            }
        };
        self.open[at].1.write_all(bytes)
    }

    /// Closes the file at a place among those that are open.
    fn close(&mut self, at: usize) {
        let (key, mut file) = self.open.remove(at);
        if file.flush().is_err() {
            // What is left of it cannot be written later either.
            drop(file.into_parts());
            self.counts.failed += 1;
            self.give_up(key);
        }
    }

    /// The file will be absent.
    fn give_up(&mut self, key: (u16, String)) {
        if let Some(at) = self.open.iter().position(|(open, _)| *open == key) {
            drop(self.open.remove(at).1.into_parts());
        }
        if let Some(State::Growing(length)) = self.files.get(&key) {
            self.bytes -= length;
            // It is absent in any case, under the name that users look for.
            drop(fs::remove_file(temporary(&self.path(&key))));
        }
        // A file that was never begun is not remembered: there may be any number of them.
        if self.files.contains_key(&key) {
            self.files.insert(key, State::Given);
        }
    }

    /// The run is over: files get their names.
    pub(super) fn finish(&mut self) {
        while !self.open.is_empty() {
            self.close(self.open.len() - 1);
        }
        for (key, state) in std::mem::take(&mut self.files) {
            let State::Growing(length) = state else { continue };
            let path = self.path(&key);
            if fs::rename(temporary(&path), path).is_ok() {
                self.counts.files += 1;
                self.counts.bytes += length;
            } else {
                self.counts.failed += 1;
            }
        }
    }

    /// None of them appears.
    pub(super) fn discard(&mut self) {
        self.open.drain(..).for_each(|(_, file)| drop(file.into_parts()));
        for key in std::mem::take(&mut self.files).into_keys() {
            drop(fs::remove_file(temporary(&self.path(&key))));
        }
    }

    /// A file about the run is absent: it could not be written.
    pub(super) fn note_failure(&mut self) {
        self.counts.failed += 1;
    }

    pub(super) fn counts(&self) -> FileCounts {
        self.counts
    }

    fn path(&self, (plugin, name): &(u16, String)) -> PathBuf {
        let plugin = self.plugins.get(usize::from(*plugin)).copied().unwrap_or("core");
        self.folder.join(plugin).join(name)
    }
}

/// Not finished: nothing stays behind but folders.
impl Drop for PluginFiles {
    fn drop(&mut self) {
        self.discard();
    }
}

/// A name without anything that leads elsewhere or means something to a shell or file system: letters, digits and
/// some signs stay, all else becomes `_`; never empty, never with a dot in front.
fn safe(name: &str) -> String {
    let good = |c: char| c.is_alphanumeric() || "-_.+=@,".contains(c);
    let mut safe: String = name.chars().map(|c| if good(c) { c } else { '_' }).collect();
    if safe.is_empty() || safe.starts_with('.') {
        safe.insert(0, '_');
    }
    let mut length = safe.len().min(NAME);
    while !safe.is_char_boundary(length) {
        length -= 1;
    }
    safe.truncate(length);
    safe
}

/// `.NAME.tmpPID` in the same directory.
pub(super) fn temporary(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".tmp{}", std::process::id()));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::{FileCounts, PluginFiles, safe};
    use flowz_api::settings::CoreToggles;
    use flowz_api::sink::Destination;
    use std::fs;
    use std::path::PathBuf;

    fn files(name: &str, core: &CoreToggles) -> (PathBuf, PluginFiles) {
        let folder =
            std::env::temp_dir().join(format!("flowz-files-{}-{name}", std::process::id()));
        drop(fs::remove_dir_all(&folder));
        fs::create_dir_all(&folder).unwrap();
        let to = Destination { prefix: folder.join("p"), ..Destination::default() };
        (folder.clone(), PluginFiles::new(vec!["one", "two"], core, &to))
    }

    #[test]
    fn complete_when_the_run_is_over() {
        let (folder, mut files) = files("complete", &CoreToggles::default());
        for n in 0..200 {
            files.append(0, &format!("f{n}"), b"ab");
        }
        files.append(0, "f0", b"c");
        files.append(1, "f0", b"d");
        let path = |plugin: &str| folder.join("p_files").join(plugin).join("f0");
        assert!(!path("one").exists());
        files.finish();
        assert_eq!(fs::read(path("one")).unwrap(), b"abc");
        assert_eq!(fs::read(path("two")).unwrap(), b"d");
        let counts = FileCounts { files: 201, bytes: 402, limited: 0, failed: 0 };
        assert_eq!(files.counts(), counts);
        assert_eq!(fs::read_dir(folder.join("p_files/one")).unwrap().count(), 200);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn limits() {
        let core = CoreToggles { files_max: 2, files_max_mb: 1, ..CoreToggles::default() };
        let (folder, mut files) = files("limits", &core);
        for name in ["a", "b", "c"] {
            files.append(0, name, b"12");
        }
        files.append(0, "b", &vec![0; 1 << 20]);
        files.append(0, "b", b"no more");
        files.finish();
        let counts = FileCounts { files: 1, bytes: 2, limited: 2, failed: 0 };
        assert_eq!(files.counts(), counts);
        assert_eq!(fs::read_dir(folder.join("p_files/one")).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_is_counted_and_absent() {
        let (folder, mut files) = files("failed", &CoreToggles::default());
        fs::write(folder.join("p_files"), "a file in the place of the folder").unwrap();
        files.append(0, "a", b"1");
        files.finish();
        assert_eq!(files.counts(), FileCounts { failed: 1, ..FileCounts::default() });
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_run_that_is_given_up_leaves_nothing() {
        let (folder, mut files) = files("dropped", &CoreToggles::default());
        files.append(0, "a", b"1");
        drop(files);
        assert_eq!(fs::read_dir(folder.join("p_files/one")).unwrap().count(), 0);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn names() {
        assert_eq!(safe("../../etc/passwd"), "_.._.._etc_passwd");
        assert_eq!([safe(""), safe(".x"), safe("a b\0c")], ["_", "_.x", "a_b_c"]);
        assert_eq!(safe("größe.txt"), "größe.txt");
        assert_eq!(safe(&"ä".repeat(200)).len(), 150);
    }
}
