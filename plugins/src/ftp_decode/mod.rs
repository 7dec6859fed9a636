//! File transfers by FTP (RFC 959, 2428): control connections on port 21, and the flows of their data connections.
//!
//! Commands and replies are read from the stream, whatever packets they come in: several in a packet, one in several, replies of several
//! lines. Each reply belongs to the oldest command that waits for one; where either is missing in the capture, what follows is paired by the
//! client's waiting for replies or by what can be a reply to a command. When TLS begins (AUTH), no more is read.
//!
//! Data connections are those that PORT, PASV, EPRT and EPSV tell of, that begin within `core.FLOW_TIMEOUT`. They can be any flows, so one
//! instance of the plugin sees all flows. They may begin before a gap in front of what tells of them is given up, so that is also looked
//! for at the beginning of packets. Where the address in the reply to PASV is not the server's, that of the control connection is
//! looked for too; LPRT and LPSV (RFC 1639) are not read.
//!
//! | `ftpStat` | what |
//! |---|---|
//! | 01 | control connection |
//! | 02 | data connection |
//! | 04 | a line of more than 1024 bytes |
//! | 08 | control connection with data connections |
//! | 10 | more data connections are announced than are looked for: 16 at once of a control connection |
//! | 40 | a data connection that was announced did not come |
//! | 80 | a list is full |
//!
//! With `--compat` connections by EPRT and EPSV are not looked for, 08 tells of announcements, 40 of transfers that begin without a known
//! connection; data connections are such from the reply on that tells of the transfer's beginning, and have no `ftpCC`. Codes are those at
//! the beginning of packets, 0 where there is none. PWD and some arguments are not kept, and a server's parameters are as many as
//! `FTP_MAXPNM`, also the same ones.
//!
//! **Tables**: `ftp` and `ftpData`, see their columns.
//!
//! **Files**, `FTP_SAVE`: each direction of a data connection with bytes, named after flow number, direction and the name in the command:
//! `7_B_boot.bin`. Bytes that are missing are zeros, of a gap at most 1 MiB.
//!
//! **Not offered**: `FTP_F_PATH`, `FTP_RMDIR`: files lie beside the tables, and none of an earlier run stays there. `FTP_BTFLD`: commands
//! are words.

mod address;
mod announce;
mod command;
mod control;
mod data;
mod reply;
mod row;
mod session;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod toggles;
mod transfers;

use flowz_api::cell::Hex8;
use flowz_api::expect::Announcement;
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::merge::Merge as _;
use flowz_api::packet::NANOS;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamEvent};
use flowz_api::table::TableList;

use crate::text::line::next_line;
use row::{FlowRow, PacketRow};
use state::{Data, Lists, Role, State, stat};
use table::{CommandRow, DataRow};
use toggles::Toggles;
use transfers::Transfers;

const PORT: u16 = 21;

inventory::submit! { PluginEntry::new::<FtpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct FtpDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// Nanoseconds in which a data connection may begin.
    #[merge(keep)]
    patience: i64,
    #[merge(state)]
    transfers: Transfers,
    #[merge(nested)]
    counts: Counts,
}

/// What is counted for the report.
#[derive(Merge, Clone, Copy, PartialEq, Eq, Debug, Default, Resume)]
struct Counts {
    /// Stat bits of all flows.
    #[merge(or)]
    stat: u8,
    #[merge(sum)]
    control_packets: u64,
    #[merge(sum)]
    data_packets: u64,
}

