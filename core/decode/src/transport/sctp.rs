//! The chunks of an SCTP packet: RFC 9260, section 3; I-DATA: RFC 8260, section 2.1.

use flowz_api::layers::Layers;
use flowz_api::status::FlowStat;

use crate::bytes::{u8_at, u16_at, u32_at};

/// Bytes in front of the chunks: ports, verification tag, checksum.
const COMMON_HEADER: usize = 12;
/// Type, flags and length of a chunk.
const CHUNK_HEADER: usize = 4;
const DATA: u8 = 0;
const I_DATA: u8 = 64;

/// The verification tag of a packet; 0 where it was not captured.
pub fn tag(layers: &Layers, data: &[u8]) -> u32 {
    u32_at(layers.layer4(data), 4).unwrap_or(0)
}

/// A part of a packet: the user data of one DATA chunk, or all control chunks up to the next one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Part {
    /// Whether it is user data.
    pub is_data: bool,
    /// Stream of the data; 0 for control chunks, which belong to the association.
    pub stream: u16,
    /// First byte, counted from the end of the common header. Data begins behind the chunk's header,
    /// control chunks with theirs.
    pub at: u32,
    /// Bytes, without padding behind the last chunk; never beyond the packet's end.
    pub len: u32,
    /// [`FlowStat::STOPPED`] if a length lies: shorter than the chunk's header, or beyond the packet.
    pub status: FlowStat,
}

/// The parts of a packet, in their order. Ends where nothing more was captured.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    /// Captured bytes behind the common header.
    chunks: &'a [u8],
    /// How many there were on the wire.
    end: usize,
    /// The next chunk.
    at: usize,
    /// I-DATA carries user data, too.
    interleaved: bool,
}

/// One chunk.
struct Chunk {
    /// Bytes with the header, not beyond the end.
    len: usize,
    /// Where the next one begins.
    next: usize,
    /// Bytes of the header and the stream, if this is user data.
    data: Option<(usize, u16)>,
    status: FlowStat,
}

impl<'a> Parts<'a> {
    /// The parts of a packet that is no fragment and whose layer 4 is SCTP. The reference knows no
    /// I-DATA.
    pub fn from_packet(layers: &Layers, data: &'a [u8], compat: bool) -> Self {
        let end = (layers.l4_len() as usize).saturating_sub(COMMON_HEADER);
        let chunks = layers.layer4(data).get(COMMON_HEADER..).unwrap_or(&[]);
        let chunks = &chunks[..chunks.len().min(end)];
        Self { chunks, end, at: 0, interleaved: !compat }
    }

    /// The chunk at `at`, if its header and, for user data, its stream were captured.
    fn chunk(&self, at: usize) -> Option<Chunk> {
        let kind = u8_at(self.chunks, at)?;
        let said = usize::from(u16_at(self.chunks, at + 2)?);
        let left = self.end.saturating_sub(at);
        let header = match kind {
            DATA => 16,
            I_DATA if self.interleaved => 20,
            _ => CHUNK_HEADER,
        };
        if said < header {
            // Where the next chunk begins is not known.
            return Some(Chunk {
                len: left,
                next: self.end,
                data: None,
                status: FlowStat::STOPPED,
            });
        }
        let status = if said > left { FlowStat::STOPPED } else { FlowStat::empty() };
        let data = match header {
            CHUNK_HEADER => None,
            _ => Some((header, u16_at(self.chunks, at + 8)?)),
        };
        let next = at + said.next_multiple_of(CHUNK_HEADER);
        Some(Chunk { len: said.min(left), next, data, status })
    }
}

