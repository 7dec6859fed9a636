//! How much and how fast: packets, bytes, sizes, inter-arrival times, asymmetry.
//!
//! **Sizes** are those of the payload on the wire; of later fragments all behind the IP header.
//! `core.PACKETLENGTH` counts from another layer on, `BS_MOD` takes them modulo a number.
//!
//! **Inter-arrival times**: the first packet of a flow counts with 0, so `minIAT` is 0 for a flow
//! whose packets come in order of time.
//!
//! **Estimates** of mean and variance are online ones, in single precision: with n the number of the
//! value and m its distance from the mean so far, mean += m/n and variance += (m² − variance)/n, the
//! third and fourth moment likewise with m³ and m⁴. Skewness is the third moment by the variance to the
//! power of 1.5, kurtosis the fourth by the square of the variance.
//!
//! **Exclusion**: with `BS_XCLD` packets outside of the limits do not count for smallest, largest,
//! deviation and inter-arrival times, which are then those between packets that count. The mean size is
//! that of all bytes by the number of packets that count; counts, rates and asymmetries are of all packets.
//!
//! **Report**: largest mean payload, largest byte rate, and who sent most (with `core.ANONYM_IP` only
//! hardware addresses are named).

mod moments;
mod row;
mod talkers;
mod toggles;

use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::packet::NANOS;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;

use moments::{OnlineMoments, Shape};
use row::{FlowRow, PacketRow};
use talkers::{Sent, Talkers};
use toggles::Toggles;

const UDP: u8 = 17;
/// Smallest size where none counted.
const NO_SIZE: u32 = 65_535;

