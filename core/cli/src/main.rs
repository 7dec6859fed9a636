//! The flowz program: command line in, exit status out.
#![forbid(unsafe_code)]

mod args;
mod clock;
mod commands;
mod deliveries;
mod destination;
mod free_names;
mod leftovers;
mod log;
mod log_file;
mod output;
mod outputs;
mod pattern;
mod periods;
mod signals;
mod small_file;
mod state_file;
mod ticker;
mod usage;

use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, Parser};
use flowz_config::usage::sentence;

use args::Cli;
use commands::{analyze, list};

/// Something failed.
const FAILED: u8 = 1;
/// The words of the command line or the settings are wrong.
const WRONG_USAGE: u8 = 2;
/// Everything that could be read is in the output, but the input was cut or damaged.
const DAMAGED_INPUT: u8 = 3;

fn main() -> ExitCode {
    if std::env::args_os().len() < 2 {
        log::usage(&Cli::command().render_usage().to_string());
        return ExitCode::from(WRONG_USAGE);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(error),
    };
    match run(&cli) {
        Ok(analyze::Outcome::Done) => ExitCode::SUCCESS,
        Ok(analyze::Outcome::Damaged) => ExitCode::from(DAMAGED_INPUT),
        Ok(analyze::Outcome::Stopped(status)) => ExitCode::from(status),
        // Whoever read standard output has seen enough.
        Err(error) if output::was_closed(&error) => ExitCode::SUCCESS,
        Err(error) => match error.downcast() {
            // Of a command that stands for options of the main job.
            Ok(error) => refuse(error),
            Err(error) => {
                log::error(&error);
                ExitCode::from(usage::status(&error))
            }
        },
    }
}

/// Tells what is wrong with the words, or shows the help that they ask for.
fn refuse(error: clap::Error) -> ExitCode {
    match sentence(without_bad_tip(error)) {
        Ok(sentence) => log::error(&usage::wrong(sentence)),
        Err(help) => help.exit(),
    }
    ExitCode::from(WRONG_USAGE)
}

/// Options that do not exist are mistyped, not meant as words of a filter: behind `--` they would be no filter either.
fn without_bad_tip(mut error: clap::Error) -> clap::Error {
    if error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::Suggested);
    }
    error
}

fn run(cli: &Cli) -> anyhow::Result<analyze::Outcome> {
    flowz_plugins::link();
    flowz_sinks::link();
    if let Some(command) = &cli.command {
        return command.run();
    }
    if list::is_wanted(&cli.analyze) {
        return list::print(&cli.analyze).map(|()| analyze::Outcome::Done);
    }
    analyze::run(&cli.analyze)
}
