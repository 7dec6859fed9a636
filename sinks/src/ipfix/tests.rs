//! Files of the sink, byte by byte where they are short.

use flowz_api::cell::{Cell, Dir, IpText, List, Text, Time};
use flowz_api::column::{Schema, Type};
use flowz_api::record::Record;
use flowz_api::sink::{NamedSink, Sink, SinkError, SinkSetup, Split};
use flowz_api::table::{Table, TableId, TableKind};

use super::Ipfix;
use super::toggles::IpfixToggles;
use crate::test_support::{TempDir, column, names, run};

/// What a row has: direction, number, time, address, packets, VLANs, host.
type Values<'a> = (u8, u64, u64, IpText, u64, &'a [u16], &'a [u8]);

fn table() -> Table {
    let columns = vec![
        column("dir", Type::Char),
        column("flowInd", Type::U64),
        column("timeLast", Type::Time),
        column("srcIP", Type::Ip),
        column("pktsSnt", Type::U64),
        column("vlanID", <List<'_, u16>>::TYPE),
        column("host", Type::Text),
    ];
    Table { name: "flows", kind: TableKind::Flows, doc: "", schema: Schema { columns } }
}

fn file(name: &str, toggles: IpfixToggles, rows: &[Values<'_>]) -> Vec<u8> {
    let dir = TempDir::new(name);
    let toggles = IpfixToggles { transport: 2, ..toggles };
    let (tables, destination) = ([table()], dir.destination(None));
    let mut sink = Ipfix::new(&toggles);
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    sink.start(&setup).unwrap();
    for (dir, number, seconds, address, packets, vlans, host) in rows {
        let mut record = Record::new();
        Dir(*dir).put(&mut record);
        number.put(&mut record);
        Time { seconds: *seconds, nanos: 500_000_000 }.put(&mut record);
        address.put(&mut record);
        packets.put(&mut record);
        // As a list puts its items, whose type must not be borrowed.
        record.length(vlans.len());
        for vlan in *vlans {
            vlan.put(&mut record);
        }
        Text(host).put(&mut record);
        sink.record(TableId::FLOWS, &tables[0], &record).unwrap();
    }
    sink.finish().unwrap();
    std::fs::read(dir.path("p_flows.ipfix")).unwrap()
}

const FIRST: Values<'_> = (b'A', 7, 1000, IpText::V4([10, 0, 0, 1]), 3, &[5, 6], b"h");
const SECOND: Values<'_> = (b'B', 7, 1001, IpText::V4([10, 0, 0, 2]), 4, &[], b"");
const THIRD: Values<'_> = (b'A', 8, 1002, IpText::None, 1, &[], b"\xff");

/// Length and number of each set, and the number of each message.
fn sets(mut file: &[u8]) -> (Vec<(u16, usize)>, Vec<u32>) {
    let u16_at = |bytes: &[u8], at: usize| u16::from_be_bytes([bytes[at], bytes[at + 1]]);
    let (mut sets, mut numbers) = (Vec::new(), Vec::new());
    while !file.is_empty() {
        let (message, rest) = file.split_at(u16_at(file, 2).into());
        numbers.push(u32::from_be_bytes([message[8], message[9], message[10], message[11]]));
        let mut inside = &message[16..];
        while !inside.is_empty() {
            let length = usize::from(u16_at(inside, 2));
            sets.push((u16_at(inside, 0), length - 4));
            inside = &inside[length..];
        }
        file = rest;
    }
    (sets, numbers)
}

#[test]
fn one_row() {
    let file = file("ipfix-one", IpfixToggles::default(), &[FIRST]);
    let four: &[u8] = &[
        1, 0, 0, 6, 0, 148, 0, 8, 0, 153, 0, 8, 0, 157, 0, 8, 0, 2, 0, 8, 0, 58, 0, 2, 0, 8, 0, 4,
    ];
    let six: &[u8] = &[
        1, 1, 0, 6, 0, 148, 0, 8, 0, 153, 0, 8, 0, 157, 0, 8, 0, 2, 0, 8, 0, 58, 0, 2, 0, 27, 0, 16,
    ];
    let other: &[u8] =
        &[1, 2, 0, 5, 0, 148, 0, 8, 0, 153, 0, 8, 0, 157, 0, 8, 0, 2, 0, 8, 0, 58, 0, 2];
    let templates = [&[0, 2, 0, 84][..], four, six, other].concat();
    let header = |length: u8| [0, 10, 0, length, 0, 0, 3, 232, 0, 0, 0, 0, 0, 0, 0, 0];
    let record: &[u8] = &[
        0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 15, 68, 52, 131, 170, 130, 104, 128, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 3, 0, 5, 10, 0, 0, 1,
    ];
    let expected = [&header(100)[..], &templates, &header(58), &[1, 0, 0, 42], record].concat();
    assert_eq!(file, expected);
}

#[test]
fn templates_of_families() {
    let (sets, numbers) =
        sets(&file("ipfix-three", IpfixToggles::default(), &[FIRST, SECOND, THIRD]));
    assert_eq!(sets, [(2, 80), (256, 2 * 38), (258, 34)]);
    assert_eq!(numbers, [0, 0]);
}

#[test]
fn most_rows_of_a_message() {
    let toggles = IpfixToggles { most4: 1, ..IpfixToggles::default() };
    let (sets, numbers) = sets(&file("ipfix-most", toggles, &[FIRST, SECOND, THIRD]));
    assert_eq!(sets, [(2, 80), (256, 38), (256, 38), (258, 34)]);
    assert_eq!(numbers, [0, 0, 1]);
}

/// A and B become one; A without B, and B without A, stay alone.
#[test]
fn both_directions() {
    let toggles = IpfixToggles { biflow: true, ..IpfixToggles::default() };
    let other = (b'B', 9, 1003, IpText::V4([10, 0, 0, 3]), 2, &[][..], &b""[..]);
    let rows = [FIRST, SECOND, THIRD, other, FIRST];
    let (sets, _) = sets(&file("ipfix-both", toggles, &rows));
    // Three times and packets more, and the direction.
    assert_eq!(sets[1..], [(259, 38 + 24 + 1), (258, 34), (256, 2 * 38)]);
}

#[test]
fn all_columns_and_what_is_nothing() {
    let toggles = IpfixToggles { all_columns: true, ..IpfixToggles::default() };
    let file = file("ipfix-all", toggles, &[FIRST, THIRD]);
    let (sets, numbers) = sets(&file);
    let ids: Vec<u16> = sets.iter().map(|(id, _)| *id).collect();
    assert_eq!((ids, numbers), (vec![2, 3, 320, 256, 258], vec![0, 8]));
    // `A`, `5;6`, `h`, and no element that is nothing.
    assert!(file.windows(12).any(|bytes| bytes == b"\x01A\x035;6\x01h\x02\x00\x00\x01"));
    // `A`, no address, no VLAN, `\xff`, and the bit of the seventh element, the address: an empty list is not nothing.
    assert!(
        file.ends_with(b"\x01A\x00\x00\x04\\xff\x02\x02\x00"),
        "{:?}",
        &file[file.len() - 20..]
    );
}

/// A text that no message holds is cut, and that is told.
#[test]
fn a_row_too_long() {
    let toggles = IpfixToggles { all_columns: true, ..IpfixToggles::default() };
    let host = vec![b'x'; 70_000];
    let file = file("ipfix-long", toggles, &[(b'A', 7, 1000, IpText::None, 1, &[], &host)]);
    let (sets, _) = sets(&file);
    assert!(sets.last().is_some_and(|(_, length)| (4096..4300).contains(length)), "{sets:?}");
}

#[test]
fn pieces_and_no_rows() {
    let dir = TempDir::new("ipfix-pieces");
    let toggles = IpfixToggles { transport: 2, ..IpfixToggles::default() };
    let split = Some((Split::Flows(2), 0));
    run(&mut Ipfix::new(&toggles), &dir.destination(split), 4, false).unwrap();
    assert_eq!(names(&dir), ["p_flows.ipfix0", "p_flows.ipfix1", "p_flows.ipfix2"]);
    let read = |n: u32| sets(&std::fs::read(dir.path(&format!("p_flows.ipfix{n}"))).unwrap());
    assert_eq!(read(0).0[1..], [(258, 16)]);
    assert_eq!((read(0), read(2).0.len()), (read(1), 1));
}

#[test]
fn nobody_listens() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let toggles = IpfixToggles { transport: 1, port, ..IpfixToggles::default() };
    let dir = TempDir::new("ipfix-nobody");
    let error = run(&mut Ipfix::new(&toggles), &dir.destination(None), 1, false).unwrap_err();
    let told = error.to_string();
    assert!(
        told.starts_with(&format!("the sink ipfix cannot connect to 127.0.0.1:{port} by TCP")),
        "{told}"
    );
}

#[test]
fn contradictions() {
    let nine = IpfixToggles { version: 9, ..IpfixToggles::default() };
    for (toggles, word) in [
        (IpfixToggles { all_columns: true, ..nine.clone() }, "NF_COLUMNS"),
        (IpfixToggles { biflow: true, ..nine.clone() }, "NF_BIFLOW"),
        (IpfixToggles { transport: 2, ..nine.clone() }, "NF_SOCKTYPE"),
        (IpfixToggles { version: 10, all_columns: true, biflow: true, ..nine }, "NF_COLUMNS"),
    ] {
        let dir = TempDir::new("ipfix-wrong");
        let error = run(&mut Ipfix::new(&toggles), &dir.destination(None), 1, false).unwrap_err();
        assert!(matches!(&error, SinkError::Settings(why) if why.contains(word)), "{error}");
        assert!(names(&dir).is_empty());
    }
}
