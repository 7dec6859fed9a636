//! Serves the page of metrics by HTTP, on a thread of its own.
//!
//! The server is a hundred lines over `httparse` and `mio`, since small servers that are there wait for slow clients without end
//! and start a thread for each. This one waits for nobody: a client that says nothing costs a socket for some time.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token, Waker};

use super::http::{Answer, Connection, Progress, Request};
use super::{CONTENT_TYPE, Exchange, page};
use crate::clock::now;

/// So many clients are there at once; the next one takes the place of the one that is there longest.
const MOST_CLIENTS: usize = 256;
/// So much time a client has.
const LIMIT: Duration = Duration::from_secs(2);
/// A pause where the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);
/// Somebody wants to come in.
const DOOR: Token = Token(0);
/// It is to end.
const BELL: Token = Token(1);

/// Why metrics cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else serves something there.
    #[error("cannot serve metrics at {0}: another program has this port; name another one")]
    InUse(String),
    /// The system says no.
    #[error("cannot serve metrics at {0}: {1}")]
    Other(String, io::Error),
}

/// Serves metrics until it is dropped.
#[derive(Debug)]
pub struct MetricsServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    bell: Waker,
}

/// What answers are made of.
#[derive(Debug)]
struct Shared {
    exchange: Arc<Exchange>,
    version: &'static str,
    limit: Duration,
    stop: Arc<AtomicBool>,
}

impl MetricsServer {
    /// Serves what comes through `exchange` at an address as [`listen_address`](super::listen_address) yields it.
    ///
    /// # Errors
    ///
    /// If that is not possible at this address.
    pub fn start(
        address: &str,
        exchange: Arc<Exchange>,
        version: &'static str,
    ) -> Result<Self, ServeError> {
        Self::start_limited(address, exchange, version, LIMIT)
    }

    fn start_limited(
        address: &str,
        exchange: Arc<Exchange>,
        version: &'static str,
        limit: Duration,
    ) -> Result<Self, ServeError> {
        let cannot = |error: io::Error| match error.kind() {
            ErrorKind::AddrInUse => ServeError::InUse(address.to_owned()),
            _ => ServeError::Other(address.to_owned(), error),
        };
        // Names of hosts, too.
        let door = std::net::TcpListener::bind(address).map_err(cannot)?;
        door.set_nonblocking(true).map_err(cannot)?;
        let address_there = door.local_addr().map_err(cannot)?;
        let mut door = TcpListener::from_std(door);
        let poll = Poll::new().map_err(cannot)?;
        poll.registry().register(&mut door, DOOR, Interest::READABLE).map_err(cannot)?;
        let bell = Waker::new(poll.registry(), BELL).map_err(cannot)?;
        let stop = Arc::new(AtomicBool::new(false));
        let shared = Shared { exchange, version, limit, stop: Arc::clone(&stop) };
        let reception = Reception { poll, door, clients: BTreeMap::new(), next: BELL.0 + 1 };
        let thread = thread::Builder::new().name("metrics".to_owned());
        thread.spawn(move || reception.work(&shared)).map_err(cannot)?;
        Ok(Self { address: address_there, stop, bell })
    }

    /// Where it listens; with the port that the system has chosen if that was to be any.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for MetricsServer {
    /// Nobody waits for the thread, which ends at once.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // A thread that cannot be woken has ended.
        let _ = self.bell.wake();
    }
}

/// The thread that serves.
struct Reception {
    poll: Poll,
    door: TcpListener,
    /// By their numbers, so in the order in which they came.
    clients: BTreeMap<usize, Connection>,
    next: usize,
}

