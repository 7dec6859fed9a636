//! `cargo xtask dist`: the release program with all that is optional: every sink, and pictures of plots.

use anyhow::{Result, bail};

use crate::process;
use crate::system;
use crate::workspace::Workspace;

/// All that is optional.
const FEATURES: &str = "all-sinks,plots";

/// Builds it, beside the usual release program, and says where it is.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    system::need_libpcap()?;
    let build = ["build", "--profile", "dist", "--package", "flowz", "--features", FEATURES];
    process::run(workspace.cargo().args(build))?;
    let program = workspace.target()?.join("dist").join("flowz");
    if !program.is_file() {
        bail!("the build left no program at {}", program.display());
    }
    println!("{}", program.display());
    Ok(())
}
