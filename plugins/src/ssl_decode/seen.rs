//! What the columns of a flow show: its records, its first hello, its certificates.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::{NANOS, Timestamp};

use super::bits::{self, flag, vulnerable};
use super::connection::{Connection, Exchange, MOST};
use super::lists::Lists;
use super::messages;
use super::records::{self, Head, record};
use super::state::Tls;
use super::toggles::Toggles;
use crate::tls::certificate::{self, Certificate};
use crate::tls::ciphers::{Strength, strength};
use crate::tls::extensions::{Extensions, number};
use crate::tls::fingerprint::{Ja3, Ja4};
use crate::tls::hello::{ClientHello, ServerHello};
use crate::tls::kind;

use bits::stat as bit;

/// What was seen in a direction.
#[derive(Debug, Default, Checkpoint)]
pub(crate) struct Seen {
    pub(crate) stat: u32,
    pub(crate) protocols: u32,
    pub(crate) flags: u8,
    pub(crate) vulnerable: u8,
    pub(crate) alerts: u64,
    pub(crate) version: u16,
    /// Versions that records may have since the hellos.
    expected: Vec<u16>,
    pub(crate) record_versions: Vec<u16>,
    pub(crate) hello_versions: Vec<u16>,
    /// Numbers of record versions and of hello versions, also of those that are not kept.
    pub(crate) versions: [u16; 2],
    /// The server's choice, or the client's first one.
    pub(crate) cipher: u16,
    pub(crate) lists: Lists,
    /// Records that change ciphers, with alerts, handshake messages, data and heartbeats.
    pub(crate) counts: [u64; 5],
    pub(crate) session_len: u8,
    /// What the random value begins with: once a time.
    pub(crate) time: Option<u32>,
    pub(crate) server_name: Option<Vec<u8>>,
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) ja3: Ja3,
    pub(crate) ja4: Ja4,
    has_hello: bool,
}

/// Takes in what comes out of the records of a direction.
pub(crate) struct Collector<'a> {
    pub(crate) toggles: &'a Toggles,
    pub(crate) compat: bool,
    pub(crate) now: Timestamp,
    /// Letter of the direction.
    pub(crate) direction: char,
    pub(crate) seen: &'a mut Seen,
    pub(crate) connection: &'a mut Connection,
    pub(crate) peer: Option<&'a mut Tls>,
    /// Certificates that came, for their table.
    pub(crate) certificates: Vec<Certificate>,
}

impl records::Sink for Collector<'_> {
    fn record(&mut self, head: Head) {
        let seen = &mut *self.seen;
        self.connection.record(head.version);
        let most = self.toggles.max_record_versions;
        if note(&mut seen.record_versions, &mut seen.versions[0], most, head.version) {
            seen.stat |= bit::RECORD_VERSIONS;
        }
        if seen.version == 0 {
            seen.version = head.version;
        }
        if !seen.expected.is_empty() && !seen.expected.contains(&head.version) {
            seen.stat |= bit::VERSION;
            seen.flags |= flag::VERSION;
        }
        if head.version == 0x0300 {
            seen.stat |= bit::WEAK_PROTOCOL;
            seen.vulnerable |= vulnerable::BEAST | vulnerable::POODLE;
        }
        let place = match head.kind {
            record::CHANGE_CIPHER => 0,
            record::ALERT => 1,
            record::HANDSHAKE => 2,
            record::DATA => 3,
            _ => 4,
        };
        seen.counts[place] += 1;
    }

    fn alert(&mut self, level: u8, description: u8) {
        const FATAL: u8 = 2;
        self.seen.alerts |= bits::alert(description);
        if level == FATAL {
            self.seen.stat |= bit::FATAL_ALERT;
        }
        let direction = self.direction;
        if let Some(exchange) = self.exchange() {
            exchange.alert(direction, level, description);
        }
    }

    fn heartbeat(&mut self, kind: u8, says: u16, len: u16) {
        // Kind and length in front, 16 bytes of padding behind (RFC 6520, section 4).
        const REQUEST: u8 = 1;
        let has = |lists: &Lists| lists.extensions.contains(&number::HEARTBEAT);
        let peer = self.peer.as_ref().is_some_and(|peer| has(&peer.seen.lists));
        if !has(&self.seen.lists) && !peer {
            self.seen.stat |= bit::HEARTBEAT;
        }
        if kind == REQUEST && u32::from(says) + 19 > u32::from(len) {
            self.seen.vulnerable |= vulnerable::HEARTBLEED;
        }
    }
}

