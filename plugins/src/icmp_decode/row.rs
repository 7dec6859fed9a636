//! Columns of icmpDecode.

use flowz_api::Row;
use flowz_api::cell::{Hex8, Hex16, Hex32, List};

use super::toggles::Toggles;

/// The flow table's columns.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen: 01 ICMP, 10 bandwidth measurement, 20 jump of sequence numbers, 40 Loki, 80 SSH greeting.
    #[col(name = "icmpStat")]
    pub(crate) stat: Hex8,
    /// Messages of this direction, at most 255.
    #[col(name = "icmpTCcnt", unit = "packets")]
    pub(crate) count: u8,
    /// Types from 128 on of ICMPv6 or from 32 on of ICMP, types below 32, codes below 16, one bit each.
    #[col(name = "icmpBFTypH_TypL_Code", show = t.tc_md == 0)]
    pub(crate) bits: (Hex32, Hex32, Hex16),
    /// Different pairs of type and code in order of appearance.
    #[col(name = "icmpType_Code", show = t.tc_md == 1)]
    pub(crate) list: List<'a, (u8, u8)>,
    /// Gateway of the latest redirect, or time of the latest timestamp message in milliseconds since midnight UTC.
    #[col(name = "icmpTmGtw")]
    pub(crate) gateway_or_time: Hex32,
    /// Echo replies of the other direction by requests of this one; without requests the replies, negative.
    #[col(name = "icmpEchoSuccRatio")]
    pub(crate) success: f32,
    /// Flow that the latest error reported on, 0 for none; needs `core.ICMP_RELATED`.
    #[col(name = "icmpPFindex", show = t.parent)]
    pub(crate) parent: u64,
}

/// The packet table's columns; empty where the packet has no ICMP header.
#[derive(Row, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far.
    #[col(name = "icmpStat")]
    pub(crate) stat: Hex8,
    /// Type.
    #[col(name = "icmpType")]
    pub(crate) kind: Option<u8>,
    /// Code.
    #[col(name = "icmpCode")]
    pub(crate) code: Option<u8>,
    /// Identifier.
    #[col(name = "icmpID")]
    pub(crate) id: Option<Hex16>,
    /// Sequence number.
    #[col(name = "icmpSeq")]
    pub(crate) sequence: Option<Hex16>,
    /// Flow that the error reports on; needs `core.ICMP_RELATED`.
    #[col(name = "icmpPFindex", show = t.parent)]
    pub(crate) parent: Option<u64>,
}
