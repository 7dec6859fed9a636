//! The IP part on the fast path: whole datagrams of TCP or UDP over IPv4, without options and captured
//! as a whole. Only bits are needed of them, no values to show, and all of it stays in registers.

use flowz_api::checksum::lanes;
use flowz_api::layers::{Layers, Net};
use flowz_api::plugin::PacketContext;
use flowz_api::status::FlowStat;

use super::bits::{ip as bit, stat};
use super::checksum::{covered, word};
use super::state::FlowState;

/// Protocol numbers.
const TCP: u8 = 6;
const UDP: u8 = 17;

/// Zero in ones' complement.
const ZERO: u64 = 0xffff;

/// Bytes of an IPv4 header without options, and of such a TCP header.
pub(crate) const HEADER: usize = 20;

/// The IPv4 header of a packet that can take the fast path; none of other packets.
#[inline]
pub(crate) fn header<'a>(cx: &PacketContext<'a>) -> Option<&'a [u8; HEADER]> {
    let layers = cx.layers;
    let fast = layers.net == Net::V4
        && usize::from(layers.l3_header_len) == HEADER
        && matches!(layers.l4_proto, TCP | UDP)
        && !layers.is_fragment()
        && layers.part == 0
        && cx.datagram.is_none()
        && !layers.status.contains(FlowStat::SNAPPED_L3)
        && layers.snap_l4_len >= shortest(layers.l4_proto);
    if fast { layers.layer3(cx.packet.data).first_chunk() } else { None }
}

/// Bytes of the shortest header of TCP or UDP.
#[inline]
fn shortest(proto: u8) -> u32 {
    if proto == TCP { HEADER as u32 } else { 8 }
}

/// Takes in the IP part of such a packet.
#[inline]
pub(crate) fn packet(
    cx: &PacketContext<'_>,
    (header, l4): (&[u8; HEADER], &[u8]),
    flow: &mut FlowState,
    first: bool,
) {
    let mut flags = flow.ip.fast_path_header(header, first);
    if !first {
        let step = cx.flow.last - cx.previous;
        flags |= if step == 0 { bit::TIME_ZERO } else { 0 };
        flags |= if step < 0 { bit::TIME_BACK } else { 0 };
    }
    flow.lasting &= !stat::SUM_OPEN;
    flags |= checksums(cx.layers, header, l4);
    flow.ip.flags |= flags;
}

/// What is wrong with checksums and the length of UDP. Words with a right checksum among them add up to a
/// multiple of 0xffff, which is zero in ones' complement. None of these sums is 0.
#[inline]
fn checksums(layers: &Layers, header: &[u8; HEADER], l4: &[u8]) -> u16 {
    let number = |at: usize| {
        u64::from(u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]))
    };
    let ends = number(12) + number(16);
    let l3 = number(0) + number(4) + number(8) + ends;
    let mut flags = if l3.is_multiple_of(ZERO) { 0 } else { bit::L3_CHECKSUM };
    let length = covered(layers, l4);
    // Link types with a trailer may have captured more than the datagram.
    let datagram = &l4[..l4.len().min(length as usize)];
    let pseudo = ends + u64::from(length.swap_bytes()) + (u64::from(layers.l4_proto) << 8);
    if !(lanes(datagram) + pseudo).is_multiple_of(ZERO) {
        // A UDP checksum of 0 says that the sender made none (RFC 768).
        let none = layers.l4_proto == UDP && word(datagram, 3) == 0;
        flags |= if none { 0 } else { bit::L4_CHECKSUM };
    }
    if layers.l4_proto == UDP {
        let said = u32::from(word(l4, 2));
        // A jumbogram's length does not fit: it is 0 there (RFC 2675, section 4).
        let jumbo = said == 0 && layers.l4_len() > 0xffff;
        flags |= if said == layers.snap_l4_len || jumbo { 0 } else { bit::UDP_LENGTH };
    }
    flags
}

#[cfg(test)]
mod tests;
