//! One packet: its IP part, and what is kept of it for its row.

use flowz_api::layers::{Layers, Net, Span};
use flowz_api::plugin::{Datagram, PacketContext};
use flowz_api::status::FlowStat;

use super::bits::{ip as bit, stat};
use super::checksum::{Sums, add, place, pseudo_header, sum_without, word};
use super::ip::Header;
use super::sctp;
use super::state::FlowState;
use super::tcp::{TcpCells, TcpPacket};
use super::toggles::TcpFlagsToggles;

/// Protocol number of UDP.
const UDP: u8 = 17;

/// Protocol number of SCTP.
const SCTP: u8 = 132;

/// Protocol number of UDP-Lite.
const UDP_LITE: u8 = 136;

/// What the packet row shows, reused from packet to packet.
#[derive(Debug, Default)]
pub(crate) struct PacketView {
    /// The IP part; none on layer 2.
    pub(crate) ip: Option<(Header, Sums)>,
    /// The TCP part, if the packet has one.
    pub(crate) tcp: Option<TcpCells>,
    pub(crate) ip_options: Vec<u8>,
    pub(crate) hop: Vec<u8>,
    pub(crate) dest: Vec<u8>,
    pub(crate) tcp_options: Vec<u8>,
    pub(crate) tcp_option_len: i32,
}

/// The IP part of a packet: header, times, fragments, checksums.
#[inline(never)]
pub(crate) fn ip_headers(
    cx: &PacketContext<'_>,
    toggles: &TcpFlagsToggles,
    flow: &mut FlowState,
    (first, iat): (bool, f32),
    view: &mut PacketView,
) {
    let (layers, data) = (cx.layers, cx.packet.data);
    let (l3, l4) = (layers.layer3(data), layers.layer4(data));
    let compat = cx.run.compat;
    // The reference takes parts of one packet for packets with the same identification and time.
    let again = layers.part > 0 && !first && iat == 0.0 && !compat;
    let mut header = flow.ip.header(layers, l3, (first, again), compat);
    let (mut hop, mut dest) = (&[][..], &[][..]);
    if layers.net == Net::V6 {
        (hop, dest) = (options_of(data, layers.hop_options), options_of(data, layers.dest_options));
        if !hop.is_empty() || !dest.is_empty() {
            flow.ip.extension_options(hop, dest, compat);
        }
    }
    if !first {
        header.flags |= if iat == 0.0 && !again { bit::TIME_ZERO } else { 0 };
        header.flags |= if iat < 0.0 { bit::TIME_BACK } else { 0 };
    }
    if layers.is_fragment() {
        let odd = flow.ip.fragments.position(layers, compat);
        header.flags |= if toggles.fragments { odd } else { 0 };
    }
    // The reference finds the field of a checksum also behind the end of the datagram.
    let l4 = if compat { data.get(layers.l4 as usize..).unwrap_or(&[]) } else { l4 };
    let mut sums = checksums(layers, (l3, l4), toggles, flow, &mut header.flags, compat);
    if let Some(datagram) = cx.datagram
        && !compat
    {
        reassembled(layers, l3, datagram, toggles, &mut sums, &mut header.flags);
    }
    flow.ip.flags |= header.flags;
    if cx.run.packet_mode {
        view.ip = Some((header, sums));
        fill(&mut view.hop, hop);
        fill(&mut view.dest, dest);
        let end = usize::from(layers.l3_header_len);
        let options = if layers.net == Net::V4 { l3.get(20..end) } else { None };
        fill(&mut view.ip_options, options.unwrap_or(&[]));
    }
}

/// The options of an IPv6 extension header: all behind its first two bytes.
fn options_of(data: &[u8], header: Span) -> &[u8] {
    let (at, len) = (header.at as usize, usize::from(header.len));
    data.get(at + 2..at + len).unwrap_or(&[])
}

#[inline]
fn fill(out: &mut Vec<u8>, bytes: &[u8]) {
    out.clear();
    if !bytes.is_empty() {
        out.extend_from_slice(bytes);
    }
}

