//! Pythons with modules of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// A Python in a folder of its own with the modules that a file of the workspace names; nothing if they cannot be installed. They are
/// installed once, and again when the file changes.
pub(crate) fn python(
    workspace: &Workspace,
    folder: &Path,
    modules: &str,
) -> Result<Option<PathBuf>> {
    let own = folder.join("bin").join("python3");
    let marker = folder.join("installed");
    let wanted = fs::read(workspace.path(modules))?;
    if fs::read(&marker).is_ok_and(|found| found == wanted) {
        return Ok(Some(own));
    }
    let made = process::run(Command::new("python3").args(["-m", "venv"]).arg(folder)).is_ok();
    let install = || {
        let mut pip = Command::new(&own);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
        process::run(pip.arg(workspace.path(modules))).is_ok()
    };
    if made && install() {
        fs::write(&marker, wanted)?;
        return Ok(Some(own));
    }
    Ok(None)
}
