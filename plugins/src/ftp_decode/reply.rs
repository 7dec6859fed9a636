//! Replies of FTP (RFC 959, section 4.2): a code of three digits and a text, on one line or on several.

use crate::text::line::head;
use flowz_api::Checkpoint;

/// A reply that is whole.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    /// Its text; of several lines with LF between them.
    pub(crate) text: Vec<u8>,
}

/// A reply of several lines that goes on.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Open {
    reply: Reply,
    /// Bytes are missing in it: its end may be among them.
    damaged: bool,
}

/// Most bytes of a text that are kept.
pub(crate) const LONGEST_TEXT: usize = 512;
/// Code and the byte behind it.
const HEAD: usize = 4;

/// The code at the beginning of a line, and whether more lines follow it.
pub(crate) fn head_of(line: &[u8]) -> Option<(u16, bool)> {
    let code = code(line)?;
    match line.get(HEAD - 1) {
        None | Some(b' ' | b'\r' | b'\n') => Some((code, false)),
        Some(b'-') => Some((code, true)),
        Some(_) => None,
    }
}

/// Three digits as a code: the first one says how it went, the second one what it is about.
fn code(line: &[u8]) -> Option<u16> {
    let [a @ b'1'..=b'6', b @ b'0'..=b'7', c @ b'0'..=b'9', ..] = line else { return None };
    let digit = |byte: &u8| u16::from(byte - b'0');
    Some(digit(a) * 100 + digit(b) * 10 + digit(c))
}

/// Whether bytes begin with a reply: yes, no, or not without more bytes.
pub(crate) fn begins(bytes: &[u8]) -> Option<bool> {
    match bytes {
        [] | [_] | [_, _] | [_, _, _] if bytes.iter().all(u8::is_ascii_digit) => None,
        _ => Some(head_of(head(bytes, HEAD)).is_some()),
    }
}

/// Takes a line in. Yields replies that are whole with it: two if the one before has lost its end, and this line is all of the next.
pub(crate) fn add_line(open: &mut Option<Open>, line: &[u8]) -> [Option<Reply>; 2] {
    let begun = head_of(line);
    let Some(mut current) = open.take() else {
        return [None, begin(open, line, begun)];
    };
    let other = begun.filter(|(code, _)| current.damaged && *code != current.reply.code);
    if other.is_some() {
        return [Some(current.reply), begin(open, line, other)];
    }
    let is_last = begun == Some((current.reply.code, false));
    let text = if is_last { line.get(HEAD..).unwrap_or_default() } else { line };
    append(&mut current.reply.text, text);
    if is_last {
        return [None, Some(current.reply)];
    }
    *open = Some(current);
    [None, None]
}

/// A line that begins a reply. Yields it if it is whole.
fn begin(open: &mut Option<Open>, line: &[u8], head: Option<(u16, bool)>) -> Option<Reply> {
    let (code, goes_on) = head?;
    let text = line.get(HEAD..).unwrap_or_default();
    let mut reply = Reply { code, text: Vec::new() };
    append(&mut reply.text, text);
    if !goes_on {
        return Some(reply);
    }
    *open = Some(Open { reply, damaged: false });
    None
}

fn append(text: &mut Vec<u8>, line: &[u8]) {
    if !text.is_empty() && text.len() < LONGEST_TEXT {
        text.push(b'\n');
    }
    text.extend_from_slice(head(line, LONGEST_TEXT.saturating_sub(text.len())));
}

/// Bytes are missing behind this beginning of a line. Yields the reply that it began.
pub(crate) fn gap(open: &mut Option<Open>, rest: &[u8]) -> Option<Reply> {
    if let Some(open) = open {
        open.damaged = true;
        return None;
    }
    let reply = if rest.len() < HEAD { None } else { begin(open, rest, head_of(rest)) };
    if let Some(open) = open {
        open.damaged = true;
    }
    reply
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_TEXT, Reply, add_line, begins, gap, head_of};

    fn replies(lines: &[&[u8]]) -> Vec<(u16, String)> {
        let mut open = None;
        let all = lines.iter().flat_map(|line| add_line(&mut open, line)).flatten();
        all.map(|Reply { code, text }| (code, String::from_utf8(text).unwrap())).collect()
    }

    #[test]
    fn one_line_and_several() {
        let lines: [&[u8]; 7] = [
            b"220 ready",
            b"211-Features:",
            b" SIZE",
            b"200 is no end",
            b"211-nor this",
            b"211 End",
            b"200",
        ];
        let expected = [
            (220, "ready"),
            (211, "Features:\n SIZE\n200 is no end\n211-nor this\nEnd"),
            (200, ""),
        ];
        assert_eq!(replies(&lines), expected.map(|(code, text)| (code, text.to_owned())));
        assert_eq!(replies(&[b"hello", b"99 x", b"700 x", b"2000 x"]), []);
    }

    #[test]
    fn texts_are_bounded() {
        let mut open = None;
        for _ in 0..1000 {
            assert_eq!(
                add_line(&mut open, &[b"230-"[..].to_vec(), vec![b'x'; 100]].concat()),
                [None, None]
            );
        }
        let [_, reply] = add_line(&mut open, b"230 end");
        assert_eq!(reply.unwrap().text.len(), LONGEST_TEXT);
    }

    #[test]
    fn holes() {
        let mut open = None;
        assert_eq!(gap(&mut open, b"226"), None);
        assert_eq!(gap(&mut open, b"226 Tra").unwrap().code, 226);
        assert_eq!(gap(&mut open, b"230-Wel"), None);
        assert_eq!(add_line(&mut open, b"text"), [None, None]);
        let [lost, next] = add_line(&mut open, b"215 UNIX");
        assert_eq!((lost.unwrap().code, next.unwrap().code), (230, 215));
        add_line(&mut open, b"230-Hello");
        assert_eq!(gap(&mut open, b"23"), None);
        assert_eq!(
            add_line(&mut open, b"230 in").map(|reply| reply.map(|r| r.code)),
            [None, Some(230)]
        );
    }

    #[test]
    fn beginnings() {
        assert_eq!(
            [&b"226 "[..], b"226-", b"226x", b"x", b"22 "].map(begins),
            [Some(true), Some(true), Some(false), Some(false), Some(false)]
        );
        assert_eq!([&b""[..], b"2", b"226"].map(begins), [None; 3]);
        assert_eq!((head_of(b"226"), head_of(b"680 x")), (Some((226, false)), None));
    }
}
