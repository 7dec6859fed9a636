//! Writes the packets of interfaces to a capture while they are worked on (`--record`).

use std::ffi::OsStr;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use flowz_api::packet::Packet;
use flowz_capture::{Interface, PcapWriter, PcapngWriter, WriteError};
use flowz_runtime::Tap;

use crate::commands::slice::SliceFile;
use crate::log;
use crate::usage::wrong;

/// A capture that is complete when the run is over. What cannot be written ends it, and nothing else.
#[derive(Clone)]
pub(in crate::commands) struct Recorder(Arc<Mutex<State>>);

struct State {
    path: PathBuf,
    writer: Option<Writer>,
    packets: u64,
    /// Packets that are not in it, because one could not be written.
    missing: u64,
    failure: Option<WriteError>,
}

enum Writer {
    /// With the first packet comes the link type that the file has.
    Pcap(Box<Option<SliceFile>>, Option<Box<PcapWriter<SliceFile>>>),
    Pcapng(Box<PcapngWriter<SliceFile>>),
}

impl Recorder {
    /// A new file, or standard output if the path is `-`.
    pub(super) fn create(path: &Path) -> Result<Self> {
        let is_stdout = path == Path::new("-");
        let path = if is_stdout { Path::new("standard output") } else { path };
        let cannot = || format!("cannot write '{}'", path.display());
        if is_stdout && io::stdout().is_terminal() {
            return Err(wrong(
                "standard output is a terminal, and packets are no text: name a file with --record, or redirect it",
            ));
        }
        let file = if is_stdout { SliceFile::stdout()? } else { SliceFile::create(path)? };
        let is_pcap = path.extension().is_some_and(|end| end == OsStr::new("pcap"));
        let writer = if is_pcap {
            Writer::Pcap(Box::new(Some(file)), None)
        } else {
            Writer::Pcapng(Box::new(PcapngWriter::new(file).with_context(cannot)?))
        };
        let path = path.to_owned();
        let state = State { path, writer: Some(writer), packets: 0, missing: 0, failure: None };
        Ok(Self(Arc::new(Mutex::new(state))))
    }

    /// What the interfaces say of themselves stands in the file though no packet may come.
    pub(super) fn describe(&self, interfaces: &[Interface]) {
        self.with(|state| {
            let writer = state.writer.as_mut();
            let done = writer.map_or(Ok(()), |writer| writer.describe(interfaces));
            state.mind(done);
        });
    }

    /// The run is over: the file gets its name.
    pub(super) fn finish(&self) -> Result<()> {
        self.with(|state| {
            let path = state.path.display();
            if let Some(failure) = state.failure.take() {
                let missing = state.missing;
                return Err(failure).with_context(|| {
                    format!("'{path}' ends early, {missing} packets are not in it")
                });
            }
            let file = state.writer.take().map(Writer::into_inner);
            let named = file.flatten().map_or(Ok(()), SliceFile::finish);
            named.with_context(|| format!("cannot write '{path}'"))
        })
    }

    fn with<T>(&self, action: impl FnOnce(&mut State) -> T) -> T {
        action(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    /// After a failure nothing more is written; what is there stays.
    fn mind(&mut self, done: Result<(), WriteError>) {
        if let Err(failure) = done {
            let path = self.path.display();
            log::warning(&format!("'{path}' ends here, and the run goes on: {failure}"));
            self.missing += 1;
            self.failure = Some(failure);
            if let Some(file) = self.writer.take().and_then(Writer::into_inner) {
                // The failure is told; that of the name would say no more.
                drop(file.finish_early());
            }
        }
    }
}

impl Writer {
    fn packet(&mut self, interface: &Interface, packet: &Packet<'_>) -> Result<(), WriteError> {
        match self {
            Self::Pcapng(writer) => writer.packet(interface, packet),
            Self::Pcap(file, writer) => {
                if let Some(file) = file.take() {
                    *writer = Some(Box::new(PcapWriter::new(file, interface)?));
                }
                writer.as_mut().map_or(Ok(()), |writer| writer.packet(packet))
            }
        }
    }

    fn describe(&mut self, interfaces: &[Interface]) -> Result<(), WriteError> {
        match self {
            Self::Pcapng(writer) => interfaces.iter().try_for_each(|one| writer.describe(one)),
            Self::Pcap(file, writer) => {
                if let (Some(file), Some(first)) = (file.take(), interfaces.first()) {
                    *writer = Some(Box::new(PcapWriter::new(file, first)?));
                }
                Ok(())
            }
        }
    }

    fn flush(&mut self) -> Result<(), WriteError> {
        match self {
            Self::Pcapng(writer) => writer.get_mut().flush()?,
            Self::Pcap(_, Some(writer)) => writer.get_mut().flush()?,
            Self::Pcap(..) => {}
        }
        Ok(())
    }

    fn into_inner(self) -> Option<SliceFile> {
        match self {
            Self::Pcapng(writer) => Some(writer.into_inner()),
            Self::Pcap(file, writer) => writer.map(|writer| writer.into_inner()).or(*file),
        }
    }
}

impl Tap for Recorder {
    fn packet(&mut self, interface: &Interface, packet: &Packet<'_>) {
        self.with(|state| match &mut state.writer {
            None => state.missing += 1,
            Some(writer) => {
                let done = writer.packet(interface, packet);
                state.packets += 1;
                state.mind(done);
            }
        });
    }

    fn quiet(&mut self) {
        self.with(|state| {
            let done = state.writer.as_mut().map_or(Ok(()), Writer::flush);
            state.mind(done);
        });
    }
}
