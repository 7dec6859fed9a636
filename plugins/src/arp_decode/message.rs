//! Messages of ARP (RFC 826) and RARP (RFC 903).

use std::net::Ipv4Addr;

use flowz_api::cell::Mac;

/// Ethertype of ARP.
pub(crate) const ARP: u16 = 0x0806;
/// Ethertype of RARP.
pub(crate) const RARP: u16 = 0x8035;

const REQUEST: u16 = 1;
const REPLY: u16 = 2;
const REVERSE_REPLY: u16 = 4;

/// What was captured of a message; at least the fields in front of the addresses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Message {
    /// Type of hardware; 1 is Ethernet.
    pub(crate) hardware: u16,
    /// Ethertype of the protocol whose addresses are looked for.
    pub(crate) protocol: u16,
    /// Bytes of a hardware address.
    pub(crate) hardware_size: u8,
    /// Bytes of a protocol address.
    pub(crate) protocol_size: u8,
    /// Operation.
    pub(crate) operation: u16,
    /// Addresses of the sender.
    pub(crate) sender: Option<HostAddresses>,
    /// Addresses of the target.
    pub(crate) target: Option<HostAddresses>,
}

/// Addresses of one host.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HostAddresses {
    /// Hardware address.
    pub(crate) mac: Mac,
    /// Address of IPv4.
    pub(crate) ip: Ipv4Addr,
}

impl Message {
    /// The message behind the headers of layer 2. Addresses are read if they are those of hardware with
    /// six bytes and of IPv4.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        const IPV4: u16 = 0x0800;
        let [h0, h1, p0, p1, hardware_size, protocol_size, o0, o1] = *bytes.first_chunk()?;
        let protocol = u16::from_be_bytes([p0, p1]);
        let readable = (protocol, hardware_size, protocol_size) == (IPV4, 6, 4);
        let addresses = |at| if readable { HostAddresses::parse(bytes.get(at..)?) } else { None };
        Some(Self {
            hardware: u16::from_be_bytes([h0, h1]),
            protocol,
            hardware_size,
            protocol_size,
            operation: u16::from_be_bytes([o0, o1]),
            sender: addresses(8),
            target: addresses(18),
        })
    }

    /// Whether it is a reply, which binds the target's addresses too.
    pub(crate) fn is_reply(&self) -> bool {
        matches!(self.operation, REPLY | REVERSE_REPLY)
    }

    /// Whether the sender's addresses belong together: all but reverse requests, which ask for that.
    pub(crate) fn binds_sender(&self) -> bool {
        matches!(self.operation, REQUEST | REPLY | REVERSE_REPLY)
    }

    /// A host says what its own address is: sender and target have the same one.
    pub(crate) fn is_gratuitous(&self) -> bool {
        let (Some(sender), Some(target)) = (self.sender, self.target) else { return false };
        let is_arp = matches!(self.operation, REQUEST | REPLY);
        is_arp && sender.ip == target.ip && !sender.ip.is_unspecified()
    }

    /// A host asks whether an address is in use (RFC 5227, section 1.1).
    pub(crate) fn is_probe(&self) -> bool {
        let unspecified = self.sender.is_some_and(|sender| sender.ip.is_unspecified());
        self.operation == REQUEST && unspecified && self.has_no_target()
    }

    /// A host says that it uses an address from now on (RFC 5227, section 1.1).
    pub(crate) fn is_announcement(&self) -> bool {
        self.operation == REQUEST && self.is_gratuitous() && self.has_no_target()
    }

    fn has_no_target(&self) -> bool {
        self.target.is_some_and(|target| target.mac == Mac([0; 6]))
    }
}

impl HostAddresses {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let (mac, rest) = bytes.split_first_chunk::<6>()?;
        Some(Self { mac: Mac(*mac), ip: Ipv4Addr::from(*rest.first_chunk::<4>()?) })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::{HostAddresses, Ipv4Addr, Mac, Message};

    /// A message for Ethernet and IPv4; hosts are numbers, 0 is none.
    pub(crate) fn bytes(operation: u8, sender: [u8; 2], target: [u8; 2]) -> Vec<u8> {
        let host = |[mac, ip]: [u8; 2]| {
            let ip = if ip == 0 { [0; 4] } else { [10, 0, 0, ip] };
            [&[mac; 6][..], &ip].concat()
        };
        let head = [0, 1, 8, 0, 6, 4, 0, operation];
        [&head[..], &host(sender), &host(target)].concat()
    }

    fn message(operation: u8, sender: [u8; 2], target: [u8; 2]) -> Message {
        Message::parse(&bytes(operation, sender, target)).expect("whole")
    }

    #[test]
    fn a_reply_cut_at_every_byte() {
        let whole = bytes(2, [7, 1], [9, 2]);
        for length in 0..=whole.len() {
            let Some(m) = Message::parse(&whole[..length]) else {
                assert!(length < 8);
                continue;
            };
            assert_eq!((m.hardware, m.protocol, m.operation), (1, 0x0800, 2));
            let host =
                |mac, ip| HostAddresses { mac: Mac([mac; 6]), ip: Ipv4Addr::new(10, 0, 0, ip) };
            assert_eq!(m.sender, (length >= 18).then_some(host(7, 1)));
            assert_eq!(m.target, (length >= 28).then_some(host(9, 2)));
        }
    }

    #[test]
    fn addresses_of_other_sizes_are_not_read() {
        let mut other = bytes(1, [7, 1], [0, 2]);
        other[4] = 8;
        let m = Message::parse(&other).expect("fields in front");
        assert_eq!((m.hardware_size, m.sender, m.target), (8, None, None));
    }

    #[test]
    fn meanings() {
        let kinds =
            |m: Message| [m.is_gratuitous(), m.is_probe(), m.is_announcement()].map(u8::from);
        assert_eq!(kinds(message(1, [7, 1], [0, 2])), [0, 0, 0]);
        assert_eq!(kinds(message(1, [7, 0], [0, 2])), [0, 1, 0]);
        assert_eq!(kinds(message(1, [7, 2], [0, 2])), [1, 0, 1]);
        assert_eq!(kinds(message(1, [7, 2], [0xff, 2])), [1, 0, 0]);
        assert_eq!(kinds(message(2, [7, 2], [7, 2])), [1, 0, 0]);
        assert_eq!(kinds(message(3, [7, 0], [7, 0])), [0, 0, 0]);
        let binds = [1, 2, 3, 4].map(|o| u8::from(message(o, [7, 0], [7, 0]).binds_sender()));
        assert_eq!(binds, [1, 1, 0, 1]);
    }
}
