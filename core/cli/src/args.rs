//! The command line: the reference's short flags, a readable long name for each.

use std::path::PathBuf;

use clap::{ArgGroup, Parser, ValueEnum};
use clap_complete::Shell;
use flowz_capture::Span;

const EXAMPLES: &str = "\
Examples:
  flowz -r trace.pcap -w results/ -s       flows, packets and headers of a capture
  flowz -r trace.pcap.zst -w - -q | less   flow table to standard output
  flowz -R list.txt -w week 'tcp port 443' many files as one, filtered
  flowz -r t.pcap -w r/ --plugins basicFlow,tcpWin -o tcpWin.TCPWIN_THRES=1000
  flowz --columns --plugins basicFlow      what would be in the table
  flowz plugin new myPlugin                a project for a plugin of your own
  flowz plugin check my_plugin.so          what is in a shared object, or why it is refused

Settings come from flowz.toml (of the user, of the working directory, or named with --config or the
variable FLOWZ_CONFIG), from the environment (BS_STATS=0, FLOWZ_basicStats_BS_STATS=0) and from -o,
the last being the strongest; FLOWZ_NO_CONFIG=1 is --no-config. So does the list of plugins:
plugins = [\"basicFlow\"] in a file, FLOWZ_PLUGINS=basicFlow, --plugins. t2conf changes both.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 done but the input was cut or damaged.";

/// Flow analyzer: captures in, A/B flows with columns from plugins out.
#[derive(Parser, Debug)]
#[command(name = "flowz", version, about, after_help = EXAMPLES, max_term_width = 100)]
#[command(group(ArgGroup::new("input").args(["pcap", "pcap_list", "input_regex"])))]
#[command(group(ArgGroup::new("info").args(["list_plugins", "columns", "completions", "man"])))]
pub(crate) struct Args {
    /// Read one capture, pcap or pcapng, plain or compressed; `-` is standard input
    #[arg(short = 'r', long, value_name = "FILE", help_heading = "Input")]
    pub(crate) pcap: Option<PathBuf>,

    /// Read the captures that a text file names, one per line, as one stream
    #[arg(short = 'R', long, value_name = "FILE", help_heading = "Input")]
    pub(crate) pcap_list: Option<PathBuf>,

    /// Read numbered files, counting up: a first file, the characters before the number, the last number
    #[arg(short = 'D', long, value_name = "EXPR[:SCHR][,STOP]", help_heading = "Input")]
    pub(crate) input_regex: Option<String>,

    /// Read the filter from a file; `#` begins a comment
    #[arg(short = 'F', long, value_name = "FILE", help_heading = "Input")]
    pub(crate) bpf_file: Option<PathBuf>,

    /// Put packets in order of time: hold each back for this long (10ms, 0.01, 5us)
    #[arg(long, value_name = "WINDOW", value_parser = flowz_capture::duration, help_heading = "Input")]
    pub(crate) reorder: Option<i64>,

    /// Drop packets equal to one of the last WINDOW (10ms, 0.01, or 100p: packets); they keep their numbers
    #[arg(long, value_name = "WINDOW", value_parser = Span::parse, help_heading = "Input")]
    pub(crate) dedup: Option<Span>,

    /// Filter: only packets that match this expression (see pcap-filter(7)) are read
    #[arg(value_name = "FILTER", help_heading = "Input")]
    pub(crate) filter: Vec<String>,

    /// Write files with this prefix, or into this directory; `-` sends flows to standard output
    #[arg(short = 'w', long, value_name = "PREFIX", help_heading = "Output")]
    pub(crate) output_prefix: Option<PathBuf>,

    /// Like -w, with the flow file in pieces of SIZE bytes (K, M, G) or, with a final f, SIZE flows
    #[arg(
        short = 'W',
        long,
        value_name = "PREFIX[:SIZE][,START]",
        conflicts_with = "output_prefix",
        help_heading = "Output"
    )]
    pub(crate) output_regex: Option<String>,

    /// Write the packet table too
    #[arg(short = 's', long, help_heading = "Output")]
    pub(crate) packets: bool,

    /// Write the end report into PREFIX_log.txt
    #[arg(short = 'l', long, help_heading = "Output")]
    pub(crate) logfile: bool,

    /// Formats of the tables
    #[arg(
        long,
        value_name = "LIST",
        value_delimiter = ',',
        default_value = "txt",
        help_heading = "Output"
    )]
    pub(crate) sinks: Vec<String>,

    /// No report, no progress, no remarks
    #[arg(short = 'q', long, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Use these plugins, whatever files and environment name
    #[arg(long, value_name = "LIST", value_delimiter = ',', help_heading = "Plugins and settings")]
    pub(crate) plugins: Option<Vec<String>>,

    /// Use the plugins that a text file names, one per line; `#` begins a comment
    #[arg(
        short = 'b',
        long,
        value_name = "FILE",
        conflicts_with = "plugins",
        help_heading = "Plugins and settings"
    )]
    pub(crate) plugin_list: Option<PathBuf>,

    /// Load the plugins of all shared objects (*.so) in this folder; they take part like the others
    #[arg(short = 'p', long, value_name = "DIR", help_heading = "Plugins and settings")]
    pub(crate) plugin_folder: Option<PathBuf>,

    /// Set a toggle; may be given several times
    #[arg(
        short = 'o',
        long = "option",
        value_name = "PLUGIN.TOGGLE=VALUE",
        help_heading = "Plugins and settings"
    )]
    pub(crate) options: Vec<String>,

    /// Read settings from this file, not from flowz.toml; may be given several times, the last one counts
    #[arg(long, value_name = "FILE", help_heading = "Plugins and settings")]
    pub(crate) config: Vec<PathBuf>,

    /// Look for settings neither in files nor in the environment
    #[arg(long, help_heading = "Plugins and settings")]
    pub(crate) no_config: bool,

    /// Give the reference's values also where it is provably wrong
    #[arg(long, help_heading = "Plugins and settings")]
    pub(crate) compat: bool,

    /// Number of this sensor
    #[arg(
        short = 'x',
        long,
        value_name = "N",
        default_value_t = 666,
        help_heading = "Plugins and settings"
    )]
    pub(crate) sensor_id: u32,

    /// Threads to use; the output is the same for any number [default: one per processor]
    #[arg(long, value_name = "N", value_parser = threads, help_heading = "Limits")]
    pub(crate) threads: Option<usize>,

    /// Most flows alive at once; the oldest leave early
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(2..), help_heading = "Limits")]
    pub(crate) max_flows: Option<u64>,

    /// Most memory for flows in bytes (K, M, G); the oldest flows leave early
    #[arg(long, value_name = "BYTES", value_parser = bytes, help_heading = "Limits")]
    pub(crate) max_mem: Option<u64>,

    /// List the plugins
    #[arg(long, help_heading = "Information")]
    pub(crate) list_plugins: bool,

    /// List the columns of the selected plugins
    #[arg(
        long,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text",
        help_heading = "Information"
    )]
    pub(crate) columns: Option<Form>,

    /// Write completions for a shell
    #[arg(long, value_name = "SHELL", help_heading = "Information")]
    pub(crate) completions: Option<Shell>,

    /// Write the manual page
    #[arg(long, help_heading = "Information")]
    pub(crate) man: bool,
}

