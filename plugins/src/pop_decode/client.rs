//! The client's direction: commands, log-ins.

use flowz_api::packet::Timestamp;
use flowz_api::stream::{Found, Next, StreamData};

use super::commands::{self, Verb};
use super::out::Out;
use super::session::{Command, LONGEST_LINE, Mode};
use super::stat;
use super::state::State;
use crate::lines::sasl::Sasl;
use crate::lines::{Line, is_tls, line, to_end_of_line, word};

/// Reads the next bytes.
pub(crate) fn data(out: &mut Out<'_, '_>, data: StreamData<'_>, flow: &mut State) -> Next {
    let bytes = data.bytes;
    if flow.skips_line {
        let (len, is_end) = to_end_of_line(bytes);
        flow.skips_line = !is_end;
        return Next::Take(len);
    }
    let session = &mut flow.side().session;
    if is_tls(bytes) || matches!(session.mode, Mode::Tls) {
        session.close(&mut |row| out.show(row));
        session.mode = Mode::Tls;
        return Next::Stop;
    }
    if flow.searches {
        match commands::find_command(bytes, data.seen) {
            Found::NeedMore => return Next::Take(0),
            Found::NotHere(len) => return Next::Take(len),
            _ => flow.searches = false,
        }
    }
    let (text, len, is_whole) = match line(bytes, data.seen) {
        Line::Whole(text, len) => (text, len, true),
        Line::Long(text) => {
            flow.skips_line = true;
            (text, bytes.len(), false)
        }
        Line::NeedMore => return Next::Take(0),
    };
    command(out, text, data.time, is_whole, flow);
    Next::Take(len)
}

/// A line.
fn command(out: &mut Out<'_, '_>, text: &[u8], time: Timestamp, is_whole: bool, flow: &mut State) {
    let session = &mut flow.side().session;
    session.client_speaks(&mut |row| out.show(row));
    let verb = match session.sasl {
        Some(sasl) if sasl.is_asked || Verb::of(text) == Verb::Unknown => Verb::Message,
        _ => Verb::of(text),
    };
    note(out, verb, text, flow);
    let session = &mut flow.side().session;
    session.command(Command::new(verb, text, time, is_whole), &mut |row| out.show(row));
}

/// Keeps what columns show of a line.
fn note(out: &Out<'_, '_>, verb: Verb, text: &[u8], flow: &mut State) {
    let State { stat, side, .. } = flow;
    let side = side.get_or_insert_default();
    let (columns, session, toggles) = (&mut side.columns, &mut side.session, out.toggles);
    columns.command(stat, toggles, verb);
    let argument = word(text).1;
    let (first, rest) = word(argument);
    let (user, password) = match (verb, &mut session.sasl) {
        (commands::USER, _) => (Some(argument.to_vec()), None),
        (commands::APOP, _) => (Some(first.to_vec()), None),
        (commands::PASS, _) => (None, Some(argument.to_vec())),
        // The reference shows the message as it is.
        (Verb::Message, Some(_)) if out.compat => (None, Some(text.to_vec())),
        (Verb::Message, Some(sasl)) => sasl.message(text),
        (commands::AUTH, sasl) if !first.is_empty() => {
            let sasl = sasl.insert(Sasl::new(first));
            // With the command comes the first message (RFC 5034, section 4).
            if rest.is_empty() { (None, None) } else { sasl.message(rest) }
        }
        _ => (None, None),
    };
    if let Some(user) = user {
        columns.user(stat, toggles, &user);
        session.user = user;
        session.user.truncate(LONGEST_LINE);
    }
    if let Some(password) = password {
        columns.password(stat, toggles, &password);
    }
    let has_number = matches!(
        verb,
        commands::RETR | commands::DELE | commands::LIST | commands::UIDL | commands::TOP
    );
    if has_number && !argument.is_empty() {
        columns.argument(stat, toggles, argument);
    }
}

/// Bytes are missing, behind those that were not taken.
pub(crate) fn gap(out: &mut Out<'_, '_>, rest: &[u8], time: Timestamp, flow: &mut State) -> Next {
    flow.stat |= stat::DAMAGED;
    last(out, rest, time, flow);
    flow.skips_line = false;
    flow.side().session.commands_missing(&mut |row| out.show(row));
    Next::Search(0)
}

/// The last bytes in front of a gap or the end.
pub(crate) fn last(out: &mut Out<'_, '_>, rest: &[u8], time: Timestamp, flow: &mut State) {
    // Only a verb with something behind it is surely whole.
    let is_line = !flow.skips_line && !flow.searches && word(rest).0.len() < rest.len();
    if is_line && Verb::of(rest).name().is_some() {
        let part = Command::new(Verb::of(rest), rest, time, false);
        flow.side().session.command(part, &mut |row| out.show(row));
    }
}
