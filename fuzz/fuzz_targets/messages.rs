//! Any bytes as a message of DNS, DHCP, NTP and TFTP, from a client and back: no panic, and every record fits its
//! schema, those of tables that plugins have of their own too.
//!
//! The first byte of the input chooses the modes of the run, the second one how many bytes at the end were not
//! captured; the rest is the message. Over TCP it comes in two segments, then twice behind its length with a hole or a short packet between, from
//! the client and back.
#![no_main]

use std::sync::Arc;

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_engine::Engine;
use flowz_fuzz::modes;
use libfuzzer_sys::fuzz_target;

const PLUGINS: [&str; 4] = ["ntpDecode", "dhcpDecode", "dnsDecode", "tftpDecode"];
/// Ports over IPv4, and over IPv6.
const PORTS: [&[u16]; 2] = [&[53, 137, 67, 69, 123], &[5353, 547]];
const CLIENT: u16 = 40_000;
const UDP: u8 = 17;
const TCP: u8 = 6;
const SYN: u8 = 2;
/// More would not fit in a datagram.
const LONGEST: usize = 65_000;

fuzz_target!(|input: &[u8]| {
    let Some((&[modes, lost], message)) = input.split_first_chunk::<2>() else { return };
    let message = &message[..message.len().min(LONGEST)];
    let names = PLUGINS.map(str::to_owned);
    let mut wire =
        Wire { engine: modes::engine_of(&names, modes, &Arc::default(), 1), lost, now: 0 };
    for (ports, is_v6) in PORTS.into_iter().zip([false, true]) {
        for port in ports {
            wire.show(is_v6, UDP, [CLIENT, *port], &udp([CLIENT, *port], message));
            wire.show(is_v6, UDP, [*port, CLIENT], &udp([*port, CLIENT], message));
        }
    }
    let (first, second) = message.split_at(message.len() / 2);
    wire.show(false, TCP, [CLIENT, 53], &tcp([CLIENT, 53], 1, SYN, first));
    wire.show(false, TCP, [CLIENT, 53], &tcp([CLIENT, 53], 2 + first.len(), 0, second));
    let stream = [&(message.len() as u16).to_be_bytes(), message].concat().repeat(2);
    for ports in [[CLIENT, 53], [53, CLIENT]] {
        // In some modes the second one of every three pieces is lost.
        wire.show(false, TCP, ports, &tcp(ports, 1 << 20, SYN, b""));
        let size = usize::from(lost).max(stream.len() / 8 + 1);
        let pieces = stream.chunks(size).enumerate();
        for (n, part) in pieces.filter(|(n, _)| modes & 64 == 0 || n % 3 != 1) {
            wire.show(false, TCP, ports, &tcp(ports, (1 << 20) + 1 + n * size, 0, part));
        }
    }
    wire.engine.finish().expect("the sink takes everything");
    assert_eq!(wire.engine.live_flows(), 0, "flows are left");
});

/// What the packets go to.
struct Wire {
    engine: Engine,
    /// Bytes at the end of each packet that were not captured.
    lost: u8,
    now: i64,
}

impl Wire {
    /// Shows a packet with this header and payload of layer 4.
    fn show(&mut self, is_v6: bool, proto: u8, [source, _]: [u16; 2], layer4: &[u8]) {
        let back = source != CLIENT;
        let mut data = if is_v6 { ipv6(proto, back, layer4) } else { ipv4(proto, back, layer4) };
        let wire_len = data.len() as u32;
        data.truncate(data.len() - usize::from(self.lost).min(layer4.len()));
        self.now += 1_000_000;
        let link = LinkType::ETHERNET;
        let packet = Packet { ts: Timestamp(self.now), wire_len, link, interface: 0, data: &data };
        self.engine.packet(&packet).expect("the sink takes everything");
    }
}

fn udp([source, destination]: [u16; 2], payload: &[u8]) -> Vec<u8> {
    let length = payload.len() as u16 + 8;
    let header = [source, destination, length, 0].map(u16::to_be_bytes);
    [header.as_flattened(), payload].concat()
}

fn tcp([source, destination]: [u16; 2], number: usize, flags: u8, payload: &[u8]) -> Vec<u8> {
    let ports = [source, destination].map(u16::to_be_bytes);
    let rest = [0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0];
    [ports.as_flattened(), &(number as u32).to_be_bytes(), &rest, payload].concat()
}

fn ipv4(proto: u8, back: bool, layer4: &[u8]) -> Vec<u8> {
    let [length_high, length_low] = (layer4.len() as u16 + 20).to_be_bytes();
    let head = [0x45, 0, length_high, length_low, 0, 0, 0x40, 0, 64, proto, 0, 0];
    let (client, server) = ([192, 0, 2, 10], [192, 0, 2, 53]);
    let ends = if back { [server, client] } else { [client, server] };
    [&[2; 12][..], &[8, 0], &head, ends.as_flattened(), layer4].concat()
}

fn ipv6(proto: u8, back: bool, layer4: &[u8]) -> Vec<u8> {
    let [length_high, length_low] = (layer4.len() as u16).to_be_bytes();
    let head = [0x60, 0, 0, 0, length_high, length_low, proto, 64];
    let ends = if back { [[2; 16], [1; 16]] } else { [[1; 16], [2; 16]] };
    [&[2; 12][..], &[0x86, 0xdd], &head, ends.as_flattened(), layer4].concat()
}
