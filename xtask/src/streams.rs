//! `cargo xtask streams`: plugins that read TCP streams beside the values that are expected of recorded and damaged conversations.
//!
//! Each script in `tests/streams` compares one plugin with the table of its name in `../shared/made/streams`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The scripts, in the workspace.
const SCRIPTS: &str = "tests/streams";
/// The conversations, beside it.
const CONVERSATIONS: &str = "../shared/made/streams";

/// Options of `streams`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only these scripts, by name: streams, http …
    #[arg(value_name = "NAME")]
    names: Vec<String>,

    /// Only captures whose name has this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    captures: String,
}

/// Compares; fails if something differs. Says so and goes on where the conversations are missing.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let folder = workspace.path(CONVERSATIONS);
    if !folder.is_dir() {
        println!("streams: skipped: there is no {CONVERSATIONS}");
        return Ok(());
    }
    let flowz = workspace.build_flowz()?;
    let mut different = Vec::new();
    for name in scripts(workspace)? {
        if !args.names.is_empty() && !args.names.contains(&name) {
            continue;
        }
        let script = workspace.path(SCRIPTS).join(format!("{name}.py"));
        let mut python = Command::new("python3");
        python.arg("-B").arg(script).arg("--flowz").arg(&flowz).arg(&folder);
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
        names => bail!("streams: not as expected: {}", names.join(", ")),
    }
}

/// Names of the scripts, in order.
fn scripts(workspace: &Workspace) -> Result<Vec<String>> {
    let folder = workspace.path(SCRIPTS);
    let entries = fs::read_dir(&folder).with_context(|| format!("cannot read {SCRIPTS}"))?;
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let scripts = paths.filter(|path| path.extension().is_some_and(|ending| ending == "py"));
    let mut names: Vec<_> =
        scripts.filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect();
    names.sort();
    Ok(names)
}
