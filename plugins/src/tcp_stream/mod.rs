//! The streams of TCP: what was captured of them, what is missing, what came twice or differently, and their bytes in files.
//!
//! Segments are put in order as far as the capture has them. A gap is told when the receiver has acknowledged it and the capture
//! still has not brought it, when no more can be kept that came behind it, or when the flow ends (`core.STREAM_…`). Offsets count
//! from the first byte behind the SYN (RFC 9293, section 3.4); if that was not captured, from the first byte that was.
//!
//! | `tcpStrStat` | what |
//! |---|---|
//! | 0001 | the SYN was seen |
//! | 0002 | the capture begins in the middle of the connection |
//! | 0004 | ended by FIN |
//! | 0008 | ended by RST |
//! | 0010 | bytes are missing |
//! | 0020 | bytes came again with another value: an attempt to hide something, or a fault |
//! | 0040 | packets were captured in part |
//! | 0080 | a gap was given up because no more could be kept |
//! | 0100 | the ports were used again by another connection |
//! | 0200 | bytes came when they had been given up |
//! | 0400 | copies of segments under another VLAN tag (`core.STREAM_TAP_VLAN` keeps those of one) |
//! | 1000 | a file was begun |
//! | 2000 | the file does not have all bytes: there are more than `TS_SAVE_MAX` allows |
//!
//! **Files**, `TS_SAVE`: `7_A.bin` and `7_B.bin`, the directions of flow 7, or `7.bin`, both; further connections of the same ports
//! have their number behind that: `7_A_2.bin`. The letter, also in the tables, is that of bit 0 of `flowStat`: a flow of a server whose
//! client was not captured is B here, and A in the flow table, which calls all flows without a peer A.
//!
//! **Tables**: `gaps` and `streams`, see their columns.

mod row;
mod toggles;

use flowz_api::cell::Hex16;
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{
    EndReason, GapReason, Next, StreamCounts, StreamEvent, StreamGap, StreamStart,
};
use flowz_api::table::TableList;

use row::{FlowRow, GapRow, PacketRow, StreamRow};
use toggles::Toggles;

/// Bits of `tcpStrStat`.
mod stat {
    pub(super) const SYN: u16 = 0x0001;
    pub(super) const MIDDLE: u16 = 0x0002;
    pub(super) const FIN: u16 = 0x0004;
    pub(super) const RST: u16 = 0x0008;
    pub(super) const GAP: u16 = 0x0010;
    pub(super) const CONFLICT: u16 = 0x0020;
    pub(super) const SNAPPED: u16 = 0x0040;
    pub(super) const EVICTED: u16 = 0x0080;
    pub(super) const REUSED: u16 = 0x0100;
    pub(super) const LATE: u16 = 0x0200;
    pub(super) const TAP: u16 = 0x0400;
    pub(super) const FILE: u16 = 0x1000;
    pub(super) const FILE_CUT: u16 = 0x2000;
}

/// Most zero bytes that stand for a gap in a file.
const MOST_ZEROS: u64 = 1 << 20;

