//! A slice on its way out: as pcap, or as pcapng with its interfaces.

use std::io::Write;
use std::path::Path;

use flowz_api::packet::Packet;
use flowz_capture::{Interface, PcapWriter, PcapngWriter, WriteError};

use crate::source::Source;

/// The formats that are written.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Format {
    /// One link type.
    #[default]
    Pcap,
    /// A link type, a resolution and a name for each interface.
    Pcapng,
}

impl Format {
    /// The format that a file's name stands for.
    pub fn of_name(path: &Path) -> Self {
        let is_pcapng = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("pcapng"));
        if is_pcapng { Self::Pcapng } else { Self::Pcap }
    }
}

/// Writes the packets of a slice.
#[derive(Debug)]
pub struct Output<W> {
    writer: Writer<W>,
    packets: u64,
}

#[derive(Debug)]
enum Writer<W> {
    Pcap(PcapWriter<W>),
    Pcapng(PcapngWriter<W>),
}

/// How files for the packets of some captures begin.
#[derive(Clone, Debug)]
pub struct Header {
    format: Format,
    /// Of pcap one for all.
    interfaces: Vec<Interface>,
}

impl Header {
    /// For the packets of these captures.
    ///
    /// # Errors
    ///
    /// [`WriteError::LinkType`] if they do not fit into the format.
    pub fn new(format: Format, sources: &[Source]) -> Result<Self, WriteError> {
        let all = with_packets(sources).map(Source::interface);
        let interfaces = match format {
            Format::Pcap => vec![common(all)?],
            Format::Pcapng => all.collect(),
        };
        Ok(Self { format, interfaces })
    }

    /// Begins a file.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`].
    pub fn begin<W: Write>(&self, out: W) -> Result<Output<W>, WriteError> {
        let writer = match self.format {
            Format::Pcap => {
                let common = self.interfaces.first().cloned().unwrap_or_default();
                Writer::Pcap(PcapWriter::new(out, &common)?)
            }
            Format::Pcapng => {
                let mut writer = PcapngWriter::new(out)?;
                self.interfaces.iter().try_for_each(|interface| writer.describe(interface))?;
                Writer::Pcapng(writer)
            }
        };
        Ok(Output { writer, packets: 0 })
    }
}

impl<W: Write> Output<W> {
    /// Begins a file for the packets of these captures.
    ///
    /// # Errors
    ///
    /// [`WriteError::LinkType`] if they do not fit into the format.
    pub fn new(out: W, format: Format, sources: &[Source]) -> Result<Self, WriteError> {
        Header::new(format, sources)?.begin(out)
    }

    /// Writes a packet of a capture.
    ///
    /// # Errors
    ///
    /// [`WriteError`].
    pub fn packet(&mut self, packet: &Packet<'_>, source: &Source) -> Result<(), WriteError> {
        self.packets += 1;
        match &mut self.writer {
            Writer::Pcap(writer) => writer.packet(packet),
            Writer::Pcapng(writer) => writer.packet(&source.interface_of_packet(packet), packet),
        }
    }

    /// Packets that were written.
    pub fn packets(&self) -> u64 {
        self.packets
    }

    /// Packets whose nanoseconds were cut off.
    pub fn cut_times(&self) -> u64 {
        match &self.writer {
            Writer::Pcap(writer) => writer.cut_times(),
            Writer::Pcapng(_) => 0,
        }
    }

    /// Where the bytes go.
    pub fn get_ref(&self) -> &W {
        match &self.writer {
            Writer::Pcap(writer) => writer.get_ref(),
            Writer::Pcapng(writer) => writer.get_ref(),
        }
    }

    /// Where the bytes go.
    pub fn get_mut(&mut self) -> &mut W {
        match &mut self.writer {
            Writer::Pcap(writer) => writer.get_mut(),
            Writer::Pcapng(writer) => writer.get_mut(),
        }
    }

    /// Where the bytes went.
    pub fn into_inner(self) -> W {
        match self.writer {
            Writer::Pcap(writer) => writer.into_inner(),
            Writer::Pcapng(writer) => writer.into_inner(),
        }
    }
}

/// Captures without packets have no say, unless all are.
fn with_packets(sources: &[Source]) -> impl Iterator<Item = &Source> {
    let has_any = sources.iter().any(|source| source.first().is_some());
    sources.iter().filter(move |source| !has_any || source.first().is_some())
}

/// One interface for all captures: their link type, the longest snap length, the finest resolution.
fn common(mut all: impl Iterator<Item = Interface>) -> Result<Interface, WriteError> {
    let first = all.next().unwrap_or_default();
    all.try_fold(first, |common, other| {
        if common.link != other.link {
            let (of_file, of_packet) = (common.link, other.link);
            return Err(WriteError::LinkType { of_file, of_packet });
        }
        Ok(Interface {
            snap_len: common.snap_len.max(other.snap_len),
            resolution: common.resolution.max(other.resolution),
            ..common
        })
    })
}
