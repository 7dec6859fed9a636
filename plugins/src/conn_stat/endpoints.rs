//! The endpoints of a flow.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use flowz_api::Checkpoint;
use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;

/// An address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Checkpoint)]
pub(crate) struct Address {
    halves: [u64; 2],
    v6: bool,
}

impl Address {
    /// Of an IP flow.
    pub(crate) fn new(ip: IpText) -> Option<Self> {
        let (bits, v6) = match ip {
            IpText::None => return None,
            IpText::V4(a) => (u32::from_be_bytes(a).into(), false),
            IpText::V6(a) => (u128::from_be_bytes(a), true),
        };
        Some(Self { halves: [(bits >> 64) as u64, bits as u64], v6 })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [high, low] = self.halves;
        if self.v6 {
            Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(low)).fmt(f)
        } else {
            Ipv4Addr::from_bits(low as u32).fmt(f)
        }
    }
}

/// Client and server of a flow, and the server's port.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Endpoints {
    pub(crate) client: Address,
    pub(crate) server: Address,
    pub(crate) port: u16,
}

impl Endpoints {
    /// Of an IP flow; of a reply, the server is the source.
    pub(crate) fn from_key(key: &FlowKey, reply: bool) -> Option<Self> {
        let (source, destination) = (Address::new(key.src_ip())?, Address::new(key.dst_ip())?);
        Some(if reply {
            Self { client: destination, server: source, port: key.src_port }
        } else {
            Self { client: source, server: destination, port: key.dst_port }
        })
    }
}
