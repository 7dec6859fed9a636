//! Columns of basicFlow.

use std::net::Ipv4Addr;

use flowz_api::Row;
use flowz_api::cell::{
    Cell, Duration, Hex8, Hex16, Hex32, Hex64, IpText, Label, List, Mac, Seconds, Text, Time,
};
use flowz_api::cell_writer::CellWriter;
use flowz_api::column::Type;
use flowz_api::settings::Run;

use super::headers::Headers;
use super::stacks::{LabelParts, TagParts};
use super::toggles::Toggles;

/// Whether the flow table describes header chains.
fn shows_chains(t: &Toggles, run: &Run) -> bool {
    run.core.t2_pri_hdrdesc && t.bfo_max_hdrdesc > 0
}

/// The flow table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// Number of the sensor that saw the flow.
    #[col(name = "sensorID", show = t.bfo_sensorid)]
    pub(crate) sensor_id: u32,
    /// Status bits and warnings of the flow.
    pub(crate) flow_stat: Hex64,
    /// Time of the first packet.
    #[col(unit = "s")]
    pub(crate) time_first: Time,
    /// Time of the last packet.
    #[col(unit = "s")]
    pub(crate) time_last: Time,
    /// Time from the first to the last packet.
    #[col(unit = "s")]
    pub(crate) duration: Duration,
    /// Number of different header chains.
    #[col(show = shows_chains(t, run))]
    pub(crate) num_hdr_desc: u8,
    /// Number of headers in each chain.
    #[col(show = shows_chains(t, run))]
    pub(crate) num_hdrs: Depths<'a>,
    /// Header chains, outermost header first.
    #[col(show = shows_chains(t, run) && !t.bfo_hdrdesc_pktcnt)]
    pub(crate) hdr_desc: Names<'a>,
    /// Header chains, outermost header first, and the number of packets that had them.
    #[col(name = "hdrDesc_pktCnt", show = shows_chains(t, run) && t.bfo_hdrdesc_pktcnt)]
    pub(crate) hdr_desc_counts: Counted<'a>,
    /// Source hardware addresses in order of appearance.
    #[col(show = t.macs())]
    pub(crate) src_mac: List<'a, Mac>,
    /// Destination hardware addresses in order of appearance.
    #[col(show = t.macs())]
    pub(crate) dst_mac: List<'a, Mac>,
    /// Ethertype; for LLC frames the two service access points.
    #[col(show = t.bfo_ethertype)]
    pub(crate) eth_type: Hex16,
    /// VLAN identifiers of the first packet, outermost first.
    #[col(name = "vlanID", show = t.bfo_vlan == 1)]
    pub(crate) vlan_id: List<'a, u16>,
    /// VLAN tags of the first packet: control word, and the type behind it.
    #[col(name = "vlanHdr", show = t.bfo_vlan == 2)]
    pub(crate) vlan_header: List<'a, Hex32>,
    /// VLAN tags of the first packet: type, priority, drop bit, identifier (IEEE 802.1Q).
    #[col(name = "vlanTPID_PCP_DEI_VID", show = t.bfo_vlan == 3)]
    pub(crate) vlan_parts: List<'a, TagParts>,
    /// MPLS labels of the first packet, outermost first.
    #[col(name = "mplsLabels", show = t.bfo_mpls == 1)]
    pub(crate) mpls_labels: List<'a, u32>,
    /// MPLS labels of the first packet in hexadecimal.
    #[col(name = "mplsLabelsHex", show = t.bfo_mpls == 2)]
    pub(crate) mpls_labels_hex: List<'a, Hex32>,
    /// MPLS headers of the first packet (RFC 3032, section 2.1).
    #[col(name = "mplsHdrsHex", show = t.bfo_mpls == 3)]
    pub(crate) mpls_headers: List<'a, Hex32>,
    /// MPLS headers of the first packet: label, traffic class, bottom of stack, time to live.
    #[col(name = "mplsLabel_ToS_S_TTL", show = t.bfo_mpls == 4)]
    pub(crate) mpls_parts: List<'a, LabelParts>,
    /// Service access point of LAPD (ITU-T Q.921, section 3.3).
    #[col(name = "lapdSAPI", show = t.bfo_lapd)]
    pub(crate) lapd_service: u8,
    /// Terminal endpoint of LAPD.
    #[col(name = "lapdTEI", show = t.bfo_lapd)]
    pub(crate) lapd_terminal: u8,
    /// First four bytes of the PPP header, from its framing on (RFC 1662).
    #[col(name = "pppHdr", show = t.bfo_ppp)]
    pub(crate) ppp: Hex32,
    /// Flags and version of the L2TP header (RFC 2661, section 3.1).
    #[col(name = "l2tpHdr", show = t.bfo_l2tp)]
    pub(crate) l2tp: Hex16,
    /// Tunnel of L2TP version 2.
    #[col(name = "l2tpTID", show = t.bfo_l2tp)]
    pub(crate) l2tp_tunnel: u16,
    /// Session of L2TP version 2.
    #[col(name = "l2tpSID", show = t.bfo_l2tp)]
    pub(crate) l2tp_session: u16,
    /// Session or control connection of L2TP version 3 (RFC 3931).
    #[col(name = "l2tpCCSID", show = t.bfo_l2tp)]
    pub(crate) l2tp_connection: u32,
    /// Source of the IPv4 packet with L2TP.
    #[col(name = "l2tpSrcIP", show = t.bfo_l2tp && !run.core.anonym_ip)]
    pub(crate) l2tp_src: Ipv4Addr,
    /// Destination of the IPv4 packet with L2TP.
    #[col(name = "l2tpDstIP", show = t.bfo_l2tp && !run.core.anonym_ip)]
    pub(crate) l2tp_dst: Ipv4Addr,
    /// Flags and protocol of the GRE header (RFC 2784, section 2).
    #[col(name = "greHdr", show = t.bfo_gre)]
    pub(crate) gre: Hex32,
    /// Source of the IPv4 packet with GRE.
    #[col(name = "greSrcIP", show = t.bfo_gre && !run.core.anonym_ip)]
    pub(crate) gre_src: Ipv4Addr,
    /// Destination of the IPv4 packet with GRE.
    #[col(name = "greDstIP", show = t.bfo_gre && !run.core.anonym_ip)]
    pub(crate) gre_dst: Ipv4Addr,
    /// Address in the origin indication of Teredo (RFC 4380, section 5.1.1).
    #[col(name = "trdoDstIP", show = t.bfo_teredo && !run.core.anonym_ip)]
    pub(crate) teredo_ip: Ipv4Addr,
    /// Port in the origin indication of Teredo.
    #[col(name = "trdoDstPort", show = t.bfo_teredo)]
    pub(crate) teredo_port: u16,
    /// Upper byte of the flags of a Teredo source address (RFC 4380, section 4).
    #[col(name = "trdo6SrcFlgs", show = t.bfo_teredo)]
    pub(crate) teredo_src_flags: Hex8,
    /// Server of a Teredo source address.
    #[col(name = "trdo6SrcSrvIP4", show = t.bfo_teredo && !run.core.anonym_ip)]
    pub(crate) teredo_src_server: Ipv4Addr,
    /// Client behind a Teredo source address.
    #[col(name = "trdo6SrcCPIP4", show = t.bfo_teredo && !run.core.anonym_ip)]
    pub(crate) teredo_src_client: Ipv4Addr,
    /// Port of the client behind a Teredo source address.
    #[col(name = "trdo6SrcCPPort", show = t.bfo_teredo)]
    pub(crate) teredo_src_port: u16,
    /// Upper byte of the flags of a Teredo destination address.
    #[col(name = "trdo6DstFlgs", show = t.bfo_teredo)]
    pub(crate) teredo_dst_flags: Hex8,
    /// Server of a Teredo destination address.
    #[col(name = "trdo6DstSrvIP4", show = t.bfo_teredo && !run.core.anonym_ip)]
    pub(crate) teredo_dst_server: Ipv4Addr,
    /// Client behind a Teredo destination address.
    #[col(name = "trdo6DstCPIP4", show = t.bfo_teredo && !run.core.anonym_ip)]
    pub(crate) teredo_dst_client: Ipv4Addr,
    /// Port of the client behind a Teredo destination address.
    #[col(name = "trdo6DstCPPort", show = t.bfo_teredo)]
    pub(crate) teredo_dst_port: u16,
    /// Source address.
    #[col(name = "srcIP", show = !run.core.anonym_ip)]
    pub(crate) src_ip: IpText,
    /// Country of the source address (ISO 3166-1), or the class of its special range (docs/geo.md); `-` if unknown.
    #[col(name = "srcIPCC", show = t.places(run))]
    pub(crate) src_country: Label<'a>,
    /// Organisation that has the source address, or the name of its special range; `-` if unknown, `no database` without any.
    #[col(name = "srcIPOrg", show = t.places(run) && t.bfo_subnet_org)]
    pub(crate) src_organisation: Text<'a>,
    /// Autonomous system that announces the source address (RFC 6793); 0 if unknown.
    #[col(name = "srcIPASN", show = t.places(run) && t.bfo_subnet_asn)]
    pub(crate) src_system: u32,
    /// Source port.
    pub(crate) src_port: u16,
    /// Destination address.
    #[col(name = "dstIP", show = !run.core.anonym_ip)]
    pub(crate) dst_ip: IpText,
    /// Country of the destination address (ISO 3166-1), or the class of its special range (docs/geo.md); `-` if unknown.
    #[col(name = "dstIPCC", show = t.places(run))]
    pub(crate) dst_country: Label<'a>,
    /// Organisation that has the destination address, or the name of its special range; `-` if unknown, `no database` without any.
    #[col(name = "dstIPOrg", show = t.places(run) && t.bfo_subnet_org)]
    pub(crate) dst_organisation: Text<'a>,
    /// Autonomous system that announces the destination address (RFC 6793); 0 if unknown.
    #[col(name = "dstIPASN", show = t.places(run) && t.bfo_subnet_asn)]
    pub(crate) dst_system: u32,
    /// Destination port.
    pub(crate) dst_port: u16,
    /// Protocol number of layer 4.
    #[col(name = "l4Proto")]
    pub(crate) l4_proto: u8,
    /// Numbers of the flows that ICMP errors of this flow report on, in order of appearance, at most eight.
    #[col(name = "relFlowInd", show = run.core.icmp_related)]
    pub(crate) related: List<'a, u64>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow<'a> {
    /// Status bits of the flow so far.
    pub(crate) flow_stat: Hex64,
    /// Time of the packet, with `core.RELTIME` since the first one of the capture.
    #[col(name = if run.core.reltime { "relTime" } else { "time" }, unit = "s")]
    pub(crate) time: Time,
    /// Time since the flow's previous packet.
    #[col(name = "pktIAT", unit = "s")]
    pub(crate) pkt_iat: Seconds,
    /// Time since the latest packet of the other direction.
    #[col(unit = "s")]
    pub(crate) pkt_trip: Seconds,
    /// Time since the flow's first packet.
    #[col(unit = "s")]
    pub(crate) flow_duration: Duration,
    /// Number of headers.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) num_hdrs: u16,
    /// Header chain, outermost header first.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) hdr_desc: Label<'a>,
    /// VLAN identifiers, outermost first.
    #[col(name = "vlanID", show = t.bfo_vlan == 1)]
    pub(crate) vlan_id: List<'a, u16>,
    /// VLAN tags: control word, and the type behind it.
    #[col(name = "vlanHdr", show = t.bfo_vlan == 2)]
    pub(crate) vlan_header: Label<'a>,
    /// VLAN tags: type, priority, drop bit, identifier (IEEE 802.1Q).
    #[col(name = "vlanTPID_PCP_DEI_VID", show = t.bfo_vlan == 3)]
    pub(crate) vlan_parts: Label<'a>,
    /// MPLS labels of the packet, outermost first.
    #[col(name = "mplsLabels", show = t.bfo_mpls == 1)]
    pub(crate) mpls_labels: List<'a, u32>,
    /// MPLS labels of the packet in hexadecimal.
    #[col(name = "mplsLabelsHex", show = t.bfo_mpls == 2)]
    pub(crate) mpls_labels_hex: List<'a, Hex32>,
    /// MPLS headers of the packet (RFC 3032, section 2.1).
    #[col(name = "mplsHdrsHex", show = t.bfo_mpls == 3)]
    pub(crate) mpls_headers: List<'a, Hex32>,
    /// MPLS headers of the packet: label, traffic class, bottom of stack, time to live.
    #[col(name = "mplsLabel_ToS_S_TTL", show = t.bfo_mpls == 4)]
    pub(crate) mpls_parts: List<'a, LabelParts>,
    /// Source hardware address.
    pub(crate) src_mac: Option<Mac>,
    /// Destination hardware address.
    pub(crate) dst_mac: Option<Mac>,
    /// Ethertype; for LLC frames the two service access points.
    pub(crate) eth_type: Hex16,
    /// Service access point of LAPD (ITU-T Q.921, section 3.3).
    #[col(name = "lapdSAPI", show = t.bfo_lapd)]
    pub(crate) lapd_service: Option<u8>,
    /// Terminal endpoint of LAPD.
    #[col(name = "lapdTEI", show = t.bfo_lapd)]
    pub(crate) lapd_terminal: Option<u8>,
    /// Format of a LAPD frame: I, S or U (ITU-T Q.921, section 3.4).
    #[col(name = "lapdFType", show = t.bfo_lapd)]
    pub(crate) lapd_format: Label<'static>,
    /// Function of a LAPD frame.
    #[col(name = "lapdFunc", show = t.bfo_lapd)]
    pub(crate) lapd_function: Label<'static>,
    /// Number of the LAPD frame that is expected next.
    #[col(name = "lapdNR", show = t.bfo_lapd)]
    pub(crate) lapd_received: Option<u8>,
    /// Number of the LAPD frame.
    #[col(name = "lapdNS", show = t.bfo_lapd)]
    pub(crate) lapd_sent: Option<u8>,
    /// Source address.
    #[col(name = "srcIP", show = !run.core.anonym_ip)]
    pub(crate) src_ip: Option<IpText>,
    /// Country of the source address (ISO 3166-1), or the class of its special range (docs/geo.md); `-` if unknown.
    #[col(name = "srcIPCC", show = t.places(run))]
    pub(crate) src_country: Label<'a>,
    /// Organisation that has the source address, or the name of its special range; `-` if unknown, `no database` without any.
    #[col(name = "srcIPOrg", show = t.places(run) && t.bfo_subnet_org)]
    pub(crate) src_organisation: Text<'a>,
    /// Autonomous system that announces the source address (RFC 6793); 0 if unknown.
    #[col(name = "srcIPASN", show = t.places(run) && t.bfo_subnet_asn)]
    pub(crate) src_system: u32,
    /// Source port; empty for protocols without ports.
    pub(crate) src_port: Option<u16>,
    /// Destination address.
    #[col(name = "dstIP", show = !run.core.anonym_ip)]
    pub(crate) dst_ip: Option<IpText>,
    /// Country of the destination address (ISO 3166-1), or the class of its special range (docs/geo.md); `-` if unknown.
    #[col(name = "dstIPCC", show = t.places(run))]
    pub(crate) dst_country: Label<'a>,
    /// Organisation that has the destination address, or the name of its special range; `-` if unknown, `no database` without any.
    #[col(name = "dstIPOrg", show = t.places(run) && t.bfo_subnet_org)]
    pub(crate) dst_organisation: Text<'a>,
    /// Autonomous system that announces the destination address (RFC 6793); 0 if unknown.
    #[col(name = "dstIPASN", show = t.places(run) && t.bfo_subnet_asn)]
    pub(crate) dst_system: u32,
    /// Destination port; empty for protocols without ports.
    pub(crate) dst_port: Option<u16>,
    /// Protocol number of layer 4.
    #[col(name = "l4Proto")]
    pub(crate) l4_proto: Option<u8>,
    /// Number of the flow that this ICMP error reports on.
    #[col(name = "relFlowInd", show = run.core.icmp_related)]
    pub(crate) related: Option<u64>,
}