impl messages::Sink for Collector<'_> {
    fn message(&mut self, kind: u8, body: Option<&[u8]>) {
        let read = match (kind, body) {
            (kind::CLIENT_HELLO, Some(body)) => {
                ClientHello::read(body).map(|hello| self.client(hello))
            }
            (kind::SERVER_HELLO, Some(body)) => {
                ServerHello::read(body).map(|hello| self.server(hello))
            }
            (kind::CERTIFICATE, Some(body)) => self.certificate(body),
            (kind::CERTIFICATE_REQUEST, _) => {
                if let Some(exchange) = self.exchange() {
                    exchange.wants_certificate = true;
                }
                Some(())
            }
            _ => Some(()),
        };
        if read.is_none() {
            self.seen.stat |= bit::MALFORMED;
        }
    }

    fn damaged(&mut self, kind: u8) {
        if self.wants(kind) {
            self.seen.stat |= bit::MISSING;
        }
    }

    fn wants(&self, kind: u8) -> bool {
        match kind {
            kind::CLIENT_HELLO | kind::SERVER_HELLO => true,
            kind::CERTIFICATE => self.toggles.certificates,
            _ => false,
        }
    }
}

impl Collector<'_> {
    /// The latest ClientHello of the connection, in whichever direction it was.
    fn exchange(&mut self) -> Option<&mut Exchange> {
        let peer = self.peer.as_deref_mut().and_then(|peer| peer.connection.latest());
        self.connection.latest().or(peer)
    }

    fn client(&mut self, hello: ClientHello) {
        let (ja3, ja4) = (Ja3::of_client(&hello), Ja4::of_client(&hello, 't'));
        let is_first = !self.seen.has_hello;
        self.seen.hello(&hello.extensions, (hello.version, hello.random), self.now, self.toggles);
        if is_first {
            let seen = &mut *self.seen;
            seen.version = hello.highest_version();
            seen.cipher = hello.ciphers.first().copied().unwrap_or(0);
            seen.session_len = hello.session.len() as u8;
            seen.server_name.clone_from(&hello.extensions.server_name);
            seen.stat |= seen.lists.take(&hello.extensions, &hello.ciphers, self.toggles);
            seen.ciphers(&hello.ciphers);
            let complete = !self.compat || seen.lists.has_all_of_ja3();
            seen.set_ja3(ja3.clone(), complete, self.toggles);
            if !self.compat || seen.lists.has_all_of_ja4() {
                seen.set_ja4(ja4.clone(), self.toggles);
            }
            if hello.compressions.iter().any(|method| *method != 0) {
                seen.compression();
            }
        }
        if self.toggles.table && self.connection.exchanges.len() < MOST {
            self.connection.exchanges.push(Exchange::new(self.now, hello, ja3, ja4));
        }
    }

    fn server(&mut self, hello: ServerHello) {
        let ja3 = Ja3::of_server(&hello);
        let is_first = !self.seen.has_hello;
        self.seen.hello(&hello.extensions, (hello.version, hello.random), self.now, self.toggles);
        if is_first {
            let seen = &mut *self.seen;
            seen.version = hello.chosen_version();
            seen.session_len = hello.session.len() as u8;
            let ciphers = [hello.cipher];
            seen.stat |= seen.lists.take(&hello.extensions, &ciphers, self.toggles);
            seen.set_ja3(ja3.clone(), true, self.toggles);
            if hello.compression != 0 {
                seen.compression();
            }
        }
        self.seen.cipher = hello.cipher;
        self.seen.ciphers(&[hello.cipher]);
        if matches!(hello.cipher, 0x0003 | 0x0006 | 0x0008) {
            // RSA with a key that may be exported.
            self.seen.vulnerable |= vulnerable::FREAK;
        }
        let Some(peer) = self.peer.as_deref_mut() else { return };
        if peer.seen.has_hello {
            peer.seen.expected.push(hello.version);
            peer.seen.expected.dedup();
        }
        if let Some(exchange) = peer.connection.latest() {
            exchange.answer(hello, ja3);
        }
    }

    /// Certificates. Those of the server come with its answer, those of the client behind it.
    fn certificate(&mut self, body: &[u8]) -> Option<()> {
        let found = certificate::list(body, self.toggles.max_certificates.into());
        let count = u16::try_from(found.len()).unwrap_or(u16::MAX);
        let mine = usize::from(!self.connection.exchanges.is_empty());
        if let Some(exchange) = self.exchange() {
            exchange.certificates[mine] = exchange.certificates[mine].saturating_add(count);
        }
        let seen = &mut *self.seen;
        for certificate in &found {
            if certificate.not_after < self.now.0.div_euclid(NANOS) {
                seen.stat |= bit::EXPIRED;
            }
            if certificate.has_weak_key(self.compat) {
                seen.stat |= bit::WEAK_KEY;
            }
            if seen.certificates.len() < usize::from(self.toggles.max_certificates) {
                seen.certificates.push(certificate.clone());
            }
        }
        self.certificates.extend(found);
        // The list of a client may be empty.
        (count > 0 || body == [0, 0, 0]).then_some(())
    }
}

