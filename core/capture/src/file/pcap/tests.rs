//! Byte orders, precisions, odd headers, cuts and lying lengths of classic pcap.

use std::path::Path;

use crate::test_support::{Endian, damages, open, open_compat, remaining, two_packets};
use crate::{CaptureError, Input, Options};

fn refused(bytes: &[u8]) -> CaptureError {
    let source = std::io::Cursor::new(bytes.to_vec());
    Input::from_reader(source, Path::new("test.pcap"), &Options::default()).unwrap_err()
}

/// A file of literal bytes: little endian, microseconds, one packet.
#[test]
fn literal_file() {
    let file = [
        0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0,
        0x10, 0, 0, 0, 0x20, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0, 0xaa, 0xbb,
    ];
    let mut input = open(&file);
    assert_eq!((input.link_type().0, input.snap_len()), (1, 65_535));
    assert_eq!(remaining(&mut input), [(16_000_032_000, 60, 1, 0, vec![0xaa, 0xbb])]);
    assert_eq!(input.damages(), []);
    assert_eq!(input.file_bytes(), 42);
}

#[test]
fn byte_orders_and_precisions() {
    for endian in [Endian::Little, Endian::Big] {
        for (magic, nanos) in [(0xa1b2_c3d4, 7_000), (0xa1b2_3c4d, 7)] {
            let mut file = endian.pcap(magic, 100, 101);
            file.extend(endian.record(3, 7, 9, &[1]));
            let packets = remaining(&mut open(&file));
            assert_eq!(packets, [(3_000_000_000 + nanos, 9, 101, 0, vec![1])]);
        }
    }
}

#[test]
fn a_fraction_of_a_second_or_more_is_carried_over() {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 100, 1);
    file.extend(endian.record(3, 2_500_000, 1, &[1]));
    file.extend(endian.record(u32::MAX, u32::MAX, 1, &[1]));
    let packets = remaining(&mut open(&file));
    assert_eq!(packets[0].0, 5_500_000_000);
    assert_eq!(packets[1].0, 4_294_967_295_000_000_000 + 4_294_967_295_000);
}

#[test]
fn the_upper_half_of_the_link_type_is_something_else() {
    for endian in [Endian::Little, Endian::Big] {
        assert_eq!(open(&endian.pcap(0xa1b2_c3d4, 0, 0x5400_0069)).link_type().0, 0x69);
    }
}

#[test]
fn no_snap_length_is_reported_as_by_libpcap() {
    for unlimited in [0, 0x8000_0000, u32::MAX] {
        assert_eq!(open(&Endian::Little.pcap(0xa1b2_c3d4, unlimited, 1)).snap_len(), 262_144);
    }
}

#[test]
fn packets_are_cut_to_the_snap_length_as_by_libpcap() {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 2, 1);
    file.extend(endian.record(0, 0, 4, &[1, 2, 3, 4]));
    file.extend(endian.record(0, 1, 1, &[5]));
    let data: Vec<_> = remaining(&mut open(&file)).into_iter().map(|packet| packet.4).collect();
    assert_eq!(data, [vec![1, 2], vec![5]]);
}

/// draft-ietf-opsawg-pcap, section 5: the captured length is at most the original one, so that is
/// too small where a writer says otherwise.
#[test]
fn what_was_captured_was_on_the_wire() {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 2, 1);
    for wire_len in [0, 1, 3, 4] {
        file.extend(endian.record(0, 0, wire_len, &[1, 2, 3]));
    }
    for (mut input, lengths) in [(open(&file), [3, 3, 3, 4]), (open_compat(&file), [0, 1, 3, 4])] {
        let expected = lengths.map(|wire_len| (0, wire_len, 1, 0, vec![1, 2]));
        assert_eq!(remaining(&mut input), expected, "the snap length cuts the packet only");
        assert_eq!(input.damages(), []);
    }
}

#[test]
fn times_may_jump_between_packets_that_were_longer_than_on_the_wire() {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 100, 1);
    for number in 0..20 {
        file.extend(endian.record(number / 5 * 1_000_000, 0, 4 * (number % 5), &[7; 18]));
    }
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 20);
    assert_eq!(input.damages(), []);
}

