//! `flowz volume`: bytes of each interval, of flows or of packets.

use anyhow::{Result, anyhow};
use clap::ValueEnum;
use flowz_api::packet::NANOS;
use flowz_measure::Room;
use flowz_measure::flows::{Flow, FlowTable, Ip};
use flowz_measure::volume::{COLUMNS, MOST, Spread, TooMany, Volumes, row};

use super::form::{Printed, of_empty};
use super::texts::{Kind, Text};
use super::{FormArgs, ReadArgs, Reading, Verdict};
use crate::args::length;
use crate::commands::analyze::Outcome;
use crate::log;
use crate::signals::Signals;
use crate::usage::wrong;

/// Flows of captures end when there was no packet for so long.
const TIMEOUT: i64 = 60 * NANOS;

/// Arguments of `flowz volume`.
#[derive(clap::Args, Debug)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Length of an interval (1, 0.5, 10ms, 5min, 2h, 1d)
    #[arg(short = 'w', long, value_name = "TIME", default_value = "1", value_parser = width)]
    width: i64,

    /// How bytes come into intervals [default: of captures pkt, of flow files frac]
    #[arg(long, value_name = "MODE")]
    mode: Option<Mode>,

    #[command(flatten)]
    form: FormArgs,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    read: ReadArgs,
}

/// How bytes come into intervals.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
enum Mode {
    /// Those of a flow by the time that it has in each
    Frac,
    /// Those of a flow in equal parts from its first to its last interval
    Naive,
    /// Those of each packet where it is
    Pkt,
}

impl Mode {
    fn spread(self) -> Option<Spread> {
        match self {
            Self::Frac => Some(Spread::Fractional),
            Self::Naive => Some(Spread::Naive),
            Self::Pkt => None,
        }
    }
}

/// A length that is longer than nothing.
fn width(text: &str) -> Result<i64, String> {
    let width = flowz_capture::duration(text).or_else(|_| length(text));
    width.map_err(|_| {
        "a time is needed, as in 10ms, 0.5 (seconds), 5min, 2h or 1d, of at most 3650d".to_owned()
    })
}

/// Prints bytes of each interval.
pub(in crate::commands) fn run(args: &Args) -> Result<Outcome> {
    let mut volumes = Volumes::new(args.width);
    let ((notes, counted), outcome) = match Text::all(&args.read)? {
        Some(texts) => (of_texts(args, texts, &mut volumes)?, Outcome::Done),
        None => of_captures(args, &mut volumes)?,
    };
    let mut room = Room::ROWS;
    room.packets(counted);
    let mut table = Printed::new(args.form.form(), &COLUMNS, true);
    for (start, volume) in volumes.all(&mut room) {
        table.row(&row(start, &volume))?;
    }
    table.finish(&notes)?;
    if room.left_out() > 0 {
        log::remark(&of_empty(room.left_out(), "a longer -w shows them"));
    }
    Ok(outcome)
}

fn add(volumes: &mut Volumes, flow: &Flow, how: Spread) -> Result<()> {
    let times = (flow.first, flow.last);
    volumes
        .spread(times, flow.is_answer, (flow.bytes, flow.packets), how)
        .map_err(|TooMany| anyhow!("flows are in more than {MOST} intervals: give a longer -w"))
}

/// What is said below the table, and how many packets were counted, or rows.
type Told = (String, u64);

fn of_texts(args: &Args, texts: Vec<Text>, volumes: &mut Volumes) -> Result<Told> {
    let Some(how) = args.mode.unwrap_or(Mode::Frac).spread() else {
        return Err(wrong(
            "a flow file does not say when packets were: --mode pkt is for captures",
        ));
    };
    let (mut rows, mut left, mut column) = (0_u64, 0, "");
    for text in texts {
        if text.kind() == Kind::Pairs {
            return Err(wrong("a list of pairs has no times: name flow files or captures"));
        }
        let (name, without) = text.flows(true, |flow| {
            rows += 1;
            add(volumes, flow, how)
        })?;
        (left, column) = (left + without, name);
    }
    let notes = format!(
        "Rows read: {} = {rows} counted + {left} without addresses; bytes are those of {column}",
        rows + left
    );
    Ok((notes, rows))
}

fn of_captures(args: &Args, volumes: &mut Volumes) -> Result<(Told, Outcome)> {
    let how = args.mode.unwrap_or(Mode::Pkt).spread();
    let mut reading = Reading::after_look(&args.read, &Signals::default())?;
    let mut table = FlowTable::new(TIMEOUT);
    reading.each(|_, packet| {
        let Some(ip) = Ip::of(packet) else { return Ok(Verdict::Left("without addresses")) };
        while let Some(flow) = table.expired(packet.ts) {
            if let Some(how) = how {
                add(volumes, &flow, how)?;
            }
        }
        let is_answer = table.add(packet.ts, &ip);
        if how.is_none() {
            volumes.add(packet.ts, is_answer, ip.bytes.into(), 1);
        }
        Ok(Verdict::Counted)
    })?;
    while let (Some(flow), Some(how)) = (table.oldest(), how) {
        add(volumes, &flow, how)?;
    }
    let notes = format!("{}\nBytes are those of IP packets", reading.balance());
    Ok(((notes, reading.counted()), reading.outcome()))
}
