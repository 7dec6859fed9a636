//! Sections, interfaces, the kinds of blocks, cuts and lying lengths of pcapng.

mod sections;

use std::path::Path;

use crate::test_support::{Endian, damages, open, open_compat, remaining};
use crate::{CaptureError, Input, Options};

fn refused(bytes: &[u8]) -> CaptureError {
    let source = std::io::Cursor::new(bytes.to_vec());
    Input::from_reader(source, Path::new("test.pcap"), &Options::default()).unwrap_err()
}

/// One section with one Ethernet interface.
fn start(endian: Endian) -> Vec<u8> {
    [endian.section(), endian.interface(1, 0, &[])].concat()
}

#[test]
fn interfaces_have_their_own_clock_and_link_type() {
    for endian in [Endian::Little, Endian::Big] {
        let offset = match endian {
            Endian::Little => 10_i64.to_le_bytes(),
            Endian::Big => 10_i64.to_be_bytes(),
        };
        let file = [
            endian.section(),
            endian.interface(1, 96, &[(2, b"eth0"), (9, &[9])]),
            endian.interface(101, 0, &[(9, &[0x80 | 1]), (14, &offset), (0, b"")]),
            endian.packet(1, 3, 60, &[1, 2, 3, 4, 5]),
            endian.packet(0, 5_000_000_001, 4, &[6, 7, 8, 9]),
        ]
        .concat();
        let mut input = open(&file);
        assert_eq!((input.link_type().0, input.snap_len()), (1, 96));
        assert_eq!(
            remaining(&mut input),
            [
                (11_500_000_000, 60, 101, 1, vec![1, 2, 3, 4, 5]),
                (5_000_000_001, 4, 1, 0, vec![6, 7, 8, 9]),
            ]
        );
        assert_eq!(input.damages(), []);
    }
}

#[test]
fn simple_packets_are_cut_by_the_snap_length() {
    let endian = Endian::Little;
    let simple =
        |wire_len: u32, data: &[u8]| endian.block(3, &[&endian.u32(wire_len), data].concat());
    let file = [
        endian.section(),
        endian.interface(1, 4, &[]),
        simple(60, &[1, 2, 3, 4]),
        simple(2, &[5, 6]),
        simple(9, &[]),
    ]
    .concat();
    let mut input = open(&file);
    let packets = remaining(&mut input);
    assert_eq!(packets, [(0, 60, 1, 0, vec![1, 2, 3, 4]), (0, 2, 1, 0, vec![5, 6])]);
    assert!(damages(&input)[0].contains("claims 4 captured bytes, but its block has room for 0"));
}

#[test]
fn old_packet_blocks_carry_a_drop_count_beside_the_interface() {
    let endian = Endian::Big;
    let mut body = [endian.u16(0), endian.u16(77)].concat();
    body.extend(endian.u32s(&[0, 1_000_000, 3, 60]));
    body.extend([1, 2, 3]);
    let file = [start(endian), endian.block(2, &body)].concat();
    assert_eq!(remaining(&mut open(&file)), [(1_000_000_000, 60, 1, 0, vec![1, 2, 3])]);
}

/// draft-ietf-opsawg-pcapng, section 4.3: the captured length is the minimum of the original one and
/// the snap length.
#[test]
fn what_was_captured_was_on_the_wire() {
    let endian = Endian::Big;
    let file = [start(endian), endian.packet(0, 0, 2, &[1, 2, 3])].concat();
    assert_eq!(remaining(&mut open(&file)), [(0, 3, 1, 0, vec![1, 2, 3])]);
    assert_eq!(remaining(&mut open_compat(&file)), [(0, 2, 1, 0, vec![1, 2, 3])]);
}

#[test]
fn other_blocks_are_stepped_over() {
    let endian = Endian::Little;
    let file = [
        endian.section(),
        endian.block(4, &[0; 8]),
        endian.interface(1, 0, &[]),
        endian.block(5, &[1; 100]),
        endian.block(10, &vec![2; 3_000_000]),
        endian.packet(0, 1, 1, &[1]),
        endian.block(0xbad, b""),
        endian.block(0x4000_0bad, &[3; 5]),
    ]
    .concat();
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 1);
    assert_eq!(input.damages(), []);
}

/// One of each block with the contents that writers give them, and options wherever they may be.
#[test]
fn all_blocks_with_their_contents_in_both_orders() {
    for endian in [Endian::Little, Endian::Big] {
        let option = |code: u16, value: &[u8]| {
            let mut option = [endian.u16(code), endian.u16(value.len() as u16)].concat();
            option.extend(value);
            option.resize(option.len().next_multiple_of(4), 0);
            option
        };
        let mut section = endian.u32(0x1a2b_3c4d).to_vec();
        section.extend([endian.u16(1), endian.u16(0)].concat());
        section.extend([&[0xff; 8][..], &option(2, b"x86_64"), &option(4, b"a program")].concat());
        let past = match endian {
            Endian::Little => (-1_i64).to_le_bytes(),
            Endian::Big => (-1_i64).to_be_bytes(),
        };
        let interface = [(1, &b"a comment"[..]), (2, b"eth0"), (13, &[4]), (14, &past), (77, b"?")];
        let name = [endian.u16(1), endian.u16(9), [10, 0], [0, 1], *b"a.", *b"b\0"].concat();
        let names = [name, vec![0; 3], endian.u32(0).to_vec()].concat();
        let statistics =
            [endian.u32s(&[0, 5, 6]), option(4, &[0; 8]), option(5, &[7; 8]), option(0, b"")]
                .concat();
        let secrets = [endian.u32s(&[0x544c_534b, 15]), b"CLIENT_RANDOM 0".to_vec()].concat();
        let custom = [endian.u32s(&[32_473]), b"whatever".to_vec()].concat();
        let data = [endian.u32s(&[0, 0, 2_000_000, 3, 60]), vec![1, 2, 3, 0]].concat();
        let packet = endian.block(6, &[data, option(2, &[0, 0, 0, 1]), option(1, b"hm")].concat());
        let file = [
            endian.block(0x0a0d_0d0a, &section),
            endian.interface(1, 0, &interface),
            endian.block(4, &names),
            endian.block(10, &secrets),
            packet.clone(),
            endian.block(5, &statistics),
            endian.interface(101, 0, &[(9, &[3])]),
            endian.block(0xbad, &custom),
            endian.packet(1, 5, 4, &[4]),
            endian.block(0x4000_0bad, &custom),
            endian.block(9, b"MESSAGE=journal\n"),
            packet,
        ]
        .concat();
        let mut input = open(&file);
        let first = (1_000_000_000, 60, 1, 0, vec![1, 2, 3]);
        let second = (5_000_000, 4, 101, 1, vec![4]);
        assert_eq!(remaining(&mut input), [first.clone(), second, first]);
        assert_eq!(input.damages(), []);
    }
}

