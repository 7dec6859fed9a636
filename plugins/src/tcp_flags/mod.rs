//! # tcpFlags
//!
//! Looks at the headers of IP and TCP: identification, time to live, checksums and fragments of every
//! protocol; flags, options, window, sequence numbers and round-trip times of TCP. It tells what is
//! odd about them, and what they give away about the sender.
//!
//! Layer-2 flows keep the defaults; flows of other protocols than TCP have only the IP columns and the
//! times between the two directions (columns `tcpSSASAATrip` and `tcpRTT...`).
//!
//! ## Columns
//!
//! **tcpFStat**: 0001 a packet came before · 0002 timestamp option seen · 0004 timestamp went back ·
//! 0008 options damaged or not captured · 0010 window seen · 0020 window update · 0040 probe of a closed
//! window · 0080 its answer · 0100 window below `WINMIN` · 0200 window scaling in use · 0400 window full ·
//! 0800 window grew at its last change · 1000 checksum over fragments under way · 2000 UDP-Lite
//! coverage out of range · 4000 selective acknowledgement · 8000 multipath option
//!
//! **ipFlags**: 0001 options damaged · 0002 identification went back · 0004 identification rolled over ·
//! 0008 fragment too small · 0010 fragment beyond the largest datagram · 0020 more fragments · 0040 do
//! not fragment · 0080 reserved bit · 0100 gap before the fragment · 0200 fragments of several datagrams
//! mixed · 0400 wrong header checksum · 0800 wrong layer-4 checksum · 1000 not captured completely ·
//! 2000 UDP length is not that of layer 4 · 4000 no time between two packets · 8000 time went back
//!
//! **tcpFlags**: 01 FIN · 02 SYN · 04 RST · 08 PSH · 10 ACK · 20 URG · 40 ECE · 80 CWR · 0100 FIN-ACK ·
//! 0200 SYN-ACK · 0400 RST-ACK · 0800 none · 1000 SYN-FIN · 2000 SYN-FIN-RST · 4000 FIN-RST ·
//! 8000 FIN-PSH-URG
//!
//! **tcpAnomaly**: 0001 SYN repeated after 0.9 s · 0002 retransmission after a timeout · 0004 fast
//! retransmission · 0008 duplicate acknowledgement · 0010 keep-alive · 0020 its answer · 0040 out of
//! order · 0080 sent again though acknowledged · 0100 acknowledges what was not seen · 0200 a packet
//! before it was not seen · 1000 looks like a scan · 2000 scan that was answered · 4000 SYN with payload
//!
//! ## Report
//!
//! The bits of all flows together (`Aggregated ipFlags`, `tcpFStat`, `tcpFlags`, `tcpAnomaly`, `ipToS`),
//! the numbers of scans and answered scans, of repeated SYN packets and retransmissions, of packets
//! with a low window, and of multipath packets; each only if there was any.

mod analysis;
mod bits;
mod boottime;
mod checksum;
mod fast;
mod fragment;
mod ip;
mod mptcp;
mod options;
mod packet_cells;
mod packet_row;
mod parser;
mod report;
mod row;
mod rtt;
mod scan;
mod sctp;
mod sequence;
mod state;
mod tcp;
mod toggles;
mod values;
mod view;
mod window;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::plugin::Scope;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::settings::Run;

use analysis::Analysis;
use bits::stat;
use packet_cells::PacketCells;
use report::Aggregate;
use row::FlowRow;
use rtt::stage;
use state::FlowState;
use tcp::{Counters, TcpCells, TcpPacket};
use toggles::TcpFlagsToggles;
use view::PacketView;

inventory::submit! { PluginEntry::new::<TcpFlags>() }

/// The plugin: settings, counters of the run, and what the rows borrow from.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TcpFlags {
    #[merge(keep)]
    toggles: TcpFlagsToggles,
    #[merge(nested)]
    counters: Counters,
    #[merge(nested)]
    all: Aggregate,
    /// Settings allow the fast path: all parts of the analysis are asked for, there is no packet file, and
    /// nothing is to be as the reference has it. Most packets can take it then.
    #[merge(keep)]
    has_fast_path: bool,
    /// The packet that the packet row shows.
    #[merge(keep)]
    view: PacketView,
    /// Fingerprint of the flow that ends.
    #[merge(keep)]
    ja4t: String,
}

impl Plugin for TcpFlags {
    const INFO: Info = Info::new(
        "tcpFlags",
        130,
        "IP and TCP headers: flags, options, windows, sequence numbers, round-trip times",
    )
    .on_by_default();

    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = TcpFlagsToggles;
    type Flow = FlowState;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketCells<'a>;

