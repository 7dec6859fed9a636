//! The beginning of SSH connections (RFC 4253): identification, algorithms, host key, and HASSH, up to where encryption begins.
//!
//! A TCP flow is SSH if it begins with `SSH-`; on port 22 a server may send up to 50 other lines before (RFC 4253, section 4.2). Of a connection
//! whose beginning is not in the capture, and behind a gap, nothing is told.
//!
//! | `sshStat` | what |
//! |---|---|
//! | 0001 | SSH |
//! | 0002 | this side spoke first |
//! | 0004 | the identification does not end in CR LF |
//! | 0008 | an offer of algorithms (KEXINIT) |
//! | 0010, 0020 | Diffie-Hellman: beginning, reply |
//! | 0040, 0080 | the same on elliptic curves, also together with post-quantum keys |
//! | 0100, 0200, 0400, 0800 | with negotiated groups (RFC 4419): group, request, beginning, reply |
//! | 1000 | new keys: from here on all is encrypted |
//! | 2000 | a text was cut |
//! | 4000 | an offer is longer than 4096 bytes: what both agree on is not known |
//! | 8000 | not well formed |
//!
//! Algorithms: the first one of the client's that the server has too (RFC 4253, section 7.1), in both directions as soon as both offers are
//! known; for encryption that authenticates itself the MAC is `(in the cipher)`. With `--compat` the side whose offer came first is the
//! client and they stand in its direction, the MAC is always named, and ECDH is told by the names `ecdh-` and `curve25519-` only.
//!
//! HASSH: MD5 of `kex;encryption;MAC;compression` of what a side offers, the client's to the server, the server's to the client.
//!
//! What is known by a HASSH tells a list of yours, `SSH_HASSH_NAME`: a HASSH, a tab and a description in each line. None comes with flowz.
//!
//! **Not offered**: `SSH_DECODE`, `SSH_DEBUG`, and `SSH_HASSH_STR_LEN`: the text of a HASSH may be twice as long as `SSH_BUF_SIZE`.

mod names;
mod packet;
mod row;
#[cfg(test)]
mod tests;
mod toggles;

use flowz_api::cell::Hex16;
use flowz_api::inventory;
use flowz_api::key::TCP;
use flowz_api::memory;
use flowz_api::prelude::*;
use flowz_api::registry::PluginEntry;
use flowz_api::report::Part;
use flowz_api::stream::{Found, Next, StreamEvent};
use md5::{Digest, Md5};

use names::Names;
use packet::{KexInit, LISTS, Parsed, message};
use row::{FlowRow, PacketRow};
use toggles::Toggles;

/// Bits of `sshStat`.
mod stat {
    pub(super) const SSH: u16 = 0x0001;
    pub(super) const FIRST: u16 = 0x0002;
    pub(super) const NO_CR: u16 = 0x0004;
    pub(super) const KEXINIT: u16 = 0x0008;
    pub(super) const DH: [u16; 2] = [0x0010, 0x0020];
    pub(super) const ECDH: [u16; 2] = [0x0040, 0x0080];
    pub(super) const GEX_GROUP: u16 = 0x0100;
    pub(super) const GEX_REQUEST: u16 = 0x0200;
    pub(super) const GEX_INIT: u16 = 0x0400;
    pub(super) const GEX_REPLY: u16 = 0x0800;
    pub(super) const NEWKEYS: u16 = 0x1000;
    pub(super) const CUT: u16 = 0x2000;
    pub(super) const LONG_OFFER: u16 = 0x4000;
    pub(super) const MALFORMED: u16 = 0x8000;
}

const PORT: u16 = 22;
/// Lines that a server may send in front of its identification, here.
const LINES_BEFORE: u8 = 50;
/// Longest offer that is kept until that of the other side comes.
const LONGEST_OFFER: usize = 4096;

inventory::submit! { PluginEntry::new::<SshDecode>() }

/// The plugin.
#[derive(Merge, Debug, Resume)]
pub(crate) struct SshDecode {
    #[merge(keep)]
    toggles: Toggles,
    #[merge(keep)]
    compat: bool,
    #[merge(keep)]
    names: Names,
    /// Bits of all flows.
    #[merge(or)]
    stats: u16,
    /// Flows with SSH.
    #[merge(sum)]
    flows: u64,
}

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    stat: u16,
    phase: Phase,
    /// The flow is on the port of SSH.
    on_port: bool,
    side: Option<Box<Side>>,
}

/// What comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
enum Phase {
    /// The identification, behind so many other lines.
    Identification { lines: u8 },
    /// Binary packets.
    #[default]
    Packets,
}

