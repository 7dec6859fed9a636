//! Messages of IRC (RFC 1459, 2812, section 2.3; tags IRCv3): tags, prefix, command, parameters.

use flowz_api::stream::Found;

use crate::text::line::head;

/// A message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Message<'a> {
    /// As it was sent: letters, or three digits.
    pub(crate) command: &'a [u8],
    parameters: &'a [u8],
}

/// Longest command that is known.
pub(crate) const LONGEST_COMMAND: usize = 12;
/// Longest line that is read: tags and text (IRCv3: 8191 and 512 bytes) fit in most cases.
pub(crate) const LONGEST_LINE: usize = 2048;

/// The commands that are known, sorted.
const COMMANDS: [&[u8]; 59] = [
    b"ACCOUNT",
    b"ADMIN",
    b"AUTHENTICATE",
    b"AWAY",
    b"BATCH",
    b"CAP",
    b"CHATHISTORY",
    b"CHGHOST",
    b"CONNECT",
    b"DIE",
    b"ERROR",
    b"FAIL",
    b"HELP",
    b"INFO",
    b"INVITE",
    b"ISON",
    b"JOIN",
    b"KICK",
    b"KILL",
    b"LINKS",
    b"LIST",
    b"LUSERS",
    b"MODE",
    b"MONITOR",
    b"MOTD",
    b"NAMES",
    b"NICK",
    b"NICKSERV",
    b"NOTE",
    b"NOTICE",
    b"OPER",
    b"PART",
    b"PASS",
    b"PING",
    b"PONG",
    b"PRIVMSG",
    b"PROTOCTL",
    b"QUIT",
    b"REHASH",
    b"RESTART",
    b"SERVER",
    b"SERVICE",
    b"SERVLIST",
    b"SETNAME",
    b"SQUERY",
    b"SQUIT",
    b"STARTTLS",
    b"STATS",
    b"SUMMON",
    b"TAGMSG",
    b"TIME",
    b"TOPIC",
    b"TRACE",
    b"USER",
    b"USERHOST",
    b"USERS",
    b"VERSION",
    b"WALLOPS",
    b"WHO",
];
const MORE_COMMANDS: [&[u8]; 4] = [b"WARN", b"WEBIRC", b"WHOIS", b"WHOWAS"];

impl<'a> Message<'a> {
    /// Reads a line; nothing if it is no message.
    pub(crate) fn from_line(line: &'a [u8]) -> Option<Self> {
        let mut rest = line;
        for mark in [b'@', b':'] {
            if rest.first() == Some(&mark) {
                let end = rest.iter().position(|byte| *byte == b' ')?;
                rest = rest.get(end..).unwrap_or_default().trim_ascii_start();
            }
        }
        let len = rest
            .iter()
            .take(LONGEST_COMMAND + 1)
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count();
        let (command, parameters) = rest.split_at_checked(len)?;
        let ends = matches!(parameters.first(), None | Some(b' '));
        let is_word =
            command.iter().all(u8::is_ascii_alphabetic) && (2..=LONGEST_COMMAND).contains(&len);
        let is_number = len == 3 && command.iter().all(u8::is_ascii_digit);
        (ends && (is_word || is_number)).then_some(Self { command, parameters })
    }

    /// The number of a numeric reply.
    pub(crate) fn number(&self) -> Option<u16> {
        std::str::from_utf8(self.command).ok()?.parse().ok()
    }

    /// Its parameters; the last one may have blanks.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = self.parameters;
        std::iter::from_fn(move || {
            let start = rest.iter().position(|byte| *byte != b' ')?;
            rest = rest.get(start..)?;
            if let Some(last) = rest.strip_prefix(b":") {
                rest = &[];
                return Some(last);
            }
            let end = rest.iter().position(|byte| *byte == b' ').unwrap_or(rest.len());
            let (parameter, behind) = rest.split_at_checked(end)?;
            rest = behind;
            Some(parameter)
        })
    }

    /// Whether it is a numeric reply or a command that is known.
    pub(crate) fn is_known(&self) -> bool {
        let command = self.command.to_ascii_uppercase();
        let command = command.as_slice();
        self.number().is_some()
            || COMMANDS.binary_search(&command).is_ok()
            || MORE_COMMANDS.contains(&command)
    }
}

/// Whether bytes begin with the line of a message that is known; `seen` of them were looked at before and have no end of a line.
pub(crate) fn begins(bytes: &[u8], seen: usize) -> Found {
    let new = bytes.get(seen..).unwrap_or_default();
    let Some(end) = new.iter().position(|byte| *byte == b'\n').map(|at| seen + at) else {
        let is_too_long = bytes.len() >= LONGEST_LINE;
        return if is_too_long { Found::NotHere(bytes.len()) } else { Found::NeedMore };
    };
    let line = head(bytes, end);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match Message::from_line(line).filter(Message::is_known) {
        Some(_) => Found::Message(end + 1),
        None => Found::NotHere(end + 1),
    }
}

#[cfg(test)]
mod tests {
    use flowz_api::stream::Found;

    use super::{COMMANDS, LONGEST_LINE, Message, begins};

    #[test]
    fn lines() {
        let message =
            Message::from_line(b"@time=x :nick!user@host PRIVMSG  #a :hello there ").unwrap();
        assert_eq!(message.command, b"PRIVMSG");
        assert_eq!(message.parameters().collect::<Vec<_>>(), [&b"#a"[..], b"hello there "]);
        let message = Message::from_line(b":irc 001 me :Welcome").unwrap();
        assert_eq!((message.number(), message.parameters().count()), (Some(1), 2));
        assert_eq!(Message::from_line(b"LIST").unwrap().parameters().count(), 0);
        for bad in [
            &b""[..],
            b":only",
            b"01 x",
            b"1234",
            b"GET/",
            b"AB1 x",
            b"\x16\x03\x01",
            b"VERYLONGCOMMAND x",
        ] {
            assert_eq!(Message::from_line(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn beginnings() {
        assert!(COMMANDS.is_sorted());
        assert_eq!(begins(b"JOIN #a\r\nrest", 7), Found::Message(9));
        assert_eq!(begins(b"word of a text\r\nX", 0), Found::NotHere(16));
        assert_eq!(begins(b"JOIN #a", 0), Found::NeedMore);
        assert_eq!(begins(&[b'a'; LONGEST_LINE], 0), Found::NotHere(LONGEST_LINE));
    }
}