impl Plugin for FtpDecode {
    const INFO: Info =
        Info::new("ftpDecode", 301, "Commands and transfers of FTP").streams().only(TCP).expects();
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self {
            toggles: setup.toggles.clone(),
            compat: setup.run.compat,
            patience: (f64::from(setup.run.core.flow_timeout) * NANOS as f64) as i64,
            transfers: Transfers::new(setup.run.share()),
            counts: Counts::default(),
        })
    }

    fn bytes_elsewhere(&self) -> usize {
        State::bytes_elsewhere(&self.toggles)
    }

    fn bytes_of_run(&self) -> usize {
        self.transfers.bytes()
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().table {
            list.add::<CommandRow<'_>>();
        }
        if list.toggles().data_table {
            list.add::<DataRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        flow.role = match (l.src_port, l.dst_port) {
            _ if !l.is_tcp() => Role::Other,
            (PORT, PORT) if cx.flow.direction() == Direction::B => Role::Server,
            (_, PORT) => Role::Client,
            (PORT, _) => Role::Server,
            _ => Role::Other,
        };
        if flow.role == Role::Other {
            return Interest::None;
        }
        flow.stat = stat::CONTROL;
        Interest::StreamAndPackets
    }

    fn on_expected(
        &mut self,
        cx: &mut PacketContext<'_>,
        announcement: Announcement,
        flow: &mut State,
        parent: Option<&mut State>,
    ) -> Interest {
        if flow.role != Role::Other {
            return Interest::StreamAndPackets;
        }
        let id = cx.flow.id;
        if self.transfers.begins(announcement.tag, id).is_none() {
            return Interest::None;
        }
        (flow.role, flow.transfer) = (Role::Data, announcement.tag);
        flow.data = Some(Box::default());
        if let Some(parent) = parent {
            parent.add_link(id.0, self.toggles.most_links);
        }
        Interest::StreamAndPackets
    }

    fn on_packet(
        &mut self,
        cx: &mut PacketContext<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) {
        match flow.role {
            Role::Client | Role::Server => {
                self.counts.control_packets += 1;
                if self.compat && flow.role == Role::Server {
                    first_code(cx, flow, &self.toggles);
                }
                self.look_ahead(cx, flow, peer);
            }
            Role::Data => {
                let transfer = self.transfers.get(flow.transfer);
                if !self.compat || transfer.is_some_and(|transfer| transfer.has_begun) {
                    flow.stat |= stat::DATA;
                    self.counts.data_packets += 1;
                }
            }
            Role::Other => {}
        }
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        match flow.role {
            Role::Client | Role::Server => self.control(cx, event, flow, peer),
            Role::Data => self.data(cx, event, flow),
            Role::Other => Next::Stop,
        }
    }

    /// A line that begins like one of its direction.
    fn find_message(&self, flow: &State, bytes: &[u8], _: usize) -> Found {
        let begins = match flow.role {
            Role::Data => return Found::Anything,
            _ if flow.encrypted => return Found::Never,
            Role::Client => command::begins(bytes),
            Role::Server => reply::begins(bytes),
            Role::Other => return Found::Never,
        };
        match begins {
            Some(true) => Found::Message(0),
            Some(false) => Found::NotHere(next_line(bytes)),
            None => Found::NeedMore,
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow { stat: Hex8(flow.stat) }
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0 && flow.role == Role::Other && flow.lists.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        peer: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        match flow.role {
            Role::Client | Role::Server => self.end_control(flow, peer.as_deref()),
            Role::Data if flow.stat != 0 => self.end_data(flow),
            Role::Data | Role::Other => {}
        }
        self.counts.merge(Counts { stat: flow.stat, ..Counts::default() });
        FlowRow::new(flow.stat, flow.lists.as_deref().unwrap_or(&NOTHING))
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        let Counts { stat, control_packets, data_packets } = self.counts;
        out.aggregated("ftpStat", stat.into(), 2);
        let share = |packets| [Part::Count(packets), Part::Share(packets, totals.packets)];
        if control_packets > 0 {
            out.line("Number of FTP control packets", share(control_packets));
        }
        if data_packets > 0 {
            out.line("Number of FTP-DATA packets", share(data_packets));
        }
    }
}

/// The code at the beginning of a packet, 0 if there is none: what the reference keeps.
fn first_code(cx: &PacketContext<'_>, flow: &mut State, t: &Toggles) {
    let payload = cx.layers.payload(cx.packet.data);
    let code = reply::head_of(payload).map_or(0, |(code, _)| code);
    if !payload.is_empty() {
        flow.add_code(code, t);
    }
}

/// A flow that says nothing.
static NOTHING: Lists = Lists::NONE;

impl FtpDecode {
    /// Both directions of a control connection have all its data connections.
    fn end_control(&self, flow: &mut State, peer: Option<&State>) {
        let announced = |state: &State| {
            state.lists.as_ref().map_or(0, |lists| lists.announced - lists.met.min(lists.announced))
        };
        if announced(flow) > 0 && !self.compat {
            flow.stat |= stat::NOT_FOUND;
        }
        let Some(theirs) =
            peer.and_then(|peer| peer.lists.as_ref()).filter(|lists| !lists.links.is_empty())
        else {
            return;
        };
        let most = usize::from(self.toggles.most_links);
        let links = &mut flow.lists().links;
        links.extend(&theirs.links);
        links.sort_unstable();
        links.dedup();
        let is_full = links.len() > most;
        links.truncate(most);
        flow.stat |= stat::PARENT | if is_full { stat::FULL } else { 0 };
    }

    /// What is known of a data connection.
    fn end_data(&self, flow: &mut State) {
        let Some(transfer) = self.transfers.get(flow.transfer) else { return };
        let (control, verb, announced) =
            (transfer.control.0, transfer.verb.clone(), transfer.announced);
        let name = if transfer.name.is_empty() && self.compat {
            self.toggles.no_name.as_bytes()
        } else {
            &transfer.name
        };
        let name = crate::text::line::head(name, self.toggles.longest.into()).to_vec();
        let lists = flow.lists();
        lists.links.push(control);
        lists.length = announced.map_or(0, |length| u32::try_from(length).unwrap_or(u32::MAX));
        if !verb.is_empty() && !self.compat {
            lists.verbs.push(verb);
        }
        if !name.is_empty() {
            lists.parameters.push(name);
        }
    }
}