impl Seen {
    /// What all hellos of a direction have.
    fn hello(
        &mut self,
        extensions: &Extensions,
        (version, random): (u16, [u8; 32]),
        now: Timestamp,
        toggles: &Toggles,
    ) {
        self.has_hello = true;
        self.expected = vec![version];
        let most = toggles.max_hello_versions;
        if note(&mut self.hello_versions, &mut self.versions[1], most, version) {
            self.stat |= bit::HELLO_VERSIONS;
        }
        if extensions.malformed {
            self.stat |= bit::MALFORMED;
        }
        if extensions.has(number::RENEGOTIATION) {
            self.stat |= bit::RENEGOTIATION;
        }
        for name in extensions.alpn.iter().chain(&extensions.next_protocols) {
            self.protocols |= bits::protocol(name);
        }
        if extensions.has(number::SRTP) {
            self.protocols |= bits::SRTP;
        }
        let (time, rest) = random.split_at(4);
        let time = u32::from_be_bytes([time[0], time[1], time[2], time[3]]);
        if self.time.is_none() {
            self.time = Some(time);
            self.flags |= random_flags(time, rest, now);
        }
    }

    /// The connection is over: another one may have other versions.
    pub(crate) fn close(&mut self) {
        self.expected = Vec::new();
    }

    fn ciphers(&mut self, list: &[u16]) {
        for cipher in list {
            self.stat |= match strength(*cipher) {
                Some(Strength::Insecure) => bit::INSECURE,
                Some(Strength::Weak) => bit::WEAK,
                Some(Strength::Secure) => bit::SECURE,
                Some(Strength::Recommended) => bit::RECOMMENDED,
                None => 0,
            };
        }
    }

    fn compression(&mut self) {
        self.flags |= flag::COMPRESSION;
        self.vulnerable |= vulnerable::BREACH | vulnerable::CRIME;
    }

    fn set_ja3(&mut self, mut ja3: Ja3, complete: bool, toggles: &Toggles) {
        if !complete {
            self.stat |= bit::NO_JA3;
            return;
        }
        ja3.text.truncate(toggles.ja3_longest.into());
        self.ja3 = ja3;
    }

    fn set_ja4(&mut self, mut ja4: Ja4, toggles: &Toggles) {
        self.stat |= bit::JA4;
        if ja4.text.len() > usize::from(toggles.ja4_longest) && toggles.ja4_text {
            self.stat |= bit::JA4_CUT;
        }
        let end = ja4.text.floor_char_boundary(toggles.ja4_longest.into());
        ja4.text.truncate(end);
        self.ja4 = ja4;
    }
}

/// What is odd with a random value.
fn random_flags(time: u32, rest: &[u8], now: Timestamp) -> u8 {
    const YEARS: i64 = 5 * 365 * 86_400;
    let when = |condition: bool, flag: u8| if condition { flag } else { 0 };
    when(time == 0, flag::NO_TIME)
        | when(i64::from(time) > now.0.div_euclid(NANOS) + YEARS, flag::FUTURE)
        | when(rest.iter().all(|byte| *byte == 0), flag::NOT_RANDOM)
}

/// Adds a value that is not there yet; yields whether there is no more room for it.
fn note(list: &mut Vec<u16>, count: &mut u16, most: u16, value: u16) -> bool {
    if list.contains(&value) {
        return false;
    }
    if list.len() >= usize::from(most) {
        *count = most.saturating_add(1);
        return true;
    }
    list.push(value);
    *count = list.len() as u16;
    false
}

/// Most bytes that lists and texts of a direction hold elsewhere.
pub(crate) fn bytes(t: &Toggles) -> usize {
    const NAME: usize = 256;
    let words = [
        t.max_record_versions,
        t.max_hello_versions,
        t.max_extensions,
        t.max_versions,
        t.max_signatures,
        t.max_groups,
        t.max_ciphers,
    ];
    let lists: usize = words.iter().map(|most| memory::list::<u16>(usize::from(*most))).sum();
    let protocols = usize::from(t.max_protocols) * memory::list::<u8>(t.longest_protocol.into());
    let texts = usize::from(t.ja3_longest) + usize::from(t.ja4_longest) + 4 * NAME;
    // Two names with 16 attributes each, both also as one text, hashes.
    let certificate = size_of::<Certificate>() + 2 * 2 * 16 * memory::list::<u8>(NAME) + 2 * NAME;
    lists + 3 * protocols + texts + usize::from(t.max_certificates) * certificate
}
