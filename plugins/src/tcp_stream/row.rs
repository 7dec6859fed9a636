//! Columns of tcpStream.

use flowz_api::Row;
use flowz_api::cell::{Dir, Hex16, Label};
use flowz_api::stream::StreamCounts;

use super::toggles::Toggles;

/// The flow table's columns. All connections of a flow are counted together.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct FlowRow {
    /// What was seen, see above.
    #[col(name = "tcpStrStat")]
    pub(crate) stat: Hex16,
    /// Connections: ports may be used again.
    #[col(name = "tcpStrConn")]
    pub(crate) connections: u32,
    /// Bytes of the stream that were captured.
    #[col(name = "tcpStrBytes", unit = "bytes")]
    pub(crate) bytes: u64,
    /// Gaps; two that touch are one.
    #[col(name = "tcpStrGaps")]
    pub(crate) gaps: u64,
    /// Bytes that are missing.
    #[col(name = "tcpStrGapBytes", unit = "bytes")]
    pub(crate) missing: u64,
    /// Bytes that came again.
    #[col(name = "tcpStrDupBytes", unit = "bytes")]
    pub(crate) duplicate_bytes: u64,
    /// Packets that brought nothing new.
    #[col(name = "tcpStrDupSegs", unit = "packets")]
    pub(crate) duplicate_segments: u64,
    /// Bytes that came again with another value.
    #[col(name = "tcpStrConflBytes", unit = "bytes")]
    pub(crate) conflicting_bytes: u64,
    /// Packets that filled a hole.
    #[col(name = "tcpStrOutOfOrd", unit = "packets")]
    pub(crate) out_of_order: u64,
    /// Most bytes that waited for others at once.
    #[col(name = "tcpStrMaxHeld", unit = "bytes")]
    pub(crate) most_held: u64,
    /// Bytes that came when they had been given up.
    #[col(name = "tcpStrLateBytes", unit = "bytes")]
    pub(crate) late_bytes: u64,
    /// Keep-alives with an octet.
    #[col(name = "tcpStrKeepAlv", unit = "packets")]
    pub(crate) keep_alives: u64,
    /// Bytes of packets that were not captured whole.
    #[col(name = "tcpStrSnapped", unit = "bytes")]
    pub(crate) snapped: u64,
    /// Gaps that were given up because no more could be kept.
    #[col(name = "tcpStrEvict")]
    pub(crate) evictions: u64,
    /// Packets whose segment was seen under another VLAN tag before.
    #[col(name = "tcpStrTapDup", unit = "packets")]
    pub(crate) tap_copies: u64,
    /// Offset of the first message that a plugin recognised, in the first connection with one; empty if there is none.
    #[col(name = "tcpStrFirstMsg", unit = "bytes")]
    pub(crate) first_message: Option<u64>,
}

/// The packet table's columns.
#[derive(Row, Debug)]
#[row(toggles = Toggles)]
pub(crate) struct PacketRow {
    /// What was seen so far.
    #[col(name = "tcpStrStat")]
    pub(crate) stat: Hex16,
    /// Bytes of the stream that were passed on so far.
    #[col(name = "tcpStrBytes", unit = "bytes")]
    pub(crate) bytes: u64,
}

/// A gap in a TCP stream.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "gaps")]
pub(crate) struct GapRow {
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// Offset of the first missing byte, from the first byte behind the SYN or, without it, the first captured one.
    #[col(name = "offset", unit = "bytes")]
    pub(crate) offset: u64,
    /// How many bytes are missing.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: u64,
    /// Why they were given up: acked, snapped, noRoom, ended.
    #[col(name = "reason")]
    pub(crate) reason: Label<'static>,
}

/// One direction of a TCP connection.
#[derive(Row, Debug)]
#[row(toggles = Toggles, table = "streams")]
pub(crate) struct StreamRow {
    /// Direction.
    #[col(name = "dir")]
    pub(crate) direction: Dir,
    /// Number of the connection in the flow, from 1.
    #[col(name = "conn")]
    pub(crate) connection: u32,
    /// How it begins: syn, or mid in the middle of the connection.
    #[col(name = "start")]
    pub(crate) start: Label<'static>,
    /// How it ends: fin, rst, reused (another connection has the same ports), open.
    #[col(name = "end")]
    pub(crate) end: Label<'static>,
    /// Bytes from the first to the last one that is known of.
    #[col(name = "length", unit = "bytes")]
    pub(crate) len: u64,
    /// Bytes that were captured.
    #[col(name = "bytes", unit = "bytes")]
    pub(crate) bytes: u64,
    /// Packets with data.
    #[col(name = "segs", unit = "packets")]
    pub(crate) segments: u64,
    /// Gaps; two that touch are one.
    #[col(name = "gaps")]
    pub(crate) gaps: u64,
    /// Bytes that are missing.
    #[col(name = "gapBytes", unit = "bytes")]
    pub(crate) missing: u64,
    /// Bytes that came again.
    #[col(name = "dupBytes", unit = "bytes")]
    pub(crate) duplicate_bytes: u64,
    /// Packets that brought nothing new.
    #[col(name = "dupSegs", unit = "packets")]
    pub(crate) duplicate_segments: u64,
    /// Bytes that came again with another value.
    #[col(name = "conflBytes", unit = "bytes")]
    pub(crate) conflicting_bytes: u64,
    /// Packets that filled a hole.
    #[col(name = "outOfOrd", unit = "packets")]
    pub(crate) out_of_order: u64,
    /// Bytes that came when they had been given up.
    #[col(name = "lateBytes", unit = "bytes")]
    pub(crate) late_bytes: u64,
    /// Keep-alives with an octet.
    #[col(name = "keepAlv", unit = "packets")]
    pub(crate) keep_alives: u64,
    /// Bytes of packets that were not captured whole.
    #[col(name = "snapped", unit = "bytes")]
    pub(crate) snapped: u64,
    /// Packets whose segment was seen under another VLAN tag before.
    #[col(name = "tapDup", unit = "packets")]
    pub(crate) tap_copies: u64,
}

impl FlowRow {
    /// The row of a direction with these bits, so many connections, and these counts.
    pub(crate) fn from_counts(stat: u16, connections: u32, counts: &StreamCounts) -> Self {
        Self {
            stat: Hex16(stat),
            connections,
            bytes: counts.bytes,
            gaps: counts.gaps,
            missing: counts.missing,
            duplicate_bytes: counts.duplicate_bytes,
            duplicate_segments: counts.duplicate_segments,
            conflicting_bytes: counts.conflicting_bytes,
            out_of_order: counts.out_of_order,
            most_held: counts.most_held,
            late_bytes: counts.late_bytes,
            keep_alives: counts.keep_alives,
            snapped: counts.snapped,
            evictions: counts.evictions,
            tap_copies: counts.tap_copies,
            first_message: counts.first_message,
        }
    }
}
