//! `flowz pairs`: which hosts have most between them.

use anyhow::Result;
use clap::ValueEnum;
use flowz_measure::flows::{Flow, Ip};
use flowz_measure::pairs::{By, COLUMNS, Pair, Totals, line, row};
use flowz_measure::ranking::{Exact, SpaceSaving};
use flowz_measure::table::{Cell, Column};

use super::form::Printed;
use super::texts::{Kind, Text};
use super::{FormArgs, ReadArgs, Reading, Verdict};
use crate::commands::analyze::Outcome;
use crate::signals::Signals;
use crate::usage::wrong;

/// The columns of a table of estimates; the third one is named after what is counted.
const ESTIMATES: [Column; 4] = [
    Column::new("host1", ""),
    Column::new("host2", ""),
    Column::new("count", ""),
    Column::new("error", ""),
];
/// The columns of the course's table.
const FOLDED: [Column; 2] = [Column::new("hash", ""), Column::new("count", "")];

/// Arguments of `flowz pairs`.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// So many pairs, the largest first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    rows: usize,

    /// What they are sorted by [default: bytes, of a list of pairs flows]
    #[arg(long, value_name = "WHAT")]
    by: Option<ByName>,

    /// Count in so many counters (Space-Saving): memory does not grow, counts are too large by no more than their error
    #[arg(long, value_name = "COUNTERS", num_args = 0..=1, require_equals = true, default_missing_value = "65536", value_parser = clap::value_parser!(u32).range(1..))]
    sketch: Option<u32>,

    /// Count by the exclusive or of both addresses, folded to 16 bits: pairs with the same one count together
    #[arg(long, conflicts_with = "sketch")]
    xor: bool,

    #[command(flatten)]
    form: FormArgs,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    read: ReadArgs,
}

/// What pairs are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum ByName {
    /// Flows, of flow files and lists
    Flows,
    /// Packets
    Packets,
    /// Bytes
    Bytes,
}

impl From<ByName> for By {
    fn from(name: ByName) -> Self {
        match name {
            ByName::Flows => Self::Flows,
            ByName::Packets => Self::Packets,
            ByName::Bytes => Self::Bytes,
        }
    }
}

/// What pairs are counted in.
enum Count {
    Exact(Exact<Pair>),
    Sketch(SpaceSaving<Pair>),
    Folded(Vec<u64>),
}

impl Count {
    fn new(args: &Args) -> Self {
        match args.sketch {
            Some(counters) => Self::Sketch(SpaceSaving::new(counters as usize)),
            None if args.xor => Self::Folded(vec![0; 1 << 16]),
            None => Self::Exact(Exact::default()),
        }
    }

    fn add(&mut self, pair: Pair, totals: Totals, by: By) {
        match self {
            Self::Exact(exact) => exact.add(pair, totals),
            Self::Sketch(counters) => counters.add(pair, by.of(&totals)),
            Self::Folded(counts) => counts[usize::from(pair.fold())] += by.of(&totals),
        }
    }
}

/// Prints the largest pairs.
pub(in crate::commands) fn run(args: &Args) -> Result<Outcome> {
    let mut count = Count::new(args);
    if let Some(texts) = Text::all(&args.read)? {
        let is_list = texts.iter().all(|text| text.kind() == Kind::Pairs);
        let by = args.by.map_or(if is_list { By::Flows } else { By::Bytes }, By::from);
        let notes = of_texts(texts, |pair, totals| count.add(pair, totals, by))?;
        return print(args, &count, (by, true), &notes).map(|()| Outcome::Done);
    }
    let by = args.by.map_or(By::Bytes, By::from);
    if by == By::Flows {
        return Err(wrong(
            "captures have packets and bytes: flows are in flow files (flowz -r t.pcap -w - -q | flowz pairs -r -)",
        ));
    }
    let mut reading = Reading::after_look(&args.read, &Signals::default())?;
    reading.each(|_, packet| {
        let Some(ip) = Ip::of(packet) else { return Ok(Verdict::Left("without addresses")) };
        let totals = Totals { flows: 0, packets: 1, bytes: ip.bytes.into() };
        count.add(Pair::new(ip.key.src, ip.key.dst), totals, by);
        Ok(Verdict::Counted)
    })?;
    print(args, &count, (by, false), &reading.balance())?;
    Ok(reading.outcome())
}

/// Hands over the pairs of flow files and lists; yields what is to be said of them.
fn of_texts(texts: Vec<Text>, mut work: impl FnMut(Pair, Totals)) -> Result<String> {
    let (mut rows, mut left, mut column) = (0_u64, 0, None);
    for text in texts {
        if text.kind() == Kind::Pairs {
            text.lines(|text| {
                if let Some((pair, totals)) = line(text)? {
                    work(pair, totals);
                    rows += 1;
                }
                Ok(())
            })?;
            continue;
        }
        let (name, without) = text.flows(false, |flow| {
            let Flow { key, flows, packets, bytes, .. } = *flow;
            work(Pair::new(key.src, key.dst), Totals { flows, packets, bytes });
            rows += 1;
            Ok(())
        })?;
        (left, column) = (left + without, Some(name));
    }
    let bytes = column.map(|name| format!("; bytes are those of {name}")).unwrap_or_default();
    Ok(format!("Rows read: {} = {rows} counted + {left} without addresses{bytes}", rows + left))
}

fn print(args: &Args, count: &Count, (by, has_flows): (By, bool), notes: &str) -> Result<()> {
    let form = args.form.form();
    match count {
        Count::Exact(exact) => {
            let mut table = Printed::new(form, &COLUMNS, true);
            for (pair, totals) in exact.largest(args.rows, by) {
                table.row(&row(pair, &totals, has_flows))?;
            }
            table.finish(&format!("{notes}\nPairs: {}", exact.len()))
        }
        Count::Sketch(counters) => {
            let mut columns = ESTIMATES;
            columns[2] = Column::new(by.name(), if by == By::Bytes { "B" } else { "" });
            let mut table = Printed::new(form, &columns, true);
            for found in counters.largest(args.rows) {
                let (count, error) = (Cell::Count(found.count), Cell::Count(found.error));
                table.row(&[
                    Cell::Address(found.key.low),
                    Cell::Address(found.key.high),
                    count,
                    error,
                ])?;
            }
            let bound = counters.bound();
            table.finish(&format!(
                "{notes}\nNo count is too large by more than its error, nor by more than {bound}; pairs with more than that are all known"
            ))
        }
        Count::Folded(counts) => {
            let mut columns = FOLDED;
            columns[1] = Column::new(by.name(), if by == By::Bytes { "B" } else { "" });
            let mut used: Vec<_> = counts.iter().enumerate().filter(|(_, n)| **n > 0).collect();
            used.sort_by_key(|(hash, count)| (std::cmp::Reverse(**count), *hash));
            let mut table = Printed::new(form, &columns, true);
            for (hash, count) in used.into_iter().take(args.rows) {
                table.row(&[Cell::Text(format!("0x{hash:04x}")), Cell::Count(*count)])?;
            }
            table.finish(&format!("{notes}\nCounts are too large where pairs share a hash"))
        }
    }
}
