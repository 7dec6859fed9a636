use flowz_api::packet::{LinkType, Packet, Timestamp};

use super::{Interface, InterfaceStatistics, PcapWriter, PcapngWriter, Resolution, WriteError};
use crate::test_support::{open, remaining, summary, two_packets};

fn interface(link: u16, resolution: Resolution, name: &str) -> Interface {
    Interface { link: LinkType(link), snap_len: 65_535, resolution, name: name.as_bytes().into() }
}

fn packet(nanos: i64, link: u16, data: &[u8]) -> Packet<'_> {
    Packet { ts: Timestamp(nanos), wire_len: 100, link: LinkType(link), interface: 0, data }
}

#[test]
fn a_pcap_file_is_written_as_it_was() {
    let mut input = open(&two_packets());
    let mut writer = PcapWriter::new(Vec::new(), &input.interface(0)).unwrap();
    while let Some(packet) = input.next_packet() {
        writer.packet(&packet).unwrap();
    }
    assert_eq!(writer.into_inner(), two_packets());
}

#[test]
fn nanoseconds_have_a_magic_number_of_their_own() {
    let mut writer = PcapWriter::new(Vec::new(), &interface(1, Resolution::Nanos, "")).unwrap();
    writer.packet(&packet(1_000_000_007, 1, &[9])).unwrap();
    assert_eq!(writer.cut_times(), 0);
    let file = writer.into_inner();
    assert_eq!(file[..4], [0x4d, 0x3c, 0xb2, 0xa1]);
    assert_eq!(remaining(&mut open(&file)), [(1_000_000_007, 100, 1, 0, vec![9])]);
}

#[test]
fn what_pcap_cannot_hold() {
    let mut writer = PcapWriter::new(Vec::new(), &interface(1, Resolution::Micros, "")).unwrap();
    writer.packet(&packet(1_007, 1, &[])).unwrap();
    assert_eq!(writer.cut_times(), 1);
    let error = writer.packet(&packet(0, 101, &[])).unwrap_err();
    assert!(error.to_string().contains("Ethernet"), "{error}");
    for far in [-1, i64::MAX] {
        let error = writer.packet(&packet(far, 1, &[])).unwrap_err();
        assert!(matches!(error, WriteError::Time(_)), "{error}");
    }
    writer.packet(&packet(i64::from(u32::MAX) * 1_000_000_000, 1, &[])).unwrap();
}

#[test]
fn pcapng_keeps_interfaces_apart() {
    let mut writer = PcapngWriter::new(Vec::new()).unwrap();
    let (eth, raw) =
        (interface(1, Resolution::Micros, "eth0"), interface(101, Resolution::Nanos, ""));
    writer.packet(&eth, &packet(5_000, 1, &[1, 2, 3, 4, 5])).unwrap();
    writer.packet(&raw, &packet(6_001, 101, &[6])).unwrap();
    writer.packet(&eth, &packet(7_000, 1, &[])).unwrap();
    writer.packet(&raw, &packet(-1_500_000_001, 101, &[8])).unwrap();
    writer.packet(&raw, &packet(i64::MAX, 101, &[9])).unwrap();
    let mut input = open(&writer.into_inner());
    let expected = [
        (5_000, 100, 1, 0, vec![1, 2, 3, 4, 5]),
        (6_001, 100, 101, 1, vec![6]),
        (7_000, 100, 1, 0, vec![]),
        (-1_500_000_001, 100, 101, 2, vec![8]),
        (i64::MAX, 100, 101, 1, vec![9]),
    ];
    for expected in expected {
        assert!(input.read());
        assert_eq!(summary(&input.packet()), expected);
    }
    assert_eq!((input.interface(0), input.interface(1)), (eth, raw));
    assert!(!input.read());
}

#[test]
fn the_bytes_of_a_description() {
    let mut writer = PcapngWriter::new(Vec::new()).unwrap();
    writer.describe(&interface(1, Resolution::Nanos, "abc")).unwrap();
    let file = writer.into_inner();
    let expected = [
        1, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 0xff, 0xff, 0, 0, 2, 0, 3, 0, b'a', b'b', b'c', 0, 9,
        0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 40, 0, 0, 0,
    ];
    assert_eq!(file[28..], expected);
}

#[test]
fn the_bytes_of_statistics() {
    let statistics = InterfaceStatistics {
        start: Timestamp(0x0102_0304_0506_0708),
        end: Timestamp(0x1112_1314_1516_1718),
        received: 0x21,
        dropped: 0x22,
        dropped_by_system: 0x2f_2e2d_2c2b_2a29,
    };
    let mut writer = PcapngWriter::new(Vec::new()).unwrap();
    let (first, second) =
        (interface(1, Resolution::Micros, ""), interface(1, Resolution::Nanos, ""));
    writer.packet(&first, &packet(5_000, 1, &[1])).unwrap();
    writer.describe(&second).unwrap();
    let before = writer.get_ref().len();
    writer.statistics(&second, &statistics).unwrap();
    let expected = [
        5, 0, 0, 0, 88, 0, 0, 0, 1, 0, 0, 0, 0x14, 0x13, 0x12, 0x11, 0x18, 0x17, 0x16,
        0x15, // end
        2, 0, 8, 0, 4, 3, 2, 1, 8, 7, 6, 5, // isb_starttime
        3, 0, 8, 0, 0x14, 0x13, 0x12, 0x11, 0x18, 0x17, 0x16, 0x15, // isb_endtime
        4, 0, 8, 0, 0x21, 0, 0, 0, 0, 0, 0, 0, // isb_ifrecv
        5, 0, 8, 0, 0x22, 0, 0, 0, 0, 0, 0, 0, // isb_ifdrop
        7, 0, 8, 0, 0x29, 0x2a, 0x2b, 0x2c, 0x2d, 0x2e, 0x2f, 0, // isb_osdrop
        0, 0, 0, 0, 88, 0, 0, 0,
    ];
    assert_eq!(writer.get_ref()[before..], expected);
    // In microseconds, and with packets behind.
    let statistics = InterfaceStatistics { end: Timestamp(7_999), ..statistics };
    writer.statistics(&first, &statistics).unwrap();
    writer.packet(&first, &packet(6_000, 1, &[2])).unwrap();
    let file = writer.into_inner();
    assert_eq!(file[before + 88 + 8..][..12], [0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0]);
    let expected = [(5_000, 100, 1, 0, vec![1]), (6_000, 100, 1, 0, vec![2])];
    assert_eq!(remaining(&mut open(&file)), expected);
}
