//! What the end report tells of the run as a whole.

use std::fmt;

use flowz_api::Checkpoint;
use flowz_api::expect::ExpectationCounts;
use flowz_api::flow::Flow;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_api::status::FlowStat;
use flowz_api::token::Token;
use flowz_decode::NoFlow;

use crate::encapsulation_counts::EncapsulationCounts;
use crate::end_reason::EndReason;
use crate::output::{AlarmCounts, FileCounts};
use crate::rate_extremes::{RateExtremes, Sums};
use crate::reassembly;

/// Packets and captured bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct Volume {
    /// Packets.
    pub packets: u64,
    /// Captured bytes.
    pub bytes: u64,
}

impl Volume {
    /// Bytes per packet.
    pub(crate) fn mean(self) -> f64 {
        if self.packets == 0 { 0.0 } else { self.bytes as f64 / self.packets as f64 }
    }

    #[inline]
    fn add(&mut self, bytes: usize) {
        self.packets += 1;
        self.bytes += bytes as u64;
    }
}

/// Smallest, largest and running mean of the number of headers.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub struct Depth {
    /// Smallest.
    pub min: u16,
    /// Largest.
    pub max: u16,
    /// Mean, single precision as in the reference.
    pub mean: f32,
}

/// The first packet of which less of layer 3 was captured than its header says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub struct Snapped {
    /// Captured bytes of the frame.
    pub frame: usize,
    /// Captured bytes of layer 3.
    pub layer3: u32,
    /// Length of layer 3.
    pub said: u32,
}

impl fmt::Display for Snapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frame, layer3, said } = self;
        write!(f, "snapL2Length: {frame} - snapL3Length: {layer3} - IP length in header: {said}")
    }
}

