//! Commands and replies of SMTP, as lines (RFC 5321, sections 4.1 and 4.2), and where they begin.

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
    /// A message of a log-in, in Base64.
    Message,
    /// The dot behind a mail.
    End,
    /// The connection itself, which the greeting replies to.
    Connection,
}

/// Commands, in the order of their bits.
pub(crate) const NAMES: [&str; 16] = [
    "AUTH", "BDAT", "DATA", "EHLO", "ETRN", "EXPN", "HELO", "HELP", "MAIL", "NOOP", "QUIT", "RCPT",
    "RSET", "STARTTLS", "TURN", "VRFY",
];
pub(crate) const AUTH: Verb = Verb::Known(0);
pub(crate) const BDAT: Verb = Verb::Known(1);
pub(crate) const DATA: Verb = Verb::Known(2);
pub(crate) const EHLO: Verb = Verb::Known(3);
pub(crate) const HELO: Verb = Verb::Known(6);
pub(crate) const MAIL: Verb = Verb::Known(8);
pub(crate) const QUIT: Verb = Verb::Known(10);
pub(crate) const RCPT: Verb = Verb::Known(11);
pub(crate) const RSET: Verb = Verb::Known(12);
pub(crate) const STARTTLS: Verb = Verb::Known(13);

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
}

/// Whether a line is a command and nothing that a mail may have in it, as far as anybody can tell.
pub(crate) fn is_surely_command(line: &[u8]) -> bool {
    let rest = word(line).1;
    let begins = |front: &[u8]| {
        rest.get(..front.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(front))
    };
    let is_one_word = !rest.is_empty() && !rest.contains(&b' ');
    let is_capital = line.iter().take(4).all(u8::is_ascii_uppercase);
    let is_text = line.iter().all(|byte| (0x20..0x7f).contains(byte) || *byte >= 0x80);
    is_text
        && match Verb::of(line) {
            MAIL => begins(b"FROM:"),
            RCPT => begins(b"TO:"),
            // What some clients call themselves is no name of a host.
            EHLO | HELO => is_one_word || !rest.is_empty() && is_capital,
            AUTH => {
                rest.iter().take_while(|byte| **byte != b' ').all(|byte| is_of_mechanism(*byte))
                    && !rest.is_empty()
            }
            BDAT => rest.first().is_some_and(u8::is_ascii_digit),
            Verb::Known(4 | 5 | 7 | 15) => is_capital,
            Verb::Known(_) => rest.is_empty(),
            _ => false,
        }
}

fn is_of_mechanism(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// Whether a command begins here, behind a gap.
pub(crate) fn find_command(bytes: &[u8], seen: usize) -> Found {
    let begin = bytes.get(..4).unwrap_or(bytes);
    let may_be = NAMES.iter().any(|name| {
        name.as_bytes().get(..begin.len()).is_some_and(|name| name.eq_ignore_ascii_case(begin))
    });
    match line(bytes, seen) {
        _ if !may_be => Found::NotHere(to_end_of_line(bytes).0),
        Line::NeedMore => Found::NeedMore,
        Line::Whole(line, _) if is_surely_command(line) => Found::Message(0),
        Line::Whole(_, len) => Found::NotHere(len),
        Line::Long(all) => Found::NotHere(all.len()),
    }
}

/// Whether a reply begins here, behind a gap.
pub(crate) fn find_reply(bytes: &[u8]) -> Found {
    match reply_head(bytes) {
        Some(true) => Found::Message(0),
        None => Found::NeedMore,
        Some(false) => Found::NotHere(to_end_of_line(bytes).0),
    }
}

/// Whether bytes begin with a code and what may be behind it; nothing if that takes more of them.
pub(crate) fn reply_head(bytes: &[u8]) -> Option<bool> {
    let fits = |(n, byte): (usize, &u8)| match n {
        0 => (b'2'..=b'5').contains(byte),
        1 => (b'0'..=b'5').contains(byte),
        2 => byte.is_ascii_digit(),
        _ => matches!(byte, b' ' | b'-' | b'\r' | b'\n'),
    };
    let fits = bytes.iter().take(4).enumerate().all(fits);
    if fits && bytes.len() < 4 { None } else { Some(fits) }
}

/// A line of a reply: its code, whether it is the last one, and its text.
pub(crate) fn reply_line(line: &[u8]) -> Option<(u16, bool, &[u8])> {
    let (code, rest) = line.split_first_chunk::<3>()?;
    let is_end = rest.is_empty();
    if !is_end && reply_head(line) != Some(true) || !code.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let code = code.iter().fold(0, |code, digit| code * 10 + u16::from(digit - b'0'));
    Some((code, rest.first() != Some(&b'-'), rest.get(1..).unwrap_or(&[])))
}

/// The address in the argument of MAIL or RCPT: `FROM:<ann@example.org> SIZE=7`. `<>` is that of nobody.
pub(crate) fn address(argument: &[u8]) -> &[u8] {
    let at = argument.iter().position(|byte| *byte == b':').map_or(0, |at| at + 1);
    let path = argument[at..].trim_ascii_start();
    let Some(inner) = path.strip_prefix(b"<") else { return word(path).0 };
    // Only a quoted local part may have such a bracket in it (RFC 5321, section 4.1.2).
    let mut is_quoted = false;
    let end = inner.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        *byte == b'>' && !is_quoted
    });
    match end {
        Some(0) => b"<>",
        Some(end) => &inner[..end],
        None => inner,
    }
}

