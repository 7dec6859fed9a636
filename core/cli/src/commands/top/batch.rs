//! Plain tables on standard output.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use anyhow::{Context, Result};
use flowz_top::{Desk, Source};

use super::args::{Args, Tables};
use super::engine::{Run, Show, Started};
use super::{join, outcome, spawn};
use crate::commands::analyze::Outcome;
use crate::output::print;
use crate::signals::Signals;
use crate::ticker::Ticker;

/// Columns of a table where there is no terminal.
const WIDTH: usize = 160;

/// Prints tables until there are enough of them, or nothing more comes.
pub(super) fn run(
    args: &Args,
    (started, desk): (Started, &Arc<Desk>),
    signals: &Signals,
    title: &str,
    tables: Tables,
) -> Result<Outcome> {
    signals.mind().context("cannot mind signals")?;
    let is_live = desk.source() == Source::Interfaces;
    let (to, from) = mpsc::sync_channel(1);
    let show = if is_live { Show::Some(to) } else { Show::Each(to) };
    let desk = Arc::clone(desk);
    let source = desk.source();
    let running = spawn(Run { started, desk, show }, signals, &Arc::new(AtomicBool::new(false)))?;
    let _ticker = is_live.then(|| Ticker::every(args.interval(), signals.attention.clone()));
    let width = flowz_top::width().unwrap_or(WIDTH);
    let most = match tables {
        Tables::Count(count) => count,
        Tables::Once => 1,
        Tables::All => u64::MAX,
    };
    let (mut printed, mut outcome_of_print) = (0, Ok(()));
    for snapshot in &from {
        if signals.received().is_some() && is_live {
            continue;
        }
        let space = if printed > 0 { "\n" } else { "" };
        let choice = (args.sort(), &args.condition);
        let table = flowz_top::table((&snapshot, source), title, choice, width);
        outcome_of_print = print(format!("{space}{table}").as_bytes());
        printed += 1;
        if printed >= most || outcome_of_print.is_err() {
            break;
        }
    }
    drop(from);
    signals.stop.store(true, Ordering::Relaxed);
    let packets = join(running);
    outcome_of_print?;
    if let Some((_, status)) = signals.received() {
        return packets.map(|_| Outcome::Stopped(status));
    }
    Ok(outcome(&packets?))
}
