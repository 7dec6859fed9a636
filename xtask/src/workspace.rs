//! Where the project is on this machine, and how its programs are built.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{self, text_of};

/// The project's folder.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// The workspace that this program was built from.
    pub(crate) fn here() -> Self {
        let own = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: own.parent().unwrap_or(own).to_owned() }
    }

    /// A path below the root.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder with references, captures and tools beside the project, if there is one.
    pub(crate) fn shared(&self) -> Option<PathBuf> {
        let folder = self.root.parent()?.join("shared");
        folder.is_dir().then_some(folder)
    }

    /// Cargo, started in the root.
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
        cargo.current_dir(&self.root);
        cargo
    }

    /// What Cargo knows of the packages, without those of others.
    pub(crate) fn metadata(&self) -> Result<Value> {
        let mut cargo = self.cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        serde_json::from_str(&text_of(&mut cargo)?)
            .context("cannot read the output of cargo metadata")
    }

    /// Where builds go.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let metadata = self.metadata()?;
        Ok(metadata["target_directory"].as_str().unwrap_or("target").into())
    }

    /// Builds the release program and yields its path.
    pub(crate) fn build_flowz(&self) -> Result<PathBuf> {
        self.build("flowz")
    }

    /// Builds the release program of a package and yields its path.
    pub(crate) fn build(&self, package: &str) -> Result<PathBuf> {
        process::run(self.cargo().args(["build", "--release", "--quiet", "--package", package]))?;
        let program = self.target()?.join("release").join(package);
        if !program.is_file() {
            bail!("the build left no program at {}", program.display());
        }
        Ok(program)
    }
}