/// All counters of a run.
#[derive(Clone, Debug, Checkpoint)]
pub struct Counters {
    /// All packets.
    pub read: Volume,
    /// Bytes on the wire.
    pub wire_bytes: u64,
    /// Padding bytes.
    pub pad_bytes: u64,
    /// Bytes of IP packets on the wire without padding.
    pub ip_bytes: u64,
    /// Time of the first packet.
    pub first: Option<Timestamp>,
    /// Time of the latest packet read.
    pub last: Timestamp,
    /// The first packet that was cut by the snap length.
    pub first_snapped: Option<Snapped>,
    /// Packets that form no flow, by reason.
    pub no_flow: [u64; NoFlow::ALL.len()],
    /// Packets that were dropped as copies of others.
    pub duplicates: u64,
    /// Packets that are left to other runs, each of which takes a part.
    pub other_shards: u64,
    /// Packets of layer-2 flows.
    pub layer2: u64,
    /// Packets of IPv4 flows.
    pub ipv4: u64,
    /// Packets of IPv6 flows.
    pub ipv6: u64,
    /// Packets of flows without, and with, the direction bit.
    pub directions: [Volume; 2],
    /// Number of headers.
    pub depth: Depth,
    /// Most VLAN tags in a packet.
    pub max_vlan: u8,
    /// Most MPLS labels in a packet.
    pub max_mpls: u8,
    /// Packets with LLC or a tunnel.
    pub inside: EncapsulationCounts,
    /// ARP frames.
    pub arp: Volume,
    /// RARP frames.
    pub rarp: Volume,
    /// IGMP packets.
    pub igmp: u64,
    /// ICMP.
    pub icmp: Volume,
    /// ICMPv6.
    pub icmpv6: Volume,
    /// ICMP errors about packets of no known flow, and those about packets of a known one; counted if
    /// they are looked at.
    pub icmp_errors: [u64; 2],
    /// TCP.
    pub tcp: Volume,
    /// UDP.
    pub udp: Volume,
    /// SCTP.
    pub sctp: Volume,
    /// Parts of SCTP packets that were looked at one by one.
    pub sctp_parts: u64,
    /// Packets with DTLS records.
    pub dtls: u64,
    /// IPv4 fragments.
    pub ipv4_fragments: u64,
    /// IPv6 fragments.
    pub ipv6_fragments: u64,
    /// Fragments put together, if that is asked for; known at the end.
    pub reassembly: Option<reassembly::Counts>,
    /// Extremes over time, if they are asked for.
    pub rate_extremes: Option<Box<RateExtremes>>,
    /// What became of flows that plugins expected; known at the end.
    pub expected: Vec<(&'static str, ExpectationCounts)>,
    /// What became of the files of plugins; known at the end.
    pub plugin_files: FileCounts,
    /// Flow records that a condition of the user kept out of the table, if there is one; known at the end.
    pub left_out: Option<u64>,
    /// Alarms that plugins and rules have raised on flows that ended.
    pub alarms: u64,
    /// Those flows, one direction each; with `core.ALARM_AND` the ones on which all have.
    pub alarm_flows: u64,
    /// Flow records that alarm mode kept out of the table, if it is on; known at the end.
    pub without_alarm: Option<u64>,
    /// Nobody could raise an alarm, and alarm mode is on.
    pub no_alarm_source: bool,
    /// Flows that ended.
    pub flows: Flows,
    /// Most flows alive at once.
    pub max_live: usize,
    /// Flows that were written early because the table was full.
    pub evicted: u64,
    /// Interim records of flows that may have gone on (`core.ACTIVE_TIMEOUT`).
    pub interim: u64,
    /// Flows that plugins have ended (`core.FORCE_MODE`).
    pub forced: u64,
    /// All status bits of packets and flows.
    pub status: FlowStat,
    /// Link types that are not decoded, with the number of their packets, in order of appearance.
    pub unsupported: Vec<(LinkType, u64)>,
    /// Count as the reference does.
    pub compat: bool,
    /// Flows are over all protocols.
    pub over_protocols: bool,
    /// Headers are described.
    pub describes: bool,
    /// Versions of IP that form flows, as `core.IPV6_ACTIVATE` tells.
    pub versions: u8,
    /// First fragments do not count as fragments.
    pub hides_fragments: bool,
    /// Fragments whose first one is missing form no flow.
    pub ignores_headless: bool,
}

/// The reference counts records for packets, and none of access points.
#[cold]
fn dtls_records(layers: &Layers) -> u64 {
    let is_record = |token: &&Token| matches!(token, Token::Dtls10 | Token::Dtls12);
    layers.chain.tokens().iter().filter(is_record).count() as u64
}

/// Whether the outermost version of IP is 6.
#[cold]
fn is_in_ipv6(layers: &Layers) -> bool {
    let is_ip = |token: &&Token| matches!(token, Token::Ipv4 | Token::Ipv6);
    layers.chain.tokens().iter().find(is_ip) == Some(&Token::Ipv6)
}

/// Flows (directions), by kind.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub struct Flows {
    /// All.
    pub all: u64,
    /// On layer 2.
    pub layer2: u64,
    /// IPv4.
    pub ipv4: u64,
    /// IPv6.
    pub ipv6: u64,
    /// Made without a peer.
    pub a: u64,
    /// Made as the peer of a flow that is there.
    pub b: u64,
    /// Without a peer, but looking like a reply.
    pub lone_replies: u64,
    /// All that ended, by reason.
    pub ended: [u64; EndReason::ALL.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            read: Volume::default(),
            wire_bytes: 0,
            pad_bytes: 0,
            ip_bytes: 0,
            first: None,
            last: Timestamp::default(),
            first_snapped: None,
            no_flow: [0; NoFlow::ALL.len()],
            duplicates: 0,
            other_shards: 0,
            layer2: 0,
            ipv4: 0,
            ipv6: 0,
            directions: [Volume::default(); 2],
            depth: Depth { min: u16::MAX, max: 0, mean: 0.0 },
            max_vlan: 0,
            max_mpls: 0,
            inside: EncapsulationCounts::default(),
            arp: Volume::default(),
            rarp: Volume::default(),
            igmp: 0,
            icmp: Volume::default(),
            icmpv6: Volume::default(),
            icmp_errors: [0; 2],
            tcp: Volume::default(),
            udp: Volume::default(),
            sctp: Volume::default(),
            sctp_parts: 0,
            dtls: 0,
            ipv4_fragments: 0,
            ipv6_fragments: 0,
            reassembly: None,
            rate_extremes: None,
            expected: Vec::new(),
            plugin_files: FileCounts::default(),
            left_out: None,
            alarms: 0,
            alarm_flows: 0,
            without_alarm: None,
            no_alarm_source: false,
            flows: Flows::default(),
            max_live: 0,
            evicted: 0,
            interim: 0,
            forced: 0,
            status: FlowStat::empty(),
            unsupported: Vec::new(),
            compat: false,
            over_protocols: false,
            describes: true,
            versions: 2,
            hides_fragments: false,
            ignores_headless: false,
        }
    }
}

