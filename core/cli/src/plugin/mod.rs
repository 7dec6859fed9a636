//! `flowz plugin`: for authors of plugins in shared objects.
//!
//! A command of its own only if the first word is `plugin` and the second one of its commands; else
//! the words are those of a filter.

mod check;
mod new;

use std::ffi::OsString;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Help for authors of plugins in shared objects
#[derive(Parser, Debug)]
#[command(name = "flowz plugin", version, max_term_width = 100)]
struct Args {
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

/// Second words that make it a command.
const COMMANDS: [&str; 6] = ["new", "check", "help", "--help", "-h", "--version"];

/// Whether the words of the command line, without the program's name, are for us.
pub(crate) fn is_meant(words: &[OsString]) -> bool {
    let is = |n: usize, known: &[&str]| {
        words.get(n).and_then(|w| w.to_str()).is_some_and(|w| known.contains(&w))
    };
    is(0, &["plugin"]) && (words.len() == 1 || is(1, &COMMANDS))
}

/// Does what the words say.
pub(crate) fn run(words: Vec<OsString>) -> Result<()> {
    let name = OsString::from("flowz plugin");
    let args = Args::parse_from([name].into_iter().chain(words.into_iter().skip(1)));
    let text = match args.command {
        Command::New(args) => new::run(&args)?,
        Command::Check(args) => check::run(&args)?,
    };
    crate::run::print(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{Args, is_meant};
    use clap::CommandFactory;

    #[test]
    fn definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn words_of_a_filter_stay_words_of_a_filter() {
        let meant =
            |words: &str| is_meant(&words.split_whitespace().map(Into::into).collect::<Vec<_>>());
        assert!(meant("plugin") && meant("plugin new x") && meant("plugin --help"));
        assert!(!meant("plugin -r x") && !meant("-r x plugin new") && !meant("plugin or tcp"));
        assert!(!meant(""));
    }
}
