//! Headers of tunnels around a flow's first packet, and the addresses that Teredo makes up.

use std::net::Ipv4Addr;

use flowz_api::Checkpoint;
use flowz_api::cell::{Hex8, Hex16, Hex32};
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::plugin::PacketContext;
use flowz_api::tunnel_offsets::{TunnelHeader, TunnelOffsets};

/// What is known of tunnels; zeros where there are none.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(crate) struct Tunnels {
    pub(crate) ppp: Hex32,
    pub(crate) l2tp: L2tp,
    pub(crate) l2tp_endpoints: TunnelEndpoints,
    pub(crate) gre: Hex32,
    pub(crate) gre_endpoints: TunnelEndpoints,
    pub(crate) teredo: (Ipv4Addr, u16),
}

impl Default for Tunnels {
    fn default() -> Self {
        Self {
            ppp: Hex32(0),
            l2tp: L2tp::default(),
            l2tp_endpoints: NOWHERE,
            gre: Hex32(0),
            gre_endpoints: NOWHERE,
            teredo: (Ipv4Addr::UNSPECIFIED, 0),
        }
    }
}

/// Both endpoints of a tunnel over IPv4.
pub(crate) type TunnelEndpoints = (Ipv4Addr, Ipv4Addr);

const NOWHERE: TunnelEndpoints = (Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED);

/// An L2TP header: tunnel and session of version 2 (RFC 2661), session of version 3 (RFC 3931).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct L2tp {
    pub(crate) flags: Hex16,
    pub(crate) tunnel: u16,
    pub(crate) session: u16,
    pub(crate) connection: u32,
}

impl Tunnels {
    /// Reads the headers that were found in the packet at hand.
    pub(crate) fn read(cx: &PacketContext<'_>) -> Self {
        cx.tunnel_offsets.map_or_else(Self::default, |marks| {
            let mut tunnels = Self::from_offsets(cx.packet.data, marks);
            if cx.run.compat {
                tunnels.as_reference(cx.packet.data, marks);
            }
            tunnels
        })
    }

    fn from_offsets(data: &[u8], marks: &TunnelOffsets) -> Self {
        let mut tunnels = Self::default();
        if let Some(word) = marks.ppp.and_then(|at| word(data, at)) {
            tunnels.ppp = Hex32(word);
        }
        if let Some(gre) = marks.gre {
            tunnels.gre = Hex32(word(data, gre.at).unwrap_or(0));
            tunnels.gre_endpoints = endpoints(data, gre);
        }
        if let Some(l2tp) = marks.l2tp {
            tunnels.l2tp = L2tp::from_header(data, l2tp).unwrap_or_default();
            tunnels.l2tp_endpoints = endpoints(data, l2tp);
        }
        if let Some(origin) = marks.teredo.and_then(|at| origin(data.get(at as usize..)?)) {
            tunnels.teredo = origin;
        }
        tunnels
    }

    /// The reference reads the identifiers of L2TP version 2 from one place, whether there is a length in front of them
    /// or not, and takes both for a connection too; it shows nothing of sessions over IP, nor PPP of PPPoE.
    #[cold]
    fn as_reference(&mut self, data: &[u8], marks: &TunnelOffsets) {
        const VERSION: u16 = 0x000f;
        if let Some(l2tp) = marks.l2tp
            && self.l2tp.flags.0 & VERSION == 2
        {
            let ids = word(data, l2tp.at + 2).unwrap_or(0);
            (self.l2tp.tunnel, self.l2tp.session) = ((ids >> 16) as u16, ids as u16);
            self.l2tp.connection = ids.rotate_left(16);
        }
    }
}

impl L2tp {
    /// A header over UDP begins with flags, one over IP (protocol 115) with the session.
    fn from_header(data: &[u8], tunnel_header: TunnelHeader) -> Option<Self> {
        const OVER_IP: u8 = 115;
        const LENGTH: u16 = 0x4000;
        const VERSION: u16 = 0x000f;
        let at = tunnel_header.at;
        let connection = word(data, at)?;
        let header = data.get(tunnel_header.ip as usize..)?;
        if header.first()? >> 4 == 4 && header.get(9) == Some(&OVER_IP) {
            return Some(Self { connection, ..Self::default() });
        }
        let flags = (connection >> 16) as u16;
        let flagged = Self { flags: Hex16(flags), ..Self::default() };
        if flags & VERSION == 3 {
            return Some(Self { connection: word(data, at + 4)?, ..flagged });
        }
        let ids = word(data, at + if flags & LENGTH == 0 { 2 } else { 4 })?;
        Some(Self { tunnel: (ids >> 16) as u16, session: ids as u16, ..flagged })
    }
}

fn word(data: &[u8], at: u32) -> Option<u32> {
    Some(u32::from_be_bytes(*data.get(at as usize..)?.first_chunk()?))
}

/// Addresses of the IPv4 header around a tunnel's; none of IPv6.
fn endpoints(data: &[u8], tunnel_header: TunnelHeader) -> TunnelEndpoints {
    let header = data.get(tunnel_header.ip as usize..).unwrap_or(&[]);
    let is_v4 = header.first().is_some_and(|b| b >> 4 == 4);
    let address = |at| word(header, at).map(Ipv4Addr::from_bits);
    address(12).zip(address(16)).filter(|_| is_v4).unwrap_or(NOWHERE)
}

