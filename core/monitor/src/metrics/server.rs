//! Serves the page of metrics by HTTP, on a few threads of its own.
//!
//! The server is a hundred lines over `httparse`, since small servers that are there wait for slow clients without end and
//! start a thread for each.

use std::io::{self, ErrorKind};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::http::{Answer, Connection, Request};
use super::{CONTENT_TYPE, Exchange, page};

/// So many clients are served at once; others wait.
const WORKERS: usize = 4;
/// So much time a client has.
const LIMIT: Duration = Duration::from_secs(2);
/// A pause where the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);

/// Why metrics cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Somebody else serves something there.
    #[error("cannot serve metrics at {0}: another program has this port; name another one")]
    InUse(String),
    /// The system says no.
    #[error("cannot serve metrics at {0}: {1}")]
    Other(String, #[source] io::Error),
}

/// Serves metrics until it is dropped.
#[derive(Debug)]
pub struct MetricsServer {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
}

/// What all workers share.
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
        let listener = Arc::new(TcpListener::bind(address).map_err(cannot)?);
        let stop = Arc::new(AtomicBool::new(false));
        let shared = Arc::new(Shared { exchange, version, limit, stop: Arc::clone(&stop) });
        let server = Self { address: listener.local_addr().map_err(cannot)?, stop };
        for n in 0..WORKERS {
            let (listener, shared) = (Arc::clone(&listener), Arc::clone(&shared));
            let thread = thread::Builder::new().name(format!("metrics {n}"));
            thread.spawn(move || work(&listener, &shared)).map_err(cannot)?;
        }
        Ok(server)
    }

    /// Where it listens; with the port that the system has chosen if that was to be any.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for MetricsServer {
    /// The workers end when they are done with the client at hand; nobody waits for them.
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let ip = self.address.ip();
        let ip = match ip {
            _ if !ip.is_unspecified() => ip,
            std::net::IpAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            std::net::IpAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        for _ in 0..WORKERS {
            // Wakes one of them.
            let _ = TcpStream::connect_timeout(&(ip, self.address.port()).into(), PAUSE);
        }
    }
}

/// Serves one client after the other.
fn work(listener: &TcpListener, shared: &Shared) {
    while !shared.stop.load(Ordering::Relaxed) {
        match listener.accept() {
            Ok(_) if shared.stop.load(Ordering::Relaxed) => break,
            // Whatever a client does, the next one is served.
            Ok((stream, _)) => drop(serve(stream, shared)),
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

/// Serves one client.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut connection = Connection::new(stream, shared.limit);
    match connection.request() {
        Ok(request) => connection.answer(&answer(&request, shared), request.method != "HEAD"),
        Err(refusal) => refusal.0.map_or(Ok(()), |answer| connection.answer(&answer, true)),
    }
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
    use super::{Exchange, MetricsServer, ServeError, WORKERS};
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

    /// More clients than there are threads, each of which says nothing or only a little.
    #[test]
    fn slow_clients_hold_up_nobody() {
        let server = server(SOON, true);
        let slow: Vec<_> =
            (0..3 * WORKERS).map(|_| TcpStream::connect(server.address()).unwrap()).collect();
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
