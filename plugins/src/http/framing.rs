//! How long the body of a message is (RFC 9112, section 6.3).

use super::coding::Coding;
use super::head::{Head, Start};

/// How a body ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Framing {
    /// There is none.
    #[default]
    None,
    /// Behind so many bytes.
    Length(u64),
    /// Behind the last chunk.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// What a head says of the body behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Body {
    pub(crate) framing: Framing,
    /// Codings of the transfer, in the order in which they were applied, without the chunks.
    pub(crate) transfer: Vec<Coding>,
    /// The head contradicts itself: an attempt to smuggle something, perhaps.
    pub(crate) is_odd: bool,
}

/// The body behind this head. Of a response the method of its request should be known: none has a body for HEAD.
pub(crate) fn body(head: &Head<'_>, asked_by: Option<&[u8]>) -> Body {
    let transfer =
        head.fields_named("transfer-encoding").flat_map(Coding::list).collect::<Vec<_>>();
    let has_transfer = head.field("transfer-encoding").is_some();
    let length = length(head);
    let mut body = Body {
        framing: Framing::None,
        is_odd: length == Length::Bad || (has_transfer && length != Length::None),
        transfer: Vec::new(),
    };
    let is_request = matches!(head.start, Start::Request { .. });
    if has_no_body(head, asked_by) {
        body.is_odd = false;
        return body;
    }
    let last = transfer.iter().rposition(|coding| *coding == Coding::Chunked);
    body.framing = match (length, last) {
        (_, Some(last)) => {
            body.is_odd |= last + 1 != transfer.len();
            Framing::Chunked
        }
        _ if has_transfer && !is_request => Framing::UntilClose,
        (Length::Of(len), _) => Framing::Length(len),
        _ if is_request => Framing::None,
        _ => Framing::UntilClose,
    };
    body.transfer = transfer.into_iter().filter(|coding| *coding != Coding::Chunked).collect();
    body
}

/// What never has a body, whatever its fields say.
fn has_no_body(head: &Head<'_>, asked_by: Option<&[u8]>) -> bool {
    let Start::Response { status } = head.start else { return false };
    let is_tunnel = asked_by == Some(b"CONNECT") && (200..300).contains(&status);
    matches!(status, 100..=199 | 204 | 304) || asked_by == Some(b"HEAD") || is_tunnel
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Length {
    None,
    Of(u64),
    Bad,
}

/// The field for the length; several are one if they are alike (RFC 9110, section 8.6).
fn length(head: &Head<'_>) -> Length {
    let mut length = Length::None;
    let values = head.fields_named("content-length").flat_map(|value| value.split(|b| *b == b','));
    for value in values {
        let value = std::str::from_utf8(value.trim_ascii()).unwrap_or("");
        let is_number = value.bytes().all(|b| b.is_ascii_digit());
        let Some(len) = value.parse().ok().filter(|_| is_number) else { return Length::Bad };
        length = match length {
            Length::Of(other) if other != len => return Length::Bad,
            _ => Length::Of(len),
        };
    }
    length
}
