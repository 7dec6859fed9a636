//! What the plugin `sessions` tells: its rows, as they are made.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flowz_api::flow::FlowId;
use flowz_api::packet::{NANOS, Timestamp};
use flowz_api::record::Record;
use flowz_api::sink::{Sink, SinkError, SinkSetup};
use flowz_api::table::{Table, TableId};
use flowz_api::value::Value;
use flowz_slice::Member;

/// Something that has happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event {
    /// A session opens; packets of its flow belong to it if it is no call.
    Opened { session: Member, kind: String, flow: FlowId },
    /// Packets of a flow belong to a session.
    Flow(u64, FlowId),
    /// The packet at hand belongs to a session.
    Packet(u64),
    /// A session is over, with the packet at hand or in front of it.
    Closed { session: Member, kind: String, is_late: bool },
}

/// A session that was not over at the end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Unclosed {
    pub(super) number: u64,
    pub(super) kind: String,
    pub(super) last: Timestamp,
    pub(super) from: (IpAddr, u16),
    pub(super) to: (IpAddr, u16),
    pub(super) octets: u64,
}

/// What was told and not taken yet.
#[derive(Default, Debug)]
pub(super) struct Told {
    pub(super) events: Vec<Event>,
    /// Sessions are noted that are not over.
    pub(super) is_end: bool,
    pub(super) unclosed: Vec<Unclosed>,
}

/// The sink, and the place from which others take what it got.
#[derive(Clone, Default, Debug)]
pub(super) struct Events(Arc<Mutex<Told>>);

impl Events {
    /// What was told.
    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sink for Events {
    fn start(&mut self, _: &SinkSetup<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn record(&mut self, _: TableId, table: &Table, record: &Record) -> Result<(), SinkError> {
        let values = || record.values(&table.schema.columns);
        match table.name {
            "session_events" => {
                let event = event(values());
                self.told().events.extend(event);
            }
            "sessions" if self.told().is_end => {
                let session = unclosed(values());
                self.told().unclosed.extend(session);
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SinkError> {
        Ok(())
    }
}

/// An event of its row: flow, what, session, parent, kind.
fn event<'a>(mut values: impl Iterator<Item = Value<'a>>) -> Option<Event> {
    let flow = FlowId(number(&values.next()?)?);
    let what = text(&values.next()?)?;
    let number_of = number(&values.next()?)?;
    let session = Member { number: number_of, parent: number(&values.next()?) };
    let kind = text(&values.next()?)?;
    Some(match what.as_str() {
        "opened" => Event::Opened { session, kind, flow },
        "flow" => Event::Flow(number_of, flow),
        "packet" => Event::Packet(number_of),
        "closed" => Event::Closed { session, kind, is_late: false },
        _ => Event::Closed { session, kind, is_late: true },
    })
}

/// A session of its row: flow, number, kind, parent, start, end, addresses and ports, packets, octets.
fn unclosed<'a>(values: impl Iterator<Item = Value<'a>>) -> Option<Unclosed> {
    let values: Vec<_> = values.collect();
    let place = |at: usize| Some((ip(values.get(at)?)?, port(values.get(at + 1)?)?));
    Some(Unclosed {
        number: number(values.get(1)?)?,
        kind: text(values.get(2)?)?,
        last: time(values.get(5)?)?,
        from: place(6)?,
        to: place(8)?,
        octets: number(values.get(11)?)?,
    })
}

fn number(value: &Value<'_>) -> Option<u64> {
    if let Value::Unsigned(number) = value { Some(*number) } else { None }
}

fn port(value: &Value<'_>) -> Option<u16> {
    u16::try_from(number(value)?).ok()
}

fn text(value: &Value<'_>) -> Option<String> {
    let (Value::Label(bytes) | Value::Text(bytes)) = value else { return None };
    Some(String::from_utf8_lossy(bytes).into_owned())
}

fn ip(value: &Value<'_>) -> Option<IpAddr> {
    match value {
        Value::Ip4(address) => Some((*address).into()),
        Value::Ip6(address) => Some((*address).into()),
        _ => None,
    }
}

fn time(value: &Value<'_>) -> Option<Timestamp> {
    let Value::Time(seconds, nanos) = value else { return None };
    let seconds = i64::try_from(*seconds).ok()?;
    Some(Timestamp(seconds.saturating_mul(NANOS).saturating_add((*nanos).into())))
}
