//! The arguments of `flowz xpl`; letters are those of tcptrace.

use std::path::PathBuf;

use anyhow::Result;
use flowz_api::connections::Numbers;

use crate::usage::wrong;

/// Arguments of `flowz xpl`.
#[derive(clap::Args, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "switches of a command line")]
pub(crate) struct Args {
    /// Captures, read as one; `-` is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    pub(super) captures: Vec<PathBuf>,

    /// The folder for the files
    #[arg(short = 'w', long = "write", value_name = "FOLDER", default_value = ".")]
    pub(super) folder: PathBuf,

    /// The beginning of the names of the files
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(super) prefix: String,

    /// The connections to draw, in the order of their first packets: numbers and ranges between commas
    #[arg(short = 'o', long, value_name = "N,N-M", default_value = "1-16")]
    pub(super) only: String,

    /// Time sequence graphs: segments, acknowledgements, windows. Without any choice these and round trips are drawn
    #[arg(short = 'S', long, help_heading = "Drawings")]
    pub(super) tsg: bool,

    /// Round trips
    #[arg(short = 'R', long, help_heading = "Drawings")]
    pub(super) rtt: bool,

    /// Throughput
    #[arg(short = 'T', long, help_heading = "Drawings")]
    pub(super) tput: bool,

    /// Outstanding data
    #[arg(short = 'N', long, help_heading = "Drawings")]
    pub(super) owin: bool,

    /// Sizes of segments
    #[arg(short = 'F', long, help_heading = "Drawings")]
    pub(super) ssize: bool,

    /// Time lines
    #[arg(short = 'L', long, help_heading = "Drawings")]
    pub(super) tline: bool,

    /// All of these
    #[arg(short = 'G', long, help_heading = "Drawings")]
    pub(super) all: bool,

    /// Segments for a mean of the throughput [default: 10]
    #[arg(short = 'A', long, value_name = "N", help_heading = "Drawings")]
    pub(super) mean: Option<u32>,

    /// Times and sequence numbers begin at 0, as with -zxy
    #[arg(long, help_heading = "Axes")]
    pub(super) relative: bool,

    /// Times begin at 0; with x and y behind it, as in -zxy, which of both axes do
    #[arg(short = 'z', help_heading = "Axes")]
    pub(super) zero: bool,

    /// Behind -z: times begin at 0
    #[arg(short = 'x', requires = "zero", help_heading = "Axes")]
    pub(super) x: bool,

    /// Behind -z: sequence numbers begin at 0
    #[arg(short = 'y', requires = "zero", help_heading = "Axes")]
    pub(super) y: bool,

    /// Draw each file as a picture for browsers too
    #[arg(long, help_heading = "Pictures")]
    pub(super) svg: bool,

    /// Draw each file as a picture of points too
    #[arg(long, help_heading = "Pictures")]
    pub(super) png: bool,

    /// The font for --png, TrueType or OpenType [default: one of the system]
    #[arg(long, value_name = "FILE", requires = "png", help_heading = "Pictures")]
    pub(super) font: Option<PathBuf>,

    /// More settings, as -o of the main job
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,
}

/// Most bytes of what names of files begin with: with what stands behind it a name has to find room in 255.
const LONGEST_PREFIX: usize = 100;

impl Args {
    /// Refuses what would have no effect, or more than one.
    pub(super) fn mind_choice(&self) -> Result<()> {
        if self.mean.is_some() && !self.tput && !self.all {
            return Err(wrong("-A is about the throughput: draw it with -T or -G"));
        }
        if Numbers::parse(&self.only).map_err(wrong)?.last() == 0 {
            return Err(wrong("-o needs numbers of connections: 3, 3-5 or 3,5"));
        }
        if self.prefix.len() > LONGEST_PREFIX {
            let len = self.prefix.len();
            return Err(wrong(format!(
                "--prefix has {len} bytes: names of files have room for {LONGEST_PREFIX}"
            )));
        }
        Ok(())
    }

    /// Settings of the plugin, without what all their names begin with.
    pub(super) fn settings(&self) -> Vec<String> {
        let named = [
            ("TSG", self.tsg),
            ("RTT", self.rtt),
            ("TPUT", self.tput),
            ("OWIN", self.owin),
            ("SSIZE", self.ssize),
            ("TLINE", self.tline),
        ];
        let is_chosen = named.iter().any(|(_, is)| *is);
        let mut settings: Vec<String> = named
            .iter()
            .map(|(name, is)| {
                let is_default = !is_chosen && matches!(*name, "TSG" | "RTT");
                format!("{name}={}", u8::from(*is || self.all || is_default))
            })
            .collect();
        let times = self.relative || self.zero && (self.x || !self.y);
        let numbers = self.relative || self.y;
        settings.push(format!("RELATIVE={}", u8::from(times) + 2 * u8::from(numbers)));
        settings.push(format!("CONNECTIONS={}", self.only));
        settings.push(format!("MEAN={}", self.mean.unwrap_or(10)));
        settings.push(format!("PREFIX={}", self.prefix));
        settings
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::Args;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }

    fn settings(words: &str) -> String {
        let words = ["xpl", "a.pcap"].into_iter().chain(words.split_whitespace());
        Command::try_parse_from(words).unwrap().args.settings().join(" ")
    }

    #[test]
    fn letters_of_the_tool() {
        assert!(settings("").starts_with("TSG=1 RTT=1 TPUT=0 OWIN=0 SSIZE=0 TLINE=0 RELATIVE=0 "));
        assert!(settings("-T").starts_with("TSG=0 RTT=0 TPUT=1 "));
        assert!(settings("-G").starts_with("TSG=1 RTT=1 TPUT=1 OWIN=1 SSIZE=1 TLINE=1 "));
        for (words, relative) in [("-z", 1), ("-zx", 1), ("-zy", 2), ("-zxy", 3), ("--relative", 3)]
        {
            assert!(settings(words).contains(&format!(" RELATIVE={relative} ")), "{words}");
        }
        assert!(settings("-o1-4 -A20").contains(" CONNECTIONS=1-4 MEAN=20 "));
        assert!(Command::try_parse_from(["xpl", "a.pcap", "-y"]).is_err());
    }
}
