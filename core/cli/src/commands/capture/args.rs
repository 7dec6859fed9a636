//! The command line of `flowz capture`, with the short options of dumpcap and tcpdump.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ArgGroup;

use super::conditions::{self, End, Next};
use super::file::Format;
use super::names::{Naming, digits};
use super::plan::{Limits, Rotation};
use crate::args::LiveArgs;
use crate::usage::wrong;

/// Arguments of `flowz capture`.
#[derive(clap::Args, Debug)]
#[command(group(ArgGroup::new("format").args(["pcap", "pcapng"])))]
#[command(group(ArgGroup::new("before").args(["max_size", "seconds", "count"]).multiple(true)))]
pub(crate) struct Args {
    /// The file, or `-` for standard output; with several files, what their names are made of
    #[arg(short = 'w', long, value_name = "FILE", required_unless_present = "list_interfaces")]
    output: Option<PathBuf>,

    /// End by duration:SECONDS, filesize:KB, packets:N, or files:N with -b; may be given several times
    #[arg(short = 'a', long, value_name = "CONDITION", value_parser = End::parse)]
    autostop: Vec<End>,

    /// Begin the next file, NAME_00002_20261231235959.EXT, by duration:SECONDS, interval:SECONDS (at multiples by the clock), filesize:KB or
    /// packets:N; files:N keeps the last N, nametimenum:2 has the time in front of the number, printname:FILE tells names of finished
    /// files; may be given several times
    #[arg(short = 'b', long, value_name = "CONDITION")]
    #[arg(value_parser = Next::parse, conflicts_with = "before")]
    ring_buffer: Vec<Next>,

    /// Begin the next file, NAME1, in front of a packet if the file has more than SIZE million bytes; with k, m, g in powers of 1024
    #[arg(short = 'C', long, value_name = "SIZE", value_parser = conditions::size)]
    max_size: Option<u64>,

    /// Begin the next file with the first packet that comes S seconds later or more; in NAME stands when, as in x-%Y%m%d-%H%M%S.pcap
    #[arg(short = 'G', long, value_name = "S", value_parser = conditions::count)]
    seconds: Option<u64>,

    /// Begin again with NAME0 behind M files of -C; end after M files of -G alone
    #[arg(short = 'W', long, value_name = "M", value_parser = conditions::count, requires = "before")]
    count: Option<u64>,

    /// End after N packets
    #[arg(short = 'c', long, value_name = "N", value_parser = conditions::count)]
    packets: Option<u64>,

    /// Write classic pcap [default: pcapng, but for names with .pcap or .cap, and with -C and -G]
    #[arg(short = 'P', long)]
    pcap: bool,

    /// Write pcapng
    #[arg(short = 'n', long)]
    pcapng: bool,

    /// Write each packet as it comes, not when it is quiet or there are many
    #[arg(short = 'U', long)]
    pub(super) packet_buffered: bool,

    /// Let the group read the files
    #[arg(short = 'g', long)]
    group_read: bool,

    /// Most bytes of a packet; 0: all, as -S 262144
    #[arg(short = 's', long, value_name = "N", conflicts_with = "snaplen")]
    #[arg(value_parser = clap::value_parser!(u32).range(..=262_144))]
    snapshot_length: Option<u32>,

    /// Only packets that match (see pcap-filter(7)); the same as words behind the options
    #[arg(short = 'f', long, value_name = "FILTER", conflicts_with = "words")]
    filter: Option<String>,

    /// No counts at the end, no remarks
    #[arg(short = 'q', long)]
    pub(super) quiet: bool,

    /// List the interfaces that packets can be captured from
    #[arg(short = 'D', long)]
    pub(super) list_interfaces: bool,

    /// Only packets that match this filter
    #[arg(value_name = "FILTER")]
    words: Vec<String>,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    pub(super) live: LiveArgs,
}

/// What is to be done, in other words.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) limits: Limits,
    pub(super) rotation: Rotation,
    pub(super) naming: Naming,
    pub(super) format: Format,
    /// Rights of the files.
    pub(super) mode: u32,
    /// So many files are kept.
    pub(super) keep: Option<u64>,
    /// Where names of finished files are told.
    pub(super) names: Option<PathBuf>,
}

