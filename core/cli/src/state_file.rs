//! The file that a run's state is kept in for the next run.
//!
//! Eight bytes that say what it is, the version of the format as 32 bits, little-endian, and an LZ4 frame with a checksum over all of its
//! content: lines about the run that wrote it, which those of the run that reads it must equal, and the engine's state.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use flowz_api::checkpoint::{Checkpoint, Reader, Writer};
use flowz_api::sink::SinkError;
use flowz_engine::{Engine, StateFile};
use lz4_flex::frame::{FrameDecoder, FrameEncoder, FrameInfo};

use crate::log_file::LogFile;

/// The first bytes.
const MAGIC: [u8; 8] = *b"flowzrun";
/// The version of the format.
const VERSION: u32 = 1;
/// The build whose types are in a file.
const BUILD: &str = concat!(env!("CARGO_PKG_VERSION"), ", build ", env!("FLOWZ_STATE_SOURCES"));

/// A file that is being written.
pub(crate) struct NewState {
    path: PathBuf,
    frame: FrameEncoder<LogFile>,
}

impl NewState {
    /// Begins a file with lines about the run.
    pub(crate) fn create(path: &Path, lines: &[String]) -> Result<Self> {
        let action = || format!("cannot write the checkpoint '{}'", path.display());
        let mut file = LogFile::create(path).with_context(action)?;
        let head = [&MAGIC[..], &VERSION.to_le_bytes()].concat();
        file.write_all(&head).with_context(action)?;
        let info = FrameInfo::new().content_checksum(true);
        let frame = FrameEncoder::with_frame_info(info, file);
        let mut state = Self { path: path.to_owned(), frame };
        let mut out = Writer::new(&mut state);
        BUILD.to_owned().save(&mut out);
        lines.to_vec().save(&mut out);
        out.finish().with_context(action)?;
        Ok(state)
    }
}

impl Write for NewState {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.write(bytes)
    }

    /// The file gets its name when it is complete, and not before.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl StateFile for NewState {
    fn path(&self) -> &Path {
        &self.path
    }

    fn complete(self: Box<Self>) -> Result<(), SinkError> {
        let Self { path, frame } = *self;
        let failed = |source: io::Error| SinkError::io("write", &path, source);
        let mut file = frame.finish().map_err(|error| failed(error.into()))?;
        file.flush().map_err(failed)
    }
}

/// Reads the state of an earlier run, which lines about this run must describe too, into an engine that is about to get its first
/// packet.
pub(crate) fn resume(path: &Path, lines: &[String], engine: &mut Engine) -> Result<()> {
    let name = path.display();
    let bytes = read(path)?;
    let mut from = Reader::new(&bytes);
    let damaged = |why| {
        anyhow!("the checkpoint '{name}' is damaged: {why}; go on with an older one, or begin anew")
    };
    let build = String::load(&mut from).map_err(damaged)?;
    if build != BUILD {
        bail!(
            "the checkpoint '{name}' was written by flowz {build}, and this is {BUILD}: go on with that program, or begin anew"
        );
    }
    let theirs = Vec::<String>::load(&mut from).map_err(damaged)?;
    if let Some(difference) = difference(&theirs, lines) {
        bail!(
            "the checkpoint '{name}' is of a run with other settings: {difference}; go on with the same, or begin anew"
        );
    }
    engine.resume(&mut from).map_err(damaged)
}

/// The content of a file, whole.
fn read(path: &Path) -> Result<Vec<u8>> {
    let name = path.display();
    let action = || format!("cannot read the checkpoint '{name}'");
    let mut file = File::open(path).with_context(action)?;
    let mut head = Vec::new();
    (&mut file).take(MAGIC.len() as u64 + 4).read_to_end(&mut head).with_context(action)?;
    let version = head.strip_prefix(&MAGIC).and_then(|version| version.try_into().ok());
    match version.map(u32::from_le_bytes) {
        None => bail!("'{name}' is no checkpoint: name a file that --checkpoint has written"),
        Some(VERSION) => {}
        Some(version) => bail!(
            "the checkpoint '{name}' has version {version} of the format, and this flowz knows {VERSION}: go on with the program that wrote it"
        ),
    }
    let mut bytes = Vec::new();
    let whole = FrameDecoder::new(file).read_to_end(&mut bytes);
    whole.with_context(|| {
        format!("the checkpoint '{name}' is damaged, go on with an older one, or begin anew")
    })?;
    Ok(bytes)
}

/// The first difference between the settings of two runs.
fn difference(theirs: &[String], ours: &[String]) -> Option<String> {
    let only = |some: &[String], others: &[String]| {
        some.iter().find(|line| !others.contains(line)).cloned()
    };
    match (only(theirs, ours), only(ours, theirs)) {
        (None, None) => (theirs != ours).then(|| "the order of plugins is another".to_owned()),
        (Some(line), None) => Some(format!("it had {line}")),
        (None, Some(line)) => Some(format!("this one has {line}")),
        (Some(theirs), Some(ours)) => Some(format!("it had {theirs}, this one has {ours}")),
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_is_named() {
        let lines = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let between = |theirs, ours| difference(&lines(theirs), &lines(ours));
        assert_eq!(between("a b", "a b"), None);
        assert_eq!(between("a b c", "a c").as_deref(), Some("it had b"));
        assert_eq!(between("a", "a b").as_deref(), Some("this one has b"));
        assert_eq!(between("a x=1", "a x=2").as_deref(), Some("it had x=1, this one has x=2"));
        assert_eq!(between("a b", "b a").as_deref(), Some("the order of plugins is another"));
    }
}
