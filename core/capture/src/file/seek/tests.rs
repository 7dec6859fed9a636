use std::path::Path;

use flowz_api::packet::Timestamp;

use super::{Place, Seekable};
use crate::Options;
use crate::test_support::{Endian, TempDir, remaining};

const SECOND: i64 = 1_000_000_000;

/// A file with a packet of `size` bytes each second from second 1000 on, each with the bytes that `payload` gives.
fn capture(dir: &TempDir, packets: u32, payload: impl Fn(u32) -> Vec<u8>) -> std::path::PathBuf {
    let endian = Endian::Little;
    let mut file = endian.pcap(0xa1b2_c3d4, 65_535, 1);
    for n in 0..packets {
        let data = payload(n);
        file.extend(endian.record(1000 + n, 0, data.len() as u32, &data));
    }
    dir.write("a.pcap", &file)
}

fn place(offset: u64, second: i64) -> Place {
    Place { offset, ts: Timestamp(second * SECOND) }
}

#[test]
fn records_are_found_from_the_middle() {
    let dir = TempDir::new("seek");
    let file = capture(&dir, 10_000, |_| vec![0xee; 84]);
    let mut seekable = Seekable::open(&file).unwrap();
    assert_eq!(seekable.first(), place(24, 1000));
    assert_eq!(seekable.last(), Some(place(24 + 9_999 * 100, 10_999)));
    assert_eq!(seekable.find(24 + 490), Some(place(24 + 500, 1005)));
    for from in 497..=596 {
        assert_eq!(seekable.find(24 + from), Some(place(24 + 600, 1006)), "{from}");
    }
    let surely = seekable.find_surely(24 + 501).unwrap();
    assert!(surely.offset > seekable.longest_record() && surely.offset % 100 == 24);
    assert_eq!(surely.ts.seconds(), 1000 + (surely.offset as i64 - 24) / 100);
    let mut input = seekable.input(24 + 999_800, &Options::default()).unwrap();
    assert_eq!(remaining(&mut input).len(), 2);
    assert!(input.damages().is_empty());
    assert_eq!(input.bytes_used(), 24 + 1_000_000);
}

#[test]
fn a_capture_in_a_packet_is_not_taken_for_this_one() {
    let dir = TempDir::new("seek-nested");
    let inner = || {
        let record = |n: u32| Endian::Little.record(5000 + n, 0, 20, &[1; 20]);
        [vec![2; 40], (0..30).flat_map(record).collect()].concat()
    };
    let file = capture(&dir, 2000, |_| inner());
    let mut seekable = Seekable::open(&file).unwrap();
    let whole = 16 + inner().len() as u64;
    assert_eq!(seekable.find(24 + whole * 1000 + 30).unwrap().ts.seconds(), 5000, "it may be");
    let surely = seekable.find_surely(24 + whole * 1000 + 30).unwrap();
    assert_eq!((surely.offset - 24) % whole, 0);
    assert!((2000..3000).contains(&surely.ts.seconds()));
    assert_eq!(seekable.last(), Some(place(24 + whole * 1999, 2999)));
}

#[test]
fn headers_are_not_read_askew() {
    // Read four bytes further on, each header names a length on the wire of 0x1b02 bytes.
    let dir = TempDir::new("seek-askew");
    let data = [[0x02, 0x1b, 0, 0].as_slice(), &[7; 80]].concat();
    let file = capture(&dir, 10_000, |_| data.clone());
    let mut seekable = Seekable::open(&file).unwrap();
    for from in 24 + 100 * 50..24 + 100 * 52 {
        let found = seekable.find(from).unwrap();
        assert_eq!(((found.offset - 24) % 100, found.offset >= from), (0, true), "{from}");
        assert_eq!(found.ts.seconds() as u64, 1000 + (found.offset - 24) / 100);
    }
    for from in [24 + 100 * 50 + 2, 24 + 100 * 50 + 4] {
        assert_eq!((seekable.find_surely(from).unwrap().offset - 24) % 100, 0);
    }
}

#[test]
fn a_cut_record_at_the_end_is_none() {
    let dir = TempDir::new("seek-cut");
    let file = capture(&dir, 100, |_| vec![0xee; 84]);
    let bytes = std::fs::read(&file).unwrap();
    for cut in [1, 50, 84, 90, 99] {
        let file = dir.write("b.pcap", &bytes[..bytes.len() - cut]);
        let mut seekable = Seekable::open(&file).unwrap();
        assert_eq!(seekable.last(), Some(place(24 + 98 * 100, 1098)), "{cut}");
    }
}

#[test]
fn what_cannot_be_looked_into() {
    let dir = TempDir::new("seek-not");
    let header = Endian::Little.pcap(0xa1b2_c3d4, 65_535, 1);
    for bytes in [&header[..], b"", b"abc", &Endian::Little.section()] {
        assert!(Seekable::open(&dir.write("c", bytes)).is_none());
    }
    assert!(Seekable::open(dir.path()).is_none());
    assert!(Seekable::open(Path::new("/dev/null")).is_none());
}
