//! State of a flow, and of its direction of the connection at hand.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::assembly::{self, Assembly};
use super::bits::{hello, stat};
use super::compat::Reference;
use super::id::Id;
use super::keys::Keys;
use super::toggles::Toggles;
use super::version::Kind;
use crate::tls::extensions::number;
use crate::tls::fingerprint::{Ja3, Ja4};
use crate::tls::hello::{ClientHello, ServerHello};
use crate::tls::kept;

/// Most versions of a direction that are kept.
const MOST_VERSIONS: usize = 8;
/// Most versions of a negotiation that are kept.
const MOST_OFFERED: usize = 32;
/// Most numbers of packets with parts of the hello that are kept.
const MOST_NUMBERS: usize = 32;

/// State of a flow.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct State {
    pub(crate) stat: u8,
    /// First bytes of all packets.
    pub(crate) flags: u8,
    pub(crate) types: u8,
    /// Bits of hellos, of connections that are over.
    pub(crate) hello: u8,
    /// Datagrams that are not QUIC so far.
    pub(crate) others: u8,
    /// The latest version.
    pub(crate) version: u32,
    pub(crate) counts: Counts,
    /// What there is of QUIC.
    pub(crate) side: Option<Box<Side>>,
    /// Hellos of the first of several connections.
    pub(crate) earlier: Option<Box<Hello>>,
    /// How the reference reads it.
    pub(crate) reference: Option<Box<Reference>>,
}

/// Packets by what they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Counts {
    /// Initial, 0-RTT, Handshake and Retry packets.
    pub(crate) typed: [u32; 4],
    pub(crate) short: u32,
}

/// A direction of a connection.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Side {
    pub(crate) role: Role,
    /// Its first packet.
    pub(crate) time: Timestamp,
    pub(crate) number: u64,
    pub(crate) counts: Counts,
    /// In the order in which they came.
    pub(crate) versions: Vec<u32>,
    /// A packet with ids was seen.
    pub(crate) has_ids: bool,
    /// Destination of the first packet with ids, which is the id that the client begins with.
    pub(crate) first_destination: Id,
    pub(crate) destination: Id,
    pub(crate) source: Id,
    pub(crate) original: Id,
    /// Versions of a negotiation.
    pub(crate) offered: Vec<u32>,
    /// The client has not begun anew since the negotiation.
    pub(crate) awaits_version: bool,
    /// Source and length of the token of a Retry packet.
    pub(crate) retry: Option<(Id, u32)>,
    /// The client has not begun anew since then.
    pub(crate) awaits_retry: bool,
    /// Longest token of Initial packets.
    pub(crate) token_len: u32,
    /// By which the packets of a client, and those of its server, are opened.
    pub(crate) keys: Option<Box<Keys>>,
    /// Packets that could not be opened.
    pub(crate) failures: u8,
    /// Bits for what is malformed.
    pub(crate) marks: u8,
    /// Largest packet number of Initial packets.
    pub(crate) largest: Option<u64>,
    pub(crate) assembly: Assembly,
    /// No more messages are read.
    pub(crate) is_over: bool,
    /// CRYPTO frames since the client began, or began anew.
    pub(crate) frames: u32,
    /// Packets that these were in.
    pub(crate) hello_packets: Vec<u64>,
    pub(crate) read: Hello,
    /// Of a CONNECTION_CLOSE frame.
    pub(crate) error: Option<u64>,
    /// Its row is written.
    pub(crate) is_written: bool,
}

/// Which end sends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Role {
    #[default]
    Unknown,
    Client,
    Server,
}

/// What was read of the handshake.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Hello {
    pub(crate) client: Option<Box<Client>>,
    pub(crate) server: Option<Box<Server>>,
}

/// A client's hello.
#[derive(Debug, Checkpoint)]
pub(crate) struct Client {
    pub(crate) hello: ClientHello,
    pub(crate) ja3: Ja3,
    pub(crate) ja4: Ja4,
}

/// A server's hello.
#[derive(Debug, Checkpoint)]
pub(crate) struct Server {
    pub(crate) hello: ServerHello,
    pub(crate) ja3: Ja3,
    /// It, or one before it, asks for another key share.
    pub(crate) was_retry: bool,
}

impl Client {
    pub(crate) fn new(mut hello: ClientHello) -> Self {
        let (ja3, ja4) = (Ja3::of_client(&hello), Ja4::of_client(&hello, 'q'));
        kept::client(&mut hello);
        let ja3 = Ja3 { text: kept::text(ja3.text), ..ja3 };
        let ja4 = Ja4 { text: kept::text(ja4.text), ..ja4 };
        Self { hello, ja3, ja4 }
    }

