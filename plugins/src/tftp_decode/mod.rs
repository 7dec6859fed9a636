//! File transfers by TFTP (RFC 1350, options RFC 2347): UDP packets from or to the ports 69 and 1758, and the
//! flows of their transfers.
//!
//! A server answers a request from a new port, so the transfer is a flow of its own: one between the server, any
//! port, and the port that the client sent its request from, that begins within `core.FLOW_TIMEOUT` of it.
//! `tftpPFlow` is the number of the other flow in both. So one instance of the plugin sees all flows.
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
//! A flow is given up when its first payload is not TFTP; with `--compat` it is not.
//!
//! **Files**, `TFTP_SAVE`: the blocks of data of a direction, without those that are sent again, as far as they were
//! captured, in a file that is named after flow number, direction and the name in the request: `7_B_boot.bin`.
//!
//! **Not offered**: `TFTP_F_PATH`, `TFTP_RMDIR`: files lie beside the tables, and none of an earlier run stays there.

mod packet;
mod row;
mod state;
#[cfg(test)]
mod tests;
mod toggles;
mod transfers;

use flowz_api::expect::Announcement;
use flowz_api::inventory;
use flowz_api::memory;
use flowz_api::merge::Merge as _;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;

use packet::Packet;
use row::{FlowRow, PacketRow};
use state::{LONGEST_NAME, Rare, State, stat};
use toggles::Toggles;

const UDP: u8 = 17;
const PORTS: [u16; 2] = [69, 1758];

inventory::submit! { PluginEntry::new::<TftpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TftpDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// Nanoseconds in which a transfer may begin.
    #[merge(keep)]
    patience: i64,
    #[merge(nested)]
    counts: Counts,
    /// Opcode of the packet whose hook has just run, 0 without one.
    #[merge(keep)]
    latest: u8,
}

/// What is counted for the report.
#[derive(Merge, Clone, Copy, PartialEq, Eq, Debug, Default, Resume)]
struct Counts {
    /// Stat bits of all flows.
    #[merge(or)]
    stat: u16,
    #[merge(sum)]
    packets: u64,
}

impl Plugin for TftpDecode {
    const INFO: Info = Info::new("tftpDecode", 300, "Requests and transfers of TFTP").expects();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self {
            toggles: setup.toggles.clone(),
            compat: setup.run.compat,
            counts: Counts::default(),
            patience: transfers::patience(setup.run.core.flow_timeout),
            latest: 0,
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        let (most, longest) = (usize::from(self.toggles.limit), self.toggles.longest.into());
        let parameters = memory::list::<Vec<u8>>(most) + most * memory::list::<u8>(longest);
        let codes = memory::list::<u8>(most) + memory::list::<u16>(most);
        memory::boxed::<Rare>() + parameters + codes + memory::list::<u8>(LONGEST_NAME)
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        if l.is_layer2() || l.l4_proto != UDP {
            return Interest::None;
        }
        if has_port(l) {
            flow.stat = stat::TFTP | stat::ACTIVE;
        }
        Interest::when(flow.stat != 0)
    }

    fn on_expected(
        &mut self,
        cx: &mut PacketContext<'_>,
        announcement: Announcement,
        flow: &mut State,
        parent: Option<&mut State>,
    ) -> Interest {
        // An answer from the port of requests is no flow of its own.
        if flow.stat == 0 && announcement.by != cx.flow.id {
            flow.stat = stat::TFTP | stat::PASSIVE;
            flow.other = announcement.by.0;
            if let Some(parent) = parent {
                parent.other = cx.flow.id.0;
                flow.take_name(parent);
            }
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
        if flow.stat == 0 || !self.compat && flow.is_something_else() {
            return;
        }
        flow.packets = flow.packets.saturating_add(1);
        if !cx.layers.is_first_fragment() {
            return;
        }
        let payload = cx.layers.payload(cx.packet.data);
        let whole = payload.len() >= cx.layers.l7_len as usize && !cx.layers.is_fragment();
        let Some(packet) = Packet::from_payload(payload) else {
            let is_cut = payload.len() < 2 && !whole;
            flow.stat |= if is_cut { 0 } else { stat::PROTOCOL };
            if !self.compat && flow.is_something_else() {
                cx.set_interest(Interest::None);
            }
            return;
        };
        self.latest = packet.opcode;
        flow.add(&packet, whole, &self.toggles, self.compat);
        if self.toggles.save {
            save(cx, flow, peer.as_deref(), &packet);
        }
        if let Some(peer) = peer {
            // What the server accepts counts for both.
            peer.windowed |= flow.windowed;
        }
        if packet.is_request() && PORTS.contains(&cx.layers.dst_port) {
            let until = Timestamp(cx.packet.ts.0.saturating_add(self.patience));
            cx.expect::<Self>(transfers::of_request(cx.key, until));
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        let opcode = if flow.stat == 0 { 0 } else { self.latest };
        PacketRow { stat: Hex16(flow.stat), opcode: Label(packet::word(opcode)) }
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        let other = flow.other_part(peer.as_deref());
        let stat = with_other(flow.stat, other != 0);
        self.counts.merge(Counts { stat, packets: flow.packets.into() });
        FlowRow::from_state(flow, stat, other)
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

/// Appends a block of data to its file, and notes the name of the file that a request is about.
fn save(cx: &mut PacketContext<'_>, flow: &mut State, peer: Option<&State>, packet: &Packet<'_>) {
    flow.note_name(packet);
    let Some((block, data)) = packet.block() else { return };
    if !flow.is_new_block(block) {
        return;
    }
    let side = if cx.flow.direction() == Direction::A { 'A' } else { 'B' };
    let name = flow.name().or_else(|| peer?.name()).unwrap_or_default();
    let file = format!("{}_{side}_{}", cx.flow.id.0, String::from_utf8_lossy(name));
    cx.append_to_file(&file, data);
}

/// The bits of a flow whose other part has come meanwhile.
fn with_other(stat: u16, has_other: bool) -> u16 {
    if has_other { stat & !stat::ACTIVE | stat::PASSIVE } else { stat }
}
