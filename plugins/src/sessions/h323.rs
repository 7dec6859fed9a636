//! What messages of H.323 mean to their calls (H.323, section 8).

use super::calls::{Message, Step};
use super::conversation::Kind;
use crate::h323_decode::fact::{H323Fact, Layer};

/// What a message means to its call; nothing if it is of none.
pub(crate) fn message(fact: &H323Fact) -> Option<Message<'_>> {
    let media: [&[_]; 2] = [&fact.media, &fact.peer_media];
    let is_admitted = fact.layer == Layer::Ras && fact.kind == "admissionConfirm";
    let signalling = if is_admitted { &fact.signalling[..] } else { &[] };
    let connections: [&[_]; 2] = [&fact.control, signalling];
    let (id, kind) = (&fact.call_id, Kind::H323);
    (!id.is_empty()).then(|| Message { id, kind, step: step(fact), media, connections })
}

fn step(fact: &H323Fact) -> Step {
    match (fact.layer, fact.kind.as_str()) {
        (Layer::Ras, "admissionRequest") | (Layer::Signalling, "SETUP") => Step::Begins,
        (Layer::Ras, "admissionConfirm") => Step::Admits,
        (Layer::Ras, "admissionReject") => Step::Refuses,
        (Layer::Ras, "disengageConfirm") => Step::Dismisses,
        (Layer::Signalling, "CONNECT") => Step::Answers,
        (Layer::Signalling, "RELEASE COMPLETE") => Step::Releases,
        (Layer::Signalling, _) => Step::Tells,
        (Layer::Ras | Layer::Control, _) => Step::Belongs,
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, message};
    use crate::h323_decode::fact::{H323Fact, Layer};

    #[test]
    fn messages_and_what_they_mean() {
        let of = |layer, kind: &str| {
            let call_id = b"7f".to_vec();
            let fact = H323Fact { layer, kind: kind.to_owned(), call_id, ..H323Fact::default() };
            message(&fact).unwrap().step
        };
        assert_eq!(of(Layer::Ras, "admissionRequest"), Step::Begins);
        assert_eq!(of(Layer::Ras, "admissionConfirm"), Step::Admits);
        assert_eq!(of(Layer::Ras, "admissionReject"), Step::Refuses);
        assert_eq!(of(Layer::Ras, "disengageRequest"), Step::Belongs);
        assert_eq!(of(Layer::Ras, "disengageConfirm"), Step::Dismisses);
        assert_eq!(of(Layer::Signalling, "SETUP"), Step::Begins);
        assert_eq!(of(Layer::Signalling, "ALERTING"), Step::Tells);
        assert_eq!(of(Layer::Signalling, "CONNECT"), Step::Answers);
        assert_eq!(of(Layer::Signalling, "RELEASE COMPLETE"), Step::Releases);
        assert_eq!(of(Layer::Control, "endSession"), Step::Belongs);
        assert!(message(&H323Fact::default()).is_none());
    }
}
