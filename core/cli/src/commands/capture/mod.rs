//! `flowz capture`: packets of interfaces into files, with the rotation of dumpcap and of tcpdump.

mod args;
mod conditions;
mod file;
mod names;
mod plan;
mod session;
mod tell;

use std::sync::Arc;

use anyhow::{Context, Result};
use flowz_live::{Live, drop_user};

use super::analyze::Outcome;
use super::interfaces;
use crate::signals::Signals;
use crate::usage::wrong;
pub(crate) use args::Args;
use file::Format;
use session::Session;

/// Captures until a condition or a signal ends it. That a signal does is usual here, and no failure.
pub(super) fn run(args: &Args) -> Result<Outcome> {
    if args.list_interfaces {
        return interfaces::list().map(|()| Outcome::Done);
    }
    let job = args.job()?;
    let signals = Signals::default();
    signals.mind().context("cannot mind signals")?;
    let live = Live::open(&args.options(), Some(Arc::clone(&signals.stop)))?;
    let links = live.interfaces().iter().map(|interface| interface.link);
    if job.format == Format::Pcap && links.clone().any(|link| Some(link) != links.clone().next()) {
        return Err(wrong(
            "a pcap file has one link type, and these interfaces have several: -n writes pcapng",
        ));
    }
    if let Some(user) = &args.live.drop_user {
        drop_user(user)?;
    }
    let ended = Session::start(live, &job, args.packet_buffered, args.quiet)?.run()?;
    if !args.quiet {
        ended.tell();
    }
    Ok(Outcome::Done)
}
