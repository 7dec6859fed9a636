//! Garbage between the records of a classic file, and odd files that hold none.

use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use crate::test_support::{Endian, Summary, damages, open, remaining};
use crate::{DamageKind, Input};

const MICROS: u32 = 0xa1b2_c3d4;

fn many() -> Vec<u8> {
    let root = env::var_os("CARGO_MANIFEST_DIR").unwrap();
    fs::read(Path::new(&root).join("../../data/many.pcap")).unwrap()
}

/// Where the records of a little-endian file begin, and its end.
fn places(file: &[u8]) -> Vec<usize> {
    let (mut places, mut at) = (vec![24], 24);
    while at < file.len() {
        at += 16 + u32::from_le_bytes(file[at + 8..at + 12].try_into().unwrap()) as usize;
        places.push(at);
    }
    places
}

fn with(file: &[u8], at: usize, garbage: &[u8]) -> Vec<u8> {
    [&file[..at], garbage, &file[at..]].concat()
}

/// Kinds of garbage of any length.
fn garbage(kind: usize, length: usize) -> Vec<u8> {
    let mut state = (length as u32).wrapping_mul(2_654_435_761) + kind as u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    match kind {
        0 => vec![0; length],
        1 => vec![0xff; length],
        2 => b"a line of a log file\n".iter().copied().cycle().take(length).collect(),
        _ => (0..length).map(|_| random()).collect(),
    }
}

#[test]
fn garbage_of_any_length_between_records() {
    let file = many();
    let (places, all) = (places(&file), remaining(&mut open(&file)));
    for record in [1, 2, 700, 1698, 1699] {
        for length in 1..=200 {
            for kind in 0..4 {
                let at = places[record];
                let mut input = open(&with(&file, at, &garbage(kind, length)));
                assert!(remaining(&mut input) == all, "{length} bytes of {kind} at {record}");
                let damage = input.damages();
                assert_eq!(damage.len(), 1, "{length} bytes of {kind} at {record}");
                assert_eq!((damage[0].offset, damage[0].skipped), (at as u64, Some(length as u64)));
                assert_eq!(damage[0].packet, record as u64 + 1);
            }
        }
    }
}

#[test]
fn garbage_in_front_of_the_first_record_and_behind_the_last() {
    let file = many();
    let all = remaining(&mut open(&file));
    for length in 1..=200 {
        for kind in 0..4 {
            let mut input = open(&with(&file, 24, &garbage(kind, length)));
            let seen = remaining(&mut input);
            assert!(
                seen.ends_with(&all),
                "{length} bytes of {kind}: {:?} {}",
                damages(&input),
                seen.len()
            );
            assert_eq!(input.damages()[0].offset, 24);
            let mut input = open(&with(&file, file.len(), &garbage(kind, length)));
            let seen = remaining(&mut input);
            assert!(seen.starts_with(&all) && seen.len() <= all.len() + length / 16);
        }
    }
}

#[test]
fn lost_bytes_cost_the_packets_they_belong_to() {
    let file = many();
    let (places, all) = (places(&file), remaining(&mut open(&file)));
    for lost in [1, 7, 16, 40, 70, 200] {
        for offset in [0, 3, 17] {
            let at = places[500] + offset;
            let cut = [&file[..at], &file[at + lost..]].concat();
            let seen = remaining(&mut open(&cut));
            assert_eq!(seen[..500], all[..500]);
            let hit = places.iter().filter(|&&place| place >= at && place < at + lost).count() + 2;
            assert!(seen.len() + hit >= all.len(), "{} packets left of {lost}", seen.len());
            assert!(seen.ends_with(&all[500 + hit..]));
        }
    }
}

#[test]
fn several_places_and_their_sentences() {
    let file = many();
    let places = places(&file);
    let damaged = with(&file, places[900], b"abc");
    let damaged = with(&damaged, places[200], &[0; 77]);
    let mut input = open(&damaged);
    assert_eq!(remaining(&mut input).len(), 1700);
    let (first, second) = (places[200], places[900] + 77);
    let expected = [
        format!(
            "test.pcap: what is at byte {first}, where packet 201 is to begin, is no packet \
             record; 77 bytes are passed over"
        ),
        format!("test.pcap: packet 901 at byte {second} claims "),
    ];
    let said = damages(&input);
    assert_eq!(said[0], expected[0]);
    assert!(said[1].starts_with(&expected[1]) && said[1].ends_with("; 3 bytes are passed over"));
    assert_eq!(input.file_bytes(), file.len() as u64 + 80);
}

#[test]
fn all_variants_and_byte_orders_find_on() {
    for endian in [Endian::Little, Endian::Big] {
        for (magic, extra) in [(MICROS, 0), (0xa1b2_3c4d, 0), (0xa1b2_cd34, 8), (MICROS, 4)] {
            let mut file = endian.pcap(magic, 1000, 101);
            for number in 0..8 {
                file.extend(if number == 5 { &[0xee; 31][..] } else { &[] });
                let mut record = endian.record(1_000_000 + number, number, 60, &[number as u8; 20]);
                record.splice(16..16, std::iter::repeat_n(7, extra));
                file.extend(record);
            }
            let mut input = open(&file);
            let bytes: Vec<_> =
                remaining(&mut input).iter().map(|packet| packet.4.clone()).collect();
            assert_eq!(bytes, (0..8).map(|number| vec![number; 20]).collect::<Vec<_>>());
            assert_eq!(input.damages()[0].skipped, Some(31), "{magic:x} {extra}");
        }
    }
}