impl Reception {
    fn work(mut self, shared: &Shared) {
        let mut events = Events::with_capacity(MOST_CLIENTS);
        while !shared.stop.load(Ordering::Relaxed) {
            let ends = self.clients.values().map(Connection::end).min();
            let pause = ends.map(|end| end.saturating_duration_since(now()));
            match self.poll.poll(&mut events, pause) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => thread::sleep(PAUSE),
            }
            for event in &events {
                match event.token() {
                    BELL => {}
                    DOOR => self.let_in(shared),
                    Token(number) => self.serve(number, shared),
                }
            }
            self.mind_time();
        }
    }

    /// Lets all in who wait.
    fn let_in(&mut self, shared: &Shared) {
        loop {
            match self.door.accept() {
                Ok((mut stream, _)) => {
                    let (number, both) = (self.next, Interest::READABLE | Interest::WRITABLE);
                    self.next += 1;
                    if self.poll.registry().register(&mut stream, Token(number), both).is_err() {
                        continue;
                    }
                    if self.clients.len() >= MOST_CLIENTS
                        && let Some((_, mut client)) = self.clients.pop_first()
                    {
                        self.let_go(&mut client);
                    }
                    self.clients.insert(number, Connection::new(stream, shared.limit));
                    self.serve(number, shared);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if is_of_one_client(&error) => {}
                Err(_) => {
                    // No descriptors are left, say.
                    thread::sleep(PAUSE);
                    return self.come_back();
                }
            }
        }
    }

    /// Asks to be told again of those who wait.
    fn come_back(&mut self) {
        // What was registered once can be so again.
        let _ = self.poll.registry().reregister(&mut self.door, DOOR, Interest::READABLE);
    }

    fn serve(&mut self, number: usize, shared: &Shared) {
        let Some(client) = self.clients.get_mut(&number) else { return };
        if client.advance(|request| answer(request, shared)) == Progress::Done
            && let Some(mut client) = self.clients.remove(&number)
        {
            self.let_go(&mut client);
        }
    }

    /// Sends those away whose time is over.
    fn mind_time(&mut self) {
        let now = now();
        let late = self.clients.iter().filter(|(_, client)| client.end() <= now);
        for number in late.map(|(number, _)| *number).collect::<Vec<_>>() {
            let Some(client) = self.clients.get_mut(&number) else { continue };
            if client.time_is_over() == Progress::Done
                && let Some(mut client) = self.clients.remove(&number)
            {
                self.let_go(&mut client);
            }
        }
    }

    fn let_go(&self, client: &mut Connection) {
        // Dropping closes the socket in any case.
        let _ = self.poll.registry().deregister(client.stream());
    }
}

/// Whether a client was gone before it was let in: the next one may be all right.
fn is_of_one_client(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted)
}

fn answer(request: &Request, shared: &Shared) -> Answer {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        let answer = Answer::plain("405 Method Not Allowed", "only GET and HEAD are answered");
        return Answer { header: "Allow: GET, HEAD\r\n", ..answer };
    }
    match request.path.as_str() {
        "/metrics" => metrics(shared),
        "/" => Answer::plain("200 OK", "flowz: metrics are at /metrics"),
        _ => Answer::plain("404 Not Found", "nothing is here; metrics are at /metrics"),
    }
}

fn metrics(shared: &Shared) -> Answer {
    let Some(taken) = shared.exchange.take() else {
        return Answer::plain("503 Service Unavailable", "there are no figures yet");
    };
    let text = page(&taken.snapshot, taken.age, shared.version);
    Answer { status: "200 OK", kind: CONTENT_TYPE, header: "", text }
}

#[cfg(test)]
mod tests {
    use super::{Exchange, MOST_CLIENTS, MetricsServer, ServeError};
    use crate::snapshot::tests::sample;
    use std::io::{Read, Write};
    use std::net::TcpStream;
    use std::sync::Arc;
    use std::time::Duration;

    const SOON: Duration = Duration::from_millis(50);

    fn server(limit: Duration, has_figures: bool) -> MetricsServer {
        let exchange = Arc::new(Exchange::new(Arc::new(|| {})));
        if has_figures {
            exchange.put(sample(1));
        }
        MetricsServer::start_limited("127.0.0.1:0", exchange, "0.1.0", limit).unwrap()
    }