/// What one side of a connection has said.
#[derive(Debug, Checkpoint)]
pub(crate) struct Side {
    version: Option<Vec<u8>>,
    key_type: Option<Vec<u8>>,
    fingerprint: Option<Vec<u8>>,
    cookie: Option<Vec<u8>>,
    /// Its offer, until that of the other side comes.
    offer: Option<Box<[u8]>>,
    /// Algorithms that both agree on.
    algorithms: [Option<Vec<u8>>; LISTS],
    hassh: Option<Vec<u8>>,
    hassh_text: Option<Vec<u8>>,
    hassh_name: Option<Vec<u8>>,
}

impl Side {
    const NOTHING: Self = Self {
        version: None,
        key_type: None,
        fingerprint: None,
        cookie: None,
        offer: None,
        algorithms: [const { None }; LISTS],
        hassh: None,
        hassh_text: None,
        hassh_name: None,
    };
}

impl Plugin for SshDecode {
    const INFO: Info =
        Info::new("sshDecode", 309, "SSH: identification, algorithms, host key, HASSH")
            .streams()
            .only(TCP);
    const CHECKPOINT: Option<PluginCheckpoint<Self>> = Some(PluginCheckpoint::DERIVED);
    type Toggles = Toggles;
    type Flow = State;
    type Row<'a> = FlowRow<'a>;
    type PacketRow<'a> = PacketRow;

    fn new(setup: &mut PluginSetup<'_, Toggles>) -> Result<Self, PluginError> {
        let (toggles, compat) = (setup.toggles.clone(), setup.run.compat);
        let names = Names::read(&toggles.list, toggles.longest_name.into())?;
        Ok(Self { toggles, compat, names, stats: 0, flows: 0 })
    }

    fn bytes_elsewhere(&self) -> usize {
        let texts = (LISTS + 2) * memory::list::<u8>(self.toggles.longest.into())
            + memory::list::<u8>(self.toggles.longest_name.into());
        memory::boxed::<Side>() + memory::list::<u8>(LONGEST_OFFER) + texts
    }

    fn on_new_flow(&mut self, cx: &mut PacketContext<'_>, flow: &mut State) -> Interest {
        if !cx.layers.is_tcp() {
            return Interest::None;
        }
        flow.phase = Phase::Identification { lines: 0 };
        flow.on_port = [cx.layers.src_port, cx.layers.dst_port].contains(&PORT);
        if flow.on_port && self.toggles.use_port {
            flow.stat |= stat::SSH;
        }
        Interest::Stream
    }

    fn on_stream(
        &mut self,
        cx: &mut StreamContext<'_>,
        event: StreamEvent<'_>,
        flow: &mut State,
        peer: Option<&mut State>,
    ) -> Next {
        let StreamEvent::Data(data) = event else { return Next::Stop };
        match flow.phase {
            Phase::Identification { lines } => self.identification(flow, peer, data.bytes, lines),
            Phase::Packets => {
                let to_server = cx.direction() == Direction::A;
                self.packet(flow, peer, data.bytes, to_server)
            }
        }
    }

    /// A connection without its beginning is none of its business, but for one that begins with the identification.
    fn find_message(&self, flow: &State, bytes: &[u8], _: usize) -> Found {
        let is_beginning = matches!(flow.phase, Phase::Identification { lines: 0 });
        match is_beginning && begins_like_ssh(bytes) {
            true if bytes.len() < IDENTIFICATION.len() => Found::NeedMore,
            true => Found::Message(0),
            false => Found::Never,
        }
    }

    fn packet_row<'a>(&'a self, _: &'a PacketContext<'_>, flow: &'a State) -> PacketRow {
        PacketRow { stat: Hex16(flow.stat) }
    }

    fn has_empty_row(&self, flow: &State, _: Option<&State>) -> bool {
        flow.stat == 0 && flow.side.is_none()
    }

    fn on_flow_end<'a>(
        &'a mut self,
        _: &'a mut EndContext<'_>,
        flow: &'a mut State,
        _: Option<&'a mut State>,
    ) -> FlowRow<'a> {
        self.stats |= flow.stat;
        self.flows += u64::from(flow.stat & stat::SSH != 0);
        FlowRow::new(flow.stat, flow.side.as_deref())
    }

    fn report(&self, totals: &Totals, out: &mut Report) {
        out.aggregated("sshStat", u64::from(self.stats), 4);
        if self.flows > 0 {
            let parts = [Part::Count(self.flows), Part::Share(self.flows, totals.flows)];
            out.line("Number of SSH flows", parts);
        }
    }
}

