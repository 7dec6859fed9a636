//! A run against a small server of HTTP that says what it is told to. `cargo xtask sinks clickhouse` has ClickHouse's own engine.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use flowz_api::sink::{Delivery, DeliveryLog, Destination, NamedSink, Sink, SinkSetup};
use flowz_api::table::TableKind;

use super::Clickhouse;
use super::toggles::ClickhouseToggles;
use crate::test_support::{TempDir, run, table};

/// A request: what stands in its first line, and its body.
type Request = (String, Vec<u8>);

/// A server that answers with a status and a text that `answer` makes of the request's first line; yields its address and what it was asked.
fn serve(
    answer: impl Fn(&str) -> (u16, String) + Send + 'static,
) -> (String, Arc<Mutex<Vec<Request>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://me:secret@{}/d", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let (mut first, mut length, mut line) = (String::new(), 0, String::new());
            while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                if first.is_empty() {
                    first = line.trim().to_owned();
                }
                if let Some(number) = line.to_lowercase().strip_prefix("content-length:") {
                    length = number.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let (status, text) = answer(&first);
            log.lock().unwrap().push((first, body));
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                text.len()
            );
            stream.write_all((head + &text).as_bytes()).unwrap();
        }
    });
    (address, asked)
}

/// What a server says that is well.
fn well(first: &str) -> (u16, String) {
    let is_number = first.contains("generateUUIDv4");
    (
        200,
        if is_number { "00112233-4455-6677-8899-aabbccddeeff\n".to_owned() } else { String::new() },
    )
}

/// Keeps what became of the rows.
#[derive(Debug, Default)]
struct Log(Mutex<Vec<Delivery>>);

impl DeliveryLog for Log {
    fn note(&self, delivery: Delivery) {
        self.0.lock().unwrap().push(delivery);
    }
}

fn toggles(address: &str) -> ClickhouseToggles {
    ClickhouseToggles {
        address: address.into(),
        wait: 0,
        patience: 0,
        ..ClickhouseToggles::default()
    }
}

fn delivered(toggles: &ClickhouseToggles) -> Delivery {
    let dir = TempDir::new("clickhouse-run");
    let log = Arc::new(Log::default());
    let deliveries: Arc<dyn DeliveryLog> = Arc::<Log>::clone(&log);
    let to = Destination { deliveries: Some(deliveries), ..dir.destination(None) };
    run(&mut Clickhouse::new(toggles), &to, 3, true).unwrap();
    log.0.lock().unwrap().remove(0)
}

/// What of the requests is an insert into the run's tables.
fn inserts(asked: &Mutex<Vec<Request>>) -> Vec<Request> {
    let all = asked.lock().unwrap().clone();
    all.into_iter()
        .filter(|(first, _)| first.contains("RowBinary") && !first.contains("runs"))
        .collect()
}

#[test]
fn all_tables_are_inserted() {
    let (address, asked) = serve(well);
    let delivery = delivered(&toggles(&address));
    assert_eq!((delivery.delivered, delivery.lost, delivery.retries), (6, 0, 0));
    let inserts = inserts(&asked);
    assert_eq!(inserts.len(), 2);
    let row = b"\x77\x66\x55\x44\x33\x22\x11\0\xff\xee\xdd\xcc\xbb\xaa\x99\x88\x01A\x01\0\0\0\0\0\0\0\x02\x08eth:ipv4\x03x\ty\x06a, \"b\"";
    assert_eq!(inserts[0].1[..row.len()], *row);
    assert_eq!(inserts[0].1.len(), 3 * row.len());
    let ends = |(first, _): &&Request| first.contains("flowz_runs") && first.contains("-end");
    assert_eq!(asked.lock().unwrap().iter().filter(ends).count(), 1);
    assert!(!asked.lock().unwrap().iter().any(|(first, _)| first.contains("secret")));
}

/// What comes again has the name that it had.
#[test]
fn a_server_that_has_no_time_is_asked_again() {
    let busy = Mutex::new(2);
    let (address, asked) = serve(move |first| {
        let mut left = busy.lock().unwrap();
        if first.contains("flows") && first.contains("token") && *left > 0 {
            *left -= 1;
            return (500, "Code: 241. DB::Exception: no memory".to_owned());
        }
        well(first)
    });
    let delivery = delivered(&ClickhouseToggles { patience: 60, ..toggles(&address) });
    assert_eq!((delivery.delivered, delivery.lost, delivery.retries), (6, 0, 2));
    let inserts = inserts(&asked);
    assert_eq!(inserts.len(), 4);
    assert!(inserts[0].0.contains("8899-aabbccddeeff-1-0"), "{}", inserts[0].0);
    assert!(inserts[..3].iter().all(|again| *again == inserts[0]));
}

#[test]
fn rows_that_are_not_taken_are_counted() {
    let (address, _) = serve(|first| {
        let is_lost = first.contains("packets") && first.contains("token");
        if is_lost { (400, "Code: 27. DB::Exception: bad row".to_owned()) } else { well(first) }
    });
    let delivery = delivered(&toggles(&address));
    assert_eq!((delivery.delivered, delivery.lost), (3, 3));
    assert_eq!(delivery.why.as_deref(), Some("Code: 27. DB::Exception: bad row"));
}

#[test]
fn who_refuses_at_the_start_is_not_asked_again() {
    let refused = |address: &str| {
        let dir = TempDir::new("clickhouse-refused");
        let (tables, destination) = ([table("flows", TableKind::Flows)], dir.destination(None));
        let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
        Clickhouse::new(&toggles(address)).start(&setup).unwrap_err().to_string()
    };
    let (address, asked) = serve(|_| (403, "Code: 516. DB::Exception: wrong password".to_owned()));
    let told = refused(&address);
    assert!(told.contains("refuses the connection (http://me:***@"), "{told}");
    assert!(told.contains("wrong password") && !told.contains("secret"), "{told}");
    assert_eq!(asked.lock().unwrap().len(), 1);
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert!(refused(&format!("http://{closed}")).contains("cannot be reached"));
    assert!(refused("postgres://h").contains("is no address"));
}