/// Length and whether it is the last one, of the argument of BDAT (RFC 3030, section 2).
pub(crate) fn chunk(argument: &[u8]) -> Option<(u64, bool)> {
    let (digits, rest) = word(argument);
    let len = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some((len, rest.eq_ignore_ascii_case(b"LAST")))
}

#[cfg(test)]
mod tests {
    use flowz_api::stream::Found;

    use super::{Verb, address, chunk, find_command, find_reply, is_surely_command, reply_line};

    #[test]
    fn commands() {
        assert_eq!(Verb::of(b"mail from:<a>").name(), Some("MAIL"));
        assert_eq!((Verb::of(b"MAILS"), Verb::of(b"")), (Verb::Unknown, Verb::Unknown));
        for line in [
            "MAIL FROM:<>",
            "rcpt to:<a>",
            "EHLO x",
            "DATA",
            "QUIT",
            "AUTH PLAIN AA==",
            "BDAT 7 LAST",
            "VRFY a b",
        ] {
            assert!(is_surely_command(line.as_bytes()), "{line}");
        }
        for line in [
            "Mail for you",
            "rcpt",
            "EHLO",
            "Ehlo a b",
            "Data: x",
            "quit now",
            "AUTH",
            "Help us",
            "",
            "DATA\u{1}",
        ] {
            assert!(!is_surely_command(line.as_bytes()), "{line}");
        }
    }

    #[test]
    fn addresses() {
        for (argument, found) in [
            ("FROM:<a@b> SIZE=1", "a@b"),
            ("FROM: <a@b>", "a@b"),
            ("FROM:<>", "<>"),
            ("TO:a@b x", "a@b"),
            ("TO:<\"a>b\"@c>", "\"a>b\"@c"),
            ("TO:<a@b", "a@b"),
            ("", ""),
        ] {
            assert_eq!(address(argument.as_bytes()), found.as_bytes(), "{argument}");
        }
        assert_eq!(
            (chunk(b"86 LAST"), chunk(b"0"), chunk(b"x")),
            (Some((86, true)), Some((0, false)), None)
        );
    }

    #[test]
    fn replies() {
        assert_eq!(reply_line(b"250-SIZE 7"), Some((250, false, &b"SIZE 7"[..])));
        assert_eq!(reply_line(b"250 OK"), Some((250, true, &b"OK"[..])));
        assert_eq!(reply_line(b"354"), Some((354, true, &b""[..])));
        assert_eq!(
            (reply_line(b"25"), reply_line(b"250x"), reply_line(b"750 x")),
            (None, None, None)
        );
    }

    #[test]
    fn where_they_begin() {
        assert_eq!(find_command(b"ob@x>\r\nDATA\r\n", 0), Found::NotHere(7));
        assert_eq!(find_command(b"DATA\r\n", 0), Found::Message(0));
        assert_eq!(
            (find_command(b"DA", 0), find_command(b"\x17\x03", 0)),
            (Found::NeedMore, Found::NotHere(2))
        );
        assert_eq!(find_command(b"Mail for you\r\n", 0), Found::NotHere(14));
        assert_eq!((find_reply(b"25"), find_reply(b"250-x")), (Found::NeedMore, Found::Message(0)));
        assert_eq!(
            (find_reply(b"K\r\n250 x"), find_reply(b"2.0.0")),
            (Found::NotHere(3), Found::NotHere(5))
        );
    }
}
