//! `flowz calls`: the calls of captures for people.

use std::path::PathBuf;

use anyhow::Result;

use super::analyze::{self, Outcome};

/// Arguments of `flowz calls`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Captures, read as one; `-` is standard input
    #[arg(value_name = "CAPTURE", required = true)]
    captures: Vec<PathBuf>,

    /// Print the messages of one call as a ladder: its number in the list, or its Call-ID
    #[arg(long, value_name = "CALL")]
    ladder: Option<String>,

    /// More settings, as in the main job
    #[arg(short = 'o', long = "set", value_name = "NAME=VALUE")]
    set: Vec<String>,
}

/// Prints each call, or the messages of one.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    let mut words: Vec<std::ffi::OsString> =
        ["flowz", "-q", "--no-config", "-w", "-"].map(Into::into).to_vec();
    words.extend(
        ["--plugins", "sipDecode,h323Decode,rtpDecode,voipCalls", "--sinks", "callLog"]
            .map(Into::into),
    );
    words.extend(["-o", "core.REASSEMBLE=1"].map(Into::into));
    if let Some(call) = &args.ladder {
        words.extend(["-o".into(), format!("callLogSink.CALL={call}").into()]);
    }
    for setting in &args.set {
        words.extend(["-o".into(), setting.into()]);
    }
    for capture in &args.captures {
        words.extend(["-r".into(), capture.into()]);
    }
    analyze::run_part(words, false)
}
