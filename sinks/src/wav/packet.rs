//! A packet on its way through the window.

use super::codec::Codec;
use super::row::{Mark, Row};

/// What a payload is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    Sound(Codec),
    /// Not decoded; the end of its file's name.
    Raw(String),
    /// Comfort noise, telephone-events.
    Nothing,
}

/// A packet.
#[derive(Clone, Debug)]
pub(super) struct Packet {
    pub(super) number: i64,
    /// Nanoseconds since 1970.
    pub(super) time: i64,
    /// Its number came before.
    pub(super) was_there: bool,
    pub(super) timestamp: u32,
    pub(super) what: What,
    /// All of it, as far as it was captured.
    pub(super) bytes: Vec<u8>,
    pub(super) payload_at: usize,
    is_whole: bool,
    /// The payload, if it was encrypted.
    opened: Option<Vec<u8>>,
}

impl Packet {
    /// The packet of a row.
    pub(super) fn new(row: &Row<'_>) -> Self {
        Self {
            number: row.sequence,
            time: row.time,
            was_there: row.mark == Mark::Again,
            timestamp: row.timestamp,
            what: What::new(row),
            bytes: row.packet.to_vec(),
            payload_at: row.payload_at,
            is_whole: row.packet.len() >= row.len as usize,
            opened: None,
        }
    }

    /// The same with its payload as it was before it was encrypted.
    pub(super) fn with_payload(self, payload: Vec<u8>) -> Self {
        Self { opened: Some(payload), ..self }
    }

    /// The payload without padding.
    pub(super) fn payload(&self) -> &[u8] {
        let sent = || self.bytes.get(self.payload_at..).unwrap_or_default();
        let payload = self.opened.as_deref().unwrap_or_else(sent);
        let is_padded = self.is_whole && self.bytes.first().is_some_and(|first| first & 0x20 != 0);
        let padding = payload.last().filter(|_| is_padded).map_or(0, |octets| (*octets).into());
        payload.get(..payload.len().saturating_sub(padding)).unwrap_or_default()
    }

    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.bytes.len() + self.opened.as_ref().map_or(0, Vec::len)
    }
}

impl What {
    fn new(row: &Row<'_>) -> Self {
        if !row.is_media {
            return Self::Nothing;
        }
        let name = String::from_utf8_lossy(row.codec);
        match Codec::new(&name, row.clock, row.channels) {
            Some(codec) => Self::Sound(codec),
            None => Self::Raw(end_of_name(&name, row.payload_type)),
        }
    }
}

/// The end of the name of a file for a codec that is not decoded.
fn end_of_name(codec: &str, payload_type: u8) -> String {
    const LONGEST: usize = 16;
    let signs = codec.chars().filter(char::is_ascii_alphanumeric).take(LONGEST);
    let end: String = signs.map(|sign| sign.to_ascii_lowercase()).collect();
    // Those are taken.
    match end.as_str() {
        "" => format!("pt{payload_type}"),
        "wav" | "rtp" => format!("{end}-payload"),
        _ => end,
    }
}
