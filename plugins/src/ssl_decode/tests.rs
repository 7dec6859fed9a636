//! Records, messages over them, and where they begin.

use flowz_api::stream::{Found, Next};

use super::messages;
use super::records::{self, Head, Reading};
use super::search::{Place, Search};
use crate::tls::kind::{CERTIFICATE, CLIENT_HELLO, SERVER_HELLO};
use crate::tls::tests::client_hello;

/// Writes down what comes out of records.
#[derive(Debug, Default)]
struct Log(Vec<String>);

impl messages::Sink for Log {
    fn message(&mut self, kind: u8, body: Option<&[u8]>) {
        let len = body.map_or("-".to_owned(), |body| body.len().to_string());
        self.0.push(format!("m{kind}:{len}"));
    }

    fn damaged(&mut self, kind: u8) {
        self.0.push(format!("hole{kind}"));
    }

    fn wants(&self, kind: u8) -> bool {
        [CLIENT_HELLO, SERVER_HELLO, CERTIFICATE].contains(&kind)
    }
}

impl records::Sink for Log {
    fn record(&mut self, head: Head) {
        self.0.push(format!("r{}:{}", head.kind, head.len));
    }

    fn alert(&mut self, level: u8, description: u8) {
        self.0.push(format!("alert{level}/{description}"));
    }

    fn heartbeat(&mut self, kind: u8, says: u16, len: u16) {
        self.0.push(format!("beat{kind}:{says}:{len}"));
    }
}

const MOST: u32 = 32 << 10;

fn record(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind, 3, 3][..], &(body.len() as u16).to_be_bytes(), body].concat()
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    [&[kind][..], &(body.len() as u32).to_be_bytes()[1..], body].concat()
}

/// What comes out of a stream that is shown in pieces of this size, as the service does.
fn read(stream: &[u8], piece: usize) -> Vec<String> {
    let (mut reading, mut log) = (Reading::default(), Log::default());
    let (mut from, mut to) = (0, 0);
    while to < stream.len() {
        to = (to + piece).min(stream.len());
        loop {
            match reading.feed(&stream[from..to], MOST, &mut log) {
                Next::Take(0) => break,
                Next::Take(n) => from += n,
                other => panic!("{other:?} behind {from} bytes"),
            }
            if from == to {
                break;
            }
        }
    }
    log.0
}

fn conversation() -> Vec<u8> {
    let hello = message(CLIENT_HELLO, &client_hello());
    let (first, second) = hello.split_at(10);
    let certificate = message(CERTIFICATE, &[0; 40]);
    let two = [message(SERVER_HELLO, &[1; 38]), certificate].concat();
    let encrypted = [0, 0, 0, 0, 9, 9, 9, 9];
    [
        record(22, first),
        record(22, second),
        record(22, &two),
        record(20, &[1]),
        record(22, &encrypted),
        record(22, &hello),
        record(23, &[5; 300]),
        record(21, &[1, 0]),
    ]
    .concat()
}

#[test]
fn messages_over_any_segments() {
    let stream = conversation();
    let len = client_hello().len();
    let hello = format!("m1:{len}");
    let whole = read(&stream, stream.len());
    let expected = format!(
        "r22:10 r22:{} {hello} r22:86 m2:38 m11:40 r20:1 r22:8 r22:{} {hello} r23:300 r21:2",
        len - 6,
        len + 4
    );
    assert_eq!(whole.join(" "), expected, "an alert behind the change of ciphers is encrypted");
    for piece in 1..40 {
        assert_eq!(read(&stream, piece), whole, "{piece}");
    }
}

