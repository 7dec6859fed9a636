//! A captured frame as a reader hands it over: borrowed bytes, a time, a link type.

use std::fmt;
use std::ops::Sub;

use crate::Checkpoint;

/// A moment: nanoseconds since 1970-01-01 00:00:00 UTC, negative before.
///
/// Reaches from the year 1677 to 2262; capture files with 32-bit seconds fit in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Checkpoint)]
pub struct Timestamp(pub i64);

/// Nanoseconds in a second.
pub const NANOS: i64 = 1_000_000_000;

impl Timestamp {
    /// A moment from seconds and nanoseconds.
    pub const fn new(seconds: i64, nanos: i64) -> Self {
        Self(seconds.saturating_mul(NANOS).saturating_add(nanos))
    }

    /// Whole seconds, rounded towards the past.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(NANOS)
    }

    /// Nanoseconds within the second, 0 ..= 999,999,999.
    pub const fn subsec_nanos(self) -> u32 {
        self.0.rem_euclid(NANOS) as u32
    }
}

/// A difference of two moments in nanoseconds; what is too long for these is as long as can be.
impl Sub for Timestamp {
    type Output = i64;

    fn sub(self, earlier: Self) -> i64 {
        self.0.checked_sub(earlier.0).unwrap_or_else(|| longest(self < earlier))
    }
}

/// The longest difference. Apart, since `saturating_sub` takes four instructions more.
#[cold]
fn longest(negative: bool) -> i64 {
    if negative { i64::MIN } else { i64::MAX }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, nanos) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let second = NANOS.unsigned_abs();
        write!(f, "{sign}{}.{:09}", nanos / second, nanos % second)
    }
}

/// What the first bytes of a frame are: a LINKTYPE number as capture files carry it
/// (registry: "Link-Layer Header Types" of the tcpdump project).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Checkpoint)]
pub struct LinkType(pub u16);

