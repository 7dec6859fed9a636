//! The server's direction: replies, mails.

use flowz_api::packet::Timestamp;
use flowz_api::stream::{Found, Next, StreamData};

use super::commands::{self, Status, Text, Verb};
use super::out::Out;
use super::session::{LONGEST_LINE, Mode, Reply, Session};
use super::stat;
use super::state::{Columns, Side, State};
use crate::lines::text::DotText;
use crate::lines::{Line, is_tls, line, to_end_of_line};

/// Reads the next bytes; `talk` is the client's conversation, if the client was seen.
pub(crate) fn data(
    out: &mut Out<'_, '_>,
    data: StreamData<'_>,
    flow: &mut State,
    talk: Option<&mut Session>,
) -> Next {
    let State { stat, skips_line, side, .. } = flow;
    let side = side.get_or_insert_default();
    let Side { columns, session, packet, wants_path } = &mut **side;
    let talk = talk.unwrap_or(session);
    if std::mem::replace(packet, data.number) != data.number
        && is_no_reply(data.bytes)
        && out.compat
    {
        // The reference looks at packets.
        *stat |= stat::MALFORMED;
    }
    if let Mode::Text(text, dots) = talk.mode {
        return self::text(out, data, (text, dots), (stat, columns, wants_path), talk);
    }
    if *skips_line {
        let (len, is_end) = to_end_of_line(data.bytes);
        *skips_line = !is_end;
        return Next::Take(len);
    }
    if is_tls(data.bytes) || matches!(talk.mode, Mode::Tls) {
        return Next::Stop;
    }
    if talk.searches {
        match commands::find_reply(data.bytes) {
            Found::NeedMore => return Next::Take(0),
            Found::NotHere(len) => return Next::Take(len),
            _ => talk.searches = false,
        }
    }
    let (line, len) = match line(data.bytes, data.seen) {
        Line::Whole(line, len) => (line, len),
        Line::Long(line) => {
            *skips_line = true;
            (line, data.bytes.len())
        }
        Line::NeedMore => return Next::Take(0),
    };
    if matches!(talk.mode, Mode::Unknown) && commands::reply_line(line).is_none() {
        // The text of a reply whose command is not known.
        *skips_line = false;
        let kind = if is_field(line) { Text::Mail } else { Text::Unknown };
        talk.begin_text(kind, None, None, data.time);
        let dots = DotText::default();
        return self::text(out, data, (kind, dots), (stat, columns, wants_path), talk);
    }
    let behind = data.bytes.get(len..).unwrap_or(&[]);
    let ends_log_in =
        talk.pairs.waiting().next().is_some_and(|command| command.verb == Verb::Message);
    *wants_path |= out.compat && ends_log_in;
    status(out, (line, behind), (data.time, true), (stat, columns), talk);
    if matches!(talk.mode, Mode::Tls) {
        if out.compat {
            *stat |= stat::MALFORMED;
        }
        return Next::Stop;
    }
    Next::Take(len)
}

fn is_no_reply(bytes: &[u8]) -> bool {
    !bytes.starts_with(b"+OK") && !bytes.starts_with(b"-ERR")
}

/// Whether a line is a field of a mail's header, as far as one can tell.
fn is_field(line: &[u8]) -> bool {
    let end = line.iter().position(|byte| *byte == b':').unwrap_or(0);
    end > 0 && line[..end].iter().all(u8::is_ascii_graphic)
}

/// The first line of a reply: when it came, and whether that is all of it.
fn status(
    out: &mut Out<'_, '_>,
    (line, behind): (&[u8], &[u8]),
    (time, is_whole): (Timestamp, bool),
    (stat, columns): (&mut u16, &mut Columns),
    talk: &mut Session,
) {
    let Some((status, text)) = commands::reply_line(line) else {
        *stat |= stat::MALFORMED;
        return;
    };
    *stat |= match status {
        Status::Ok => stat::OK,
        Status::Error => stat::ERROR,
        Status::More => 0,
    };
    if status != Status::More {
        note(out, (text, behind), stat, columns, talk);
    }
    let text = text[..text.len().min(LONGEST_LINE)].to_vec();
    talk.reply(Reply { status, text, time, is_whole }, &mut |row| out.show(row));
}