impl Counters {
    /// A packet was read; says whether it is the first one.
    #[inline]
    pub fn packet(&mut self, packet: &Packet<'_>) -> bool {
        self.read.add(packet.data.len());
        self.wire_bytes += u64::from(packet.wire_len);
        self.last = packet.ts;
        let is_first = self.first.is_none();
        if is_first {
            self.first = Some(packet.ts);
        }
        is_first
    }

    /// The packet was decoded.
    #[inline]
    pub fn layers(&mut self, packet: &Packet<'_>, layers: &Layers, reason: Option<NoFlow>) {
        if let Some(reason) = reason
            && self.compat
            && reason.is_fragment()
        {
            return self.left_out(packet, layers, reason);
        }
        self.status |= layers.status;
        self.headers(layers, layers.chain.depth());
        if layers.padding > 0 {
            self.pad_bytes += layers.padding as u64;
        }
        if layers.is_layer2() {
            self.layer2_kind(packet, layers);
        } else {
            self.ip(packet, layers);
        }
    }

    #[inline]
    fn headers(&mut self, layers: &Layers, depth: u16) {
        self.depth.min = self.depth.min.min(depth);
        self.depth.max = self.depth.max.max(depth);
        self.inside.add(layers);
        let decoded = (self.read.packets - self.duplicates - self.other_shards) as f32;
        self.depth.mean += (f32::from(depth) - self.depth.mean) / decoded;
        self.max_vlan = self.max_vlan.max(layers.vlan_tags);
        self.max_mpls = self.max_mpls.max(layers.mpls_labels);
    }

    /// What the reference counts of fragments that may form no flow.
    #[cold]
    fn left_out(&mut self, packet: &Packet<'_>, layers: &Layers, reason: NoFlow) {
        let is_shorter = reason == NoFlow::LaterFragment && layers.net == Net::V4;
        self.headers(layers, layers.chain.depth() - u16::from(is_shorter));
        self.status |= layers.status - (FlowStat::IPV4_FLOW | FlowStat::IPV6_FLOW);
        self.ipv6_fragments += u64::from(layers.net == Net::V6);
        if reason == NoFlow::HeadlessFragment {
            self.ip_bytes(packet, layers);
            return;
        }
        self.status |= FlowStat::FRAGMENT;
        self.ipv4_fragments += u64::from(layers.net == Net::V4);
    }

    /// The reference does not count protocols that are not in keys, but for later fragments of IPv6, nor those of IPv6
    /// that forms no flows.
    #[cold]
    fn leaves_protocol(&self, layers: &Layers) -> bool {
        match layers.net {
            Net::V6 => self.versions == 0 || self.over_protocols && layers.is_first_fragment(),
            _ => self.over_protocols,
        }
    }

    fn layer2_kind(&mut self, packet: &Packet<'_>, layers: &Layers) {
        if layers.status.contains(FlowStat::ARP) {
            self.arp.add(packet.data.len());
        }
        if layers.status.contains(FlowStat::RARP) {
            self.rarp.add(packet.data.len());
        }
        let is_ipv4 = self.versions == 1 && layers.ethertype == 0x0800;
        self.ipv4 += u64::from(is_ipv4);
    }

    /// The reference counts a fragment of IPv6 in its header too, unless IPv6 forms no flows.
    fn fragment(&mut self, net: Net) {
        let in_flow = u64::from(!self.hides_fragments);
        match net {
            Net::V4 => self.ipv4_fragments += in_flow,
            _ if self.compat && self.versions == 0 => {}
            _ => self.ipv6_fragments += in_flow + u64::from(self.compat),
        }
    }

    #[inline]
    fn ip_bytes(&mut self, packet: &Packet<'_>, layers: &Layers) {
        if layers.net != Net::V4 {
            self.ip_bytes += u64::from(packet.wire_len);
            return;
        }
        self.ip_bytes += u64::from(layers.l3 - layers.l2) + u64::from(layers.l3_len);
        if self.compat && layers.status.contains(FlowStat::IPV6) && is_in_ipv6(layers) {
            // The reference counts IPv4 in IPv6 a second time.
            self.ip_bytes += u64::from(packet.wire_len);
        }
    }

