//! The table of netai.

use flowz_api::Row;
use flowz_api::cell::IpText;

use super::state::{Conversation, Times, Way};
use super::toggles::Toggles;
use crate::samples::Samples;

/// One conversation: 5 fields of its key and 39 statistics. Forward is the way of its first packet. Lengths are those of IP packets, without the link layer;
/// times are whole microseconds; means and standard deviations (of the sample, by n - 1) have no fraction.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "netai")]
pub(crate) struct ConversationRow {
    /// Address of who sent the first packet.
    #[col(name = "srcip")]
    pub(super) src: IpText,
    /// Its port.
    #[col(name = "srcport")]
    pub(super) src_port: u16,
    /// Address of the other one.
    #[col(name = "dstip")]
    pub(super) dst: IpText,
    /// Its port.
    #[col(name = "dstport")]
    pub(super) dst_port: u16,
    /// Protocol number of IP.
    #[col(name = "proto")]
    pub(super) proto: u8,
    /// Packets forward.
    #[col(name = "total_fpackets", unit = "packets")]
    pub(super) forward_packets: u64,
    /// Bytes forward.
    #[col(name = "total_fvolume", unit = "bytes")]
    pub(super) forward_bytes: u64,
    /// Packets backward.
    #[col(name = "total_bpackets", unit = "packets")]
    pub(super) backward_packets: u64,
    /// Bytes backward.
    #[col(name = "total_bvolume", unit = "bytes")]
    pub(super) backward_bytes: u64,
    /// Shortest packet forward; empty without any.
    #[col(name = "min_fpktl", unit = "bytes")]
    pub(super) forward_shortest: Option<u64>,
    /// Mean length of packets forward.
    #[col(name = "mean_fpktl", unit = "bytes")]
    pub(super) forward_mean: Option<u64>,
    /// Longest packet forward.
    #[col(name = "max_fpktl", unit = "bytes")]
    pub(super) forward_longest: Option<u64>,
    /// Standard deviation of lengths forward; 0 of fewer than two.
    #[col(name = "std_fpktl", unit = "bytes")]
    pub(super) forward_deviation: u64,
    /// Shortest packet backward; empty without any.
    #[col(name = "min_bpktl", unit = "bytes")]
    pub(super) backward_shortest: Option<u64>,
    /// Mean length of packets backward.
    #[col(name = "mean_bpktl", unit = "bytes")]
    pub(super) backward_mean: Option<u64>,
    /// Longest packet backward.
    #[col(name = "max_bpktl", unit = "bytes")]
    pub(super) backward_longest: Option<u64>,
    /// Standard deviation of lengths backward; 0 of fewer than two.
    #[col(name = "std_bpktl", unit = "bytes")]
    pub(super) backward_deviation: u64,
    /// Shortest time between packets forward that follow each other within an active time; 0 without any.
    #[col(name = "min_fiat", unit = "us")]
    pub(super) forward_gap_min: u64,
    /// Mean of these times.
    #[col(name = "mean_fiat", unit = "us")]
    pub(super) forward_gap_mean: u64,
    /// The longest of them.
    #[col(name = "max_fiat", unit = "us")]
    pub(super) forward_gap_max: u64,
    /// Their standard deviation.
    #[col(name = "std_fiat", unit = "us")]
    pub(super) forward_gap_deviation: u64,
    /// Shortest time between packets backward that follow each other within an active time; 0 without any.
    #[col(name = "min_biat", unit = "us")]
    pub(super) backward_gap_min: u64,
    /// Mean of these times.
    #[col(name = "mean_biat", unit = "us")]
    pub(super) backward_gap_mean: u64,
    /// The longest of them.
    #[col(name = "max_biat", unit = "us")]
    pub(super) backward_gap_max: u64,
    /// Their standard deviation.
    #[col(name = "std_biat", unit = "us")]
    pub(super) backward_gap_deviation: u64,
    /// Time from the first to the last packet.
    #[col(name = "duration", unit = "us")]
    pub(super) duration: u64,
    /// Shortest active time: from a packet to the last one in front of an idle time, or to the conversation's last one.
    #[col(name = "min_active", unit = "us")]
    pub(super) active_min: u64,
    /// Mean of active times.
    #[col(name = "mean_active", unit = "us")]
    pub(super) active_mean: u64,
    /// The longest of them.
    #[col(name = "max_active", unit = "us")]
    pub(super) active_max: u64,
    /// Their standard deviation.
    #[col(name = "std_active", unit = "us")]
    pub(super) active_deviation: u64,
    /// Shortest idle time: more than `NETAI_IDLE` without a packet of either direction; 0 without any.
    #[col(name = "min_idle", unit = "us")]
    pub(super) idle_min: u64,
    /// Mean of idle times.
    #[col(name = "mean_idle", unit = "us")]
    pub(super) idle_mean: u64,
    /// The longest of them.
    #[col(name = "max_idle", unit = "us")]
    pub(super) idle_max: u64,
    /// Their standard deviation.
    #[col(name = "std_idle", unit = "us")]
    pub(super) idle_deviation: u64,
    /// Packets forward by active times.
    #[col(name = "sflow_fpackets", unit = "packets")]
    pub(super) subflow_forward_packets: u64,
    /// Bytes forward by active times.
    #[col(name = "sflow_fbytes", unit = "bytes")]
    pub(super) subflow_forward_bytes: u64,
    /// Packets backward by active times.
    #[col(name = "sflow_bpackets", unit = "packets")]
    pub(super) subflow_backward_packets: u64,
    /// Bytes backward by active times.
    #[col(name = "sflow_bbytes", unit = "bytes")]
    pub(super) subflow_backward_bytes: u64,
    /// Packets forward with the flag PSH.
    #[col(name = "fpsh_cnt", unit = "packets")]
    pub(super) forward_pushes: u32,
    /// Packets backward with the flag PSH.
    #[col(name = "bpsh_cnt", unit = "packets")]
    pub(super) backward_pushes: u32,
    /// Packets forward with the flag URG.
    #[col(name = "furg_cnt", unit = "packets")]
    pub(super) forward_urgents: u32,
    /// Packets backward with the flag URG.
    #[col(name = "burg_cnt", unit = "packets")]
    pub(super) backward_urgents: u32,
    /// Bytes of IP headers and of those behind them forward.
    #[col(name = "total_fhlen", unit = "bytes")]
    pub(super) forward_header_bytes: u64,
    /// Bytes of IP headers and of those behind them backward.
    #[col(name = "total_bhlen", unit = "bytes")]
    pub(super) backward_header_bytes: u64,
}

