//! What tests of all writers need.

use crate::buffer::Buffer;

/// What is written into an empty buffer without memory.
pub(crate) fn text(write: impl FnOnce(&mut Buffer)) -> String {
    let mut out = Buffer::with_capacity(0);
    write(&mut out);
    String::from_utf8(out.as_slice().to_vec()).unwrap()
}