impl LinkType {
    /// BSD loopback: four bytes of address family in the byte order of the machine.
    pub const NULL: Self = Self(0);
    /// Ethernet, with or without 802.1Q tags.
    pub const ETHERNET: Self = Self(1);
    /// IEEE 802.5 Token Ring.
    pub const TOKEN_RING: Self = Self(6);
    /// SLIP, behind 16 bytes of direction and compressed header.
    pub const SLIP: Self = Self(8);
    /// PPP.
    pub const PPP: Self = Self(9);
    /// FDDI.
    pub const FDDI: Self = Self(10);
    /// Raw IP, with the number that libpcap has for it on most systems.
    pub const DLT_RAW: Self = Self(12);
    /// Raw IP, with OpenBSD's number.
    pub const DLT_RAW_OPENBSD: Self = Self(14);
    /// PPP in HDLC-like framing, or Cisco HDLC.
    pub const PPP_HDLC: Self = Self(50);
    /// PPPoE without its Ethernet header.
    pub const PPP_ETHER: Self = Self(51);
    /// Symantec Enterprise Firewall.
    pub const SYMANTEC_FIREWALL: Self = Self(99);
    /// LLC in ATM.
    pub const ATM_RFC1483: Self = Self(100);
    /// Raw IP, the version nibble tells which.
    pub const RAW: Self = Self(101);
    /// Cisco HDLC.
    pub const C_HDLC: Self = Self(104);
    /// 802.11.
    pub const IEEE802_11: Self = Self(105);
    /// Frame Relay.
    pub const FRELAY: Self = Self(107);
    /// OpenBSD loopback: an address family in network byte order.
    pub const LOOP: Self = Self(108);
    /// OpenBSD encapsulating interface.
    pub const ENC: Self = Self(109);
    /// Linux cooked capture, first version.
    pub const LINUX_SLL: Self = Self(113);
    /// OpenBSD packet filter log.
    pub const PFLOG: Self = Self(117);
    /// 802.11 behind a Prism header.
    pub const PRISM_HEADER: Self = Self(119);
    /// IP over Fibre Channel (RFC 2625).
    pub const IP_OVER_FC: Self = Self(122);
    /// ATM with SunATM's header of four bytes.
    pub const SUNATM: Self = Self(123);
    /// 802.11 behind a radiotap header.
    pub const IEEE802_11_RADIOTAP: Self = Self(127);
    /// Juniper, multilink PPP.
    pub const JUNIPER_MLPPP: Self = Self(130);
    /// Juniper, multilink Frame Relay.
    pub const JUNIPER_MLFR: Self = Self(131);
    /// Juniper, GPRS gateway.
    pub const JUNIPER_GGSN: Self = Self(133);
    /// Juniper, ATM of the second kind.
    pub const JUNIPER_ATM2: Self = Self(135);
    /// Juniper, services.
    pub const JUNIPER_SERVICES: Self = Self(136);
    /// Juniper, ATM of the first kind.
    pub const JUNIPER_ATM1: Self = Self(137);
    /// Apple's IP over FireWire.
    pub const APPLE_IP_OVER_IEEE1394: Self = Self(138);
    /// 802.11 behind an AVS header.
    pub const IEEE802_11_AVS: Self = Self(163);
    /// PPP whose address byte tells the direction.
    pub const LINUX_PPP_WITHDIRECTION: Self = Self(166);
    /// Juniper, PPPoE.
    pub const JUNIPER_PPPOE: Self = Self(167);
    /// Generic framing procedure, transparent.
    pub const GPF_T: Self = Self(170);
    /// Generic framing procedure, frame-mapped.
    pub const GPF_F: Self = Self(171);
    /// LAPD behind a Linux cooked header.
    pub const LINUX_LAPD: Self = Self(177);
    /// Juniper, Ethernet.
    pub const JUNIPER_ETHER: Self = Self(178);
    /// Juniper, PPP.
    pub const JUNIPER_PPP: Self = Self(179);
    /// Juniper, Frame Relay.
    pub const JUNIPER_FRELAY: Self = Self(180);
    /// Juniper, Cisco HDLC.
    pub const JUNIPER_CHDLC: Self = Self(181);
    /// Juniper, voice.
    pub const JUNIPER_VP: Self = Self(183);
    /// Per-packet information in front of another link type.
    pub const PPI: Self = Self(192);
    /// Endace's record format.
    pub const ERF: Self = Self(197);
    /// LAPD, the D channel of ISDN.
    pub const LAPD: Self = Self(203);
    /// PPP behind a byte of direction.
    pub const PPP_WITH_DIR: Self = Self(204);
    /// Cisco HDLC behind a byte of direction.
    pub const C_HDLC_WITH_DIR: Self = Self(205);
    /// Frame Relay behind a byte of direction.
    pub const FRELAY_WITH_DIR: Self = Self(206);
    /// MPLS without another link header.
    pub const MPLS: Self = Self(219);
    /// Solaris loopback and inter-zone traffic.
    pub const IPNET: Self = Self(226);
    /// Raw IPv4.
    pub const IPV4: Self = Self(228);
    /// Raw IPv6.
    pub const IPV6: Self = Self(229);
    /// Linux netfilter log.
    pub const NFLOG: Self = Self(239);
    /// Ethernet behind a netANALYZER header.
    pub const NETANALYZER: Self = Self(240);
    /// Ethernet with preamble behind a netANALYZER header.
    pub const NETANALYZER_TRANSPARENT: Self = Self(241);
    /// IP over InfiniBand.
    pub const IPOIB: Self = Self(242);
    /// Apple's header in front of any link type.
    pub const PKTAP: Self = Self(258);
    /// Ethernet behind the preamble of passive optical networks.
    pub const EPON: Self = Self(259);
    /// Ethernet with preamble (802.3br mPackets).
    pub const ETHERNET_MPACKET: Self = Self(274);
    /// Linux cooked capture, second version.
    pub const LINUX_SLL2: Self = Self(276);
    /// Ethernet with Broadcom's switch tag behind the addresses.
    pub const DSA_TAG_BRCM: Self = Self(281);
    /// Ethernet with Broadcom's switch tag in front.
    pub const DSA_TAG_BRCM_PREPEND: Self = Self(282);
    /// Ethernet with Marvell's switch tag behind the addresses.
    pub const DSA_TAG_DSA: Self = Self(284);
    /// Ethernet with Marvell's switch tag behind an ethertype of its own.
    pub const DSA_TAG_EDSA: Self = Self(285);

    /// Whether frames say themselves which other link type follows.
    pub const fn wraps(self) -> bool {
        matches!(self, Self::PPI | Self::PKTAP | Self::ERF)
    }
}

/// One packet of a capture. Borrowed from the reader's block; nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// When it was captured.
    pub ts: Timestamp,
    /// Bytes it had on the wire; may be more than `data` holds (snap length).
    pub wire_len: u32,
    /// What the first byte of `data` is.
    pub link: LinkType,
    /// Number of the interface inside its file, 0 where the format knows none.
    pub interface: u32,
    /// The captured bytes.
    pub data: &'a [u8],
}

#[cfg(test)]
mod tests {
    use super::{NANOS, Timestamp};

    #[test]
    fn moments_have_one_sign() {
        for (nanos, text) in [
            (0, "0.000000000"),
            (5_000_000_001, "5.000000001"),
            (-1, "-0.000000001"),
            (-5 * NANOS + 1_000, "-4.999999000"),
            (i64::MIN, "-9223372036.854775808"),
            (i64::MAX, "9223372036.854775807"),
        ] {
            assert_eq!(Timestamp(nanos).to_string(), text);
        }
    }

    #[test]
    fn differences_are_as_long_as_can_be() {
        let (first, last) = (Timestamp(i64::MIN), Timestamp(i64::MAX));
        assert_eq!((last - first, first - last), (i64::MAX, i64::MIN));
        assert_eq!(Timestamp(3) - Timestamp(-4), 7);
    }
}