    fn scope(run: &Run) -> Scope {
        // The reference asks all flows that ended so far whether they used scaling.
        if run.compat { Scope::Run } else { Scope::Flow }
    }

    fn new(setup: &mut PluginSetup<'_, TcpFlagsToggles>) -> Result<Self, PluginError> {
        let run = setup.run;
        Ok(Self {
            has_fast_path: setup.toggles.allow_fast_path() && !run.packet_mode && !run.compat,
            toggles: setup.toggles.clone(),
            counters: Counters::default(),
            all: Aggregate::default(),
            view: PacketView::default(),
            ja4t: String::new(),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        memory::boxed::<state::Rare>() + memory::boxed::<ip::Rare>()
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut FlowState) -> Interest {
        let compat = cx.run.compat;
        // The reference takes the bytes of a later fragment for a TCP header here.
        if cx.layers.l4_proto == TCP && (cx.layers.is_first_fragment() || compat) {
            let p = tcp_packet(cx, 0.0);
            let valid = compat || u16::from(p.flags) & bits::flag::ACK != 0;
            flow.tcp.sequence.start(p.seq, if valid { p.ack } else { 0 });
        }
        Interest::Packets
    }

    fn on_layer2(
        &mut self,
        _: &mut PacketContext<'_>,
        _: &mut FlowState,
        _: Option<&mut FlowState>,
    ) {
        self.view.clear();
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut FlowState,
        peer: Option<&mut FlowState>,
    ) {
        if self.has_fast_path
            && let Some(header) = fast::header(cx)
        {
            self.fast_path(cx, header, flow, peer);
        } else {
            self.general_path(cx, flow, peer);
        }
    }

    #[inline]
    fn packet_row<'a>(
        &'a self,
        _: &'a PacketContext<'_>,
        flow: &'a FlowState,
    ) -> Self::PacketRow<'a> {
        PacketCells { view: &self.view, flow, toggles: &self.toggles }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut FlowState,
        peer: Option<&'a mut FlowState>,
    ) -> Self::Row<'a> {
        self.all.add(flow);
        if self.toggles.fragments && cx.flow.status.contains(FlowStat::FRAGMENT_ERROR) {
            flow.ip.flags |= bits::ip::FRAGMENT_SEQUENCE;
        }
        let mut peer = peer;
        if self.toggles.scan && cx.key.proto == TCP {
            scan::ended(&mut flow.tcp, peer.as_deref_mut().map(|p| &mut p.tcp), &mut self.counters);
        }
        let used = if cx.run.compat { self.all.stat } else { flow.stat };
        let scaling = used & stat::SCALED != 0;
        let window = flow.tcp.window.init;
        let cut = cx.run.compat.then_some(self.toggles.ja4t_options);
        if self.toggles.ja4t {
            let more = flow.tcp.rare.as_deref().map(|rare| &rare.kinds);
            flow.tcp.options.ja4t(more, (window, scaling), cut, &mut self.ja4t);
        }
        FlowRow::from_state(cx, flow, peer.as_deref(), scaling, &self.ja4t)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        report::lines(&self.all, &self.counters, &self.toggles, totals, out);
    }
}

impl TcpFlags {
    /// The same as [`Self::general_path`] without its questions about packet and settings.
    #[inline]
    fn fast_path(
        &mut self,
        cx: &PacketContext<'_>,
        header: &[u8; fast::HEADER],
        flow: &mut FlowState,
        mut peer: Option<&mut FlowState>,
    ) {
        let first = flow.packets == 0;
        flow.packets = flow.packets.saturating_add(1);
        let l4 = cx.layers.layer4(cx.packet.data);
        fast::packet(cx, (header, l4), flow, first);
        waiting_time(cx, flow, peer.as_deref_mut(), false);
        if cx.layers.l4_proto == TCP {
            let iat = rtt::step(cx.flow.last, cx.previous, false);
            let p = TcpPacket::new(l4, cx.layers.l7_len, (cx.flow.last, iat), false);
            let p = TcpPacket { fast_path: true, ..p };
            Analysis::new(p, &self.toggles, flow, peer, &mut self.counters).run(false);
        } else {
            flow.stat |= flow.lasting;
            flow.rtt.stage = if first { stage::SYN_ACK } else { stage::ACK };
        }
        follow(flow, first);
    }

