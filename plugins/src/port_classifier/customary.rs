//! Names of ports that the reference has from an older edition of the registry, for `--compat`.
//!
//! Only ports whose service was renamed or assigned since then and that one meets, as its output shows
//! them; all others have today's name.

use flowz_assigned::Transport;

/// The reference's name where it is another one than today's; empty if it knows none.
pub(crate) fn name(transport: Transport, number: u16) -> Option<&'static str> {
    let known = match (transport, number) {
        (Transport::Tcp, 0) => "spr-itunes",
        (Transport::Tcp, 81) => "CBC",
        (Transport::Tcp, 465) => "urd",
        (Transport::Tcp, 502) => "asa-appl-proto",
        (Transport::Tcp, 646) => "LDP",
        (Transport::Tcp, 1030) => "iad1",
        (Transport::Tcp, 1031) => "iad2",
        (Transport::Tcp, 1032) => "iad3",
        (Transport::Tcp, 1883) => "ibm-mqisdp",
        (Transport::Tcp | Transport::Udp, 2049) => "shilp",
        (Transport::Tcp, 2222) => "EtherNet/IP-1",
        (Transport::Tcp | Transport::Udp, 5061) => "sip-tls",
        (Transport::Udp, 5351) => "nat-pmp",
        (Transport::Tcp, 5900) => "vnc-server",
        (Transport::Tcp, 8333) => "bitcoin",
        (Transport::Tcp | Transport::Udp, 44818) => "EtherNet/IP-2",
        _ => return was_unknown(transport, number).then_some(""),
    };
    Some(known)
}

/// Whether the port was assigned after the reference's edition.
fn was_unknown(transport: Transport, number: u16) -> bool {
    match transport {
        Transport::Tcp => matches!(number, 1232 | 3300 | 3301 | 5666 | 8004 | 8009 | 38002),
        Transport::Udp => matches!(number, 4790 | 5684 | 6081 | 33435),
        Transport::Sctp | Transport::Dccp => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{Transport, name};
    use flowz_assigned::port;

    #[test]
    fn only_what_differs_is_listed() {
        for transport in [Transport::Tcp, Transport::Udp, Transport::Sctp] {
            for number in 0..=u16::MAX {
                let earlier = name(transport, number);
                assert!(
                    earlier.is_none_or(|e| e != port(transport, number).unwrap_or("")),
                    "{number}"
                );
            }
        }
    }
}
