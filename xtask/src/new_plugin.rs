//! `cargo xtask new-plugin NAME`: a folder with a plugin that works, and its line in the list.
//!
//! What is written comes from `flowz_scaffold`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use flowz_api::registry;
use flowz_scaffold::{check_name, snake_case};

use crate::workspace::Workspace;

/// Options of `new-plugin`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Name as users type it, in camel case: `dnsDecode`
    name: String,

    /// Place in the order of plugins; without it, behind all others
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..i64::from(FIRST_SINK)))]
    number: Option<u16>,
}

/// Numbers from here on are for sinks.
const FIRST_SINK: u16 = 900;
/// Where plugins are.
const FOLDER: &str = "plugins/src";

/// Writes the plugin.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    flowz_plugins::link();
    let taken: Vec<_> = registry::plugins().iter().map(|p| (p.info.number, p.info.name)).collect();
    check_name(&args.name)?;
    if let Some((_, name)) = taken.iter().find(|(_, n)| n.eq_ignore_ascii_case(&args.name)) {
        bail!("there is a plugin {name} already");
    }
    let number = args.number.map_or_else(|| behind(taken.iter().map(|t| t.0)), Ok)?;
    if let Some((_, name)) = taken.iter().find(|t| t.0 == number) {
        bail!("number {number} is taken by {name}");
    }
    write(&workspace.path(FOLDER), &args.name, number)?;
    let folder = snake_case(&args.name);
    println!("wrote {FOLDER}/{folder}/ and its line in {FOLDER}/lib.rs; try it:");
    println!("  cargo run -- -r data/web.pcap -w - -q --plugins basicFlow,{} | head", args.name);
    Ok(())
}

/// The next round number behind all others.
fn behind(numbers: impl Iterator<Item = u16>) -> Result<u16> {
    let next = numbers.max().unwrap_or(0) / 10 * 10 + 10;
    if next >= FIRST_SINK {
        bail!("no number is free behind the other plugins: choose one with --number");
    }
    Ok(next)
}

/// Writes folder and line below `folder`.
fn write(folder: &Path, name: &str, number: u16) -> Result<()> {
    let own = folder.join(snake_case(name));
    if own.exists() {
        bail!("{} exists already", own.display());
    }
    let list = folder.join("lib.rs");
    let text =
        fs::read_to_string(&list).with_context(|| format!("cannot read {}", list.display()))?;
    let text = with_module(&text, &snake_case(name))
        .with_context(|| format!("there are no 'mod' lines in {}", list.display()))?;
    let failed = || format!("cannot write below {}", own.display());
    fs::create_dir_all(&own).with_context(failed)?;
    for (file, text) in flowz_scaffold::plugin_files(name, number) {
        fs::write(own.join(file), text).with_context(failed)?;
    }
    fs::write(&list, text).with_context(|| format!("cannot write {}", list.display()))
}

/// The list with a further module, in alphabetical order.
fn with_module(list: &str, module: &str) -> Option<String> {
    let name = |line: &str| Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned());
    let lines: Vec<_> = list.lines().collect();
    let modules = || lines.iter().enumerate().filter_map(|(n, l)| Some((n, name(l)?)));
    let next = modules().find(|(_, m)| m.as_str() > module).map(|(n, _)| n);
    let at = next.or_else(|| modules().next_back().map(|(n, _)| n + 1))?;
    let line = format!("mod {module};");
    let mut all: Vec<_> = lines.clone();
    all.insert(at, &line);
    Some(all.join("\n") + "\n")
}

#[cfg(test)]
mod tests;
