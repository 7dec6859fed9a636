//! Who talks to whom, when and over which headers: the columns that every flow table begins with.
//!
//! **Lists.** A flow keeps up to four different header chains and up to three hardware addresses per
//! side, in order of appearance. When a further chain appears, the status bit for a header
//! description overrun is set. `core.T2_PRI_HDRDESC=0` leaves the descriptions out.
//!
//! **Times.** `duration` is the time between the first and the last packet of this direction. In the
//! packet table, `pktTrip` is the time since the latest packet of the other direction; a negative
//! `pktIAT` sets the status bit for a time jump.
//!
//! **ICMP errors** name in `relFlowInd` the flows whose packets they quote (`core.ICMP_RELATED=1`), as far as
//! these flows are alive.
//!
//! **Tunnels.** With `BFO_GRE`, `BFO_L2TP`, `BFO_PPP` and `BFO_TEREDO` the flow table shows the outermost
//! header of that kind around the flow's first packet, and the addresses of the IPv4 header in front of
//! it; zeros where there is none.
//!
//! **Places.** With `core.SUBNET_ON=1` (`--geo`) `srcIPCC`, `srcIPOrg` and the same of the destination tell where addresses belong: the
//! country and the organisation by the databases and lists that `core.GEO_FILES` names, and private, loopback, multicast and other
//! special ranges by IANA's registries (RFC 6890), which are built in; their classes of two digits are ours. What is not known is `-`; without any
//! database or list the organisation of public addresses is `no database`, and the report says so. The addresses are looked up once per flow,
//! and packets show their flow's. See [geo.md](geo.md).
//!
//! **Not offered**: `BFO_SUBNET_TEST_GRE`, `BFO_SUBNET_TEST_L2TP`, `BFO_SUBNET_TEST_TEREDO`, places of the addresses around tunnels;
//! `BFO_SUBNET_LL`, whose values the plugin geoip has (`srcIpLat`); `BFO_SUBNET_HEX`, numbers of the reference's own table;
//! `BFO_SUBNET_IPLIST` and `BFO_MAX_IP`, lists of a flow's addresses, of which a flow here has one on each side.
//!
//! **Layer-2 flows** have no addresses (`-`), and ports and protocol 0.

mod endpoints;
mod frame;
mod headers;
mod lapd;
mod note;
mod place;
mod rare;
mod related;
mod row;
mod stacks;
mod state;
mod times;
mod toggles;
mod tunnels;

use flowz_api::inventory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::token::Style;
use flowz_places::Finder;

use endpoints::Endpoints;
use frame::{MAX_VLANS, macs, vlans};
use headers::Headers;
use rare::{Rare, list};
use row::{Counted, Depths, FlowRow, Names, PacketRow};
use stacks::Stacks;
use state::{Elsewhere, State};
use times::{duration, mark_time_jump, packet_duration, trip};
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<BasicFlow>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct BasicFlow {
    #[merge(names)]
    headers: Headers,
    /// Header chains are described.
    #[merge(keep)]
    describes: bool,
    #[merge(keep)]
    toggles: Toggles,
    /// Flows keep the usual lists only.
    #[merge(keep)]
    plain: bool,
    /// Tags of the current packet.
    #[merge(keep)]
    vlans: [u16; MAX_VLANS],
    /// Tags and labels of the current packet, and its LAPD, where flows keep others.
    #[merge(keep)]
    stacks: Stacks,
    #[merge(keep)]
    lapd: Option<(lapd::Address, lapd::Control)>,
    /// Looks up places, if they are shown.
    #[merge(keep)]
    finder: Option<Finder>,
}

