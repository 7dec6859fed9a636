//! What records and hellos of TLS say of a connection that begins with them (RFC 8446, RFC 5246).

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;
use flowz_api::stream::{Next, StreamEvent};

use crate::ssl_decode::messages;
use crate::ssl_decode::records::{self, Head, Reading, record};
use crate::tls::certificate;
use crate::tls::extensions::number;
use crate::tls::hello::{ClientHello, ServerHello};
use crate::tls::kind;

/// Of longer messages nothing is known, in bytes.
const LONGEST: u32 = 16 << 10;
/// Longest name that is kept, in bytes (RFC 1035, section 2.3.4).
const LONGEST_NAME: usize = 255;

/// Bits of `tls_session_stat`.
mod session {
    /// The client has the number of a session.
    pub(crate) const ID: u8 = 1;
    /// The client offers keys that both have.
    pub(crate) const CLIENT_KEY: u8 = 2;
    /// The client sends data in front of the answer.
    pub(crate) const EARLY_DATA: u8 = 4;
    /// The server takes such a key.
    pub(crate) const SERVER_KEY: u8 = 8;
    /// The server asks for another hello.
    pub(crate) const RETRY: u8 = 16;
}

/// A direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Records {
    /// Nothing before the first record.
    reading: Option<Reading>,
    /// When the last record of the handshake began.
    pub(super) last_handshake: Option<Timestamp>,
    /// When the first record of data began.
    pub(super) first_data: Option<Timestamp>,
    /// Bytes of records of data, without their heads.
    pub(super) data_bytes: u64,
}

/// What is known of the handshake.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Hellos {
    /// The name of the server that the client says.
    pub(super) server_name: Vec<u8>,
    /// Common name of the subject of the server's certificate, up to TLS 1.2.
    pub(super) common_name: Vec<u8>,
    /// The highest version that the client offers, and the one that the server chooses.
    pub(super) versions: [Option<u16>; 2],
    pub(super) session: u8,
}

/// Both directions: client and server.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Tls {
    pub(super) ways: [Records; 2],
    pub(super) hellos: Hellos,
}

/// Most bytes that a direction holds elsewhere.
pub(super) fn bytes() -> usize {
    memory::boxed::<Tls>() + memory::list::<u8>(LONGEST as usize) + memory::list::<u8>(LONGEST_NAME)
}

impl Tls {
    /// What comes next from the client (0) or the server (1); begins where the first bytes are a hello.
    pub(super) fn event(
        tls: &mut Option<Box<Self>>,
        from: usize,
        event: StreamEvent<'_>,
        original: bool,
    ) -> Next {
        match event {
            StreamEvent::Data(data) => {
                let has_begun = tls.as_ref().is_some_and(|tls| tls.ways[from].reading.is_some());
                if !has_begun {
                    match records::is_hello(data.bytes) {
                        Some(true) => {}
                        Some(false) => return Next::Stop,
                        None => return Next::Take(0),
                    }
                }
                let cut = if original { data.time.0.rem_euclid(1000) } else { 0 };
                let now = Timestamp(data.time.0 - cut);
                tls.get_or_insert_default().read(from, |reading, collector| {
                    collector.now = now;
                    reading.feed(data.bytes, LONGEST, collector)
                })
            }
            StreamEvent::Gap(gap) => match tls {
                Some(tls) if tls.ways[from].reading.is_some() => {
                    tls.read(from, |reading, collector| reading.gap(gap.len, collector))
                }
                _ => Next::Stop,
            },
            StreamEvent::End(_) | StreamEvent::Closed(_) => Next::Take(0),
        }
    }

    /// Lets a direction read. Behind what is no record nothing is known.
    fn read(
        &mut self,
        from: usize,
        read: impl FnOnce(&mut Reading, &mut Collector<'_>) -> Next,
    ) -> Next {
        let way = &mut self.ways[from];
        let mut reading = way.reading.take().unwrap_or_default();
        let now = Timestamp::default();
        let mut collector = Collector { from, now, way, hellos: &mut self.hellos };
        let next = read(&mut reading, &mut collector);
        if matches!(next, Next::Search(_)) {
            return Next::Stop;
        }
        way.reading = Some(reading);
        next
    }
}

/// Takes in what comes out of records.
struct Collector<'a> {
    from: usize,
    now: Timestamp,
    way: &'a mut Records,
    hellos: &'a mut Hellos,
}

impl records::Sink for Collector<'_> {
    fn record(&mut self, head: Head) {
        match head.kind {
            record::HANDSHAKE => self.way.last_handshake = Some(self.now),
            record::DATA => {
                self.way.first_data.get_or_insert(self.now);
                self.way.data_bytes += u64::from(head.len);
            }
            _ => {}
        }
    }

    fn alert(&mut self, _: u8, _: u8) {}

    fn heartbeat(&mut self, _: u8, _: u16, _: u16) {}
}

impl messages::Sink for Collector<'_> {
    fn message(&mut self, kind: u8, body: Option<&[u8]>) {
        let Some(body) = body else { return };
        match kind {
            kind::CLIENT_HELLO => {
                if let Some(hello) = ClientHello::read(body) {
                    self.hellos.client(&hello);
                }
            }
            kind::SERVER_HELLO => {
                if let Some(hello) = ServerHello::read(body) {
                    self.hellos.server(&hello);
                }
            }
            _ => {
                if let Some(first) = certificate::list(body, 1).first() {
                    self.hellos.common_name = name(first.subject.get("CN").as_bytes());
                }
            }
        }
    }

    fn damaged(&mut self, _: u8) {}

    fn wants(&self, kind: u8) -> bool {
        match self.from {
            0 => kind == kind::CLIENT_HELLO,
            _ => matches!(kind, kind::SERVER_HELLO | kind::CERTIFICATE),
        }
    }
}

impl Hellos {
    fn client(&mut self, hello: &ClientHello) {
        let bit = |there: bool, bit: u8| if there { bit } else { 0 };
        let extensions = &hello.extensions;
        if let Some(server) = &extensions.server_name {
            self.server_name = name(server);
        }
        self.versions[0] = Some(hello.highest_version());
        self.session |= bit(!hello.session.is_empty(), session::ID)
            | bit(extensions.has(number::PRE_SHARED_KEY), session::CLIENT_KEY)
            | bit(extensions.has(number::EARLY_DATA), session::EARLY_DATA);
    }

    fn server(&mut self, hello: &ServerHello) {
        let bit = |there: bool, bit: u8| if there { bit } else { 0 };
        self.versions[1] = Some(hello.chosen_version());
        self.session |= bit(hello.extensions.has(number::PRE_SHARED_KEY), session::SERVER_KEY)
            | bit(hello.is_retry(), session::RETRY);
    }
}

/// A name, as far as it is kept.
pub(super) fn name(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(LONGEST_NAME)].to_vec()
}
