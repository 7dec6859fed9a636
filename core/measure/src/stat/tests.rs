use super::format::Times;
use super::{Cut, Format, Interval, Intervals, Kinds, Moment, Piece};
use flowz_api::packet::{NANOS, Timestamp};
use std::convert::Infallible;

/// Intervals of packets with times in milliseconds and sizes.
fn cut(cut: Cut, packets: &[(i64, u32)]) -> Vec<Interval> {
    let (mut intervals, mut out) = (Intervals::new(cut), Vec::new());
    let mut emit = |interval: &Interval| {
        out.push(interval.clone());
        Ok::<_, Infallible>(())
    };
    for (millis, size) in packets {
        let time = Timestamp(millis * 1_000_000);
        intervals.add(time, (*size, Kinds::of_ip(false, 17)), &mut emit).unwrap();
    }
    intervals.end(&mut emit).unwrap();
    out
}

fn sums(intervals: &[Interval]) -> Vec<(u64, u64)> {
    intervals.iter().map(|i| (i.counts.packets, i.counts.bytes)).collect()
}

#[test]
fn intervals_begin_with_the_first_packet() {
    let found = cut(Cut::FromFirst(NANOS), &[(300, 10), (1_299, 20), (1_300, 30), (3_400, 40)]);
    assert_eq!(sums(&found), [(2, 30), (1, 30), (0, 0), (1, 40)]);
    let times: Vec<_> = found.iter().map(|i| i.value('s', Times::default())).collect();
    assert_eq!(times, ["0.800000", "1.800000", "2.800000", "3.800000"]);
    // The midpoint is rounded, so two halves of a second may have one name.
    let halves = cut(Cut::FromFirst(NANOS / 2), &[(392, 1), (900, 1)]);
    let rounded: Vec<_> = halves.iter().map(|i| i.value('S', Times::default())).collect();
    assert_eq!(rounded, ["1", "1"]);
}

#[test]
fn aligned_intervals() {
    let found = cut(Cut::Aligned(NANOS), &[(300, 10), (1_000, 20), (1_999, 30)]);
    assert_eq!(sums(&found), [(1, 10), (2, 50)]);
    assert_eq!(found[0].time(Moment::Start), Timestamp(0));
    assert_eq!(found[1].time(Moment::End), Timestamp(2 * NANOS));
    assert_eq!(cut(Cut::Aligned(NANOS), &[(-1, 1)])[0].start, Timestamp(-NANOS));
}

#[test]
fn the_whole() {
    let whole = cut(Cut::Whole, &[(1_000, 100), (5_000, 100), (3_000, 300)]);
    assert_eq!(sums(&whole), [(3, 500)]);
    assert_eq!((whole[0].bits_per_second(), whole[0].packets_per_second()), (1_000.0, 0.75));
    assert_eq!(whole[0].time(Moment::Middle), Timestamp(3 * NANOS));
    let single = cut(Cut::Whole, &[(1_000, 100)]);
    assert_eq!(single[0].value('b', Times::default()), "inf");
    assert_eq!(cut(Cut::Whole, &[]), []);
}

#[test]
fn late_packets_count_where_they_come() {
    let found = cut(Cut::FromFirst(NANOS), &[(5_000, 1), (6_500, 2), (5_100, 4), (0, 8)]);
    assert_eq!(sums(&found), [(1, 1), (3, 14)]);
}

#[test]
fn habits_of_tcpstat() {
    let cut = |cut, packets: &[(i64, u32)]| {
        let (mut intervals, mut out) = (Intervals::like_tcpstat(cut), Vec::new());
        let mut emit = |interval: &Interval| {
            out.push(interval.clone());
            Ok::<_, Infallible>(())
        };
        for (millis, size) in packets {
            let time = Timestamp(millis * 1_000_000);
            intervals.add(time, (*size, Kinds::ARP), &mut emit).unwrap();
        }
        intervals.end(&mut emit).unwrap();
        out
    };
    let found = cut(Cut::FromFirst(NANOS), &[(0, 1), (1_000, 2), (1_001, 4), (3_000, 8)]);
    assert_eq!(sums(&found), [(2, 3), (1, 4), (1, 8)]);
    assert_eq!(cut(Cut::Whole, &[(5_000, 100), (3_000, 100)])[0].bits_per_second(), -800.0);
    let nothing = &cut(Cut::FromFirst(5 * NANOS), &[])[0];
    assert_eq!(nothing.lines(&Format::parse("%S %n", false), Times::default())[0].1, "3 0");
}

