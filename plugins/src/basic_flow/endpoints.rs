//! Addresses, ports and protocol of a packet itself, also where the key of its flow leaves them out.

use flowz_api::cell::IpText;
use flowz_api::layers::Net;
use flowz_api::plugin::PacketContext;
use flowz_api::settings::Aggregate;
use flowz_api::status::FlowStat;

/// Protocols with ports: TCP, UDP, SCTP, UDP-Lite, and DCCP, of which the reference knows none.
const WITH_PORTS: [u8; 4] = [6, 17, 132, 136];
const DCCP: u8 = 33;

/// What the packet table shows of both endpoints. Packets without IP have no addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Endpoints {
    pub(crate) addresses: Option<(IpText, IpText)>,
    pub(crate) proto: u8,
    src_port: u16,
    dst_port: u16,
}

impl Endpoints {
    /// Those of the packet at hand.
    #[inline]
    pub(crate) fn from_packet(cx: &PacketContext<'_>) -> Self {
        let l = cx.layers;
        let (src_port, dst_port) = (l.src_port, l.dst_port);
        let addresses = (!l.is_layer2()).then(|| (cx.key.src_ip(), cx.key.dst_ip()));
        let endpoints = Self { addresses, proto: l.l4_proto, src_port, dst_port };
        let left_out = cx.run.core.aggregate();
        if left_out.is_empty() || l.is_layer2() {
            endpoints
        } else {
            endpoints.restored(cx, left_out)
        }
    }

    /// The ports, if the protocol has any.
    pub(crate) fn ports(&self, compat: bool) -> Option<(u16, u16)> {
        let has = WITH_PORTS.contains(&self.proto) || (self.proto == DCCP && !compat);
        (has && self.addresses.is_some()).then_some((self.src_port, self.dst_port))
    }

    /// Reads again what the key leaves out. The reference does so for addresses; for the protocol if
    /// the key leaves out both an address and the protocol, and shows 0 if only an address; for ports only
    /// in the first case.
    #[cold]
    fn restored(mut self, cx: &PacketContext<'_>, left_out: Aggregate) -> Self {
        let header = cx.layers.layer3(cx.packet.data);
        self.addresses = addresses(header, cx.layers.net).or(self.addresses);
        let address = left_out.intersects(Aggregate::SRC_IP | Aggregate::DST_IP);
        let protocol = left_out.contains(Aggregate::PROTOCOL);
        // It is the other way round in later IPv6 fragments of known flows.
        let later = cx.layers.net == Net::V6 && !cx.layers.is_first_fragment();
        let known = later && !cx.layers.status.contains(FlowStat::FRAGMENT_NO_HEAD);
        if cx.run.compat && (address == known || !protocol) {
            self.proto = if address { 0 } else { self.proto };
            return self;
        }
        if left_out.contains(Aggregate::PROTOCOL) {
            self.proto = protocol_of(header, cx.layers.net, cx.layers.l3_header_len);
        }
        if left_out.intersects(Aggregate::SRC_PORT | Aggregate::DST_PORT)
            && cx.layers.is_first_fragment()
            && let Some([a, b, c, d]) = cx.layers.layer4(cx.packet.data).first_chunk()
        {
            self.src_port = u16::from_be_bytes([*a, *b]);
            self.dst_port = u16::from_be_bytes([*c, *d]);
        }
        self
    }
}

/// Source and destination of an IP header.
fn addresses(header: &[u8], net: Net) -> Option<(IpText, IpText)> {
    match net {
        Net::Layer2 => None,
        Net::V4 => {
            let at = |n: usize| Some(IpText::V4(*header.get(n..)?.first_chunk()?));
            at(12).zip(at(16))
        }
        Net::V6 => {
            let at = |n: usize| Some(IpText::V6(*header.get(n..)?.first_chunk()?));
            at(8).zip(at(24))
        }
    }
}

/// The protocol of layer 4: of IPv6 the one that the last extension header names.
fn protocol_of(header: &[u8], net: Net, len: u16) -> u8 {
    let byte = |at: usize| header.get(at).copied().unwrap_or(0);
    if net == Net::V4 {
        return byte(9);
    }
    let (mut next, mut at) = (byte(6), 40);
    while at < usize::from(len).min(header.len()) {
        let units = usize::from(byte(at + 1));
        let step = match next {
            // Fragment and authentication headers (RFC 8200, section 4.5; RFC 4302, section 2.2).
            44 => 8,
            51 => units * 4 + 8,
            _ => units * 8 + 8,
        };
        next = byte(at);
        at += step;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::{IpText, Net, addresses, protocol_of};

    #[test]
    fn protocols_behind_extension_headers() {
        let mut header = [0; 64];
        (header[6], header[40], header[41], header[56]) = (0, 44, 1, 17);
        assert_eq!(protocol_of(&header, Net::V6, 64), 17);
        assert_eq!(protocol_of(&header, Net::V6, 40), 0);
        assert_eq!(protocol_of(&header[..41], Net::V6, 64), 44);
        header[9] = 6;
        assert_eq!(protocol_of(&header, Net::V4, 20), 6);
    }

    #[test]
    fn addresses_of_both_versions() {
        let header: [u8; 40] = std::array::from_fn(|n| n as u8);
        let v4 = (IpText::V4([12, 13, 14, 15]), IpText::V4([16, 17, 18, 19]));
        assert_eq!(addresses(&header, Net::V4), Some(v4));
        let v6 = |from: u8| IpText::V6(std::array::from_fn(|n| from + n as u8));
        assert_eq!(addresses(&header, Net::V6), Some((v6(8), v6(24))));
        assert_eq!(addresses(&header[..39], Net::V6), None);
        assert_eq!(addresses(&header, Net::Layer2), None);
    }
}
