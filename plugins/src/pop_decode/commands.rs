//! Commands and replies of POP3, as lines (RFC 1939, section 3), and where they begin.

use flowz_api::Checkpoint;
use flowz_api::stream::Found;

use crate::lines::{Line, line, to_end_of_line, word};

/// What a client says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Verb {
    /// One of [`NAMES`], by its place there.
    Known(u8),
    /// Another word.
    Unknown,
    /// A message of a log-in, in Base64 (RFC 5034).
    Message,
    /// The connection itself, which the greeting replies to.
    Connection,
}

/// Commands, in the order of their bits.
pub(crate) const NAMES: [&str; 16] = [
    "APOP", "AUTH", "CAPA", "DELE", "LIST", "NOOP", "PASS", "QUIT", "RETR", "RSET", "STAT", "STLS",
    "TOP", "UIDL", "USER", "XTND",
];
pub(crate) const APOP: Verb = Verb::Known(0);
pub(crate) const AUTH: Verb = Verb::Known(1);
pub(crate) const CAPA: Verb = Verb::Known(2);
pub(crate) const DELE: Verb = Verb::Known(3);
pub(crate) const LIST: Verb = Verb::Known(4);
pub(crate) const PASS: Verb = Verb::Known(6);
pub(crate) const RETR: Verb = Verb::Known(8);
pub(crate) const STLS: Verb = Verb::Known(11);
pub(crate) const TOP: Verb = Verb::Known(12);
pub(crate) const UIDL: Verb = Verb::Known(13);
pub(crate) const USER: Verb = Verb::Known(14);

impl Verb {
    /// The command that a line is.
    pub(crate) fn of(line: &[u8]) -> Self {
        let (name, _) = word(line);
        let known = NAMES.iter().position(|known| name.eq_ignore_ascii_case(known.as_bytes()));
        known.map_or(Self::Unknown, |n| Self::Known(n as u8))
    }

    /// Its name, if it is one of those known.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Known(n) => NAMES.get(usize::from(n)).copied(),
            _ => None,
        }
    }

    /// What lines follow if the server agrees to the command with such an argument.
    pub(crate) fn text(self, argument: &[u8]) -> Option<Text> {
        match self {
            RETR => Some(Text::Mail),
            TOP => Some(Text::Top),
            LIST | UIDL if argument.is_empty() => Some(Text::Numbers),
            // Servers of old list ways to log in.
            AUTH | CAPA if argument.is_empty() => Some(Text::Words),
            _ => None,
        }
    }
}

/// Lines of a reply behind its first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Text {
    Mail,
    /// The beginning of a mail.
    Top,
    /// Numbers of mails, each with something.
    Numbers,
    Words,
    /// The command is not known.
    Unknown,
}

/// Whether a command begins here, behind a gap.
pub(crate) fn find_command(bytes: &[u8], seen: usize) -> Found {
    let begin = bytes.get(..3).unwrap_or(bytes);
    let may_be = NAMES.iter().any(|name| {
        name.as_bytes().get(..begin.len()).is_some_and(|name| name.eq_ignore_ascii_case(begin))
    });
    match line(bytes, seen) {
        _ if !may_be => Found::NotHere(to_end_of_line(bytes).0),
        Line::NeedMore => Found::NeedMore,
        Line::Whole(line, len) => {
            let is_text = line.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f);
            let is_one = is_text && Verb::of(line).name().is_some();
            if is_one { Found::Message(0) } else { Found::NotHere(len) }
        }
        Line::Long(all) => Found::NotHere(all.len()),
    }
}

/// Whether a reply begins here, behind a gap.
pub(crate) fn find_reply(bytes: &[u8]) -> Found {
    match begins_reply(bytes) {
        Some(true) => Found::Message(0),
        None => Found::NeedMore,
        Some(false) => Found::NotHere(to_end_of_line(bytes).0),
    }
}

