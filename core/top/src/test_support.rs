//! Flows for tests.

use std::net::IpAddr;
use std::sync::Arc;

use flowz_api::flow::FlowId;
use flowz_api::key::FlowKey;
use flowz_api::layers::Net;
use flowz_api::packet::Timestamp;

use crate::condition::Filter;
use crate::entry::Entry;
use crate::model::{Model, Start};
use crate::protocols::Share;
use crate::snapshot::{Row, Snapshot, Source, Totals, arrange};
use crate::sort::Sort;

fn bytes(address: &str) -> (Net, [u8; 16]) {
    match address.parse().unwrap() {
        IpAddr::V4(v4) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&v4.octets());
            (Net::V4, bytes)
        }
        IpAddr::V6(v6) => (Net::V6, v6.octets()),
    }
}

/// The key of a flow.
pub(crate) fn key(proto: u8, from: &str, src_port: u16, to: &str, dst_port: u16) -> FlowKey {
    let ((net, src), (_, dst)) = (bytes(from), bytes(to));
    let ethertype = if net == Net::V4 { 0x0800 } else { 0x86dd };
    FlowKey { src, dst, src_port, dst_port, net, proto, ethertype, ..FlowKey::default() }
}

/// A flow that is alive, with one packet.
pub(crate) fn entry(id: u64, proto: u8, bytes: u64) -> Entry {
    let key = key(proto, "10.0.0.1", 40_000, "10.0.0.2", 80);
    let mut entry = Entry::new(FlowId(id), key, Timestamp(0));
    (entry.packets, entry.bytes, entry.alive) = ([1, 0], [bytes, 0], 1);
    entry
}

/// It at some moment.
pub(crate) fn row(entry: Entry) -> Row {
    Row { entry, rate: 0.0, age: 0 }
}

/// Flows of several kinds, those with larger numbers with fewer bytes.
pub(crate) fn rows() -> Vec<Row> {
    const LONG: [&str; 2] =
        ["2001:db8:1234:5678:9abc:def0:1234:5678", "2001:db8:ffff:eeee:dddd:cccc:bbbb:aaaa"];
    let keys = [
        key(6, "192.168.100.101", 54_321, "93.184.216.34", 443),
        key(6, LONG[0], 54_322, LONG[1], 8443),
        key(17, "10.0.0.7", 5353, "224.0.0.251", 5353),
        key(58, "fe80::1", 0, "ff02::1", 0),
        key(1, "10.0.0.7", 0, "10.0.0.1", 0),
        FlowKey {
            src: [2, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            dst: [255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            ethertype: 0x0806,
            ..FlowKey::default()
        },
    ];
    let mut rows = Vec::new();
    for (at, key) in keys.into_iter().cycle().take(40).enumerate() {
        let mut entry = Entry::new(FlowId(at as u64 + 1), key, Timestamp(0));
        let amount = 9_876_543_210 / 3_u64.pow(at as u32 / 2);
        (entry.packets, entry.bytes) = ([amount / 100 + 1, at as u64], [amount, amount / 7]);
        entry.tcp_flags = if at == 0 { [2, 18] } else { [19, 1] };
        entry.alive = 1;
        let age = [1_234_567_890, 75_000_000_000, 86_400_000_000_000 * 12][at % 3];
        rows.push(Row { entry, rate: amount as f64 * 0.9, age });
    }
    rows
}

/// A moment with these rows.
pub(crate) fn snapshot(rows: Vec<Row>, source: Source) -> Arc<Snapshot> {
    let mut rows = rows;
    arrange(&mut rows, Sort::Bytes);
    let is_live = source == Source::Interfaces;
    let totals = Totals {
        now: Timestamp(0),
        begun: 123_456,
        packets: 98_765_432,
        bytes: 123_456_789_012,
        packet_rate: 12_345.6,
        bit_rate: 98_765_432.1,
        dropped: is_live.then_some(17),
        progress: (!is_live).then_some(0.42),
    };
    let share = |(name, part): (&str, f64)| Share { name: name.to_owned(), part };
    let shares = [("TCP", 0.78), ("UDP", 0.19), ("ICMP6", 0.025), ("no IP", 0.005)];
    Arc::new(Snapshot {
        totals,
        matched: rows.len(),
        there: rows.len(),
        alive: rows.len(),
        rows,
        gone: 0,
        shares: shares.into_iter().map(share).collect(),
        is_final: false,
    })
}

/// A model that shows them.
pub(crate) fn model(source: Source) -> Model {
    let start = Start {
        title: if source == Source::Interfaces { "eth0" } else { "web.pcap" }.to_owned(),
        source,
        sort: Sort::Bytes,
        filter: Filter::default(),
    };
    let mut model = Model::new(start);
    model.set_page(10);
    model.show(&snapshot(rows(), source));
    model
}
