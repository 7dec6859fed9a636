//! `flowz t2`: flow tables of intervals, as crl_flow of CoralReef makes them.

mod args;
mod files;

use anyhow::Result;
use flowz_api::packet::Timestamp;
use flowz_measure::flows::Ip;
use flowz_measure::table::Form;
use flowz_measure::tuples::{Block, COLUMNS, Tuples, rows};

use super::form::Printed;
use super::{Reading, Verdict};
use crate::commands::analyze::Outcome;
use crate::log;
use crate::signals::Signals;
pub(crate) use args::Args;
use files::Files;

/// Where tables go.
enum Target {
    Table(Printed),
    Files(Files),
}

/// Prints tables, or writes files of them.
pub(in crate::commands) fn run(args: &Args) -> Result<Outcome> {
    let (rules, most) = args.rules()?;
    let form = args.form.form();
    let pattern = args.output.as_deref().map(files::checked).transpose()?;
    let mut reading = Reading::open(&args.read, &Signals::default())?;
    let mut target = match pattern {
        Some(pattern) => {
            let form = Some(form).filter(|form| matches!(form, Form::Csv | Form::Json));
            Target::Files(Files::new(pattern, form, reading.files()))
        }
        None => Target::Table(Printed::new(form, &COLUMNS, !reading.is_stdin)),
    };
    let mut tuples = Tuples::new(rules);
    let mut first: Option<Timestamp> = None;
    reading.each(|_, packet| {
        let first = *first.get_or_insert(packet.ts);
        if most.is_some_and(|most| packet.ts - first >= most) {
            return Ok(Verdict::Last("behind the last second asked for"));
        }
        let ip = Ip::of(packet);
        tuples.add(packet.ts, ip.as_ref(), |block| take(&mut target, block))?;
        Ok(if ip.is_some() { Verdict::Counted } else { Verdict::Left("without addresses") })
    })?;
    tuples.end(|block| take(&mut target, block))?;
    match target {
        Target::Table(table) => {
            table.finish(&format!("{}\nBytes are those of IP packets", reading.balance()))?;
        }
        Target::Files(files) => files.finish()?,
    }
    let left_out = tuples.left_out();
    if left_out > 0 && (args.output.is_some() || rules.with_active) {
        log::remark(&format!(
            "{left_out} intervals in which nothing was are left out: there would be more than ten thousand and one for each packet"
        ));
    }
    Ok(reading.outcome())
}

/// The table of an interval.
fn take(target: &mut Target, block: &Block) -> Result<()> {
    match target {
        Target::Table(table) => rows(block).try_for_each(|row| table.row(&row)),
        Target::Files(files) => files.block(block),
    }
}
