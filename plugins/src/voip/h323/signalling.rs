//! What H.225.0 says in messages of Q.931 (section 7.3).

use super::Guid;
use super::asn1::USER_INFORMATION;
use super::tree::{Part, Tree};
use crate::voip::media::Place;

/// Most byte strings of a list.
const MOST_STRINGS: usize = 32;

/// What is said.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Signalling {
    pub(crate) kind: &'static str,
    pub(crate) call: Option<Guid>,
    pub(crate) conference: Option<Guid>,
    /// Why the call ends, or what a facility is for.
    pub(crate) reason: &'static str,
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    /// Places for call signalling and for H.245.
    pub(crate) signalling: Vec<Place>,
    pub(crate) control: Option<Place>,
    /// Channels that are offered or accepted at once, each an OpenLogicalChannel of H.245.
    pub(crate) fast_start: Vec<Vec<u8>>,
    /// Messages of H.245.
    pub(crate) tunnelled: Vec<Vec<u8>>,
    pub(crate) is_malformed: bool,
}

impl Signalling {
    /// Reads it.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let tree = Tree::read(&USER_INFORMATION, bytes)?;
        let unit = tree.root().get("h323-uu-pdu")?;
        let body = unit.get("h323-message-body")?.first().filter(Part::is_h225)?;
        let place = |name| body.get(name)?.place();
        let aliases = |name| body.get(name).map(|part| part.aliases()).unwrap_or_default();
        let signalling = ["destCallSignalAddress", "sourceCallSignalAddress", "alternativeAddress"];
        let mut tunnelled = strings(body, "parallelH245Control");
        tunnelled.extend(strings(unit, "h245Control"));
        Some(Self {
            kind: body.name(),
            call: body.call(),
            conference: body.get("conferenceID").and_then(|part| part.identifier()),
            reason: body.chosen("reason"),
            from: aliases("sourceAddress"),
            to: [aliases("destinationAddress"), aliases("connectedAddress")].concat(),
            signalling: signalling.into_iter().filter_map(place).collect(),
            control: place("h245Address"),
            fast_start: strings(body, "fastStart"),
            tunnelled,
            is_malformed: tree.is_malformed,
        })
    }
}

/// Byte strings in a list with a name.
fn strings(part: Part<'_, '_>, name: &str) -> Vec<Vec<u8>> {
    let list = part.get(name).into_iter().flat_map(|list| list.parts());
    list.filter_map(|part| part.octets()).take(MOST_STRINGS).map(<[u8]>::to_vec).collect()
}
