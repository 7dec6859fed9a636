//! Mail on its way, by SMTP (RFC 5321): commands and replies, log-ins, mails with sender, recipients and what is in them.
//!
//! A TCP flow is SMTP on the ports 25, 465, 587 and 2525, and on any other one if the client begins with EHLO or HELO and the server with
//! 220. Replies are paired with commands, also where clients do not wait for them (RFC 2920). Behind STARTTLS, and where TLS comes
//! at once, nothing is read.
//!
//! Where bytes are missing, the next command or reply is looked for, and pairs are only made of what surely belongs together. A gap in a mail
//! is that and nothing else; if the mail's end is in it, the server's reply tells. Of a capture that begins in the middle, what comes
//! from the next command on is known, and a mail whose go-ahead (354) was captured.
//!
//! | `smtpStat` | what |
//! |---|---|
//! | 01 | a port of SMTP, or SMTP on another one |
//! | 02, 08 | a log-in is going on, its password comes next |
//! | 04 | a mail is coming |
//! | 10 | a file was begun |
//! | 20 | bytes are missing, a reply is none, or a dot alone stands in a mail between line ends other than CR LF |
//! | 40 | a file does not have all bytes: there are more than `SMTP_SAVE_MAX` allows |
//! | 80 | a list is full, or a text was cut |
//!
//! Users and passwords are decoded (RFC 4954; PLAIN, LOGIN, and the user of CRAM-MD5, DIGEST-MD5, SCRAM, XOAUTH2 and OAUTHBEARER). With
//! `--compat` they are the two lines behind AUTH, as they are, whatever they are; bit 20 is not set, bit 04 only where files are written.
//!
//! **Tables**: `smtp` has a row for each mail, `smtpCommands` one for each command with its reply (`SMTP_CMD_TABLE`).
//!
//! **Files**, `SMTP_SAVE`: `7_A_1.eml`, the first mail of flow 7 in direction A, without the dots in front of lines that begin with one. A
//! gap is a line that says how many bytes are missing.
//!
//! **Not offered**: `SMTP_F_PATH`, `SMTP_RMDIR`, `SMTP_NONAME`: files lie beside the tables, are named after their flow, and none of an earlier
//! run stays there.

mod client;
mod commands;
mod mail;
mod out;
mod row;
mod server;
mod session;
mod state;
mod table;
mod toggles;

use flowz_api::cell::Hex8;
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamData, StreamEvent, StreamStart};
use flowz_api::table::TableList;

use out::{Out, show};
use row::{FlowRow, PacketRow};
use session::{Mode, Session};
use state::{Columns, Role, Side, State};
use table::{CommandRow, MailRow};
use toggles::Toggles;

use crate::lines::place::{Place, letter};

/// Bits of `smtpStat`.
mod stat {
    pub(super) const SMTP: u16 = 0x01;
    pub(super) const AUTH: u8 = 0x02;
    pub(super) const DATA: u8 = 0x04;
    pub(super) const PASSWORD: u8 = 0x08;
    pub(super) const FILE: u16 = 0x10;
    pub(super) const DAMAGED: u16 = 0x20;
    pub(super) const FILE_CUT: u16 = 0x40;
    pub(super) const FULL: u16 = 0x80;
    /// A text was cut: shown as a list that is full.
    pub(super) const CUT: u16 = 0x100;
}

const PORTS: [u16; 4] = [25, 465, 587, 2525];
/// More bytes of a server on another port do not wait for its client's first word.
const LONGEST_GREETING: usize = 4096;

inventory::submit! { PluginEntry::new::<SmtpDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct SmtpDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// Bits of all flows.
    #[merge(or)]
    stats: u8,
    /// Flows of SMTP.
    #[merge(sum)]
    flows: u64,
    /// Mails.
    #[merge(sum)]
    mails: u64,
}

impl Plugin for SmtpDecode {
    const INFO: Info =
        Info::new("smtpDecode", 303, "Mail by SMTP: commands, log-ins, senders, recipients, mails")
            .streams()
            .only(TCP);
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
        let [from, to] = [cx.layers.src_port, cx.layers.dst_port].map(|port| PORTS.contains(&port));
        flow.role = match (from, to) {
            (true, true) => Role::OnPort,
            (true, false) => Role::Server,
            (false, true) => Role::Client,
            (false, false) if self.compat => return Interest::None,
            (false, false) => Role::Anybody,
        };
        flow.stat = if flow.role == Role::Anybody { 0 } else { stat::SMTP };
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
        let mode = flow.side.as_deref().map(|side| side.session.mode);
        match (flow.role, mode) {
            (Role::Client, Some(Mode::Lines)) => commands::find_command(bytes, seen),
            (Role::Server, Some(_)) => commands::find_reply(bytes),
            _ => Found::Anything,
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow { stat: Hex8(self.bits(flow)) }
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
        self.flows += u64::from(stat & stat::SMTP as u8 != 0);
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
        out.aggregated("smtpStat", u64::from(self.stats), 2);
        if self.flows > 0 {
            let parts = [Part::Count(self.flows), Part::Share(self.flows, totals.flows)];
            out.line("Number of SMTP flows", parts);
        }
        if self.mails > 0 {
            out.line("Number of mails by SMTP", [Part::Count(self.mails)]);
        }
    }
}

