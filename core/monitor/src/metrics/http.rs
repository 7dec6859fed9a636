//! As much of HTTP as a page of metrics needs (RFC 9112): one request on a connection, read and answered in bounded time
//! and memory.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use httparse::{EMPTY_HEADER, Status};

use crate::clock::now;

/// Most bytes of a request in front of its body.
const LONGEST_HEAD: usize = 8192;
/// Most headers of a request.
const MOST_HEADERS: usize = 64;
/// Most bytes of a body that are read to be thrown away.
const LONGEST_REST: usize = 65_536;

/// What is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Request {
    /// Such as `GET`.
    pub(super) method: String,
    /// Without what follows a question mark.
    pub(super) path: String,
}

/// An answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Answer {
    /// Number and words of the status.
    pub(super) status: &'static str,
    /// Kind of text.
    pub(super) kind: &'static str,
    /// A header more, with its line end.
    pub(super) header: &'static str,
    /// The text.
    pub(super) text: String,
}

impl Answer {
    /// An answer of plain text.
    pub(super) fn plain(status: &'static str, text: &str) -> Self {
        let text = format!("{text}\n");
        Self { status, kind: "text/plain; charset=utf-8", header: "", text }
    }

    /// The bytes of the answer; `has_text` is false where only the head is asked for.
    fn bytes(&self, has_text: bool) -> Vec<u8> {
        let Self { status, kind, header, text } = self;
        let length = text.len();
        let text = if has_text { text } else { "" };
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n{header}\
             Cache-Control: no-store\r\nConnection: close\r\n\r\n{text}"
        )
        .into_bytes()
    }
}

/// What is said about a request that cannot be understood; nothing if the client is gone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Refusal(pub(super) Option<Answer>);

impl Refusal {
    const GONE: Self = Self(None);

    fn new(status: &'static str, text: &str) -> Self {
        Self(Some(Answer::plain(status, text)))
    }
}

/// A connection whose time is limited.
pub(super) struct Connection {
    stream: TcpStream,
    end: Instant,
}

impl Connection {
    /// From now on the client has so much time for all that it does.
    pub(super) fn new(stream: TcpStream, limit: Duration) -> Self {
        Self { stream, end: now() + limit }
    }

    /// Reads a request.
    pub(super) fn request(&mut self) -> Result<Request, Refusal> {
        let mut head = Vec::new();
        loop {
            if let Some(request) = parse(&head)? {
                return Ok(request);
            }
            if head.len() >= LONGEST_HEAD {
                return Err(Refusal::new("431 Request Header Fields Too Large", "too long"));
            }
            let mut part = [0; 1024];
            match self.read(&mut part) {
                Ok(0) => return Err(Refusal::GONE),
                Ok(n) => head.extend_from_slice(&part[..n]),
                Err(error) if is_over(&error) => {
                    return Err(Refusal::new("408 Request Timeout", "too slow"));
                }
                Err(_) => return Err(Refusal::GONE),
            }
        }
    }

    /// Writes an answer and ends the connection.
    pub(super) fn answer(mut self, answer: &Answer, has_text: bool) -> io::Result<()> {
        const AFTERWARDS: Duration = Duration::from_millis(200);
        let bytes = answer.bytes(has_text);
        // A client that was too slow has some time left to hear that.
        self.end = self.end.max(now() + AFTERWARDS);
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            self.stream.set_write_timeout(Some(self.left()?))?;
            match self.stream.write(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(n) => rest = &rest[n..],
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.stream.shutdown(Shutdown::Write)?;
        // Closed with bytes unread, the connection would be reset, and the answer might be lost.
        self.end = self.end.min(now() + AFTERWARDS);
        let (mut part, mut read) = ([0; 4096], 0);
        while read < LONGEST_REST {
            match self.read(&mut part)? {
                0 => break,
                n => read += n,
            }
        }
        Ok(())
    }

    fn read(&mut self, part: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.set_read_timeout(Some(self.left()?))?;
            match self.stream.read(part) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                done => return done,
            }
        }
    }

    /// The time that is left.
    fn left(&self) -> io::Result<Duration> {
        match self.end.saturating_duration_since(now()) {
            Duration::ZERO => Err(ErrorKind::TimedOut.into()),
            left => Ok(left),
        }
    }
}

/// Whether time was up. A socket says so in two ways.
fn is_over(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

/// The path of a target, which may have scheme and host in front (RFC 9112, section 3.2.2).
fn path(target: &str) -> &str {
    let target = target.split('?').next().unwrap_or_default();
    match target.strip_prefix("http://") {
        None => target,
        Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
    }
}

/// A request, if all of its head is there.
fn parse(head: &[u8]) -> Result<Option<Request>, Refusal> {
    let mut headers = [EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(head) {
        Ok(Status::Partial) => Ok(None),
        Ok(Status::Complete(_)) => {
            let path = path(request.path.unwrap_or_default()).to_owned();
            Ok(Some(Request { method: request.method.unwrap_or_default().to_owned(), path }))
        }
        Err(httparse::Error::TooManyHeaders) => {
            Err(Refusal::new("431 Request Header Fields Too Large", "too many headers"))
        }
        Err(_) => Err(Refusal::new("400 Bad Request", "this is no HTTP")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, MOST_HEADERS, parse, path};

    #[test]
    fn requests() {
        let request = parse(b"GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n").unwrap().unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str()), ("GET", "/metrics"));
        assert_eq!(parse(b"GET /metrics HTTP/1.1\r\nHost: a\r\n"), Ok(None));
        assert_eq!(parse(b""), Ok(None));
        let status = |head: &[u8]| parse(head).unwrap_err().0.unwrap().status;
        assert!(status(b"\x16\x03\x01\x02\x00\x01").starts_with("400"), "TLS is no HTTP");
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(MOST_HEADERS + 1));
        assert!(status(many.as_bytes()).starts_with("431"));
    }

    #[test]
    fn targets() {
        assert_eq!([path("/metrics?a=http://b/"), path("/")], ["/metrics", "/"]);
        assert_eq!(path("http://localhost:9400/metrics?x"), "/metrics");
        assert_eq!([path("http://localhost"), path("http://"), path("*")], ["/", "/", "*"]);
    }

    #[test]
    fn answers() {
        let answer = Answer::plain("404 Not Found", "nothing here");
        let expected = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n\
            Content-Length: 13\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n";
        assert_eq!(String::from_utf8(answer.bytes(false)).unwrap(), expected);
        let with_text = String::from_utf8(answer.bytes(true)).unwrap();
        assert_eq!(with_text, format!("{expected}nothing here\n"));
    }
}
