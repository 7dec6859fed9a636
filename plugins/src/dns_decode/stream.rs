//! Messages in a TCP stream, each behind its length (RFC 1035, section 4.2.2; RFC 7766): cut anywhere, any number in a segment.
//!
//! A hole within a message costs this one; the next one begins where its length says. Behind other holes the next message is looked for.

use super::header::{Header, stat};
use super::search::{self, LENGTH};
use super::state::State;
use super::transport::Piece;

/// What is next in a stream.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step<'a> {
    /// A message; with its length it takes so many bytes.
    Message(Piece<'a>, usize),
    /// So many bytes are of no use.
    Pass(usize),
    /// The message is not all there.
    Wait,
    /// No message begins here.
    Lost,
}

/// The next step in bytes of which so many were `seen` before.
pub(crate) fn next<'a>(flow: &mut State, bytes: &'a [u8], seen: usize) -> Step<'a> {
    flow.in_step = true;
    if flow.missing > 0 {
        let passed = bytes.len().min(flow.missing.into());
        flow.missing -= passed as u16;
        return Step::Pass(passed);
    }
    if seen > 0 {
        flow.stat |= stat::CONTINUED;
    }
    let Some((length, behind)) = bytes.split_first_chunk::<LENGTH>() else {
        flow.stat |= stat::SEGMENTED;
        return Step::Wait;
    };
    let length = usize::from(u16::from_be_bytes(*length));
    if Header::from_message(behind).is_some_and(|header| !search::fits(&header, length)) {
        flow.stat |= stat::CORRUPT;
        flow.in_step = false;
        return Step::Lost;
    }
    match behind.get(..length) {
        Some(bytes) => Step::Message(Piece { bytes, length }, LENGTH + length),
        None => {
            flow.stat |= stat::SEGMENTED;
            Step::Wait
        }
    }
}

/// So many bytes are missing behind the `rest` of a message. Yields what is there of that message, and whether it is known where the
/// next one begins.
pub(crate) fn gap<'a>(flow: &mut State, rest: &'a [u8], lost: u64) -> (Option<Piece<'a>>, bool) {
    let begun = begun(flow, rest);
    // Bytes from here to the end of the message: of one whose rest is passed over, or of this one.
    let to_come = match begun {
        _ if flow.missing > 0 => Some(u64::from(flow.missing)),
        Some(length) if flow.in_step => Some((LENGTH + length).saturating_sub(rest.len()) as u64),
        _ => None,
    };
    flow.stat |= if flow.is_dns { stat::HOLE } else { 0 };
    let left = to_come.and_then(|to_come| to_come.checked_sub(lost));
    flow.missing = left.unwrap_or(0) as u16;
    flow.in_step = left.is_some();
    (partial(begun, rest), left.is_some())
}

/// The stream ends behind the `rest` of a message: what is there of it.
pub(crate) fn end<'a>(flow: &mut State, rest: &'a [u8]) -> Option<Piece<'a>> {
    let begun = begun(flow, rest);
    if begun.is_some() {
        flow.stat |= stat::HOLE;
    }
    partial(begun, rest)
}

/// The connection is over; the flow may have another one.
pub(crate) fn closed(flow: &mut State) {
    (flow.missing, flow.in_step) = (0, false);
}

/// Length of the message whose beginning this is. What was looked at in search of a message is none.
fn begun(flow: &State, rest: &[u8]) -> Option<usize> {
    let length = rest.first_chunk::<LENGTH>()?;
    let is_message = flow.in_step && flow.missing == 0;
    is_message.then_some(usize::from(u16::from_be_bytes(*length)))
}

fn partial(begun: Option<usize>, rest: &[u8]) -> Option<Piece<'_>> {
    let (length, bytes) = (begun?, rest.get(LENGTH..)?);
    let header = Header::from_message(bytes)?;
    search::fits(&header, length).then_some(Piece { bytes, length })
}
