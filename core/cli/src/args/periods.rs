//! Runs that go on and on: files in periods, and when a run ends.

use flowz_runtime::Ends;

use super::bytes;

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
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) packet_count: Option<u64>,

    /// End the run with the packet that begins the Nth conversation
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) flow_count: Option<u64>,
}

impl PeriodArgs {
    /// What ends the input, by the time and the number of packets.
    pub(crate) fn ends(&self) -> Ends {
        Ends { packets: self.packet_count, duration: self.duration }
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
        if let Ok(nanos) = length(text) {
            return Ok(Self::Time(nanos));
        }
        let size = text.strip_suffix('B').unwrap_or(text);
        let has_unit = size.ends_with(['k', 'K', 'M', 'G']) || text.ends_with('B');
        match bytes(size) {
            Ok(bytes) if has_unit => Ok(Self::Bytes(bytes)),
            _ => Err("a time (60s, 5min, 1h, 1d), a size (100MB) or rows (10000rows) is needed"
                .to_owned()),
        }
    }
}

fn whole(text: &str) -> Result<u64, String> {
    let number = bytes(text).map_err(|_| "a number is needed, as in 10000rows".to_owned())?;
    Ok(number)
}

/// Nanoseconds of `90s`, `1.5min`, `2h`, `1d`, `500ms`.
pub(crate) fn length(text: &str) -> Result<i64, String> {
    const UNITS: [(&str, f64); 5] =
        [("ms", 1e6), ("min", 60e9), ("s", 1e9), ("h", 3600e9), ("d", 86_400e9)];
    let split = UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)));
    let nanos = split.and_then(|(number, unit)| Some(number.parse::<f64>().ok()? * unit));
    match nanos {
        Some(nanos) if (1e6..=3650.0 * 86_400e9).contains(&nanos) => Ok(nanos as i64),
        _ => Err("a time with its unit is needed, as in 90s, 5min, 2h or 1d".to_owned()),
    }
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
        assert!(length("0.5ms").is_err() && length("2").is_err() && length("9999d").is_err());
    }
}
