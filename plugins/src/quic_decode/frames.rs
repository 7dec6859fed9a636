//! Frames of Initial packets (RFC 9000, sections 12.4 and 19).

use super::header::varint;
use crate::tls::reader::Reader;

/// What frames of a packet say.
pub(crate) trait Sink {
    /// Bytes of the handshake, from an offset on.
    fn crypto(&mut self, offset: u64, bytes: &[u8]);
    /// The connection is closed with this error.
    fn closed(&mut self, error: u64);
}

/// Reads the frames of a packet; nothing if one is not allowed in Initial packets, or ends too early.
pub(crate) fn read(payload: &[u8], sink: &mut impl Sink) -> Option<()> {
    const PADDING: u64 = 0;
    const PING: u64 = 1;
    const ACK: u64 = 2;
    const ACK_WITH_ECN: u64 = 3;
    const CRYPTO: u64 = 6;
    const CLOSE: u64 = 0x1c;
    let mut rest = Reader(payload);
    while !rest.0.is_empty() {
        match varint(&mut rest)? {
            PADDING => {
                let zeros = rest.0.iter().take_while(|byte| **byte == 0).count();
                rest.take(zeros)?;
            }
            PING => {}
            kind @ (ACK | ACK_WITH_ECN) => acknowledgement(&mut rest, kind == ACK_WITH_ECN)?,
            CRYPTO => {
                let (offset, len) = (varint(&mut rest)?, varint(&mut rest)?);
                sink.crypto(offset, rest.take(usize::try_from(len).ok()?)?);
            }
            CLOSE => {
                let error = varint(&mut rest)?;
                sink.closed(error);
                let (_, len) = (varint(&mut rest)?, varint(&mut rest)?);
                rest.take(usize::try_from(len).ok()?)?;
            }
            _ => return None,
        }
    }
    Some(())
}

/// Passes over ranges of packet numbers: largest, delay, number of ranges, first range, then pairs; three counts behind.
fn acknowledgement(rest: &mut Reader<'_>, has_ecn: bool) -> Option<()> {
    let (_, _, ranges, _) = (varint(rest)?, varint(rest)?, varint(rest)?, varint(rest)?);
    for _ in 0..ranges {
        let (_, _) = (varint(rest)?, varint(rest)?);
    }
    if has_ecn {
        let (_, _, _) = (varint(rest)?, varint(rest)?, varint(rest)?);
    }
    Some(())
}