/// What was computed of the checksums; what is wrong with them goes into `flags`.
pub(crate) fn checksums(
    layers: &Layers,
    (l3, l4): (&[u8], &[u8]),
    toggles: &TcpFlagsToggles,
    flow: &mut FlowState,
    flags: &mut u16,
    compat: bool,
) -> Sums {
    let mut sums = Sums::default();
    let snapped = layers.status.contains(FlowStat::SNAPPED_L3);
    if snapped {
        *flags |= bit::SNAPPED | if compat { bit::L4_CHECKSUM } else { 0 };
    }
    let l4 = if layers.l4_proto == UDP_LITE { covered(layers, l4, &mut flow.stat) } else { l4 };
    if toggles.checksum >= 2 {
        let fragments = &mut flow.ip.fragments;
        if let Some(l4_sums) = fragments.layer4(layers, (l3, l4), &mut flow.lasting, compat) {
            sums = l4_sums;
            if l4_wrong(layers, sums, compat) {
                *flags |= bit::L4_CHECKSUM;
            }
        }
    } else if layers.is_first_fragment()
        && let Some((at, _)) = place(layers, l4, compat)
    {
        sums.l4 = word(l4, at);
        flow.lasting |= stat::SUM_OPEN;
    } else {
        flow.lasting &= !stat::SUM_OPEN;
    }
    // The reference holds the length of the datagram against that of its first fragment.
    if layers.l4_proto == UDP && layers.is_first_fragment() && (compat || !layers.more_fragments) {
        let length = u32::from(word(l4, 2));
        // A jumbogram's length does not fit: it is 0 there (RFC 2675, section 4).
        let jumbo = length == 0 && layers.l4_len() > 0xffff && !compat;
        *flags |= if length == layers.snap_l4_len || jumbo { 0 } else { bit::UDP_LENGTH };
    }
    if layers.l4_proto == SCTP && toggles.checksum >= 2 && !compat && sctp::is_wrong(layers, l4) {
        *flags |= bit::L4_CHECKSUM;
    }
    if layers.net == Net::V4 {
        sums.l3 = word(l3, 5);
        if toggles.checksum >= 1 {
            let header = l3.get(..usize::from(layers.l3_header_len)).unwrap_or(l3);
            sums.l3_computed = !sum_without(header, 5);
            // 0 and ffff are one number (RFC 1071, section 1), but not for the reference.
            let same = !compat && sums.l3 == 0xffff && sums.l3_computed == 0;
            *flags |= if same || sums.l3 == sums.l3_computed { 0 } else { bit::L3_CHECKSUM };
        }
    }
    sums
}

/// Checksum and length of a datagram that was put together from fragments, in whatever order they came.
#[cold]
fn reassembled(
    layers: &Layers,
    l3: &[u8],
    datagram: Datagram<'_>,
    toggles: &TcpFlagsToggles,
    sums: &mut Sums,
    flags: &mut u16,
) {
    let layers = &Layers { l4_proto: datagram.proto, ..*layers };
    let bytes = datagram.bytes;
    if layers.l4_proto == UDP && usize::from(word(bytes, 2)) != bytes.len() {
        *flags |= bit::UDP_LENGTH;
    }
    if toggles.checksum < 2 || layers.l4_proto == UDP_LITE {
        return;
    }
    if let Some((at, with_pseudo)) = place(layers, bytes, false) {
        let length = bytes.len() as u32;
        let pseudo = if with_pseudo { pseudo_header(layers, l3, length, false) } else { 0 };
        let l4_computed = !add(sum_without(bytes, at), pseudo);
        *sums = Sums { l4: word(bytes, at), l4_computed, unknown: false, ..*sums };
        *flags &= !bit::L4_CHECKSUM;
        *flags |= if l4_wrong(layers, *sums, false) { bit::L4_CHECKSUM } else { 0 };
    }
}

/// The bytes that a UDP-Lite checksum covers (RFC 3828, section 3.1): 0 means all, less than the header
/// or more than there is are errors.
fn covered<'a>(layers: &Layers, l4: &'a [u8], status: &mut u16) -> &'a [u8] {
    let length = layers.l4_len();
    match u32::from(word(l4, 2)) {
        _ if !layers.is_first_fragment() => l4,
        0 => l4,
        n if n < 8 || n > length => {
            *status |= stat::COVERAGE;
            l4
        }
        n => l4.get(..n as usize).unwrap_or(l4),
    }
}

/// Whether a checksum is wrong. A UDP checksum of 0 in IPv4 means that the sender made none (RFC 768);
/// the reference does not know that.
fn l4_wrong(layers: &Layers, sums: Sums, compat: bool) -> bool {
    if sums.unknown || sums.l4 == sums.l4_computed {
        return false;
    }
    let none = layers.l4_proto == UDP && layers.net == Net::V4 && sums.l4 == 0;
    compat || !(none || sums.l4 == 0xffff && sums.l4_computed == 0)
}

impl PacketView {
    /// A packet of layer 2: nothing to show.
    pub(crate) fn clear(&mut self) {
        (self.ip, self.tcp) = (None, None);
        for list in [&mut self.ip_options, &mut self.hop, &mut self.dest, &mut self.tcp_options] {
            list.clear();
        }
    }

    /// Keeps the options of a TCP packet. The reference tells their length by the data offset, also where they are not
    /// there, and counts a later fragment's header as eight bytes.
    pub(crate) fn tcp_options(&mut self, p: &TcpPacket<'_>, first_fragment: bool) {
        fill(&mut self.tcp_options, p.options.unwrap_or(&[]));
        self.tcp_option_len = match (first_fragment, p.compat) {
            (false, _) => 8 - 20,
            (true, true) => p.option_len,
            (true, false) => self.tcp_options.len() as i32,
        };
    }
}
