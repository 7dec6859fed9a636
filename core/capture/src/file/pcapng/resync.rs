//! Garbage between blocks. Behind a block whose lengths cannot be or differ, the next
//! [`SEARCH_WINDOW`] bytes are searched for blocks that chain: three of known types in a row, each
//! with its length at both ends, or fewer up to the end of the file. What is in front of the chain
//! is passed over; if there is none, the file ends there. A sound block that makes no sense is passed
//! over alone. A block of an unknown type that is longer than the window is taken
//! for garbage if there is a chain, else for what it says it is.

use super::blocks::{ByteOrder, FRAME};
use super::{ENHANCED_PACKET, INTERFACE, OBSOLETE_PACKET, Pcapng, SECTION, SIMPLE_PACKET};
use crate::file::damage::DamageKind;
use crate::file::record::Stop;
use crate::file::search::SEARCH_WINDOW;
use crate::file::stream::Stream;

/// How many blocks in a row make a chain.
const CHAIN: usize = 3;

/// Name resolution, interface statistics, decryption secrets, custom blocks (sections 4.5 to 4.8),
/// and the journal block of systemd.
const OTHERS: [u32; 6] = [4, 5, 9, 10, 0x0bad, 0x4000_0bad];

/// More bytes than options and padding usually take in a packet block.
const OPTIONS: u32 = 4096;

impl Pcapng {
    /// Moves the stream behind damage, if there is something to go on with.
    #[cold]
    #[inline(never)]
    pub(super) fn recover(&mut self, stream: &mut Stream, stop: Stop) -> Stop {
        let skipped = match stop.kind() {
            Some(
                DamageKind::PacketInBlock { .. }
                | DamageKind::UnknownInterface { .. }
                | DamageKind::Interfaces { .. },
            ) => stream.head::<8>().map(|head| self.order.u32(head, 4) as usize),
            Some(
                DamageKind::BlockLength { .. }
                | DamageKind::BlockTrailer { .. }
                | DamageKind::CutBlock { .. }
                | DamageKind::ByteOrder { .. },
            ) => self.search(stream),
            Some(DamageKind::Cut { .. }) if self.is_misread(stream) => self.search(stream),
            _ => None,
        };
        match skipped {
            Some(count) => stop.skipping(stream, count),
            None => stop,
        }
    }

    /// Whether the packet block here, which is longer than the file, has a packet in it that does
    /// not fill it: then not the file is cut, but the length is wrong.
    fn is_misread(&self, stream: &mut Stream) -> bool {
        stream.head::<28>().is_some_and(|head| {
            let [block, length, captured] = [0, 4, 20].map(|at| self.order.u32(head, at));
            let room = length.saturating_sub(32);
            let fills = captured <= room && room - captured <= OPTIONS;
            block != SIMPLE_PACKET && !fills
        })
    }

    /// A block of an unknown type that is too long to be looked at whole.
    pub(super) fn verify(
        &mut self,
        stream: &mut Stream,
        block: u32,
        length: u32,
    ) -> Result<(), Stop> {
        if length as usize <= SEARCH_WINDOW || is_known(block) || self.search(stream).is_none() {
            return Ok(());
        }
        Err(Stop::damage(DamageKind::BlockLength { block, length }))
    }

    /// How far from here the next blocks are that chain.
    fn search(&mut self, stream: &mut Stream) -> Option<usize> {
        let order = self.order;
        self.searched.next(stream, |stream, place| {
            stream.have(place + FRAME as usize).then(|| order.chains(stream, place))
        })
    }
}

impl ByteOrder {
    /// Whether blocks chain from a place on.
    fn chains(self, stream: &mut Stream, mut place: usize) -> bool {
        let mut order = self;
        for count in 0..CHAIN {
            if count > 0 && !stream.have(place + FRAME as usize) {
                return count > 1 || stream.available() == place;
            }
            let Some(length) = sane(stream, place, &mut order) else { return false };
            if !stream.have(place + length) {
                return count > 1;
            }
            place += length;
            if order.u32(stream.rest(), place - 4) as usize != length {
                return false;
            }
        }
        true
    }
}

/// The length of the block at a place, if its head can be one. A section sets the order.
fn sane(stream: &Stream, place: usize, order: &mut ByteOrder) -> Option<usize> {
    let head = stream.rest().get(place..place + FRAME as usize)?;
    let block = order.u32(head, 0);
    if !is_known(block) {
        return None;
    }
    if block == SECTION {
        *order = ByteOrder::from_mark(u32::from_le_bytes([head[8], head[9], head[10], head[11]]))?;
    }
    let length = order.u32(head, 4) as usize;
    (length >= least(block) && length <= SEARCH_WINDOW && length.is_multiple_of(4))
        .then_some(length)
}

fn is_known(block: u32) -> bool {
    matches!(block, SECTION | INTERFACE | OBSOLETE_PACKET | SIMPLE_PACKET | ENHANCED_PACKET)
        || OTHERS.contains(&block)
}

/// Bytes of the shortest block of a type.
fn least(block: u32) -> usize {
    match block {
        SECTION => 28,
        INTERFACE => 20,
        OBSOLETE_PACKET | ENHANCED_PACKET => 32,
        SIMPLE_PACKET => 16,
        _ => FRAME as usize,
    }
}

#[cfg(test)]
mod tests;
