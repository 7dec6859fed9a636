//! How much and how fast: packets, bytes, sizes, inter-arrival times, asymmetry.
//!
//! **Sizes** are those of the payload on the wire; of later fragments all behind the IP header.
//!
//! **Inter-arrival times**: the first packet of a flow counts with 0, so `minIAT` is 0 for a flow
//! whose packets come in order of time.
//!
//! **Estimates** of mean and variance are recursive, in single precision: with n the number of the
//! value and m its distance from the mean so far, mean += m/n and variance += (m² − variance)/n.
//!
//! **Report**: largest mean payload, largest byte rate, and who sent most.

mod recursive;
mod row;
mod talkers;
mod toggles;

use flowz_api::inventory;
use flowz_api::packet::NANOS;
use flowz_api::plugin::SetupError;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;

use recursive::Recursive;
use row::{FlowRow, PacketRow};
use talkers::{Sent, Talkers};
use toggles::Toggles;

const UDP: u8 = 17;

inventory::submit! { PluginEntry::of::<BasicStats>() }

/// The plugin.
#[derive(Debug)]
pub(crate) struct BasicStats {
    compat: bool,
    talkers: Talkers,
}

/// State of a flow.
#[derive(Debug)]
pub(crate) struct State {
    packets: u64,
    bytes: u64,
    padding: i64,
    sizes: Recursive,
    gaps: Recursive,
    min_gap: f32,
    max_gap: f32,
    min_size: u16,
    max_size: u16,
}

impl Default for State {
    fn default() -> Self {
        /// More than the age of anything, so that the first gap is the smallest.
        const NO_GAP: f32 = 4e12;
        Self {
            packets: 0,
            bytes: 0,
            padding: 0,
            sizes: Recursive::default(),
            gaps: Recursive::default(),
            min_gap: NO_GAP,
            max_gap: 0.0,
            min_size: u16::MAX,
            max_size: 0,
        }
    }
}

impl Plugin for BasicStats {
    const INFO: Info = Info {
        name: "basicStats",
        number: 120,
        summary: "Packets, bytes, sizes, inter-arrival times, rates and asymmetry",
        requires: &[],
        default: true,
        steers: false,
    };
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut Setup<'_, Toggles>) -> Result<Self, SetupError> {
        Ok(Self { compat: setup.run.compat, talkers: Talkers::default() })
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        flow.add(cx);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        flow.add(cx);
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        let l = cx.layers;
        PacketRow {
            pkt_len: cx.packet.wire_len,
            snap_l3_len: l.snap_l3_len,
            snap_l4_len: l.snap_l4_len,
            snap_l7_len: l.snap_l7_len,
            l3_len: l.l3_len,
            udp_len: udp_len(cx),
            l7_len: l.l7_len,
            pad_len: l.padding,
        }
    }

    fn on_terminate<'a>(
        &'a mut self,
        cx: &'a EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow {
        let (packets_back, bytes_back) = peer.map_or((0, 0), |p| (p.packets, p.bytes));
        let duration = (cx.flow.duration() as f64 / NANOS as f64) as f32;
        let rate = |n: u64| if duration > 0.0 { n as f32 / duration } else { 0.0 };
        let row = FlowRow {
            pkts_snt: flow.packets,
            pkts_rcvd: packets_back,
            pad_bytes_snt: flow.padding,
            l7_bytes_snt: flow.bytes,
            l7_bytes_rcvd: bytes_back,
            min_size: flow.min_size,
            max_size: flow.max_size,
            avg_size: flow.bytes as f32 / flow.packets as f32,
            std_size: flow.sizes.deviation(),
            min_gap: flow.min_gap,
            max_gap: flow.max_gap,
            avg_gap: flow.gaps.mean,
            std_gap: flow.gaps.deviation(),
            packet_rate: rate(flow.packets),
            byte_rate: rate(flow.bytes),
            packet_asymmetry: sign(cx) * asymmetry(flow.packets, packets_back),
            byte_asymmetry: asymmetry(flow.bytes, bytes_back),
        };
        let FlowRow { avg_size: mean_size, byte_rate, .. } = row;
        self.talkers
            .add(cx.key, Sent { packets: flow.packets, bytes: flow.bytes, mean_size, byte_rate });
        row
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.talkers.report(totals, self.compat, out);
    }
}

impl State {
    /// Counts a packet.
    #[inline]
    fn add(&mut self, cx: &PacketContext<'_>) {
        let size = cx.layers.l7_len;
        self.packets += 1;
        self.bytes += u64::from(size);
        self.padding += i64::from(cx.layers.padding);
        self.min_size = self.min_size.min(size);
        self.max_size = self.max_size.max(size);
        let n = self.packets as f32;
        if self.packets == 1 {
            self.sizes.mean = f32::from(size);
        }
        self.sizes.add(f32::from(size), n);
        let gap = gap(cx);
        self.min_gap = self.min_gap.min(gap);
        self.max_gap = self.max_gap.max(gap);
        self.gaps.add(gap, n);
    }
}

/// Seconds since the flow's previous packet. The reference rounds seconds and nanoseconds to single
/// precision before it adds them.
#[inline]
fn gap(cx: &PacketContext<'_>) -> f32 {
    if !cx.run.compat {
        return cx.interval() as f32;
    }
    let (now, before) = (cx.flow.last, cx.previous);
    let seconds = (now.seconds() - before.seconds()) as u32 as f32;
    let nanos = (f64::from(now.subsec_nanos()) - f64::from(before.subsec_nanos())) as f32;
    (f64::from(seconds) + f64::from(nanos) / 1e9) as f32
}

/// A flow without opposite that looks like a reply counts as received.
fn sign(cx: &EndContext<'_>) -> f32 {
    let lone_reply = cx.peer.is_none() && cx.flow.status.contains(FlowStat::INVERTED);
    if lone_reply { -1.0 } else { 1.0 }
}

/// (sent − received) / (sent + received); 0 of nothing.
fn asymmetry(sent: u64, received: u64) -> f32 {
    let sum = sent as f32 + received as f32;
    if sum == 0.0 { 0.0 } else { (sent as f32 - received as f32) / sum }
}

/// The length field of a UDP header, 0 for other packets.
fn udp_len(cx: &PacketContext<'_>) -> u16 {
    const LENGTH_AT: usize = 4;
    let l = cx.layers;
    if l.is_layer2() || l.l4_proto != UDP || !l.is_first_fragment() {
        return 0;
    }
    let header = l.layer4(cx.packet.data);
    header.get(LENGTH_AT..).and_then(|h| h.first_chunk()).map_or(0, |b| u16::from_be_bytes(*b))
}

#[cfg(test)]
mod tests {
    use super::{State, asymmetry};

    #[test]
    fn state_stays_small() {
        assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
    }

    #[test]
    fn asymmetries() {
        assert_eq!(asymmetry(0, 0), 0.0);
        assert_eq!(asymmetry(3, 1), 0.5);
        assert_eq!(asymmetry(0, 4), -1.0);
    }
}
