//! Heads of messages: the first line and the fields behind it (RFC 9112, sections 2 to 5).

use httparse::{EMPTY_HEADER, Header, ParserConfig, Request, Response, Status};

/// Most bytes of a head: longer ones are none.
pub(crate) const LONGEST: usize = 1 << 16;
/// Most bytes of a method's name.
const LONGEST_METHOD: usize = 24;
/// Fields that there is room for at first, and at most.
const FIELDS: [usize; 2] = [64, 1024];

/// The first line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Start<'a> {
    /// Of a request.
    Request { method: &'a [u8], target: &'a [u8] },
    /// Of a response.
    Response { status: u16 },
}

/// A whole head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Head<'a> {
    pub(crate) start: Start<'a>,
    /// Second number of the version: 0 or 1.
    pub(crate) minor: u8,
    /// Bytes, with the empty line.
    pub(crate) len: usize,
    fields: Vec<(&'a str, &'a [u8])>,
}

/// What some bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Parsed<'a> {
    /// A head, and perhaps more.
    Head(Head<'a>),
    /// The beginning of a head, perhaps.
    NeedMore,
    /// No head.
    No,
}

impl<'a> Head<'a> {
    /// Reads the head at the first of these bytes; so many of them were looked at before and wanted more.
    pub(crate) fn parse(bytes: &'a [u8], seen: usize) -> Parsed<'a> {
        let begins = may_begin(bytes, seen);
        if begins == Some(false) {
            return Parsed::No;
        }
        let Some(len) = end(bytes, seen) else {
            return if bytes.len() > LONGEST { Parsed::No } else { Parsed::NeedMore };
        };
        let head = &bytes[..len];
        let parsed = FIELDS.into_iter().find_map(|room| match read(head, room) {
            Err(httparse::Error::TooManyHeaders) => None,
            other => Some(other.ok()),
        });
        parsed.flatten().map_or(Parsed::No, Parsed::Head)
    }

    /// The first field of this name, in lower case; without regard to upper and lower case in the head.
    pub(crate) fn field(&self, name: &str) -> Option<&'a [u8]> {
        self.fields_named(name).next()
    }

    /// All fields of this name.
    pub(crate) fn fields_named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a [u8]> + 's {
        let own = self.fields.iter().filter(move |(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| *value)
    }

    /// All fields.
    pub(crate) fn fields(&self) -> &[(&'a str, &'a [u8])] {
        &self.fields
    }

    /// A head without a first line of its own: what HTTP/2 makes of its fields.
    pub(crate) fn from_fields(
        start: Start<'a>,
        fields: Vec<(&'a str, &'a [u8])>,
        len: usize,
    ) -> Self {
        Self { start, minor: 1, len, fields }
    }
}

/// Whether a head may begin with these bytes, as far as they go; none if that takes more of them.
pub(crate) fn may_begin(bytes: &[u8], seen: usize) -> Option<bool> {
    const VERSION: &[u8] = b"HTTP/1.";
    if bytes.first() == Some(&b'H') && bytes.iter().zip(VERSION).all(|(a, b)| a == b) {
        return bytes.get(VERSION.len()).map(u8::is_ascii_digit);
    }
    let method = bytes.iter().take_while(|b| b.is_ascii_uppercase() || **b == b'-').count();
    if method > LONGEST_METHOD || (method == 0 && !bytes.is_empty()) {
        return Some(false);
    }
    match bytes.get(method) {
        None => return None,
        Some(b' ') => {}
        Some(_) => return Some(false),
    }
    let is_control = |b: &u8| *b < b' ';
    match memchr::memchr(b'\n', bytes) {
        // It was looked at before.
        Some(end) if end < seen => Some(true),
        Some(end) => {
            let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
            Some(ends_with_version(line) && !line.iter().any(is_control))
        }
        None => {
            let new = &bytes[seen.max(1) - 1..];
            let new = new.strip_suffix(b"\r").unwrap_or(new);
            if new.iter().any(is_control) { Some(false) } else { None }
        }
    }
}

/// Whether the line ends in ` HTTP/1.` and a digit.
pub(crate) fn ends_with_version(line: &[u8]) -> bool {
    matches!(line, [.., b' ', b'H', b'T', b'T', b'P', b'/', b'1', b'.', digit] if digit.is_ascii_digit())
}

/// Behind the empty line that ends a head.
fn end(bytes: &[u8], seen: usize) -> Option<usize> {
    let from = seen.saturating_sub(2);
    let ends = bytes.iter().enumerate().skip(from).filter(|(_, b)| **b == b'\n');
    ends.map(|(at, _)| at + 1).find_map(|at| match bytes.get(at..) {
        Some([b'\n', ..]) => Some(at + 1),
        Some([b'\r', b'\n', ..]) => Some(at + 2),
        _ => None,
    })
}

fn read(bytes: &[u8], room: usize) -> Result<Head<'_>, httparse::Error> {
    let mut config = ParserConfig::default();
    config
        .allow_spaces_after_header_name_in_responses(true)
        .allow_obsolete_multiline_headers_in_responses(true)
        .allow_multiple_spaces_in_request_line_delimiters(true)
        .allow_multiple_spaces_in_response_status_delimiters(true)
        .ignore_invalid_headers_in_requests(true)
        .ignore_invalid_headers_in_responses(true);
    let mut fields = vec![EMPTY_HEADER; room];
    if bytes.starts_with(b"HTTP/") {
        let mut response = Response::new(&mut fields);
        let status = config.parse_response(&mut response, bytes)?;
        let start = Start::Response { status: response.code.unwrap_or(0) };
        return head(start, response.version, status, response.headers);
    }
    let mut request = Request::new(&mut fields);
    let status = config.parse_request(&mut request, bytes)?;
    let target = request.path.unwrap_or("").as_bytes();
    let start = Start::Request { method: request.method.unwrap_or("").as_bytes(), target };
    head(start, request.version, status, request.headers)
}

fn head<'a>(
    start: Start<'a>,
    minor: Option<u8>,
    status: Status<usize>,
    fields: &[Header<'a>],
) -> Result<Head<'a>, httparse::Error> {
    let (Status::Complete(len), Some(minor)) = (status, minor) else {
        return Err(httparse::Error::Version);
    };
    Ok(Head { start, minor, len, fields: fields.iter().map(|f| (f.name, f.value)).collect() })
}
