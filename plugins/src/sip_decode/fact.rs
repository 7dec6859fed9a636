//! What other plugins may know of the messages of a packet.

use flowz_api::Fact;
use flowz_api::fact::FactValue;
use flowz_api::record::{Cells, Record};

use crate::voip::media::{Media, fields};

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

fields!(SipFact: code, method, number, call_id, from, from_tag, to, to_tag, is_again, has_media, media, digit);
