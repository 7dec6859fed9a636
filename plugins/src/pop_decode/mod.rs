//! Mail that is fetched, by POP3 (RFC 1939): commands and replies, log-ins, mails.
//!
//! A TCP flow is POP3 on port 110, and on any other one if the client begins with APOP, CAPA or STLS and the server with
//! `+OK`. Replies are paired with commands, also where clients do not wait for them (RFC 2449, section 6.6). Behind STLS (RFC 2595) nothing
//! is read. Of POP2, port 109, only the port is told.
//!
//! Where bytes are missing, the next command or reply is looked for, and pairs are only made of what surely belongs together. A gap in a mail
//! is that and nothing else; if the mail's end is in it, the client's next command tells. Of a capture that begins in the middle, what
//! comes from the next command or reply on is known.
//!
//! | `popStat` | what |
//! |---|---|
//! | 0001, 0002 | POP2, POP3 |
//! | 0004, 0008 | replies +OK, -ERR |
//! | 0010 | a file was begun |
//! | 0020 | a mail is being written to one |
//! | 0040 | a line in the place of a reply that is none |
//! | 0080 | a list is full, or a text was cut |
//! | 0100 | a log-in by AUTH is going on |
//! | 0400 | bytes are missing |
//! | 0800 | a file does not have all bytes: there are more than `POP_SAVE_MAX` allows |
//!
//! Users and passwords of AUTH are decoded (RFC 5034; PLAIN, LOGIN, and the user of CRAM-MD5, DIGEST-MD5, SCRAM, XOAUTH2 and OAUTHBEARER).
//! `popUsr` of servers: the Return-Path of mails.
//!
//! With `--compat` the message of such a log-in is a password as it is, any packet of the server's is a reply, a line behind an empty
//! first one belongs to it, any number in front is one of a mail, and only the first Return-Path behind a log-in is shown, for which bit 0200
//! waits; the bits 0400 and 0800 are not set.
//!
//! **Tables**: `pop` has a row for each mail, `popCommands` one for each command with its reply (`POP_CMD_TABLE`).
//!
//! **Files**, `POP_SAVE`: `7_B_1.eml`, the first mail of flow 7 in direction B, without the dots in front of lines that begin with one. A gap is
//! a line that says how many bytes are missing.
//!
//! **Not offered**: `POP_F_PATH`, `POP_RMDIR`, `POP_NONAME`: files lie beside the tables, are named after their flow, and none of an earlier
//! run stays there.

mod client;
mod commands;
mod out;
mod row;
mod server;
mod session;
mod state;
mod table;
mod toggles;

use flowz_api::cell::Hex16;
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamData, StreamEvent, StreamStart};
use flowz_api::table::TableList;

use commands::Verb;
use out::{Out, show};
use row::{FlowRow, PacketRow};
use session::Session;
use state::{Columns, Role, Side, State};
use table::{CommandRow, MailRow};
use toggles::Toggles;

use crate::lines::place::{Place, letter};
use crate::lines::{Line, line};

/// Bits of `popStat`.
mod stat {
    pub(super) const POP2: u16 = 0x0001;
    pub(super) const POP3: u16 = 0x0002;
    pub(super) const OK: u16 = 0x0004;
    pub(super) const ERROR: u16 = 0x0008;
    pub(super) const FILE: u16 = 0x0010;
    pub(super) const STORING: u16 = 0x0020;
    pub(super) const MALFORMED: u16 = 0x0040;
    pub(super) const FULL: u16 = 0x0080;
    pub(super) const AUTH: u16 = 0x0100;
    pub(super) const PATH: u16 = 0x0200;
    pub(super) const DAMAGED: u16 = 0x0400;
    pub(super) const FILE_CUT: u16 = 0x0800;
    /// A text was cut: shown as a list that is full.
    pub(super) const CUT: u16 = 0x8000;
}

const PORT: u16 = 110;
const PORT_OF_POP2: u16 = 109;
/// More bytes of a server on another port do not wait for its client's first word.
const LONGEST_GREETING: usize = 4096;

inventory::submit! { PluginEntry::new::<PopDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct PopDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// Bits of all flows.
    #[merge(or)]
    stats: u16,
    /// Flows of POP.
    #[merge(sum)]
    flows: u64,
    /// Mails.
    #[merge(sum)]
    mails: u64,
}

