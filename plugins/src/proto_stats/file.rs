//! The file of protocols: totals in `#` lines, then a table for each kind of number.

use std::fmt::Write;

use flowz_api::report::percent;
use flowz_assigned::{Transport, ethertype, port, protocol};

use super::counts::{Count, Counts, Ports, Table};
use super::toggles::Toggles;

/// A table with its head, the way its numbers are written, and their names.
struct Part<'a> {
    title: &'static str,
    table: &'a Table,
    number: fn(u16) -> String,
    name: fn(u16) -> Option<&'static str>,
}

/// The contents of the file.
pub(crate) fn text(counts: &Counts, toggles: &Toggles) -> String {
    let mut out = String::new();
    // Writing to a text cannot fail.
    let _ = writeln!(out, "# Packets: {}\n# Bytes: {}", counts.all.packets, counts.all.bytes);
    for (version, count) in [("IPv4", counts.ipv4), ("IPv6", counts.ipv6)] {
        let _ = writeln!(out, "# {version}:\t{}", shares(count, counts.all));
    }
    for part in parts(counts, toggles) {
        write(&part, counts.all, &mut out);
    }
    out
}

/// The tables that the toggles ask for.
fn parts<'a>(counts: &'a Counts, toggles: &Toggles) -> Vec<Part<'a>> {
    let decimal: fn(u16) -> String = |n| format!("{n:5}");
    let hex: fn(u16) -> String = |n| format!("0x{n:04x}");
    let ports = |title, of, name| Part { title, table: counts.ports(of), number: decimal, name };
    let tcp: fn(u16) -> Option<&'static str> = |n| port(Transport::Tcp, n);
    let udp: fn(u16) -> Option<&'static str> = |n| port(Transport::Udp, n);
    let sctp: fn(u16) -> Option<&'static str> = |n| port(Transport::Sctp, n);
    let proto: fn(u16) -> Option<&'static str> = |n| u8::try_from(n).ok().and_then(protocol);
    let (ethertypes, protocols) = (&counts.ethertypes, &counts.protocols);
    let all = [
        (
            toggles.eth_stat,
            Part { title: "Ethertype", table: ethertypes, number: hex, name: ethertype },
        ),
        (true, Part { title: "IP protocol", table: protocols, number: decimal, name: proto }),
        (true, ports("TCP port", Ports::Tcp, tcp)),
        (true, ports("UDP port", Ports::Udp, udp)),
        (toggles.udplite_stat, ports("UDP-Lite port", Ports::UdpLite, udp)),
        (toggles.sctp_stat, ports("SCTP port", Ports::Sctp, sctp)),
    ];
    all.into_iter().filter(|(shown, _)| *shown).map(|(_, part)| part).collect()
}

/// A table with those numbers that occurred, in order.
fn write(part: &Part<'_>, all: Count, out: &mut String) {
    let sum = part.table.sum();
    let _ = writeln!(out, "\n# {} packets: {}", part.title, shares(sum, all));
    let _ = writeln!(out, "# {}\tPackets\tBytes\tName", part.title);
    for (number, count) in part.table.iter() {
        let (shown, name) = ((part.number)(number), (part.name)(number).unwrap_or("unknown"));
        let _ = writeln!(out, "{shown}\t{}\t{name}", shares(count, all));
    }
}

/// Packets and bytes with their shares of all.
fn shares(count: Count, all: Count) -> String {
    let share = |n, of| format!("{n:20} [{:6.2}%]", percent(n, of));
    format!("{}\t{}", share(count.packets, all.packets), share(count.bytes, all.bytes))
}

#[cfg(test)]
mod tests {
    use super::super::counts::tests::counts;
    use super::{Toggles, text};

    #[test]
    fn a_file() {
        let all = "                   4 [100.00%]\t                 400 [100.00%]";
        let half = "                   2 [ 50.00%]\t                 240 [ 60.00%]";
        let small = "                   1 [ 25.00%]\t                  60 [ 15.00%]";
        let other = "                   1 [ 25.00%]\t                 100 [ 25.00%]";
        let ip = "                   3 [ 75.00%]\t                 340 [ 85.00%]";
        let expected = format!(
            "\
# Packets: 4
# Bytes: 400
# IPv4:\t{half}
# IPv6:\t{other}

# Ethertype packets: {all}
# Ethertype\tPackets\tBytes\tName
0x0800\t{half}\tIPv4
0x0806\t{small}\tARP
0x86dd\t{other}\tIPv6

# IP protocol packets: {ip}
# IP protocol\tPackets\tBytes\tName
    6\t{half}\tTCP
   17\t{other}\tUDP

# TCP port packets: {half}
# TCP port\tPackets\tBytes\tName
   80\t{half}\thttp

# UDP port packets: {other}
# UDP port\tPackets\tBytes\tName
 4001\t{other}\tnewoak
"
        );
        assert_eq!(text(&counts(), &Toggles::default()), expected);
    }

    #[test]
    fn tables_by_toggle() {
        let heads = |eth_stat, udplite_stat, sctp_stat| {
            let file = text(
                &counts(),
                &Toggles { eth_stat, udplite_stat, sctp_stat, ..Toggles::default() },
            );
            file.lines().filter(|line| line.ends_with("Name")).count()
        };
        assert_eq!([heads(true, false, false), heads(false, true, true)], [4, 5]);
    }
}
