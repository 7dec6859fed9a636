//! Batches, keys and names.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use flowz_api::cell::{Cell, IpText};
use flowz_api::column::{Schema, Type};
use flowz_api::record::Record;
use flowz_api::sink::{Delivery, DeliveryLog, Destination, SinkSetup};
use flowz_api::table::{TableId, TableKind};

use super::writer::Writer;
use super::{Batch, Fate, Limits, Message, Outbox, name};
use crate::common::delivery::{Carrier, Refusal};
use crate::test_support::{column, small_record, table};

fn key(source: &IpText, destination: &IpText) -> String {
    let columns = [("dstIP", Type::Ip), ("flowInd", Type::U64), ("srcIP", Type::Ip)]
        .map(|c| column(c.0, c.1));
    let mut record = Record::new();
    destination.put(&mut record);
    7_u64.put(&mut record);
    source.put(&mut record);
    let mut writer = Writer::new(1);
    let schema = Schema { columns: columns.to_vec() };
    writer.open(0, &schema);
    writer.row(0, &record);
    let (batch, _) = writer.take();
    String::from_utf8(batch.text(&batch.messages()[0].key).to_vec()).unwrap()
}

#[test]
fn both_directions_have_one_key() {
    let (one, other) = (IpText::V4([10, 0, 0, 1]), IpText::V4([9, 0, 0, 1]));
    assert_eq!(key(&one, &other), "10.0.0.1 9.0.0.1");
    assert_eq!(key(&other, &one), "10.0.0.1 9.0.0.1");
    assert_eq!(key(&one, &IpText::None), "7");
}

#[test]
fn what_is_to_be_sent_again_stays() {
    let message = |number| Message { table: 0, number, text: 0..1, key: 1..2 };
    let mut batch = Batch::new(Bytes::from_static(b"ab"), (0..4).map(message).collect());
    assert_eq!((batch.text(&(1..2)), batch.rows()), (&b"b"[..], 4));
    batch.settle(&[Fate::Taken, Fate::Again, Fate::Lost, Fate::Again], "too long");
    assert_eq!(batch.messages().iter().map(|m| m.number).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(batch.rows(), 3);
    batch.settle(&[Fate::Lost, Fate::Taken], "no answer");
    assert_eq!(batch.rows(), 2);
    assert_eq!(batch.outcome(), Err(Refusal::Batch("too long".to_owned())));
}

#[test]
fn names_are_those_that_servers_take() {
    assert_eq!(name("a.b-c_1", "X", "flows").unwrap(), "a.b-c_1.flows");
    for bad in ["", "a..b", ".a", "a.", "a b", "a.*", "a.>", "é", &"x".repeat(151)] {
        let error = name(bad, "X", "flows").unwrap_err().to_string();
        assert!(error.starts_with("X="), "{error}");
    }
}

/// Keeps what it gets.
struct Keeping(Arc<Mutex<Vec<(usize, u64, String)>>>);

impl Carrier for Keeping {
    type Batch = Batch;

    fn deliver(&mut self, batch: &mut Batch) -> Result<(), Refusal> {
        let text = |m: &Message| String::from_utf8(batch.shared(m).to_vec()).unwrap();
        let all = batch.messages().iter().map(|m| (m.table, m.number, text(m)));
        self.0.lock().unwrap().extend(all);
        batch.settle(&vec![Fate::Taken; batch.messages().len()], "");
        batch.outcome()
    }

    fn rows(batch: &Batch) -> u64 {
        batch.rows()
    }
}

#[derive(Debug, Default)]
struct Log(Mutex<Vec<Delivery>>);

impl DeliveryLog for Log {
    fn note(&self, delivery: Delivery) {
        self.0.lock().unwrap().push(delivery);
    }
}

#[test]
fn rows_do_not_wait_for_ever_and_all_arrive() {
    let tables = [table("flows", TableKind::Flows), table("dns", TableKind::Plugin)];
    let log = Arc::new(Log::default());
    let destination = Destination {
        only_requested: true,
        deliveries: Some(Arc::clone(&log) as Arc<dyn DeliveryLog>),
        ..Destination::default()
    };
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    let kept = Arc::new(Mutex::new(Vec::new()));
    let limits = Limits { messages: 3, patience: Duration::ZERO, queue: 1 };
    let mut outbox = Outbox::start(Keeping(Arc::clone(&kept)), "keeping", limits, &setup).unwrap();
    outbox.record(TableId(0), &tables[0], &small_record(1));
    outbox.record(TableId(1), &tables[1], &small_record(1));
    while kept.lock().unwrap().is_empty() {
        thread::sleep(Duration::from_millis(10));
    }
    for n in 2..=10 {
        outbox.record(TableId(0), &tables[0], &small_record(n));
    }
    outbox.finish().unwrap();
    let kept = kept.lock().unwrap();
    assert_eq!(kept.len(), 10, "a table that nobody asked for is not sent");
    for (n, (table, number, text)) in kept.iter().enumerate() {
        assert_eq!((*table, *number), (0, n as u64));
        assert!(text.starts_with(&format!(r#"{{"dir":"A","flowInd":{},"#, n + 1)), "{text}");
    }
    let deliveries = log.0.lock().unwrap();
    assert_eq!((deliveries[0].delivered, deliveries[0].lost), (10, 0));
}
