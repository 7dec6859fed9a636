//! The command line of `flowz stat`, with the options of tcpstat.

use clap::{ArgGroup, ValueEnum};
use flowz_api::packet::NANOS;
use flowz_measure::stat::{Format, Moment, Piece};

use super::super::{FormArgs, ReadArgs};

/// Arguments of `flowz stat`.
#[derive(clap::Args, Debug)]
#[command(allow_negative_numbers = true)]
#[command(group(ArgGroup::new("stat_sums").args(["accounting", "bandwidth", "raw_bandwidth"])))]
#[command(group(ArgGroup::new("stat_form").args(["format", "csv", "json"])))]
pub(crate) struct Args {
    /// Seconds of an interval (5, 0.5), or `all` (-1) for one from the first to the last packet
    #[arg(short = 'i', long, value_name = "SECONDS", default_value = "5", value_parser = length, allow_hyphen_values = true)]
    pub(super) interval: Length,

    /// Print lines of this form instead of a table
    ///
    /// %A ARP packets, %a mean size, %B bytes per second, %b bits per second, %C packets of ICMP and ICMPv6, %d standard deviation of the size,
    /// %I IPv4 packets, %l load, %M largest and %m smallest size, %N bytes, %n packets, %p packets per second, %S time in whole seconds, %s with
    /// microseconds, %R and %r the same since the first interval, %T TCP, %U UDP and %V IPv6 packets, %NUMBER: what follows goes to that file
    /// descriptor, %% a percent sign; \n, \t and the like.
    #[arg(short = 'o', long, value_name = "FORMAT", conflicts_with = "stat_sums", value_parser = format)]
    pub(super) format: Option<String>,

    /// Leave out intervals without packets
    #[arg(short = 'e', long)]
    pub(super) skip_empty: bool,

    /// Ethernet headers count in sizes
    #[arg(short = 'l', long)]
    pub(super) link_header: bool,

    /// Look at so many seconds from the first packet on
    #[arg(short = 's', long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) seconds: Option<i64>,

    /// Print how many bytes come in a second, a minute, an hour, a day and a month of 30 days
    #[arg(short = 'a', long)]
    pub(super) accounting: bool,

    /// Print for how long the traffic had more bits per second; what an interval has above that counts in the next one, too
    #[arg(short = 'b', long, value_name = "BPS", value_parser = bits)]
    pub(super) bandwidth: Option<f64>,

    /// The same, each interval for itself
    #[arg(short = 'B', long, value_name = "BPS", value_parser = bits)]
    pub(super) raw_bandwidth: Option<f64>,

    /// Where intervals begin
    #[arg(long, value_name = "WHERE", default_value = "first")]
    pub(super) align: Align,

    /// Which moment the time of an interval is [default: mid, with --align wall start]
    #[arg(long, value_name = "MOMENT")]
    time: Option<MomentName>,

    /// Print what tcpstat prints, with its faults
    ///
    /// Packets behind VLAN tags and IPv6 extension headers are in no protocol, times have microseconds and 32 bits, `%%` is two signs,
    /// and the sums of -a, -b and -B are over one interval more than there is.
    #[arg(long, conflicts_with_all = ["csv", "json"])]
    pub(super) compat: bool,

    #[command(flatten)]
    pub(super) form: FormArgs,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    pub(super) read: ReadArgs,
}

/// Length of an interval.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::commands::measure) enum Length {
    Nanos(i64),
    All,
}

/// Where intervals begin.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(in crate::commands::measure) enum Align {
    /// At the first packet
    First,
    /// At multiples of their length since 1970
    Wall,
}

/// Moments of an interval.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum MomentName {
    /// Its first moment
    Start,
    /// The one in the middle
    Mid,
    /// Its end
    End,
}

/// What is printed instead of intervals.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum SumsOf {
    Accounting,
    Bandwidth { limit: f64, carries: bool },
}

impl Args {
    pub(super) fn sums(&self) -> Option<SumsOf> {
        let bandwidth =
            |limit: Option<f64>, carries| limit.map(|limit| SumsOf::Bandwidth { limit, carries });
        let accounting = self.accounting.then_some(SumsOf::Accounting);
        accounting.or(bandwidth(self.bandwidth, true)).or(bandwidth(self.raw_bandwidth, false))
    }

    pub(super) fn moment(&self) -> Moment {
        match (self.time, self.align) {
            (Some(MomentName::Start), _) | (None, Align::Wall) => Moment::Start,
            (Some(MomentName::Mid), _) | (None, Align::First) => Moment::Middle,
            (Some(MomentName::End), _) => Moment::End,
        }
    }
}

/// Seconds, or all.
pub(in crate::commands::measure) fn length(text: &str) -> Result<Length, String> {
    if matches!(text, "all" | "-1") { Ok(Length::All) } else { seconds(text).map(Length::Nanos) }
}

/// Seconds of a time that is longer than nothing, in nanoseconds.
pub(in crate::commands::measure) fn seconds(text: &str) -> Result<i64, String> {
    const MOST: f64 = 1e9;
    match text.parse::<f64>() {
        Ok(seconds) if (1e-6..=MOST).contains(&seconds) => {
            Ok((seconds * NANOS as f64).round() as i64)
        }
        _ => Err("give seconds from 0.000001 to 1000000000, as in 0.5".to_owned()),
    }
}

/// A format whose file descriptors can be some.
fn format(text: &str) -> Result<String, String> {
    const MOST: u32 = 1 << 20;
    let pieces = Format::parse(text, true);
    if pieces.pieces().is_empty() {
        return Err("an empty format prints nothing".to_owned());
    }
    for piece in pieces.pieces() {
        if let Piece::Descriptor(number @ MOST..) = piece {
            return Err(format!(
                "behind % a letter is needed, or the number of a file descriptor that is open, and {number} is none"
            ));
        }
    }
    Ok(text.to_owned())
}

/// Bits per second.
fn bits(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(bits) if bits >= 0.0 && bits.is_finite() => Ok(bits),
        _ => Err("give bits per second, as in 28800".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Length, bits, format, length, seconds};

    #[test]
    fn words() {
        assert_eq!(length("-1"), Ok(Length::All));
        assert_eq!(length("0.5"), Ok(Length::Nanos(500_000_000)));
        for word in ["0", "-2", "soon", "nan", "inf", "1e-9", "1e300"] {
            assert!(length(word).is_err() && seconds(word).is_err(), "{word}");
        }
        assert_eq!(format("%3%n").as_deref(), Ok("%3%n"));
        assert!(format("").is_err());
        assert!(format("%99999999999n").unwrap_err().contains("and 4294967295 is none"));
        assert!(bits("-1").is_err() && bits("inf").is_err() && bits("28.8e3").is_ok());
    }
}
