//! What the program can do: the main job, and one file for each subcommand.

pub(crate) mod analyze;
mod calls;
mod http;
mod interfaces;
pub(crate) mod list;
mod manual;
mod plugin;
mod slice;

use anyhow::Result;
use clap::Subcommand;

/// Jobs with a name of their own.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Print the calls of captures: who with whom, how they went, their media; or the messages of one as a ladder
    Calls(calls::Args),
    /// Print the HTTP conversations of captures like a log: heads, what bodies begin with, what is missing
    Http(http::Args),
    /// Help for authors of plugins in shared objects
    Plugin(plugin::PluginArgs),
    /// Write the packets of a range of time, of one capture or of several merged ones
    Slice(slice::Args),
}

impl Command {
    /// Does the job.
    pub(crate) fn run(&self) -> Result<analyze::Outcome> {
        match self {
            Self::Calls(args) => calls::run(args),
            Self::Http(args) => http::run(args),
            Self::Slice(args) => slice::run(args),
            Self::Plugin(args) => plugin::run(args).map(|()| analyze::Outcome::Done),
        }
    }
}
