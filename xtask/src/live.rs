//! `cargo xtask live`: captures real traffic with the program and compares, loads it, lets it run for long.
//!
//! `tests/live/live.py` does it, in networks of its own; what is missing on this machine is skipped with a sentence.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

/// The script, in the workspace.
const SCRIPT: &str = "tests/live/live.py";

/// What is to be done.
#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
enum What {
    /// Rows of live captures beside those of their records, and these beside captures of tcpdump
    Rows,
    /// All that a cable carries: every packet is seen or counted as lost
    Load,
    /// The highest rates without losses, of this program and of others
    Rates,
    /// Mixed traffic for long, with all that can go wrong
    Soak,
}

/// Options of `live`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What is to be done; without a word rows, load and soak
    #[arg(value_enum)]
    what: Option<What>,

    /// Only scenarios whose name has this text
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,

    /// How long the load goes on, or a try of a rate
    #[arg(long, value_name = "N")]
    seconds: Option<f64>,

    /// How long the soak goes on
    #[arg(long, value_name = "N")]
    minutes: Option<f64>,

    /// Step the system's clock at the end of the soak, five minutes forwards and back: nothing else may run here
    #[arg(long)]
    steps_clock: bool,

    /// Show what the program has said where something is wrong
    #[arg(long)]
    talks: bool,
}

/// Does it; fails if something is wrong.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> Result<()> {
    let flowz = workspace.build_flowz()?;
    let all = [What::Rows, What::Load, What::Soak];
    let chosen: Vec<_> = args.what.map_or(all.to_vec(), |what| vec![what]);
    for what in chosen {
        let mut python = Command::new("python3");
        python.arg("-B").arg(workspace.path(SCRIPT)).arg(word(what)).arg("--flowz").arg(&flowz);
        python.args(["--only", &args.only]);
        for (option, value) in [("--seconds", args.seconds), ("--minutes", args.minutes)] {
            python.args(value.map(|value| format!("{option}={value}")));
        }
        for (option, is_set) in [("--steps-clock", args.steps_clock), ("--talks", args.talks)] {
            python.args(is_set.then_some(option));
        }
        let status = python.status().context("cannot start python3, which this needs")?;
        if !status.success() {
            bail!("live: {} went wrong", word(what));
        }
    }
    Ok(())
}

fn word(what: What) -> &'static str {
    match what {
        What::Rows => "rows",
        What::Load => "load",
        What::Rates => "rates",
        What::Soak => "soak",
    }
}
