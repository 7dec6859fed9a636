//! Asks the processor for memory that is needed soon, so that it is in the cache by then.
//!
//! A crate of its own because the instruction is unsafe to call, though it neither reads nor faults.
#![deny(unsafe_code)]

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "the instruction takes an address, here that of a reference")]
mod line;

/// Bytes of a cache line.
const LINE: usize = 64;

/// Asks for a value that is needed soon. Changes nothing; on processors other than x86-64 nothing happens at all.
#[inline]
pub fn prefetch<T>(value: &T) {
    #[cfg(target_arch = "x86_64")]
    line::prefetch(value);
    #[cfg(not(target_arch = "x86_64"))]
    let _ = value;
}

#[cfg(test)]
mod tests {
    use super::prefetch;

    #[test]
    fn values_stay_what_they_are() {
        let (value, nothing) = ([7_u8; 200], ());
        prefetch(&value);
        prefetch(&nothing);
        assert_eq!(value, [7; 200]);
    }
}
