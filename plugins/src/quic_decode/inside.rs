//! What is inside an Initial packet: frames, and the handshake messages that they bring.

use super::assembly::Assembly;
use super::bits::hello;
use super::frames;
use super::state::{Client, Hello, Role, Server, Side};
use crate::tls::hello::{ClientHello, ServerHello};
use crate::tls::kind;
use crate::tls::reader::Reader;

/// Bytes in front of a handshake message: its kind and length.
const HEAD: usize = 4;

/// Takes in the payload of an Initial packet.
pub(crate) fn read(payload: &[u8], side: &mut Side, most: usize, number: u64) {
    let mut collector = Collector { side, most, crypto: false, error: None };
    let read = frames::read(payload, &mut collector);
    collector.finish(number);
    side.marks |= if read.is_none() { hello::MALFORMED } else { 0 };
}

/// Takes in the frames of a packet.
struct Collector<'a> {
    side: &'a mut Side,
    most: usize,
    crypto: bool,
    error: Option<u64>,
}

impl frames::Sink for Collector<'_> {
    fn crypto(&mut self, offset: u64, bytes: &[u8]) {
        self.crypto = true;
        self.side.frames = self.side.frames.saturating_add(1);
        if !self.side.is_over {
            self.side.assembly.add(offset, bytes, self.most);
        }
    }

    fn closed(&mut self, error: u64) {
        self.error.get_or_insert(error);
    }
}

impl Collector<'_> {
    /// Reads the messages that are there in whole.
    fn finish(self, number: u64) {
        let Self { side, most, crypto, error } = self;
        side.error = side.error.or(error);
        if crypto {
            side.note_number(number);
        }
        while !side.is_over {
            let front = side.assembly.front();
            let mut rest = Reader(front);
            let Some((kind, body)) = rest.u8().zip(rest.vector(3)) else {
                let says = front
                    .get(1..HEAD)
                    .map_or(0, |len| len.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)));
                if says + HEAD > most {
                    side.marks |= hello::MALFORMED;
                    end(side);
                }
                break;
            };
            let len = HEAD + body.len();
            let (is_read, is_last) = message(kind, body, side.role, &mut side.read);
            if !is_read {
                side.marks |= hello::MALFORMED;
            }
            side.assembly.pass(len);
            if is_last {
                end(side);
            }
        }
    }
}

/// No more messages are read.
fn end(side: &mut Side) {
    side.is_over = true;
    side.assembly = Assembly::default();
}

/// Reads a message of such an end; yields whether that worked, and whether it is the last one in Initial packets: a client's
/// second hello, a server's first one that does not ask for another.
fn message(kind: u8, body: &[u8], role: Role, read: &mut Hello) -> (bool, bool) {
    match (kind, role) {
        (kind::CLIENT_HELLO, Role::Client) => {
            let is_second = read.client.is_some();
            let Some(hello) = ClientHello::read(body) else { return (false, true) };
            if !is_second {
                read.client = Some(Box::new(Client::new(hello)));
            }
            (true, is_second)
        }
        (kind::SERVER_HELLO, Role::Server) => {
            let Some(hello) = ServerHello::read(body) else { return (false, true) };
            let is_last = !hello.is_retry();
            let was_retry = read.server.as_ref().is_some_and(|server| server.was_retry);
            read.server = Some(Box::new(Server::new(hello, was_retry)));
            (true, is_last)
        }
        _ => (false, true),
    }
}
