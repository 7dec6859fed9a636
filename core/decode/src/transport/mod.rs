//! Layer 4: ports, header lengths, payload. DCCP: RFC 4340.

pub mod sctp;

use etherparse::{IpNumber, ip_number};
use flowz_api::layers::Net;
use flowz_api::status::FlowStat;
use flowz_api::token::Token;

use crate::bytes::{u8_at, u16_at};
use crate::dissector::Dissector;
use crate::tokens;
use crate::tunnel::{AYIYA, is_carrier};

/// Header bytes of layer 4 that must be there for ports to be taken, without the IP header.
const fn smallest(proto: IpNumber) -> u32 {
    match proto {
        ip_number::TCP => 20,
        ip_number::SCTP => 16,
        DCCP => SHORT_DCCP as u32,
        _ => 8,
    }
}

const OSPF: IpNumber = IpNumber(89);
const VRRP: IpNumber = IpNumber(112);
const DCCP: IpNumber = IpNumber(33);
/// Bytes of DCCP's generic header with short and with long sequence numbers (section 5.1).
const SHORT_DCCP: usize = 12;
const LONG_DCCP: usize = 16;
/// No next header (RFC 8200, section 4.7): bytes behind are of no protocol.
const NO_NEXT_HEADER: IpNumber = IpNumber(59);
const UDP_LITE: IpNumber = IpNumber(136);
pub(crate) const SSDP: u16 = 1900;
const IPSEC_NAT: u16 = 4500;

