//! `flowz http`: the HTTP conversations of captures like a log.

use std::path::PathBuf;

use anyhow::Result;

use super::analyze::{self, Outcome};

/// Arguments of `flowz http`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Captures, read as one; `-` is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    captures: Vec<PathBuf>,

    /// More settings, as in the main job
    #[arg(short = 'o', long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
}

/// Prints requests, responses, what their bodies begin with, and what is missing.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let mut words: Vec<std::ffi::OsString> =
        ["flowz", "-q", "--no-config", "-w", "-"].map(Into::into).to_vec();
    words.extend(["--plugins", "httpSniffer", "--sinks", "httpLog"].map(Into::into));
    words.extend(
        ["-o", "httpSniffer.HTTP_MESSAGES=1", "-o", "httpSniffer.HTTP_TABLE=0"].map(Into::into),
    );
    for setting in &args.set {
        words.extend(["-o".into(), setting.into()]);
    }
    for capture in &args.captures {
        words.extend(["-r".into(), capture.into()]);
    }
    analyze::run_part(words, false)
}
