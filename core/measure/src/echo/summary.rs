//! Sums over requests and replies, as a row and in the words of tshark.

use super::Role;
use crate::table::{Cell, Column};

/// The columns of [`Summary::row`].
pub const COLUMNS: [Column; 15] = [
    Column::new("protocol", ""),
    Column::new("requests", ""),
    Column::new("replies", ""),
    Column::new("lost", ""),
    Column::new("loss", "%"),
    Column::new("min", "ms"),
    Column::new("max", "ms"),
    Column::new("mean", "ms"),
    Column::new("median", "ms"),
    Column::new("std", "ms"),
    Column::new("minPacket", ""),
    Column::new("maxPacket", ""),
    Column::new("mismatching", ""),
    Column::new("duplicates", ""),
    Column::new("unasked", ""),
];

/// Nanoseconds of a millisecond.
const MILLI: f64 = 1e6;

/// What was counted of one protocol.
#[derive(Clone, Default, Debug)]
pub struct Summary {
    /// Echo requests.
    pub requests: u64,
    /// Further replies to requests that have one already.
    pub duplicates: u64,
    /// Replies to requests with other data, one a request at most.
    pub mismatching: u64,
    /// Other replies without a request.
    pub unasked: u64,
    /// Nanoseconds from a request to its reply.
    times: Vec<i64>,
    least: Option<(i64, u64)>,
    most: Option<(i64, u64)>,
}

/// Times of replies in milliseconds. All are 0 without replies.
#[derive(Clone, Copy, PartialEq, Default, Debug)]
pub struct Times {
    /// The shortest.
    pub min: f64,
    /// The longest.
    pub max: f64,
    /// Their mean.
    pub mean: f64,
    /// The one in the middle, or the mean of both.
    pub median: f64,
    /// Standard deviation of a sample (divided by one less than their number).
    pub std: f64,
}

impl Summary {
    /// Counts a message.
    pub(super) fn add(&mut self, role: Role, frame: u64) {
        match role {
            Role::Request => self.requests += 1,
            Role::Reply(nanos) => {
                self.times.push(nanos);
                if self.least.is_none_or(|(least, _)| nanos < least) {
                    self.least = Some((nanos, frame));
                }
                if self.most.is_none_or(|(most, _)| nanos > most) {
                    self.most = Some((nanos, frame));
                }
            }
            Role::Duplicate => self.duplicates += 1,
            Role::Mismatch => self.mismatching += 1,
            Role::Unmatched => self.unasked += 1,
            Role::Other => {}
        }
    }

    /// Requests with a reply that has their data.
    pub fn replies(&self) -> u64 {
        self.times.len() as u64
    }

    /// Whether there was neither request nor reply.
    pub fn is_empty(&self) -> bool {
        self.requests + self.unasked == 0
    }

    /// Requests without such a reply.
    pub fn lost(&self) -> u64 {
        self.requests.saturating_sub(self.replies())
    }

    /// Their part of all requests in percent.
    pub fn loss(&self) -> f64 {
        if self.requests == 0 { 0.0 } else { self.lost() as f64 * 100.0 / self.requests as f64 }
    }

    /// Times of replies.
    pub fn times(&self) -> Times {
        let n = self.times.len();
        let (Some((min, _)), Some((max, _))) = (self.least, self.most) else {
            return Times::default();
        };
        let mut sorted = self.times.clone();
        sorted.sort_unstable();
        let middle = |at: usize| sorted.get(at).map_or(0.0, |nanos| *nanos as f64 / MILLI);
        let sum: i128 = self.times.iter().map(|nanos| i128::from(*nanos)).sum();
        let mean = sum as f64 / n as f64;
        let spread: f64 = self.times.iter().map(|nanos| (*nanos as f64 - mean).powi(2)).sum();
        Times {
            min: min as f64 / MILLI,
            max: max as f64 / MILLI,
            mean: mean / MILLI,
            median: f64::midpoint(middle((n - 1) / 2), middle(n / 2)),
            std: if n > 1 { (spread / (n - 1) as f64).sqrt() / MILLI } else { 0.0 },
        }
    }

    /// The cells of a protocol, in the order of [`COLUMNS`].
    pub fn row(&self, protocol: &str) -> [Cell; 15] {
        let Times { min, max, mean, median, std } = self.times();
        let time = |ms| if self.times.is_empty() { Cell::None } else { Cell::Real(ms, 3) };
        let frame = |of: Option<(i64, u64)>| of.map_or(Cell::None, |(_, frame)| Cell::Count(frame));
        [
            Cell::Text(protocol.to_owned()),
            Cell::Count(self.requests),
            Cell::Count(self.replies()),
            Cell::Count(self.lost()),
            Cell::Real(self.loss(), 1),
            time(min),
            time(max),
            time(mean),
            time(median),
            if self.times.len() > 1 { time(std) } else { Cell::None },
            frame(self.least),
            frame(self.most),
            Cell::Count(self.mismatching),
            Cell::Count(self.duplicates),
            Cell::Count(self.unasked),
        ]
    }

    /// The table that tshark prints for `-z icmp,srt` or `-z icmpv6,srt`.
    pub fn tshark(&self, protocol: &str, filter: Option<&str>) -> String {
        let rule = "=".repeat(74);
        let Times { min, max, mean, median, std } = self.times();
        let frame = |of: Option<(i64, u64)>| of.map_or(0, |(_, frame)| frame);
        format!(
            "\n{rule}\n{protocol} Service Response Time (SRT) Statistics (all times in ms):\nFilter: {}\n\n\
             Requests  Replies   Lost      % Loss\n{:<10}{:<10}{:<10}{:5.1}%\n\n\
             Minimum   Maximum   Mean      Median    SDeviation     Min Frame Max Frame\n\
             {min:<10.3}{max:<10.3}{mean:<10.3}{median:<10.3}{std:<15.3}{:<10}{:<10}\n{rule}\n",
            filter.unwrap_or("<none>"),
            self.requests,
            self.replies(),
            self.lost(),
            self.loss(),
            frame(self.least),
            frame(self.most),
        )
    }
}