#[test]
fn a_new_section_has_its_own_order_and_interfaces() {
    let (little, big) = (Endian::Little, Endian::Big);
    let file = [
        start(little),
        little.interface(113, 0, &[]),
        little.packet(1, 1, 1, &[1]),
        big.section(),
        big.interface(228, 0, &[]),
        big.packet(0, 2, 2, &[2]),
        big.packet(1, 3, 3, &[3]),
    ]
    .concat();
    let mut input = open(&file);
    assert_eq!(remaining(&mut input), [(1_000, 1, 113, 1, vec![1]), (2_000, 2, 228, 0, vec![2])]);
    let expected = "names interface 1, but 1 are described before it";
    assert!(damages(&input)[0].contains(expected), "{}", damages(&input)[0]);
    assert_eq!(input.damages()[0].packet, 3);
}

#[test]
fn what_is_refused_and_how() {
    let endian = Endian::Little;
    let text = |bytes: &[u8]| refused(bytes).to_string();
    let early = [endian.section(), endian.packet(0, 0, 1, &[1])].concat();
    assert!(text(&early).contains("names interface 0, but 0 are described"));
    let mut section = endian.section();
    section[8] = 0;
    assert!(text(&section).contains("no known byte-order mark"));
    let mut section = endian.section();
    section[12] = 2;
    assert!(text(&section).contains("version 2.0"));
}

#[test]
fn a_cut_at_every_byte() {
    for endian in [Endian::Little, Endian::Big] {
        let blocks = [
            start(endian),
            endian.packet(0, 1, 1, &[1]),
            endian.block(5, &[0; 8]),
            endian.packet(0, 2, 60, &[1, 2, 3, 4]),
        ];
        let file = blocks.concat();
        let mut ends = vec![0];
        for block in &blocks {
            ends.push(ends[ends.len() - 1] + block.len());
        }
        let section = endian.section().len();
        for length in (0..ends[1]).filter(|&length| length != section) {
            refused(&file[..length]);
        }
        let mut most = 0;
        for length in ends[1]..=file.len() {
            let mut input = open(&file[..length]);
            let packets = remaining(&mut input).len();
            assert!(packets >= most);
            most = packets;
            assert_eq!(input.damages().is_empty(), ends.contains(&length), "{length}");
            for damage in input.damages() {
                let begin = ends.iter().rfind(|&&begin| begin < length).copied();
                assert_eq!(Some(damage.offset), begin.map(|begin| begin as u64));
            }
        }
        assert_eq!(most, 2);
    }
}

#[test]
fn lying_lengths_neither_allocate_nor_panic() {
    let endian = Endian::Little;
    for length in [0, 4, 11, 12, 28, 33, 37, 1 << 24, (1 << 24) + 4, u32::MAX - 3, u32::MAX] {
        for kind in [1, 2, 3, 5, 6, 0x0a0d_0d0a] {
            let mut file = [start(endian), endian.packet(0, 1, 1, &[1])].concat();
            file.extend(endian.u32s(&[kind, length, 0x1a2b_3c4d, 1, 0, 0, 0, 0, 0]));
            let mut input = open(&file);
            assert_eq!(remaining(&mut input).len(), 1, "type {kind}, length {length}");
            assert_eq!(input.damages().len(), 1, "type {kind}, length {length}");
        }
    }
}

#[test]
fn a_packet_must_fit_into_its_block() {
    let endian = Endian::Little;
    let mut body = endian.u32s(&[0, 0, 0, 5, 60]);
    body.extend([1, 2, 3, 4]);
    let mut input = open(&[start(endian), endian.block(6, &body)].concat());
    assert!(remaining(&mut input).is_empty());
    assert!(damages(&input)[0].contains("claims 5 captured bytes, but its block has room for 4"));
}

#[test]
fn the_two_lengths_of_a_block_must_agree() {
    for kind in [5, 6] {
        let endian = Endian::Little;
        let mut file = [start(endian), endian.block(kind, &[0; 20])].concat();
        let trailer = file.len() - 4;
        file[trailer] += 4;
        let mut input = open(&file);
        assert!(remaining(&mut input).is_empty());
        assert!(damages(&input)[0].contains("is 32 bytes long by its head and 36 by its end"));
        assert_eq!(input.damages()[0].offset, 48);
    }
}
