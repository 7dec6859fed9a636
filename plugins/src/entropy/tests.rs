//! Entropies that are known, and which bytes count.

use flowz_api::merge::Merge;
use flowz_api::report::Report;

use super::alphabet::{Alphabet, Scale, Values};
use super::state::State;
use super::summary::Summary;
use super::toggles::Toggles;

fn values_of(bytes: &[u8], bits: u8, normalise: bool) -> Values {
    let mut alphabet = Alphabet::default();
    alphabet.add(bytes, bits);
    alphabet.values(Scale { bits, normalise, single: false })
}

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
}

#[test]
fn known_entropies() {
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(
        values_of(&all, 8, true),
        Values { entropy: 1.0, text: 98.0 / 256.0, control: 10.0 / 256.0 }
    );
    assert_eq!(values_of(&all, 8, false).entropy, 8.0);
    assert_eq!(values_of(&[7; 100], 8, true), Values { entropy: 0.0, text: 0.0, control: 1.0 });
    // Two symbols alike often: one bit.
    assert_eq!(values_of(b"abababab", 8, false), Values { entropy: 1.0, text: 1.0, control: 0.0 });
    assert_eq!(values_of(b"abababab", 8, true).entropy, 0.125);
    assert!(values_of(&[7; 100], 8, true).entropy.is_sign_positive());
}

#[test]
fn single_precision() {
    let mut alphabet = Alphabet::default();
    let bytes: Vec<u8> = (0..100).chain(0..100).chain(*b"abc").collect();
    alphabet.add(&bytes, 8);
    let entropy = |single| alphabet.values(Scale { bits: 8, normalise: true, single }).entropy;
    assert_eq!((entropy(false), entropy(true)), (0.829_925_2, 0.829_925_95));
    let single = Alphabet::default().values(Scale { bits: 8, normalise: true, single: true });
    assert_eq!(single.entropy, 0.0);
}

#[test]
fn symbols_of_other_sizes() {
    let seen = |bytes: &[u8], bits| {
        let mut alphabet = Alphabet::default();
        alphabet.add(bytes, bits);
        alphabet.seen().collect::<Vec<_>>()
    };
    assert_eq!(seen(&[0x12, 0x21], 4), [(1, 2), (2, 2)]);
    assert_eq!(seen(&[0xf0], 1), [(0, 4), (1, 4)]);
    // 000 100 100 010 000 and a bit that is left.
    assert_eq!(seen(&[0x12, 0x21], 3), [(0, 2), (2, 1), (4, 2)]);
    assert_eq!(seen(&[0xff], 7), [(0x7f, 1)]);
    assert_eq!(values_of(b"\x01a\n", 4, true).text, 2.0 / 3.0);
    assert_eq!(values_of(&[0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef], 4, true).entropy, 1.0);
}

#[test]
fn kinds_of_bytes_do_not_depend_on_symbols() {
    for byte in 0..=255 {
        let (by_byte, by_half) = (values_of(&[byte; 3], 8, true), values_of(&[byte; 3], 4, true));
        assert_eq!((by_byte.text, by_byte.control), (by_half.text, by_half.control), "{byte}");
    }
}

/// What is found in these packets.
fn found(packets: &[&[u8]], toggles: &Toggles) -> (Values, Vec<(u8, u32)>) {
    let mut state = State::default();
    for payload in packets {
        state.add(payload, toggles, false);
    }
    (state.values(toggles, false), state.symbols().collect())
}

#[test]
fn too_few_bytes() {
    let toggles = Toggles::default();
    assert_eq!(found(&[b"12345678"], &toggles).0, Values::NONE);
    assert_ne!(found(&[b"12345678", b"9"], &toggles).0, Values::NONE);
    assert_eq!(found(&[], &toggles).0, Values::NONE);
}

#[test]
fn a_part_of_each_packet() {
    let toggles = Toggles { head: 1, tail: 3, least: 0, ..Toggles::default() };
    assert_eq!(found(&[b"abcd", b"a", b"", b"xy"], &toggles).1, [(b'b', 1), (b'c', 1), (b'y', 1)]);
    let backwards = Toggles { head: 3, tail: 1, ..toggles };
    assert_eq!(found(&[b"abcd"], &backwards).0, Values::NONE);
}

#[test]
fn packets_passed_over() {
    let toggles = Toggles { skip: 2, least: 0, ..Toggles::default() };
    assert_eq!(found(&[b"a", b"", b"c", b"d"], &toggles).1, [(b'c', 1), (b'd', 1)]);
}

#[test]
fn enough_bytes() {
    let toggles = Toggles { limit: 4, least: 0, alphabet: true, ..Toggles::default() };
    let (values, symbols) = found(&[b"ab", b"abzz", b"zz"], &toggles);
    assert_eq!((values.entropy, symbols), (0.125, vec![(b'a', 2), (b'b', 2)]));
    let without = Toggles { alphabet: false, ..toggles };
    assert_eq!(found(&[b"ab", b"abzz", b"zz"], &without), (values, vec![]), "memory is given back");
}

/// The line of a report.
fn line(summary: &Summary) -> Option<String> {
    let mut report = Report::default();
    summary.report(&mut report);
    report.lines.first().map(ToString::to_string)
}

#[test]
fn the_line_of_the_report() {
    let mut summary = Summary::new(false);
    summary.add(-1.0, 1);
    assert_eq!(line(&summary), None);
    summary.add(0.5, 2);
    summary.add(0.25, 3);
    summary.add(0.0, 4);
    let expected = "NValFlows, min, ave, max: 1, 0.000000, 0.250000, 0.500000";
    assert_eq!(line(&summary).as_deref(), Some(expected));
}

#[test]
fn the_line_as_the_reference_has_it() {
    let mut summary = Summary::new(true);
    for (entropy, end) in [(-1.0, 1), (0.5, 2), (0.0, 3), (1.0, 4)] {
        summary.add(entropy, end);
    }
    let expected = "NValFlows, min, ave, max: 2, 0.500000, 0.650000, 1.000000";
    assert_eq!(line(&summary).as_deref(), Some(expected));
}

#[test]
fn parts_of_a_run_add_up() {
    for compat in [false, true] {
        let (mut whole, mut parts) =
            (Summary::new(compat), [Summary::new(compat), Summary::new(compat)]);
        for end in 0..500_u16 {
            let entropy = f32::from(end * 37 % 101) / 100.0 - 0.1;
            whole.add(entropy, end.into());
            parts[usize::from(end % 7 / 4)].add(entropy, end.into());
        }
        let [mut one, other] = parts;
        one.merge(other);
        assert_eq!(line(&one), line(&whole));
        assert!(line(&one).is_some());
    }
}
