//! The table of TCP connections.

use flowz_api::Row;
use flowz_api::cell::{IpText, Text, Time};
use flowz_api::packet::Timestamp;

use super::ends::Ends;
use super::tcp::Connection;
use super::toggles::Toggles;
use super::way::Way;

/// One connection over TCP that began with a SYN. The client is who sent the SYN.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tstat_tcp")]
pub(crate) struct TcpRow<'a> {
    /// 1: the handshake was complete, and both ends have closed the connection or one has reset it.
    #[col(name = "complete")]
    pub(super) complete: u8,
    /// Address of the client.
    #[col(name = "c_ip")]
    pub(super) c_ip: IpText,
    /// Port of the client.
    #[col(name = "c_port")]
    pub(super) c_port: u16,
    /// Packets of the client.
    #[col(name = "c_pkts_all", unit = "packets")]
    pub(super) c_pkts_all: u64,
    /// Packets of the client with RST.
    #[col(name = "c_rst_cnt", unit = "packets")]
    pub(super) c_rst_cnt: u32,
    /// Packets of the client with ACK.
    #[col(name = "c_ack_cnt", unit = "packets")]
    pub(super) c_ack_cnt: u64,
    /// Acknowledgements of the client without payload, SYN, FIN and RST.
    #[col(name = "c_ack_cnt_p", unit = "packets")]
    pub(super) c_ack_cnt_p: u64,
    /// Payload of the client without what came again.
    #[col(name = "c_bytes_uniq", unit = "bytes")]
    pub(super) c_bytes_uniq: u64,
    /// Packets of the client with payload.
    #[col(name = "c_pkts_data", unit = "packets")]
    pub(super) c_pkts_data: u64,
    /// Payload of the client.
    #[col(name = "c_bytes_all", unit = "bytes")]
    pub(super) c_bytes_all: u64,
    /// Packets of the client with sequence numbers that had been sent before, also those of SYN and FIN.
    #[col(name = "c_pkts_retx", unit = "packets")]
    pub(super) c_pkts_retx: u64,
    /// Payload of the client that had been sent before.
    #[col(name = "c_bytes_retx", unit = "bytes")]
    pub(super) c_bytes_retx: u64,
    /// Packets of the client that fill holes and came again in no part.
    #[col(name = "c_pkts_ooo", unit = "packets")]
    pub(super) c_pkts_ooo: u64,
    /// Packets of the client with SYN.
    #[col(name = "c_syn_cnt", unit = "packets")]
    pub(super) c_syn_cnt: u32,
    /// Packets of the client with FIN.
    #[col(name = "c_fin_cnt", unit = "packets")]
    pub(super) c_fin_cnt: u32,
    /// Address of the server.
    #[col(name = "s_ip")]
    pub(super) s_ip: IpText,
    /// Port of the server.
    #[col(name = "s_port")]
    pub(super) s_port: u16,
    /// Packets of the server.
    #[col(name = "s_pkts_all", unit = "packets")]
    pub(super) s_pkts_all: u64,
    /// Packets of the server with RST.
    #[col(name = "s_rst_cnt", unit = "packets")]
    pub(super) s_rst_cnt: u32,
    /// Packets of the server with ACK.
    #[col(name = "s_ack_cnt", unit = "packets")]
    pub(super) s_ack_cnt: u64,
    /// Acknowledgements of the server without payload, SYN, FIN and RST.
    #[col(name = "s_ack_cnt_p", unit = "packets")]
    pub(super) s_ack_cnt_p: u64,
    /// Payload of the server without what came again.
    #[col(name = "s_bytes_uniq", unit = "bytes")]
    pub(super) s_bytes_uniq: u64,
    /// Packets of the server with payload.
    #[col(name = "s_pkts_data", unit = "packets")]
    pub(super) s_pkts_data: u64,
    /// Payload of the server.
    #[col(name = "s_bytes_all", unit = "bytes")]
    pub(super) s_bytes_all: u64,
    /// Packets of the server with sequence numbers that had been sent before, also those of SYN and FIN.
    #[col(name = "s_pkts_retx", unit = "packets")]
    pub(super) s_pkts_retx: u64,
    /// Payload of the server that had been sent before.
    #[col(name = "s_bytes_retx", unit = "bytes")]
    pub(super) s_bytes_retx: u64,
    /// Packets of the server that fill holes and came again in no part.
    #[col(name = "s_pkts_ooo", unit = "packets")]
    pub(super) s_pkts_ooo: u64,
    /// Packets of the server with SYN.
    #[col(name = "s_syn_cnt", unit = "packets")]
    pub(super) s_syn_cnt: u32,
    /// Packets of the server with FIN.
    #[col(name = "s_fin_cnt", unit = "packets")]
    pub(super) s_fin_cnt: u32,
    /// Time of the first packet.
    #[col(name = "first")]
    pub(super) first: Time,
    /// Time of the last packet.
    #[col(name = "last")]
    pub(super) last: Time,
    /// Time from the first to the last packet.
    #[col(name = "durat", unit = "ms")]
    pub(super) durat: f64,
    /// Time from the first packet to the first packet with payload of the client; empty without any.
    #[col(name = "c_first", unit = "ms")]
    pub(super) c_first: Option<f64>,
    /// Time from the first packet to the first packet with payload of the server; empty without any.
    #[col(name = "s_first", unit = "ms")]
    pub(super) s_first: Option<f64>,
    /// Time from the first packet to the last packet with payload of the client; empty without any.
    #[col(name = "c_last", unit = "ms")]
    pub(super) c_last: Option<f64>,
    /// Time from the first packet to the last packet with payload of the server; empty without any.
    #[col(name = "s_last", unit = "ms")]
    pub(super) s_last: Option<f64>,
    /// Time from the first packet to the first acknowledgement without SYN of the client; empty without any.
    #[col(name = "c_first_ack", unit = "ms")]
    pub(super) c_first_ack: Option<f64>,
    /// Time from the first packet to the first acknowledgement without SYN of the server; empty without any.
    #[col(name = "s_first_ack", unit = "ms")]
    pub(super) s_first_ack: Option<f64>,
    /// 1: the client is inside.
    #[col(name = "c_isint")]
    pub(super) c_isint: u8,
    /// 1: the server is inside.
    #[col(name = "s_isint")]
    pub(super) s_isint: u8,
    /// Protocols by the first bytes of answers: 1 HTTP, 8192 TLS, 32768 SSH.
    #[col(name = "con_t")]
    pub(super) con_t: u32,
    /// What the first request of HTTP asks for: 1 GET or another method, 2 POST, 8 a page or picture of Wikipedia; 0 without any that was answered.
    #[col(name = "http_t")]
    pub(super) http_t: u8,
    /// Mean time from a segment of the client to its acknowledgement, seen from here; empty without any.
    #[col(name = "c_rtt_avg", unit = "ms", show = t.end_to_end)]
    pub(super) c_rtt_avg: Option<f64>,
    /// The least of these times.
    #[col(name = "c_rtt_min", unit = "ms", show = t.end_to_end)]
    pub(super) c_rtt_min: Option<f64>,
    /// The longest of them.
    #[col(name = "c_rtt_max", unit = "ms", show = t.end_to_end)]
    pub(super) c_rtt_max: Option<f64>,
    /// Their standard deviation (of the sample, by n - 1); empty of fewer than two.
    #[col(name = "c_rtt_std", unit = "ms", show = t.end_to_end)]
    pub(super) c_rtt_std: Option<f64>,
    /// How many there are: exact acknowledgements of segments that were sent once (Karn, RFC 6298, section 3).
    #[col(name = "c_rtt_cnt", show = t.end_to_end)]
    pub(super) c_rtt_cnt: u64,
    /// Least time to live, or hop limit, of packets of the client; 0 without any.
    #[col(name = "c_ttl_min", show = t.end_to_end)]
    pub(super) c_ttl_min: u64,
    /// Greatest of them.
    #[col(name = "c_ttl_max", show = t.end_to_end)]
    pub(super) c_ttl_max: u64,
    /// Mean time from a segment of the server to its acknowledgement, seen from here; empty without any.
    #[col(name = "s_rtt_avg", unit = "ms", show = t.end_to_end)]
    pub(super) s_rtt_avg: Option<f64>,
    /// The least of these times.
    #[col(name = "s_rtt_min", unit = "ms", show = t.end_to_end)]
    pub(super) s_rtt_min: Option<f64>,
    /// The longest of them.
    #[col(name = "s_rtt_max", unit = "ms", show = t.end_to_end)]
    pub(super) s_rtt_max: Option<f64>,
    /// Their standard deviation (of the sample, by n - 1); empty of fewer than two.
    #[col(name = "s_rtt_std", unit = "ms", show = t.end_to_end)]
    pub(super) s_rtt_std: Option<f64>,
    /// How many there are: exact acknowledgements of segments that were sent once (Karn, RFC 6298, section 3).
    #[col(name = "s_rtt_cnt", show = t.end_to_end)]
    pub(super) s_rtt_cnt: u64,
    /// Least time to live, or hop limit, of packets of the server; 0 without any.
    #[col(name = "s_ttl_min", show = t.end_to_end)]
    pub(super) s_ttl_min: u64,
    /// Greatest of them.
    #[col(name = "s_ttl_max", show = t.end_to_end)]
    pub(super) s_ttl_max: u64,
    /// State of the recognition of ED2K, which nobody speaks any more; always empty.
    #[col(name = "p2p_st", show = t.p2p)]
    pub(super) p2p_st: Option<u8>,
    /// 1: a SYN of the client has the window scale option (RFC 7323).
    #[col(name = "c_f1323_opt", show = t.options)]
    pub(super) c_f1323_opt: u8,
    /// 1: a packet of the client has the timestamp option.
    #[col(name = "c_tm_opt", show = t.options)]
    pub(super) c_tm_opt: u8,
    /// Bits that windows of the client are shifted by; 0 without the option.
    #[col(name = "c_win_scl", show = t.options)]
    pub(super) c_win_scl: u8,
    /// 1: a SYN of the client permits selective acknowledgements (RFC 2018).
    #[col(name = "c_sack_opt", show = t.options)]
    pub(super) c_sack_opt: u8,
    /// Packets of the client with selective acknowledgements.
    #[col(name = "c_sack_cnt", unit = "packets", show = t.options)]
    pub(super) c_sack_cnt: u64,
    /// Maximum segment size that the client declared; empty without.
    #[col(name = "c_mss", unit = "bytes", show = t.options)]
    pub(super) c_mss: Option<i32>,
    /// Largest payload of a packet of the client; 0 without any.
    #[col(name = "c_mss_max", unit = "bytes", show = t.options)]
    pub(super) c_mss_max: u64,
    /// Smallest payload of a packet of the client; 0 without any.
    #[col(name = "c_mss_min", unit = "bytes", show = t.options)]
    pub(super) c_mss_min: u64,
    /// Largest window of the client, scaled.
    #[col(name = "c_win_max", unit = "bytes", show = t.options)]
    pub(super) c_win_max: u64,
    /// Smallest window of the client that is not 0, scaled.
    #[col(name = "c_win_min", unit = "bytes", show = t.options)]
    pub(super) c_win_min: u64,
    /// Packets of the client with a window of 0.
    #[col(name = "c_win_0", unit = "packets", show = t.options)]
    pub(super) c_win_0: u64,
    /// Most bytes of the client in flight: from the last acknowledgement to the highest byte that was sent.
    #[col(name = "c_cwin_max", unit = "bytes", show = t.options)]
    pub(super) c_cwin_max: u64,
    /// Least of them behind a packet of the client.
    #[col(name = "c_cwin_min", unit = "bytes", show = t.options)]
    pub(super) c_cwin_min: u64,
    /// Payload of the client in front of the first acknowledgement behind that of the SYN.
    #[col(name = "c_cwin_ini", unit = "bytes", show = t.options)]
    pub(super) c_cwin_ini: u64,
    /// Segments of the client that came again, or late, after what its sender takes for a timeout (RFC 6298).
    #[col(name = "c_pkts_rto", show = t.options)]
    pub(super) c_pkts_rto: u32,
    /// Segments that came again, or late, after three duplicate acknowledgements.
    #[col(name = "c_pkts_fs", show = t.options)]
    pub(super) c_pkts_fs: u32,
    /// Segments that came late within less than a round trip: reordered on the way.
    #[col(name = "c_pkts_reor", show = t.options)]
    pub(super) c_pkts_reor: u32,
    /// Segments whose very packet came again: duplicated on the way.
    #[col(name = "c_pkts_dup", show = t.options)]
    pub(super) c_pkts_dup: u32,
    /// Segments that came again or late for no known reason.
    #[col(name = "c_pkts_unk", show = t.options)]
    pub(super) c_pkts_unk: u32,
    /// Segments that came again while the window of the receiver was closed.
    #[col(name = "c_pkts_fc", show = t.options)]
    pub(super) c_pkts_fc: u32,
    /// Segments that came again after a timeout though they had been acknowledged.
    #[col(name = "c_pkts_unrto", show = t.options)]
    pub(super) c_pkts_unrto: u32,
    /// Segments that came again after three duplicate acknowledgements though they had been acknowledged.
    #[col(name = "c_pkts_unfs", show = t.options)]
    pub(super) c_pkts_unfs: u32,
    /// 1: the client sent SYNs with different sequence numbers.
    #[col(name = "c_syn_retx", show = t.options)]
    pub(super) c_syn_retx: u8,
    /// 1: a SYN of the server has the window scale option (RFC 7323).
    #[col(name = "s_f1323_opt", show = t.options)]
    pub(super) s_f1323_opt: u8,
    /// 1: a packet of the server has the timestamp option.
    #[col(name = "s_tm_opt", show = t.options)]
    pub(super) s_tm_opt: u8,
    /// Bits that windows of the server are shifted by; 0 without the option.
    #[col(name = "s_win_scl", show = t.options)]
    pub(super) s_win_scl: u8,
    /// 1: a SYN of the server permits selective acknowledgements (RFC 2018).
    #[col(name = "s_sack_opt", show = t.options)]
    pub(super) s_sack_opt: u8,
    /// Packets of the server with selective acknowledgements.
    #[col(name = "s_sack_cnt", unit = "packets", show = t.options)]
    pub(super) s_sack_cnt: u64,
    /// Maximum segment size that the server declared; empty without.
    #[col(name = "s_mss", unit = "bytes", show = t.options)]
    pub(super) s_mss: Option<i32>,
    /// Largest payload of a packet of the server; 0 without any.
    #[col(name = "s_mss_max", unit = "bytes", show = t.options)]
    pub(super) s_mss_max: u64,
    /// Smallest payload of a packet of the server; 0 without any.
    #[col(name = "s_mss_min", unit = "bytes", show = t.options)]
    pub(super) s_mss_min: u64,
    /// Largest window of the server, scaled.
    #[col(name = "s_win_max", unit = "bytes", show = t.options)]
    pub(super) s_win_max: u64,
    /// Smallest window of the server that is not 0, scaled.
    #[col(name = "s_win_min", unit = "bytes", show = t.options)]
    pub(super) s_win_min: u64,
    /// Packets of the server with a window of 0.
    #[col(name = "s_win_0", unit = "packets", show = t.options)]
    pub(super) s_win_0: u64,
    /// Most bytes of the server in flight: from the last acknowledgement to the highest byte that was sent.
    #[col(name = "s_cwin_max", unit = "bytes", show = t.options)]
    pub(super) s_cwin_max: u64,
    /// Least of them behind a packet of the server.
    #[col(name = "s_cwin_min", unit = "bytes", show = t.options)]
    pub(super) s_cwin_min: u64,
    /// Payload of the server in front of the first acknowledgement behind that of the SYN.
    #[col(name = "s_cwin_ini", unit = "bytes", show = t.options)]
    pub(super) s_cwin_ini: u64,
    /// Segments of the server that came again, or late, after what its sender takes for a timeout (RFC 6298).
    #[col(name = "s_pkts_rto", show = t.options)]
    pub(super) s_pkts_rto: u32,
    /// Segments that came again, or late, after three duplicate acknowledgements.
    #[col(name = "s_pkts_fs", show = t.options)]
    pub(super) s_pkts_fs: u32,
    /// Segments that came late within less than a round trip: reordered on the way.
    #[col(name = "s_pkts_reor", show = t.options)]
    pub(super) s_pkts_reor: u32,
    /// Segments whose very packet came again: duplicated on the way.
    #[col(name = "s_pkts_dup", show = t.options)]
    pub(super) s_pkts_dup: u32,
    /// Segments that came again or late for no known reason.
    #[col(name = "s_pkts_unk", show = t.options)]
    pub(super) s_pkts_unk: u32,
    /// Segments that came again while the window of the receiver was closed.
    #[col(name = "s_pkts_fc", show = t.options)]
    pub(super) s_pkts_fc: u32,
    /// Segments that came again after a timeout though they had been acknowledged.
    #[col(name = "s_pkts_unrto", show = t.options)]
    pub(super) s_pkts_unrto: u32,
    /// Segments that came again after three duplicate acknowledgements though they had been acknowledged.
    #[col(name = "s_pkts_unfs", show = t.options)]
    pub(super) s_pkts_unfs: u32,
    /// 1: the server sent SYNs with different sequence numbers.
    #[col(name = "s_syn_retx", show = t.options)]
    pub(super) s_syn_retx: u8,
    /// Packets of the client that begin with a request of HTTP.
    #[col(name = "http_req_cnt", unit = "packets", show = t.layer7)]
    pub(super) http_req_cnt: u64,
    /// Packets of the server that begin with a response of HTTP.
    #[col(name = "http_res_cnt", unit = "packets", show = t.layer7)]
    pub(super) http_res_cnt: u64,
    /// Status of the first response; empty without any.
    #[col(name = "http_res", show = t.layer7)]
    pub(super) http_res: Option<u16>,
    /// Messages of the client: they end with PSH, the last one with FIN.
    #[col(name = "c_pkts_push", show = t.layer7)]
    pub(super) c_pkts_push: u64,
    /// Messages of the server.
    #[col(name = "s_pkts_push", show = t.layer7)]
    pub(super) s_pkts_push: u64,
    /// `Host` of the first request that has one; empty without.
    #[col(name = "http_hostname", show = t.layer7)]
    pub(super) http_hostname: Text<'a>,
}

