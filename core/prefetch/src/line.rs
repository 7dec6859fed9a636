//! The instruction.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
use std::ptr::from_ref;

use super::LINE;

/// Asks for the lines of a value, as far as their number is known from its size.
#[inline]
pub(crate) fn prefetch<T>(value: &T) {
    let first = from_ref(value).cast::<i8>();
    for line in 0..size_of::<T>().div_ceil(LINE) {
        // SAFETY: a part of SSE, which x86-64 always has; it does not read the memory, and no address makes it fault.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(first.wrapping_add(line * LINE)) };
    }
}
