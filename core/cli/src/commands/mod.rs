//! What the program can do: the main job, and one file for each subcommand.

pub(crate) mod analyze;
pub(crate) mod list;
mod manual;
mod plugin;

use anyhow::Result;
use clap::Subcommand;

/// Jobs with a name of their own.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Help for authors of plugins in shared objects
    Plugin(plugin::PluginArgs),
}

impl Command {
    /// Does the job.
    pub(crate) fn run(&self) -> Result<()> {
        match self {
            Self::Plugin(args) => plugin::run(args),
        }
    }
}
