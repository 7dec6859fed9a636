//! What a conversation over QUIC says in clear, and in the hello of its client (RFC 9000, RFC 9001).

use flowz_api::Checkpoint;
use flowz_api::memory;

use super::tls;
use crate::quic_decode::assembly::{self, Assembly};
use crate::quic_decode::frames;
use crate::quic_decode::header::{self, Packet, Rest};
use crate::quic_decode::id::Id;
use crate::quic_decode::keys::Keys;
use crate::quic_decode::version::{Kind, V1};
use crate::tls::hello::ClientHello;
use crate::tls::kind;
use crate::tls::reader::Reader;

/// Longest hello of a client, in bytes.
const LONGEST: usize = 8 << 10;
/// More packets of a datagram are not looked at.
const MOST_PACKETS: usize = 8;
/// So many Initial packets of the client are tried to open.
const MOST_TRIES: u8 = 16;

/// What is known.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Quic {
    /// The name of the server that the client says.
    pub(super) server_name: Vec<u8>,
    /// Of the latest long headers of client and server.
    pub(super) versions: [Option<u32>; 2],
    /// The client sends data in front of the answer.
    pub(super) has_early_data: bool,
    /// The client's hello has an encrypted one in it, or looks as if it had.
    pub(super) is_encrypted: bool,
    /// Of the client's hello.
    assembly: Assembly,
    largest: Option<u64>,
    keys: Option<Box<Keys>>,
    tries: u8,
    /// The hello was read, or will not be.
    is_over: bool,
}

/// Most bytes that a conversation holds elsewhere.
pub(super) fn bytes() -> usize {
    memory::boxed::<Quic>()
        + memory::boxed::<Keys>()
        + assembly::bytes(LONGEST)
        + memory::list::<u8>(usize::from(u8::MAX))
}

/// Whether a datagram of so many bytes is QUIC. Tstat knows neither version 2 nor draft 29; what is certain is version 1.
pub(super) fn begins(payload: &[u8], len: u32, original: bool) -> bool {
    let is_first = || payload.get(1..5).is_some_and(|version| *version == V1.to_be_bytes());
    header::begins_quic(payload, len) && (!original || is_first())
}

impl Quic {
    /// A datagram of so many bytes of the client (0) or the server (1).
    pub(super) fn add(&mut self, from: usize, payload: &[u8], len: u32) {
        let lost = len.saturating_sub(payload.len() as u32);
        let mut rest = Rest { bytes: payload, lost };
        for _ in 0..MOST_PACKETS {
            let Some(packet) = rest.next(0) else { return };
            match packet.kind {
                Kind::Short | Kind::Unknown | Kind::Negotiation => return,
                Kind::ZeroRtt => self.has_early_data |= from == 0,
                Kind::Initial if from == 0 && packet.whole => self.initial(&packet),
                _ => {}
            }
            self.versions[from] = Some(packet.version);
        }
    }

    /// An Initial packet of the client. Behind the server's answer it goes to an id by which nothing is protected; behind a Retry packet to one by which everything is.
    fn initial(&mut self, packet: &Packet<'_>) {
        if self.is_over || self.tries >= MOST_TRIES {
            return;
        }
        self.tries += 1;
        let id = Id::new(packet.destination);
        let known = self.keys.take();
        let opened = known.and_then(|keys| self.open(packet, keys));
        let opened = opened.or_else(|| {
            let keys = Keys::derive(packet.version, id).map(Box::new)?;
            self.open(packet, keys)
        });
        if let Some((keys, payload)) = opened {
            let _ = frames::read(&payload, self);
            self.keys = Some(keys);
            self.hello();
        }
    }

    /// The keys and the payload, if these open the packet.
    fn open(&mut self, packet: &Packet<'_>, keys: Box<Keys>) -> Option<(Box<Keys>, Vec<u8>)> {
        let mut bytes = packet.bytes.to_vec();
        let (number, payload) = keys.client.open(&mut bytes, packet.number_at, self.largest)?;
        self.largest = self.largest.max(Some(number));
        Some((keys, bytes.get(payload)?.to_vec()))
    }

    /// Reads the hello if all of it is there.
    fn hello(&mut self) {
        let mut rest = Reader(self.assembly.front());
        let Some((kind, body)) = rest.u8().zip(rest.vector(3)) else { return };
        if kind == kind::CLIENT_HELLO
            && let Some(hello) = ClientHello::read(body)
        {
            self.is_encrypted = hello.is_encrypted();
            self.server_name = tls::name(&hello.extensions.server_name.unwrap_or_default());
        }
        (self.is_over, self.assembly, self.keys) = (true, Assembly::default(), None);
    }
}

impl frames::Sink for Quic {
    fn crypto(&mut self, offset: u64, bytes: &[u8]) {
        self.assembly.add(offset, bytes, LONGEST);
    }

    fn closed(&mut self, _: u64) {}
}
