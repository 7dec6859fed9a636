//! The end report's lines about the run as a whole.

use std::fmt::Write as _;

use flowz_api::expect::ExpectationCounts;
use flowz_api::packet::LinkType;
use flowz_api::report::{Human, Part, Report, Severity, Totals, counted};
use flowz_api::status::FlowStat;

use crate::counters::Counters;
use crate::output::FileCounts;

/// What the report needs to know of the input.
#[derive(Clone, Copy, Debug, Default)]
pub struct InputFacts {
    /// Bytes of all files, without compression.
    pub file_bytes: u64,
    /// Bytes of them that could be read.
    pub bytes_read: u64,
    /// Number of files.
    pub files: u64,
    /// Packets put in front of others that had arrived before them.
    pub moved: u64,
    /// Packets that came too late to be put in order.
    pub late: u64,
    /// What the kernel has counted, if interfaces are read and no files.
    pub live: Option<LiveCounts>,
}

/// Packets of interfaces as the kernel has counted them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LiveCounts {
    /// Those that the filter let through, with those that found no room.
    pub received: u64,
    /// Those that found no room in the kernel's ring.
    pub dropped: u64,
    /// Those that the interfaces or their drivers dropped.
    pub dropped_by_interface: u64,
}

impl LiveCounts {
    /// Those of two engines that share the same interfaces: what an interface drops itself both are told.
    #[must_use]
    pub fn shared_with(self, other: Self) -> Self {
        Self {
            received: self.received + other.received,
            dropped: self.dropped + other.dropped,
            dropped_by_interface: self.dropped_by_interface.max(other.dropped_by_interface),
        }
    }
}

/// Bytes of a capture file's header, and of a record's.
const FILE_HEADER: u64 = 24;
const RECORD_HEADER: u64 = 16;

/// Flows for which the reference has room by default; its report relates to that.
const REFERENCE_CAPACITY: u64 = 262_144;

/// The totals that plugins refer to.
pub fn totals(c: &Counters) -> Totals {
    Totals {
        packets: c.read.packets,
        flow_bytes: c.directions[0].bytes + c.directions[1].bytes,
        tcp_packets: c.tcp.packets,
        flows: c.flows.all,
    }
}

fn completed(c: &Counters, input: &InputFacts, compat: bool, out: &mut Report) {
    // The reference reckons with the records of classic pcap, which is too little for pcapng.
    let reckoned = FILE_HEADER * input.files + c.read.bytes + RECORD_HEADER * c.read.packets;
    let consumed = if compat { reckoned } else { input.bytes_read };
    let share = 100.0 * consumed as f32 / (input.file_bytes.max(1)) as f32;
    out.line("Percentage completed", [text(format!("{share:.2}%"))]);
}

fn of_interfaces(live: LiveCounts, out: &mut Report) {
    count(out, "Number of packets received", live.received);
    share_of(out, "Number of packets dropped by kernel", live.dropped, live.received);
    let by_interface = live.dropped_by_interface;
    share_of(out, "Number of packets dropped by interface", by_interface, live.received);
    if live.dropped + by_interface > 0 {
        let lost = live.dropped + by_interface;
        let lost = counted(lost, "packet was", "packets were");
        out.remark(Severity::Warning, format!("{lost} lost on the way to flowz"));
    }
}

/// How far the input was read, packets and bytes.
pub fn volume(c: &Counters, input: &InputFacts, compat: bool, out: &mut Report) {
    match input.live {
        None => completed(c, input, compat, out),
        Some(live) => of_interfaces(live, out),
    }
    packets(c, input, compat, out);
}

