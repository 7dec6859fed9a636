//! The table of conversations over UDP.

use flowz_api::Row;
use flowz_api::cell::{Hex32, IpText, Text, Time};

use super::ends::Ends;
use super::toggles::Toggles;
use super::udp::{Talk, UdpWay};

/// One conversation over UDP. The client is who sent the first packet.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "tstat_udp")]
pub(crate) struct UdpRow<'a> {
    /// Address of the client.
    #[col(name = "c_ip")]
    pub(super) c_ip: IpText,
    /// Port of the client.
    #[col(name = "c_port")]
    pub(super) c_port: u16,
    /// Time of its first packet.
    #[col(name = "c_first_abs")]
    pub(super) c_first: Option<Time>,
    /// Time from its first to its last packet.
    #[col(name = "c_durat", unit = "s")]
    pub(super) c_duration: f64,
    /// Payload of the client.
    #[col(name = "c_bytes_all", unit = "bytes")]
    pub(super) c_bytes: u64,
    /// Packets of the client.
    #[col(name = "c_pkts_all", unit = "packets")]
    pub(super) c_packets: u64,
    /// 1: the client is inside.
    #[col(name = "c_isint")]
    pub(super) c_inside: u8,
    /// What the client sends: 19 DNS, 24 Teredo, 25 SIP, 26 DTLS, 27 QUIC, 28 perhaps RTP, 29 RTP, 0 unknown.
    #[col(name = "c_type")]
    pub(super) c_kind: u8,
    /// Address of the server.
    #[col(name = "s_ip")]
    pub(super) s_ip: IpText,
    /// Port of the server.
    #[col(name = "s_port")]
    pub(super) s_port: u16,
    /// Time of its first packet; empty without any.
    #[col(name = "s_first_abs")]
    pub(super) s_first: Option<Time>,
    /// Time from its first to its last packet.
    #[col(name = "s_durat", unit = "s")]
    pub(super) s_duration: f64,
    /// Payload of the server.
    #[col(name = "s_bytes_all", unit = "bytes")]
    pub(super) s_bytes: u64,
    /// Packets of the server.
    #[col(name = "s_pkts_all", unit = "packets")]
    pub(super) s_packets: u64,
    /// 1: the server is inside.
    #[col(name = "s_isint")]
    pub(super) s_inside: u8,
    /// What the server sends, in the same numbers.
    #[col(name = "s_type")]
    pub(super) s_kind: u8,
    /// Name for which DNS gave the client the server's address before; empty without.
    #[col(name = "fqdn")]
    pub(super) fqdn: Text<'a>,
    /// Name of the server in the client's hello of QUIC; empty without.
    #[col(name = "quic_SNI")]
    pub(super) quic_sni: Text<'a>,
    /// Version of QUIC in the latest long header of the client; empty without.
    #[col(name = "quic_c_vers")]
    pub(super) quic_c_vers: Option<Hex32>,
    /// Version of QUIC in the latest long header of the server; empty without.
    #[col(name = "quic_s_vers")]
    pub(super) quic_s_vers: Option<Hex32>,
    /// 1: the client sends data in front of the answer (0-RTT).
    #[col(name = "quic_zero_rtt")]
    pub(super) quic_zero_rtt: u8,
    /// 1: the client's hello has an encrypted one in it, or looks as if it had.
    #[col(name = "quic_ech")]
    pub(super) quic_ech: u8,
}

impl<'a> UdpRow<'a> {
    /// The row of a conversation.
    pub(super) fn new(ends: &Ends, of: &'a Talk) -> Self {
        let [client, server] = &of.ways;
        let first = |way: &UdpWay| way.times.map(|(first, _)| first.into());
        let duration =
            |way: &UdpWay| way.times.map_or(0.0, |(first, last)| (last - first) as f64 / 1e9);
        let quic = of.quic.as_deref();
        let version = |n: usize| quic.and_then(|quic| quic.versions[n]).map(Hex32);
        Self {
            c_ip: ends.ips[0],
            c_port: ends.ports[0],
            c_first: first(client),
            c_duration: duration(client),
            c_bytes: client.bytes,
            c_packets: client.packets,
            c_inside: ends.inside[0].into(),
            c_kind: client.kinds.number(),
            s_ip: ends.ips[1],
            s_port: ends.ports[1],
            s_first: first(server),
            s_duration: duration(server),
            s_bytes: server.bytes,
            s_packets: server.packets,
            s_inside: ends.inside[1].into(),
            s_kind: server.kinds.number(),
            fqdn: Text(of.resolved.as_deref().map_or(&[], |resolved| &resolved.name)),
            quic_sni: Text(quic.map_or(&[], |quic| &quic.server_name)),
            quic_c_vers: version(0),
            quic_s_vers: version(1),
            quic_zero_rtt: quic.is_some_and(|quic| quic.has_early_data).into(),
            quic_ech: quic.is_some_and(|quic| quic.is_encrypted).into(),
        }
    }
}
