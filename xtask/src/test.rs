//! `cargo xtask test`: everything is built, all tests run.

use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::system;
use crate::workspace::Workspace;

/// Options of `test`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Passed on to the test runner
    #[arg(last = true)]
    runner: Vec<String>,
}

/// Runs all tests, with nextest where it is installed.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    system::need_libpcap()?;
    process::run(workspace.cargo().args(["build", "--workspace", "--all-targets"]))?;
    let nextest = process::succeeds(workspace.cargo().args(["nextest", "--version"]));
    if nextest {
        // It runs no examples of the documentation.
        process::run(workspace.cargo().args([
            "test",
            "--quiet",
            "--doc",
            "--package",
            "flowz-api",
        ]))?;
    }
    process::run(command(workspace, nextest).args(&args.runner))
}

fn command(workspace: &Workspace, nextest: bool) -> Command {
    let mut cargo = workspace.cargo();
    if nextest {
        cargo.args(["nextest", "run", "--workspace"]);
    } else {
        println!("cargo-nextest is not installed, so cargo test runs the tests");
        cargo.args(["test", "--workspace"]);
    }
    cargo
}
