//! All metrics: names, what they mean, and their values in a snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use flowz_api::packet::Timestamp;
use flowz_engine::counters::Volume;
use flowz_engine::end_reason::EndReason;

use crate::snapshot::{Interface, SinkState, Snapshot};

/// A metric with all its values.
#[derive(Clone, Debug)]
pub(super) struct Family {
    /// Its name; that of a counter is followed by `_total`.
    pub(super) name: &'static str,
    /// What it is, a sentence without its point.
    pub(super) help: &'static str,
    /// Only grows.
    pub(super) is_counter: bool,
    /// Values by labels.
    pub(super) values: Vec<(Labels, Value)>,
}

/// A value.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Value {
    /// A count, a number of bytes.
    Whole(u64),
    /// A time.
    Real(f64),
}

/// Names and values of labels.
pub(super) type Labels = Vec<(&'static str, String)>;

impl Family {
    fn counter(name: &'static str, help: &'static str, value: u64) -> Self {
        Self { name, help, is_counter: true, values: vec![(Labels::new(), Value::Whole(value))] }
    }

    fn gauge(name: &'static str, help: &'static str, value: Option<Value>) -> Self {
        let values = value.map(|value| (Labels::new(), value)).into_iter().collect();
        Self { name, help, is_counter: false, values }
    }

    /// One value for each value of a label; those that have the same are added up.
    fn by(
        (name, help): (&'static str, &'static str),
        label: &'static str,
        values: impl IntoIterator<Item = (String, u64)>,
    ) -> Self {
        let mut sums = BTreeMap::new();
        for (key, value) in values {
            *sums.entry(key).or_insert(0) += value;
        }
        let labelled =
            sums.into_iter().map(|(key, value)| (vec![(label, key)], Value::Whole(value)));
        Self { name, help, is_counter: true, values: labelled.collect() }
    }

    fn into_gauge(self) -> Self {
        Self { is_counter: false, ..self }
    }
}

/// All of them; those without any value are left out.
pub(super) fn families(s: &Snapshot, age: Duration, version: &str) -> Vec<Family> {
    let parts =
        [about(s, age, version), packets(s), flows(s), input(s), interfaces(s), sinks(s)].concat();
    parts.into_iter().filter(|family| !family.values.is_empty()).collect()
}

/// The program, its time and its memory.
fn about(s: &Snapshot, age: Duration, version: &str) -> Vec<Family> {
    let seconds = |time: Timestamp| time.seconds() as f64 + f64::from(time.subsec_nanos()) / 1e9;
    let started = Value::Real(seconds(s.moment.wall) - s.moment.elapsed.as_secs_f64());
    let labels = vec![("version", version.to_owned()), ("sensor", s.sensor.to_string())];
    vec![
        Family {
            name: "flowz_build_info",
            help: "Version of the program and number of its sensor; always 1",
            is_counter: false,
            values: vec![(labels, Value::Whole(1))],
        },
        Family::gauge("flowz_start_time_seconds", "When the run began, since 1970", Some(started)),
        Family::gauge(
            "flowz_packet_time_seconds",
            "Time of the latest packet, since 1970",
            s.packet_time().map(|time| Value::Real(seconds(time))),
        ),
        Family::gauge(
            "flowz_snapshot_age_seconds",
            "How old these figures are",
            Some(Value::Real(age.as_secs_f64())),
        ),
        Family::gauge("flowz_memory_bytes", "Resident memory", s.memory.resident.map(Value::Whole)),
        Family::gauge(
            "flowz_memory_peak_bytes",
            "Most resident memory",
            s.memory.peak.map(Value::Whole),
        ),
    ]
}

fn words<const N: usize>(values: [(&str, u64); N]) -> Vec<(String, u64)> {
    values.map(|(key, value)| (key.to_owned(), value)).into()
}

fn packets(s: &Snapshot) -> Vec<Family> {
    let c = &s.counters;
    let [a, b] = c.directions;
    let layers = [("layer2", c.layer2), ("ipv4", c.ipv4), ("ipv6", c.ipv6)];
    let fragments = [("ipv4", c.ipv4_fragments), ("ipv6", c.ipv6_fragments)];
    let reasons = c.without_flow_by_reason().map(|(reason, n)| (token(reason), n));
    let protocols = |part: fn(&Volume) -> u64| {
        let volumes = [
            ("arp", c.arp),
            ("icmp", c.icmp),
            ("icmpv6", c.icmpv6),
            ("rarp", c.rarp),
            ("sctp", c.sctp),
            ("tcp", c.tcp),
            ("udp", c.udp),
        ];
        words(volumes.map(|(name, volume)| (name, part(&volume))))
    };
    vec![
        Family::counter("flowz_packets", "Packets read", c.read.packets),
        Family::counter("flowz_bytes", "Captured bytes of packets read", c.read.bytes),
        Family::counter("flowz_wire_bytes", "Bytes on the wire of packets read", c.wire_bytes),
        Family::by(("flowz_layer_packets", "Packets of flows, by layer"), "layer", words(layers)),
        Family::by(
            ("flowz_direction_packets", "Packets of flows, by direction"),
            "direction",
            words([("A", a.packets), ("B", b.packets)]),
        ),
        Family::by(
            ("flowz_direction_bytes", "Captured bytes of packets of flows, by direction"),
            "direction",
            words([("A", a.bytes), ("B", b.bytes)]),
        ),
        Family::by(
            ("flowz_protocol_packets", "Packets, by protocol"),
            "protocol",
            protocols(|volume| volume.packets),
        ),
        Family::by(
            ("flowz_protocol_bytes", "Captured bytes, by protocol"),
            "protocol",
            protocols(|volume| volume.bytes),
        ),
        Family::by(("flowz_fragments", "Fragments, by version of IP"), "version", words(fragments)),
        Family::by(
            ("flowz_packets_without_flow", "Packets that form no flow, by reason"),
            "reason",
            reasons,
        ),
        Family::counter("flowz_duplicate_packets", "Packets dropped as duplicates", c.duplicates),
        Family::counter(
            "flowz_packets_of_other_shards",
            "Packets that are left to other runs (--shard)",
            c.other_shards,
        ),
    ]
}

fn flows(s: &Snapshot) -> Vec<Family> {
    let f = s.counters.flows;
    let ended = EndReason::ALL.iter().zip(f.ended);
    let ended = ended.map(|(reason, n)| (reason.word().to_owned(), n));
    let most = Some(Value::Whole(s.counters.max_live as u64));
    let open = Some(Value::Whole(s.open));
    vec![
        Family::gauge("flowz_flows_open", "Flows (directions) in the table", open),
        Family::gauge("flowz_flows_open_peak", "Most flows that were in the table at once", most),
        Family::gauge(
            "flowz_flows_limit",
            "Most flows that may be there",
            s.limit.map(Value::Whole),
        ),
        Family::by(
            ("flowz_flows_created", "Flows that began, by direction"),
            "direction",
            words([("A", f.a), ("B", f.b)]),
        ),
        Family::by(("flowz_flows_ended", "Flows that ended, by reason"), "reason", ended),
        Family::counter("flowz_alarms", "Flows that a plugin has raised an alarm about", s.alarms),
    ]
}

fn input(s: &Snapshot) -> Vec<Family> {
    let mut out = vec![
        Family::counter("flowz_reordered_packets", "Packets put in order", s.input.moved),
        Family::counter("flowz_late_packets", "Packets too late to be put in order", s.input.late),
    ];
    if s.input.interfaces.is_empty() {
        let total = s.input.total.map(Value::Whole);
        out.push(Family::counter("flowz_input_read_bytes", "Bytes of files read", s.input.bytes));
        out.push(Family::gauge("flowz_input_size_bytes", "Bytes of all files", total));
    }
    out
}

fn interfaces(s: &Snapshot) -> Vec<Family> {
    let count = |what, of: fn(&Interface) -> u64| {
        let counts = s.input.interfaces.iter();
        let counts = counts.map(|interface| (interface.name.clone(), of(interface)));
        Family::by(what, "interface", counts)
    };
    vec![
        count(
            (
                "flowz_kernel_received_packets",
                "Packets that the kernel received, with those that it dropped",
            ),
            |i| i.received,
        ),
        count(
            ("flowz_kernel_dropped_packets", "Packets that the kernel dropped for want of room"),
            |i| i.dropped,
        ),
        count(("flowz_interface_dropped_packets", "Packets that the interface dropped"), |i| {
            i.interface_dropped
        }),
    ]
}

fn sinks(s: &Snapshot) -> Vec<Family> {
    let count = |what, of: fn(&SinkState) -> Option<u64>| {
        let counts = s.sinks.iter();
        Family::by(what, "sink", counts.filter_map(|sink| Some((sink.name.clone(), of(sink)?))))
    };
    vec![
        count(("flowz_sink_rows", "Rows written"), |sink| Some(sink.rows)),
        count(("flowz_sink_dropped_rows", "Rows dropped for want of room"), |sink| {
            Some(sink.dropped)
        }),
        count(("flowz_sink_errors", "Times that writing failed"), |sink| Some(sink.errors)),
        count(("flowz_sink_queue_bytes", "Bytes that wait to be written"), |sink| {
            Some(sink.queue?.bytes)
        })
        .into_gauge(),
        count(("flowz_sink_queue_limit_bytes", "Most bytes that may wait"), |sink| {
            Some(sink.queue?.limit)
        })
        .into_gauge(),
    ]
}

/// Words as one: `IPv4 header length below 20` is `ipv4_header_length_below_20`.
fn token(words: &str) -> String {
    let letters = words.chars().map(|c| match c.to_ascii_lowercase() {
        c if c.is_ascii_alphanumeric() => c,
        _ => '_',
    });
    letters.collect()
}
