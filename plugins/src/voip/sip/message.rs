//! The head of a message: its first line and its fields (RFC 3261, section 7).

use std::borrow::Cow;

use flowz_api::stream::Found;
use memchr::memmem;

/// Longest first line that is looked at.
const LONGEST_LINE: usize = 8 << 10;
/// Longest head.
pub(crate) const LONGEST_HEAD: usize = 64 << 10;
/// Most fields that are kept of a head.
const MOST_FIELDS: usize = 256;
/// Longest name of a method. Those that are registered have up to nine letters, any token is one.
const LONGEST_METHOD: usize = 64;
const VERSION: &[u8] = b"SIP/2.0";

/// The first line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start<'a> {
    Request { method: &'a [u8], uri: &'a [u8] },
    Response { code: u16, reason: &'a [u8] },
}

/// The head of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) start: Start<'a>,
    /// Names as they were sent, and values without line ends.
    fields: Vec<(&'a [u8], Cow<'a, [u8]>)>,
    /// Bytes of the head with the empty line.
    pub(crate) len: usize,
    /// A line that is no field, or more fields than are kept.
    pub(crate) is_malformed: bool,
}

/// What bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Parsed<'a> {
    /// The beginning of a head, perhaps.
    NeedMore,
    /// No message begins here.
    No,
    Head(Head<'a>),
}

impl<'a> Head<'a> {
    /// The head at the first of these bytes, of which so many were `seen` in vain. With `is_whole` nothing follows them: a head may be
    /// without its last empty line.
    pub(crate) fn parse(bytes: &'a [u8], seen: usize, is_whole: bool) -> Parsed<'a> {
        let line = match first_line(bytes) {
            Line::Whole(line) => line,
            Line::Begins if is_whole => return Parsed::No,
            Line::Begins => return Parsed::NeedMore,
            Line::Other => return Parsed::No,
        };
        let Some(start) = Start::from_line(line) else { return Parsed::No };
        match end_of_head(bytes, seen) {
            Some(len) => Parsed::Head(Self::new(start, bytes, len)),
            None if is_whole || bytes.len() >= LONGEST_HEAD => {
                Parsed::Head(Self::new(start, bytes, bytes.len()))
            }
            None => Parsed::NeedMore,
        }
    }

    fn new(start: Start<'a>, bytes: &'a [u8], len: usize) -> Self {
        let mut head = Self { start, fields: Vec::new(), len, is_malformed: false };
        let mut lines = Lines(bytes.get(..len).unwrap_or(bytes));
        lines.next();
        for line in lines {
            head.line(line);
        }
        head
    }

    /// A line behind the first one.
    fn line(&mut self, line: &'a [u8]) {
        if line.is_empty() {
            return;
        }
        if matches!(line, [b' ' | b'\t', ..]) {
            // The line before goes on (RFC 3261, section 7.3.1).
            match self.fields.last_mut() {
                Some((_, value)) => {
                    let value = value.to_mut();
                    if !value.is_empty() {
                        value.push(b' ');
                    }
                    value.extend_from_slice(line.trim_ascii());
                }
                None => self.is_malformed = true,
            }
            return;
        }
        let Some(colon) = memchr::memchr(b':', line) else {
            self.is_malformed = true;
            return;
        };
        if self.fields.len() == MOST_FIELDS {
            self.is_malformed = true;
            return;
        }
        let (name, value) = (line[..colon].trim_ascii_end(), line[colon + 1..].trim_ascii());
        self.fields.push((name, Cow::Borrowed(value)));
    }

    /// The first field of a name; its compact form counts (RFC 3261, section 7.3.3).
    pub(crate) fn field(&self, name: &'static str) -> Option<&[u8]> {
        self.fields_named(name).next()
    }

    /// All fields of a name.
    fn fields_named(&self, name: &'static str) -> impl Iterator<Item = &[u8]> {
        let short = compact(name).map(|letter| [letter]);
        let is_it = move |own: &[u8]| {
            own.eq_ignore_ascii_case(name.as_bytes())
                || short.is_some_and(|short| own.eq_ignore_ascii_case(&short))
        };
        self.fields.iter().filter(move |(own, _)| is_it(own)).map(|(_, value)| &**value)
    }

    /// Bytes of the body, if the head says so.
    pub(crate) fn content_length(&self) -> Option<u64> {
        let value = self.field("content-length")?;
        std::str::from_utf8(value).ok()?.parse().ok()
    }

    /// Number and method of the transaction.
    pub(crate) fn sequence(&self) -> Option<(u32, &[u8])> {
        let value = self.field("cseq")?;
        let space = value.iter().position(u8::is_ascii_whitespace)?;
        let number = std::str::from_utf8(&value[..space]).ok()?.parse().ok()?;
        Some((number, value[space..].trim_ascii()))
    }
}

impl<'a> Start<'a> {
    fn from_line(line: &'a [u8]) -> Option<Self> {
        if let Some(rest) = line.strip_prefix(VERSION) {
            let rest = rest.strip_prefix(b" ")?;
            let (code, reason) = rest.split_at_checked(3)?;
            let is_code = code.iter().all(u8::is_ascii_digit) && matches!(code[0], b'1'..=b'6');
            let is_end = matches!(reason, [] | [b' ', ..]);
            let code = std::str::from_utf8(code).ok()?.parse().ok()?;
            let reason = reason.trim_ascii();
            return (is_code && is_end).then_some(Self::Response { code, reason });
        }
        // The URI may have spaces though it must not (RFC 4475, section 3.1.2.8).
        let front = line.strip_suffix(VERSION)?.strip_suffix(b" ")?;
        let space = memchr::memchr(b' ', front)?;
        let (method, uri) = (&front[..space], front[space + 1..].trim_ascii());
        (is_method(method) && !uri.is_empty()).then_some(Self::Request { method, uri })
    }
}

/// Whether a message begins at the first of these bytes.
pub(crate) fn find(bytes: &[u8]) -> Found {
    match first_line(bytes) {
        Line::Whole(line) if Start::from_line(line).is_some() => Found::Message(0),
        Line::Begins => Found::NeedMore,
        // A message begins a line.
        _ => Found::NotHere(memchr::memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)),
    }
}

