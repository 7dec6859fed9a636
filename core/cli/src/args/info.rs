//! Lists that are wanted in the place of a run.

use clap::ValueEnum;
use clap_complete::Shell;

/// Lists that are wanted in the place of a run.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Information")]
pub(crate) struct InfoArgs {
    /// List the plugins
    #[arg(long)]
    pub(crate) list_plugins: bool,

    /// List the interfaces that packets can be captured from; link types are known to those who may capture
    #[arg(long)]
    pub(crate) list_interfaces: bool,

    /// List the columns of the selected plugins; with names of plugins behind it, those of these; with names of columns, what each
    /// means and what shows it
    #[arg(
        long,
        value_name = "FORM",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "text"
    )]
    pub(crate) columns: Option<Form>,

    /// Write completions for a shell
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,

    /// Write the manual page
    #[arg(long)]
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
