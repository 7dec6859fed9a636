//! What is counted of the packets of an interval.

/// Which counters beside packets and bytes a packet belongs to: those of its outermost network header.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Kinds {
    /// ARP.
    pub arp: bool,
    /// IPv4.
    pub ipv4: bool,
    /// IPv6.
    pub ipv6: bool,
    /// ICMP or ICMPv6.
    pub icmp: bool,
    /// TCP.
    pub tcp: bool,
    /// UDP.
    pub udp: bool,
}

impl Kinds {
    /// Those of an IP packet with a protocol number.
    pub fn of_ip(is_ipv6: bool, protocol: u8) -> Self {
        Self {
            ipv4: !is_ipv6,
            ipv6: is_ipv6,
            icmp: protocol == if is_ipv6 { 58 } else { 1 },
            tcp: protocol == 6,
            udp: protocol == 17,
            arp: false,
        }
    }

    /// Those of ARP.
    pub const ARP: Self =
        Self { arp: true, ipv4: false, ipv6: false, icmp: false, tcp: false, udp: false };
}

/// Sums over packets. Sizes are in bytes.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Counts {
    /// Packets.
    pub packets: u64,
    /// Sum of their sizes.
    pub bytes: u64,
    /// Smallest size, 0 without packets.
    pub min: u32,
    /// Largest size, 0 without packets.
    pub max: u32,
    /// ARP packets.
    pub arp: u64,
    /// IPv4 packets.
    pub ipv4: u64,
    /// IPv6 packets.
    pub ipv6: u64,
    /// Packets of ICMP and ICMPv6.
    pub icmp: u64,
    /// TCP packets.
    pub tcp: u64,
    /// UDP packets.
    pub udp: u64,
    squares: u128,
}

impl Counts {
    /// Counts a packet.
    pub fn add(&mut self, size: u32, kinds: Kinds) {
        self.min = if self.packets == 0 { size } else { self.min.min(size) };
        self.max = self.max.max(size);
        self.packets += 1;
        self.bytes += u64::from(size);
        self.squares += u128::from(size) * u128::from(size);
        for (count, is) in [
            (&mut self.arp, kinds.arp),
            (&mut self.ipv4, kinds.ipv4),
            (&mut self.ipv6, kinds.ipv6),
            (&mut self.icmp, kinds.icmp),
            (&mut self.tcp, kinds.tcp),
            (&mut self.udp, kinds.udp),
        ] {
            *count += u64::from(is);
        }
    }

    /// Mean size, 0 without packets.
    pub fn mean(&self) -> f64 {
        if self.packets == 0 { 0.0 } else { self.bytes as f64 / self.packets as f64 }
    }

    /// Standard deviation of the sizes over all packets (divided by their number, not by one less), 0 without packets.
    pub fn deviation(&self) -> f64 {
        if self.packets == 0 {
            return 0.0;
        }
        // n * sum of squares - square of the sum is exact, and never negative.
        let n = u128::from(self.packets);
        let sum = u128::from(self.bytes);
        let spread = (n * self.squares).saturating_sub(sum * sum);
        (spread as f64).sqrt() / self.packets as f64
    }

    /// Packets of neither IP nor ARP.
    pub fn other(&self) -> u64 {
        self.packets - self.arp - self.ipv4 - self.ipv6
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, Kinds};

    #[test]
    fn sizes_and_kinds() {
        let mut counts = Counts::default();
        assert_eq!((counts.mean(), counts.deviation(), counts.min), (0.0, 0.0, 0));
        for (size, kinds) in [
            (60, Kinds::of_ip(false, 6)),
            (40, Kinds::of_ip(true, 58)),
            (50, Kinds::of_ip(false, 58)),
            (50, Kinds::ARP),
            (50, Kinds::default()),
        ] {
            counts.add(size, kinds);
        }
        assert_eq!((counts.packets, counts.bytes, counts.min, counts.max), (5, 250, 40, 60));
        assert_eq!((counts.tcp, counts.icmp, counts.ipv4, counts.ipv6), (1, 1, 2, 1));
        assert_eq!((counts.arp, counts.udp, counts.other()), (1, 0, 1));
        assert_eq!(counts.mean(), 50.0);
        assert!((counts.deviation() - 40_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn the_largest_sums_are_exact() {
        let mut counts = Counts::default();
        for _ in 0..1_000 {
            counts.add(u32::MAX, Kinds::default());
        }
        assert_eq!(counts.deviation(), 0.0);
    }
}
