//! IRC (RFC 1459, 2812) on the ports 194 and 6665 to 6669: commands, numeric replies, users, passwords, nicknames, channels.
//!
//! | `ircStat` | what |
//! |---|---|
//! | 01 | a port of IRC |
//! | 02 | the server has registered the client (reply 001) |
//! | 04 | the password was wrong (464) |
//! | 08 | a line is too long: more than 2048 bytes |
//! | 10 | the server does not know a command (421) |
//! | 40 | a list is full |
//! | 80 | a line that is no message |
//!
//! Users are those of USER, passwords those of PASS, both also those of OPER. When TLS begins (STARTTLS), and where the first line is no message, no
//! more is read. With `--compat` channels and what OPER says are not kept, and numeric replies
//! are those of lines that begin and end in one packet, or of what is left of a line.
//!
//! **Files**, `IRC_SAVE`: the lines of each direction, `7_A.txt`, as far as they were captured.
//!
//! **Not offered**: `IRC_F_PATH`, `IRC_RMDIR`: files lie beside the tables, and none of an earlier run stays there. `IRC_BITFIELD`: commands are words.

mod compat;
mod message;
mod row;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamData, StreamEvent};

use crate::text::kept::{Bounds, keep, keep_text};
use crate::text::line::{Line, Lines};
use message::{LONGEST_LINE, Message};
use row::{FlowRow, PacketRow};
use toggles::Toggles;

/// Bits of `ircStat`.
mod stat {
    pub(super) const IRC: u8 = 0x01;
    pub(super) const REGISTERED: u8 = 0x02;
    pub(super) const WRONG_PASSWORD: u8 = 0x04;
    pub(super) const LONG_LINE: u8 = 0x08;
    pub(super) const UNKNOWN_COMMAND: u8 = 0x10;
    pub(super) const FULL: u8 = 0x40;
    pub(super) const MALFORMED: u8 = 0x80;
}

/// Numeric replies that mean something here (RFC 2812, section 5; 670: IRCv3).
mod number {
    pub(super) const WELCOME: u16 = 1;
    pub(super) const UNKNOWN_COMMAND: u16 = 421;
    pub(super) const WRONG_PASSWORD: u16 = 464;
    pub(super) const TLS_BEGINS: u16 = 670;
}

/// First bytes of a TLS record with a handshake.
const TLS: &[u8] = &[0x16, 3];

inventory::submit! { PluginEntry::new::<IrcDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct IrcDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// Bits of all flows.
    #[merge(or)]
    stats: u8,
    #[merge(sum)]
    packets: u64,
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    stat: u8,
    to_server: bool,
    /// A line has been read.
    has_begun: bool,
    /// What follows is encrypted.
    encrypted: bool,
    lines: Lines,
    lists: Option<Box<Lists>>,
}

/// What a direction has said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Lists {
    commands: Vec<Vec<u8>>,
    numbers: Vec<u16>,
    users: Vec<Vec<u8>>,
    passwords: Vec<Vec<u8>>,
    nicks: Vec<Vec<u8>>,
    channels: Vec<Vec<u8>>,
}

impl Lists {
    const NONE: Self = Self {
        commands: Vec::new(),
        numbers: Vec::new(),
        users: Vec::new(),
        passwords: Vec::new(),
        nicks: Vec::new(),
        channels: Vec::new(),
    };
}

