//! `cargo xtask compare FOLDER`: our packet table beside tshark's view of the same packets, over any captures.
//!
//! The comparing is done by `tests/compare/compare.py`; what may differ stands in `conventions.tsv` beside it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The script, in the workspace.
const SCRIPT: &str = "tests/compare/compare.py";

/// Options of `compare`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Folders with captures
    #[arg(value_name = "FOLDER", required = true)]
    folders: Vec<PathBuf>,

    /// Only files of such names
    #[arg(long, value_name = "GLOB", default_value = "*")]
    captures: String,

    /// Examples of each cause
    #[arg(long, value_name = "N", default_value_t = 1)]
    show: u32,
}

/// Compares; fails if something differs that is no convention. Says so and goes on where tshark is missing.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    if !has_tshark() {
        println!("compare: skipped: tshark is not installed (on Debian: apt-get install tshark)");
        return Ok(());
    }
    let flowz = workspace.build_flowz()?;
    let mut different = 0;
    for folder in &args.folders {
        println!("{}:", folder.display());
        let mut python = Command::new("python3");
        python.arg("-B").arg(workspace.path(SCRIPT)).arg("--flowz").arg(&flowz).arg(folder);
        python.args(["--captures", &args.captures, "--show", &args.show.to_string()]);
        let status = python.status().context("cannot start python3, which the comparison needs")?;
        match status.code() {
            Some(0) => {}
            Some(1) => different += 1,
            _ => bail!("compare: stopped at {}", folder.display()),
        }
    }
    match different {
        0 => Ok(()),
        _ => bail!("compare: there are differences that are no conventions"),
    }
}

fn has_tshark() -> bool {
    let mut tshark = Command::new("tshark");
    tshark.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    tshark.status().is_ok_and(|status| status.success())
}
