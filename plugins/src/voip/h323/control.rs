//! Messages of H.245: which channels are opened for what and where, which digits are pressed.

use super::asn1::{CONTROL_MESSAGE, OPEN_LOGICAL_CHANNEL};
use super::codecs::Content;
use super::tree::{Part, Tree};
use crate::voip::media::Place;

/// Object identifier of H.245 without its edition, as it is encoded.
const H245: [u8; 5] = [0, 8, 0x81, 0x75, 0];

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Control {
    pub(crate) kind: &'static str,
    /// Number of the channel that it is about, 0: none.
    pub(crate) channel: u16,
    /// Why it is refused, how the session ends.
    pub(crate) reason: &'static str,
    /// Digits that were pressed.
    pub(crate) digits: Vec<u8>,
    /// A channel that is opened.
    pub(crate) open: Option<Channel>,
    /// A channel that is accepted.
    pub(crate) accepted: Option<Ends>,
    /// Payload type of telephone-events that the sender understands.
    pub(crate) events: Option<u8>,
    /// It names H.245: it can be nothing else.
    pub(crate) is_certain: bool,
    pub(crate) is_malformed: bool,
}

/// Where one side wants what comes in a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ends {
    /// Media.
    pub(crate) media: Option<Place>,
    /// RTCP.
    pub(crate) control: Option<Place>,
    /// Payload type, if it is not fixed.
    pub(crate) payload_type: Option<u8>,
}

/// A channel.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Channel {
    pub(crate) number: u16,
    /// From who opens it.
    pub(crate) forward: Option<(Content, Ends)>,
    /// Back to who opens it.
    pub(crate) reverse: Option<(Content, Ends)>,
}

impl Control {
    /// Reads a message.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let tree = Tree::read(&CONTROL_MESSAGE, bytes)?;
        let message = tree.root().first()?.first()?;
        let kind = message.name();
        let identifier = message.get("protocolIdentifier").and_then(|part| part.octets());
        let accepted = || {
            let ways = ["forwardMultiplexAckParameters", "h2250LogicalChannelAckParameters"];
            Some(Ends::new(message.at(&ways)?))
        };
        Some(Self {
            kind,
            channel: message.short("forwardLogicalChannelNumber").unwrap_or(0),
            reason: match kind {
                "endSessionCommand" => message.first().map_or("", |part| part.name()),
                _ => message.chosen("cause"),
            },
            digits: if kind == "userInput" { digits(message) } else { Vec::new() },
            open: (kind == "openLogicalChannel").then(|| Channel::new(message)),
            accepted: if kind == "openLogicalChannelAck" { accepted() } else { None },
            events: message.get("capabilityTable").and_then(events),
            is_certain: identifier.is_some_and(|identifier| identifier.starts_with(&H245)),
            is_malformed: tree.is_malformed,
        })
    }
}

impl Channel {
    /// Reads a channel of a fast start.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let tree = Tree::read(&OPEN_LOGICAL_CHANNEL, bytes)?;
        Some(Self::new(tree.root())).filter(|channel| channel.number != 0)
    }

    fn new(channel: Part<'_, '_>) -> Self {
        let way = |name| {
            let parameters: Part<'_, '_> = channel.get(name)?;
            let multiplex = ["multiplexParameters", "h2250LogicalChannelParameters"];
            let ends = parameters.at(&multiplex).map(Ends::new).unwrap_or_default();
            let content = Content::new(parameters.get("dataType")?, ends.payload_type)?;
            Some((content, ends))
        };
        Self {
            number: channel.short("forwardLogicalChannelNumber").unwrap_or(0),
            forward: way("forwardLogicalChannelParameters"),
            reverse: way("reverseLogicalChannelParameters"),
        }
    }
}

impl Ends {
    fn new(parameters: Part<'_, '_>) -> Self {
        let place = |name| parameters.get(name)?.place();
        let payload_type = parameters.get("dynamicRTPPayloadType");
        Self {
            media: place("mediaChannel"),
            control: place("mediaControlChannel"),
            payload_type: payload_type.and_then(|part| part.number()?.try_into().ok()),
        }
    }
}

/// What was pressed (H.245, section 7.13).
fn digits(message: Part<'_, '_>) -> Vec<u8> {
    let Some(chosen) = message.first() else { return Vec::new() };
    let text = match chosen.name() {
        "signal" => chosen.get("signalType").and_then(|part| part.text()).unwrap_or("").as_bytes(),
        _ => chosen.octets().unwrap_or_default(),
    };
    let is_digit = |byte: &u8| byte.is_ascii_digit() || b"*#ABCDabcd".contains(byte);
    text.iter().filter(|byte| is_digit(byte)).map(u8::to_ascii_uppercase).collect()
}

/// The payload type of telephone-events in a table of capabilities.
fn events(table: Part<'_, '_>) -> Option<u8> {
    let found = table
        .parts()
        .find_map(|entry| entry.at(&["capability", "receiveRTPAudioTelephonyEventCapability"]));
    found?.get("dynamicRTPPayloadType")?.number()?.try_into().ok()
}
