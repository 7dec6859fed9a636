//! User and password: the lines that the client types behind the prompts of the server.

use flowz_api::Checkpoint;

/// What a prompt asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Prompt {
    User,
    Password,
}

/// The end of what the server has shown last, without blanks at its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Shown {
    latest: [u8; LONGEST_PROMPT],
    len: u8,
}

/// Longest words that are known.
const LONGEST_PROMPT: usize = 12;

/// Most bytes of a line that are kept while it is typed.
pub(crate) const LONGEST_LINE: usize = 255;

/// A line that is being typed.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Typed {
    line: Vec<u8>,
    /// Bytes of it are missing.
    damaged: bool,
}

impl Shown {
    /// Another byte is shown.
    pub(crate) fn add(&mut self, byte: u8) {
        match byte {
            b' ' | 0 | 7 => {}
            b'\r' | b'\n' => self.len = 0,
            byte => {
                if usize::from(self.len) == LONGEST_PROMPT {
                    self.latest.rotate_left(1);
                    self.len -= 1;
                }
                self.latest[usize::from(self.len)] = byte.to_ascii_lowercase();
                self.len += 1;
            }
        }
    }

    /// What the line at the end of which the cursor is asks for.
    pub(crate) fn prompt(&self) -> Option<Prompt> {
        let line = self.latest.get(..self.len.into())?;
        let is_user = [&b"login:"[..], b"username:", b"user:", b"user-id:"]
            .iter()
            .any(|end| line.ends_with(end));
        let is_password =
            [&b"password:"[..], b"passwd:", b"passcode:"].iter().any(|end| line.ends_with(end));
        match (is_user, is_password) {
            (true, _) => Some(Prompt::User),
            (_, true) => Some(Prompt::Password),
            _ => None,
        }
    }

    /// Bytes are missing.
    pub(crate) fn gap(&mut self) {
        self.len = 0;
    }
}

impl Typed {
    /// Another byte is typed. Yields the line that it ends, if all of that is known.
    pub(crate) fn add(&mut self, byte: u8) -> Option<Vec<u8>> {
        match byte {
            // The end of a line is CR LF, CR NUL, or one of them.
            b'\r' => {
                let line = std::mem::take(&mut self.line);
                let damaged = std::mem::take(&mut self.damaged);
                return (!damaged).then_some(line);
            }
            b'\n' if !self.line.is_empty() => return self.add(b'\r'),
            b'\n' | 0 => {}
            // Backspace and Delete; ^U deletes all.
            8 | 127 => {
                self.line.pop();
            }
            21 => self.line.clear(),
            byte if self.line.len() < LONGEST_LINE => self.line.push(byte),
            _ => {}
        }
        None
    }

    /// Bytes are missing.
    pub(crate) fn gap(&mut self) {
        self.damaged = true;
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_LINE, Prompt, Shown, Typed};

    fn prompt(text: &[u8]) -> Option<Prompt> {
        let mut shown = Shown::default();
        for byte in text {
            shown.add(*byte);
        }
        shown.prompt()
    }

    #[test]
    fn prompts() {
        for (text, expected) in [
            (&b"Welcome to a long name\r\nhost login: "[..], Some(Prompt::User)),
            (b"Username:", Some(Prompt::User)),
            (b"Last login:\r\n$ ", None),
            (b"\r\nPassword: \0", Some(Prompt::Password)),
            (b"Password required, but none set", None),
        ] {
            assert_eq!(prompt(text), expected, "{text:?}");
        }
    }

    fn lines(text: &[u8]) -> Vec<String> {
        let mut typed = Typed::default();
        let all = text.iter().filter_map(|byte| typed.add(*byte));
        all.map(|line| String::from_utf8(line).unwrap()).collect()
    }

    #[test]
    fn typing() {
        assert_eq!(lines(b"mee\x7f\r\0pass\r\nx\ny\x15z\r"), ["me", "pass", "x", "z"]);
        assert_eq!(lines(&[vec![b'a'; 1000], vec![b'\r']].concat())[0].len(), LONGEST_LINE);
        let mut typed = Typed::default();
        typed.add(b'm');
        typed.gap();
        assert_eq!((typed.add(b'\r'), typed.add(b'\r')), (None, Some(Vec::new())));
    }
}
