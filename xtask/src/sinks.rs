//! `cargo xtask sinks`: what sinks have written is read back by foreign programs and compared with the text tables.
//!
//! `tests/sinks/sinks.py` does it; what is missing on this machine is skipped with a sentence. The program is a build of its own with all
//! sinks, in debug mode, so that the libraries of the other sinks are not compiled again.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::venv;
use crate::workspace::Workspace;

/// The script, in the workspace.
const SCRIPT: &str = "tests/sinks/sinks.py";

/// What Python needs to read the files, from its package index.
const MODULES: &str = "tests/sinks/requirements.txt";

/// Options of `sinks`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only scenarios whose name has this text: json, parquet, postgres …
    #[arg(value_name = "TEXT", default_value = "")]
    only: String,

    /// Compare what this program writes; without, one with all sinks is built
    #[arg(long, value_name = "PROGRAM")]
    flowz: Option<PathBuf>,
}

/// Compares; fails if something differs.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let flowz = args.flowz.clone().map_or_else(|| build(workspace), Ok)?;
    let mut python = Command::new(python(workspace)?);
    python.arg("-B").arg(workspace.path(SCRIPT)).arg("--flowz").arg(&flowz);
    python.args(["--only", &args.only]);
    if let Some(shared) = workspace.shared() {
        python.arg("--shared").arg(shared);
    }
    let status = python.status().context("cannot start python3, which the comparison needs")?;
    if !status.success() {
        bail!("sinks: not as txt writes it");
    }
    Ok(())
}

/// The program with all sinks, under a name of its own.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let features = ["build", "--quiet", "--workspace", "--features", "flowz/all-sinks"];
    process::run(workspace.cargo().args(features))?;
    let target = workspace.target()?;
    let folder = target.join("sinks");
    fs::create_dir_all(&folder).context("cannot make a folder for the program")?;
    let program = folder.join("flowz");
    // Moved, so that nobody takes it for the usual one, which the next build puts there again.
    fs::rename(target.join("debug").join("flowz"), &program).context("cannot move the program")?;
    Ok(program)
}

/// A Python with the modules that read the files; that of the system if they cannot be installed.
fn python(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target()?.join("sinks-python");
    if let Some(own) = venv::python(workspace, &folder, MODULES)? {
        return Ok(own);
    }
    println!(
        "sinks: the modules of {MODULES} cannot be installed (python3-venv, pip): what needs them is skipped"
    );
    Ok(PathBuf::from("python3"))
}
