//! The columns of Tstat's logs.

use super::super::layout::{Column, WriteCell};
use super::super::text::tstat::{
    general, letter_r, moment_or_zero, or_dash, or_dashes, seconds, six_digits,
};
use super::super::text::{or_zero, plain};

/// A column whose values are always there.
const fn int(name: &'static str) -> Column {
    Column::same(name, plain as WriteCell)
}

/// A column whose values may be unknown: 0.
const fn opt(name: &'static str) -> Column {
    Column::same(name, or_zero as WriteCell)
}

/// Milliseconds or seconds.
const fn time(name: &'static str) -> Column {
    Column::same(name, six_digits as WriteCell)
}

/// A word, `-` without any.
const fn text(name: &'static str) -> Column {
    Column::same(name, or_dash as WriteCell)
}

/// A status of HTTP, `---` without any.
const fn status(name: &'static str) -> Column {
    Column::same(name, or_dashes as WriteCell)
}

/// A number with a fraction.
const fn number(name: &'static str) -> Column {
    Column::same(name, general as WriteCell)
}

/// A number that is not found out: 0.
const fn zero(name: &'static str) -> Column {
    Column::unknown(name, or_zero as WriteCell)
}

/// A word that is not found out.
const fn dash(name: &'static str) -> Column {
    Column::unknown(name, or_dash as WriteCell)
}

/// A moment, `0.0` for none.
const fn moment(name: &'static str) -> Column {
    Column::same(name, moment_or_zero as WriteCell)
}

pub(super) const CORE: &[Column] = &[
    int("c_ip"),
    int("c_port"),
    int("c_pkts_all"),
    int("c_rst_cnt"),
    int("c_ack_cnt"),
    int("c_ack_cnt_p"),
    int("c_bytes_uniq"),
    int("c_pkts_data"),
    int("c_bytes_all"),
    int("c_pkts_retx"),
    int("c_bytes_retx"),
    int("c_pkts_ooo"),
    int("c_syn_cnt"),
    int("c_fin_cnt"),
    int("s_ip"),
    int("s_port"),
    int("s_pkts_all"),
    int("s_rst_cnt"),
    int("s_ack_cnt"),
    int("s_ack_cnt_p"),
    int("s_bytes_uniq"),
    int("s_pkts_data"),
    int("s_bytes_all"),
    int("s_pkts_retx"),
    int("s_bytes_retx"),
    int("s_pkts_ooo"),
    int("s_syn_cnt"),
    int("s_fin_cnt"),
    time("first"),
    time("last"),
    time("durat"),
    time("c_first"),
    time("s_first"),
    time("c_last"),
    time("s_last"),
    time("c_first_ack"),
    time("s_first_ack"),
    int("c_isint"),
    int("s_isint"),
    zero("c_iscrypto"),
    zero("s_iscrypto"),
    int("con_t"),
    zero("p2p_t"),
    int("http_t"),
];

pub(super) const END_TO_END: &[Column] = &[
    time("c_rtt_avg"),
    time("c_rtt_min"),
    time("c_rtt_max"),
    time("c_rtt_std"),
    int("c_rtt_cnt"),
    int("c_ttl_min"),
    int("c_ttl_max"),
    time("s_rtt_avg"),
    time("s_rtt_min"),
    time("s_rtt_max"),
    time("s_rtt_std"),
    int("s_rtt_cnt"),
    int("s_ttl_min"),
    int("s_ttl_max"),
];

pub(super) const P2P: &[Column] = &[
    zero("p2p_st"),
    zero("ed2k_data"),
    zero("ed2k_sig"),
    zero("ed2k_c2s"),
    zero("ed2k_c2c"),
    zero("ed2k_chat"),
];

