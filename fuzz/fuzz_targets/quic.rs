//! Datagrams of any bytes, from a client and back, for quicDecode: no panic, and every record fits its schema; and the same bytes as
//! payloads of Initial packets that are opened already.
//!
//! The first byte of the input chooses the modes of the run. A datagram is behind three bytes: from whom it is (the lowest bit) and
//! how many bytes at its end were not captured (the others), and its length.
#![no_main]

use std::sync::Arc;

use flowz_api::packet::{LinkType, Packet, Timestamp};
use flowz_fuzz::modes;
use flowz_plugins::parsers;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&modes, mut rest)) = input.split_first() else { return };
    parsers::quic_frames(rest);
    let names = ["quicDecode".to_owned()];
    let mut engine = modes::engine_of(&names, modes, &Arc::default(), 1);
    let mut now = 1_700_000_000_000_000_000;
    while let Some((&[from, high, low], behind)) = rest.split_first_chunk::<3>() {
        let len = usize::from(u16::from_be_bytes([high, low])).min(behind.len()).min(60_000);
        let (payload, behind) = behind.split_at(len);
        rest = behind;
        let mut data = datagram(from & 1 == 1, payload);
        let wire_len = data.len() as u32;
        data.truncate(data.len() - usize::from(from >> 1).min(len));
        now += 1_000_000;
        let (ts, link) = (Timestamp(now), LinkType::ETHERNET);
        let packet = Packet { ts, wire_len, link, interface: 0, data: &data };
        engine.packet(&packet).expect("the sink takes everything");
    }
    engine.finish().expect("the sink takes everything");
    assert_eq!(engine.live_flows(), 0, "flows are left");
});

/// A frame with such a payload of UDP.
fn datagram(back: bool, payload: &[u8]) -> Vec<u8> {
    let mut ports = [[0x9c, 0x40], [0x01, 0xbb]];
    let mut ends = [[192, 0, 2, 10], [192, 0, 2, 69]];
    if back {
        ports.reverse();
        ends.reverse();
    }
    let len = payload.len() as u16 + 8;
    let [high, low] = (len + 20).to_be_bytes();
    let head = [0x45, 0, high, low, 0, 0, 0x40, 0, 64, 17, 0, 0];
    let udp = [&len.to_be_bytes()[..], &[0, 0], payload].concat();
    [&[2; 12][..], &[8, 0], &head, ends.as_flattened(), ports.as_flattened(), &udp].concat()
}
