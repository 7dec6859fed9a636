//! Records of TLS in a direction of a connection (RFC 8446, section 5.1).

use flowz_api::Checkpoint;
use flowz_api::stream::{Found, Next};

use super::messages::{self, Messages};
use crate::tls::kind::{CLIENT_HELLO, SERVER_HELLO};
use crate::tls::reader::Reader;

/// Kinds of records.
pub(crate) mod record {
    pub(crate) const CHANGE_CIPHER: u8 = 20;
    pub(crate) const ALERT: u8 = 21;
    pub(crate) const HANDSHAKE: u8 = 22;
    pub(crate) const DATA: u8 = 23;
    pub(crate) const HEARTBEAT: u8 = 24;
}

/// Length of a record's head.
const HEAD: usize = 5;
/// Longest record: 2^14 bytes, and what encryption may add (RFC 5246, section 6.2.3).
const LONGEST: u16 = (1 << 14) + 2048;
/// Length of the shortest head of a hello that is looked at: record, message, version.
const HELLO_HEAD: usize = HEAD + 6;

/// The head of a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Head {
    pub(crate) kind: u8,
    pub(crate) version: u16,
    pub(crate) len: u16,
}

impl Head {
    /// Reads a head; nothing if that is none, or not there in whole. An empty record is only allowed to data.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let head = Self::read_any(bytes)?;
        let known = head.is_known() && head.len <= LONGEST;
        (known && (head.len > 0 || head.kind == record::DATA)).then_some(head)
    }

    fn read_any(bytes: &[u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        Some(Self { kind: rest.u8()?, version: rest.u16()?, len: rest.u16()? })
    }

    fn is_known(self) -> bool {
        const FIRST_DRAFT: u16 = 0x7f0e;
        let versions = self.version <= 0x0304 && self.version >= 0x0300;
        matches!(self.kind, record::CHANGE_CIPHER..=record::HEARTBEAT)
            && (versions || self.version >= FIRST_DRAFT && self.version < 0x7f20)
    }

    /// Whether this is a head but for a length that no record may have.
    pub(crate) fn is_too_long(bytes: &[u8]) -> bool {
        Self::read_any(bytes).is_some_and(|head| head.is_known() && head.len > LONGEST)
    }
}

/// Whether a hello begins here; not known if these are too few bytes.
pub(crate) fn is_hello(bytes: &[u8]) -> Option<bool> {
    let known = &bytes[..bytes.len().min(HELLO_HEAD)];
    let right = |at: usize, byte: u8| match at {
        0 => byte == record::HANDSHAKE,
        1 | 9 => byte == 3,
        2 | 10 => byte <= 4,
        3 => byte <= (LONGEST >> 8) as u8,
        5 => byte == CLIENT_HELLO || byte == SERVER_HELLO,
        6 => byte == 0,
        _ => true,
    };
    if !known.iter().enumerate().all(|(at, byte)| right(at, *byte)) {
        return Some(false);
    }
    // A record may end within the first bytes of the message.
    let head = Head::read(known);
    let end = head.map_or(HELLO_HEAD, |head| HELLO_HEAD.min(HEAD + usize::from(head.len)));
    let long_enough = head.is_none_or(|head| usize::from(head.len) >= 4);
    if known.len() >= end { Some(head.is_some() && long_enough) } else { None }
}

/// Whether a record begins at the first of these bytes.
pub(crate) fn find(bytes: &[u8]) -> Found {
    let right = |at: usize, byte: u8| match at {
        0 => (record::CHANGE_CIPHER..=record::HEARTBEAT).contains(&byte),
        1 => byte == 3 || byte == 0x7f,
        _ => true,
    };
    let known = &bytes[..bytes.len().min(HEAD)];
    let begins = known.iter().enumerate().all(|(at, byte)| right(at, *byte));
    match Head::read(known) {
        Some(head) => Found::Message(HEAD + usize::from(head.len)),
        None if begins && known.len() < HEAD => Found::NeedMore,
        None => {
            let rest = bytes.get(1..).unwrap_or(&[]);
            let next = rest.iter().position(|byte| right(0, *byte));
            Found::NotHere(1 + next.unwrap_or(rest.len()))
        }
    }
}

