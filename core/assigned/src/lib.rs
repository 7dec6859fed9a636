//! Assigned numbers of IANA and IEEE: names of ports, protocols, ethertypes and hardware addresses.
//!
//! The tables are sorted text in the program itself, searched by halving: nothing is read, parsed or
//! kept on the heap at start. Where they are from stands in each table's head and in README.md.
#![forbid(unsafe_code)]

mod groups;
mod hardware;
mod table;

pub use groups::group;
pub use hardware::{Vendor, vendor};

use table::find;

/// A protocol with ports of its own registry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP: few ports are registered for it.
    Sctp,
    /// DCCP: a handful.
    Dccp,
}

impl Transport {
    /// All of them, in order.
    pub const ALL: [Self; 4] = [Self::Tcp, Self::Udp, Self::Sctp, Self::Dccp];
}

/// The service that a port is assigned to: IANA's name, `http` of TCP port 80.
pub fn port(transport: Transport, number: u16) -> Option<&'static str> {
    let table = match transport {
        Transport::Tcp => include_str!("../data/tcp.txt"),
        Transport::Udp => include_str!("../data/udp.txt"),
        Transport::Sctp => include_str!("../data/sctp.txt"),
        Transport::Dccp => include_str!("../data/dccp.txt"),
    };
    find(table, 10, number.into())
}

/// The name of a protocol number of IP: `TCP` of 6.
pub fn protocol(number: u8) -> Option<&'static str> {
    find(include_str!("../data/protocols.txt"), 10, number.into())
}

/// The name of an ethertype: `ARP` of 0x0806.
pub fn ethertype(number: u16) -> Option<&'static str> {
    find(include_str!("../data/ethertypes.txt"), 16, number.into())
}

#[cfg(test)]
mod tests {
    use super::{Transport, ethertype, port, protocol};

    #[test]
    fn ports() {
        assert_eq!(port(Transport::Tcp, 80), Some("http"));
        assert_eq!(port(Transport::Udp, 53), Some("domain"));
        assert_eq!(port(Transport::Tcp, 1), Some("tcpmux"));
        assert_eq!(port(Transport::Tcp, 6001), Some("x11"), "a range");
        assert_eq!(port(Transport::Tcp, 49151), None);
        assert_eq!(port(Transport::Tcp, 65535), None);
        assert_eq!(port(Transport::Sctp, 2905), Some("m3ua"));
        assert_eq!(port(Transport::Dccp, 9), Some("discard"));
        assert_eq!(port(Transport::Dccp, 80), None);
    }

    #[test]
    fn services_with_several_names() {
        assert_eq!(port(Transport::Udp, 3478), Some("stun"));
        assert_eq!(port(Transport::Tcp, 2049), Some("nfs"));
        assert_eq!(port(Transport::Tcp, 465), Some("submissions"));
        assert_eq!(port(Transport::Tcp, 631), Some("ipp"));
    }

    #[test]
    fn protocols_and_ethertypes() {
        assert_eq!([0, 6, 142].map(protocol), [Some("HOPOPT"), Some("TCP"), Some("Ethernet")]);
        assert_eq!([61, 200].map(protocol), [None, None]);
        assert_eq!([0x0800, 0x86dd].map(ethertype), [Some("IPv4"), Some("IPv6")]);
        assert_eq!([0x0000, 0x1234, 0xffff].map(ethertype), [None, None, None]);
    }
}