impl Plugin for BasicFlow {
    const INFO: Info = Info::new(
        "basicFlow",
        100,
        "Addresses, ports, times, header chains and status of each flow",
    )
    .on_by_default()
    .marks();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow<'a>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let core = &setup.run.core;
        let style = Style { room: core.t2_hdrdesc_len as usize, folds: core.t2_hdrdesc_aggr };
        let headers = Headers::new(style);
        let places = setup.toggles.places(setup.run);
        let finder = places.then(|| crate::place::finder(setup.run)).transpose()?;
        Ok(Self {
            headers,
            describes: core.t2_pri_hdrdesc,
            plain: setup.toggles.is_plain() && !core.icmp_related && !places,
            toggles: setup.toggles.clone(),
            vlans: [0; MAX_VLANS],
            stacks: Stacks::default(),
            lapd: None,
            finder,
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        if self.plain {
            rare::usual_bytes()
        } else {
            rare::bytes(&self.toggles, self.finder.is_some())
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        if self.plain {
            flow.vlan_count = vlans(cx, &mut flow.vlans);
        } else {
            let mut rare = Box::new(Rare::new(cx, &self.toggles));
            rare.places = self.finder.as_mut().map(|finder| place::of_flow(finder, cx.key));
            flow.elsewhere = Some(Box::new(Elsewhere::Rare(rare)));
        }
        Interest::Packets
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.note(cx, flow);
        mark_time_jump(cx);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.note(cx, flow);
        if let Some((related, rare)) = cx.related.zip(flow.rare_mut()) {
            rare.related.add(related);
        }
        mark_time_jump(cx);
    }

    #[inline]
    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow<'a> {
        let [src, dst] = place::shown(flow.rare());
        let bogus_ip = cx.layers.status.contains(FlowStat::IPVX) || is_unformed_ipv4(cx);
        let endpoints = Endpoints::from_packet(cx);
        let (src_ip, dst_ip) = endpoints.addresses.unzip();
        let (src_port, dst_port) = endpoints.ports(cx.run.compat).unzip();
        let (src_mac, dst_mac) = macs(cx).unzip();
        PacketRow {
            flow_stat: Hex64(cx.marked_status::<Self>().bits()),
            time: cx.run.packet_time(cx.packet.ts),
            pkt_iat: Seconds(cx.interval()),
            pkt_trip: Seconds(trip(cx)),
            flow_duration: packet_duration(cx.flow, cx.run.compat),
            num_hdrs: cx.layers.chain.depth(),
            hdr_desc: Label(self.headers.text(&cx.layers.chain).as_bytes()),
            vlan_id: List(if self.plain {
                &self.vlans[..usize::from(cx.layers.vlan_tags).min(MAX_VLANS)]
            } else {
                &self.stacks.vlan_ids
            }),
            vlan_header: Label(self.stacks.vlan_text.as_bytes()),
            vlan_parts: Label(self.stacks.vlan_text.as_bytes()),
            mpls_labels: List(&self.stacks.labels),
            mpls_labels_hex: List(&self.stacks.labels_hex),
            mpls_headers: List(&self.stacks.label_headers),
            mpls_parts: List(&self.stacks.label_parts),
            src_mac,
            dst_mac,
            eth_type: Hex16(cx.layers.ethertype),
            lapd_service: self.lapd.map(|(address, _)| address.0),
            lapd_terminal: self.lapd.map(|(address, _)| address.1),
            lapd_format: self.lapd.map_or(Label(b""), |(_, control)| control.format),
            lapd_function: self.lapd.map_or(Label(b""), |(_, control)| control.function),
            lapd_received: self.lapd.and_then(|(_, control)| control.received),
            lapd_sent: self.lapd.and_then(|(_, control)| control.sent),
            src_ip,
            src_country: src.country,
            src_organisation: src.organisation,
            src_system: src.system,
            src_port,
            dst_ip,
            dst_country: dst.country,
            dst_organisation: dst.organisation,
            dst_system: dst.system,
            dst_port,
            l4_proto: (src_ip.is_some() || bogus_ip).then_some(endpoints.proto),
            related: cx.related.map(|flow| flow.0),
        }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        if flow.elsewhere.is_some() {
            self.headers.describe_own(flow.own());
        }
        let rare = flow.rare();
        let chains = rare.map_or(&flow.chains[..usize::from(flow.chain_count)], |r| &r.chains);
        let src_macs = rare.map_or(&flow.src_macs[..usize::from(flow.src_count)], |r| &r.src_macs);
        let dst_macs = rare.map_or(&flow.dst_macs[..usize::from(flow.dst_count)], |r| &r.dst_macs);
        let vlans =
            rare.map_or(&flow.vlans[..usize::from(flow.vlan_count)], |r| &r.stacks.vlan_ids);
        let tunnels = rare.map(|r| r.tunnels).unwrap_or_default();
        let [teredo_src, teredo_dst] = if self.toggles.bfo_teredo {
            tunnels::teredo_addresses(cx.key, cx.run.compat)
        } else {
            [tunnels::NO_TEREDO; 2]
        };
        let lapd = rare.map(|r| r.lapd).unwrap_or_default();
        let [src, dst] = place::shown(rare);
        FlowRow {
            sensor_id: cx.run.sensor,
            flow_stat: Hex64(cx.marked_status::<Self>().bits()),
            time_first: cx.run.moment(cx.flow.first),
            time_last: cx.run.moment(cx.flow.last),
            duration: duration(cx.flow, cx.run.compat),
            num_hdr_desc: chains.len() as u8,
            num_hdrs: Depths(&self.headers, chains),
            hdr_desc: Names(&self.headers, chains),
            hdr_desc_counts: Counted(&self.headers, chains, rare.map_or(&[], |r| &r.counts)),
            src_mac: List(src_macs),
            dst_mac: List(dst_macs),
            eth_type: Hex16(cx.key.ethertype),
            vlan_id: List(vlans),
            vlan_header: list(rare, |r| &r.stacks.vlan_headers),
            vlan_parts: list(rare, |r| &r.stacks.vlan_parts),
            mpls_labels: list(rare, |r| &r.stacks.labels),
            mpls_labels_hex: list(rare, |r| &r.stacks.labels_hex),
            mpls_headers: list(rare, |r| &r.stacks.label_headers),
            mpls_parts: list(rare, |r| &r.stacks.label_parts),
            lapd_service: lapd.0,
            lapd_terminal: lapd.1,
            ppp: tunnels.ppp,
            l2tp: tunnels.l2tp.flags,
            l2tp_tunnel: tunnels.l2tp.tunnel,
            l2tp_session: tunnels.l2tp.session,
            l2tp_connection: tunnels.l2tp.connection,
            l2tp_src: tunnels.l2tp_endpoints.0,
            l2tp_dst: tunnels.l2tp_endpoints.1,
            gre: tunnels.gre,
            gre_src: tunnels.gre_endpoints.0,
            gre_dst: tunnels.gre_endpoints.1,
            teredo_ip: tunnels.teredo.0,
            teredo_port: tunnels.teredo.1,
            teredo_src_flags: teredo_src.0,
            teredo_src_server: teredo_src.1,
            teredo_src_client: teredo_src.2,
            teredo_src_port: teredo_src.3,
            teredo_dst_flags: teredo_dst.0,
            teredo_dst_server: teredo_dst.1,
            teredo_dst_client: teredo_dst.2,
            teredo_dst_port: teredo_dst.3,
            src_ip: address(cx, cx.key.src_ip()),
            src_country: src.country,
            src_organisation: src.organisation,
            src_system: src.system,
            src_port: cx.key.src_port,
            dst_ip: address(cx, cx.key.dst_ip()),
            dst_country: dst.country,
            dst_organisation: dst.organisation,
            dst_system: dst.system,
            dst_port: cx.key.dst_port,
            l4_proto: cx.key.proto,
            related: list(rare, |r| r.related.flows()),
        }
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        if let Some(finder) = &self.finder {
            crate::place::report(finder.places(), out);
        }
    }
}

/// An address of a flow. The reference shows 0 where there is none and all addresses are of one version.
fn address(cx: &EndContext<'_>, ip: IpText) -> IpText {
    match cx.run.core.ipv6_activate {
        0 if cx.run.compat && ip == IpText::None => IpText::V4([0; 4]),
        1 if cx.run.compat && ip == IpText::None => IpText::V6([0; 16]),
        _ => ip,
    }
}

/// IPv4 in a layer-2 flow; the reference shows a protocol of 0.
fn is_unformed_ipv4(cx: &PacketContext<'_>) -> bool {
    const IPV4: u16 = 0x0800;
    let is_off = cx.run.core.ipv6_activate == 1 && cx.run.compat;
    is_off && cx.layers.is_layer2() && cx.layers.ethertype == IPV4
}