/// Forms of the column list.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Form {
    /// A table for people.
    Text,
    /// For programs.
    Json,
}

/// A number of threads.
fn threads(text: &str) -> Result<usize, String> {
    const MOST: usize = 1024;
    match text.parse() {
        Ok(n @ 1..=MOST) => Ok(n),
        _ => Err(format!("give a whole number from 1 to {MOST}")),
    }
}

/// A number of bytes with an optional K, M or G (powers of 1000).
pub(crate) fn bytes(text: &str) -> Result<u64, String> {
    let (number, factor) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 1e3),
        Some((at, 'm' | 'M')) => (&text[..at], 1e6),
        Some((at, 'g' | 'G')) => (&text[..at], 1e9),
        _ => (text, 1.0),
    };
    let value: f64 = number.parse().map_err(|_| "a number is needed, as in 500M".to_owned())?;
    let value = value * factor;
    if (1.0..1e18).contains(&value) { Ok(value as u64) } else { Err("out of range".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::{Args, bytes};
    use clap::CommandFactory;

    #[test]
    fn definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn sizes() {
        assert_eq!(bytes("2G"), Ok(2_000_000_000));
        assert_eq!(bytes("1.5k"), Ok(1500));
        assert_eq!(bytes("1e5"), Ok(100_000));
        assert!(bytes("-1").is_err() && bytes("").is_err() && bytes("M").is_err());
    }
}
