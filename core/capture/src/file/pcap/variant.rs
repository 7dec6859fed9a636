//! The relatives of classic pcap: by their magic numbers, and one by its records.

use flowz_api::packet::LinkType;

use super::layout::{COMMON, Layout, Lengths, Rule};
use crate::file::stream::Stream;

/// More bytes per record in the "modified" variant: number of the interface (4), protocol (2),
/// kind of packet (1), padding (1).
const MODIFIED: usize = 8;

/// More bytes per record in Nokia's variant; what they mean is not known.
const NOKIA: usize = 4;

/// A faked Ethernet header that the "modified" variant adds to packets of the snap length.
const FAKED: u32 = 14;

/// What a magic number says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Magic {
    number: u32,
    pub(super) big_endian: bool,
    /// Fractions in a second.
    pub(super) units: u32,
    /// Bytes of a record header.
    pub(super) header: usize,
    /// Name of a variant that is known by name only.
    pub(super) unsupported: Option<&'static str>,
}

impl Default for Magic {
    fn default() -> Self {
        STANDARD
    }
}

/// The usual one, with microseconds.
const STANDARD: Magic = Magic {
    number: 0xa1b2_c3d4,
    big_endian: false,
    units: 1_000_000,
    header: COMMON,
    unsupported: None,
};

/// All that are known, as their writers see them.
const ALL: [Magic; 7] = [
    STANDARD,
    Magic { number: 0xa1b2_3c4d, units: 1_000_000_000, ..STANDARD },
    Magic { number: 0xa1b2_cd34, header: COMMON + MODIFIED, ..STANDARD },
    Magic { number: 0xa1b2_34cd, unsupported: Some("modified (Mesquita)"), ..STANDARD },
    Magic { number: 0xa12b_3c4d, unsupported: Some("Navtel"), ..STANDARD },
    Magic { number: 0x1c00_01ac, unsupported: Some("IXIA hardware"), ..STANDARD },
    Magic { number: 0x1c00_01ab, unsupported: Some("IXIA software"), ..STANDARD },
];

impl Magic {
    /// The magic number that the four bytes at the start are in either byte order, here read as a
    /// little-endian number.
    pub(super) fn from_start(start: u32) -> Option<Self> {
        let known = |number: u32| ALL.into_iter().find(|magic| magic.number == number);
        let big = || known(start.swap_bytes()).map(|magic| Self { big_endian: true, ..magic });
        known(start).or_else(big)
    }

    /// The snap length, from that in the file. As libpcap has it: a "modified" file of Ethernet may
    /// come from a cooked socket, where each packet got an Ethernet header on top.
    pub(super) fn snap_len(&self, in_file: u32, link: LinkType) -> u32 {
        let modified = self.header == COMMON + MODIFIED && link == LinkType::ETHERNET;
        if modified { in_file.saturating_add(FAKED) } else { in_file }
    }
}

/// The layout that the first records have: that of Nokia if records of it chain (three headers, or
/// two records and the end of the file) while those of the usual layout do not. Looks no further
/// than the second header in a usual file. A file with fewer records is taken as usual.
pub(super) fn detect_layout(layout: Layout, stream: &mut Stream) -> Layout {
    let usual = layout.header == COMMON && layout.units == STANDARD.units;
    if !usual || layout.lengths != Lengths::Normal || layout.second_is_sane(stream) {
        return layout;
    }
    let nokia = Layout { header: COMMON + NOKIA, ..layout };
    if nokia.follow_chain(stream, 0, Rule::Close).suffices(2) { nokia } else { layout }
}

#[cfg(test)]
mod tests;
