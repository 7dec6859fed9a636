//! The bits of the status columns, with the reference's values.

/// Bits of `tcpFStat`.
pub(crate) mod stat {
    /// A packet came before: distances between packets can be computed.
    pub(crate) const FOLLOWS: u16 = 0x0001;
    /// A timestamp option was seen.
    pub(crate) const TIMESTAMP: u16 = 0x0002;
    /// The sender's timestamp went backwards.
    pub(crate) const TIMESTAMP_BACK: u16 = 0x0004;
    /// The options are damaged or were not captured.
    pub(crate) const OPTIONS_CORRUPT: u16 = 0x0008;
    /// The window machine has a value to compare with.
    pub(crate) const WINDOW: u16 = 0x0010;
    /// A pure window update.
    pub(crate) const WINDOW_UPDATE: u16 = 0x0020;
    /// Probe of a closed window.
    pub(crate) const ZERO_PROBE: u16 = 0x0040;
    /// Answer to such a probe.
    pub(crate) const ZERO_PROBE_ACK: u16 = 0x0080;
    /// Window below `WINMIN`.
    pub(crate) const WINDOW_LOW: u16 = 0x0100;
    /// Both sides agreed on window scaling.
    pub(crate) const SCALED: u16 = 0x0200;
    /// As much in flight as the peer's window allows.
    pub(crate) const WINDOW_FULL: u16 = 0x0400;
    /// The window grew when it last changed.
    pub(crate) const WINDOW_UP: u16 = 0x0800;
    /// A checksum over several fragments is under way (or layer-4 checksums are off).
    pub(crate) const SUM_OPEN: u16 = 0x1000;
    /// UDP-Lite checksum coverage out of range.
    pub(crate) const COVERAGE: u16 = 0x2000;
    /// Selective acknowledgement option.
    pub(crate) const SACK: u16 = 0x4000;
    /// Multipath TCP option.
    pub(crate) const MPTCP: u16 = 0x8000;
}

/// Bits of `ipFlags`.
pub(crate) mod ip {
    /// The IPv4 options are damaged or were not captured.
    pub(crate) const OPTIONS_CORRUPT: u16 = 0x0001;
    /// The identification went backwards.
    pub(crate) const ID_DISORDER: u16 = 0x0002;
    /// The identification rolled over.
    pub(crate) const ID_ROLLOVER: u16 = 0x0004;
    /// A fragment that is not the last one is smaller than any link's minimum.
    pub(crate) const FRAGMENT_SMALL: u16 = 0x0008;
    /// A fragment reaches beyond the largest datagram.
    pub(crate) const FRAGMENT_RANGE: u16 = 0x0010;
    /// A gap before this fragment.
    pub(crate) const FRAGMENT_POSITION: u16 = 0x0100;
    /// Fragments of several datagrams are mixed.
    pub(crate) const FRAGMENT_SEQUENCE: u16 = 0x0200;
    /// Wrong header checksum.
    pub(crate) const L3_CHECKSUM: u16 = 0x0400;
    /// Wrong layer-4 checksum.
    pub(crate) const L4_CHECKSUM: u16 = 0x0800;
    /// Layer 3 was not captured completely.
    pub(crate) const SNAPPED: u16 = 0x1000;
    /// UDP length and captured layer-4 length differ.
    pub(crate) const UDP_LENGTH: u16 = 0x2000;
    /// No time between two packets.
    pub(crate) const TIME_ZERO: u16 = 0x4000;
    /// Time went backwards.
    pub(crate) const TIME_BACK: u16 = 0x8000;
}

