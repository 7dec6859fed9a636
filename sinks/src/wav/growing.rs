//! Files that grow for a long time, any number of them at once: open only while something is written. Whatever happens, the file is
//! one that can be read: its header goes with each piece.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::PathBuf;

use flowz_api::sink::{Destination, SinkError};

/// Bytes of silence that are written at once.
const BLOCK: usize = 1 << 13;

/// A file that is not complete yet. Its name is another one until it is; dropped before, it disappears.
#[derive(Debug)]
pub(super) struct Growing {
    path: PathBuf,
    temporary: PathBuf,
    /// What is not in the file yet.
    pending: Vec<u8>,
    /// Bytes in the file, 0 as long as there is none.
    written: u64,
    /// It has its name.
    is_complete: bool,
}

impl Growing {
    /// A file of this name; none is made before something is to be written.
    pub(super) fn new(path: PathBuf, to: &Destination) -> Result<Self, SinkError> {
        to.claim(&path)?;
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(format!(".tmp{}", std::process::id()));
        let temporary = path.with_file_name(name);
        Ok(Self { path, temporary, pending: Vec::new(), written: 0, is_complete: false })
    }

    /// Appends bytes; they may stay in memory.
    pub(super) fn append(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// Where bytes can be appended.
    pub(super) fn pending(&mut self) -> &mut Vec<u8> {
        &mut self.pending
    }

    /// Bytes that have been appended so far.
    pub(super) fn len(&self) -> u64 {
        self.written + self.pending.len() as u64
    }

    /// Appends so many bytes of silence, in pieces.
    pub(super) fn fill(&mut self, octet: u8, mut count: u64) -> Result<(), SinkError> {
        while count > 0 {
            let now = count.min(BLOCK as u64);
            self.pending.resize(self.pending.len() + now as usize, octet);
            count -= now;
            if self.pending.len() >= BLOCK {
                self.write(&[])?;
            }
        }
        Ok(())
    }

    /// Writes all that waits; `header` replaces the first bytes.
    pub(super) fn write(&mut self, header: &[u8]) -> Result<(), SinkError> {
        let written = self.open().and_then(|mut file| {
            file.seek(SeekFrom::Start(self.written))?;
            file.write_all(&self.pending)?;
            file.seek(SeekFrom::Start(0))?;
            file.write_all(header)
        });
        written.map_err(|error| SinkError::io("write", &self.path, error))?;
        self.written += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        if self.written > 0 {
            return options.write(true).open(&self.temporary);
        }
        options.write(true).create_new(true);
        let opened = options.open(&self.temporary);
        match (&opened, self.path.parent()) {
            (Err(error), Some(folder)) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(folder)?;
            }
            // Left behind by a process that died and had our number.
            (Err(error), _) if error.kind() == ErrorKind::AlreadyExists => {
                fs::remove_file(&self.temporary)?;
            }
            _ => return opened,
        }
        options.open(&self.temporary)
    }

    /// All is there: writes what waits, and the file gets its name. Yields where it is.
    pub(super) fn finish(mut self, header: &[u8]) -> Result<PathBuf, SinkError> {
        self.write(header)?;
        let named = fs::rename(&self.temporary, &self.path);
        named.map_err(|error| SinkError::io("create", &self.path, error))?;
        self.is_complete = true;
        Ok(self.path.clone())
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        if !self.is_complete && self.written > 0 {
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::sink::Destination;

    use super::Growing;
    use crate::test_support::{TempDir, names};

    #[test]
    fn grows_with_its_header_and_gets_its_name() {
        let dir = TempDir::new("growing");
        let mut file = Growing::new(dir.path("a.wav"), &Destination::default()).unwrap();
        assert!(names(&dir).is_empty());
        file.append(b"HEADabc");
        file.write(b"1234").unwrap();
        let temporary = format!(".a.wav.tmp{}", std::process::id());
        assert_eq!(
            (names(&dir), dir.read(&temporary)),
            (vec![temporary.clone()], "1234abc".into())
        );
        file.append(b"de");
        file.fill(b'.', 20_000).unwrap();
        assert_eq!(file.len(), 20_009);
        file.finish(b"5678").unwrap();
        assert_eq!(names(&dir), ["a.wav"]);
        let text = dir.read("a.wav");
        assert!(text.starts_with("5678abcde...") && text.len() == 20_009);
    }

    #[test]
    fn leaves_nothing_when_dropped() {
        let dir = TempDir::new("growing-dropped");
        let mut file = Growing::new(dir.path("x/a.wav"), &Destination::default()).unwrap();
        file.append(b"abc");
        file.write(b"").unwrap();
        drop(file);
        assert_eq!(std::fs::read_dir(dir.path("x")).unwrap().count(), 0);
    }

    #[test]
    fn what_another_process_has_left_goes() {
        let dir = TempDir::new("growing-left");
        std::fs::write(dir.path(&format!(".a.wav.tmp{}", std::process::id())), "longer").unwrap();
        let mut file = Growing::new(dir.path("a.wav"), &Destination::default()).unwrap();
        file.append(b"abc");
        file.finish(b"").unwrap();
        assert_eq!(dir.read("a.wav"), "abc");
    }

    #[test]
    fn a_folder_that_cannot_be_made() {
        let dir = TempDir::new("growing-folder");
        std::fs::write(dir.path("x"), "a file").unwrap();
        let mut file = Growing::new(dir.path("x/a.wav"), &Destination::default()).unwrap();
        file.append(b"abc");
        let told = file.write(b"").unwrap_err().to_string();
        assert!(told.starts_with("cannot write '") && told.ends_with("x/a.wav'"), "{told}");
    }
}