/// Packets and bytes, by layer and direction.
pub fn packets(c: &Counters, input: &InputFacts, compat: bool, out: &mut Report) {
    count(out, "Number of processed packets", c.read.packets);
    count(out, "Number of processed bytes", c.read.bytes);
    count(out, "Number of raw bytes", c.wire_bytes);
    count(out, "Number of pad bytes", c.pad_bytes);
    count(out, "Number of pcap bytes", input.file_bytes);
    let of_packets = c.read.packets;
    share_of(out, "Number of L2 packets", c.layer2, of_packets);
    share_of(out, "Number of IPv4 packets", c.ipv4, of_packets);
    share_of(out, "Number of IPv6 packets", c.ipv6, of_packets);
    // The reference counts each of them twice.
    let ipvx = if compat { 2 * c.inside.ipvx } else { c.inside.ipvx };
    share_of(out, "Number of IPvX packets", ipvx, of_packets);
    let [a, b] = c.directions;
    let with_flow = a.packets + b.packets;
    let without = of_packets - with_flow - c.duplicates - c.other_shards;
    if with_flow > 0 {
        share_of(out, "Number of packets without flow", without, of_packets);
    }
    share_of(out, "Number of duplicate packets dropped", c.duplicates, of_packets);
    share_of(out, "Number of packets of other shards", c.other_shards, of_packets);
    share_of(out, "Number of packets put in order", input.moved, of_packets);
    share_of(out, "Number of packets too late to be put in order", input.late, of_packets);
    share_of(out, "Number of A packets", a.packets, with_flow);
    share_of(out, "Number of B packets", b.packets, with_flow);
    share_of(out, "Number of A bytes", a.bytes, a.bytes + b.bytes);
    share_of(out, "Number of B bytes", b.bytes, a.bytes + b.bytes);
    for (n, (name, volume)) in [("<A packet load>", a), ("<B packet load>", b)].iter().enumerate() {
        out.line(*name, [Part::Ratio(volume.mean())]);
        if let Some(extremes) = &c.rate_extremes {
            extremes.packet_loads(n, out);
        }
    }
}

/// Headers and protocols.
pub fn protocols(c: &Counters, compat: bool, out: &mut Report) {
    if c.describes {
        let d = c.depth;
        let range = format!("min: {}, max: {}, avg: {:.2}", d.min, d.max, d.mean);
        out.line("Headers count", [text(range)]);
    }
    count(out, "Max VLAN header count", u64::from(c.max_vlan));
    count(out, "Max MPLS header count", u64::from(c.max_mpls));
    let packets = c.read.packets;
    let plain = [
        ("Number of LLC packets", c.inside.llc),
        ("Number of ARP packets", c.arp.packets),
        ("Number of RARP packets", c.rarp.packets),
        ("Number of GRE packets", c.inside.gre),
        ("Number of LAPD packets", c.inside.lapd),
        ("Number of Teredo packets", c.inside.teredo),
        ("Number of AYIYA packets", c.inside.ayiya),
        ("Number of IGMP packets", c.igmp),
        ("Number of ICMP packets", c.icmp.packets),
        ("Number of ICMPv6 packets", c.icmpv6.packets),
    ];
    for (key, n) in plain {
        share_of(out, key, n, packets);
    }
    let [unknown, tied] = c.icmp_errors;
    share_of(out, "Number of ICMP errors about known flows", tied, tied + unknown);
    share_of(out, "Number of ICMP errors about unknown flows", unknown, tied + unknown);
    for (name, volume) in [("TCP", c.tcp), ("UDP", c.udp), ("SCTP", c.sctp)] {
        share_of(out, format!("Number of {name} packets"), volume.packets, packets);
        share_of(out, format!("Number of {name} bytes"), volume.bytes, c.read.bytes);
    }
    if !compat {
        count(out, "Number of SCTP parts", c.sctp_parts);
    }
    share_of(out, "Number of DTLS packets", c.dtls, packets);
    share_of(out, "Number of IPv4 fragmented packets", c.ipv4_fragments, c.ipv4);
    share_of(out, "Number of IPv6 fragmented packets", c.ipv6_fragments, c.ipv6);
    if let Some(reassembly) = &c.reassembly {
        reassembly.report(out);
    }
}

