//! What makes packets belong to one flow.

use crate::Checkpoint;
use crate::cell::IpText;
use crate::layers::Net;

/// Protocol number of TCP (RFC 9293).
pub const TCP: u8 = 6;
/// Protocol number of UDP (RFC 768).
pub const UDP: u8 = 17;

/// Identity of a flow: addresses, ports, protocol, VLAN.
///
/// IPv4 addresses use the first four bytes; layer-2 flows keep the hardware addresses in the first
/// six bytes and have no ports.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Checkpoint)]
#[repr(C)]
pub struct FlowKey {
    /// Source address.
    pub src: [u8; 16],
    /// Destination address.
    pub dst: [u8; 16],
    /// Source port.
    pub src_port: u16,
    /// Destination port.
    pub dst_port: u16,
    /// VLAN identifier of the innermost tag, 12 bits.
    pub vlan: u16,
    /// Ethertype (LLC: the SAP pair).
    pub ethertype: u16,
    /// Protocol number of IP.
    pub proto: u8,
    /// Layer of the flow.
    pub net: Net,
    /// SCTP stream, if streams are flows of their own (`core.SCTP_ACTIVATE`), else 0. With
    /// `core.ETH_ACTIVATE=2` this and the tag stand for hardware addresses too.
    pub stream: u16,
    /// SCTP verification tag, if it tells flows apart (`core.SCTP_ACTIVATE`), and identifiers of tunnels
    /// (`core.TUNNEL_KEY`); else 0.
    pub tag: u32,
}

impl FlowKey {
    /// The key of packets in the other direction.
    #[must_use]
    pub fn reversed(&self) -> Self {
        Self {
            src: self.dst,
            dst: self.src,
            src_port: self.dst_port,
            dst_port: self.src_port,
            ..*self
        }
    }

    /// Whether both directions have the same key: nothing tells them apart.
    pub fn is_symmetric(&self) -> bool {
        self.src == self.dst && self.src_port == self.dst_port
    }

    /// Source address as a column value.
    pub fn src_ip(&self) -> IpText {
        ip(&self.src, self.net)
    }

    /// Destination address as a column value.
    pub fn dst_ip(&self) -> IpText {
        ip(&self.dst, self.net)
    }
}

fn ip(bytes: &[u8; 16], net: Net) -> IpText {
    match net {
        Net::Layer2 => IpText::None,
        Net::V4 => IpText::V4([bytes[0], bytes[1], bytes[2], bytes[3]]),
        Net::V6 => IpText::V6(*bytes),
    }
}
