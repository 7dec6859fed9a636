//! Sockets that are read, closed and opened again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use flowz_api::sink::{Delivery, DeliveryLog, Destination, NamedSink, Sink, SinkError, SinkSetup};
use flowz_api::table::{TableId, TableKind};

use super::Socket;
use super::toggles::SocketToggles;
use crate::test_support::{TempDir, run, small_record, table};

const NAMES: &str = "%dir\tflowInd\thdrDesc\thost\n";

fn line(n: u64) -> String {
    format!("A\t{n}\teth:ipv4;x\\ty\t\"a, \\\"b\\\"\"\n")
}

fn object(n: u64) -> String {
    format!(r#"{{"dir":"A","flowInd":{n},"hdrDesc":["eth:ipv4","x\ty"],"host":"a, \"b\""}}"#) + "\n"
}

#[derive(Default, Debug)]
struct Log(Mutex<Vec<Delivery>>);

impl DeliveryLog for Log {
    fn note(&self, delivery: Delivery) {
        self.0.lock().unwrap().push(delivery);
    }
}

/// A destination that keeps what became of rows.
fn destination() -> (Destination, Arc<Log>) {
    let log = Arc::new(Log::default());
    let deliveries = Some(Arc::clone(&log) as Arc<dyn DeliveryLog>);
    (Destination { deliveries, ..Destination::default() }, log)
}

fn listener() -> (TcpListener, SocketToggles) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, SocketToggles { port, ..SocketToggles::default() })
}

/// Reads one connection to its end.
fn reader(listener: TcpListener) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut all = Vec::new();
        listener.accept().unwrap().0.read_to_end(&mut all).unwrap();
        all
    })
}

#[test]
fn lines_of_txt() {
    let (listener, toggles) = listener();
    let (to, log) = destination();
    let reader = reader(listener);
    run(&mut Socket::new(&toggles), &to, 2, true).unwrap();
    let read = String::from_utf8(reader.join().unwrap()).unwrap();
    assert_eq!(read, [NAMES, &line(1), &line(2)].concat());
    let noted = log.0.lock().unwrap().clone();
    assert_eq!(noted, [Delivery { delivered: 2, ..Delivery::new("socket") }]);
}

#[test]
fn objects_and_no_rows() {
    for rows in [3, 0] {
        let (listener, toggles) = listener();
        let toggles = SocketToggles { content: 2, ..toggles };
        let reader = reader(listener);
        run(&mut Socket::new(&toggles), &destination().0, rows, false).unwrap();
        let expected: String = (1..=rows).map(object).collect();
        assert_eq!(String::from_utf8(reader.join().unwrap()).unwrap(), expected);
    }
}

#[test]
fn packed_and_with_lines_about_the_run() {
    let (listener, toggles) = listener();
    let toggles = SocketToggles { gzip: true, host_info: true, ..toggles };
    let reader = reader(listener);
    run(&mut Socket::new(&toggles), &destination().0, 20_000, false).unwrap();
    let packed = reader.join().unwrap();
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(&packed[..])).unwrap();
    let begin = format!("% Date: today\n% \n% Plugins loaded:\n{NAMES}{}", line(1));
    assert!(text.starts_with(&begin) && text.ends_with(&line(20_000)));
    assert_eq!(text.lines().count(), 20_004);
}

#[test]
fn nobody_listens() {
    let (listener, toggles) = listener();
    drop(listener);
    let error = run(&mut Socket::new(&toggles), &destination().0, 2, false).unwrap_err();
    let told = error.to_string();
    let expected = format!("the sink socket cannot connect to 127.0.0.1:{} by TCP: ", toggles.port);
    assert!(told.starts_with(&expected) && told.contains("socketSink.SERVADD"), "{told}");
}

#[test]
fn contradictions() {
    let datagrams = SocketToggles { gzip: true, is_stream: false, ..SocketToggles::default() };
    let objects = SocketToggles { host_info: true, content: 2, ..SocketToggles::default() };
    for (toggles, word) in [(datagrams, "GZ_COMPRESS"), (objects, "HOST_INFO")] {
        let error = run(&mut Socket::new(&toggles), &destination().0, 0, false).unwrap_err();
        assert!(matches!(&error, SinkError::Settings(why) if why.contains(word)), "{error}");
    }
}

#[test]
fn datagrams() {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let port = socket.local_addr().unwrap().port();
    let toggles = SocketToggles { port, is_stream: false, ..SocketToggles::default() };
    run(&mut Socket::new(&toggles), &destination().0, 2, false).unwrap();
    for expected in [NAMES.to_owned(), line(1), line(2)] {
        let mut bytes = [0; 2000];
        let length = socket.recv(&mut bytes).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes[..length]), expected);
    }
}

#[test]
fn sockets_of_this_machine() {
    let dir = TempDir::new("socket-unix");
    let path = dir.path("s");
    let address = format!("unix:{}", path.display());
    let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        listener.accept().unwrap().0.read_to_string(&mut text).unwrap();
        text
    });
    let toggles = SocketToggles { address, header: false, ..SocketToggles::default() };
    run(&mut Socket::new(&toggles), &destination().0, 2, false).unwrap();
    assert_eq!(reader.join().unwrap(), line(1) + &line(2));
}

