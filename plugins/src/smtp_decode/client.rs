//! The client's direction: commands, log-ins, mails.

use flowz_api::packet::Timestamp;
use flowz_api::stream::{Found, Next, StreamData};

use super::commands::{self, Verb};
use super::out::Out;
use super::session::{Command, LONGEST_LINE, Mode};
use super::stat;
use super::state::State;
use crate::lines::{Line, is_tls, line, to_end_of_line, word};

/// Reads the next bytes.
pub(crate) fn data(out: &mut Out<'_, '_>, data: StreamData<'_>, flow: &mut State) -> Next {
    match flow.side().session.mode {
        Mode::Lines => lines(out, data, flow),
        Mode::Body => body(out, data.bytes, data.time, flow),
        Mode::Chunk(left, is_last) => chunk(out, data.bytes, data.time, (left, is_last), flow),
        Mode::Tls => Next::Stop,
    }
}

/// A command, or what is to be passed over.
fn lines(out: &mut Out<'_, '_>, data: StreamData<'_>, flow: &mut State) -> Next {
    let bytes = data.bytes;
    if flow.skips_line {
        let (len, is_end) = to_end_of_line(bytes);
        flow.skips_line = !is_end;
        return Next::Take(len);
    }
    if is_tls(bytes) {
        flow.side().session.close(&mut |row| out.show(row));
        flow.side().session.mode = Mode::Tls;
        return Next::Stop;
    }
    if flow.side().session.searches {
        match commands::find_command(bytes, data.seen) {
            Found::NeedMore => return Next::Take(0),
            Found::NotHere(len) => return Next::Take(len),
            _ => flow.side().session.searches = false,
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
    let State { skips_line, side, .. } = flow;
    let session = &mut side.get_or_insert_default().session;
    if !commands::is_surely_command(text) && session.expects_body(&mut |row| out.show(row)) {
        // Whether the server wants it is not known yet, but here it is.
        *skips_line = false;
        session.begin_body(data.time);
        return body(out, bytes, data.time, flow);
    }
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
    session.asks_for_data = false;
    let chunk = (verb == commands::BDAT).then(|| commands::chunk(word(text).1)).flatten();
    if let Some((len, is_last)) = chunk {
        session.mail(time);
        session.chunk = text[..text.len().min(LONGEST_LINE)].to_vec();
        session.mode = Mode::Chunk(len, is_last);
        if len == 0 {
            end_of_chunk(out, time, is_last, flow);
        }
        return;
    }
    session.command(Command::new(verb, text, time, is_whole), &mut |row| out.show(row));
}

/// Keeps what columns show of a line.
fn note(out: &Out<'_, '_>, verb: Verb, text: &[u8], flow: &mut State) {
    let State { stat, side, .. } = flow;
    let side = side.get_or_insert_default();
    let (columns, session, toggles) = (&mut side.columns, &mut side.session, out.toggles);
    if out.compat && session.names_to_come > 0 {
        // The reference takes the two lines behind AUTH for user and password, whatever they are.
        session.names_to_come -= 1;
        match session.names_to_come {
            1 => columns.user(stat, toggles, text),
            _ => columns.password(stat, toggles, text),
        }
        return;
    }
    columns.command(stat, toggles, verb);
    let argument = word(text).1;
    match verb {
        commands::EHLO | commands::HELO => columns.client(stat, toggles, argument),
        commands::MAIL => columns.sender(stat, toggles, commands::address(argument)),
        commands::RCPT => columns.recipient(stat, toggles, commands::address(argument)),
        _ => {}
    }
    let (first, rest) = word(argument);
    let mut first_message = crate::lines::sasl::Sasl::new(first);
    let (user, password) = match (verb, &mut session.sasl) {
        _ if out.compat => (None, None),
        (Verb::Message, Some(sasl)) => sasl.message(text),
        // With the command comes the first message (RFC 4954, section 4).
        (commands::AUTH, _) if !rest.is_empty() => first_message.message(rest),
        _ => (None, None),
    };
    if let Some(user) = user {
        columns.user(stat, toggles, &user);
    }
    if let Some(password) = password {
        columns.password(stat, toggles, &password);
    }
}

/// Bytes of a mail that ends in a dot.
fn body(out: &mut Out<'_, '_>, bytes: &[u8], time: Timestamp, flow: &mut State) -> Next {
    let State { stat, side, .. } = flow;
    let session = &mut side.get_or_insert_default().session;
    // What comes now was not sent before all replies had come.
    session.client_speaks(&mut |row| out.show(row));
    let body = session.mail(time);
    let mut dots = body.text;
    let read = dots.feed(bytes, |part| {
        body.take(part);
        out.save(stat, body, part);
    });
    body.text = dots;
    body.is_over = read.is_over;
    if dots.has_bare_end {
        *stat |= stat::DAMAGED;
    }
    if read.is_over {
        session.end_body(time, &mut |row| out.show(row));
    }
    Next::Take(read.taken)
}

/// Bytes of a mail of known length.
fn chunk(
    out: &mut Out<'_, '_>,
    bytes: &[u8],
    time: Timestamp,
    (left, is_last): (u64, bool),
    flow: &mut State,
) -> Next {
    let State { stat, side, .. } = flow;
    let session = &mut side.get_or_insert_default().session;
    let len = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
    let body = session.mail(time);
    body.take(&bytes[..len]);
    out.save(stat, body, &bytes[..len]);
    let left = left - len as u64;
    session.mode = Mode::Chunk(left, is_last);
    if left == 0 {
        end_of_chunk(out, time, is_last, flow);
    }
    Next::Take(len)
}

fn end_of_chunk(out: &mut Out<'_, '_>, time: Timestamp, is_last: bool, flow: &mut State) {
    let session = &mut flow.side().session;
    let line = std::mem::take(&mut session.chunk);
    let mut command = Command::new(commands::BDAT, &line, time, true);
    session.mode = Mode::Lines;
    if is_last {
        session.mail(time).is_over = true;
        command.body = session.body.take();
    }
    session.command(command, &mut |row| out.show(row));
}

/// Bytes are missing, behind those that were not taken.
pub(crate) fn gap(
    out: &mut Out<'_, '_>,
    rest: &[u8],
    len: u64,
    time: Timestamp,
    flow: &mut State,
) -> Next {
    flow.stat |= stat::DAMAGED;
    last(out, rest, time, flow);
    flow.skips_line = false;
    let session = &mut flow.side().session;
    match session.mode {
        Mode::Body => {
            let body = session.mail(time);
            body.gap(len);
            out.save_gap(&mut flow.stat, flow.side.as_deref_mut(), len);
            return Next::Take(0);
        }
        Mode::Chunk(left, is_last) if len <= left => {
            session.mail(time).gap(len);
            session.mode = Mode::Chunk(left - len, is_last);
            out.save_gap(&mut flow.stat, flow.side.as_deref_mut(), len);
            if left == len {
                end_of_chunk(out, time, is_last, flow);
            }
            return Next::Take(0);
        }
        Mode::Chunk(left, is_last) => {
            session.mail(time).gap(left);
            end_of_chunk(out, time, is_last, flow);
        }
        Mode::Tls => return Next::Stop,
        Mode::Lines => {}
    }
    flow.side().session.commands_missing(&mut |row| out.show(row));
    Next::Search(0)
}

/// The last bytes in front of a gap or the end.
pub(crate) fn last(out: &mut Out<'_, '_>, rest: &[u8], time: Timestamp, flow: &mut State) {
    let is_line = !rest.is_empty() && !flow.skips_line && !is_tls(rest);
    let State { stat, side, .. } = flow;
    let session = &mut side.get_or_insert_default().session;
    match session.mode {
        Mode::Body if !rest.is_empty() => {
            let body = session.mail(time);
            body.take(rest);
            out.save(stat, body, rest);
        }
        Mode::Lines if is_line && !session.searches => {
            // Only a verb with something behind it is surely whole.
            let is_known = word(rest).0.len() < rest.len() && Verb::of(rest).name().is_some();
            if is_known {
                let part = Command::new(Verb::of(rest), rest, time, false);
                session.command(part, &mut |row| out.show(row));
            }
        }
        _ => {}
    }
}
