//! `cargo xtask tables`: commands that print tables beside what other tools print for recorded captures.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The script, in the workspace; a module beside it for each tool.
const SCRIPT: &str = "tests/tables/tables.py";
/// What the tools printed, beside it.
const GOLDEN: &str = "../shared/golden-tools";
/// Where the captures are.
const CAPTURES: [&str; 3] =
    ["../shared/captures", "../shared/more/captures", "../shared/made/captures"];

/// Options of `tables`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only captures whose name has this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    captures: String,

    /// Only this tool
    #[arg(long, value_name = "NAME", default_value = "")]
    tool: String,
}

/// Compares; fails if something differs without a reason. Says so and goes on where there is nothing to compare with.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let golden = workspace.path(GOLDEN);
    if !golden.is_dir() {
        println!("tables: skipped: there is no {GOLDEN}");
        return Ok(());
    }
    let mut python = Command::new("python3");
    python.arg("-B").arg(workspace.path(SCRIPT)).arg("--flowz").arg(workspace.build_flowz()?);
    python.args(["--captures", &args.captures, "--tool", &args.tool]).arg("--golden").arg(golden);
    python.args(CAPTURES.map(|folder| workspace.path(folder)));
    let status = python.status().context("cannot start python3, which the comparison needs")?;
    if !status.success() {
        bail!("tables: not as expected");
    }
    Ok(())
}
