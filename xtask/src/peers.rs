//! `cargo xtask peers`: real servers and clients talk, and what plugins decode is compared with what the clients report.
//!
//! `tests/peers/peers.py` does it, in a network of its own; what is missing on this machine is skipped with a sentence.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The script, in the workspace.
const SCRIPT: &str = "tests/peers/peers.py";

/// Options of `peers`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only scenarios whose name has this text: http, tls, dns …
    #[arg(value_name = "TEXT", default_value = "")]
    only: String,

    /// Copy the captures of what differs into this folder
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Compares; fails if something differs.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let flowz = workspace.build_flowz()?;
    let mut python = Command::new("python3");
    python.arg("-B").arg(workspace.path(SCRIPT)).arg("--flowz").arg(&flowz);
    python.args(["--only", &args.only]);
    if let Some(folder) = &args.keep {
        python.arg("--keep").arg(folder);
    }
    let status = python.status().context("cannot start python3, which the comparison needs")?;
    if !status.success() {
        bail!("peers: not as the clients report");
    }
    Ok(())
}
