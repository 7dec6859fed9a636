//! The command line.

use std::path::PathBuf;

use clap::Parser;
use clap_complete::Shell;

/// Command lines with what they do.
pub(crate) const EXAMPLES: &str = "\
tcol x_flows.txt                            a table, with less -S on a terminal
  tawk 'port(49330)' x_flows.txt | tcol       rows of a port
  flowz -i eth0 -w - -q | tcol -n 100         rows as they come, as wide as the first hundred need
  tcol -r -w x_flows.txt                      numbers on the right, lines cut at the terminal's edge";

const MORE: &str = "\
Exit status: 0 done, 1 a file cannot be read, 2 wrong usage.";

fn after_help() -> String {
    format!("Examples:\n  {EXAMPLES}\n\n{MORE}")
}

/// Show tables in aligned columns
#[derive(Parser, Debug)]
#[command(name = "tcol", version, about, after_help = after_help(), max_term_width = 100)]
pub(crate) struct Args {
    /// Files to show one behind the other; without any, or for -, standard input
    pub(crate) files: Vec<PathBuf>,

    /// What stands between cells in the files
    #[arg(short = 's', long, value_name = "TEXT", default_value = "\\t")]
    pub(crate) separator: String,

    /// What is written between columns
    #[arg(short = 'o', long, value_name = "TEXT", default_value = "  ")]
    pub(crate) output_separator: String,

    /// Make columns as wide as the first rows need, and write from then on row by row; without it all rows are read first, or those of 256 MiB
    #[arg(short = 'n', long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) look_ahead: Option<u64>,

    /// Cells of more letters do not make their column wider: what is behind them stands further to the right; with 0 all do
    #[arg(short = 'm', long, value_name = "LETTERS", default_value_t = 80)]
    pub(crate) most: usize,

    /// Put columns of numbers on the right
    #[arg(short = 'r', long)]
    pub(crate) right: bool,

    /// Cut lines at so many letters; without a number or with 0 at the width of the terminal
    #[arg(
        short = 'w',
        long,
        value_name = "LETTERS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "0"
    )]
    pub(crate) width: Option<usize>,

    /// Show nothing with less, also on a terminal
    #[arg(short = 'P', long)]
    pub(crate) no_pager: bool,

    /// Write completions for a shell
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,

    /// Write the manual page
    #[arg(long)]
    pub(crate) man: bool,
}
