//! Classic little-endian pcap files as a list of records, for cutting and for looking into packets.

use std::fs;
use std::ops::Range;

const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// Magic number of files with nanoseconds.
const NANOSECONDS: u32 = 0xa1b2_3c4d;

/// A capture.
#[derive(Clone, Debug)]
pub(crate) struct Pcap {
    header: Vec<u8>,
    /// Each packet behind its record header.
    records: Vec<Vec<u8>>,
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
}

/// A capture of raw IP, one packet a second.
pub(crate) fn raw_ip_capture(packets: &[Vec<u8>]) -> Vec<u8> {
    let mut file = vec![0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0];
    file.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0]);
    for (second, packet) in (1u32..).zip(packets) {
        let len = packet.len() as u32;
        for word in [second, 0, len, len] {
            file.extend(word.to_le_bytes());
        }
        file.extend(packet);
    }
    file
}

impl Pcap {
    /// Reads a file.
    pub(crate) fn read(path: &str) -> Self {
        let bytes = fs::read(path).unwrap();
        let (header, mut rest) = bytes.split_at(FILE_HEADER);
        let mut records = Vec::new();
        while !rest.is_empty() {
            let (record, behind) = rest.split_at(RECORD_HEADER + u32_at(rest, 8) as usize);
            records.push(record.to_vec());
            rest = behind;
        }
        Self { header: header.to_vec(), records }
    }

    /// Number of packets.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The bytes of a file with only these packets.
    pub(crate) fn part(&self, packets: Range<usize>) -> Vec<u8> {
        let mut bytes = self.header.clone();
        self.records[packets].iter().for_each(|record| bytes.extend_from_slice(record));
        bytes
    }

    /// The bytes of a file with only the packets for which this holds.
    pub(crate) fn filtered(&self, is_wanted: impl Fn(&[u8]) -> bool) -> Vec<u8> {
        let mut bytes = self.header.clone();
        for record in self.records.iter().filter(|record| is_wanted(&record[RECORD_HEADER..])) {
            bytes.extend_from_slice(record);
        }
        bytes
    }

    /// Time in nanoseconds and captured bytes of each packet.
    pub(crate) fn packets(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let unit = if u32_at(&self.header, 0) == NANOSECONDS { 1 } else { 1000 };
        self.records.iter().map(move |record| {
            let [seconds, fraction] = [0, 4].map(|at| u64::from(u32_at(record, at)));
            (seconds * 1_000_000_000 + fraction * unit, &record[RECORD_HEADER..])
        })
    }
}