const IDENTIFICATION: &[u8] = b"SSH-";

/// Whether bytes are the beginning of an identification, as far as they go.
fn begins_like_ssh(bytes: &[u8]) -> bool {
    let len = bytes.len().min(IDENTIFICATION.len());
    bytes[..len] == IDENTIFICATION[..len]
}

impl SshDecode {
    /// The lines up to the identification.
    fn identification(
        &self,
        flow: &mut State,
        peer: Option<&mut State>,
        bytes: &[u8],
        lines: u8,
    ) -> Next {
        let is_ssh = begins_like_ssh(bytes);
        let may_talk = flow.on_port && lines < LINES_BEFORE;
        if !is_ssh && !may_talk {
            return Next::Stop;
        }
        let (line, has_cr, len) = match packet::line(bytes) {
            Parsed::Whole((line, has_cr), len) => (line, has_cr, len),
            Parsed::NeedMore => return Next::Take(0),
            Parsed::Wrong => return Next::Stop,
        };
        if !is_ssh {
            flow.phase = Phase::Identification { lines: lines + 1 };
            return Next::Take(len);
        }
        let is_first = peer.is_none_or(|peer| peer.side.is_none());
        flow.stat |= stat::SSH | if is_first { stat::FIRST } else { 0 };
        flow.stat |= if has_cr { 0 } else { stat::NO_CR };
        let version = cut(&mut flow.stat, line, self.toggles.longest.into());
        flow.side = Some(Box::new(Side { version: Some(version), ..Side::NOTHING }));
        flow.phase = Phase::Packets;
        Next::Take(len)
    }

    /// A binary packet.
    fn packet(
        &self,
        flow: &mut State,
        peer: Option<&mut State>,
        bytes: &[u8],
        to_server: bool,
    ) -> Next {
        let (payload, len) = match packet::packet(bytes) {
            Parsed::Whole(payload, len) => (payload, len),
            Parsed::NeedMore => return Next::Take(0),
            Parsed::Wrong => {
                flow.stat |= stat::MALFORMED;
                return Next::Stop;
            }
        };
        let Some((&number, payload)) = payload.split_first() else { return Next::Take(len) };
        match number {
            message::KEXINIT => self.offer(flow, peer, payload, to_server),
            message::NEWKEYS => {
                flow.stat |= stat::NEWKEYS;
                return Next::Stop;
            }
            message::FIRST..=message::GEX_REQUEST => {
                let kex = self.exchange(flow, peer.as_deref());
                flow.stat |= bit(number, kex);
                let shows_key = match number {
                    message::SECOND => kex != Exchange::Group,
                    number => number == message::GEX_REPLY,
                };
                if shows_key {
                    self.host_key(flow, payload);
                }
            }
            _ => {}
        }
        Next::Take(len)
    }

    /// An offer of algorithms.
    fn offer(&self, flow: &mut State, peer: Option<&mut State>, payload: &[u8], to_server: bool) {
        let Some(own) = flow.side.as_deref_mut() else { return };
        flow.stat |= stat::KEXINIT;
        let Some(offer) = KexInit::parse(payload) else {
            flow.stat |= stat::MALFORMED;
            return;
        };
        own.cookie = Some(hexadecimal(&offer.cookie, None));
        let lists = if to_server { [0, 2, 4, 6] } else { [0, 3, 5, 7] };
        let text = lists.map(|list| offer.lists[list]).join(&b';');
        let hassh = hexadecimal(&Md5::digest(&text), None);
        own.hassh_name = self.names.of(&hassh);
        own.hassh = Some(hassh);
        if self.toggles.hassh_text {
            own.hassh_text =
                Some(cut(&mut flow.stat, &text, 2 * usize::from(self.toggles.longest)));
        }
        if self.toggles.lists {
            let longest = self.toggles.longest.into();
            own.algorithms = offer.lists.map(|list| Some(cut(&mut flow.stat, list, longest)));
            return;
        }
        if payload.len() > LONGEST_OFFER {
            flow.stat |= stat::LONG_OFFER;
            return;
        }
        let theirs = peer.and_then(|peer| {
            let side = peer.side.as_deref_mut()?;
            Some((side.offer.take()?, side))
        });
        let Some((bytes, other)) = theirs else {
            own.offer = Some(payload.into());
            return;
        };
        let Some(theirs) = KexInit::parse(&bytes) else { return };
        if self.compat {
            // Who has offered first is the client; the other side has what is left of the comparison.
            other.algorithms = agreed(&theirs, &offer, true);
            own.algorithms[5].clone_from(&other.algorithms[5]);
            own.algorithms[6].clone_from(&other.algorithms[6]);
            return;
        }
        let (client, server) = if to_server { (&offer, &theirs) } else { (&theirs, &offer) };
        own.algorithms = agreed(client, server, false);
        other.algorithms.clone_from(&own.algorithms);
    }

