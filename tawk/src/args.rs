//! The command line, as that of the reference's `tawk` where it has a counterpart.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgGroup, Parser, ValueEnum};

/// Command lines with what they do.
pub(crate) const EXAMPLES: &str = "\
tawk '$dstPort == 443 && $l7BytesSnt > 1e6 { print tuple5() }' x_flows.txt
  tawk 'port(49330)' x_flows.txt | tcol                rows of a port, aligned
  tawk 'packet(\"1418-1426\")' x_packets.txt | tcol      some packets
  tawk 'dnet(\"10.0.0.0/8\") && !tcp()' x_flows.txt      rows by network and protocol
  tawk 'aggr(tuple2(), $l7BytesSnt, 10)' x_flows.txt   who sends most to whom
  tawk 't2rsort(duration, 5)' x_flows.txt              the five longest flows
  tawk 'follow_stream(8)' x_packets.txt                payload of a flow
  tawk -e topDnsQ x_flows.txt                          a ready program
  tawk -l x_flows.txt                                  columns of a file
  tawk -l                                              functions with help and examples
  tawk -d bitsanyset                                   help of one function";

const MORE: &str = "\
Columns are written $name. The header line is printed in front of whole rows, comments (#, %) too; a program that calls hdr()
sees it as a row. docs/tawk.md has all functions, and tells which options of the reference's tawk have no counterpart.
Exit status: that of awk; 1 a file cannot be read, 2 something is wrong in the program or the words.";

/// What stands below the options.
fn after_help() -> String {
    format!("Examples:\n  {EXAMPLES}\n\n{MORE}")
}

/// awk over flow and packet files, with columns by their names
#[derive(Parser, Debug)]
#[command(name = "tawk", version, about, after_help = after_help(), max_term_width = 100)]
#[command(
    override_usage = "tawk [OPTIONS] PROGRAM [FILE]...\n       tawk [OPTIONS] -f PROGRAM-FILE [FILE]...\n       tawk [OPTIONS] -e NAME [FILE]..."
)]
#[command(group(ArgGroup::new("what").args(["example", "program_file", "list", "names", "describe", "completions", "man", "complete"])))]
pub(crate) struct Args {
    /// The program, then files; without files standard input
    #[arg(value_name = "WORD")]
    pub(crate) words: Vec<OsString>,

    /// Take the program from a file; may be given several times
    #[arg(
        short = 'f',
        long = "file",
        value_name = "FILE",
        help_heading = "Program",
        conflicts_with = "example"
    )]
    pub(crate) program_file: Vec<PathBuf>,

    /// Run a ready program; tawk -l shows them
    #[arg(short = 'e', long, value_name = "NAME", help_heading = "Program")]
    pub(crate) example: Option<String>,

    /// Set a variable of the program; may be given several times
    #[arg(short = 'v', long = "assign", value_name = "NAME=VALUE", help_heading = "Program")]
    pub(crate) assign: Vec<String>,

    /// The awk to run; without it gawk, mawk, awk or busybox, the first one that there is. TAWK_AWK names one too
    #[arg(long, value_name = "PATH", help_heading = "Program")]
    pub(crate) awk: Option<PathBuf>,

    /// Check the program and the names of columns, run nothing
    #[arg(short = 't', long, help_heading = "Program")]
    pub(crate) check: bool,

    /// Print the program that awk would get
    #[arg(short = 'p', long = "print-program", help_heading = "Program")]
    pub(crate) print_program: bool,

    /// Read this file too; may be given several times
    #[arg(short = 'I', long, value_name = "FILE", help_heading = "Input")]
    pub(crate) input: Vec<PathBuf>,

    /// What stands between columns
    #[arg(short = 'F', long, value_name = "TEXT", default_value = "\\t", help_heading = "Input", conflicts_with_all = ["csv", "zeek"])]
    pub(crate) field_separator: String,

    /// What the header line begins with
    #[arg(short = 's', long, value_name = "TEXT", default_value = "%", help_heading = "Input", conflicts_with_all = ["csv", "zeek"])]
    pub(crate) sign: String,

    /// The line that is the header, from 1; nothing in front of it is a row
    #[arg(short = 'N', long, value_name = "LINE", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Input", conflicts_with_all = ["csv", "zeek"])]
    pub(crate) line: Option<u64>,

    /// Comma-separated values (RFC 4180), in which a line break of a cell becomes \\n; what is printed has tabulators, unless -O is given
    #[arg(long, help_heading = "Input", conflicts_with = "zeek")]
    pub(crate) csv: bool,

    /// Logs of Zeek: the header line begins with #fields
    #[arg(long, help_heading = "Input")]
    pub(crate) zeek: bool,

    /// Number columns that have the same name: name, name_2, name_3
    #[arg(short = 'r', long, help_heading = "Input")]
    pub(crate) rename: bool,

    /// What is printed between columns
    #[arg(short = 'O', long, value_name = "TEXT", default_value = "\\t", help_heading = "Output")]
    pub(crate) output_separator: String,

    /// Print no header line and no comments
    #[arg(short = 'H', long, help_heading = "Output")]
    pub(crate) no_header: bool,

    /// Print the command line as a comment in front
    #[arg(short = 'c', long, help_heading = "Output")]
    pub(crate) comment: bool,

    /// List the columns of FILE with their numbers; without a file all functions and ready programs, with help and examples
    #[arg(short = 'l', long, help_heading = "Help")]
    pub(crate) list: bool,

    /// List functions and ready programs, a line each
    #[arg(short = 'g', long, help_heading = "Help")]
    pub(crate) names: bool,

    /// Explain a function or ready program
    #[arg(short = 'd', long, value_name = "NAME", help_heading = "Help")]
    pub(crate) describe: Option<String>,

    /// Write completions for a shell
    #[arg(long, value_name = "SHELL", help_heading = "Help")]
    pub(crate) completions: Option<Shell>,

    /// Write the manual page
    #[arg(long, help_heading = "Help")]
    pub(crate) man: bool,

    /// What can be completed: columns of the first of these files that there is, functions, programs
    #[arg(long, value_name = "KIND", hide = true)]
    pub(crate) complete: Option<Kind>,
}

/// Shells with completions.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Shell {
    /// GNU bash.
    Bash,
    /// fish.
    Fish,
    /// Z shell.
    Zsh,
}

/// What can be completed.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Names of columns, with `$`.
    Columns,
    /// Names of functions.
    Functions,
    /// Names of ready programs.
    Programs,
}
