//! `cargo xtask parity`: our output against the reference's, capture by capture.
//!
//! The comparing is done by a script beside the project. Captures in `tests/parity/out_of_scope.txt`
//! may differ; the rest must not.

mod scope;
mod script;

use anyhow::{Result, bail};

use crate::workspace::Workspace;
use scope::Scope;
use script::Script;

/// Options of `parity`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Only this set of references
    #[arg(long, value_name = "SET")]
    set: Option<String>,

    /// Only this kind of output
    #[arg(long, value_name = "KIND", value_parser = KINDS)]
    kind: Option<String>,
}

const SETS: [&str; 2] = ["min", "std"];
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
    for set in chosen(args.set.as_deref(), &SETS) {
        for kind in chosen(args.kind.as_deref(), &KINDS) {
            let script =
                Script { shared: &shared, project: &workspace.root, flowz: &flowz, set, kind };
            different += print(&script.compare()?, kind, &scope);
        }
    }
    match different {
        0 => Ok(()),
        n => bail!("parity: {n} differences that are not out of scope"),
    }
}

fn chosen<'a>(only: Option<&'a str>, all: &[&'a str]) -> Vec<&'a str> {
    only.map_or_else(|| all.to_vec(), |one| vec![one])
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
        let scope = Scope::of("# later\n*gre-*\nx packets\n");
        let lines = ["DIFF  a-gre-b: 2 cells differ", "DIFF  x: 1 cells differ", "std/flows: 1/3"];
        let lines = lines.map(str::to_owned);
        assert_eq!((print(&lines, "flows", &scope), print(&lines, "packets", &scope)), (1, 0));
    }
}
