//! The rows of the long form: which columns, what they are called, where they are shown.

use flowz_api::value::Value;

/// A row.
#[derive(Debug)]
pub(super) enum Row {
    /// An empty line.
    Blank,
    /// A number of each side.
    Pair(Pair),
    /// Words, where the condition holds.
    Words(&'static str, When),
}

/// A number of each side.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) label: &'static str,
    /// The column of the table, without the direction.
    pub(super) of: &'static str,
    /// Behind the number.
    pub(super) unit: &'static str,
    /// Behind what is unknown.
    pub(super) unit_of_unknown: &'static str,
    /// Where it is shown.
    pub(super) when: Option<When>,
}

/// Whether the value of a column is so for at least one side.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    pub(super) of: &'static str,
    pub(super) is: fn(&Value<'_>) -> bool,
}

/// A row that is always there.
const fn pair(label: &'static str, of: &'static str, unit: &'static str) -> Row {
    Row::Pair(Pair { label, of, unit, unit_of_unknown: "", when: None })
}

/// A row that is there where a condition holds.
const fn some(label: &'static str, of: &'static str, unit: &'static str, when: When) -> Row {
    Row::Pair(Pair { label, of, unit, unit_of_unknown: "", when: Some(when) })
}

const fn when(of: &'static str, is: fn(&Value<'_>) -> bool) -> When {
    When { of, is }
}

fn is_some(value: &Value<'_>) -> bool {
    matches!(value, Value::Unsigned(1..))
}

fn asks_for_both_or_one(value: &Value<'_>) -> bool {
    matches!(value, Value::Label(label) if label.contains(&b'Y'))
}

fn asks_for_scaling(value: &Value<'_>) -> bool {
    matches!(value, Value::Label([b'Y', ..]))
}

/// What segments say of themselves.
const RFC1323: When = when("req_1323_ws_ts", asks_for_both_or_one);
const SCALING: When = when("req_1323_ws_ts", asks_for_scaling);
const SACK: When = when("req_sack", asks_for_both_or_one);
const RESETS: When = when("resets_sent", is_some);
const TWICE: When = when("hardware_dups", is_some);
const AMBIGUOUS: When = when("ambiguous_acks", is_some);

/// All connections have these.
pub(super) const ROWS: &[Row] = &[
    pair("total packets", "total_packets", ""),
    some("resets sent", "resets_sent", "", RESETS),
    pair("ack pkts sent", "ack_pkts_sent", ""),
    pair("pure acks sent", "pure_acks_sent", ""),
    pair("sack pkts sent", "sack_pkts_sent", ""),
    pair("dsack pkts sent", "dsack_pkts_sent", ""),
    pair("max sack blks/ack", "max_sack_blks_ack", ""),
    pair("unique bytes sent", "unique_bytes_sent", ""),
    pair("actual data pkts", "actual_data_pkts", ""),
    pair("actual data bytes", "actual_data_bytes", ""),
    pair("rexmt data pkts", "rexmt_data_pkts", ""),
    pair("rexmt data bytes", "rexmt_data_bytes", ""),
    pair("zwnd probe pkts", "zwnd_probe_pkts", ""),
    pair("zwnd probe bytes", "zwnd_probe_bytes", ""),
    pair("outoforder pkts", "outoforder_pkts", ""),
    pair("pushed data pkts", "pushed_data_pkts", ""),
    pair("SYN/FIN pkts sent", "SYN_FIN_pkts_sent", ""),
    some("req 1323 ws/ts", "req_1323_ws_ts", "", RFC1323),
    some("adv wind scale", "adv_wind_scale", "", SCALING),
    some("req sack", "req_sack", "", SACK),
    some("sacks sent", "sacks_sent", "", SACK),
    pair("urgent data pkts", "urgent_data_pkts", "pkts"),
    pair("urgent data bytes", "urgent_data_bytes", "bytes"),
    pair("mss requested", "mss_requested", "bytes"),
    pair("max segm size", "max_segm_size", "bytes"),
    pair("min segm size", "min_segm_size", "bytes"),
    pair("avg segm size", "avg_segm_size", "bytes"),
    pair("max win adv", "max_win_adv", "bytes"),
    pair("min win adv", "min_win_adv", "bytes"),
    pair("zero win adv", "zero_win_adv", "times"),
    pair("avg win adv", "avg_win_adv", "bytes"),
    pair("initial window", "initial_window_bytes", "bytes"),
    pair("initial window", "initial_window_pkts", "pkts"),
    pair("ttl stream length", "ttl_stream_length", "bytes"),
    pair("missed data", "missed_data", "bytes"),
    pair("truncated data", "truncated_data", "bytes"),
    pair("truncated packets", "truncated_packets", "pkts"),
    pair("data xmit time", "data_xmit_time", "secs"),
    Row::Pair(Pair {
        label: "idletime max",
        of: "idletime_max",
        unit: "ms",
        unit_of_unknown: "ms",
        when: None,
    }),
    some("hardware dups", "hardware_dups", "segs", TWICE),
    Row::Words(
        "       ** WARNING: presence of hardware duplicates makes these figures suspect!",
        TWICE,
    ),
    pair("throughput", "throughput", "Bps"),
];

/// Those of round trips.
pub(super) const ROUND_TRIPS: &[Row] = &[
    Row::Blank,
    pair("RTT samples", "RTT_samples", ""),
    pair("RTT min", "RTT_min", "ms"),
    pair("RTT max", "RTT_max", "ms"),
    pair("RTT avg", "RTT_avg", "ms"),
    pair("RTT stdev", "RTT_stdev", "ms"),
    Row::Blank,
    pair("RTT from 3WHS", "RTT_from_3WHS", "ms"),
    Row::Blank,
    pair("RTT full_sz smpls", "RTT_full_sz_smpls", ""),
    pair("RTT full_sz min", "RTT_full_sz_min", "ms"),
    pair("RTT full_sz max", "RTT_full_sz_max", "ms"),
    pair("RTT full_sz avg", "RTT_full_sz_avg", "ms"),
    pair("RTT full_sz stdev", "RTT_full_sz_stdev", "ms"),
    Row::Blank,
    pair("post-loss acks", "post_loss_acks", ""),
    Row::Words(
        "\t  For the following 5 RTT statistics, only ACKs for\n\t  multiply-transmitted segments (ambiguous ACKs) were\n\
        \t  considered.  Times are taken from the last instance\n\t  of a segment.",
        AMBIGUOUS,
    ),
    some("ambiguous acks", "ambiguous_acks", "", AMBIGUOUS),
    some("RTT min (last)", "RTT_min_last", "ms", AMBIGUOUS),
    some("RTT max (last)", "RTT_max_last", "ms", AMBIGUOUS),
    some("RTT avg (last)", "RTT_avg_last", "ms", AMBIGUOUS),
    some("RTT sdv (last)", "RTT_sdv_last", "ms", AMBIGUOUS),
    pair("segs cum acked", "segs_cum_acked", ""),
    pair("duplicate acks", "duplicate_acks", ""),
    pair("triple dupacks", "triple_dupacks", ""),
    pair("max # retrans", "max_retrans", ""),
    pair("min retr time", "min_retr_time", "ms"),
    pair("max retr time", "max_retr_time", "ms"),
    pair("avg retr time", "avg_retr_time", "ms"),
    pair("sdv retr time", "sdv_retr_time", "ms"),
];
