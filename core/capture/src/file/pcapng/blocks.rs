//! Blocks: byte order, length checks (section 3.1), and the three kinds of blocks that hold a
//! packet (sections 4.3, 4.4 and appendix A).

use flowz_api::packet::Timestamp;

use super::interface::Interface;
use super::{ENHANCED_PACKET, OBSOLETE_PACKET, Pcapng, SIMPLE_PACKET};
use crate::file::damage::DamageKind;
use crate::file::record::{MAX_RECORD, Record, Stop, truncated};
use crate::file::search::SEARCH_WINDOW;
use crate::file::stream::Stream;

/// Byte-order mark of a section, as its writer sees it.
const MARK: u32 = 0x1a2b_3c4d;

/// Bytes of a block without its body: type, length, and the length again at the end.
pub(super) const FRAME: u32 = 12;

/// Bytes between the type of a packet block with time and the packet.
const PACKET_HEAD: u32 = 28;

/// Byte order of a section.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) enum ByteOrder {
    #[default]
    Little,
    Big,
}

impl ByteOrder {
    /// The order in which `mark`, read as a little-endian number, is the byte-order mark.
    pub(super) fn from_mark(mark: u32) -> Option<Self> {
        match mark {
            MARK => Some(Self::Little),
            _ if mark.swap_bytes() == MARK => Some(Self::Big),
            _ => None,
        }
    }

    /// Two bytes as a number. Callers look at blocks whose length they have checked.
    #[inline]
    pub(super) fn u16(self, bytes: &[u8], at: usize) -> u16 {
        let number = u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        if self == Self::Big { number.swap_bytes() } else { number }
    }

    /// Four bytes as a number.
    #[inline]
    pub(super) fn u32(self, bytes: &[u8], at: usize) -> u32 {
        let number = u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if self == Self::Big { number.swap_bytes() } else { number }
    }

    /// Eight bytes as a number.
    pub(super) fn u64(self, bytes: &[u8], at: usize) -> u64 {
        let (first, second) = (self.u32(bytes, at), self.u32(bytes, at + 4));
        let (high, low) = if self == Self::Big { (first, second) } else { (second, first) };
        u64::from(high) << 32 | u64::from(low)
    }

    /// Steps over a block of any length.
    pub(super) fn skip(self, stream: &mut Stream, block: u32, length: u32) -> Result<(), Stop> {
        if length < FRAME || !length.is_multiple_of(4) {
            return Err(Stop::damage(DamageKind::BlockLength { block, length }));
        }
        if length as usize <= SEARCH_WINDOW {
            self.whole(stream, block, length, FRAME)?;
            stream.consume(length as usize);
            return Ok(());
        }
        let (offset, front) = (stream.offset(), u64::from(length - 4));
        let skipped = stream.skip(front);
        let result = if skipped == front && stream.have(4) {
            self.check_trailer(stream.rest(), 0, block, length)
        } else {
            Err(truncated(stream, |rest| cut_block(block, skipped + rest, length)))
        };
        match result {
            Ok(()) => {
                stream.consume(4);
                Ok(())
            }
            Err(stop) => {
                // With nothing left it looks like the end, but the block has begun.
                let cut = || cut_block(block, skipped, length);
                Err(Stop::damage_at(offset, stop.into_kind().unwrap_or_else(cut)))
            }
        }
    }

    /// A block of at least `least` bytes in full, not consumed.
    #[inline]
    pub(super) fn whole(
        self,
        stream: &mut Stream,
        block: u32,
        length: u32,
        least: u32,
    ) -> Result<&[u8], Stop> {
        if length < least || length > MAX_RECORD || !length.is_multiple_of(4) {
            return Err(Stop::damage(DamageKind::BlockLength { block, length }));
        }
        if !stream.have(length as usize) {
            return Err(truncated(stream, |have| cut_block(block, have, length)));
        }
        let bytes = &stream.rest()[..length as usize];
        self.check_trailer(bytes, length as usize - 4, block, length)?;
        Ok(bytes)
    }

