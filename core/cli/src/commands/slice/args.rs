//! The command line of `flowz slice`, with the short options of tcpslice.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, ArgGroup, ValueEnum};
use flowz_slice::Format;
use flowz_slice::time::{Style, TimeWord};

use crate::args::SelectArgs;

/// The name of an index that has none: it is beside the first capture. No file can be called so.
pub(super) const BESIDE: &str = "\0";

/// Arguments of `flowz slice`.
#[derive(clap::Args, Debug)]
#[command(group(ArgGroup::new("style").args(["raw", "dates", "units"])))]
#[command(group(ArgGroup::new("times").args(["raw", "dates", "units", "range"]).multiple(true)))]
pub(crate) struct Args {
    /// First and last moment, then captures; `-` is standard input
    ///
    /// START and END are seconds since 1970 (1254722767.5) or fields in local time (2009y10m5d6h6m7s, 6h30m); with a +
    /// they count from the first packet and from START (+90s, +1h30m, +5400). A file that is called like a time needs
    /// ./ in front. Without END all packets from START on are written, without both all.
    #[arg(value_name = "[START [END]] CAPTURE", required = true)]
    words: Vec<OsString>,

    /// The slice; pcapng if the name ends so, standard output without it
    #[arg(short = 'w', long, value_name = "FILE", conflicts_with = "times")]
    pub(super) output: Option<PathBuf>,

    /// Format of the slice, whatever its name
    #[arg(long, value_name = "FORMAT", conflicts_with = "times")]
    pub(super) format: Option<FormatName>,

    /// Keep packets that several captures have
    #[arg(short = 'D', long, conflicts_with = "times")]
    pub(super) duplicates: bool,

    /// Merge by the time since the first packet of each capture
    #[arg(short = 'l', long, conflicts_with = "times")]
    pub(super) relative: bool,

    /// Read captures whole, for those in which time goes back by more than a second
    #[arg(long, conflicts_with = "times")]
    pub(super) read_all: bool,

    /// Keep sessions whole that are open at END: tcp, sip, h323, rtp, udp
    ///
    /// Packets up to END are all written; behind it those of sessions that were open then, until they are over: connections with FIN of both
    /// sides or a RST, calls with BYE or RELEASE COMPLETE, all with --expire. Media and connections of a call are part of it.
    #[arg(
        short = 's',
        long,
        value_name = "TYPES",
        value_delimiter = ',',
        conflicts_with = "times"
    )]
    pub(super) sessions: Vec<SessionType>,

    /// A session is over behind so many seconds of silence; 0: never
    #[arg(short = 'e', long, value_name = "SECONDS", requires = "sessions", value_parser = clap::value_parser!(u32).range(..=1_000_000_000))]
    pub(super) expire: Option<u32>,

    /// Write a file for each session too, called after this pattern: %s is the type, %u the number (%.6u with six digits)
    #[arg(short = 'f', long, value_name = "PATTERN", requires = "sessions")]
    pub(super) split: Option<String>,

    /// Tell when sessions open and close; twice: parts of calls, too
    #[arg(short = 'v', long, action = ArgAction::Count, requires = "sessions")]
    pub(super) verbose: u8,

    /// Write packets of some flows: `5,17-20` as in the flow table, or a condition on its columns: 'dstPort == 443 && l7BytesSnt > 1e6'
    ///
    /// Numbers are those of the main job with the same captures and the same plugins and settings.
    #[arg(long, value_name = "FLOWS", conflicts_with_all = ["times", "sessions", "relative", "duplicates", "read_all"])]
    pub(super) filter: Option<String>,

    /// Keep flows and places of packets in a small file, for further requests; beside the first capture if no name is given
    #[arg(long, value_name = "FILE", num_args = 0..=1, require_equals = true, default_missing_value = BESIDE)]
    pub(super) index: Option<PathBuf>,

    /// Only show the first and the last time of each capture, in seconds
    #[arg(short = 'R', long)]
    raw: bool,

    /// The same as dates
    #[arg(short = 'r', long)]
    dates: bool,

    /// The same in fields
    #[arg(short = 't', long)]
    units: bool,

    /// Only show what START and END mean
    #[arg(short = 'd', long)]
    pub(super) range: bool,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    pub(super) select: SelectArgs,
}

/// Names of formats.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum FormatName {
    /// One link type
    Pcap,
    /// Any link types
    Pcapng,
}

/// Kinds of sessions.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum SessionType {
    /// Connections
    Tcp,
    /// Calls of SIP with their media
    Sip,
    /// Calls of H.323 with their media
    H323,
    /// RTP that belongs to no call
    Rtp,
    /// Conversations over UDP
    Udp,
}

/// The words of a command line.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) start: Option<TimeWord>,
    pub(super) end: Option<TimeWord>,
    pub(super) captures: Vec<PathBuf>,
}

impl Args {
    /// Sorts the words: up to two times in front, then captures.
    pub(super) fn words(&self) -> Words {
        let time = |word: Option<&OsString>| TimeWord::parse(word?.to_str()?);
        let start = time(self.words.first());
        let end = if start.is_some() { time(self.words.get(1)) } else { None };
        let times = usize::from(start.is_some()) + usize::from(end.is_some());
        let captures = self.words.iter().skip(times).map(PathBuf::from).collect();
        Words { start, end, captures }
    }

    /// How times of captures are to be shown, if they are.
    pub(super) fn style(&self) -> Option<Style> {
        let styles =
            [(self.raw, Style::Seconds), (self.dates, Style::Date), (self.units, Style::Fields)];
        styles.into_iter().find(|(wanted, _)| *wanted).map(|(_, style)| style)
    }

    /// The format of the slice.
    pub(super) fn format(&self) -> Format {
        match (self.format, &self.output) {
            (Some(FormatName::Pcap), _) | (None, None) => Format::Pcap,
            (Some(FormatName::Pcapng), _) => Format::Pcapng,
            (None, Some(path)) => Format::of_name(path),
        }
    }
}