impl Dissector<'_> {
    /// Layer 4 at `at`; the protocol number is known.
    #[inline(always)]
    #[allow(clippy::inline_always, reason = "two callers, one of them the way of most packets")]
    pub(crate) fn transport(&mut self, at: usize) {
        let proto = IpNumber(self.out.l4_proto);
        if self.out.fragment_offset != 0 {
            return self.later_fragment(at);
        }
        match proto {
            ip_number::TCP => {
                self.token(Token::Tcp);
                let header = self.tcp_header_len(at);
                self.split_payload(at, header);
                if header > self.out.snap_l4_len as usize {
                    self.mark(FlowStat::SHORT_L4_HEADER);
                }
                self.ports(at, proto);
            }
            ip_number::UDP => {
                self.token(Token::Udp);
                self.split_payload(at, 8);
                self.surplus(at);
                self.ports(at, proto);
            }
            _ => self.other_transport(at, proto),
        }
    }

    /// What is behind the length of UDP is no payload of it, but the surplus area, which may carry options (RFC 9868, section 6):
    /// it counts as padding. A length that cannot be (0 of jumbograms too: RFC 2675, section 4) tells nothing; the reference
    /// does not look at it.
    #[inline]
    fn surplus(&mut self, at: usize) {
        const HEADER: u32 = 8;
        let out = &mut *self.out;
        if self.settings.compat || out.more_fragments || out.snap_l4_len < HEADER {
            return;
        }
        let len = u16_at(self.data, at + 4).map_or(0, u32::from);
        let surplus = (out.l7_len + HEADER).saturating_sub(len);
        if len >= HEADER && surplus > 0 {
            out.l7_len = len - HEADER;
            out.snap_l7_len = out.snap_l7_len.min(out.l7_len);
            out.padding = out.padding.saturating_add(surplus as i32);
        }
    }

    /// A fragment that does not begin with the layer-4 header.
    #[cold]
    fn later_fragment(&mut self, at: usize) {
        self.protocol_token();
        if self.out.net == Net::V4 {
            self.mark(FlowStat::STOPPED);
        }
        self.payload_only(at);
    }

    /// Anything but TCP and UDP.
    #[inline(never)]
    fn other_transport(&mut self, at: usize, proto: IpNumber) {
        if is_carrier(proto) {
            return self.carrier(at, proto);
        }
        if proto == NO_NEXT_HEADER && self.out.net == Net::V6 {
            return self.payload_only(at);
        }
        self.opaque_transport(at, proto);
        match proto {
            ip_number::SCTP | UDP_LITE => self.ports(at, proto),
            // The reference knows no ports of DCCP.
            DCCP if !self.settings.compat => {
                self.take_ports(at, proto);
            }
            ip_number::IGMP => self.igmp(at),
            _ => {}
        }
    }

    /// A layer-4 header that carries no packet: token, status bits, payload.
    pub(crate) fn opaque_transport(&mut self, at: usize, proto: IpNumber) {
        self.protocol_token();
        self.mark(tokens::protocol_status(proto.0));
        self.split_payload(at, self.header_len(at, proto));
    }

    fn protocol_token(&mut self) {
        match tokens::protocol(self.out.l4_proto) {
            Some(token) => self.token(token),
            None => self.unknown(Token::UnknownProtocol, u16::from(self.out.l4_proto)),
        }
    }

    /// All that follows the IP header is payload.
    pub(crate) fn payload_only(&mut self, at: usize) {
        self.split_payload(at, 0);
    }

    /// Notes where layer 4 and the payload begin and how long they are.
    #[inline]
    pub(crate) fn split_payload(&mut self, at: usize, header: usize) {
        let out = &mut *self.out;
        let l3_header = u32::from(out.l3_header_len).max(at as u32 - out.l3);
        out.l4 = at as u32;
        out.l7 = (at + header) as u32;
        out.l4_header_len = header as u16;
        out.snap_l4_len = out.snap_l3_len.saturating_sub(l3_header);
        out.snap_l7_len = out.snap_l4_len.saturating_sub(header as u32);
        out.l7_len = out.l3_len.saturating_sub(l3_header).saturating_sub(header as u32);
    }

    /// Length of a layer-4 header other than TCP's.
    fn header_len(&self, at: usize, proto: IpNumber) -> usize {
        match proto {
            ip_number::SCTP => 12,
            OSPF => match u8_at(self.data, at) {
                Some(3) => 16,
                _ => 24,
            },
            DCCP if !self.settings.compat => self.dccp_header_len(at),
            // IPv6 leaves it to the protocol whether it has a header. The reference does not ask VRRP there.
            VRRP if self.settings.compat && self.out.net == Net::V6 => 0,
            _ if self.out.net == Net::V6 && tokens::protocol(proto.0).is_none() => 0,
            _ => 8,
        }
    }

    /// Length of a DCCP header: as its data offset says, but never shorter than the generic header,
    /// whose length depends on the X bit.
    fn dccp_header_len(&self, at: usize) -> usize {
        const LONG_NUMBERS: u8 = 1;
        let long = u8_at(self.data, at + 8).is_some_and(|b| b & LONG_NUMBERS != 0);
        let generic = if long { LONG_DCCP } else { SHORT_DCCP };
        u8_at(self.data, at + 4).map_or(generic, |words| generic.max(usize::from(words) * 4))
    }

    /// Length of a TCP header, the shortest one where its length was not captured.
    #[inline]
    fn tcp_header_len(&self, at: usize) -> usize {
        let end = self.out.l3 as usize + self.out.snap_l3_len as usize;
        match u8_at(self.data, at + 12) {
            Some(offset) if end >= at + 13 => usize::from(offset >> 4) * 4,
            _ => 20,
        }
    }

    /// Takes the ports where the header is long enough, and looks at what they tell.
    #[inline]
    fn ports(&mut self, at: usize, proto: IpNumber) {
        if let Some((src, dst)) = self.take_ports(at, proto) {
            self.well_known(proto, src, dst);
        }
    }

    #[inline]
    fn take_ports(&mut self, at: usize, proto: IpNumber) -> Option<(u16, u16)> {
        let l4_len = self.out.l3_len.saturating_sub(u32::from(self.out.l3_header_len));
        let shortest_ip = if self.out.net == Net::V4 { 20 } else { 40 };
        let long_enough = self.out.l3_len >= shortest_ip + smallest(proto) && l4_len >= 4;
        let ports = u16_at(self.data, at).zip(u16_at(self.data, at + 2));
        let Some((src, dst)) = ports.filter(|_| long_enough) else {
            self.ports_of_short_header(ports.filter(|_| l4_len >= 4));
            return None;
        };
        (self.out.src_port, self.out.dst_port) = (src, dst);
        Some((src, dst))
    }

    /// The rest of the header is missing, but ports are its first four bytes: in the smallest first fragments
    /// (RFC 791, section 3.2), or in an SCTP packet of a header only (RFC 9260, section 3.1). The reference leaves them.
    #[cold]
    fn ports_of_short_header(&mut self, ports: Option<(u16, u16)>) {
        self.mark(FlowStat::SHORT_L4_HEADER);
        if let Some((src, dst)) = ports.filter(|_| !self.settings.compat) {
            (self.out.src_port, self.out.dst_port) = (src, dst);
        }
    }

    /// Protocols told by their ports.
    #[inline]
    pub(crate) fn well_known(&mut self, proto: IpNumber, src: u16, dst: u16) {
        if (src == SSDP && dst > 1024) || (dst == SSDP && src > 1024) {
            self.token(Token::Ssdp);
            self.mark(FlowStat::SSDP);
        }
        if proto == ip_number::UDP {
            self.udp(src, dst);
        } else if (src == AYIYA && dst > 1024) || (dst == AYIYA && src > 1024) {
            self.ayiya_over_stream(proto);
        }
    }

    /// Protocols over UDP.
    #[inline]
    fn udp(&mut self, src: u16, dst: u16) {
        let before = self.nesting;
        self.udp_tunnel(src, dst);
        if self.nesting == before {
            if src == IPSEC_NAT || dst == IPSEC_NAT {
                self.ipsec_nat();
            }
            self.dtls(0);
        }
    }

    /// IPsec behind network address translation (RFC 3948): a zero marker means key exchange.
    fn ipsec_nat(&mut self) {
        let payload = self.out.payload(self.data);
        let Some(marker) = payload.first_chunk::<4>().copied() else { return };
        self.token(Token::UdpEncap);
        if marker == [0; 4] {
            self.token(Token::Isakmp);
        } else {
            self.token(Token::Esp);
            self.mark(FlowStat::IPSEC_ESP);
        }
    }

    /// Datagram TLS records (RFC 6347) behind so many bytes of payload, one token each.
    pub(crate) fn dtls(&mut self, skipped: usize) {
        const RECORD_HEADER: usize = 13;
        let mut payload = self.out.payload(self.data).get(skipped..).unwrap_or(&[]);
        while let Some(record) = payload.first_chunk::<RECORD_HEADER>() {
            let token = match (record[0], [record[1], record[2]]) {
                (0x14..=0x3f, [0xfe, 0xfd]) => Token::Dtls12,
                (0x14..=0x3f, [0xfe, 0xff] | [0x01, 0x00]) => Token::Dtls10,
                _ => return,
            };
            let len = usize::from(u16::from_be_bytes([record[11], record[12]]));
            self.token(token);
            self.mark(FlowStat::DTLS);
            payload = payload.get(RECORD_HEADER + len..).unwrap_or(&[]);
        }
    }

    /// Protocols inside IGMP: DVMRP, PIM version 1, RGMP.
    fn igmp(&mut self, at: usize) {
        match u8_at(self.data, at) {
            Some(0x13) => self.token(Token::Dvmrp),
            Some(0x14) => self.token(Token::Pim),
            Some(0xfc..=0xff) => self.token(Token::Rgmp),
            _ => {}
        }
    }
}
