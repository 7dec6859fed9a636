//! The largest flows as one table: `flowz top -S b`, `p` or `f`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use anyhow::Result;
use flowz_api::packet::NANOS;
use flowz_measure::flows::{COLUMNS, FlowTable, Ip, Merged, row};
use flowz_measure::pairs::By;

use super::form::Printed;
use super::texts::{Kind, Text};
use super::{FormArgs, ReadArgs, Reading, Verdict};
use crate::args::InputArgs;
use crate::commands::analyze::Outcome;
use crate::signals::Signals;
use crate::usage::wrong;

/// Flows of captures end when there was no packet for so long.
const TIMEOUT: i64 = 60 * NANOS;

/// Prints so many of the largest flows of captures or flow files.
pub(in crate::commands) fn run(
    input: &InputArgs,
    form: FormArgs,
    (by, rows): (By, usize),
) -> Result<Outcome> {
    let mut read = ReadArgs { input: input.clone() };
    if !read.names_something() && !io::stdin().is_terminal() {
        // As t2_top, which reads nothing else.
        read.input.pcap.push(PathBuf::from("-"));
    }
    let mut merged = Merged::default();
    let (notes, outcome) = match Text::all(&read)? {
        Some(texts) => (of_texts(texts, &mut merged)?, Outcome::Done),
        None => of_captures(&read, &mut merged)?,
    };
    let notes =
        format!("{notes}\nFlows with different addresses, protocol or ports: {}", merged.len());
    let mut table = Printed::new(form.form(), &COLUMNS, true);
    for flow in merged.largest(rows, by) {
        table.row(&row(&flow))?;
    }
    table.finish(&notes)?;
    Ok(outcome)
}

fn of_texts(texts: Vec<Text>, merged: &mut Merged) -> Result<String> {
    let (mut rows, mut left, mut column) = (0_u64, 0, "");
    for text in texts {
        if text.kind() == Kind::Pairs {
            return Err(wrong("a list of pairs has no flows: flowz pairs reads it"));
        }
        let (name, without) = text.flows(false, |flow| {
            rows += 1;
            merged.add(flow);
            Ok(())
        })?;
        (left, column) = (left + without, name);
    }
    Ok(format!(
        "Rows read: {} = {rows} counted + {left} without addresses; bytes are those of {column}",
        rows + left
    ))
}

fn of_captures(read: &ReadArgs, merged: &mut Merged) -> Result<(String, Outcome)> {
    let mut reading = Reading::after_look(read, &Signals::default())?;
    let mut table = FlowTable::new(TIMEOUT);
    reading.each(|_, packet| {
        let Some(ip) = Ip::of(packet) else { return Ok(Verdict::Left("without addresses")) };
        while let Some(flow) = table.expired(packet.ts) {
            merged.add(&flow);
        }
        table.add(packet.ts, &ip);
        Ok(Verdict::Counted)
    })?;
    while let Some(flow) = table.oldest() {
        merged.add(&flow);
    }
    Ok((format!("{}\nBytes are those of IP packets", reading.balance()), reading.outcome()))
}
