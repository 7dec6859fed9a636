//! Recognises the format of an uncompressed file and sends each call to its reader.

use std::path::Path;

use flowz_api::packet::LinkType;

use crate::error::CaptureError;
use crate::file::pcap::Pcap;
use crate::file::pcapng::Pcapng;
use crate::file::record::{Record, Stop};
use crate::file::stream::Stream;
use crate::write::Interface;

/// The reader of the current file.
#[derive(Debug)]
pub(crate) enum Format {
    /// No file is open.
    None,
    Pcap(Pcap),
    Pcapng(Pcapng),
}

impl Format {
    /// Reads the beginning of a file up to where packets can follow.
    pub(crate) fn open(
        stream: &mut Stream,
        file: &Path,
        compat: bool,
    ) -> Result<Self, CaptureError> {
        let Some(&start) = stream.head::<4>() else {
            return Err(too_small(stream, file));
        };
        match u32::from_le_bytes(start) {
            magic if Pcap::knows(magic) => Pcap::open(stream, file, compat).map(Self::Pcap),
            magic if Pcapng::knows(magic) => Pcapng::open(stream, file, compat).map(Self::Pcapng),
            _ => Err(unknown(start, file)),
        }
    }

    /// Puts the next packet of the file into `record`. Each arm writes for itself: a result that
    /// the arms share is copied in larger pieces than it was written, and the copy waits.
    #[inline]
    pub(crate) fn next(&mut self, stream: &mut Stream, record: &mut Record) -> Result<(), Stop> {
        match self {
            Self::Pcap(reader) => *record = reader.next(stream)?,
            Self::Pcapng(reader) => *record = reader.next(stream)?,
            Self::None => return Err(Stop::END),
        }
        Ok(())
    }

    /// The stream is at another record of the file.
    pub(crate) fn go_on(&mut self, stream: &mut Stream) {
        if let Self::Pcap(reader) = self {
            reader.start(stream);
        }
    }

    /// How many things were described so far on which the meaning of packets depends, besides the beginning of the file.
    pub(crate) fn descriptions(&self) -> u64 {
        if let Self::Pcapng(reader) = self { reader.descriptions() } else { 0 }
    }

    /// Whether packets mean the same wherever reading began, if what is described is known.
    pub(crate) fn is_free_of_order(&self) -> bool {
        if let Self::Pcapng(reader) = self { !reader.has_untimed() } else { true }
    }

    /// Link type of the file, that of its first interface where there are several.
    pub(crate) fn link_type(&self) -> LinkType {
        match self {
            Self::Pcap(reader) => reader.link_type(),
            Self::Pcapng(reader) => reader.link_type(),
            Self::None => LinkType::NULL,
        }
    }

    /// Snap length of the file, that of its first interface where there are several, in bytes.
    pub(crate) fn snap_len(&self) -> u32 {
        match self {
            Self::Pcap(reader) => reader.snap_len(),
            Self::Pcapng(reader) => reader.snap_len(),
            Self::None => 0,
        }
    }

    /// What the file says of an interface by now; of one that it does not know what it says of itself.
    pub(crate) fn interface(&self, number: u32) -> Interface {
        let described = match self {
            Self::Pcap(reader) => Some(reader.interface()),
            Self::Pcapng(reader) => reader.interface_of(number),
            Self::None => None,
        };
        let (link, snap_len) = (self.link_type(), self.snap_len());
        described.unwrap_or(Interface { link, snap_len, ..Interface::default() })
    }
}

/// The error for a file of another format.
fn unknown(start: [u8; 4], file: &Path) -> CaptureError {
    let file = file.to_owned();
    match &start {
        [0xfd, b'7', b'z', b'X'] => CaptureError::Compression { file, program: "xz" },
        [b'B', b'Z', b'h', b'1'..=b'9'] => CaptureError::Compression { file, program: "bzip2" },
        _ => CaptureError::NotACapture { file, start: start.into() },
    }
}

/// The error for a file of less than four bytes.
fn too_small(stream: &mut Stream, file: &Path) -> CaptureError {
    if let Some(reason) = stream.take_failure() {
        return CaptureError::open(file, reason);
    }
    let file = file.to_owned();
    match stream.available() {
        0 => CaptureError::Empty(file),
        _ => CaptureError::NotACapture { file, start: stream.rest().to_vec() },
    }
}
