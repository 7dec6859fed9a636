//! Who talks with whom.

use flowz_api::cell::IpText;
use flowz_api::key::FlowKey;

use super::nets::Nets;
use crate::biflow::Side;

/// Client and server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) ips: [IpText; 2],
    pub(super) ports: [u16; 2],
    /// Which of them are inside.
    pub(super) inside: [bool; 2],
}

impl Ends {
    /// Those of a conversation whose client is at the source of packets of that side; the key is that of packets of `side`. None if both are outside.
    pub(super) fn new(key: &FlowKey, side: Side, client: Side, nets: &Nets) -> Option<Self> {
        let key = if side == client { *key } else { key.reversed() };
        let ips = [key.src_ip(), key.dst_ip()];
        let inside = ips.map(|ip| nets.contains(ip));
        inside.contains(&true).then_some(Self { ips, ports: [key.src_port, key.dst_port], inside })
    }
}
