//! Drawings of TCP connections over the time, as tcptrace makes them for the program xplot: what is sent, acknowledged and sent again, round trips, throughput.
//!
//! **Files** of the connections that `XPLOT_CONNECTIONS` names, `a2b_tsg.xpl` and so on: the ends of the first connection are a and b, those of the second c and d, those of the 14th aa and ab. Who sent the
//! first packet that was captured is a.
//!
//! | file | what |
//! |---|---|
//! | `a2b_tsg.xpl` | time sequence graph: an arrow for each segment that a sends, the line of what b acknowledges (green) and above it the edge of b's window (yellow); R sent again, O out of order, HD captured twice, P into a closed window, Z the window is closed, S selective acknowledgements (purple), 3 the third duplicate, a diamond for PSH |
//! | `a2b_rtt.xpl` | each round trip in milliseconds, at the time of its acknowledgement |
//! | `a2b_tput.xpl` | throughput: of each segment (yellow), of `XPLOT_MEAN` segments (red), since the beginning (blue) |
//! | `a2b_owin.xpl` | bytes that wait for an acknowledgement (red), their mean (blue) and mean by time (green), the window (yellow) |
//! | `a2b_ssize.xpl` | sizes of segments (red), their mean (blue) |
//! | `a_b_tline.xpl` | the time line: both sides, an arrow for each segment |
//!
//! Connections are those of tcpTrace, and so is what counts as sent again, late, or a round trip. `flowz xpl` sets what makes flows long enough and puts the files where they are wanted.

mod graphs;
mod paper;
mod side;
#[cfg(test)]
mod tests;
mod tline;
mod toggles;
mod tsg;

use flowz_api::connections::Numbers;
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory::{self, Growth};
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::row::NoRow;

use crate::biflow::{Biflow, Side};
use crate::connections::connection::Connection;
use crate::connections::segment::Segment;
use crate::segments::{self, MOST};
use side::Drawings;
use toggles::Toggles;

inventory::submit! { PluginEntry::new::<Xplot>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct Xplot {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    chosen: Numbers,
    /// Connections so far, as far as they are told apart.
    #[merge(sum)]
    connections: u64,
    /// Those of them that were drawn.
    #[merge(sum)]
    drawn: u64,
}

/// A connection, and its drawings if it is chosen.
#[derive(Debug, Checkpoint)]
pub(crate) struct Drawn {
    connection: Connection,
    drawings: Option<Box<Drawings>>,
}

/// State of a flow.
type State = Biflow<Drawn>;

impl Plugin for Xplot {
    const INFO: Info =
        Info::new("xplot", 826, "Drawings of TCP connections for xplot, as tcptrace makes them")
            .only(TCP)
            .sees_all_flows();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = NoRow<Toggles>;
    type PacketRow<'a> = NoRow<Toggles>;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let toggles = setup.toggles.clone();
        let chosen = Numbers::parse(&toggles.connections)
            .map_err(|why| PluginError::Other(format!("XPLOT_CONNECTIONS: {why}")))?;
        Ok(Self { toggles, chosen, connections: 0, drawn: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::BYTES + memory::boxed::<Drawings>()
    }

    fn growth(&self) -> Growth {
        // A list doubles its room when it is full. Drawings have a few KiB each, and there are few of them.
        let bytes = 2 * size_of::<segments::Segment>();
        Growth { bytes: bytes as u32, packets: MOST as u32 }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, _: &mut State) -> Interest {
        Interest::when(cx.layers.is_tcp())
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        let is_new = flow.is_empty() && peer.as_deref().is_none_or(Biflow::is_empty);
        if is_new && self.connections >= self.chosen.last() {
            // Connections behind the last one that is drawn need not be told apart.
            cx.set_interest(Interest::None);
            return;
        }
        let Some(segment) = Segment::of(cx) else { return };
        let next = self.connections + 1;
        let key = *cx.key;
        let begin = |side| self.begin(next, side, &segment, &key);
        let (drawn, side) = Biflow::of_packet(flow, peer, || begin(Side::Forward));
        if drawn.connection.is_over_with(&segment, side, true) {
            let mut ended = std::mem::replace(drawn, begin(side));
            if let Some(drawings) = &mut ended.drawings {
                drawings.take(true, &self.toggles.prefix, |name, bytes| {
                    cx.append_to_file(name, bytes);
                });
            }
        }
        let connection = &mut drawn.connection;
        if connection.number > self.connections {
            self.connections = connection.number;
            self.drawn += u64::from(drawn.drawings.is_some());
        }
        let seen = connection.add(&segment, side, true);
        if let Some(drawings) = &mut drawn.drawings {
            drawings.add(&segment, &seen, connection.index(side), &self.toggles);
            drawings.take(false, &self.toggles.prefix, |name, bytes| {
                cx.append_to_file(name, bytes);
            });
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> NoRow<Toggles> {
        NoRow::default()
    }

    fn has_empty_row(&self, flow: &State, peer: Option<&State>) -> bool {
        flow.is_empty() && peer.is_none_or(Biflow::is_empty)
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> NoRow<Toggles> {
        if let Some((mut drawn, _)) = Biflow::at_end(flow, peer)
            && let Some(drawings) = &mut drawn.drawings
        {
            drawings.take(true, &self.toggles.prefix, |name, bytes| {
                cx.append_to_file(name, bytes);
            });
        }
        NoRow::default()
    }

    fn report(&self, _: &Totals, out: &mut Report) {
        let drawn = [Part::Count(self.drawn)];
        out.line("Number of TCP connections that were drawn", drawn);
    }
}

impl Xplot {
    /// A connection that begins with a segment of a side, whose key this is.
    fn begin(&self, number: u64, side: Side, segment: &Segment, key: &FlowKey) -> Drawn {
        let connection = Connection::new(number, side, segment.time);
        let draws = self.chosen.has(number);
        let drawings = draws.then(|| Box::new(Drawings::new(&connection, key, &self.toggles)));
        Drawn { connection, drawings }
    }
}
