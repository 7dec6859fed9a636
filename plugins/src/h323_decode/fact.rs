//! What other plugins may know of the messages of a packet.

use flowz_api::Checkpoint;
use flowz_api::Fact;
use flowz_api::fact::FactValue;
use flowz_api::record::{Cells, Record};

use crate::voip::media::{Media, Place, fields};

/// All messages that a packet completes, in order; those of H.245 that are tunnelled follow what they come in.
#[derive(Fact, Clone, PartialEq, Eq, Debug)]
#[fact(plugin = "h323Decode", name = "messages", version = 1)]
pub(crate) struct H323Messages {
    pub(crate) list: Vec<H323Fact>,
}

/// Which of the protocols.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Layer {
    /// Registration, admission and status (H.225.0).
    #[default]
    Ras,
    /// Call signalling (H.225.0 in Q.931).
    Signalling,
    /// H.245.
    Control,
}

/// Who has sent a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Checkpoint)]
pub(crate) enum Party {
    #[default]
    Unknown,
    Caller,
    Callee,
    Gatekeeper,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct H323Fact {
    /// When its last byte came, in nanoseconds since 1970: in front of the packet at hand, if it waited for bytes of others.
    pub(crate) time: i64,
    /// Who has sent it, and to whom: not always as the packet at hand.
    pub(crate) source: Place,
    pub(crate) target: Place,
    pub(crate) layer: Layer,
    /// Its name: `admissionRequest`, `SETUP`, `openLogicalChannel`.
    pub(crate) kind: String,
    /// What H.225.0 calls it in a message of Q.931: `setup`; empty if it says nothing.
    pub(crate) body: String,
    /// Identifier of the call in hexadecimal; empty if it is not known, or there is no call.
    pub(crate) call_id: Vec<u8>,
    /// That of the conference.
    pub(crate) conference: Vec<u8>,
    /// Number of the call on its connection, 0: none is said.
    pub(crate) call_reference: u16,
    /// Number of a request and its answers in RAS.
    pub(crate) number: u16,
    /// Cause of the end (Q.850), 0: none is said.
    pub(crate) cause: u8,
    /// Why something is refused or ended, as H.225.0 and H.245 name it.
    pub(crate) reason: String,
    pub(crate) party: Party,
    /// Names and numbers of who calls and who is called.
    pub(crate) from: Vec<String>,
    pub(crate) to: Vec<String>,
    /// Digits that were pressed.
    pub(crate) digits: Vec<u8>,
    /// Number of the channel of H.245 that it is about, 0: none.
    pub(crate) channel: u16,
    /// Places that it announces for call signalling, for H.245 and for RAS.
    pub(crate) signalling: Vec<Place>,
    pub(crate) control: Vec<Place>,
    pub(crate) ras: Vec<Place>,
    /// Media that the sender is ready to receive.
    pub(crate) media: Vec<Media>,
    /// Media that the other side was ready to receive, said again.
    pub(crate) peer_media: Vec<Media>,
    /// It came in another message.
    pub(crate) is_tunnelled: bool,
}

impl FactValue for Layer {
    fn put(&self, out: &mut Record) {
        (*self as u8).put(out);
    }

    fn read(from: &mut Cells<'_>) -> Self {
        match u8::read(from) {
            0 => Self::Ras,
            1 => Self::Signalling,
            _ => Self::Control,
        }
    }
}

impl FactValue for Party {
    fn put(&self, out: &mut Record) {
        (*self as u8).put(out);
    }

    fn read(from: &mut Cells<'_>) -> Self {
        match u8::read(from) {
            1 => Self::Caller,
            2 => Self::Callee,
            3 => Self::Gatekeeper,
            _ => Self::Unknown,
        }
    }
}

fields!(H323Fact: time, source, target, layer, kind, body, call_id, conference, call_reference, number, cause, reason, party, from, to, digits, channel, signalling, control, ras, media, peer_media, is_tunnelled);

#[cfg(test)]
mod tests {
    use flowz_api::fact::Fact;
    use flowz_api::record::Record;

    use super::{H323Fact, H323Messages, Layer, Party};
    use crate::voip::media::{Media, Place};

    #[test]
    fn a_fact_is_what_was_published() {
        let all = [Party::Unknown, Party::Caller, Party::Callee, Party::Gatekeeper];
        let layers = [Layer::Ras, Layer::Signalling, Layer::Control, Layer::Ras];
        let place = Place { address: [7; 16], is_v6: true, port: 1720 };
        let list = all.iter().zip(layers).map(|(party, layer)| H323Fact {
            time: -5,
            target: place,
            layer,
            kind: "SETUP".into(),
            party: *party,
            from: vec!["a".into(), "é".into()],
            control: vec![place, Place::default()],
            media: vec![Media { port: 9, ..Media::default() }],
            is_tunnelled: true,
            ..H323Fact::default()
        });
        let fact = H323Messages { list: list.collect() };
        let mut record = Record::new();
        Fact::put(&fact, &mut record);
        assert_eq!(H323Messages::read(&mut record.cells()), fact);
    }
}
