//! A WAV file that grows.

use std::path::PathBuf;

use flowz_api::sink::SinkError;

use super::format::Format;
use super::growing::Growing;
use super::settings::Settings;

/// A file that grows.
#[derive(Debug)]
pub(super) struct Track {
    pub(super) file: Growing,
    format: Format,
    /// Bytes of the header.
    head: u64,
    /// When its first packet came.
    start: i64,
}

/// A file that is complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) format: Format,
    /// When its first packet came, in nanoseconds since 1970.
    pub(super) start: i64,
    /// Samples of each channel.
    pub(super) frames: u64,
    /// Bytes in front of them.
    pub(super) head: u64,
}

impl Track {
    /// An empty one.
    pub(super) fn new(mut file: Growing, format: Format, start: i64) -> Self {
        let header = format.header(0);
        file.append(&header);
        Self { file, format, head: header.len() as u64, start }
    }

    fn data(&self) -> u64 {
        self.file.len() - self.head
    }

    /// Whether so many bytes more of this kind may come.
    pub(super) fn takes(&self, format: Format, bytes: u64) -> bool {
        self.format == format && self.data().saturating_add(bytes) <= Format::MOST
    }

    /// Appends silence of so many frames.
    pub(super) fn silence(&mut self, frames: u64) -> Result<(), SinkError> {
        let bytes = frames * u64::from(self.format.frame());
        self.file.fill(self.format.silence(), bytes)
    }

    /// Writes what waits, if it is enough.
    pub(super) fn flush(&mut self, settings: &Settings) -> Result<(), SinkError> {
        if self.file.pending().len() < settings.at_once() {
            return Ok(());
        }
        let header = self.format.header(self.data());
        self.file.write(&header)
    }

    /// No more comes.
    pub(super) fn finish(mut self) -> Result<Part, SinkError> {
        let data = self.data();
        if data % 2 == 1 {
            self.file.append(&[0]);
        }
        let Self { file, format, head, start } = self;
        let path = file.finish(&format.header(data))?;
        Ok(Part { path, format, start, frames: data / u64::from(format.frame()), head })
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::sink::Destination;

    use super::Track;
    use crate::test_support::TempDir;
    use crate::wav::format::{Format, Kind};
    use crate::wav::growing::Growing;

    #[test]
    fn an_odd_number_of_octets_has_one_more_behind() {
        let dir = TempDir::new("track");
        let format = Format { kind: Kind::ALaw, rate: 8000, channels: 1 };
        let file = Growing::new(dir.path("a.wav"), &Destination::default()).unwrap();
        let mut track = Track::new(file, format, 7);
        track.file.append(&[1, 2]);
        track.silence(1).unwrap();
        assert!(!track.takes(Format { rate: 16_000, ..format }, 0));
        assert!(track.takes(format, 5) && !track.takes(format, u64::MAX));
        let part = track.finish().unwrap();
        assert_eq!((part.frames, part.start), (3, 7));
        let bytes = std::fs::read(dir.path("a.wav")).unwrap();
        assert_eq!(bytes, [&format.header(3)[..], &[1, 2, 0xd5, 0]].concat());
    }
}