impl Args {
    /// How interfaces are opened.
    pub(super) fn options(&self) -> flowz_live::Options {
        let words = (!self.words.is_empty()).then(|| self.words.join(" "));
        let mut options = self.live.options(self.filter.clone().or(words));
        match self.snapshot_length {
            None => {}
            Some(0) => options.snap_len = 262_144,
            Some(length) => options.snap_len = length,
        }
        options
    }

    /// What is to be done.
    pub(super) fn job(&self) -> Result<Job> {
        let output = self.output.as_deref().unwrap_or(Path::new("-"));
        let is_before = self.max_size.is_some() || self.seconds.is_some();
        if self.count.is_some() && !is_before {
            return Err(wrong("-W means something with -C or -G only"));
        }
        if output == Path::new("-") && (is_before || !self.ring_buffer.is_empty()) {
            return Err(wrong("standard output cannot be several files: name one with -w"));
        }
        let mut job = Job {
            limits: self.limits(),
            rotation: Rotation::Never,
            naming: Naming::Fixed(output.to_owned()),
            format: self.format(output, is_before),
            mode: if self.group_read { 0o640 } else { 0o600 },
            keep: None,
            names: None,
        };
        if is_before {
            let (size, seconds, files) = (self.max_size, self.seconds, self.count);
            job.rotation = Rotation::Before { size, seconds, files };
            let digits = self.max_size.and(self.count).map_or(0, digits);
            let (path, timed) = (output.to_owned(), self.seconds.is_some());
            job.naming = Naming::Counted { path, timed, digits };
        } else if !self.ring_buffer.is_empty() {
            self.ring(&mut job, output)?;
        } else if job.limits.files.is_some() {
            return Err(wrong("-a files means something with -b only"));
        }
        if job.limits.size.is_some() && job.rotation != Rotation::Never {
            return Err(wrong("-a filesize is for one file; -b filesize begins the next one"));
        }
        Ok(job)
    }

    fn limits(&self) -> Limits {
        let mut limits = Limits { packets: self.packets, ..Limits::default() };
        for end in &self.autostop {
            match end {
                End::Duration(duration) => limits.duration = Some(*duration),
                End::Size(size) => limits.size = Some(*size),
                End::Files(files) => limits.files = Some(*files),
                End::Packets(packets) => {
                    limits.packets = Some(self.packets.map_or(*packets, |n| n.min(*packets)));
                }
            }
        }
        limits
    }

    /// Conditions of `-b`.
    fn ring(&self, job: &mut Job, output: &Path) -> Result<()> {
        let (mut duration, mut interval, mut packets, mut size) = (None, None, None, None);
        let mut time_first = false;
        for next in &self.ring_buffer {
            match next {
                Next::Duration(value) => duration = Some(*value),
                Next::Interval(value) => interval = Some(*value),
                Next::Size(value) => size = Some(*value),
                Next::Packets(value) => packets = Some(*value),
                Next::Keep(value) => job.keep = Some(*value).filter(|keep| *keep > 0),
                Next::TimeFirst(value) => time_first = *value,
                Next::Names(value) => job.names = Some(value.clone()),
            }
        }
        if duration.is_none() && interval.is_none() && packets.is_none() && size.is_none() {
            return Err(wrong(
                "-b does not say when the next file begins: duration, interval, filesize or packets",
            ));
        }
        job.rotation = Rotation::Each { duration, interval, packets, size };
        job.naming = Naming::Ring { path: output.to_owned(), time_first };
        Ok(())
    }

