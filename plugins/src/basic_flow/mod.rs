//! Who talks to whom, when and over which headers: the columns that every flow table begins with.
//!
//! **Lists.** A flow keeps up to four different header chains and up to three hardware addresses per
//! side, in order of appearance. When a further chain appears, the status bit for a header
//! description overrun is set. `core.T2_PRI_HDRDESC=0` leaves the descriptions out.
//!
//! **Times.** `duration` is the time between the first and the last packet of this direction. In the
//! packet table, `pktTrip` is the time since the latest packet of the opposite direction; a negative
//! `pktIAT` sets the status bit for a time jump.
//!
//! **ICMP errors** name in `relFlowInd` the flows whose packets they quote (`core.ICMP_RELATED=1`), as far as
//! these flows are alive.
//!
//! **Layer-2 flows** have no addresses (`-`), and ports and protocol 0.

mod headers;
mod related;
mod row;
mod toggles;

use flowz_api::inventory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::token::Style;

use headers::Headers;
use related::Related;
use row::{Depths, FlowRow, Names, PacketRow};
use toggles::Toggles;

/// Different header chains that a flow keeps.
const MAX_CHAINS: usize = 4;
/// Hardware addresses per side that a flow keeps.
const MAX_MACS: usize = 3;
/// VLAN tags that a flow keeps.
const MAX_VLANS: usize = 3;
/// Protocols with ports: TCP, UDP, SCTP, UDP-Lite, and DCCP, of which the reference knows none.
const WITH_PORTS: [u8; 4] = [6, 17, 132, 136];
const DCCP: u8 = 33;

inventory::submit! { PluginEntry::of::<BasicFlow>() }

/// The plugin.
#[derive(Debug)]
pub(crate) struct BasicFlow {
    headers: Headers,
    /// Header chains are described.
    describes: bool,
    /// Tags of the current packet.
    vlans: [u16; MAX_VLANS],
}

/// State of a flow.
#[derive(Debug, Default)]
pub(crate) struct State {
    chains: [u16; MAX_CHAINS],
    src_macs: [Mac; MAX_MACS],
    dst_macs: [Mac; MAX_MACS],
    vlans: [u16; MAX_VLANS],
    chain_count: u8,
    src_count: u8,
    dst_count: u8,
    vlan_count: u8,
    /// Flows that ICMP errors report on.
    related: Option<Box<Related>>,
}

impl Plugin for BasicFlow {
    const INFO: Info = Info {
        name: "basicFlow",
        number: 100,
        summary: "Addresses, ports, times, header chains and status of each flow",
        requires: &[],
        default: true,
        steers: false,
    };
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn new(setup: &mut Setup<'_, Toggles>) -> Result<Self, flowz_api::plugin::SetupError> {
        let core = &setup.run.core;
        let style = Style { room: core.t2_hdrdesc_len as usize, folds: core.t2_hdrdesc_aggr };
        let headers = Headers::new(style);
        Ok(Self { headers, describes: core.t2_pri_hdrdesc, vlans: [0; MAX_VLANS] })
    }

    fn on_new_flow(&mut self, cx: &PacketContext<'_>, flow: &mut State) -> Interest {
        flow.vlan_count = vlans(cx, &mut flow.vlans);
        Interest::Packets
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.note(cx, flow);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.note(cx, flow);
        if let Some(related) = cx.related {
            flow.related.get_or_insert_default().add(related);
        }
        // The reference looks only when it writes a packet file.
        if (cx.run.packet_mode || !cx.run.compat) && cx.flow.last < cx.previous {
            cx.flow.status |= FlowStat::TIME_JUMP;
        }
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        let _ = flow;
        let ip = !cx.layers.is_layer2();
        let bogus_ip = cx.layers.status.contains(FlowStat::IPVX);
        let proto = cx.layers.l4_proto;
        let ports = ip && (WITH_PORTS.contains(&proto) || (proto == DCCP && !cx.run.compat));
        let number = self.headers.peek(&cx.layers.chain);
        let (src_mac, dst_mac) = macs(cx).unzip();
        PacketRow {
            sensor_id: cx.run.sensor,
            flow_stat: Hex64(cx.flow.status.bits()),
            time: cx.packet.ts.into(),
            pkt_iat: Nine(cx.interval()),
            pkt_trip: Nine(trip(cx)),
            flow_duration: duration(cx.flow, cx.run.compat),
            num_hdrs: cx.layers.chain.depth(),
            hdr_desc: Word(number.map_or(b"", |n| self.headers.get(n).text.as_bytes())),
            vlan_id: List(&self.vlans[..usize::from(cx.layers.vlan_tags).min(MAX_VLANS)]),
            src_mac,
            dst_mac,
            eth_type: Hex16(cx.layers.ethertype),
            src_ip: ip.then(|| cx.key.src_ip()),
            src_port: ports.then_some(cx.layers.src_port),
            dst_ip: ip.then(|| cx.key.dst_ip()),
            dst_port: ports.then_some(cx.layers.dst_port),
            l4_proto: (ip || bogus_ip).then_some(cx.layers.l4_proto),
            related: cx.related.map(|flow| flow.0),
        }
    }