    /// What the server says to these bytes.
    fn said(server: &MetricsServer, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        stream.write_all(bytes).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    fn ask(server: &MetricsServer, line: &str) -> (String, String) {
        let text = said(server, format!("{line} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    #[test]
    fn pages() {
        let server = server(Duration::from_mins(1), true);
        let (head, body) = ask(&server, "GET /metrics?all");
        assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
        assert!(head.contains(&format!("\r\nContent-Length: {}\r\n", body.len())), "{head}");
        assert!(body.contains("\nflowz_packets_total 1000\n"), "{body}");
        let (head, body) = ask(&server, "HEAD /metrics");
        assert!(head.starts_with("HTTP/1.1 200 OK") && body.is_empty());
        let (head, body) = ask(&server, "GET /");
        assert!(head.starts_with("HTTP/1.1 200 OK") && body.contains("/metrics"));
        assert!(ask(&server, "GET /metric").0.starts_with("HTTP/1.1 404 Not Found"));
        let (head, _) = ask(&server, "DELETE /metrics");
        assert!(head.starts_with("HTTP/1.1 405") && head.contains("\r\nAllow: GET, HEAD\r\n"));
        let with_body = b"POST /metrics HTTP/1.1\r\nContent-Length: 4\r\n\r\nabcd";
        assert!(said(&server, with_body).starts_with("HTTP/1.1 405"));
        assert!(said(&server, b"\x16\x03\x01\r\n\r\n").starts_with("HTTP/1.1 400"));
        let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(9000));
        assert!(said(&server, long.as_bytes()).starts_with("HTTP/1.1 431"));
    }

    #[test]
    fn before_the_first_figures() {
        let server = server(Duration::from_mins(1), false);
        assert!(ask(&server, "GET /metrics").0.starts_with("HTTP/1.1 503"));
    }

    /// Clients each of which says nothing or only a little.
    #[test]
    fn slow_clients_hold_up_nobody() {
        let server = server(SOON, true);
        let slow: Vec<_> = (0..12).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
        for mut stream in slow.iter().step_by(2) {
            stream.write_all(b"GET /met").unwrap();
        }
        let (head, _) = ask(&server, "GET /metrics");
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        for mut stream in slow {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            assert!(text.starts_with("HTTP/1.1 408"), "{text}");
        }
    }

    /// More clients than find room, all of which have minutes left.
    #[test]
    fn idle_clients_hold_up_nobody() {
        let server = server(Duration::from_mins(10), true);
        let mut idle: Vec<_> =
            (0..MOST_CLIENTS + 8).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
        for mut stream in idle.iter().skip(8).step_by(2) {
            stream.write_all(b"GET /met").unwrap();
        }
        for _ in 0..10 {
            let (head, _) = ask(&server, "GET /metrics");
            assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        }
        // The first one had to make room.
        assert_eq!(idle[0].read(&mut [0; 1]).unwrap_or(0), 0);
        let mut last = idle.pop().unwrap();
        last.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
        let mut text = String::new();
        last.read_to_string(&mut text).unwrap();
        assert!(text.starts_with("HTTP/1.1"), "{text}");
    }

    /// Clients that go, or never read what they asked for.
    #[test]
    fn clients_that_leave() {
        let server = server(SOON, true);
        for n in 0..20 {
            let mut stream = TcpStream::connect(server.address()).unwrap();
            if n % 2 == 0 {
                stream.write_all(b"GET /metrics HTTP/1.1\r\n\r\n").unwrap();
            }
        }
        assert!(ask(&server, "GET /metrics").0.starts_with("HTTP/1.1 200"));
    }

    #[test]
    fn a_port_that_is_in_use() {
        let server = server(SOON, true);
        let exchange = Arc::new(Exchange::new(Arc::new(|| {})));
        let address = server.address().to_string();
        let error = MetricsServer::start(&address, exchange, "0.1.0").unwrap_err();
        assert!(matches!(error, ServeError::InUse(_)));
        let expected = format!(
            "cannot serve metrics at {address}: another program has this port; name another one"
        );
        assert_eq!(error.to_string(), expected);
        let exchange = Arc::new(Exchange::new(Arc::new(|| {})));
        let error = MetricsServer::start("host.invalid:1", exchange, "0.1.0").unwrap_err();
        assert!(error.to_string().starts_with("cannot serve metrics at host.invalid:1: "));
    }

    /// Nobody is served any more once it is dropped.
    #[test]
    fn ends() {
        let server = server(SOON, true);
        let address = server.address();
        drop(server);
        let is_gone = || TcpStream::connect(address).is_err();
        assert!((0..1000).any(|_| {
            std::thread::sleep(Duration::from_millis(5));
            is_gone()
        }));
    }
}