/// Whether bytes begin with a status; nothing if that takes more of them.
pub(crate) fn begins_reply(bytes: &[u8]) -> Option<bool> {
    let mut is_short = false;
    for status in [&b"+OK"[..], b"-ERR", b"+ "] {
        let len = bytes.len().min(status.len());
        if bytes[..len].eq_ignore_ascii_case(&status[..len]) {
            let follows = bytes.get(len).is_none_or(|byte| len == 2 || byte.is_ascii_whitespace());
            if len == status.len() && follows {
                return Some(true);
            }
            is_short |= len < status.len();
        }
    }
    if is_short { None } else { Some(false) }
}

/// How a server answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Status {
    Ok,
    Error,
    /// It asks for a message of a log-in.
    More,
}

/// The first line of a reply: status and text.
pub(crate) fn reply_line(line: &[u8]) -> Option<(Status, &[u8])> {
    let (first, rest) = word(line);
    match first {
        _ if first.eq_ignore_ascii_case(b"+OK") => Some((Status::Ok, rest)),
        _ if first.eq_ignore_ascii_case(b"-ERR") => Some((Status::Error, rest)),
        b"+" => Some((Status::More, rest)),
        _ => None,
    }
}

/// The number that a text begins with.
pub(crate) fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(word(text).0).ok()?.parse().ok()
}

/// The numbers that lines begin with, in a text that comes in pieces.
#[derive(Clone, Copy, Debug, Default, Checkpoint)]
pub(crate) struct Numbers {
    value: u64,
    is_behind: bool,
}

impl Numbers {
    /// The next bytes.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut found: impl FnMut(u64)) {
        for byte in bytes {
            match byte {
                b'\n' => *self = Self::default(),
                _ if self.is_behind => {}
                b'0'..=b'9' => {
                    self.value =
                        self.value.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                }
                _ => {
                    self.is_behind = true;
                    if self.value > 0 {
                        found(self.value);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::stream::Found;

    use super::{
        Numbers, Status, Text, Verb, begins_reply, find_command, find_reply, number, reply_line,
    };

    #[test]
    fn commands() {
        assert_eq!((Verb::of(b"retr 2").name(), Verb::of(b"RETRY").name()), (Some("RETR"), None));
        assert_eq!(Verb::of(b"LIST").text(b""), Some(Text::Numbers));
        assert_eq!((Verb::of(b"LIST").text(b"2"), Verb::of(b"STAT").text(b"")), (None, None));
        assert_eq!(
            (Verb::of(b"TOP").text(b"1 0"), Verb::Unknown.text(b"")),
            (Some(Text::Top), None)
        );
        assert_eq!((number(b"2 320"), number(b"x"), number(b"")), (Some(2), None, None));
    }

    #[test]
    fn replies() {
        assert_eq!(reply_line(b"+OK 2 320"), Some((Status::Ok, &b"2 320"[..])));
        assert_eq!(reply_line(b"+ "), Some((Status::More, &b""[..])));
        assert_eq!(
            (reply_line(b"-ERR no").map(|line| line.0), reply_line(b"+OKAY")),
            (Some(Status::Error), None)
        );
        assert_eq!(
            (begins_reply(b"+O"), begins_reply(b"+OK\r"), begins_reply(b"+OKx")),
            (None, Some(true), Some(false))
        );
        assert_eq!(
            (begins_reply(b"-ERR"), begins_reply(b"1 2"), begins_reply(b"")),
            (Some(true), Some(false), None)
        );
    }

    #[test]
    fn numbers_of_lines() {
        let (mut numbers, mut all) = (Numbers::default(), Vec::new());
        for piece in ["1 57", "2\r\n12", "3 x\r\nx 4\r\n", "0 9\r\n77"] {
            numbers.feed(piece.as_bytes(), |number| all.push(number));
        }
        assert_eq!(all, [1, 123]);
    }

    #[test]
    fn where_they_begin() {
        assert_eq!(find_command(b"TR 1\r\nQUIT\r\n", 0), Found::NotHere(6));
        assert_eq!(
            (find_command(b"TO", 0), find_command(b"TOP 1 2\n", 0)),
            (Found::NeedMore, Found::Message(0))
        );
        assert_eq!(
            (find_reply(b"ext\r\n+OK"), find_reply(b"+OK x")),
            (Found::NotHere(5), Found::Message(0))
        );
    }
}
