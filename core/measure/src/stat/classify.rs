//! Size and kind of a packet.

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet};
use flowz_api::status::FlowStat;
use flowz_decode::{Settings, decode};

use super::Kinds;

/// Bytes of an Ethernet header.
const ETHERNET: u32 = 14;

/// Bytes of a packet on the wire. Without `link_header` those of the Ethernet header do not count; tags behind it do, and
/// so do the headers of all other link types.
pub fn size(packet: &Packet<'_>, link_header: bool) -> u32 {
    let is_ethernet = packet.link == LinkType::ETHERNET;
    packet.wire_len.saturating_sub(if is_ethernet && !link_header { ETHERNET } else { 0 })
}

/// What the outermost network header of a packet is, behind any tags and whatever the link type.
pub fn kinds(packet: &Packet<'_>) -> Kinds {
    let mut layers = Layers::default();
    let settings = Settings { outer_key: true, ..Settings::default() };
    // Also a packet that forms no flow may have a header that says what it is.
    let _ = decode(packet, settings, &mut layers);
    match layers.net {
        Net::V4 => Kinds::of_ip(false, layers.l4_proto),
        Net::V6 => Kinds::of_ip(true, layers.l4_proto),
        Net::Layer2 if layers.status.contains(FlowStat::ARP) => Kinds::ARP,
        Net::Layer2 => Kinds::default(),
    }
}

/// Bytes of a packet as tcpstat counts them: it leaves out the header of PPP, too.
pub fn size_of_tcpstat(packet: &Packet<'_>, link_header: bool) -> u32 {
    const PPP: u32 = 4;
    let is_ppp = packet.link == LinkType::PPP && !link_header;
    size(packet, link_header).saturating_sub(if is_ppp { PPP } else { 0 })
}

/// The same as tcpstat sees it: what directly follows an Ethernet header, without a look at tags or extension headers; nothing of
/// other link types.
pub fn kinds_of_tcpstat(packet: &Packet<'_>) -> Kinds {
    const ETHERTYPE_ARP: [u8; 2] = [8, 6];
    const IPV4: [u8; 2] = [8, 0];
    const IPV6: [u8; 2] = [0x86, 0xdd];
    let data = packet.data;
    if packet.link != LinkType::ETHERNET {
        return Kinds::default();
    }
    match data.get(12..14).and_then(|two| two.first_chunk()) {
        Some(&ETHERTYPE_ARP) => Kinds::ARP,
        Some(&IPV4) => Kinds::of_ip(false, data.get(23).copied().unwrap_or(0)),
        Some(&IPV6) => Kinds::of_ip(true, data.get(20).copied().unwrap_or(0)),
        _ => Kinds::default(),
    }
}
