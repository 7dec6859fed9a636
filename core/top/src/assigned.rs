//! Names of protocols and services, short enough for columns.

use flowz_api::key::{FlowKey, TCP, UDP};
use flowz_api::layers::Net;
use flowz_assigned::Transport;

const SCTP: u8 = 132;
const DCCP: u8 = 33;
const ICMP_OF_IPV6: u8 = 58;

/// The name of a protocol number of IP.
pub(crate) fn ip_protocol(number: u8) -> String {
    if number == ICMP_OF_IPV6 {
        return "ICMP6".to_owned();
    }
    flowz_assigned::protocol(number).map_or_else(|| number.to_string(), str::to_owned)
}

/// The protocol of a flow.
pub(crate) fn protocol(key: &FlowKey) -> String {
    if key.net != Net::Layer2 {
        return ip_protocol(key.proto);
    }
    let name = flowz_assigned::ethertype(key.ethertype);
    name.map_or_else(|| format!("{:04x}", key.ethertype), str::to_owned)
}

/// The service that one of the ports is assigned to, that of the destination before the other.
pub(crate) fn service(key: &FlowKey) -> &'static str {
    let transport = match (key.net, key.proto) {
        (Net::Layer2, _) => return "",
        (_, TCP) => Transport::Tcp,
        (_, UDP) => Transport::Udp,
        (_, SCTP) => Transport::Sctp,
        (_, DCCP) => Transport::Dccp,
        _ => return "",
    };
    let ports = [key.dst_port, key.src_port];
    ports.into_iter().find_map(|port| flowz_assigned::port(transport, port)).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::{protocol, service};
    use flowz_api::key::FlowKey;

    use crate::test_support::key;

    #[test]
    fn names() {
        let key = |proto, ports: (u16, u16)| key(proto, "10.0.0.1", ports.0, "10.0.0.2", ports.1);
        let both = |key: &FlowKey| (protocol(key), service(key));
        assert_eq!(both(&key(6, (50_000, 443))), ("TCP".to_owned(), "https"));
        assert_eq!(both(&key(17, (53, 50_000))), ("UDP".to_owned(), "domain"));
        assert_eq!(both(&key(58, (0, 0))), ("ICMP6".to_owned(), ""));
        assert_eq!(both(&key(253, (80, 80))), ("253".to_owned(), ""));
        let arp = FlowKey { ethertype: 0x0806, ..FlowKey::default() };
        assert_eq!(both(&arp), ("ARP".to_owned(), ""));
        assert_eq!(protocol(&FlowKey { ethertype: 0x1234, ..arp }), "1234");
    }
}
