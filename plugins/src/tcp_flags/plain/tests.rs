use flowz_api::layers::{Layers, Net};

use super::super::checksum::{pseudo_header, sum_without};
use super::super::state::FlowState;
use super::super::toggles::TcpFlagsToggles;
use super::super::view;
use super::{TCP, UDP, checksums};

fn header(checksum: [u8; 2]) -> [u8; 20] {
    let mut bytes =
        [0x45, 0, 0, 0x73, 0, 0, 0x40, 0, 0x40, 6, 0, 0, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0, 0xc7];
    bytes[10..12].copy_from_slice(&checksum);
    bytes
}

/// The bits of both ways.
fn both(layers: &Layers, l3: &[u8; 20], l4: &[u8]) -> [u16; 2] {
    let toggles = TcpFlagsToggles { checksum: 2, ..TcpFlagsToggles::default() };
    let mut flags = 0;
    view::checksums(layers, (l3, l4), &toggles, &mut FlowState::default(), &mut flags, false);
    [checksums(layers, l3, l4), flags]
}

#[test]
fn the_same_bits_as_the_long_way() {
    let mut seen = 0;
    for (proto, field) in [(TCP, 16), (UDP, 6)] {
        for length in [0u32, 1, 6, 7, 8, 9, 19, 20, 31, 32, 255, 256, 1460, 70_001] {
            let layers = Layers {
                net: Net::V4,
                l4_proto: proto,
                l3_header_len: 20,
                l3_len: 20 + length,
                snap_l4_len: length,
                ..Layers::default()
            };
            let mut l4: Vec<u8> = (0..length).map(|n| (n % 251 * 7) as u8).collect();
            let right = !sum_without(&header([0, 0]), 5);
            for l3 in [right, 0, 0xffff, right ^ 1].map(|sum| header(sum.to_be_bytes())) {
                let pseudo = u32::from(pseudo_header(&layers, &l3, length, false));
                let rest = u32::from(sum_without(&l4, field / 2)) + pseudo;
                let good = !((rest & 0xffff) + (rest >> 16)) as u16;
                for sum in [good, 0, 0xffff, good ^ 0x100] {
                    if let Some(place) = l4.get_mut(field..field + 2) {
                        place.copy_from_slice(&sum.to_be_bytes());
                    }
                    for said in [length as u16, 0, 9] {
                        if let Some(place) = l4.get_mut(4..6).filter(|_| proto == UDP) {
                            place.copy_from_slice(&said.to_be_bytes());
                        }
                        let [plain, long] = both(&layers, &l3, &l4);
                        assert_eq!(plain, long, "{proto} {length} {sum:04x} {said}");
                        seen |= plain;
                    }
                }
            }
        }
    }
    assert_eq!(seen, 0x2c00, "all bits were set at times");
}
