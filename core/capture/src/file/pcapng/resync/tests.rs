//! Garbage between the blocks of pcapng, and sound blocks that make no sense.

use crate::test_support::{Endian, Summary, damages, open, remaining};

/// Blocks of a file with ten packets and other blocks between them; each a piece.
fn pieces(endian: Endian) -> Vec<Vec<u8>> {
    let mut pieces = vec![[endian.section(), endian.interface(1, 0, &[])].concat()];
    for number in 0..10_u8 {
        pieces.push(endian.packet(
            0,
            u64::from(number),
            60,
            &vec![number; usize::from(number) * 7],
        ));
        if number % 3 == 0 {
            pieces.push(endian.block(5, &[0; 12]));
        }
    }
    pieces
}

fn all(endian: Endian) -> Vec<Summary> {
    remaining(&mut open(&pieces(endian).concat()))
}

/// Kinds of garbage, also such that looks like a block of an unknown type.
fn garbage(endian: Endian, kind: usize, length: usize) -> Vec<u8> {
    let mut state = (length as u32).wrapping_mul(2_654_435_761) + kind as u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let long = endian.u32s(&[0x7777_7777, [100, 0x7fff_fffc][kind % 2]]);
    match kind {
        0 => vec![0; length],
        1 => vec![0xff; length],
        2 | 3 => long.into_iter().chain(std::iter::repeat(9)).take(length).collect(),
        _ => (0..length).map(|_| random()).collect(),
    }
}

#[test]
fn garbage_of_any_length_between_blocks() {
    for endian in [Endian::Little, Endian::Big] {
        let (pieces, all) = (pieces(endian), all(endian));
        for place in [1, 2, 5, pieces.len() - 1] {
            for length in 1..=200 {
                for kind in 0..5 {
                    let mut damaged = pieces.clone();
                    damaged.insert(place, garbage(endian, kind, length));
                    let mut input = open(&damaged.concat());
                    assert!(remaining(&mut input) == all, "{length} bytes of {kind} at {place}");
                    let damage = input.damages();
                    assert_eq!(damage.len(), 1);
                    assert_eq!(damage[0].skipped, Some(length as u64));
                    assert_eq!(damage[0].offset, pieces[..place].concat().len() as u64);
                }
            }
        }
    }
}

#[test]
fn lost_bytes_cost_the_packets_they_belong_to() {
    for endian in [Endian::Little, Endian::Big] {
        let (file, all) = (pieces(endian).concat(), all(endian));
        for at in 48..file.len() - 200 {
            for lost in [1, 4, 8, 12] {
                let mut input = open(&[&file[..at], &file[at + lost..]].concat());
                let seen = remaining(&mut input);
                assert!(seen.len() + 2 >= all.len(), "{lost} at {at}: {:?}", damages(&input));
                // What is left of two blocks may look like one.
                assert!(seen.iter().filter(|packet| !all.contains(packet)).count() <= 1);
            }
        }
    }
}

#[test]
fn a_new_section_behind_garbage() {
    let (little, big) = (Endian::Little, Endian::Big);
    let first = pieces(little).concat();
    let second = [big.section(), big.interface(101, 0, &[]), big.packet(0, 5, 9, &[1])].concat();
    let mut input = open(&[first.clone(), b"between".to_vec(), second].concat());
    let packets = remaining(&mut input);
    assert_eq!(packets.len(), 11);
    assert_eq!(packets[10], (5_000, 9, 101, 0, vec![1]));
    let said = damages(&input);
    assert!(said[0].contains(&format!("at byte {}", first.len())), "{}", said[0]);
    assert!(said[0].ends_with("; 7 bytes are passed over"), "{}", said[0]);
}

#[test]
fn a_section_without_a_known_mark_is_passed_over() {
    let endian = Endian::Little;
    let mut bad = endian.section();
    bad[9] ^= 1;
    let file =
        [pieces(endian).concat(), bad, endian.packet(0, 1, 1, &[1]), endian.packet(0, 2, 2, &[2])]
            .concat();
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 12);
    assert!(damages(&input)[0].contains("no known byte-order mark"));
    assert!(damages(&input)[0].ends_with("; 28 bytes are passed over"));
}

#[test]
fn packets_that_make_no_sense_are_passed_over_alone() {
    let endian = Endian::Big;
    let lying = endian.block(6, &[endian.u32s(&[0, 0, 0, 5, 60]), vec![1, 2, 3, 4]].concat());
    let mut pieces = pieces(endian);
    pieces.insert(3, lying);
    pieces.insert(6, endian.packet(1, 1, 1, &[1]));
    let mut input = open(&pieces.concat());
    assert_eq!(remaining(&mut input), all(endian));
    let said = damages(&input);
    assert!(said[0].ends_with("has room for 4; 36 bytes are passed over"), "{}", said[0]);
    assert!(said[1].ends_with("1 are described before it; 36 bytes are passed over"));
}

#[test]
fn long_blocks_of_unknown_types_are_stepped_over() {
    let endian = Endian::Little;
    for kind in [0x7777_7777, 0x0bad] {
        let mut pieces = pieces(endian);
        pieces.insert(4, endian.block(kind, &vec![0xff; 3 << 20]));
        let mut input = open(&pieces.concat());
        assert_eq!(remaining(&mut input), all(endian));
        assert_eq!(input.damages(), []);
    }
}

#[test]
fn nothing_to_find_ends_the_file() {
    let endian = Endian::Little;
    let file = [pieces(endian).concat(), vec![0xff; 3 << 20], pieces(endian).concat()].concat();
    let mut input = open(&file);
    assert_eq!(remaining(&mut input).len(), 10);
    assert_eq!((input.damages().len(), input.damages()[0].skipped), (1, None));
}