#[test]
fn a_gap_in_data_costs_nothing_else() {
    let (mut reading, mut log) = (Reading::default(), Log::default());
    let data = record(23, &[5; 1000]);
    assert_eq!(reading.feed(&data[..200], MOST, &mut log), Next::Take(200));
    assert_eq!(reading.gap(700, &mut log), Next::Take(0));
    let rest = [&data[900..], &record(21, &[2, 40])].concat();
    assert_eq!(reading.feed(&rest, MOST, &mut log), Next::Take(rest.len()));
    assert_eq!(log.0.join(" "), "r23:1000 r21:2 alert2/40");
    // One byte more than the record has: the next head is lost.
    assert_eq!(reading.feed(&data[..200], MOST, &mut log), Next::Take(200));
    assert_eq!(reading.gap(806, &mut log), Next::Search(0));
}

#[test]
fn a_gap_in_a_message_costs_this_message() {
    let two = [message(CERTIFICATE, &[1; 100]), message(SERVER_HELLO, &[1; 38])].concat();
    let stream = record(22, &two);
    let (mut reading, mut log) = (Reading::default(), Log::default());
    assert_eq!(reading.feed(&stream[..50], MOST, &mut log), Next::Take(50));
    assert_eq!(reading.gap(30, &mut log), Next::Take(0));
    assert_eq!(reading.feed(&stream[80..], MOST, &mut log), Next::Take(stream.len() - 80));
    assert_eq!(log.0.join(" "), "r22:146 hole11 m11:- m2:38");
}

#[test]
fn long_messages_are_passed_over() {
    let (mut reading, mut log) = (Reading::default(), Log::default());
    let long = message(CERTIFICATE, &vec![1; MOST as usize + 1]);
    for part in long.chunks(16_000) {
        let bytes = record(22, part);
        assert_eq!(reading.feed(&bytes, MOST, &mut log), Next::Take(bytes.len()));
    }
    assert_eq!(log.0.last().map(String::as_str), Some("m11:-"));
}

#[test]
fn records_are_found() {
    let data = record(23, &[0; 10]);
    assert_eq!(records::find(&data), Found::Message(15));
    assert_eq!(records::find(&data[..3]), Found::NeedMore);
    assert_eq!(records::find(&[1, 2, 3, 23, 3, 3]), Found::NotHere(3));
    assert_eq!(records::find(&[22, 4, 3, 22]), Found::NotHere(3));
    assert_eq!(records::find(&[23, 3, 3, 0xff, 0]), Found::NotHere(5), "too long");
}

#[test]
fn where_tls_begins() {
    let hello = record(22, &message(CLIENT_HELLO, &client_hello()));
    let look = |bytes: &[u8], middle| Search { middle, ..Search::default() }.look(bytes);
    assert_eq!(look(&hello, false), Place::Here(0));
    assert_eq!(look(&hello[..4], false), Place::Wait(0));
    assert_eq!(look(&[b"EHLO x\r\nSTARTTLS\r\n", &hello[..]].concat(), false), Place::Here(18));
    assert_eq!(look(b"GET / HTTP/1.1\r\n", false), Place::Wait(16));
    assert_eq!(look(&vec![b'a'; 9000], false), Place::Nowhere);
    // In the middle a record has to be followed by another one.
    let data = [record(23, &[1; 20]), record(23, &[1; 20])].concat();
    assert_eq!(look(&[&[7; 5][..], &data].concat(), true), Place::Here(5));
    assert_eq!(look(&data[..25], true), Place::Wait(0));
    assert_eq!(look(&[&data[..25], &[9; 10]].concat(), true), Place::Wait(35));
    // Words with a record's first byte in them, cut at every place.
    let stream = [&[b'x', 22, 3, 22][..], &hello].concat();
    for cut in 1..stream.len() {
        let mut search = Search::default();
        let from = match search.look(&stream[..cut]) {
            Place::Wait(passed) => passed,
            Place::Here(at) => {
                assert_eq!(at, 4);
                continue;
            }
            Place::Nowhere => panic!("{cut}"),
        };
        assert_eq!(search.look(&stream[from..]), Place::Here(4 - from), "{cut}");
    }
}

#[test]
fn empty_records_of_data_are_records() {
    let stream = [record(23, &[]), record(23, &[1])].concat();
    assert_eq!(read(&stream, 3).join(" "), "r23:0 r23:1");
}
