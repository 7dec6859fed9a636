//! `cargo xtask python`: the wheel of `python/` is built and installed, and its tests run beside the program.
//!
//! What its tests read it with is in `python/tests/requirements.txt`; without these modules all is skipped with a sentence.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::venv;
use crate::workspace::Workspace;

/// What the tests need, from Python's package index.
const MODULES: &str = "python/tests/requirements.txt";

/// Options of `python`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Compare with the text tables of this program; without, that of a debug build
    #[arg(long, value_name = "PROGRAM")]
    flowz: Option<PathBuf>,

    /// What else pytest is told: -k NAME, -x
    #[arg(last = true)]
    pytest: Vec<String>,
}

/// Builds and tests; fails if a test does.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let folder = workspace.target()?.join("python-venv");
    let Some(python) = venv::python(workspace, &folder, MODULES)? else {
        println!(
            "python: the modules of {MODULES} cannot be installed (python3-venv, pip): skipped"
        );
        return Ok(());
    };
    install(workspace, &python)?;
    let flowz = args.flowz.clone().map_or_else(|| build(workspace), Ok)?;
    let mut pytest = Command::new(&python);
    pytest.current_dir(&workspace.root).env("FLOWZ", flowz).args(["-B", "-m", "pytest"]);
    pytest.args(["-q", "-p", "no:cacheprovider"]).args(&args.pytest);
    pytest.arg(workspace.path("python/tests"));
    if let Some(shared) = workspace.shared() {
        pytest.env("FLOWZ_SHARED", shared);
    }
    let status = pytest.status().context("cannot start pytest")?;
    if !status.success() {
        bail!("python: a test has failed");
    }
    Ok(())
}

/// Builds the wheel and installs it.
fn install(workspace: &Workspace, python: &Path) -> Result<()> {
    let target = workspace.target()?;
    let wheels = target.join("wheels");
    // Wheels of other versions would be installed too.
    match fs::remove_dir_all(&wheels) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(error).context("cannot remove the wheels of the last time");
        }
        _ => {}
    }
    let mut maturin = Command::new(python);
    maturin.current_dir(&workspace.root).args(["-m", "maturin", "build", "--release", "--quiet"]);
    maturin.args(["--locked", "--manifest-path", "python/Cargo.toml", "--target-dir"]);
    maturin.arg(target.join("python")).arg("--out").arg(&wheels).arg("--interpreter").arg(python);
    process::run(&mut maturin)?;
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(["--force-reinstall", "--no-deps", "--no-index", "--find-links"]).arg(&wheels);
    process::run(pip.arg("flowz"))
}

/// The program of a debug build.
fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args(["build", "--quiet", "--workspace"]))?;
    Ok(workspace.target()?.join("debug").join("flowz"))
}
