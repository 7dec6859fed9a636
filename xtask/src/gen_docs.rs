//! `cargo xtask gen`: the part of the manual that comes from code. Nobody edits these files.

mod example;
mod manual;

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::text_of;
use crate::system;
use crate::workspace::Workspace;

/// Options of `gen`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Write nothing; fail if a file is not as it would be written
    #[arg(long)]
    check: bool,
}

/// Writes or checks all generated files.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    system::need_libpcap()?;
    let flowz = workspace.build_flowz()?;
    let t2conf = workspace.build("t2conf")?;
    let tawk = workspace.build("tawk")?;
    let tcol = workspace.build("tcol")?;
    let files = [
        (
            "docs/plugins.md",
            manual::plugins(workspace, |info| example::for_plugin(workspace, &flowz, info))?,
        ),
        ("docs/t2conf.1", text_of(Command::new(t2conf).arg("--man"))?),
        ("docs/tawk.1", text_of(Command::new(&tawk).arg("--man"))?),
        ("docs/tcol.1", text_of(Command::new(tcol).arg("--man"))?),
        ("docs/tawk.md", tawk_page(workspace, &tawk)?),
        ("docs/flowz.1", text_of(Command::new(&flowz).arg("--man"))?),
    ];
    let differs = |path: &str, text: &str| {
        fs::read_to_string(workspace.path(path)).ok().as_deref() != Some(text)
    };
    let stale: Vec<_> = files.iter().filter(|(path, text)| differs(path, text)).collect();
    if args.check {
        let names: Vec<_> = stale.iter().map(|(path, _)| *path).collect();
        if !names.is_empty() {
            bail!("{} is not up to date: run cargo xtask gen", names.join(" and "));
        }
        println!("gen: {} files are up to date", files.len());
        return Ok(());
    }
    for (path, text) in &stale {
        let file = workspace.path(path);
        let failed = || format!("cannot write {}", file.display());
        fs::create_dir_all(file.parent().unwrap_or(&workspace.root)).with_context(failed)?;
        fs::write(&file, text).with_context(failed)?;
        println!("gen: wrote {path}");
    }
    println!("gen: {} of {} files were up to date", files.len() - stale.len(), files.len());
    Ok(())
}

/// Between these lines of its page stands the help of all functions of tawk.
const FUNCTIONS: [&str; 2] = ["<!-- functions -->\n", "<!-- /functions -->\n"];

/// The page of tawk with the functions that there are now.
fn tawk_page(workspace: &Workspace, tawk: &Path) -> Result<String> {
    let page = fs::read_to_string(workspace.path("docs/tawk.md"))?;
    let [begin, end] = FUNCTIONS;
    let (front, rest) = page.split_once(begin).context("docs/tawk.md has no line for functions")?;
    let (_, back) = rest.split_once(end).context("docs/tawk.md has no end of functions")?;
    let help = text_of(Command::new(tawk).arg("-l"))?;
    Ok(format!("{front}{begin}\n```\n{}\n```\n\n{end}{back}", help.trim_end()))
}
