//! What the packet table, the report and the links of flows need of a message.

use std::net::Ipv4Addr;

use super::toggles::Toggles;

/// How messages are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) toggles: &'a Toggles,
    /// As the reference reads them.
    pub(crate) compat: bool,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Summary {
    /// Bits of what was seen and what is wrong.
    pub(crate) stat: u16,
    /// There is a message.
    pub(crate) is_message: bool,
    pub(crate) is_reply: bool,
    pub(crate) kind: Option<u8>,
    pub(crate) hops: Option<u8>,
    pub(crate) hardware: Option<u8>,
    /// Transaction number.
    pub(crate) id: Option<u32>,
    /// The client's hardware address.
    pub(crate) mac: Option<[u8; 6]>,
    /// The address that it is about.
    pub(crate) yours: Option<Ipv4Addr>,
    /// All options, in their order.
    pub(crate) options: Vec<u8>,
}
