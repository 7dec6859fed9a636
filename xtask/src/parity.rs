//! `cargo xtask parity`: our output against the reference's, capture by capture.
//!
//! The comparing is done by a script beside the project. Captures in `tests/parity/out_of_scope.txt`
//! may differ; the rest must not. `tests/parity/sets.txt` names the sets that are compared, and those of which
//! files are compared here, byte for byte. `tests/parity/plugins.txt` names the plugins whose columns are
//! compared with the reference's runs of all plugins.

mod bytes;
mod plugins;
mod scope;
mod script;
mod sets;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use scope::Scope;
use script::Script;
use sets::Set;

/// Options of `parity`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only this set of references, with its folder in front if it has one of its own (`made/std`)
    #[arg(long, value_name = "SET")]
    set: Option<String>,

    /// Only this kind of output
    #[arg(long, value_name = "KIND", value_parser = KINDS)]
    kind: Option<String>,
}

const KINDS: [&str; 3] = ["flows", "packets", "log"];

/// Compares; fails if a capture differs that should not.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let Some(shared) = workspace.shared().filter(|s| s.join(script::PATH).is_file()) else {
        println!("parity: skipped: no ../shared here");
        return Ok(());
    };
    let flowz = workspace.build_flowz()?;
    let scope = Scope::read(&workspace.path(scope::PATH));
    let mut different = 0;
    for set in wanted(workspace, args)? {
        for kind in &set.kinds {
            let (name, project) = (set.name.as_str(), workspace.root.as_path());
            let folder =
                &if set.folder.is_empty() { shared.clone() } else { shared.join(&set.folder) };
            let script =
                Script { shared: &shared, folder, project, flowz: &flowz, set: name, kind };
            let by_bytes = set.exactly && kind != "log";
            let lines = if by_bytes { bytes::compare(&script)? } else { script.compare()? };
            different += print(&lines, kind, &scope);
        }
    }
    if args.set.is_none() && args.kind.is_none() {
        different += plugins::compare(workspace, &shared, &flowz)?;
    }
    match different {
        0 => Ok(()),
        n => bail!("parity: {n} differences that are not out of scope"),
    }
}

/// The sets and kinds that are asked for, or else those of the list.
fn wanted(workspace: &Workspace, args: &Args) -> Result<Vec<Set>> {
    let listed = sets::read(&workspace.path(sets::PATH))?;
    let mut sets = match &args.set {
        Some(name) => {
            let all = Set::named(name);
            let is_it = |set: &&Set| (&set.folder, &set.name) == (&all.folder, &all.name);
            let exactly = listed.iter().find(is_it).is_some_and(|set| set.exactly);
            vec![Set { exactly, ..all }]
        }
        None => listed,
    };
    for set in &mut sets {
        set.kinds.retain(|kind| args.kind.as_ref().is_none_or(|only| only == kind));
    }
    Ok(sets)
}

/// Prints what the script found; yields the number of captures that should not differ.
fn print(lines: &[String], kind: &str, scope: &Scope) -> usize {
    let (mut different, mut out) = (0, 0);
    for line in lines {
        match line.strip_prefix("DIFF  ").and_then(|l| l.split(':').next()) {
            Some(capture) if scope.is_out(capture, kind) => out += 1,
            Some(_) => {
                different += 1;
                println!("{line}");
            }
            None => println!("{line}"),
        }
    }
    println!("    of those that differ, {out} are out of scope and {different} are not");
    different
}

#[cfg(test)]
mod tests {
    use super::{Scope, print};

    #[test]
    fn what_is_out_of_scope_does_not_count() {
        let scope = Scope::from_text("# later\n*gre-*\nx packets\n");
        let lines = ["DIFF  a-gre-b: 2 cells differ", "DIFF  x: 1 cells differ", "std/flows: 1/3"];
        let lines = lines.map(str::to_owned);
        assert_eq!((print(&lines, "flows", &scope), print(&lines, "packets", &scope)), (1, 0));
    }
}
