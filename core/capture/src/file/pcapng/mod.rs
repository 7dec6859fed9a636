//! pcapng: a sequence of blocks (draft-ietf-opsawg-pcapng). Sections may change the byte order,
//! interfaces have their own link type and clock; long blocks that hold no packet are stepped over
//! without being taken into memory.

mod blocks;
mod interface;
mod resync;
#[cfg(test)]
mod tests;

use std::path::Path;

use flowz_api::packet::{LinkType, Timestamp};

use crate::error::CaptureError;
use crate::file::damage::DamageKind;
use crate::file::record::{Record, Stop, WireLength, snap_len, truncated};
use crate::file::search::Searched;
use crate::file::stream::Stream;
use blocks::{ByteOrder, cut_block};
use interface::Interface;

/// Type of a section header, the same in both byte orders (section 4.1).
const SECTION: u32 = 0x0a0d_0d0a;

/// Type of an interface description (section 4.2).
const INTERFACE: u32 = 1;

/// Type of the packet block that is no longer to be written (appendix A).
const OBSOLETE_PACKET: u32 = 2;

/// Type of a packet without time and interface (section 4.4).
const SIMPLE_PACKET: u32 = 3;

/// Type of the usual packet (section 4.3).
const ENHANCED_PACKET: u32 = 6;

/// The most interfaces of a section that are kept; a machine has some thousand at most.
const MAX_INTERFACES: usize = 1 << 16;

/// Reader of one pcapng file.
#[derive(Debug)]
pub(crate) struct Pcapng {
    order: ByteOrder,
    /// Of the current section, at most [`MAX_INTERFACES`].
    interfaces: Vec<Interface>,
    /// Whether the section describes more of them.
    has_more: bool,
    /// Link type and snap length of the file's first interface.
    first: (LinkType, u32),
    wire_length: WireLength,
    /// Of the latest packet that has a time.
    latest: Timestamp,
    compat: bool,
    searched: Searched,
    /// Sections and interfaces that were described so far.
    descriptions: u64,
    /// Packets had no time of their own.
    has_untimed: bool,
}

impl Pcapng {
    /// Whether a file that begins with `magic` is for this module.
    pub(crate) fn knows(magic: u32) -> bool {
        magic == SECTION
    }

    /// Reads up to the first interface; a file without one is empty (section 4.1: a section needs no
    /// other block).
    pub(crate) fn open(
        stream: &mut Stream,
        file: &Path,
        compat: bool,
    ) -> Result<Self, CaptureError> {
        let mut reader = Self {
            order: ByteOrder::default(),
            interfaces: Vec::new(),
            has_more: false,
            first: (LinkType::NULL, snap_len(0)),
            wire_length: WireLength::new(compat),
            latest: Timestamp::default(),
            compat,
            searched: Searched::default(),
            descriptions: 0,
            has_untimed: false,
        };
        loop {
            if let Some(first) = reader.interfaces.first() {
                reader.first = (first.link, snap_len(first.snap_len));
                return Ok(reader);
            }
            if let Err(stop) = reader.block(stream) {
                let damage = stop.into_damage(stream, file, 1);
                return damage.map_or(Ok(reader), |damage| Err(CaptureError::Damaged(damage)));
            }
        }
    }

    pub(crate) fn link_type(&self) -> LinkType {
        self.first.0
    }

    pub(crate) fn snap_len(&self) -> u32 {
        self.first.1
    }

    /// An interface of the current section.
    pub(crate) fn interface_of(&self, number: u32) -> Option<crate::write::Interface> {
        self.interfaces.get(number as usize).map(Interface::description)
    }

    /// How many sections and interfaces were described so far: what packets mean depends on them.
    pub(crate) fn descriptions(&self) -> u64 {
        self.descriptions
    }

    /// Whether packets took their time from the one in front of them.
    pub(crate) fn has_untimed(&self) -> bool {
        self.has_untimed
    }

    /// The next packet, consumed together with all blocks in front of it. Not inlined: the loop
    /// would take the registers of the classic reader.
    #[inline(never)]
    pub(crate) fn next(&mut self, stream: &mut Stream) -> Result<Record, Stop> {
        loop {
            match self.block(stream) {
                Ok(Some(record)) => return Ok(record),
                Ok(None) => {}
                Err(stop) => return Err(self.recover(stream, stop)),
            }
        }
    }

    /// Consumes one block and gives the packet in it, if it holds one.
    #[inline]
    fn block(&mut self, stream: &mut Stream) -> Result<Option<Record>, Stop> {
        let Some(head) = stream.head::<8>() else {
            return Err(truncated(stream, |have| DamageKind::Cut { have, want: 8 }));
        };
        let (block, length) = (self.order.u32(head, 0), self.order.u32(head, 4));
        match block {
            ENHANCED_PACKET => self.enhanced_packet(stream, length).map(Some),
            _ => self.other_block(stream, block, length),
        }
    }

    /// All blocks but the usual packet.
    fn other_block(
        &mut self,
        stream: &mut Stream,
        block: u32,
        length: u32,
    ) -> Result<Option<Record>, Stop> {
        match block {
            SECTION => self.section(stream)?,
            INTERFACE => self.interface(stream, length)?,
            SIMPLE_PACKET => {
                self.has_untimed = true;
                return self.simple_packet(stream, length).map(Some);
            }
            OBSOLETE_PACKET => return self.obsolete_packet(stream, length).map(Some),
            _ => {
                self.verify(stream, block, length)?;
                self.order.skip(stream, block, length)?;
            }
        }
        Ok(None)
    }

    /// A section header: its own byte order, and a new list of interfaces.
    fn section(&mut self, stream: &mut Stream) -> Result<(), Stop> {
        let Some(head) = stream.head::<16>() else {
            return Err(truncated(stream, |have| cut_block(SECTION, have, 16)));
        };
        let mark = u32::from_le_bytes([head[8], head[9], head[10], head[11]]);
        let Some(order) = ByteOrder::from_mark(mark) else {
            return Err(Stop::damage(DamageKind::ByteOrder { mark }));
        };
        let (major, minor) = (order.u16(head, 12), order.u16(head, 14));
        if major != 1 {
            return Err(Stop::damage(DamageKind::SectionVersion { major, minor }));
        }
        let length = order.u32(head, 4);
        order.skip(stream, SECTION, length)?;
        if order != self.order {
            // What was searched was searched for blocks of the other order.
            self.searched = Searched::default();
        }
        self.order = order;
        self.descriptions += 1;
        self.interfaces.clear();
        self.has_more = false;
        Ok(())
    }

    /// An interface description; its number is its place in the section. Those beyond the limit are
    /// told of once, and so are packets that name one.
    fn interface(&mut self, stream: &mut Stream, length: u32) -> Result<(), Stop> {
        let block = self.order.whole(stream, INTERFACE, length, 20)?;
        if self.interfaces.len() >= MAX_INTERFACES {
            if !std::mem::replace(&mut self.has_more, true) {
                return Err(Stop::damage(DamageKind::Interfaces { limit: MAX_INTERFACES }));
            }
            stream.consume(length as usize);
            return Ok(());
        }
        let interface = Interface::parse(block, self.order);
        self.descriptions += 1;
        self.interfaces.push(interface);
        stream.consume(length as usize);
        Ok(())
    }
}
