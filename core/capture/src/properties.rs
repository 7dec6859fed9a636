//! Properties of reading, over bytes of all kinds: sound records and blocks, such that lie, and
//! garbage between them.

use std::io::{self, Read};
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::file::record::MAX_RECORD;
use crate::test_support::{Endian, Summary, remaining, summary};
use crate::{Input, Options};

/// Gives a few bytes per call, now more, now less.
struct Chunks(Vec<u8>, usize, usize);

impl Read for Chunks {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = &self.0[self.1..];
        let count = (self.1 % self.2 + 1).min(left.len()).min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        self.1 += count;
        Ok(count)
    }
}

fn open(bytes: &[u8], chunk: usize) -> Option<Input> {
    let source = Chunks(bytes.to_vec(), 0, chunk);
    Input::from_reader(source, Path::new("test.pcap"), &Options::default()).ok()
}

/// A part of a file behind its header.
#[derive(Clone, Debug)]
enum Part {
    /// A packet: seconds, bytes, length on the wire beyond them.
    Packet(u32, Vec<u8>, u32),
    Garbage(Vec<u8>),
    /// A pcapng block of any type, or a record header of any numbers.
    Numbers([u32; 4], Vec<u8>),
}

fn part() -> impl Strategy<Value = Part> {
    let seconds = prop_oneof![8 => 1_000_000_000..1_000_001_000_u32, 1 => any::<u32>()];
    let bytes = || vec(any::<u8>(), 0..80);
    let small = || prop_oneof![0..200_u32, any::<u32>()];
    prop_oneof![
        6 => (seconds, bytes(), 0..100_u32).prop_map(|(s, b, more)| Part::Packet(s, b, more)),
        1 => bytes().prop_map(Part::Garbage),
        1 => ([small(), small(), small(), small()], bytes()).prop_map(|(n, b)| Part::Numbers(n, b)),
    ]
}

/// A file of these parts: pcap with one of four magic numbers, or pcapng.
fn file(kind: usize, endian: Endian, parts: &[Part]) -> Vec<u8> {
    let magic = [0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34].get(kind).copied();
    let mut file = match magic {
        Some(magic) => endian.pcap(magic, 65_535, 1),
        None => [endian.section(), endian.interface(1, 0, &[])].concat(),
    };
    for part in parts {
        file.extend(match (part, magic) {
            (Part::Packet(seconds, data, more), Some(magic)) => {
                let mut record = endian.record(*seconds, 5, data.len() as u32 + more + 1, data);
                let extra = if magic == 0xa1b2_cd34 { 8 } else { 0 };
                record.splice(16..16, std::iter::repeat_n(0, extra));
                record
            }
            (Part::Packet(seconds, data, more), None) => {
                endian.packet(0, u64::from(*seconds) * 1_000_000, data.len() as u32 + more, data)
            }
            (Part::Garbage(bytes), _) => bytes.clone(),
            (Part::Numbers(numbers, bytes), Some(_)) => {
                [endian.u32s(numbers), bytes.clone()].concat()
            }
            (Part::Numbers(numbers, bytes), None) => {
                endian.block(numbers[0], &[endian.u32s(&numbers[1..]), bytes.clone()].concat())
            }
        });
    }
    file
}

/// Files of parts, and anything at all.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let endian = prop_oneof![Just(Endian::Little), Just(Endian::Big)];
    let made = (0..4_usize, endian, vec(part(), 0..30));
    prop_oneof![
        9 => made.prop_map(|(kind, endian, parts)| file(kind, endian, &parts)),
        1 => vec(any::<u8>(), 0..400),
    ]
}

/// All packets, and how many of them are in front of the first damage.
fn all(input: &mut Input) -> (Vec<Summary>, usize) {
    let packets = remaining(input);
    let sound = input.damages().first().map_or(packets.len(), |damage| damage.packet as usize - 1);
    (packets, sound)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_end_within_limits(bytes in bytes(), changes in vec((any::<Index>(), any::<u8>()), 0..6)) {
        let mut bytes = bytes;
        for (at, byte) in changes {
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        if let Some(mut input) = open(&bytes, 1 << 20) {
            let mut sum = 0;
            while let Some(packet) = input.next_packet() {
                prop_assert!(packet.data.len() <= MAX_RECORD as usize);
                sum += summary(&packet).4.len() + 12;
            }
            prop_assert!(input.next_packet().is_none());
            prop_assert!(sum <= bytes.len());
            prop_assert!(input.file_bytes() <= bytes.len() as u64);
            let skipped: u64 = input.damages().iter().filter_map(|damage| damage.skipped).sum();
            prop_assert!(sum as u64 + skipped <= bytes.len() as u64);
        }
    }

    #[test]
    fn the_same_bytes_give_the_same_packets(bytes in bytes(), chunk in 1..300_usize) {
        let whole = open(&bytes, 1 << 20).map(|mut input| (remaining(&mut input), input.damages().to_vec()));
        let chunks = open(&bytes, chunk).map(|mut input| (remaining(&mut input), input.damages().to_vec()));
        prop_assert_eq!(whole, chunks);
    }

    #[test]
    fn a_cut_changes_no_packet_in_front_of_it(bytes in bytes(), cut in any::<Index>()) {
        let short = &bytes[..cut.index(bytes.len() + 1)];
        if let (Some(mut whole), Some(mut short)) = (open(&bytes, 1 << 20), open(short, 1 << 20)) {
            let ((whole, sound), (short, sound_too)) = (all(&mut whole), all(&mut short));
            let sound = sound.min(sound_too);
            prop_assert_eq!(&short[..sound], &whole[..sound]);
        }
    }
}