    /// Which key exchange both have agreed on.
    fn exchange(&self, flow: &State, peer: Option<&State>) -> Exchange {
        let of = |state: &State| state.side.as_deref()?.algorithms[0].clone();
        let own = of(flow);
        let Some(name) = own.as_ref().or(peer.and_then(of).as_ref()).cloned() else {
            return Exchange::Prime;
        };
        // The reference knows curves by their names in the direction of the message.
        let is_known = |name: &[u8]| name.starts_with(b"ecdh-") || name.starts_with(b"curve25519-");
        let is_unknown = self.compat && !own.as_deref().is_some_and(is_known);
        if name.starts_with(b"diffie-hellman-group-exchange-") {
            Exchange::Group
        } else if name.starts_with(b"diffie-hellman-") || is_unknown {
            Exchange::Prime
        } else {
            Exchange::Curve
        }
    }

    /// The host key in front of a reply.
    fn host_key(&self, flow: &mut State, payload: &[u8]) {
        let Some(side) = flow.side.as_deref_mut() else { return };
        let Some((key, _)) = packet::string(payload) else {
            flow.stat |= stat::MALFORMED;
            return;
        };
        side.fingerprint = Some(hexadecimal(&Md5::digest(key), Some(b':')));
        if let Some((name, _)) = packet::string(key) {
            side.key_type = Some(cut(&mut flow.stat, name, self.toggles.longest_key_type.into()));
        }
    }
}

/// Kinds of key exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Exchange {
    /// Diffie-Hellman with a known group, or unknown.
    Prime,
    /// On a curve, perhaps together with a post-quantum key.
    Curve,
    /// Diffie-Hellman with a negotiated group.
    Group,
}

/// The bit of a message of a key exchange.
fn bit(number: u8, kex: Exchange) -> u16 {
    match (number, kex) {
        (message::FIRST, Exchange::Group) | (message::GEX_REQUEST, _) => stat::GEX_REQUEST,
        (message::SECOND, Exchange::Group) => stat::GEX_GROUP,
        (message::GEX_INIT, _) => stat::GEX_INIT,
        (message::GEX_REPLY, _) => stat::GEX_REPLY,
        (number, Exchange::Curve) => stat::ECDH[usize::from(number != message::FIRST)],
        (number, _) => stat::DH[usize::from(number != message::FIRST)],
    }
}

/// The algorithms that client and server agree on.
fn agreed(client: &KexInit<'_>, server: &KexInit<'_>, compat: bool) -> [Option<Vec<u8>>; LISTS] {
    const ENCRYPTION: [usize; 2] = [2, 3];
    const MAC: [usize; 2] = [4, 5];
    let mut all = [const { None }; LISTS];
    for (list, chosen) in all.iter_mut().enumerate() {
        let name = packet::chosen(client.lists[list], server.lists[list]);
        *chosen = (!name.is_empty()).then(|| name.to_vec());
    }
    for (encryption, mac) in ENCRYPTION.into_iter().zip(MAC) {
        let authenticates =
            |name: &Vec<u8>| name.starts_with(b"chacha20-poly1305") || contains(name, b"gcm");
        if !compat && all[encryption].as_ref().is_some_and(authenticates) {
            all[mac] = Some(b"(in the cipher)".to_vec());
        }
    }
    all
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

/// At most so many bytes of a text.
fn cut(stat: &mut u16, text: &[u8], longest: usize) -> Vec<u8> {
    if text.len() > longest {
        *stat |= stat::CUT;
    }
    text[..text.len().min(longest)].to_vec()
}

/// Bytes in hexadecimal, with something between them.
fn hexadecimal(bytes: &[u8], between: Option<u8>) -> Vec<u8> {
    let mut text = Vec::with_capacity(bytes.len() * 3);
    for (n, byte) in bytes.iter().enumerate() {
        text.extend(between.filter(|_| n > 0));
        let digit = |value: u8| b"0123456789abcdef"[usize::from(value)];
        text.extend([digit(byte >> 4), digit(byte & 15)]);
    }
    text
}
