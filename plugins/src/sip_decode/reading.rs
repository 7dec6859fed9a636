//! From datagrams and streams to messages.

use flowz_api::prelude::*;
use flowz_api::stream::{Next, StreamData, StreamGap};

use super::SipDecode;
use super::bits::flag;
use super::message::Now;
use super::state::State;
use crate::voip::sip::message::{Head, Parsed};

/// Longest body that is looked at; of longer ones nothing is.
const LONGEST_BODY: u64 = 64 << 10;

/// A message and what is known of it.
pub(super) struct Seen<'a> {
    pub(super) head: Head<'a>,
    pub(super) body: &'a [u8],
    /// Bytes of the body, as the head says.
    pub(super) body_len: u64,
    /// Not all of it is there.
    pub(super) is_cut: bool,
    /// Its body is too long to be looked at.
    pub(super) is_passed: bool,
}

/// A message in a datagram; blank lines in front of it are allowed.
pub(super) fn in_datagram(payload: &[u8], is_whole: bool) -> Option<Seen<'_>> {
    let blanks = payload.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let bytes = &payload[blanks..];
    let Parsed::Head(head) = Head::parse(bytes, 0, true) else { return None };
    let rest = bytes.get(head.len..).unwrap_or_default();
    // Without a length the body is what is left (RFC 3261, section 18.3).
    let body_len = head.content_length().unwrap_or(rest.len() as u64);
    let body = &rest[..rest.len().min(usize::try_from(body_len).unwrap_or(usize::MAX))];
    let is_cut = (body.len() as u64) < body_len || !is_whole;
    Some(Seen { head, body, body_len, is_cut, is_passed: false })
}

/// Whether bytes only keep a connection alive (RFC 5626, section 3.5.1), or are STUN (RFC 8489).
pub(super) fn is_keep_alive(payload: &[u8]) -> bool {
    const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
    payload.iter().all(|byte| matches!(byte, b'\r' | b'\n' | 0 | b' '))
        || payload.get(4..8) == Some(&MAGIC_COOKIE)
}

impl SipDecode {
    /// The next bytes of a connection.
    pub(super) fn data(
        &mut self,
        cx: &mut StreamContext<'_>,
        data: StreamData<'_>,
        flow: &mut State,
    ) -> Next {
        let bytes = data.bytes;
        if flow.passing > 0 {
            let len = flow.passing.min(bytes.len() as u64);
            flow.passing -= len;
            return Next::Take(len as usize);
        }
        if bytes.len() < flow.needed {
            return Next::Take(0);
        }
        // What was waited for is a body: the end of the head is in what was seen.
        let seen = if std::mem::take(&mut flow.needed) > 0 { 0 } else { data.seen };
        let blanks = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        if blanks > 0 {
            flow.stat |= if flow.side.is_some() { flag::KEEP_ALIVE } else { 0 };
            return Next::Take(blanks);
        }
        let head = match Head::parse(bytes, seen, false) {
            Parsed::NeedMore => return Next::Take(0),
            Parsed::No if flow.side.is_none() && flow.stat & flag::LOSS == 0 => return Next::Stop,
            Parsed::No => {
                flow.stat |= flag::OTHER;
                return Next::Search(0);
            }
            Parsed::Head(head) => head,
        };
        let body_len = head.content_length().unwrap_or(0);
        if body_len > LONGEST_BODY {
            flow.passing = body_len;
            let len = head.len;
            let seen = Seen { head, body: &[], body_len, is_cut: false, is_passed: true };
            let now = Now { time: data.time, number: data.number, key: cx.key };
            self.message(cx, now, &seen, flow);
            return Next::Take(len);
        }
        let end = head.len + body_len as usize;
        let Some(body) = bytes.get(head.len..end) else {
            flow.needed = end;
            return Next::Take(0);
        };
        let seen = Seen { head, body, body_len, is_cut: false, is_passed: false };
        let now = Now { time: data.time, number: data.number, key: cx.key };
        self.message(cx, now, &seen, flow);
        Next::Take(end)
    }

    /// Bytes are missing: of a message whose head is there that is said.
    pub(super) fn gap(
        &mut self,
        cx: &mut StreamContext<'_>,
        gap: StreamGap<'_>,
        flow: &mut State,
    ) -> Next {
        flow.stat |= flag::LOSS;
        flow.needed = 0;
        if flow.passing >= gap.len && flow.passing > 0 {
            flow.passing -= gap.len;
            return Next::Take(0);
        }
        flow.passing = 0;
        self.rest(cx, gap.rest, flow);
        Next::Search(0)
    }

    /// Bytes behind which nothing comes, or a gap: a message of which only the beginning is there.
    pub(super) fn rest(&mut self, cx: &mut StreamContext<'_>, rest: &[u8], flow: &mut State) {
        flow.needed = 0;
        if rest.is_empty() || flow.side.is_none() && flow.stat & flag::LOSS == 0 {
            return;
        }
        if let Some(seen) = in_datagram(rest, false) {
            let now = Now { time: cx.now, number: 0, key: cx.key };
            self.message(cx, now, &seen, flow);
        }
    }
}
