//! Protocols of lines in which one side commands and the other one replies, as SMTP (RFC 5321) and POP3 (RFC 1939) do: lines
//! over any segments, pairs of commands and replies also where bytes are missing, texts that end in a line with a dot, what is said
//! to log in (RFC 4422), names in their headers.

pub(crate) mod base64;
pub(crate) mod headers;
pub(crate) mod mail;
pub(crate) mod pairs;
pub(crate) mod place;
pub(crate) mod sasl;
pub(crate) mod text;

/// Bytes of a line that are looked at, if it does not come in one piece. Commands and replies have up to 512 (RFC 5321, section
/// 4.5.3.1.4), lines of a log-in up to 12288 (RFC 4954, section 4), of which the first ones say who.
pub(crate) const LONGEST: usize = 2048;

/// What the next bytes are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line<'a> {
    /// A line without its end, and so many bytes of the stream.
    Whole(&'a [u8], usize),
    /// The beginning of a line that is longer: all these bytes, and what comes up to the line's end is to be passed over.
    Long(&'a [u8]),
    /// More bytes are needed.
    NeedMore,
}

/// The line that begins here; so many bytes were seen before. It ends in CR LF, or in LF alone.
pub(crate) fn line(bytes: &[u8], seen: usize) -> Line<'_> {
    let seen = seen.min(bytes.len());
    match bytes[seen..].iter().position(|byte| *byte == b'\n') {
        Some(at) => {
            let line = &bytes[..seen + at];
            Line::Whole(line.strip_suffix(b"\r").unwrap_or(line), seen + at + 1)
        }
        None if bytes.len() >= LONGEST => Line::Long(bytes),
        None => Line::NeedMore,
    }
}

/// How many bytes there are up to the end of a line, with it, and whether it is there.
pub(crate) fn to_end_of_line(bytes: &[u8]) -> (usize, bool) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(at) => (at + 1, true),
        None => (bytes.len(), false),
    }
}

/// The first word of a line, and what is behind it without the blanks around.
pub(crate) fn word(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    (word, rest.trim_ascii())
}

/// At most so many bytes of a text. Whether there were more is noted.
pub(crate) fn cut(text: &[u8], longest: usize, was_cut: &mut bool) -> Vec<u8> {
    *was_cut |= text.len() > longest;
    text[..text.len().min(longest)].to_vec()
}

/// Whether these bytes begin a record of TLS (RFC 8446, section 5.1), as far as they go: no line of text does.
pub(crate) fn is_tls(bytes: &[u8]) -> bool {
    let kind = bytes.first().is_some_and(|byte| (0x14..=0x17).contains(byte));
    kind && bytes.get(1).is_none_or(|byte| *byte == 3)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Line, cut, is_tls, line, to_end_of_line, word};

    #[test]
    fn lines_end_where_they_end() {
        assert_eq!(line(b"QUIT\r\nx", 0), Line::Whole(b"QUIT", 6));
        assert_eq!(line(b"QUIT\nx", 3), Line::Whole(b"QUIT", 5));
        assert_eq!(line(b"\r\n", 1), Line::Whole(b"", 2));
        assert_eq!(line(b"QUIT\r", 9), Line::NeedMore, "more seen than there is");
        let long = [b'x'; LONGEST];
        assert_eq!((line(&long, 0), line(&long[1..], 0)), (Line::Long(&long), Line::NeedMore));
        assert_eq!((to_end_of_line(b"ab\r\nc"), to_end_of_line(b"ab")), ((4, true), (2, false)));
    }

    #[test]
    fn words_and_texts() {
        assert_eq!(word(b"MAIL  FROM:<a> "), (&b"MAIL"[..], &b"FROM:<a>"[..]));
        assert_eq!(word(b"QUIT"), (&b"QUIT"[..], &b""[..]));
        let mut was_cut = false;
        assert_eq!((cut(b"abc", 3, &mut was_cut), was_cut), (b"abc".to_vec(), false));
        assert_eq!((cut(b"abcd", 3, &mut was_cut), was_cut), (b"abc".to_vec(), true));
        assert_eq!(
            (is_tls(b"\x16\x03\x01"), is_tls(b"\x17"), is_tls(b"EHLO")),
            (true, true, false)
        );
    }
}
