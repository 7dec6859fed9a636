//! Sums over all intervals: how long a bandwidth was exceeded, and how much comes in an hour or a month.

use super::Interval;

/// How long the traffic was above a bandwidth.
#[derive(Clone, Debug)]
pub struct Bandwidth {
    limit: f64,
    carries: bool,
    carried: f64,
    over: f64,
    total: f64,
    length: f64,
    peak: f64,
}

impl Bandwidth {
    /// Against `limit` bits per second. With `carries` what an interval has above the limit counts in the next one, too.
    pub fn new(limit: f64, carries: bool) -> Self {
        Self { limit, carries, carried: 0.0, over: 0.0, total: 0.0, length: 0.0, peak: 0.0 }
    }

    /// Takes the next interval, and the empty ones that were left out in front of it.
    pub fn add(&mut self, interval: &Interval) {
        let (bits, seconds) = (interval.counts.bytes as f64 * 8.0, interval.seconds);
        let room = self.limit * seconds;
        if interval.left_out > 0 {
            // What was carried counts in the first one.
            self.over += if self.carried > room { seconds } else { 0.0 };
            self.carried = 0.0;
            self.total += interval.left_out as f64 * seconds;
        }
        if bits + self.carried > room {
            self.over += seconds;
        }
        self.carried = if self.carries { (bits - room).max(0.0) } else { 0.0 };
        self.total += seconds;
        self.length = seconds;
        self.peak = self.peak.max(interval.bits_per_second());
    }

    /// The result in the words of tcpstat. Its percentages are of one interval more than there is; so are ours with
    /// `like_tcpstat`.
    pub fn text(&self, like_tcpstat: bool) -> String {
        let total = self.total + if like_tcpstat { self.length } else { 0.0 };
        let part = if total > 0.0 { self.over * 100.0 / total } else { 0.0 };
        let raw = if self.carries { "" } else { "(Raw)" };
        format!(
            "{raw}Time exceeding {:.2} bps:\t{:.2} sec.\t({part:.2}% of the time)\nPeak Bandwidth: {:.2} bps\n",
            self.limit, self.over, self.peak
        )
    }

    /// Seconds above the limit, seconds in all, and the largest bits per second.
    pub fn values(&self) -> (f64, f64, f64) {
        (self.over, self.total, self.peak)
    }
}

/// Bytes in all and in which time.
#[derive(Clone, Default, Debug)]
pub struct Accounting {
    bytes: u64,
    seconds: f64,
}

impl Accounting {
    /// Units of time with their seconds; a month has 30 days.
    pub const UNITS: [(&'static str, f64); 5] = [
        ("sec", 1.0),
        ("minute", 60.0),
        ("hour", 3_600.0),
        ("day", 86_400.0),
        ("month", 30.0 * 86_400.0),
    ];

    /// So many bytes in so many seconds.
    pub fn new(bytes: u64, seconds: f64) -> Self {
        Self { bytes, seconds }
    }

    /// Bytes in each of [`Self::UNITS`].
    pub fn values(&self) -> [(&'static str, f64); 5] {
        Self::UNITS
            .map(|(name, seconds)| (name, super::per(self.bytes as f64, self.seconds) * seconds))
    }

    /// A line for each, in the words of tcpstat: powers of 1024.
    pub fn text(&self) -> String {
        const SIZES: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
        let line = |(name, mut bytes): (&str, f64)| {
            let mut size = 0;
            while bytes >= 1024.0 && size + 1 < SIZES.len() {
                (bytes, size) = (bytes / 1024.0, size + 1);
            }
            format!("Bytes/{name}\t={bytes:9.1} {}\n", SIZES[size])
        };
        self.values().map(line).concat()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Counts, Interval, Kinds};
    use super::{Accounting, Bandwidth};
    use flowz_api::packet::Timestamp;

    fn interval(bytes: u32) -> Interval {
        let mut counts = Counts::default();
        counts.add(bytes, Kinds::default());
        Interval {
            start: Timestamp(0),
            length: 500_000_000,
            first: Timestamp(0),
            counts,
            seconds: 0.5,
            load: 0.0,
            left_out: 0,
        }
    }

    #[test]
    fn what_is_above_the_limit_counts_once_more() {
        let (mut carried, mut raw) =
            (Bandwidth::new(28_800.0, true), Bandwidth::new(28_800.0, false));
        // 1800 bytes are just the limit.
        for bytes in [100, 9_000, 1_800, 1_801, 0, 10] {
            carried.add(&interval(bytes));
            raw.add(&interval(bytes));
        }
        assert_eq!(raw.values(), (1.0, 3.0, 144_000.0));
        assert_eq!(carried.values().0, 1.5, "the interval behind 9000 bytes, not that behind 1801");
        assert_eq!(
            raw.text(false),
            "(Raw)Time exceeding 28800.00 bps:\t1.00 sec.\t(33.33% of the time)\nPeak Bandwidth: 144000.00 bps\n"
        );
        assert!(carried.text(true).contains("\t1.50 sec.\t(42.86% of the time)\n"));
    }

    #[test]
    fn empty_intervals_that_are_left_out_count() {
        let (mut all, mut some) = (Bandwidth::new(28_800.0, true), Bandwidth::new(28_800.0, true));
        for bytes in [9_000, 0, 0, 0, 9_000] {
            all.add(&interval(bytes));
        }
        some.add(&interval(9_000));
        some.add(&Interval { left_out: 3, ..interval(9_000) });
        assert_eq!(some.values(), all.values());
        assert_eq!(some.values(), (1.5, 2.5, 144_000.0));
    }

    #[test]
    fn accounting() {
        let text = Accounting::new(122_647, 15.0).text();
        assert!(text.starts_with("Bytes/sec\t=      8.0 KB\n"), "{text}");
        assert!(text.ends_with("Bytes/month\t=     19.7 GB\n"), "{text}");
        assert!(Accounting::default().text().starts_with("Bytes/sec\t=      0.0 B\n"));
    }
}
