//! The table of TCP connections.

use flowz_api::Row;
use flowz_api::cell::{Hex16, IpText, Text, Time};

use super::toggles::Toggles;

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
    /// Protocols by the first bytes of both ends: 1 HTTP, 2 RTSP, 8 ICY, 128 XMPP, 1024 SMTP, 2048 POP3, 4096 IMAP, 8192 TLS, 32768 SSH, 65536 RTMP.
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
    /// Name of the server in the client's hello of TLS; empty without.
    #[col(name = "c_tls_SNI", show = t.layer7)]
    pub(super) c_tls_sni: Text<'a>,
    /// Common name of the subject of the server's certificate, which is in clear up to TLS 1.2; empty without.
    #[col(name = "s_tls_SCN", show = t.layer7)]
    pub(super) s_tls_scn: Text<'a>,
    /// Bits of the hellos of TLS: 1 the client has the number of a session, 2 it offers keys that both have, 4 it sends early data, 8 the server takes such a key, 16 the server asks for another hello.
    #[col(name = "tls_session_stat", show = t.layer7)]
    pub(super) tls_session_stat: u8,
    /// Time from the first packet to the last record of the handshake of TLS of the client, as far as records say that they are; empty without any.
    #[col(name = "c_last_handshakeT", unit = "ms", show = t.layer7)]
    pub(super) c_last_handshake: Option<f64>,
    /// Time from the first packet to the last record of the handshake of TLS of the server; empty without any.
    #[col(name = "s_last_handshakeT", unit = "ms", show = t.layer7)]
    pub(super) s_last_handshake: Option<f64>,
    /// Time from the first packet to the first record of data of TLS of the client; with TLS 1.3 the end of the handshake looks like data. Empty without any.
    #[col(name = "c_appdataT", unit = "ms", show = t.layer7)]
    pub(super) c_appdata_t: Option<f64>,
    /// Time from the first packet to the first record of data of TLS of the server; empty without any.
    #[col(name = "s_appdataT", unit = "ms", show = t.layer7)]
    pub(super) s_appdata_t: Option<f64>,
    /// Bytes in records of data of TLS of the client, as their heads say.
    #[col(name = "c_appdataB", unit = "bytes", show = t.layer7)]
    pub(super) c_appdata_b: u64,
    /// Bytes in records of data of TLS of the server.
    #[col(name = "s_appdataB", unit = "bytes", show = t.layer7)]
    pub(super) s_appdata_b: u64,
    /// Name for which DNS gave the client the server's address before; empty without.
    #[col(name = "fqdn", show = t.layer7)]
    pub(super) fqdn: Text<'a>,
    /// Address of the server of DNS that said so.
    #[col(name = "dns_rslv", show = t.layer7)]
    pub(super) dns_rslv: Option<IpText>,
    /// When it was asked; empty if that was not seen.
    #[col(name = "req_tm", show = t.layer7)]
    pub(super) req_tm: Option<Time>,
    /// When it answered.
    #[col(name = "res_tm", show = t.layer7)]
    pub(super) res_tm: Option<Time>,
    /// `Host` of the first request that has one; empty without.
    #[col(name = "http_hostname", show = t.layer7)]
    pub(super) http_hostname: Text<'a>,
    /// Highest version of TLS that the client offers; empty without.
    #[col(name = "c_TLSvers", show = t.layer7)]
    pub(super) c_tls_vers: Option<Hex16>,
    /// Version of TLS that the server chooses; empty without.
    #[col(name = "s_TLSvers", show = t.layer7)]
    pub(super) s_tls_vers: Option<Hex16>,
}
