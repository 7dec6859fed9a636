//! The fast path, of most frames that there are: Ethernet, IPv4 without options, TCP or UDP, captured as a
//! whole, no fragment. A handful of comparisons tells them from others, and the layers that all of them have
//! in common are copied from a static at once.

use etherparse::{IpNumber, ether_type, ip_number};
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet};
use flowz_api::status::FlowStat;
use flowz_api::token::{Chain, Token};

use crate::dissector::{Dissector, SHORT_FRAME};
use crate::settings::Settings;
use crate::transport::SSDP;
use crate::tunnel::AYIYA;

/// Where IPv4 and layer 4 begin.
const L3: usize = 14;
const L4: usize = 34;

/// Smallest headers of layer 4.
const TCP_HEADER: usize = 20;
const UDP_HEADER: usize = 8;

/// Ethernet to UDP, the least that has to be captured.
const HEADERS: usize = L4 + UDP_HEADER;

static TCP: Layers = common(ip_number::TCP.0, Token::Tcp);
static UDP: Layers = common(ip_number::UDP.0, Token::Udp);

/// What the layers of all such packets of a protocol have in common.
const fn common(proto: u8, token: Token) -> Layers {
    Layers {
        status: FlowStat::IPV4.union(FlowStat::IPV4_FLOW),
        chain: Chain::from_headers(&[Token::Eth, Token::Ipv4, token]),
        net: Net::V4,
        l4_proto: proto,
        datagram_proto: proto,
        ethertype: ether_type::IPV4.0,
        l3: L3 as u32,
        l4: L4 as u32,
        l3_header_len: (L4 - L3) as u16,
        ..Layers::NOTHING
    }
}

/// The length in the header of UDP.
#[inline]
fn udp_len(packet: &Packet<'_>) -> usize {
    let len = packet.data.get(L4 + 4..L4 + 6);
    len.map_or(0, |len| usize::from(u16::from_be_bytes([len[0], len[1]])))
}

/// Decodes a frame of the fast path; false if it is none, and then nothing was written.
#[inline]
pub(crate) fn decode(packet: &Packet<'_>, settings: Settings, out: &mut Layers) -> bool {
    let Some(head) = packet.data.first_chunk::<HEADERS>() else { return false };
    let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
    let (len, on_wire) = (usize::from(word(L3 + 2)), (packet.wire_len as usize).saturating_sub(L3));
    // The first byte of a group address may announce an inter-switch link. Then the type, a version and
    // header length without options; behind the first two flags neither an offset nor more fragments.
    let fast = head[0] & 1 == 0
        && [head[12], head[13], head[L3]] == [8, 0, 0x45]
        && word(L3 + 6) << 2 == 0
        && len <= packet.data.len() - L3
        && len <= on_wire
        && packet.link == LinkType::ETHERNET
        && settings.ipv4;
    if !fast {
        return false;
    }
    let (src, dst) = (word(L4), word(L4 + 2));
    let l4_len = len.saturating_sub(L4 - L3);
    let (common, header) = match IpNumber(head[L3 + 9]) {
        ip_number::TCP => {
            // These announce more than TCP.
            let telling = matches!(src, SSDP | AYIYA) || matches!(dst, SSDP | AYIYA);
            let header = packet.data.get(L4 + 12).map_or(0, |offset| usize::from(offset >> 4) * 4);
            if telling || l4_len < header.max(TCP_HEADER) {
                return false;
            }
            (&TCP, header)
        }
        // All of it, without a surplus area.
        ip_number::UDP if l4_len >= UDP_HEADER && udp_len(packet) == l4_len => (&UDP, UDP_HEADER),
        _ => return false,
    };
    *out = *common;
    (out.src_port, out.dst_port) = (src, dst);
    out.ip_id = u32::from(word(L3 + 4));
    out.l7 = (L4 + header) as u32;
    (out.l3_len, out.snap_l3_len) = (len as u32, len as u32);
    out.snap_l4_len = l4_len as u32;
    out.l4_header_len = header as u16;
    (out.l7_len, out.snap_l7_len) = ((l4_len - header) as u32, (l4_len - header) as u32);
    if packet.wire_len as usize <= SHORT_FRAME {
        out.padding = (on_wire - len) as i32;
    }
    if header == UDP_HEADER && out.l4_proto == ip_number::UDP.0 {
        Dissector::new(packet, settings, out).well_known(ip_number::UDP, src, dst);
    }
    true
}
