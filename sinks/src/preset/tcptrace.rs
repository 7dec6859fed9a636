//! tcptrace 6.6.7: the table that `tcptrace -n -l -r --csv` prints.

use std::io::Write;
use std::net::Ipv6Addr;

use flowz_api::inventory;
use flowz_api::registry::SinkEntry;
use flowz_api::sink::SinkInfo;
use flowz_api::value::Value;

use super::layout::{Column, Layout, WriteCell};
use super::text::{number, plain};
use super::{Preset, PresetSink};

inventory::submit! { SinkEntry::new::<PresetSink<TcpTrace>>() }

/// The preset.
struct TcpTrace;

impl Preset for TcpTrace {
    const INFO: SinkInfo = SinkInfo {
        name: "tcptrace",
        toggles: "tcptraceSink",
        number: 912,
        summary: "TCP connections as tcptrace -n -l -r --csv prints them",
        requests: &["tcptrace"],
        // Connections end with the capture only; tunnels are not opened.
        preset: Some(&[
            "core.FLOW_TIMEOUT=1000000000",
            "core.OUTER_KEY=1",
            "core.MPLS=0",
            "core.FRAGMENTATION=0",
            "tcpTrace.TCPTRACE_ORIGINAL=1",
        ]),
        is_remote: false,
    };
    const TABLES: &'static [Layout] = &[Layout {
        table: "tcptrace",
        suffix: "_tcptrace.csv",
        header: Some(("", ",\n\n")),
        separator: ",",
        end: ",\n",
        order: Some("conn"),
        columns: COLUMNS,
        ..Layout::PLAIN
    }];
}

const fn column(name: &'static str, from: &'static str, write: WriteCell) -> Column {
    Column { name, from, write }
}

/// Columns are this wide.
const WIDTH: usize = 15;

fn count(out: &mut Vec<u8>, value: &Value<'_>) {
    let from = out.len();
    match value {
        Value::Null => out.extend_from_slice(b"NA"),
        value => plain(out, value),
    }
    number::to_the_right(out, from, WIDTH);
}

/// A number that the tool takes for one without a sign.
fn unsigned(out: &mut Vec<u8>, value: &Value<'_>) {
    match value {
        Value::Signed(value) => count(out, &Value::Unsigned(*value as u64)),
        value => count(out, value),
    }
}

/// A number with so many digits behind the point.
fn fixed(out: &mut Vec<u8>, value: &Value<'_>, digits: usize) {
    let from = out.len();
    match value {
        Value::Double(value) => number::fixed(out, *value, digits),
        _ => out.extend_from_slice(b"NA"),
    }
    number::to_the_right(out, from, WIDTH);
}

fn whole(out: &mut Vec<u8>, value: &Value<'_>) {
    fixed(out, value, 0);
}

fn tenths(out: &mut Vec<u8>, value: &Value<'_>) {
    fixed(out, value, 1);
}

fn thousandths(out: &mut Vec<u8>, value: &Value<'_>) {
    fixed(out, value, 3);
}

/// An address; of IPv6 as the tool writes it: groups of four digits, the first zeros left out, the last group seldom.
pub(crate) fn host(out: &mut Vec<u8>, value: &Value<'_>) {
    const LAST: usize = 7;
    let Value::Ip6(bytes) = value else { return plain(out, value) };
    let groups = Ipv6Addr::from(*bytes).segments();
    let mut group = |colon: &str, n: usize| {
        // Writing to a vector does not fail.
        let _ = write!(out, "{colon}{:04x}", groups[n]);
    };
    let Some(zero) = groups.iter().position(|group| *group == 0) else {
        return (0..=LAST).for_each(|n| group(if n > 0 { ":" } else { "" }, n));
    };
    for n in 0..zero {
        group(if n > 0 { ":" } else { "" }, n);
    }
    if zero == LAST {
        return;
    }
    let next = (zero..LAST).find(|n| groups[*n] != 0).unwrap_or(LAST);
    for n in next..=LAST {
        group(if n == next && zero > 0 { "::" } else { ":" }, n);
    }
}

/// Seconds with a sign in 32 bits, and microseconds without the zeros in front, as the tool prints them.
fn first_time(out: &mut Vec<u8>, value: &Value<'_>) {
    if let Value::Time(seconds, nanos) = value {
        number::whole(out, *seconds as i32);
        out.push(b'.');
        number::whole(out, nanos / 1000);
        out.push(b' ');
    }
}

fn last_time(out: &mut Vec<u8>, value: &Value<'_>) {
    out.push(b' ');
    first_time(out, value);
}

