//! What is sent in a channel of H.245, as RTP has it (H.225.0, table 21; RFC 3551).

use super::tree::Part;
use crate::voip::media::{Format, Kind};
use crate::voip::payload_types;
use flowz_api::Checkpoint;

/// Capabilities and their payload types.
const FIXED: [(&str, u8); 18] = [
    ("g711Alaw64k", 8),
    ("g711Alaw56k", 8),
    ("g711Ulaw64k", 0),
    ("g711Ulaw56k", 0),
    ("g722-64k", 9),
    ("g722-56k", 9),
    ("g722-48k", 9),
    ("g7231", 4),
    ("g7231AnnexCCapability", 4),
    ("g728", 15),
    ("g729", 18),
    ("g729AnnexA", 18),
    ("g729wAnnexB", 18),
    ("g729AnnexAwAnnexB", 18),
    ("gsmFullRate", 3),
    ("h261VideoCapability", 31),
    ("h262VideoCapability", 32),
    ("h263VideoCapability", 34),
];

/// Capabilities without a payload type of their own: name and clock.
const DYNAMIC: [(&str, &str, u32); 3] = [
    ("g729Extensions", "G729", 8_000),
    ("gsmHalfRate", "GSM-HR-08", 8_000),
    ("gsmEnhancedFullRate", "GSM-EFR", 8_000),
];

/// Capabilities by their object identifiers as they are encoded (H.241, G.722.1).
const GENERIC: [(&[u8], &str, u32); 2] =
    [(&[0, 8, 0x81, 0x71, 0, 0, 1], "H264", 90_000), (&[0, 7, 0xb8, 0x35, 1, 0], "G7221", 16_000)];

/// What a channel is for.
#[derive(Clone, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) struct Content {
    pub(crate) kind: Kind,
    pub(crate) format: Option<Format>,
    pub(crate) is_encrypted: bool,
}

impl Content {
    /// What a data type says; none if the channel is for nothing.
    pub(super) fn new(data_type: Part<'_, '_>, payload_type: Option<u8>) -> Option<Self> {
        let chosen = data_type.first()?;
        let kind = match chosen.name() {
            "audioData" => Kind::Audio,
            "videoData" => Kind::Video,
            "nullData" => return None,
            _ => Kind::Other,
        };
        let capability = chosen.first().filter(|_| kind != Kind::Other);
        let format = capability.and_then(|capability| format(capability, payload_type));
        Some(Self { kind, format, is_encrypted: chosen.name() == "h235Media" })
    }
}

/// The format of a capability: its payload type is said, or has a fixed one.
fn format(capability: Part<'_, '_>, payload_type: Option<u8>) -> Option<Format> {
    let name = capability.name();
    if let Some((_, fixed)) = FIXED.iter().find(|(known, _)| *known == name) {
        let format = payload_types::format(*fixed);
        return Some(Format { payload_type: payload_type.unwrap_or(*fixed), ..format });
    }
    let (name, clock) = match DYNAMIC.iter().find(|(known, ..)| *known == name) {
        Some((_, name, clock)) => (*name, *clock),
        None => generic(capability).unwrap_or(("", 0)),
    };
    let payload_type = payload_type?;
    Some(Format { payload_type, name: name.to_owned(), clock, channels: 1 })
}

fn generic(capability: Part<'_, '_>) -> Option<(&'static str, u32)> {
    let identifier = capability.at(&["capabilityIdentifier", "standard"])?.octets()?;
    let known = GENERIC.iter().find(|(known, ..)| *known == identifier);
    known.map(|(_, name, clock)| (*name, *clock))
}

/// Telephone-events (RFC 4733) with their payload type.
pub(crate) fn events(payload_type: u8) -> Format {
    Format { payload_type, name: "TELEPHONE-EVENT".to_owned(), clock: 8_000, channels: 1 }
}
