//! Fields of a mail's header (RFC 5322, section 2.2) that are looked for.

use flowz_api::Checkpoint;

/// More bytes of a field are not kept (RFC 5322, section 2.1.1).
pub(crate) const LONGEST: usize = 998;

/// Looks for so many fields in the bytes of a mail.
#[derive(Clone, Debug, Checkpoint)]
pub(crate) struct Headers<const N: usize> {
    /// Their names, in small letters.
    names: [&'static str; N],
    /// The first field of each name, its lines joined.
    pub(crate) values: [Option<Vec<u8>>; N],
    line: Vec<u8>,
    /// Which field the latest line was of.
    latest: Option<usize>,
    /// Whether the first line is a field; nothing before it has come.
    pub(crate) begins_with_field: Option<bool>,
    /// The header is over, or bytes of it are missing.
    is_over: bool,
}

impl<const N: usize> Headers<N> {
    pub(crate) fn new(names: [&'static str; N]) -> Self {
        let (values, line) = ([const { None }; N], Vec::new());
        Self { names, values, line, latest: None, begins_with_field: None, is_over: false }
    }

    /// The next bytes of the mail.
    pub(crate) fn feed(&mut self, mut bytes: &[u8]) {
        while !self.is_over && !bytes.is_empty() {
            let (len, is_whole) = super::to_end_of_line(bytes);
            let room = LONGEST.saturating_sub(self.line.len());
            self.line.extend_from_slice(&bytes[..len.min(room)]);
            bytes = &bytes[len..];
            if is_whole {
                self.line();
            }
        }
        if self.is_over {
            self.line = Vec::new();
        }
    }

    /// Bytes are missing: what is behind them may be no header any more.
    pub(crate) fn gap(&mut self) {
        (self.is_over, self.line) = (true, Vec::new());
    }

    fn line(&mut self) {
        let mut line = std::mem::take(&mut self.line);
        let text = line.trim_ascii_end();
        self.begins_with_field.get_or_insert_with(|| is_field(text));
        if text.is_empty() {
            self.is_over = true;
            return;
        }
        if text.starts_with(b" ") || text.starts_with(b"\t") {
            if let Some(value) = self.latest.and_then(|n| self.values[n].as_mut()) {
                let room = LONGEST.saturating_sub(value.len());
                value.extend_from_slice(&text[..text.len().min(room)]);
            }
        } else {
            self.latest = self.field(text);
        }
        line.clear();
        self.line = line;
    }

    /// Keeps a field that is looked for; says which.
    fn field(&mut self, line: &[u8]) -> Option<usize> {
        let end = line.iter().position(|byte| *byte == b':')?;
        let name = line[..end].trim_ascii_end();
        let n = self.names.iter().position(|known| name.eq_ignore_ascii_case(known.as_bytes()))?;
        if self.values[n].is_some() {
            return None;
        }
        self.values[n] = Some(line[end + 1..].trim_ascii_start().to_vec());
        Some(n)
    }
}

/// Whether a line begins with the name of a field (RFC 5322, section 3.6.8).
fn is_field(line: &[u8]) -> bool {
    let end = line.iter().position(|byte| *byte == b':').unwrap_or(0);
    end > 0 && line[..end].iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::{Headers, LONGEST};

    fn read(mail: &[u8], piece: usize) -> [Option<Vec<u8>>; 2] {
        let mut headers = Headers::new(["subject", "return-path"]);
        mail.chunks(piece).for_each(|bytes| headers.feed(bytes));
        headers.values
    }

    #[test]
    fn fields_over_lines_and_pieces() {
        let mail = b"From: a\r\nSUBJECT : Hello\r\n all\r\n\tof you\r\nSubject: 2\r\n\r\nReturn-Path: no\r\n";
        for piece in [1, 7, 1000] {
            let [subject, path] = read(mail, piece);
            assert_eq!((subject.as_deref(), path), (Some(&b"Hello all\tof you"[..]), None));
        }
    }

    #[test]
    fn bounded() {
        let long =
            [b"Subject: ".to_vec(), vec![b'x'; 5000], b"\r\n".to_vec(), b" y\r\n".repeat(4000)]
                .concat();
        let [subject, _] = read(&long, 100);
        assert!(subject.is_some_and(|text| text.len() <= LONGEST && text.len() > LONGEST - 20));
        let mut headers = Headers::new(["subject"]);
        headers.feed(b"Sub");
        headers.gap();
        headers.feed(b"ject: x\r\n");
        assert_eq!((headers.values, headers.begins_with_field), ([None], None));
    }

    #[test]
    fn beginnings() {
        let begins = |mail: &[u8]| {
            let mut headers = Headers::new(["subject"]);
            headers.feed(mail);
            headers.begins_with_field
        };
        assert_eq!((begins(b"X-A: b\r\n"), begins(b"a b: c\r\n")), (Some(true), Some(false)));
        assert_eq!(
            (begins(b": a\n"), begins(b"\r\n"), begins(b"X")),
            (Some(false), Some(false), None)
        );
    }
}