/// The columns, in their order.
pub(crate) const COLUMNS: &[Column] = &[
    column("conn_#", "conn", plain),
    column("host_a", "host_a", host),
    column("host_b", "host_b", host),
    column("port_a", "port_a", plain),
    column("port_b", "port_b", plain),
    column("first_packet", "first_packet", first_time),
    column("last_packet", "last_packet", last_time),
    column("total_packets_a2b", "total_packets_a2b", count),
    column("total_packets_b2a", "total_packets_b2a", count),
    column("resets_sent_a2b", "resets_sent_a2b", count),
    column("resets_sent_b2a", "resets_sent_b2a", count),
    column("ack_pkts_sent_a2b", "ack_pkts_sent_a2b", count),
    column("ack_pkts_sent_b2a", "ack_pkts_sent_b2a", count),
    column("pure_acks_sent_a2b", "pure_acks_sent_a2b", count),
    column("pure_acks_sent_b2a", "pure_acks_sent_b2a", count),
    column("sack_pkts_sent_a2b", "sack_pkts_sent_a2b", count),
    column("sack_pkts_sent_b2a", "sack_pkts_sent_b2a", count),
    column("dsack_pkts_sent_a2b", "dsack_pkts_sent_a2b", count),
    column("dsack_pkts_sent_b2a", "dsack_pkts_sent_b2a", count),
    column("max_sack_blks/ack_a2b", "max_sack_blks_ack_a2b", count),
    column("max_sack_blks/ack_b2a", "max_sack_blks_ack_b2a", count),
    column("unique_bytes_sent_a2b", "unique_bytes_sent_a2b", count),
    column("unique_bytes_sent_b2a", "unique_bytes_sent_b2a", count),
    column("actual_data_pkts_a2b", "actual_data_pkts_a2b", count),
    column("actual_data_pkts_b2a", "actual_data_pkts_b2a", count),
    column("actual_data_bytes_a2b", "actual_data_bytes_a2b", count),
    column("actual_data_bytes_b2a", "actual_data_bytes_b2a", count),
    column("rexmt_data_pkts_a2b", "rexmt_data_pkts_a2b", count),
    column("rexmt_data_pkts_b2a", "rexmt_data_pkts_b2a", count),
    column("rexmt_data_bytes_a2b", "rexmt_data_bytes_a2b", count),
    column("rexmt_data_bytes_b2a", "rexmt_data_bytes_b2a", count),
    column("zwnd_probe_pkts_a2b", "zwnd_probe_pkts_a2b", count),
    column("zwnd_probe_pkts_b2a", "zwnd_probe_pkts_b2a", count),
    column("zwnd_probe_bytes_a2b", "zwnd_probe_bytes_a2b", count),
    column("zwnd_probe_bytes_b2a", "zwnd_probe_bytes_b2a", count),
    column("outoforder_pkts_a2b", "outoforder_pkts_a2b", count),
    column("outoforder_pkts_b2a", "outoforder_pkts_b2a", count),
    column("pushed_data_pkts_a2b", "pushed_data_pkts_a2b", count),
    column("pushed_data_pkts_b2a", "pushed_data_pkts_b2a", count),
    column("SYN/FIN_pkts_sent_a2b", "SYN_FIN_pkts_sent_a2b", count),
    column("SYN/FIN_pkts_sent_b2a", "SYN_FIN_pkts_sent_b2a", count),
    column("req_1323_ws/ts_a2b", "req_1323_ws_ts_a2b", count),
    column("req_1323_ws/ts_b2a", "req_1323_ws_ts_b2a", count),
    column("adv_wind_scale_a2b", "adv_wind_scale_a2b", count),
    column("adv_wind_scale_b2a", "adv_wind_scale_b2a", count),
    column("req_sack_a2b", "req_sack_a2b", count),
    column("req_sack_b2a", "req_sack_b2a", count),
    column("sacks_sent_a2b", "sacks_sent_a2b", count),
    column("sacks_sent_b2a", "sacks_sent_b2a", count),
    column("urgent_data_pkts_a2b", "urgent_data_pkts_a2b", count),
    column("urgent_data_pkts_b2a", "urgent_data_pkts_b2a", count),
    column("urgent_data_bytes_a2b", "urgent_data_bytes_a2b", count),
    column("urgent_data_bytes_b2a", "urgent_data_bytes_b2a", count),
    column("mss_requested_a2b", "mss_requested_a2b", count),
    column("mss_requested_b2a", "mss_requested_b2a", count),
    column("max_segm_size_a2b", "max_segm_size_a2b", count),
    column("max_segm_size_b2a", "max_segm_size_b2a", count),
    column("min_segm_size_a2b", "min_segm_size_a2b", count),
    column("min_segm_size_b2a", "min_segm_size_b2a", count),
    column("avg_segm_size_a2b", "avg_segm_size_a2b", whole),
    column("avg_segm_size_b2a", "avg_segm_size_b2a", whole),
    column("max_win_adv_a2b", "max_win_adv_a2b", count),
    column("max_win_adv_b2a", "max_win_adv_b2a", count),
    column("min_win_adv_a2b", "min_win_adv_a2b", count),
    column("min_win_adv_b2a", "min_win_adv_b2a", count),
    column("zero_win_adv_a2b", "zero_win_adv_a2b", count),
    column("zero_win_adv_b2a", "zero_win_adv_b2a", count),
    column("avg_win_adv_a2b", "avg_win_adv_a2b", whole),
    column("avg_win_adv_b2a", "avg_win_adv_b2a", whole),
    column("initial_window_bytes_a2b", "initial_window_bytes_a2b", count),
    column("initial_window_bytes_b2a", "initial_window_bytes_b2a", count),
    column("initial_window_pkts_a2b", "initial_window_pkts_a2b", count),
    column("initial_window_pkts_b2a", "initial_window_pkts_b2a", count),
    column("ttl_stream_length_a2b", "ttl_stream_length_a2b", count),
    column("ttl_stream_length_b2a", "ttl_stream_length_b2a", count),
    column("missed_data_a2b", "missed_data_a2b", unsigned),
    column("missed_data_b2a", "missed_data_b2a", unsigned),
    column("truncated_data_a2b", "truncated_data_a2b", count),
    column("truncated_data_b2a", "truncated_data_b2a", count),
    column("truncated_packets_a2b", "truncated_packets_a2b", count),
    column("truncated_packets_b2a", "truncated_packets_b2a", count),
    column("data_xmit_time_a2b", "data_xmit_time_a2b", thousandths),
    column("data_xmit_time_b2a", "data_xmit_time_b2a", thousandths),
    column("idletime_max_a2b", "idletime_max_a2b", tenths),
    column("idletime_max_b2a", "idletime_max_b2a", tenths),
    column("hardware_dups_a2b", "hardware_dups_a2b", count),
    column("hardware_dups_b2a", "hardware_dups_b2a", count),
    column("throughput_a2b", "throughput_a2b", whole),
    column("throughput_b2a", "throughput_b2a", whole),
    column("RTT_samples_a2b", "RTT_samples_a2b", count),
    column("RTT_samples_b2a", "RTT_samples_b2a", count),
    column("RTT_min_a2b", "RTT_min_a2b", tenths),
    column("RTT_min_b2a", "RTT_min_b2a", tenths),
    column("RTT_max_a2b", "RTT_max_a2b", tenths),
    column("RTT_max_b2a", "RTT_max_b2a", tenths),
    column("RTT_avg_a2b", "RTT_avg_a2b", tenths),
    column("RTT_avg_b2a", "RTT_avg_b2a", tenths),
    column("RTT_stdev_a2b", "RTT_stdev_a2b", tenths),
    column("RTT_stdev_b2a", "RTT_stdev_b2a", tenths),
    column("RTT_from_3WHS_a2b", "RTT_from_3WHS_a2b", tenths),
    column("RTT_from_3WHS_b2a", "RTT_from_3WHS_b2a", tenths),
    column("RTT_full_sz_smpls_a2b", "RTT_full_sz_smpls_a2b", count),
    column("RTT_full_sz_smpls_b2a", "RTT_full_sz_smpls_b2a", count),
    column("RTT_full_sz_min_a2b", "RTT_full_sz_min_a2b", tenths),
    column("RTT_full_sz_min_b2a", "RTT_full_sz_min_b2a", tenths),
    column("RTT_full_sz_max_a2b", "RTT_full_sz_max_a2b", tenths),
    column("RTT_full_sz_max_b2a", "RTT_full_sz_max_b2a", tenths),
    column("RTT_full_sz_avg_a2b", "RTT_full_sz_avg_a2b", tenths),
    column("RTT_full_sz_avg_b2a", "RTT_full_sz_avg_b2a", tenths),
    column("RTT full_sz_stdev_a2b", "RTT_full_sz_stdev_a2b", tenths),
    column("RTT_full_sz_stdev_b2a", "RTT_full_sz_stdev_b2a", tenths),
    column("post-loss_acks_a2b", "post_loss_acks_a2b", count),
    column("post-loss_acks_b2a", "post_loss_acks_b2a", count),
    column("ambiguous_acks_a2b", "ambiguous_acks_a2b", count),
    column("ambiguous_acks_b2a", "ambiguous_acks_b2a", count),
    column("RTT_min_(last)_a2b", "RTT_min_last_a2b", tenths),
    column("RTT_min_(last)_b2a", "RTT_min_last_b2a", tenths),
    column("RTT_max_(last)_a2b", "RTT_max_last_a2b", tenths),
    column("RTT_max_(last)_b2a", "RTT_max_last_b2a", tenths),
    column("RTT_avg_(last)_a2b", "RTT_avg_last_a2b", tenths),
    column("RTT_avg_(last)_b2a", "RTT_avg_last_b2a", tenths),
    column("RTT_sdv_(last)_a2b", "RTT_sdv_last_a2b", tenths),
    column("RTT_sdv_(last)_b2a", "RTT_sdv_last_b2a", tenths),
    column("segs_cum_acked_a2b", "segs_cum_acked_a2b", count),
    column("segs_cum_acked_b2a", "segs_cum_acked_b2a", count),
    column("duplicate_acks_a2b", "duplicate_acks_a2b", count),
    column("duplicate_acks_b2a", "duplicate_acks_b2a", count),
    column("triple_dupacks_a2b", "triple_dupacks_a2b", count),
    column("triple_dupacks_b2a", "triple_dupacks_b2a", count),
    column("max_#_retrans_a2b", "max_retrans_a2b", count),
    column("max_#_retrans_b2a", "max_retrans_b2a", count),
    column("min_retr_time_a2b", "min_retr_time_a2b", tenths),
    column("min_retr_time_b2a", "min_retr_time_b2a", tenths),
    column("max_retr_time_a2b", "max_retr_time_a2b", tenths),
    column("max_retr_time_b2a", "max_retr_time_b2a", tenths),
    column("avg_retr_time_a2b", "avg_retr_time_a2b", tenths),
    column("avg_retr_time_b2a", "avg_retr_time_b2a", tenths),
    column("sdv_retr_time_a2b", "sdv_retr_time_a2b", tenths),
    column("sdv_retr_time_b2a", "sdv_retr_time_b2a", tenths),
];

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use flowz_api::value::Value;

    use super::{count, first_time, host, last_time, tenths, unsigned, whole};
    use crate::preset::layout::WriteCell;

    fn written(write: WriteCell, value: &Value<'_>) -> String {
        let mut out = b"|".to_vec();
        write(&mut out, value);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn widths_and_what_is_unknown() {
        assert_eq!(written(count, &Value::Unsigned(41)), "|             41");
        assert_eq!(written(count, &Value::Label(b"1/2")), "|            1/2");
        assert_eq!(written(count, &Value::Null), "|             NA");
        assert_eq!(written(unsigned, &Value::Signed(5)), "|              5");
        assert_eq!(written(unsigned, &Value::Signed(-9)), "|18446744073709551607");
        assert_eq!(written(unsigned, &Value::Null), "|             NA");
        assert_eq!(written(tenths, &Value::Double(0.26)), "|            0.3");
        assert_eq!(written(tenths, &Value::Null), "|             NA");
        assert_eq!(written(whole, &Value::Double(12_378.9)), "|          12379");
    }

    #[test]
    fn times_have_a_sign_and_no_zeros_in_front() {
        assert_eq!(
            written(first_time, &Value::Time(1_362_692_527, 80_972_999)),
            "|1362692527.80972 "
        );
        assert_eq!(written(last_time, &Value::Time(2_147_483_648, 0)), "| -2147483648.0 ");
    }

    #[test]
    fn addresses_as_the_tool_writes_them() {
        let text = |address: &str| {
            let address: Ipv6Addr = address.parse().unwrap();
            written(host, &Value::Ip6(address.octets()))
        };
        for (address, expected) in [
            ("1:0:2:0:0:3:0:4", "|0001::0002:0000:0000:0003:0000:0004"),
            ("fe80::", "|fe80::0000"),
            ("::", "|:0000"),
            ("::1", "|:0001"),
            ("0:1::2", "|:0001:0000:0000:0000:0000:0000:0002"),
            ("1:2:3:4:5:6:7:0", "|0001:0002:0003:0004:0005:0006:0007"),
            ("1:2:3:4:5:6:7:8", "|0001:0002:0003:0004:0005:0006:0007:0008"),
        ] {
            assert_eq!(text(address), expected);
        }
        assert_eq!(written(host, &Value::Ip4([10, 0, 0, 1])), "|10.0.0.1");
    }
}