    fn on_terminate<'a>(
        &'a mut self,
        cx: &'a EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let chains = &flow.chains[..usize::from(flow.chain_count)];
        FlowRow {
            sensor_id: cx.run.sensor,
            flow_stat: Hex64(cx.flow.status.bits()),
            time_first: cx.flow.first.into(),
            time_last: cx.flow.last.into(),
            duration: duration(cx.flow, cx.run.compat),
            num_hdr_desc: flow.chain_count,
            num_hdrs: Depths(&self.headers, chains),
            hdr_desc: Names(&self.headers, chains),
            src_mac: List(&flow.src_macs[..usize::from(flow.src_count)]),
            dst_mac: List(&flow.dst_macs[..usize::from(flow.dst_count)]),
            eth_type: Hex16(cx.key.ethertype),
            vlan_id: List(&flow.vlans[..usize::from(flow.vlan_count)]),
            src_ip: address(cx, cx.key.src_ip()),
            src_port: cx.key.src_port,
            dst_ip: address(cx, cx.key.dst_ip()),
            dst_port: cx.key.dst_port,
            l4_proto: cx.key.proto,
            related: List(flow.related.as_deref().map_or(&[], Related::flows)),
        }
    }
}

impl BasicFlow {
    /// Adds what is new in a packet to the flow's lists.
    #[inline]
    fn note(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) {
        if self.describes {
            let number = self.headers.number(&cx.layers.chain);
            let overrun = flow.add_chain(number, cx.run.compat);
            if overrun || self.headers.get(number).cut {
                cx.flow.status |= FlowStat::DESCRIPTION_OVERRUN;
            }
        }
        if let Some((src, dst)) = macs(cx) {
            add(&mut flow.src_macs, &mut flow.src_count, src);
            add(&mut flow.dst_macs, &mut flow.dst_count, dst);
        }
        if cx.run.packet_mode {
            vlans(cx, &mut self.vlans);
        }
    }
}

impl State {
    /// Keeps a header chain; says whether there was no room. The reference complains about every
    /// packet once the list is full, also about known chains.
    #[inline]
    fn add_chain(&mut self, number: u16, compat: bool) -> bool {
        let count = usize::from(self.chain_count);
        if count == MAX_CHAINS && compat {
            return true;
        }
        if self.chains[..count].contains(&number) {
            return false;
        }
        let Some(place) = self.chains.get_mut(count) else { return true };
        *place = number;
        self.chain_count += 1;
        false
    }
}

/// Keeps an address if it is new and there is room.
#[inline]
fn add(list: &mut [Mac; MAX_MACS], count: &mut u8, mac: Mac) {
    let known = usize::from(*count);
    if known < MAX_MACS && !list[..known].contains(&mac) {
        list[known] = mac;
        *count += 1;
    }
}

/// Source and destination address of the frame; none without an Ethernet header.
#[inline]
fn macs(cx: &PacketContext<'_>) -> Option<(Mac, Mac)> {
    if cx.layers.status.contains(FlowStat::NO_ETHERNET) {
        return None;
    }
    let header = cx.packet.data.get(cx.layers.l2 as usize..)?.first_chunk::<12>()?;
    let (dst, src) = header.split_first_chunk::<6>()?;
    Some((Mac(*src.first_chunk()?), Mac(*dst)))
}

/// Reads the identifiers of the first tags; yields how many there are.
fn vlans(cx: &PacketContext<'_>, out: &mut [u16; MAX_VLANS]) -> u8 {
    const IDENTIFIER: u16 = 0x0fff;
    // The reference shows the whole control word, priority bits included.
    let mask = if cx.run.compat { u16::MAX } else { IDENTIFIER };
    let count = cx.layers.vlan_tags.min(MAX_VLANS as u8);
    let tags = cx.packet.data.get(cx.layers.vlan as usize..).unwrap_or(&[]).chunks(4);
    for (tag, place) in tags.zip(out.iter_mut().take(usize::from(count))) {
        *place = tag.first_chunk().map_or(0, |b| u16::from_be_bytes(*b)) & mask;
    }
    count
}

/// An address of a flow. The reference shows 0 where there is none and all addresses are of one version.
fn address(cx: &EndContext<'_>, ip: IpText) -> IpText {
    match cx.run.core.ipv6_activate {
        0 if cx.run.compat && ip == IpText::None => IpText::V4([0; 4]),
        1 if cx.run.compat && ip == IpText::None => IpText::V6([0; 16]),
        _ => ip,
    }
}

/// Time from the first to the latest packet. Where time went backwards there is none; the reference
/// shows a negative one as unsigned.
fn duration(flow: &Flow, compat: bool) -> Duration {
    let nanos = flow.duration();
    Duration::of_nanos(if compat { nanos } else { nanos.max(0) })
}

/// Seconds since the latest packet of the opposite direction, 0 without one.
fn trip(cx: &PacketContext<'_>) -> f64 {
    let Some(peer) = &cx.peer else { return 0.0 };
    if !cx.run.compat {
        return (cx.flow.last - peer.last) as f64 / 1e9;
    }
    // The reference subtracts the nanoseconds in single precision.
    let nanos = cx.flow.last.subsec_nanos() as f32 - peer.last.subsec_nanos() as f32;
    f64::from((cx.flow.last.seconds() - peer.last.seconds()) as u32) + f64::from(nanos) / 1e9
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn state_stays_small() {
        assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    }

    #[test]
    fn a_fifth_chain_finds_no_room() {
        let mut state = State::default();
        assert!((0..4).all(|n| !state.add_chain(n, false)));
        assert!(!state.add_chain(2, false));
        assert!(state.add_chain(2, true), "the reference counts known ones too");
        assert!(state.add_chain(9, false));
    }
}
