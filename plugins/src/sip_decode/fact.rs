//! What other plugins may know of the messages of a packet.

use flowz_api::Fact;
use flowz_api::fact::FactValue;
use flowz_api::record::{Cells, Record};

use crate::voip::media::Media;

/// All messages that a packet completes, in order.
#[derive(Fact, Clone, PartialEq, Eq, Debug)]
#[fact(plugin = "sipDecode", name = "messages", version = 1)]
pub(crate) struct SipMessages {
    pub(crate) list: Vec<SipFact>,
}

/// A message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct SipFact {
    /// Status code; 0: a request.
    pub(crate) code: u16,
    /// Method of the request, or of the one that is answered.
    pub(crate) method: Vec<u8>,
    pub(crate) number: u32,
    pub(crate) call_id: Vec<u8>,
    pub(crate) from: Vec<u8>,
    pub(crate) from_tag: Vec<u8>,
    pub(crate) to: Vec<u8>,
    pub(crate) to_tag: Vec<u8>,
    /// It came before.
    pub(crate) is_again: bool,
    /// It describes a session.
    pub(crate) has_media: bool,
    pub(crate) media: Vec<Media>,
    /// A digit that was pressed (`application/dtmf-relay`), 0 for none.
    pub(crate) digit: u8,
}

impl FactValue for SipFact {
    fn put(&self, out: &mut Record) {
        self.code.put(out);
        self.method.put(out);
        self.number.put(out);
        (self.call_id.clone(), self.from.clone(), self.from_tag.clone()).put(out);
        (self.to.clone(), self.to_tag.clone()).put(out);
        (self.is_again, self.has_media, self.digit).put(out);
        self.media.put(out);
    }

    fn read(from: &mut Cells<'_>) -> Self {
        let (code, method, number) = FactValue::read(from);
        let (call_id, caller, from_tag) = FactValue::read(from);
        let (to, to_tag) = FactValue::read(from);
        let (is_again, has_media, digit) = FactValue::read(from);
        let media = FactValue::read(from);
        Self {
            code,
            method,
            number,
            call_id,
            from: caller,
            from_tag,
            to,
            to_tag,
            is_again,
            has_media,
            media,
            digit,
        }
    }
}