    fn format(&self, output: &Path, is_before: bool) -> Format {
        let extension = output.extension().and_then(|e| e.to_str()).unwrap_or_default();
        match extension {
            _ if self.pcap => Format::Pcap,
            _ if self.pcapng => Format::Pcapng,
            "pcap" | "cap" => Format::Pcap,
            "pcapng" => Format::Pcapng,
            _ if is_before => Format::Pcap,
            _ => Format::Pcapng,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Args, Format, Job, Limits, Naming, Rotation};
    use clap::Parser;
    use std::time::Duration;

    #[derive(Parser)]
    struct Only {
        #[command(flatten)]
        args: Args,
    }

    fn args(words: &str) -> Args {
        let words = ["flowz"].into_iter().chain(words.split_whitespace());
        Only::try_parse_from(words).unwrap_or_else(|error| panic!("{error}")).args
    }

    fn job(words: &str) -> Job {
        args(words).job().unwrap()
    }

    #[test]
    fn one_file() {
        let one = job("-i lo -w x -c 9 -a packets:7 -a duration:2 -a filesize:3 -g");
        let limits = Limits {
            packets: Some(7),
            duration: Some(Duration::from_secs(2)),
            size: Some(3000),
            files: None,
        };
        assert_eq!((one.limits, one.rotation), (limits, Rotation::Never));
        assert_eq!((one.naming, one.mode), (Naming::Fixed("x".into()), 0o640));
        assert_eq!(job("-i lo -w x -c 3 -a packets:7").limits.packets, Some(3));
    }

    #[test]
    fn dumpcap_rings() {
        let ring = job(
            "-i lo -w x.pcapng -b filesize:2 -b packets:3 -b interval:4 -b duration:5 -b files:6 -b nametimenum:2 -b printname:n",
        );
        let rotation = Rotation::Each {
            duration: Some(Duration::from_secs(5)),
            interval: Some(4),
            packets: Some(3),
            size: Some(2000),
        };
        assert_eq!((ring.rotation, ring.keep, ring.mode), (rotation, Some(6), 0o600));
        assert_eq!(ring.naming, Naming::Ring { path: "x.pcapng".into(), time_first: true });
        assert_eq!(ring.names.as_deref(), Some("n".as_ref()));
        assert_eq!(job("-i lo -w x -b packets:1 -b files:0").keep, None);
    }

    #[test]
    fn tcpdump_rings() {
        let both = job("-i lo -w x -C 2 -G 3 -W 11");
        let rotation =
            Rotation::Before { size: Some(2_000_000), seconds: Some(3), files: Some(11) };
        assert_eq!(both.rotation, rotation);
        assert_eq!(both.naming, Naming::Counted { path: "x".into(), timed: true, digits: 2 });
        let timed = job("-i lo -w x -G 3 -W 11").naming;
        assert_eq!(timed, Naming::Counted { path: "x".into(), timed: true, digits: 0 });
    }

    #[test]
    fn formats() {
        for (words, format) in [
            ("-w x", Format::Pcapng),
            ("-w -", Format::Pcapng),
            ("-w x -P", Format::Pcap),
            ("-w x.pcap", Format::Pcap),
            ("-w x.pcap -n", Format::Pcapng),
            ("-w x -C 1", Format::Pcap),
            ("-w x.pcapng -C 1", Format::Pcapng),
            ("-w x -b packets:1", Format::Pcapng),
        ] {
            assert_eq!(job(words).format, format, "{words}");
        }
    }

    #[test]
    fn filters_and_lengths() {
        let options = args("-i lo -w x -s 96 udp port 53").options();
        assert_eq!((options.filter.as_deref(), options.snap_len), (Some("udp port 53"), 96));
        let options = args("-i lo -w x -s 0 -f tcp").options();
        assert_eq!((options.filter.as_deref(), options.snap_len), (Some("tcp"), 262_144));
    }

    #[test]
    fn what_does_not_fit() {
        for (words, part) in [
            ("-w x -a files:2", "with -b only"),
            ("-w x -b files:2", "when the next file begins"),
            ("-w x -b packets:2 -a filesize:2", "for one file"),
            ("-w - -b packets:2", "standard output cannot be"),
            ("-w x -W 2", "with -C or -G only"),
        ] {
            let error = args(words).job().unwrap_err().to_string();
            assert!(error.contains(part), "{words}: {error}");
        }
        for words in ["", "-w x -b packets:1 -C 1", "-w x -P -n", "-w x -s 1 -S 1", "-w x -f a b"] {
            let words = ["flowz"].into_iter().chain(words.split_whitespace());
            assert!(Only::try_parse_from(words).is_err());
        }
    }
}