/// Flows, their directions and packets per flow.
pub fn flows(c: &Counters, out: &mut Report) {
    let f = c.flows;
    if f.all == 0 {
        return;
    }
    count(out, "Number of processed      flows", f.all);
    if let Some(n) = c.left_out {
        out.line("Number of flows that --where left out", [Part::Count(n), Part::Share(n, f.all)]);
    }
    if let Some(n) = c.without_alarm {
        let parts = [Part::Count(n), Part::Share(n, f.all)];
        out.line("Number of flows that alarm mode left out", parts);
    }
    share_of(out, "Number of interim records of flows", c.interim, f.all);
    share_of(out, "Number of processed L2   flows", f.layer2, f.all);
    share_of(out, "Number of processed IPv4 flows", f.ipv4, f.all);
    share_of(out, "Number of processed IPv6 flows", f.ipv6, f.all);
    share_of(out, "Number of processed A    flows", f.a, f.all);
    share_of(out, "Number of processed B    flows", f.b, f.all);
    let (requests, replies) = (f.a.saturating_sub(f.lone_replies), f.b + f.lone_replies);
    share_of(out, "Number of request        flows", requests, f.all);
    share_of(out, "Number of reply          flows", replies, f.all);
    out.line("Total   A/B    flow asymmetry", [text(format!("{:.2}", asymmetry(f.a, f.b)))]);
    let asymmetry = asymmetry(requests, replies);
    out.line("Total req/rply flow asymmetry", [text(format!("{asymmetry:.2}"))]);
    let [a, b] = c.directions;
    per(out, "Number of processed A+B packets/A+B flows", a.packets + b.packets, f.all);
    per(out, "Number of processed A   packets/A   flows", a.packets, f.a);
    per(out, "Number of processed   B packets/  B flows", b.packets, f.b);
}

fn asymmetry(a: u64, b: u64) -> f64 {
    (a as f64 - b as f64) / (a + b) as f64
}

fn per(out: &mut Report, key: &str, n: u64, divisor: u64) {
    if divisor > 0 {
        out.line(key, [Part::Ratio(n as f64 / divisor as f64)]);
    }
}

/// Packets per second.
pub fn rates(c: &Counters, out: &mut Report) {
    let Some(seconds) = duration(c) else { return };
    let [a, b] = c.directions;
    let lines = [
        ("Number of processed total packets/s", c.read.packets),
        ("Number of processed A+B   packets/s", a.packets + b.packets),
        ("Number of processed A     packets/s", a.packets),
        ("Number of processed   B   packets/s", b.packets),
    ];
    for (key, n) in lines.into_iter().filter(|(_, n)| *n > 0) {
        out.line(key, [Part::Ratio(n as f64 / seconds)]);
    }
}

/// Flows and bits per second, flows in memory, status bits. `name` tells how a link type is called.
pub fn resources(c: &Counters, name: impl Fn(LinkType) -> String, out: &mut Report) {
    if let Some(seconds) = duration(c) {
        out.line("<Number of processed flows/s>", [Part::Ratio(c.flows.all as f64 / seconds)]);
        bandwidths(c, out);
        for (name, bits) in c.rate_extremes.iter().flat_map(|extremes| extremes.bandwidths()) {
            bit_rate(out, name, bits);
        }
    }
    let live = c.max_live as u64;
    if live > 0 {
        out.line(
            "Max number of flows in memory",
            [Part::Count(live), Part::Share(live, REFERENCE_CAPACITY)],
        );
    }
    share_of(out, "Number of flows terminated by autopilot", c.evicted, c.flows.all);
    out.line("Aggregated flowStat=", [Part::Hex(c.status.bits(), 16)]);
    alarms(c, out);
    for &(link, packets) in &c.unsupported {
        let what = if link.wraps() { "What is inside of link type" } else { "Link type" };
        let (name, packets) = (name(link), counted(packets, "packet", "packets"));
        out.remark(Severity::Warning, format!("{what} {name} is not supported: {packets}"));
    }
    remarks(c, out);
}

/// Alarms, whether there could be any, and flows that plugins have ended.
fn alarms(c: &Counters, out: &mut Report) {
    let (n, flows) = (c.alarms, c.alarm_flows);
    if n > 0 {
        let (all, share) = (Human(n, ""), Part::Share(flows, c.flows.all));
        let alarms = if n == 1 { "alarm" } else { "alarms" };
        let among = if flows == 1 { "flow" } else { "flows" };
        let line = format!("{n}{all} {alarms} in {flows}{} {among}{share}", Human(flows, ""));
        out.remark(Severity::Warning, line);
    }
    if c.forced > 0 {
        let (all, share) = (Part::Count(c.forced), Part::Share(c.forced, c.flows.all));
        let line = format!("Number of flows terminated by force mode: {all}{share}");
        out.remark(Severity::Warning, line);
    }
    if c.no_alarm_source {
        let line = "core.ALARM_MODE: no row is written, for no plugin of this run raises alarms and there is no --alarm";
        out.remark(Severity::Warning, line);
    }
}

