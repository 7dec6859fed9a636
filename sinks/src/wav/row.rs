//! A row of the table of packets that rtpDecode makes for this sink.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use flowz_api::record::Record;
use flowz_api::table::Table;
use flowz_api::value::{Value, Values};

use super::srtp::Announced;

/// The table.
pub(super) const TABLE: &str = "rtp_payload";

/// What a packet is to those before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Mark {
    #[default]
    New,
    Again,
    Restart,
    End,
}

/// A packet, or the end of a source.
#[derive(Clone, Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) flow: u64,
    pub(super) source: u64,
    pub(super) mark: Mark,
    pub(super) direction: u8,
    pub(super) from: Option<IpAddr>,
    pub(super) from_port: u16,
    pub(super) to: Option<IpAddr>,
    pub(super) to_port: u16,
    pub(super) ssrc: u32,
    pub(super) file: &'a [u8],
    /// Nanoseconds since 1970.
    pub(super) time: i64,
    pub(super) sequence: i64,
    pub(super) timestamp: u32,
    pub(super) payload_type: u8,
    /// No comfort noise and no telephone-event.
    pub(super) is_media: bool,
    pub(super) codec: &'a [u8],
    pub(super) clock: u32,
    pub(super) channels: u8,
    pub(super) is_encrypted: bool,
    pub(super) keys: Option<Values<'a>>,
    pub(super) payload_at: usize,
    /// Octets on the wire.
    pub(super) len: u32,
    pub(super) packet: &'a [u8],
}

/// What the list says of a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct About {
    pub(super) flow: u64,
    pub(super) direction: u8,
    pub(super) from: Option<IpAddr>,
    pub(super) from_port: u16,
    pub(super) to: Option<IpAddr>,
    pub(super) to_port: u16,
    pub(super) ssrc: u32,
}

impl<'a> Row<'a> {
    /// The source that it belongs to.
    pub(super) fn about(&self) -> About {
        let Self { flow, direction, from, from_port, to, to_port, ssrc, .. } = *self;
        About { flow, direction, from, from_port, to, to_port, ssrc }
    }

    /// Reads a row.
    pub(super) fn read(table: &'a Table, record: &'a Record) -> Self {
        let mut row = Self::default();
        let columns = &table.schema.columns;
        for (column, value) in columns.iter().zip(record.values(columns)) {
            row.set(&column.name, value);
        }
        row
    }

    fn set(&mut self, column: &str, value: Value<'a>) {
        match (column, value) {
            ("flowInd", value) => self.flow = number(&value),
            ("source", value) => self.source = number(&value),
            ("mark", Value::Label(word)) => {
                self.mark = match word {
                    b"again" => Mark::Again,
                    b"restart" => Mark::Restart,
                    b"end" => Mark::End,
                    _ => Mark::New,
                }
            }
            ("dir", Value::Char(letter)) => self.direction = letter,
            ("srcIP", value) => self.from = address(&value),
            ("srcPort", value) => self.from_port = number(&value) as u16,
            ("dstIP", value) => self.to = address(&value),
            ("dstPort", value) => self.to_port = number(&value) as u16,
            ("ssrc", value) => self.ssrc = number(&value) as u32,
            ("file", Value::Text(name)) => self.file = name,
            ("time", Value::Signed(nanos)) => self.time = nanos,
            ("seq", Value::Signed(sequence)) => self.sequence = sequence,
            ("timestamp", value) => self.timestamp = number(&value) as u32,
            ("type", value) => self.payload_type = number(&value) as u8,
            ("role", Value::Label(role)) => self.is_media = role == b"media",
            ("codec", Value::Label(name)) => self.codec = name,
            ("clock", value) => self.clock = number(&value) as u32,
            ("channels", value) => self.channels = number(&value) as u8,
            ("encrypted", value) => self.is_encrypted = number(&value) == 1,
            ("suite_key_mki", Value::List(keys)) => self.keys = Some(keys),
            ("payloadAt", value) => self.payload_at = number(&value) as usize,
            ("len", value) => self.len = number(&value) as u32,
            ("packet", Value::Payload(bytes)) => self.packet = bytes,
            _ => {}
        }
    }

    /// Keys that may fit.
    pub(super) fn keys(&self) -> impl Iterator<Item = Announced<'a>> + Clone + use<'a> {
        self.keys.clone().into_iter().flatten().filter_map(key)
    }
}

fn key(value: Value<'_>) -> Option<Announced<'_>> {
    let Value::Compound(mut parts) = value else { return None };
    match (parts.next()?, parts.next()?, parts.next()?) {
        (Value::Label(suite), Value::Text(key), Value::Text(mki)) => {
            Some(Announced { suite, key, mki })
        }
        _ => None,
    }
}

fn number(value: &Value<'_>) -> u64 {
    match value {
        Value::Unsigned(number) | Value::Bits(number) => *number,
        _ => 0,
    }
}

fn address(value: &Value<'_>) -> Option<IpAddr> {
    match value {
        Value::Ip4(bytes) => Some(Ipv4Addr::from(*bytes).into()),
        Value::Ip6(bytes) => Some(Ipv6Addr::from(*bytes).into()),
        _ => None,
    }
}
