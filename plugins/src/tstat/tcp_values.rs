//! The values of a connection's row.

use flowz_api::cell::{Hex16, Text};
use flowz_api::packet::Timestamp;

use super::ends::Ends;
use super::tcp::Connection;
use super::tcp_row::TcpRow;
use super::way::Way;

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
        let resolved = of.resolved.as_deref();
        let hellos = of.tls.as_deref().map(|tls| &tls.hellos);
        let records = |n: usize| of.tls.as_deref().map(|tls| &tls.ways[n]);
        let handshake = |n: usize| since(records(n).and_then(|way| way.last_handshake));
        let data_time = |n: usize| since(records(n).and_then(|way| way.first_data));
        let data_bytes = |n: usize| records(n).map_or(0, |way| way.data_bytes);
        let version = |n: usize| hellos.and_then(|hellos| hellos.versions[n]).map(Hex16);
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
            c_tls_sni: Text(hellos.map_or(&[], |hellos| &hellos.server_name)),
            s_tls_scn: Text(hellos.map_or(&[], |hellos| &hellos.common_name)),
            tls_session_stat: hellos.map_or(0, |hellos| hellos.session),
            c_last_handshake: handshake(0),
            s_last_handshake: handshake(1),
            c_appdata_t: data_time(0),
            s_appdata_t: data_time(1),
            c_appdata_b: data_bytes(0),
            s_appdata_b: data_bytes(1),
            fqdn: Text(resolved.map_or(&[], |resolved| &resolved.name)),
            dns_rslv: resolved.map(|resolved| resolved.resolver),
            req_tm: resolved.and_then(|resolved| resolved.asked).map(Into::into),
            res_tm: resolved.map(|resolved| resolved.answered.into()),
            http_hostname: Text(of.said.host.as_deref().unwrap_or_default()),
            c_tls_vers: version(0),
            s_tls_vers: version(1),
        }
    }
}
