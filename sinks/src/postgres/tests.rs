//! Rows as bytes, tables as statements, and servers that are not there. `cargo xtask sinks postgres` has real ones.

use std::net::TcpListener;
use std::time::Duration;

use flowz_api::cell::{Cell, Dir, Hex8, Hex64, IpText, Label, List, Mac, Payload, Text, Time};
use flowz_api::column::{Schema, Type};
use flowz_api::sink::{NamedSink, Sink, SinkSetup};
use flowz_api::table::{Table, TableKind};

use super::Postgres;
use super::connect::Connector;
use super::encode::{self, Scratch};
use super::schema;
use super::toggles::PsqlToggles;
use crate::test_support::{TempDir, column, one, table};

/// The bytes of a value's cells, behind those of the run.
fn sent<C: Cell>(value: &C) -> Vec<u8> {
    let (schema, record) = one(value);
    let tables = [Table { name: "flows", kind: TableKind::Flows, doc: "", schema }];
    let plans = schema::plans(&tables, |_| true, "").unwrap();
    let mut out = Vec::new();
    encode::row(&mut out, plans[0].as_ref().unwrap(), 5, &record, &mut Scratch::default());
    let fields = if matches!(C::TYPE, Type::Time) { 3 } else { 2 };
    let begin = [0, fields, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 5];
    assert_eq!(out[..begin.len()], begin);
    out.split_off(begin.len())
}

#[test]
fn numbers() {
    assert_eq!(sent(&7_u8), [0, 0, 0, 2, 0, 7]);
    assert_eq!(sent(&-1_i16), [0, 0, 0, 2, 255, 255]);
    assert_eq!(sent(&Hex8(0x80)), [0, 0, 0, 2, 0, 0x80]);
    assert_eq!(sent(&u16::MAX), [0, 0, 0, 4, 0, 0, 255, 255]);
    assert_eq!(sent(&u32::MAX), [0, 0, 0, 8, 0, 0, 0, 0, 255, 255, 255, 255]);
    assert_eq!(sent(&Hex64(u64::MAX)), [0, 0, 0, 8, 255, 255, 255, 255, 255, 255, 255, 255]);
    assert_eq!(sent(&1.0_f32), [0, 0, 0, 4, 0x3f, 0x80, 0, 0]);
    assert_eq!(sent(&None::<u32>), [255; 4]);
}

