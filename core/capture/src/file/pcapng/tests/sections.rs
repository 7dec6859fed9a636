//! What a section holds: no interface, very many, packets without a time.

use super::start;
use crate::test_support::{Endian, damages, open, open_compat, remaining};

/// draft-ietf-opsawg-pcapng, section 4.4: a Simple Packet Block has no time.
#[test]
fn packets_without_a_time_take_that_of_the_packet_before() {
    let endian = Endian::Little;
    let simple = endian.block(3, &[&endian.u32(1), &[7][..]].concat());
    let file = [
        start(endian),
        simple.clone(),
        endian.packet(0, 5_000_000, 1, &[7]),
        simple.clone(),
        simple.clone(),
        endian.packet(0, 6_000_000, 1, &[7]),
        start(endian),
        simple,
    ]
    .concat();
    let times =
        |mut input| remaining(&mut input).iter().map(|p| p.0 / 1_000_000_000).collect::<Vec<_>>();
    assert_eq!(times(open(&file)), [0, 5, 5, 5, 6, 6]);
    assert_eq!(times(open_compat(&file)), [0, 5, 0, 0, 6, 0]);
}

/// draft-ietf-opsawg-pcapng, section 4.1: a section may hold nothing.
#[test]
fn a_section_without_interfaces_is_an_empty_file() {
    let endian = Endian::Little;
    let other = endian.block(5, &[0; 12]);
    for file in [endian.section(), [endian.section(), other, endian.section()].concat()] {
        let mut input = open(&file);
        assert_eq!((input.link_type().0, input.snap_len()), (0, 262_144));
        assert_eq!(remaining(&mut input), []);
        assert_eq!(input.damages(), []);
        assert_eq!(input.file_bytes(), file.len() as u64);
    }
    let late = [endian.section(), start(endian), endian.packet(0, 1, 1, &[1])].concat();
    assert_eq!(remaining(&mut open(&late)).len(), 1);
}

#[test]
fn interfaces_of_a_section_are_limited() {
    let endian = Endian::Little;
    let interfaces = endian.interface(1, 0, &[]).repeat(70_000);
    let packets = [endian.packet(65_535, 1, 1, &[1]), endian.packet(65_536, 2, 2, &[2])].concat();
    let file = [endian.section(), interfaces, packets].concat().repeat(2);
    let mut input = open(&file);
    let first = (1_000, 1, 1, 65_535, vec![1]);
    assert_eq!(remaining(&mut input), [first.clone(), first]);
    let said = damages(&input);
    assert_eq!(said.len(), 4, "{said:?}");
    let expected = "test.pcap: more than 65536 interfaces are described in one section, those from \
                    byte 1310748 on are left out; 20 bytes are passed over";
    assert_eq!(said[0], expected);
    assert!(said[1].contains("names interface 65536, but 65536 are described"), "{}", said[1]);
}