    /// Any packet with any settings.
    #[inline(never)]
    fn general_path(
        &mut self,
        cx: &PacketContext<'_>,
        flow: &mut FlowState,
        mut peer: Option<&mut FlowState>,
    ) {
        let first = flow.packets == 0;
        flow.packets = flow.packets.saturating_add(1);
        let iat = if first { 0.0 } else { rtt::step(cx.flow.last, cx.previous, cx.run.compat) };
        view::ip_headers(cx, &self.toggles, flow, (first, iat), &mut self.view);
        if self.toggles.rtt {
            waiting_time(cx, flow, peer.as_deref_mut(), cx.run.rough_nanoseconds());
        }
        if is_tcp(cx, &self.toggles) {
            let p = tcp_packet(cx, iat);
            if !p.is_whole && !cx.run.compat {
                return self.cut_header(cx, &p, flow, first);
            }
            let analysis = Analysis::new(p, &self.toggles, flow, peer, &mut self.counters);
            let cells = analysis.run(cx.run.packet_mode);
            if cx.run.compat && cx.run.core.sctp_activate == 0 {
                // The reference adds lengths up that it subtracted in 16 bits.
                let wrapped = cx.layers.wrapped_l7_len(cx.packet.wire_len);
                flow.tcp.sequence.bytes += u64::from(wrapped.wrapping_sub(p.payload as u16));
            }
            if cells.is_some() {
                self.view.tcp = cells;
                self.view.tcp_options(&p, cx.layers.is_first_fragment());
            }
        } else {
            self.view.tcp = None;
            flow.stat |= flow.lasting;
            // The reference takes a later fragment for a packet of another protocol.
            if cx.layers.l4_proto != TCP || cx.run.compat {
                flow.rtt.stage = if first { stage::SYN_ACK } else { stage::ACK };
            } else {
                flow.tcp.sequence.continued(cx.layers.l7_len);
            }
        }
        follow(flow, first);
    }

    /// A TCP packet whose header was not captured up to the window, or lies outside of its datagram (RFC 791, section
    /// 3.1): nothing is claimed of flags, window and numbers, so it is no probe, scan or retransmission.
    #[cold]
    fn cut_header(
        &mut self,
        cx: &PacketContext<'_>,
        p: &TcpPacket<'_>,
        flow: &mut FlowState,
        first: bool,
    ) {
        flow.tcp.packets = flow.tcp.packets.saturating_add(1);
        let flags = if p.has_flags { bits::flag::with_combinations(p.flags) } else { 0 };
        flow.tcp.flags |= flags;
        flow.tcp.sequence.continued(cx.layers.l7_len);
        let stat = flow.lasting | stat::OPTIONS_CORRUPT;
        flow.stat |= stat;
        if cx.run.packet_mode {
            self.view.tcp =
                Some(TcpCells { seq: p.seq, ack: p.ack, flags, stat, ..TcpCells::default() });
            self.view.tcp_options(p, true);
        }
        follow(flow, first);
    }
}

/// A packet of the flow came before the next one.
#[inline]
fn follow(flow: &mut FlowState, first: bool) {
    if first {
        flow.lasting |= stat::FOLLOWS;
        flow.stat |= stat::FOLLOWS;
    }
}

/// Protocol number of TCP.
const TCP: u8 = 6;

/// Whether the TCP part looks at this packet. The reference also takes a datagram's last fragment for
/// one with a TCP header.
fn is_tcp(cx: &PacketContext<'_>, toggles: &TcpFlagsToggles) -> bool {
    let pending = cx.flow.status.contains(FlowStat::FRAGMENT_PENDING);
    let last = cx.run.compat && toggles.fragments && !pending && cx.layers.snap_l4_len >= 20;
    cx.layers.l4_proto == TCP && (cx.layers.is_first_fragment() || last)
}

fn tcp_packet<'a>(cx: &PacketContext<'a>, iat: f32) -> TcpPacket<'a> {
    let (layers, data) = (cx.layers, cx.packet.data);
    let mut bytes = layers.layer4(data);
    if cx.run.compat && bytes.len() < tcp::HEADER {
        // The reference reads a header also from the bytes behind the datagram.
        let behind =
            data.get(layers.l4 as usize..).and_then(<[u8]>::first_chunk::<{ tcp::HEADER }>);
        bytes = behind.map_or(bytes, |header| header);
    }
    TcpPacket::new(bytes, layers.l7_len, (cx.flow.last, iat), cx.run.compat)
}

/// The peer waited for this packet since its own latest one.
#[inline]
fn waiting_time(
    cx: &PacketContext<'_>,
    flow: &mut FlowState,
    peer: Option<&mut FlowState>,
    rough: bool,
) {
    if let (Some(other), Some(peer)) = (cx.peer, peer)
        && flow.rtt.stage != stage::STOP
    {
        let wait = rtt::gap(cx.flow.last, other.last, rough).abs();
        peer.rtt.waited(wait, flow.packets, peer.packets);
    }
}
