//! The bytes of TCP connections, as plugins get them: in order, each once, with a plain statement of what is missing.
//!
//! A plugin whose description says [`Info::streams`](crate::plugin::Info::streams) answers
//! [`Interest::Stream`](crate::plugin::Interest::Stream) for a direction, and [`Plugin::on_stream`](crate::plugin::Plugin::on_stream) is
//! called with [`StreamEvent`]s. Offsets count from the first byte behind the SYN; if the beginning is not in the capture, from the first
//! byte that is.

use crate::Checkpoint;
use crate::flow::{Direction, Flow};
use crate::key::FlowKey;
use crate::packet::Timestamp;
use crate::plugin::{FlowView, LiveView};
use crate::settings::Run;

/// What comes next in one direction of a connection.
#[derive(Clone, Copy, Debug)]
pub enum StreamEvent<'a> {
    /// Bytes.
    Data(StreamData<'a>),
    /// Bytes that are missing: whoever waited for them waits no longer.
    Gap(StreamGap<'a>),
    /// Nothing more comes in this direction of the connection.
    End(StreamEnd<'a>),
    /// The connection is forgotten: the last event, with all that was counted.
    Closed(&'a StreamCounts),
}

/// Bytes of a stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamData<'a> {
    /// Offset of the first byte.
    pub offset: u64,
    /// The bytes that were not taken yet, all that are known so far.
    pub bytes: &'a [u8],
    /// So many of them were shown before from this offset on.
    pub seen: usize,
    /// When the packet came that brought the last of them.
    pub time: Timestamp,
    /// Number of that packet.
    pub number: u64,
}

/// Bytes that are missing.
#[derive(Clone, Copy, Debug)]
pub struct StreamGap<'a> {
    /// Offset of the first one.
    pub offset: u64,
    /// How many.
    pub len: u64,
    /// Why they are given up.
    pub reason: GapReason,
    /// Bytes in front of the gap that were not taken; they are not shown again.
    pub rest: &'a [u8],
}

/// Why missing bytes are given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub enum GapReason {
    /// The receiver has acknowledged them: the capture lost them, not the network.
    Acknowledged,
    /// The packet was captured in part only.
    Snapped,
    /// No more may be kept that came behind them.
    NoRoom,
    /// The connection is over.
    Ended,
    /// They are there, but more of them than may be kept were not taken.
    NotTaken,
}

/// The end of one direction.
#[derive(Clone, Copy, Debug)]
pub struct StreamEnd<'a> {
    /// Offset behind the last byte.
    pub offset: u64,
    /// How it ended.
    pub reason: EndReason,
    /// Bytes in front of the end that were not taken.
    pub rest: &'a [u8],
}

/// How a direction ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Checkpoint)]
pub enum EndReason {
    /// By a FIN.
    Fin,
    /// By a RST of one of the two.
    Reset,
    /// A new connection has the same ports.
    Reused,
    /// The flow ended without either.
    Open,
}

/// What a plugin does with what it was shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Next {
    /// It takes so many bytes; the others are shown again: at once if some were taken, else with more behind them.
    Take(usize),
    /// It takes so many bytes and does not know where the next message begins: [`Plugin::find_message`] is asked for it.
    ///
    /// [`Plugin::find_message`]: crate::plugin::Plugin::find_message
    Search(usize),
    /// It takes all bytes of the connection in this direction, these and those to come, and does not want to see them: gaps and
    /// the end are told.
    TakeAll,
    /// Nothing more of this direction, until it is asked for again.
    Stop,
}

/// Whether a message begins at the first of some bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// A message of so many bytes; 0 if its length is not known here. If more bytes are there than that, a message
    /// must begin behind it too, else this is none.
    Message(usize),
    /// The plugin reads bytes, not messages: it goes on here.
    Anything,
    /// That cannot be told without more bytes.
    NeedMore,
    /// No, and none will come: nothing more of this direction.
    Never,
    /// No: no message begins within the first so many bytes (at least one is passed over).
    NotHere(usize),
}

/// How the capture of a direction begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub enum StreamStart {
    /// In the middle of the connection.
    #[default]
    Middle,
    /// With its SYN.
    Syn,
}

/// What was counted in one direction of a connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub struct StreamCounts {
    /// How the capture begins.
    pub start: StreamStart,
    /// Bytes that were passed on.
    pub bytes: u64,
    /// Gaps; two that touch are one.
    pub gaps: u64,
    /// Bytes in them.
    pub missing: u64,
    /// Segments with data.
    pub segments: u64,
    /// Bytes that came again. They were compared as far as the first ones were still there.
    pub duplicate_bytes: u64,
    /// Segments in which no byte was new.
    pub duplicate_segments: u64,
    /// Bytes that came again with another value: an attempt to hide something, perhaps.
    pub conflicting_bytes: u64,
    /// Segments that filled a hole.
    pub out_of_order: u64,
    /// Most bytes that waited for others at once.
    pub most_held: u64,
    /// Bytes that came when they had been given up.
    pub late_bytes: u64,
    /// Keep-alives with an octet.
    pub keep_alives: u64,
    /// Bytes of packets that were captured in part only.
    pub snapped: u64,
    /// Gaps that were given up because no more could be kept.
    pub evictions: u64,
    /// Copies of segments under another VLAN tag: the same packet, seen at two places.
    pub tap_copies: u64,
    /// Offset of the first message that a plugin recognised.
    pub first_message: Option<u64>,
}

impl StreamCounts {
    /// Adds what was counted in a later connection.
    pub fn add(&mut self, other: &Self) {
        self.bytes += other.bytes;
        self.gaps += other.gaps;
        self.missing += other.missing;
        self.segments += other.segments;
        self.duplicate_bytes += other.duplicate_bytes;
        self.duplicate_segments += other.duplicate_segments;
        self.conflicting_bytes += other.conflicting_bytes;
        self.out_of_order += other.out_of_order;
        self.most_held = self.most_held.max(other.most_held);
        self.late_bytes += other.late_bytes;
        self.keep_alives += other.keep_alives;
        self.snapped += other.snapped;
        self.evictions += other.evictions;
        self.tap_copies += other.tap_copies;
        self.first_message = self.first_message.or(other.first_message);
    }
}

/// What hooks see of a stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamView<'a> {
    /// Key of the flow in the direction of the bytes.
    pub key: &'a FlowKey,
    /// The flow of the bytes. Its peer may have brought the packet at hand: an acknowledgement that ends a wait.
    pub flow: &'a Flow,
    /// The other direction, if it was seen.
    pub peer: Option<&'a Flow>,
    /// Time of the packet at hand; at the flow's end that of its last one.
    pub now: Timestamp,
    /// Which connection of the flow it is, from 0 on: ports may be used again.
    pub connection: u32,
    /// How the capture of this direction begins.
    pub start: StreamStart,
    /// Modes of the run.
    pub run: &'a Run,
}

impl StreamView<'_> {
    /// The direction of the bytes.
    pub fn direction(&self) -> Direction {
        self.flow.direction()
    }
}

impl LiveView for StreamView<'_> {}

impl FlowView for StreamView<'_> {
    #[inline]
    fn flow(&self) -> &Flow {
        self.flow
    }
}
