//! pcapng (draft-ietf-opsawg-pcapng), little-endian, one section.

use std::io::Write;

use flowz_api::packet::{NANOS, Packet, Timestamp};

use super::{Interface, Resolution, WriteError, length};

/// Types of blocks (sections 4.1, 4.2, 4.3, 4.6).
const SECTION: u32 = 0x0a0d_0d0a;
const INTERFACE: u32 = 1;
const STATISTICS: u32 = 5;
const PACKET: u32 = 6;

/// Options of interfaces (section 4.2).
const NAME: u16 = 2;
const TIME_RESOLUTION: u16 = 9;
const TIME_OFFSET: u16 = 14;

/// Options of statistics (section 4.6).
const START_TIME: u16 = 2;
const END_TIME: u16 = 3;
const RECEIVED: u16 = 4;
const DROPPED: u16 = 5;
const DROPPED_BY_SYSTEM: u16 = 7;

/// What became of the packets of an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct InterfaceStatistics {
    /// When the capture began.
    pub start: Timestamp,
    /// When packets were counted.
    pub end: Timestamp,
    /// Those that the interface has received.
    pub received: u64,
    /// Those that the interface had no room for.
    pub dropped: u64,
    /// Those that the operating system had no room for.
    pub dropped_by_system: u64,
}

/// Seconds that times of an interface with packets from before 1970 are counted from: the first whole one that a time
/// of ours can be.
const BEGINNING: i64 = i64::MIN / NANOS;

/// A pcapng file that is being written.
#[derive(Debug)]
pub struct PcapngWriter<W> {
    out: W,
    /// Those that are described in the file; each also tells whether its times are counted from [`BEGINNING`].
    described: Vec<(Interface, bool)>,
}

impl<W: Write> PcapngWriter<W> {
    /// Writes the section's header.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`].
    pub fn new(mut out: W) -> Result<Self, WriteError> {
        // Byte-order mark, version 1.0, a section of unknown length.
        let words = [SECTION, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28];
        out.write_all(&words.map(u32::to_le_bytes).concat())?;
        Ok(Self { out, described: Vec::new() })
    }

    /// Writes a packet of an interface. The first packet of one brings its description with it.
    ///
    /// # Errors
    ///
    /// [`WriteError`], with nothing of the packet written but for [`WriteError::Io`].
    pub fn packet(&mut self, interface: &Interface, packet: &Packet<'_>) -> Result<(), WriteError> {
        let captured = length(packet.data.len())?;
        let number = self.number(interface, packet.ts.0 < 0)?;
        let offset = if packet.ts.0 < 0 { BEGINNING * NANOS } else { 0 };
        let units = packet.ts.0.saturating_sub(offset).max(0) / interface.resolution.unit();
        let padding = captured.next_multiple_of(4) - captured;
        let total = 32 + captured + padding;
        let (high, low) = ((units >> 32) as u32, units as u32);
        let head = [PACKET, total, number, high, low, captured, packet.wire_len];
        self.out.write_all(&head.map(u32::to_le_bytes).concat())?;
        self.out.write_all(packet.data)?;
        self.out.write_all(&[0; 3][..padding as usize])?;
        self.out.write_all(&total.to_le_bytes())?;
        Ok(())
    }

    /// Describes an interface though no packet of it may come.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`].
    pub fn describe(&mut self, interface: &Interface) -> Result<(), WriteError> {
        self.number(interface, false).map(drop)
    }

    /// Writes what became of the packets of an interface (section 4.6), which is described if it is new.
    ///
    /// # Errors
    ///
    /// [`WriteError::Io`].
    pub fn statistics(
        &mut self,
        interface: &Interface,
        statistics: &InterfaceStatistics,
    ) -> Result<(), WriteError> {
        let number = self.number(interface, false)?;
        // High word first, in the units of the interface.
        let time = |time: Timestamp| (time.0.max(0) / interface.resolution.unit()).rotate_left(32);
        let mut body = Vec::new();
        body.extend(number.to_le_bytes());
        body.extend(time(statistics.end).to_le_bytes());
        option(&mut body, START_TIME, &time(statistics.start).to_le_bytes());
        option(&mut body, END_TIME, &time(statistics.end).to_le_bytes());
        option(&mut body, RECEIVED, &statistics.received.to_le_bytes());
        option(&mut body, DROPPED, &statistics.dropped.to_le_bytes());
        option(&mut body, DROPPED_BY_SYSTEM, &statistics.dropped_by_system.to_le_bytes());
        option(&mut body, 0, &[]);
        self.out.write_all(&block(STATISTICS, &body))?;
        Ok(())
    }

    /// The number of an interface, which is described if it is new.
    fn number(&mut self, interface: &Interface, before_1970: bool) -> Result<u32, WriteError> {
        let same = |(known, early): &(Interface, bool)| *early == before_1970 && known == interface;
        if let Some(number) = self.described.iter().position(same) {
            return Ok(number as u32);
        }
        let block = description(interface, before_1970);
        self.out.write_all(&block)?;
        self.described.push((interface.clone(), before_1970));
        Ok(self.described.len() as u32 - 1)
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

/// An interface description block.
fn description(interface: &Interface, before_1970: bool) -> Vec<u8> {
    let mut body = Vec::new();
    body.extend(interface.link.0.to_le_bytes());
    body.extend([0, 0]);
    body.extend(interface.snap_len.to_le_bytes());
    // An option has 16 bits for its length.
    let name = &interface.name[..interface.name.len().min(usize::from(u16::MAX) - 3)];
    if !name.is_empty() {
        option(&mut body, NAME, name);
    }
    if interface.resolution == Resolution::Nanos {
        option(&mut body, TIME_RESOLUTION, &[9]);
    }
    if before_1970 {
        option(&mut body, TIME_OFFSET, &BEGINNING.to_le_bytes());
    }
    if body.len() > 8 {
        option(&mut body, 0, &[]);
    }
    block(INTERFACE, &body)
}

/// A block around whole words.
fn block(kind: u32, body: &[u8]) -> Vec<u8> {
    let total = (body.len() as u32 + 12).to_le_bytes();
    [&kind.to_le_bytes()[..], &total, body, &total].concat()
}

/// Appends an option (section 3.5).
fn option(body: &mut Vec<u8>, code: u16, value: &[u8]) {
    body.extend(code.to_le_bytes());
    body.extend((value.len() as u16).to_le_bytes());
    body.extend(value);
    body.resize(body.len().next_multiple_of(4), 0);
}
