//! The flowz program: command line in, exit status out.
#![forbid(unsafe_code)]

mod args;
mod clock;
mod destination;
mod feed;
mod info;
mod log;
mod plugin;
mod progress;
mod run;
mod threads;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::Args;

/// Everything that could be read is in the output, but the input was cut or damaged.
const DAMAGED_INPUT: u8 = 3;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    if plugin::is_meant(&words) {
        flowz_plugins::link();
        return match plugin::run(words) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                log::error(&error);
                ExitCode::FAILURE
            }
        };
    }
    if words.is_empty() {
        let _ = Args::command().print_help();
        return ExitCode::from(1);
    }
    let args = Args::parse();
    match run(&args) {
        Ok(run::Outcome::Done) => ExitCode::SUCCESS,
        Ok(run::Outcome::Damaged) => ExitCode::from(DAMAGED_INPUT),
        Err(error) => {
            log::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> anyhow::Result<run::Outcome> {
    flowz_plugins::link();
    flowz_sinks::link();
    if info::is_wanted(args) {
        return info::print(args).map(|()| run::Outcome::Done);
    }
    run::run(args)
}