/// What comes out of records.
pub(crate) trait Sink: messages::Sink {
    fn record(&mut self, head: Head);
    /// The bytes of a record of alerts that are not encrypted.
    fn alert(&mut self, level: u8, description: u8);
    /// A heartbeat of this kind, that says that it has so many bytes, in a record of so many.
    fn heartbeat(&mut self, kind: u8, says: u16, len: u16);
}

/// Where the reading of a direction is.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Reading {
    head: Head,
    /// Bytes of the record that are to come.
    left: u16,
    /// The first bytes of an alert or heartbeat.
    first: [u8; 3],
    /// What comes is encrypted.
    encrypted: bool,
    /// This record is.
    hidden: bool,
    messages: Messages,
}

impl Reading {
    /// Takes in the next bytes. Of handshake messages over `most` bytes the body is passed over.
    pub(crate) fn feed(&mut self, bytes: &[u8], most: u32, sink: &mut impl Sink) -> Next {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            if self.left == 0 {
                let Some(front) = rest.first_chunk::<HEAD>() else { return Next::Take(at) };
                let Some(head) = Head::read(front) else {
                    self.messages.reset(sink);
                    return Next::Search(at);
                };
                // Whether a record is encrypted is seen by its first bytes.
                let is_handshake = self.encrypted && head.kind == record::HANDSHAKE;
                let enough = HELLO_HEAD.min(HEAD + usize::from(head.len));
                if is_handshake && rest.len() < enough {
                    return Next::Take(at);
                }
                self.hidden = self.encrypted && !(is_handshake && begins_in_clear(rest, head));
                self.begin(head, sink);
                at += HEAD;
                continue;
            }
            let len = rest.len().min(self.left.into());
            if len == 0 {
                return Next::Take(at);
            }
            self.body(&rest[..len], most, sink);
            at += len;
        }
    }

    fn begin(&mut self, head: Head, sink: &mut impl Sink) {
        (self.head, self.left, self.first) = (head, head.len, [0; 3]);
        self.messages.record();
        sink.record(head);
    }

    fn body(&mut self, bytes: &[u8], most: u32, sink: &mut impl Sink) {
        let from = usize::from(self.head.len - self.left);
        self.left -= bytes.len() as u16;
        for (place, byte) in self.first.iter_mut().skip(from).zip(bytes) {
            *place = *byte;
        }
        if !self.hidden && self.head.kind == record::HANDSHAKE {
            self.messages.feed(bytes, most, sink);
        }
        if self.left == 0 {
            self.record_ends(sink);
        }
    }

    fn record_ends(&mut self, sink: &mut impl Sink) {
        let [first, second, third] = self.first;
        match self.head.kind {
            record::CHANGE_CIPHER => self.encrypted = true,
            record::ALERT if !self.hidden && self.head.len == 2 => sink.alert(first, second),
            record::HEARTBEAT if !self.hidden && self.head.len >= 3 => {
                sink.heartbeat(first, u16::from_be_bytes([second, third]), self.head.len);
            }
            _ => {}
        }
    }

    /// So many bytes are missing. Yields whether what comes behind them is known.
    pub(crate) fn gap(&mut self, len: u64, sink: &mut impl Sink) -> Next {
        if self.left == 0 || len > u64::from(self.left) {
            self.messages.reset(sink);
            self.left = 0;
            return Next::Search(0);
        }
        self.left -= len as u16;
        if self.head.kind == record::HANDSHAKE && !self.hidden {
            self.messages.gap(len as u32, sink);
        }
        if self.left == 0 && self.head.kind == record::CHANGE_CIPHER {
            self.encrypted = true;
        }
        Next::Take(0)
    }
}

/// Whether a handshake record behind a change of ciphers is not encrypted all the same: a hello. (Clients of TLS 1.3 send
/// the change before a second ClientHello, RFC 8446, appendix D.4.)
fn begins_in_clear(bytes: &[u8], head: Head) -> bool {
    let message =
        bytes.get(HEAD..HEAD + 4).map_or(0, |m| u32::from_be_bytes([0, m[1], m[2], m[3]]));
    is_hello(bytes) == Some(true) && message + 4 >= u32::from(head.len)
}
