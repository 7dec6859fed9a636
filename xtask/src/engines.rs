//! `cargo xtask engines`: the jobs of `engines/` over generated captures, beside one process for each sensor.
//!
//! `tests/engines/run.py` does it; what is missing on this machine is skipped with a sentence. The program is a build of its own with the
//! Parquet sink, in debug mode, so that the libraries of the other commands are not compiled again.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// The script, in the workspace.
const SCRIPT: &str = "tests/engines/run.py";

/// Spark, Dask and what reads Parquet, from Python's package index.
const MODULES: &str = "tests/engines/requirements.txt";

/// Options of `engines`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only scenarios whose name has this text: spark, dask, ledgers …
    #[arg(value_name = "TEXT", default_value = "")]
    only: String,

    /// Let the jobs run this program, which needs the Parquet sink; without, one is built
    #[arg(long, value_name = "PROGRAM")]
    flowz: Option<PathBuf>,
}

/// Compares; fails if something differs.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let Some(python) = python(workspace)? else {
        println!(
            "engines: skipped: the modules of {MODULES} cannot be installed (python3-venv, pip)"
        );
        return Ok(());
    };
    let flowz = args.flowz.clone().map_or_else(|| build(workspace), Ok)?;
    let mut script = Command::new(python);
    script.arg("-B").arg(workspace.path(SCRIPT)).arg("--flowz").arg(&flowz);
    script.args(["--only", &args.only]);
    let status = script.status().context("cannot start python3, which the comparison needs")?;
    if !status.success() {
        bail!("engines: not as one process for each sensor writes it");
    }
    Ok(())
}

/// The program with the Parquet sink, under a name of its own.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    let features = ["build", "--quiet", "--workspace", "--features", "flowz/parquet,flowz/arrow"];
    process::run(workspace.cargo().args(features))?;
    let target = workspace.target()?;
    let folder = target.join("engines");
    fs::create_dir_all(&folder).context("cannot make a folder for the program")?;
    let program = folder.join("flowz");
    // Moved, so that nobody takes it for the usual one, which the next build puts there again.
    fs::rename(target.join("debug").join("flowz"), &program).context("cannot move the program")?;
    Ok(program)
}

/// A Python with the modules; none if they cannot be installed.
fn python(workspace: &Workspace) -> Result<Option<PathBuf>> {
    let folder = workspace.target()?.join("engines-python");
    let own = folder.join("bin").join("python3");
    let marker = folder.join("installed");
    let wanted = fs::read(workspace.path(MODULES))?;
    if fs::read(&marker).is_ok_and(|found| found == wanted) {
        return Ok(Some(own));
    }
    let made = process::run(Command::new("python3").args(["-m", "venv"]).arg(&folder)).is_ok();
    let mut pip = Command::new(&own);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    if made && process::run(pip.arg(workspace.path(MODULES))).is_ok() {
        fs::write(&marker, wanted)?;
        return Ok(Some(own));
    }
    Ok(None)
}
