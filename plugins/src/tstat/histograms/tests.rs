use flowz_api::cell::Time;
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::merge::Merge as _;
use flowz_api::packet::{NANOS, Timestamp};

use super::{Class, HistogramRow, Histograms, Quantity};
use crate::tstat::nets::Nets;

/// Interval, name, bin, count.
type Shown = (u64, String, u32, u64);

fn shown(row: &HistogramRow<'_>) -> Shown {
    let name = String::from_utf8(row.histogram.0.to_vec()).unwrap();
    (row.interval, name, row.bin, row.count)
}

fn finished(mut all: Histograms) -> Vec<Shown> {
    let mut rows = Vec::new();
    all.finish(&mut |row| rows.push(shown(row)));
    rows
}

fn row(interval: u64, name: &str, bin: u32, count: u64) -> Shown {
    (interval, name.to_owned(), bin, count)
}

#[test]
fn bins_have_their_lower_ends_and_the_last_one_all_that_is_larger() {
    let mut all = Histograms::new(300);
    for mss in [0, 3, 4, 1460, 1463, 1464, 1600, 1601, u64::MAX] {
        all.add(Quantity::TcpClientMss, 0, mss, 1);
    }
    all.add(Quantity::TcpBytes, 1, 999, 2);
    all.add(Quantity::TcpBytes, 0, 500, 0);
    let bins = [(0, 2), (4, 1), (1460, 2), (1464, 1), (1600, 3)];
    let mut expected = bins.map(|(bin, count)| row(0, "tcp_mss_a", bin, count)).to_vec();
    expected.push(row(0, "tcp_cl_b_s2c", 500, 2));
    assert_eq!(finished(all), expected);
}

#[test]
fn intervals_begin_with_the_first_packet_and_what_is_late_counts_in_the_one_at_hand() {
    let mut all = Histograms::new(300);
    let mut rows = Vec::new();
    let mut starts = Vec::new();
    // The third one is late, the fourth one years ahead.
    for (seconds, ttl) in
        [(1000, 64), (1299, 64), (900, 63), (1300, 62), (1200, 61), (90_001_000, 60)]
    {
        all.advance(Timestamp(seconds * NANOS), &mut |row| {
            starts.push(row.start);
            rows.push(shown(row));
        });
        all.add(Quantity::IpTtl, 2, ttl, 1);
    }
    let ttl = |interval, ttl, count| row(interval, "ip_ttl_loc", ttl, count);
    assert_eq!(rows, [ttl(0, 63, 1), ttl(0, 64, 2), ttl(1, 61, 1), ttl(1, 62, 1)]);
    let start = |seconds| Time { seconds, nanos: 0 };
    assert_eq!(starts, [start(1000), start(1000), start(1300), start(1300)]);
    assert_eq!(finished(all), [ttl(300_000, 60, 1)]);
}

#[test]
fn instances_are_shown_one_behind_the_other() {
    let instance = |seconds: i64, ttl: u64| {
        let mut all = Histograms::new(1);
        all.advance(Timestamp(seconds * NANOS), &mut |_| panic!("nothing is over"));
        all.add(Quantity::IpTtl, 0, ttl, 1);
        all
    };
    let mut all = instance(5, 64);
    all.merge(instance(6, 63));
    all.merge(Histograms::new(1));
    assert_eq!(finished(all), [row(0, "ip_ttl_in", 64, 1), row(0, "ip_ttl_in", 63, 1)]);
}

#[test]
fn without_intervals_there_are_none() {
    let mut none = Histograms::new(0);
    none.add(Quantity::IpTtl, 0, 64, 1);
    assert!(!none.is_on() && none.bytes() == 0);
    assert_eq!(finished(none), []);
    assert!(Histograms::new(300).bytes() < 1 << 20);
}

#[test]
fn packets_count_by_where_they_go() {
    let nets = Nets::parse("10.0.0.0/8", false).unwrap();
    let key = |from: u8, to: u8| {
        let mut key = FlowKey { net: Net::V4, ..FlowKey::default() };
        (key.src[0], key.dst[0]) = (from, to);
        key
    };
    let class = |from, to| Class::new(&key(from, to), &nets);
    assert_eq!(class(10, 9), Some(Class::Out));
    assert_eq!(class(9, 10), Some(Class::In));
    assert_eq!(class(10, 10), Some(Class::Local));
    assert_eq!(class(9, 8), None);

    let mut header = [0; 20];
    (header[0], header[1], header[8]) = (0x45, 0xb8, 57);
    let layers =
        Layers { net: Net::V4, l4_proto: 17, l3_len: 1501, snap_l3_len: 20, ..Layers::NOTHING };
    let mut all = Histograms::new(300);
    all.packet(Class::Out, &layers, &header);
    let expected = [
        row(0, "ip_protocol_out", 17, 1),
        row(0, "ip_bytes_out", 17, 1501),
        row(0, "ip_len_out", 1500, 1),
        row(0, "ip_ttl_out", 57, 1),
        row(0, "ip_tos_out", 184, 1),
    ];
    assert_eq!(finished(all), expected);
}
