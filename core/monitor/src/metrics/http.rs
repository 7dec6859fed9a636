//! As much of HTTP as a page of metrics needs (RFC 9112): one request on a connection, read and answered in bounded time
//! and memory.

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use httparse::{EMPTY_HEADER, Status};
use mio::net::TcpStream;

use crate::clock::now;

/// Most bytes of a request in front of its body.
const LONGEST_HEAD: usize = 8192;
/// Most headers of a request.
const MOST_HEADERS: usize = 64;
/// Most bytes of a body that are read to be thrown away.
const LONGEST_REST: usize = 65_536;
/// So much time a client has at least to read its answer, and at most to end the connection behind it.
const AFTERWARDS: Duration = Duration::from_millis(200);

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

/// What a client has said so far, or what it is told.
enum State {
    /// The head of its request.
    Asks(Vec<u8>),
    /// The answer, and how much of it is on its way.
    IsTold(Vec<u8>, usize),
    /// The bytes behind its request, to be thrown away: closed with bytes unread, the connection would be reset, and the answer might be lost.
    Leaves(usize),
}

/// How it goes on with a client.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// It has to read or write.
    Waits,
    /// It has its answer, or has gone.
    Done,
}

/// A connection whose time is limited. Nothing here waits for the client.
pub(super) struct Connection {
    stream: TcpStream,
    state: State,
    end: Instant,
}

impl Connection {
    /// From now on the client has so much time for all that it does.
    pub(super) fn new(stream: TcpStream, limit: Duration) -> Self {
        Self { stream, state: State::Asks(Vec::new()), end: now() + limit }
    }

    /// The socket.
    pub(super) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// When its time is over.
    pub(super) fn end(&self) -> Instant {
        self.end
    }

    /// Reads and writes as much as can be; `answer` makes the answer to a request.
    pub(super) fn advance(&mut self, answer: impl Fn(&Request) -> Answer) -> Progress {
        self.try_advance(answer).unwrap_or(Progress::Done)
    }

    fn try_advance(&mut self, answer: impl Fn(&Request) -> Answer) -> io::Result<Progress> {
        loop {
            let is_blocked = match &mut self.state {
                State::Asks(head) => match ask(&mut self.stream, head) {
                    Ok(None) => true,
                    Ok(Some(request)) => {
                        let bytes = answer(&request).bytes(request.method != "HEAD");
                        self.tell(bytes);
                        false
                    }
                    Err(Refusal(None)) => return Ok(Progress::Done),
                    Err(Refusal(Some(answer))) => {
                        self.tell(answer.bytes(true));
                        false
                    }
                },
                State::IsTold(bytes, sent) => {
                    let is_blocked = tell(&mut self.stream, bytes, sent)?;
                    if !is_blocked {
                        self.stream.shutdown(Shutdown::Write)?;
                        self.end = self.end.min(now() + AFTERWARDS);
                        self.state = State::Leaves(0);
                    }
                    is_blocked
                }
                State::Leaves(read) => {
                    let mut part = [0; 4096];
                    match read_some(&mut self.stream, &mut part)? {
                        None => true,
                        Some(0) => return Ok(Progress::Done),
                        Some(_) if *read >= LONGEST_REST => return Ok(Progress::Done),
                        Some(n) => {
                            *read += n;
                            false
                        }
                    }
                }
            };
            if is_blocked {
                return Ok(Progress::Waits);
            }
        }
    }

    /// Its time is over. A client that was too slow with its request has some time left to hear that.
    pub(super) fn time_is_over(&mut self) -> Progress {
        if !matches!(self.state, State::Asks(_)) {
            return Progress::Done;
        }
        self.tell(Answer::plain("408 Request Timeout", "too slow").bytes(true));
        // There is no request any more.
        self.advance(|_| Answer::plain("408 Request Timeout", "too slow"))
    }

    fn tell(&mut self, bytes: Vec<u8>) {
        self.end = self.end.max(now() + AFTERWARDS);
        self.state = State::IsTold(bytes, 0);
    }
}

/// Reads on in a head; a request if all of it is there, nothing if more has to come.
fn ask(stream: &mut TcpStream, head: &mut Vec<u8>) -> Result<Option<Request>, Refusal> {
    loop {
        if head.len() >= LONGEST_HEAD {
            return Err(Refusal::new("431 Request Header Fields Too Large", "too long"));
        }
        let mut part = [0; 1024];
        match read_some(stream, &mut part) {
            Ok(None) => return Ok(None),
            Ok(Some(0)) | Err(_) => return Err(Refusal::GONE),
            Ok(Some(n)) => head.extend_from_slice(&part[..n]),
        }
        if let Some(request) = parse(head)? {
            return Ok(Some(request));
        }
    }
}

/// Writes on in an answer; whether the client has to read first.
fn tell(stream: &mut TcpStream, bytes: &[u8], sent: &mut usize) -> io::Result<bool> {
    while let Some(rest) = bytes.get(*sent..).filter(|rest| !rest.is_empty()) {
        match stream.write(rest) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(n) => *sent += n,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
            Err(error) => return Err(error),
        }
    }
    Ok(false)
}

/// Reads what is there, 0 bytes at the end; nothing if the client has to write first.
fn read_some(stream: &mut TcpStream, part: &mut [u8]) -> io::Result<Option<usize>> {
    loop {
        match stream.read(part) {
            Ok(n) => return Ok(Some(n)),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(None),
            Err(error) => return Err(error),
        }
    }
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