/// Who begins so; or what to do if that is not known yet, or nobody of SMTP.
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
    let begins = |front: &[u8]| {
        let len = data.bytes.len().min(front.len());
        data.bytes[..len].eq_ignore_ascii_case(&front[..len])
    };
    let is_short = data.bytes.len() < 5;
    if role == Role::OnPort {
        let is_reply = commands::reply_head(data.bytes);
        return match is_reply {
            None => Err(Next::Take(0)),
            Some(true) => Ok(Role::Server),
            Some(false) => Ok(Role::Client),
        };
    }
    if start != StreamStart::Syn {
        return Err(Next::Stop);
    }
    match (begins(b"EHLO ") || begins(b"HELO "), begins(b"220 ") || begins(b"220-")) {
        (true, _) => {
            if is_short {
                Err(Next::Take(0))
            } else {
                Ok(Role::Client)
            }
        }
        // Others greet so, too: the client tells.
        (_, true) if data.bytes.len() < LONGEST_GREETING => Err(Next::Take(0)),
        _ => Err(Next::Stop),
    }
}

/// Notes who the sender is, and so the other side.
fn become_one(role: Role, flow: &mut State, peer: Option<&mut State>) {
    flow.role = role;
    flow.stat |= stat::SMTP;
    if let Some(peer) = peer {
        peer.role = if role == Role::Client { Role::Server } else { Role::Client };
        peer.stat |= stat::SMTP;
    }
}

impl SmtpDecode {
    fn bits(&self, flow: &State) -> u8 {
        let hidden = if self.compat { stat::DAMAGED as u8 } else { 0 };
        flow.bits(&self.toggles, self.compat) & !hidden
    }

    /// A direction says something, perhaps for the first time in a connection.
    fn begin(cx: &StreamContext<'_>, flow: &mut State, peer: Option<&mut State>) {
        let (connection, from_middle) = (cx.connection + 1, cx.start == StreamStart::Middle);
        let is_first = std::mem::replace(&mut flow.connection, connection) != connection;
        let is_server = flow.role == Role::Server;
        let State { searches, side, .. } = flow;
        let own = &mut side.get_or_insert_default().session;
        let theirs = peer.map(|peer| &mut peer.side().session);
        if !is_server {
            own.begin(connection, from_middle);
            let goes_ahead = theirs.is_some_and(|theirs| theirs.mode == Mode::Body);
            if is_first && goes_ahead {
                // Said before the client was seen.
                own.begin_body(cx.now);
                own.mail(cx.now).is_behind_gap = true;
            }
            own.searches |= is_first && from_middle && own.mode == Mode::Lines;
            return;
        }
        let talk = theirs.unwrap_or(own);
        talk.begin(connection, from_middle);
        if is_first {
            *searches = from_middle;
        }
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
            StreamEvent::Gap(gap) => client::gap(out, gap.rest, gap.len, now, flow),
            StreamEvent::End(end) => {
                client::last(out, end.rest, now, flow);
                Next::Take(0)
            }
            StreamEvent::Closed(_) => {
                flow.side().session.close(&mut |row| out.show(row));
                (flow.skips_line, flow.searches, flow.connection) = (false, false, 0);
                Next::Take(0)
            }
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
            StreamEvent::Gap(gap) => server::gap(out, gap.rest, flow, talk),
            StreamEvent::End(end) => server::last(out, end.rest, flow, talk, true),
            StreamEvent::Closed(_) => {
                flow.side().session.close(&mut |row| out.show(row));
                (flow.skips_line, flow.searches, flow.connection) = (false, false, 0);
                Next::Take(0)
            }
        }
    }

    fn out<'a, 'c>(&'a mut self, cx: &'a mut StreamContext<'c>, is_client: bool) -> Out<'a, 'c> {
        let place = Place::of(*cx.key, letter(cx.direction()), is_client, cx.connection + 1);
        Out { cx, toggles: &self.toggles, compat: self.compat, place, mails: &mut self.mails }
    }
}
