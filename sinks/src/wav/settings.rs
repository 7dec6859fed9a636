//! What all sources have in common.

use std::path::PathBuf;

use flowz_api::sink::{Destination, SinkError};

use super::growing::Growing;
use super::order::Window;
use super::toggles::WavToggles;

/// Most bytes that wait to be written, of all sources; and those of one.
const MOST_PENDING: usize = 64 << 20;
const AT_ONCE: usize = 32 << 10;
/// Bytes that are written at once if there are very many sources.
const LEAST: usize = 512;

/// Settings of the run and limits.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) window: Window,
    pub(super) keeps_law: bool,
    pub(super) fills: bool,
    pub(super) dumps: bool,
    /// Longest silence in nanoseconds.
    pub(super) longest: i64,
    /// Sources that are alive.
    pub(super) alive: usize,
    /// Files that may still be made.
    files: u32,
    to: Destination,
    folder: PathBuf,
}

impl Settings {
    pub(super) fn new(toggles: &WavToggles, to: &Destination) -> Self {
        let nanos = i64::from(toggles.window_time) * 1_000_000;
        Self {
            window: Window { packets: toggles.window.into(), nanos },
            keeps_law: toggles.keeps_law,
            fills: toggles.fills,
            dumps: toggles.dumps,
            longest: i64::from(toggles.longest) * 1_000_000_000,
            alive: 0,
            files: toggles.most_files,
            to: to.clone(),
            folder: to.file("_wav"),
        }
    }

    /// A new file; none if there are too many.
    pub(super) fn file(&mut self, name: &str, end: &str) -> Result<Option<Growing>, SinkError> {
        let Some(left) = self.files.checked_sub(1) else { return Ok(None) };
        self.files = left;
        Growing::new(self.folder.join(format!("{name}.{end}")), &self.to).map(Some)
    }

    /// So many bytes of a file are written at once.
    pub(super) fn at_once(&self) -> usize {
        (MOST_PENDING / self.alive.max(1)).clamp(LEAST, AT_ONCE)
    }

    /// Writes what waits for a file, if it is enough.
    pub(super) fn flush(&self, file: &mut Growing, header: &[u8]) -> Result<(), SinkError> {
        if file.pending().len() < self.at_once() { Ok(()) } else { file.write(header) }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::sink::Destination;
    use flowz_api::toggles::Toggles;

    use super::{MOST_PENDING, Settings, WavToggles};

    #[test]
    fn memory_and_files_are_bounded() {
        let toggles = WavToggles { most_files: 2, ..WavToggles::default() };
        let _ = WavToggles::TABLE;
        let mut settings = Settings::new(&toggles, &Destination::default());
        for alive in [0, 1, 100, 2048, 10_000, 100_000] {
            settings.alive = alive;
            assert!(settings.at_once() * alive <= MOST_PENDING, "{alive}");
        }
        assert!(settings.file("a", "wav").unwrap().is_some());
        assert!(settings.file("b", "wav").unwrap().is_some());
        assert!(settings.file("c", "wav").unwrap().is_none());
    }
}
