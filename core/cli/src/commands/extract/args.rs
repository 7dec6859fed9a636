//! The arguments of `flowz extract`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::ValueEnum;

use crate::args::{FlowArgs, LabelArgs, LimitArgs, PartArgs, PlaceArgs, SelectArgs, StreamArgs};
use crate::usage::wrong;

/// Arguments of `flowz extract`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Captures, read as one, in this order; `-` is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    pub(super) captures: Vec<PathBuf>,

    /// The folder for the file, or `-` for standard output
    #[arg(long, value_name = "DIR")]
    pub(super) out: PathBuf,

    /// The format
    #[arg(long, value_enum, default_value_t = Format::Parquet)]
    pub(super) format: Format,

    /// Who captured: a part of the file's name and of the summary
    #[arg(long, value_name = "NAME", default_value = "0", value_parser = name)]
    pub(super) sensor: String,

    /// Which piece of the sensor's captures it is, as a time: a part of the file's name and of the summary
    #[arg(long, value_name = "NAME", default_value = "0", value_parser = name)]
    pub(super) slice: String,

    /// Tables of plugins and, with -s, of packets too, each in a folder of its name; the flow table goes into `flows` then
    #[arg(long)]
    pub(super) all_tables: bool,

    /// Write the packet table too; needs --all-tables
    #[arg(short = 's', long, requires = "all_tables")]
    pub(super) packets: bool,

    /// Only packets that match a filter (see pcap-filter(7)) are read
    #[arg(long, value_name = "EXPR")]
    pub(super) filter: Option<String>,

    /// These columns only, in this order
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    pub(super) fields: Vec<String>,

    /// These rows of the flow table only (docs/expressions.md)
    #[arg(long = "where", value_name = "CONDITION", allow_hyphen_values = true)]
    pub(super) condition: Option<String>,

    /// Tell how far the run is: a line of JSON each second on standard error
    #[arg(long)]
    pub(super) json_progress: bool,

    #[command(flatten)]
    pub(super) parts: PartArgs,
    #[command(flatten)]
    pub(super) select: SelectArgs,
    #[command(flatten)]
    pub(super) flows: FlowArgs,
    #[command(flatten)]
    pub(super) places: PlaceArgs,
    #[command(flatten)]
    pub(super) labels: LabelArgs,
    #[command(flatten)]
    pub(super) limits: LimitArgs,
    #[command(flatten)]
    pub(super) streams: StreamArgs,
}

/// Formats of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Format {
    /// Parquet
    Parquet,
    /// Arrow IPC: a file, on standard output a stream
    Arrow,
    /// Comma-separated values
    Csv,
}

impl Format {
    /// The sink that writes it, which is the end of the file's name too.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Csv => "csv",
        }
    }
}

impl Args {
    /// Whether the rows go to standard output.
    pub(super) fn is_stream(&self) -> bool {
        self.out == Path::new("-")
    }

    /// Refuses what does not go together.
    pub(super) fn mind(&self) -> Result<()> {
        if self.is_stream() && self.format == Format::Parquet {
            return Err(wrong(
                "a file of Parquet cannot be written to standard output, its beginning depends on its end: name a folder with --out, or choose --format arrow",
            ));
        }
        if self.is_stream() && self.all_tables {
            return Err(wrong(
                "only the flow table fits on standard output: name a folder with --out for --all-tables",
            ));
        }
        Ok(())
    }
}

/// A part of a file's name.
fn name(text: &str) -> Result<String, String> {
    let fits =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '=' | ':' | '@');
    if text.is_empty() || text.len() > 100 || text.starts_with('.') || !text.chars().all(fits) {
        return Err("give up to 100 letters, digits and . _ - + = : @, with no dot in front: it becomes a part of a file's name".to_owned());
    }
    Ok(text.to_owned())
}
