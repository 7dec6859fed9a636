//! Messages of registration, admission and status (H.225.0, section 7.8 on).

use super::Guid;
use super::asn1::RAS_MESSAGE;
use super::tree::{Part, Tree};
use crate::voip::media::Place;

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Ras {
    pub(crate) kind: &'static str,
    /// Number of the request, and of what answers it.
    pub(crate) number: u16,
    pub(crate) call: Option<Guid>,
    pub(crate) conference: Option<Guid>,
    pub(crate) call_reference: u16,
    /// Why something is refused or ended.
    pub(crate) reason: &'static str,
    /// Whether the side that is called says it.
    pub(crate) is_from_callee: Option<bool>,
    /// Places for call signalling and for messages like this.
    pub(crate) signalling: Vec<Place>,
    pub(crate) ras: Vec<Place>,
    /// Who calls or registers, and who is called.
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) is_malformed: bool,
}

impl Ras {
    /// Reads a message.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let tree = Tree::read(&RAS_MESSAGE, bytes)?;
        let message = tree.root().first().filter(Part::is_h225)?;
        // Several confirmations in one.
        let message = if message.name() == "admissionConfirmSequence" {
            Self { kind: message.name(), ..Self::new(message.first()?) }
        } else {
            Self::new(message)
        };
        let message = Self { is_malformed: tree.is_malformed, ..message };
        (message.number != 0).then_some(message)
    }

    fn new(message: Part<'_, '_>) -> Self {
        let places = |names: &[&str]| {
            let found = names.iter().filter_map(|name| message.get(name));
            found.flat_map(|part| part.place().map_or_else(|| part.places(), |p| vec![p])).collect()
        };
        let aliases = |names: &[&str]| {
            let found = names.iter().find_map(|name| message.get(name));
            found.map(|part| part.aliases()).unwrap_or_default()
        };
        let reasons = ["rejectReason", "disengageReason"];
        let is_from_callee = message.get("answerCall").or_else(|| message.get("answeredCall"));
        Self {
            kind: message.name(),
            number: message.short("requestSeqNum").unwrap_or(0),
            call: message.call(),
            conference: message.get("conferenceID").and_then(|part| part.identifier()),
            call_reference: message.short("callReferenceValue").unwrap_or(0),
            reason: reasons.iter().map(|name| message.chosen(name)).max().unwrap_or(""),
            is_from_callee: is_from_callee.and_then(|part| Some(part.number()? != 0)),
            signalling: places(&[
                "callSignalAddress",
                "destCallSignalAddress",
                "srcCallSignalAddress",
            ]),
            ras: places(&["rasAddress", "replyAddress"]),
            from: aliases(&["srcInfo", "terminalAlias"]),
            to: aliases(&["destinationInfo"]),
            is_malformed: false,
        }
    }

    /// Whether it asks, so that others answer with its number.
    pub(crate) fn asks(&self) -> bool {
        self.kind.ends_with("Request") || self.kind.ends_with("Indicate")
    }
}
