//! Where a message begins in the middle of a stream.

use flowz_api::stream::Found;
use memchr::memmem;

use super::head::{LONGEST, may_begin};

/// Methods that requests are known by where nothing else tells that a line begins: those registered (RFC 9110, section 18.2) that
/// clients use.
const METHODS: [&[u8]; 20] = [
    b"GET",
    b"POST",
    b"HEAD",
    b"PUT",
    b"DELETE",
    b"OPTIONS",
    b"CONNECT",
    b"TRACE",
    b"PATCH",
    b"PROPFIND",
    b"PROPPATCH",
    b"MKCOL",
    b"COPY",
    b"MOVE",
    b"LOCK",
    b"UNLOCK",
    b"REPORT",
    b"SEARCH",
    b"NOTIFY",
    b"M-SEARCH",
];
const VERSION: &[u8] = b"HTTP/1.";

/// Whether a message begins at the first of these bytes, and if not, where one may begin at the earliest. `seen`: so many of them
/// wanted more before.
pub(crate) fn find(bytes: &[u8], seen: usize) -> Found {
    if seen > 0 || is_known(bytes) {
        match may_begin(bytes, seen) {
            Some(true) => return Found::Message(0),
            None if bytes.len() <= LONGEST => return Found::NeedMore,
            _ => {}
        }
    }
    let from = 1;
    let place = bytes.get(from..).and_then(|rest| memmem::find(rest, VERSION)).map(|at| at + from);
    match place {
        Some(version) => Found::NotHere(begin(bytes, version)),
        None => Found::NotHere(tail(bytes)),
    }
}

/// Whether the bytes begin with a version, or with a known method, as far as they go.
fn is_known(bytes: &[u8]) -> bool {
    let agrees = |word: &[u8]| bytes.iter().zip(word).all(|(a, b)| a == b);
    agrees(VERSION)
        || METHODS.iter().any(|method| {
            agrees(method) && bytes.get(method.len()).is_none_or(|next| *next == b' ')
        })
}

/// Where the message begins that has a version at this place: there, or at a method in front.
fn begin(bytes: &[u8], version: usize) -> usize {
    let own = version.max(1);
    let Some(target_end) = version.checked_sub(1).filter(|at| bytes[*at] == b' ') else {
        return own;
    };
    let is_blank = |b: &u8| *b <= b' ';
    let Some(blank) = bytes[..target_end].iter().rposition(is_blank) else { return own };
    if bytes[blank] != b' ' || blank + 1 == target_end {
        return own;
    }
    let before = &bytes[..blank];
    let longest = METHODS.iter().filter(|m| before.ends_with(m)).map(|m| m.len()).max();
    longest.map(|len| blank - len).filter(|at| *at > 0).unwrap_or(own)
}

/// Where the first message may begin of which only a part is there: behind the last byte that cannot be of its first line.
fn tail(bytes: &[u8]) -> usize {
    let line = bytes.iter().rposition(|b| *b < b' ').map_or(0, |at| at + 1);
    let line = line.max(bytes.len().saturating_sub(LONGEST));
    let starts = (line.max(1)..bytes.len()).find(|at| is_known(&bytes[*at..]));
    starts.unwrap_or(bytes.len()).max(1)
}
