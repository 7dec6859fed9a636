//! `flowz stat`: statistics of intervals, with the options and formats of tcpstat.

mod args;
mod sums;
mod write;

use anyhow::Result;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_measure::stat::{
    COLUMNS, Cut, Intervals, kinds, kinds_of_tcpstat, row, size, size_of_tcpstat,
};

use super::form::{Printed, of_empty};
use super::{Reading, Verdict};
use crate::commands::analyze::Outcome;
use crate::log;
use crate::signals::Signals;
use crate::usage::wrong;
pub(crate) use args::Args;
pub(super) use args::{Align, Length, length, seconds};
use sums::Sums;
use write::Writer;

/// What intervals are for.
enum Use {
    Table(Printed),
    Lines(Writer),
    Sums(Sums),
}

/// Prints intervals, or what their sums are.
pub(in crate::commands) fn run(args: &Args) -> Result<Outcome> {
    let cut = cut(args)?;
    let mut reading = Reading::open(&args.read, &Signals::default())?;
    let mut target = match args.sums() {
        Some(what) => Use::Sums(Sums::new(what)),
        None if args.format.is_some() || args.compat => {
            Use::Lines(Writer::new(args, !reading.is_stdin))
        }
        None => Use::Table(Printed::new(args.form.form(), &COLUMNS, !reading.is_stdin)),
    };
    let mut intervals =
        if args.compat { Intervals::like_tcpstat(cut) } else { Intervals::new(cut) };
    let mut span = (i64::MAX, i64::MIN);
    reading.each(|_, packet| {
        let nanos = packet.ts.0;
        let ts = Timestamp(if args.compat { nanos - nanos.rem_euclid(1_000) } else { nanos });
        let first = intervals.first().unwrap_or(ts);
        if args.seconds.is_some_and(|most| ts - first >= most) {
            return Ok(Verdict::Last("behind the last second asked for"));
        }
        span = (span.0.min(ts.0), span.1.max(ts.0));
        let counted = if args.compat {
            (size_of_tcpstat(packet, args.link_header), kinds_of_tcpstat(packet))
        } else {
            (size(packet, args.link_header), kinds(packet))
        };
        intervals.add(ts, counted, |interval| take(&mut target, args, interval))?;
        Ok(Verdict::Counted)
    })?;
    let left_out = intervals.left_out();
    intervals.end(|interval| take(&mut target, args, interval))?;
    let balance = reading.balance();
    match target {
        Use::Table(table) => table.finish(&balance)?,
        Use::Lines(lines) => lines.finish()?,
        Use::Sums(sums) => {
            let seconds = (span.1.saturating_sub(span.0)).max(0) as f64 / NANOS as f64;
            sums.print(args, seconds, &balance)?;
        }
    }
    if left_out > 0 && !args.skip_empty && args.sums().is_none() {
        log::remark(&of_empty(left_out, "-e leaves out all"));
    }
    Ok(reading.outcome())
}

/// An interval that is over.
fn take(target: &mut Use, args: &Args, interval: &flowz_measure::stat::Interval) -> Result<()> {
    if args.skip_empty && interval.counts.packets == 0 && !matches!(target, Use::Sums(_)) {
        return Ok(());
    }
    match target {
        Use::Table(table) => table.row(&row(interval, args.moment())),
        Use::Lines(lines) => lines.interval(interval),
        Use::Sums(sums) => {
            sums.add(interval);
            Ok(())
        }
    }
}

/// How the time is cut.
fn cut(args: &Args) -> Result<Cut> {
    match (args.interval, args.align) {
        (Length::Nanos(nanos), Align::First) => Ok(Cut::FromFirst(nanos)),
        (Length::Nanos(nanos), Align::Wall) => Ok(Cut::Aligned(nanos)),
        (Length::All, Align::First) => Ok(Cut::Whole),
        (Length::All, Align::Wall) => {
            Err(wrong("one interval for all packets cannot be aligned: give its length with -i"))
        }
    }
}
