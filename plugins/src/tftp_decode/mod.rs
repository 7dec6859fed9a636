//! File transfers by TFTP (RFC 1350, options RFC 2347): UDP packets from or to the ports 69 and 1758, and the
//! flows of their transfers.
//!
//! A server answers a request from a new port, so the transfer is a flow of its own: one between the server, any
//! port, and the port that the client sent its request from, that begins within `core.FLOW_TIMEOUT` of it.
//! `tftpPFlow` is the number of the other flow in both.
//!
//! | `tftpStat` | what |
//! |---|---|
//! | 0001 | a port of TFTP, or a transfer |
//! | 0002, 0004 | a read request, a write request |
//! | 0008 | an error with a file: not found, no access, disk full, exists (codes 1, 2, 3, 6) |
//! | 0010 | a block of data that neither is the next nor, sent again, the latest one |
//! | 0020 | the same with an acknowledgement |
//! | 0040 | an error of the protocol (codes 4, 5, 8), or an unknown opcode |
//! | 0080 | a list of opcodes, parameters or error codes is full |
//! | 0100 | a parameter was cut |
//! | 0800 | a request without name or known mode, or options that are no pairs |
//! | 1000 | request and transfer are one flow |
//! | 2000 | they are two |
//!
//! With the option `windowsize` (RFC 7440) the order of blocks is not judged. Opcodes: RRQ WRQ DTA ACK ERR OAK.
//! Parameters are file names, modes and options with their values, of requests and of what servers accept.
//!
//! With `--compat` the bits 0002 and 0004 are not set, and data on the port of requests are out of order.
//!
//! **Not offered**: `TFTP_SAVE`, `TFTP_RMDIR`, `TFTP_F_PATH`: contents of files are not saved.

mod packet;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;
mod transfers;

use flowz_api::inventory;
use flowz_api::plugin::SetupError;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;

use packet::opcode;
use row::{FlowRow, PacketRow};
use state::{State, stat};
use toggles::Toggles;
use transfers::Transfers;

const UDP: u8 = 17;
const PORTS: [u16; 2] = [69, 1758];

inventory::submit! { PluginEntry::of::<TftpDecode>() }

/// The plugin.
#[derive(Debug)]
pub(crate) struct TftpDecode {
    toggles: Toggles,
    compat: bool,
    counts: Counts,
    transfers: Transfers,
    /// Opcode of the packet whose hook has just run, 0 without one.
    latest: u8,
}

/// What is counted for the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Counts {
    /// Stat bits of all flows.
    stat: u16,
    packets: u64,
}

impl Counts {
    fn merge(&mut self, other: Self) {
        self.stat |= other.stat;
        self.packets += other.packets;
    }
}

impl Plugin for TftpDecode {
    const INFO: Info = Info {
        name: "tftpDecode",
        number: 300,
        summary: "Requests and transfers of TFTP",
        requires: &[],
        default: false,
        steers: false,
    };
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut Setup<'_, Toggles>) -> Result<Self, SetupError> {
        Ok(Self {
            toggles: setup.toggles.clone(),
            compat: setup.run.compat,
            counts: Counts::default(),
            transfers: Transfers::new(setup.run.core.flow_timeout),
            latest: 0,
        })
    }

    fn on_new_flow(&mut self, cx: &PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        if l.is_layer2() || l.l4_proto != UDP {
            return Interest::None;
        }
        if has_port(l) {
            flow.stat = stat::TFTP | stat::ACTIVE;
        } else if self.transfers.parent(cx.key, cx.flow.id.0, cx.packet.ts).is_some() {
            flow.stat = stat::TFTP | stat::PASSIVE;
        }
        Interest::when(flow.stat != 0)
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        self.latest = 0;
        if flow.stat == 0 {
            return;
        }
        flow.packets = flow.packets.saturating_add(1);
        if !cx.layers.is_first_fragment() {
            return;
        }
        let payload = cx.layers.payload(cx.packet.data);
        let whole = payload.len() >= usize::from(cx.layers.l7_len) && !cx.layers.is_fragment();
        let Some(packet) = packet::Packet::of(payload) else {
            let is_cut = payload.len() < 2 && !whole;
            flow.stat |= if is_cut { 0 } else { stat::PROTOCOL };
            return;
        };
        self.latest = packet.opcode;
        flow.add(&packet, whole, &self.toggles, self.compat);
        if let Some(peer) = peer {
            // What the server accepts counts for both.
            peer.windowed |= flow.windowed;
        }
        let is_request = matches!(packet.opcode, opcode::READ | opcode::WRITE);
        if is_request && PORTS.contains(&cx.layers.dst_port) {
            self.transfers.announce(cx.key, cx.flow.id.0, cx.packet.ts);
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        let opcode = if flow.stat == 0 { 0 } else { self.latest };
        PacketRow { stat: Hex16(flow.stat), opcode: Word(packet::word(opcode)) }
    }

    fn on_terminate<'a>(
        &'a mut self,
        cx: &'a EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let other = if flow.stat == 0 { None } else { self.transfers.other(cx.flow.id.0) };
        let stat = with_other(flow.stat, other.is_some());
        self.counts.merge(Counts { stat, packets: flow.packets.into() });
        FlowRow::of(flow, stat, other)
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        let Counts { stat, packets } = self.counts;
        out.aggregated("tftpStat", stat.into(), 4);
        if stat != 0 {
            let parts = [Part::Count(packets), Part::Share(packets, totals.packets)];
            out.line("Number of TFTP packets", parts);
        }
    }
}

/// Whether a packet is from or to a port of TFTP.
fn has_port(l: &Layers) -> bool {
    PORTS.contains(&l.src_port) || PORTS.contains(&l.dst_port)
}

/// The bits of a flow whose other part has come meanwhile.
fn with_other(stat: u16, has_other: bool) -> u16 {
    if has_other { stat & !stat::ACTIVE | stat::PASSIVE } else { stat }
}
