//! `flowz xpl`: drawings of TCP connections, for xplot and as pictures.

mod args;
mod files;
#[cfg(feature = "plots")]
mod pictures;
#[cfg(not(feature = "plots"))]
#[path = "pictures_left_out.rs"]
mod pictures;

use std::ffi::OsString;

use anyhow::Result;

use super::analyze::{self, Outcome};
use crate::log;
pub(crate) use args::Args;
use files::Stage;

/// Draws connections.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    args.mind_choice()?;
    let pictures = pictures::Pictures::new(args)?;
    let stage = Stage::new(&args.folder)?;
    let outcome = analyze::run_part(main_job(args, &stage), false);
    // Files that are complete come to their place, also if others could not be written.
    let drawings = stage.finish()?;
    let outcome = outcome?;
    if drawings.is_empty() {
        log::warning("there is nothing to draw: no TCP connection with these numbers");
    }
    pictures.draw(&drawings)?;
    Ok(outcome)
}

/// The command line of the main job.
fn main_job(args: &Args, stage: &Stage) -> Vec<OsString> {
    let mut words: Vec<OsString> =
        ["flowz", "-q", "--no-config", "--plugins", "xplot", "--sinks=-txt", "-w"]
            .map(Into::into)
            .to_vec();
    words.push(stage.prefix().into());
    // Connections are those of the preset tcptrace.
    let flows = ["FLOW_TIMEOUT=1000000000", "OUTER_KEY=1", "MPLS=0", "FRAGMENTATION=0"].into_iter();
    let flows = flows.map(|setting| format!("core.{setting}"));
    let drawings = args.settings().into_iter().map(|setting| format!("xplot.XPLOT_{setting}"));
    for setting in flows.chain(drawings).chain(args.set.iter().cloned()) {
        words.extend(["-o".into(), setting.into()]);
    }
    for capture in &args.captures {
        words.extend(["-r".into(), capture.into()]);
    }
    words
}
