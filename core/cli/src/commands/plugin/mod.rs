//! `flowz plugin`: for authors of plugins in shared objects.

mod check;
mod new;

use anyhow::Result;
use clap::Subcommand;

/// Arguments of `flowz plugin`.
#[derive(clap::Args, Debug)]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Write a small project with a plugin that counts packets and builds to a shared object
    New(new::Args),
    /// Show what is in a shared object, or why it is refused
    Check(check::Args),
}

/// Does what the words say.
pub(super) fn run(args: &PluginArgs) -> Result<()> {
    let text = match &args.command {
        Command::New(args) => new::run(args)?,
        Command::Check(args) => check::run(args)?,
    };
    crate::output::print(text.as_bytes())
}
