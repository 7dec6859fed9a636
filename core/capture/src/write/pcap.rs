//! Classic pcap (draft-ietf-opsawg-pcap), little-endian, version 2.4.

use std::io::Write;

use flowz_api::packet::{LinkType, Packet};

use super::{Interface, Resolution, WriteError, length};

/// Magic number of files with microseconds.
const MICROS: u32 = 0xa1b2_c3d4;
/// Magic number of files with nanoseconds.
const NANOS: u32 = 0xa1b2_3c4d;

/// A pcap file that is being written.
#[derive(Debug)]
pub struct PcapWriter<W> {
    out: W,
    link: LinkType,
    resolution: Resolution,
    cut: u64,
}

impl<W: Write> PcapWriter<W> {
    /// Writes the file's header (section 4).
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`].
    pub fn new(mut out: W, interface: &Interface) -> Result<Self, WriteError> {
        let magic = if interface.resolution == Resolution::Nanos { NANOS } else { MICROS };
        let words = [magic, 4 << 16 | 2, 0, 0, interface.snap_len, u32::from(interface.link.0)];
        out.write_all(&words.map(u32::to_le_bytes).concat())?;
        Ok(Self { out, link: interface.link, resolution: interface.resolution, cut: 0 })
    }

    /// Writes a packet (section 5). Of its time what is finer than the file's resolution is cut off.
    ///
    /// # Errors
    ///
    /// [`WriteError`], with nothing written but for [`WriteError::Io`].
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> Result<(), WriteError> {
        if packet.link != self.link {
            return Err(WriteError::LinkType { of_file: self.link, of_packet: packet.link });
        }
        let time = WriteError::Time(packet.ts);
        let Ok(seconds) = u32::try_from(packet.ts.seconds()) else { return Err(time) };
        let (nanos, unit) = (packet.ts.subsec_nanos(), self.resolution.unit() as u32);
        self.cut += u64::from(!nanos.is_multiple_of(unit));
        let captured = length(packet.data.len())?;
        let mut header = [0; 16];
        for (bytes, word) in
            header.chunks_exact_mut(4).zip([seconds, nanos / unit, captured, packet.wire_len])
        {
            bytes.copy_from_slice(&word.to_le_bytes());
        }
        self.out.write_all(&header)?;
        self.out.write_all(packet.data)?;
        Ok(())
    }

    /// Packets whose time was cut to the file's resolution.
    pub fn cut_times(&self) -> u64 {
        self.cut
    }

    /// Where the bytes go.
    pub fn get_ref(&self) -> &W {
        &self.out
    }

    /// Where the bytes go. What is written there by others lies between packets.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Where the bytes went.
    pub fn into_inner(self) -> W {
        self.out
    }
}
