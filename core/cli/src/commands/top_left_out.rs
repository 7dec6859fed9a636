//! `flowz top` of a program that was built without it.

use std::ffi::OsString;

use anyhow::{Result, bail};

use super::analyze::Outcome;

/// Arguments of `flowz top`, whatever they are.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Not read: this program was built without the feature `top`
    #[allow(dead_code, reason = "whatever they are, there is one answer")]
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<OsString>,
}

/// Says what is missing.
pub(super) fn run(_: &Args) -> Result<Outcome> {
    bail!(
        "flowz top is not in this program: build it with the feature 'top' (cargo build --release -p flowz --features top)"
    )
}
