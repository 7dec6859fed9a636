//! Columns of rtpDecode.

use flowz_api::Row;
use flowz_api::cell::{Each, Hex16, Hex32, List, Text};

use super::fact::{RtpSource, UsedType};
use super::toggles::Toggles;

/// The flow table's columns: of one direction.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow<'a> {
    /// What was seen, see above.
    #[col(name = "rtpStat")]
    pub(crate) stat: Hex16,
    /// Payload types in the order in which they came first.
    #[col(name = "voipType")]
    pub(crate) types: List<'a, u8>,
    /// Sources, in the order in which they began.
    #[col(name = "voipSSRC")]
    pub(crate) sources: Each<'a, RtpSource, Hex32>,
    /// Contributing sources, at most 16.
    #[col(name = "voipCSRC")]
    pub(crate) contributors: Each<'a, u32, Hex32>,
    /// Packets of all sources.
    #[col(name = "rtpPktCnt")]
    pub(crate) packets: u64,
    /// Packets whose number is not one more than that of the packet before.
    #[col(name = "rtpPMCnt")]
    pub(crate) missing: u64,
    /// The same by all packets.
    #[col(name = "rtpPMr")]
    pub(crate) missing_ratio: f32,
    /// Packets that never came.
    #[col(name = "rtpLost")]
    pub(crate) lost: u64,
    /// Payload types of the source with the most packets, by name; empty if it is not known.
    #[col(name = "rtpCodec")]
    pub(crate) codecs: Each<'a, UsedType, Text<'a>>,
    /// Jitter of that source by RFC 3550, behind its last packet.
    #[col(name = "rtpJitter", unit = "ms")]
    pub(crate) jitter: Option<f64>,
    /// Mean opinion score of that source by ITU-T G.107, see above.
    #[col(name = "rtpMOS")]
    pub(crate) opinion: Option<f64>,
    /// Number of the flow in which the media were announced.
    #[col(name = "voipFindex")]
    pub(crate) announced_by: List<'a, u64>,
    /// Datagrams of RTCP.
    #[col(name = "rtcpPktCnt")]
    pub(crate) control: u32,
    /// Packets that the sender says it has sent, by its latest report.
    #[col(name = "rtcpTPCnt")]
    pub(crate) sent_packets: u32,
    /// Octets that it says it has sent.
    #[col(name = "rtcpTBCnt")]
    pub(crate) sent_octets: u32,
    /// Part that it did not get before its latest report block, of 256.
    #[col(name = "rtcpFracLst")]
    pub(crate) fraction: u8,
    /// Packets that it did not get in all, by its latest report block; 0 where that is negative.
    #[col(name = "rtcpCPMCnt")]
    pub(crate) not_received: u32,
    /// Largest jitter of its report blocks in ticks of the clock.
    #[col(name = "rtcpMaxIAT")]
    pub(crate) most_jitter: u32,
    /// Datagrams of STUN.
    #[col(name = "rtpStunCnt")]
    pub(crate) stun: u32,
    /// Datagrams of DTLS.
    #[col(name = "rtpDtlsCnt")]
    pub(crate) dtls: u32,
}

/// The packet table's columns.
#[derive(Row, Clone, Copy, Debug, Default)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen in the flow so far, see above.
    #[col(name = "rtpStat")]
    pub(crate) stat: Hex16,
    /// Payload type of RTP, packet type of RTCP.
    #[col(name = "voipType")]
    pub(crate) kind: Option<u8>,
    /// Sequence number.
    #[col(name = "voipSeqN")]
    pub(crate) sequence: Option<u16>,
    /// Timestamp.
    #[col(name = "voipTs")]
    pub(crate) timestamp: Option<u32>,
    /// Its difference to the packet before of the same source; empty for the first one.
    #[col(name = "voipTsDiff")]
    pub(crate) difference: Option<i32>,
    /// Source.
    #[col(name = "voipSSRC")]
    pub(crate) ssrc: Option<Hex32>,
}
