//! Texts of any length that end in a line with only a dot: mails in SMTP (RFC 5321, section 4.5.2), replies of several lines in
//! POP3 (RFC 1939, section 3). Lines that begin with a dot have another one in front.

use flowz_api::Checkpoint;

/// Reads such a text.
#[derive(Clone, Copy, Debug, Checkpoint)]
pub(crate) struct DotText {
    /// The next byte begins a line.
    begins_line: bool,
    /// The latest one was CR.
    behind_cr: bool,
    /// Where a dot alone stood between LF without CR, which some take for the end.
    pub(crate) has_bare_end: bool,
}

/// What was read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Read {
    /// So many bytes of the stream are taken. None: more are needed.
    pub(crate) taken: usize,
    /// The text is over, with so many bytes for the end.
    pub(crate) is_over: bool,
}

impl Default for DotText {
    fn default() -> Self {
        Self { begins_line: true, behind_cr: false, has_bare_end: false }
    }
}

impl DotText {
    /// Shows the next bytes of the stream; `take` gets those of the text.
    pub(crate) fn feed<'a>(&mut self, bytes: &'a [u8], mut take: impl FnMut(&'a [u8])) -> Read {
        let (mut from, mut at) = (0, 0);
        let read = loop {
            if self.begins_line {
                match &bytes[at..] {
                    [b'.', b'\r', b'\n', ..] => break Read { taken: at + 3, is_over: true },
                    [] | [b'.'] | [b'.', b'\r'] => break Read { taken: at, is_over: false },
                    [b'.', b'\n', ..] => {
                        self.has_bare_end = true;
                        self.begins_line = false;
                    }
                    [b'.', ..] => {
                        take(&bytes[from..at]);
                        (from, at) = (at + 1, at + 1);
                        self.begins_line = false;
                    }
                    _ => self.begins_line = false,
                }
            }
            let Some(len) = bytes[at..].iter().position(|byte| *byte == b'\n') else {
                self.behind_cr = bytes.last().map_or(self.behind_cr, |byte| *byte == b'\r');
                at = bytes.len();
                break Read { taken: at, is_over: false };
            };
            let line = &bytes[at..at + len];
            self.begins_line = line.last().map_or(self.behind_cr, |byte| *byte == b'\r');
            self.behind_cr = false;
            at += len + 1;
            if !self.begins_line && bytes[at..].starts_with(b".\n") {
                self.has_bare_end = true;
            }
        };
        let end = if read.is_over { read.taken - 3 } else { at };
        take(&bytes[from..end]);
        read
    }

    /// Bytes are missing: a line goes on behind them, as far as anybody knows.
    pub(crate) fn gap(&mut self) {
        (self.begins_line, self.behind_cr) = (false, false);
    }
}

#[cfg(test)]
mod tests {
    use super::DotText;

    /// The text, and what is behind its end, if that came; the stream is shown in pieces as the service does.
    fn read(stream: &[u8], piece: usize) -> (Vec<u8>, Option<Vec<u8>>, bool) {
        let (mut dots, mut text) = (DotText::default(), Vec::new());
        let (mut from, mut to) = (0, 0);
        while to < stream.len() {
            to = (to + piece).min(stream.len());
            let read = dots.feed(&stream[from..to], |bytes| text.extend_from_slice(bytes));
            from += read.taken;
            if read.is_over {
                return (text, Some(stream[from..].to_vec()), dots.has_bare_end);
            }
        }
        (text, None, dots.has_bare_end)
    }

    #[test]
    fn ends_and_dots() {
        type Case = (&'static [u8], &'static [u8], Option<&'static [u8]>);
        let all: [Case; 7] = [
            (b"a\r\n.\r\nQUIT\r\n", b"a\r\n", Some(b"QUIT\r\n")),
            (b".\r\n", b"", Some(b"")),
            (b"..a\r\n...\r\n.b\r\n.\r\n", b".a\r\n..\r\nb\r\n", Some(b"")),
            (b"a.\r\n\r\n.\r\nx", b"a.\r\n\r\n", Some(b"x")),
            (b"a\n.\r\nb\r\n.\r\n", b"a\n.\r\nb\r\n", Some(b"")),
            (b"a\r\n.\rb\r\n", b"a\r\n\rb\r\n", None),
            (b"a\r\n.\nb\r\n", b"a\r\n.\nb\r\n", None),
        ];
        for (stream, text, rest) in all {
            for piece in 1..=stream.len() {
                let (found, behind, _) = read(stream, piece);
                assert_eq!(found, text, "{stream:?} in pieces of {piece}");
                assert_eq!(behind.is_some(), rest.is_some(), "{stream:?} in pieces of {piece}");
                if piece == stream.len() {
                    assert_eq!(behind.as_deref(), rest);
                }
            }
        }
    }

    #[test]
    fn ends_that_are_none() {
        let bare = |stream| read(stream, 100).2;
        assert_eq!((bare(b"a\n.\nb"), bare(b"a\r\n.\nb"), bare(b"a\r\n.b\n")), (true, true, false));
        let mut dots = DotText::default();
        dots.gap();
        assert!(!dots.feed(b".\r\n", |_| ()).is_over, "perhaps the end of a sentence");
        assert!(dots.feed(b".\r\n", |_| ()).is_over);
    }
}
