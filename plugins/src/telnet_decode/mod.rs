//! Telnet (RFC 854) on port 23: commands, options that are negotiated (RFC 855), and what is typed at login.
//!
//! | `telStat` | what |
//! |---|---|
//! | 01 | the port of Telnet |
//! | 02 | a file was begun |
//! | 04, 08 | a user, a password was typed |
//! | 20 | user or password were cut |
//! | 40, 80 | the list of commands, of options is full |
//!
//! User and password are what the client types, one line each, behind a prompt such as `login:` and `Password:`. They stand in the client's row. A
//! line of which bytes are missing is none. The end of an option's parameters (SE) is not counted as a command. With `--compat` options of
//! which only parameters are sent are not in the list, commands below 240 (RFC 1184) neither, and packets without commands have the first command and the first option.
//!
//! **Files**, `TEL_SAVE`: the text of each direction without commands, `7_A.txt`, or of both, `7.txt`; bytes that are missing are left out.
//!
//! **Not offered**: `TEL_F_PATH`, `TEL_RMDIR`: files lie beside the tables, and none of an earlier run stays there. `TEL_SEQPOS`: files have text, not
//! segments.

mod login;
mod protocol;
mod row;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::cell::{Hex8, Label};
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamEvent};

use crate::text::kept::keep;
use crate::text::line::head;
use login::{LONGEST_LINE, Prompt, Shown, Typed};
use protocol::{Item, Reader, command, command_name, option_name};
use row::{FlowRow, PacketRow};
use toggles::Toggles;

/// Bits of `telStat`.
mod stat {
    pub(super) const TELNET: u8 = 0x01;
    pub(super) const FILE: u8 = 0x02;
    pub(super) const USER: u8 = 0x04;
    pub(super) const PASSWORD: u8 = 0x08;
    pub(super) const CUT: u8 = 0x20;
    pub(super) const COMMANDS_FULL: u8 = 0x40;
    pub(super) const OPTIONS_FULL: u8 = 0x80;
}

const PORT: u16 = 23;

inventory::submit! { PluginEntry::new::<TelnetDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct TelnetDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    /// The last command and option, and the number of the packet that brought it.
    #[merge(keep)]
    latest: Option<(u8, Option<u8>)>,
    #[merge(keep)]
    latest_packet: u64,
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
    reader: Reader,
    /// What the server's prompt asks the client for.
    asked: Option<Prompt>,
    shown: Shown,
    typed: Typed,
    lists: Option<Box<Lists>>,
}

/// What a direction has said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Lists {
    command_bits: u16,
    option_bits: u32,
    commands: Vec<u8>,
    options: Vec<u8>,
    user: Vec<u8>,
    password: Vec<u8>,
}

impl Lists {
    const NONE: Self = Self {
        command_bits: 0,
        option_bits: 0,
        commands: Vec::new(),
        options: Vec::new(),
        user: Vec::new(),
        password: Vec::new(),
    };
}

impl Plugin for TelnetDecode {
    const INFO: Info = Info::new("telnetDecode", 305, "Commands, options and logins of Telnet")
        .streams()
        .only(TCP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        Ok(Self { toggles, compat, latest: None, latest_packet: 0, stats: 0, packets: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        let t = &self.toggles;
        let codes =
            memory::list::<u8>(t.most_commands.into()) + memory::list::<u8>(t.most_options.into());
        let texts = 2 * memory::list::<u8>(t.longest.into()) + memory::list::<u8>(LONGEST_LINE);
        memory::boxed::<Lists>() + codes + texts
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        let l = cx.layers;
        if !l.is_tcp() || ![l.src_port, l.dst_port].contains(&PORT) {
            return Interest::None;
        }
        flow.stat = stat::TELNET;
        let both = l.src_port == l.dst_port;
        flow.to_server =
            if both { cx.flow.direction() == Direction::A } else { l.dst_port == PORT };
        Interest::StreamAndPackets
    }

    fn on_packet(&mut self, _: &mut PacketContext<'_>, flow: &mut State, _: Option<&mut State>) {
        self.packets += u64::from(flow.stat != 0);
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
                (self.latest, self.latest_packet) = (None, data.number);
                let text = self.read(flow, peer, data.bytes);
                self.save(cx, flow, &text);
                return Next::Take(data.bytes.len());
            }
            StreamEvent::Gap(_) => {
                flow.reader.gap();
                flow.typed.gap();
                flow.shown.gap();
            }
            StreamEvent::End(_) => {}
            StreamEvent::Closed(_) => {
                (flow.reader, flow.typed, flow.shown) = Default::default();
                flow.asked = None;
            }
        }
        Next::Take(0)
    }

