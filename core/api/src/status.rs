//! The 64 status bits of packets, flows and the whole run, with the reference's
//! values and the sentences with which the end report explains them.

use bitflags::bitflags;

bitflags! {
    /// What was seen in a packet, in a flow, or anywhere.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct FlowStat: u64 {
        /// The flow goes from server to client (looks like a reply).
        const INVERTED = 1;
        /// The link type has no Ethernet header.
        const NO_ETHERNET = 1 << 1;
        /// The frame did not reach IP.
        const LAYER2 = 1 << 2;
        /// PPPoE discovery.
        const PPPOE_DISCOVERY = 1 << 3;
        /// PPPoE session.
        const PPPOE_SESSION = 1 << 4;
        /// LLDP.
        const LLDP = 1 << 5;
        /// ARP or AppleTalk ARP.
        const ARP = 1 << 6;
        /// Reverse ARP.
        const RARP = 1 << 7;
        /// An 802.1Q tag.
        const VLAN = 1 << 8;
        /// MPLS unicast.
        const MPLS_UNICAST = 1 << 9;
        /// MPLS multicast.
        const MPLS_MULTICAST = 1 << 10;
        /// L2TP, version 2 or 3.
        const L2TP = 1 << 11;
        /// GRE.
        const GRE = 1 << 12;
        /// PPP.
        const PPP = 1 << 13;
        /// The flow's own layer 3 is IPv4.
        const IPV4_FLOW = 1 << 14;
        /// The flow's own layer 3 is IPv6.
        const IPV6_FLOW = 1 << 15;
        /// IP version nibble and ethertype disagree.
        const IPVX = 1 << 16;
        /// IP in IP.
        const IP_IN_IP = 1 << 17;
        /// Ethernet in IP.
        const ETHERIP = 1 << 18;
        /// Teredo.
        const TEREDO = 1 << 19;
        /// AYIYA.
        const AYIYA = 1 << 20;
        /// GTP.
        const GTP = 1 << 21;
        /// VXLAN.
        const VXLAN = 1 << 22;
        /// CAPWAP or LWAPP.
        const CAPWAP = 1 << 23;
        /// SCTP.
        const SCTP = 1 << 24;
        /// SSDP (UPnP).
        const SSDP = 1 << 25;
        /// ERSPAN.
        const ERSPAN = 1 << 26;
        /// WCCP.
        const WCCP = 1 << 27;
        /// SIP or RTP.
        const SIP_RTP = 1 << 28;
        /// GENEVE.
        const GENEVE = 1 << 29;
        /// IPsec authentication header.
        const IPSEC_AH = 1 << 30;
        /// IPsec encapsulated payload.
        const IPSEC_ESP = 1 << 31;
        /// Captured less than the smallest layer-2 header.
        const SNAPPED_L2 = 1 << 32;
        /// Captured less of layer 3 than its header says.
        const SNAPPED_L3 = 1 << 33;
        /// Layer-3 header cut.
        const SHORT_L3_HEADER = 1 << 34;
        /// Layer-4 header cut.
        const SHORT_L4_HEADER = 1 << 35;
        /// Fragmented.
        const FRAGMENT = 1 << 36;
        /// Fragments out of rule: identification changed, or an unfragmented packet in between.
        const FRAGMENT_ERROR = 1 << 37;
        /// The first fragment is missing.
        const FRAGMENT_NO_HEAD = 1 << 38;
        /// The last fragment has not come yet.
        const FRAGMENT_PENDING = 1 << 39;
        /// Removed by the duration limit, or by a plugin.
        const REMOVED = 1 << 41;
        /// Removed because the flow table was full.
        const REMOVED_FULL = 1 << 42;
        /// Dissection stopped: cut packet, unknown protocol, or later fragment.
        const STOPPED = 1 << 43;
        /// Same IP identification twice in a row.
        const DUPLICATE_IPID = 1 << 44;
        /// Compressed PPP.
        const PPP_COMPRESSED = 1 << 45;
        /// IPv4 header length below 20.
        const SHORT_IPV4_HEADER = 1 << 46;
        /// IP length is 0 or beyond the frame.
        const LENGTH_MISMATCH = 1 << 47;
        /// More header descriptions, or a longer one, than there is room for.
        const DESCRIPTION_OVERRUN = 1 << 48;
        /// A plugin raised an alarm.
        const ALARM = 1 << 49;
        /// Source and destination are the same.
        const LAND_ATTACK = 1 << 50;
        /// Time went backwards within the flow.
        const TIME_JUMP = 1 << 51;
        /// Written while the flow may go on (`core.ACTIVE_TIMEOUT`). The reference does not use this bit.
        const INTERIM = 1 << 53;
        /// Goes on behind such a record. The reference does not use this bit.
        const CONTINUED = 1 << 54;
        /// VLAN identifier 0 (priority tag).
        const VLAN_ZERO = 1 << 57;
        /// An IPv4 header on any level.
        const IPV4 = 1 << 58;
        /// An IPv6 header on any level.
        const IPV6 = 1 << 59;
        /// LAPD.
        const LAPD = 1 << 60;
        /// Datagram TLS.
        const DTLS = 1 << 61;
        /// Goes on under the number of a flow that was cut by the duration limit.
        const REMOVED_SAME_ID = 1 << 62;
    }
}

impl FlowStat {
    /// Name of the column that shows the status bits of flows. The engine adds alarms there that are raised behind it.
    pub const COLUMN: &str = "flowStat";
}

bitflags! {
    /// What plugins that record may say of a flow: bits of [`FlowStat`] that neither the decoder nor the engine
    /// sets or asks for.
    #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
    pub struct Mark: u8 {
        /// SIP or RTP.
        const SIP_RTP = 1;
        /// A longer header description than there is room for.
        const DESCRIPTION_OVERRUN = 1 << 1;
        /// A plugin raised an alarm.
        const ALARM = 1 << 2;
        /// Time went backwards within the flow.
        const TIME_JUMP = 1 << 3;
        /// More header descriptions than there is room for.
        const DESCRIPTIONS_FULL = 1 << 4;
    }
}

impl Mark {
    /// What the report tells of the run's marks.
    pub fn in_report(self, compat: bool) -> FlowStat {
        // The reference shows a list that is full with the flow only.
        (if compat { self - Self::DESCRIPTIONS_FULL } else { self }).status()
    }

    /// The status bits that are shown for them.
    #[inline]
    pub fn status(self) -> FlowStat {
        let bit = |mark, status| if self.contains(mark) { status } else { FlowStat::empty() };
        bit(Self::SIP_RTP, FlowStat::SIP_RTP)
            | bit(Self::DESCRIPTION_OVERRUN, FlowStat::DESCRIPTION_OVERRUN)
            | bit(Self::ALARM, FlowStat::ALARM)
            | bit(Self::TIME_JUMP, FlowStat::TIME_JUMP)
            | bit(Self::DESCRIPTIONS_FULL, FlowStat::DESCRIPTION_OVERRUN)
    }
}

#[cfg(test)]
mod tests {
    use super::{FlowStat, Mark};

    #[test]
    fn each_mark_is_a_status_bit() {
        // Both marks of descriptions share one.
        assert_eq!(Mark::all().status().bits().count_ones(), Mark::all().bits().count_ones() - 1);
        assert_eq!(Mark::ALARM.status(), FlowStat::ALARM);
        assert_eq!(Mark::DESCRIPTIONS_FULL.in_report(false), FlowStat::DESCRIPTION_OVERRUN);
        assert_eq!(Mark::DESCRIPTIONS_FULL.in_report(true), FlowStat::empty());
    }
}