/// Bits per second.
pub fn bandwidths(c: &Counters, out: &mut Report) {
    let Some(seconds) = duration(c) else { return };
    bandwidth(out, "<Bandwidth>", c.ip_bytes, seconds);
    if c.status.contains(FlowStat::SNAPPED_L3) {
        bandwidth(out, "<Snapped bandwidth>", c.read.bytes, seconds);
    }
    bandwidth(out, "<Raw bandwidth>", c.wire_bytes, seconds);
}

fn bandwidth(out: &mut Report, key: &str, bytes: u64, seconds: f64) {
    bit_rate(out, key, 8.0 * bytes as f64 / seconds);
}

fn bit_rate(out: &mut Report, key: &str, bits: f64) {
    // What is beyond all counts has no short form.
    let whole = if bits < u64::MAX as f64 { bits as u64 } else { 0 };
    out.line(key, [text(format!("{bits:.0} b/s{}", Human(whole, "b/s")))]);
}

/// Seconds of the capture, if it has a duration.
fn duration(c: &Counters) -> Option<f64> {
    let nanos = c.last - c.first?;
    (nanos > 0).then(|| nanos as f64 / 1e9)
}

/// One line per status bit, in the reference's order.
fn remarks(c: &Counters, out: &mut Report) {
    use Severity::{Info, Warning};
    const MPLS: FlowStat = FlowStat::MPLS_UNICAST.union(FlowStat::MPLS_MULTICAST);
    let ipv4 = if c.versions == 1 { "IPv4" } else { "IPv4 flows" };
    let ipv6 = if c.versions == 0 { "IPv6" } else { "IPv6 flows" };
    let sctp = if c.sctp_parts > 0 { "SCTP flows" } else { "SCTP" };
    let headless = if c.ignores_headless {
        "IPv4/6 fragmentation header packet missing, trailing packets ignored"
    } else {
        "IPv4/6 fragmentation header packet missing"
    };
    let lines = [
        (FlowStat::SNAPPED_L2, Warning, "L2 header snapped"),
        (FlowStat::SNAPPED_L3, Warning, "L3 SnapLength < Length in IP header"),
        (FlowStat::SHORT_L3_HEADER, Warning, "L3 header snapped"),
        (FlowStat::SHORT_L4_HEADER, Warning, "L4 header snapped"),
        (FlowStat::LAND_ATTACK, Warning, "Land attack"),
        (
            FlowStat::TIME_JUMP,
            Warning,
            "Timestamp jump, probably due to multi-path packet delay or NTP operation",
        ),
        (FlowStat::DUPLICATE_IPID, Warning, "Consecutive duplicate IP ID"),
        (FlowStat::DESCRIPTION_OVERRUN, Warning, "Header description overrun"),
        (FlowStat::IPVX, Warning, "IPvX L3 header bogus packets"),
        (FlowStat::SHORT_IPV4_HEADER, Warning, "IPv4 header length < 20 bytes"),
        (FlowStat::LENGTH_MISMATCH, Warning, "IPv4/6 payload length > framing length"),
        (FlowStat::FRAGMENT_NO_HEAD, Warning, headless),
        (FlowStat::FRAGMENT_PENDING, Warning, "IPv4/6 packet fragmentation sequence not finished"),
        (
            FlowStat::STOPPED,
            Info,
            "Stop dissecting: Clipped packet, unhandled protocol or subsequent fragment",
        ),
        (FlowStat::LAYER2, Info, "Layer 2 flows"),
        (FlowStat::LAPD, Info, "LAPD flows"),
        // Headers on any level, as the reference means it.
        (FlowStat::IPV4, Info, ipv4),
        (FlowStat::IPV6, Info, ipv6),
        (FlowStat::SCTP, Info, sctp),
        (FlowStat::NO_ETHERNET, Info, "No Ethernet header"),
        (FlowStat::ARP, Info, "ARP"),
        (FlowStat::RARP, Info, "RARP"),
        (FlowStat::LLDP, Info, "LLDP"),
        (FlowStat::ETHERIP, Info, "EtherIP"),
        (FlowStat::VLAN, Info, "VLAN encapsulation"),
        (FlowStat::VLAN_ZERO, Info, "VLAN ID 0 (priority tag)"),
        (FlowStat::FRAGMENT, Info, "IPv4/6 fragmentation"),
        (FlowStat::IP_IN_IP, Info, "IPv4/6 in IPv4/6"),
        (FlowStat::VXLAN, Info, "VXLAN encapsulation"),
        (FlowStat::GENEVE, Info, "GENEVE encapsulation"),
        (MPLS, Info, "MPLS encapsulation"),
        (FlowStat::L2TP, Info, "L2TP encapsulation"),
        (FlowStat::PPP, Info, "PPP/HDLC encapsulation"),
        (FlowStat::GRE, Info, "GRE encapsulation"),
        (FlowStat::ERSPAN, Info, "ERSPAN encapsulation"),
        (FlowStat::WCCP, Info, "WCCP encapsulation"),
        (FlowStat::AYIYA, Info, "AYIYA tunnel"),
        (FlowStat::GTP, Info, "GTP tunnel"),
        (FlowStat::TEREDO, Info, "Teredo tunnel"),
        (FlowStat::CAPWAP, Info, "CAPWAP/LWAPP tunnel"),
        (FlowStat::IPSEC_AH, Info, "IPsec AH"),
        (FlowStat::IPSEC_ESP, Info, "IPsec ESP"),
        (FlowStat::SSDP, Info, "SSDP/UPnP"),
        (FlowStat::DTLS, Info, "DTLS"),
    ];
    for (_, severity, line) in lines.into_iter().filter(|(bit, ..)| c.status.intersects(*bit)) {
        out.remark(severity, line);
    }
}

