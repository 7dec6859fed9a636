//! The command line, as that of the reference's `t2conf` where it has a counterpart.

use std::path::PathBuf;

use clap::{ArgGroup, Parser};
use clap_complete::Shell;

/// Command lines with what they do.
pub(crate) const EXAMPLES: &str = "\
t2conf                              all plugins and how many toggles each has
  t2conf basicStats                   its toggles, their values and where those are from
  t2conf basicStats -G BS_STATS       one value
  t2conf basicStats -D BS_STATS=0     set it in flowz.toml
  t2conf basicStats -D BS_STATS=default
  t2conf basicStats --reset           all toggles of one plugin back to the defaults
  t2conf -S                           the plugins that take part
  t2conf -L +tcpWin                   one more
  t2conf --diff                       what differs from the defaults
  t2conf -a -g flowz.toml             a file with all toggles, each explained
  t2conf --validate flowz.toml        what is wrong in a file, line by line";

const MORE: &str = "\
Values count from the next run of flowz on. docs/settings.md tells which options of the reference's
t2conf have no counterpart, and why. Exit status: 0 done, 1 something is wrong, 2 wrong usage.";

/// What stands below the options.
fn after_help() -> String {
    format!("Examples:\n  {EXAMPLES}\n\n{MORE}")
}

/// What lists nothing.
#[rustfmt::skip]
const NO_LISTS: [&str; 18] = [
    "get", "set", "generate", "apply", "reset", "patch", "rpatch", "validate", "completions", "man",
    "ip4", "ip6", "dual", "list", "none", "undo", "save", "restore",
];

/// What is about the list of plugins and not about one.
const OF_LIST: [&str; 6] = ["show_plugins", "list", "none", "undo", "save", "restore"];

/// Show, search and change the toggles of flowz
#[derive(Parser, Debug)]
#[command(name = "t2conf", version, about, after_help = after_help(), max_term_width = 100)]
#[command(group(ArgGroup::new("what").args([
    "get", "set", "generate", "apply", "reset", "patch", "rpatch", "search", "diff", "validate",
    "names", "environment", "completions", "man", "ip4", "ip6", "dual", "show_plugins", "list", "none",
    "undo", "save", "restore",
])))]
pub(crate) struct Args {
    /// A plugin; `core` stands for the engine
    #[arg(conflicts_with_all = OF_LIST)]
    pub(crate) plugin: Option<String>,

    /// All plugins
    #[arg(short = 'a', long, conflicts_with = "plugin", conflicts_with_all = OF_LIST)]
    pub(crate) all: bool,

    /// Print the value of this toggle
    #[arg(short = 'G', long, value_name = "NAME", help_heading = "Show")]
    pub(crate) get: Option<String>,

    /// Print the names of the toggles, one a line (every toggle can be set in the environment too)
    #[arg(short = 'I', long, visible_short_alias = 'E', help_heading = "Show")]
    pub(crate) names: bool,

    /// Show the toggles that variables of the environment set now
    #[arg(short = 'e', long, help_heading = "Show")]
    pub(crate) environment: bool,

    /// Show what differs from the defaults
    #[arg(long, help_heading = "Show")]
    pub(crate) diff: bool,

    /// Show toggles with these words in their name or description
    #[arg(long, value_name = "WORDS", help_heading = "Show")]
    pub(crate) search: Option<String>,

    /// Write JSON
    #[arg(long, conflicts_with_all = NO_LISTS, conflicts_with = "names", help_heading = "Show")]
    pub(crate) json: bool,

    /// Sort by name, not by the order of plugins and toggles
    #[arg(short = 'n', long, conflicts_with_all = NO_LISTS, help_heading = "Show")]
    pub(crate) sort: bool,

    /// Set a toggle in the file; the value `default` takes it out; may be given several times
    #[arg(short = 'D', long, value_name = "NAME=VALUE", help_heading = "Change")]
    pub(crate) set: Vec<String>,

    /// Form flows of IPv4 only: core.IPV6_ACTIVATE=0
    #[arg(long, help_heading = "Change")]
    pub(crate) ip4: bool,

    /// Form flows of IPv6 only: core.IPV6_ACTIVATE=1
    #[arg(long, help_heading = "Change")]
    pub(crate) ip6: bool,

    /// Form flows of both: core.IPV6_ACTIVATE=2
    #[arg(long, help_heading = "Change")]
    pub(crate) dual: bool,

    /// Take all toggles of the plugin, or with -a of all plugins, out of the file
    #[arg(long, help_heading = "Change")]
    pub(crate) reset: bool,

    /// Set all that this file says (TOML, or NAME = value lines)
    #[arg(short = 'C', long, value_name = "FILE", help_heading = "Change")]
    pub(crate) apply: Option<PathBuf>,

    /// Set the new values of a patch: NAME, new value, [old value,] header file, separated by tabulators
    #[arg(long, value_name = "FILE", help_heading = "Change")]
    pub(crate) patch: Option<PathBuf>,

    /// Set the old values of a patch
    #[arg(long, value_name = "FILE", help_heading = "Change")]
    pub(crate) rpatch: Option<PathBuf>,

    /// Write the settings with explanations, to standard output or into a new file
    #[arg(
        short = 'g',
        long,
        value_name = "FILE",
        num_args = 0..=1,
        default_missing_value = "-",
        help_heading = "Which files"
    )]
    pub(crate) generate: Option<PathBuf>,

    /// Check a file and tell all that is wrong in it
    #[arg(long, value_name = "FILE", help_heading = "Which files")]
    pub(crate) validate: Option<PathBuf>,

    /// The file to read and change; may be given several times, the last one is changed
    #[arg(long, value_name = "FILE", help_heading = "Which files")]
    pub(crate) config: Vec<PathBuf>,

    /// Change the user's own file, not the one of the working directory
    #[arg(long, conflicts_with = "config", help_heading = "Which files")]
    pub(crate) user: bool,

    /// Look for values neither in files nor in the environment
    #[arg(long, help_heading = "Which files")]
    pub(crate) no_config: bool,

    /// Load the plugins of all shared objects (*.so) in this folder
    #[arg(short = 'p', long, value_name = "DIR", help_heading = "Which files")]
    pub(crate) plugin_folder: Option<PathBuf>,

    /// Write completions for a shell, with the names of all plugins and toggles
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,

    /// Write the manual page
    #[arg(long)]
    pub(crate) man: bool,

    #[command(flatten)]
    pub(crate) list: ListArgs,
}

/// The list of plugins that take part: `plugins = [...]` in the file.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Plugins that take part")]
pub(crate) struct ListArgs {
    /// Show them
    #[arg(short = 'S', long = "show-plugins", id = "show_plugins")]
    pub(crate) show: bool,

    /// Use these plugins (NAME,NAME), or more and less than now (+NAME,-NAME), or `all`, or `default`
    #[arg(
        short = 'L',
        long = "plugins",
        id = "list",
        value_name = "LIST",
        value_delimiter = ',',
        allow_hyphen_values = true
    )]
    pub(crate) set: Option<Vec<String>>,

    /// Use no plugins
    #[arg(short = '0', long)]
    pub(crate) none: bool,

    /// Take the last change of the list back
    #[arg(short = 'q', long)]
    pub(crate) undo: bool,

    /// Save the list into a new file, as flowz -b reads it
    #[arg(short = 's', long, value_name = "FILE")]
    pub(crate) save: Option<PathBuf>,

    /// Use the plugins that this file names, one a line
    #[arg(short = 'r', long, value_name = "FILE")]
    pub(crate) restore: Option<PathBuf>,
}
