//! The server's direction: replies.

use flowz_api::packet::Timestamp;
use flowz_api::stream::{Found, Next, StreamData};

use super::commands;
use super::out::Out;
use super::session::{Answer, LONGEST_LINE, Mode, Reply, Session};
use super::stat;
use super::state::{Columns, State};
use crate::lines::{Line, is_tls, line, to_end_of_line};

/// Reads the next bytes; `talk` is the client's conversation, if the client was seen.
pub(crate) fn data(
    out: &mut Out<'_, '_>,
    data: StreamData<'_>,
    flow: &mut State,
    talk: Option<&mut Session>,
) -> Next {
    let bytes = data.bytes;
    if flow.skips_line {
        let (len, is_end) = to_end_of_line(bytes);
        flow.skips_line = !is_end;
        return Next::Take(len);
    }
    let own = talk.as_ref().map_or(flow.side().session.mode, |talk| talk.mode);
    if is_tls(bytes) || own == Mode::Tls {
        return Next::Stop;
    }
    if flow.searches {
        match commands::find_reply(bytes) {
            Found::NeedMore => return Next::Take(0),
            Found::NotHere(len) => return Next::Take(len),
            _ => flow.searches = false,
        }
    }
    let (text, len) = match line(bytes, data.seen) {
        Line::Whole(text, len) => (text, len),
        Line::Long(text) => {
            flow.skips_line = true;
            (text, bytes.len())
        }
        Line::NeedMore => return Next::Take(0),
    };
    let State { stat, side, .. } = flow;
    let side = side.get_or_insert_default();
    let talk = talk.unwrap_or(&mut side.session);
    if let Some(answer) = add(out, text, data.time, stat, talk) {
        reply(out, answer, stat, &mut side.columns, talk);
    }
    if talk.mode == Mode::Tls { Next::Stop } else { Next::Take(len) }
}

/// Adds a line to the reply at hand. Yields the reply when it is over.
fn add(
    out: &mut Out<'_, '_>,
    text: &[u8],
    time: Timestamp,
    stat: &mut u16,
    talk: &mut Session,
) -> Option<Answer> {
    let Some((code, is_last, text)) = commands::reply_line(text) else {
        *stat |= stat::DAMAGED;
        return None;
    };
    let goes_on = talk.answer.as_ref().is_some_and(|answer| {
        !answer.has_gap || answer.reply.code == code && talk.pairs.waiting().count() <= 1
    });
    if !goes_on {
        talk.end_broken_answer(&mut |row| out.show(row));
    }
    let answer = talk.answer.get_or_insert_with(|| Answer {
        reply: Reply { code, text: Vec::new(), time, is_whole: true },
        column: Vec::new(),
        has_gap: false,
    });
    let longest = usize::from(out.toggles.longest_name);
    let is_first = answer.column.is_empty();
    if !is_first {
        append(&mut answer.reply.text, b" / ", LONGEST_LINE);
        append(&mut answer.column, b"_", longest);
    }
    append(&mut answer.reply.text, text, LONGEST_LINE);
    let digits = format!("{code}{}", if is_last { " " } else { "-" });
    let mut whole = append(&mut answer.column, digits.as_bytes(), longest);
    whole &= append(&mut answer.column, text, longest);
    if !whole && out.toggles.reply_texts {
        *stat |= stat::CUT;
    }
    answer.has_gap = false;
    answer.reply.time = time;
    if is_last { talk.answer.take() } else { None }
}

/// Appends as much as there is room for. Whether that was all.
fn append(list: &mut Vec<u8>, bytes: &[u8], most: usize) -> bool {
    let room = most.saturating_sub(list.len());
    list.extend_from_slice(&bytes[..bytes.len().min(room)]);
    bytes.len() <= room
}

/// A reply is over.
fn reply(
    out: &mut Out<'_, '_>,
    answer: Answer,
    stat: &mut u16,
    columns: &mut Columns,
    talk: &mut Session,
) {
    columns.code(stat, out.toggles, answer.reply.code);
    columns.text(stat, out.toggles, answer.column.trim_ascii_end());
    talk.reply(answer.reply, &mut |row| out.show(row));
}

/// Bytes are missing, behind those that were not taken.
pub(crate) fn gap(
    out: &mut Out<'_, '_>,
    rest: &[u8],
    flow: &mut State,
    talk: Option<&mut Session>,
) -> Next {
    flow.stat |= stat::DAMAGED;
    last(out, rest, flow, talk, false)
}

/// The last bytes in front of a gap or the end.
pub(crate) fn last(
    out: &mut Out<'_, '_>,
    rest: &[u8],
    flow: &mut State,
    talk: Option<&mut Session>,
    is_end: bool,
) -> Next {
    let is_line = !std::mem::take(&mut flow.skips_line)
        && !flow.searches
        && commands::reply_head(rest) == Some(true);
    let State { stat, side, .. } = flow;
    let side = side.get_or_insert_default();
    let talk = talk.unwrap_or(&mut side.session);
    if talk.mode == Mode::Tls {
        return Next::Stop;
    }
    if is_line {
        let over = add(out, rest, out.cx.now, stat, talk);
        if let Some(mut answer) = over {
            answer.reply.is_whole = false;
            reply(out, answer, stat, &mut side.columns, talk);
        }
    }
    if !is_end {
        talk.replies_missing(&mut |row| out.show(row));
    }
    Next::Search(0)
}
