//! What is read.

use std::ffi::OsString;
use std::path::PathBuf;

use flowz_capture::Span;

/// What is read.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// Read a capture, pcap or pcapng, plain or compressed; `-` is standard input; several are read one after
    /// the other, as one stream
    #[arg(short = 'r', long, value_name = "FILE")]
    pub(crate) pcap: Vec<PathBuf>,

    /// Read the captures that a text file names, one per line, as one stream; `-` is standard input
    #[arg(short = 'R', long, value_name = "FILE")]
    pub(crate) pcap_list: Option<PathBuf>,

    /// Read numbered files, counting up: a first file, the characters before the number, the last number
    #[arg(
        short = 'D',
        long = "numbered",
        alias = "input-regex",
        value_name = "EXPR[:SCHR][,STOP]"
    )]
    pub(crate) input_regex: Option<String>,

    /// Read the filter from a file; `#` begins a comment; with words too both must hold
    #[arg(short = 'F', long, value_name = "FILE")]
    pub(crate) bpf_file: Option<PathBuf>,

    /// Put packets in order of time: hold each back for this long (10ms, 0.01, 5us)
    #[arg(long, value_name = "WINDOW", value_parser = flowz_capture::duration)]
    pub(crate) reorder: Option<i64>,

    /// Drop packets equal to one of the last WINDOW (10ms, 0.01, or 100p: packets); they keep their numbers
    #[arg(long, value_name = "WINDOW", value_parser = Span::parse)]
    pub(crate) dedup: Option<Span>,

    /// More captures, then a filter: only packets that match it (see pcap-filter(7)) are read; a word that names
    /// a file with a capture is one to be read
    #[arg(value_name = "CAPTURE|FILTER")]
    pub(crate) words: Vec<OsString>,

    /// Words of the filter only, whatever files there are
    #[arg(value_name = "FILTER", last = true)]
    pub(crate) filter: Vec<OsString>,
}
