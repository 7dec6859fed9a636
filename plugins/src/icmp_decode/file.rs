//! The file of types and codes: echo messages in `#` lines, then a table of all messages.

use std::fmt::Write;

use flowz_api::report::percent;

use super::message::Version;
use super::names;
use super::totals::Totals;

/// The contents of the file. `no_code` stands for codes without a name.
pub(crate) fn text(totals: &Totals, no_code: &str) -> String {
    let mut out = String::new();
    for (version, name) in [(Version::V4, "ICMP"), (Version::V6, "ICMPv6")] {
        echo(totals, version, name, &mut out);
    }
    for (version, name) in [(Version::V4, "ICMP"), (Version::V6, "ICMPv6")] {
        table(totals, version, name, no_code, &mut out);
    }
    out
}

/// Echo messages of a version. Writing to a text cannot fail.
fn echo(totals: &Totals, version: Version, name: &str, out: &mut String) {
    let counts = totals.of_version(version);
    let _ = writeln!(out, "# Number of {name} packets: {}", counts.packets);
    for (what, count) in [("request", counts.requests), ("reply", counts.replies)] {
        let share = percent(count, counts.packets);
        let _ = writeln!(out, "# Number of {name} echo {what} packets: {count} [{share:.2}%]");
    }
}

/// Messages of a version by type and code, in their order.
fn table(totals: &Totals, version: Version, name: &str, no_code: &str, out: &mut String) {
    let all = totals.of_version(version).packets;
    if all == 0 {
        return;
    }
    let _ = writeln!(out, "\n# {name} type\tcode\tpackets\tshare\ttype name\tcode name");
    for (&(of, kind, code), count) in &totals.table {
        if of == version {
            let kind_name = names::kind(version, kind).unwrap_or("unknown");
            let code_name = names::code(version, kind, code).unwrap_or(no_code);
            let share = percent(*count, all);
            let _ = writeln!(
                out,
                "{kind:3}\t{code:3}\t{count:20}\t[{share:6.2}%]\t{kind_name}\t{code_name}"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::message::Message;
    use super::{Totals, Version, text};

    #[test]
    fn a_file() {
        let mut totals = Totals::default();
        for bytes in [[8, 0, 0, 0], [3, 3, 0, 0], [8, 0, 0, 0], [0, 0, 0, 0]] {
            totals.add(&Message::parse(Version::V4, &bytes).expect("type and code"));
        }
        let expected = "\
# Number of ICMP packets: 4
# Number of ICMP echo request packets: 2 [50.00%]
# Number of ICMP echo reply packets: 1 [25.00%]
# Number of ICMPv6 packets: 0
# Number of ICMPv6 echo request packets: 0 [0.00%]
# Number of ICMPv6 echo reply packets: 0 [0.00%]

# ICMP type\tcode\tpackets\tshare\ttype name\tcode name
  0\t  0\t                   1\t[ 25.00%]\tEcho Reply\t-
  3\t  3\t                   1\t[ 25.00%]\tDestination Unreachable\tPort Unreachable
  8\t  0\t                   2\t[ 50.00%]\tEcho Request\t-
";
        assert_eq!(text(&totals, "-"), expected);
    }
}
