//! A TCP segment as it was captured.

use flowz_api::Checkpoint;
use flowz_api::packet::Timestamp;
use flowz_api::plugin::PacketView;

/// When and with which packet something came.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct Moment {
    /// Time of the packet.
    pub time: Timestamp,
    /// Number of the packet.
    pub number: u64,
}

/// A TCP segment.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Sequence number.
    pub seq: u32,
    /// Acknowledgement number, if the ACK bit is set.
    pub ack: Option<u32>,
    /// SYN.
    pub syn: bool,
    /// FIN.
    pub fin: bool,
    /// RST.
    pub rst: bool,
    /// Bytes of payload on the wire.
    pub len: u32,
    /// Those that were captured, from the first on.
    pub bytes: &'a [u8],
    /// When it came.
    pub at: Moment,
    /// VLAN identifier of the outermost tag, which tells where it was captured; 0 without a tag.
    pub tap: u16,
}

/// Bytes of a TCP header up to the flags.
const UP_TO_FLAGS: usize = 14;
const FIN: u8 = 0x01;
const SYN: u8 = 0x02;
const RST: u8 = 0x04;
const ACK: u8 = 0x10;

impl<'a> Segment<'a> {
    /// The segment in a packet; of a fragmented one only where the datagram is complete.
    pub fn from_packet(view: &PacketView<'a>) -> Option<Self> {
        let (layers, data) = (view.layers, view.packet.data);
        if !layers.is_tcp() {
            return None;
        }
        let at = Moment { time: view.packet.ts, number: view.number };
        let tap = outer_vlan(view);
        if let Some(datagram) = view.datagram {
            const TCP: u8 = 6;
            let header = usize::from(datagram.bytes.get(12)? >> 4) * 4;
            let payload = datagram.bytes.get(header.max(UP_TO_FLAGS)..)?;
            let segment = Self::new(datagram.bytes, payload.len() as u32, payload, at, tap);
            return segment.filter(|_| datagram.proto == TCP);
        }
        if !layers.is_first_fragment() || (layers.is_fragment() && view.run.core.reassemble) {
            return None;
        }
        let payload = layers.payload(data);
        Self::new(layers.layer4(data), layers.l7_len, payload, at, tap)
    }

    fn new(header: &[u8], len: u32, bytes: &'a [u8], at: Moment, tap: u16) -> Option<Self> {
        let header = header.first_chunk::<UP_TO_FLAGS>()?;
        let number = |at: usize| {
            let bytes = [header[at], header[at + 1], header[at + 2], header[at + 3]];
            u32::from_be_bytes(bytes)
        };
        let flags = header[13];
        let bytes = &bytes[..bytes.len().min(len as usize)];
        Some(Self {
            seq: number(4),
            ack: (flags & ACK != 0).then(|| number(8)),
            syn: flags & SYN != 0,
            fin: flags & FIN != 0,
            rst: flags & RST != 0,
            len,
            bytes,
            at,
            tap,
        })
    }

    /// Sequence number of the first byte of payload: a SYN takes one (RFC 9293, section 3.4).
    pub(crate) fn first_byte(&self) -> u32 {
        self.seq.wrapping_add(u32::from(self.syn))
    }
}

/// The VLAN identifier of the outermost tag, 0 without one.
fn outer_vlan(view: &PacketView<'_>) -> u16 {
    const IDENTIFIER: u16 = 0x0fff;
    // The number of tags may be left out of the flow's key and is 0 then.
    let at = view.layers.vlan as usize;
    if at == 0 {
        return 0;
    }
    let tag = view.packet.data.get(at..at + 2);
    tag.map_or(0, |tag| u16::from_be_bytes([tag[0], tag[1]]) & IDENTIFIER)
}
