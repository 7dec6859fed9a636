//! House-keeping commands of the project: `cargo xtask COMMAND`.
//!
//! Each command is a module. They run from anywhere in the workspace, print to standard output what
//! they found or made, and end with a sentence and exit code 1 if something is wrong.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what these commands do")]

mod bench;
mod compare;
mod demo;
mod dist;
mod engines;
mod expected;
mod gen_docs;
mod live;
mod new_plugin;
mod parity;
mod peers;
mod process;
mod python;
mod sinks;
mod slices;
mod system;
mod tables;
mod test;
mod tidy;
mod torture;
mod tuned;
mod venv;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use workspace::Workspace;

/// House-keeping commands of flowz
#[derive(Parser, Debug)]
#[command(name = "cargo xtask", max_term_width = 100)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Do the main job on a capture of the project and show the first rows
    Demo,
    /// Build everything and run all tests
    Test(test::Args),
    /// Build a release program that is laid out after a profile of its own runs
    Tuned,
    /// Build the release program with everything that is optional: all sinks, pictures
    Dist,
    /// Check the house rules that a program can check
    Tidy,
    /// Write a new plugin that counts packets, ready to be changed
    NewPlugin(new_plugin::Args),
    /// Write the generated part of the manual
    Gen(gen_docs::Args),
    /// Compare with the outputs of the reference, if they are on this machine
    Parity(parity::Args),
    /// Compare with tshark, packet by packet, over folders of any captures
    Compare(compare::Args),
    /// Compare plugins that read TCP streams with the expected values of recorded and damaged conversations
    Streams(expected::Args),
    /// Compare plugins for calls with the expected values of recorded and made ones
    Calls(expected::Args),
    /// Compare slices with those of tcpslice, if its outputs are on this machine
    Slices(slices::Args),
    /// Compare commands that print tables with other tools, if their outputs are on this machine
    Tables(tables::Args),
    /// Compare plugins with what real servers and clients say of the connections that they make here
    Peers(peers::Args),
    /// Read what sinks have written with foreign programs, and compare it with the text tables
    Sinks(sinks::Args),
    /// Build the Python package, and compare what it gives with the text tables
    Python(python::Args),
    /// Run the jobs for many captures on Spark and Dask, and compare with one process for each sensor
    Engines(engines::Args),
    /// Capture real traffic and compare; load the program; let it run for long
    Live(live::Args),
    /// Read captures and settings changed at random, and check what must hold
    Torture(torture::Args),
    /// Measure time and memory on the generated workloads
    Bench(bench::Args),
}

fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &Command) -> Result<()> {
    let workspace = Workspace::here();
    match command {
        Command::Demo => demo::run(&workspace),
        Command::Test(args) => test::run(&workspace, args),
        Command::Tuned => tuned::run(&workspace),
        Command::Dist => dist::run(&workspace),
        Command::Tidy => tidy::run(&workspace),
        Command::NewPlugin(args) => new_plugin::run(&workspace, args),
        Command::Gen(args) => gen_docs::run(&workspace, args),
        Command::Parity(args) => parity::run(&workspace, args),
        Command::Compare(args) => compare::run(&workspace, args),
        Command::Streams(args) => expected::run(&workspace, &expected::STREAMS, args),
        Command::Calls(args) => expected::run(&workspace, &expected::CALLS, args),
        Command::Slices(args) => slices::run(&workspace, args),
        Command::Tables(args) => tables::run(&workspace, args),
        Command::Peers(args) => peers::run(&workspace, args),
        Command::Sinks(args) => sinks::run(&workspace, args),
        Command::Python(args) => python::run(&workspace, args),
        Command::Engines(args) => engines::run(&workspace, args),
        Command::Live(args) => live::run(&workspace, args),
        Command::Torture(args) => torture::run(&workspace, args),
        Command::Bench(args) => bench::run(&workspace, args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn definition_is_sound() {
        super::Args::command().debug_assert();
    }
}