/// Keeps what columns show of the first line of a reply.
fn note(
    out: &Out<'_, '_>,
    (text, behind): (&[u8], &[u8]),
    stat: &mut u16,
    columns: &mut Columns,
    talk: &Session,
) {
    let toggles = out.toggles;
    if !out.compat {
        if !text.is_empty() {
            columns.reply(stat, toggles, text);
        }
        // The number of the mail that LIST or UIDL with an argument ask for.
        let asked = talk.pairs.waiting().next();
        let has_number = asked.is_some_and(|command| {
            matches!(command.verb, commands::LIST | commands::UIDL)
                && !command.argument().is_empty()
        });
        if let Some(number) = commands::number(text).filter(|_| has_number) {
            columns.number(stat, toggles, number);
        }
        return;
    }
    // The reference goes on with the next line of the packet, and takes any number for one.
    let mut text = text.to_vec();
    if text.is_empty() && !behind.is_empty() {
        let (len, _) = to_end_of_line(behind);
        text.push(b'\n');
        text.extend_from_slice(behind[..len].trim_ascii_end());
    }
    if text.is_empty() {
        return;
    }
    if let Some(number) = commands::number(text.trim_ascii_start()) {
        columns.number(stat, toggles, number);
    }
    columns.reply(stat, toggles, &text);
}

/// Bytes of a text.
fn text(
    out: &mut Out<'_, '_>,
    data: StreamData<'_>,
    (text, mut dots): (Text, DotText),
    (stat, columns, wants_path): (&mut u16, &mut Columns, &mut bool),
    talk: &mut Session,
) -> Next {
    let toggles = out.toggles;
    let Session { mail, numbers, .. } = talk;
    let read = dots.feed(data.bytes, |part| {
        if let Some(mail) = mail.as_deref_mut() {
            mail.body.take(part);
            out.save(stat, &mut mail.body, part);
        }
        if text == Text::Numbers && !out.compat {
            numbers.feed(part, |number| columns.number(stat, toggles, number));
        }
    });
    talk.mode = Mode::Text(text, dots);
    if let Some(mail) = talk.mail.as_deref_mut().filter(|mail| !mail.has_path) {
        let path = mail.body.return_path();
        mail.has_path = !path.is_empty();
        if mail.has_path && (!out.compat || std::mem::take(wants_path)) {
            columns.user(stat, toggles, path);
        }
    }
    if read.is_over {
        talk.end_text(true, &mut |row| out.show(row));
    }
    Next::Take(read.taken)
}

/// Bytes are missing, behind those that were not taken.
pub(crate) fn gap(
    out: &mut Out<'_, '_>,
    (rest, len): (&[u8], u64),
    flow: &mut State,
    talk: Option<&mut Session>,
) -> Next {
    flow.stat |= stat::DAMAGED;
    let State { stat, skips_line, side, .. } = flow;
    let side = side.get_or_insert_default();
    let Side { columns, session, .. } = &mut **side;
    let talk = talk.unwrap_or(session);
    let now = out.cx.now;
    let was_skipping = std::mem::take(skips_line);
    match talk.mode {
        Mode::Tls => return Next::Stop,
        Mode::Text(..) => {
            if let Some(mail) = &mut talk.mail {
                mail.body.take(rest);
                out.save(stat, &mut mail.body, rest);
                out.save_gap(stat, &mut mail.body, len);
            }
            talk.text_gap(len);
            return Next::Take(0);
        }
        Mode::Status | Mode::Unknown => {}
    }
    if !was_skipping && !talk.searches && commands::begins_reply(rest) == Some(true) {
        status(out, (rest, b""), (now, false), (stat, columns), talk);
        if matches!(talk.mode, Mode::Text(..)) {
            talk.text_gap(len);
            return Next::Take(0);
        }
    }
    talk.mode = Mode::Status;
    talk.replies_missing(len, now, &mut |row| out.show(row));
    if matches!(talk.mode, Mode::Text(..)) { Next::Take(0) } else { Next::Search(0) }
}

/// The last bytes in front of the end.
pub(crate) fn last(
    out: &mut Out<'_, '_>,
    rest: &[u8],
    flow: &mut State,
    talk: Option<&mut Session>,
) {
    let State { stat, skips_line, side, .. } = flow;
    let side = side.get_or_insert_default();
    let Side { columns, session, .. } = &mut **side;
    let talk = talk.unwrap_or(session);
    let now = out.cx.now;
    match (&talk.mode, &mut talk.mail) {
        (Mode::Text(..), Some(mail)) => {
            mail.body.take(rest);
            out.save(stat, &mut mail.body, rest);
        }
        (Mode::Status | Mode::Unknown, _)
            if !*skips_line && !talk.searches && commands::begins_reply(rest) == Some(true) =>
        {
            status(out, (rest, b""), (now, false), (stat, columns), talk);
        }
        _ => {}
    }
}