/// A row that no datagram holds is lost, and no other.
#[test]
fn a_row_too_long() {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = socket.local_addr().unwrap().port();
    let toggles =
        SocketToggles { port, is_stream: false, header: false, ..SocketToggles::default() };
    let mut sink = Socket::new(&toggles);
    let (to, log) = destination();
    let mut tables = vec![table("flows", TableKind::Flows)];
    tables[0].schema.columns.truncate(1);
    tables[0].schema.columns[0].ty = flowz_api::column::Type::Text;
    let setup = SinkSetup { tables: &tables, destination: &to, preamble: &[] };
    sink.start(&setup).unwrap();
    for length in [5, 70_000, 6] {
        let mut record = flowz_api::record::Record::new();
        flowz_api::cell::Cell::put(&flowz_api::cell::Text(&vec![b'x'; length]), &mut record);
        sink.record(TableId::FLOWS, &tables[0], &record).unwrap();
    }
    sink.finish().unwrap();
    let delivery = log.0.lock().unwrap().pop().unwrap();
    assert_eq!((delivery.delivered, delivery.lost), (2, 1));
    assert!(delivery.why.unwrap().contains("a row of 70003 bytes does not fit"));
}

/// Datagrams that nobody wants cost no time, and it is told.
#[test]
#[allow(clippy::disallowed_methods, reason = "how long it takes")]
fn datagrams_that_nobody_wants() {
    let port = {
        let free = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        free.local_addr().unwrap().port()
    };
    let toggles = SocketToggles { port, is_stream: false, ..SocketToggles::default() };
    let (to, log) = destination();
    let start = std::time::Instant::now();
    run(&mut Socket::new(&toggles), &to, 2000, false).unwrap();
    assert!(start.elapsed() < Duration::from_secs(20));
    let delivery = log.0.lock().unwrap().pop().unwrap();
    assert_eq!((delivery.delivered, delivery.lost), (2000, 0));
    let why = delivery.why.unwrap();
    assert!(why.contains("nobody listened when"), "{why}");
}

/// Starts a sink whose rows are handed in one by one.
fn begun(toggles: &SocketToggles, to: &Destination) -> (Socket, [flowz_api::table::Table; 1]) {
    let mut sink = Socket::new(toggles);
    let tables = [table("flows", TableKind::Flows)];
    sink.start(&SinkSetup { tables: &tables, destination: to, preamble: &[] }).unwrap();
    (sink, tables)
}

fn next(from: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    from.read_line(&mut line).unwrap();
    line
}

/// Rows arrive while the run goes on, and a listener that comes back gets those that follow, with the names in front.
#[test]
fn a_listener_that_comes_back() {
    let (listener, toggles) = listener();
    let (to, log) = destination();
    let (mut sink, tables) = begun(&toggles, &to);
    let mut rows = 1..;
    let mut record = || {
        let n = rows.next().unwrap();
        sink.record(TableId::FLOWS, &tables[0], &small_record(n)).unwrap();
    };
    let mut first = BufReader::new(listener.accept().unwrap().0);
    record();
    assert_eq!([next(&mut first), next(&mut first)], [NAMES.to_owned(), line(1)]);
    first.get_mut().write_all(b"thanks").unwrap();
    drop(first);
    record();
    let mut second = BufReader::new(listener.accept().unwrap().0);
    assert_eq!([next(&mut second), next(&mut second)], [NAMES.to_owned(), line(2)]);
    record();
    assert_eq!(next(&mut second), line(3));
    let closing = thread::spawn(move || next(&mut second));
    sink.finish().unwrap();
    assert_eq!(closing.join().unwrap(), "");
    let delivery = log.0.lock().unwrap().pop().unwrap();
    assert_eq!((delivery.delivered, delivery.lost, delivery.why), (3, 0, None));
}

/// Who stays away longer than the patience costs the rows of that time.
#[test]
fn a_listener_that_stays_away() {
    let (listener, toggles) = listener();
    let toggles = SocketToggles { patience: 0, ..toggles };
    let (to, log) = destination();
    let (mut sink, tables) = begun(&toggles, &to);
    drop(listener.accept().unwrap());
    drop(listener);
    sink.record(TableId::FLOWS, &tables[0], &small_record(1)).unwrap();
    sink.finish().unwrap();
    let delivery = log.0.lock().unwrap().pop().unwrap();
    assert_eq!((delivery.delivered, delivery.lost), (0, 1));
    assert!(delivery.why.unwrap().starts_with("there is no connection"));
}

/// A reader who stops in the middle of a row and goes on later gets it whole.
#[test]
fn a_reader_that_pauses() {
    const ROWS: u64 = 400_000;
    let (listener, toggles) = listener();
    let (to, log) = destination();
    let (mut sink, tables) = begun(&toggles, &to);
    let (mut socket, _) = listener.accept().unwrap();
    let reader = thread::spawn(move || {
        thread::sleep(Duration::from_secs(3));
        let mut text = String::new();
        socket.read_to_string(&mut text).unwrap();
        text
    });
    for n in 1..=ROWS {
        sink.record(TableId::FLOWS, &tables[0], &small_record(n)).unwrap();
    }
    sink.finish().unwrap();
    let text = reader.join().unwrap();
    let mut lines = text.lines().skip(1);
    assert!((1..=ROWS).all(|n| lines.next() == line(n).strip_suffix('\n')));
    let delivery = log.0.lock().unwrap().pop().unwrap();
    assert_eq!((delivery.delivered, delivery.lost), (ROWS, 0));
}