impl Plugin for IrcDecode {
    const INFO: Info =
        Info::new("ircDecode", 401, "Commands, replies and names of IRC").streams().only(TCP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        Ok(Self { toggles: setup.toggles.clone(), compat: setup.run.compat, stats: 0, packets: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        let t = &self.toggles;
        let texts = |Bounds { most, longest, .. }: Bounds| {
            memory::list::<Vec<u8>>(most) + most * memory::list::<u8>(longest)
        };
        let commands = texts(t.words());
        let names =
            texts(t.users()) + texts(t.passwords()) + texts(t.nicks()) + texts(t.channels());
        memory::boxed::<Lists>() + commands + names + memory::list::<u16>(t.most.into())
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        let (from, to) = (is_port(l.src_port), is_port(l.dst_port));
        if !l.is_tcp() || !(from || to) {
            return Interest::None;
        }
        flow.stat = stat::IRC;
        flow.to_server = if from && to { cx.flow.direction() == Direction::A } else { to };
        Interest::StreamAndPackets
    }

    fn on_packet(&mut self, cx: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.packets += u64::from(flow.stat != 0);
        if self.compat && flow.stat != 0 && !flow.to_server {
            for number in compat::numbers(cx.layers.payload(cx.packet.data)) {
                self.number(flow, number);
            }
        }
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => {
                let next = self.data(flow, &data);
                if let (true, Some(peer)) = (flow.encrypted, peer) {
                    peer.encrypted = true;
                }
                if let (Next::Take(len), true) = (next, self.toggles.save) {
                    let side = if flow.to_server { 'A' } else { 'B' };
                    let taken = data.bytes.get(..len).unwrap_or_default();
                    if !taken.is_empty() {
                        cx.append_to_file(&format!("{}_{side}.txt", cx.flow.id.0), taken);
                    }
                }
                next
            }
            StreamEvent::Gap(_) => {
                flow.lines.restart();
                Next::Search(0)
            }
            StreamEvent::End(_) => Next::Take(0),
            StreamEvent::Closed(_) => {
                (flow.has_begun, flow.encrypted) = (false, false);
                flow.lines.restart();
                Next::Take(0)
            }
        }
    }

    /// A message with a command that is known.
    fn find_message(&self, flow: &State, bytes: &[u8], seen: usize) -> Found {
        if flow.encrypted {
            return Found::Never;
        }
        message::begins(bytes, seen)
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, _: &'a State) -> PacketRow {
        PacketRow::default()
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0 && flow.lists.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.stats |= flow.stat;
        FlowRow::new(flow.stat, flow.lists.as_deref().unwrap_or(&NOTHING))
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("ircStat", self.stats.into(), 2);
        if self.packets > 0 {
            let parts = [Part::Count(self.packets), Part::Share(self.packets, totals.packets)];
            out.line("Number of IRC packets", parts);
        }
    }
}

/// A flow that says nothing.
static NOTHING: Lists = Lists::NONE;

fn is_port(port: u16) -> bool {
    matches!(port, 194 | 6665..=6669)
}

impl IrcDecode {
    /// Reads a line.
    fn data(&self, flow: &mut State, data: &StreamData<'_>) -> Next {
        if flow.encrypted || data.bytes.starts_with(TLS) {
            flow.encrypted = true;
            return Next::Stop;
        }
        let (line, len) = match flow.lines.next(data.bytes, data.seen, LONGEST_LINE) {
            Line::Whole(line, len) => (line, len),
            Line::Cut(line, len) => {
                flow.stat |= stat::LONG_LINE;
                (line, len)
            }
            Line::Passed(len) => return Next::Take(len),
            Line::NeedMore => return Next::Take(0),
        };
        let line = line.trim_ascii_start();
        // What begins with something else is something else on this port.
        let is_irc = |message: &Message<'_>| flow.has_begun || message.is_known();
        match Message::from_line(line).filter(is_irc) {
            Some(message) => self.message(flow, message),
            // Empty lines are none (RFC 2812, section 2.3.1).
            None if line.is_empty() => {}
            None => {
                flow.stat |= stat::MALFORMED;
                if !flow.has_begun {
                    return Next::Stop;
                }
            }
        }
        flow.has_begun = true;
        Next::Take(len)
    }

    fn message(&self, flow: &mut State, message: Message<'_>) {
        if let Some(number) = message.number() {
            // In the reference they are those of packets.
            if !self.compat || flow.to_server {
                self.number(flow, number);
            }
            return;
        }
        if !flow.to_server {
            return;
        }
        let t = &self.toggles;
        let command = message.command.to_ascii_uppercase();
        add(flow, |lists| &mut lists.commands, &command, t.words());
        let mut parameters = message.parameters();
        let first = parameters.next().unwrap_or_default();
        match command.as_slice() {
            b"USER" => add(flow, |lists| &mut lists.users, first, t.users()),
            b"PASS" => add(flow, |lists| &mut lists.passwords, first, t.passwords()),
            b"NICK" => add(flow, |lists| &mut lists.nicks, first, t.nicks()),
            b"OPER" if !self.compat => {
                add(flow, |lists| &mut lists.users, first, t.users());
                let password = parameters.next().unwrap_or_default();
                add(flow, |lists| &mut lists.passwords, password, t.passwords());
            }
            b"JOIN" if !self.compat => {
                for channel in first.split(|byte| *byte == b',').take(usize::from(t.most) + 1) {
                    add(flow, |lists| &mut lists.channels, channel, t.channels());
                }
            }
            _ => {}
        }
    }

    /// A numeric reply.
    fn number(&self, flow: &mut State, number: u16) {
        let lists = flow.lists.get_or_insert_with(|| Box::new(Lists::NONE));
        if keep(&mut lists.numbers, number, self.toggles.words()) {
            flow.stat |= stat::FULL;
        }
        flow.stat |= match number {
            number::WELCOME => stat::REGISTERED,
            number::WRONG_PASSWORD => stat::WRONG_PASSWORD,
            number::UNKNOWN_COMMAND => stat::UNKNOWN_COMMAND,
            _ => 0,
        };
        flow.encrypted |= number == number::TLS_BEGINS && !flow.to_server;
    }
}

/// Appends to a list of a flow.
fn add(flow: &mut State, list: fn(&mut Lists) -> &mut Vec<Vec<u8>>, text: &[u8], bounds: Bounds) {
    let lists = flow.lists.get_or_insert_with(|| Box::new(Lists::NONE));
    if !text.is_empty() && keep_text(list(lists), text, bounds) {
        flow.stat |= stat::FULL;
    }
}
