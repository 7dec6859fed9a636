//! The file of the reports, `PREFIX_monitoring.txt`.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;

/// A file that is read while it is written; if nothing was written, it goes again.
#[derive(Debug)]
pub struct MonitorFile {
    path: PathBuf,
    file: File,
    is_empty: bool,
}

impl MonitorFile {
    /// An empty file in place of what was there.
    ///
    /// # Errors
    ///
    /// If it cannot be created.
    pub fn create(path: PathBuf) -> io::Result<Self> {
        Ok(Self { file: File::create(&path)?, path, is_empty: true })
    }
}

impl Write for MonitorFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.is_empty &= written == 0;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for MonitorFile {
    fn drop(&mut self) {
        // A device or pipe stays.
        if self.is_empty && self.file.metadata().is_ok_and(|found| found.is_file()) {
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MonitorFile;
    use std::fs;
    use std::io::Write;

    #[test]
    fn stays_only_if_something_is_in_it() {
        let path = std::env::temp_dir().join(format!("flowz-monitor-{}.txt", std::process::id()));
        drop(MonitorFile::create(path.clone()).unwrap());
        assert!(!path.exists());
        let mut file = MonitorFile::create(path.clone()).unwrap();
        writeln!(file, "a line").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "a line\n", "at once");
        drop(file);
        assert!(path.exists());
        fs::remove_file(path).unwrap();
    }
}
