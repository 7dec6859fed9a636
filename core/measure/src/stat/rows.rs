//! Intervals as rows of a table.

use super::{Interval, Moment};
use crate::table::{Cell, Column};

/// The columns of [`row`].
pub const COLUMNS: [Column; 18] = [
    Column::new("time", "s"),
    Column::new("duration", "s"),
    Column::new("packets", ""),
    Column::new("bytes", "B"),
    Column::new("meanSize", "B"),
    Column::new("stdSize", "B"),
    Column::new("minSize", "B"),
    Column::new("maxSize", "B"),
    Column::new("packetRate", "1/s"),
    Column::new("bitRate", "bit/s"),
    Column::new("load", ""),
    Column::new("arp", ""),
    Column::new("ipv4", ""),
    Column::new("ipv6", ""),
    Column::new("icmp", ""),
    Column::new("tcp", ""),
    Column::new("udp", ""),
    Column::new("other", ""),
];

/// The cells of an interval, in the order of [`COLUMNS`].
pub fn row(interval: &Interval, moment: Moment) -> [Cell; 18] {
    let counts = &interval.counts;
    [
        Cell::Time(interval.time(moment)),
        Cell::Real(interval.seconds, 3),
        Cell::Count(counts.packets),
        Cell::Count(counts.bytes),
        Cell::Real(counts.mean(), 2),
        Cell::Real(counts.deviation(), 2),
        Cell::Count(counts.min.into()),
        Cell::Count(counts.max.into()),
        Cell::Real(interval.packets_per_second(), 2),
        Cell::Real(interval.bits_per_second(), 2),
        Cell::Real(interval.load, 2),
        Cell::Count(counts.arp),
        Cell::Count(counts.ipv4),
        Cell::Count(counts.ipv6),
        Cell::Count(counts.icmp),
        Cell::Count(counts.tcp),
        Cell::Count(counts.udp),
        Cell::Count(counts.other()),
    ]
}