pub(super) const OPTIONS: &[Column] = &[
    int("c_f1323_opt"),
    int("c_tm_opt"),
    int("c_win_scl"),
    int("c_sack_opt"),
    int("c_sack_cnt"),
    opt("c_mss"),
    int("c_mss_max"),
    int("c_mss_min"),
    int("c_win_max"),
    int("c_win_min"),
    int("c_win_0"),
    int("c_cwin_max"),
    int("c_cwin_min"),
    int("c_cwin_ini"),
    int("c_pkts_rto"),
    int("c_pkts_fs"),
    int("c_pkts_reor"),
    int("c_pkts_dup"),
    int("c_pkts_unk"),
    int("c_pkts_fc"),
    int("c_pkts_unrto"),
    int("c_pkts_unfs"),
    int("c_syn_retx"),
    int("s_f1323_opt"),
    int("s_tm_opt"),
    int("s_win_scl"),
    int("s_sack_opt"),
    int("s_sack_cnt"),
    opt("s_mss"),
    int("s_mss_max"),
    int("s_mss_min"),
    int("s_win_max"),
    int("s_win_min"),
    int("s_win_0"),
    int("s_cwin_max"),
    int("s_cwin_min"),
    int("s_cwin_ini"),
    int("s_pkts_rto"),
    int("s_pkts_fs"),
    int("s_pkts_reor"),
    int("s_pkts_dup"),
    int("s_pkts_unk"),
    int("s_pkts_fc"),
    int("s_pkts_unrto"),
    int("s_pkts_unfs"),
    int("s_syn_retx"),
];

pub(super) const LAYER7: &[Column] = &[
    int("http_req_cnt"),
    int("http_res_cnt"),
    status("http_res"),
    int("c_pkts_push"),
    int("s_pkts_push"),
    text("c_tls_SNI"),
    text("s_tls_SCN"),
    zero("c_npnalpn"),
    zero("s_npnalpn"),
    int("tls_session_stat"),
    time("c_last_handshakeT"),
    time("s_last_handshakeT"),
    time("c_appdataT"),
    time("s_appdataT"),
    int("c_appdataB"),
    int("s_appdataB"),
    text("fqdn"),
    text("dns_rslv"),
    moment("req_tm"),
    moment("res_tm"),
    text("http_hostname"),
    dash("c_TLSvers"),
    dash("s_TLSvers"),
    zero("dns_enc"),
];

pub(super) const UDP: &[Column] = &[
    int("c_ip"),
    int("c_port"),
    time("c_first_abs"),
    time("c_durat"),
    int("c_bytes_all"),
    int("c_pkts_all"),
    int("c_isint"),
    zero("c_iscrypto"),
    int("c_type"),
    int("s_ip"),
    int("s_port"),
    time("s_first_abs"),
    time("s_durat"),
    int("s_bytes_all"),
    int("s_pkts_all"),
    int("s_isint"),
    zero("s_iscrypto"),
    int("s_type"),
    text("fqdn"),
    text("quic_SNI"),
    dash("quic_UA"),
    dash("quic_c_vers"),
    dash("quic_s_vers"),
    int("quic_zero_rtt"),
    int("quic_ech"),
];

pub(super) const BINS: &[Column] = &[int("bin"), int("count")];

pub(super) const MEDIA: &[Column] = &[
    Column::unknown("a_proto", letter_r as WriteCell),
    int("direction"),
    int("c_proto"),
    int("c_ip"),
    int("c_port"),
    int("c_internal"),
    zero("c_iscrypto"),
    int("c_mux_prot"),
    int("s_proto"),
    int("s_ip"),
    int("s_port"),
    int("s_internal"),
    zero("s_iscrypto"),
    int("s_mux_prot"),
    int("packets"),
    number("ipg"),
    number("jitter_avg"),
    number("jitter_max"),
    number("jitter_min"),
    number("ttl_avg"),
    number("ttl_max"),
    number("ttl_min"),
    Column::same("starttime", seconds as WriteCell),
    time("duration"),
    int("databytes"),
    number("speed"),
    number("SSRC"),
    int("losses"),
    int("oos"),
    int("dup"),
    int("late"),
    int("pt_id"),
    int("pt_counters"),
    int("bogus"),
    zero("rtcp_losses"),
    zero("rtcp_fraclost"),
    zero("rtcp_lenpack"),
    zero("rtcp_lenbytes"),
    zero("rtt_avg"),
    zero("rtt_max"),
    zero("rtt_min"),
    zero("rtt_samples"),
    zero("rtcp_trunc"),
    int("rtp_max_payload"),
    int("rtp_min_payload"),
    time("rtp_avg_payload"),
    time("rtp_stdev_payload"),
    number("jitter8k_avg"),
    number("jitter8k_max"),
    number("jitter8k_min"),
    number("jitter90k_avg"),
    number("jitter90k_max"),
    number("jitter90k_min"),
];
