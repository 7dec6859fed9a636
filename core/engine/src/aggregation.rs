//! What the keys of flows leave out: `core.AGGREGATIONFLAG` and the toggles beside it; and what they have more.
//!
//! Protocol, ports and VLAN are taken out of the layers, so that plugins see the packet as the flow
//! is: a flow over all protocols is no TCP flow. Addresses are cut in the key only.
//!
//! With `core.ETH_ACTIVATE=2` hardware addresses tell IP flows apart. A key has no room for them and keeps
//! 48 bits of a hash: for two flows to be taken for one, these must be equal, and all else in the key.

use std::hash::{BuildHasher, Hasher};
use std::ops::RangeInclusive;

use crate::table::REPLY;
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::settings::{Aggregate, CoreToggles};
use flowz_api::status::FlowStat;
use foldhash::fast::RandomState;

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
    /// Hardware addresses are part of the keys of IP flows.
    by_hardware: bool,
    /// All frames have hardware addresses, whatever the link type.
    any_link: bool,
    hasher: RandomState,
}

impl Aggregation {
    /// As the toggles say; none by default.
    pub(crate) fn new(core: &CoreToggles, compat: bool) -> Option<Self> {
        let what = core.aggregate();
        // The reference cuts IPv6 destinations as sources.
        let dst_v6 = if compat { core.srcip6cmsk } else { core.dstip6cmsk };
        let by_hardware = core.eth_activate == 2;
        // The reference takes the first bytes of any frame for addresses; else there is hardly a frame without IP
        // on links without Ethernet.
        let any_link = compat && (by_hardware || core.ipv6_activate == 1);
        (!what.is_empty() || by_hardware || any_link).then_some(Self {
            what,
            src_ports: core.srcportlw..=core.srcporthw,
            dst_ports: core.dstportlw..=core.dstporthw,
            src_bits: [core.srcip4cmsk, core.srcip6cmsk],
            dst_bits: [core.dstip4cmsk, dst_v6],
            by_hardware,
            any_link,
            hasher: RandomState::default(),
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

    /// Adds hardware addresses to a key. The two directions have them the other way round.
    #[cold]
    pub(crate) fn hardware(&self, key: &mut FlowKey, layers: &Layers, data: &[u8]) {
        if key.net == Net::Layer2 {
            if self.any_link && layers.status.contains(FlowStat::NO_ETHERNET) {
                (key.src, key.dst) = addresses_at(layers, data);
            }
            return;
        }
        let without = layers.status.contains(FlowStat::NO_ETHERNET) && !self.any_link;
        if !self.by_hardware || without {
            return;
        }
        let (src, dst) = addresses_at(layers, data);
        let is_symmetric = key.is_symmetric();
        let is_upwards = if is_symmetric { src <= dst } else { is_upwards(key) };
        let (first, second) = if is_upwards { (src, dst) } else { (dst, src) };
        let mut hasher = self.hasher.build_hasher();
        hasher.write(&first[..6]);
        hasher.write(&second[..6]);
        let [a, b, c, d, e, f, ..] = hasher.finish().to_le_bytes();
        key.tag ^= u32::from_le_bytes([a, b, c, d]);
        key.stream = u16::from_le_bytes([e, f]);
        if is_symmetric {
            // Nothing else tells the two directions apart.
            key.stream = (key.stream & !REPLY) | if is_upwards { 0 } else { REPLY };
        }
    }
}

/// Source and destination address of a frame, each in the first six bytes.
fn addresses_at(layers: &Layers, data: &[u8]) -> ([u8; 16], [u8; 16]) {
    let (mut src, mut dst) = ([0; 16], [0; 16]);
    let header = data.get(layers.l2 as usize..).and_then(|frame| frame.first_chunk::<12>());
    if let Some(header) = header {
        dst[..6].copy_from_slice(&header[..6]);
        src[..6].copy_from_slice(&header[6..]);
    }
    (src, dst)
}

/// Whether a key goes from its lower end to its higher one: then its reverse does not.
fn is_upwards(key: &FlowKey) -> bool {
    (key.src, key.src_port) < (key.dst, key.dst_port)
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
    use flowz_api::status::FlowStat;

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

    fn frame(link: FlowStat, [src, dst]: [u8; 2]) -> (Layers, [u8; 14]) {
        let mut data = [0; 14];
        (data[5], data[11]) = (dst, src);
        (Layers { net: Net::V4, status: link, ..Layers::default() }, data)
    }

    #[test]
    fn hardware_addresses_tell_flows_apart() {
        let core = CoreToggles { eth_activate: 2, ..CoreToggles::default() };
        let all = [false, true].map(|compat| Aggregation::new(&core, compat).unwrap());
        let key = FlowKey { src: [1; 16], dst: [2; 16], net: Net::V4, ..FlowKey::default() };
        let of = |all: &Aggregation, mut key: FlowKey, (layers, data): (Layers, [u8; 14])| {
            all.hardware(&mut key, &layers, &data);
            key
        };
        let (ethernet, other) = (FlowStat::empty(), FlowStat::NO_ETHERNET);
        for all in &all {
            let there = of(all, key, frame(ethernet, [7, 8]));
            assert_eq!(there, of(all, key, frame(ethernet, [7, 8])));
            assert_eq!(there.reversed(), of(all, key.reversed(), frame(ethernet, [8, 7])));
            for macs in [[8, 7], [7, 9], [9, 8]] {
                assert_ne!(there, of(all, key, frame(ethernet, macs)), "{macs:?}");
            }
        }
        let same = FlowKey { dst: key.src, ..key };
        let (there, back) = (
            of(&all[0], same, frame(ethernet, [7, 8])),
            of(&all[0], same, frame(ethernet, [8, 7])),
        );
        assert_eq!((there.stream ^ back.stream, there.tag), (super::REPLY, back.tag));
        assert_eq!(of(&all[0], key, frame(other, [7, 8])), key);
        assert_ne!(of(&all[1], key, frame(other, [7, 8])), key);
        let layer2 = FlowKey { net: Net::Layer2, ..key };
        assert_eq!(of(&all[0], layer2, frame(other, [7, 8])), layer2);
        assert_eq!(of(&all[1], layer2, frame(other, [7, 8])).src[5], 7);
        assert_eq!(of(&all[1], layer2, frame(ethernet, [7, 8])), layer2, "has them already");
    }
}