enum Line<'a> {
    Whole(&'a [u8]),
    /// It may be the beginning of one.
    Begins,
    Other,
}

/// The first line, if it may be that of a message.
fn first_line(bytes: &[u8]) -> Line<'_> {
    let shown = &bytes[..bytes.len().min(LONGEST_LINE)];
    if !may_begin(shown) {
        return Line::Other;
    }
    match memchr::memchr(b'\n', shown) {
        Some(end) => Line::Whole(shown[..end].strip_suffix(b"\r").unwrap_or(&shown[..end])),
        None if shown.len() == LONGEST_LINE => Line::Other,
        None => Line::Begins,
    }
}

/// Whether bytes are the beginning of a first line as far as they go: a method and a space, or the version.
fn may_begin(bytes: &[u8]) -> bool {
    let version = &VERSION[..VERSION.len().min(bytes.len())];
    if bytes.starts_with(version) {
        return true;
    }
    let space = bytes.iter().take(LONGEST_METHOD + 1).position(|byte| *byte == b' ');
    match space {
        Some(at) => is_method(&bytes[..at]),
        None => bytes.len() <= LONGEST_METHOD && bytes.iter().all(|byte| is_token(*byte)),
    }
}

fn is_method(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.len() <= LONGEST_METHOD && bytes.iter().all(|byte| is_token(*byte))
}

/// A character of a token (RFC 3261, section 25.1).
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-.!%*_+`'~".contains(&byte)
}

/// Where the body begins: behind an empty line; the last three of the bytes that were seen may be its beginning.
fn end_of_head(bytes: &[u8], seen: usize) -> Option<usize> {
    let from = seen.saturating_sub(3).min(bytes.len());
    let rest = &bytes[from..];
    let crlf = memmem::find(rest, b"\r\n\r\n").map(|at| at + 4);
    let lf = memmem::find(rest, b"\n\n").map(|at| at + 2);
    let end = match (crlf, lf) {
        (Some(a), Some(b)) => a.min(b),
        (a, b) => a.or(b)?,
    };
    Some(from + end)
}

/// Lines that end in LF or CR LF.
struct Lines<'a>(&'a [u8]);

impl<'a> Iterator for Lines<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.0).unwrap_or(self.0.len());
        let line = &self.0[..end];
        self.0 = self.0.get(end + 1..).unwrap_or_default();
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }
}

/// The letter that stands for a name (RFC 3261, section 20, and the registry of header fields).
fn compact(name: &str) -> Option<u8> {
    let letter = match name {
        "call-id" => b'i',
        "contact" => b'm',
        "content-encoding" => b'e',
        "content-length" => b'l',
        "content-type" => b'c',
        "from" => b'f',
        "subject" => b's',
        "supported" => b'k',
        "to" => b't',
        "via" => b'v',
        "refer-to" => b'r',
        "session-expires" => b'x',
        _ => return None,
    };
    Some(letter)
}
