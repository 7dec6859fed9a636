//! Moments and lengths of time as whole nanoseconds.

use flowz_api::cell::Time;

/// Nanoseconds of a second.
const SECOND: i128 = 1_000_000_000;

/// A moment as nanoseconds since 1970, negative before it. Moments from the wire may be behind 2262, where 64 bits end: certificates of the
/// year 9999.
pub(crate) fn since_1970(seconds: u64, nanos: u32) -> i128 {
    let whole = |seconds: u64, nanos: u32| i128::from(seconds) * SECOND + i128::from(nanos);
    match Time::back_from_1970(seconds, nanos) {
        Some((seconds, nanos)) => -whole(seconds, nanos),
        None => whole(seconds, nanos),
    }
}

/// A length of time in nanoseconds; negative ones have seconds of two's complement.
pub(crate) fn length(seconds: u64, nanos: u32) -> i64 {
    bounded(i128::from(seconds.cast_signed()) * SECOND + i128::from(nanos))
}

/// Nanoseconds of 64 bits: what is further away is the first or the last that there is (1677, 2262).
pub(crate) fn bounded(nanos: i128) -> i64 {
    nanos.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

#[cfg(test)]
mod tests {
    use flowz_api::cell::{Duration, Time};
    use flowz_api::packet::Timestamp;

    use super::{bounded, length, since_1970};

    #[test]
    fn moments() {
        for nanos in [0, 1, -1, 1_500_000_000, -1_500_000_000, i64::MAX, i64::MIN + 1] {
            let Time { seconds, nanos: fraction } = Timestamp(nanos).into();
            assert_eq!(since_1970(seconds, fraction), i128::from(nanos));
        }
        assert_eq!(since_1970(253_402_300_799, 5), 253_402_300_799_000_000_005);
        assert_eq!(bounded(since_1970(253_402_300_799, 5)), i64::MAX);
        assert_eq!(since_1970(1, 2_000_000_000), 3_000_000_000);
    }

    #[test]
    fn lengths() {
        for nanos in [0, 1, 1_500_000_000, -1, -1_500_000_000] {
            let Duration { seconds, nanos: fraction } = Duration::of_nanos(nanos);
            assert_eq!(length(seconds, fraction), nanos);
        }
    }
}
