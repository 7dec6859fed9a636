//! The values of a row of cic.

use flowz_api::cell::{Text, Time};
use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::packet::Timestamp;

use super::bulk::Bulks;
use super::flow::{Flow, Mode, Rules, Way};
use super::row::FeatureRow;
use crate::samples::Samples;

const SCTP: u8 = 132;
const MICROS: f64 = 1e6;

/// The port of an end, 0 where the protocol has none.
pub(super) fn port(proto: u8, port: u16) -> u16 {
    if matches!(proto, TCP | UDP | SCTP) { port } else { 0 }
}

/// The protocol as it is written: the original knows TCP and UDP.
pub(super) fn protocol(proto: u8, mode: Mode) -> u8 {
    if mode == Mode::Original && !matches!(proto, TCP | UDP) { 0 } else { proto }
}

fn moment(micros: i64) -> Time {
    Time::from(Timestamp(micros.saturating_mul(1000)))
}

fn whole(sum: u128) -> u64 {
    u64::try_from(sum).unwrap_or(u64::MAX)
}

fn bytes(way: &Way) -> u64 {
    whole(way.lengths.sum())
}

/// A quotient, without its fraction if it is cut.
fn divided(a: u64, b: u64, cut: bool) -> Option<f64> {
    let exact = a as f64 / b as f64;
    (b > 0).then(|| if cut { exact.trunc() } else { exact })
}

fn average(lengths: &Samples, packets: u64) -> Option<f64> {
    divided(whole(lengths.sum()), packets, false)
}

/// The least payload of a direction. LycoSTand begins with 0 where the first packet does not belong.
fn least(of: &Flow, way: usize, mode: Mode) -> Option<u64> {
    let least = of.ways[way].lengths.min();
    least.map(|least| if mode == Mode::Lycos && way != of.begun_by { 0 } else { least })
}

/// Bytes by seconds, without their fraction if it is cut.
fn bulk_rate(bulks: &Bulks, cut: bool) -> Option<f64> {
    let rate = bulks.bytes as f64 / (bulks.micros as f64 / MICROS);
    (bulks.micros > 0).then(|| if cut { rate.trunc() } else { rate })
}

impl<'a> FeatureRow<'a> {
    /// The row of packets; the key is that of forward ones, the text made of it.
    #[expect(clippy::too_many_lines, reason = "one line a column")]
    pub(super) fn new(ends: &FlowKey, id: &'a [u8], of: &Flow, rules: &Rules) -> Self {
        let [forward, backward] = &of.ways;
        let cut = rules.mode == Mode::Original;
        let port = |number| port(ends.proto, number);
        let protocol = protocol(ends.proto, rules.mode);
        let seconds = of.duration() as f64 / MICROS;
        let rate = |count: u64| (seconds > 0.0).then(|| count as f64 / seconds);
        let quotient = |a, b| divided(a, b, cut);
        let down_up = quotient(backward.lengths.count(), forward.lengths.count());
        let subflows = of.pauses + u64::from(!cut);
        let active = of.active(rules);
        // LycoSTand has no word for a forward side without a packet.
        let unseen = backward.window.filter(|_| rules.mode == Mode::Lycos).map(|_| 0);
        let forward_window = forward.window.or(unseen);
        Self {
            id: Text(id),
            src: ends.src_ip(),
            src_port: port(ends.src_port),
            dst: ends.dst_ip(),
            dst_port: port(ends.dst_port),
            protocol,
            timestamp: moment(of.first),
            duration: of.duration(),
            forward_packets: forward.lengths.count(),
            backward_packets: backward.lengths.count(),
            forward_bytes: bytes(forward),
            backward_bytes: bytes(backward),
            forward_length_max: forward.lengths.max(),
            forward_length_min: least(of, 0, rules.mode),
            forward_length_mean: forward.lengths.mean(),
            forward_length_std: forward.lengths.deviation(),
            backward_length_max: backward.lengths.max(),
            backward_length_min: least(of, 1, rules.mode),
            backward_length_mean: backward.lengths.mean(),
            backward_length_std: backward.lengths.deviation(),
            all_bytes: bytes(forward) + bytes(backward),
            bytes_per_second: rate(bytes(forward) + bytes(backward)),
            packets_per_second: rate(of.packets()),
            gap_mean: of.gaps.mean(),
            gap_std: of.gaps.deviation(),
            gap_max: of.gaps.max(),
            gap_min: of.gaps.min(),
            forward_gap_total: whole(forward.gaps.sum()),
            forward_gap_mean: forward.gaps.mean(),
            forward_gap_std: forward.gaps.deviation(),
            forward_gap_max: forward.gaps.max(),
            forward_gap_min: forward.gaps.min(),
            backward_gap_total: whole(backward.gaps.sum()),
            backward_gap_mean: backward.gaps.mean(),
            backward_gap_std: backward.gaps.deviation(),
            backward_gap_max: backward.gaps.max(),
            backward_gap_min: backward.gaps.min(),
            forward_pushes: forward.pushes,
            backward_pushes: backward.pushes,
            forward_urgents: forward.urgents,
            backward_urgents: backward.urgents,
            forward_header_bytes: forward.header_bytes,
            backward_header_bytes: backward.header_bytes,
            forward_packets_per_second: rate(forward.lengths.count()),
            backward_packets_per_second: rate(backward.lengths.count()),
            length_min: of.lengths.min(),
            length_max: of.lengths.max(),
            length_mean: of.lengths.mean(),
            length_std: of.lengths.deviation(),
            length_variance: of.lengths.variance(),
            fins: of.flags[0],
            syns: of.flags[1],
            rsts: of.flags[2],
            pshs: of.flags[3],
            acks: of.flags[4],
            urgs: of.flags[5],
            cwrs: of.flags[7],
            eces: of.flags[6],
            down_up,
            average_size: average(&of.lengths, of.packets()),
            forward_segment_mean: forward.lengths.mean(),
            backward_segment_mean: backward.lengths.mean(),
            forward_bulk_bytes: quotient(forward.bulks.bytes, forward.bulks.count),
            forward_bulk_packets: quotient(forward.bulks.packets, forward.bulks.count),
            forward_bulk_rate: bulk_rate(&forward.bulks, cut),
            backward_bulk_bytes: quotient(backward.bulks.bytes, backward.bulks.count),
            backward_bulk_packets: quotient(backward.bulks.packets, backward.bulks.count),
            backward_bulk_rate: bulk_rate(&backward.bulks, cut),
            forward_subflow_packets: quotient(forward.lengths.count(), subflows),
            forward_subflow_bytes: quotient(bytes(forward), subflows),
            backward_subflow_packets: quotient(backward.lengths.count(), subflows),
            backward_subflow_bytes: quotient(bytes(backward), subflows),
            forward_window,
            backward_window: backward.window,
            forward_with_payload: forward.with_payload,
            forward_header_min: forward.header_min,
            active_mean: active.mean(),
            active_std: active.deviation(),
            active_max: active.max(),
            active_min: active.min(),
            idle_mean: of.idle.mean(),
            idle_std: of.idle.deviation(),
            idle_max: of.idle.max(),
            idle_min: of.idle.min(),
            backward_with_payload: backward.with_payload,
            backward_header_min: backward.header_min,
            connection_time: of.last.abs_diff(of.since),
        }
    }
}