/// Times of sound records, each far from the one before it.
fn jumps(seconds: &[u32]) -> (Vec<u8>, Vec<Summary>) {
    let endian = Endian::Little;
    let (mut file, mut packets) = (endian.pcap(MICROS, 1000, 1), Vec::new());
    for &second in seconds {
        file.extend(endian.record(second, 9, 60, &[1, 2, 3]));
        packets.push((i64::from(second) * 1_000_000_000 + 9_000, 60, 1, 0, vec![1, 2, 3]));
    }
    (file, packets)
}

#[test]
fn time_may_jump() {
    for seconds in [
        &[1_700_000_000, 1_800_000_000, 1_800_000_001, 5, 6, 1_700_000_000][..],
        &[0, u32::MAX, 0, u32::MAX, 1 << 31],
        &[9, 1_700_000_000],
        &[1_700_000_000, 0],
        &[7],
    ] {
        let (file, packets) = jumps(seconds);
        let mut input = open(&file);
        assert_eq!(remaining(&mut input), packets);
        assert_eq!(input.damages(), []);
    }
}

#[test]
fn odd_records_stay_if_nothing_better_follows() {
    let endian = Endian::Little;
    let mut file = endian.pcap(MICROS, 1000, 1);
    let times = [(1_700_000_000, 0), (3, u32::MAX), (900_000_000, 5_000_000), (0, 0)];
    for (seconds, fraction) in times {
        file.extend(endian.record(seconds, fraction, 0, &[1, 2]));
    }
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 4);
    assert_eq!(input.damages(), []);
}

#[test]
fn nothing_to_find_ends_the_file() {
    let endian = Endian::Little;
    let mut file = endian.pcap(MICROS, 1000, 1);
    file.extend(endian.record(1_700_000_000, 0, 60, &[1]));
    file.extend(vec![0xff; 3 << 20]);
    file.extend(jumps(&[1_700_000_000; 5]).0.split_off(24));
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 1, "the next records are beyond the window");
    assert_eq!((input.damages().len(), input.damages()[0].skipped), (1, None));
    assert_eq!(input.damages()[0].lost(file.len() as u64), file.len() as u64 - 41);
}

#[test]
fn very_many_places_are_summed_up() {
    let endian = Endian::Little;
    let mut file = endian.pcap(MICROS, 1000, 1);
    for number in 0..3000_u32 {
        file.extend([0xff; 5]);
        file.extend(endian.record(1_700_000_000 + number, 0, 60, &[1; 30]));
        file.extend(endian.record(1_700_000_000 + number, 0, 60, &[2; 30]));
        file.extend(endian.record(1_700_000_000 + number, 0, 60, &[3; 30]));
    }
    let mut input: Input = open(&file);
    assert_eq!(remaining(&mut input).len(), 9000);
    let damages = input.damages();
    assert_eq!(damages.len(), 1001);
    assert_eq!(damages[1000].kind, DamageKind::Further { places: 2000 });
    assert_eq!(damages.iter().filter_map(|damage| damage.skipped).sum::<u64>(), 15_000);
    let said = "from packet 3001 at byte 143024 on, 2000 more places are damaged; \
                10000 bytes are passed over";
    assert!(damages[1000].to_string().ends_with(said), "{}", damages[1000]);
}

/// Days of two sensors, one of which leaves the check sequence out of the length on the wire.
#[test]
fn intact_framing_loses_no_packet() {
    let endian = Endian::Little;
    for (odd, wire_len) in [(0, 58), (1, 58), (0, 0), (1, 1 << 30)] {
        let mut file = endian.pcap(MICROS, 65_535, 1);
        for number in 0..400 {
            let (day, second) = (number / 100, number % 100);
            let length = if day % 2 == odd { wire_len } else { 62 };
            file.extend(endian.record(
                1_500_000_000 + day * 2 * 86_400 + second,
                0,
                length,
                &[2; 62],
            ));
        }
        let mut input = open(&file);
        assert_eq!(remaining(&mut input).len(), 400, "{wire_len}");
        assert_eq!(input.damages(), []);
    }
}

/// What a packet carries may be a capture itself.
#[test]
fn records_inside_a_packet_are_no_better_place() {
    let endian = Endian::Little;
    let inner = jumps(&[1_600_000_000; 5]).0;
    let mut file = endian.pcap(MICROS, 65_535, 1);
    for (seconds, wire_len) in [(5, 60), (900_000_000, 300), (1_500_000_000, 0), (1_500_000_001, 0)]
    {
        file.extend(endian.record(seconds, 0, wire_len, &inner));
    }
    for second in 0..3 {
        file.extend(endian.record(1_500_000_002 + second, 0, 300, &inner));
    }
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 7);
    assert_eq!(input.damages(), []);
}

/// Each record of this file is in doubt, and what could settle it is far behind. One megabyte would
/// take minutes if each doubt searched as far.
#[test]
#[expect(clippy::disallowed_methods, reason = "the test is about time")]
fn searches_take_time_in_proportion() {
    let endian = Endian::Little;
    let mut file = endian.pcap(MICROS, 65_535, 1);
    let record = |seconds, fraction| endian.record(seconds, fraction, 1, &[]);
    let unit = [(100, 0), (100, u32::MAX), (200, 0), (200, u32::MAX)]
        .map(|(days, fraction)| record(days * 86_400, fraction));
    file.extend(unit.concat().repeat(1 << 14));
    file.extend(jumps(&[200 * 86_400; 3]).0.split_off(24));
    let begun = Instant::now();
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), (1 << 16) + 3);
    assert_eq!(input.damages(), []);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
}
