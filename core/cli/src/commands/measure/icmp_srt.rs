//! `flowz icmp-srt`: echo requests and their replies.

use std::net::IpAddr;

use anyhow::Result;
use flowz_api::packet::Timestamp;
use flowz_measure::echo::{COLUMNS, Echoes, Kind, Message, Role};
use flowz_measure::table::{Cell, Column, Form};

use super::form::Printed;
use super::{FormArgs, ReadArgs, Reading, Verdict};
use crate::commands::analyze::Outcome;
use crate::output::print;
use crate::signals::Signals;
use crate::usage::wrong;

/// The columns of a table of packets: tshark's names of these fields.
const PACKETS: [Column; 9] = [
    Column::new("frame.time_epoch", "s"),
    Column::new("ip.src", ""),
    Column::new("ip.dst", ""),
    Column::new("icmp.type", ""),
    Column::new("icmp.ident", ""),
    Column::new("icmp.seq", ""),
    Column::new("ip.len", "B"),
    Column::new("ip.hdr_len", "B"),
    Column::new("icmp.resptime", "ms"),
];

/// Arguments of `flowz icmp-srt`.
#[derive(clap::Args, Debug)]
#[command(allow_negative_numbers = true)]
pub(crate) struct Args {
    /// Print a row for each request and reply, with the time that the reply took
    #[arg(short = 'p', long)]
    packets: bool,

    /// Print what tshark prints: two tables in its form; with --packets all messages with code 0
    #[arg(long)]
    compat: bool,

    #[command(flatten)]
    form: FormArgs,

    // Behind all others, which would be under its heading.
    #[command(flatten)]
    read: ReadArgs,
}

/// Prints requests, replies and times.
pub(in crate::commands) fn run(args: &Args) -> Result<Outcome> {
    if args.compat && !args.packets && matches!(args.form.form(), Form::Csv | Form::Json) {
        return Err(wrong(
            "--compat prints two tables in tshark's form, which is neither CSV nor JSON: leave one of them out, or add --packets",
        ));
    }
    let mut reading = Reading::open(&args.read, &Signals::default())?;
    let mut echoes = Echoes::default();
    let form = args.form.form();
    let columns: &[Column] = if args.packets { &PACKETS } else { &COLUMNS };
    let mut table = Printed::new(form, columns, !reading.is_stdin);
    reading.each(|frame, packet| {
        let Some((message, role)) = echoes.add(frame, packet) else {
            return Ok(Verdict::Left("without ICMP"));
        };
        let is_echo = message.kind != Kind::Other;
        if args.packets && (is_echo || args.compat) && message.code == 0 {
            table.row(&packet_row(packet.ts, &message, role))?;
        }
        Ok(if is_echo { Verdict::Counted } else { Verdict::Left("ICMP without echo") })
    })?;
    let (v4, v6) = (echoes.v4(), echoes.v6());
    if args.packets {
        table.finish(&reading.balance())?;
    } else if args.compat {
        let filter = reading.filter();
        print([v4.tshark("ICMP", filter), v6.tshark("ICMPv6", filter)].concat().as_bytes())?;
    } else {
        table.row(&v4.row("ICMP"))?;
        table.row(&v6.row("ICMPv6"))?;
        table.finish(&reading.balance())?;
    }
    Ok(reading.outcome())
}

/// The cells of a message, in the order of [`PACKETS`].
fn packet_row(time: Timestamp, message: &Message, role: Role) -> [Cell; 9] {
    const MILLI: f64 = 1e6;
    let of_echo = |number: u16| match message.kind {
        Kind::Other => Cell::None,
        _ => Cell::Count(number.into()),
    };
    let address = |address: IpAddr| Cell::Address(address);
    [
        Cell::Time(time),
        address(message.src),
        address(message.dst),
        Cell::Count(message.number.into()),
        of_echo(message.ident),
        of_echo(message.seq),
        Cell::Count(message.ip_len.into()),
        Cell::Count(message.header_len.into()),
        match role {
            Role::Reply(nanos) => Cell::Real(nanos as f64 / MILLI, 3),
            _ => Cell::None,
        },
    ]
}
