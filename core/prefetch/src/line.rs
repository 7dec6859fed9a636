//! The instruction.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
use std::ptr::from_ref;

use super::LINE;

/// Asks for the lines of a value: those of every 64th byte and of the last one, wherever it begins.
#[inline]
pub(crate) fn prefetch<T>(value: &T) {
    let first = from_ref(value).cast::<i8>();
    let Some(last) = size_of::<T>().checked_sub(1) else { return };
    for offset in (0..last).step_by(LINE).chain([last]) {
        // SAFETY: a part of SSE, which x86-64 always has; it does not read the memory, and no address makes it fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(first.wrapping_add(offset)) };
    }
}
