//! Which tunnel a UDP packet may be, by its ports: the destination tells, whatever the source (RFC 7348,
//! section 5; RFC 8926, section 3.3; 3GPP TS 29.281, section 4.4.2). Answers come from the port too.

use flowz_api::layers::Net;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::bytes::u16_at;
use crate::dissector::Dissector;
use crate::settings::Encapsulations;

/// Ports up to this one are no client's.
const WELL_KNOWN: u16 = 1024;
/// Client ports begin here at the latest (RFC 6335, section 6).
const EPHEMERAL: u16 = 49152;
/// AYIYA's port.
pub(crate) const AYIYA: u16 = 5072;

/// Tunnels told by a port, in the order in which they are tried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Tunnel {
    Ayiya,
    Gtp,
    Vxlan,
    Geneve,
    Capwap,
    Lwapp,
    L2tp,
    Lisp,
    Gre,
    Mpls,
    Wireguard,
    None,
}

impl Tunnel {
    #[inline]
    const fn from_port(port: u16) -> Self {
        match port {
            AYIYA => Self::Ayiya,
            2123 | 2152 | 3386 => Self::Gtp,
            4789 | 4790 | 8472 => Self::Vxlan,
            6081 => Self::Geneve,
            5246 | 5247 => Self::Capwap,
            12222 | 12223 => Self::Lwapp,
            1701 => Self::L2tp,
            4341 => Self::Lisp,
            4754 => Self::Gre,
            6635 => Self::Mpls,
            51820 => Self::Wireguard,
            _ => Self::None,
        }
    }
}

impl Dissector<'_> {
    /// Unpacks the tunnel that a UDP packet between these ports is, if it is one.
    #[inline]
    pub(crate) fn udp_tunnel(&mut self, src: u16, dst: u16) {
        let (a, b) = (Tunnel::from_port(src), Tunnel::from_port(dst));
        if a != Tunnel::None || b != Tunnel::None {
            self.tunnel_by_port(a.min(b), src, dst);
        } else if src > WELL_KNOWN && dst > WELL_KNOWN && self.may_be_teredo() {
            self.teredo(src, dst);
        }
    }

    #[cold]
    fn tunnel_by_port(&mut self, tunnel: Tunnel, src: u16, dst: u16) {
        let before = self.nesting;
        if let Some((tunnel, port)) = self.told_by(tunnel, src, dst) {
            self.unpack_from_udp(tunnel, port);
        }
        let untried = self.nesting == before && !self.out.status.contains(FlowStat::STOPPED);
        if untried && self.may_be_teredo() {
            self.teredo(src, dst);
        }
    }

    /// The tunnel that the ports tell of, and which of them does; `first` is the first one in turn.
    fn told_by(&self, first: Tunnel, src: u16, dst: u16) -> Option<(Tunnel, u16)> {
        if self.settings.compat {
            return self.told_by_reference(first, src, dst);
        }
        let to = Tunnel::from_port(dst);
        // A port that clients have, too, tells less than a source port.
        if to != Tunnel::None && (dst < EPHEMERAL || to == first) {
            return Some((to, dst));
        }
        // What the source port tells of these is something else (RFC 9300, section 5.3; RFC 8086, section
        // 3.1; RFC 7510, section 3).
        let one_way = matches!(first, Tunnel::Lisp | Tunnel::Gre | Tunnel::Mpls);
        let answer = !one_way && (dst > WELL_KNOWN || first == Tunnel::L2tp);
        answer.then_some((first, src))
    }

    /// The reference wants the other port to be a client's, and looks for no tunnel but L2TP in UDP over
    /// IPv6.
    fn told_by_reference(&self, first: Tunnel, src: u16, dst: u16) -> Option<(Tunnel, u16)> {
        let from = Tunnel::from_port(src) == first && dst > WELL_KNOWN;
        let to = Tunnel::from_port(dst) == first && (src > WELL_KNOWN || first == Tunnel::Vxlan);
        let seen = first == Tunnel::L2tp || (self.out.net == Net::V4 && (from || to));
        (seen && src != 0 && dst != 0).then_some((first, if to { dst } else { src }))
    }

    fn unpack_from_udp(&mut self, tunnel: Tunnel, port: u16) {
        match tunnel {
            Tunnel::L2tp if self.unpacks(Encapsulations::L2TP) => self.l2tp_over_udp(),
            // The reference names what it does not unpack.
            Tunnel::L2tp if self.settings.compat => self.name_l2tp(),
            Tunnel::Ayiya if self.unpacks(Encapsulations::AYIYA) => self.ayiya(),
            Tunnel::Gtp if self.unpacks(Encapsulations::GTP) => self.gtp(),
            Tunnel::Vxlan if self.unpacks(Encapsulations::VXLAN) => self.vxlan(port),
            Tunnel::Geneve if self.unpacks(Encapsulations::GENEVE) => self.geneve(),
            Tunnel::Capwap if self.unpacks(Encapsulations::CAPWAP) => self.capwap(),
            Tunnel::Lwapp if self.unpacks(Encapsulations::LWAPP) => self.lwapp(),
            // The reference does not know the others.
            _ if self.settings.compat => {}
            Tunnel::Lisp if self.unpacks(Encapsulations::LISP) => self.lisp(),
            Tunnel::Gre if self.unpacks(Encapsulations::GRE) => self.gre_over_udp(),
            Tunnel::Mpls if self.unpacks(Encapsulations::MPLS) => self.mpls_over_udp(),
            Tunnel::Wireguard => self.wireguard(),
            _ => {}
        }
    }

    /// GRE in UDP (RFC 8086): a header of version 0.
    fn gre_over_udp(&mut self) {
        const VERSION: u16 = 7;
        let (payload, at) = self.tunnel_payload();
        if u16_at(payload, 0).is_some_and(|flags| flags & VERSION == 0) {
            self.token(Token::Gre);
            self.mark(FlowStat::GRE);
            self.gre_header(at);
        }
    }

    /// MPLS in UDP (RFC 7510): a stack of labels.
    fn mpls_over_udp(&mut self) {
        const UNICAST: u16 = 0x8847;
        const LABEL: usize = 4;
        let (payload, at) = self.tunnel_payload();
        if payload.len() >= LABEL {
            self.unpack(|d| d.mpls(at, UNICAST));
        }
    }

    /// WireGuard: a message type and three zero bytes. It is encrypted, so it is only named.
    fn wireguard(&mut self) {
        let (payload, _) = self.tunnel_payload();
        if let [1..=4, 0, 0, 0, ..] = payload {
            self.token(Token::Wireguard);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Tunnel;

    #[test]
    fn the_first_of_two_ports_wins() {
        assert_eq!(Tunnel::from_port(4789).min(Tunnel::from_port(2152)), Tunnel::Gtp);
        assert_eq!(Tunnel::from_port(53).min(Tunnel::from_port(1701)), Tunnel::L2tp);
    }
}