/// Bits of `tcpFlags`: the header's eight flags (RFC 9293, RFC 3168) and combinations of them.
pub(crate) mod flag {
    /// No more data from the sender.
    pub(crate) const FIN: u16 = 0x0001;
    /// Synchronise sequence numbers.
    pub(crate) const SYN: u16 = 0x0002;
    /// Reset.
    pub(crate) const RST: u16 = 0x0004;
    /// Push.
    pub(crate) const PSH: u16 = 0x0008;
    /// The acknowledgement number is valid.
    pub(crate) const ACK: u16 = 0x0010;
    /// The urgent pointer is valid.
    pub(crate) const URG: u16 = 0x0020;
    /// FIN and ACK.
    pub(crate) const FIN_ACK: u16 = 0x0100;
    /// SYN and ACK.
    pub(crate) const SYN_ACK: u16 = 0x0200;
    /// RST and ACK.
    pub(crate) const RST_ACK: u16 = 0x0400;
    /// No flag at all.
    pub(crate) const NULL: u16 = 0x0800;
    /// SYN and FIN.
    pub(crate) const SYN_FIN: u16 = 0x1000;
    /// SYN, FIN and RST.
    pub(crate) const SYN_FIN_RST: u16 = 0x2000;
    /// FIN and RST.
    pub(crate) const FIN_RST: u16 = 0x4000;
    /// FIN, PSH and URG ("Christmas tree").
    pub(crate) const XMAS: u16 = 0x8000;
    /// What occupies a sequence number or ends the connection.
    pub(crate) const SFR: u16 = SYN | FIN | RST;
    /// Combinations that no honest sender uses.
    pub(crate) const ODD: u16 = NULL | SYN_FIN | SYN_FIN_RST | FIN_RST | XMAS;

    const COMBINATIONS: [(u16, u16); 7] = [
        (FIN | ACK, FIN_ACK),
        (SYN | ACK, SYN_ACK),
        (RST | ACK, RST_ACK),
        (SYN | FIN, SYN_FIN),
        (SYN | FIN | RST, SYN_FIN_RST),
        (FIN | RST, FIN_RST),
        (FIN | PSH | URG, XMAS),
    ];

    /// The header's flags with the bits of the combinations they form.
    const fn combined(flags: u16) -> u16 {
        if flags & (SFR | PSH | ACK | URG) == 0 {
            return flags | NULL;
        }
        let (mut all, mut n) = (flags, 0);
        while n < COMBINATIONS.len() {
            let (mask, bit) = COMBINATIONS[n];
            if flags & mask == mask {
                all |= bit;
            }
            n += 1;
        }
        all
    }

    /// The result for all values of the header's byte.
    static TABLE: [u16; 256] = {
        let (mut table, mut n) = ([0; 256], 0);
        while n < table.len() {
            table[n] = combined(n as u16);
            n += 1;
        }
        table
    };

    /// The header's flags with the bits of the combinations they form.
    #[inline]
    pub(crate) fn with_combinations(flags: u8) -> u16 {
        TABLE[usize::from(flags)]
    }
}

/// Bits of `tcpAnomaly`.
pub(crate) mod anomaly {
    /// SYN repeated after a pause.
    pub(crate) const SYN_RETRY: u16 = 0x0001;
    /// Retransmission after a timeout.
    pub(crate) const RETRY_TIMEOUT: u16 = 0x0002;
    /// Fast retransmission: duplicate acknowledgements asked for it.
    pub(crate) const RETRY_FAST: u16 = 0x0004;
    /// Duplicate acknowledgement.
    pub(crate) const DUPLICATE_ACK: u16 = 0x0008;
    /// Keep-alive.
    pub(crate) const KEEP_ALIVE: u16 = 0x0010;
    /// Answer to a keep-alive.
    pub(crate) const KEEP_ALIVE_ACK: u16 = 0x0020;
    /// Sequence number below what was sent already.
    pub(crate) const OUT_OF_ORDER: u16 = 0x0040;
    /// Sends again what the peer has acknowledged already.
    pub(crate) const SPURIOUS: u16 = 0x0080;
    /// Acknowledges what was not seen.
    pub(crate) const ACK_UNSEEN: u16 = 0x0100;
    /// A segment before this one was not seen.
    pub(crate) const GAP: u16 = 0x0200;
    /// Looks like a scan.
    pub(crate) const SCAN: u16 = 0x1000;
    /// A scan that was answered.
    pub(crate) const SCAN_ANSWERED: u16 = 0x2000;
    /// A SYN with payload.
    pub(crate) const SYN_PAYLOAD: u16 = 0x4000;
    /// What a scan packet cannot sensibly have.
    pub(crate) const NOT_IN_SCANS: u16 = 0x003f;
}

#[cfg(test)]
mod tests {
    use super::flag::with_combinations;

    #[test]
    fn combinations() {
        assert_eq!(with_combinations(0x00), 0x0800);
        assert_eq!(with_combinations(0xc0), 0x08c0);
        assert_eq!(with_combinations(0x12), 0x0212);
        assert_eq!(with_combinations(0x19), 0x0119);
        assert_eq!(with_combinations(0x29), 0x8029);
        assert_eq!(with_combinations(0x07), 0x7007);
    }
}