/// Who talks with whom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) src: IpText,
    pub(super) dst: IpText,
    pub(super) ports: [u16; 2],
    pub(super) proto: u8,
}

impl ConversationRow {
    /// The row of a conversation.
    pub(super) fn new(ends: Ends, of: &Conversation, original: bool) -> Self {
        let [forward, backward] = &of.ways;
        let (active, idle) = (of.all_active(), &of.idle);
        let times = active.samples.count();
        let min = |times: &Times| times.min(original);
        let max = |times: &Times| times.samples.max().unwrap_or(0);
        let mean = |times: &Times| times.samples.whole_mean().unwrap_or(0);
        let spread = |times: &Times| times.samples.deviation() as u64;
        let deviation = |samples: &Samples| samples.deviation() as u64;
        let [packets, bytes] = [
            |way: &Way| way.lengths.count(),
            |way: &Way| u64::try_from(way.lengths.sum()).unwrap_or(u64::MAX),
        ];
        Self {
            src: ends.src,
            src_port: ends.ports[0],
            dst: ends.dst,
            dst_port: ends.ports[1],
            proto: ends.proto,
            forward_packets: packets(forward),
            forward_bytes: bytes(forward),
            backward_packets: packets(backward),
            backward_bytes: bytes(backward),
            forward_shortest: forward.lengths.min(),
            forward_mean: forward.lengths.whole_mean(),
            forward_longest: forward.lengths.max(),
            forward_deviation: deviation(&forward.lengths),
            backward_shortest: backward.lengths.min(),
            backward_mean: backward.lengths.whole_mean(),
            backward_longest: backward.lengths.max(),
            backward_deviation: deviation(&backward.lengths),
            forward_gap_min: min(&forward.gaps),
            forward_gap_mean: mean(&forward.gaps),
            forward_gap_max: max(&forward.gaps),
            forward_gap_deviation: spread(&forward.gaps),
            backward_gap_min: min(&backward.gaps),
            backward_gap_mean: mean(&backward.gaps),
            backward_gap_max: max(&backward.gaps),
            backward_gap_deviation: spread(&backward.gaps),
            duration: of.duration(),
            active_min: min(&active),
            active_mean: mean(&active),
            active_max: max(&active),
            active_deviation: spread(&active),
            idle_min: min(idle),
            idle_mean: mean(idle),
            idle_max: max(idle),
            idle_deviation: spread(idle),
            subflow_forward_packets: packets(forward) / times,
            subflow_forward_bytes: bytes(forward) / times,
            subflow_backward_packets: packets(backward) / times,
            subflow_backward_bytes: bytes(backward) / times,
            forward_pushes: forward.pushes,
            backward_pushes: backward.pushes,
            forward_urgents: forward.urgents,
            backward_urgents: backward.urgents,
            forward_header_bytes: forward.header_bytes,
            backward_header_bytes: backward.header_bytes,
        }
    }
}