/// Depths of a flow's header chains.
#[derive(Debug)]
pub(crate) struct Depths<'a>(pub(crate) &'a Headers, pub(crate) &'a [u16]);

impl Cell for Depths<'_> {
    const TYPE: Type = Type::List(&Type::U16);

    fn put(&self, out: &mut impl CellWriter) {
        out.list(self.1.len(), self.1.iter().map(|&id| self.0.get(id).depth));
    }
}

/// Texts of a flow's header chains with the number of packets of each.
#[derive(Debug)]
pub(crate) struct Counted<'a>(pub(crate) &'a Headers, pub(crate) &'a [u16], pub(crate) &'a [u64]);

impl Cell for Counted<'_> {
    const TYPE: Type = Type::List(&Type::Compound(&[Type::Label, Type::U64]));

    fn put(&self, out: &mut impl CellWriter) {
        let Self(headers, chains, counts) = self;
        let counted = chains.iter().zip(*counts);
        let count = chains.len().min(counts.len());
        let cell =
            |(&id, packets): (&u16, &u64)| (Label(headers.get(id).text.as_bytes()), *packets);
        out.list(count, counted.map(cell));
    }
}

/// Texts of a flow's header chains.
#[derive(Debug)]
pub(crate) struct Names<'a>(pub(crate) &'a Headers, pub(crate) &'a [u16]);

impl Cell for Names<'_> {
    const TYPE: Type = Type::List(&Type::Label);

    fn put(&self, out: &mut impl CellWriter) {
        out.list(self.1.len(), self.1.iter().map(|&id| Label(self.0.get(id).text.as_bytes())));
    }
}
