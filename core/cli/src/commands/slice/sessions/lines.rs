//! What is told of sessions while a slice is written, in the lines of tcpslice.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::IpAddr;

use flowz_api::packet::Timestamp;
use flowz_slice::Member;
use flowz_slice::time::Style;
use jiff::tz::TimeZone;

use super::events::Unclosed;
use crate::output::stdout_error;

/// Which lines are wanted, and where they go.
#[derive(Debug)]
pub(super) struct Lines {
    /// Sessions, and parts of them.
    pub(super) sessions: bool,
    pub(super) parts: bool,
    /// The slice has standard output for itself.
    pub(super) to_stderr: bool,
    pub(super) zone: TimeZone,
}

impl Lines {
    /// A session has opened or closed.
    pub(super) fn change(
        &self,
        what: &str,
        (session, kind): (Member, &str),
        now: Timestamp,
        total: usize,
    ) -> anyhow::Result<()> {
        let is_part = session.parent.is_some();
        if !(if is_part { self.parts } else { self.sessions }) {
            return Ok(());
        }
        let number = session.parent.unwrap_or(session.number);
        let kind = kind.to_uppercase();
        let time = Style::Fields.show(now, &self.zone);
        let line = format!(
            "Session #{number} ({kind}) {what} at {time} (active sessions total: {total})\n"
        );
        if self.to_stderr {
            // Nobody is left to be told.
            let _ = io::stderr().write_all(line.as_bytes());
            return Ok(());
        }
        io::stdout().write_all(line.as_bytes()).map_err(|error| stdout_error(&error))
    }

    /// The sessions that were not over, the newest first.
    pub(super) fn unclosed(&self, mut list: Vec<Unclosed>) {
        if list.is_empty() {
            return;
        }
        list.sort_unstable_by_key(|session| std::cmp::Reverse(session.number));
        let plural = if list.len() == 1 { "" } else { "s" };
        let mut text = format!(
            "{} unclosed session{plural} (id, type, last, source, destination, bytes):\n",
            list.len()
        );
        for session in &list {
            let time = Style::Fields.show(session.last, &self.zone);
            let place = |(ip, port): (IpAddr, u16)| format!("{ip:>15}:{port:<5}");
            let _ = writeln!(
                text,
                "#{}\t{}\t{time}\t{}\t{}\t{:>12}",
                session.number,
                session.kind.to_uppercase(),
                place(session.from),
                place(session.to),
                session.octets
            );
        }
        let _ = io::stderr().write_all(text.as_bytes());
    }
}