/// Round-trip times of a direction in milliseconds.
struct Times {
    count: u64,
    mean: Option<f64>,
    least: Option<f64>,
    most: Option<f64>,
    deviation: Option<f64>,
}

fn millis(nanos: i64) -> f64 {
    nanos as f64 / 1e6
}

impl Times {
    fn new(way: &Way, original: bool) -> Self {
        let samples = &way.round_trips;
        let in_millis = |nanos: u64| nanos as f64 / 1e6;
        let count = samples.count();
        // Tstat divides by a little more, so that it never divides by 0.
        let divisor = count as f64 + if original { 1e-4 } else { 0.0 };
        let least_count = if original { 3 } else { 2 };
        Self {
            count,
            mean: (count > 0).then(|| samples.sum() as f64 / 1e6 / divisor),
            least: samples.min().map(in_millis),
            most: samples.max().map(in_millis),
            deviation: (count >= least_count).then(|| samples.deviation() / 1e6),
        }
    }
}

impl<'a> TcpRow<'a> {
    /// The row of a connection.
    #[expect(clippy::too_many_lines, reason = "a line for each column")]
    pub(super) fn new(ends: &Ends, of: &'a Connection, original: bool) -> Self {
        let [client, server] = &of.ways;
        let times = [client, server].map(|way| Times::new(way, original));
        let since = |time: Option<Timestamp>| time.map(|time| millis(time - of.first));
        let mss = |way: &Way| {
            let signed =
                |mss: u16| if original { i32::from(mss.cast_signed()) } else { mss.into() };
            way.mss.map(signed)
        };
        Self {
            complete: of.is_complete().into(),
            c_ip: ends.ips[0],
            c_port: ends.ports[0],
            c_pkts_all: client.packets,
            c_rst_cnt: client.resets,
            c_ack_cnt: client.acks,
            c_ack_cnt_p: client.pure_acks,
            c_bytes_uniq: client.bytes.saturating_sub(client.again_bytes),
            c_pkts_data: client.data_packets,
            c_bytes_all: client.bytes,
            c_pkts_retx: client.again_packets,
            c_bytes_retx: client.again_bytes,
            c_pkts_ooo: client.late_packets,
            c_syn_cnt: client.syns,
            c_fin_cnt: client.fins,
            s_ip: ends.ips[1],
            s_port: ends.ports[1],
            s_pkts_all: server.packets,
            s_rst_cnt: server.resets,
            s_ack_cnt: server.acks,
            s_ack_cnt_p: server.pure_acks,
            s_bytes_uniq: server.bytes.saturating_sub(server.again_bytes),
            s_pkts_data: server.data_packets,
            s_bytes_all: server.bytes,
            s_pkts_retx: server.again_packets,
            s_bytes_retx: server.again_bytes,
            s_pkts_ooo: server.late_packets,
            s_syn_cnt: server.syns,
            s_fin_cnt: server.fins,
            first: of.first.into(),
            last: of.last.into(),
            durat: millis(of.last - of.first),
            c_first: since(client.first_data),
            s_first: since(server.first_data),
            c_last: since(client.last_data),
            s_last: since(server.last_data),
            c_first_ack: since(client.first_ack),
            s_first_ack: since(server.first_ack),
            c_isint: ends.inside[0].into(),
            s_isint: ends.inside[1].into(),
            con_t: of.said.protocols,
            http_t: of.said.class(),
            c_rtt_avg: times[0].mean,
            c_rtt_min: times[0].least,
            c_rtt_max: times[0].most,
            c_rtt_std: times[0].deviation,
            c_rtt_cnt: times[0].count,
            c_ttl_min: client.ttl.min(),
            c_ttl_max: client.ttl.max(),
            s_rtt_avg: times[1].mean,
            s_rtt_min: times[1].least,
            s_rtt_max: times[1].most,
            s_rtt_std: times[1].deviation,
            s_rtt_cnt: times[1].count,
            s_ttl_min: server.ttl.min(),
            s_ttl_max: server.ttl.max(),
            p2p_st: None,
            c_f1323_opt: client.has_scale.into(),
            c_tm_opt: client.has_timestamp.into(),
            c_win_scl: client.scale,
            c_sack_opt: client.may_sack.into(),
            c_sack_cnt: client.sacks,
            c_mss: mss(client),
            c_mss_max: client.payloads.max(),
            c_mss_min: client.payloads.min(),
            c_win_max: client.windows.max(),
            c_win_min: client.windows.min(),
            c_win_0: client.closed_windows,
            c_cwin_max: client.in_flight.max(),
            c_cwin_min: client.in_flight.min(),
            c_cwin_ini: client.first_flight,
            c_pkts_rto: client.anomalies.timeout,
            c_pkts_fs: client.anomalies.fast,
            c_pkts_reor: client.anomalies.reordered,
            c_pkts_dup: client.anomalies.duplicate,
            c_pkts_unk: client.anomalies.unknown,
            c_pkts_fc: client.anomalies.window_probe,
            c_pkts_unrto: client.anomalies.needless_timeout,
            c_pkts_unfs: client.anomalies.needless_fast,
            c_syn_retx: client.other_syn.into(),
            s_f1323_opt: server.has_scale.into(),
            s_tm_opt: server.has_timestamp.into(),
            s_win_scl: server.scale,
            s_sack_opt: server.may_sack.into(),
            s_sack_cnt: server.sacks,
            s_mss: mss(server),
            s_mss_max: server.payloads.max(),
            s_mss_min: server.payloads.min(),
            s_win_max: server.windows.max(),
            s_win_min: server.windows.min(),
            s_win_0: server.closed_windows,
            s_cwin_max: server.in_flight.max(),
            s_cwin_min: server.in_flight.min(),
            s_cwin_ini: server.first_flight,
            s_pkts_rto: server.anomalies.timeout,
            s_pkts_fs: server.anomalies.fast,
            s_pkts_reor: server.anomalies.reordered,
            s_pkts_dup: server.anomalies.duplicate,
            s_pkts_unk: server.anomalies.unknown,
            s_pkts_fc: server.anomalies.window_probe,
            s_pkts_unrto: server.anomalies.needless_timeout,
            s_pkts_unfs: server.anomalies.needless_fast,
            s_syn_retx: server.other_syn.into(),
            http_req_cnt: of.said.requests,
            http_res_cnt: of.said.responses,
            http_res: of.said.status,
            c_pkts_push: client.messages,
            s_pkts_push: server.messages,
            http_hostname: Text(of.said.host.as_deref().unwrap_or_default()),
        }
    }
}
