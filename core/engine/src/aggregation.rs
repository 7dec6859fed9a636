//! What the keys of flows leave out: `core.AGGREGATIONFLAG` and the toggles beside it.
//!
//! Protocol, ports and VLAN are taken out of the layers, so that plugins see the packet as the flow
//! is: a flow over all protocols is no TCP flow. Addresses are cut in the key only.

use std::ops::RangeInclusive;

use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::settings::{Aggregate, CoreToggles};

/// What is left out.
#[derive(Debug)]
pub(crate) struct Aggregation {
    what: Aggregate,
    /// Ports of either end that are told from all others.
    src_ports: RangeInclusive<u16>,
    dst_ports: RangeInclusive<u16>,
    /// Leading bits of addresses that stay: IPv4 and IPv6.
    src_bits: [u8; 2],
    dst_bits: [u8; 2],
}

impl Aggregation {
    /// As the toggles say; none by default.
    pub(crate) fn new(core: &CoreToggles, compat: bool) -> Option<Self> {
        let what = core.aggregate();
        // The reference cuts IPv6 destinations as sources.
        let dst_v6 = if compat { core.srcip6cmsk } else { core.dstip6cmsk };
        (!what.is_empty()).then_some(Self {
            what,
            src_ports: core.srcportlw..=core.srcporthw,
            dst_ports: core.dstportlw..=core.dstporthw,
            src_bits: [core.srcip4cmsk, core.srcip6cmsk],
            dst_bits: [core.dstip4cmsk, dst_v6],
        })
    }

    /// Whether flows are over all protocols.
    pub(crate) fn over_protocols(&self) -> bool {
        self.what.contains(Aggregate::PROTOCOL)
    }

    /// Takes protocol, ports and VLAN out of a packet's layers.
    #[cold]
    pub(crate) fn headers(&self, layers: &mut Layers) {
        if self.what.contains(Aggregate::VLAN) {
            (layers.vlan_id, layers.vlan_tags) = (0, 0);
        }
        if layers.is_layer2() {
            return;
        }
        if self.what.contains(Aggregate::PROTOCOL) {
            layers.l4_proto = 0;
        }
        if self.what.contains(Aggregate::SRC_PORT) {
            layers.src_port = class(layers.src_port, &self.src_ports);
        }
        if self.what.contains(Aggregate::DST_PORT) {
            layers.dst_port = class(layers.dst_port, &self.dst_ports);
        }
    }

    /// Cuts the addresses of a key.
    #[cold]
    pub(crate) fn addresses(&self, key: &mut FlowKey) {
        let version = match key.net {
            Net::Layer2 => return,
            Net::V4 => 0,
            Net::V6 => 1,
        };
        if self.what.contains(Aggregate::SRC_IP) {
            cut(&mut key.src, self.src_bits[version]);
        }
        if self.what.contains(Aggregate::DST_IP) {
            cut(&mut key.dst, self.dst_bits[version]);
        }
    }
}

/// What stands for a port: 1 within the range and 0 outside; a range of one port keeps its number.
fn class(port: u16, range: &RangeInclusive<u16>) -> u16 {
    match range.contains(&port) {
        true if range.start() == range.end() => port,
        inside => inside.into(),
    }
}

/// Clears all but the leading bits.
fn cut(address: &mut [u8; 16], bits: u8) {
    let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
    *address = (u128::from_be_bytes(*address) & mask).to_be_bytes();
}

#[cfg(test)]
mod tests {
    use flowz_api::key::FlowKey;
    use flowz_api::layers::{Layers, Net};
    use flowz_api::settings::CoreToggles;

    use super::{Aggregation, class, cut};

    fn with(aggregationflag: u8) -> Aggregation {
        let core = CoreToggles { aggregationflag, srcportlw: 20, ..CoreToggles::default() };
        Aggregation::new(&core, false).unwrap()
    }

    #[test]
    fn nothing_by_default() {
        assert!(Aggregation::new(&CoreToggles::default(), false).is_none());
    }

    #[test]
    fn leading_bits_stay() {
        let cut = |bits| {
            let mut address = [0xff; 16];
            cut(&mut address, bits);
            u128::from_be_bytes(address)
        };
        assert_eq!((cut(0), cut(12), cut(128)), (0, 0xfff << 116, u128::MAX));
    }

    #[test]
    fn ports_become_one_within_the_range_and_zero_outside() {
        let layers = |flag, net| {
            let mut l = Layers { net, src_port: 19, dst_port: 1024, ..Layers::default() };
            (l.l4_proto, l.vlan_id, l.vlan_tags) = (6, 9, 1);
            with(flag).headers(&mut l);
            (l.src_port, l.dst_port, l.l4_proto, l.vlan_id, l.vlan_tags)
        };
        assert_eq!(layers(0x01, Net::V4), (19, 1024, 0, 9, 1));
        assert_eq!(layers(0x02, Net::V4), (19, 1, 6, 9, 1));
        assert_eq!(layers(0x04, Net::V6), (0, 1024, 6, 9, 1));
        assert_eq!(layers(0x20, Net::V4), (19, 1024, 6, 0, 0));
        assert_eq!(layers(0x3f, Net::Layer2), (19, 1024, 6, 0, 0), "layer 2 has no ports");
    }

    #[test]
    fn a_single_port_keeps_its_number() {
        assert_eq!(
            [class(80, &(80..=80)), class(81, &(80..=80)), class(80, &(80..=81))],
            [80, 0, 1]
        );
    }

    #[test]
    fn addresses_of_either_end() {
        let key = |flag, net| {
            let mut key = FlowKey { src: [255; 16], dst: [255; 16], net, ..FlowKey::default() };
            with(flag).addresses(&mut key);
            [key.src[3], key.dst[3], key.src[15], key.dst[15]]
        };
        assert_eq!(key(0x08, Net::V4), [255, 0, 255, 0]);
        assert_eq!(key(0x10, Net::V4), [0, 255, 0, 255]);
        assert_eq!(key(0x18, Net::V6), [255, 255, 0, 0]);
        assert_eq!(key(0x18, Net::Layer2), [255; 4]);
    }
}