impl Iterator for Parts<'_> {
    type Item = Part;

    fn next(&mut self) -> Option<Part> {
        let begin = self.at;
        let first = self.chunk(begin)?;
        self.at = first.next;
        if let Some((header, stream)) = first.data {
            let header = header.min(first.len);
            let (at, len) = ((begin + header) as u32, (first.len - header) as u32);
            return Some(Part { is_data: true, stream, at, len, status: first.status });
        }
        let (mut end, mut status) = (begin + first.len, first.status);
        while let Some(more) = self.chunk(self.at).filter(|c| c.data.is_none()) {
            end = self.at + more.len;
            status |= more.status;
            self.at = more.next;
        }
        let (at, len) = (begin as u32, (end - begin) as u32);
        Some(Part { is_data: false, stream: 0, at, len, status })
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::layers::Layers;
    use flowz_api::status::FlowStat;
    use proptest::prelude::*;

    use super::{Part, Parts, tag};

    const FINE: FlowStat = FlowStat::empty();
    const LIES: FlowStat = FlowStat::STOPPED;
    /// Ports 7 and 7, verification tag, checksum.
    const HEADER: [u8; 12] = [0, 7, 0, 7, 0, 0, 0x0e, 0xb0, 1, 2, 3, 4];
    /// Cumulative acknowledgement 1, window 4096.
    const SACK: [u8; 16] = [3, 0, 0, 16, 0, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 0];
    /// Stream 5, three bytes, one of padding.
    const DATA: [u8; 20] = [0, 3, 0, 19, 0, 0, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0, b'a', b'b', b'c', 0];
    /// Stream 6, two bytes, two of padding.
    const I_DATA: [u8; 24] =
        [64, 3, 0, 22, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, b'a', b'b', 0, 0];

    fn layers(wire: usize, captured: usize) -> Layers {
        Layers { l3_len: wire as u32, snap_l4_len: captured as u32, ..Layers::default() }
    }

    /// The parts of a packet with these chunks, of which so many bytes less were captured.
    fn cut(chunks: &[&[u8]], less: usize, compat: bool) -> Vec<Part> {
        let packet = [&HEADER[..], &chunks.concat()].concat();
        let captured = packet.len() - less;
        Parts::from_packet(&layers(packet.len(), captured), &packet[..captured], compat).collect()
    }

    fn parts(chunks: &[&[u8]]) -> Vec<Part> {
        cut(chunks, 0, false)
    }

    fn data(stream: u16, at: u32, len: u32) -> Part {
        Part { is_data: true, stream, at, len, status: FINE }
    }

    fn control(at: u32, len: u32, status: FlowStat) -> Part {
        Part { is_data: false, stream: 0, at, len, status }
    }

    #[test]
    fn chunks_of_a_packet() {
        assert_eq!(tag(&layers(12, 12), &HEADER), 0xeb0);
        assert_eq!(tag(&layers(12, 7), &HEADER[..7]), 0);
        assert_eq!(parts(&[]), []);
        assert_eq!(parts(&[&SACK]), [control(0, 16, FINE)]);
        assert_eq!(parts(&[&DATA, &DATA]), [data(5, 16, 3), data(5, 36, 3)]);
        // The last chunk of a packet may lack its padding.
        assert_eq!(parts(&[&DATA[..19]]), [data(5, 16, 3)]);
        let mixed = [&SACK[..], &SACK, &DATA, &SACK, &I_DATA];
        let expected =
            [control(0, 32, FINE), data(5, 48, 3), control(52, 16, FINE), data(6, 88, 2)];
        assert_eq!(parts(&mixed), expected);
        // The reference knows no I-DATA.
        let compat = [control(0, 32, FINE), data(5, 48, 3), control(52, 40 - 2, FINE)];
        assert_eq!(cut(&mixed, 0, true), compat);
        // A chunk without user data, which a sender must not make (section 3.3.1).
        let empty = [0, 3, 0, 16, 0, 0, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0];
        assert_eq!(parts(&[&empty]), [data(5, 16, 0)]);
    }

    #[test]
    fn lengths_that_lie() {
        for said in 0..4 {
            // Where the next chunk begins is not known: the rest is one part.
            let part = [control(0, 24, LIES)];
            assert_eq!(parts(&[&[9, 0, 0, said], &DATA]), part, "length {said}");
        }
        let mut short = DATA;
        short[3] = 15;
        assert_eq!(parts(&[&SACK, &short]), [control(0, 36, LIES)]);
        let mut long = DATA;
        long[2..4].copy_from_slice(&[0xff, 0xff]);
        assert_eq!(parts(&[&long]), [Part { status: LIES, ..data(5, 16, 4) }]);
        assert_eq!(parts(&[&SACK, &[9, 0, 0, 8]]), [control(0, 20, LIES)]);
        assert_eq!(parts(&[&SACK, &[9, 0]]), [control(0, 16, FINE)], "no header");
        // Shorter on the wire than its own header.
        assert_eq!(parts(&[&DATA[..10]]), [Part { status: LIES, ..data(5, 10, 0) }]);
    }

    #[test]
    fn what_was_not_captured() {
        let both = |less| cut(&[&DATA, &DATA], less, false);
        // Up to the stream, a chunk is known.
        assert_eq!(both(10), [data(5, 16, 3), data(5, 36, 3)]);
        assert_eq!(both(11), [data(5, 16, 3)]);
        assert_eq!(both(31), []);
        assert_eq!(cut(&[&SACK], 12, false), [control(0, 16, FINE)]);
        assert_eq!(cut(&[&SACK], 13, false), []);
        assert_eq!(cut(&[&SACK], 20, false), []);
    }

    proptest! {
        #[test]
        fn parts_are_in_order_and_inside(
            chunks in proptest::collection::vec(prop_oneof![Just(0_u8), 0..70_u8, any::<u8>()], 0..300),
            beyond in 0..50_usize,
            compat in any::<bool>(),
        ) {
            let packet = [&HEADER[..], &chunks].concat();
            let layers = layers(packet.len() + beyond, packet.len());
            let mut end = 0;
            for part in Parts::from_packet(&layers, &packet, compat) {
                prop_assert!(part.at >= end);
                end = part.at + part.len;
                prop_assert!(end as usize <= chunks.len() + beyond);
            }
        }
    }
}