    fn find_message(&self, _: &State, _: &[u8], _: usize) -> Found {
        Found::Anything
    }

    fn packet_row<'a>(&'a self, cx: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        if flow.stat == 0 || self.compat && cx.layers.payload(cx.packet.data).is_empty() {
            return PacketRow { stat: Hex8(0), command: Label(b""), option: Label(b"") };
        }
        let (command, option) = match self.latest.filter(|_| self.latest_packet == cx.number) {
            Some((command, option)) => (command_name(command), option.map_or("", option_name)),
            None if self.compat => (command_name(command::FIRST), option_name(0)),
            None => ("", ""),
        };
        let (command, option) = (Label(command.as_bytes()), Label(option.as_bytes()));
        PacketRow { stat: Hex8(flow.stat), command, option }
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
        out.aggregated("telStat", self.stats.into(), 4);
        if self.packets > 0 {
            let parts = [Part::Count(self.packets), Part::Share(self.packets, totals.packets)];
            out.line("Number of Telnet packets", parts);
        }
    }
}

/// A flow that says nothing.
static NOTHING: Lists = Lists::NONE;

impl TelnetDecode {
    /// Reads bytes; yields the text in them, if it is to be saved.
    fn read(&mut self, flow: &mut State, peer: Option<&mut State>, bytes: &[u8]) -> Vec<u8> {
        let (mut text, mut has_text) = (Vec::new(), false);
        for byte in bytes {
            match flow.reader.next(*byte) {
                Item::Text(byte) => {
                    has_text = true;
                    if self.toggles.save {
                        text.push(byte);
                    }
                    if !flow.to_server {
                        flow.shown.add(byte);
                    } else if let Some(line) = flow.typed.add(byte) {
                        self.typed(flow, &line);
                    }
                }
                Item::Command(command, option) => self.command(flow, command, option),
                Item::Nothing => {}
            }
        }
        if let Some(peer) = peer.filter(|_| !flow.to_server && has_text) {
            // An echo of what is typed does not take the question back.
            peer.asked = flow.shown.prompt().or(peer.asked);
        }
        text
    }

    /// The client has typed a line.
    fn typed(&self, flow: &mut State, line: &[u8]) {
        let Some(asked) = flow.asked.take() else { return };
        let longest = usize::from(self.toggles.longest);
        let lists = flow.lists.get_or_insert_with(|| Box::new(Lists::NONE));
        let (list, bit) = match asked {
            Prompt::User => (&mut lists.user, stat::USER),
            Prompt::Password => (&mut lists.password, stat::PASSWORD),
        };
        if line.is_empty() {
            return;
        }
        let is_plain = |byte: &u8| !byte.is_ascii_control();
        *list = head(line, longest).iter().copied().filter(is_plain).collect();
        flow.stat |= bit;
        if line.len() > longest {
            flow.stat |= stat::CUT;
        }
    }

    fn command(&mut self, flow: &mut State, number: u8, option: Option<u8>) {
        if self.compat && number < command::FIRST {
            return;
        }
        self.latest = Some((number, option));
        let t = &self.toggles;
        let lists = flow.lists.get_or_insert_with(|| Box::new(Lists::NONE));
        lists.command_bits |=
            1_u16.checked_shl(u32::from(number.wrapping_sub(command::FIRST))).unwrap_or(0);
        if keep(&mut lists.commands, number, t.commands()) {
            flow.stat |= stat::COMMANDS_FULL;
        }
        let Some(option) = option else { return };
        lists.option_bits |= 1 << (option % 32);
        let is_hidden = self.compat && number == command::SB;
        if !is_hidden && keep(&mut lists.options, option, t.options()) {
            flow.stat |= stat::OPTIONS_FULL;
        }
    }

    /// Saves text, if that is wanted.
    fn save(&self, cx: &mut StreamContext<'_>, flow: &mut State, text: &[u8]) {
        if !self.toggles.save || text.is_empty() {
            return;
        }
        flow.stat |= stat::FILE;
        let side = if flow.to_server { "_A" } else { "_B" };
        let side = if self.toggles.split { side } else { "" };
        cx.append_to_file(&format!("{}{side}.txt", cx.flow.id.0), text);
    }
}