/// What became of flows that plugins expected, and of files that they wrote.
pub fn services(c: &Counters, out: &mut Report) {
    for (plugin, counts) in c.expected.iter().filter(|(_, counts)| counts.announced > 0) {
        let ExpectationCounts { announced, met, expired, dropped } = counts;
        out.section(plugin);
        let line = format!("{announced}, {met}, {expired}, {dropped}");
        out.line("Flows expected, met, too late, dropped", [text(line)]);
    }
    out.section("");
    let FileCounts { files, bytes, limited, failed } = c.plugin_files;
    if files > 0 {
        out.line("Files of plugins", [text(format!("{files}, {bytes} bytes"))]);
    }
    if failed > 0 {
        let failed = counted(
            failed,
            "file that could not be written is",
            "files that could not be written are",
        );
        let line = format!("{failed} absent");
        out.remark(Severity::Warning, line);
    }
    if limited > 0 {
        let line = format!(
            "{limited} times something was left out of files of plugins, as core.FILES_MAX and \
             core.FILES_MAX_MB say"
        );
        out.remark(Severity::Warning, line);
    }
}

/// The line that adds up: every packet read is in a flow or has a reason why not. Yields whether it
/// does add up; it always must.
pub fn packet_balance(c: &Counters, out: &mut Report) -> bool {
    let [a, b] = c.directions;
    let mut sum = a.packets + b.packets;
    let mut line = format!("{} = {sum} in flows", c.read.packets);
    for (reason, n) in c.without_flow_by_reason().filter(|(_, n)| *n > 0) {
        sum += n;
        let _ = write!(line, " + {n} {reason}");
    }
    if c.duplicates > 0 {
        sum += c.duplicates;
        let _ = write!(line, " + {} duplicates", c.duplicates);
    }
    if c.other_shards > 0 {
        sum += c.other_shards;
        let _ = write!(line, " + {} of other shards", c.other_shards);
    }
    out.line("Packets read", [text(line)]);
    sum == c.read.packets
}

fn text(s: String) -> Part {
    Part::Text(s)
}

fn count(out: &mut Report, key: &str, n: u64) {
    if n > 0 {
        out.line(key, [Part::Count(n)]);
    }
}

fn share_of(out: &mut Report, key: impl Into<String>, n: u64, total: u64) {
    if n > 0 {
        out.line(key, [Part::Count(n), Part::Share(n, total)]);
    }
}
