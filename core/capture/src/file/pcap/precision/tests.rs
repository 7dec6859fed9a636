//! Fractions that are too large for microseconds.

use crate::test_support::{Endian, damages, open, open_compat, remaining};

const MICROS: u32 = 0xa1b2_c3d4;

/// The times of a file with these fractions, a second apart, and what is said of it.
fn times(magic: u32, fractions: &[u32]) -> (Vec<i64>, Vec<String>) {
    let endian = Endian::Little;
    let mut file = endian.pcap(magic, 100, 1);
    for (second, &fraction) in (0..).zip(fractions) {
        file.extend(endian.record(second, fraction, 60, &[1, 2, 3]));
    }
    let mut input = open(&file);
    let times = remaining(&mut input).iter().map(|packet| packet.0).collect();
    assert_eq!(input.damages(), []);
    (times, input.remarks().iter().map(ToString::to_string).collect())
}

#[test]
fn nanoseconds_behind_the_magic_number_of_microseconds() {
    let (times, said) = times(MICROS, &[466_742_999, 999_999_999, 5, 1_000_000]);
    assert_eq!(times, [466_742_999, 1_999_999_999, 2_000_000_005, 3_001_000_000]);
    let expected = "test.pcap: the magic number says microseconds, but there are fractions of a \
                    second beyond them: from packet 1 at byte 24 on they are read as nanoseconds";
    assert_eq!(said, [expected]);
}

#[test]
fn times_before_the_first_such_fraction_stay_in_their_second() {
    let (times, said) = times(MICROS, &[7, 300, 40_000_000, 50_000_000]);
    assert_eq!(times, [7_000, 1_000_300_000, 2_040_000_000, 3_050_000_000]);
    assert!(said[0].contains("from packet 3 at byte 62 on"), "{said:?}");
    assert!(said[0].ends_with("; earlier times may be off by less than a second"), "{said:?}");
}

#[test]
fn single_large_fractions_are_carried_over() {
    let (seen, said) = times(MICROS, &[1, 1_000_000, 2, 3]);
    assert_eq!((seen, said.len()), (vec![1_000, 2_000_000_000, 2_000_002_000, 3_000_003_000], 0));
    let beyond = times(MICROS, &[u32::MAX; 3]);
    assert_eq!((beyond.0[0], beyond.1.len()), (4_294_967_295_000, 0), "no nanoseconds either");
    let nanos = times(0xa1b2_3c4d, &[u32::MAX; 100]);
    assert_eq!((nanos.0[0], nanos.1.len()), (4_294_967_295, 0));
    assert_eq!(times(MICROS, &[1_000_000]).0, [1_000_000_000]);
    let odd: Vec<_> = (0..100).map(|n| if n % 3 == 0 { 2_000_000 } else { 0 }).collect();
    assert_eq!(times(MICROS, &odd).0[99], 101_000_000_000);
}

#[test]
fn the_reference_believes_the_magic_number() {
    let mut file = Endian::Little.pcap(MICROS, 100, 1);
    file.extend(Endian::Little.record(1, 2_000_000, 60, &[1]).repeat(3));
    let mut input = open_compat(&file);
    assert_eq!(remaining(&mut input)[0].0, 3_000_000_000);
    assert!(input.remarks().is_empty());
}

/// The cut of a sample is no ground for a decision, nor is a length that cannot be.
#[test]
fn a_cut_at_every_byte() {
    let endian = Endian::Big;
    let mut file = endian.pcap(MICROS, 100, 1);
    for second in 0..3 {
        file.extend(endian.record(second, 500_000_000, 60, &[1, 2, 3]));
    }
    for length in 24..file.len() {
        let mut input = open(&file[..length]);
        let packets = remaining(&mut input).len();
        assert_eq!(packets, (length - 24) / 19, "{:?}", damages(&input));
        assert_eq!(input.remarks().len(), usize::from(length >= 24 + 19 + 16), "{length}");
    }
}