    #[inline]
    fn ip(&mut self, packet: &Packet<'_>, layers: &Layers) {
        if layers.snap_l3_len < layers.l3_len && self.first_snapped.is_none() {
            let (frame, layer3) = (packet.data.len(), layers.snap_l3_len);
            self.first_snapped = Some(Snapped { frame, layer3, said: layers.l3_len });
        }
        self.ip_bytes(packet, layers);
        if layers.is_fragment() {
            self.fragment(layers.net);
        }
        if self.compat && self.leaves_protocol(layers) {
            return;
        }
        match layers.l4_proto {
            1 => self.icmp.add(packet.data.len()),
            2 => self.igmp += 1,
            6 => self.tcp.add(packet.data.len()),
            17 => self.udp.add(packet.data.len()),
            58 => self.icmpv6.add(packet.data.len()),
            132 => self.sctp.add(packet.data.len()),
            _ => {}
        }
        if layers.status.contains(FlowStat::DTLS) {
            self.dtls += if self.compat { dtls_records(layers) } else { 1 };
        }
    }

    /// A packet that is counted as read, and not yet in its flow, goes on in the extremes over time.
    #[cold]
    pub(crate) fn interval(&mut self, packet: &Packet<'_>) {
        if let Some(rate_extremes) = self.rate_extremes.as_deref_mut() {
            let wire_bytes = self.wire_bytes - u64::from(packet.wire_len);
            rate_extremes.packet(packet.ts, Sums { wire_bytes, directions: self.directions });
        }
    }

    /// No packet comes any more.
    pub(crate) fn last_interval(&mut self) {
        if let Some(rate_extremes) = self.rate_extremes.as_deref_mut() {
            rate_extremes.finish(Sums { wire_bytes: self.wire_bytes, directions: self.directions });
        }
    }

    /// The packet formed no flow.
    #[cold]
    pub fn without_flow(&mut self, packet: &Packet<'_>, layers: &Layers, why: NoFlow) {
        match why {
            NoFlow::UnsupportedLink => self.unsupported(packet.link),
            // It is known what it is, and counted as that.
            NoFlow::SwitchedOff if layers.is_layer2() => self.layer2 += 1,
            NoFlow::SwitchedOff => self.ipv6 += 1,
            _ => {}
        }
        self.no_flow[why as usize] += 1;
    }

    fn unsupported(&mut self, link: LinkType) {
        match self.unsupported.iter_mut().find(|(known, _)| *known == link) {
            Some((_, packets)) => *packets += 1,
            None => self.unsupported.push((link, 1)),
        }
    }

    /// The packet belongs to a flow with these status bits.
    #[inline]
    pub fn with_flow(&mut self, packet: &Packet<'_>, net: Net, status: FlowStat) {
        match net {
            Net::Layer2 => self.layer2 += 1,
            Net::V4 => self.ipv4 += 1,
            Net::V6 => self.ipv6 += 1,
        }
        self.directions[usize::from(status.contains(FlowStat::INVERTED))].add(packet.data.len());
    }

    /// The run is over: these are its alarms.
    pub(crate) fn all_alarms(&mut self, counts: AlarmCounts) {
        let AlarmCounts { alarms, flows, left_out, sources } = counts;
        (self.alarms, self.alarm_flows, self.without_alarm) = (alarms, flows, left_out);
        self.no_alarm_source = sources == 0;
        if alarms > 0 {
            self.status |= FlowStat::ALARM;
        }
    }

    /// Packets that form no flow, with the reason in words.
    pub fn without_flow_by_reason(&self) -> impl Iterator<Item = (&'static str, u64)> {
        NoFlow::ALL.iter().map(|reason| reason.text()).zip(self.no_flow)
    }

    /// A flow ends.
    pub fn end(&mut self, flow: &Flow, net: Net, lone: bool, why: EndReason) {
        self.flows.all += 1;
        self.flows.ended[why as usize] += 1;
        match net {
            Net::Layer2 => self.flows.layer2 += 1,
            Net::V4 => self.flows.ipv4 += 1,
            Net::V6 => self.flows.ipv6 += 1,
        }
        let inverted = flow.status.contains(FlowStat::INVERTED);
        self.flows.lone_replies += u64::from(lone && inverted);
        self.status |= flow.status - FlowStat::INVERTED;
    }
}