inventory::submit! { PluginEntry::new::<TcpStream>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TcpStream {
    #[merge(keep)]
    toggles: Toggles,
    /// Bytes are written, or counted packet by packet.
    #[merge(keep)]
    sees_bytes: bool,
    /// Bits of all flows.
    #[merge(or)]
    stats: u16,
    /// Directions of connections.
    #[merge(sum)]
    streams: u64,
    #[merge(sum)]
    bytes: u64,
    #[merge(sum)]
    gaps: u64,
    #[merge(sum)]
    missing: u64,
    #[merge(sum)]
    conflicting: u64,
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    stat: u16,
    connections: u32,
    /// Bytes so far.
    bytes: u64,
    /// What TCP flows have.
    tcp: Option<Box<Tcp>>,
}

/// What was seen of a direction.
#[derive(Debug, Default, Checkpoint)]
struct Tcp {
    counts: StreamCounts,
    /// How the connection at hand ended, and where.
    end: Option<(EndReason, u64)>,
    /// Bytes in the file of the connection at hand.
    written: u64,
}

impl Plugin for TcpStream {
    const INFO: Info = Info::new(
        "tcpStream",
        134,
        "Bytes of TCP streams: gaps, repetitions, conflicts; writes them to files",
    )
    .streams()
    .only(TCP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let sees_bytes = toggles.save > 0 || setup.run.packet_mode;
        let (stats, streams, bytes, gaps, missing, conflicting) = (0, 0, 0, 0, 0, 0);
        Ok(Self { toggles, sees_bytes, stats, streams, bytes, gaps, missing, conflicting })
    }

    fn bytes_elsewhere(&self) -> usize {
        memory::boxed::<Tcp>()
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().gap_table {
            list.add::<GapRow>();
        }
        if list.toggles().stream_table {
            list.add::<StreamRow>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        if !cx.layers.is_tcp() {
            return Interest::None;
        }
        flow.tcp = Some(Box::default());
        Interest::Stream
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        _: Option<&mut State>,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => {
                if !self.sees_bytes {
                    return Next::TakeAll;
                }
                flow.bytes += data.bytes.len() as u64;
                self.save(cx, flow, data.bytes);
                return Next::Take(data.bytes.len());
            }
            StreamEvent::Gap(gap) => self.gap(cx, flow, gap),
            StreamEvent::End(end) => {
                if let Some(tcp) = &mut flow.tcp {
                    tcp.end = Some((end.reason, end.offset));
                }
            }
            StreamEvent::Closed(counts) => self.closed(cx, flow, counts),
        }
        Next::Take(0)
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow { stat: Hex16(flow.stat), bytes: flow.bytes }
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0 && flow.tcp.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow {
        self.stats |= flow.stat;
        let none = StreamCounts::default();
        let counts = flow.tcp.as_deref().map_or(&none, |tcp| &tcp.counts);
        FlowRow::from_counts(flow.stat, flow.connections, counts)
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        out.aggregated("tcpStrStat", u64::from(self.stats), 4);
        let all = self.bytes + self.missing;
        out.line("Number of TCP streams", [Part::Count(self.streams)]);
        out.line("Number of bytes in TCP streams", [Part::Count(self.bytes)]);
        out.line("Number of gaps in TCP streams", [Part::Count(self.gaps)]);
        let missing = [Part::Count(self.missing), Part::Share(self.missing, all)];
        out.line("Number of bytes missing in TCP streams", missing);
        if self.conflicting > 0 {
            let key = "Number of bytes that came again with another value";
            out.line(key, [Part::Count(self.conflicting)]);
        }
    }
}

impl TcpStream {
    /// Bytes are missing.
    fn gap(&mut self, cx: &mut StreamContext<'_>, flow: &mut State, gap: StreamGap<'_>) {
        flow.stat |= stat::GAP;
        if self.toggles.gap_table {
            let row = GapRow {
                direction: letter(cx),
                connection: cx.connection + 1,
                offset: gap.offset,
                len: gap.len,
                reason: Label(reason(gap.reason).as_bytes()),
            };
            cx.emit(&row);
        }
        match self.toggles.save_gaps {
            1 => {
                const ZEROS: [u8; 4096] = [0; 4096];
                let mut left = gap.len.min(MOST_ZEROS);
                while left > 0 && self.toggles.save > 0 {
                    let now = left.min(ZEROS.len() as u64);
                    self.save(cx, flow, &ZEROS[..now as usize]);
                    left -= now;
                }
            }
            2 => self.save(cx, flow, format!("\n[{} bytes missing]\n", gap.len).as_bytes()),
            _ => {}
        }
    }

    /// Writes bytes as far as that is allowed.
    fn save(&mut self, cx: &mut StreamContext<'_>, flow: &mut State, bytes: &[u8]) {
        let Some(tcp) = flow.tcp.as_deref_mut().filter(|_| self.toggles.save > 0) else { return };
        let left = (u64::from(self.toggles.save_max) * 1024).saturating_sub(tcp.written);
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
        if most < bytes.len() {
            flow.stat |= stat::FILE_CUT;
        }
        if most == 0 {
            return;
        }
        flow.stat |= stat::FILE;
        tcp.written += most as u64;
        let name = self.file_name(cx);
        cx.append_to_file(&name, &bytes[..most]);
    }

    fn file_name(&self, cx: &StreamContext<'_>) -> String {
        let mut name = cx.flow.id.0.to_string();
        if self.toggles.save == 1 {
            name.push('_');
            name.push(char::from(letter(cx).0));
        }
        if cx.connection > 0 {
            name.push('_');
            name += &(cx.connection + 1).to_string();
        }
        name + ".bin"
    }

    /// A connection is over.
    fn closed(&mut self, cx: &mut StreamContext<'_>, flow: &mut State, counts: &StreamCounts) {
        let Some(tcp) = flow.tcp.as_deref_mut() else { return };
        let (end, len) = tcp.end.take().unwrap_or((EndReason::Open, counts.bytes));
        tcp.written = 0;
        tcp.counts.add(counts);
        flow.connections += 1;
        flow.stat |= bits(counts, end);
        if flow.connections > 1 {
            flow.stat |= stat::REUSED;
        }
        self.streams += 1;
        self.bytes += counts.bytes;
        self.gaps += counts.gaps;
        self.missing += counts.missing;
        self.conflicting += counts.conflicting_bytes;
        if self.toggles.stream_table {
            let connection = cx.connection + 1;
            let row = stream_row(counts, (letter(cx), connection), (end, len));
            cx.emit(&row);
        }
    }
}

/// The letter of the direction.
fn letter(cx: &StreamContext<'_>) -> Dir {
    Dir(match cx.direction() {
        Direction::A => b'A',
        Direction::B => b'B',
    })
}

/// What is to be known of a direction of a connection, as bits.
fn bits(counts: &StreamCounts, end: EndReason) -> u16 {
    let start = match counts.start {
        StreamStart::Syn => stat::SYN,
        StreamStart::Middle => stat::MIDDLE,
    };
    let end = match end {
        EndReason::Fin => stat::FIN,
        EndReason::Reset => stat::RST,
        EndReason::Reused | EndReason::Open => 0,
    };
    let when = |condition: bool, bit: u16| if condition { bit } else { 0 };
    start
        | end
        | when(counts.conflicting_bytes > 0, stat::CONFLICT)
        | when(counts.snapped > 0, stat::SNAPPED)
        | when(counts.evictions > 0, stat::EVICTED)
        | when(counts.late_bytes > 0, stat::LATE)
        | when(counts.tap_copies > 0, stat::TAP)
}

fn reason(reason: GapReason) -> &'static str {
    match reason {
        GapReason::Acknowledged => "acked",
        GapReason::Snapped => "snapped",
        GapReason::NoRoom => "noRoom",
        GapReason::Ended => "ended",
        GapReason::NotTaken => "notTaken",
    }
}

fn stream_row(
    counts: &StreamCounts,
    (direction, connection): (Dir, u32),
    (end, len): (EndReason, u64),
) -> StreamRow {
    let start = match counts.start {
        StreamStart::Syn => "syn",
        StreamStart::Middle => "mid",
    };
    let end = match end {
        EndReason::Fin => "fin",
        EndReason::Reset => "rst",
        EndReason::Reused => "reused",
        EndReason::Open => "open",
    };
    StreamRow {
        direction,
        connection,
        start: Label(start.as_bytes()),
        end: Label(end.as_bytes()),
        len,
        bytes: counts.bytes,
        segments: counts.segments,
        gaps: counts.gaps,
        missing: counts.missing,
        duplicate_bytes: counts.duplicate_bytes,
        duplicate_segments: counts.duplicate_segments,
        conflicting_bytes: counts.conflicting_bytes,
        out_of_order: counts.out_of_order,
        late_bytes: counts.late_bytes,
        keep_alives: counts.keep_alives,
        snapped: counts.snapped,
        tap_copies: counts.tap_copies,
    }
}
