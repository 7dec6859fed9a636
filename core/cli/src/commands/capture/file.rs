//! A capture that is being written: others may read it meanwhile, and it never ends within a packet.

use std::fs::{File, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow};
use flowz_api::packet::Packet;
use flowz_capture::{Interface, InterfaceStatistics, PcapWriter, PcapngWriter, WriteError};

use crate::output::stdout_error;
use crate::usage::wrong;

/// Bytes of a write.
const BLOCK: usize = 256 << 10;

/// Kinds of files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Format {
    Pcap,
    Pcapng,
}

/// A capture that is being written.
pub(super) struct CaptureFile {
    writer: Writer,
    /// `-` for standard output.
    path: PathBuf,
    packets: u64,
}

enum Writer {
    Pcap(PcapWriter<Blocks>),
    Pcapng(PcapngWriter<Blocks>),
}

impl CaptureFile {
    /// Begins a file, with a description of all interfaces.
    pub(super) fn create(
        path: &Path,
        mode: u32,
        format: Format,
        interfaces: &[Interface],
    ) -> Result<Self> {
        let file = if path == Path::new("-") {
            stdout()?
        } else {
            let mut options = OpenOptions::new();
            let opened = options.write(true).create(true).truncate(true).mode(mode).open(path);
            opened.map_err(|error| anyhow!("cannot create '{}': {error}", path.display()))?
        };
        let out = Blocks::new(file);
        let failed = |error| failure(path, 0, error);
        let writer = match format {
            Format::Pcap => Writer::Pcap(PcapWriter::new(out, &interfaces[0]).map_err(failed)?),
            Format::Pcapng => {
                let mut writer = PcapngWriter::new(out).map_err(failed)?;
                for interface in interfaces {
                    writer.describe(interface).map_err(failed)?;
                }
                Writer::Pcapng(writer)
            }
        };
        let mut file = Self { writer, path: path.to_owned(), packets: 0 };
        file.flush()?;
        Ok(file)
    }

    fn out(&mut self) -> &mut Blocks {
        match &mut self.writer {
            Writer::Pcap(writer) => writer.get_mut(),
            Writer::Pcapng(writer) => writer.get_mut(),
        }
    }

    /// Its name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the file, with those that are still held.
    pub(super) fn size(&mut self) -> u64 {
        let out = self.out();
        out.written + out.held.len() as u64
    }

    /// Writes a packet of an interface.
    pub(super) fn packet(&mut self, interface: &Interface, packet: &Packet<'_>) -> Result<()> {
        let written = match &mut self.writer {
            Writer::Pcap(writer) => writer.packet(packet),
            Writer::Pcapng(writer) if packet.link == interface.link => {
                writer.packet(interface, packet)
            }
            Writer::Pcapng(writer) => {
                // It has come back as another one.
                writer.packet(&Interface { link: packet.link, ..interface.clone() }, packet)
            }
        };
        written.map_err(|error| failure(&self.path, 0, error))?;
        self.packets += 1;
        let out = self.out();
        out.ends.push(out.held.len());
        if out.held.len() >= BLOCK { self.flush() } else { Ok(()) }
    }

    /// Shows what is held to whoever reads the file.
    pub(super) fn flush(&mut self) -> Result<()> {
        let out = self.out();
        let Err(error) = out.write_out() else { return Ok(()) };
        let lost = out.ends.len() as u64;
        let there = self.packets - lost;
        Err(failure(&self.path, lost, error.into())
            .context(format!("the capture has ended with {there} packets in its last file")))
    }

    /// Completes the file with what was counted; classic pcap has no place for that.
    pub(super) fn finish(
        mut self,
        counts: impl IntoIterator<Item = (Interface, InterfaceStatistics)>,
    ) -> Result<()> {
        self.flush()?;
        if let Writer::Pcapng(writer) = &mut self.writer {
            for (interface, statistics) in counts {
                let written = writer.statistics(&interface, &statistics);
                written.map_err(|error| failure(&self.path, 0, error))?;
            }
        }
        self.flush()
    }
}

/// What it means that something could not be written.
fn failure(path: &Path, lost: u64, error: WriteError) -> anyhow::Error {
    let path = path.display();
    match error {
        WriteError::Io(error) if path.to_string() == "-" => stdout_error(&error),
        WriteError::Io(error) => {
            let more = if lost > 0 {
                format!("; {lost} packets that were captured are lost")
            } else {
                String::new()
            };
            anyhow!("cannot write '{path}': {error}{more}")
        }
        error => anyhow!("{error} (-n writes pcapng)"),
    }
}

/// Standard output, if that is no terminal.
fn stdout() -> Result<File> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        return Err(wrong(
            "standard output is a terminal, and a capture is no text: name a file with -w, or redirect it",
        ));
    }
    let copy = stdout.as_fd().try_clone_to_owned();
    copy.map(File::from).map_err(|error| stdout_error(&error))
}

/// Writes whole packets in large pieces.
struct Blocks {
    file: File,
    held: Vec<u8>,
    /// Where packets end in what is held.
    ends: Vec<usize>,
    /// Bytes in front of that.
    written: u64,
}

impl Write for Blocks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Blocks {
    fn new(file: File) -> Self {
        Self { file, held: Vec::with_capacity(BLOCK + (64 << 10)), ends: Vec::new(), written: 0 }
    }

    /// Writes what is held. If not all of it can be written, the file ends with the last whole packet, and those that are left are
    /// held.
    fn write_out(&mut self) -> io::Result<()> {
        let mut done = 0;
        let error = loop {
            if done == self.held.len() {
                self.written += done as u64;
                self.held.clear();
                self.ends.clear();
                return Ok(());
            }
            match self.file.write(&self.held[done..]) {
                Ok(0) => break io::ErrorKind::WriteZero.into(),
                Ok(count) => done += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => break error,
            }
        };
        let whole = self.ends.partition_point(|end| *end <= done);
        let kept = whole.checked_sub(1).map_or(0, |last| self.ends[last]);
        self.written += kept as u64;
        self.held.drain(..kept);
        self.ends.drain(..whole);
        for end in &mut self.ends {
            *end -= kept;
        }
        // A pipe or a device cannot be cut.
        let _ = self.file.set_len(self.written);
        Err(error)
    }
}
