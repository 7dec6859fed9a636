//! Bytes as UDP datagrams of two hosts.

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_engine::Engine;

/// Side of the piece, 1: the server's.
const SERVER: u8 = 1;
/// It comes twice.
const TWICE: u8 = 4;
/// It comes a second later than the one before, and not a millisecond.
const LATE: u8 = 8;
const CLIENT: u16 = 40_000;

/// Shows an engine datagrams: pieces as of a [conversation](crate::conversation), whose control byte has the number of the server's port in its upper half.
pub fn show(engine: &mut Engine, ports: &[u16], mut input: &[u8]) {
    let mut now = 0;
    while let Some((&[control, high, low], rest)) = input.split_first_chunk::<3>() {
        let len = usize::from(u16::from_be_bytes([high, low])).min(rest.len()).min(2_000);
        let (piece, behind) = rest.split_at(len);
        input = behind;
        let port = ports[usize::from(control >> 4) % ports.len()];
        for _ in 0..=u8::from(control & TWICE != 0) {
            now += if control & LATE != 0 { 1_000_000_000 } else { 1_000_000 };
            datagram(engine, now, (control & SERVER != 0, port), piece);
        }
    }
}

fn datagram(engine: &mut Engine, now: i64, (back, port): (bool, u16), payload: &[u8]) {
    let ports = if back { [port, CLIENT] } else { [CLIENT, port] };
    let hosts = if back { [53, 10] } else { [10, 53] };
    let ip_len = (payload.len() as u16 + 28).to_be_bytes();
    let udp_len = (payload.len() as u16 + 8).to_be_bytes();
    let ip = [0x45, 0, ip_len[0], ip_len[1], 0, 0, 0x40, 0, 64, 17, 0, 0];
    let addresses = [192, 0, 2, hosts[0], 192, 0, 2, hosts[1]];
    let udp = [udp_len[0], udp_len[1], 0, 0];
    let ports = ports.map(u16::to_be_bytes);
    let data =
        [&[2; 12][..], &[8, 0], &ip, &addresses, ports.as_flattened(), &udp, payload].concat();
    let (ts, link) = (Timestamp(now), LinkType::ETHERNET);
    let packet = Packet { ts, wire_len: data.len() as u32, link, interface: 0, data: &data };
    engine.packet(&packet).expect("the sink takes everything");
}
