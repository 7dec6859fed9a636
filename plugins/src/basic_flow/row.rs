//! Columns of basicFlow.

use flowz_api::Row;
use flowz_api::cell::{Cell, Duration, Hex16, Hex64, IpText, List, Mac, Nine, Stamp, Word};
use flowz_api::column::Type;
use flowz_api::record::Record;

use super::headers::Headers;
use super::toggles::Toggles;

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
    pub(crate) time_first: Stamp,
    /// Time of the last packet.
    #[col(unit = "s")]
    pub(crate) time_last: Stamp,
    /// Time from the first to the last packet.
    #[col(unit = "s")]
    pub(crate) duration: Duration,
    /// Number of different header chains.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) num_hdr_desc: u8,
    /// Number of headers in each chain.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) num_hdrs: Depths<'a>,
    /// Header chains, outermost header first.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) hdr_desc: Names<'a>,
    /// Source hardware addresses in order of appearance.
    #[col(show = t.bfo_mac)]
    pub(crate) src_mac: List<'a, Mac>,
    /// Destination hardware addresses in order of appearance.
    #[col(show = t.bfo_mac)]
    pub(crate) dst_mac: List<'a, Mac>,
    /// Ethertype; for LLC frames the two service access points.
    #[col(show = t.bfo_ethertype)]
    pub(crate) eth_type: Hex16,
    /// VLAN identifiers of the first packet, outermost first.
    #[col(name = "vlanID")]
    pub(crate) vlan_id: List<'a, u16>,
    /// Source address.
    #[col(name = "srcIP")]
    pub(crate) src_ip: IpText,
    /// Source port.
    pub(crate) src_port: u16,
    /// Destination address.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: IpText,
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
    /// Number of the sensor that saw the packet.
    #[col(name = "sensorID", show = t.bfo_sensorid)]
    pub(crate) sensor_id: u32,
    /// Status bits of the flow so far.
    pub(crate) flow_stat: Hex64,
    /// Time of the packet.
    #[col(unit = "s")]
    pub(crate) time: Stamp,
    /// Time since the flow's previous packet.
    #[col(name = "pktIAT", unit = "s")]
    pub(crate) pkt_iat: Nine,
    /// Time since the latest packet of the opposite direction.
    #[col(unit = "s")]
    pub(crate) pkt_trip: Nine,
    /// Time since the flow's first packet.
    #[col(unit = "s")]
    pub(crate) flow_duration: Duration,
    /// Number of headers.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) num_hdrs: u16,
    /// Header chain, outermost header first.
    #[col(show = run.core.t2_pri_hdrdesc)]
    pub(crate) hdr_desc: Word<'a>,
    /// VLAN identifiers, outermost first.
    #[col(name = "vlanID")]
    pub(crate) vlan_id: List<'a, u16>,
    /// Source hardware address.
    #[col(show = t.bfo_mac)]
    pub(crate) src_mac: Option<Mac>,
    /// Destination hardware address.
    #[col(show = t.bfo_mac)]
    pub(crate) dst_mac: Option<Mac>,
    /// Ethertype; for LLC frames the two service access points.
    #[col(show = t.bfo_ethertype)]
    pub(crate) eth_type: Hex16,
    /// Source address.
    #[col(name = "srcIP")]
    pub(crate) src_ip: Option<IpText>,
    /// Source port; empty for protocols without ports.
    pub(crate) src_port: Option<u16>,
    /// Destination address.
    #[col(name = "dstIP")]
    pub(crate) dst_ip: Option<IpText>,
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

    fn put(&self, out: &mut Record) {
        out.length(self.1.len());
        self.1.iter().for_each(|&id| self.0.get(id).depth.put(out));
    }
}

/// Texts of a flow's header chains.
#[derive(Debug)]
pub(crate) struct Names<'a>(pub(crate) &'a Headers, pub(crate) &'a [u16]);

impl Cell for Names<'_> {
    const TYPE: Type = Type::List(&Type::Class);

    fn put(&self, out: &mut Record) {
        out.length(self.1.len());
        self.1.iter().for_each(|&id| Word(self.0.get(id).text.as_bytes()).put(out));
    }
}