impl Plugin for PopDecode {
    const INFO: Info =
        Info::new("popDecode", 304, "Mail by POP3: commands, log-ins, mails").streams().only(TCP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        Ok(Self { toggles, compat, stats: 0, flows: 0, mails: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        memory::boxed::<Side>() + Columns::bytes(&self.toggles) + Session::bytes()
    }

    fn tables(list: &mut TableList<'_, Toggles>) {
        if list.toggles().mail_table {
            list.add::<MailRow<'_>>();
        }
        if list.toggles().command_table {
            list.add::<CommandRow<'_>>();
        }
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        if !cx.layers.is_tcp() {
            return Interest::None;
        }
        let (from, to) = (cx.layers.src_port, cx.layers.dst_port);
        if [from, to].contains(&PORT_OF_POP2) {
            flow.stat = stat::POP2;
            return Interest::None;
        }
        flow.role = match (from == PORT, to == PORT) {
            (true, true) => Role::OnPort,
            (true, false) => Role::Server,
            (false, true) => Role::Client,
            (false, false) if self.compat => return Interest::None,
            (false, false) => Role::Anybody,
        };
        flow.stat = if flow.role == Role::Anybody { 0 } else { stat::POP3 };
        Interest::Stream
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        let (mut event, mut peer) = (event, peer);
        if let StreamEvent::Data(data) = &mut event
            && flow.connection != cx.connection + 1
        {
            // Nobody has looked for lines so far.
            data.seen = 0;
        }
        if let StreamEvent::Data(data) = &event
            && matches!(flow.role, Role::OnPort | Role::Anybody)
        {
            match who(flow.role, data, peer.as_deref(), cx.start) {
                Ok(role) => become_one(role, flow, peer.as_deref_mut()),
                Err(next) => {
                    if next == Next::Stop {
                        flow.role = Role::None;
                    }
                    return next;
                }
            }
        }
        match event {
            StreamEvent::Data(_) | StreamEvent::Gap(_) => {
                Self::begin(cx, flow, peer.as_deref_mut());
            }
            // Nothing was said.
            StreamEvent::End(_) | StreamEvent::Closed(_) if flow.side.is_none() => {
                return Next::Take(0);
            }
            StreamEvent::End(_) | StreamEvent::Closed(_) => {}
        }
        match flow.role {
            Role::Client => self.client(cx, event, flow),
            Role::Server => self.server(cx, event, flow, peer),
            _ => Next::Stop,
        }
    }

    /// At the beginning, what comes is looked at where the other direction is known, too.
    fn find_message(&self, flow: &State, bytes: &[u8], seen: usize) -> Found {
        match (flow.role, flow.connection) {
            (_, 0) => Found::Anything,
            (Role::Client, _) => commands::find_command(bytes, seen),
            (Role::Server, _) => commands::find_reply(bytes),
            _ => Found::Anything,
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow { stat: Hex16(self.bits(flow)) }
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0 && flow.side.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        cx: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        static NOTHING: Columns = Columns::NOTHING;
        let stat = self.bits(flow);
        self.stats |= stat;
        self.flows += u64::from(stat & (stat::POP2 | stat::POP3) != 0);
        if let Some(side) = flow.side.as_deref_mut().filter(|side| side.session.connection > 0) {
            let (key, direction) = (*cx.key, letter(cx.flow.direction()));
            let is_client = flow.role == Role::Client;
            let place = Place::of(key, direction, is_client, side.session.connection);
            let (toggles, mails) = (&self.toggles, &mut self.mails);
            side.session.close(&mut |row| show(cx, toggles, &place, mails, row));
        }
        FlowRow::new(stat, flow.side.as_deref().map_or(&NOTHING, |side| &side.columns))
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("popStat", u64::from(self.stats), 4);
        if self.flows > 0 {
            let parts = [Part::Count(self.flows), Part::Share(self.flows, totals.flows)];
            out.line("Number of POP flows", parts);
        }
        if self.mails > 0 {
            out.line("Number of mails by POP3", [Part::Count(self.mails)]);
        }
    }
}

/// Who begins so; or what to do if that is not known yet, or nobody of POP3.
fn who(
    role: Role,
    data: &StreamData<'_>,
    peer: Option<&State>,
    start: StreamStart,
) -> Result<Role, Next> {
    match peer.map(|peer| peer.role) {
        Some(Role::Client) => return Ok(Role::Server),
        Some(Role::Server) => return Ok(Role::Client),
        Some(Role::None) => return Err(Next::Stop),
        _ => {}
    }
    let is_reply = commands::begins_reply(data.bytes);
    if role == Role::OnPort {
        return match is_reply {
            None => Err(Next::Take(0)),
            Some(true) => Ok(Role::Server),
            Some(false) => Ok(Role::Client),
        };
    }
    if start != StreamStart::Syn {
        return Err(Next::Stop);
    }
    // Others greet so, too: the client tells.
    let may_be_reply = is_reply != Some(false);
    match line(data.bytes, data.seen) {
        Line::Whole(text, _) if !may_be_reply && is_first_command(text) => Ok(Role::Client),
        first
            if (may_be_reply || first == Line::NeedMore) && data.bytes.len() < LONGEST_GREETING =>
        {
            Err(Next::Take(0))
        }
        _ => Err(Next::Stop),
    }
}

/// Whether clients of POP3 begin so, and hardly anybody else.
fn is_first_command(text: &[u8]) -> bool {
    let has_argument = text.contains(&b' ');
    match Verb::of(text) {
        commands::APOP => has_argument,
        commands::CAPA | commands::STLS => !has_argument,
        _ => false,
    }
}

/// Notes who the sender is, and so the other side.
fn become_one(role: Role, flow: &mut State, peer: Option<&mut State>) {
    flow.role = role;
    flow.stat |= stat::POP3;
    if let Some(peer) = peer {
        peer.role = if role == Role::Client { Role::Server } else { Role::Client };
        peer.stat |= stat::POP3;
    }
}

impl PopDecode {
    /// Bits of a flow, with what is pending.
    fn bits(&self, flow: &State) -> u16 {
        let Some(side) = flow.side.as_deref() else { return flow.stat };
        let session = &side.session;
        let when = |condition: bool, bit: u16| if condition { bit } else { 0 };
        let pending = when(session.sasl.is_some() && flow.role == Role::Client, stat::AUTH)
            | when(self.toggles.save && session.mail.is_some(), stat::STORING)
            | when(side.wants_path, stat::PATH);
        let was_cut = flow.stat & stat::CUT != 0 && !self.compat;
        let hidden = when(self.compat, stat::DAMAGED | stat::FILE_CUT) | stat::CUT;
        (flow.stat | pending | when(was_cut, stat::FULL)) & !hidden
    }

    /// A direction says something, perhaps for the first time in a connection.
    fn begin(cx: &StreamContext<'_>, flow: &mut State, peer: Option<&mut State>) {
        let (connection, from_middle) = (cx.connection + 1, cx.start == StreamStart::Middle);
        let is_first = std::mem::replace(&mut flow.connection, connection) != connection;
        let is_server = flow.role == Role::Server;
        let State { searches, side, .. } = flow;
        let own = &mut side.get_or_insert_default().session;
        if !is_server {
            own.begin(connection, from_middle);
            *searches |= is_first && from_middle;
            return;
        }
        let talk = peer.map_or(own, |peer| &mut peer.side().session);
        talk.begin(connection, from_middle);
        talk.searches |= is_first && from_middle;
        if is_first && !from_middle {
            talk.expect_greeting(cx.now);
        }
    }

    fn client(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
    ) -> Next {
        let now = cx.now;
        let out = &mut self.out(cx, true);
        match event {
            StreamEvent::Data(data) => client::data(out, data, flow),
            StreamEvent::Gap(gap) => client::gap(out, gap.rest, now, flow),
            StreamEvent::End(end) => {
                client::last(out, end.rest, now, flow);
                Next::Take(0)
            }
            StreamEvent::Closed(_) => close(out, flow),
        }
    }

    fn server(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        let out = &mut self.out(cx, false);
        let talk = peer.map(|peer| &mut peer.side().session);
        match event {
            StreamEvent::Data(data) => server::data(out, data, flow, talk),
            StreamEvent::Gap(gap) => server::gap(out, (gap.rest, gap.len), flow, talk),
            StreamEvent::End(end) => {
                server::last(out, end.rest, flow, talk);
                Next::Take(0)
            }
            StreamEvent::Closed(_) => close(out, flow),
        }
    }

    fn out<'a, 'c>(&'a mut self, cx: &'a mut StreamContext<'c>, is_client: bool) -> Out<'a, 'c> {
        let place = Place::of(*cx.key, letter(cx.direction()), is_client, cx.connection + 1);
        Out { cx, toggles: &self.toggles, compat: self.compat, place, mails: &mut self.mails }
    }
}

/// The connection is over; the flow may have another one.
fn close(out: &mut Out<'_, '_>, flow: &mut State) -> Next {
    // Also what the other direction has said is shown by then.
    flow.side().session.close(&mut |row| out.show(row));
    (flow.skips_line, flow.searches, flow.connection) = (false, false, 0);
    Next::Take(0)
}