    /// The length at the end of a block must be that at its head.
    #[inline]
    fn check_trailer(self, bytes: &[u8], at: usize, block: u32, length: u32) -> Result<(), Stop> {
        match self.u32(bytes, at) {
            trailer if trailer == length => Ok(()),
            trailer => Err(Stop::damage(DamageKind::BlockTrailer { block, length, trailer })),
        }
    }
}

/// The damage for a block of which `have` bytes are there.
pub(super) fn cut_block(block: u32, have: u64, want: u32) -> DamageKind {
    let want = u64::from(want);
    match block {
        ENHANCED_PACKET | OBSOLETE_PACKET | SIMPLE_PACKET => DamageKind::Cut { have, want },
        _ => DamageKind::CutBlock { block, have, want },
    }
}

impl Pcapng {
    /// A packet with time and interface.
    #[inline]
    pub(super) fn enhanced_packet(
        &mut self,
        stream: &mut Stream,
        length: u32,
    ) -> Result<Record, Stop> {
        let order = self.order;
        let block = order.whole(stream, ENHANCED_PACKET, length, PACKET_HEAD + 4)?;
        let interface = order.u32(block, 8);
        self.timed(stream, length, interface)
    }

    /// The old packet block: half the bits of the interface number count lost packets instead.
    pub(super) fn obsolete_packet(
        &mut self,
        stream: &mut Stream,
        length: u32,
    ) -> Result<Record, Stop> {
        let order = self.order;
        let block = order.whole(stream, OBSOLETE_PACKET, length, PACKET_HEAD + 4)?;
        let interface = u32::from(order.u16(block, 8));
        self.timed(stream, length, interface)
    }

    /// What the two blocks with a time have in common; the block is at hand in full.
    #[inline]
    fn timed(&mut self, stream: &mut Stream, length: u32, interface: u32) -> Result<Record, Stop> {
        let (order, block) = (self.order, stream.rest());
        let described = self.described(interface)?;
        let units = u64::from(order.u32(block, 12)) << 32 | u64::from(order.u32(block, 16));
        let (captured, wire_len) = (order.u32(block, 20), order.u32(block, 24));
        let wire_len = self.wire_length.of(wire_len, captured);
        let room = length - PACKET_HEAD - 4;
        if captured > room {
            return Err(Stop::damage(DamageKind::PacketInBlock { captured, room }));
        }
        let ts = described.time(units);
        let link = described.link;
        self.latest = ts;
        let at = stream.consume(length as usize) + PACKET_HEAD as usize;
        let len = captured as usize;
        Ok(Record { ts, wire_len, link, interface, at, len, duplicate: false })
    }

    /// A packet without a time: it gets that of the packet before it, moment zero if there is none.
    /// The reference gives it moment zero always. The captured length is what the wire length, the
    /// snap length and the block leave.
    pub(super) fn simple_packet(&self, stream: &mut Stream, length: u32) -> Result<Record, Stop> {
        let block = self.order.whole(stream, SIMPLE_PACKET, length, 16)?;
        let wire_len = self.order.u32(block, 8);
        let described = self.described(0)?;
        let (limit, room) = (described.captured_at_most(), length - 16);
        let captured = wire_len.min(limit);
        if captured > room {
            return Err(Stop::damage(DamageKind::PacketInBlock { captured, room }));
        }
        let link = described.link;
        let at = stream.consume(length as usize) + 12;
        let ts = if self.compat { Timestamp(0) } else { self.latest };
        let len = captured as usize;
        Ok(Record { ts, wire_len, link, interface: 0, at, len, duplicate: false })
    }

    #[inline]
    fn described(&self, interface: u32) -> Result<&Interface, Stop> {
        let known = self.interfaces.len();
        self.interfaces
            .get(interface as usize)
            .ok_or_else(|| Stop::damage(DamageKind::UnknownInterface { interface, known }))
    }
}
