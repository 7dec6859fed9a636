//! The table of streams of media.

use flowz_api::Row;
use flowz_api::cell::{Dir, Hex32, IpText, Text, Time};

use super::ends::Ends;
use super::stream::Stream;
use super::toggles::Toggles;
use super::udp::Talk;
use super::udp_kind::kind;
use crate::samples::Samples;

/// One direction of a conversation over UDP that carries RTP.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tstat_mm")]
pub(crate) struct MediaRow<'a> {
    /// `C` from the client, `S` from the server.
    #[col(name = "direction")]
    pub(super) direction: Dir,
    /// What the client sends, as in `tstat_udp`.
    #[col(name = "c_proto")]
    pub(super) c_proto: u8,
    /// Address of the client.
    #[col(name = "c_ip")]
    pub(super) c_ip: IpText,
    /// Port of the client.
    #[col(name = "c_port")]
    pub(super) c_port: u16,
    /// 1: the client is inside.
    #[col(name = "c_internal")]
    pub(super) c_internal: u8,
    /// 1: the client sends RTP.
    #[col(name = "c_mux_prot")]
    pub(super) c_mux_prot: u8,
    /// What the server sends, as in `tstat_udp`.
    #[col(name = "s_proto")]
    pub(super) s_proto: u8,
    /// Address of the server.
    #[col(name = "s_ip")]
    pub(super) s_ip: IpText,
    /// Port of the server.
    #[col(name = "s_port")]
    pub(super) s_port: u16,
    /// 1: the server is inside.
    #[col(name = "s_internal")]
    pub(super) s_internal: u8,
    /// 1: the server sends RTP.
    #[col(name = "s_mux_prot")]
    pub(super) s_mux_prot: u8,
    /// Packets of the stream.
    #[col(name = "packets", unit = "packets")]
    pub(super) packets: u64,
    /// Mean time between packets whose numbers follow each other; empty without any.
    #[col(name = "ipg", unit = "ms")]
    pub(super) ipg: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at the end, by the clock of the payload type; empty if that has none (RFC 3551).
    #[col(name = "jitter_avg", unit = "ms")]
    pub(super) jitter_avg: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at its most, by the clock of the payload type; empty if that has none (RFC 3551).
    #[col(name = "jitter_max", unit = "ms")]
    pub(super) jitter_max: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at its least, by the clock of the payload type; empty if that has none (RFC 3551).
    #[col(name = "jitter_min", unit = "ms")]
    pub(super) jitter_min: Option<f64>,
    /// Mean time to live.
    #[col(name = "ttl_avg")]
    pub(super) ttl_avg: Option<f64>,
    /// Greatest time to live.
    #[col(name = "ttl_max")]
    pub(super) ttl_max: Option<f64>,
    /// Least time to live.
    #[col(name = "ttl_min")]
    pub(super) ttl_min: Option<f64>,
    /// Time of the first packet of the direction.
    #[col(name = "starttime")]
    pub(super) starttime: Time,
    /// Time from there to the last one.
    #[col(name = "duration", unit = "s")]
    pub(super) duration: f64,
    /// Bytes behind headers of RTP.
    #[col(name = "databytes", unit = "bytes")]
    pub(super) databytes: u64,
    /// These by the duration; empty if that is 0.
    #[col(name = "speed", unit = "bit/s")]
    pub(super) speed: Option<f64>,
    /// Synchronization source.
    #[col(name = "SSRC")]
    pub(super) ssrc: Hex32,
    /// Numbers that are missing.
    #[col(name = "losses", unit = "packets")]
    pub(super) losses: u64,
    /// Packets that do not follow: duplicates, late ones, and those that begin another sequence.
    #[col(name = "oos", unit = "packets")]
    pub(super) oos: u64,
    /// Packets whose number came before.
    #[col(name = "dup", unit = "packets")]
    pub(super) dup: u64,
    /// Packets with a number that was missing.
    #[col(name = "late", unit = "packets")]
    pub(super) late: u64,
    /// Payload types, with commas.
    #[col(name = "pt_id")]
    pub(super) pt_id: Text<'a>,
    /// Their packets, with commas.
    #[col(name = "pt_counters")]
    pub(super) pt_counters: Text<'a>,
    /// Packets that begin another sequence.
    #[col(name = "bogus", unit = "packets")]
    pub(super) bogus: u64,
    /// Largest payload.
    #[col(name = "rtp_max_payload", unit = "bytes")]
    pub(super) rtp_max_payload: u64,
    /// Smallest payload.
    #[col(name = "rtp_min_payload", unit = "bytes")]
    pub(super) rtp_min_payload: u64,
    /// Mean payload.
    #[col(name = "rtp_avg_payload", unit = "bytes")]
    pub(super) rtp_avg_payload: Option<f64>,
    /// Standard deviation of payloads (of the sample, by n - 1).
    #[col(name = "rtp_stdev_payload", unit = "bytes")]
    pub(super) rtp_stdev_payload: f64,
    /// Jitter (RFC 3550, section A.8) at the end, by a clock of 8 kHz.
    #[col(name = "jitter8k_avg", unit = "ms")]
    pub(super) jitter8k_avg: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at its most, by a clock of 8 kHz.
    #[col(name = "jitter8k_max", unit = "ms")]
    pub(super) jitter8k_max: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at its least, by a clock of 8 kHz.
    #[col(name = "jitter8k_min", unit = "ms")]
    pub(super) jitter8k_min: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at the end, by a clock of 90 kHz.
    #[col(name = "jitter90k_avg", unit = "ms")]
    pub(super) jitter90k_avg: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at its most, by a clock of 90 kHz.
    #[col(name = "jitter90k_max", unit = "ms")]
    pub(super) jitter90k_max: Option<f64>,
    /// Jitter (RFC 3550, section A.8) at its least, by a clock of 90 kHz.
    #[col(name = "jitter90k_min", unit = "ms")]
    pub(super) jitter90k_min: Option<f64>,
}

