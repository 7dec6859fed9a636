//! What a row of the table of hellos shows: a ClientHello, and what comes of it in both directions of a connection.

use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::toggles::Toggles;
use crate::tls::fingerprint::{Ja3, Ja4};
use crate::tls::hello::{ClientHello, ServerHello};

/// More hellos of a connection have no row of their own: after one that asks for another key share there are two.
pub(crate) const MOST: usize = 2;
/// Longest list in such a row.
pub(crate) const MOST_VALUES: usize = 250;
/// Longest text of a fingerprint in such a row, in bytes.
pub(crate) const LONGEST_TEXT: usize = 4096;
/// More alerts are not shown.
const MOST_ALERTS: usize = 8;

/// A direction of the connection at hand.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    /// Versions of its records, in the order in which they come first.
    pub(crate) record_versions: Vec<u16>,
    /// Hellos of the client, in its direction.
    pub(crate) exchanges: Vec<Exchange>,
    /// Certificates of the direction so far.
    pub(crate) certificates: u16,
    /// It is over: the next record belongs to another connection.
    over: bool,
}

/// A ClientHello and what comes of it.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    /// When its last byte came.
    pub(crate) time: Timestamp,
    pub(crate) hello: ClientHello,
    pub(crate) ja3: Ja3,
    pub(crate) ja4: Ja4,
    pub(crate) answer: Option<Answer>,
    /// The server has asked for another hello, whether that came or not.
    pub(crate) was_retried: bool,
    /// Direction, level, description.
    pub(crate) alerts: Vec<String>,
    /// The server wants a certificate.
    pub(crate) wants_certificate: bool,
    /// Certificates of server and client.
    pub(crate) certificates: [u16; 2],
}

/// What a server answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) hello: ServerHello,
    pub(crate) ja3: Ja3,
}

impl Connection {
    /// Notes the version of a record.
    pub(crate) fn record(&mut self, version: u16) {
        if self.over {
            *self = Self::default();
        }
        if !self.record_versions.contains(&version) && self.record_versions.len() < 8 {
            self.record_versions.push(version);
        }
    }

    /// The connection is over. What the other direction shows of it stays until the next one begins.
    pub(crate) fn close(&mut self) {
        self.exchanges = Vec::new();
        self.over = true;
    }

    /// The latest ClientHello.
    pub(crate) fn latest(&mut self) -> Option<&mut Exchange> {
        self.exchanges.last_mut()
    }
}

impl Exchange {
    /// Of a hello that came at this time, with its fingerprints.
    pub(crate) fn new(time: Timestamp, mut hello: ClientHello, ja3: Ja3, ja4: Ja4) -> Self {
        shorten(&mut hello);
        let ja3 = Ja3 { text: cut(ja3.text), ..ja3 };
        let ja4 = Ja4 { text: cut(ja4.text), ..ja4 };
        Self { time, hello, ja3, ja4, ..Self::default() }
    }

    /// Notes what the server answers.
    pub(crate) fn answer(&mut self, mut hello: ServerHello, ja3: Ja3) {
        hello.extensions.numbers.truncate(MOST_VALUES);
        hello.extensions.alpn.truncate(1);
        hello.extensions.groups = Vec::new();
        hello.extensions.signatures = Vec::new();
        self.was_retried |= hello.is_retry();
        self.answer = Some(Answer { hello, ja3: Ja3 { text: cut(ja3.text), ..ja3 } });
    }

    /// Notes an alert of this direction.
    pub(crate) fn alert(&mut self, direction: char, level: u8, description: u8) {
        if self.alerts.len() < MOST_ALERTS {
            self.alerts.push(format!("{direction}:{level}/{description}"));
        }
    }

    /// Whether a session is resumed: the hellos say so, and the server shows no certificate.
    pub(crate) fn is_resumed(&self) -> bool {
        let resumes = |answer: &Answer| answer.hello.resumes(&self.hello);
        self.certificates[0] == 0 && self.answer.as_ref().is_some_and(resumes)
    }
}

/// Cuts the text of a fingerprint.
fn cut(mut text: String) -> String {
    text.truncate(text.floor_char_boundary(LONGEST_TEXT));
    text.shrink_to_fit();
    text
}

/// Cuts the lists of a hello to what rows show.
fn shorten(hello: &mut ClientHello) {
    let e = &mut hello.extensions;
    for list in
        [&mut hello.ciphers, &mut e.numbers, &mut e.groups, &mut e.signatures, &mut e.versions]
    {
        list.truncate(MOST_VALUES);
    }
    e.shares.truncate(MOST_VALUES);
    for list in [&mut e.alpn, &mut e.settings, &mut e.next_protocols] {
        list.truncate(16);
    }
    e.alpn.iter_mut().for_each(|name| *name = readable(std::mem::take(name)));
    if let Some(name) = &mut e.server_name {
        name.truncate(MOST_VALUES + 5);
    }
}

/// A name of a protocol; one that is no text (RFC 8701 has such) in hexadecimal.
fn readable(name: Vec<u8>) -> Vec<u8> {
    if name.iter().all(u8::is_ascii_graphic) {
        return name;
    }
    let digits = name.iter().map(|byte| format!("{byte:02x}"));
    format!("0x{}", digits.collect::<String>()).into_bytes()
}

/// Most bytes that the hellos of a connection hold elsewhere.
pub(crate) fn bytes(toggles: &Toggles) -> usize {
    const NAMES: usize = 16 * 3;
    let longest = usize::from(toggles.longest_message) << 10;
    // Numbers in texts have at most five digits, and a comma.
    let texts = 3 * longest.min(LONGEST_TEXT) + memory::list::<u8>(LONGEST_TEXT) * MOST_ALERTS / 64;
    let lists = 6 * memory::list::<u16>(MOST_VALUES) + memory::list::<(u16, u16)>(MOST_VALUES);
    let names = NAMES * (memory::list::<u8>(255) + size_of::<Vec<u8>>());
    memory::list::<Exchange>(MOST) + MOST * (2 * lists + names + texts)
}
