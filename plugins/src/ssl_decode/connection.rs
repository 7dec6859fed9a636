//! What a row of the table of hellos shows: a ClientHello, and what comes of it in both directions of a connection.

use flowz_api::Checkpoint;
use flowz_api::memory;
use flowz_api::packet::Timestamp;

use super::toggles::Toggles;
use crate::tls::fingerprint::{Ja3, Ja4};
use crate::tls::hello::{ClientHello, ServerHello};
use crate::tls::kept;

/// More hellos of a connection have no row of their own: after one that asks for another key share there are two.
pub(crate) const MOST: usize = 2;
/// More alerts are not shown.
const MOST_ALERTS: usize = 8;

/// A direction of the connection at hand.
#[derive(Debug, Default, Checkpoint)]
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
#[derive(Debug, Default, Checkpoint)]
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
#[derive(Debug, Checkpoint)]
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
        kept::client(&mut hello);
        let ja3 = Ja3 { text: kept::text(ja3.text), ..ja3 };
        let ja4 = Ja4 { text: kept::text(ja4.text), ..ja4 };
        Self { time, hello, ja3, ja4, ..Self::default() }
    }

    /// Notes what the server answers.
    pub(crate) fn answer(&mut self, mut hello: ServerHello, ja3: Ja3) {
        kept::server(&mut hello);
        self.was_retried |= hello.is_retry();
        self.answer = Some(Answer { hello, ja3: Ja3 { text: kept::text(ja3.text), ..ja3 } });
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

/// Most bytes that the hellos of a connection hold elsewhere.
pub(crate) fn bytes(toggles: &Toggles) -> usize {
    let longest = usize::from(toggles.longest_message) << 10;
    let alerts = memory::list::<u8>(kept::LONGEST_TEXT) * MOST_ALERTS / 64;
    memory::list::<Exchange>(MOST) + MOST * (kept::bytes(longest) + alerts)
}
