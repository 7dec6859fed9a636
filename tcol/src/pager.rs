//! Where lines go: to standard output, or on a terminal through less(1).

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

/// Letters and lines of the terminal, if standard output is one.
pub(crate) fn terminal() -> Option<(usize, usize)> {
    let out = io::stdout();
    let size = out.is_terminal().then(|| rustix::termios::tcgetwinsize(&out).ok()).flatten()?;
    (size.ws_col > 0 && size.ws_row > 0)
        .then(|| (usize::from(size.ws_col), usize::from(size.ws_row)))
}

/// Where lines go.
pub(crate) enum Output {
    /// Standard output.
    Plain(BufWriter<StdoutLock<'static>>),
    /// less(1), and what it reads.
    Less(Child, BufWriter<ChildStdin>),
}

impl Output {
    /// Standard output.
    pub(crate) fn plain() -> Self {
        Self::Plain(BufWriter::new(io::stdout().lock()))
    }

    /// less(1), which moves sideways with the arrow keys; standard output if there is none.
    pub(crate) fn less() -> Self {
        let started = Command::new("less").args(["-S", "-R"]).stdin(Stdio::piped()).spawn();
        match started {
            Ok(mut child) => match child.stdin.take() {
                Some(input) => Self::Less(child, BufWriter::new(input)),
                None => Self::plain(),
            },
            Err(_) => Self::plain(),
        }
    }

    /// Hands over all that is written, and waits until less has been left.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut out) => out.flush(),
            Self::Less(mut child, mut input) => {
                let written = input.flush();
                drop(input);
                child.wait()?;
                written
            }
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(out) => out.write(bytes),
            Self::Less(_, input) => input.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(out) => out.flush(),
            Self::Less(_, input) => input.flush(),
        }
    }
}
