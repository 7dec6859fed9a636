//! A report as one line with tabs, and the line that names its columns.

use flowz_engine::counters::Volume;

use crate::snapshot::Snapshot;

/// A column: its name and its value.
type Column = (&'static str, String);

/// The line with the names.
pub(super) fn header(snapshot: &Snapshot) -> String {
    let names: Vec<_> = columns(snapshot, false).into_iter().map(|(name, _)| name).collect();
    format!("%{}", names.join("\t"))
}

/// The line with the values.
pub(super) fn line(snapshot: &Snapshot, differences: bool) -> String {
    let columns = columns(snapshot, differences);
    let values: Vec<_> = columns.iter().map(|(_, value)| value.as_str()).collect();
    values.join("\t")
}

/// All columns, in the reference's order. Those of interfaces are only there if packets come from some.
fn columns(s: &Snapshot, differences: bool) -> Vec<Column> {
    let mut out = Vec::new();
    let kind = if differences { "USR1MR_D" } else { "USR1MR_A" };
    let time = s.packet_time().unwrap_or_default();
    out.push(("repType", kind.to_owned()));
    out.push(("sensorID", s.sensor.to_string()));
    out.push(("time", time.to_string()));
    out.push(("duration", flowz_api::packet::Timestamp(s.duration()).to_string()));
    if let Some(captured) = s.captured() {
        out.push(("pktsRec", captured.received.to_string()));
        out.push(("pktsDrp", captured.dropped.to_string()));
        out.push(("ifDrp", captured.interface_dropped.to_string()));
    }
    for (name, value) in counts(s) {
        out.push((name, value.to_string()));
    }
    out.push(("rawBandwidth", format!("{:.3}", raw_bandwidth(s))));
    out.push(("globalWarn", format!("0x{:016x}", s.counters.status.bits())));
    for ([packets, bytes], volume) in protocols(s) {
        out.push((packets, volume.packets.to_string()));
        out.push((bytes, volume.bytes.to_string()));
    }
    out
}

/// Whole numbers.
fn counts(s: &Snapshot) -> [(&'static str, u64); 18] {
    let c = &s.counters;
    let [a, b] = c.directions;
    [
        ("memUsageKB", s.memory.resident.unwrap_or(0) / 1024),
        ("fillSzHashMap", s.open),
        ("numFlows", c.flows.a + c.flows.b),
        ("numAFlows", c.flows.a),
        ("numBFlows", c.flows.b),
        ("numPkts", c.read.packets),
        ("numAPkts", a.packets),
        ("numBPkts", b.packets),
        ("numL2Pkts", c.layer2),
        ("numV4Pkts", c.ipv4),
        ("numV6Pkts", c.ipv6),
        // The reference counts each of them twice.
        ("numVxPkts", if s.compat { 2 * c.inside.ipvx } else { c.inside.ipvx }),
        ("numBytes", c.read.bytes),
        ("numABytes", a.bytes),
        ("numBBytes", b.bytes),
        ("numFrgV4Pkts", c.ipv4_fragments),
        ("numFrgV6Pkts", c.ipv6_fragments),
        ("numAlarms", s.alarms),
    ]
}

/// Bits per second on the wire.
fn raw_bandwidth(s: &Snapshot) -> f64 {
    let seconds = s.duration() as f64 / 1e9;
    if seconds > 0.0 { 8.0 * s.counters.wire_bytes as f64 / seconds } else { 0.0 }
}

/// Packets and bytes of ethertypes and protocols.
fn protocols(s: &Snapshot) -> [([&'static str; 2], Volume); 7] {
    let c = &s.counters;
    [
        (["0x0806Pkts", "0x0806Bytes"], c.arp),
        (["0x8035Pkts", "0x8035Bytes"], c.rarp),
        (["TCPPkts", "TCPBytes"], c.tcp),
        (["UDPPkts", "UDPBytes"], c.udp),
        (["ICMPPkts", "ICMPBytes"], c.icmp),
        (["ICMPv6Pkts", "ICMPv6Bytes"], c.icmpv6),
        (["SCTPPkts", "SCTPBytes"], c.sctp),
    ]
}