    fn bits(&self) -> u8 {
        let psk = self.hello.extensions.has(number::PRE_SHARED_KEY);
        let malformed = self.hello.extensions.malformed;
        hello::WHOLE
            | if self.hello.is_encrypted() { hello::ENCRYPTED } else { 0 }
            | if psk { hello::PRE_SHARED } else { 0 }
            | if malformed { hello::MALFORMED } else { 0 }
    }
}

impl Server {
    pub(crate) fn new(mut hello: ServerHello, was_retry: bool) -> Self {
        let ja3 = Ja3::of_server(&hello);
        kept::server(&mut hello);
        let was_retry = was_retry || hello.is_retry();
        Self { hello, ja3: Ja3 { text: kept::text(ja3.text), ..ja3 }, was_retry }
    }

    fn bits(&self) -> u8 {
        let psk = self.hello.extensions.has(number::PRE_SHARED_KEY);
        let malformed = self.hello.extensions.malformed;
        hello::WHOLE
            | if self.was_retry { hello::RETRY } else { 0 }
            | if psk { hello::PRE_SHARED } else { 0 }
            | if malformed { hello::MALFORMED } else { 0 }
    }
}

impl Counts {
    /// Counts a packet.
    pub(crate) fn add(&mut self, kind: Kind) {
        let count = match kind {
            Kind::Short => &mut self.short,
            _ => match self.typed.get_mut(kind as usize) {
                Some(count) => count,
                None => return,
            },
        };
        *count = count.saturating_add(1);
    }
}

impl State {
    pub(crate) fn is_quic(&self) -> bool {
        self.stat & stat::QUIC != 0
    }

    /// Takes over what the reference shows.
    pub(crate) fn refer(&mut self) {
        let nothing = Reference::default();
        let reference = self.reference.as_deref().unwrap_or(&nothing);
        (self.stat, self.flags) = (reference.stat, reference.flags);
        (self.types, self.version) = (reference.types, reference.version);
    }

    /// There is nothing of QUIC in it.
    pub(crate) fn is_empty(&self) -> bool {
        let has_none = self.side.is_none() && self.earlier.is_none() && self.reference.is_none();
        // Whatever else there is comes with the status.
        self.stat == 0 && has_none
    }

    /// Hellos that columns show: those of the first connection.
    pub(crate) fn shown(&self) -> Option<&Hello> {
        self.earlier.as_deref().or(self.side.as_deref().map(|side| &side.read))
    }
}

impl Hello {
    fn is_empty(&self) -> bool {
        self.client.is_none() && self.server.is_none()
    }

    /// Keeps this hello for columns, unless there is an earlier one.
    pub(crate) fn keep(self, earlier: &mut Option<Box<Self>>) {
        if earlier.is_none() && !self.is_empty() {
            *earlier = Some(Box::new(self));
        }
    }
}

impl Side {
    /// Notes a version.
    pub(crate) fn note_version(&mut self, version: u32) {
        if !self.versions.contains(&version) && self.versions.len() < MOST_VERSIONS {
            self.versions.push(version);
        }
    }

    /// Notes the versions of a negotiation.
    pub(crate) fn note_offered(&mut self, versions: impl Iterator<Item = u32>) {
        self.offered = versions.take(MOST_OFFERED).collect();
        self.awaits_version = true;
    }

    /// Notes the number of a packet with a part of the hello.
    pub(crate) fn note_number(&mut self, number: u64) {
        if self.hello_packets.last() != Some(&number) && self.hello_packets.len() < MOST_NUMBERS {
            self.hello_packets.push(number);
        }
    }

    /// Bits of `quicHello`.
    pub(crate) fn bits(&self) -> u8 {
        let Hello { client, server } = &self.read;
        let read = client.as_ref().map_or(0, |client| client.bits())
            | server.as_ref().map_or(0, |server| server.bits());
        let is_missing = !self.is_over && !self.assembly.is_empty();
        read | self.marks
            | if is_missing { hello::MISSING } else { 0 }
            | if self.failures > 0 { hello::SEALED } else { 0 }
            | if self.error.is_some() { hello::CLOSE } else { 0 }
    }
}

/// Most bytes that the state of a flow holds elsewhere.
pub(crate) fn bytes(toggles: &Toggles) -> usize {
    let most = toggles.most();
    let lists = memory::list::<u32>(MOST_VERSIONS)
        + memory::list::<u32>(MOST_OFFERED)
        + memory::list::<u64>(MOST_NUMBERS);
    let hellos = memory::boxed::<Hello>()
        // A direction has hellos of one kind; those of the first connection and of the latest one.
        + 2 * (memory::boxed::<Client>() + memory::boxed::<Server>() + kept::bytes(most));
    memory::boxed::<Side>()
        + memory::boxed::<Keys>()
        + memory::boxed::<Reference>()
        + lists
        + hellos
        + assembly::bytes(most)
}
