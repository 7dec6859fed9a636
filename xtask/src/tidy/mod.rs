//! `cargo xtask tidy`: the house rules that a program can check, one module each.
//!
//! A rule looks at the [`Tree`] (the project's files) or at Cargo's metadata and yields [`Finding`]s.

mod arrows;
mod data;
mod folders;
mod forbid;
mod length;
mod names;
mod paths;
mod stubs;
mod tree;

use std::fmt;

use anyhow::{Result, bail};
use flowz_api::registry;

use crate::workspace::Workspace;
use tree::Tree;

/// Something that breaks a rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Finding {
    /// File or package.
    place: String,
    /// Line in the file, from 1; 0 where it is about the whole.
    line: usize,
    /// What is wrong and what would be right.
    text: String,
}

impl Finding {
    /// About a file or package as a whole.
    fn about(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), line: 0, text: text.into() }
    }

    /// About a line, counted from 0.
    fn at(place: &str, index: usize, text: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line: index + 1, text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.place, self.text),
            line => write!(f, "{}:{line}: {}", self.place, self.text),
        }
    }
}

/// Checks all rules; fails if anything was found.
pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let tree = Tree::read(&workspace.root)?;
    let metadata = workspace.metadata()?;
    let shared = workspace.shared().map(|s| s.join("captures"));
    let mut findings = [
        arrows::check(&metadata),
        forbid::check(&tree, &metadata),
        names::check(&tree, &components()),
        length::check(&tree),
        stubs::check(&tree),
        data::check(&tree, shared.as_deref()),
        folders::check(&tree),
        paths::check(&tree),
    ]
    .concat();
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: {} files, nothing found", tree.files.len()),
        1 => bail!("tidy: one finding"),
        n => bail!("tidy: {n} findings"),
    }
    Ok(())
}

/// Names of all plugins and sinks.
fn components() -> names::Components {
    flowz_plugins::link();
    flowz_sinks::link();
    names::Components {
        plugins: registry::plugins().iter().map(|p| p.info.name.to_owned()).collect(),
        sinks: registry::sinks().iter().map(|s| s.info.name.to_owned()).collect(),
    }
}
