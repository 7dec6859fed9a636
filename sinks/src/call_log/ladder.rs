//! The messages of one call as a ladder.

use std::fmt::Write as _;

use super::values::Row;

/// Most messages that are kept until it is known which call is meant.
const MOST_MESSAGES: usize = 200_000;
/// Most addresses that have a column; messages of others have a line without an arrow.
const MOST_COLUMNS: usize = 8;
/// Characters between two columns.
const WIDTH: usize = 26;

/// Collects the messages of a call.
#[derive(Debug)]
pub(super) struct Ladder {
    /// Its number or Call-ID.
    wanted: String,
    /// The Call-ID, once it is known.
    call_id: Option<String>,
    messages: Vec<Message>,
    left_out: u64,
}

#[derive(Debug)]
struct Message {
    call_id: String,
    time: String,
    from: String,
    to: String,
    text: String,
    media: String,
}

impl Ladder {
    pub(super) fn new(wanted: String) -> Self {
        Self { wanted, call_id: None, messages: Vec::new(), left_out: 0 }
    }

    /// A message of SIP, of any call.
    pub(super) fn sip(&mut self, row: &Row) {
        let (status, method) = (row.text("status"), row.text("method"));
        let text = match status {
            "" => method.to_owned(),
            status => format!("{status} {} ({method})", row.text("uri_reason")),
        };
        let again = if row.number("again") > 0 { " again" } else { "" };
        self.message(row, text + again);
    }

    /// A message of H.323, of any call.
    pub(super) fn h323(&mut self, row: &Row) {
        let mut text = row.text("message").to_owned();
        if !row.text("cause").is_empty() {
            text = format!("{text} {}", row.text("cause"));
        }
        if !row.text("reason").is_empty() {
            text = format!("{text} ({})", row.text("reason"));
        }
        self.message(row, text);
    }

    fn message(&mut self, row: &Row, text: String) {
        let is_number = self.wanted.parse::<u64>().is_ok();
        if !is_number && row.text("callID") != self.wanted {
            return;
        }
        if self.messages.len() == MOST_MESSAGES {
            self.left_out += 1;
            return;
        }
        self.messages.push(Message {
            call_id: row.text("callID").to_owned(),
            time: row.text("time").to_owned(),
            from: row.place("srcIP", "srcPort"),
            to: row.place("dstIP", "dstPort"),
            text,
            media: row.text("media").to_owned(),
        });
    }

    /// Any call.
    pub(super) fn call(&mut self, row: &Row) {
        if row.text("callNr") == self.wanted || row.text("callID") == self.wanted {
            self.call_id = Some(row.text("callID").to_owned());
        }
    }

    /// Appends the ladder.
    pub(super) fn show(self, out: &mut String) {
        // Writing to a text does not fail.
        let _ = self.write(out);
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let Some(call_id) = &self.call_id else {
            return writeln!(out, "no call '{}'", self.wanted);
        };
        let messages: Vec<&Message> =
            self.messages.iter().filter(|message| message.call_id == *call_id).collect();
        let mut places: Vec<&str> = Vec::new();
        for place in messages.iter().flat_map(|m| [m.from.as_str(), m.to.as_str()]) {
            if !places.contains(&place) && places.len() < MOST_COLUMNS {
                places.push(place);
            }
        }
        writeln!(out, "Call-ID {call_id}")?;
        let indent = messages.first().map_or(0, |message| message.time.len() + 2);
        write!(out, "{:indent$}", "")?;
        for place in &places {
            write!(out, "{place:<WIDTH$}")?;
        }
        out.truncate(out.trim_end().len());
        writeln!(out)?;
        for message in messages {
            let column = |place: &str| places.iter().position(|known| *known == place);
            let arrow = match (column(&message.from), column(&message.to)) {
                (Some(from), Some(to)) if from != to => arrow(from, to, &message.text),
                _ => format!("{} > {}: {}", message.from, message.to, message.text),
            };
            let media = if message.media.is_empty() { "" } else { "   " };
            writeln!(out, "{}  {arrow}{media}{}", message.time, message.media)?;
        }
        if self.left_out > 0 {
            writeln!(out, "{} messages more are left out", self.left_out)?;
        }
        Ok(())
    }
}

/// An arrow from one column to another, with a text in it.
fn arrow(from: usize, to: usize, text: &str) -> String {
    let (left, right) = (from.min(to), from.max(to));
    let room = (right - left) * WIDTH - 2;
    let text: String = text.chars().take(room.saturating_sub(4)).collect();
    let dashes = room - text.chars().count();
    let (front, behind) = ("-".repeat(dashes / 2), "-".repeat(dashes - dashes / 2));
    let line = if from < to {
        format!("|{front}{text}{behind}>")
    } else {
        format!("<{front}{text}{behind}|")
    };
    format!("{:indent$}{line}", "", indent = left * WIDTH)
}

#[cfg(test)]
mod tests {
    use super::{Ladder, Row};

    #[test]
    fn messages_of_the_call_only() {
        let message = |id: &str, from: &str, to: &str, status: &str| {
            Row::new(&[
                ("callID", id),
                ("time", "1.5"),
                ("srcIP", from),
                ("srcPort", "1"),
                ("dstIP", to),
                ("dstPort", "1"),
                ("status", status),
                ("method", "INVITE"),
                ("uri_reason", "OK"),
                ("media", if status.is_empty() { "audio" } else { "" }),
            ])
        };
        let mut ladder = Ladder::new("2".into());
        ladder.sip(&message("x", "a", "b", ""));
        ladder.sip(&message("y", "a", "b", ""));
        ladder.sip(&message("y", "b", "a", "200"));
        ladder.call(&Row::new(&[("callNr", "1"), ("callID", "x")]));
        ladder.call(&Row::new(&[("callNr", "2"), ("callID", "y")]));
        let mut out = String::new();
        ladder.show(&mut out);
        let expected = "Call-ID y\n     a:1                       b:1\n\
            1.5  |---------INVITE--------->   audio\n\
            1.5  <----200 OK (INVITE)-----|\n";
        assert_eq!(out, expected);
        let (mut out, mut ladder) = (String::new(), Ladder::new("z".into()));
        ladder.h323(&Row::new(&[
            ("callID", "z"),
            ("time", "2.5"),
            ("srcIP", "a"),
            ("srcPort", "1"),
            ("dstIP", "b"),
            ("dstPort", "2"),
            ("message", "RELEASE"),
            ("cause", "17"),
            ("reason", "inConf"),
        ]));
        ladder.call(&Row::new(&[("callNr", "3"), ("callID", "z")]));
        ladder.show(&mut out);
        let expected = "Call-ID z\n     a:1                       b:2\n\
            2.5  |--RELEASE 17 (inConf)--->\n";
        assert_eq!(out, expected);
        let (mut out, none) = (String::new(), Ladder::new("9".into()));
        none.show(&mut out);
        assert_eq!(out, "no call '9'\n");
    }
}
