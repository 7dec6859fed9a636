//! What is written, and where.

use std::path::PathBuf;

/// What is written, and where.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Write files with this prefix, or into this directory; `-` sends flows to standard output, the
    /// report to standard error, and writes only the files that -s and -l ask for, beside the input
    #[arg(short = 'w', long, value_name = "PREFIX")]
    pub(crate) output_prefix: Option<PathBuf>,

    /// Like -w, with the flow file in pieces of SIZE bytes (K, M, G) or, with a final f, SIZE flows
    #[arg(
        short = 'W',
        long = "split",
        alias = "output-regex",
        value_name = "PREFIX[:SIZE][,START]",
        conflicts_with = "output_prefix"
    )]
    pub(crate) output_regex: Option<String>,

    /// Write the packet table too
    #[arg(short = 's', long)]
    pub(crate) packets: bool,

    /// Write the end report into PREFIX_log.txt
    #[arg(short = 'l', long)]
    pub(crate) logfile: bool,

    /// Formats of the tables: names, `all`, or +NAME and -NAME [default: txt]
    #[arg(long, value_name = "LIST", value_delimiter = ',', allow_hyphen_values = true)]
    pub(crate) sinks: Option<Vec<String>>,

    /// Write the tables of other tools, each as that tool does and with flows as it forms them: names between commas
    /// (docs/presets.md; --list-plugins shows them among the sinks). Other plugins and sinks take part if they are named
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = trimmed)]
    pub(crate) preset: Vec<String>,

    /// Write these columns only, in this order, in all formats: names, or PLUGIN.NAME; the packet table has those
    /// that it knows (--columns lists all)
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,

    /// Write these rows of the flow table only: those for which a condition on columns holds, as in
    /// 'dstPort in {80, 443} and srcIP in 10.0.0.0/8' (docs/expressions.md); the report counts the others
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true)]
    pub(crate) condition: Option<String>,

    /// Raise an alarm on each flow for whose row a condition holds, as in --where: the row's status shows it and the report counts
    /// it; with -o core.ALARM_MODE=1 only rows with an alarm are written (docs/alarms.md); may be given several times
    #[arg(long = "alarm", value_name = "CONDITION", allow_hyphen_values = true)]
    pub(crate) alarms: Vec<String>,

    /// Write the sound of these sources of RTP only, with the sink wav: SSRCs between commas, as 0x1a2b3c4d or decimal; the same
    /// as -o rtpDecode.RTP_SSRC
    #[arg(long, value_name = "LIST")]
    pub(crate) ssrc: Option<String>,

    /// In CSV, put an apostrophe in front of texts that a spreadsheet would take for a formula
    #[arg(long)]
    pub(crate) csv_safe: bool,

    /// No report, no progress, no remarks
    #[arg(short = 'q', long)]
    pub(crate) quiet: bool,

    /// The run is part of another command, whose words say it all: what is wrong with captures and files is told though there is no report.
    #[arg(skip)]
    pub(crate) is_part: bool,

    /// Tables of plugins and files about the run are not written.
    #[arg(skip)]
    pub(crate) only_flows: bool,

    /// How far the run is, as a line of JSON each second.
    #[arg(skip)]
    pub(crate) json_progress: bool,
}

/// A name of a list without the blanks around it.
fn trimmed(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a name is needed".to_owned()),
        name => Ok(name.to_owned()),
    }
}