inventory::submit! { PluginEntry::new::<BasicStats>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct BasicStats {
    #[merge(keep)]
    toggles: Toggles,
    /// Nothing but what is counted by default.
    #[merge(keep)]
    plain: bool,
    #[merge(keep)]
    compat: bool,
    #[merge(nested)]
    talkers: Talkers,
}

/// State of a flow.
#[derive(Debug, Checkpoint)]
pub(crate) struct State {
    packets: u64,
    bytes: u64,
    padding: i64,
    sizes: OnlineMoments,
    gaps: OnlineMoments,
    min_gap: f32,
    max_gap: f32,
    min_size: u32,
    max_size: u32,
    rare: Option<Box<Rare>>,
}

/// What is counted only if a toggle asks for it.
#[derive(Debug, Default, Checkpoint)]
struct Rare {
    /// Packets that count for the statistics, and the time of the latest one.
    counted: u64,
    latest: Timestamp,
    sizes: Shape,
    gaps: Shape,
}

impl Default for State {
    fn default() -> Self {
        /// More than the age of anything, so that the first gap is the smallest.
        const NO_GAP: f32 = 4e12;
        Self {
            packets: 0,
            bytes: 0,
            padding: 0,
            sizes: OnlineMoments::default(),
            gaps: OnlineMoments::default(),
            min_gap: NO_GAP,
            max_gap: 0.0,
            min_size: u32::MAX,
            max_size: 0,
            rare: None,
        }
    }
}

impl Plugin for BasicStats {
    const INFO: Info = Info::new(
        "basicStats",
        120,
        "Packets, bytes, sizes, inter-arrival times, rates and asymmetry",
    )
    .on_by_default();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let counts_more = toggles.shape() || toggles.bs_xcld != 0 || toggles.bs_mod != 0;
        Ok(Self {
            plain: !counts_more && setup.run.core.counts_payload(),
            toggles,
            compat: setup.run.compat,
            talkers: Talkers::new(setup.run.core.anonym_ip),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        if self.plain { 0 } else { memory::boxed::<Rare>() }
    }

    fn on_layer2(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.add(cx, flow);
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.add(cx, flow);
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
            // The reference subtracts lengths of headers in 16 bits, but looks at parts of packets.
            l7_len_16: if self.compat && cx.run.core.sctp_activate == 0 {
                l.wrapped_l7_len(cx.packet.wire_len)
            } else {
                l.l7_len as u16
            },
            pkt_len_mod: self.size(cx) as u16,
            pad_len: l.padding,
        }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow {
        let (packets_back, bytes_back) = peer.map_or((0, 0), |p| (p.packets, p.bytes));
        // Where time went back, the reference divides by 136 years.
        let duration = if self.compat { cx.flow.unsigned_duration() } else { cx.flow.duration() };
        let duration = (duration as f64 / NANOS as f64) as f32;
        let rate = |n: u64| if duration > 0.0 { n as f32 / duration } else { 0.0 };
        let (counted, [size_shape, gap_shape]) = match &flow.rare {
            Some(rare) => (
                rare.counted,
                [
                    rare.sizes.skewness_and_kurtosis(flow.sizes),
                    rare.gaps.skewness_and_kurtosis(flow.gaps),
                ],
            ),
            None => (flow.packets, [(0.0, 0.0); 2]),
        };
        let row = FlowRow {
            pkts_snt: flow.packets,
            pkts_rcvd: packets_back,
            pkts_both: flow.packets + packets_back,
            pad_bytes_snt: flow.padding,
            bytes_snt: flow.bytes,
            bytes_rcvd: bytes_back,
            bytes_both: flow.bytes + bytes_back,
            min_size: if counted == 0 { NO_SIZE } else { flow.min_size },
            min_size_16: flow.min_size as u16,
            max_size: flow.max_size,
            max_size_16: flow.max_size as u16,
            avg_size: if counted == 0 { 0.0 } else { flow.bytes as f32 / counted as f32 },
            std_size: flow.sizes.deviation(),
            var_size: flow.sizes.variance,
            skew_size: size_shape.0,
            kurtosis_size: size_shape.1,
            min_gap: flow.min_gap,
            max_gap: flow.max_gap,
            avg_gap: flow.gaps.mean,
            std_gap: flow.gaps.deviation(),
            var_gap: flow.gaps.variance,
            skew_gap: gap_shape.0,
            kurtosis_gap: gap_shape.1,
            packet_rate: rate(flow.packets),
            byte_rate: rate(flow.bytes),
            packet_asymmetry: sign(cx) * asymmetry(flow.packets, packets_back),
            byte_asymmetry: asymmetry(flow.bytes, bytes_back),
        };
        let FlowRow { avg_size, byte_rate, .. } = row;
        // The reference has no mean size that it does not show.
        let mean_size = if self.compat && !self.toggles.sizes() { 0.0 } else { avg_size };
        self.talkers
            .add(cx, Sent { packets: flow.packets, bytes: flow.bytes, mean_size, byte_rate });
        row
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        self.talkers.report(totals, self.toggles.bs_stats, self.compat, out);
    }
}

impl BasicStats {
    /// Counts a packet.
    #[inline]
    fn add(&self, cx: &PacketContext<'_>, flow: &mut State) {
        if !self.plain {
            return self.add_with_toggles(cx, flow);
        }
        let size = cx.layers.l7_len;
        flow.count(size, cx.layers.padding);
        if flow.packets == 1 {
            flow.sizes.mean = single(size);
        }
        let n = flow.packets as i64 as f32;
        flow.measure(size, gap(cx, cx.previous), n);
    }

    /// The length of a packet as it is counted.
    fn size(&self, cx: &PacketContext<'_>) -> u32 {
        let size = cx.size();
        size.checked_rem(self.toggles.bs_mod.into()).unwrap_or(size)
    }

    /// Counts a packet with all that toggles ask for.
    #[cold]
    fn add_with_toggles(&self, cx: &PacketContext<'_>, flow: &mut State) {
        let size = self.size(cx);
        flow.count(size, cx.layers.padding);
        let counts = self.toggles.counts(size, self.compat);
        let rare = flow.rare.get_or_insert_with(|| {
            // Pauses begin with the flow, also where its first packet does not count.
            Box::new(Rare { latest: cx.flow.first, ..Rare::default() })
        });
        rare.counted += u64::from(counts);
        // The reference begins with the flow's first packet also where it does not count.
        if if self.compat { flow.packets == 1 } else { rare.counted == 1 } {
            flow.sizes.mean = single(size);
        }
        if !counts {
            return;
        }
        let (n, gap) = (rare.counted as f32, gap(cx, rare.latest));
        rare.latest = cx.flow.last;
        rare.sizes.add(single(size), n, flow.sizes);
        rare.gaps.add(gap, n, flow.gaps);
        flow.measure(size, gap, n);
    }
}

impl State {
    #[inline]
    fn count(&mut self, size: u32, padding: i32) {
        self.packets += 1;
        self.bytes += u64::from(size);
        self.padding += i64::from(padding);
    }

    /// Takes the `n`-th size and pause into the statistics.
    #[inline]
    fn measure(&mut self, size: u32, gap: f32, n: f32) {
        self.min_size = self.min_size.min(size);
        self.max_size = self.max_size.max(size);
        self.sizes.add(single(size), n);
        self.min_gap = self.min_gap.min(gap);
        self.max_gap = self.max_gap.max(gap);
        self.gaps.add(gap, n);
    }
}

/// A length in single precision. Signed numbers are what processors turn into floating point at once.
#[inline]
fn single(size: u32) -> f32 {
    i64::from(size) as f32
}

/// Seconds since an earlier packet of the flow. The reference rounds seconds and nanoseconds to single
/// precision before it adds them.
#[inline]
fn gap(cx: &PacketContext<'_>, before: Timestamp) -> f32 {
    let now = cx.flow.last;
    if !cx.run.compat {
        return ((now - before) as f64 / NANOS as f64) as f32;
    }
    let seconds = (now.seconds() - before.seconds()) as u32 as f32;
    let nanos = f64::from(now.subsec_nanos()) - f64::from(before.subsec_nanos());
    let nanos = if cx.run.rough_nanoseconds() { f64::from(nanos as f32) } else { nanos };
    (f64::from(seconds) + nanos / 1e9) as f32
}

/// A flow without a peer that looks like a reply counts as received.
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
