//! `cargo xtask streams` and `calls`: plugins beside the values that are expected of recorded and made captures.
//!
//! Each script in a folder of `tests` compares one plugin with tables beside the captures.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// Scripts and what they compare with.
#[derive(Debug)]
pub(crate) struct Comparison {
    name: &'static str,
    /// The scripts, in the workspace.
    scripts: &'static str,
    /// Captures and tables, beside it.
    expected: &'static str,
}

/// Plugins that read TCP streams, with recorded and damaged conversations.
pub(crate) const STREAMS: Comparison =
    Comparison { name: "streams", scripts: "tests/streams", expected: "../shared/made/streams" };
/// Plugins for calls, with recorded and made ones.
pub(crate) const CALLS: Comparison =
    Comparison { name: "calls", scripts: "tests/calls", expected: "../shared/made/calls" };

/// Options of a comparison.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only these scripts, by name
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Only captures whose name has this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    captures: String,
}

/// Compares; fails if something differs. Says so and goes on where the captures are missing.
pub(crate) fn run(workspace: &Workspace, comparison: &Comparison, args: &Args) -> Result<()> {
    let Comparison { name: command, scripts: folder, expected } = comparison;
    let captures = workspace.path(expected);
    if !captures.is_dir() {
        println!("{command}: skipped: there is no {expected}");
        return Ok(());
    }
    let flowz = workspace.build_flowz()?;
    let mut different = Vec::new();
    for name in scripts(workspace, folder)? {
        if !args.names.is_empty() && !args.names.contains(&name) {
            continue;
        }
        let script = workspace.path(folder).join(format!("{name}.py"));
        let mut python = Command::new("python3");
        python.arg("-B").arg(script).arg("--flowz").arg(&flowz).arg(&captures);
        if !args.captures.is_empty() {
            python.args(["--captures", &args.captures]);
        }
        let status = python.status().context("cannot start python3, which the comparison needs")?;
        if !status.success() {
            different.push(name);
        }
    }
    match different.as_slice() {
        [] => Ok(()),
        names => bail!("{command}: not as expected: {}", names.join(", ")),
    }
}

/// Names of the scripts, in order.
fn scripts(workspace: &Workspace, folder: &str) -> Result<Vec<String>> {
    let entries = fs::read_dir(workspace.path(folder));
    let entries = entries.with_context(|| format!("cannot read {folder}"))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let scripts = paths.filter(|path| path.extension().is_some_and(|ending| ending == "py"));
    let mut names: Vec<_> =
        scripts.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}