#[test]
fn load() {
    let found =
        cut(Cut::FromFirst(NANOS), &[(0, 1_000), (1_000, 1_000), (2_500, 500), (3_000, 4_000)]);
    let keep = (-1.0_f64 / 60.0).exp();
    let third = keep + 0.5 * (1.0 - keep);
    let fourth = (third * keep + 4.0 * (1.0 - keep)) / 4.0;
    let loads: Vec<_> = found.iter().map(|i| i.load).collect();
    for (load, expected) in loads.iter().zip([1.0, 1.0, third, fourth]) {
        assert!((load - expected).abs() < 1e-12, "{loads:?}");
    }
}

#[test]
fn a_gap_of_years_is_left_out() {
    let mut intervals = Intervals::new(Cut::FromFirst(NANOS));
    let mut count = 0;
    let mut emit = |_: &Interval| {
        count += 1;
        Ok::<_, Infallible>(())
    };
    let packet = (60, Kinds::ARP);
    intervals.add(Timestamp(0), packet, &mut emit).unwrap();
    intervals.add(Timestamp(i64::MAX), packet, &mut emit).unwrap();
    assert_eq!(intervals.left_out(), i64::MAX as u64 / NANOS as u64 - 1);
    intervals.add(Timestamp(i64::MIN), packet, &mut emit).unwrap();
    intervals.end(&mut emit).unwrap();
    assert_eq!(count, 2);
}

/// Ten gaps of 999999 empty intervals each: the first one has room.
#[test]
fn gaps_have_room_in_total() {
    let packets: Vec<_> = (0..11).map(|n| (n * 1_000_000, 60)).collect();
    let found = cut(Cut::FromFirst(1_000_000), &packets);
    assert_eq!(found.len(), 11 + 999_999);
    let filled: Vec<_> = found.iter().filter(|i| i.counts.packets > 0).collect();
    let starts: Vec<_> = filled.iter().map(|i| i.start.0 / 1_000_000).collect();
    assert_eq!(starts, packets.iter().map(|(millis, _)| *millis).collect::<Vec<_>>());
    // A hundred for each packet.
    let packets: Vec<_> = (0..20_000).map(|n| (n * 101, 60)).collect();
    assert_eq!(cut(Cut::FromFirst(1_000_000), &packets).len(), 19_999 * 101 + 1);
}

#[test]
fn formats() {
    let format = Format::parse("a%n%q\\t%%%2x\\y%", true);
    assert_eq!(
        format.pieces(),
        [
            Piece::Text("a".into()),
            Piece::Value('n'),
            Piece::Text("%q\t%".into()),
            Piece::Descriptor(2),
            Piece::Text("x\\y%".into()),
        ]
    );
    let interval = &cut(Cut::FromFirst(NANOS), &[(0, 10), (1, 30)])[0];
    assert_eq!(
        interval.lines(&format, Times::default()),
        [(None, "a2%q\t%".to_owned()), (Some(2), "x\\y%".to_owned())]
    );
    assert_eq!(Format::parse("%%", false).pieces(), [Piece::Text("%%".into())]);
    let all = "%A %a %B %b %C %d %I %l %M %m %N %n %p %R %r %S %s %T %U %V";
    let (_, text) = interval.lines(&Format::parse(all, true), Times::default()).remove(0);
    assert_eq!(
        text,
        "0 20.00 40.00 320.00 0 10.00 2 1.00 30 10 40 2 2.00 1 0.500000 1 0.500000 0 2 0"
    );
}

#[test]
fn seconds_in_32_bits() {
    let time = Timestamp::new(2_200_000_000, 250_000_000);
    let mut intervals = Intervals::new(Cut::FromFirst(NANOS));
    let mut text = String::new();
    let times = Times { moment: Moment::Start, wraps: true };
    intervals.add(time, (1, Kinds::ARP), |_| Ok::<_, Infallible>(())).unwrap();
    intervals
        .end(|interval| {
            text = interval.value('S', times);
            Ok::<_, Infallible>(())
        })
        .unwrap();
    assert_eq!(text, "-2094967296");
}
