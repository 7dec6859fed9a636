//! `cargo xtask slices`: `flowz slice` beside what tcpslice wrote for recorded captures, and beside known sessions.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The script, in the workspace.
const SCRIPT: &str = "tests/slices/tcpslice.py";
/// The one for sessions of all kinds, and its captures.
const SESSIONS: (&str, &str) = ("tests/slices/sessions.py", "../shared/made/calls");
/// What tcpslice wrote and printed, beside it.
const GOLDEN: &str = "../shared/golden-tools/tcpslice";
/// Where the captures are.
const CAPTURES: [&str; 3] =
    ["../shared/captures", "../shared/more/captures", "../shared/made/captures"];

/// Options of `slices`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only captures whose name has this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    captures: String,
}

/// Compares; fails if something differs. Says so and goes on where there is nothing to compare with.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let golden = workspace.path(GOLDEN);
    if !golden.is_dir() {
        println!("slices: skipped: there is no {GOLDEN}");
        return Ok(());
    }
    let flowz = workspace.build_flowz()?;
    let mut tcpslice = python(workspace, SCRIPT, &flowz, args);
    tcpslice.arg(golden).args(CAPTURES.map(|folder| workspace.path(folder)));
    let mut sessions = python(workspace, SESSIONS.0, &flowz, args);
    sessions.arg(workspace.path(SESSIONS.1));
    for mut script in [tcpslice, sessions] {
        let status = script.status().context("cannot start python3, which the comparison needs")?;
        if !status.success() {
            bail!("slices: not as expected");
        }
    }
    Ok(())
}

/// A script for captures.
fn python(workspace: &Workspace, script: &str, flowz: &Path, args: &Args) -> Command {
    let mut python = Command::new("python3");
    python.arg("-B").arg(workspace.path(script)).arg("--flowz").arg(flowz);
    python.args(["--captures", &args.captures]);
    python
}
