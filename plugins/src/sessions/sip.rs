//! What messages of SIP mean to their calls (RFC 3261, sections 13 to 15).

use super::calls::{Message, Step};
use super::conversation::Kind;
use crate::sip_decode::fact::SipFact;

/// What a message means to its call.
pub(crate) fn message(fact: &SipFact) -> Message<'_> {
    let media: [&[_]; 2] = [&fact.media, &[]];
    Message { id: &fact.call_id, kind: Kind::Sip, step: step(fact), media, connections: [&[]; 2] }
}

fn step(fact: &SipFact) -> Step {
    match (fact.code, fact.method.as_slice()) {
        (0, b"INVITE") if !fact.is_again => Step::Begins,
        (0, b"INVITE" | b"UPDATE" | b"PRACK" | b"INFO") | (100..=199, b"INVITE") => Step::Tells,
        (200..=299, b"INVITE") => Step::Answers,
        // Credentials are wanted: the caller tries again (section 22).
        (401 | 407, b"INVITE" | b"BYE") => Step::Belongs,
        (300..=699, b"INVITE") => Step::Fails,
        (0, b"ACK") => Step::Confirms,
        (0, b"BYE") => Step::Leaves,
        (200..=699, b"BYE") => Step::Ends,
        _ => Step::Belongs,
    }
}

#[cfg(test)]
mod tests {
    use super::{Step, step};
    use crate::sip_decode::fact::SipFact;

    #[test]
    fn messages_and_what_they_mean() {
        let of = |code, method: &[u8], is_again| {
            step(&SipFact { code, method: method.to_vec(), is_again, ..SipFact::default() })
        };
        assert_eq!(of(0, b"INVITE", false), Step::Begins);
        assert_eq!(of(0, b"INVITE", true), Step::Tells);
        assert_eq!(of(180, b"INVITE", false), Step::Tells);
        assert_eq!(of(200, b"INVITE", false), Step::Answers);
        assert_eq!(of(407, b"INVITE", false), Step::Belongs);
        assert_eq!(of(486, b"INVITE", false), Step::Fails);
        assert_eq!(of(0, b"ACK", false), Step::Confirms);
        assert_eq!(of(0, b"BYE", false), Step::Leaves);
        assert_eq!(of(481, b"BYE", false), Step::Ends);
        assert_eq!(of(0, b"REGISTER", false), Step::Belongs);
        assert_eq!(of(200, b"CANCEL", false), Step::Belongs);
    }
}
