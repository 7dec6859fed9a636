//! Lines of a stream, each shown once, however many pieces it comes in and however long it is.

use flowz_api::Checkpoint;

/// What the next bytes of a stream are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Line<'a> {
    /// A line without its end, and how many bytes of the stream it takes.
    Whole(&'a [u8], usize),
    /// The first bytes of a line that is too long, and how many bytes of the stream are done with; what is left of it is passed over.
    Cut(&'a [u8], usize),
    /// So many bytes of a line that is passed over.
    Passed(usize),
    /// The end of the line is not there yet.
    NeedMore,
}

/// Where the reading of lines is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Lines {
    /// The rest of a line is passed over.
    passing: bool,
}

impl Lines {
    /// The next line of at most `longest` bytes; `seen` bytes were looked at before and have no end of a line. A line ends in LF or CR LF.
    pub(crate) fn next<'a>(&mut self, bytes: &'a [u8], seen: usize, longest: usize) -> Line<'a> {
        let seen = if self.passing { 0 } else { seen.min(bytes.len()) };
        let new = bytes.get(seen..).unwrap_or_default();
        let within = if self.passing { new } else { head(new, longest.saturating_sub(seen)) };
        match within.iter().position(|byte| *byte == b'\n') {
            Some(at) if self.passing => {
                self.passing = false;
                Line::Passed(at + 1)
            }
            Some(at) => Line::Whole(without_cr(head(bytes, seen + at)), seen + at + 1),
            None if self.passing => Line::Passed(bytes.len()),
            None if bytes.len() < longest => Line::NeedMore,
            None => {
                self.passing = true;
                Line::Cut(head(bytes, longest), longest)
            }
        }
    }

    /// Bytes are missing, and the next line has been found.
    pub(crate) fn restart(&mut self) {
        self.passing = false;
    }
}

/// At most so many bytes.
pub(crate) fn head(bytes: &[u8], most: usize) -> &[u8] {
    bytes.get(..most).unwrap_or(bytes)
}

fn without_cr(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Where the line behind the next end of a line begins; behind all bytes if there is none.
pub(crate) fn next_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines, next_line};

    #[test]
    fn ends_of_lines() {
        let mut lines = Lines::default();
        assert_eq!(lines.next(b"NOOP\r\nX", 0, 10), Line::Whole(b"NOOP", 6));
        assert_eq!(lines.next(b"NOOP\nX", 0, 10), Line::Whole(b"NOOP", 5));
        assert_eq!(lines.next(b"\r\n", 0, 10), Line::Whole(b"", 2));
        assert_eq!(lines.next(b"NOOP\r", 0, 10), Line::NeedMore);
        assert_eq!(lines.next(b"NOOP\r\n", 5, 10), Line::Whole(b"NOOP", 6));
        assert_eq!((next_line(b"a\r\nb"), next_line(b"abc")), (3, 3));
    }

    #[test]
    fn long_lines_are_cut_once() {
        let mut lines = Lines::default();
        assert_eq!(lines.next(b"012345678", 0, 10), Line::NeedMore);
        assert_eq!(lines.next(b"0123456789ab", 9, 10), Line::Cut(b"0123456789", 10));
        assert_eq!(lines.next(b"ab", 0, 10), Line::Passed(2));
        assert_eq!(lines.next(b"c\r\nNOOP\r\n", 0, 10), Line::Passed(3));
        assert_eq!(lines.next(b"NOOP\r\n", 0, 10), Line::Whole(b"NOOP", 6));
    }

    #[test]
    fn one_byte_at_a_time_is_the_same() {
        let text = b"USER me\r\nPASS you\n\r\nQUIT\r\n";
        let (mut lines, mut unread, mut seen, mut found) =
            (Lines::default(), Vec::new(), 0, Vec::new());
        for byte in text {
            unread.push(*byte);
            match lines.next(&unread, seen, 100) {
                Line::Whole(line, len) => {
                    found.push(line.to_vec());
                    assert_eq!(len, unread.len());
                    (unread, seen) = (Vec::new(), 0);
                }
                _ => seen = unread.len(),
            }
        }
        assert_eq!(found, [&b"USER me"[..], b"PASS you", b"", b"QUIT"].map(<[u8]>::to_vec));
    }
}
