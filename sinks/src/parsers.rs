//! Parsers with any bytes: what fuzz targets call, and nothing else. Each checks what must hold of what it yields.

use crate::wav;

/// Bytes as packets with sound, each behind a control byte, its number, timestamp, milliseconds since the one before and length: there
/// is never more silence than time, and some seconds.
///
/// # Panics
///
/// If that does not hold.
pub fn sound(bytes: &[u8]) {
    wav::any(bytes);
}
