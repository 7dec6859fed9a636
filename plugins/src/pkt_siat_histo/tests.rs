//! Bins and lists.

use flowz_api::fact::Fact;
use flowz_api::packet::Timestamp;
use flowz_api::record::Record;

use super::bins::{Bins, MOST_SECTIONS};
use super::fact::HistogramFact;
use super::histogram::Histogram;
use super::state::State;
use super::table::Table;

#[test]
fn state_stays_small() {
    assert!(size_of::<State>() <= 64, "{}", size_of::<State>());
}

#[test]
fn bins_of_some_times() {
    let bins = Bins::default();
    let edges = [0, 1, 199, 200, 204, 205, 399, 400, 999, 1000, u64::MAX]
        .map(|ms| bins.edge(bins.number(ms)));
    assert_eq!(edges, [0, 1, 199, 200, 200, 205, 395, 400, 990, 1000, 1000]);
    assert_eq!([200, 204, 205, 999, 1000].map(|ms| bins.number(ms)), [200, 200, 201, 299, 300]);
}

#[test]
fn every_bin_begins_at_its_edge() {
    for sections in 1..=MOST_SECTIONS as u32 {
        let bins = Bins::new(sections);
        let last = bins.number(u64::MAX);
        assert_eq!(last, [200, 240, 300, 750, 2550, 11_550][sections as usize - 1]);
        for n in 0..=last {
            let edge = u64::from(bins.edge(n));
            assert_eq!(bins.number(edge), n);
            assert!(n == 0 || bins.number(edge - 1) == n - 1);
        }
    }
}

#[test]
fn middles() {
    let bins = Bins::default();
    assert_eq!(
        [0, 199, 200, 990, 1000].map(|edge| bins.middle(edge)),
        [0.5, 199.5, 202.5, 995.0, 1000.0]
    );
    assert_eq!(Bins::new(1).middle(200), 200.0);
}

#[test]
fn counts_of_pairs_and_of_their_parts() {
    let mut histogram = Histogram::default();
    for (size, bin) in [(62, 1), (62, 0), (92, 1), (62, 1), (89, 201)] {
        histogram.add(size, bin);
    }
    let mut table = Table::default();
    let edges = [(62, 0, 1, 3, 1), (62, 1, 2, 3, 3), (89, 205, 1, 1, 1), (92, 1, 1, 1, 3)];
    assert_eq!(table.entries_of(&histogram, Bins::default(), false), edges);
    assert_eq!(table.entries_of(&histogram, Bins::default(), true)[2], (89, 201, 1, 1, 1));
    assert_eq!(table.entries_of(&Histogram::default(), Bins::default(), true), []);
    assert_eq!(table.entries_of(&histogram, Bins::default(), false), edges, "memory is used again");
}

#[test]
fn pairs_are_bounded() {
    let mut histogram = Histogram::default();
    for n in 0..70_000_u32 {
        histogram.add(n % 300, (n / 300) as u16);
    }
    assert_eq!(histogram.iter().count(), 65_536);
    histogram.add(0, 0);
    assert_eq!(histogram.iter().next(), Some((0, 0, 2)), "known pairs still count");
}

/// Bins of packets that come at these times in microseconds.
fn bins_of(micros: &[i64], compat: bool) -> Vec<(u16, u32)> {
    let mut state = State::default();
    for at in micros {
        state.add(7, Timestamp(at * 1000), Bins::default(), compat);
    }
    state.histogram.iter().map(|(_, bin, count)| (bin, count)).collect()
}

#[test]
fn times_between_packets() {
    assert_eq!(bins_of(&[5_000_000, 5_000_999, 5_001_999], false), [(0, 2), (1, 1)]);
    assert_eq!(bins_of(&[5_000_000, 4_000_000], false), [(0, 2)]);
    assert_eq!(bins_of(&[5_000_000, 4_000_000], true), [(0, 1), (300, 1)]);
}

#[test]
fn what_others_are_told() {
    let mut histogram = Histogram::default();
    for (size, bin) in [(62, 1), (5, 201), (62, 1)] {
        histogram.add(size, bin);
    }
    let fact = HistogramFact::from_histogram(&histogram, 3);
    let expected =
        HistogramFact { sections: 3, sizes: vec![5, 62], edges: vec![205, 1], counts: vec![1, 2] };
    assert_eq!(fact, expected);
    let mut values = Record::new();
    fact.put(&mut values);
    assert_eq!(HistogramFact::read(&mut values.cells()), expected);
}
