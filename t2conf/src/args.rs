//! The command line.

use clap::Parser;

const EXAMPLES: &str = "\
Examples:
  t2conf                              all plugins and how many toggles each has
  t2conf basicStats                   the toggles of one plugin
  t2conf core                         those of the engine
  t2conf tcpWin -G TCPWIN_THRES       the default value of one toggle
  t2conf basicStats --names           names only, one a line
  t2conf basicStats --json            for programs

A toggle is set when flowz runs: flowz -o basicStats.BS_STATS=0 ...

Exit status: 0 done, 1 there is no such plugin or toggle, 2 wrong usage.";

/// List the toggles of flowz: names, types, ranges, defaults and what they do
#[derive(Parser, Debug)]
#[command(name = "t2conf", version, about, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Args {
    /// Show the toggles of this plugin; `core` stands for the engine
    pub(crate) plugin: Option<String>,

    /// Print the default value of this toggle
    #[arg(short = 'G', long, value_name = "NAME", requires = "plugin")]
    pub(crate) get: Option<String>,

    /// Write JSON
    #[arg(long, conflicts_with_all = ["get", "names"])]
    pub(crate) json: bool,

    /// Print names only, one a line
    #[arg(long, conflicts_with = "get")]
    pub(crate) names: bool,
}
