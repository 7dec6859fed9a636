//! Numbers of small histograms, worked out by hand.

use super::Pair;
use super::moments::{Moments, Precision};
use super::numbers::Numbers;
use super::quantile::{quartiles, quartiles_above};
use super::{gaps, sizes};
use crate::pkt_siat_histo::bins::Bins;

fn pairs(list: &[(u32, u32, u32)]) -> Vec<Pair> {
    list.iter().map(|&(size, edge, count)| Pair { size, edge, count }).collect()
}

fn sizes_of(list: &[(u32, u32, u32)]) -> Numbers {
    sizes::describe(&pairs(list), false, Precision::Double)
}

fn gaps_of(list: &[(u32, u32, u32)], compat: bool) -> Numbers {
    gaps::describe(&pairs(list), Bins::default(), false, compat)
}

#[track_caller]
fn near(x: f64, expected: f64) {
    assert!((x - expected).abs() < 1e-6, "{x} is not {expected}");
}

#[test]
fn quartiles_between_places() {
    // 1 2 3 4 5: places 1.75, 3, 4.25.
    let five = [(1.0, 1), (2.0, 1), (3.0, 1), (4.0, 1), (5.0, 1)];
    assert_eq!(quartiles(&five, false), [1.75, 3.0, 4.25]);
    assert_eq!(quartiles(&five, true), [1.5, 3.0, 4.5]);
    // 1 1 1 9: places 1.5, 2.5, 3.5.
    assert_eq!(quartiles(&[(1.0, 3), (9.0, 1)], false), [1.0, 1.0, 5.0]);
    assert_eq!(quartiles(&[(7.0, 1)], false), [7.0; 3]);
    assert_eq!(quartiles(&[], false), [0.0; 3]);
}

#[test]
fn quartiles_of_the_reference() {
    // 4 values: places 1.75, 2.5, 3.25. 5 values: 2, 3, 4.
    let four = [(1.0, 1), (2.0, 1), (3.0, 1), (4.0, 1)];
    assert_eq!(quartiles_above(&four), [2.0, 3.0, 4.0]);
    assert_eq!(quartiles_above(&[(1.0, 2), (2.0, 1), (8.0, 2)]), [1.5, 5.0, 8.0]);
    assert_eq!(quartiles_above(&[(1.0, 1), (3.0, 1)]), [3.0, 3.0, 3.0]);
}

#[test]
fn moments_of_a_coin() {
    let moments = Moments::around(0.25, &[(0.0, 3), (1.0, 1)], Precision::Double);
    near(moments.variance, 0.1875);
    near(moments.skewness(), 1.154_700_538);
    near(moments.excess(), -0.666_666_667);
    let none = Moments::around(5.0, &[(5.0, 9)], Precision::Double);
    assert_eq!((none.variance, none.skewness(), none.excess()), (0.0, 0.0, 0.0));
}

#[test]
fn single_precision() {
    assert_eq!(Precision::Double.round(0.1), 0.1);
    assert_eq!(Precision::Single.round(0.1), f64::from(0.1_f32));
    assert_eq!(Precision::Single.round(0.5), 0.5);
}

#[test]
fn sizes_of_seven_packets() {
    let n = sizes_of(&[(62, 0, 2), (62, 1, 3), (89, 3, 1), (92, 1, 1)]);
    assert_eq!((n.min, n.max, n.mode, n.range()), (62.0, 92.0, 62.0, 30.0));
    near(n.mean, 491.0 / 7.0);
    // 62 five times, 89, 92: places 2.25, 4, 5.75.
    assert_eq!(n.quartiles, [62.0, 62.0, 82.25]);
    assert_eq!(n.interquartile(), 20.25);
    near(n.deviation, 12.899_928_8);
    near(n.robust_deviation(), n.deviation);
    near(n.skewness, 0.961_480_3);
    near(n.excess, -1.056_876_2);
}

#[test]
fn sizes_that_are_far_apart() {
    // Quartiles are equal, so the robust deviation is 0.
    let n = sizes_of(&[(0, 0, 8), (1000, 0, 1)]);
    assert_eq!((n.interquartile(), n.robust_deviation()), (0.0, 0.0));
    assert!(n.deviation > 300.0);
}

#[test]
fn of_nothing() {
    assert_eq!(sizes_of(&[]), Numbers::default());
    assert_eq!(gaps_of(&[], false), Numbers::default());
    assert_eq!(gaps_of(&[(5, 0, 1)], false), Numbers::default(), "one packet has no time");
}

#[test]
fn a_single_time() {
    let n = gaps_of(&[(5, 0, 1), (5, 205, 1)], false);
    assert_eq!((n.min, n.max, n.mean, n.mode), (205.0, 205.0, 205.0, 205.0));
    assert_eq!((n.quartiles, n.range(), n.deviation), ([205.0; 3], 0.0, 0.0));
}

#[test]
fn times_are_middles_of_bins() {
    // 1 ms and 200 ms to 205 ms, without the first packet.
    let n = gaps_of(&[(5, 0, 1), (5, 200, 1), (9, 1, 1)], false);
    assert_eq!((n.min, n.max, n.mean, n.mode), (1.5, 202.5, 102.0, 1.5));
    assert_eq!(n.quartiles, [1.5, 102.0, 202.5]);
    // Each is 100.5 from the mean: the square of the deviation is 2 · 100.5² / 1.
    near(n.deviation, 142.128_463);
    near(n.excess, -2.0);
    near(n.skewness, 0.0);
    assert_eq!(gaps_of(&[(5, 0, 1), (5, 200, 1), (9, 1, 1)], true).quartiles, [202.5; 3]);
}

#[test]
fn the_first_and_the_last_bin() {
    let n = gaps_of(&[(5, 0, 3)], false);
    assert_eq!((n.min, n.max, n.range(), n.deviation), (0.5, 0.5, 0.0, 0.0));
    let odd = gaps_of(&[(5, 0, 3)], true);
    assert_eq!((odd.min, odd.max, odd.range()), (0.5, 0.0, -0.5));
    let long = gaps_of(&[(5, 0, 1), (5, 1000, 2)], false);
    assert_eq!((long.min, long.max, long.mean), (1000.0, 1000.0, 1000.0));
}

#[test]
fn a_histogram_without_the_first_packet() {
    // Not what a flow makes, but nothing goes wrong.
    let n = gaps_of(&[(5, 3, 2)], false);
    assert_eq!((n.min, n.max), (3.5, 3.5));
}