#[test]
fn old_versions_order_the_lengths_differently() {
    for (minor, first, second) in [(2, 9, 1), (3, 1, 9), (3, 9, 1), (4, 1, 9)] {
        let endian = Endian::Little;
        let mut file = endian.pcap(0xa1b2_c3d4, 100, 1);
        file[6] = minor;
        file.extend(endian.u32s(&[0, 0, first, second]));
        file.push(7);
        assert_eq!(remaining(&mut open(&file)), [(0, 9, 1, 0, vec![7])]);
    }
}

#[test]
fn what_is_refused_and_how() {
    let text = |bytes: &[u8]| refused(bytes).to_string();
    let mut file = two_packets();
    file[4] = 3;
    assert!(text(&file).contains("version 3.4"));
    for (magic, name) in [(0xa1b2_34cd, "modified (Mesquita)"), (0xa12b_3c4d, "Navtel")] {
        for endian in [Endian::Little, Endian::Big] {
            assert!(text(&endian.pcap(magic, 100, 1)).contains(name));
        }
    }
    assert!(text(b"").contains("is empty (0 bytes)"));
    assert!(text(b"ab").contains("begins with the bytes 61 62"));
    assert!(text(b"\x7fELF....").contains("begins with the bytes 7f 45 4c 46"));
}

#[test]
fn a_cut_at_every_byte() {
    let file = two_packets();
    let ends = [24, 24 + 16 + 4, 24 + 16 + 4 + 16 + 3];
    assert_eq!(file.len(), ends[2]);
    for length in 0..24 {
        assert!(matches!(
            refused(&file[..length]),
            CaptureError::Damaged(_) | CaptureError::Empty(_) | CaptureError::NotACapture { .. }
        ));
    }
    for length in 24..=file.len() {
        let mut input = open(&file[..length]);
        let packets = remaining(&mut input).len();
        assert_eq!(packets, ends[1..].iter().filter(|&&end| end <= length).count());
        assert_eq!(input.damages().is_empty(), ends.contains(&length), "{length}");
        assert!(input.next_packet().is_none());
    }
}

#[test]
fn the_sentence_of_a_cut() {
    let file = two_packets();
    let mut input = open(&file[..61]);
    remaining(&mut input);
    let expected = "test.pcap: cut in the middle of packet 2 at byte 44: 17 of 19 bytes are there";
    assert_eq!(damages(&input), [expected]);
}

#[test]
fn lying_lengths_neither_allocate_nor_panic() {
    for (snap_len, captured, reason) in [
        (65_535, u32::MAX, "claims 4294967295 captured bytes, more than the 262144 that can be"),
        (65_535, 262_145, "claims 262145 captured bytes"),
        (65_535, 262_144, "19 of 262160 bytes are there"),
        (1 << 30, u32::MAX, "more than the 16777216"),
    ] {
        let endian = Endian::Little;
        let mut file = endian.pcap(0xa1b2_c3d4, snap_len, 1);
        file.extend(endian.u32s(&[0, 0, captured, 3]));
        file.extend([1, 2, 3]);
        let mut input = open(&file);
        assert!(remaining(&mut input).is_empty());
        assert_eq!(input.damages().len(), 1);
        assert!(damages(&input)[0].contains(reason), "{}", damages(&input)[0]);
    }
}

#[test]
fn records_across_refills_come_out_whole() {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 1 << 20, 1);
    for byte in 0..200_u8 {
        let (number, extra) = (u32::from(byte), if byte == 100 { 600_000 } else { 0 });
        let length = usize::from(byte) * 97 % 20_011 + extra;
        file.extend(endian.record(number, 0, number, &vec![byte; length]));
    }
    let mut input = open(&file);
    let mut number = 0;
    while let Some(packet) = input.next_packet() {
        assert_eq!(packet.ts.seconds(), i64::from(number));
        assert!(packet.data.iter().all(|&byte| u32::from(byte) == number));
        number += 1;
    }
    assert_eq!(number, 200);
    assert_eq!(input.damages(), []);
    assert_eq!(input.file_bytes(), file.len() as u64);
}
