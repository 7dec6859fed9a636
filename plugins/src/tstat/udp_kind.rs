//! What UDP carries, by ports and first bytes.

use super::quic;
use super::udp::Datagram;
use flowz_api::Checkpoint;

/// Numbers of protocols, as Tstat has them.
pub(super) mod kind {
    pub(crate) const UNKNOWN: u8 = 0;
    pub(crate) const DNS: u8 = 19;
    pub(crate) const TEREDO: u8 = 24;
    pub(crate) const SIP: u8 = 25;
    pub(crate) const DTLS: u8 = 26;
    pub(crate) const QUIC: u8 = 27;
    pub(crate) const FIRST_RTP: u8 = 28;
    pub(crate) const RTP: u8 = 29;
}

/// Bytes of a header of DNS and of RTP.
const HEADER: usize = 12;

/// What a direction carries, so far.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Kinds {
    kind: u8,
    /// There was a packet.
    has_begun: bool,
    /// Sequence number and source of the RTP packet before.
    rtp: Option<(u16, u32)>,
}

impl Kinds {
    /// The number.
    pub(super) fn number(&self) -> u8 {
        self.kind
    }

    /// A datagram.
    pub(super) fn add(&mut self, d: &Datagram<'_>) {
        if !matches!(self.kind, kind::UNKNOWN | kind::FIRST_RTP) {
            return;
        }
        let (ports, payload) = (d.ports, d.payload);
        if self.kind == kind::UNKNOWN
            && let Some(kind) = by_first_bytes(d)
        {
            self.kind = kind;
            return;
        }
        let is_first = !std::mem::replace(&mut self.has_begun, true);
        if (is_first || self.kind == kind::FIRST_RTP) && is_media(ports, payload) {
            self.media(payload);
        }
    }

    /// RTP (RFC 3550, section 5.1): a first packet that may be it, between ports above 1024, and another one of the same source with the next number.
    fn media(&mut self, payload: &[u8]) {
        let [0x80..=0xbf, _, s0, s1, _, _, _, _, c0, c1, c2, c3, ..] = *payload else { return };
        let now = (u16::from_be_bytes([s0, s1]), u32::from_be_bytes([c0, c1, c2, c3]));
        let before = self.rtp.replace(now);
        let follows = before
            .is_some_and(|(number, source)| source == now.1 && now.0 == number.wrapping_add(1));
        self.kind = if follows { kind::RTP } else { kind::FIRST_RTP };
    }
}

/// What says by itself what it is.
fn by_first_bytes(d: &Datagram<'_>) -> Option<u8> {
    let (ports, payload) = (d.ports, d.payload);
    if is_dns(ports, payload) {
        Some(kind::DNS)
    } else if is_sip(payload) {
        Some(kind::SIP)
    } else if is_teredo(ports, payload) {
        Some(kind::TEREDO)
    } else if is_dtls(payload) {
        Some(kind::DTLS)
    } else if quic::begins(payload, d.len, d.original) {
        Some(kind::QUIC)
    } else {
        None
    }
}

/// A record of the handshake of DTLS 1.0 or 1.2 in its first epoch (RFC 6347, section 4.1).
fn is_dtls(payload: &[u8]) -> bool {
    matches!(payload, [22, 0xfe, 0xff | 0xfd, 0, 0, ..]) && payload.len() > 13
}

/// RTP goes from even ports, RTCP from odd ones (RFC 3550, section 11); both between ports above 1024.
fn is_media(ports: [u16; 2], payload: &[u8]) -> bool {
    let is_rtcp = matches!(payload, [_, 200..=204, ..]);
    ports.iter().all(|port| *port > 1024) && (ports[0] % 2 == 1) == is_rtcp
}

/// A query or a response on a port of DNS, multicast DNS or LLMNR that has one question (RFC 1035, section 4.1.1).
fn is_dns(ports: [u16; 2], payload: &[u8]) -> bool {
    let is_port = ports.iter().any(|port| matches!(port, 53 | 5353 | 5355));
    is_port && payload.len() >= HEADER && payload[4..6] == [0, 1]
}

/// A request or a response of SIP (RFC 3261, section 7).
fn is_sip(payload: &[u8]) -> bool {
    const METHODS: [&[u8]; 14] = [
        b"SIP/2.0 ",
        b"INVITE ",
        b"ACK ",
        b"BYE ",
        b"CANCEL ",
        b"OPTIONS ",
        b"REGISTER ",
        b"PRACK ",
        b"SUBSCRIBE ",
        b"NOTIFY ",
        b"PUBLISH ",
        b"INFO ",
        b"REFER ",
        b"MESSAGE ",
    ];
    METHODS.iter().any(|method| payload.starts_with(method))
}

/// IPv6 in UDP (RFC 4380): to the port of servers, perhaps behind an authentication header, and bubbles, which have nothing behind their header, to any port.
fn is_teredo(ports: [u16; 2], payload: &[u8]) -> bool {
    const SERVER: u16 = 3544;
    let is_to_server = ports[1] == SERVER && matches!(payload, [0x60..=0x6f, ..] | [0, 1, ..]);
    is_to_server || matches!(payload, [0x60..=0x6f, _, _, _, 0, 0, 59, ..])
}
