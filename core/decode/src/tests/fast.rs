//! The fast and the general path find the same layers.

use flowz_api::layers::Layers;
use flowz_api::packet::Packet;

use super::{UDP4, frame, packet};
use crate::dissector::Dissector;
use crate::{Settings, decode, fast};

const TCP4: [u8; 40] = [
    0x45, 0, 0, 44, 0, 7, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2, // IPv4, 44 bytes
    0x04, 0xd2, 0, 80, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x18, 1, 0, 0, 0, 0, 0, // TCP 1234 -> 80
];

/// Decodes a packet on both paths; whether it took the fast one.
fn both(packet: &Packet<'_>, settings: Settings) -> bool {
    let (mut fast, mut general, mut any) = <(Layers, Layers, Layers)>::default();
    let outcome = Dissector::new(packet, settings, &mut general).run(packet.link);
    assert_eq!(decode(packet, settings, &mut any), outcome);
    assert_eq!(format!("{any:?}"), format!("{general:?}"), "{packet:?}");
    let is_fast = fast::decode(packet, settings, &mut fast);
    let expected = if is_fast { general } else { Layers::default() };
    assert_eq!(format!("{fast:?}"), format!("{expected:?}"), "{packet:?}");
    is_fast
}

fn frames() -> [Vec<u8>; 3] {
    [
        frame(&[&[8, 0], &TCP4, b"abcd"]),
        frame(&[&[8, 0], &UDP4, b"abcd", &[0; 14]]),
        frame(&[&[8, 0], &TCP4, &[0; 60]]),
    ]
}

#[test]
fn every_byte_changed() {
    let mut fast = 0;
    for whole in frames() {
        assert!(both(&packet(&whole), Settings::default()));
        for at in 0..whole.len().min(60) {
            for value in 0..=u8::MAX {
                let mut data = whole.clone();
                data[at] = value;
                fast += u32::from(both(&packet(&data), Settings::default()));
            }
        }
    }
    assert!(fast > 20_000, "{fast} took the fast path");
}

#[test]
fn every_length_and_every_telling_port() {
    for whole in frames() {
        for end in 0..=whole.len() {
            for wire_len in [end, whole.len(), 13, 64, 65, 1500] {
                let part = packet(&whole[..end]);
                both(&Packet { wire_len: wire_len as u32, ..part }, Settings::default());
            }
        }
        for port in [0u16, 53, 443, 1024, 1025, 1701, 1900, 2152, 4500, 4789, 5072, 6081, 51820] {
            for at in [34, 36] {
                let mut data = whole.clone();
                data[at..at + 2].copy_from_slice(&port.to_be_bytes());
                both(&packet(&data), Settings::default());
                both(&packet(&data), Settings { ipv4: false, ..Settings::default() });
            }
        }
    }
}