/// Payload types and their packets as text.
pub(super) fn types(of: &Stream) -> [Vec<u8>; 2] {
    let join = |list: Vec<String>| list.join(",").into_bytes();
    let (kinds, counts) =
        of.types.iter().map(|(kind, n)| (kind.to_string(), n.to_string())).unzip();
    [join(kinds), join(counts)]
}

fn mean(of: &Samples) -> Option<f64> {
    (of.count() > 0).then(|| of.sum() as f64 / of.count() as f64)
}

impl<'a> MediaRow<'a> {
    /// The row of a stream from the client (0) or the server (1).
    pub(super) fn new(
        ends: &Ends,
        talk: &Talk,
        (from, of): (usize, &Stream),
        types: &'a [Vec<u8>; 2],
        original: bool,
    ) -> Self {
        let kinds = [0, 1].map(|n: usize| talk.ways[n].kinds.number());
        let (first, last) = talk.ways[from].times.unwrap_or_default();
        let duration = (last - first) as f64 / 1e9;
        let bytes = u64::try_from(of.payloads.sum()).unwrap_or(u64::MAX);
        let jitter = of.jitter.map(|jitter| jitter.values());
        // Tstat divides by n - 1 twice.
        let again = of.packets.saturating_sub(1).max(1) as f64;
        let deviation = of.payloads.deviation() / if original { again.sqrt() } else { 1.0 };
        Self {
            direction: Dir(if from == 0 { b'C' } else { b'S' }),
            c_proto: kinds[0],
            c_ip: ends.ips[0],
            c_port: ends.ports[0],
            c_internal: ends.inside[0].into(),
            c_mux_prot: (kinds[0] == kind::RTP).into(),
            s_proto: kinds[1],
            s_ip: ends.ips[1],
            s_port: ends.ports[1],
            s_internal: ends.inside[1].into(),
            s_mux_prot: (kinds[1] == kind::RTP).into(),
            packets: of.packets,
            ipg: mean(&of.gaps).map(|nanos| nanos / 1e6),
            jitter_avg: jitter[0][0],
            jitter_max: jitter[0][1],
            jitter_min: jitter[0][2],
            ttl_avg: mean(&of.ttl),
            ttl_max: of.ttl.max().map(|n| n as f64),
            ttl_min: of.ttl.min().map(|n| n as f64),
            starttime: first.into(),
            duration,
            databytes: bytes,
            speed: (duration > 0.0).then(|| bytes as f64 * 8.0 / duration),
            ssrc: Hex32(of.source),
            losses: of.lost,
            oos: of.disordered,
            dup: of.duplicates,
            late: of.late,
            pt_id: Text(&types[0]),
            pt_counters: Text(&types[1]),
            bogus: of.jumps,
            rtp_max_payload: of.sizes.max(),
            rtp_min_payload: of.sizes.min(),
            rtp_avg_payload: mean(&of.payloads),
            rtp_stdev_payload: deviation,
            jitter8k_avg: jitter[1][0],
            jitter8k_max: jitter[1][1],
            jitter8k_min: jitter[1][2],
            jitter90k_avg: jitter[2][0],
            jitter90k_max: jitter[2][1],
            jitter90k_min: jitter[2][2],
        }
    }
}
