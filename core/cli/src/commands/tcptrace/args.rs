//! The command line of `flowz tcptrace`, with the options of tcptrace.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::ArgGroup;

use super::elsewhere::Elsewhere;

/// Arguments of `flowz tcptrace`.
#[derive(clap::Args, Debug)]
// Letters are often there twice, in an alias and behind it.
#[command(args_override_self = true)]
#[command(group(ArgGroup::new("tcptrace_form").args(["brief", "long", "quiet"])))]
#[command(group(ArgGroup::new("tcptrace_table").args(["csv", "tsv", "sv"])))]
pub(crate) struct Args {
    /// Captures, read as one; `-` or `stdin` is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    pub(super) captures: Vec<PathBuf>,

    /// Accepted for habit: addresses and ports are never looked up
    #[arg(short = 'n')]
    no_names: bool,

    /// Print a line for each connection; so it is without -l
    #[arg(short = 'b')]
    brief: bool,

    /// Print all numbers of each connection
    #[arg(short = 'l')]
    long: bool,

    /// Those of round trips too
    #[arg(short = 'r', requires = "long")]
    round_trips: bool,

    /// Print nothing: only tell whether the captures can be read
    #[arg(short = 'q')]
    pub(super) quiet: bool,

    /// Only connections of which both sides have sent SYN and FIN
    #[arg(short = 'c')]
    pub(super) complete: bool,

    /// Only connections with these numbers: 3, 3-5, 3,5, or a file with some; several times for more
    #[arg(short = 'o', value_name = "NUMBERS|FILE")]
    pub(super) only: Vec<OsString>,

    /// Without connections with these numbers
    #[arg(short = 'i', value_name = "NUMBERS|FILE")]
    pub(super) ignore: Vec<OsString>,

    /// UDP conversations too
    #[arg(short = 'u', conflicts_with = "tcptrace_table")]
    pub(super) udp: bool,

    /// With -l a table with commas, a row for each connection
    #[arg(long, requires = "long")]
    csv: bool,

    /// The same with tabulators
    #[arg(long, requires = "long")]
    tsv: bool,

    /// The same with this between the cells
    #[arg(long, value_name = "TEXT", requires = "long", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    sv: Option<String>,

    /// More settings, as in the main job
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(super) set: Vec<String>,

    #[command(flatten)]
    pub(super) elsewhere: Elsewhere,
}

impl Args {
    /// The sink's `FORM`.
    pub(super) fn form(&self) -> &'static str {
        match (self.quiet, self.long, self.round_trips) {
            (true, _, _) => "0",
            (false, false, _) => "1",
            (false, true, false) => "2",
            (false, true, true) => "3",
        }
    }

    /// What is between the cells of a table; nothing if none is wanted.
    pub(super) fn separator(&self) -> &str {
        match &self.sv {
            _ if self.csv => ",",
            _ if self.tsv => "\t",
            Some(text) => text,
            None => "",
        }
    }
}
