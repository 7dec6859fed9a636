//! Brings messages to a collector.

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::message::{Header, Message};
use crate::common::delivery::{Carrier, Refusal};
use crate::common::socket::{CLOSE, Channel, Place, Stop, doubt, hand_over, hand_over_datagram};

/// What is sent to whom.
#[derive(Debug)]
pub(super) struct Collector {
    place: Place,
    is_stream: bool,
    header: Header,
    /// Templates, and what describes elements.
    templates: Vec<Message>,
    /// When they are sent again by UDP.
    again: (u32, Duration),
    session: Option<Session>,
    /// Connections that broke, so that nobody knows which of the last rows were read.
    breaks: u32,
}

/// A connection, or the datagrams of a run.
#[derive(Debug)]
struct Session {
    channel: Channel,
    /// A message was handed over in part.
    is_in_message: bool,
    /// Templates were sent.
    has_templates: bool,
    /// Records of rows that were in front of the session's first message.
    base: Option<u64>,
    /// Records that describe elements, which count too.
    described: u64,
    /// Messages of the session.
    messages: u32,
    /// Messages since the templates were sent, and when that was.
    since: (u32, Instant),
}

#[allow(
    clippy::disallowed_methods,
    reason = "when templates are sent again is no matter of packets"
)]
fn now() -> Instant {
    Instant::now()
}

/// Seconds since 1970 by the machine's clock.
#[allow(clippy::disallowed_methods, reason = "when a message leaves is no matter of packets")]
fn seconds() -> u32 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as u32)
}

impl Collector {
    /// Without a connection.
    pub(super) fn new(
        (place, is_stream): (Place, bool),
        header: Header,
        templates: Vec<Message>,
        again: (u32, Duration),
    ) -> Self {
        Self { place, is_stream, header, templates, again, session: None, breaks: 0 }
    }

    /// The place of the collector.
    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// Connects; does nothing if there is a connection.
    pub(super) fn connect(&mut self) -> io::Result<()> {
        if self.session.is_none() {
            self.session = Some(Session {
                channel: Channel::connect(&self.place, self.is_stream)?,
                is_in_message: false,
                has_templates: false,
                base: None,
                described: 0,
                messages: 0,
                since: (0, now()),
            });
        }
        Ok(())
    }

    /// A connection that is good for this message.
    fn session(&mut self, message: &mut Message) -> Result<(), Refusal> {
        if let Some(session) = &mut self.session {
            // Another message was given up while a part of it was on its way.
            let is_cut = session.is_in_message && message.written == 0;
            match session.channel.is_open() {
                Ok(true) if !is_cut => return Ok(()),
                Ok(_) => {}
                Err(_) => self.breaks += 1,
            }
        }
        self.session = None;
        message.written = 0;
        self.connect().map_err(|error| {
            Refusal::Later(format!("there is no connection to {}: {error}", self.place))
        })
    }

    /// Sends templates where it is time for them; `before` counts the session's records of rows so far. The time of the header is that of the message in NetFlow 9, whose times count from it.
    fn describe(&mut self, export: u32, before: u64) -> Result<(), Stop> {
        let Some(session) = &mut self.session else { return Ok(()) };
        let (messages, sent) = session.since;
        let is_due = messages >= self.again.0 || sent.elapsed() >= self.again.1;
        if session.has_templates && (self.is_stream || !is_due) {
            return Ok(());
        }
        for message in &mut self.templates {
            message.written = 0;
            let sequence = session.sequence(self.header.version, before);
            message.stamp(self.header, sequence, export);
            // A part of it cannot be taken up again: another connection begins with all of them.
            session.send(self.is_stream, message).map_err(|stop| Stop::Broken(stop.into()))?;
            session.described += u64::from(message.records);
        }
        session.has_templates = true;
        session.since = (0, now());
        Ok(())
    }

    fn send(&mut self, message: &mut Message) -> Result<(), Stop> {
        let export = if self.header.version == 9 { message.export } else { seconds() };
        let Some(session) = &mut self.session else { return Ok(()) };
        let before = message.before - *session.base.get_or_insert(message.before);
        if message.written == 0 {
            self.describe(export, before)?;
        }
        let Some(session) = &mut self.session else { return Ok(()) };
        if message.written == 0 {
            let sequence = session.sequence(self.header.version, before);
            message.stamp(self.header, sequence, export);
        }
        session.send(self.is_stream, message)
    }
}

impl Session {
    /// The number of a message: records of the session in front of it, in NetFlow 9 messages.
    fn sequence(&self, version: u8, before: u64) -> u32 {
        if version == 9 { self.messages } else { (self.described + before) as u32 }
    }

    fn send(&mut self, is_stream: bool, message: &mut Message) -> Result<(), Stop> {
        if is_stream {
            let mut written = message.written;
            let outcome = hand_over(&mut self.channel, &message.bytes, &mut written);
            message.written = written;
            self.is_in_message = written > 0 && written < message.bytes.len();
            outcome?;
        } else {
            hand_over_datagram(&mut self.channel, &message.bytes)?;
        }
        self.messages = self.messages.wrapping_add(1);
        self.since.0 += 1;
        Ok(())
    }
}

impl Carrier for Collector {
    type Batch = Message;

    fn deliver(&mut self, message: &mut Message) -> Result<(), Refusal> {
        self.session(message)?;
        match self.send(message) {
            Ok(()) => {
                message.rows = 0;
                Ok(())
            }
            Err(Stop::Stalled) => Err(Refusal::Later(format!("{} takes nothing", self.place))),
            Err(Stop::Broken(error)) => {
                // By UDP the next datagram does not need another socket.
                if self.is_stream || self.place.is_path() {
                    self.session = None;
                    self.breaks += 1;
                    message.written = 0;
                }
                Err(Refusal::Later(format!("{} does not take messages: {error}", self.place)))
            }
        }
    }

    fn rows(message: &Message) -> u64 {
        message.rows
    }

    fn close(&mut self) -> Result<(), Refusal> {
        // Of a run without rows the templates are all that is sent.
        let is_mute = self.session.as_ref().is_some_and(|session| !session.has_templates);
        let described = if is_mute { self.describe(seconds(), 0) } else { Ok(()) };
        let outcome = self.session.take().map(|mut session| {
            described?;
            session.channel.close(CLOSE).map_err(Stop::Broken)
        });
        doubt(&self.place, outcome, self.breaks).map_or(Ok(()), |why| Err(Refusal::Batch(why)))
    }
}
