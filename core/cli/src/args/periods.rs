//! Runs that go on and on: files in periods, and when a run ends.

use std::path::PathBuf;

use flowz_runtime::{Ends, WhenFull};

use super::{OUT_OF_RANGE, bytes};

/// Runs that go on and on: files in periods, and when a run ends.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Long runs")]
pub(crate) struct PeriodArgs {
    /// Complete the files and begin new ones: every 60s, 5min, 1h or 1d, at whole multiples of it; at 100MB of the flow
    /// file; at 10000rows of it. -w may hold strftime's % signs and %i for a number; else number and time are added
    #[arg(long, value_name = "TIME|SIZE|ROWS", value_parser = Every::parse)]
    pub(crate) rotate: Option<Every>,

    /// Keep the files of the last N complete periods, and remove those of older ones of this run
    #[arg(long, value_name = "N", requires = "rotate", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) files: Option<u32>,

    /// End the run after this long (90s, 10min, 2h): of the packets' time, with -i of the clock
    #[arg(long, value_name = "TIME", value_parser = length)]
    pub(crate) duration: Option<i64>,

    /// End the run after N packets
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) packet_count: Option<u64>,

    /// With -i: most bytes of rows that wait for a slow disk or reader (K, M, G) [default: 64M]
    #[arg(long, value_name = "BYTES", value_parser = bytes)]
    pub(crate) queue: Option<u64>,

    /// With -i, when so many wait: let packets wait too, or drop rows, which are counted; on a full disk rows are dropped
    /// in any case
    #[arg(long, value_name = "block|drop-rows", value_parser = when_full)]
    pub(crate) when_full: Option<WhenFull>,

    /// With -i: write the packets that are seen to a capture too, pcapng, or pcap if the name ends in .pcap; `-` is standard
    /// output, the report then goes to standard error
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// End the run with the packet that begins the Nth conversation
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) flow_count: Option<u64>,
}

impl PeriodArgs {
    /// What ends the input, by the time and the number of packets. Where packets are `live` the clock ends it.
    pub(crate) fn ends(&self, live: bool) -> Ends {
        Ends { packets: self.packet_count, duration: self.duration.filter(|_| !live) }
    }
}

/// When a period ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Every {
    /// So many nanoseconds, at whole multiples.
    Time(i64),
    /// Bytes of a flow file.
    Bytes(u64),
    /// Rows of the flow file.
    Rows(u64),
}

impl Every {
    fn parse(text: &str) -> Result<Self, String> {
        if let Some(rows) = text.strip_suffix("rows") {
            return whole(rows).map(Self::Rows);
        }
        if nanos(text).is_some() {
            return length(text).map(Self::Time);
        }
        let size = text.strip_suffix('B').unwrap_or(text);
        let has_unit = size.ends_with(['k', 'K', 'M', 'G']) || text.ends_with('B');
        match bytes(size) {
            Ok(bytes) if has_unit => Ok(Self::Bytes(bytes)),
            Err(why) if why.starts_with(OUT_OF_RANGE) => Err(why),
            _ => Err("a time (60s, 5min, 1h, 1d), a size (100MB) or rows (10000rows) is needed"
                .to_owned()),
        }
    }
}

/// A number of packets or conversations.
fn count(text: &str) -> Result<u64, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("give a whole number from 1 to {}", u64::MAX))
}

fn when_full(text: &str) -> Result<WhenFull, String> {
    match text {
        "block" => Ok(WhenFull::Block),
        "drop-rows" => Ok(WhenFull::DropRows),
        _ => Err("block or drop-rows is needed".to_owned()),
    }
}

fn whole(text: &str) -> Result<u64, String> {
    bytes(text).map_err(|why| match why {
        range if range.starts_with(OUT_OF_RANGE) => range,
        _ => "a number is needed, as in 10000rows".to_owned(),
    })
}

/// Nanoseconds of `90s`, `1.5min`, `2h`, `1d`, `500ms`.
pub(crate) fn length(text: &str) -> Result<i64, String> {
    match nanos(text) {
        Some(nanos) if (1e6..=3650.0 * 86_400e9).contains(&nanos) => Ok(nanos as i64),
        Some(_) => Err(format!("{OUT_OF_RANGE}: from 1ms to 3650d")),
        None => Err("a time with its unit is needed, as in 90s, 5min, 2h or 1d".to_owned()),
    }
}

/// Nanoseconds, be they out of range or not.
fn nanos(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 5] =
        [("ms", 1e6), ("min", 60e9), ("s", 1e9), ("h", 3600e9), ("d", 86_400e9)];
    let (number, unit) =
        UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))?;
    Some(number.parse::<f64>().ok()? * unit)
}

#[cfg(test)]
mod tests {
    use super::{Every, length};

    #[test]
    fn periods() {
        assert_eq!(Every::parse("60s"), Ok(Every::Time(60_000_000_000)));
        assert_eq!(Every::parse("1.5min"), Ok(Every::Time(90_000_000_000)));
        assert_eq!(Every::parse("1d"), Ok(Every::Time(86_400_000_000_000)));
        assert_eq!(Every::parse("100MB"), Ok(Every::Bytes(100_000_000)));
        assert_eq!(Every::parse("2G"), Ok(Every::Bytes(2_000_000_000)));
        assert_eq!(Every::parse("512B"), Ok(Every::Bytes(512)));
        assert_eq!(Every::parse("10000rows"), Ok(Every::Rows(10_000)));
        for wrong in ["", "60", "5m", "rows", "0rows", "-1s", "0s", "1y", "nans", "xMB", "1e30s"] {
            assert!(Every::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn lengths() {
        assert_eq!(length("500ms"), Ok(500_000_000));
        assert_eq!(length("2h"), Ok(7_200_000_000_000));
        assert!(length("2").unwrap_err().starts_with("a time with its unit"));
        for beyond in ["0.5ms", "9999d", "-1s", "nans"] {
            assert_eq!(length(beyond), Err("out of range: from 1ms to 3650d".to_owned()));
        }
    }
}
