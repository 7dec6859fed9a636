//! Messages of ICMP and ICMPv6: the fields that echo requests and replies have in common.

use std::net::IpAddr;

use flowz_api::layers::{Layers, Net};
use flowz_api::packet::Packet;
use flowz_decode::{Settings, decode};

/// What a message is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Echo request: type 8 (RFC 792), 128 of ICMPv6 (RFC 4443).
    Request,
    /// Echo reply: type 0, 129 of ICMPv6.
    Reply,
    /// Any other type; neither identifier nor sequence number mean anything.
    Other,
}

/// A message of ICMP or ICMPv6 with its first eight bytes, of the innermost IP packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    /// Whether it is ICMPv6.
    pub is_v6: bool,
    /// What it is.
    pub kind: Kind,
    /// Type.
    pub number: u8,
    /// Code.
    pub code: u8,
    /// Sender.
    pub src: IpAddr,
    /// Receiver.
    pub dst: IpAddr,
    /// VLAN of the innermost tag, 0 without one.
    pub vlan: u16,
    /// Identifier.
    pub ident: u16,
    /// Sequence number.
    pub seq: u16,
    /// The checksum of a request with the same data: equal for a request and the reply that has its data.
    pub data_sum: u16,
    /// Bytes of the IP packet.
    pub ip_len: u32,
    /// Bytes of its headers.
    pub header_len: u32,
}

impl Message {
    /// Reads the message in a packet, if there is one. What an error message quotes is none.
    pub fn of(packet: &Packet<'_>) -> Option<Self> {
        const ICMP: u8 = 1;
        const ICMP_V6: u8 = 58;
        let mut layers = Layers::default();
        decode(packet, Settings::default(), &mut layers).ok()?;
        let is_v6 = match (layers.net, layers.l4_proto) {
            (Net::V4, ICMP) => false,
            (Net::V6, ICMP_V6) => true,
            _ => return None,
        };
        if !layers.is_first_fragment() {
            return None;
        }
        let head: &[u8; 8] = packet.data.get(layers.l4 as usize..)?.first_chunk()?;
        let ip = packet.data.get(layers.l3 as usize..)?;
        let (src, dst) = if is_v6 {
            (address::<16>(ip, 8)?, address::<16>(ip, 24)?)
        } else {
            (address::<4>(ip, 12)?, address::<4>(ip, 16)?)
        };
        let [number, code, ..] = *head;
        let pair = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        let kind = match (is_v6, number) {
            (false, 8) | (true, 128) => Kind::Request,
            (false, 0) | (true, 129) => Kind::Reply,
            _ => Kind::Other,
        };
        Some(Self {
            is_v6,
            kind,
            number,
            code,
            src,
            dst,
            vlan: layers.vlan_id,
            ident: pair(4),
            seq: pair(6),
            data_sum: as_of_request(pair(2), number, if is_v6 { 128 } else { 8 }),
            ip_len: layers.l3_len,
            header_len: layers.l4.saturating_sub(layers.l3),
        })
    }
}

fn address<const N: usize>(ip: &[u8], at: usize) -> Option<IpAddr>
where
    IpAddr: From<[u8; N]>,
{
    Some(IpAddr::from(*ip.get(at..)?.first_chunk::<N>()?))
}

/// The checksum of a message, were its type the other one (RFC 1624: the sum without the old value and with the new one). The
/// two zeros of the arithmetic are one.
fn as_of_request(sum: u16, number: u8, request: u8) -> u16 {
    let (old, new) = (u32::from(number) << 8, u32::from(request) << 8);
    let mut total = u32::from(!sum) + (0xffff - old) + new;
    total = (total & 0xffff) + (total >> 16);
    total = (total & 0xffff) + (total >> 16);
    let sum = !(total as u16);
    if sum == 0xffff { 0 } else { sum }
}

#[cfg(test)]
mod tests {
    use super::as_of_request;

    /// The Internet checksum of a message.
    fn sum(bytes: &[u8]) -> u16 {
        let mut total: u32 =
            bytes.chunks(2).map(|two| u32::from(two[0]) << 8 | u32::from(two[1])).sum();
        while total > 0xffff {
            total = (total & 0xffff) + (total >> 16);
        }
        !(total as u16)
    }

    #[test]
    fn request_and_reply_with_the_same_data() {
        for fill in 0..=u16::MAX {
            let [a, b] = fill.to_be_bytes();
            let message = |number| [number, 0, 0, 0, 1, 2, 0, 3, a, b];
            let (request, reply) = (sum(&message(8)), sum(&message(0)));
            assert_eq!(as_of_request(request, 8, 8), as_of_request(reply, 0, 8), "{fill:x}");
            let (request, reply) = (sum(&message(128)), sum(&message(129)));
            assert_eq!(as_of_request(request, 128, 128), as_of_request(reply, 129, 128));
        }
        assert_ne!(as_of_request(0x1234, 0, 8), as_of_request(0x1235, 0, 8));
    }
}
