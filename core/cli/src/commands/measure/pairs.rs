//! `flowz pairs`: which hosts have most between them.

use anyhow::Result;
use clap::ValueEnum;
use flowz_measure::flows::{Flow, Ip};
use flowz_measure::pairs::{By, COLUMNS, Pair, Totals, line, row};
use flowz_measure::ranking::{CountMin, Estimate, Exact, Size, SpaceSaving};
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
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// So many pairs, the largest first
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    #[arg(value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    rows: usize,

    /// What they are sorted by [default: bytes, of a list of pairs flows]
    #[arg(long, value_name = "WHAT")]
    by: Option<ByName>,

    /// Count in so many counters: memory does not grow, counts are too large by no more than their error. space-saving (default) or space-saving:COUNTERS,
    /// COUNTERS alone is the same; count-min, or count-min:WIDTHxDEPTH
    #[arg(long, value_name = "HOW", num_args = 0..=1, require_equals = true, default_missing_value = "space-saving", value_parser = sketch)]
    sketch: Option<Sketch>,

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

/// Counters that do not grow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sketch {
    SpaceSaving(usize),
    CountMin(Size),
}

/// Counters of Space-Saving, or of a row of Count-Min.
const COUNTERS: usize = 1 << 16;
/// Rows of Count-Min.
const DEPTH: usize = 5;
/// Counters of Count-Min, at most: 2 GiB.
const MOST_COUNTERS: usize = 1 << 28;
/// Pairs of whom Count-Min keeps the counts, or as many as are printed.
const KEPT: usize = 1 << 10;

/// Reads what `--sketch` says.
fn sketch(text: &str) -> Result<Sketch, String> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0).map(|n| n as usize);
    let (kind, size) = text.split_once(':').map_or((text, None), |(kind, size)| (kind, Some(size)));
    let found = match (kind, size) {
        ("space-saving", None) => Some(Sketch::SpaceSaving(COUNTERS)),
        ("space-saving", Some(size)) => number(size).map(Sketch::SpaceSaving),
        ("count-min", None) => Some(Sketch::CountMin(Size { width: COUNTERS, depth: DEPTH })),
        ("count-min", Some(size)) => {
            let (width, depth) =
                size.split_once('x').map_or((size, Some(DEPTH)), |(w, d)| (w, number(d)));
            let size = number(width).zip(depth).map(|(width, depth)| Size { width, depth });
            let is_small = |size: &Size| size.width.saturating_mul(size.depth) <= MOST_COUNTERS;
            size.filter(is_small).map(Sketch::CountMin)
        }
        (number_alone, None) => number(number_alone).map(Sketch::SpaceSaving),
        _ => None,
    };
    found.ok_or_else(|| {
        format!("give space-saving, count-min, space-saving:{COUNTERS} or count-min:{COUNTERS}x{DEPTH}, with no more than {MOST_COUNTERS} counters")
    })
}

/// What pairs are counted in.
enum Count {
    Exact(Exact<Pair>),
    SpaceSaving(SpaceSaving<Pair>),
    CountMin(CountMin<Pair>),
    Folded(Vec<u64>),
}

impl Count {
    fn new(args: &Args) -> Self {
        match args.sketch {
            Some(Sketch::SpaceSaving(counters)) => Self::SpaceSaving(SpaceSaving::new(counters)),
            Some(Sketch::CountMin(size)) => {
                Self::CountMin(CountMin::new(size, args.rows.max(KEPT)))
            }
            None if args.xor => Self::Folded(vec![0; 1 << 16]),
            None => Self::Exact(Exact::default()),
        }
    }

    fn add(&mut self, pair: Pair, totals: Totals, by: By) {
        match self {
            Self::Exact(exact) => exact.add(pair, totals),
            Self::SpaceSaving(counters) => counters.add(pair, by.of(&totals)),
            Self::CountMin(counters) => counters.add(pair, by.of(&totals)),
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
        Count::SpaceSaving(counters) => {
            let bound = counters.bound();
            let notes = format!(
                "{notes}\nNo count is too large by more than its error, nor by more than {bound}; pairs with more than that are all known"
            );
            estimates(args, by, &counters.largest(args.rows), &notes)
        }
        Count::CountMin(counters) => {
            let found = counters.largest(args.rows);
            let (part, chance) = (counters.size().epsilon(), counters.size().delta() * 100.0);
            let bound = (part * counters.total() as f64).floor();
            let part = part * 100.0;
            let rest = found.get(args.rows.saturating_sub(1)).map_or(0, |last| last.count);
            let notes = format!(
                "{notes}\nNo count is too large by more than its error; by more than {bound} ({part:.4} % of all) with a chance of no more than {chance:.2} %; pairs that are not shown have no more than {rest}"
            );
            estimates(args, by, &found, &notes)
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

/// The table of counts that may be too large.
fn estimates(args: &Args, by: By, found: &[Estimate<Pair>], notes: &str) -> Result<()> {
    let mut columns = ESTIMATES;
    columns[2] = Column::new(by.name(), if by == By::Bytes { "B" } else { "" });
    let mut table = Printed::new(args.form.form(), &columns, true);
    for Estimate { key, count, error } in found {
        table.row(&[
            Cell::Address(key.low),
            Cell::Address(key.high),
            Cell::Count(*count),
            Cell::Count(*error),
        ])?;
    }
    table.finish(notes)
}

#[cfg(test)]
mod tests {
    use super::{Size, Sketch, sketch};

    #[test]
    fn sketches() {
        let count_min = |width, depth| Ok(Sketch::CountMin(Size { width, depth }));
        assert_eq!(sketch("space-saving"), Ok(Sketch::SpaceSaving(65_536)));
        assert_eq!(sketch("space-saving:7"), sketch("7"));
        assert_eq!(sketch("count-min"), count_min(65_536, 5));
        assert_eq!(sketch("count-min:10"), count_min(10, 5));
        assert_eq!(sketch("count-min:10x3"), count_min(10, 3));
        for text in [
            "",
            "0",
            "-1",
            "x:5",
            "count-min:0",
            "count-min:5x",
            "count-min:5x0",
            "count-min:4294967295x5",
            "space-saving:x",
        ] {
            assert!(
                sketch(text).unwrap_err().starts_with("give space-saving, count-min, "),
                "{text}"
            );
        }
    }
}
