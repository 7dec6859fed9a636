//! Times of single parts: reading, decoding, looking a flow up, writing rows as text.
#![forbid(unsafe_code)]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use flowz_api::flow::{Flow, FlowId};
use flowz_api::key::FlowKey;
use flowz_api::layers::{Layers, Net};
use flowz_api::packet::Timestamp;
use flowz_api::registry;
use flowz_api::sink::{Destination, Sink, SinkSetup};
use flowz_api::status::FlowStat;
use flowz_api::table::{Table, TableId, TableKind};
use flowz_benches::{Rows, capture, open, packets, rows};
use flowz_decode::{Settings, decode};
use flowz_engine::table::FlowTable;

/// Many short flows; TCP with losses; HTTP.
const CAPTURES: [&str; 3] = ["many.pcap", "loss.pcap", "web.pcap"];

/// From the bytes of a file to packets.
fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("read");
    for name in CAPTURES {
        let bytes = capture(name);
        group.throughput(Throughput::Elements(packets(bytes.clone()).len() as u64));
        group.bench_function(name, |b| {
            b.iter_batched(
                || open(bytes.clone()),
                |mut input| {
                    while let Some(packet) = input.next_packet() {
                        black_box(packet.data);
                    }
                    input
                },
                BatchSize::LargeInput,
            );
        });
    }
}

/// From packets to layers.
fn layers(c: &mut Criterion) {
    let mut group = c.benchmark_group("decode");
    for name in CAPTURES {
        let all = packets(capture(name));
        group.throughput(Throughput::Elements(all.len() as u64));
        group.bench_function(name, |b| {
            let mut layers = Layers::default();
            b.iter(|| {
                for kept in &all {
                    black_box(decode(&kept.packet(), Settings::default(), &mut layers).is_ok());
                    black_box(&layers);
                }
            });
        });
    }
}

/// One look-up in tables of several sizes, each time of another flow.
fn look_up(c: &mut Criterion) {
    let mut group = c.benchmark_group("look-up");
    group.throughput(Throughput::Elements(1));
    for flows in [1_000_u32, 100_000, 1_000_000] {
        let mut table = FlowTable::default();
        for n in 0..flows {
            let key = key(n);
            table.insert(&key, flow(n), None);
        }
        group.bench_function(BenchmarkId::from_parameter(flows), |b| {
            let mut n = 0;
            b.iter(|| {
                // A stride with no divisor in common with the sizes, so that all flows have their turn.
                n = (n + 514_229) % flows;
                black_box(table.find(&key(n)))
            });
        });
    }
}

/// The key of a TCP flow.
fn key(n: u32) -> FlowKey {
    let mut key =
        FlowKey { dst_port: 443, ethertype: 0x0800, proto: 6, net: Net::V4, ..FlowKey::default() };
    key.src[..4].copy_from_slice(&(0x0a00_0000 | n >> 4).to_be_bytes());
    key.dst[..4].copy_from_slice(&[192, 0, 2, 1]);
    key.src_port = 1024 + (n & 15) as u16;
    key
}

fn flow(n: u32) -> Flow {
    Flow {
        id: FlowId(n.into()),
        first: Timestamp(0),
        last: Timestamp(0),
        status: FlowStat::empty(),
    }
}

/// Rows written to each file: so many that making the file hardly counts.
const ROWS: usize = 20_000;

/// The rows of a run, again and again, as text in a file, which is made anew each time.
fn text(c: &mut Criterion) {
    flowz_sinks::link();
    let folder = std::env::temp_dir().join(format!("flowz-benches-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder for temporary files can be written to");
    let mut group = c.benchmark_group("text");
    for name in CAPTURES {
        let rows = rows(&packets(capture(name)));
        group.throughput(Throughput::Elements(ROWS as u64));
        group.bench_function(name, |b| {
            b.iter_batched(
                || sink(&folder, &rows),
                |sink| write(sink, &rows),
                BatchSize::PerIteration,
            );
        });
    }
    drop(group);
    fs::remove_dir_all(&folder).expect("the folder is ours");
}

fn table(rows: &Rows) -> Table {
    Table { name: "flows", kind: TableKind::Flows, doc: "", schema: rows.schema.clone() }
}

/// The standard sink, with its headers written.
fn sink(folder: &Path, rows: &Rows) -> Box<dyn Sink> {
    let all = registry::sinks();
    let entry = all.iter().find(|entry| entry.info.name == "txt").expect("the standard sink");
    let mut sink = (entry.settings)().make();
    let prefix: PathBuf = folder.join("rows");
    let destination = Destination { prefix, ..Destination::default() };
    let tables = [table(rows)];
    let setup = SinkSetup { tables: &tables, destination: &destination, preamble: &[] };
    sink.start(&setup).expect("the files can be made");
    sink
}

fn write(mut sink: Box<dyn Sink>, rows: &Rows) {
    let table = table(rows);
    for record in rows.records.iter().cycle().take(ROWS) {
        sink.record(TableId::FLOWS, &table, record).expect("the rows can be written");
    }
    sink.finish().expect("the files can be completed");
}

criterion_group!(benches, read, layers, look_up, text);
criterion_main!(benches);
