//! Bodies in chunks (RFC 9112, section 7.1).

use flowz_api::Checkpoint;

/// Most bytes of what stands behind a chunk's length.
const LONGEST_EXTENSION: u32 = 1 << 14;
/// Most bytes of the fields behind the last chunk.
const LONGEST_TRAILER: u32 = 1 << 16;

/// Where in a chunked body the next byte is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub(crate) enum Chunks {
    /// In the length of a chunk: its value so far, how many digits.
    Size(u64, u8),
    /// Behind the length, in the same line: so many bytes so far.
    Extension(u64, u32),
    /// In front of so many bytes.
    Data(u64),
    /// Behind them.
    DataEnd,
    /// In the fields at the end: so many bytes so far, so many in this line.
    Trailer(u32, u32),
}

/// How it goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Status {
    /// All bytes were taken.
    More,
    /// The body ends behind so many bytes.
    Done(usize),
    /// Not well formed at this byte.
    Bad(usize),
}

impl Default for Chunks {
    fn default() -> Self {
        Self::Size(0, 0)
    }
}

impl Chunks {
    /// Takes bytes; those of the body are handed on.
    pub(crate) fn feed(&mut self, bytes: &[u8], mut data: impl FnMut(&[u8])) -> Status {
        let mut at = 0;
        while at < bytes.len() {
            if let Self::Data(left) = self {
                let len = usize::try_from(*left).unwrap_or(usize::MAX).min(bytes.len() - at);
                data(&bytes[at..at + len]);
                *left -= len as u64;
                at += len;
                if *left == 0 {
                    *self = Self::DataEnd;
                }
                continue;
            }
            match self.step(bytes[at]) {
                Some(false) => at += 1,
                Some(true) => return Status::Done(at + 1),
                None => return Status::Bad(at),
            }
        }
        Status::More
    }

    /// Takes a byte that is none of the data; says whether the body ends behind it, none if the byte is wrong.
    fn step(&mut self, byte: u8) -> Option<bool> {
        *self = match (*self, byte) {
            (Self::Size(size, digits), _) if byte.is_ascii_hexdigit() && digits < 16 => {
                let digit = char::from(byte).to_digit(16).unwrap_or(0);
                Self::Size(size << 4 | u64::from(digit), digits + 1)
            }
            (Self::Size(size, 1..) | Self::Extension(size, _), b'\n') => match size {
                0 => Self::Trailer(0, 0),
                _ => Self::Data(size),
            },
            (Self::Size(size, 1..), b'\r' | b';' | b' ' | b'\t') => Self::Extension(size, 0),
            (Self::Extension(size, len), _) if len < LONGEST_EXTENSION => {
                Self::Extension(size, len + 1)
            }
            (Self::DataEnd, b'\r') => Self::DataEnd,
            (Self::DataEnd, b'\n') => Self::Size(0, 0),
            (Self::Trailer(_, 0), b'\n') => return Some(true),
            (Self::Trailer(all, _), b'\n') => Self::Trailer(all + 1, 0),
            (Self::Trailer(all, line), b'\r') => Self::Trailer(all + 1, line),
            (Self::Trailer(all, line), _) if all < LONGEST_TRAILER => {
                Self::Trailer(all + 1, line + 1)
            }
            _ => return None,
        };
        Some(false)
    }

    /// Whether so many missing bytes are bytes of one chunk; then they are passed over.
    pub(crate) fn pass_over(&mut self, len: u64) -> bool {
        match self {
            Self::Data(left) if len <= *left => {
                *left -= len;
                if *left == 0 {
                    *self = Self::DataEnd;
                }
                true
            }
            _ => false,
        }
    }
}