/// Address and port in an origin indication (RFC 4380, section 5.1.1), which may stand behind an
/// authentication. Both are stored inverted.
fn origin(payload: &[u8]) -> Option<(Ipv4Addr, u16)> {
    let skipped = match payload {
        [0, 1, id, auth, ..] => 13 + usize::from(*id) + usize::from(*auth),
        _ => 0,
    };
    match payload.get(skipped..)? {
        [0, 0, p, q, a, b, c, d, ..] => {
            Some((Ipv4Addr::new(!a, !b, !c, !d), !u16::from_be_bytes([*p, *q])))
        }
        _ => None,
    }
}

/// The parts of a Teredo address (RFC 4380, section 4): flags, server, client's address and port.
pub(crate) type TeredoAddress = (Hex8, Ipv4Addr, Ipv4Addr, u16);

/// What other addresses have.
pub(crate) const NO_TEREDO: TeredoAddress =
    (Hex8(0), Ipv4Addr::UNSPECIFIED, Ipv4Addr::UNSPECIFIED, 0);

/// The parts of both addresses of a flow; zeros of others.
pub(crate) fn teredo_addresses(key: &FlowKey, compat: bool) -> [TeredoAddress; 2] {
    [key.src, key.dst].map(|address| {
        let parts = (key.net == Net::V6).then(|| teredo_address(&address, compat)).flatten();
        parts.unwrap_or(NO_TEREDO)
    })
}

/// The parts of an address with the prefix 2001:0::/32. The reference shows no flags.
fn teredo_address(address: &[u8; 16], compat: bool) -> Option<TeredoAddress> {
    let [0x20, 1, 0, 0, s0, s1, s2, s3, flags, _, p0, p1, c0, c1, c2, c3] = *address else {
        return None;
    };
    let flags = Hex8(if compat { 0 } else { flags });
    let server = Ipv4Addr::new(s0, s1, s2, s3);
    let client = Ipv4Addr::new(!c0, !c1, !c2, !c3);
    Some((flags, server, client, !u16::from_be_bytes([p0, p1])))
}

#[cfg(test)]
mod tests {
    use super::{Hex8, Hex16, Hex32, Ipv4Addr, L2tp, TunnelHeader, TunnelOffsets, Tunnels, origin};

    #[test]
    fn origins_behind_authentication_or_not() {
        let plain = [0, 0, 0xf1, 0x2a, 0xb9, 0xc8, 0x28, 0x15];
        let client = Some((Ipv4Addr::new(70, 55, 215, 234), 3797));
        assert_eq!(origin(&plain), client);
        let mut behind = vec![0, 1, 1, 2];
        behind.extend([0; 12]);
        behind.extend(plain);
        assert_eq!(origin(&behind), client);
        assert_eq!(origin(&behind[..20]), None);
        assert_eq!(origin(&[0x60, 0, 0, 0, 0, 0, 0, 0]), None);
    }

    #[test]
    fn teredo_addresses() {
        let address = [0x20, 1, 0, 0, 65, 55, 158, 80, 0x80, 0, 0xf1, 0x2a, 0xb9, 0xc8, 0x28, 0x15];
        let parts = |flags| {
            let client = Ipv4Addr::new(70, 55, 215, 234);
            Some((Hex8(flags), Ipv4Addr::new(65, 55, 158, 80), client, 3797))
        };
        assert_eq!(super::teredo_address(&address, false), parts(0x80));
        assert_eq!(super::teredo_address(&address, true), parts(0));
        assert_eq!(super::teredo_address(&[0x20; 16], false), None);
    }

    #[test]
    fn headers_of_both_versions_of_l2tp() {
        let mut data = vec![0x45; 20];
        data[9] = 17;
        let of = |header: &[u8]| {
            L2tp::from_header(&[&data, header].concat(), TunnelHeader { ip: 0, at: 20 })
        };
        let second = L2tp { flags: Hex16(2), tunnel: 7, session: 9, connection: 0 };
        assert_eq!(of(&[0, 2, 0, 7, 0, 9]), Some(second));
        let long = L2tp { flags: Hex16(0x4002), ..second };
        assert_eq!(of(&[0x40, 2, 0, 99, 0, 7, 0, 9]), Some(long));
        let third = L2tp { flags: Hex16(3), connection: 5, ..L2tp::default() };
        assert_eq!(of(&[0, 3, 0, 0, 0, 0, 0, 5]), Some(third));
        assert_eq!(of(&[0, 3, 0]), None);
        data[9] = 115;
        let header = [&data[..], &[0, 0, 0, 5]].concat();
        let over_ip = L2tp { connection: 5, ..L2tp::default() };
        assert_eq!(L2tp::from_header(&header, TunnelHeader { ip: 0, at: 20 }), Some(over_ip));
    }

    #[test]
    fn gre_and_its_endpoints() {
        let mut data = vec![0x45; 12];
        data.extend([10, 0, 0, 1, 10, 0, 0, 2, 0x30, 0x81, 0x88, 0x0b]);
        let gre = Some(TunnelHeader { ip: 0, at: 20 });
        let tunnels = Tunnels::from_offsets(
            &data,
            &TunnelOffsets { gre, ppp: Some(22), ..TunnelOffsets::default() },
        );
        assert_eq!(tunnels.gre, Hex32(0x3081_880b));
        assert_eq!(tunnels.gre_endpoints, (Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)));
        assert_eq!(tunnels.ppp, Hex32(0), "cut");
        data[0] = 0x60;
        let over_v6 =
            Tunnels::from_offsets(&data, &TunnelOffsets { gre, ..TunnelOffsets::default() });
        assert_eq!(over_v6.gre_endpoints, super::NOWHERE);
    }
}