/// Digits to the base 10,000, behind their number, the power of the first one, the sign and the scale.
#[test]
fn numbers_of_twenty_digits() {
    assert_eq!(sent(&0_u64), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(sent(&7_u64), [0, 0, 0, 10, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7]);
    assert_eq!(sent(&10_000_u64), [0, 0, 0, 10, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1]);
    // 1844 6744 0737 0955 1615.
    let most =
        [0, 0, 0, 18, 0, 5, 0, 4, 0, 0, 0, 0, 7, 0x34, 0x1a, 0x58, 2, 0xe1, 3, 0xbb, 6, 0x4f];
    assert_eq!(sent(&u64::MAX), most);
}

#[test]
fn moments_have_their_nanoseconds_behind_them() {
    let time = Time { seconds: 946_684_801, nanos: 1_999 };
    assert_eq!(sent(&time), [0, 0, 0, 8, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x41, 0, 0, 0, 2, 3, 0xe7]);
    assert_eq!(sent(&Time { seconds: u64::MAX >> 2, nanos: 0 })[4..12], i64::MAX.to_be_bytes());
}

#[test]
fn texts_and_addresses() {
    assert_eq!(sent(&Text(b"a\0\xff")), *b"\0\0\0\x09a\\x00\\xff");
    assert_eq!(sent(&Dir(b'A')), *b"\0\0\0\x01A");
    assert_eq!(sent(&Dir(0)), *b"\0\0\0\x04\\x00");
    assert_eq!(sent(&Payload(b"a\0")), *b"\0\0\0\x02a\0");
    assert_eq!(sent(&Mac([1, 2, 3, 4, 5, 6])), [0, 0, 0, 6, 1, 2, 3, 4, 5, 6]);
    assert_eq!(sent(&IpText::V4([10, 0, 0, 1])), [0, 0, 0, 8, 2, 32, 0, 4, 10, 0, 0, 1]);
    assert_eq!(sent(&IpText::V6([9; 16]))[..8], [0, 0, 0, 20, 3, 128, 0, 16]);
    assert_eq!(sent(&IpText::None), [255; 4]);
}

#[test]
fn lists_and_compounds() {
    let array = [
        &[0, 0, 0, 28, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 21, 0, 0, 0, 2, 0, 0, 0, 1][..],
        &[0, 0, 0, 2, 0, 9, 255, 255, 255, 255],
    ];
    let mut expected = array.concat();
    expected[3] = (expected.len() - 4) as u8;
    assert_eq!(sent(&List(&[Some(9_u8), None])), expected);
    assert_eq!(sent(&List::<Label<'_>>(&[])), [0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 25]);
    assert_eq!(sent(&(1_u8, 2_u8)), *b"\0\0\0\x10\x01{\"f1\":1,\"f2\":2}");
}

#[test]
fn statements() {
    let mut table = table("flows", TableKind::Flows);
    table.doc = "It's a flow";
    table.schema = Schema {
        columns: vec![
            column("timeFirst", Type::Time),
            column("U", Type::U64),
            column("u", Type::Ip),
            column("l", Type::List(&Type::H16)),
            column("n", Type::List(&Type::List(&Type::U8))),
            column("run", Type::F64),
        ],
    };
    table.schema.columns[1].unit = "s";
    table.schema.columns[1].doc = "It's";
    let plans = schema::plans(&[table], |_| true, "a_").unwrap();
    let plan = plans[0].as_ref().unwrap();
    assert_eq!(
        plan.create("x"),
        "CREATE TABLE \"x\".\"a_flows\" (\"run\" bigint, \"timefirst\" timestamp with time zone, \"timefirst_ns\" smallint, \
         \"u\" numeric(20,0), \"u_2\" inet, \"l\" integer[], \"n\" jsonb, \"run_2\" double precision);"
    );
    assert_eq!(
        plan.extend("x", &[3, 5]),
        "ALTER TABLE \"x\".\"a_flows\" ADD COLUMN \"u\" numeric(20,0), ADD COLUMN \"l\" integer[];"
    );
    assert_eq!(
        plan.comment("x", &[3]),
        "COMMENT ON TABLE \"x\".\"a_flows\" IS 'It''s a flow';\
         COMMENT ON COLUMN \"x\".\"a_flows\".\"u\" IS 'U: It''s [s] (test)';"
    );
    assert!(plan.copy("x").starts_with("COPY \"x\".\"a_flows\" (\"run\", \"timefirst\""));
}

fn refused(toggles: &PsqlToggles) -> String {
    let dir = TempDir::new("postgres-refused");
    let (tables, destination) = ([table("flows", TableKind::Flows)], dir.destination(None));
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    Postgres::new(toggles).start(&setup).unwrap_err().to_string()
}

#[test]
fn what_cannot_be_reached_is_refused() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let address = format!("postgres://me:secret@{closed}/db");
    let toggles = PsqlToggles { address: (&*address).into(), wait: 0, ..PsqlToggles::default() };
    let told = refused(&toggles);
    assert!(told.contains(&format!("postgres://me:***@{closed}/db")), "{told}");
    assert!(told.contains("refused") && !told.contains("secret"), "{told}");
    let toggles =
        PsqlToggles { address: "postgres://h:secret:x/".into(), ..PsqlToggles::default() };
    let told = refused(&toggles);
    assert!(told.contains("is no address") && !told.contains("secret"), "{told}");
    let wide: Vec<_> = (0..1600).map(|n| column(&format!("c{n}"), Type::U8)).collect();
    let wide = Table { schema: Schema { columns: wide }, ..table("flows", TableKind::Flows) };
    let told = schema::plans(&[wide], |_| true, "").unwrap_err().to_string();
    assert!(told.contains("1601 columns"), "{told}");
}

/// A server that ends each connection is tried until the wait is over.
#[test]
fn a_server_that_starts_is_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("postgres://{}/?sslmode=disable", listener.local_addr().unwrap());
    let toggles = PsqlToggles { address: (&*address).into(), ..PsqlToggles::default() };
    let server = std::thread::spawn(move || listener.incoming().take(3).count());
    let connector = Connector::new(&toggles).unwrap();
    assert!(connector.connect_within(Duration::from_millis(600)).is_err());
    assert_eq!(server.join().unwrap(), 3);
}
