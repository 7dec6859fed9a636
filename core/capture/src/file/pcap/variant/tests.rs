//! The "modified" variant and Nokia's, in both byte orders.

use crate::test_support::{Endian, Summary, damages, open, remaining};

/// A record with `extra` bytes behind the usual header.
fn record(endian: Endian, time: (u32, u32), extra: &[u8], wire_len: u32, data: &[u8]) -> Vec<u8> {
    let mut record = endian.record(time.0, time.1, wire_len, data);
    record.splice(16..16, extra.iter().copied());
    record
}

/// Two records of 5 bytes and one of 3, of a variant with `extra` bytes.
fn three(endian: Endian, magic: u32, extra: &[u8]) -> Vec<u8> {
    let mut file = endian.pcap(magic, 65_535, 101);
    file.extend(record(endian, (1_700_000_000, 5), extra, 60, &[1, 2, 3, 4, 5]));
    file.extend(record(endian, (1_700_000_001, 6), extra, 5, &[6, 7, 8, 9, 10]));
    file.extend(record(endian, (1_700_000_002, 7), extra, 61, &[11, 12, 13]));
    file
}

fn packets() -> [Summary; 3] {
    [
        (1_700_000_000_000_005_000, 60, 101, 0, vec![1, 2, 3, 4, 5]),
        (1_700_000_001_000_006_000, 5, 101, 0, vec![6, 7, 8, 9, 10]),
        (1_700_000_002_000_007_000, 61, 101, 0, vec![11, 12, 13]),
    ]
}

/// Literal bytes: interface 2, protocol 0x0800, packet type 4, padding.
#[test]
fn literal_modified_file() {
    let file = [
        0x34, 0xcd, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0, 0, //
        0x10, 0, 0, 0, 0x20, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0, 2, 0, 0, 0, 8, 0, 4, 0, //
        0xaa, 0xbb,
    ];
    let mut input = open(&file);
    assert_eq!((input.link_type().0, input.snap_len()), (1, 1024 + 14), "as libpcap has it");
    assert_eq!(remaining(&mut input), [(16_000_032_000, 60, 1, 0, vec![0xaa, 0xbb])]);
    assert_eq!(input.damages(), []);
}

#[test]
fn literal_big_endian_modified_file() {
    let file = [
        0xa1, 0xb2, 0xcd, 0x34, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0,
        101, //
        0, 0, 0, 0x10, 0, 0, 0, 0x20, 0, 0, 0, 2, 0, 0, 0, 60, 0, 0, 0, 2, 8, 0, 4, 0, //
        0xaa, 0xbb,
    ];
    let mut input = open(&file);
    assert_eq!((input.link_type().0, input.snap_len()), (101, 1024));
    assert_eq!(remaining(&mut input), [(16_000_032_000, 60, 101, 0, vec![0xaa, 0xbb])]);
    assert_eq!(input.damages(), []);
}

#[test]
fn modified_records_in_both_byte_orders() {
    for endian in [Endian::Little, Endian::Big] {
        let mut input = open(&three(endian, 0xa1b2_cd34, &[0xff; 8]));
        assert_eq!(remaining(&mut input), packets());
        assert_eq!(input.damages(), []);
    }
}

/// Literal bytes: two packets of one byte, with 4 bytes of any meaning in front of each.
#[test]
fn literal_nokia_file() {
    let file = [
        0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 1, 0, 0, 0, //
        0x10, 0, 0, 0, 0x20, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0, 0, 9, 9, 9, 9, 0xaa, //
        0x11, 0, 0, 0, 0x20, 0, 0, 0, 1, 0, 0, 0, 61, 0, 0, 0, 9, 9, 9, 9, 0xbb,
    ];
    let mut input = open(&file);
    let expected = [(16_000_032_000, 60, 1, 0, vec![0xaa]), (17_000_032_000, 61, 1, 0, vec![0xbb])];
    assert_eq!(remaining(&mut input), expected);
    assert_eq!(input.damages(), []);
}

#[test]
fn nokia_records_in_both_byte_orders() {
    for endian in [Endian::Little, Endian::Big] {
        for extra in [[0; 4], [0, 0, 0, 1], [0xff; 4]] {
            let mut input = open(&three(endian, 0xa1b2_c3d4, &extra));
            assert_eq!(remaining(&mut input), packets());
            assert_eq!(input.damages(), []);
        }
    }
}

#[test]
fn a_cut_nokia_record() {
    let mut file = three(Endian::Little, 0xa1b2_c3d4, &[0; 4]);
    file.pop();
    let mut input = open(&file);
    assert_eq!(remaining(&mut input), packets()[..2]);
    assert!(damages(&input)[0].ends_with("at byte 74: 22 of 23 bytes are there"));
}

/// Of one Nokia packet there is nothing that tells it from a usual one that is cut behind.
#[test]
fn one_record_is_a_usual_one() {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 100, 1);
    file.extend(record(endian, (5, 0), &[9; 4], 60, &[1, 2]));
    assert_eq!(remaining(&mut open(&file)), [(5_000_000_000, 60, 1, 0, vec![9, 9])]);
}

#[test]
fn usual_files_stay_usual() {
    let usual = three(Endian::Big, 0xa1b2_c3d4, &[]);
    for length in 24..=usual.len() {
        let seen = remaining(&mut open(&usual[..length]));
        assert_eq!(seen, packets()[..seen.len()]);
    }
}
